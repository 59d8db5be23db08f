"""What the page of a sensitivity study tells, from its tables: one index of one design, by scenario and outcome."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.outcomes.measures import HEADLINES
from sim.presentation import words
from sim.presentation.sensitivity.rows import BY, Row, name_of, of_luck, ordered, records, rows_of, with_interval
from sim.presentation.sensitivity.words import (
    DIFFERENCE,
    INDICES,
    DisplayUnit,
    Index,
    Labels,
    outcome,
    outcome_label,
    share,
)

if TYPE_CHECKING:
    import pandas as pd

ROOM = 3  # inputs named for an outcome
MOST_WORTH = 1_000.0  # beyond it a difference hardly has luck, and the number says nothing more


@dataclass(frozen=True)
class Line:
    """One outcome of one scenario: rows of its inputs, the largest index first, and luck's part.

    luck: in words; luck_share: of the variance, NaN where not known. unit: of the outcome.
    """

    measure: str
    inputs: list[Row]
    luck: str
    luck_share: float
    unit: DisplayUnit

    @property
    def clear(self) -> list[Row]:
        """The inputs that can be told from zero."""
        return [row for row in self.inputs if row["from_zero"]]

    def named(self, labels: Labels) -> list[str]:
        """The largest clear inputs with value and interval; one line that says so where there are none."""
        names = [f"{name_of(row, labels)} {with_interval(row, self.unit, is_named=False)}" for row in self.clear[:ROOM]]
        if len(self.clear) > ROOM:
            names[-1] += f", {len(self.clear) - ROOM} more"
        return names or ["nothing can be told from zero"]

    def head(self) -> str:
        """The outcome, with the unit of an index that has one."""
        has_unit = bool(self.inputs) and INDICES[str(self.inputs[0]["index"])].has_unit
        return f"{outcome_label(self.measure)}{f' ({self.unit.name})' if has_unit else ''}"


@dataclass(frozen=True)
class Page:
    """What the page tells: one index of one design, by scenario; who has no index and why, and the runs used."""

    index: Index
    design: str
    method: str
    runs: int
    by_scenario: dict[str, list[Line]]
    left_out: dict[str, list[str]]
    worth: dict[str, str]


def has_differences(sensitivity: pd.DataFrame) -> bool:
    """Whether there is an index of a difference between scenarios."""
    return bool(((sensitivity["kind"] == DIFFERENCE) & sensitivity["value"].notna()).any())


def page_of(
    sensitivity: pd.DataFrame, noise: pd.DataFrame, labels: Labels, common_random_numbers: pd.DataFrame | None,
    design: str, index: str, measures: Sequence[str], skipped: pd.DataFrame | None,
) -> Page | None:  # fmt: skip
    """The page's content: differences of these tables; None where they hold none. Arguments as for the page's text."""
    rows = sensitivity[(sensitivity["kind"] == DIFFERENCE) & sensitivity["value"].notna()]
    rows = rows[rows["design"] == design] if design else rows
    present = [name for name in ((index,) if index else BY) if (rows["index"] == name).any()]
    if not present:
        return None
    rows = rows[rows["index"] == present[0]]
    used = str(rows["design"].iloc[0])
    rows = rows[rows["design"] == used]
    studied = list(dict.fromkeys(rows["measure"]))
    outcomes = list(measures) or [measure.name for measure in HEADLINES if measure.name in studied] or studied
    scenarios = [
        name for name in (*labels.scenarios, *dict.fromkeys(rows["scenario"])) if name in set(rows["scenario"])
    ]
    by_scenario: dict[str, list[Line]] = {}
    for scenario in dict.fromkeys(scenarios):
        lines = [_line(rows, noise, labels, scenario, name, used) for name in outcomes]
        by_scenario[scenario] = [line for line in lines if line is not None]
    saved = common_random_numbers
    worth = {} if saved is None else {name: _worth(saved, name, outcomes) for name in by_scenario}
    left_out = {name: _left_out(skipped, name, outcomes, by_scenario[name]) for name in by_scenario}
    method, runs = str(rows["method"].iloc[0]), int(rows["points"].max())
    return Page(INDICES[present[0]], used, method, runs, by_scenario, left_out, worth)


def _line(
    rows: pd.DataFrame, noise: pd.DataFrame, labels: Labels, scenario: str, measure: str, design: str
) -> Line | None:
    of = rows_of(rows, scenario=scenario, measure=measure)
    if of.empty:
        return None
    unit = labels.unit(measure, DIFFERENCE)
    luck, of_variance = _luck(of, noise, scenario, measure, design, unit)
    return Line(measure, ordered(of), luck, of_variance, unit)


def _luck(
    of: pd.DataFrame, noise: pd.DataFrame, scenario: str, measure: str, design: str, unit: DisplayUnit
) -> tuple[str, float]:
    """What luck carries: its share of variance from `noise`, of the same design first; else its own index."""
    shares = noise[(noise["scenario"] == scenario) & (noise["measure"] == measure) & (noise["kind"] == DIFFERENCE)]
    known = shares[shares["noise_share"].notna()]
    for row in records(known[known["design"] == design]) or records(known):
        ends = [float(row[key]) for key in ("noise_low", "noise_high")]
        interval = f" ({share(ends[0])} to {share(ends[1])})" if all(math.isfinite(end) for end in ends) else ""
        return f"{share(float(row['noise_share']))}{interval}", float(row["noise_share"])
    luck = of_luck(of)
    if luck is None:
        return "not known", math.nan
    is_share = INDICES[str(luck["index"])].is_share
    value = with_interval(luck, unit, is_named=False)
    return (value, float(luck["value"])) if is_share else (f"{value} by the same index", math.nan)


def _left_out(skipped: pd.DataFrame | None, scenario: str, outcomes: Sequence[str], lines: Sequence[Line]) -> list[str]:
    """Outcomes without an index, each with its reason: of those told, and of the headline measures."""
    with_index = {line.measure for line in lines}
    reasons = dict.fromkeys((name for name in outcomes if name not in with_index), "not studied")
    if skipped is not None:
        of = skipped[(skipped["scenario"] == scenario) & (skipped["kind"] == DIFFERENCE)]
        wanted = {*outcomes, *(measure.name for measure in HEADLINES)}
        for row in records(of[of["measure"].isin(wanted - with_index)]):
            reasons[str(row["measure"])] = str(row["reason"])
    return [f"{outcome(measure)} ({reason})" for measure, reason in reasons.items()]


def _worth(common_random_numbers: pd.DataFrame, scenario: str, outcomes: Sequence[str]) -> str:
    """How many runs with luck of their own one paired run is worth, over the outcomes told."""
    rows = common_random_numbers[
        (common_random_numbers["scenario"] == scenario) & common_random_numbers["measure"].isin(outcomes)
    ]
    worth = [float(cell) for cell in rows["worth"] if math.isfinite(float(cell))]
    if not worth:
        return ""
    low, high = (
        words.figure(end) if end <= MOST_WORTH else f"more than {MOST_WORTH:,.0f}" for end in (min(worth), max(worth))
    )
    between = low if low == high else f"{low} to {high}"
    return f"One run with paired luck tells as much as {between} with luck of their own, by outcome."
