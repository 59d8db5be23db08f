"""What is shown of a study: its headline measures, and the few scenarios that a chart has room for.

Measures are looked up by the names that the study holds, so a page or a chart shows what was counted and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.analysis.comparison import Comparison
from sim.analysis.verdicts import SURE
from sim.core.grammar import counted
from sim.outcomes.measures import Measure, measure_named
from sim.presentation import words

if TYPE_CHECKING:
    import pandas as pd

MONTHS_OF_RELEASES = 12
# Differences alone: their level is a sum of what has no baseline.
DIFFERENCES_ALONE = ("net_cost_gbp",)
# Measures that headline and overview name first.
LEADING = ("engaged_within_3_weeks", "rough_sleeping_days", "deaths_365_days_expected", "recalled_365_days")


@dataclass(frozen=True)
class Choice:
    """Scenarios by what they do to one measure: drawn, almost certain beyond the room there is, and the others."""

    drawn: tuple[str, ...]
    sure: tuple[str, ...]
    silent: tuple[str, ...]


def measures_of(comparison: Comparison) -> list[Measure]:
    """The measures counted for everybody, in the study's order."""
    return [measure_named(str(name)) for name in dict.fromkeys(comparison.rows["measure"])]


def levels_of(comparison: Comparison) -> list[Measure]:
    """The same without those that say something as a difference alone."""
    return [measure for measure in measures_of(comparison) if measure.name not in DIFFERENCES_ALONE]


def headlines(comparison: Comparison) -> list[Measure]:
    """The measures of the one-page table, as far as the study holds them."""
    return [measure for measure in measures_of(comparison) if measure.headline]


def leading(comparison: Comparison) -> list[Measure]:
    """The leading measures, as far as the study holds them."""
    by_name = {measure.name: measure for measure in measures_of(comparison)}
    return [by_name[name] for name in LEADING if name in by_name]


def others(comparison: Comparison) -> list[str]:
    """The scenarios beside the baseline."""
    return [name for name in comparison.scenarios if name != comparison.baseline]


def most_changed(comparison: Comparison, measure: str, room: int) -> Choice:
    """The scenarios that almost certainly change a measure for everybody, the largest change first."""
    rows = {name: comparison.row(name, measure) for name in others(comparison)}
    sure = [name for name, row in rows.items() if row["verdict"] in SURE]
    sure.sort(key=lambda name: -abs(float(rows[name]["difference"])))
    silent = tuple(name for name in rows if name not in sure)
    return Choice(tuple(sure[:room]), tuple(sure[room:]), silent)


def difference_in_words(row: Mapping[str, Any], measure: Measure) -> str:
    """A difference in words, by its own unit: a count in a year where it is one, else the change of the value."""
    if measure.per_person:
        return f"{words.about(float(row['per_year']), measure.counts)} a year"
    return words.about(float(row["difference"]), measure.counts)


def is_short(comparison: Comparison) -> bool:
    """Whether the run ends before a year of releases is over."""
    return comparison.months < MONTHS_OF_RELEASES


def time_counted(comparison: Comparison) -> str:
    """Whose time counts stand for: 'a year', or 'the 2 months of this run' where it is shorter."""
    if not is_short(comparison):
        return "a year"
    return (
        "the month of this run" if comparison.months == 1 else f"the {counted(comparison.months, 'month')} of this run"
    )


def group_rows(comparison: Comparison, stratum: str, measure: str) -> pd.DataFrame:
    """The rows by group of one stratum and measure; none when the study does not hold them or counted nobody."""
    groups = comparison.groups
    rows = groups[(groups["stratum"] == stratum) & (groups["measure"] == measure)]
    return rows.reset_index(drop=True) if rows["value"].notna().any() else rows.iloc[:0]
