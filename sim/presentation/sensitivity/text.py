"""The page of a sensitivity study: which inputs move each scenario's advantage, and how much of the spread is luck.

As text, at most 100 columns wide, and as Markdown. Nothing is counted here: the tables hold every number.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.presentation import words
from sim.presentation.layout import WIDTH, hanging, paragraph, side_by_side, wrapped
from sim.presentation.sensitivity.page import ROOM, Line, Page, page_of
from sim.presentation.sensitivity.rows import is_settled, name_of
from sim.presentation.sensitivity.words import INDICES, Index, Labels, outcome, share

if TYPE_CHECKING:
    import pandas as pd

TITLE = "What moves each scenario's advantage"
MUCH = 0.5  # share of variance from which luck is in every input's total
NAMED = 6  # inputs named that cannot be told from zero
COLUMNS = (27, 51, 22)  # characters of outcome, inputs and luck


def sensitivity_text(
    sensitivity: pd.DataFrame, noise: pd.DataFrame, labels: Labels, *,
    common_random_numbers: pd.DataFrame | None = None, skipped: pd.DataFrame | None = None, design: str = "",
    index: str = "", measures: Sequence[str] = (),
) -> str:  # fmt: skip
    """The page as text.

    skipped: outcomes that could not be analysed, with the reason.

    index: by which inputs are put in order; the first of total, mu-star, first order, delta and PAWN that the table
    holds, where none is given. measures: outcomes told; the headline measures of the table, where none are given.
    A table without differences gives a page that says so.
    """
    page = page_of(sensitivity, noise, labels, common_random_numbers, design, index, measures, skipped)
    if page is None:
        return f"{TITLE}\n\nNo difference between scenarios was studied.\n"
    parts = [TITLE, *(paragraph(text) for text in _opening(page, labels)), _overview(page, labels)]
    for scenario, lines in page.by_scenario.items():
        block = [*wrapped(labels.scenario(scenario)), "-" * WIDTH, *_row(*_heads(page))]
        for line in lines:
            block += _row(line.head(), line.named(labels), line.luck)
        closing = _closing(page, scenario, lines, labels)
        block += ["", *(part for text in closing for part in hanging(text))]
        parts.append("\n".join(block))
    parts += [paragraph(text) for text in _notes(page, labels)]
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def sensitivity_markdown(
    sensitivity: pd.DataFrame, noise: pd.DataFrame, labels: Labels, *,
    common_random_numbers: pd.DataFrame | None = None, skipped: pd.DataFrame | None = None, design: str = "",
    index: str = "", measures: Sequence[str] = (),
) -> str:  # fmt: skip
    """The page as Markdown; arguments as for the text."""
    page = page_of(sensitivity, noise, labels, common_random_numbers, design, index, measures, skipped)
    if page is None:
        return f"# {TITLE}\n\nNo difference between scenarios was studied.\n"
    parts = [f"# {TITLE}", *(words.markdown(text) for text in _opening(page, labels)), _markdown_overview(page, labels)]
    for scenario, lines in page.by_scenario.items():
        heads = _heads(page)
        rows = [f"| {heads[0]} | {heads[1][0]} | {heads[2]} |", "| --- | --- | --- |"]
        for line in lines:
            inputs = "<br>".join(words.markdown(text) for text in line.named(labels))
            rows.append(f"| {words.markdown(line.head())} | {inputs} | {line.luck} |")
        parts += [f"## {words.markdown(labels.scenario(scenario))}", "\n".join(rows)]
        parts += [words.markdown(text) for text in _closing(page, scenario, lines, labels)]
    parts.append("\n".join(f"- {words.markdown(text)}" for text in _notes(page, labels)))
    return "\n\n".join(parts) + "\n"


def _opening(page: Page, labels: Labels) -> list[str]:
    level = words.level_in_words(labels.level)
    together = " Totals may add up to more than 100%, as what two inputs do together counts for both."
    total = together if page.index is INDICES["ST"] else ""
    return [
        f"Differences from '{labels.scenario(labels.baseline)}', the same people and the same luck under both. "
        f"Inputs are put in order by {_index_words(page.index)}; in brackets {level} intervals.{total} "
        f"Luck's part: share of variance that is chance alone. {page.runs:,} runs of the design '{page.design}' "
        f"({page.method.replace('_', ' ')}).",
    ]


def _overview(page: Page, labels: Labels) -> str:
    """All scenarios on one screen: the input that is most often the largest, and the range of luck's part."""
    lines = _row("Scenario", ["Most often the largest input"], "Luck's part", (44, 36, 20))
    lines = [lines[0], "-" * WIDTH]
    for scenario, of in page.by_scenario.items():
        lines += _row(labels.scenario(scenario), [_most_often(of, labels)], _luck_range(of), (44, 36, 20))
    return "\n".join(lines)


def _markdown_overview(page: Page, labels: Labels) -> str:
    """The same table in Markdown."""
    lines = ["| Scenario | Most often the largest input | Luck's part |", "| --- | --- | --- |"]
    for scenario, of in page.by_scenario.items():
        cells = (labels.scenario(scenario), _most_often(of, labels), _luck_range(of))
        lines.append(f"| {' | '.join(words.markdown(cell) for cell in cells)} |")
    return "\n".join(lines)


def _most_often(lines: Sequence[Line], labels: Labels) -> str:
    """'treatment (4 of 10 outcomes)'; inputs that share the place are all named."""
    counts: dict[str, int] = {}
    for line in lines:
        if line.clear:
            name = words.lowered(name_of(line.clear[0], labels))
            counts[name] = counts.get(name, 0) + 1
    if not counts:
        return "none can be told from zero"
    most = max(counts.values())
    named = words.listed([name for name, count in counts.items() if count == most])
    return f"{named} ({most} of {words.counted(len(lines), 'outcome')})"


def _luck_range(lines: Sequence[Line]) -> str:
    """'18% to 64%' over the outcomes; 'not known' where none tells."""
    shares = [line.luck_share for line in lines if math.isfinite(line.luck_share)]
    if not shares:
        return "not known"
    low, high = share(min(shares)), share(max(shares))
    return low if low == high else f"{low} to {high}"


def _index_words(index: Index) -> str:
    return f"their {index.name} index: {index.axis}" if index.is_share else index.axis


def _heads(page: Page) -> tuple[str, list[str], str]:
    return "Outcome", [f"Moved most by ({page.index.name})"], "Luck's part"


def _row(first: str, inputs: Sequence[str], luck: str, widths: tuple[int, int, int] = COLUMNS) -> list[str]:
    """One row of a table as lines, every cell wrapped in its column of so many characters."""
    cells = [
        wrapped(first, widths[0] - 2),
        [line for text in inputs for line in textwrap.wrap(text, widths[1] - 2, subsequent_indent="  ")],
        wrapped(luck, widths[2] - 2),
    ]
    return side_by_side(cells, widths)


def _closing(page: Page, scenario: str, lines: Sequence[Line], labels: Labels) -> list[str]:
    """What cannot be told from zero, how stable the order is, and what pairing saves."""
    return [
        text
        for text in (
            _silent(lines, labels),
            _stability(lines),
            _left_out(page.left_out[scenario]),
            page.worth.get(scenario, ""),
        )
        if text
    ]


def _silent(lines: Sequence[Line], labels: Labels) -> str:
    inputs: dict[str, str] = {}
    clear: set[str] = set()
    for line in lines:
        for row in line.inputs:
            key = f"{row['factor']}|{row['other']}"
            inputs[key] = words.lowered(name_of(row, labels))
            clear |= {key} if row["from_zero"] else set()
    silent = [name for key, name in inputs.items() if key not in clear]
    if not silent:
        return ""
    named = (
        words.listed(silent) if len(silent) <= NAMED else f"{', '.join(silent[:NAMED])} and {len(silent) - NAMED} more"
    )
    where = "here" if len(lines) == 1 else f"in any of these {len(lines)} outcomes"
    return f"Cannot be told from zero {where}: {len(silent)} of {len(inputs)} inputs ({named})."


def _stability(lines: Sequence[Line]) -> str:
    """In how many outcomes the largest input keeps its rank in every resample, and where it does not."""
    firsts = [(line, line.clear[0]) for line in lines if line.clear]
    if not firsts:
        return ""
    open_ = [line for line, row in firsts if not is_settled(row)]
    n_settled = len(firsts) - len(open_)
    of = words.counted(len(firsts), "outcome")
    if not open_:
        return f"The largest input keeps its rank in resamples in all of {of}."
    named = words.listed([outcome(line.measure) for line in open_[:ROOM]])
    more = f" and {len(open_) - ROOM} more" if len(open_) > ROOM else ""
    where = f"in {n_settled} of {of}" if n_settled else f"in none of {of}"
    return f"The largest input keeps its rank in resamples {where}; which is largest is open for {named}{more}."


def _left_out(outcomes: Sequence[str]) -> str:
    return f"Left out: {words.listed(list(outcomes))}." if outcomes else ""


def _notes(page: Page, labels: Labels) -> list[str]:
    notes = []
    if any(line.luck == "not known" for lines in page.by_scenario.values() for line in lines):
        notes.append("Luck's part is not known where luck was no factor and no run was repeated.")
    if page.index is INDICES["ST"] and any(
        line.luck_share > MUCH for lines in page.by_scenario.values() for line in lines
    ):
        notes.append(
            "Where luck's part is large, any input that moves a life at all also deals it other luck, and its total "
            "holds that too: many inputs then look alike. Read the first order there, or ask for more people."
        )
    return [
        *notes,
        "An input that matters here is one whose range of evidence moves the difference: better evidence on it would "
        "narrow the answer. One that cannot be told from zero may still matter to a person.",
        labels.source,
    ]
