"""Services, their named workers or beds, and what services count in a month, as rows.

A service is of one type (sim/population/codes.py) and stands at one site; workers belong to a service. A worker
carries one clock (leaving) in the same fields as a person's clocks, so that the same functions run it. Beds are rows
like workers whom nobody leaves: `cap` is the number of people they hold, below 0 where a cut takes some of today away.
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
    load_counted: Annotated[int, Field("i4", "people", "of these, followed up for the study year")]
    waiting: Annotated[int, Field("i4", "people", "in the queue; of a hub, who wait for a first appointment")]
    heap_start: Annotated[int, Field("i4", "index", "where its queue begins in the heap")]
    heap_room: Annotated[int, Field("i4", "count", "entries for which there is room")]
    heap_size: Annotated[int, Field("i4", "count", "entries, stale ones included")]
    bought: Annotated[int, Field("i4", "0/1", "opened by a lever")]
    by_need: Annotated[int, Field("i4", "0/1", "of those in its queue the highest need that can be seen comes first")]
    quiet_until: Annotated[int, Field("i4", DAY_OF_RUN, "before it no post of the service ends or changes hands")]
    # of a hub (sim/engine/hub_diary.py)
    booked: Annotated[int, Field("i4", "people", "have a first appointment in the diary")]
    first_booked: Annotated[int, Field("i4", "count", "first appointments put in the diary since the study began")]
    first_counted: Annotated[int, Field("i4", "count", "of these, for people followed up for the study year")]
    first_early: Annotated[int, Field("i4", "count", "first appointments, within three weeks of the first release")]
    first_early_counted: Annotated[int, Field("i4", "count", "of these, for people followed up for the study year")]
    team_until: Annotated[int, Field("i4", DAY_OF_RUN, "first day on which the team may be another")]
    own_hours: Annotated[float, Field("f8", "full-time posts", "for people leaving prison alone, scaled as the run is")]
    common_hours: Annotated[float, Field("f8", "full-time posts", "for everybody at the hub, scaled as the run is")]
    held_mean: Annotated[float, Field("f8", "people", "leaving prison held in treatment, smoothed")]
    booked_mean: Annotated[float, Field("f8", "people", "leaving prison booked, smoothed")]
    others: Annotated[float, Field("f8", "people", "everybody else in treatment: a stream, no agents")]
    others_waiting: Annotated[float, Field("f8", "people", "everybody else who waits for a first appointment")]
    others_in: Annotated[float, Field("f8", "people an open day", "everybody else who begins to wait")]
    first_used: Annotated[float, Field("f8", "share", "of the team's time that first appointments take, smoothed")]
    felt_load: Annotated[float, Field("f8", "people a post", "for each of whom a keyworker has time")]
    lead: Annotated[float, Field("f8", "open days", "to the next free first appointment")]
    contact_every: Annotated[float, Field("f8", "working days", "between contacts with each person held")]


class Worker:
    """One worker's post, or some beds. A row with the dtype WORKER."""

    # read of every post of a hub when somebody gets a keyworker, and so side by side
    stream: Annotated[np.uint64, Field("u8", "bits", "stream of the post's random numbers")]
    hours: Annotated[float, Field("f8", "full-time posts", "of a keyworker, scaled as the run is; below 0: cut away")]
    leavers_part: Annotated[float, Field("f8", "share", "of these hours that is for people leaving prison")]
    starts: Annotated[int, Field("i4", DAY_OF_RUN, "first day of the post")]
    ends: Annotated[int, Field("i4", DAY_OF_RUN, "first day on which the post takes nobody any more")]
    pool: Annotated[int, Field("i4", "number", "the pooled post of which the row is the slot at this hub, -1 none")]
    holds: Annotated[int, Field("i4", "0/1", "a pooled post stands at this hub now")]
    # its clock of leaving, and the rest
    rate: Annotated[Cells[int], Field("i8", "ticks a moment", "speed of the clock of leaving", shape=(1,))]
    left: Annotated[Cells[int], Field("i8", "ticks", "threshold still to spend at `since`", shape=(1,))]
    since: Annotated[Cells[int], Field("i4", "moment", "when `left` was settled", shape=(1,))]
    when: Annotated[Cells[int], Field("i4", "moment", "crossing, NEVER when standing still", shape=(1,))]
    n: Annotated[Cells[int], Field("i4", "count", "occurrence of the clock", shape=(1,))]
    service: Annotated[int, Field("i4", "row", "the service that it belongs to")]
    cap: Annotated[int, Field("i4", "people", "whom a navigator or some beds can hold; below 0: beds taken away")]
    load: Annotated[int, Field("i4", "people", "whom it holds")]
    first_held: Annotated[int, Field("i4", "row", "first person on a keyworker's roll (rolls.py), -1 none")]
    paid: Annotated[float, Field("f8", "share", "of the hub's keyworkers who are paid to stay")]
    left_on: Annotated[int, Field("i4", DAY_OF_RUN, "day on which the post last changed hands")]
    bought: Annotated[int, Field("i4", "0/1", "a post or bed that a lever has bought")]
    departures: Annotated[int, Field("i4", "count", "times the post changed hands")]
    trust_start: Annotated[float, Field("f8", "0-1", "start value of trust with the present worker")]


class Month:
    """What the services of treatment count in a month of the study, everybody included. A row with the dtype MONTH."""

    waiting_days: Annotated[int, Field("i8", "person-days", "nights x people who wait for a first appointment")]
    held_days: Annotated[int, Field("i8", "person-days", "nights x people held in treatment")]
    load_days: Annotated[float, Field("f8", "people a post x person-days", "the load that they share, added up")]
    interval_days: Annotated[float, Field("f8", "open days x person-days", "between their contacts, added up")]
    post_days: Annotated[float, Field("f8", "post-days", "nights x full-time keyworkers at the hubs")]
    first_hours: Annotated[float, Field("f8", "post-days", "of these taken by first appointments")]
    bookings: Annotated[int, Field("i8", "count", "first appointments put in a diary, repeated ones included")]
    lead_days: Annotated[int, Field("i8", "open days", "from the list to these appointments")]
    offers: Annotated[int, Field("i8", "count", "first appointments offered, repeated ones not counted")]
    wait_days: Annotated[int, Field("i8", "days", "that those who were offered them had waited")]


SERVICE, WORKER, MONTH = record_dtype(Service), record_dtype(Worker), record_dtype(Month)
Services: TypeAlias = Rows[Service]
Workers: TypeAlias = Rows[Worker]
