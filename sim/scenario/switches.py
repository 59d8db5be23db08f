"""Switches of a scenario: mechanisms left out, and services opened that the area carries but does not count as open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sim.core.errors import nearest_name
from sim.scenario import fields, where
from sim.scenario.yaml_strict import Node

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
KEYS = ("off", "open")


def read_switches(chain: Sequence[Node], area: Area) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Mechanisms off and services opened, of all files together; each sorted, each name once.

    chain: the files, the oldest first. A file adds to what it extends and takes nothing back.
    """
    off: set[str] = set()
    opened: set[str] = set()
    for node in chain:
        block = node.value.get("switches") if isinstance(node.value, dict) else None
        if block is None or block.value is None:
            continue
        keys = fields.mapping(block, KEYS, what="the switches")
        if "off" in keys:
            off.update(_mechanisms(keys["off"]))
        if "open" in keys:
            opened.update(where.closed_services(keys["open"], area))
    return tuple(sorted(off)), tuple(sorted(opened))


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
