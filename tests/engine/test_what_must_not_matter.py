"""The order of rows, the hash seed of Python, the number of threads and earlier runs change nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from digest_of_study import digest_of, small_study
from engine_ground import PURCHASES, ROLL, Ground, differing_fields, with_hazards, with_places

ORDERS = ("backwards", "shuffled", "evens first")


def rows_in(order: str, n: int) -> np.ndarray:
    """A permutation of n rows by name."""
    if order == "backwards":
        return np.arange(n)[::-1]
    if order == "shuffled":
        return np.random.default_rng(n).permutation(n)
    return np.concatenate([np.arange(0, n, 2), np.arange(1, n, 2)])


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("harsh", [False, True])
def test_order_of_rows(ground: Ground, order: str, harsh: bool) -> None:
    run_inputs = ground.run_inputs(ground.buying(*PURCHASES, first=40), people=900)
    if harsh:
        run_inputs = with_places(with_hazards(run_inputs, 15.0), 0.2)
    usual = ground.lived(run_inputs, 9)
    moved = ground.world(run_inputs, 9, order=rows_in(order, run_inputs.people))
    assert (moved.people["number"] != usual.people["number"]).any()
    moved.run_to(moved.days)
    by_number = [world.people[np.argsort(world.people["number"])] for world in (usual, moved)]
    assert not (found := differing_fields(*by_number, but=ROLL)), found
    assert not (found := differing_fields(usual.workers, moved.workers)), found
    assert usual.wakes == moved.wakes


def test_hash_seed_of_python(ground: Ground) -> None:
    script = Path(__file__).with_name("digest_of_study.py")
    running = [
        subprocess.Popen(
            [sys.executable, str(script)], env={**os.environ, "PYTHONHASHSEED": seed}, stdout=subprocess.PIPE, text=True
        )
        for seed in ("1", "20250401")
    ]
    printed = [process.communicate()[0].strip() for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert printed == [digest_of(small_study(ground))] * 2


@pytest.mark.parametrize("n_threads", [2, 4])
def test_number_of_threads(ground: Ground, n_threads: int) -> None:
    runs = [(scenario, draw, replicate) for draw in range(2) for scenario in range(5) for replicate in range(2)]
    alone = small_study(ground)
    expected = [alone(*run) for run in runs]
    shared = small_study(ground)
    with ThreadPoolExecutor(n_threads) as threads:
        found = list(threads.map(lambda run: shared(*run), runs))
    for one, other in zip(expected, found, strict=True):
        assert one.numerator.tobytes() == other.numerator.tobytes()
        assert one.denominator.tobytes() == other.denominator.tobytes()
        assert one.person_days == other.person_days


def test_a_run_leaves_its_inputs_as_they_were(ground: Ground) -> None:
    run_inputs = ground.run_inputs("navigators_two_cities", people=300)
    arrays = [
        *(getattr(run_inputs, part) for part in ("traits", "params", "chances", "booked", "journeys", "homeward")),
        *(getattr(run_inputs.staff, part) for part in ("services", "workers", "caps", "service_of_place")),
    ]
    before = [array.tobytes() for array in arrays]
    first = ground.lived(run_inputs, 2)
    second = ground.lived(run_inputs, 2)
    assert [array.tobytes() for array in arrays] == before
    assert not differing_fields(first.people, second.people)


def test_running_day_by_day_is_running_at_once(ground: Ground) -> None:
    run_inputs = ground.run_inputs("handover_with_keyworkers", people=200)
    at_once, by_days = ground.lived(run_inputs, 3), ground.world(run_inputs, 3)
    for day in range(by_days.days):
        by_days.run_to(day + 1)
    assert not differing_fields(at_once.people, by_days.people)
    assert at_once.wakes == by_days.wakes


def test_nothing_happens_beyond_the_horizon(ground: Ground) -> None:
    world = ground.lived(ground.run_inputs(people=100, months=6), 3)
    before = world.people.copy()
    world.run_to(10_000)
    assert world.day == world.days
    assert not differing_fields(world.people, before)


def test_seeds_differ(ground: Ground) -> None:
    run_inputs = ground.run_inputs(people=200)
    one, other = ground.lived(run_inputs, 1), ground.lived(run_inputs, 2)
    assert not set(one.people["stream"].tolist()) & set(other.people["stream"].tolist())
    assert not set(one.workers["stream"].tolist()) & set(other.workers["stream"].tolist())
