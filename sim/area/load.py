"""Reads an area's folder into an Area; whatever is wrong in it is refused with file, line and column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path

from sim.area.demand import council_table
from sim.area.model import Area, JourneyRules, Kind, Link, Mode, Place, Prison, ServiceSite
from sim.area.records import keyed_rows, read_demand, read_links, read_places, read_prisons, read_services
from sim.area.rows import MOST_FARE_GBP, MOST_MINUTES, Row
from sim.core.errors import InputError, nearest_name

SHIPPED = Path(__file__).parent / "areas"
GRADES = ("read", "computed", "recalled", "assumed")
FARE_RULES = ("per_boarding", "per_ticket")
_MOST_OF_RULE = {
    "walking_speed": 12.0,
    "detour_factor": 5.0,
    "walk_between_places_km": 50.0,
    "local_bus_beyond_km": 50.0,
    "local_bus_wait_minutes": 240.0,
    "local_bus_speed": 120.0,
    "local_bus_fare_gbp": MOST_FARE_GBP,
    "station_bus_beyond_km": 50.0,
    "station_bus_speed": 120.0,
    "first_wait_cap_minutes": MOST_MINUTES,
    "change_wait_cap_minutes": MOST_MINUTES,
    "wait_beyond_cap_weight": 1.0,
    "people_per_km2": 100_000.0,
}
_BOX = ("latitude_min", "latitude_max", "longitude_min", "longitude_max")


def load_area(folder: str | Path | None = None) -> Area:
    """The area in a folder, checked; the shipped South West England when no folder is given.

    Also takes the name of a shipped area. Raises InputError naming file, line and column.
    """
    home = _folder(folder)
    about = _about(home)
    box = tuple(about[name] for name in _BOX)
    kinds = _kinds(home)
    modes = _modes(home)
    places = read_places(home, box)
    place_index = _index(places)
    prisons = read_prisons(home, box, place_index)
    services = read_services(home, box, place_index, kinds)
    links = read_links(home, places, place_index, modes)
    demand = read_demand(home)
    councils = council_table(home, demand, {place.local_authority for place in places}, about["population"])
    return Area(
        name=home.name,
        title=about["title"].text("value", required=True),
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
    )


def _folder(folder: str | Path | None) -> Path:
    if folder is None:
        return SHIPPED / "south_west"
    path = Path(folder)
    shipped = sorted(path.name for path in SHIPPED.iterdir() if path.is_dir() and not path.name.startswith("_"))
    if not path.is_dir() and str(folder) in shipped:
        return SHIPPED / str(folder)
    if not path.is_dir():
        raise InputError(
            f"{str(folder)!r} is not a folder",
            allowed=f"a folder of tables, or a shipped area ({', '.join(shipped)})",
            nearest=nearest_name(str(folder), shipped),
        )
    return path


def _index(records: Iterable[Place | Prison | ServiceSite | Link]) -> Mapping[str, int]:
    return {record.id: i for i, record in enumerate(records)}


def _about(folder: Path) -> dict[str, Row]:
    needed = ("title", *_BOX, "population")
    rows = keyed_rows(folder, "area.csv", ("value", "note"), "name")
    for row in rows:
        row.choice("name", needed, "name")
    return _all_of(folder / "area.csv", rows, needed)


def _all_of(file: Path, rows: list[Row], needed: Iterable[str]) -> dict[str, Row]:
    named = {row.text("name"): row for row in rows}
    for name in needed:
        if name not in named:
            raise InputError(f"the row {name!r} is missing", file=file)
    return named


def _rules(folder: Path) -> JourneyRules:
    names = tuple(field.name for field in fields(JourneyRules))
    rows = keyed_rows(folder, "journeys.csv", ("unit", "value", "grade", "note"), "name")
    for row in rows:
        row.choice("name", names, "journey rule")
        row.text("unit", required=True)
        row.choice("grade", GRADES, "grade")
    rules = _all_of(folder / "journeys.csv", rows, names)
    least = {"walking_speed": 0.1, "local_bus_speed": 0.1, "station_bus_speed": 0.1, "detour_factor": 1.0}
    return JourneyRules(
        **{name: rules[name].number("value", low=least.get(name, 0.0), high=_MOST_OF_RULE[name]) for name in names}
    )


def _kinds(folder: Path) -> Mapping[str, Kind]:
    kinds: dict[str, Kind] = {}
    for row in keyed_rows(folder, "kinds.csv", ("title", "open_days", "opens", "closes", "grade", "note"), "kind"):
        opens, closes = row.minute("opens"), row.minute("closes")
        if closes <= opens:
            raise row.error("closes", f"{row.text('closes')} is not after {row.text('opens')}", "a time after opens")
        kinds[row.text("kind")] = Kind(
            row.text("kind"),
            row.text("title", required=True),
            row.days("open_days"),
            opens,
            closes,
            row.choice("grade", GRADES, "grade"),
            row.text("note"),
        )
    return kinds


def _modes(folder: Path) -> Mapping[str, Mode]:
    modes: dict[str, Mode] = {}
    columns = (
        "title",
        "weekday_first",
        "weekday_last",
        "sunday_first",
        "sunday_last",
        "boarding_minutes",
        "fare_rule",
        "fare_base_gbp",
        "missing_fare_gbp",
        "grade",
        "note",
    )
    for row in keyed_rows(folder, "modes.csv", columns, "mode"):
        days = []
        for day_type in ("weekday", "sunday"):
            first, last = row.minute(f"{day_type}_first"), row.minute(f"{day_type}_last")
            if last <= first:
                raise row.error(f"{day_type}_last", "the service day ends before it starts", "a later time")
            days.append((first, last))
        modes[row.text("mode")] = Mode(
            id=row.text("mode"),
            title=row.text("title", required=True),
            weekday=days[0],
            sunday=days[1],
            boarding_minutes=row.number("boarding_minutes", low=0, high=MOST_MINUTES),
            fare_rule=row.choice("fare_rule", FARE_RULES, "fare rule"),
            fare_base_gbp=row.number("fare_base_gbp", low=0, high=MOST_FARE_GBP),
            missing_fare_gbp=row.number("missing_fare_gbp", low=0, high=MOST_FARE_GBP),
            grade=row.choice("grade", GRADES, "grade"),
            note=row.text("note"),
        )
    return modes
