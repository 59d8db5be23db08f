"""Coverage where a person lives, set on the row for the day where it changes from day to day.

Where a scenario buys nothing of the kind, the one row of `coverage` is set on everybody at the start and never again.
"""

from __future__ import annotations

from sim.core.compiled import kernel
from sim.core.days import MOMENTS_PER_DAY
from sim.core.records import Floats
from sim.engine.records import Services, Worker, Workers
from sim.mechanisms.parameters import Params
from sim.population import processes as P
from sim.population.codes import COMMUNITY, IN_TREATMENT, NO_TREATMENT, TREATMENT_SERVICE
from sim.population.coverage import N_COVERAGE, Coverage
from sim.population.person import Person


@kernel
def worn_today(worker: Worker, params: Params, day: int) -> float:
    """Part of the gain of joint work still lost since the linked keyworker left: 1 on that day, 0 after ramp_days."""
    since = day - worker.left_on
    return max(0.0, 1.0 - since / params.ramp_days) if since >= 0 else 0.0


@kernel
def may_read_coverage(person: Person, day: int) -> bool:
    """Whether anything can happen today in which an offer is read: a release, an appointment, a contact, or a request
    for help, for which nobody in treatment asks unless it ends today."""
    if day <= person.custody_until <= day + 2 or day == person.residential_until:
        return True
    if day == person.appointment_day or day == person.contact_day:
        return True
    if person.status != COMMUNITY:
        return False
    tomorrow = (day + 1) * MOMENTS_PER_DAY
    if person.treatment == IN_TREATMENT:
        return bool(person.when[P.DROPS_OUT] < tomorrow or person.when[P.COMPLETES_TREATMENT] < tomorrow)
    return bool(person.treatment == NO_TREATMENT)


@kernel
def set_coverage(
    person: Person, services: Services, workers: Workers, coverage: Floats, row: int, params: Params, day: int
) -> None:
    """Today's coverage where the person lives stands on the row.

    The keyworker who links a hub to other agencies is the first of its posts.
    """
    for k in range(N_COVERAGE):
        person.coverage[k] = coverage[row, person.home, k]
    hub = services[person.service[TREATMENT_SERVICE]]
    person.coverage[Coverage.WORN] = worn_today(workers[hub.first_worker], params, day)


@kernel
def clear_coverage(person: Person) -> None:
    """Nothing stands on the row between the person's days."""
    for k in range(N_COVERAGE):
        person.coverage[k] = 0.0
