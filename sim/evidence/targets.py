"""Published figures that the model is held against; none of them is read by a run.

Each row names the measure in plain words, the published value with its interval, the source row it comes from, and what
the specification's cohort check gave. Where the model should not reach the published value, the note says so and why.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sim.core.cells import Record, read_named
from sim.core.errors import InputError, nearest_name
from sim.evidence.load import KEYS, load_sources
from sim.evidence.rows import Source

TARGETS = Path(__file__).parent / "targets.csv"
FIGURES = (
    "engaged_within_3_weeks", "engaged_odds_ratio_ost", "first_night_homeless", "settled_3_months", "rough_3_months",
    "recalls_per_release", "reoffended_short", "reoffended_all", "deaths_28_days_opiate", "death_rate_28_days_ost",
    "death_rate_28_days_no_ost", "drug_death_ratio_weeks_1_2", "retained_12_weeks", "retained_12_months",
    "nonfatal_overdose_rate_14_days", "nonfatal_overdose_rate_year", "deaths_365_days_opiate",
)  # fmt: skip
"""What a run can be held against: `figures` in sim/experiment/validation.py gives it; a test holds the two together."""


@dataclass(frozen=True)
class Target:
    """One published figure to be reproduced.

    measure: in words. value, low, high: in `unit`; low and high are None where no interval is known.
    source: identifier of a source row. implied: what the specification's cohort check gave, None where it was not run.
    """

    name: str
    measure: str
    unit: str
    value: float
    low: float | None
    high: float | None
    source: str
    implied: float | None
    note: str
    file: Path
    line: int


def load_targets(
    file: str | Path | None = None, *, sources: Mapping[str, Source] | None = None
) -> Mapping[str, Target]:
    """All targets by name; refuses what `load_parameters` refuses, naming file and line."""
    path = TARGETS if file is None else Path(file)
    known = load_sources() if sources is None else sources
    targets: dict[str, Target] = {}
    read_named(
        path, KEYS["targets"], partial(_target, known=known), "name", targets, known={"@figures": FIGURES}
    )  # fmt: skip
    return targets


def _target(record: Record, before: Mapping[str, Target], *, known: Mapping[str, Source]) -> Target:
    """A checked row. before: those read before it."""
    cells = record.row.cells
    target = Target(
        name=cells["name"], measure=cells["measure"], unit=cells["unit"], value=record.number("value"),
        low=record.maybe_number("low"), high=record.maybe_number("high"), source=cells["source"],
        implied=record.maybe_number("implied"), note=cells["note"], file=record.row.file, line=record.row.line,
    )  # fmt: skip
    _check(target, known)
    if target.name in before:
        raise record.row.error("name", f"'{target.name}' is there twice", "each name once")
    return target


def _check(row: Target, known: Mapping[str, Source]) -> None:
    low = -math.inf if row.low is None else row.low
    high = math.inf if row.high is None else row.high
    if not low <= row.value <= high:
        raise InputError(
            f"value {row.value:g} is outside low to high", file=row.file, line=row.line, key=row.name,
            allowed=f"{low:g} to {high:g}",
        )  # fmt: skip
    if row.source not in known:
        raise InputError(
            f"'{row.source}' is not a source", file=row.file, line=row.line, key=row.name,
            allowed="an identifier of the source tables", nearest=nearest_name(row.source, known),
        )  # fmt: skip
