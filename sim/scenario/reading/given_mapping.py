"""A scenario given as a Python mapping, as the tree that a YAML file with the same words would be."""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sim.core.errors import InputError
from sim.scenario.reading.yaml_strict import MAX_DEPTH, Node, Scalar, printable

PLAIN = "text, numbers, dates, true, false, None, lists and mappings"


def tree_of(given: Mapping[str, Any]) -> Node:
    """The tree of a mapping, without file and lines; where a day is read, text such as '2025-04-01' is one.

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
    if given is None or isinstance(given, str | bool):
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


def _refusal(problem: str, path: str, *, allowed: str | None = None) -> InputError:
    return InputError(printable(problem), key=printable(path) or None, allowed=allowed)
