"""The `prices:` of a scenario: which of two published prices stands for a thing, one option a choice.

The choices and their options are a table of the evidence (`sim/evidence/price_choices.csv`); two options of one choice
count the same money twice and are refused by name.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.core.grammar import listed
from sim.core.mistakes import Mistakes
from sim.evidence.price_choices import allowed_options, default_of, price_choices, refusal_of
from sim.scenario.reading import fields
from sim.scenario.reading.fields import Block
from sim.scenario.reading.yaml_strict import Node


def read_prices(chain: Sequence[Block], mistakes: Mistakes) -> dict[str, str]:
    """The options chosen by all files together, by choice; a default that is written stands for nothing written.

    chain: the files, the oldest first; a file's choices replace those of the file it extends.
    """
    chosen: dict[str, str] = {}
    for file in chain:
        node = file.keys.get("prices")
        if node is None or node.value is None:
            continue
        block = fields.block(node, price_choices(), what="the prices", mistakes=mistakes)
        for choice, value in {} if block is None else block.keys.items():
            option = mistakes.read(_option, value, choice)
            if option is not None:
                chosen[choice] = option
    return {choice: option for choice, option in sorted(chosen.items()) if option != default_of(choice)}


def _option(node: Node, choice: str) -> str:
    """One option of a choice that can be taken."""
    if isinstance(node.value, list):
        several = [str(item.value) for item in node.value]
        problem = f"{listed(several)} count the same money twice" if len(several) > 1 else "a list is no single option"
        raise node.error(problem, allowed=f"one of {', '.join(allowed_options(choice))}")
    refusal = refusal_of(choice, node.value)
    if refusal is not None:
        problem, allowed, nearest = refusal
        raise node.error(problem, allowed=allowed, nearest=nearest)
    return str(node.value)
