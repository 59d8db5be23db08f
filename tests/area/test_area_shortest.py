"""Shortest journeys against plain enumeration of every way to travel on small made-up networks."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.area import Area, Link, load_area
from sim.area.paths import place_table

PLACES = ("plymouth", "exeter", "taunton", "bristol")  # far apart, so nobody walks between them
HOPS = st.tuples(
    st.sampled_from([(0, 1), (1, 2), (2, 3), (0, 2), (1, 3)]),
    st.sampled_from(["red", "blue"]),
    st.integers(5, 60),
    st.sampled_from([1, 3, 8, 12, 24, 48]),
)


@pytest.fixture(scope="module")
def region() -> Area:
    return load_area()


def _links(area: Area, hops: list[tuple[tuple[int, int], str, int, int]]) -> tuple[Link, ...]:
    pattern = next(link for link in area.links if link.mode == "bus")
    return tuple(
        replace(
            pattern,
            id=f"X{i}",
            from_place=PLACES[a],
            to_place=PLACES[b],
            line=line,
            minutes=float(minutes),
            departures_weekday=float(n),
        )
        for i, ((a, b), line, minutes, n) in enumerate(hops)
    )


def _enumerated(area: Area, links: tuple[Link, ...], start: str, end: str) -> float:
    """Least minutes over all chains of at most 4 hops, and over all ways to cut each chain into rides of one line."""
    start_day, end_day = area.modes["bus"].weekday
    boarding = area.modes["bus"].boarding_minutes
    half = {link.id: (end_day - start_day) / link.departures_weekday / 2 for link in links}
    best = np.inf
    chains: list[tuple[str, tuple[Link, ...]]] = [(start, ())]
    while chains:
        here, chain = chains.pop()
        if here == end and chain:
            for cuts in range(2 ** (len(chain) - 1)):
                rides, ride = [], [chain[0]]
                for k, (before, after) in enumerate(pairwise(chain)):
                    if cuts >> k & 1 or before.line != after.line:
                        rides.append(ride)
                        ride = []
                    ride.append(after)
                rides.append(ride)
                waits = (area.rules.counted_wait(max(half[x.id] for x in r), i == 0) for i, r in enumerate(rides))
                best = min(best, sum(waits) + boarding * len(rides) + sum(link.minutes for link in chain))
        if len(chain) < 4:
            for link in links:
                for a, b in ((link.from_place, link.to_place), (link.to_place, link.from_place)):
                    if a == here:
                        chains.append((b, (*chain, link)))
    return best


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hops=st.lists(HOPS, min_size=1, max_size=4))
def test_dijkstra_finds_what_enumeration_finds(region: Area, hops: list[tuple[tuple[int, int], str, int, int]]) -> None:
    links = _links(region, hops)
    table = place_table(region, links, "weekday")
    for start in PLACES[:2]:
        for end in PLACES:
            if start != end:
                found = table.minutes[region.place_index[start], region.place_index[end]]
                assert found == pytest.approx(_enumerated(region, links, start, end))


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hops=st.lists(HOPS, min_size=1, max_size=6), more=st.lists(st.integers(0, 20), min_size=6, max_size=6))
def test_more_transport_never_lengthens(
    region: Area, hops: list[tuple[tuple[int, int], str, int, int]], more: list[int]
) -> None:
    links = _links(region, hops)
    denser = tuple(
        replace(link, departures_weekday=link.departures_weekday + n) for link, n in zip(links, more, strict=False)
    )
    before = place_table(region, links, "weekday").minutes
    assert (place_table(region, denser, "weekday").minutes <= before + 1e-9).all()
    assert (before <= place_table(region, links[1:], "weekday").minutes + 1e-9).all()
