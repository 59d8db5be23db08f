"""How a person joins and leaves the services of each type: queues and held places, by marks on the row.

A rule marks the row; the engine carries the marks out at the end of the person's day (sim/engine/day.py), so that no
rule reads a queue in the state of another person's day.
Writes joins, leaves, moved. Left out: who is served first, which the engine decides.
"""

from __future__ import annotations

from sim.core.compiled import kernel
from sim.population.codes import N_SERVICE_TYPES
from sim.population.person import Person


@kernel
def join_queue(person: Person, service_type: int) -> None:
    """The person joins the queue of the person's service of this type at the end of the day."""
    person.joins[service_type] = 1
    person.moved = 1


@kernel
def leave_service(person: Person, service_type: int) -> None:
    """The person leaves the queue of the service, or the place held there, at the end of the day."""
    person.joins[service_type] = 0
    person.leaves[service_type] = 1
    person.moved = 1


@kernel
def leave_all_services(person: Person) -> None:
    """The person leaves every queue and every place held at the end of the day."""
    for service_type in range(N_SERVICE_TYPES):
        leave_service(person, service_type)


@kernel
def waits_or_is_served(person: Person, service_type: int) -> bool:
    """Whether the person waits for the service, is about to, or holds a place there, and is not about to leave it."""
    if person.leaves[service_type]:
        return bool(person.joins[service_type])
    return bool(person.joins[service_type] or person.key[service_type] != 0 or person.worker[service_type] >= 0)
