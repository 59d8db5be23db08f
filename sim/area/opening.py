"""When a service is open: its own days and hours of services.csv, else those of its kind in kinds.csv.

Public holidays count as Sundays (model.DAY_TYPES). One span of hours holds on every open day.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.area.model import Area, clock
from sim.core.cells import WEEKDAYS

_SATURDAY, _SUNDAY = 5, 6


@dataclass(frozen=True, slots=True)
class Opening:
    """Opening of one service: days (Monday 0), opens and closes in minutes after midnight, where each was found.

    days_grade, hours_grade: confidence of the service's row where the cell is its own, else the grade of its kind.
    """

    days: tuple[int, ...]
    opens: int
    closes: int
    days_grade: str
    hours_grade: str

    @property
    def bits(self) -> int:
        """Bit k is set where the service is open on weekday k, Monday 0."""
        return sum(1 << day for day in self.days)

    @property
    def day_types(self) -> tuple[str, ...]:
        """Timetables under which people travel to it: 'weekday' (Saturdays too), 'sunday', or both."""
        weekday = ("weekday",) if min(self.days) <= _SATURDAY else ()
        return (*weekday, "sunday") if _SUNDAY in self.days else weekday


def opening_of(area: Area, service: int) -> Opening:
    """Opening of the service at an index of the area."""
    site = area.services[service]
    kind = area.kinds[site.kind]
    days, days_grade = (kind.open_days, kind.grade) if site.open_days is None else (site.open_days, site.confidence)
    hours, hours_grade = (
        ((kind.opens, kind.closes), kind.grade) if site.open_hours is None else (site.open_hours, site.confidence)
    )
    return Opening(days, *hours, days_grade, hours_grade)


def opening_words(opening: Opening) -> str:
    """For example 'open Mon-Fri 09:00-17:00 (assumed)'; two grades where days and hours differ in theirs."""
    names = [WEEKDAYS[day] for day in opening.days]
    running = opening.days[-1] - opening.days[0] == len(names) - 1 and len(names) > 2
    days = f"{names[0]}-{names[-1]}" if running else ", ".join(names)
    hours = f"{clock(opening.opens)}-{clock(opening.closes)}"
    if opening.days_grade == opening.hours_grade:
        return f"open {days} {hours} ({opening.hours_grade})"
    return f"open {days} ({opening.days_grade}) {hours} ({opening.hours_grade})"
