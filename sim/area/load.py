"""Reads an area's folder into an Area; whatever is wrong in it is refused with file, line and column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from sim.area.demand import council_table
from sim.area.model import Area, JourneyRules, Kind, Link, Mode, Place, Prison, ServiceSite
from sim.area.records import (
    KEYS,
    Box,
    keyed_records,
    read_demand,
    read_early_releases,
    read_links,
    read_places,
    read_prisons,
    read_services,
)
from sim.core.arguments import checked_path
from sim.core.cells import Record, words_of
from sim.core.errors import InputError, exact, nearest_name
from sim.core.files import why_no_folder
from sim.core.mistakes import Mistakes
from sim.core.tables import read_rows

SHIPPED = Path(__file__).parent / "areas"
LEAST_DENSITY = 10  # people per km2: with fewer, the homes of a city would lie 100 km from its centre


def load_area(folder: str | Path | None = None) -> Area:
    """The area in a folder, checked; the shipped South West England when no folder is given.

    Also takes the name of a shipped area. Raises InputError naming file, line and column.
    """
    home = _folder(folder)
    about = _about(home)
    box = _box(about)
    kinds = _kinds(home)
    modes = _modes(home)
    places = read_places(home, box)
    place_index = _index(places)
    prisons = read_prisons(home, box, place_index)
    services = read_services(home, box, place_index, kinds)
    links = read_links(home, places, place_index, modes)
    demand = read_demand(home)
    councils = council_table(home, demand, places, about["population"])
    return Area(
        name=home.name,
        title=_title(about["title"]),
        folder=home,
        places=places,
        prisons=prisons,
        services=services,
        links=links,
        kinds=kinds,
        modes=modes,
        rules=_rules(home),
        councils=councils,
        demand=demand,
        place_index=place_index,
        prison_index=_index(prisons),
        service_index=_index(services),
        link_index=_index(links),
        early_releases=read_early_releases(home),
    )


def shipped_areas() -> list[str]:
    """Names of the areas that come with Throughgate."""
    return sorted(path.name for path in SHIPPED.iterdir() if path.is_dir() and not path.name.startswith("_"))


@cache
def shipped_kinds() -> frozenset[str]:
    """Kinds of service that the shipped areas know, whatever else is right or wrong with a row."""
    files = (SHIPPED / name / "kinds.csv" for name in shipped_areas())
    return frozenset(row.cells["kind"] for file in files for row in read_rows(file, KEYS["kinds.csv"], ("kind",)))


def _folder(folder: str | Path | None) -> Path:
    if folder is None:
        return SHIPPED / "south_west"
    path, shipped = checked_path(folder, "area"), shipped_areas()
    if not path.is_dir() and str(folder) in shipped:
        return SHIPPED / str(folder)
    if not path.is_dir():
        raise InputError(
            why_no_folder(path),
            file=path,
            allowed=f"a folder of tables, or a shipped area ({', '.join(shipped)})",
            nearest=nearest_name(str(folder), shipped),
        )
    return path


def _index(records: Iterable[Place | Prison | ServiceSite | Link]) -> Mapping[str, int]:
    return {record.id: i for i, record in enumerate(records)}


def _about(folder: Path) -> dict[str, Record]:
    return _all_of(folder / "area.csv", keyed_records(folder, "area.csv", "name"), KEYS["area.csv"]["name"].choices)


def _title(about: Record) -> str:
    """What pages and charts call the area: words on one line, as many as any other title may hold."""
    return words_of(about.row, "value", longest=KEYS["kinds.csv"]["title"].longest)


def _box(about: Mapping[str, Record]) -> Box:
    """The box in which every position lies."""
    south, north, west, east = (
        about[name].row.number("value", low=-180.0, high=180.0)
        for name in ("latitude_min", "latitude_max", "longitude_min", "longitude_max")
    )
    return Box(latitude_min=south, latitude_max=north, longitude_min=west, longitude_max=east)


def _all_of(file: Path, records: list[Record], needed: Iterable[str]) -> dict[str, Record]:
    named = {record.text("name"): record for record in records}
    for name in needed:
        if name not in named:
            raise InputError(f"the row '{name}' is missing", file=file)
    return named


def _rules(folder: Path) -> JourneyRules:
    limits = KEYS["rule of journeys"]
    rules = _all_of(folder / "journeys.csv", keyed_records(folder, "journeys.csv", "name"), limits)
    mistakes = Mistakes(folder / "journeys.csv")
    values = {
        name: mistakes.read(rules[name].row.number, "value", low=limit.least, high=limit.most)
        for name, limit in limits.items()
    }
    density = values["people_per_km2"]
    if density is not None and 0 < density < LEAST_DENSITY:
        row, most = rules["people_per_km2"].row, exact(limits["people_per_km2"].most)
        allowed = f"0, which puts every home at the centre, or a number from {LEAST_DENSITY} to {most}"
        mistakes.add(row.error("value", f"{row.cells['value']} is the density of no place", allowed))
    for name, limit in limits.items():
        mistakes.read(rules[name].row.word, "unit", (limit.unit,), f"the unit of {name}")
    mistakes.raise_all()
    return JourneyRules(**{name: value for name, value in values.items() if value is not None})


def _kinds(folder: Path) -> Mapping[str, Kind]:
    kinds: dict[str, Kind] = {}
    for record in keyed_records(folder, "kinds.csv", "kind"):
        opens, closes = record.minute("opens"), record.minute("closes")
        if closes <= opens:
            cells = record.row.cells
            raise record.row.error("closes", f"{cells['closes']} is not after {cells['opens']}", "a time after opens")
        kinds[record.text("kind")] = Kind(
            record.text("kind"),
            record.text("title"),
            record.days("open_days"),
            opens,
            closes,
            record.text("grade"),
            record.text("note"),
        )
    return kinds


def _modes(folder: Path) -> Mapping[str, Mode]:
    modes: dict[str, Mode] = {}
    for record in keyed_records(folder, "modes.csv", "mode"):
        days = []
        for day_type in ("weekday", "sunday"):
            first, last = record.minute(f"{day_type}_first"), record.minute(f"{day_type}_last")
            if last <= first:
                raise record.row.error(f"{day_type}_last", "the service day ends before it starts", "a later time")
            days.append((first, last))
        modes[record.text("mode")] = Mode(
            id=record.text("mode"),
            title=record.text("title"),
            weekday=days[0],
            sunday=days[1],
            boarding_minutes=record.number("boarding_minutes"),
            fare_rule=record.text("fare_rule"),
            fare_base_gbp=record.number("fare_base_gbp"),
            missing_fare_gbp=record.number("missing_fare_gbp"),
            grade=record.text("grade"),
            note=record.text("note"),
        )
    return modes
