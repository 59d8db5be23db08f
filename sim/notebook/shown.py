"""What a notebook shows: charts as a picture with alt text, their words and their data table; answers as tables.

All of it is one piece of HTML without scripts and without an address: the picture stands in it, so that a notebook is
whole on a machine without a network.
"""

from __future__ import annotations

import base64
import csv
import html
import io
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.analysis.comparison import Comparison
from sim.core import arguments
from sim.core.errors import InputError
from sim.core.grammar import counted
from sim.document.blocks import TIE, Cell, marked_texts
from sim.document.markdown import as_markdown
from sim.notebook.begin import shell_in_use
from sim.presentation.report.overview import overview
from sim.presentation.report.page import notes
from sim.presentation.report.selection import time_counted
from sim.presentation.theme import Chart

if TYPE_CHECKING:
    from sim.study.protocol import Progress

MOST_ROWS = 250  # rows of a data table that a notebook holds
NOTHING = "There is nothing to draw: no row of the results belongs on this chart."


@dataclass(frozen=True)
class Shown:
    """One output of a cell: HTML for people who see or hear it, and plain text."""

    html: str
    text: str

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}


def show(*items: Chart | Comparison | None) -> None:
    """Show charts and answers beneath the cell, in order; a chart that has nothing to draw says so."""
    for item in items:
        _display(shown(item))


def shown(item: Chart | Comparison | None) -> Shown:
    """A chart or the answer of a comparison as a notebook shows it."""
    if item is None:
        return Shown(f"<p>{NOTHING}</p>", NOTHING)
    if not isinstance(item, Chart | Comparison):
        raise InputError(f"{arguments.shown(item)} cannot be shown", allowed="a chart, or what compare() gives")
    return _chart(item) if isinstance(item, Chart) else _answer(item)


def _chart(chart: Chart) -> Shown:
    """The picture with its words as alt text, then words and data as two parts that open when they are asked for."""
    picture = base64.b64encode(chart.png).decode("ascii")
    alt = html.escape(" ".join(chart.alt.split()), quote=True)
    paragraphs = "".join(f"<p>{_text(line)}</p>" for line in chart.alt.splitlines())
    return Shown(
        '<figure style="margin: 0">'
        f'<img alt="{alt}" style="max-width: 100%; background: white" src="data:image/png;base64,{picture}">'
        f"<details><summary>This chart in words</summary>{paragraphs}</details>"
        f"<details><summary>Data table of this chart</summary>{data_table(chart.csv, chart.name)}</details>"
        "</figure>",
        chart.alt.splitlines()[0] if chart.alt else chart.name,
    )


def data_table(text: str, name: str) -> str:
    """CSV as an HTML table with a caption and a head for every column; long ones are cut, and say so."""
    head, *rows = csv.reader(io.StringIO(text))
    heads = "".join(f'<th scope="col">{_text(column.replace("_", " "))}</th>' for column in head)
    body = "".join(f"<tr>{''.join(f'<td>{_cell(cell)}</td>' for cell in row)}</tr>" for row in rows[:MOST_ROWS])
    left = len(rows) - MOST_ROWS
    cut = f"; {counted(left, 'more row')}: charts/{name}.csv of the run" if left > 0 else ""
    caption = f"{name.replace('_', ' ')}: {counted(len(rows), 'row')}{cut}"
    return f"<table><caption>{_text(caption)}</caption><tr>{heads}</tr>{body}</table>"


def _cell(text: str) -> str:
    """A number with the digits that a reader can use, anything else as it is, made plain for HTML."""
    try:
        number = float(text)
    except ValueError:
        return _text(text)
    if not math.isfinite(number) or text.lstrip("-").isdigit():
        return html.escape(text)
    return html.escape(f"{number:.4g}" if 1e-4 <= abs(number) < 1e4 else "0" if number == 0 else f"{number:,.6g}")


def _answer(comparison: Comparison) -> Shown:
    """The overview of a comparison as a table, and the notes on how to read it."""
    table = overview(comparison)
    heads = "".join(f'<th scope="col">{_text(head)}</th>' for head in table.heads)
    body = "".join(
        f'<tr><th scope="row">{_words(row[0])}</th>{"".join(f"<td>{_words(cell)}</td>" for cell in row[1:])}</tr>'
        for row in table.rows
    )
    read = "".join(f"<li>{_text(note)}</li>" for note in notes(comparison))
    answer = f"<table><caption>What changes in {time_counted(comparison)}</caption><tr>{heads}</tr>{body}</table>"
    return Shown(f"{answer}<details><summary>How to read it</summary><ul>{read}</ul></details>", as_markdown([table]))


def _words(cell: Cell) -> str:
    return "<br>".join(_text(words.replace(TIE, " ")) for words in marked_texts(cell))


def _text(words: str) -> str:
    """Words as HTML that a notebook shows as they are: it would read what stands between two dollar signs, or behind
    a backslash, as mathematics, but not across a tag."""
    return re.sub(r"[$\\]", lambda sign: f"<span>{sign[0]}</span>", html.escape(words))


@contextmanager
def progress() -> Iterator[Progress | None]:
    """One line beneath the cell that counts runs and is gone when they are done; nothing outside a notebook."""
    if shell_in_use() is None:
        yield None
        return
    from IPython.display import clear_output, display

    from sim.experiment.api import is_first_compilation

    first = "Compiling, on the first run only: half a minute or more." if is_first_compilation() else "Getting ready."
    line = display(Shown(f"<p>{first}</p>", first), display_id=True)  # type: ignore[no-untyped-call, unused-ignore]
    last_shown = 0

    def tell(done: int, total: int) -> None:
        nonlocal last_shown
        if done and (done == total or done >= last_shown + max(1, total // 20)):
            last_shown = done
            text = f"{done:,} of {counted(total, 'run')}"
            line.update(Shown(f"<p>{text}</p>", text))

    try:
        yield tell
    finally:
        clear_output()  # type: ignore[no-untyped-call, unused-ignore]


def _display(item: Shown) -> None:
    if shell_in_use() is None:
        return
    from IPython.display import display

    display(item)  # type: ignore[no-untyped-call, unused-ignore]
