"""Services, their named workers or beds, and what services count in a month, as rows.

A service is of one type (sim/population/codes.py) and stands at one site; workers belong to a service. A worker
carries one clock (leaving) in the same fields as a person's clocks, so that the same functions run it. Beds are rows
like workers whom nobody leaves: `cap` is the number of people they hold.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np

from sim.core.records import DAY_OF_RUN, Cells, Field, Rows, record_dtype


class Service:
    """One service: a hub, a bought team of navigators, or a house of beds. A row with the dtype SERVICE."""

    service_type: Annotated[int, Field("i4", "code", "type of service given, see SERVICE_TYPES")]
    site: Annotated[int, Field("i4", "index", "the service in the area's table; of a team or beds the place, -1 none")]
    home: Annotated[int, Field("i4", "index", "a home place that it serves, by which the hub's coverage is read")]
    column: Annotated[int, Field("i4", "index", "its column in the journey tables, -1 where nobody travels to it")]
    open_days: Annotated[int, Field("i4", "bits", "bit k set: open on weekday k, Monday 0")]
    opens: Annotated[int, Field("i4", DAY_OF_RUN, "first day on which it takes people")]
    closes: Annotated[int, Field("i4", DAY_OF_RUN, "first day on which it takes nobody any more")]
    opens_at: Annotated[float, Field("f8", "minute of day", "opening time")]
    closes_at: Annotated[float, Field("f8", "minute of day", "closing time")]
    first_worker: Annotated[int, Field("i4", "row", "first of its workers of today, or of its own if it is bought")]
    n_workers: Annotated[int, Field("i4", "count", "workers in those rows")]
    first_bought: Annotated[int, Field("i4", "row", "first post that a lever adds to it, behind all of today's rows")]
    n_bought: Annotated[int, Field("i4", "count", "posts in those rows")]
    load: Annotated[int, Field("i4", "people", "hold a slot, booked first appointments included")]
    waiting: Annotated[int, Field("i4", "people", "in the queue")]
    heap_start: Annotated[int, Field("i4", "index", "where its queue begins in the heap")]
    heap_room: Annotated[int, Field("i4", "count", "entries for which there is room")]
    heap_size: Annotated[int, Field("i4", "count", "entries, stale ones included")]
    contacts_per_slot: Annotated[
        float, Field("f8", "appointments", "first appointments an open day for each free slot; 0: no limit by contacts")
    ]
    bought: Annotated[int, Field("i4", "0/1", "opened by a lever")]
    credit: Annotated[float, Field("f8", "appointments", "first appointments in hand")]


class Worker:
    """One worker's post, or some beds. A row with the dtype WORKER."""

    rate: Annotated[Cells[int], Field("i8", "ticks a moment", "speed of the clock of leaving", shape=(1,))]
    left: Annotated[Cells[int], Field("i8", "ticks", "threshold still to spend at `since`", shape=(1,))]
    since: Annotated[Cells[int], Field("i4", "moment", "when `left` was settled", shape=(1,))]
    when: Annotated[Cells[int], Field("i4", "moment", "crossing, NEVER when standing still", shape=(1,))]
    n: Annotated[Cells[int], Field("i4", "count", "occurrence of the clock", shape=(1,))]
    stream: Annotated[np.uint64, Field("u8", "bits", "stream of the post's random numbers")]
    service: Annotated[int, Field("i4", "row", "the service that it belongs to")]
    cap: Annotated[int, Field("i4", "people", "whom it can hold")]
    load: Annotated[int, Field("i4", "people", "whom it holds")]
    first_held: Annotated[int, Field("i4", "row", "first person on a keyworker's roll (rolls.py), -1 none")]
    starts: Annotated[int, Field("i4", DAY_OF_RUN, "first day of the post")]
    ends: Annotated[int, Field("i4", DAY_OF_RUN, "first day on which the post takes nobody any more")]
    cut_from: Annotated[
        int, Field("i4", DAY_OF_RUN, "first day on which it holds `cap_when_cut`, reached as people leave")
    ]
    cut_until: Annotated[int, Field("i4", DAY_OF_RUN, "first day on which it is filled again")]
    cap_when_cut: Annotated[int, Field("i4", "people", "whom it holds from `cut_from` to before `cut_until`")]
    cap_whole: Annotated[int, Field("i4", "people", "whom it holds outside that time")]
    every: Annotated[int, Field("i4", "days", "between contacts with each person held")]
    paid: Annotated[float, Field("f8", "share", "of the hub's keyworkers who are paid to stay")]
    left_on: Annotated[int, Field("i4", DAY_OF_RUN, "day on which the post last changed hands")]
    pool: Annotated[int, Field("i4", "number", "the pooled post of which the row is the slot at this hub, -1 none")]
    holds: Annotated[int, Field("i4", "0/1", "a pooled post stands at this hub now")]
    bought: Annotated[int, Field("i4", "0/1", "a post or bed that a lever has bought")]
    departures: Annotated[int, Field("i4", "count", "times the post changed hands")]
    trust_start: Annotated[float, Field("f8", "0-1", "start value of trust with the present worker")]


class Month:
    """What the services of treatment count in a month of the study, everybody included. A row with the dtype MONTH."""

    waiting_days: Annotated[int, Field("i8", "person-days", "nights x people in the queues of treatment")]
    held_days: Annotated[int, Field("i8", "person-days", "nights x people who hold a slot in treatment")]
    slot_days: Annotated[int, Field("i8", "slot-days", "nights x slots of treatment")]
    offers: Annotated[int, Field("i8", "count", "first appointments offered, repeated ones not counted")]
    wait_days: Annotated[int, Field("i8", "days", "that those who were offered them had waited")]


SERVICE, WORKER, MONTH = record_dtype(Service), record_dtype(Worker), record_dtype(Month)
Services: TypeAlias = Rows[Service]
Workers: TypeAlias = Rows[Worker]
