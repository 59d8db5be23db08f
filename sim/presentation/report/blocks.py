"""The commissioner's table: what each scenario costs a year and what it changes, in people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.analysis.comparison import Comparison
from sim.analysis.verdicts import NO_CHANGE, TOO_SMALL
from sim.core.grammar import listed
from sim.document.blocks import Block, Cell, Document, Heading, Marked, Table, notes, sentence, tied
from sim.outcomes.measures import Measure
from sim.presentation import chances, words
from sim.presentation.report.changes import SILENT, change, ends, ends_beside
from sim.presentation.report.money import cost_in_words, funding_line
from sim.presentation.report.payers import money_lines
from sim.presentation.report.selection import headlines, levels_of, others, time_counted
from sim.presentation.report.ties import ties_of
from sim.scenario.levers.grades import ASSUMED

WEAKEST = ("effect", "price")  # rows of the evidence whose grade stands beside a verdict


def plain_title(measure: Measure) -> str:
    """The title without '(expected)': a reader of one page needs the event, not the way of counting it."""
    return measure.title.removesuffix(" (expected)")


def scenario_blocks(comparison: Comparison) -> Document:
    """One part a scenario: its cost, what that buys, a row a likely change, and the rest in a sentence or two."""
    return tuple(block for name in others(comparison) for block in _scenario(comparison, name))


def _scenario(comparison: Comparison, name: str) -> Iterator[Block]:
    yield Heading(comparison.titles[name], beside=cost_in_words(comparison, name))
    yield from notes([sentence(funding) if (funding := funding_line(comparison, name)) else ""])
    measures = {measure: comparison.row(name, measure.name) for measure in headlines(comparison)}
    shown = {measure: row for measure, row in measures.items() if not _unsaid(row)}
    if shown:
        heads = (f"What changes in {time_counted(comparison)}", "Change", interval_head(comparison), "How sure")
        yield Table(heads, tuple(_row(row, measure) for measure, row in shown.items()))
    yield from notes([chances.wrong_marks(shown.values())])
    yield from notes([sentence(text) if (text := silence(comparison, name)) else ""])
    yield from notes(sentence(text) for text in money_lines(comparison, name))
    yield from notes([grades_line(comparison, name)])


def _row(row: Mapping[str, Any], measure: Measure) -> tuple[Cell, ...]:
    title = Marked(chances.mark(row), plain_title(measure))
    return title, change(row, measure), ends_beside(row, measure), chances.how_sure(row)


def _unsaid(row: Mapping[str, Any]) -> str:
    """Why a difference has no row of its own in the table; '' where it has one."""
    if row["verdict"] in SILENT:
        return str(row["verdict"])
    said = chances.band(row)
    return said if chances.is_open(said) else ""


def silence(comparison: Comparison, name: str) -> str:
    """The headline measures without a row in the table, by reason, with intervals and chances; '' for none."""
    by_reason: dict[str, list[str]] = {}
    for measure in headlines(comparison):
        row = comparison.row(name, measure.name)
        if reason := _unsaid(row):
            by_reason.setdefault(reason, []).append(f"{words.lowered(measure.label)}{_beside(row, measure)}")
    last = (chances.NO_DIFFERENCE, *SILENT)
    order = sorted(by_reason, key=lambda reason: last.index(reason) + 1 if reason in last else 0)
    return "; ".join(f"{reason}: {', '.join(by_reason[reason])}" for reason in order)


def _beside(row: Mapping[str, Any], measure: Measure) -> str:
    """' (3 fewer to 54 more; chance of being better 60%, ...)'; the chance is left out where nothing would count."""
    if row["verdict"] == NO_CHANGE:
        return ""
    said = [] if row["verdict"] == TOO_SMALL else [chances.in_words(row), *chances.remarks(row)]
    return f" ({'; '.join([ends(row, measure), *said])})"


def grades_line(comparison: Comparison, name: str) -> str:
    """The weakest effect row and price row with their grades; where one is assumed, what would settle it."""
    grades = comparison.grades(name)
    parts = [f"{what} {grades[f'{what}_row']} ({grades[f'{what}_grade']})" for what in WEAKEST if grades[f"{what}_row"]]
    if not parts:
        return ""
    said = f"Rests on: {', '.join(parts)}, the weakest rows of the evidence that it reads."
    assumed = next((what for what in WEAKEST if grades[f"{what}_grade"] == ASSUMED), "")
    if not assumed:
        return said
    row, of_what = grades[f"{assumed}_row"], {"effect": "nothing", "price": "nothing in money"}[assumed]
    where, view = ties_of(comparison, name)
    tie = f" It ties with the best other scenario at {where} ({view})." if where else ""
    settled = {"effect": "measured among people leaving prison", "price": "paid by somebody, or asked of a provider"}
    return (
        f"{said} With an assumed {assumed} {of_what} is marked, as better or as worse.{tie} What would settle it: "
        f"{row} {settled[assumed]}; what is known: throughgate evidence {row}."
    )


def grades_note(comparison: Comparison) -> str:
    """The weakest grades of effect and price of every scenario that buys something; '' where none does."""
    by_grades: dict[str, list[str]] = {}
    for name in others(comparison):
        grades = comparison.grades(name)
        if grades["price_grade"]:
            said = f"effect {grades['effect_grade'] or 'none'}, price {grades['price_grade']}"
            by_grades.setdefault(said, []).append(comparison.titles[name])
    if not by_grades:
        return ""
    if len(by_grades) == 1 and len(next(iter(by_grades.values()))) > 1:
        return f"Weakest grades of the evidence in every scenario that buys something: {next(iter(by_grades))}."
    parts = [f"{said} ({'; '.join(of)})" for said, of in by_grades.items()]
    return f"Weakest grades of the evidence: {listed(parts)}."


def values_table(comparison: Comparison, name: str, *, headlines_only: bool = False) -> Table:
    """The values of one scenario with their intervals, one row a measure."""
    rows = []
    for measure in headlines(comparison) if headlines_only else levels_of(comparison):
        row = comparison.row(name, measure.name)
        shown = words.value(float(row["value"]), measure)
        interval = words.value_interval(float(row["value_low"]), float(row["value_high"]), measure)
        rows.append((plain_title(measure) if headlines_only else measure.title, shown, tied(interval)))
    return Table(("Measure", "Value", interval_head(comparison)), tuple(rows))


def interval_head(comparison: Comparison) -> str:
    """The head of a column of intervals, '95% interval'."""
    return f"{words.level_in_words(comparison.level)} interval"
