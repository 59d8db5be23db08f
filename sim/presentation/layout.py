"""Lines of a text page: wrapped, indented, cut short, and cells side by side."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

WIDTH = 100  # characters of a line of a page
MORE = " ..."  # after text that is cut short


def wrapped(text: str, width: int = WIDTH) -> list[str]:
    """The text in lines of at most so many characters; none for an empty text."""
    return textwrap.wrap(text, width)


def paragraph(text: str) -> str:
    """The text as lines of a page, in one string."""
    return "\n".join(wrapped(text))


def hanging(text: str) -> list[str]:
    """The text in lines of a page, indented, and what follows the first line indented further."""
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ")


def shortened(text: str, characters: int) -> str:
    """The text on one line of at most so many characters, cut between words, or inside one that is longer."""
    return textwrap.shorten(in_short_words(text, characters), characters, placeholder=MORE)


def in_short_words(text: str, characters: int) -> str:
    """The text with words in pieces that leave room for a cut on a line of so many characters."""
    longest = max(1, characters - len(MORE))
    if not any(len(word) > longest for word in text.split()):
        return text
    return " ".join(word[at : at + longest] for word in text.split() for at in range(0, len(word), longest))


def side_by_side(cells: Sequence[Sequence[str]], widths: Sequence[int]) -> list[str]:
    """A row of a table as lines. cells: each in lines that fit its column; widths: of the columns, in characters."""
    lines = []
    for number in range(max(len(cell) for cell in cells)):
        parts = [cell[number] if number < len(cell) else "" for cell in cells]
        lines.append("".join(f"{part:<{width}}" for part, width in zip(parts, widths, strict=True)).rstrip())
    return lines
