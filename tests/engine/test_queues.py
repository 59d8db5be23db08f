"""Queues for navigators and beds: a heap of keys of which only those still held count, and daily offers against their
exact Markov chain. The houses here hold supported places; hubs keep a diary and have no queue (test_hub_diary.py)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.core.compiled import rows
from sim.core.keys import person_of_key, queue_key
from sim.engine.admissions import free_slots, free_worker, is_open, offer_slots
from sim.engine.calendar import Calendar, nobody_booked
from sim.engine.queues import NO_KEY, pop, purge, push
from sim.engine.records import MONTH, SERVICE, WORKER
from sim.engine.state import State
from sim.engine.usage import no_use
from sim.population import processes as P
from sim.population.codes import N_KINDS, SUPPORTED_SERVICE
from sim.population.person import new_people

ALWAYS = 0b1111111
WORKING_WEEK = 0b0011111


class Toy(NamedTuple):
    """Houses of one row of beds each with the people who may queue there."""

    people: np.ndarray[Any, Any]
    services: np.ndarray[Any, Any]
    workers: np.ndarray[Any, Any]
    heap: np.ndarray[Any, Any]
    row_of: np.ndarray[Any, Any]
    calendar: Calendar

    def wait(self, i: int, day: int) -> None:
        """Person i joins the queue of their house."""
        person, s = self.people[i], int(self.people["service"][i, SUPPORTED_SERVICE])
        self.people["joined"][i, SUPPORTED_SERVICE] += 1
        number = person["joined"][SUPPORTED_SERVICE]
        key = queue_key(0, day * 1024, person["stream"], P.SUPPORTED_TIE, int(number), int(person["number"]))
        self.people["key"][i, SUPPORTED_SERVICE] = key
        self.services["waiting"][s] += 1
        push(rows(self.services)[s], self.heap, rows(self.people), self.row_of, key)

    def offer(self, day: int, start_weekday: int = 0) -> None:
        """Every house that is open tomorrow offers its places tonight."""
        people, services, workers = rows(self.people), rows(self.services), rows(self.workers)
        series = rows(np.zeros(1, dtype=MONTH))
        due = np.zeros(len(people), dtype=np.int64)
        state = State(
            people,
            services,
            workers,
            self.heap,
            self.row_of,
            self.calendar,
            due,
            series,
            no_use(day + 1, len(services)),
        )
        for s in range(len(services)):
            if is_open(services[s], day + 1, start_weekday):
                offer_slots(state, s, day)

    def release(self, i: int) -> None:
        """Person i gives the place back."""
        w = int(self.people["worker"][i, SUPPORTED_SERVICE])
        self.people["worker"][i, SUPPORTED_SERVICE] = -1
        self.workers["load"][w] -= 1
        self.services["load"][self.workers["service"][w]] -= 1


def toy(n_services: int, people_each: int, *, cap: int, room: int = 8, days: int = 400) -> Toy:
    """Houses of `cap` beds with people_each people, all of whom may wait."""
    n = n_services * people_each
    people = new_people(n)
    people["number"] = np.arange(n)
    people["stream"] = np.arange(n, dtype=np.uint64) * np.uint64(7919) + np.uint64(1)
    people["service"][:, SUPPORTED_SERVICE] = np.repeat(np.arange(n_services), people_each)
    services, workers = np.zeros(n_services, dtype=SERVICE), np.zeros(n_services, dtype=WORKER)
    services["service_type"] = SUPPORTED_SERVICE
    services["open_days"], services["closes"] = ALWAYS, 1 << 30
    services["first_worker"], services["n_workers"] = np.arange(n_services), 1
    services["heap_room"], services["heap_start"] = room, room * np.arange(n_services)
    workers["service"], workers["cap"], workers["ends"] = np.arange(n_services), cap, 1 << 30
    heap = np.zeros(room * n_services, dtype=np.uint64)
    return Toy(people, services, workers, heap, np.arange(N_KINDS * n), nobody_booked(n, days))


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from("jjjlp"), st.integers(0, 11)), max_size=120))
def test_queue_against_a_sorted_list(steps: list[tuple[str, int]]) -> None:
    """Joining, leaving and taking the first, in any order: the first is always the smallest key still held."""
    world = toy(1, 12, cap=0, room=12 + 3)
    people = world.people["key"]
    for day, (step, i) in enumerate(steps):
        held = people[:, SUPPORTED_SERVICE]
        if step == "j" and held[i] == NO_KEY:
            world.wait(i, day // 3)
        elif step == "l":
            people[i, SUPPORTED_SERVICE] = NO_KEY
        elif step == "p":
            waiting = np.flatnonzero(held != NO_KEY)
            first = int(waiting[np.argmin(held[waiting])]) if waiting.size else -1
            found = pop(rows(world.services)[0], world.heap, rows(world.people), world.row_of)
            assert found == first
            if found >= 0:
                people[found, SUPPORTED_SERVICE] = NO_KEY
        assert world.services["heap_size"][0] <= world.services["heap_room"][0]


def test_people_are_taken_in_the_order_of_priority_then_joining() -> None:
    world = toy(1, 6, cap=0)
    moments = [(1, 10), (0, 30), (0, 20), (2, 5), (0, 25), (1, 9)]
    for i, (priority, moment) in enumerate(moments):
        key = queue_key(priority, moment, world.people["stream"][i], P.SUPPORTED_TIE, 1, i)
        assert person_of_key(key) == i
        world.people["key"][i, SUPPORTED_SERVICE] = key
        push(rows(world.services)[0], world.heap, rows(world.people), world.row_of, key)
    taken = [pop(rows(world.services)[0], world.heap, rows(world.people), world.row_of) for _ in range(7)]
    assert taken == [2, 4, 1, 5, 0, 3, -1]


def test_a_full_queue_drops_stale_entries_and_keeps_the_rest() -> None:
    world = toy(1, 8, cap=0, room=8)
    for i in range(8):
        world.wait(i, 8 - i)
    world.people["key"][[0, 3, 5], SUPPORTED_SERVICE] = NO_KEY
    world.wait(3, 20)  # the queue is full of 8 entries, 3 of them stale
    assert world.services["heap_size"][0] == 6
    taken = [pop(rows(world.services)[0], world.heap, rows(world.people), world.row_of) for _ in range(7)]
    assert taken == [7, 6, 4, 2, 1, 3, -1]


def test_a_queue_of_people_who_all_wait_cannot_take_one_more() -> None:
    world = toy(1, 9, cap=0, room=8)
    for i in range(8):
        world.wait(i, i)
    before = world.heap.copy()
    with pytest.raises(ValueError, match="more people than can wait"):
        world.wait(8, 9)
    assert sorted(world.heap.tolist()) == sorted(before.tolist())


def test_purging_a_queue_that_nobody_holds_empties_it() -> None:
    world = toy(1, 5, cap=0)
    for i in range(5):
        world.wait(i, i)
    world.people["key"] = NO_KEY
    purge(rows(world.services)[0], world.heap, rows(world.people), world.row_of)
    assert world.services["heap_size"][0] == 0


def test_open_days() -> None:
    services = np.zeros(1, dtype=SERVICE)
    services["open_days"], services["opens"], services["closes"] = WORKING_WEEK, 3, 20
    service = rows(services)[0]
    tuesday = 1  # day 0 is a Tuesday, so days 4 and 5 are a weekend
    assert [day for day in range(24) if is_open(service, day, tuesday)] == [3, 6, 7, 8, 9, 10, 13, 14, 15, 16, 17]


def test_worker_is_chosen_among_those_with_room() -> None:
    services, workers = np.zeros(1, dtype=SERVICE), np.zeros(4, dtype=WORKER)
    services["n_workers"] = 4
    workers["cap"], workers["load"] = [2, 2, 2, 2], [2, 0, 1, 0]
    workers["starts"], workers["ends"] = [0, 0, 0, 12], [99, 10, 99, 99]
    service, all_workers = rows(services)[0], rows(workers)
    chosen = {free_worker(service, all_workers, np.uint64(key), 5) for key in range(200)}
    assert chosen == {1, 2} and free_slots(service, all_workers, 5) == 3
    assert {free_worker(service, all_workers, np.uint64(key), 9) for key in range(200)} == {2}  # 1 has left by day 10
    assert {free_worker(service, all_workers, np.uint64(key), 11) for key in range(200)} == {2, 3}
    workers["load"] = 2
    assert free_worker(service, all_workers, np.uint64(5), 5) == -1 and free_slots(service, all_workers, 5) == 0


def test_beds_of_a_house_that_is_closed_tomorrow_are_offered_on_the_eve_of_its_next_open_day() -> None:
    """Day 0 is a Monday: nobody is offered one of two free beds on Friday or Saturday, both are on Sunday, first come
    first served, and they are moved into on Monday."""
    world = toy(1, 3, cap=2)
    world.services["open_days"] = WORKING_WEEK
    for i, day in ((0, 3), (1, 2), (2, 1)):
        world.wait(i, day)
    holders = []
    for day in (4, 5, 6):
        world.offer(day)
        holders.append(np.flatnonzero(world.people["worker"][:, SUPPORTED_SERVICE] >= 0).tolist())
    assert holders == [[], [], [1, 2]]
    assert world.people["bed_day"][[1, 2]].tolist() == world.calendar.wake[[1, 2]].tolist() == [7, 7]
    assert world.services[["load", "waiting"]][0].tolist() == (2, 1) and world.workers["load"][0] == 2


def chain(n: int, cap: int, joins: float, ends: float) -> np.ndarray[Any, Any]:
    """Transition matrix f8[n + 1, n + 1] of people waiting or served after a day's offers.

    Each person served ends with probability `ends`; each who is neither waiting nor served before that joins with
    probability `joins`; then offers fill the places, so that the number tells how many wait.
    """
    matrix = np.zeros((n + 1, n + 1))
    for coverage in range(n + 1):
        served = min(coverage, cap)
        gone = stats.binom.pmf(np.arange(served + 1), served, ends)
        come = stats.binom.pmf(np.arange(n - coverage + 1), n - coverage, joins)
        for left, p in enumerate(gone):
            for new, q in enumerate(come):
                matrix[coverage, coverage - left + new] += p * q
    return matrix


@pytest.mark.parametrize(("n", "cap", "joins", "ends"), [(6, 2, 0.12, 0.25), (5, 1, 0.3, 0.5), (8, 3, 0.05, 0.1)])
def test_daily_offers_against_their_exact_chain(n: int, cap: int, joins: float, ends: float) -> None:
    """People in the system and mean wait after 25 days; fixed luck, odds of a false alarm 1 in 10,000 a check."""
    n_services, n_days = 1500, 25
    stream = np.random.default_rng(n)
    world = toy(n_services, n, cap=cap, room=n + 2)
    place, key = (world.people[name][:, SUPPORTED_SERVICE] for name in ("worker", "key"))
    for day in range(n_days):
        idle = np.flatnonzero((place < 0) & (key == NO_KEY))
        for i in np.flatnonzero((place >= 0) & (stream.random(len(place)) < ends)):
            world.release(int(i))
        for i in idle[stream.random(idle.size) < joins]:
            world.wait(int(i), day)
        world.offer(day)
    inside = np.bincount(inside_of(world, n), minlength=n + 1)
    expected = np.linalg.matrix_power(chain(n, cap, joins, ends), n_days)[0] * n_services
    common = np.append(expected[expected >= 5], expected[expected < 5].sum() + 1e-9)
    seen = np.append(inside[expected >= 5], inside[expected < 5].sum())
    surprise = float(((seen - common) ** 2 / np.maximum(common, 1.0)).sum())
    assert stats.chi2.sf(surprise, len(common) - 1) > 1e-4
    waiting = (np.maximum(np.arange(n + 1) - cap, 0) * expected).sum()
    spread = np.sqrt((np.maximum(np.arange(n + 1) - cap, 0) ** 2 * expected).sum())
    assert abs(world.services["waiting"].sum() - waiting) < 3.9 * spread
    assert (world.workers["load"] == np.minimum(inside_of(world, n), cap)).all()


def inside_of(world: Toy, n: int) -> np.ndarray[Any, Any]:
    """People waiting or served at each house."""
    people = world.people
    inside = (people["worker"][:, SUPPORTED_SERVICE] >= 0) | (people["key"][:, SUPPORTED_SERVICE] != NO_KEY)
    return np.asarray(inside.reshape(-1, n).sum(axis=1))
