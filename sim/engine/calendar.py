"""The calendar of wake days: one entry a person in a doubly linked list a day.

head i4[days] holds the first person of a day or -1; links LINK[people] holds of each row the day booked (`wake`) and
the neighbours on that day's list (`following`, `before`), -1 for none. They lie apart from the rows, so that following
a list fetches none of those. Booking unlinks, then links: no entry is stale or double.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import numpy as np

from sim.core.compiled import entry, kernel
from sim.core.records import DAY_OF_RUN, Field, Ints, Rows, record_dtype


class Link:
    """Where one person stands in the calendar. A row with the dtype LINK."""

    wake: Annotated[int, Field("i4", DAY_OF_RUN, "day booked, -1 none")]
    following: Annotated[int, Field("i4", "row", "next person booked for the same day, -1 none")]
    before: Annotated[int, Field("i4", "row", "previous person booked for the same day, -1 none")]


LINK = record_dtype(Link)
Links: TypeAlias = Rows[Link]


def nobody_booked(n: int) -> np.ndarray[Any, Any]:
    """LINK[n], nobody booked for any day."""
    links = np.empty(n, dtype=LINK)
    for name in LINK.names or ():
        links[name] = -1
    return links


@kernel
def cancel(links: Links, head: Ints, i: int) -> None:
    """Person i has no booking."""
    link = links[i]
    day = link.wake
    if day < 0:
        return
    before, following = link.before, link.following
    if before < 0:
        head[day] = following
    else:
        links[before].following = following
    if following >= 0:
        links[following].before = before
    link.wake = -1


@kernel
def book(links: Links, head: Ints, i: int, day: int) -> None:
    """Person i wakes on the given day and on no other; a day beyond the calendar is no booking."""
    link = links[i]
    if link.wake == day:
        return
    cancel(links, head, i)
    if day >= len(head):
        return
    first = head[day]
    link.following = first
    link.before = -1
    if first >= 0:
        links[first].before = i
    head[day] = i
    link.wake = day


@kernel
def book_earlier(links: Links, head: Ints, i: int, day: int) -> None:
    """Person i wakes on the given day unless an earlier one is booked."""
    wake = links[i].wake
    if wake < 0 or day < wake:
        book(links, head, i, day)


@entry
def list_of(links: Links, head: Ints, day: int, due: Ints) -> int:
    """Copy the people booked for a day into `due`; how many."""
    n = 0
    i = head[day]
    while i >= 0:
        due[n] = i
        n += 1
        i = links[i].following
    return n
