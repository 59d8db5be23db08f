"""Rows of an area's places, prisons, services, links and figures as records; their columns stand in keys.csv."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypedDict, TypeVar

from sim.area.model import DemandRow, EarlyRelease, Kind, Link, Mode, Place, Prison, ServiceSite
from sim.core.cells import Names, Record, read_table
from sim.core.errors import InputError
from sim.core.grammar import a
from sim.core.mistakes import read_each
from sim.core.schema import load_keys
from sim.core.tables import refuse_repeats

KEYS = load_keys(Path(__file__).parent / "keys.csv")
SATURDAY = 5  # Monday 0
T = TypeVar("T")


class Box(TypedDict):
    """The box of area.csv in which every position lies, degrees."""

    latitude_min: float
    latitude_max: float
    longitude_min: float
    longitude_max: float


class _Sources(TypedDict):
    note: str
    source: str
    url: str
    confidence: str
    row_line: int


def keyed_records(folder: Path, name: str, key: str = "id", *, known: Names | None = None) -> list[Record]:
    """Rows of a table whose key column names each row once; a table without a row is refused."""
    records = read_table(folder / name, KEYS[name], known=known, more=True)
    refuse_empty(folder / name, records)
    refuse_repeats([record.row for record in records], key)
    return records


def refuse_empty(file: Path, records: list[Record]) -> None:
    """Refuses a table that holds only its heading."""
    if not records:
        raise InputError("the table holds no row", file=file, allowed="a row for each thing of the area")


def _each(records: list[Record], make: Callable[[Record], T]) -> tuple[T, ...]:
    return tuple(read_each(records, make, records[0].row.file))


def _position(record: Record, box: Box) -> tuple[float, float]:
    row = record.row
    latitude = row.number("latitude", low=box["latitude_min"], high=box["latitude_max"])
    return latitude, row.number("longitude", low=box["longitude_min"], high=box["longitude_max"])


def _sources(record: Record) -> _Sources:
    row, confidence, url = record.row, record.text("confidence"), record.text("url")
    if confidence == "read" and not url:
        raise row.error("url", "a row graded 'read' names no address", "the address at which it was read")
    note, source = record.text("note"), record.text("source")
    return _Sources(note=note, source=source, url=url, confidence=confidence, row_line=row.line)


def read_places(folder: Path, box: Box) -> tuple[Place, ...]:
    """Places of the area, inside its box."""
    return _each(keyed_records(folder, "places.csv"), partial(_place, box=box))


def _place(record: Record, box: Box) -> Place:
    latitude, longitude = _position(record, box)
    return Place(
        id=record.text("id"),
        name=record.text("name"),
        local_authority=record.text("local_authority"),
        district=record.text("district"),
        police_force_area=record.text("police_force_area"),
        latitude=latitude,
        longitude=longitude,
        population=record.whole("population"),
        rural_urban=record.text("rural_urban"),
        nearest_station=record.text("nearest_station"),
        nearest_station_km=record.maybe_number("nearest_station_km"),
        **_sources(record),
    )


def read_prisons(folder: Path, box: Box, places: Mapping[str, int]) -> tuple[Prison, ...]:
    """Prisons, each beside a known place."""
    return _each(keyed_records(folder, "prisons.csv", known={"@places": places}), partial(_prison, box=box))


def _prison(record: Record, box: Box) -> Prison:
    latitude, longitude = _position(record, box)
    capacity = record.maybe_number("operational_capacity")
    return Prison(
        id=record.text("id"),
        name=record.text("name"),
        nomis_code=record.text("nomis_code"),
        latitude=latitude,
        longitude=longitude,
        sex=record.text("sex"),
        category=record.text("category"),
        role=record.text("role"),
        status=record.text("status"),
        operational_capacity=None if capacity is None else int(capacity),
        nearest_place=record.text("nearest_place_id"),
        nearest_place_km=record.number("nearest_place_km"),
        releases_per_year=record.maybe_number("releases_per_year"),
        **_sources(record),
    )


def read_services(
    folder: Path, box: Box, places: Mapping[str, int], kinds: Mapping[str, Kind]
) -> tuple[ServiceSite, ...]:
    """Services of known kinds in known places; an empty cell of opening days or hours leaves them to the kind."""
    records = keyed_records(folder, "services.csv", known={"@places": places, "@kinds": kinds})
    return _each(records, partial(_service, box=box))


def _service(record: Record, box: Box) -> ServiceSite:
    latitude, longitude = _position(record, box)
    return ServiceSite(
        id=record.text("id"),
        name=record.text("name"),
        kind=record.text("kind"),
        provider=record.text("provider"),
        place=record.text("place"),
        latitude=latitude,
        longitude=longitude,
        coordinate_basis=record.text("coordinate_basis"),
        sex=record.text("sex"),
        eligibility=record.text("eligibility"),
        open_days=record.days("open_days"),
        open_hours=record.hours("open_hours"),
        capacity=record.text("capacity"),
        status=record.text("status"),
        **_sources(record),
    )


def read_links(
    folder: Path, places: tuple[Place, ...], place_index: Mapping[str, int], modes: Mapping[str, Mode]
) -> tuple[Link, ...]:
    """Public transport links between known places; rail only where the distance to a station is known."""
    has_station = {place.id: place.nearest_station_km is not None for place in places}
    records = keyed_records(folder, "links.csv", known={"@places": place_index, "@modes": modes})
    return _each(records, partial(_link, has_station=has_station))


def _link(record: Record, has_station: Mapping[str, bool]) -> Link:
    ends, mode = [record.text("from_place"), record.text("to_place")], record.text("mode")
    if ends[0] == ends[1]:
        raise record.row.error("to_place", f"the link runs from {ends[0]} to itself", "another place")
    for end in ends:
        if mode == "rail" and not has_station[end]:
            raise record.row.error(None, f"trains call at {end}, whose nearest_station_km in places.csv is empty")
    return Link(
        id=record.text("id"),
        from_place=ends[0],
        to_place=ends[1],
        mode=mode,
        line=record.text("line"),
        minutes=record.number("in_vehicle_minutes"),
        departures_weekday=record.number("departures_per_weekday"),
        departures_sunday=record.number("departures_per_sunday"),
        fare_gbp=record.maybe_number("fare_gbp"),
        straight_line_km=record.number("straight_line_km"),
        read_fields=record.names("read_fields"),
        **_sources(record),
    )


def read_demand(folder: Path) -> tuple[DemandRow, ...]:
    """Published figures on the people of the area."""
    return _each(keyed_records(folder, "demand.csv"), _demand_row)


def _demand_row(record: Record) -> DemandRow:
    return DemandRow(
        id=record.text("id"),
        area_level=record.text("area_level"),
        area=record.text("area"),
        ons_code=record.text("ons_code"),
        indicator=record.text("indicator"),
        value=record.number("value"),
        unit=record.text("unit"),
        period=record.text("period"),
        **_sources(record),
    )


def read_early_releases(folder: Path) -> tuple[EarlyRelease, ...]:
    """Days on which people left early, by date; none where the folder has no such table, or the table no row."""
    name = "early_releases.csv"
    if not (folder / name).is_file():
        return ()
    records = read_table(folder / name, KEYS[name], more=True)
    refuse_repeats([record.row for record in records], "date")
    rows = read_each(records, _early_release, folder / name)
    for before, row, record in zip(rows, rows[1:], records[1:], strict=False):
        if row.date < before.date:
            raise record.row.error("date", f"{row.date} comes after {before.date} in the table", "rows by date")
    return tuple(rows)


def _early_release(record: Record) -> EarlyRelease:
    day = record.day("date")
    if day.weekday() >= SATURDAY:
        raise record.row.error(
            "date", f"{day} is {a(format(day, '%A'))}, on which nobody is released", "a day from Monday to Friday"
        )
    return EarlyRelease(
        date=day,
        releases=record.number("releases"),
        share_to_12_months=record.number("share_to_12_months"),
        due_within_days=record.whole("due_within_days"),
        **_sources(record),
    )
