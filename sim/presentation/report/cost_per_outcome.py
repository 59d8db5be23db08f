"""What one more of an outcome costs, in words: a table an outcome, and why none is told of the others.

Scenarios stand in the order in which they were given, never by merit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.analysis.comparison import Comparison
from sim.analysis.money import COUNTED_DAYS
from sim.analysis.value.cost_per_outcome import NO_CHANGE, NO_MONEY, TOLD, TOO_SHORT, TOO_SMALL, WORSE
from sim.core.grammar import listed
from sim.document.blocks import Block, Cell, Document, Heading, Table, notes, paragraphs, tied
from sim.outcomes.measures import Measure, measure_named
from sim.presentation import words
from sim.presentation.report.blocks import interval_head
from sim.presentation.report.selection import time_counted
from sim.presentation.report.ties import assumed

Row = Mapping[str, Any]
TITLE = "What one more of an outcome costs"
NO_LIMIT = "no upper limit"
SILENT: Mapping[str, str] = {
    WORSE: "it gets worse",
    NO_CHANGE: "it does not change",
    TOO_SMALL: "the change is on average too small to share the money over",
    TOO_SHORT: "money is filled for under 90 days, too short to value",
}
"""Why no cost of an outcome is told, in words; who spends nothing more is told once, before all outcomes."""


def costs_part(comparison: Comparison) -> Document:
    """The part of a study that compares scenarios; nothing where none is told and none would be of longer money."""
    rows = _rows(comparison)
    if not any(map(_is_said, rows)):
        return ()
    by_measure = {str(row["measure"]): [one for one in rows if one["measure"] == row["measure"]] for row in rows}
    with_cost = {name: of for name, of in by_measure.items() if any(map(_is_said, of))}
    tables = [block for of in with_cost.values() for block in _outcome(comparison, of)]
    without_cost = [words.lowered(measure_named(name).label) for name in by_measure if name not in with_cost]
    last = (
        f"More money makes none of these better by enough to count: {', '.join(without_cost)}." if without_cost else ""
    )
    first = paragraphs([_rule(comparison), _no_money(comparison, rows)])
    return (Heading(TITLE), *first, *tables, *paragraphs([last]))


def _is_said(row: Row) -> bool:
    """Whether a row makes a part of its outcome worth its place."""
    return row["status"] in (TOLD, TOO_SHORT)


def _rows(comparison: Comparison) -> list[Row]:
    if comparison.cost_per_outcome is None:
        return []
    return [{str(key): cell for key, cell in row.items()} for row in comparison.cost_per_outcome.to_dict("records")]


def _rule(comparison: Comparison) -> str:
    return (
        f"Money spent on levers by all payers beyond '{comparison.titles[comparison.baseline]}', over the people "
        f"counted, of the releases of {time_counted(comparison)}, per outcome that is better for it; nothing that is "
        f"saved elsewhere comes off. Where an outcome may as well not change, its cost has {NO_LIMIT}. QALYs have "
        "their cost in the next parts. (assumed): effect or price is; with optimism bias: were its prices as much too "
        "low as such prices tend to be."
    )


def _no_money(comparison: Comparison, rows: list[Row]) -> str:
    """Which scenarios spend no more than the baseline; '' where all do."""
    titles = dict.fromkeys(comparison.titles[str(row["scenario"])] for row in rows if row["status"] == NO_MONEY)
    return f"No cost is told of what spends no more than the baseline: {'; '.join(titles)}." if titles else ""


def _outcome(comparison: Comparison, rows: list[Row]) -> Iterator[Block]:
    measure, with_cost = measure_named(str(rows[0]["measure"])), [row for row in rows if row["status"] == TOLD]
    yield Heading(f"{measure.label}: {_one(measure)}", level=3)
    if with_cost:
        heads = ("Scenario", "Cost", interval_head(comparison), "With optimism bias")
        yield Table(heads, tuple(_row(comparison, row) for row in with_cost))
    yield from notes([_window(with_cost), _silence(comparison, rows)])


def _one(measure: Measure) -> str:
    """'one more person', 'one night fewer'."""
    noun = words.NOUNS[measure.counts][0]
    return f"one {noun} fewer" if measure.better == "lower" else f"one {noun} more"


def _row(comparison: Comparison, row: Row) -> tuple[Cell, ...]:
    title = comparison.titles[str(row["scenario"])]
    cost = f"{_gbp(row['cost_per_outcome_gbp'])}{assumed(row)}"
    has_bias = float(row["optimism_bias_gbp"]) > 0.0
    return title, tied(cost), _limits(row), tied(_gbp(row["cost_per_outcome_with_bias_gbp"])) if has_bias else "none"


def _limits(row: Row) -> str:
    """'£210 to £1,100', '£210 or more, no upper limit'; 'no interval' of one run."""
    limit = str(row["has_upper_limit"])
    if not limit:
        return "no interval"
    low = float(row["cost_per_outcome_low"])
    if limit == "no":
        return f"{tied(f'{_gbp(low)} or more')}, {tied(NO_LIMIT)}"
    return tied(f"{_gbp(low)} to {_gbp(row['cost_per_outcome_high'])}")


def _gbp(number: Any) -> str:
    return words.pounds(float(words.rounded(float(number))))


def _window(rows: list[Row]) -> str:
    """Over how many days money is counted where these are not a year's."""
    days = {int(row["window_days"]) for row in rows} - {COUNTED_DAYS}
    return f"Money of the first {min(days)} days after release alone, as the outcome is." if days else ""


def _silence(comparison: Comparison, rows: list[Row]) -> str:
    """'No cost is told where it gets worse (A; B), ...'; '' where all are told."""
    said = []
    for status, why in SILENT.items():
        titles = [comparison.titles[str(row["scenario"])] for row in rows if row["status"] == status]
        said += [f"where {why} ({'; '.join(titles)})"] if titles else []
    return f"No cost is told {listed(said)}." if said else ""
