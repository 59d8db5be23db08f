"""Words of a chart in lines: wrapped, and cut short."""

from __future__ import annotations

import textwrap

MORE = " ..."  # after text that is cut short


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most so many characters; none for an empty text."""
    return textwrap.wrap(text, width)


def shortened(text: str, characters: int) -> str:
    """The text on one line of at most so many characters, cut between words, or inside one that is longer."""
    return textwrap.shorten(in_short_words(text, characters), characters, placeholder=MORE)


def in_short_words(text: str, characters: int) -> str:
    """The text with words in pieces that leave room for a cut on a line of so many characters."""
    longest = max(1, characters - len(MORE))
    if not any(len(word) > longest for word in text.split()):
        return text
    return " ".join(word[at : at + longest] for word in text.split() for at in range(0, len(word), longest))
