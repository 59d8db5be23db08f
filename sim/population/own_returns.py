"""Releases a person has in a year under a draw: as many as the draw's own hazards of return make.

The row custody.releases_per_person is what the baseline at reference values lives. A draw in which people go back to
custody more often has more:
    releases = 1 + (custody.releases_per_person - 1) x R / custody.returns_expected,   R = sum of w E over the nodes of
disadvantage, E the later releases that hazards alone give (returns.py), and custody.returns_expected the same R at
reference values. Lived baselines of other draws bear it out within 0.2 (tests/engine/test_own_returns.py); what a
year of the run itself has lived would be as near, and would hang on luck.
Reads custody.releases_per_person, custody.returns_expected and what returns.py reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.population.disadvantage import Nodes, nodes_of
from sim.population.need_seen import mean_licence_days
from sim.population.returns import expected
from sim.population.traits import trait_numbers

ROW, EXPECTED = "custody.releases_per_person", "custody.returns_expected"


def returns_expected(draw: Mapping[str, float], numbers: Any = None, nodes: Nodes | None = None) -> float:
    """Later releases of a person within a year that hazards alone give, mean over people.

    numbers: TRAIT_NUMBERS row of the draw; nodes: its nodes; each worked out where it is not handed over.
    """
    numbers = trait_numbers(draw)[0] if numbers is None else numbers
    nodes = nodes_of(draw, numbers) if nodes is None else nodes
    return float(nodes.weight @ expected(draw, nodes, mean_licence_days(numbers)))


class _OwnReturns(Mapping[str, float]):
    """A draw with another number of releases a person; every other value is asked of the draw itself."""

    def __init__(self, draw: Mapping[str, float], releases: float) -> None:
        self._draw, self._releases = draw, releases

    def __getitem__(self, name: str) -> float:
        return self._releases if name == ROW else self._draw[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._draw)

    def __len__(self) -> int:
        return len(self._draw)


def with_own_returns(draw: Mapping[str, float], numbers: Any = None, nodes: Nodes | None = None) -> Mapping[str, float]:
    """The draw with releases a person that its own hazards make; arguments as of `returns_expected`."""
    later = (draw[ROW] - 1.0) * returns_expected(draw, numbers, nodes) / draw[EXPECTED]
    return _OwnReturns(draw, 1.0 + max(later, 0.0))
