"""The calendar of wake days: one entry a person in one of a day's doubly linked lists.

A day has a list for each block of neighbouring rows, so that people who lie close in memory live one after another.
Booking unlinks, then links: no entry is stale or double.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.core.compiled import entry, kernel
from sim.core.records import Ints

BLOCK_BITS = 12  # 4,096 rows a block


class Calendar(NamedTuple):
    """Who is booked for which day. Each column lies by itself, so that following a list fetches little else.

    wake i4[people]: day of the run booked, -1 none. following, before i4[people]: row of the next and of the previous
    person on the same list, -1 none. first i4[days, blocks]: row of the first person on each list, -1 none.
    """

    wake: Ints
    following: Ints
    before: Ints
    first: Ints

    def copied(self) -> Calendar:
        """The same bookings in arrays of their own."""
        return Calendar(*(column.copy() for column in self))


def blocks_of(people: int) -> int:
    """How many blocks so many rows fill."""
    return ((people - 1) >> BLOCK_BITS) + 1


def nobody_booked(people: int, days: int) -> Calendar:
    """A calendar of so many days on which nobody is booked."""
    wake, following, before = (np.full(people, -1, dtype=np.int32) for _ in range(3))
    return Calendar(wake, following, before, np.full((days, blocks_of(people)), -1, dtype=np.int32))


@kernel
def cancel(calendar: Calendar, i: int) -> None:
    """Person i has no booking."""
    day = calendar.wake[i]
    if day < 0:
        return
    before, following = calendar.before[i], calendar.following[i]
    if before < 0:
        calendar.first[day, i >> BLOCK_BITS] = following
    else:
        calendar.following[before] = following
    if following >= 0:
        calendar.before[following] = before
    calendar.wake[i] = -1


@kernel
def book(calendar: Calendar, i: int, day: int) -> None:
    """Person i wakes on the given day and on no other; a day beyond the calendar is no booking."""
    if calendar.wake[i] == day:
        return
    cancel(calendar, i)
    if day >= len(calendar.first):
        return
    block = i >> BLOCK_BITS
    following = calendar.first[day, block]
    calendar.following[i] = following
    calendar.before[i] = -1
    if following >= 0:
        calendar.before[following] = i
    calendar.first[day, block] = i
    calendar.wake[i] = day


@kernel
def book_earlier(calendar: Calendar, i: int, day: int) -> None:
    """Person i wakes on the given day unless an earlier one is booked."""
    wake = calendar.wake[i]
    if wake < 0 or day < wake:
        book(calendar, i, day)


@entry
def list_of(calendar: Calendar, day: int, due: Ints) -> int:
    """Copy the people booked for a day into `due`; how many."""
    n = 0
    for block in range(calendar.first.shape[1]):
        i = calendar.first[day, block]
        while i >= 0:
            due[n] = i
            n += 1
            i = calendar.following[i]
    return n
