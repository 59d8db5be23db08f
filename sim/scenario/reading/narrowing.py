"""The `parameters:` of a scenario: ranges made narrower, file by file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from sim.core.errors import exact, nearest_name
from sim.core.mistakes import Mistakes
from sim.scenario.reading import fields
from sim.scenario.reading.chain import Chain
from sim.scenario.reading.fields import Block
from sim.scenario.reading.keys import NARROWING
from sim.scenario.reading.yaml_strict import Node
from sim.scenario.scenario import RangeOverride

if TYPE_CHECKING:
    from sim.evidence import Parameter

_ENTRY = "a narrowed parameter"


class NarrowedRanges(NamedTuple):
    """Narrowed ranges by parameter. unsure: parameters whose value is not known, as what may narrow them is wrong."""

    ranges: dict[str, RangeOverride]
    unsure: frozenset[str]


def read_narrowings(chain: Chain, parameters: Mapping[str, Parameter], mistakes: Mistakes) -> NarrowedRanges:
    """Narrowed ranges; a file may narrow further what the file it extends has narrowed, never widen it."""
    ranges: dict[str, RangeOverride] = {}
    unsure: set[str] = set() if chain.is_whole else set(parameters)
    for file in chain.files:
        block = file.keys.get("parameters")
        entries = None if block is None else mistakes.read(fields.open_mapping, block, what="a block of parameters")
        if (block is not None and entries is None) or "parameters" in file.meant:
            unsure.update(parameters)
        unsure.update(block.refused if block is not None else ())
        for name, entry in (entries or {}).items():
            assert block is not None
            if name not in parameters:
                nearest = nearest_name(name, parameters)
                unknown = entry.error(
                    f"'{name}' is not a parameter",
                    line=block.key_lines.get(name),
                    allowed="a name listed by 'throughgate evidence'",
                    nearest=nearest,
                )
                mistakes.add(unknown)
                unsure.update([nearest] if nearest is not None else [])
                _tell_without_row(entry, mistakes)
                continue
            row = parameters[name]
            before = ranges.get(name, RangeOverride(row.value, row.low, row.high, ""))
            narrowed = _narrowed(entry, before, row, mistakes, is_sure=name not in unsure)
            if narrowed is None:
                unsure.add(name)
            else:
                ranges[name] = narrowed
    return NarrowedRanges(ranges, frozenset(unsure))


def _tell_without_row(entry: Node, mistakes: Mistakes) -> None:
    """Collects what is wrong in the narrowing of a parameter that is not known: whatever would be wrong with any."""
    block = fields.block(entry, NARROWING, what=_ENTRY, mistakes=mistakes)
    if block is None:
        return
    _reason(block, mistakes)
    low, high, _ = (
        mistakes.read(
            fields.number, block.keys[key], low=-math.inf, high=math.inf, what=key, example=NARROWING[key].example
        )
        if key in block.keys
        else None
        for key in ("low", "high", "value")
    )
    mistakes.read(_refuse_crossed, entry, low, high)


def _reason(block: Block, mistakes: Mistakes) -> str | None:
    words = block.required("reason", what=_ENTRY, mistakes=mistakes)
    return None if words is None else mistakes.read(fields.text, words, longest=NARROWING["reason"].longest)


def _refuse_crossed(entry: Node, low: float | None, high: float | None) -> bool:
    """True where the two ends, as far as they are known, stand in their order."""
    if low is not None and high is not None and low > high:
        raise entry.error(f"low {exact(low)} is above high {exact(high)}", allowed="low up to high")
    return True


def _narrowed(
    entry: Node, before: RangeOverride, row: Parameter, mistakes: Mistakes, *, is_sure: bool
) -> RangeOverride | None:
    """One range, or None where something in it is wrong. is_sure: whether `before` is known."""
    count = len(mistakes)
    block = fields.block(entry, NARROWING, what=_ENTRY, mistakes=mistakes)
    if block is None:
        return None
    reason = _reason(block, mistakes)
    if "low" not in block.keys and "high" not in block.keys and not block.meant:
        allowed = f"low: and high: within {exact(before.low)} to {exact(before.high)} ({row.unit})"
        mistakes.add(entry.error("narrows nothing", allowed=allowed))
    ends = []
    for key, usual in (("low", before.low), ("high", before.high)):
        node = block.keys.get(key)
        end = usual if node is None else _number(node, before.low, before.high, row, mistakes)
        ends.append(end)
    low, high = ends
    is_in_order = mistakes.read(_refuse_crossed, entry, low, high)
    is_known = low is not None and high is not None and not block.meant and is_in_order is True
    if low is None or high is None or not is_known:
        low, high = before.low, before.high
    usual = row.value if before.value is None else before.value
    node = block.keys.get("value")
    value = usual if node is None else _number(node, low, high, row, mistakes)
    if value is None or not is_known or (node is None and not is_sure):
        return None
    mistakes.read(_check_value, entry, value, low, high, row, usual=usual)
    if reason is None or len(mistakes) > count:
        return None
    return RangeOverride(None if value == row.value else value, low, high, reason)


def _number(node: Node, low: float, high: float, row: Parameter, mistakes: Mistakes) -> float | None:
    return mistakes.read(fields.number, node, low=low, high=high, what=f"{row.name} ({row.unit})")


def _check_value(entry: Node, value: float, low: float, high: float, row: Parameter, *, usual: float) -> None:
    from sim.evidence.rows import check_range

    if not low <= value <= high:
        raise entry.error(
            f"the usual value {exact(usual)} lies outside {exact(low)} to {exact(high)}",
            key="value",
            allowed="a 'value:' inside the range",
        )
    wrong = check_range(value, low, high, row.unit, "fixed" if low == high else row.distribution)
    if wrong:
        raise entry.error(wrong[1].removeprefix(f"{wrong[0]} "), key=wrong[0], allowed=wrong[2])
