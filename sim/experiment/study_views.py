"""The `views:` of a study file: what a view on money chooses otherwise than views.csv; every mistake with its line."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

from sim.core.errors import InputError
from sim.core.mistakes import Mistakes
from sim.evidence.views import View, changed, load_views
from sim.scenario.levers import PAYERS
from sim.scenario.reading import fields
from sim.scenario.reading.yaml_strict import Node
from sim.study.keys import KEYS

VIEW = KEYS["view"]


def read_views(node: Node, mistakes: Mistakes) -> dict[str, dict[str, Any]]:
    """By view what is chosen otherwise, as plain values; what is wrong is collected."""
    views = load_views(PAYERS)
    block = fields.block(node, views, what="the views on money", mistakes=mistakes)
    named: Mapping[str, Node] = {} if block is None else block.keys
    return {name: _choices(own, views[name], mistakes) for name, own in named.items()}


def _choices(node: Node, view: View, mistakes: Mistakes) -> dict[str, Any]:
    block = fields.block(node, VIEW, what=f"the view '{view.name}'", mistakes=mistakes)
    if block is None:
        return {}
    read = {key: mistakes.read(partial(_value, key=key, mistakes=mistakes), own) for key, own in block.keys.items()}
    choices = {key: value for key, value in read.items() if value is not None}
    ends = {key: value for key, value in choices.items() if key.startswith("qaly_value")}
    for key, value in choices.items():
        alone = {key: value} if key not in ends else ends
        if alone is not ends or key == next(iter(ends)):  # both ends are judged together, and once
            mistakes.read(_refuse_impossible, block.keys[key], view, alone)
    return choices


def _refuse_impossible(node: Node, view: View, choices: Mapping[str, Any]) -> bool:
    try:
        changed(view, choices, PAYERS)
    except InputError as error:
        raise node.error(error.problem, allowed=error.allowed, nearest=error.nearest) from None
    return True


def _value(node: Node, *, key: str, mistakes: Mistakes) -> Any:
    if key == "survivors_care":
        if not isinstance(node.value, bool):
            raise node.error(f"{node.kind()} is neither true nor false", allowed="true or false")
        return node.value
    if key == "payers":
        return [
            fields.word(item, PAYERS, what="a payer") for item in fields.distinct_items(node, mistakes, what="payers")
        ]
    number = partial(fields.number, low=-math.inf, high=math.inf, what=key, example=VIEW[key].example)
    if key == "curve":
        return [float(number(item)) for item in fields.distinct_items(node, mistakes, what="values of a QALY")]
    return float(number(node))
