"""A document as Markdown; whatever Markdown, HTML or a formula would read as a sign of its own is made plain here."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sim.document.blocks import TIE, Block, Cell, Figure, Heading, List, Note, Paragraph, Table, marked_texts

_SIGNS = re.compile(r"[\\`*_<>|\[\]~$#]|&(?=#?\w+;)")
_OF_A_LIST = re.compile(r"^(\d*)([-+.)])(?=\s|$)")  # at the start of a line


def as_markdown(document: Iterable[Block]) -> str:
    """The document as Markdown, without a line end that only a narrow page needs."""
    return "\n\n".join(_block(block) for block in document) + "\n"


def plain(text: str) -> str:
    """The text so that it reads in Markdown as it stands, on one line."""
    one_line = re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", text.replace(TIE, " ")).strip()
    return _SIGNS.sub(lambda sign: f"\\{sign[0]}", one_line)


def _block(block: Block) -> str:
    match block:
        case Heading(text, level, beside):
            return f"{'#' * level} {plain(text)}{f': {plain(beside)}' if beside else ''}"
        case Paragraph(text) | Note(text):
            return _line(text)
        case List(items):
            return "\n".join(f"- {_line(item)}" for item in items)
        case Table(heads, rows, right):
            return _table(heads, rows, right)
        case Figure(file, alt):
            return f"![{plain(alt)}](<{re.sub('[<>]', '', file)}>)"


def _line(text: str) -> str:
    """A text that begins a line of its own."""
    return _OF_A_LIST.sub(r"\1\\\2", plain(text))


def _table(heads: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...], right: frozenset[int]) -> str:
    n_columns = len(heads or rows[0])
    lines = [[plain(head) for head in heads] or [""] * n_columns]
    lines.append(["---:" if column in right else "---" for column in range(n_columns)])
    lines += [["<br>".join(map(plain, marked_texts(cell))) for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
