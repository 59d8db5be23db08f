"""Shortest journeys between all places, and the hours of the day in which each can be made.

The path is the one of least generalised time (waits as means, capped). The hours follow along that path by the clock:
the first departure of the first vehicle, the next ones reached from it, and backwards from the last departures.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from sim.area.model import Area, Link
from sim.area.network import ALIGHT, BOARD, LOCAL, Network, build_network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

DAY_END = 1440.0


@dataclass(frozen=True, slots=True, eq=False)
class PlaceTable:
    """Journeys from the centre of each place (row) to the centre of each place (column), all [n_places, n_places].

    minutes f8 (inf where impossible), fare_gbp f8, boardings i8; earliest_arrival f8, minutes after midnight (inf where
    impossible); latest_departure f8, latest minute at which one may leave the row's place (-inf where impossible).
    """

    network: Network
    distance: Floats
    predecessor: NDArray[np.int32]
    minutes: Floats
    fare_gbp: Floats
    boardings: Ints
    earliest_arrival: Floats
    latest_departure: Floats


@dataclass(slots=True, eq=False)
class _Legs:
    """Rides of every pair, counted backwards from the end of the journey: column 0 is empty, column 1 the last ride.

    local[:, k]: minutes on foot or by local bus after the ride k + 1 (k = 0: after the last one).
    """

    count: Ints
    local: Floats
    local_fare: Floats
    local_boardings: Ints
    ride: Floats
    first: Floats
    last: Floats
    wait: Floats
    boarding: Floats
    fare: Floats


def place_table(area: Area, links: tuple[Link, ...] | None, day_type: str) -> PlaceTable:
    """Journeys between all places on a weekday or a Sunday; kept for the last few sets of links."""
    return _cached_table(area, area.links if links is None else tuple(links), day_type)


@lru_cache(maxsize=12)
def _cached_table(area: Area, links: tuple[Link, ...], day_type: str) -> PlaceTable:
    from scipy.sparse.csgraph import dijkstra

    network = build_network(area, links, day_type)
    n = network.n_places
    distance, predecessor = dijkstra(network.weights, indices=np.arange(n), return_predecessors=True)
    end = best_end(distance, n)
    minutes = np.minimum(distance[:, :n], distance[:, n : 2 * n])
    legs = _legs(network, predecessor, end)
    reached = np.isfinite(minutes).reshape(-1)
    earliest, latest = _earliest_arrival(legs), _latest_departure(legs)
    fare = legs.fare.sum(axis=1) + legs.local_fare
    shape = (n, n)
    table = PlaceTable(
        network,
        distance,
        predecessor,
        minutes,
        np.where(reached, fare, np.inf).reshape(shape),
        (legs.count + legs.local_boardings).reshape(shape),
        np.where(reached, earliest, np.inf).reshape(shape),
        np.where(reached, latest, -np.inf).reshape(shape),
    )
    for array in (table.minutes, table.fare_gbp, table.boardings, table.earliest_arrival, table.latest_departure):
        array.setflags(write=False)
    return table


def best_end(distance: Floats, n: int) -> Ints:
    """Node at which each journey ends: the place before any boarding, or after one; [n_places, n_places]."""
    places = np.arange(n)
    return np.where(distance[:, n : 2 * n] < distance[:, :n], places + n, places)


def _legs(network: Network, predecessor: NDArray[np.int32], end: Ints) -> _Legs:
    """Walks all paths backwards at once and notes their rides."""
    n = network.n_places
    origin = np.repeat(np.arange(n), n)
    node = end.reshape(-1).copy()
    legs = _no_legs(n * n, 8)
    hop = _Hops(network)
    ticket = np.full(n * n, -1)  # mode of the ticket held by the later ride, while no walk lies between
    pairs = np.flatnonzero(predecessor[origin, node] >= 0)
    while pairs.size:
        head = node[pairs]
        tail = predecessor[origin[pairs], head].astype(np.int64)
        edge = network.edge(tail, head)
        kind = network.kind[edge]
        if legs.count[pairs].max() + 2 > legs.ride.shape[1]:
            legs = _longer(legs)
        _note_local(legs, network, pairs[kind == LOCAL], edge[kind == LOCAL])
        ticket[pairs[kind == LOCAL]] = -1
        legs.count[pairs[kind == ALIGHT]] += 1
        riding = (kind != LOCAL) & (kind != ALIGHT)
        _note_ride(legs, hop, pairs[riding], network.link[edge[riding]], ticket)
        node[pairs] = tail
        pairs = pairs[predecessor[origin[pairs], tail] >= 0]
    return legs


class _Hops:
    """Numbers of each link as arrays, by position; links that do not run are never asked for."""

    def __init__(self, network: Network) -> None:
        modes = list(network.area.modes.values())
        order = {mode.id: i for i, mode in enumerate(modes)}
        of_link = [network.area.modes[link.mode] for link in network.links]
        times = network.timetables
        self.minutes = np.array([link.minutes for link in network.links], dtype=float)
        self.first = np.array([np.nan if t is None else t.first for t in times])
        self.last = np.array([np.nan if t is None else t.last for t in times])
        self.wait = np.array([np.nan if t is None else t.mean_wait for t in times])
        self.boarding = np.array([mode.boarding_minutes for mode in of_link])
        self.mode = np.array([order[mode.id] for mode in of_link], dtype=np.int64)
        self.per_boarding = np.array([mode.fare_rule == "per_boarding" for mode in of_link], dtype=bool)
        self.base = np.array([mode.fare_base_gbp for mode in of_link])
        self.fare = np.array(
            [
                mode.missing_fare_gbp if link.fare_gbp is None else link.fare_gbp
                for link, mode in zip(network.links, of_link, strict=True)
            ],
            dtype=float,
        )


def _no_legs(n: int, width: int) -> _Legs:
    def empty(value: float = 0.0) -> Floats:
        return np.full((n, width), value)

    return _Legs(
        np.zeros(n, np.int64),
        empty(),
        np.zeros(n),
        np.zeros(n, np.int64),
        empty(),
        empty(-np.inf),
        empty(np.inf),
        empty(),
        empty(),
        empty(),
    )


def _longer(legs: _Legs) -> _Legs:
    more = _no_legs(len(legs.count), legs.ride.shape[1] * 2)
    width = legs.ride.shape[1]
    for name in ("local", "ride", "first", "last", "wait", "boarding", "fare"):
        getattr(more, name)[:, :width] = getattr(legs, name)
    more.count, more.local_fare, more.local_boardings = legs.count, legs.local_fare, legs.local_boardings
    return more


def _note_local(legs: _Legs, network: Network, pairs: NDArray[np.intp], edge: NDArray[np.intp]) -> None:
    legs.local[pairs, legs.count[pairs]] += network.local_minutes[edge]
    legs.local_fare[pairs] += network.local_fare[edge]
    legs.local_boardings[pairs] += network.local_bus[edge]


def _note_ride(legs: _Legs, hop: _Hops, pairs: NDArray[np.intp], link: NDArray[np.int32], ticket: Ints) -> None:
    """Adds one hop to the ride under way; a ride over several links has the hours of its sparsest link."""
    at = (pairs, legs.count[pairs])
    legs.ride[at] += hop.minutes[link]
    legs.first[at] = np.maximum(legs.first[at], hop.first[link])
    legs.last[at] = np.minimum(legs.last[at], hop.last[link])
    legs.wait[at] = np.maximum(legs.wait[at], hop.wait[link])
    legs.boarding[at] = hop.boarding[link]
    same_ticket = ticket[pairs] == hop.mode[link]
    summed = legs.fare[at] + hop.fare[link] - np.where(same_ticket, np.minimum(hop.base, hop.fare)[link], 0.0)
    legs.fare[at] = np.where(hop.per_boarding[link], np.maximum(legs.fare[at], hop.fare[link]), summed)
    ticket[pairs] = hop.mode[link]


def _earliest_arrival(legs: _Legs) -> Floats:
    """Arrival when the first vehicle is taken; on foot alone, leaving at midnight. inf where the last one is missed."""
    every = np.arange(len(legs.count))
    arrival = np.where(legs.count == 0, legs.local[:, 0], -np.inf)
    for k in range(int(legs.count.max(initial=0)), 0, -1):
        on = every[legs.count >= k]
        ready = arrival[on] + np.where(np.isfinite(arrival[on]), legs.boarding[on, k], 0.0)
        depart = next_departure(ready, legs.first[on, k], legs.last[on, k], legs.wait[on, k])
        arrival[on] = depart + legs.ride[on, k] + legs.local[on, k - 1]
    return arrival


def _latest_departure(legs: _Legs) -> Floats:
    """Latest moment to leave; on foot alone, early enough to be home by midnight. -inf where no departure fits."""
    every = np.arange(len(legs.count))
    leave = np.where(legs.count == 0, DAY_END - legs.local[:, 0], np.inf)
    for k in range(1, int(legs.count.max(initial=0)) + 1):
        on = every[legs.count >= k]
        needed = leave[on] - legs.local[on, k - 1] - legs.ride[on, k]
        depart = previous_departure(needed, legs.first[on, k], legs.last[on, k], legs.wait[on, k])
        leave[on] = depart - legs.boarding[on, k]
    ridden = legs.count > 0
    leave[ridden] -= legs.local[every[ridden], legs.count[ridden]]
    return leave


def next_departure(ready: Floats, first: Floats, last: Floats, wait: Floats) -> Floats:
    """Departure for somebody ready at a moment: the first, or half a headway later on average; inf after the last."""
    on_time = np.minimum(ready + wait, last)
    return np.where(ready <= first, first, np.where(ready <= last, on_time, np.inf))


def previous_departure(needed: Floats, first: Floats, last: Floats, wait: Floats) -> Floats:
    """Departure no later than a moment: the last, or half a headway before it on average; -inf before the first."""
    on_time = np.maximum(needed - wait, first)
    return np.where(needed >= last, last, np.where(needed >= first, on_time, -np.inf))


def path_edges(table: PlaceTable, origin: int, destination: int) -> list[int]:
    """Edges of the shortest path between two places, in travel order; empty when they are the same or out of reach."""
    n = table.network.n_places
    node = int(best_end(table.distance[origin : origin + 1], n)[0, destination])
    edges: list[int] = []
    while table.predecessor[origin, node] >= 0:
        tail = int(table.predecessor[origin, node])
        edges.append(int(table.network.edge(np.array([tail]), np.array([node]))[0]))
        node = tail
    return edges[::-1]


__all__ = ["BOARD", "PlaceTable", "best_end", "next_departure", "path_edges", "place_table", "previous_departure"]
