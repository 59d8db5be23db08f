"""The area as a map: places by the time to the hub that serves them, prisons, hubs and the links between places.

Positions are those of the area's tables; sea and boundaries are left out, because the tables hold none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.analysis.access import AccessToHub
from sim.area.model import Area, Prison, clock
from sim.core.grammar import counted, listed
from sim.presentation import theme, words
from sim.presentation.drawing import chart_settings
from sim.presentation.layout import shortened

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAME = "map_of_area"
WIDTH = 12.5  # inches
SIDE = 0.19  # inches left free beside the map
FAR_MINUTES = 60.0
# Minutes to the hub: up to, words, colour from light to dark, marker and its size.
BANDS = (
    (30.0, "up to 30 minutes", "#FDE725", "o", 5.0),
    (60.0, "31 to 60", "#5EC962", "s", 5.5),
    (90.0, "61 to 90", "#21918C", "D", 6.0),
    (math.inf, "more than 90 minutes", "#440154", "^", 8.0),
)
RING = 13.0
LEAST_SHARE = 0.005
NAMED_FROM = 60_000  # people from which on a place has its name on the map, whatever the journey
MOST_NAMED = 45
LONGEST_NAME = 40  # characters beside a point
LED_FROM = 0.17  # inches from which on a thin line leads from a point to its name
COLUMNS = (
    "what", "name", "latitude", "longitude", "population", "hub", "minutes_to_hub", "fare_gbp", "earliest_arrival",
    "latest_return", "first_appointments_out_of_reach",
)  # fmt: skip
STYLES: dict[str, tuple[Any, float]] = {
    "rail": ("-", 1.3),
    "bus": ((0, (1.5, 1.5)), 0.8),
    "coach": ((0, (5, 2)), 0.8),
    "ferry": ((0, (1, 3)), 1.2),
}
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Name:
    """A name to be written beside a point of the map (inches from its lower left corner)."""

    text: str
    x: float
    y: float
    is_prison: bool


@chart_settings()
def plot(area: Area, access: Sequence[AccessToHub]) -> theme.Chart:
    """The chart; access: from each place of the area, in its order."""
    title = _title(area, access)
    message = theme.lines(_message(area, access), WIDTH, theme.WIDE_CHARACTER)
    foot = [line for text in _footer(area) for line in theme.lines(text, WIDTH)]
    frame = _Frame(area)
    head, below = 0.85 + 0.19 * len(message), 0.72 + theme.LINE * len(foot)
    height = head + frame.height + below
    figure = theme.new_figure(WIDTH, height)
    theme.heading(figure, height, title, message)
    axis = figure.add_axes((SIDE / WIDTH, below / height, frame.width / WIDTH, frame.height / height))
    axis.set_xlim(0, frame.width)
    axis.set_ylim(0, frame.height)
    axis.set_axis_off()
    _links(axis, area, frame)
    _points(axis, area, access, frame)
    _names(axis, area, access, frame)
    _legend(figure, height, area, access)
    theme.footing(figure, height, "\n".join(foot), above=0.52)
    alt = _alt(area, access)
    svg, png = theme.render(figure, title=title, alt=alt)
    return theme.Chart(NAME, svg, png, alt, _data(area, access).to_csv(index=False, lineterminator="\n"))


class _Frame:
    """Where a position lies on the map: inches from its lower left corner, degrees east shortened by the latitude."""

    def __init__(self, area: Area) -> None:
        north = [place.latitude for place in area.places] + [prison.latitude for prison in area.prisons]
        east = [place.longitude for place in area.places] + [prison.longitude for prison in area.prisons]
        self._south, self._west = min(north), min(east)
        self._shrink = math.cos(math.radians((min(north) + max(north)) / 2))
        self.width = WIDTH - 2 * SIDE
        degrees = max((max(east) - self._west) * self._shrink, 0.1)
        self._margin = 0.35
        self._scale = (self.width - 2 * self._margin - 0.8) / degrees
        self.height = (max(north) - self._south) * self._scale + 2 * self._margin

    def at(self, latitude: float, longitude: float) -> tuple[float, float]:
        """x and y of a position."""
        x = (longitude - self._west) * self._shrink * self._scale + self._margin
        return x, (latitude - self._south) * self._scale + self._margin


def band_of(minutes: float) -> int:
    """Index of the band of BANDS."""
    return next(k for k, band in enumerate(BANDS) if minutes <= band[0])


def _links(axis: Axes, area: Area, frame: _Frame) -> None:
    for link in area.links:
        ends = [area.places[area.place_index[name]] for name in (link.from_place, link.to_place)]
        points = [frame.at(end.latitude, end.longitude) for end in ends]
        dashes, width = STYLES.get(link.mode, ("-", 0.8))
        axis.plot(
            [x for x, _ in points], [y for _, y in points], color="#9A9A9A", linestyle=dashes, linewidth=width, zorder=1
        )


def _points(axis: Axes, area: Area, access: Sequence[AccessToHub], frame: _Frame) -> None:
    hubs = {area.services[one.hub].place for one in access}
    for one in access:
        place = area.places[one.place]
        x, y = frame.at(place.latitude, place.longitude)
        _, _, colour, marker, size = BANDS[band_of(one.minutes)]
        if one.out_of_reach >= LEAST_SHARE:
            axis.plot([x], [y], marker="o", markersize=RING, markerfacecolor="none", markeredgecolor=theme.WORSE_COLOUR,
                      markeredgewidth=1.6, zorder=3)  # fmt: skip
        axis.plot([x], [y], marker=marker, markersize=size, color=colour, markeredgecolor=theme.INK,
                  markeredgewidth=0.7, zorder=4)  # fmt: skip
        if place.id in hubs:
            axis.plot([x], [y], marker="+", markersize=13, color=theme.INK, markeredgewidth=1.5, zorder=3.5)
    for prison in area.prisons:
        x, y = frame.at(prison.latitude, prison.longitude)
        fill = theme.INK if prison.is_open else "white"
        axis.plot([x], [y], marker="s", markersize=8, color=fill, markeredgecolor=theme.INK, zorder=5)


def _names(axis: Axes, area: Area, access: Sequence[AccessToHub], frame: _Frame) -> None:
    """Names where there is room for them: prisons first, then places out of reach, then large ones, then far ones."""
    marks = [frame.at(place.latitude, place.longitude) for place in area.places]
    marks += [frame.at(prison.latitude, prison.longitude) for prison in area.prisons]
    taken: list[Box] = [(x - 0.08, y - 0.08, x + 0.08, y + 0.08) for x, y in marks]
    for name in list(_wanted(area, access, frame))[:MOST_NAMED]:
        size, per_point = (theme.SMALL_SIZE, 0.0101) if name.is_prison else (7.5, 0.0088)
        wide, tall = len(name.text) * size * per_point, size * 0.0165
        for dx, dy in _beside(wide, tall):
            x, y = name.x + dx, name.y + dy
            box = (x, y - tall / 2, x + wide, y + tall / 2)
            inside = box[0] >= 0 and box[2] <= frame.width and box[1] >= 0 and box[3] <= frame.height
            if not inside or any(_overlap(box, other) for other in taken):
                continue
            away = _distance(box, (name.x, name.y))
            others = (_distance(box, mark) for mark in marks if math.dist(mark, (name.x, name.y)) > 0.01)
            if away > LED_FROM or away < min(others, default=math.inf):
                taken.append(box)
                _write(axis, name, (x, y), size, box)
                break


def _beside(wide: float, tall: float) -> Iterable[tuple[float, float]]:
    """Places for a name from its point, in inches: right, left, above, below, corners; then the same farther away."""
    for gap in (0.1, 0.28, 0.5):
        left, middle, high = -gap - wide, -wide / 2, gap + tall / 2
        yield from ((gap, 0.0), (left, 0.0), (middle, high), (middle, -high))
        yield from ((gap, high), (gap, -high), (left, high), (left, -high))


def _write(axis: Axes, name: Name, at: tuple[float, float], size: float, box: Box) -> None:
    """The name, and a thin line to its point where it stands farther away."""
    from matplotlib.patheffects import withStroke

    x, y = at
    if _distance(box, (name.x, name.y)) > LED_FROM:
        end_x, end_y = _nearest(box, name.x, 0), _nearest(box, name.y, 1)
        axis.plot([name.x, end_x], [name.y, end_y], color=theme.INK, linewidth=0.6, zorder=2)
    axis.text(
        x, y, name.text, size=size, color=theme.INK, va="center", zorder=6,
        weight="bold" if name.is_prison else "normal", path_effects=[withStroke(linewidth=2.5, foreground="white")],
    )  # fmt: skip


def _wanted(area: Area, access: Sequence[AccessToHub], frame: _Frame) -> Iterable[Name]:
    for prison in area.prisons:
        yield Name(shortened(prison.name, LONGEST_NAME), *frame.at(prison.latitude, prison.longitude), True)
    cut_off = sorted((one for one in access if one.out_of_reach >= LEAST_SHARE), key=lambda one: -one.out_of_reach)
    large = sorted(access, key=lambda one: -area.places[one.place].population)
    large = [one for one in large if area.places[one.place].population >= NAMED_FROM]
    far = sorted(access, key=lambda one: -one.minutes)
    for place in dict.fromkeys(one.place for one in (*cut_off, *large, *far)):
        site = area.places[place]
        yield Name(shortened(site.name, LONGEST_NAME), *frame.at(site.latitude, site.longitude), False)


def _nearest(box: Box, at: float, side: int) -> float:
    """The x (side 0) or y (side 1) of the box that is nearest to a point's."""
    return min(max(at, box[side]), box[side + 2])


def _distance(box: Box, point: tuple[float, float]) -> float:
    return math.hypot(*(_nearest(box, point[side], side) - point[side] for side in (0, 1)))


def _overlap(box: Box, other: Box) -> bool:
    return box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]


def _legend(figure: Figure, height: float, area: Area, access: Sequence[AccessToHub]) -> None:
    from matplotlib.lines import Line2D

    def point(marker: str, size: float, label: str, **look: Any) -> Line2D:
        return Line2D([], [], marker=marker, markersize=size, linestyle="none", label=label, **look)

    edge = {"markeredgecolor": theme.INK, "markeredgewidth": 0.7}
    modes = dict.fromkeys(link.mode for link in area.links)
    rows = [
        [
            *(point(marker, size, label, color=colour, **edge) for _, label, colour, marker, size in BANDS),
            point("o", 10, "part of the day's first appointments out of reach", markerfacecolor="none",
                  markeredgecolor=theme.WORSE_COLOUR, markeredgewidth=1.6),
        ],
        [
            point("+", 10, "drug and alcohol hub", color=theme.INK, markeredgewidth=1.5),
            point("s", 7, "prison", color=theme.INK),
            point("s", 7, "prison, closed", markerfacecolor="white", markeredgecolor=theme.INK),
            *(Line2D([], [], color="#9A9A9A", linestyle=STYLES.get(mode, ("-", 0.8))[0],
                     linewidth=STYLES.get(mode, ("-", 0.8))[1], label=area.modes[mode].title) for mode in modes),
        ],
    ]  # fmt: skip
    for row, handles in enumerate(rows):
        figure.legend(
            handles=handles, loc="lower left", bbox_to_anchor=(0.008, (0.22 - 0.2 * row) / height), ncols=len(handles),
            frameon=False, fontsize=theme.SMALL_SIZE, labelcolor=theme.INK, handletextpad=0.4, columnspacing=1.2,
        )  # fmt: skip


def _title(area: Area, access: Sequence[AccessToHub]) -> str:
    far = [one for one in access if one.minutes > FAR_MINUTES]
    return (
        f"From {len(far)} of {len(area.places)} places it takes more than an hour to reach drug and alcohol treatment"
    )


def _message(area: Area, access: Sequence[AccessToHub]) -> str:
    far = [one for one in access if one.minutes > FAR_MINUTES]
    people = sum(area.places[one.place].population for one in far)
    everybody = sum(place.population for place in area.places)
    sentences = [
        f"{words.percent(people / everybody)} of the people of these places live there (one way, door to door, by "
        "public transport on a weekday)."
    ]
    if far:
        longest = sorted(access, key=lambda one: -one.minutes)[:3]
        named = [f"{area.places[one.place].name} ({_minutes(one)})" for one in longest]
        sentences.append(f"The longest ways: {listed(named)}.")
    cut_off = [one for one in access if one.out_of_reach >= LEAST_SHARE]
    if cut_off:
        sentences.append(
            f"From {counted(len(cut_off), 'place')} (ringed) part of the day's first appointments cannot be "
            "reached and returned from at all."
        )
    return " ".join(sentences)


def _minutes(one: AccessToHub) -> str:
    return f"{one.minutes:.0f} minutes" if math.isfinite(one.minutes) else "no way there and back in a day"


def _footer(area: Area) -> list[str]:
    return [
        "The hub is the one whose area of responsibility the place lies in. Lines join places, not roads. No interval: "
        "one timetable, in which most minutes and departures are recalled and not read; waits are means.",
        f"Source: Throughgate, area '{area.title}'. Places: GeoNames (CC BY 4.0); services and prisons: HM Prison and "
        "Probation Service and others (Open Government Licence v3.0); positions good to 1 or 2 km. Sea and boundaries "
        "are not drawn.",
    ]


def _alt(area: Area, access: Sequence[AccessToHub]) -> str:
    lines = [
        f"Map of {area.title}: {len(area.places)} places by the time to the drug and alcohol hub that serves them, "
        f"{len(area.prisons)} prisons, the hubs, and the links between places.",
        f"{_title(area, access)}. {_message(area, access)}",
    ]
    for k, (_, label, *_) in enumerate(BANDS):
        names = [area.places[one.place].name for one in access if band_of(one.minutes) == k]
        lines.append(f"{label[0].upper()}{label[1:]} ({len(names)}): {', '.join(names) or 'none'}.")
    cut_off = [area.places[one.place].name for one in access if one.out_of_reach >= LEAST_SHARE]
    lines.append(f"Part of the day's first appointments out of reach: {', '.join(cut_off) or 'none'}.")
    lines.append(f"Prisons: {', '.join(_prison(prison) for prison in area.prisons)}.")
    return "\n".join([*lines, *_footer(area)]) + "\n"


def _prison(prison: Prison) -> str:
    return prison.name if prison.is_open else f"{prison.name} (closed)"


def _data(area: Area, access: Sequence[AccessToHub]) -> pd.DataFrame:
    """Places with their journeys, then prisons."""
    import pandas as pd

    rows: list[tuple[Any, ...]] = [
        ("place", place.name, place.latitude, place.longitude, place.population, area.services[one.hub].name,
         *((round(one.minutes, 1), round(one.fare_gbp, 2)) if math.isfinite(one.minutes) else (None, None)),
         *(None if at is None else clock(at) for at in (one.earliest_arrival, one.latest_return)), one.out_of_reach)
        for one in access for place in (area.places[one.place],)
    ]  # fmt: skip
    rows += [("prison", _prison(p), p.latitude, p.longitude, *([None] * 7)) for p in area.prisons]
    return pd.DataFrame(rows, columns=list(COLUMNS))
