"""How sure a difference is, in words and marks: from its chances, and from what its effect rests on.

    chance of one way   said of it
    97.5% and more      almost certainly better     marked, unless it rests on an assumption
    90% to 97.5%        very likely better
    75% to 90%          likely better
    less                better or no difference     where these two together have 90% and more
                        could go either way         else
    none 50% and more   probably no difference

Whatever the chance, nothing is marked where the row that a difference rests on is assumed (sim/analysis/grades.py): the
chance is then that of a judgement and not of a figure. Worse is said as better is. Of a measure of which neither way is
better, 'more' and 'fewer' are said.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from sim.analysis.chances import MARKED as ALMOST_CERTAIN
from sim.analysis.chances import highest, sum_of_three
from sim.analysis.verdicts import ASSUMED, MARKED, NOT_MARKED
from sim.core.grammar import counted
from sim.presentation import words
from sim.scenario.levers.grades import ASSUMED as GRADE_ASSUMED

Row = Mapping[str, Any]

MARKS = {"better": "+", "worse": "!", "more": "*", "fewer": "*"}
VERY_LIKELY, LIKELY, PROBABLY_NONE = 0.9, 0.75, 0.5
TOLD_FROM = 0.005  # chance of no difference from which on it is told
MUCH_LUCK = 0.5  # share of luck above which there are too few runs to say more

MANY_DRAWS = 100  # from which on what draws cannot say is less than a per cent

EITHER_WAY, NO_DIFFERENCE, OR_NONE = "could go either way", "probably no difference", " or no difference"
ON_ASSUMPTION, TOO_FEW_RUNS = "rests on an assumption", "too few runs to say more"


def rests_on_assumption(row: Row) -> bool:
    """Whether a difference would be marked, did it not rest on an assumption."""
    return bool(row["verdict"] == ASSUMED)


def is_marked(row: Row) -> bool:
    """Whether a difference is marked."""
    return row["verdict"] in MARKED


def sure_way(row: Row) -> str:
    """Which way a difference almost certainly goes, marked or not: 'better', 'worse', 'more', 'fewer'; else ''."""
    if not rests_on_assumption(row):
        return str(row["verdict"]) if is_marked(row) else ""
    return max(_names(row), key=lambda name: float(row[f"chance_{name}"]))


def mark(row: Row) -> str:
    """The mark before a difference: + better, ! worse, * neither; '' without one."""
    return MARKS[str(row["verdict"])] if is_marked(row) else ""


def has_chances(row: Row) -> bool:
    """Whether the chances of a difference are known: not those of one run."""
    return _is_known(row.get("chance_more"))


def band(row: Row) -> str:
    """'almost certainly better', 'very likely worse', 'likely more', 'better or no difference', EITHER_WAY,
    NO_DIFFERENCE; '' where not known.
    """
    if not has_chances(row):
        return ""
    none, (side, chance) = float(row["chance_none"]), _likelier(row)
    if none >= PROBABLY_NONE:
        return NO_DIFFERENCE
    for least, said in ((ALMOST_CERTAIN, "almost certainly"), (VERY_LIKELY, "very likely"), (LIKELY, "likely")):
        if chance >= least:
            return f"{said} {side}"
    return f"{side}{OR_NONE}" if chance + none >= VERY_LIKELY else EITHER_WAY


def is_open(said: str) -> bool:
    """Whether what `band` or `brief` says tells no likely change."""
    return said in (EITHER_WAY, NO_DIFFERENCE) or said.endswith(OR_NONE)


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
    elif is_open(said):
        shares = [f"{side} {percent(chance)}" for side, chance in sides[: 2 if said == EITHER_WAY else 1]]
    else:
        shares = [percent(sides[0][1])]
    if said != NO_DIFFERENCE and none >= TOLD_FROM:
        shares.append(f"no difference {percent(none)}")
    return "; ".join([f"{said} ({', '.join(shares)})", *remarks(row, is_told=not is_open(said))])


def brief(row: Row) -> str:
    """The chance in very few words, '81% better', '97% better, assumed', EITHER_WAY; '' where not known."""
    said = band(row)
    if not said or is_open(said):
        return said
    side, chance = _likelier(row)
    return f"{percent(chance)} {side}{', assumed' if is_assumed(row) else ''}"


def is_assumed(row: Row) -> bool:
    """Whether the row of the evidence that a difference rests on is assumed, however sure the difference."""
    of_price = row.get("price_grade") == GRADE_ASSUMED and row.get("counts") in words.MONEY
    return rests_on_assumption(row) or row.get("effect_grade") == GRADE_ASSUMED or of_price


def remarks(row: Row, *, is_told: bool = False) -> list[str]:
    """What bounds a difference that is not marked: an assumption, or luck that a study of more runs would lessen.

    is_told: whether a likely way is said of it, so that an assumption is told however sure it is.
    """
    said = [ON_ASSUMPTION] if rests_on_assumption(row) or (is_told and is_assumed(row)) else []
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


def few_draws(draws: int) -> str:
    """The highest chance that so many draws can say, and what the three of a difference add up to; '' for many."""
    if draws >= MANY_DRAWS:
        return ""
    return (
        f"{counted(draws, 'draw')} can say no chance above {percent(highest(draws))}, and the three chances of a "
        f"difference add up to {percent(sum_of_three(draws))}: the rest is for what so few have not shown."
    )


def percent(chance: float) -> str:
    """A chance as whole per cent; never all or nothing: 'less than 1%', 'more than 99%'."""
    whole = math.floor(chance * 100.0 + 0.5)
    if whole >= 100:
        return "more than 99%"
    return f"{whole}%" if whole > 0 else "less than 1%"


def _sides(row: Row) -> list[tuple[str, float]]:
    """Both ways with their chances, the likelier one first."""
    sides = [(_said(name, row), float(row[f"chance_{name}"])) for name in _names(row)]
    return sorted(sides, key=lambda side: -side[1])


def _names(row: Row) -> tuple[str, str]:
    return ("better", "worse") if _is_known(row["chance_better"]) else ("more", "fewer")


def _said(name: str, row: Row) -> str:
    """A way as it is said: 'less' of money."""
    return "less" if name == "fewer" and row.get("counts") in words.MONEY else name


def _likelier(row: Row) -> tuple[str, float]:
    return _sides(row)[0]


def _being(side: str) -> str:
    return f"being {side}" if side in ("better", "worse") else side


def _is_known(number: Any) -> bool:
    return number is not None and number != "" and math.isfinite(float(number))
