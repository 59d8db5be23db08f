"""A study's comparison for one group of people: the same tables from the totals that it keeps of this group.

Totals are kept by sex, need, council, rural or urban home, trauma and age band (sim/outcomes/strata.py), and each
stratum by itself: women in Cornwall are in none. Several groups of one stratum add up to one, as the two of opiates.
Which draws change nothing at all is judged of everybody, as in the table `groups`. Money spent on levers is shared
equally over everybody released, whomever it is for, so that costs which hold it say nothing of a group: they are left
out, with who pays and saves and with the views on money, and so is what services count of everybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from sim.analysis.comparison import Comparison
from sim.analysis.cube import Cube, released_in_a_year
from sim.analysis.differences import by_scenario
from sim.analysis.grades import on_figures, with_grades
from sim.analysis.null_draws import Spend, null_draws
from sim.analysis.pairs import pairs_table
from sim.analysis.verdicts import neutral
from sim.core.errors import InputError, nearest_name
from sim.outcomes.strata import BY_DAY, MONTH, SINCE_RELEASE, exists
from sim.scenario.levers import PAYERS
from sim.scenario.levers.grades import GRADE_COLUMNS

PARAMETER = "for"
WORDS: Mapping[str, tuple[str, tuple[str, ...], str]] = {
    "women": ("sex", ("woman",), "women"),
    "men": ("sex", ("man",), "men"),
    "opiates": ("need", ("opiate_and_crack", "opiate_no_crack"), "people who use opiates"),
    "opiate and crack": ("need", ("opiate_and_crack",), "people who use opiates and crack"),
    "opiate no crack": ("need", ("opiate_no_crack",), "people who use opiates and no crack"),
    "alcohol": ("need", ("alcohol",), "people with an alcohol need"),
    "stimulant": ("need", ("stimulant",), "people who use stimulants"),
    "other": ("need", ("other",), "people with another drug need"),
    "urban": ("home", ("urban",), "people with an urban home"),
    "rural": ("home", ("rural",), "people with a rural home"),
}
"""By word the stratum, its groups, and how they are told."""
WITH_SPENDING = frozenset({"cost_total_gbp", "net_cost_gbp", *(f"cost_{payer}_gbp" for payer in PAYERS)})
"""Measures that hold money spent on levers."""
LEFT_OUT = (
    "What scenarios buy and cost is told of everybody. For a group no costs to payers, no table of who pays and saves "
    "and no cost of health can be given, as money is not counted by whom it is spent on; none of the waits and "
    "caseloads of services and none by day or month, which are counted of everybody."
)
_OF_TIME = (SINCE_RELEASE, BY_DAY, MONTH)


class ForWhom(NamedTuple):
    """A group that a study keeps totals of. names: groups of the stratum, added up; title: who they are; remark: what
    must be said of it, '' for nothing."""

    stratum: str
    names: tuple[str, ...]
    title: str
    remark: str = ""


def for_whom(word: str, groups: Sequence[tuple[str, str]], councils: Mapping[str, tuple[str, str]]) -> ForWhom:
    """The group that a word means: women, alcohol, an age band, a council, or a place, for which its council stands.

    groups: those of the study; councils: name and council of each place by id. Raises InputError for a word that is
    none, with the nearest, and for a group of which the study keeps no totals.
    """
    of_people = [(stratum, name) for stratum, name in groups[1:] if stratum not in _OF_TIME]
    known = {_plain(name): ForWhom(stratum, (name,), _title(stratum, name)) for stratum, name in of_people}
    known |= {_plain(name.split(",")[0]): known[_plain(name)] for stratum, name in of_people if stratum == "council"}
    there = set(of_people)
    known |= {
        word: ForWhom(stratum, names, title)
        for word, (stratum, names, title) in WORDS.items()
        if there.issuperset((stratum, name) for name in names)
    }
    wanted = _plain(word)
    if wanted in known:
        return known[wanted]
    for place, (name, council) in councils.items():
        if wanted in (_plain(place), _plain(name)) and _plain(council) in known:
            said = f"Totals are kept by council: these are of {council}, in which {name} lies."
            return known[_plain(council)]._replace(remark=said)
    allowed = ", ".join(known) if known else "a study that keeps totals of groups"
    near = nearest_name(wanted, [*known, *(name for name, _ in councils.values())])
    raise InputError(f"'{word}' is no group of this study's totals", parameter=PARAMETER, allowed=allowed, nearest=near)


def _plain(word: str) -> str:
    return " ".join(word.replace("_", " ").casefold().split())


def _title(stratum: str, name: str) -> str:
    of = {"council": f"people who come home to {name}", "trauma": f"people with {name}", "age": f"people aged {name}"}
    return of.get(stratum, name.replace("_", " "))


def span_of(groups: Sequence[tuple[str, str]], whom: ForWhom) -> slice:
    """The neighbouring groups in which all of a group lie, two at least."""
    places = [groups.index((whom.stratum, name)) for name in whom.names]
    return slice(min(places), max(max(places), min(places) + 1) + 1)


def added_up(everybody: Cube, some: Cube, whom: ForWhom) -> Cube:
    """A cube of two groups, everybody and those of the group together, with the measures that groups of people have."""
    import numpy as np

    names = [name for name in some.measures if name in everybody.measures and exists(name, whom.stratum)]
    places = [some.groups.index((whom.stratum, name)) for name in whom.names]
    first, own = ([cube.measures.index(name) for name in names] for cube in (everybody, some))
    sides = []
    for whole, part in ((everybody.numerator, some.numerator), (everybody.denominator, some.denominator)):
        group = part[:, :, :, places][..., own].sum(axis=3, keepdims=True)
        sides.append(np.concatenate([whole[:, :, :, :1][..., first], group], axis=3))
    groups = (everybody.groups[0], (whom.stratum, whom.title))
    return replace(everybody, numerator=sides[0], denominator=sides[1], groups=groups, measures=tuple(names))


def comparison_for(comparison: Comparison, everybody: Cube, some: Cube, whom: ForWhom, spend: Spend) -> Comparison:
    """The comparison with the group in everybody's place.

    everybody: the cube whose first group that is, with all measures; some: one that holds the group's.
    """
    import pandas as pd

    two = added_up(everybody, some, whom)
    base, people, yearly = comparison.baseline, comparison.people, comparison.people_per_year
    nulls = null_draws(everybody, base, spend)
    rows = pd.concat(by_scenario(two, base, comparison.level, yearly, people, nulls), ignore_index=True)
    own = rows[(rows["stratum"] == whom.stratum) & ~rows["measure"].isin(WITH_SPENDING)].reset_index(drop=True)
    own = on_figures(with_grades(neutral(own, comparison.diagnostics), spend, base))
    pairs = pairs_table(
        everybody, level=comparison.level, people_per_year=yearly,
        people=people, off=comparison.off, spend=spend, shown=two,
    )  # fmt: skip
    pairs = on_figures(with_grades(pairs[~pairs["measure"].isin(WITH_SPENDING)].reset_index(drop=True), spend))
    remark = f"{whom.remark} " if whom.remark else ""
    return replace(
        comparison,
        rows=own.drop(columns=["stratum", "group"]),
        groups=own.drop(columns=list(GRADE_COLUMNS)),
        pairs=pairs,
        released=released_in_a_year(two, base, comparison.level, yearly / people, group=1),
        valued=(),
        impact=None,
        cost_per_outcome=None,
        worth=None,
        for_whom=whom.title,
        remarks=(*comparison.remarks, f"{remark}{LEFT_OUT}"),
    )
