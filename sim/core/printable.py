"""Letters that print, and plain escapes in place of all others: a terminal shows them and does nothing."""

from __future__ import annotations

import math
import unicodedata

JOINERS = "\u200c\u200d"  # which belong to words of some scripts, and print nothing by themselves


_SHAPELESS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and signs that print a blank


def has_words(text: str) -> bool:
    """Whether anything of a text can be seen by itself: a letter, a figure or a sign, not accents or blanks."""
    return any(letter not in _SHAPELESS and unicodedata.category(letter)[0] in "LNPS" for letter in text)


MOST_DIGITS = 60  # of a whole number that is written out; Python itself refuses to write very many


def written(value: object) -> str:
    """What was given, as Python writes it; of a whole number with very many digits how many these are, and of what
    cannot be written its kind."""
    if isinstance(value, int) and abs(value) >= 10**MOST_DIGITS:
        return f"a number of about {round(math.log10(abs(value))) + 1:,} digits"
    try:
        return repr(value)
    except Exception:
        return f"what cannot be written, of the kind {type(value).__name__},"


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
