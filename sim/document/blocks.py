"""The document: a page as blocks of plain words, from which every rendering is made.

No block holds a sign of Markdown, an indent or a line end: how a page looks, and which signs have to be made plain, is
each renderer's own matter. A non-breaking space keeps two words on one line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

TIE = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Heading:
    """The title of a page (level 1), of a part (2) or of a table (3); beside: a few words at the end of its line."""

    text: str
    level: int = 2
    beside: str = ""


@dataclass(frozen=True)
class Paragraph:
    """Sentences that stand by themselves."""

    text: str


@dataclass(frozen=True)
class Note:
    """Sentences that belong to the block above them."""

    text: str


@dataclass(frozen=True)
class List:
    """Sentences of one kind, one below the other."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Marked:
    """A cell with a mark of one letter before its words; '' for a cell without one in a column that has marks."""

    mark: str
    text: str


Cell = str | Marked | tuple[str, ...]
"""The words of a cell; several where it holds several things, each of which begins a line."""


@dataclass(frozen=True)
class Table:
    """Rows under heads; without heads, labels with what belongs to them. right: columns of numbers, by place."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    right: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Figure:
    """A picture by its file, seen from the page, and what it shows in words."""

    file: str
    alt: str


Block = Heading | Paragraph | Note | List | Table | Figure
Document = tuple[Block, ...]


def tied(text: str) -> str:
    """The text so that it stays on one line."""
    return text.replace(" ", TIE)


def sentence(text: str) -> str:
    """A clause as a sentence of its own: a capital and a full stop."""
    return f"{text[:1].upper()}{text[1:]}."


def paragraphs(texts: Iterable[str]) -> Document:
    """A paragraph for each text that says something."""
    return tuple(Paragraph(text) for text in texts if text)


def notes(texts: Iterable[str]) -> Document:
    """A note for each text that says something."""
    return tuple(Note(text) for text in texts if text)


def labelled(entries: Iterable[tuple[str, Cell]]) -> Table:
    """Labels, each on one line, with what belongs to them."""
    return Table((), tuple((tied(label), said) for label, said in entries))


def marked_texts(cell: Cell) -> tuple[str, ...]:
    """The texts of a cell, its mark before them."""
    return (f"{cell.mark} {cell.text}".lstrip(),) if isinstance(cell, Marked) else lines_of(cell)


def lines_of(cell: Cell) -> tuple[str, ...]:
    """The texts of a cell, without its mark."""
    return cell if isinstance(cell, tuple) else (cell.text if isinstance(cell, Marked) else cell,)
