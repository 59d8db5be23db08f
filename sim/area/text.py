"""The words of `throughgate journey`."""

from __future__ import annotations

from dataclasses import asdict

from sim.area.describe import Journey, Leg
from sim.area.model import clock
from sim.area.opening import opening_words
from sim.core.grammar import a, counted, noun_for

_DAY = {"weekday": "weekday", "sunday": "Sunday"}


def journey_text(journey: Journey) -> str:
    """A journey as lines of plain text: opening, legs, totals, first arrival, latest return, grades, what cannot be."""
    day = _DAY[journey.day_type]
    lines = [f"{journey.place.name} to {journey.service.name}, {day}"]
    if not journey.service.is_open:
        lines.append(f"  This service is not in use in the model: {journey.service.status}.")
    lines.append(f"  {journey.kind.title}, {opening_words(journey.opening)}")
    if journey.day_type not in journey.opening.day_types:
        lines.append(f"  It is closed on {'Sundays' if journey.day_type == 'sunday' else 'weekdays and Saturdays'}.")
    if journey.service.note:
        lines.append(f"  Note: {journey.service.note}")
    if not journey.possible:
        lines.append(f"  There is no way there on {a(day)} by the public transport in this area, and none back.")
        lines.append(_service_grade(journey))
        return "\n".join(lines)
    if journey.missed:
        lines.append(f"  Not possible at that hour: {journey.missed}. The usual journey:")
    by_clock = bool(journey.timed_by) and not journey.missed
    lines.append("")
    lines += [_leg_line(leg, by_clock) for leg in journey.legs]
    lines.append("")
    waits = "by the clock" if by_clock else "mean waits included"
    changes = counted(journey.changes, "change") if journey.changes else "no change"
    lines.append(
        f"  {counted(round(journey.minutes), 'minute')} one way ({waits}), {changes}, GBP {journey.fare_gbp:.2f} single"
    )
    if by_clock and journey.legs:
        start = (journey.legs[0].departs or 0.0) - journey.legs[0].wait
        lines.append(f"  leave home {clock(start)}, arrive {clock(journey.legs[-1].arrives or 0.0)}")
    lines += _limits(journey, day)
    lines += [_grade_line(journey), _service_grade(journey)]
    return "\n".join(lines)


def journey_record(journey: Journey) -> dict[str, object]:
    """A journey as plain values for JSON: minutes and minutes after midnight as numbers, what is impossible as null."""
    return {
        "place": journey.place.id,
        "service": journey.service.id,
        "status": journey.service.status,
        "day": journey.day_type,
        "possible": journey.possible,
        "missed": journey.missed or None,
        "minutes": round(journey.minutes, 1) if journey.possible else None,
        "fare_gbp": round(journey.fare_gbp, 2) if journey.possible else None,
        "changes": journey.changes if journey.possible else None,
        "earliest_arrival": journey.earliest_arrival,
        "latest_return": journey.latest_return,
        "grade": journey.service.confidence,
        "opening": f"{journey.kind.title}, {opening_words(journey.opening)}",
        "open_days": list(journey.opening.days),
        "opens": journey.opening.opens,
        "closes": journey.opening.closes,
        "legs": [asdict(leg) for leg in journey.legs],
    }


def _limits(journey: Journey, day: str) -> list[str]:
    lines = []
    if not any(leg.is_timetabled for leg in journey.legs):
        return ["  No timetable on the way: there and back at any hour."]
    if journey.earliest_arrival is None:
        lines.append(f"  There is no way there on {a(day)}: the connection misses its last departure.")
    else:
        lines.append(f"  first possible arrival {clock(journey.earliest_arrival)}")
    if journey.latest_return is None:
        lines.append(f"  There is no way back on the same {day}.")
    else:
        lines.append(f"  latest return: leave the service by {clock(journey.latest_return)}")
        if journey.earliest_arrival is not None and journey.latest_return < journey.earliest_arrival:
            lines.append("  There and back on one day is not possible.")
    return lines


def _leg_line(leg: Leg, by_clock: bool) -> str:
    name = f"{leg.mode} {leg.line}".strip()
    wait = f"wait {leg.wait:3.0f}, " if leg.is_timetabled else " " * 10
    hours = f"{clock(leg.departs or 0.0)}-{clock(leg.arrives or 0.0)}  " if by_clock else ""
    fare = (
        f"GBP {leg.fare_gbp:.2f}{' (assumed)' if leg.fare_grade == 'assumed' else ''}"
        if leg.fare_gbp or leg.is_timetabled
        else ""
    )
    route = f"{name}: {leg.from_name} to {leg.to_name}"
    return f"  {hours}{wait}{leg.minutes:3.0f} min  {route}  [{leg.grade}] {fare}".rstrip()


def _service_grade(journey: Journey) -> str:
    """How far the row of the service is to be trusted: it covers that the service is there, not where or when."""
    return f"  Grade of the service: {journey.service.confidence} ({journey.service.source})."


def _grade_line(journey: Journey) -> str:
    rides = [leg for leg in journey.legs if leg.is_timetabled]
    weak = [leg for leg in rides if leg.grade != "read"]
    if not rides:
        return "  Grade of the journey: walking and local bus times are assumed."
    if not weak:
        return "  Grade of the journey: minutes and departures were read in a source; hours of the day are assumed."
    return (
        f"  Grade of the journey: minutes or departures of {len(weak)} of {counted(len(rides), 'ride')} "
        f"{noun_for(len(weak), 'is', 'are')} not read in a source; walks, local buses and hours of the day are assumed."
    )
