"""Switches of a scenario: mechanisms left out, services opened that the area carries but does not count as open, and
days on which stronger opioids (nitazenes) are in the drug supply, and the day whose recall law holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from sim.core.errors import nearest_name
from sim.core.mistakes import Mistakes
from sim.scenario.reading import fields
from sim.scenario.reading import locations as where
from sim.scenario.reading.fields import Block
from sim.scenario.reading.keys import STRONGER_OPIOIDS, SWITCHES
from sim.scenario.reading.yaml_strict import Node

if TYPE_CHECKING:
    from sim.area import Area

MECHANISMS = (
    "release",
    "income",
    "attendance",
    "trust",
    "referral",
    "treatment",
    "use",
    "overdose",
    "deaths",
    "housing",
    "supervision",
    "reoffending",
    "custody",
    "navigator",
    "resettlement",
    "beds",
    "residential",
    "trauma",
    "womens_services",
    "chemsex",
    "mutual_aid",
    "agencies",
    "stigma",
    "access",
    "dual_need",
    "release_planning",
    "hubs",
)
STRUCTURES = ("disadvantage",)
"""What is no mechanism of its own and can be left out all the same: the trait that ties several of them together."""
MAY_BE_OFF = (*MECHANISMS, *STRUCTURES)


class Switches(NamedTuple):
    """off: mechanisms and structures left out; opened: ids of services; each sorted, each name once.
    stronger_opioids: first day with stronger opioids in the drug supply and first day without (None: they stay), or
    None. recall_law: day whose law of recall holds throughout, or None. knows_open: False where what a file opens
    could not be read.
    """

    off: tuple[str, ...]
    opened: tuple[str, ...]
    stronger_opioids: tuple[date, date | None] | None
    knows_open: bool = True
    recall_law: date | None = None


def read_switches(chain: Sequence[Block], area: Area, starts: date | None, mistakes: Mistakes) -> Switches:
    """The switches of all files together; starts: the scenario's first day, None where it is not known.

    chain: the files, the oldest first. A file adds to the mechanisms and services of what it extends and takes nothing
    back; its days of stronger opioids and its day of the recall law replace those of the file it extends.
    """
    off: set[str] = set()
    opened: set[str] = set()
    supply: Node | None = None
    law: Node | None = None
    knows_open = all("switches" not in file.meant for file in chain)
    for file in chain:
        node = file.keys.get("switches")
        if node is None or node.value is None:
            continue
        block = fields.block(node, SWITCHES, what="the switches", mistakes=mistakes)
        if block is None:
            knows_open = False
            continue
        if "off" in block.keys:
            off.update(_mechanisms(block.keys["off"], mistakes))
        before = len(mistakes)
        if "open" in block.keys:
            opened.update(where.closed_services(block.keys["open"], area, mistakes))
        knows_open = knows_open and len(mistakes) == before and "open" not in block.meant
        law = None if "recall_law" in block.meant else block.keys.get("recall_law", law)
        supply = None if "stronger_opioids" in block.meant else block.keys.get("stronger_opioids", supply)
    days = None if supply is None else _stronger_opioids(supply, starts, mistakes)
    held = None if law is None else mistakes.read(fields.day, law)
    return Switches(tuple(sorted(off)), tuple(sorted(opened)), days, knows_open, held)


def _stronger_opioids(node: Node, starts: date | None, mistakes: Mistakes) -> tuple[date, date | None] | None:
    what = "the days of stronger opioids"
    block = fields.block(node, STRONGER_OPIOIDS, what=what, mistakes=mistakes)
    first_node = None if block is None else block.required("starts", what=what, mistakes=mistakes)
    if block is None:
        return None
    scenario_starts = None if first_node is None else starts
    first, end = fields.span(
        first_node, block.keys.get("ends"), scenario_starts, without="them", mistakes=mistakes, ends_within=True
    )
    return None if first is None else (first, end)


def _mechanisms(node: Node, mistakes: Mistakes) -> list[str]:
    names: list[str] = []
    for item in mistakes.read(fields.items, node, what="mechanisms") or []:
        name = mistakes.read(_mechanism, item, names)
        if name is not None:
            names.append(name)
    return names


def _mechanism(item: Node, before: Sequence[str]) -> str:
    if not isinstance(item.value, str) or item.value not in MAY_BE_OFF:
        nearest = nearest_name(item.value, MAY_BE_OFF) if isinstance(item.value, str) else None
        raise item.error(f"{item.kind()} is not a mechanism", allowed=", ".join(MAY_BE_OFF), nearest=nearest)
    if item.value in before:
        raise item.error(f"'{item.value}' stands twice", allowed="each name once")
    return item.value
