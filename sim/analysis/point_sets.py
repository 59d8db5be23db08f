"""Which rows of a study's totals belong to its draws, and which to each design."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.analysis.cube import ALL_GROUPS, Cube, load_cube, spans_of
from sim.store.mending import TOTALS
from sim.store.parts import Block
from sim.store.totals import Totals, layout_in

RANDOM = "random"


@dataclass(frozen=True)
class KeptPointSet:
    """The draws or one design of a study, as its totals hold them.

    places: numbers within the part of the points that are there, all but those left out because a run failed.
    replicates: streams of random numbers at each. first: number of its first point among all points of the study.
    blocks_before: blocks of the parts before it.
    """

    name: str
    places: tuple[int, ...]
    replicates: int
    first: int
    blocks_before: int

    @property
    def blocks(self) -> list[Block]:
        """Its blocks, in the order of the totals."""
        return [Block(self.first + place, replicate) for place in self.places for replicate in range(self.replicates)]


def kept_point_sets(content: Mapping[str, Any]) -> dict[str, KeptPointSet]:
    """The draws and designs of a study by name, from its manifest (draws, replicates, designs, left_out)."""
    draws = [(RANDOM, content["draws"], content["replicates"])] if content["draws"] else []
    designs = [(part["name"], part["points"], part["replicates"]) for part in content.get("designs", ())]
    out = set(content.get("left_out", ()))
    first = before = 0
    parts: dict[str, KeptPointSet] = {}
    for name, points, replicates in (*draws, *designs):
        places = tuple(place for place in range(points) if first + place not in out)
        parts[name] = KeptPointSet(name, places, replicates, first, before)
        first, before = first + points, before + len(places) * replicates
    return parts


def blocks_in(content: Mapping[str, Any]) -> list[Block]:
    """Every block that a study's totals hold, in their order, as its manifest says."""
    return [block for part in kept_point_sets(content).values() for block in part.blocks]


def totals_of(folder: Path, content: Mapping[str, Any]) -> Totals:
    """The totals of a finished study, held against its manifest while they are read. Raises InputError."""
    return Totals(folder / TOTALS, layout_in(content), blocks_in(content))


def cubes_of(folder: Path, content: Mapping[str, Any], part: KeptPointSet) -> Iterator[Cube]:
    """The totals of the draws or of one design, span of groups by span: everybody in the first, all groups in all."""
    numbers = len(part.places) * part.replicates * len(content["names"]) * len(content["measures"])
    return (cube_of(folder, content, part, span) for span in spans_of(len(content["groups"]), numbers))


def cube_of(folder: Path, content: Mapping[str, Any], part: KeptPointSet, span: slice = ALL_GROUPS) -> Cube:
    """The totals of the draws or of one design, read from the folder: all groups, or those of a span.

    content: the study's manifest.
    """
    return load_cube(
        folder / TOTALS,
        scenarios=tuple(content["names"]),
        groups=tuple((stratum, group) for stratum, group in content["groups"]),
        measures=tuple(content["measures"]),
        draws=len(part.places),
        replicates=part.replicates,
        blocks_before=part.blocks_before,
        blocks=blocks_in(content),
        span=span,
    )
