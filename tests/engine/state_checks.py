"""What holds in every world at every dawn, as small named checks; each gives the problems it finds, in words.

Written from the meaning of the fields, without a function of the package: a rule and its check share no fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from bed_checks import wrong_in_beds
from trait_checks import wrong_by_disadvantage

from sim.core.days import FOLLOW_UP_DAYS, MOMENTS_PER_DAY, NEVER
from sim.engine.world import World
from sim.population.codes import (
    BAND_ENDS,
    CAS3_SERVICE,
    COMMUNITY,
    CUSTODY,
    DEAD,
    FOLLOWED_UP,
    HIDDEN,
    HOUSING,
    IN_TREATMENT,
    N_SERVICE_TYPES,
    NAVIGATOR_SERVICE,
    NO_OST,
    NO_TREATMENT,
    NOT_YET_RELEASED,
    OPIATE_NO_CRACK,
    OTHER_CAUSE,
    RESIDENTIAL,
    ROUGH,
    STATUSES,
    SUICIDE,
    TREATMENT_SERVICE,
    WAITING,
)
from sim.population.processes import N_CLOCKS, OTHER_DEATH

Array = np.ndarray[Any, Any]


def _told(world: World, wrong: Array, words: str) -> Iterator[str]:
    if wrong.any():
        numbers = world.people["number"][np.flatnonzero(wrong)[:5]].tolist()
        yield f"dawn of day {world.day}: {int(wrong.sum())} people {words}, such as {numbers}"


def codes_are_known(world: World) -> Iterator[str]:
    """Everybody is in exactly one of the places and one of the kinds of housing."""
    p = world.people
    yield from _told(world, (p["status"] < 0) | (p["status"] >= len(STATUSES)), "are in no known place")
    yield from _told(world, (p["housing"] < 0) | (p["housing"] >= len(HOUSING)), "live in no known housing")
    yield from _told(world, (p["first_release"] >= world.day) != (p["status"] == NOT_YET_RELEASED), "left unbooked")
    opiate = p["need"] <= OPIATE_NO_CRACK
    yield from _told(world, (p["ost"] != NO_OST) & ~opiate, "are on OST without an opiate need")
    over = p["first_release"].astype(np.int64) + FOLLOW_UP_DAYS < world.day
    yield from _told(world, over & ~np.isin(p["status"], (DEAD, FOLLOWED_UP)), "are followed beyond a year")
    yield from _told(world, (p["status"] == DEAD) != (p["death_day"] < NEVER), "are dead without a day or the reverse")
    yield from _told(world, (p["status"] == DEAD) != (p["death_cause"] > 0), "are dead without a cause or the reverse")
    poisoned = (p["died_in_custody"] > 0) & ~np.isin(p["death_cause"], (OTHER_CAUSE, SUICIDE))
    yield from _told(world, poisoned, "died in custody and of no cause there is in it")


def custody_ends_what_it_ends(world: World) -> Iterator[str]:
    """People in custody are in no treatment and on no list of a hub; a navigator's place is theirs on the eve alone."""
    p = world.people
    inside = p["status"] == CUSTODY
    yield from _told(world, inside & (p["treatment"] != NO_TREATMENT), "are in custody and in treatment")
    yield from _told(world, inside & (p["ost"] != NO_OST), "are in custody with a community prescription")
    yield from _told(world, inside & (p["using"] != 0), "use in custody")
    yield from _told(world, inside & (p["custody_until"] < world.day), "were to be released before")
    of_death = np.arange(N_CLOCKS) == OTHER_DEATH
    yield from _told(world, inside & (p["rate"][:, ~of_death] != 0).any(axis=1), "have a clock running in custody")
    eve = p["custody_until"] == world.day
    for service_type in range(N_SERVICE_TYPES):
        held = (p["worker"][:, service_type] >= 0) | (p["key"][:, service_type] != 0)
        waits_for_release = eve & (service_type in (NAVIGATOR_SERVICE, CAS3_SERVICE))
        yield from _told(world, inside & held & ~waits_for_release, f"hold a place of line {service_type} in custody")
    appointed = np.minimum(p["appointment_day"], np.minimum(p["contact_day"], p["ready_day"])) < NEVER
    yield from _told(world, inside & appointed, "have an appointment outside while in custody")


def treatment_has_a_worker(world: World) -> Iterator[str]:
    """In treatment: a worker and a next contact. Waiting: exactly one of a day to join the list and an appointment."""
    p = world.people
    free = np.isin(p["status"], (COMMUNITY, RESIDENTIAL))
    held = p["worker"][:, TREATMENT_SERVICE] >= 0
    yield from _told(world, p["key"][:, TREATMENT_SERVICE] != 0, "queue at a hub, which has a diary")
    treated, waiting = free & (p["treatment"] == IN_TREATMENT), free & (p["treatment"] == WAITING)
    yield from _told(world, treated & ~held, "are in treatment without a worker")
    coming = (p["contact_day"] >= world.day) & (p["contact_day"] < NEVER) | (p["status"] == RESIDENTIAL)
    yield from _told(world, treated & ~coming, "are in treatment without a next contact")
    yield from _told(world, free & (p["treatment"] == NO_TREATMENT) & held, "hold a place for nothing")
    appointed = held & (p["appointment_day"] < NEVER) & (p["appointment_day"] >= world.day)
    to_join = (p["ready_day"] < NEVER) & (p["ready_day"] >= world.day)
    ways = appointed.astype(int) + to_join.astype(int)
    yield from _told(world, waiting & (ways != 1), "wait in no way or in several")
    on_ost = free & (p["ost"] != NO_OST)
    prescribed = (p["script_until"] >= world.day) & (p["script_until"] < NEVER)
    yield from _told(world, on_ost & (treated == prescribed), "are on OST from no prescriber or from two")
    outside = (p["trust"] < 0.0) | (p["trust"] > 1.0) | ~(p["trust_ratio"] > 0.0)
    yield from _told(world, outside, "trust outside 0 to 1")


def days_of_the_week_are_kept(world: World) -> Iterator[str]:
    """Nobody is released again at a weekend, nobody has an appointment or a contact on a day when the hub is closed."""
    p, start = world.people, world.run_inputs.start_weekday
    again = (p["releases"] > 1) & (p["latest_release"] < NEVER)
    yield from _told(world, again & ((p["latest_release"] + start) % 7 >= 5), "were released at a weekend")
    open_days = p["open_days"]
    for name in ("appointment_day", "contact_day"):
        closed = ((open_days >> ((p[name] + start) % 7)) & 1) == 0
        yield from _told(world, (p[name] < NEVER) & closed, f"are to come on a closed day ({name})")


def the_gone_hold_nothing(world: World) -> Iterator[str]:
    """Dead or followed up: no place, no queue, no booking, no clock."""
    p = world.people
    gone = np.isin(p["status"], (DEAD, FOLLOWED_UP))
    yield from _told(world, gone & (p["worker"] >= 0).any(axis=1), "are gone and hold a place")
    yield from _told(world, gone & (p["key"] != 0).any(axis=1), "are gone and wait")
    yield from _told(world, gone & (world.calendar.wake >= 0), "are gone and booked")
    yield from _told(world, gone & (p["rate"] != 0).any(axis=1), "are gone with a clock running")


def places_add_up(world: World) -> Iterator[str]:
    """Loads of workers and services and lengths of queues are those of the people's rows; nobody is over capacity."""
    p, services, workers = world.people, world.services, world.workers
    load = np.zeros(len(workers), dtype=np.int64)
    for service_type in range(N_SERVICE_TYPES):
        held = p["worker"][:, service_type]
        load += np.bincount(held[held >= 0], minlength=len(workers))
        wrong = (held >= 0) & (services["service_type"][workers["service"][held]] != service_type)
        yield from _told(world, wrong, f"hold a place of another line than {service_type}")
    if (load != workers["load"]).any():
        yield f"dawn of day {world.day}: workers hold {load.tolist()} people, not {workers['load'].tolist()}"
    hub = services["service_type"] == TREATMENT_SERVICE
    over = (workers["load"] > np.maximum(workers["cap"], 0)) & ~hub[workers["service"]]
    if over.any():
        yield f"dawn of day {world.day}: {int(over.sum())} workers hold too many"
    beds = (services["service_type"][workers["service"]] == CAS3_SERVICE) & (workers["starts"] <= world.day)
    beds &= world.day < workers["ends"]
    new = (p["worker"][:, CAS3_SERVICE] >= 0) & np.isin(p["status"], (NOT_YET_RELEASED, CUSTODY))
    if new.any() and workers["load"][beds].sum() > workers["cap"][beds].sum():
        yield f"dawn of day {world.day}: {int(new.sum())} people move into short-stay beds that a cut has taken away"
    of_service = np.bincount(workers["service"], weights=workers["load"], minlength=len(services))
    if (of_service != services["load"]).any():
        yield f"dawn of day {world.day}: services hold {of_service.tolist()}, not {services['load'].tolist()}"
    for s, service in enumerate(services):
        service_type = int(service["service_type"])
        if service_type == TREATMENT_SERVICE:
            continue
        waiting = (p["key"][:, service_type] != 0) & (p["service"][:, service_type] == s)
        if waiting.sum() != service["waiting"]:
            yield f"dawn of day {world.day}: {int(waiting.sum())} wait at {s}, not {service['waiting']}"
        start, size = int(service["heap_start"]), int(service["heap_size"])
        heap = world.heap[start : start + size]
        if np.unique(heap).size != size or not np.isin(p["key"][waiting, service_type], heap).all():
            yield f"dawn of day {world.day}: the queue of {s} holds an entry twice or lacks one"
        if size > service["heap_room"] or (size > 1 and (heap[(np.arange(1, size) - 1) // 2] > heap[1:]).any()):
            yield f"dawn of day {world.day}: the queue of {s} is no heap"
    both = (p["worker"] >= 0) & (p["key"] != 0)
    yield from _told(world, both.any(axis=1), "hold a place and wait for one in the same line")


def diaries_add_up(world: World) -> Iterator[str]:
    """Who is booked at a hub and who waits there are those of the people's rows; its team is that of the posts."""
    p, services, workers = world.people, world.services, world.workers
    booked = p["appointment_day"] < NEVER
    waits = (p["treatment"] == WAITING) & (p["status"] == COMMUNITY)
    yield from _told(world, booked != (p["is_booked"] == 1), "are booked and not counted or the reverse")
    yield from _told(world, waits != (p["is_waiting"] == 1), "wait and are not counted or the reverse")
    hub = p["service"][:, TREATMENT_SERVICE]
    for s in np.flatnonzero(services["service_type"] == TREATMENT_SERVICE):
        service = services[s]
        for name, there in (("booked", booked), ("waiting", waits)):
            n = int((there & (hub == s)).sum())
            if n != service[name]:
                yield f"dawn of day {world.day}: hub {s} counts {service[name]} {name} people of {n}"
        numbers = ("own_hours", "common_hours", "others", "others_waiting", "lead", "contact_every", "felt_load")
        if not all(np.isfinite(service[name]) and service[name] >= 0.0 for name in numbers):
            yield f"dawn of day {world.day}: hub {s} has a number below 0 or none"
        rows = (workers["service"] == s) & (workers["starts"] <= world.day) & (world.day < workers["ends"])
        rows &= (workers["pool"] < 0) | (workers["holds"] == 1)
        total = float(workers["hours"][rows].sum())
        if service["team_until"] > world.day and total > 0.0:
            team = float(service["own_hours"] + service["common_hours"])
            if abs(team - total) > 1e-9 * max(1.0, total):
                yield f"dawn of day {world.day}: the team of hub {s} has {team} posts, not {total}"


def durations_add_up(world: World) -> Iterator[str]:
    """Time rough, in treatment and in custody fits into the time since the first release; counts fit together."""
    p = world.people
    since = (p["settled_at"].astype(np.int64) - p["first_release"].astype(np.int64) * MOMENTS_PER_DAY).clip(0)
    rough, custody = (p[name].sum(axis=1, dtype=np.int64) for name in ("rough_moments", "custody_moments"))
    starts = np.array([0, *BAND_ENDS[:-1]]) * MOMENTS_PER_DAY
    in_band = np.minimum(since[:, None] - starts, np.diff([0, *BAND_ENDS]) * MOMENTS_PER_DAY).clip(0)
    too_long = (p["rough_moments"] + p["custody_moments"] > in_band).any(axis=1)
    yield from _told(world, too_long, "spent more time in a band than it has")
    free = np.isin(p["status"], (COMMUNITY, RESIDENTIAL)) & ~np.isin(p["housing"], (ROUGH, HIDDEN))
    yield from _told(world, free & (p["street_days"] != 0), "have days on the street in a home")
    yield from _told(world, p["settled_at"] > world.day * MOMENTS_PER_DAY, "are settled ahead of time")
    yield from _told(world, rough + custody + p["hidden_moments"] > since, "spent more time than there was")
    yield from _told(world, p["treatment_moments"] + custody > since, "were treated in custody")
    using = p["using_treated_moments"].astype(np.int64) + p["using_untreated_moments"]
    yield from _told(world, using + custody + p["residential_moments"] > since, "used inside")
    parts = ("waiting_moments", "residential_moments", "treatment_moments", "hidden_moments", "street_days")
    less = np.any([p[name] < 0 for name in parts], axis=0) | (p["rough_moments"] < 0).any(axis=1)
    yield from _told(world, less | (p["custody_moments"] < 0).any(axis=1), "spent negative time")
    yield from _told(world, p["residential_moments"] > p["treatment_moments"], "lived in, untreated")
    yield from _told(world, (p["releases"] == 0) != (p["status"] == NOT_YET_RELEASED), "have miscounted releases")
    yield from _told(
        world, p["recalls"] > (p["releases"] - (p["status"] == COMMUNITY)).clip(0), "were recalled more than released"
    )
    yield from _told(world, (p["recalls"] > 0) != (p["first_recall"] < NEVER), "have a recall without a day")
    yield from _told(world, (custody > 0) & (p["custody_since"] >= NEVER), "were inside, no one knows when")
    deaths = [p[f"expected_{name}"] for name in ("drug_deaths", "suicides", "other_deaths", "custody_deaths")]
    expected = [p["expected_overdoses"][:, None], *deaths]
    wrong = np.any([(~(part >= 0.0) | ~np.isfinite(part)).any(axis=1) for part in expected], axis=0)
    yield from _told(world, wrong, "expect fewer than no events")
    first = np.minimum.reduce([p[name] for name in ("first_use", "first_engaged", "first_recall", "first_reoffence")])
    yield from _told(world, first < p["first_release"], "did something before the first release")


def clocks_are_whole(world: World) -> Iterator[str]:
    """Every clock has ticks left, stands at its own crossing, and none has run out in the days lived."""
    p = world.people
    rate, left = p["rate"], p["left"]
    yield from _told(world, (rate < 0).any(axis=1) | (left < 1).any(axis=1), "have a clock with nothing left to spend")
    crossing = p["since"].astype(np.int64) + (left - 1) // np.maximum(rate, 1)
    due = np.where(rate == 0, NEVER, np.minimum(crossing, NEVER))
    yield from _told(world, (due != p["when"]).any(axis=1), "have a clock that stands elsewhere than it says")
    yield from _told(world, (p["when"] < world.day * MOMENTS_PER_DAY).any(axis=1), "have slept through a clock")
    assert rate.shape[1] == N_CLOCKS


def calendar_is_whole(world: World) -> Iterator[str]:
    """Everybody still to live is booked once, no later than the next thing that will happen; the lists hold them."""
    p = world.people
    alive = ~np.isin(p["status"], (DEAD, FOLLOWED_UP))
    first = p["when"].min(axis=1) // MOMENTS_PER_DAY
    booked = (
        "custody_until", "script_until", "appointment_day", "contact_day", "navigator_until", "ready_day", "cas3_until",
        "residential_until", "bed_day",
    )  # fmt: skip
    for name in booked:
        first = np.minimum(first, np.where(p[name] >= world.day, p[name], NEVER))
    first = np.minimum(first, p["first_release"].astype(np.int64) + FOLLOW_UP_DAYS)
    needed = alive & (first < world.days)
    calendar = world.calendar
    late = needed & ((calendar.wake < world.day) | (calendar.wake > first))
    yield from _told(world, late, "are booked later than the next thing that happens to them")
    listed = np.zeros(len(p), dtype=np.int64)
    for day, block in np.argwhere(calendar.first >= 0):
        before, i = -1, int(calendar.first[day, block])
        while i >= 0:
            listed[i] += 1
            if calendar.wake[i] != day or calendar.before[i] != before or listed[i] > 1:
                yield f"dawn of day {world.day}: the list of day {day} is broken at row {i}"
                return
            before, i = i, int(calendar.following[i])
    yield from _told(world, listed != (calendar.wake >= 0), "are booked and not listed or the reverse")
    stale = (calendar.wake >= 0) & (calendar.wake < world.day)
    yield from _told(world, stale, "are booked for a day gone by")


def rolls_are_whole(world: World) -> Iterator[str]:
    """Each keyworker's roll holds the people held, once, and nobody else."""
    p, workers = world.people, world.workers
    on_roll = np.full(len(p), -1, dtype=np.int64)
    for w, first in enumerate(workers["first_held"]):
        before, i = -1, int(first)
        while i >= 0:
            if on_roll[i] >= 0 or p["held_before"][i] != before:
                yield f"dawn of day {world.day}: the roll of worker {w} is broken at row {i}"
                return
            on_roll[i] = w
            before, i = i, int(p["held_after"][i])
    yield from _told(world, on_roll != p["worker"][:, TREATMENT_SERVICE], "are on another roll than their keyworker's")


CHECKS: tuple[Callable[[World], Iterator[str]], ...] = (
    codes_are_known,
    custody_ends_what_it_ends,
    treatment_has_a_worker,
    days_of_the_week_are_kept,
    the_gone_hold_nothing,
    places_add_up,
    diaries_add_up,
    rolls_are_whole,
    durations_add_up,
    clocks_are_whole,
)


def problems(world: World, *, calendar: bool = True) -> list[str]:
    """Everything wrong with a world; calendar: also the bookings, which nobody keeps while everybody wakes daily."""
    checks = (*CHECKS, calendar_is_whole) if calendar else CHECKS
    by_person = (*wrong_in_beds(world), *wrong_by_disadvantage(world))
    of_people = [found for wrong, words in by_person for found in _told(world, wrong, words)]
    return [found for check in checks for found in check(world)] + of_people
