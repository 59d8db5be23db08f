"""Paired differences between any two scenarios of a study, for neither need be the baseline.

All scenarios of a study share people and luck, so a difference between two of them is paired run by run like one from
the baseline, with an interval and chances of its own: two overlapping intervals against the baseline say nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

from sim.analysis.cube import EVERYBODY, Cube
from sim.analysis.differences import CHANCES, by_scenario, compare
from sim.analysis.null_draws import Spend, null_draws
from sim.analysis.verdicts import neutral
from sim.outcomes.measures import HEADLINES
from sim.outcomes.strata import exists

if TYPE_CHECKING:
    import pandas as pd

TABLE = "pairs"
COLUMNS = (
    "scenario", "against", "measure", "unit", "difference", "low", "high", "mcse", "parameter_sd", "per_year",
    "per_year_low", "per_year_high", "counts", *CHANCES, "luck_share", "verdict", "basis",
)  # fmt: skip


def pairs_table(
    cube: Cube,
    *,
    level: float,
    people_per_year: float,
    people: float,
    off: Mapping[str, tuple[str, ...]],
    spend: Spend,
    shown: Cube | None = None,
) -> pd.DataFrame:
    """The table `pairs`: every two scenarios, the later one of the study against the earlier, by headline measure.

    cube: one whose first group is everybody. off: mechanisms switched off, spend: what is bought, by scenario. shown:
    of everybody and a group, where the rows are to be the group's.
    """
    import pandas as pd

    of = cube if shown is None else shown
    headlines = [name for name in (measure.name for measure in HEADLINES) if name in of.measures]
    few = of_measures(replace(of, groups=of.groups[EVERYBODY]), headlines)
    group = 0 if shown is None else len(headlines)
    frames = []
    for against, scenario in combinations(few.scenarios, 2):
        nulls = null_draws(of_scenarios(cube, against, scenario), against, spend)
        _, rows = by_scenario(of_scenarios(few, against, scenario), against, level, people_per_year, people, nulls)
        tests = (scenario,) if off.get(scenario, ()) != off.get(against, ()) else ()
        own = rows.iloc[group : group + len(headlines)].assign(against=against)
        frames.append(neutral(own, tests)[list(COLUMNS)])
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(COLUMNS))


def pair_rows(
    cubes: Iterable[Cube],
    scenario: str,
    against: str,
    *,
    level: float,
    people_per_year: float,
    people: float,
    is_policy: bool,
    spend: Spend,
) -> pd.DataFrame:
    """The rows of a scenario with another in the baseline's place: every group and measure, columns as of `groups`.

    cubes: of neighbouring spans of groups, everybody the first of all. is_policy: whether both have the same
    mechanisms, so that one may be called better. spend: what is bought, by scenario.
    """
    import pandas as pd

    frames, nulls = [], None
    for cube in cubes:
        two = of_scenarios(cube, against, scenario)
        nulls = null_draws(two, against, spend) if nulls is None else nulls
        rows = compare(two, baseline=against, level=level, people_per_year=people_per_year, people=people, nulls=nulls)
        frames.append(rows[rows["scenario"] == scenario])
    rows = pd.concat(frames, ignore_index=True)
    is_there = [exists(*pair) for pair in zip(rows["measure"], rows["stratum"], strict=True)]
    rows = neutral(rows[is_there].reset_index(drop=True), () if is_policy else (scenario,))
    rows.insert(1, "against", against)
    return rows


def of_scenarios(cube: Cube, *names: str) -> Cube:
    """The cube of these scenarios alone, in this order."""
    places = [cube.scenarios.index(name) for name in names]
    numerator, denominator = cube.numerator[:, :, places], cube.denominator[:, :, places]
    return replace(cube, numerator=numerator, denominator=denominator, scenarios=tuple(names))


def of_measures(cube: Cube, names: Iterable[str]) -> Cube:
    """The cube of its groups' first rows and of these measures alone, in this order."""
    names = tuple(names)
    places, groups = [cube.measures.index(name) for name in names], len(cube.groups)
    numerator, denominator = cube.numerator[:, :, :, :groups, places], cube.denominator[:, :, :, :groups, places]
    return replace(cube, numerator=numerator, denominator=denominator, measures=names)
