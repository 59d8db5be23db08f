"""Words of a chart in lines: wrapped, and cut short."""

from __future__ import annotations

import textwrap

MORE = " ..."  # after text that is cut short


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most so many characters; none for an empty text."""
    return textwrap.wrap(text, width)


def shortened(text: str, characters: int) -> str:
    """The text on one line of at most so many characters, cut between words."""
    return textwrap.shorten(text, characters, placeholder=MORE)
