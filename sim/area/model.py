"""Records of an area: places, prisons, services and the public transport links between them.

Plain frozen records, one per row of the area's tables; nothing here reads a file or computes a journey.
Minutes of the day count from midnight. Positions are WGS 84 degrees. Money is GBP as charged (2025).
`confidence` grades a row: read, computed or recalled; `grade` in the assumed tables: read, recalled or assumed.
`row_line` is where a row stands in its table, for messages.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

DAY_TYPES = ("weekday", "sunday")  # Saturdays run as weekdays, public holidays as Sundays
EARTH_DIAMETER_KM = 12742.0


@dataclass(frozen=True, slots=True)
class Place:
    """A town or village in which people live; population in people, nearest_station_km straight line or None."""

    id: str
    name: str
    local_authority: str
    district: str
    police_force_area: str
    latitude: float
    longitude: float
    population: int
    rural_urban: str
    nearest_station: str
    nearest_station_km: float | None
    note: str
    source: str
    url: str
    confidence: str
    row_line: int

    @property
    def is_city(self) -> bool:
        """True where a local bus network is taken for granted (75,000 people and more)."""
        return self.rural_urban == "urban_city"

    @property
    def is_rural(self) -> bool:
        """True below 10,000 people."""
        return self.rural_urban.startswith("rural")


@dataclass(frozen=True, slots=True)
class Prison:
    """A prison; role is reception, resettlement, training, open or women; capacity in places."""

    id: str
    name: str
    nomis_code: str
    latitude: float
    longitude: float
    sex: str
    category: str
    role: str
    status: str
    operational_capacity: int | None
    nearest_place: str
    nearest_place_km: float
    releases_per_year: float | None
    note: str
    source: str
    url: str
    confidence: str
    row_line: int

    @property
    def is_open(self) -> bool:
        """True while people can be released from here."""
        return self.status == "open"


@dataclass(frozen=True, slots=True)
class ServiceSite:
    """A service at a position; only status 'open' is in use by default, the others are carried with their status.

    open_days: weekdays, Monday 0; open_hours: first and last minute after midnight; None where its kind's hold
    (opening.opening_of gives what holds). capacity: words, as found; no rule reads them.
    """

    id: str
    name: str
    kind: str
    provider: str
    place: str
    latitude: float
    longitude: float
    coordinate_basis: str
    sex: str
    eligibility: str
    open_days: tuple[int, ...] | None
    open_hours: tuple[int, int] | None
    capacity: str
    status: str
    note: str
    source: str
    url: str
    confidence: str
    row_line: int

    @property
    def is_open(self) -> bool:
        """True when the row's status is 'open': placeholder, closed, seasonal and unknown are off."""
        return self.status == "open"


@dataclass(frozen=True, slots=True)
class Link:
    """One hop of public transport, running both ways; departures per direction and day, minutes in the vehicle.

    line: consecutive links with the same line and mode are one through vehicle.
    fare_gbp: adult single, None where none was found (the mode's assumed fare is then used).
    weekday_hours, sunday_hours: first departure, last departure and headway in minutes, where a scenario has bought a
    later last departure, else None.
    """

    id: str
    from_place: str
    to_place: str
    mode: str
    line: str
    minutes: float
    departures_weekday: float
    departures_sunday: float
    fare_gbp: float | None
    straight_line_km: float
    read_fields: tuple[str, ...]
    note: str
    source: str
    url: str
    confidence: str
    row_line: int
    weekday_hours: tuple[float, float, float] | None = None
    sunday_hours: tuple[float, float, float] | None = None

    def departures(self, day_type: str) -> float:
        """Departures per direction on a day of that type."""
        return self.departures_sunday if day_type == "sunday" else self.departures_weekday

    def grade(self, day_type: str) -> str:
        """'read' when both the minutes and that day's departures were read in a source, 'part read' or 'recalled'."""
        fields = {"in_vehicle_minutes", f"departures_per_{day_type}"}
        read = fields & set(self.read_fields)
        if read == fields:
            return "read"
        return "part read" if read else "computed" if self.confidence == "computed" else "recalled"


@dataclass(frozen=True, slots=True)
class Kind:
    """Opening of one kind of service: weekdays (Monday 0) and minutes of the day."""

    id: str
    title: str
    open_days: tuple[int, ...]
    opens: int
    closes: int
    grade: str
    note: str


@dataclass(frozen=True, slots=True)
class Mode:
    """Service day and fare rule of a mode of transport.

    weekday, sunday: (start, end) of the service day, minutes after midnight.
    boarding_minutes: at the stop before departure, and the least time for a change onto this mode.
    fare_rule: per_boarding (dearest link of the ride) or per_ticket (sum of the links, fixed part counted once).
    missing_fare_gbp: assumed for a link whose fare was not found.
    """

    id: str
    title: str
    weekday: tuple[int, int]
    sunday: tuple[int, int]
    boarding_minutes: float
    fare_rule: str
    fare_base_gbp: float
    missing_fare_gbp: float
    grade: str
    note: str

    def service_day(self, day_type: str) -> tuple[int, int]:
        """Start and end of the service day, minutes after midnight."""
        return self.sunday if day_type == "sunday" else self.weekday


@dataclass(frozen=True, slots=True)
class JourneyRules:
    """How the parts of a journey without a timetable are reckoned: the rows of journeys.csv, units in the names."""

    walking_speed: float
    detour_factor: float
    walk_between_places_km: float
    local_bus_beyond_km: float
    local_bus_wait_minutes: float
    local_bus_speed: float
    local_bus_fare_gbp: float
    station_bus_beyond_km: float
    station_bus_speed: float
    first_wait_cap_minutes: float
    change_wait_cap_minutes: float
    wait_beyond_cap_weight: float
    people_per_km2: float

    def counted_wait(self, mean_wait: float, first: bool) -> float:
        """Minutes counted for a mean wait: whole up to the cap of a first boarding or a change, in part beyond."""
        cap = self.first_wait_cap_minutes if first else self.change_wait_cap_minutes
        return min(mean_wait, cap) + self.wait_beyond_cap_weight * max(mean_wait - cap, 0.0)


@dataclass(frozen=True, slots=True)
class Council:
    """An upper-tier council: population (Census 2021) and average deprivation score (IMD 2025)."""

    name: str
    population: int
    deprivation_score: float
    ons_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemandRow:
    """One published figure on an area's people; area_level is local_authority, treatment_area, prison or country."""

    id: str
    area_level: str
    area: str
    ons_code: str
    indicator: str
    value: float
    unit: str
    period: str
    note: str
    source: str
    url: str
    confidence: str
    row_line: int


@dataclass(frozen=True, slots=True)
class EarlyRelease:
    """Releases of one day of people who were due later: so many people of the area with a need, a share of them with a
    sentence to 12 months, from among those due within some days after it."""

    date: date
    releases: float
    share_to_12_months: float
    due_within_days: int
    note: str
    source: str
    url: str
    confidence: str
    row_line: int


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """Everything an area's folder holds, checked. Two areas are the same only if they are the same object.

    early_releases: by date; a folder without the table has none.
    as_loaded: the area before a scenario's switch opened services in it (opened.with_services_open), else None.
    """

    name: str
    title: str
    folder: Path
    places: tuple[Place, ...]
    prisons: tuple[Prison, ...]
    services: tuple[ServiceSite, ...]
    links: tuple[Link, ...]
    kinds: Mapping[str, Kind]
    modes: Mapping[str, Mode]
    rules: JourneyRules
    councils: tuple[Council, ...]
    demand: tuple[DemandRow, ...]
    place_index: Mapping[str, int]
    prison_index: Mapping[str, int]
    service_index: Mapping[str, int]
    link_index: Mapping[str, int]
    early_releases: tuple[EarlyRelease, ...] = ()
    as_loaded: Area | None = None

    def services_of(self, kind: str, *, open_only: bool = True) -> tuple[int, ...]:
        """Indices of the services of a kind, in file order."""
        return tuple(i for i, s in enumerate(self.services) if s.kind == kind and (s.is_open or not open_only))


def straight_line_km(latitude: float, longitude: float, latitude_2: float, longitude_2: float) -> float:
    """Great-circle distance in km (haversine, mean Earth radius 6,371 km)."""
    north, north_2 = math.radians(latitude), math.radians(latitude_2)
    east = math.radians(longitude_2 - longitude)
    chord = math.sin((north_2 - north) / 2) ** 2 + math.cos(north) * math.cos(north_2) * math.sin(east / 2) ** 2
    return EARTH_DIAMETER_KM * math.asin(math.sqrt(chord))


def clock(minute: float) -> str:
    """HH:MM of a minute of the day; past midnight it says so."""
    whole = math.floor(minute + 0.5)
    text = f"{whole // 60 % 24:02d}:{whole % 60:02d}"
    return text if whole < 1440 else f"{text} (next day)"
