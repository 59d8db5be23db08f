"""Access to an appointment beside the timetable: outreach, remote contact, lifts, demand-responsive buses, passes.

Levers offer each to a share of the appointments of people who live in a place, by one random number for each
appointment and kind of access.
    outreach       held near home: no journey, no fare
    remote         by telephone or video: no journey, no fare; counts trust.remote_step of a contact toward trust
    lift           door to door: the journey counts as 30 minutes and no fare is due; always reachable
    demand bus     as a lift, but the fare is due as before, unless the person holds a pass
    travel pass    no fare; distance stays (vouchers alone changed nothing, cars did)
Outreach comes before remote contact, that before a lift and a bus. Whoever lives near is offered none in vain: the
delivery counts people far from the hub alone.
Reads trust.remote_step. Writes the journey of the day, brought. Left out: whether somebody can use a telephone,
pharmacy collection, waiting for a lift.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.keys import uniform
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.quantities import Values, ratio, switch
from sim.population import processes as P
from sim.population.coverage import Coverage
from sim.population.margins import Margins
from sim.population.person import Person

NEAR_MINUTES = 30.0  # beyond which a longer journey lowers attendance (attendance.py)
DAY_END = 2880.0  # later than any way home

READS = ("trust.remote_step",)
WHEN_OFF: Mapping[str, float] = {"access_offered": 0.0}
EXPECTED_TO_MOVE = "appointments_missed_travel"


class Numbers(Protocol):
    """Ways to an appointment beside the timetable."""

    access_offered: Annotated[float, switch("these ways are offered")]
    remote_step: Annotated[float, ratio("of the step of trust of a remote contact to one in person")]


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Part of the trust that a remote contact builds."""
    return {"access_offered": 1.0, "remote_step": draw["trust.remote_step"]}


@kernel
def is_offered(person: Person, params: Numbers, process: int, n: int, offer: Coverage) -> bool:
    """Whether the n-th appointment of a kind has this offer."""
    share = person.coverage[offer] * params.access_offered
    return share > 0.0 and uniform(person.stream, process, n) < share


@kernel
def bring_near(person: Person, t: int, event: int) -> None:
    """The appointment can be reached without the timetable."""
    person.journey_minutes = min(person.journey_minutes, NEAR_MINUTES)
    person.arrive_after = 0.0
    person.leave_before = DAY_END
    person.brought += 1
    log_event(person, t, event)


@kernel
def arrange(person: Person, params: Numbers, t: int, first: bool, n: int) -> bool:
    """What is offered for today's appointment changes the journey on the row; whether the appointment is remote."""
    if is_offered(person, params, P.OUTREACH_FIRST if first else P.OUTREACH_CONTACT, n, Coverage.OUTREACH):
        bring_near(person, t, Event.OUTREACH)
        person.journey_fare = 0.0
        return False
    if is_offered(person, params, P.REMOTE_FIRST if first else P.REMOTE_CONTACT, n, Coverage.REMOTE):
        bring_near(person, t, Event.REMOTE)
        person.journey_fare = 0.0
        return True
    far = person.journey_minutes > NEAR_MINUTES
    if far and is_offered(person, params, P.LIFT_FIRST if first else P.LIFT_CONTACT, n, Coverage.LIFT):
        bring_near(person, t, Event.LIFT)
        person.journey_fare = 0.0
    elif far and is_offered(person, params, P.BUS_FIRST if first else P.BUS_CONTACT, n, Coverage.DEMAND_BUS):
        bring_near(person, t, Event.DEMAND_BUS)
    if person.journey_fare > 0.0 and is_offered(person, params, P.TRAVEL_PASS, 0, Coverage.TRAVEL_PASS):
        person.journey_fare = 0.0
        log_event(person, t, Event.PASS)
    return False
