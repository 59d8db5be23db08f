"""What is offered where a person lives, laid on the row for the day where it changes from day to day.

Where a scenario buys nothing of the kind the one row of `here` stands on everybody from the start and nothing is laid.
"""

from __future__ import annotations

from typing import Any

from sim.core.compiled import kernel
from sim.population.here import N_HERE, WORN
from sim.population.person import TREATMENT_LINE


@kernel
def worn_today(worker: Any, facts: Any, day: int) -> float:
    """Part of the gain of joint work still lost since the linked keyworker left: 1 on that day, 0 after ramp_days."""
    since = day - worker.left_on
    return max(0.0, 1.0 - since / facts.ramp_days) if since >= 0 else 0.0


@kernel
def lay_here(person: Any, services: Any, workers: Any, here: Any, row: int, facts: Any, day: int) -> None:
    """Today's shares where the person lives; here f8[rows, homes, N_HERE].

    The keyworker who links a hub to other agencies is the first of its posts.
    """
    for k in range(N_HERE):
        person.here[k] = here[row, person.home, k]
    hub = services[person.service[TREATMENT_LINE]]
    person.here[WORN] = worn_today(workers[hub.first_worker], facts, day)


@kernel
def clear_here(person: Any) -> None:
    """Nothing stands on the row between the person's days."""
    for k in range(N_HERE):
        person.here[k] = 0.0
