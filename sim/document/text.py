"""A document as plain text: the one layout of every page and table that is printed.

Tables with the same heads stand under one another.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from sim.core.printable import escaped
from sim.document.blocks import TIE, Block, Cell, Figure, Heading, List, Marked, Note, Paragraph, Table, lines_of
from sim.document.columns import ADDRESS, GAP, INDENT, column_widths, indent_of, marked

WIDTH = 100  # characters of a line of a page
UNBROKEN = 100_000  # characters of a line that nobody breaks
Widths = dict[tuple[str, ...] | int, list[int]]


def as_text(document: Iterable[Block], width: int | None = WIDTH) -> str:
    """The document in lines of at most so many characters; without a width, lines are as long as they come."""
    blocks = tuple(document)
    room = width or UNBROKEN
    widths = _widths((block for block in blocks if isinstance(block, Table)), room)
    lines: list[str] = []
    for before, block in zip((None, *blocks), blocks, strict=False):
        is_close = isinstance(block, Note) or (isinstance(before, Heading) and before.level > 1)
        lines += [] if before is None or is_close else [""]
        lines += _block(block, room, widths)
    return "".join(f"{escaped(line.rstrip().replace(TIE, ' '))}\n" for line in lines)


def wrapped(text: str, width: int = WIDTH, *, hang: str = "", indent: str = "") -> list[str]:
    """The text in lines of at most so many characters, later ones indented by `hang`; none for an empty text.

    An address stays whole, however long it is.
    """
    return textwrap.wrap(
        text, width, initial_indent=indent, subsequent_indent=hang, break_on_hyphens=False,
        break_long_words=ADDRESS not in text,
    )  # fmt: skip


def _block(block: Block, room: int, widths: Widths) -> list[str]:
    match block:
        case Heading():
            return _heading(block, room)
        case Paragraph(text):
            return wrapped(text, room)
        case Note(text):
            return wrapped(text, room, indent=INDENT, hang=INDENT * 2)
        case List(items):
            return [line for item in items for line in wrapped(f"- {item}", room, hang=INDENT)]
        case Table():
            return _table(block, widths[_kind(block)])
        case Figure(file, alt):
            return wrapped(f"Figure ({file}): {alt}", room)


def _heading(heading: Heading, room: int) -> list[str]:
    title, beside = heading.text, heading.beside
    if heading.level == 1:
        return wrapped(f"{title}: {beside}" if beside else title, room)
    if beside and len(title) + len(beside) + GAP <= room:
        lines = [f"{title}{beside:>{room - len(title)}}"]
    else:
        lines = [*wrapped(title, room), *([f"{beside:>{room}}"] if beside else [])]
    return [*lines, "=" * room] if heading.level == 2 else lines


def _table(table: Table, widths: Sequence[int]) -> list[str]:
    rule = "-" * (sum(widths) + GAP * (len(widths) - 1))
    marks = marked(table)
    heads: list[Cell] = [Marked("", head) if column in marks else head for column, head in enumerate(table.heads)]
    lines = [*_row(heads, widths, table.right), rule] if table.heads else []
    return lines + [line for row in table.rows for line in _row(row, widths, table.right)]


def _row(cells: Sequence[Cell], widths: Sequence[int], right: frozenset[int]) -> list[str]:
    """A row as lines, each cell in its column."""
    columns = [_cell(cell, width) for cell, width in zip(cells, widths, strict=True)]
    return [
        (" " * GAP).join(
            f"{part:{'>' if column in right else '<'}{widths[column]}}" for column, part in enumerate(parts)
        )
        for parts in zip_longest(*columns, fillvalue="")
    ]


def _cell(cell: Cell, width: int) -> list[str]:
    """A cell in lines: below its mark, or, where it holds several texts, each with its later lines further in."""
    if isinstance(cell, Marked):
        return wrapped(cell.text, width, indent=f"{cell.mark:<{len(INDENT)}}", hang=INDENT) or [cell.mark]
    texts = lines_of(cell)
    further = INDENT if len(texts) > 1 else ""
    return [
        line
        for text in texts
        for line in wrapped(text.lstrip(" "), width, indent=indent_of(text), hang=indent_of(text) + further)
    ]


def _widths(tables: Iterable[Table], room: int) -> Widths:
    """Widths of columns by heads; of tables without heads, by their number of columns."""
    alike: dict[tuple[str, ...] | int, list[Table]] = {}
    for table in tables:
        alike.setdefault(_kind(table), []).append(table)
    return {kind: column_widths(of, room) for kind, of in alike.items()}


def _kind(table: Table) -> tuple[str, ...] | int:
    return table.heads or len(table.rows[0])
