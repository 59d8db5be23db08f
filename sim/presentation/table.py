"""The commissioner's table: what each scenario costs a year and what it changes, in people, as text and as Markdown."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from sim.analysis.comparison import CLEAR, NO_CHANGE, NOT_KNOWN, TOO_SMALL, Comparison
from sim.outcomes.measures import HEADLINES, MEASURES, Measure
from sim.presentation import words
from sim.scenario.levers import LEVERS

WIDTH = 100
_TITLE_WIDTH = 50
_CHANGE_WIDTH = 22
MARKS = {"better": "+", "worse": "!", "more": "*", "fewer": "*"}


def plain_title(measure: Measure) -> str:
    """The title without '(expected)': a reader of one page needs the event, not the way of counting it."""
    return measure.title.removesuffix(" (expected)")


def scenario_blocks(comparison: Comparison) -> str:
    """One block a scenario: cost, then a line for each headline measure; at most 100 columns wide."""
    lines: list[str] = []
    for name in comparison.scenarios:
        if name == comparison.baseline:
            continue
        lines += [*_heading(comparison, name), ""]
        lines += [line for measure in _shown(comparison) for line in _line(comparison, name, measure)]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def value_lines(comparison: Comparison, name: str, *, headlines_only: bool = False) -> str:
    """The values of one scenario with their intervals, one line a measure."""
    lines = []
    for measure in MEASURES:
        if measure.name not in set(comparison.rows["measure"]) or (headlines_only and not measure.headline):
            continue
        row = comparison.row(name, measure.name)
        shown = words.value(float(row["value"]), measure)
        ends = _value_interval(row, measure)
        title = plain_title(measure) if headlines_only else measure.title
        lines.append(f"  {title:<60}{shown:<23}{ends}".rstrip())
    return "\n".join(lines) + "\n"


def markdown(comparison: Comparison) -> str:
    """The same table in Markdown: a row for each scenario and headline measure."""
    level = words.level_in_words(comparison.level)
    lines = [
        f"| Scenario | Cost a year | What changes in a year | Change | {level} interval |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name in comparison.scenarios:
        if name == comparison.baseline:
            continue
        first = (_cell(comparison.titles[name]), _cost(comparison, name))
        for measure in _shown(comparison):
            row = comparison.row(name, measure.name)
            cells = (*first, plain_title(measure), change(row, measure), _ends(row))
            lines.append(f"| {' | '.join(cells)} |")
            first = ("", "")
    return "\n".join(lines) + "\n"


def change(row: Mapping[str, Any], measure: Measure) -> str:
    """The change in words: a count in a year; 'no clear difference' when the interval holds zero."""
    number = float(row["per_year"])
    if row["verdict"] in CLEAR:
        return words.about(number, measure.counts)
    if row["verdict"] in (NO_CHANGE, TOO_SMALL):
        return str(row["verdict"])
    if row["verdict"] == NOT_KNOWN:
        return words.about(number, measure.counts) if math.isfinite(number) else "not known"
    return "no clear difference"


def _narrow_change(row: Mapping[str, Any], measure: Measure) -> str:
    """The change for a narrow column: the title beside it says what nights, deaths or appointments are counted."""
    words_of_change = change(row, measure)
    if measure.counts == "people":
        return words_of_change
    one, several = words.NOUNS[measure.counts]
    return words_of_change.removesuffix(f" {several}").removesuffix(f" {one}")


def lever_title(name: str) -> str:
    """A lever's title in the catalogue; its name in words when the catalogue does not know it."""
    return LEVERS[name].title if name in LEVERS else name.replace("_", " ")


def funding_line(comparison: Comparison, name: str) -> str:
    """What the money buys and who pays: '10.9 navigator posts, paid by council public health'; '' for nothing."""
    rows = comparison.spend[comparison.spend["scenario"] == name].to_dict("records")
    parts = []
    for row in rows:
        units = float(row["units"])
        size = f"{units:,.0f}" if units >= 100 or units == int(units) else f"{units:,.1f}"
        lever = lever_title(str(row["lever"]))
        paid = f"{words.payer(str(row['payer']))}, {words.pounds(float(row['gbp_per_year']))}"
        note = f"; {row['note']}" if isinstance(row["note"], str) and row["note"] else ""
        parts.append(f"{lever}: {size} x {row['unit']} ({paid}{note})")
    return "; ".join(parts)


def _shown(comparison: Comparison) -> list[Measure]:
    present = set(comparison.rows["measure"])
    return [measure for measure in HEADLINES if measure.name in present]


def _heading(comparison: Comparison, name: str) -> Iterator[str]:
    cost = f"costs {_cost(comparison, name)} a year"
    title = comparison.titles[name]
    if len(title) + len(cost) + 2 <= WIDTH:
        yield f"{title}{cost:>{WIDTH - len(title)}}"
    else:
        yield from textwrap.wrap(title, WIDTH)
        yield f"{cost:>{WIDTH}}"
    yield "-" * WIDTH
    funding = funding_line(comparison, name)
    if funding:
        yield from textwrap.wrap(f"buys {funding}", WIDTH, initial_indent="  ", subsequent_indent="  ")


def _line(comparison: Comparison, name: str, measure: Measure) -> Iterator[str]:
    row = comparison.row(name, measure.name)
    mark = MARKS.get(str(row["verdict"]), " ")
    head = textwrap.wrap(plain_title(measure), _TITLE_WIDTH - 1)
    ends = _ends(row)
    yield f"{mark} {head[0]:<{_TITLE_WIDTH}}{_narrow_change(row, measure):<{_CHANGE_WIDTH}}{ends}".rstrip()
    for rest in head[1:]:
        yield f"    {rest}"


def _ends(row: Mapping[str, Any]) -> str:
    if row["verdict"] == NO_CHANGE:
        return ""
    return words.interval(float(row["per_year_low"]), float(row["per_year_high"]))


def _value_interval(row: Mapping[str, Any], measure: Measure) -> str:
    low, high = float(row["value_low"]), float(row["value_high"])
    if not (math.isfinite(low) and math.isfinite(high)):
        return "no interval"
    if measure.is_share:
        return f"{words.percent(max(0.0, low))} to {words.percent(min(1.0, high))}"
    scale = 1000.0 if measure.counts in ("deaths", "overdoses", "appointments") else 1.0
    return f"{max(0.0, low) * scale:,.1f} to {high * scale:,.1f}"


def _cost(comparison: Comparison, name: str) -> str:
    cost = comparison.cost_gbp[name]
    return words.pounds(cost) if cost else "£0"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
