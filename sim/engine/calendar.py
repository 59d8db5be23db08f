"""The calendar of wake days: one entry a person in a doubly linked list a day.

head i4[days] holds the first person of a day or -1; a person's row holds its neighbours (`following`, `before`) and
the day booked (`wake`), -1 for none. Booking unlinks, then links: no entry is stale or double.
"""

from __future__ import annotations

from sim.core.compiled import entry, kernel
from sim.core.records import Ints
from sim.population.person import People


@kernel
def cancel(people: People, head: Ints, i: int) -> None:
    """Person i has no booking."""
    person = people[i]
    day = person.wake
    if day < 0:
        return
    before, following = person.before, person.following
    if before < 0:
        head[day] = following
    else:
        people[before].following = following
    if following >= 0:
        people[following].before = before
    person.wake = -1


@kernel
def book(people: People, head: Ints, i: int, day: int) -> None:
    """Person i wakes on the given day and on no other; a day beyond the calendar is no booking."""
    person = people[i]
    if person.wake == day:
        return
    cancel(people, head, i)
    if day >= len(head):
        return
    first = head[day]
    person.following = first
    person.before = -1
    if first >= 0:
        people[first].before = i
    head[day] = i
    person.wake = day


@kernel
def book_earlier(people: People, head: Ints, i: int, day: int) -> None:
    """Person i wakes on the given day unless an earlier one is booked."""
    wake = people[i].wake
    if wake < 0 or day < wake:
        book(people, head, i, day)


@entry
def list_of(people: People, head: Ints, day: int, due: Ints) -> int:
    """Copy the people booked for a day into `due`; how many."""
    n = 0
    i = head[day]
    while i >= 0:
        due[n] = i
        n += 1
        i = people[i].following
    return n
