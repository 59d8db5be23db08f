"""Departures of a link over the day, and what a scenario's extra runs change in them.

No timetable was found for the area, only departures a day. D departures in a service day of W minutes are taken at the
midpoints of D equal intervals: headway H = W / D, first departure at start + H / 2, last at end - H / 2, so that
somebody who comes at a random moment of the service day waits H / 2 on average.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sim.area.model import DAY_TYPES, Area, Link
from sim.core.errors import InputError, nearest_name

LATEST_DEPARTURE = 1440 + 180  # a run after 03:00 belongs to the next day


@dataclass(frozen=True, slots=True)
class Timetable:
    """Departures from either end: first and last in minutes after midnight, headway in minutes."""

    first: float
    last: float
    headway: float

    @property
    def mean_wait(self) -> float:
        """Half a headway, minutes."""
        return self.headway / 2


@dataclass(frozen=True, slots=True)
class LinkChange:
    """What a scenario buys on one link, per direction and day; may be fractional (a lift that runs some days).

    extra_weekday, extra_sunday: departures added; negative takes departures away.
    last_departure: minute after midnight of the last run, later than the present one; the departures
    spread over the longer day.
    """

    link_id: str
    extra_weekday: float = 0.0
    extra_sunday: float = 0.0
    last_departure: int | None = None


def timetable(area: Area, link: Link, day_type: str) -> Timetable | None:
    """The link's departures on a weekday or a Sunday; None when nothing runs.

    With a bought last departure the service day is lengthened until the last midpoint falls on it:
    W = (last - start) / (1 - 1 / (2 D)). Days with fewer than two departures keep their hours.
    """
    start, end = area.modes[link.mode].service_day(checked_day_type(day_type))
    n = link.departures(day_type)
    if n <= 0:
        return None
    headway = (end - start) / n
    last = end - headway / 2
    if link.last_departure is not None and link.last_departure > last and n >= 2:
        headway = (link.last_departure - start) / (1 - 0.5 / n) / n
        last = float(link.last_departure)
    return Timetable(start + headway / 2, last, headway)


def checked_day_type(day_type: str) -> str:
    """The day type, refused when it is neither 'weekday' nor 'sunday'."""
    if day_type not in DAY_TYPES:
        raise InputError(
            f"{day_type!r} is not a type of day",
            allowed=" or ".join(DAY_TYPES),
            nearest=nearest_name(day_type, DAY_TYPES),
        )
    return day_type


def changed_links(area: Area, changes: Sequence[LinkChange]) -> tuple[Link, ...]:
    """The area's links with the changes written in, in the same order.

    Several changes to a link add up; the latest last_departure counts. Refuses an unknown link, departures that would
    fall below 0, and a last departure that is no later than the present one on a weekday.
    """
    links = list(area.links)
    for change in changes:
        position = area.link_index.get(change.link_id)
        if position is None:
            raise InputError(
                f"{change.link_id!r} is not a link of {area.title}",
                allowed="an id of links.csv",
                nearest=nearest_name(change.link_id, area.link_index),
            )
        links[position] = _changed(area, links[position], change)
    for link in links:
        if link.last_departure is not None and link.departures_weekday < 2:
            raise InputError(
                f"link {link.id} ({link.line}) runs {link.departures_weekday:g} times a weekday, too few for "
                "a later last departure",
                allowed="2 departures or more, bought ones included",
            )
    return tuple(links)


def _changed(area: Area, link: Link, change: LinkChange) -> Link:
    weekday = link.departures_weekday + change.extra_weekday
    sunday = link.departures_sunday + change.extra_sunday
    for number, day in ((weekday, "weekday"), (sunday, "Sunday")):
        if not 0 <= number <= 1440:
            raise InputError(
                f"link {link.id} ({link.line}) would have {number:g} departures on a {day}", allowed="from 0 to 1440"
            )
    last = change.last_departure
    if last is not None:
        today = timetable(area, area.links[area.link_index[link.id]], "weekday")
        earliest = area.modes[link.mode].weekday[0] if today is None else today.last
        if not earliest < last <= LATEST_DEPARTURE:
            raise InputError(
                f"last_departure {last} of link {link.id} ({link.line}) is not later than the last one now",
                allowed=f"minutes after midnight above {earliest:.0f}, at most {LATEST_DEPARTURE}",
            )
        last = max(last, link.last_departure or 0)
    return replace(
        link,
        departures_weekday=weekday,
        departures_sunday=sunday,
        last_departure=link.last_departure if last is None else last,
    )
