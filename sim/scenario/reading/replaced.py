"""`instead:` of a scenario: purchases of the scenarios that it extends which do not stand in it.

Named levers lose every purchase of the older files, cuts too; `all` leaves none. What the file buys itself is added as
ever, so that the same lever may be bought again with other money, places or days.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.core.errors import nearest_name
from sim.core.mistakes import Mistakes
from sim.scenario.levers import LEVERS
from sim.scenario.reading import fields
from sim.scenario.reading.fields import Block
from sim.scenario.reading.yaml_strict import Node
from sim.scenario.scenario import Purchase

ALL = "all"
KEY = "instead"
Bought = Sequence[tuple[Node, Purchase]]


def still_bought(file: Block, bought: Bought, mistakes: Mistakes, *, is_sure: bool) -> list[tuple[Node, Purchase]]:
    """What of the purchases of older files stands in a file; all of them where it says nothing.

    is_sure: whether all that older files buy is known, so that a lever that none of them buys can be refused.
    """
    node = file.keys.get(KEY)
    if node is None:
        return list(bought)
    if "extends" not in file.keys:
        if "extends" not in file.meant:
            mistakes.add(
                node.error("replaces purchases of a scenario that is extended, and none is", allowed="with 'extends:'")
            )
        return list(bought)
    levers = _levers(node, mistakes)
    there = list(dict.fromkeys(purchase.lever for _, purchase in bought))
    for name, item in levers.items():
        if is_sure and (not there if name == ALL else name not in there):
            mistakes.read(_refuse_not_bought, item, name, there)
    return [one for one in bought if ALL not in levers and one[1].lever not in levers]


def _levers(node: Node, mistakes: Mistakes) -> dict[str, Node]:
    """The levers named, or ALL by itself, with where each stands."""
    words = mistakes.read(fields.distinct_items, node, mistakes, what="levers") or []
    named: dict[str, Node] = {}
    for item in words:
        name = mistakes.read(fields.word, item, (ALL, *LEVERS), what="a lever, or the word all")
        if name is not None:
            named[name] = item
    if ALL in named and len(words) > 1:
        mistakes.add(named[ALL].error("'all' stands beside levers", allowed="all by itself, or levers"))
    return named


def _refuse_not_bought(item: Node, name: str, there: Sequence[str]) -> None:
    if not there:
        raise item.error("what is extended buys nothing that could be replaced", allowed="no 'instead:'")
    raise item.error(
        f"what is extended buys no '{name}'", allowed=", ".join([*there, ALL]), nearest=nearest_name(name, there)
    )
