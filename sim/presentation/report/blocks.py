"""The commissioner's table: what each scenario costs a year and what it changes, in people."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from sim.analysis.comparison import Comparison
from sim.analysis.verdicts import MARKED, NO_CHANGE, NOT_KNOWN, NOT_MARKED, TOO_SMALL
from sim.document.blocks import Block, Document, Heading, Marked, Table, notes, sentence, tied
from sim.outcomes.measures import Measure
from sim.presentation import words
from sim.presentation.report.money import cost_in_words, funding_line
from sim.presentation.report.selection import headlines, measures_of, others, payer_costs, time_counted

SILENT = (NOT_MARKED, TOO_SMALL, NO_CHANGE)  # verdicts that claim nothing, or that nothing moved
MARKS = {"better": "+", "worse": "!", "more": "*", "fewer": "*"}


def plain_title(measure: Measure) -> str:
    """The title without '(expected)': a reader of one page needs the event, not the way of counting it."""
    return measure.title.removesuffix(" (expected)")


def scenario_blocks(comparison: Comparison) -> Document:
    """One part a scenario: its cost, what that buys, a row a clear change, and the rest in a sentence or two."""
    return tuple(block for name in others(comparison) for block in _scenario(comparison, name))


def _scenario(comparison: Comparison, name: str) -> Iterator[Block]:
    yield Heading(comparison.titles[name], beside=cost_in_words(comparison, name))
    yield from notes([sentence(funding) if (funding := funding_line(comparison, name)) else ""])
    measures = {measure: comparison.row(name, measure.name) for measure in headlines(comparison)}
    rows = tuple(
        (
            Marked(MARKS.get(str(row["verdict"]), ""), plain_title(measure)),
            change(row, measure),
            tied(ends(row, measure)),
        )
        for measure, row in measures.items()
        if row["verdict"] not in SILENT
    )
    if rows:
        yield Table((f"What changes in {time_counted(comparison)}", "Change", interval_head(comparison)), rows)
    rest = (silence(comparison, name), payers_line(comparison, name))
    yield from notes(sentence(text) if text else "" for text in rest)


def silence(comparison: Comparison, name: str) -> str:
    """The headline measures of which nothing is claimed, by reason and with intervals; '' when there are none."""
    by_verdict: dict[str, list[str]] = {}
    for measure in headlines(comparison):
        row = comparison.row(name, measure.name)
        verdict = str(row["verdict"])
        if verdict in SILENT:
            interval = "" if verdict == NO_CHANGE else f" ({ends(row, measure)}{_too_few(row)})"
            by_verdict.setdefault(verdict, []).append(f"{words.lowered(measure.label)}{interval}")
    return "; ".join(f"{verdict}: {', '.join(by_verdict[verdict])}" for verdict in SILENT if verdict in by_verdict)


def _too_few(row: Mapping[str, Any]) -> str:
    """Why nothing is claimed though the interval leaves zero out: runs too few to tell the draws' spread from luck."""
    beyond = float(row["per_year_low"]) > 0.0 or float(row["per_year_high"]) < 0.0
    return ", too few runs to say" if beyond and row["verdict"] == NOT_MARKED else ""


def payers_line(comparison: Comparison, name: str) -> str:
    """Who spends more or less, and how much, as far as it is clear; '' when nothing is."""
    parts = []
    for code, measure in payer_costs(comparison):
        row = comparison.row(name, measure.name)
        if row["verdict"] in MARKED:
            parts.append(f"{words.payer(code)} {change(row, measure)}{bracketed(row, measure)}")
    return f"money spent and saved by payer, where clear: {'; '.join(parts)}" if parts else ""


def values_table(comparison: Comparison, name: str, *, headlines_only: bool = False) -> Table:
    """The values of one scenario with their intervals, one row a measure."""
    rows = []
    for measure in headlines(comparison) if headlines_only else measures_of(comparison):
        row = comparison.row(name, measure.name)
        shown = words.value(float(row["value"]), measure)
        interval = words.value_interval(float(row["value_low"]), float(row["value_high"]), measure)
        rows.append((plain_title(measure) if headlines_only else measure.title, shown, tied(interval)))
    return Table(("Measure", "Value", interval_head(comparison)), tuple(rows))


def interval_head(comparison: Comparison) -> str:
    """The head of a column of intervals, '95% interval'."""
    return f"{words.level_in_words(comparison.level)} interval"


def change(row: Mapping[str, Any], measure: Measure) -> str:
    """The change in words: a count in a year; 'no clear difference' when the interval holds zero."""
    number = float(row["per_year"])
    if row["verdict"] in MARKED:
        return words.about(number, measure.counts)
    if row["verdict"] in (NO_CHANGE, TOO_SMALL):
        return str(row["verdict"])
    if row["verdict"] == NOT_KNOWN:
        return words.about(number, measure.counts) if is_known(row) else "not known"
    return "no clear difference"


def is_known(row: Mapping[str, Any]) -> bool:
    """Whether anybody was counted, so that a change without an interval may still be told."""
    return math.isfinite(float(row["value"])) and math.isfinite(float(row["per_year"]))


def bracketed(row: Mapping[str, Any], measure: Measure) -> str:
    """' (60 to 180 more)' behind a change; '' where both ends of the interval say what the change says."""
    interval = ends(row, measure)
    return f" ({interval})" if interval and not change(row, measure).startswith(interval) else ""


def better_words(measure: Measure) -> str:
    """Which direction is better, in words; nothing where neither is."""
    if measure.better == "lower":
        return "less is better" if measure.counts in words.MONEY else "fewer is better"
    return "more is better" if measure.better == "higher" else ""


def ends(row: Mapping[str, Any], measure: Measure) -> str:
    """Both ends of the interval of a yearly difference; '' where nothing moved."""
    if row["verdict"] == NO_CHANGE or (row["verdict"] == NOT_KNOWN and not is_known(row)):
        return ""
    return words.interval(float(row["per_year_low"]), float(row["per_year_high"]), measure.counts)
