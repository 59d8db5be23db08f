"""How wide the columns of a text table are: as their longest cells while the page has room, then as few lines as
possible."""

from __future__ import annotations

from collections.abc import Sequence

from sim.document.blocks import Marked, Table, lines_of

LABEL = 10  # characters that a column of labels has at least
GAP = 2  # characters between two columns
ADDRESS = "://"  # in a word that is never broken
INDENT = "  "  # before what goes on from the line above; a mark stands in it
Row = Sequence[Sequence[str]]  # the texts of each cell


def column_widths(tables: Sequence[Table], room: int) -> list[int]:
    """Widths of the columns of tables that are alike, in a page of so many characters.

    No column is narrower than its longest word while the page has room for that.
    """
    marks = {column for table in tables for column in marked(table)}
    rows = [_texts(row, marks) for table in tables for row in table.rows]
    heads = [_texts(table.heads, marks) for table in tables if table.heads]
    least = _longest([[[word for text in cell for word in _words(text)] for cell in row] for row in (*rows, *heads)])
    if not heads:
        least[0] = max(least[0], LABEL)
    space = max(room - GAP * (len(least) - 1), 1)
    widest = [min(max(pair), space) for pair in zip(_longest(rows), least, strict=True)] if rows else least
    return _fitted(widest, least, rows, space)


def marked(table: Table) -> set[int]:
    """The columns in which cells bear marks."""
    return {column for row in table.rows for column, cell in enumerate(row) if isinstance(cell, Marked)}


def _texts(row: Sequence[str | Marked | tuple[str, ...]], marks: set[int]) -> Row:
    """The texts of a row's cells, each with the room for a mark in columns that have them."""
    return [[f"{INDENT * (column in marks)}{text}" for text in lines_of(cell)] for column, cell in enumerate(row)]


def indent_of(text: str) -> str:
    """The spaces before the first word of a text."""
    return text[: len(text) - len(text.lstrip(" "))]


def _words(text: str) -> list[str]:
    """The words that a column has to hold, each with the indent of its line; an address may stand out."""
    return [f"{indent_of(text)}{word}" for word in text.split(" ") if ADDRESS not in word]


def _longest(rows: Sequence[Row]) -> list[int]:
    """The longest text of each column, and 1 where there is none."""
    return [max([1, *(len(text) for row in rows for text in row[column])]) for column in range(len(rows[0]))]


def _fitted(widths: list[int], least: Sequence[int], rows: Sequence[Row], space: int) -> list[int]:
    """The widths, cut down to the space where it costs the fewest lines of rows and cells, and from the widest column.

    A cell that goes on in the next line costs one even beside a cell that does so anyway: short ones stay whole.
    """
    sizes = [[[len(text) for text in cell] for cell in row] for row in rows]

    def n_lines(of: Sequence[int]) -> int:
        heights = [
            [sum(-(-size // wide) for size in cell) for cell, wide in zip(row, of, strict=True)] for row in sizes
        ]
        return sum(max(row) + sum(row) for row in heights)

    def narrower(column: int) -> list[int]:
        return [width - (column == other) for other, width in enumerate(widths)]

    while sum(widths) > max(space, len(widths)):
        wide = [k for k, width in enumerate(widths) if width > least[k]] or [widths.index(max(widths))]
        widths = narrower(min(wide, key=lambda k: (n_lines(narrower(k)), -widths[k])))
    return widths
