"""The limits of payers in one council, a block of its own under `budgets:`, by the council's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.core.errors import nearest_name
from sim.core.mistakes import Mistakes
from sim.scenario.levers import PAYERS
from sim.scenario.reading import fields
from sim.scenario.reading.yaml_strict import Node

if TYPE_CHECKING:
    from sim.area import Area


def plain_name(name: str) -> str:
    """A council's name, or a place's, as it may be written: any capitals, _ for a space, nothing after a comma."""
    return " ".join(name.split(",")[0].replace("_", " ").casefold().split())


def councils_named(node: Node, area: Area, mistakes: Mistakes) -> dict[str, str]:
    """By key of the budgets as written, the council that it names. A place's name is refused with its council's, a
    block under any other name that is no payer's with the nearest council's; both count as read."""
    by_name = {plain_name(council.name): council.name for council in area.councils}
    keys = node.value if isinstance(node.value, dict) else {}
    named: dict[str, str] = {}
    for key, inner in keys.items():
        if key in ("mode", *PAYERS):
            continue
        council = by_name.get(plain_name(key))
        if council is not None and council in named.values():
            mistakes.add(node.error(f"'{council}' stands twice", line=node.key_lines.get(key), key=key, allowed="once"))
        elif council is None and isinstance(inner.value, dict):
            mistakes.read(_refuse_unknown, node, key, by_name, area)
            named[key] = ""
        if council is not None:
            named[key] = council
    return named


def _refuse_unknown(node: Node, key: str, by_name: dict[str, str], area: Area) -> None:
    place = next((p for p in area.places if plain_name(key) in (plain_name(p.id), plain_name(p.name))), None)
    near = nearest_name(plain_name(key), by_name)
    what = "a place, and budgets are those of councils" if place else "a council of this area"
    raise node.error(
        f"'{key}' is {'' if place else 'not '}{what}",
        line=node.key_lines.get(key), key=key, allowed="; ".join(council.name for council in area.councils),
        nearest=place.local_authority if place else by_name.get(near or ""),
    )  # fmt: skip


def council_limits(block_node: Node | None, council: str, mistakes: Mistakes) -> dict[str, Node]:
    """Where the limit of each payer in a council stands; none for a council that is not known."""
    if block_node is None or not council:
        return {}
    block = fields.block(block_node, PAYERS, what=f"the budget of {council}", mistakes=mistakes)
    return {} if block is None else dict(block.keys)
