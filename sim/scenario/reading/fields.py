"""Readers of single values in a strict YAML tree; each gives the value or one InputError that says what is allowed.

Readers of a block or of two days together collect what is wrong in `mistakes`, and give what can still be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from math import isfinite
from typing import NamedTuple

from sim.core.errors import LEAST_SIZE, InputError, exact, is_finite, is_too_small, nearest_name
from sim.core.grammar import a, counted
from sim.core.mistakes import Mistakes
from sim.core.printable import has_words
from sim.scenario.reading.yaml_strict import MERGE, NOT_FINITE, Node

MAX_ITEMS = 1000
_MINUSES = ("\u2212", "\u2013", "\u2014", "\u2010", "\u2011", "\ufe63", "\uff0d")  # minus sign, dashes, other hyphens
_NUMBER = re.compile(r"-[0-9][0-9_]*(\.[0-9]+)?")
_ZERO_FIRST = re.compile(r"[-+]?0[0-9_]+")
LONGEST_RUN_DAYS = 730  # a year of releases, each followed for a year


class Block(NamedTuple):
    """A block of keys, as far as it can be read: its known keys with their values.

    meant: known keys of which something is told already: one that an unknown key most probably stands for, so that a
    key that is missing is misspelt; one whose value cannot be read; one that stands twice; all others where a key is no
    word that can be read.
    """

    node: Node
    keys: Mapping[str, Node]
    meant: frozenset[str]

    def required(self, key: str, *, what: str, mistakes: Mistakes) -> Node | None:
        """The value of a key that must be there and must not be empty; None, and a mistake, where it is not."""
        if key not in self.keys and key in self.meant:
            return None
        return mistakes.read(required, self.node, key, what=what)


def block(node: Node, known: Iterable[str], *, what: str, mistakes: Mistakes) -> Block | None:
    """The block of a node, a mistake for each of its keys that is not known; None where no block of keys stands."""
    names = list(known)
    keys = mistakes.read(values, node, names, what=what)
    if keys is None:
        return None
    meant = set(node.refused)
    if MERGE in meant:  # it may have stood for any of them
        meant |= {name for name in names if name not in keys}
    for key in dict.fromkeys([*keys, *sorted(node.refused - {MERGE})]):
        if key not in names:
            unknown = _unknown(node, key, names, what=what)
            mistakes.add(unknown)
            meant.add(unknown.nearest or "")
    return Block(node, {key: value for key, value in keys.items() if key in names}, frozenset(meant))


def mapping(node: Node, known: Iterable[str], *, what: str) -> Mapping[str, Node]:
    """The keys and values of a block; a key that is not known is refused with its nearest name."""
    names = list(known)
    keys = values(node, names, what=what)
    for key in keys:
        if key not in names:
            raise _unknown(node, key, names, what=what)
    return keys


def values(node: Node, known: Iterable[str], *, what: str) -> Mapping[str, Node]:
    """The keys and values of a block, known or not."""
    if not isinstance(node.value, dict):
        raise node.error(f"{node.kind()} stands where {what} should", allowed="keys: " + ", ".join(known))
    return node.value


# Words that people write for a key and that are not spelt like it.
MEANT = {
    "percentage": "percent_of_today", "percent": "percent_of_today", "per_cent": "percent_of_today",
    "cut": "percent_of_today", "whom": "for", "for_whom": "for", "for_": "for",
}  # fmt: skip


def _unknown(node: Node, key: str, known: list[str], *, what: str) -> InputError:
    meant = MEANT.get(key.lower().replace(" ", "_").replace("-", "_"))
    return node.error(
        f"'{key}' is not a key of {what}",
        line=node.key_lines.get(key),
        key=key,
        allowed=", ".join(known),
        nearest=meant if meant in known else nearest_name(key, known),
    )


def open_mapping(node: Node, *, what: str) -> Mapping[str, Node]:
    """The keys and values of a block whose keys are names checked elsewhere; nothing written means no keys."""
    if node.value is None:
        return {}
    if not isinstance(node.value, dict):
        raise node.error(f"{node.kind()} stands where {what} should", allowed="a block of keys, or {}")
    return node.value


def required(node: Node, key: str, *, what: str) -> Node:
    """The value of a key that must be there and must not be empty."""
    value = node.value.get(key) if isinstance(node.value, dict) else None
    if value is None or value.value is None:
        line = None if value is None else value.line
        raise node.error(f"{what} needs '{key}:'", key=key, line=line)
    return value


def text(node: Node, *, longest: int) -> str:
    """A piece of text on which a report can rely: not empty, at most `longest` characters."""
    if not isinstance(node.value, str):
        raise node.error(f"{node.kind()} is not text", allowed='words; put quotes around text such as "2025"')
    words = " ".join(node.value.split())
    if not words:
        raise node.error("is empty", allowed="some words")
    if not has_words(words):
        raise node.error("holds no letter that can be seen", allowed="some words")
    if len(words) > longest:
        raise node.error(f"holds {counted(len(words), 'character')}", allowed=f"at most {longest}")
    if not words.isprintable():
        raise node.error("holds a character that cannot be printed", allowed="plain text")
    return words


def word(node: Node, allowed: Iterable[str], *, what: str) -> str:
    """One of the allowed words."""
    choices = list(allowed)
    if not isinstance(node.value, str) or node.value not in choices:
        shown = node.kind()
        nearest = nearest_name(node.value, choices) if isinstance(node.value, str) else None
        raise node.error(f"{shown} is not {what}", allowed=", ".join(choices), nearest=nearest)
    return node.value


def number(node: Node, *, low: float, high: float, what: str, example: str = "") -> float:
    """A number from low to high, both infinite where whoever asks judges its size. example: one that may stand here."""
    if isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
        is_endless = isinstance(node.value, str) and NOT_FINITE.fullmatch(node.value)
        wanted = a("finite number" if is_endless else "number")
        is_zero_first = isinstance(node.value, str) and _ZERO_FIRST.fullmatch(node.value)
        problem = "begins with 0, which no number here does" if is_zero_first else f"is not {wanted}"
        if isinstance(node.value, str) and (minus := _pasted_minus(node.value)):
            raise node.error(
                f"{node.kind()} begins with a sign that only looks like a minus",
                allowed=f"{minus}, with a plain hyphen",
            )
        raise node.error(f"{node.kind()} {problem}", allowed=_number_hint(node.value, what, low, high, example))
    if not is_finite(node.value):
        raise node.error(
            f"{exact(node.value)} is too large a number", allowed=_number_hint(None, what, low, high, example)
        )
    if not low <= node.value <= high:
        raise node.error(
            f"{exact(node.value)} is outside the range of {what}", allowed=f"{exact(low)} to {exact(high)}"
        )
    if is_too_small(node.value) and isfinite(high - low):
        allowed = f"0, or a size from {LEAST_SIZE:g}"
        raise node.error(f"{exact(node.value)} is too near 0 to mean anything", allowed=allowed)
    return float(node.value)


def _pasted_minus(text: str) -> str:
    """The number with a hyphen before it, of a text with one of the signs that word processors put there; else ''."""
    plain = f"-{text[1:].strip()}"
    return plain if text[:1] in _MINUSES and _NUMBER.fullmatch(plain) else ""


def _number_hint(value: object, what: str, low: float, high: float, example: str) -> str:
    """What would be right, with an example that lies in the range: what was meant, where that is plain."""
    if isinstance(value, str):
        digits = value.replace(",", "").replace("_", "").replace(" ", "").lstrip("£")
        if digits.isdecimal() and digits.lstrip("0") and len(digits) < 16 and low <= int(digits) <= high:
            return f"{what} as a bare number, for example {int(digits):_}"
    ends = f" from {exact(low)} to {exact(high)}" if isfinite(low) and isfinite(high) else ""
    return f"{what} as a number{ends}{f', for example {example}' if example else ''}"


def day(node: Node) -> date:
    """A calendar day; in a mapping, which has no file, text such as '2025-04-01' is one too."""
    written, quotes = node.value, "year-month-day without quotes, for example 2025-04-01"
    if node.file is None:
        quotes = 'year-month-day, for example "2025-04-01"'
        if isinstance(written, str):
            with suppress(ValueError):
                written = date.fromisoformat(written)
    if not isinstance(written, date):
        raise node.error(f"{node.kind()} is not a date", allowed=quotes)
    if not 2000 <= written.year <= 2100:
        raise node.error(f"{node.kind()} is outside the calendar of the model", allowed="2000-01-01 to 2100-12-31")
    return written


def span(
    first_node: Node | None,
    end_node: Node | None,
    starts: date | None,
    *,
    without: str,
    mistakes: Mistakes,
    ends_within: bool = False,
) -> tuple[date | None, date | None]:
    """First day and first day after, within a run that begins on `starts`: without a first day it is that day, without
    an end there is none. starts: None where it is not known; days are then held against each other only. without: what
    is gone from the end on; ends_within: whether the end, too, must lie within the longest run.
    """
    first = starts if first_node is None else mistakes.read(_first_day, first_node, starts)
    if end_node is None:
        return first, None
    beyond = _beyond(starts) if ends_within and starts is not None else None
    return first, mistakes.read(_end_day, end_node, first, beyond, without=without)


def _beyond(starts: date) -> date:
    return starts + timedelta(days=LONGEST_RUN_DAYS)


def _first_day(node: Node, starts: date | None) -> date:
    first = day(node)
    if starts is None:
        return first
    last = _beyond(starts) - timedelta(days=1)
    if first < starts:
        raise node.error(
            f"{first} is before the first release of the scenario", allowed=f"{starts.isoformat()} or later"
        )
    if first > last:
        raise node.error(f"{first} is after the last day that a run reaches", allowed=f"{last.isoformat()} or earlier")
    return first


def _end_day(node: Node, first: date | None, beyond: date | None, *, without: str) -> date:
    end = day(node)
    if first is not None and end <= first:
        raise node.error(
            f"{end} is not after the start on {first}", allowed=f"a later day (the first without {without})"
        )
    if beyond is not None and end > beyond:
        raise node.error(
            f"{end} is beyond the last day that a run reaches", allowed=f"{beyond.isoformat()} or earlier, or no end"
        )
    return end


def items(node: Node, *, what: str) -> list[Node]:
    """The items of a list that holds at least one; a single word counts as a list of one."""
    if isinstance(node.value, str):
        return [node]
    if not isinstance(node.value, list):
        raise node.error(f"{node.kind()} is not a list", allowed=f"a list of {what} such as [a, b]")
    if not node.value:
        raise node.error("is an empty list", allowed=f"at least one of {what}, or leave the key out")
    if len(node.value) > MAX_ITEMS:
        raise node.error(f"holds {counted(len(node.value), 'item')}", allowed=f"at most {MAX_ITEMS}")
    return node.value


def distinct_items(node: Node, mistakes: Mistakes, *, what: str) -> list[Node]:
    """The items of a list, each once; a repeat is collected. InputError for what is no list of any item."""
    before: set[object] = set()
    distinct = []
    for item in items(node, what=what):
        written = (isinstance(item.value, bool), item.value) if not isinstance(item.value, dict | list) else id(item)
        if written in before:  # true is not 1
            mistakes.add(item.error(f"{item.kind()} stands twice", allowed="each once"))
            continue
        before.add(written)
        distinct.append(item)
    return distinct
