"""Switches of a scenario: mechanisms left out, services opened that the area carries but does not count as open, and
days on which stronger opioids (nitazenes) are in the drug supply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from sim.core.errors import nearest_name
from sim.scenario.reading import fields
from sim.scenario.reading import locations as where
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
)
KEYS = ("off", "open", "stronger_opioids")


class Switches(NamedTuple):
    """off: mechanisms left out; opened: ids of services; each sorted, each name once. stronger_opioids: first day with
    stronger opioids in the drug supply and first day without (None: they stay), or None."""

    off: tuple[str, ...]
    opened: tuple[str, ...]
    stronger_opioids: tuple[date, date | None] | None


def read_switches(chain: Sequence[Node], area: Area, starts: date) -> Switches:
    """The switches of all files together; starts: the scenario's first day.

    chain: the files, the oldest first. A file adds to the mechanisms and services of what it extends and takes nothing
    back; its days of stronger opioids replace those of the file it extends.
    """
    off: set[str] = set()
    opened: set[str] = set()
    supply: Node | None = None
    for node in chain:
        block = node.value.get("switches") if isinstance(node.value, dict) else None
        if block is None or block.value is None:
            continue
        keys = fields.mapping(block, KEYS, what="the switches")
        if "off" in keys:
            off.update(_mechanisms(keys["off"]))
        if "open" in keys:
            opened.update(where.closed_services(keys["open"], area))
        supply = keys.get("stronger_opioids", supply)
    days = None if supply is None else _stronger_opioids(supply, starts)
    return Switches(tuple(sorted(off)), tuple(sorted(opened)), days)


def _stronger_opioids(node: Node, starts: date) -> tuple[date, date | None]:
    what = "the days of stronger opioids"
    keys = fields.mapping(node, ("starts", "ends"), what=what)
    first = fields.required(node, "starts", what=what)
    return fields.span(first, keys.get("ends"), starts, without="them", ends_within=True)


def with_opened(area: Area, opened: Sequence[str]) -> Area:
    """The area in which these services are open; the same object where there are none."""
    if not opened:
        return area
    services = tuple(replace(site, status="open") if site.id in opened else site for site in area.services)
    return replace(area, services=services)


def _mechanisms(node: Node) -> tuple[str, ...]:
    found: list[str] = []
    for item in fields.items(node, what="mechanisms"):
        if not isinstance(item.value, str) or item.value not in MECHANISMS:
            nearest = nearest_name(item.value, MECHANISMS) if isinstance(item.value, str) else None
            raise item.error(f"{item.kind()} is not a mechanism", allowed=", ".join(MECHANISMS), nearest=nearest)
        if item.value in found:
            raise item.error(f"'{item.value}' stands twice", allowed="each name once")
        found.append(item.value)
    return tuple(found)
