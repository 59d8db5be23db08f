"""Grammar of nouns: '1 draw', '40 draws', '2,200 people', 'a draw', 'an event'."""

from __future__ import annotations

import re
from collections.abc import Sequence

# By sound: an hour and an 11 or 18, but a unit, a user, a European, a one-way.
_AN = re.compile(r"(?i)(?!uni|us[aeiu]|uti|eu|one\b)[aeiou]|hour|honest|8|1[18](?!\d)")


def counted(number: int, noun: str, several: str = "") -> str:
    """The number with its noun: '1 draw', '1,200 draws'; several: the noun for more than one, with an s unless told."""
    return f"{number:,} {noun_for(number, noun, several)}"


def noun_for(number: float, noun: str, several: str = "") -> str:
    """The noun, or a verb, that goes with so many: 'draw' with 1, 'draws' with any other number."""
    return noun if number == 1 else several or f"{noun}s"


def a(noun: str) -> str:
    """The noun with its article: 'a row', 'an event', 'a unit', 'an hour', 'an 80% interval'."""
    return f"{'an' if _AN.match(noun) else 'a'} {noun}"


def listed(items: Sequence[str], last: str = "and") -> str:
    """'a', 'a and b', 'a, b and c'; last: the word before the last item."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""
