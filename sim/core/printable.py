"""Letters that print, and plain escapes in place of all others: a terminal shows them and does nothing."""

from __future__ import annotations

import unicodedata

JOINERS = "\u200c\u200d"  # which belong to words of some scripts, and print nothing by themselves


def is_printable(letter: str) -> bool:
    """Whether a letter prints: spaces of any width and joiners do; controls, marks that turn a line round and halves of
    letters do not."""
    return letter.isprintable() or letter in JOINERS or unicodedata.category(letter) == "Zs"


def escaped(text: str, keep: str = "") -> str:
    r"""The text with every letter that does not print as its escape, such as \x1b. keep: controls that stay."""
    if text.isprintable():
        return text
    return "".join(letter if letter in keep or is_printable(letter) else _escape(letter) for letter in text)


def _escape(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")
