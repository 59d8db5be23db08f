"""What the compiled days are handed: the state, which they change in place, and the plan, which they only read."""

from __future__ import annotations

from typing import NamedTuple

from sim.core.records import Floats, Ints, Keys, Rows
from sim.engine.calendar import Calendar
from sim.engine.records import Month, Services, Workers
from sim.engine.usage import Uses
from sim.mechanisms.parameters import Params
from sim.population.person import People

# Probabilities of a release by day and prison: naloxone, OST, referral lost, depot, bridged, resettlement worker,
# mutual aid met, release planned.
N_CHANCES = 8
RESETTLEMENT = 5  # a worker met before it


class State(NamedTuple):
    """Everything that changes as days pass.

    heap: keys of the queues, service by service; row_of: row of each permanent number (sim/engine/queues.py);
    calendar: who is booked for which day (sim/engine/calendar.py); due: room for the rows of the people due on one day;
    series: what services count, month by month; usage: who uses them, day by day (sim/engine/usage.py).
    """

    people: People
    services: Services
    workers: Workers
    heap: Keys
    row_of: Ints
    calendar: Calendar
    due: Ints
    series: Rows[Month]
    usage: Uses


class Plan(NamedTuple):
    """Everything that a scenario and a draw fix before the run.

    params: one row. service_of_place i8[service types, homes], -1 none. journeys f8[epochs, homes, columns, 4]:
    minutes, fare, earliest arrival, latest start home. homeward f8[epochs, prisons, homes, 2]: minutes, latest start
    from the gate. chances f8[days, prisons, N_CHANCES]. booked f8[days, homes]. coverage f8[rows, homes, N_COVERAGE].
    epoch_of_day, coverage_of_day, month_of_day i8[days]: the timetable, the row of coverage and the month of each day.
    """

    params: Rows[Params]
    service_of_place: Ints
    journeys: Floats
    homeward: Floats
    chances: Floats
    booked: Floats
    coverage: Floats
    epoch_of_day: Ints
    coverage_of_day: Ints
    month_of_day: Ints
    start_weekday: int
