"""How sure a difference is, in words and marks: from its chances, and from what its effect rests on.

    chance of one way   said of it
    97.5% and more      almost certainly better     marked, unless the effect rests on an assumption
    90% to 97.5%        very likely better
    75% to 90%          likely better
    less                could go either way
    none 50% and more   probably no difference

Whatever the chance, nothing is marked as better where the weakest row of the effect is assumed: the chance is then that
of a judgement and not of a figure. Of a measure of which neither way is better, 'more' and 'fewer' are said.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from sim.analysis.chances import MARKED as ALMOST_CERTAIN
from sim.analysis.grades import is_assumed
from sim.analysis.verdicts import BETTER, MARKED, NOT_MARKED
from sim.core.grammar import counted
from sim.presentation import words

Row = Mapping[str, Any]

MARKS = {"better": "+", "worse": "!", "more": "*", "fewer": "*"}
VERY_LIKELY, LIKELY, PROBABLY_NONE = 0.9, 0.75, 0.5
TOLD_FROM = 0.005  # chance of no difference from which on it is told
MUCH_LUCK = 0.5  # share of luck above which there are too few runs to say more

EITHER_WAY, NO_DIFFERENCE = "could go either way", "probably no difference"
ON_ASSUMPTION, TOO_FEW_RUNS = "rests on an assumption", "too few runs to say more"


def rests_on_assumption(row: Row) -> bool:
    """Whether a difference would be marked as better, did its effect not rest on an assumption."""
    return bool(row["verdict"] == BETTER and is_assumed(row))


def is_marked(row: Row) -> bool:
    """Whether a difference is marked."""
    return row["verdict"] in MARKED and not rests_on_assumption(row)


def mark(row: Row) -> str:
    """The mark before a difference: + better, ! worse, * neither; '' without one."""
    return MARKS[str(row["verdict"])] if is_marked(row) else ""


def has_chances(row: Row) -> bool:
    """Whether the chances of a difference are known: not those of one run."""
    return _is_known(row.get("chance_more"))


def band(row: Row) -> str:
    """'almost certainly better', 'very likely worse', 'likely more', EITHER_WAY, NO_DIFFERENCE; '' where not known."""
    if not has_chances(row):
        return ""
    if float(row["chance_none"]) >= PROBABLY_NONE:
        return NO_DIFFERENCE
    side, chance = _likelier(row)
    for least, said in ((ALMOST_CERTAIN, "almost certainly"), (VERY_LIKELY, "very likely"), (LIKELY, "likely")):
        if chance >= least:
            return f"{said} {side}"
    return EITHER_WAY


def in_words(row: Row) -> str:
    """'chance of being better 81%, of no difference 8%'; both ways where it could go either; '' where not known."""
    if not has_chances(row):
        return ""
    none, said = float(row["chance_none"]), band(row)
    sides = _sides(row)
    parts = [(_being(side), chance) for side, chance in sides[: 2 if said == EITHER_WAY else 1]]
    if said == NO_DIFFERENCE:
        parts = [("no difference", none)]
    elif none >= TOLD_FROM:
        parts.append(("no difference", none))
    return f"chance {', '.join(f'of {what} {percent(chance)}' for what, chance in parts)}"


def how_sure(row: Row) -> str:
    """The cell beside an interval: 'likely better (81%, no difference 8%); too few runs to say more'."""
    said = band(row)
    if not said:
        return ""
    none = float(row["chance_none"])
    sides = _sides(row)
    if said == NO_DIFFERENCE:
        shares = [percent(none)]
    elif said == EITHER_WAY:
        shares = [f"{side} {percent(chance)}" for side, chance in sides]
    else:
        shares = [percent(sides[0][1])]
    if said != NO_DIFFERENCE and none >= TOLD_FROM:
        shares.append(f"no difference {percent(none)}")
    return "; ".join([f"{said} ({', '.join(shares)})", *remarks(row)])


def brief(row: Row) -> str:
    """The chance in very few words, '81% better', '97% better, assumed'; EITHER_WAY; '' where not known."""
    said = band(row)
    if said in ("", EITHER_WAY, NO_DIFFERENCE):
        return said
    side, chance = _likelier(row)
    return f"{percent(chance)} {side}{', assumed' if rests_on_assumption(row) else ''}"


def remarks(row: Row) -> list[str]:
    """What bounds a difference that is not marked: an assumption, or luck that a study of more runs would lessen."""
    said = [ON_ASSUMPTION] if rests_on_assumption(row) else []
    luck = row.get("luck_share")
    if row["verdict"] == NOT_MARKED and _is_known(luck) and float(luck or 0.0) > MUCH_LUCK:
        said.append(TOO_FEW_RUNS)
    return said


def wrong_marks(rows: Iterable[Row]) -> str:
    """'41 differences are marked; by their own chances 0.5 of them point the wrong way.'; '' where none is marked."""
    wrong = [1.0 - _likelier(row)[1] for row in rows if is_marked(row)]
    if not wrong:
        return ""
    if len(wrong) == 1:
        return f"1 difference is marked; by its own chance it points the wrong way with {percent(wrong[0])}."
    return (
        f"{counted(len(wrong), 'difference')} are marked; by their own chances {words.figure(sum(wrong))} of them "
        "point the wrong way."
    )


def percent(chance: float) -> str:
    """A chance as whole per cent; never all or nothing: 'less than 1%', 'more than 99%'."""
    whole = math.floor(chance * 100.0 + 0.5)
    if whole >= 100:
        return "more than 99%"
    return f"{whole}%" if whole > 0 else "less than 1%"


def _sides(row: Row) -> list[tuple[str, float]]:
    """Both ways with their chances, the likelier one first."""
    names = ("better", "worse") if _is_known(row["chance_better"]) else ("more", "fewer")
    sides = [(_said(name, row), float(row[f"chance_{name}"])) for name in names]
    return sorted(sides, key=lambda side: -side[1])


def _said(name: str, row: Row) -> str:
    """A way as it is said: 'less' of money."""
    return "less" if name == "fewer" and row.get("counts") in words.MONEY else name


def _likelier(row: Row) -> tuple[str, float]:
    return _sides(row)[0]


def _being(side: str) -> str:
    return f"being {side}" if side in ("better", "worse") else side


def _is_known(number: Any) -> bool:
    return number is not None and number != "" and math.isfinite(float(number))
