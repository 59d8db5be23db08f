"""The links of one type of day as a graph whose shortest paths are door-to-door journeys by public transport.

Nodes: each place and each station twice (nobody has boarded yet; has ridden), and vehicles: (line, place, longest wait
paid so far). Boarding a link costs its mean wait (in part beyond a cap), the mode's boarding minutes and the ride;
staying on the same line costs the ride, and what the next link's wait exceeds the one already paid (a line may run less
often farther out, and then the less frequent through vehicle is the one waited for); alighting is free. So no wait is
paid twice on a through line, and a journey over two lines pays both. All weights are >= 0, in minutes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.area.local import LocalLeg, to_station
from sim.area.model import Area, Link, straight_line_km
from sim.area.timetable import Timetable, timetable

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

LOCAL, BOARD, THROUGH, ALIGHT = 0, 1, 2, 3
_NO_LOCAL = LocalLeg(0.0, 0.0, False)
_Vehicle = tuple[str, str, int, bool, float]  # mode, line, place, first boarding, capped wait paid


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A graph and, for each of its edges (sorted by key = tail * n_nodes + head), what it stands for.

    Nodes 0..n_places-1 are places before any boarding, n_places..2 n_places-1 the same places after one.
    kind: LOCAL, BOARD, THROUGH or ALIGHT; link: position in the links, -1 for others;
    local_minutes, local_fare, local_bus: of LOCAL edges. stations: place of each station node.
    """

    area: Area
    day_type: str
    links: tuple[Link, ...]
    timetables: tuple[Timetable | None, ...]
    n_places: int
    n_nodes: int
    stations: Mapping[int, int]
    weights: csr_matrix
    key: NDArray[np.int64]
    kind: NDArray[np.int8]
    link: NDArray[np.int32]
    local_minutes: NDArray[np.float64]
    local_fare: NDArray[np.float64]
    local_bus: NDArray[np.bool_]

    def edge(self, tail: NDArray[np.int64], head: NDArray[np.int64]) -> NDArray[np.intp]:
        """Positions of the edges between the given nodes, which must exist."""
        return np.searchsorted(self.key, tail * self.n_nodes + head)


@dataclass(slots=True)
class _Edge:
    weight: float
    kind: int
    link: int = -1
    local: LocalLeg = _NO_LOCAL


class _Builder:
    """Collects nodes and the cheapest edge between any two of them."""

    def __init__(self, area: Area, links: Sequence[Link], day_type: str) -> None:
        self.area = area
        self.day_type = day_type
        self.links = tuple(links)
        self.times = tuple(timetable(area, link, day_type) for link in self.links)
        self.n_places = len(area.places)
        self.n_nodes = 2 * self.n_places
        self.edges: dict[tuple[int, int], _Edge] = {}
        self.stations: dict[int, int] = {}
        self.vehicles: dict[_Vehicle, int] = {}
        self.departing: dict[tuple[str, str, int], list[tuple[int, int]]] = {}

    def add(self, tail: int, head: int, edge: _Edge) -> None:
        known = self.edges.get((tail, head))
        if known is None or edge.weight < known.weight:
            self.edges[tail, head] = edge

    def stop(self, place: int, mode: str, ridden: bool) -> int:
        """Node at which a mode is boarded or left: the place itself, or its station."""
        if mode != "rail":
            return place + self.n_places * ridden
        if place not in self.stations:
            self.stations[place] = self.n_nodes
            self.n_nodes += 2
            leg = to_station(self.area, self.area.places[place])
            for layer in (0, 1):
                centre, station = place + layer * self.n_places, self.stations[place] + layer
                self.add(centre, station, _Edge(leg.minutes, LOCAL, local=leg))
                self.add(station, centre, _Edge(leg.minutes, LOCAL, local=leg))
        return self.stations[place] + ridden

    def walks(self) -> None:
        """Ways on foot between places closer than walk_between_places_km."""
        rules = self.area.rules
        for i, a in enumerate(self.area.places):
            for j, b in enumerate(self.area.places[:i]):
                km = straight_line_km(a.latitude, a.longitude, b.latitude, b.longitude)
                if km < rules.walk_between_places_km:
                    leg = LocalLeg(km * rules.detour_factor / rules.walking_speed * 60, 0.0, False)
                    for layer in (0, self.n_places):
                        self.add(i + layer, j + layer, _Edge(leg.minutes, LOCAL, local=leg))
                        self.add(j + layer, i + layer, _Edge(leg.minutes, LOCAL, local=leg))

    def rides(self) -> None:
        """Boardings, rides on and alightings, spread from every stop outwards."""
        index = self.area.place_index
        for position, (link, times) in enumerate(zip(self.links, self.times, strict=True)):
            if times is None:
                continue
            a, b = index[link.from_place], index[link.to_place]
            self.departing.setdefault((link.mode, link.line, a), []).append((b, position))
            self.departing.setdefault((link.mode, link.line, b), []).append((a, position))
        open_vehicles: list[_Vehicle] = []
        for (mode, line, place), hops in self.departing.items():
            boarding = self.area.modes[mode].boarding_minutes
            for far, position in hops:
                for ridden in (False, True):
                    wait = self.wait(position, not ridden)
                    node = self.vehicle((mode, line, far, not ridden, wait), open_vehicles)
                    ride = wait + boarding + self.links[position].minutes
                    self.add(self.stop(place, mode, ridden), node, _Edge(ride, BOARD, position))
        while open_vehicles:
            mode, line, place, first, paid = vehicle = open_vehicles.pop()
            for far, position in self.departing[mode, line, place]:
                wait = max(paid, self.wait(position, first))
                node = self.vehicle((mode, line, far, first, wait), open_vehicles)
                ride = wait - paid + self.links[position].minutes
                self.add(self.vehicles[vehicle], node, _Edge(ride, THROUGH, position))

    def wait(self, position: int, first: bool) -> float:
        """Wait counted for a link: half a headway, in part beyond the cap."""
        times = self.times[position]
        if times is None:
            raise ValueError(f"link {self.links[position].id} does not run")
        return self.area.rules.counted_wait(times.mean_wait, first)

    def vehicle(self, name: _Vehicle, open_vehicles: list[_Vehicle]) -> int:
        """Node of a vehicle at a place; a new one can be left there."""
        if name not in self.vehicles:
            self.vehicles[name] = self.n_nodes
            self.n_nodes += 1
            open_vehicles.append(name)
            self.add(self.vehicles[name], self.stop(name[2], name[0], True), _Edge(0.0, ALIGHT))
        return self.vehicles[name]

    def network(self) -> Network:
        """The network of everything added so far, its weights in minutes."""
        from scipy.sparse import csr_matrix

        ends = np.array(sorted(self.edges), dtype=np.int64).reshape(-1, 2)
        edges = [self.edges[tail, head] for tail, head in ends.tolist()]
        n = self.n_nodes
        weights = csr_matrix((np.array([e.weight for e in edges], dtype=float), (ends[:, 0], ends[:, 1])), shape=(n, n))
        return Network(
            area=self.area,
            day_type=self.day_type,
            links=self.links,
            timetables=self.times,
            n_places=self.n_places,
            n_nodes=n,
            stations={node + layer: place for place, node in self.stations.items() for layer in (0, 1)},
            weights=weights,
            key=ends[:, 0] * n + ends[:, 1],
            kind=np.array([e.kind for e in edges], dtype=np.int8),
            link=np.array([e.link for e in edges], dtype=np.int32),
            local_minutes=np.array([e.local.minutes for e in edges], dtype=float),
            local_fare=np.array([e.local.fare_gbp for e in edges], dtype=float),
            local_bus=np.array([e.local.by_bus for e in edges], dtype=bool),
        )


def build_network(area: Area, links: Sequence[Link] | None, day_type: str) -> Network:
    """The graph of all links that run on a day of that type; the area's own links when none are given."""
    builder = _Builder(area, area.links if links is None else links, day_type)
    builder.walks()
    builder.rides()
    return builder.network()
