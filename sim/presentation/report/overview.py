"""All scenarios on one screen: what each costs a year and what it changes in the leading measures."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from sim.analysis.comparison import CLEAR, NO_CHANGE, NOT_KNOWN, TOO_SMALL, Comparison
from sim.outcomes.measures import Measure
from sim.presentation import words
from sim.presentation.layout import WIDTH, side_by_side, wrapped
from sim.presentation.report.blocks import MARKS, is_known, narrow_change
from sim.presentation.report.money import cost, counted, when
from sim.presentation.report.selection import leading, others

_TITLE_WIDTH, _COST_WIDTH, _GAP = 28, 13, 2
_SHORT = {NO_CHANGE: "no change", TOO_SMALL: "too small", NOT_KNOWN: "not known"}


def overview(comparison: Comparison) -> str:
    """The table as text, at most 100 columns wide; a mark before each clear change, numbers are best estimates."""
    measures = leading(comparison)
    column = (WIDTH - _TITLE_WIDTH - _COST_WIDTH - _GAP) // max(len(measures), 1)
    lines = _rows(
        ["", _cost_head(comparison), *(f"{measure.label} ({measure.counts})" for measure in measures)],
        column,
        is_head=True,
    )
    lines.append("-" * WIDTH)
    for name in others(comparison):
        cells = [brief(comparison.row(name, measure.name), measure) for measure in measures]
        lines += _rows([comparison.titles[name], _cost(comparison, name), *cells], column)
    return "\n".join(lines) + "\n"


def markdown_overview(comparison: Comparison) -> str:
    """The same table in Markdown."""
    measures = leading(comparison)
    heads = [
        "Scenario",
        _cost_head(comparison).capitalize(),
        *(f"{measure.label} ({measure.counts})" for measure in measures),
    ]
    lines = [f"| {' | '.join(heads)} |", f"| --- | ---: |{' --- |' * len(measures)}"]
    for name in others(comparison):
        cells = [brief(comparison.row(name, measure.name), measure) for measure in measures]
        row = [words.markdown(comparison.titles[name]), _cost(comparison, name), *(text.strip() for text in cells)]
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines) + "\n"


def brief(row: Mapping[str, Any], measure: Measure) -> str:
    """A change in very few words, its mark first: '+ 96 more', '  not clear', '  too small', '! £20,000 more'."""
    verdict = str(row["verdict"])
    if verdict in CLEAR:
        return f"{MARKS[verdict]} {_number(row, measure)}"
    if verdict == NOT_KNOWN and is_known(row):  # one run: a number without an interval
        return f"  {_number(row, measure)}"
    return f"  {_SHORT.get(verdict, 'not clear')}"


def _cost_head(comparison: Comparison) -> str:
    """The head of the column of money."""
    is_partial = any(counted(comparison, name) for name in others(comparison))
    return f"costs a year ({when(comparison.months)})" if is_partial else "costs a year"


def _cost(comparison: Comparison, name: str) -> str:
    """'£500,000', with what falls in the counted year in brackets where that is another sum."""
    in_year = counted(comparison, name)
    return f"{cost(comparison, name)}{f' ({in_year})' if in_year else ''}"


def _cost_lines(text: str) -> list[str]:
    """The cost in lines of its column; a sum in millions stays on one."""
    joined = text.replace(" million", "\N{NO-BREAK SPACE}million").replace(" billion", "\N{NO-BREAK SPACE}billion")
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in wrapped(joined, _COST_WIDTH - 1)]


def _number(row: Mapping[str, Any], measure: Measure) -> str:
    """The number alone: the head of the column says what is counted."""
    text = narrow_change(row, measure).removeprefix("about ")
    return text.removesuffix(" people").removesuffix(" person")


def _rows(cells: list[str], column: int, *, is_head: bool = False) -> list[str]:
    """A row of the table as lines: every cell wrapped in its column, the cost to the right."""
    lines = [textwrap.wrap(cells[0], _TITLE_WIDTH - 1, max_lines=3, placeholder=" ...") or [""]]
    lines.append([f"{line:>{_COST_WIDTH - 1}}" for line in _cost_lines(cells[1])])
    for text in cells[2:]:
        indent = "  " if is_head else text[:2]
        lines.append(
            textwrap.wrap(text.strip(" +!*"), column - 1, initial_indent=indent, subsequent_indent="  ") or [""]
        )
    return side_by_side(lines, [_TITLE_WIDTH, _COST_WIDTH + _GAP, *([column] * (len(cells) - 2))])
