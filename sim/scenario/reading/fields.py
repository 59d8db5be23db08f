"""Readers of single values in a strict YAML tree; each gives the value or one InputError that says what is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from sim.core.errors import nearest_name
from sim.scenario.reading.yaml_strict import Node

MAX_ITEMS = 1000
LONGEST_RUN_DAYS = 730  # a year of releases, each followed for a year


def mapping(node: Node, known: Iterable[str], *, what: str) -> Mapping[str, Node]:
    """The keys and values of a block; a key that is not known is refused with its nearest name."""
    if not isinstance(node.value, dict):
        raise node.error(f"{node.kind()} stands where {what} should", allowed="keys: " + ", ".join(known))
    names = list(known)
    for key in node.value:
        if key not in names:
            raise node.error(
                f"'{key}' is not a key of {what}",
                line=node.key_lines[key],
                key=key,
                allowed=", ".join(names),
                nearest=nearest_name(key, names),
            )
    return node.value


def open_mapping(node: Node, *, what: str) -> Mapping[str, Node]:
    """The keys and values of a block whose keys are names checked elsewhere; nothing written means no keys."""
    if node.value is None:
        return {}
    if not isinstance(node.value, dict):
        raise node.error(f"{node.kind()} stands where {what} should", allowed="a block of keys, or {}")
    return node.value


def required(block: Node, key: str, *, what: str) -> Node:
    """The value of a key that must be there and must not be empty."""
    found = block.value.get(key) if isinstance(block.value, dict) else None
    if found is None or found.value is None:
        line = None if found is None else found.line
        raise block.error(f"{what} needs '{key}:'", key=key, line=line)
    return found


def text(node: Node, *, longest: int) -> str:
    """A piece of text on which a report can rely: not empty, at most `longest` characters."""
    if not isinstance(node.value, str):
        raise node.error(f"{node.kind()} is not text", allowed='words; put quotes around text such as "2025"')
    words = " ".join(node.value.split())
    if not words:
        raise node.error("is empty", allowed="some words")
    if len(words) > longest:
        raise node.error(f"holds {len(words)} characters", allowed=f"at most {longest}")
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


def number(node: Node, *, low: float, high: float, what: str) -> float:
    """A number from low to high."""
    if isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
        raise node.error(f"{node.kind()} is not a number", allowed=_number_hint(node.value, what))
    if not low <= node.value <= high:
        raise node.error(
            f"{_plain(node.value)} is outside the range of {what}", allowed=f"{_plain(low)} to {_plain(high)}"
        )
    return float(node.value)


def _number_hint(value: object, what: str) -> str:
    if isinstance(value, str):
        digits = value.replace(",", "").replace(" ", "").lstrip("£")
        if digits.isdecimal() and digits.lstrip("0"):
            return f"{what} as a bare number, for example {int(digits):_}" if len(digits) < 16 else what
    return f"{what} as a number, for example 500_000 or 0.25"


def _plain(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 and value == int(value) else f"{value:.10g}"


def day(node: Node) -> date:
    """A calendar day."""
    if not isinstance(node.value, date):
        raise node.error(
            f"{node.kind()} is not a date", allowed="year-month-day without quotes, for example 2025-04-01"
        )
    if not 2000 <= node.value.year <= 2100:
        raise node.error(f"{node.kind()} is outside the calendar of the model", allowed="2000-01-01 to 2100-12-31")
    return node.value


def span(
    first_node: Node | None, end_node: Node | None, starts: date, *, without: str, ends_within: bool = False
) -> tuple[date, date | None]:
    """First day and first day after, within a run that begins on `starts`: without a first day it is that day, without
    an end there is none. without: what is gone from the end on; ends_within: whether the end, too, must lie within the
    longest run."""
    first = starts if first_node is None else day(first_node)
    beyond = starts + timedelta(days=LONGEST_RUN_DAYS)
    last = beyond - timedelta(days=1)
    if first_node is not None and first < starts:
        raise first_node.error(
            f"{first} is before the first release of the scenario", allowed=f"{starts.isoformat()} or later"
        )
    if first_node is not None and first > last:
        raise first_node.error(
            f"{first} is after the last day that a run reaches", allowed=f"{last.isoformat()} or earlier"
        )
    if end_node is None:
        return first, None
    end = day(end_node)
    if end <= first:
        raise end_node.error(
            f"{end} is not after the start on {first}", allowed=f"a later day (the first without {without})"
        )
    if ends_within and end > beyond:
        raise end_node.error(
            f"{end} is beyond the last day that a run reaches", allowed=f"{beyond.isoformat()} or earlier, or no end"
        )
    return first, end


def items(node: Node, *, what: str) -> list[Node]:
    """The items of a list that holds at least one; a single word counts as a list of one."""
    if isinstance(node.value, str):
        return [node]
    if not isinstance(node.value, list):
        raise node.error(f"{node.kind()} is not a list", allowed=f"a list of {what} such as [a, b]")
    if not node.value:
        raise node.error("is an empty list", allowed=f"at least one of {what}, or leave the key out")
    if len(node.value) > MAX_ITEMS:
        raise node.error(f"holds {len(node.value)} items", allowed=f"at most {MAX_ITEMS}")
    return node.value
