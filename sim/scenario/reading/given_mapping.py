"""A scenario given as a Python mapping, as the tree that a YAML file with the same words would be."""

from __future__ import annotations

import numbers
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sim.core.arguments import plain, shown
from sim.core.errors import InputError, is_finite
from sim.core.mistakes import Mistakes
from sim.scenario.reading.yaml_strict import MAX_DEPTH, Node, Scalar, finite_number, printable

PLAIN = "text, numbers, dates, true, false, None, lists and mappings"


def tree_of(scenario: Mapping[str, Any], mistakes: Mistakes) -> Node:
    """The tree of a mapping, without file and lines; where a day is read, text such as '2025-04-01' is one.

    What no YAML file could hold is collected with the keys that lead there, and left out.
    """
    return _node(scenario, "", 0, mistakes)


def _node(value: Any, path: str, depth: int, mistakes: Mistakes) -> Node:
    if depth >= MAX_DEPTH:
        raise _refusal("is nested too deeply", path, allowed=f"at most {MAX_DEPTH} levels")
    if isinstance(value, Mapping):
        block: dict[str, Node] = {}
        refused: set[str] = set()
        for key, inner in value.items():
            if not isinstance(key, str) or not key.strip():
                mistakes.add(_refusal(f"the key {shown(key)} is not a word", path, allowed="a word"))
                continue
            node = mistakes.read(_node, inner, f"{path}.{key}" if path else key, depth + 1, mistakes)
            if node is None or (node.value == [] and inner):  # no item of the list could be read
                refused.add(key)
            else:
                block[key] = node
        return Node(block, None, None, path, refused=frozenset(refused))
    if isinstance(value, list | tuple):
        items = [mistakes.read(_node, item, f"{path}[{n + 1}]", depth + 1, mistakes) for n, item in enumerate(value)]
        return Node([item for item in items if item is not None], None, None, path)
    return Node(_scalar(value, path), None, None, path)


def _scalar(value: Any, path: str) -> Scalar:
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        if not is_finite(value):  # type: ignore[arg-type]  # a fraction, or a number of NumPy's
            raise _refusal(f"'{shown(plain(value))}' is not a finite number", path, allowed=finite_number(path))
        return float(value)
    raise _refusal(f"{type(value).__name__} is not a plain value", path, allowed=PLAIN)


def _refusal(problem: str, path: str, *, allowed: str | None = None) -> InputError:
    return InputError(printable(problem), key=printable(path) or None, allowed=allowed)
