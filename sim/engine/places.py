"""Services and their named workers as rows.

A service serves one line (sim/population/person.py) from one site; workers belong to a service. A worker carries
one clock (leaving) in the same fields as a person's clocks, so that the same functions run it.
"""

from __future__ import annotations

import numpy as np

SERVICE = np.dtype(
    [
        ("line", "i4"),  # line served
        ("site", "i4"),  # index of the service in the area's table
        ("column", "i4"),  # its column in the journey tables, -1 where nobody travels to it
        ("open_days", "i4"),  # bit k set: open on weekday k, Monday 0
        ("opens", "i4"),  # first day of the run on which it takes people
        ("closes", "i4"),  # first day on which it takes nobody any more
        ("first_worker", "i4"),
        ("n_workers", "i4"),
        ("load", "i4"),  # people who hold a place, booked first appointments included
        ("waiting", "i4"),  # people in the queue
        ("heap_start", "i4"),
        ("heap_room", "i4"),
        ("heap_size", "i4"),
        ("contacts_per_place", "f8"),  # first-appointment slots an open day for each free place; 0: no limit by slots
        ("credit", "f8"),  # slots in hand
    ],
    align=True,
)

WORKER = np.dtype(
    [
        ("rate", "i8", (1,)),
        ("left", "i8", (1,)),
        ("since", "i4", (1,)),
        ("when", "i4", (1,)),
        ("n", "i4", (1,)),
        ("luck", "u8"),
        ("service", "i4"),
        ("cap", "i4"),  # people this worker can hold
        ("load", "i4"),
        ("starts", "i4"),  # first day of the post
        ("ends", "i4"),  # first day on which the post takes nobody any more
        ("departures", "i4"),  # times the post changed hands
        ("trust_start", "f8"),  # start value of trust with the present worker
    ],
    align=True,
)
