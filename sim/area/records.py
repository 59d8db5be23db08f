"""Rows of places.csv, prisons.csv, services.csv, links.csv and demand.csv as records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypedDict

from sim.area.model import DemandRow, Kind, Link, Mode, Place, Prison, ServiceSite
from sim.area.rows import (
    MOST_DEPARTURES,
    MOST_FARE_GBP,
    MOST_FIGURE,
    MOST_IN_PRISON,
    MOST_KM,
    MOST_MINUTES,
    Row,
    read_rows,
    refuse_repeats,
)  # fmt: skip
from sim.core.errors import nearest_name

CONFIDENCES = ("read", "computed", "recalled")
STATUSES = ("open", "placeholder", "closed", "seasonal", "unknown", "temporarily closed")
RURAL_URBAN = ("urban_city", "urban_town", "rural_town", "rural_village")
PRISON_ROLES = ("reception", "resettlement", "training", "open", "women")
SEXES = ("any", "male", "female")
_SOURCE = ("note", "source", "url", "confidence")
Box = tuple[Row, ...]  # rows of area.csv: latitude_min, latitude_max, longitude_min, longitude_max


class _Sources(TypedDict):
    note: str
    source: str
    url: str
    confidence: str


def keyed_rows(folder: Path, name: str, columns: Iterable[str], key: str = "id") -> list[Row]:
    """Rows of a table whose key column names each row once."""
    rows = read_rows(folder / name, (key, *columns))
    refuse_repeats(rows, key)
    return rows


def _position(row: Row, box: Box) -> tuple[float, float]:
    south, north, west, east = (end.number("value", low=-180, high=180) for end in box)
    return row.number("latitude", low=south, high=north), row.number("longitude", low=west, high=east)


def _sources(row: Row) -> _Sources:
    confidence = row.choice("confidence", CONFIDENCES, "confidence")
    url = row.text("url")
    if confidence == "read" and not url:
        raise row.error("url", "a row graded 'read' names no address", "the address at which it was read")
    return _Sources(note=row.text("note"), source=row.text("source", required=True), url=url, confidence=confidence)


def _status(row: Row) -> str:
    status = row.text("status")
    if status not in ("open", "placeholder") and not status.startswith(STATUSES[2:]):
        raise row.error(
            "status",
            f"{status!r} is not a known status",
            "open, placeholder, or a text that begins with " + ", ".join(STATUSES[2:]),
            nearest_name(status, STATUSES),
        )
    return status


def read_places(folder: Path, box: Box) -> tuple[Place, ...]:
    """Places of the area, inside its box."""
    columns = (
        "name",
        "local_authority",
        "district",
        "police_force_area",
        "latitude",
        "longitude",
        "population",
        "rural_urban",
        "nearest_station",
        "nearest_station_km",
        *_SOURCE,
    )
    places = []
    for row in keyed_rows(folder, "places.csv", columns):
        latitude, longitude = _position(row, box)
        places.append(
            Place(
                id=row.text("id"),
                name=row.text("name", required=True),
                local_authority=row.text("local_authority", required=True),
                district=row.text("district"),
                police_force_area=row.text("police_force_area"),
                latitude=latitude,
                longitude=longitude,
                population=row.whole("population", low=1),
                rural_urban=row.choice("rural_urban", RURAL_URBAN, "class"),
                nearest_station=row.text("nearest_station"),
                nearest_station_km=row.optional_number("nearest_station_km", low=0, high=200),
                **_sources(row),
            )
        )
    return tuple(places)


def read_prisons(folder: Path, box: Box, places: Mapping[str, int]) -> tuple[Prison, ...]:
    """Prisons, each beside a known place."""
    columns = (
        "name",
        "nomis_code",
        "latitude",
        "longitude",
        "sex",
        "category",
        "role",
        "status",
        "operational_capacity",
        "nearest_place_id",
        "nearest_place_km",
        "releases_per_year",
        *_SOURCE,
    )
    prisons = []
    for row in keyed_rows(folder, "prisons.csv", columns):
        latitude, longitude = _position(row, box)
        capacity = row.optional_number("operational_capacity", low=0, high=MOST_IN_PRISON)
        prisons.append(
            Prison(
                id=row.text("id"),
                name=row.text("name", required=True),
                nomis_code=row.text("nomis_code"),
                latitude=latitude,
                longitude=longitude,
                sex=row.choice("sex", ("male", "female"), "sex"),
                category=row.text("category"),
                role=row.choice("role", PRISON_ROLES, "role"),
                status=_status(row),
                operational_capacity=None if capacity is None else int(capacity),
                nearest_place=row.choice("nearest_place_id", places, "place"),
                nearest_place_km=row.number("nearest_place_km", low=0, high=100),
                releases_per_year=row.optional_number("releases_per_year", low=0, high=MOST_IN_PRISON),
                **_sources(row),
            )
        )
    return tuple(prisons)


def read_services(
    folder: Path, box: Box, places: Mapping[str, int], kinds: Mapping[str, Kind]
) -> tuple[ServiceSite, ...]:
    """Services of known kinds in known places; an empty cell of opening days or hours leaves them to the kind."""
    columns = (
        "name",
        "kind",
        "provider",
        "place",
        "latitude",
        "longitude",
        "coordinate_basis",
        "sex",
        "eligibility",
        "open_days",
        "open_hours",
        "capacity",
        "status",
        *_SOURCE,
    )
    services = []
    for row in keyed_rows(folder, "services.csv", columns):
        latitude, longitude = _position(row, box)
        services.append(
            ServiceSite(
                id=row.text("id"),
                name=row.text("name", required=True),
                kind=row.choice("kind", kinds, "kind"),
                provider=row.text("provider"),
                place=row.choice("place", places, "place"),
                latitude=latitude,
                longitude=longitude,
                coordinate_basis=row.text("coordinate_basis"),
                sex=row.choice("sex", SEXES, "sex"),
                eligibility=row.text("eligibility"),
                open_days=row.days("open_days") if row.text("open_days") else None,
                open_hours=row.hours("open_hours") if row.text("open_hours") else None,
                capacity=row.text("capacity"),
                status=_status(row),
                **_sources(row),
            )
        )
    return tuple(services)


def read_links(
    folder: Path, places: tuple[Place, ...], place_index: Mapping[str, int], modes: Mapping[str, Mode]
) -> tuple[Link, ...]:
    """Public transport links between known places; rail only where the distance to a station is known."""
    columns = (
        "from_place",
        "to_place",
        "mode",
        "line",
        "in_vehicle_minutes",
        "departures_per_weekday",
        "departures_per_sunday",
        "fare_gbp",
        "bidirectional",
        "straight_line_km",
        "read_fields",
        *_SOURCE,
    )
    links = []
    for row in keyed_rows(folder, "links.csv", columns):
        ends = [row.choice(column, place_index, "place") for column in ("from_place", "to_place")]
        if ends[0] == ends[1]:
            raise row.error("to_place", f"the link runs from {ends[0]} to itself", "another place")
        mode = row.choice("mode", modes, "mode")
        row.choice("bidirectional", ("yes",), "answer")
        if mode == "rail":
            for end in ends:
                if places[place_index[end]].nearest_station_km is None:
                    raise row.error(None, f"trains call at {end}, whose nearest_station_km in places.csv is empty")
        minutes = row.number("in_vehicle_minutes", low=0, high=MOST_MINUTES)
        if minutes == 0:
            raise row.error("in_vehicle_minutes", "0 is out of range", "more than 0 minutes")
        links.append(
            Link(
                id=row.text("id"),
                from_place=ends[0],
                to_place=ends[1],
                mode=mode,
                line=row.text("line", required=True),
                minutes=minutes,
                departures_weekday=row.number("departures_per_weekday", low=0, high=MOST_DEPARTURES),
                departures_sunday=row.number("departures_per_sunday", low=0, high=MOST_DEPARTURES),
                fare_gbp=row.optional_number("fare_gbp", low=0, high=MOST_FARE_GBP),
                straight_line_km=row.number("straight_line_km", low=0, high=MOST_KM),
                read_fields=tuple(part.strip() for part in row.text("read_fields").split(";") if part.strip()),
                **_sources(row),
            )
        )
    return tuple(links)


def read_demand(folder: Path) -> tuple[DemandRow, ...]:
    """Published figures on the people of the area."""
    columns = ("area_level", "area", "ons_code", "indicator", "value", "unit", "period", *_SOURCE)
    return tuple(
        DemandRow(
            id=row.text("id"),
            area_level=row.text("area_level", required=True),
            area=row.text("area", required=True),
            ons_code=row.text("ons_code"),
            indicator=row.text("indicator", required=True),
            value=row.number("value", low=-MOST_FIGURE, high=MOST_FIGURE),
            unit=row.text("unit", required=True),
            period=row.text("period"),
            **_sources(row),
        )
        for row in keyed_rows(folder, "demand.csv", columns)
    )
