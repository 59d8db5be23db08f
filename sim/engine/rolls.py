"""The roll of each keyworker: the people held, one list a post, so that a post that changes hands finds them at once.

A worker's row holds the first person of the roll (`first_held`), a person's row the neighbours on it (`held_after`,
`held_before`), -1 for none. Looking through everybody instead takes time by the square of the people.
"""

from __future__ import annotations

from sim.core.compiled import kernel
from sim.engine.records import Worker
from sim.population.person import People


@kernel
def join_roll(people: People, worker: Worker, i: int) -> None:
    """Person i is held by the keyworker."""
    person, first = people[i], worker.first_held
    person.held_after = first
    person.held_before = -1
    if first >= 0:
        people[first].held_before = i
    worker.first_held = i


@kernel
def leave_roll(people: People, worker: Worker, i: int) -> None:
    """Person i, on the keyworker's roll, is held no longer."""
    person = people[i]
    before, after = person.held_before, person.held_after
    if before < 0:
        worker.first_held = after
    else:
        people[before].held_after = after
    if after >= 0:
        people[after].held_before = before
    person.held_after = -1
    person.held_before = -1
