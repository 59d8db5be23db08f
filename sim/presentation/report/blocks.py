"""The commissioner's table: what each scenario costs a year and what it changes, in people, as text and as Markdown."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from sim.analysis.comparison import CLEAR, NO_CHANGE, NOT_CLEAR, NOT_KNOWN, TOO_SMALL, Comparison
from sim.outcomes.measures import Measure
from sim.presentation import words
from sim.presentation.layout import WIDTH, hanging, wrapped
from sim.presentation.report.money import cost_in_words, funding_line
from sim.presentation.report.selection import headlines, measures_of, others, payer_costs

_TITLE_WIDTH = 46
_CHANGE_WIDTH = 26
_VALUE_WIDTH = 24
SILENT = (NOT_CLEAR, TOO_SMALL, NO_CHANGE)  # verdicts that claim nothing, or that nothing moved
MARKS = {"better": "+", "worse": "!", "more": "*", "fewer": "*"}


def plain_title(measure: Measure) -> str:
    """The title without '(expected)': a reader of one page needs the event, not the way of counting it."""
    return measure.title.removesuffix(" (expected)")


def scenario_blocks(comparison: Comparison) -> str:
    """One block a scenario: cost, what it buys, a line a clear change, the rest in a few; at most 100 columns."""
    lines: list[str] = []
    for name in others(comparison):
        lines += [*_heading(comparison, name), ""]
        for measure in headlines(comparison):
            row = comparison.row(name, measure.name)
            if row["verdict"] not in SILENT:
                lines += _line(row, measure)
        for text in (silence(comparison, name), payers_line(comparison, name)):
            lines += hanging(text)
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


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
    return ", too few runs to say" if beyond and row["verdict"] == NOT_CLEAR else ""


def payers_line(comparison: Comparison, name: str) -> str:
    """Who spends more or less, and how much, as far as it is clear; '' when nothing is."""
    parts = []
    for code, measure in payer_costs(comparison):
        row = comparison.row(name, measure.name)
        if row["verdict"] in CLEAR:
            parts.append(f"{words.payer(code)} {change(row, measure)}{bracketed(row, measure)}")
    return f"money spent and saved by payer, where clear: {'; '.join(parts)}" if parts else ""


def value_lines(comparison: Comparison, name: str, *, headlines_only: bool = False) -> str:
    """The values of one scenario with their intervals, one line a measure."""
    lines = []
    for measure in headlines(comparison) if headlines_only else measures_of(comparison):
        row = comparison.row(name, measure.name)
        shown = words.value(float(row["value"]), measure)
        interval = words.value_interval(float(row["value_low"]), float(row["value_high"]), measure)
        head, *rest = wrapped(plain_title(measure) if headlines_only else measure.title, 55)
        line = f"  {head:<56}{shown:<{_VALUE_WIDTH}}"
        line = line if line.endswith("  ") else f"{line.rstrip()}  "
        fits = len(line) + len(interval) <= WIDTH
        lines.append(f"{line}{interval}".rstrip() if fits else f"{line.rstrip()}\n{interval:>{WIDTH}}")
        lines += [f"    {part}" for part in rest]
    return "\n".join(lines) + "\n"


def markdown_blocks(comparison: Comparison) -> str:
    """The blocks in Markdown: a heading a scenario, a table of its clear changes, and the rest in a sentence."""
    level = words.level_in_words(comparison.level)
    parts: list[str] = []
    for name in others(comparison):
        parts.append(f"## {words.markdown(comparison.titles[name])}: {cost_in_words(comparison, name)}")
        funding = funding_line(comparison, name)
        if funding:
            parts.append(words.markdown(f"{funding[0].upper()}{funding[1:]}."))
        rows = []
        for measure in headlines(comparison):
            row = comparison.row(name, measure.name)
            if row["verdict"] not in SILENT:
                mark = MARKS.get(str(row["verdict"]), "")
                cells = (mark, plain_title(measure), change(row, measure), ends(row, measure))
                rows.append(f"| {' | '.join(cells)} |")
        if rows:
            head = f"| | What changes in a year | Change | {level} interval |\n| --- | --- | --- | --- |\n"
            parts.append(head + "\n".join(rows))
        for text in (silence(comparison, name), payers_line(comparison, name)):
            if text:
                parts.append(f"{text[0].upper()}{text[1:]}.")
    return "\n\n".join(parts) + "\n"


def change(row: Mapping[str, Any], measure: Measure) -> str:
    """The change in words: a count in a year; 'no clear difference' when the interval holds zero."""
    number = float(row["per_year"])
    if row["verdict"] in CLEAR:
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


def narrow_change(row: Mapping[str, Any], measure: Measure) -> str:
    """The change for a narrow column: the title beside it says what nights, deaths or appointments are counted."""
    words_of_change = change(row, measure)
    if measure.counts == "people" or measure.counts not in words.NOUNS:
        return words_of_change
    one, several = words.NOUNS[measure.counts]
    return words_of_change.removesuffix(f" {several}").removesuffix(f" {one}")


def better_words(measure: Measure) -> str:
    """Which direction is better, in words; nothing where neither is."""
    if measure.better == "lower":
        return "less is better" if measure.counts in words.MONEY else "fewer is better"
    return "more is better" if measure.better == "higher" else ""


def _heading(comparison: Comparison, name: str) -> Iterator[str]:
    costs = cost_in_words(comparison, name)
    title = comparison.titles[name]
    if len(title) + len(costs) + 2 <= WIDTH:
        yield f"{title}{costs:>{WIDTH - len(title)}}"
    else:
        yield from wrapped(title)
        yield f"{costs:>{WIDTH}}"
    yield "-" * WIDTH
    funding = funding_line(comparison, name)
    if funding:
        yield from textwrap.wrap(funding, WIDTH, initial_indent="  ", subsequent_indent="  ")


def _line(row: Mapping[str, Any], measure: Measure) -> Iterator[str]:
    mark = MARKS.get(str(row["verdict"]), " ")
    head = wrapped(plain_title(measure), _TITLE_WIDTH - 1)
    interval = ends(row, measure)
    begin = f"{mark} {head[0]:<{_TITLE_WIDTH}}{narrow_change(row, measure):<{_CHANGE_WIDTH}}"
    fits = len(begin) + len(interval) <= WIDTH and (begin.endswith("  ") or not interval)
    yield f"{begin}{interval}".rstrip() if fits else begin.rstrip()
    for rest in head[1:]:
        yield f"    {rest}"
    if not fits:
        yield f"{interval:>{WIDTH}}"


def ends(row: Mapping[str, Any], measure: Measure) -> str:
    """Both ends of the interval of a yearly difference; '' where nothing moved."""
    if row["verdict"] == NO_CHANGE or (row["verdict"] == NOT_KNOWN and not is_known(row)):
        return ""
    return words.interval(float(row["per_year_low"]), float(row["per_year_high"]), measure.counts)
