"""Bus trips added or taken away: money divided equally over the links named, and the timetable changes, span by span.

A cut takes the same part of today's departures of every link named, and touches none that the same scenario adds.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sim.core.grammar import counted
from sim.scenario.delivery.context import DeliveryContext
from sim.scenario.delivery.cuts import taken
from sim.scenario.delivery.records import Floats
from sim.scenario.levers import LEVERS
from sim.scenario.levers.lever import EVENING_LAST_DEPARTURE, OPERATING_DAYS
from sim.scenario.scenario import Purchase

if TYPE_CHECKING:
    from sim.area import LinkChange

Span = tuple[int, int, tuple["LinkChange", ...]]

# A bus every ten minutes for sixteen hours: beyond that one more saves nobody any time, and its money counts as unused.
MOST_ADDED_EACH_WAY = 96.0


def extra_each_way(bought: Purchase, draw: Mapping[str, float]) -> float:
    """Departures that a purchase adds per direction, link and operating day; half of its one-way trips."""
    trip = LEVERS[bought.lever].unit_cost(draw)
    trips = bought.gbp_per_year / len(bought.links) / (trip * OPERATING_DAYS[bought.options["when"]])
    return trips / 2.0


def bus_changes(context: DeliveryContext) -> tuple[Span, ...]:
    """Spans of days with the same added trips; a link stands once for weekdays and once for Sundays in a span."""
    entries = [(n, bought, *context.span(bought)) for n, bought in context.purchases("bus_trips")]
    cuts = [(cut, *context.span(cut.bought)) for cut in taken(context, "bus_trips")]
    days = [day for _, _, first, end in entries for day in (first, end)]
    days += [day for _, first, end in cuts for day in (first, end)]
    edges = sorted(set(days))
    wanted = {n: 0.0 for n, *_ in entries}
    used = dict(wanted)
    spans: list[Span] = []
    for first, end in pairwise(edges):
        weekday: dict[str, float] = {}
        sunday: dict[str, float] = {}
        late: set[str] = set()
        for n, bought, begins, stops in entries:
            if not begins <= first < stops:
                continue
            added = sunday if bought.options["when"] == "sunday" else weekday
            extra = extra_each_way(bought, context.draw)
            for link in bought.links:
                more = min(extra, MOST_ADDED_EACH_WAY - added.get(link, 0.0))
                added[link] = added.get(link, 0.0) + more
                used[n] += more * (end - first)
                wanted[n] += extra * (end - first)
            if bought.options["when"] == "evening":
                late.update(bought.links)
        gone = np.sum([cut.part for cut, begins, stops in cuts if begins <= first < stops], axis=0)
        _take_away(context, np.atleast_1d(gone), weekday, sunday)
        if weekday or sunday:
            spans.append((first, end, _changes(weekday, sunday, late)))
    for n, bought, *_ in entries:
        trips = bought.gbp_per_year / LEVERS[bought.lever].unit_cost(context.draw)
        context.account(n, trips, used[n] / wanted[n] if wanted[n] > 0 else 1.0, remark=_remark(bought, context.draw))
    return tuple(spans)


def _take_away(context: DeliveryContext, gone: Floats, weekday: dict[str, float], sunday: dict[str, float]) -> None:
    """Takes from what is added to each link the part of today's departures that is gone: weekdays, then Sundays."""
    links = context.area.links
    for column in np.flatnonzero(gone > 0.0):
        link = links[column % len(links)]
        added, day_type = (weekday, "weekday") if column < len(links) else (sunday, "sunday")
        added[link.id] = added.get(link.id, 0.0) - min(float(gone[column]), 1.0) * link.departures(day_type)


def _changes(weekday: Mapping[str, float], sunday: Mapping[str, float], late: set[str]) -> tuple[LinkChange, ...]:
    """Weekday changes, then Sunday ones, by link; a later last departure is bought for weekdays only."""
    from sim.area import LinkChange

    weekdays = (
        LinkChange(
            link, extra_weekday=extra, last_departure=EVENING_LAST_DEPARTURE if link in late and extra > 0.0 else None
        )
        for link, extra in sorted(weekday.items())
    )
    return (*weekdays, *(LinkChange(link, extra_sunday=extra) for link, extra in sorted(sunday.items())))


def _remark(bought: Purchase, draw: Mapping[str, float]) -> str:
    when = {"evening": "weekday evening", "daytime": "weekday", "sunday": "Sunday and public holiday"}[
        bought.options["when"]
    ]
    each = extra_each_way(bought, draw)
    links = counted(len(bought.links), "link")
    each_of = "each of " if len(bought.links) > 1 else ""
    return f"{each:.1f} more departures each way on {each_of}{links} on every {when}"
