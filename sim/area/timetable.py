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
from sim.core.grammar import a

LATEST_DEPARTURE = 1440 + 180  # a run after 03:00 belongs to the next day
MOST_DEPARTURES = 1440  # one a minute


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
    last_departure: minute after midnight of the last run, later than the present one; it holds on the days on which
    departures are added, and on both types of day when none are.
    """

    link_id: str
    extra_weekday: float = 0.0
    extra_sunday: float = 0.0
    last_departure: int | None = None


def timetable(area: Area, link: Link, day_type: str) -> Timetable | None:
    """The link's departures on a weekday or a Sunday; None when nothing runs."""
    checked_day_type(day_type)
    if link.departures(day_type) <= 0:
        return None
    bought = link.sunday_hours if day_type == "sunday" else link.weekday_hours
    if bought is not None:
        return Timetable(*bought)
    return _midpoints(area.modes[link.mode].service_day(day_type), link.departures(day_type))


def _midpoints(service_day: tuple[float, float], departures: float) -> Timetable:
    start, end = service_day
    headway = (end - start) / departures
    return Timetable(start + headway / 2, end - headway / 2, headway)


def _lengthened(now: Timetable, start: float, departures: float, extra: float, last: float) -> Timetable:
    """The timetable `now` with a later last departure, and `extra` of the `departures` bought.

    Bought runs are the late ones: the first departure stays, and the headway shrinks only when more are bought than
    keep today's headway up to the new last one. Less than one run a day moves the last departure in proportion to the
    days on which it runs. When none is bought, the present ones are spread until the last midpoint falls on `last`:
    W = (last - start) / (1 - 1 / (2 D)).
    """
    if extra <= 0:
        headway = (last - start) / (1 - 0.5 / departures) / departures
        return Timetable(start + headway / 2, last, headway)
    last = now.last + min(extra, 1.0) * (last - now.last)
    headway = now.headway if departures <= 1 else min(now.headway, (last - now.first) / (departures - 1))
    return Timetable(now.first, last, headway)


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

    Several changes to a link add up; its latest last_departure counts. Refuses an unknown link, departures that would
    fall below 0, and a last departure that is no later than the present one or has too few departures to spread.
    """
    summed: dict[str, LinkChange] = {}
    for change in changes:
        if change.link_id not in area.link_index:
            raise InputError(
                f"{change.link_id!r} is not a link of {area.title}",
                allowed="an id of links.csv",
                nearest=nearest_name(change.link_id, area.link_index),
            )
        before = summed.get(change.link_id, LinkChange(change.link_id))
        lasts = [last for last in (before.last_departure, change.last_departure) if last is not None]
        summed[change.link_id] = LinkChange(
            change.link_id,
            before.extra_weekday + change.extra_weekday,
            before.extra_sunday + change.extra_sunday,
            max(lasts, default=None),
        )
    return tuple(_changed(area, link, summed[link.id]) if link.id in summed else link for link in area.links)


def _changed(area: Area, link: Link, change: LinkChange) -> Link:
    weekday = link.departures_weekday + change.extra_weekday
    sunday = link.departures_sunday + change.extra_sunday
    for number, day in ((weekday, "weekday"), (sunday, "Sunday")):
        if not 0 <= number <= MOST_DEPARTURES:
            raise InputError(
                f"link {link.id} ({link.line}) would have {number:g} departures on {a(day)}",
                allowed=f"from 0 to {MOST_DEPARTURES}",
            )
    none_bought = change.extra_weekday <= 0 and change.extra_sunday <= 0
    return replace(
        link,
        departures_weekday=weekday,
        departures_sunday=sunday,
        weekday_hours=_hours(area, link, change, "weekday", change.extra_weekday, none_bought),
        sunday_hours=_hours(area, link, change, "sunday", change.extra_sunday, none_bought),
    )


def _hours(
    area: Area, link: Link, change: LinkChange, day_type: str, extra: float, none_bought: bool
) -> tuple[float, float, float] | None:
    """First, last and headway of a day whose last departure was bought; None where the midpoints hold."""
    last, departures = change.last_departure, link.departures(day_type) + extra
    if last is None or departures <= 0 or not (extra > 0 or none_bought):
        return None
    start, _ = area.modes[link.mode].service_day(day_type)
    now = timetable(area, link, day_type)
    present = float(start) if now is None else now.last
    if not present < last <= LATEST_DEPARTURE:
        raise InputError(
            f"last_departure {last} of link {link.id} ({link.line}) is not later than the last on {a(day_type)} now",
            allowed=f"minutes after midnight above {present:.0f}, at most {LATEST_DEPARTURE}",
        )
    if now is None:
        hours = _midpoints((start, last), departures)
    elif extra <= 0 and departures < 2:
        raise InputError(
            f"link {link.id} ({link.line}) runs {departures:g} times on {a(day_type)}, too few to spread later",
            allowed="2 departures or more, or a bought one",
        )
    else:
        hours = _lengthened(now, start, departures, extra, float(last))
    return hours.first, hours.last, hours.headway
