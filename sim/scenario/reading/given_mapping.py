"""A scenario given as a Python mapping, as the tree that a YAML file with the same words would be."""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sim.core.errors import InputError
from sim.scenario.reading.yaml_strict import MAX_DEPTH, Node, Scalar, printable

PLAIN = "text, numbers, dates, true, false, None, lists and mappings"
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def tree_of(given: Mapping[str, Any]) -> Node:
    """The tree of a mapping, without file and lines. Text that is a day, '2025-04-01', is a date, as in a file.

    Raises InputError, which names the keys that lead there, for what no YAML file could hold.
    """
    return _node(given, "", 0)


def _node(given: Any, path: str, depth: int) -> Node:
    if depth >= MAX_DEPTH:
        raise _refusal("is nested too deeply", path, allowed=f"at most {MAX_DEPTH} levels")
    if isinstance(given, Mapping):
        block: dict[str, Node] = {}
        for key, value in given.items():
            if not isinstance(key, str) or not key.strip():
                raise _refusal(f"the key {key!r} is not a word", path, allowed="a word")
            block[key] = _node(value, f"{path}.{key}" if path else key, depth + 1)
        return Node(block, None, None, path)
    if isinstance(given, list | tuple):
        return Node([_node(item, f"{path}[{n + 1}]", depth + 1) for n, item in enumerate(given)], None, None, path)
    return Node(_scalar(given, path), None, None, path)


def _scalar(given: Any, path: str) -> Scalar:
    if isinstance(given, str):
        return _day_or_text(str(given), path)
    if given is None or isinstance(given, bool):
        return given
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    if isinstance(given, numbers.Integral):
        return int(given)
    if isinstance(given, numbers.Real):
        if not math.isfinite(given):
            raise _refusal(f"'{given}' is not a finite number", path)
        return float(given)
    raise _refusal(f"{type(given).__name__} is not a plain value", path, allowed=PLAIN)


def _day_or_text(text: str, path: str) -> Scalar:
    if not _ISO_DAY.fullmatch(text):
        return text
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _refusal(f"'{text}' is not a day of the calendar", path) from None


def _refusal(problem: str, path: str, *, allowed: str | None = None) -> InputError:
    return InputError(printable(problem), key=printable(path) or None, allowed=allowed)
