"""Services and their named workers or beds as rows.

A service serves one line (sim/population/person.py) from one site; workers belong to a service. A worker carries
one clock (leaving) in the same fields as a person's clocks, so that the same functions run it. Beds are rows like
workers whom nobody leaves: `cap` is the number of people they hold.
"""

from __future__ import annotations

import numpy as np

SERVICE = np.dtype(
    [
        ("service_type", "i4"),  # line served
        ("site", "i4"),  # index of the service in the area's table
        ("home", "i4"),  # a home place that the service serves, by which what the hub offers is read
        ("column", "i4"),  # its column in the journey tables, -1 where nobody travels to it
        ("open_days", "i4"),  # bit k set: open on weekday k, Monday 0
        ("opens", "i4"),  # first day of the run on which it takes people
        ("closes", "i4"),  # first day on which it takes nobody any more
        ("opens_at", "f8"),  # minute of the day at which it opens
        ("closes_at", "f8"),
        ("first_worker", "i4"),
        ("n_workers", "i4"),
        ("first_bought", "i4"),  # posts that a lever adds to a service of today stand behind all of today's rows
        ("n_bought", "i4"),
        ("load", "i4"),  # people who hold a place, booked first appointments included
        ("waiting", "i4"),  # people in the queue
        ("heap_start", "i4"),
        ("heap_room", "i4"),
        ("heap_size", "i4"),
        ("contacts_per_slot", "f8"),  # first-appointment slots an open day for each free place; 0: no limit by slots
        ("bought", "i4"),  # 1 for a service that a lever opens
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
        ("stream", "u8"),
        ("service", "i4"),
        ("cap", "i4"),  # people this worker can hold
        ("load", "i4"),
        ("starts", "i4"),  # first day of the post
        ("ends", "i4"),  # first day on which the post takes nobody any more
        (
            "cut_from",
            "i4",
        ),  # from this day to before `cut_until` the post holds `cap_when_cut`, reached as people leave
        ("cut_until", "i4"),
        ("cap_when_cut", "i4"),
        ("cap_whole", "i4"),  # people the post holds outside that time
        ("smaller", "f8"),  # part by which the caseload is kept smaller
        ("every", "i4"),  # days between contacts with each person held
        ("paid", "f8"),  # share of the hub's keyworkers who are paid to stay
        ("left_on", "i4"),  # day on which the post last changed hands
        ("pool", "i4"),  # number of the pooled post whose place at this hub the row is, -1 none
        ("holds", "i4"),  # 1 where a pooled post stands at this hub now
        ("bought", "i4"),  # 1 for a post or place that a lever has bought
        ("departures", "i4"),  # times the post changed hands
        ("trust_start", "f8"),  # start value of trust with the present worker
    ],
    align=True,
)
