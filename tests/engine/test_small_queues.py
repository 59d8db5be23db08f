"""Runs of few people overstate waits, and by how much is known (tests/engine/small_queues.py prints the table); how
many first appointments a hub offers in the long run."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from engine_ground import Ground, start_again, with_numbers
from small_queues import SIZES, TODAY, Bias, biases

from sim.outcomes.small_runs import LESS_ENGAGED, LONGER_WAITS, less_engaged, longer_waits

# Bias as a share of the whole region's value, at the reference draw: stated, not wanted.
STATED = {
    (TODAY, "wait_days_mean"): {size: LONGER_WAITS[size] for size in SIZES},
    (TODAY, "engaged_within_3_weeks"): {200: -0.234, 500: -0.093, 1000: -0.032},
    (TODAY, "treatment_days"): {200: -0.10, 500: -0.038, 1000: -0.014},
    (TODAY, "first_night_rough"): {200: 0.023, 500: 0.019, 1000: 0.009},
    ("keyworkers", "engaged_within_3_weeks"): {200: 7.0, 500: 3.9, 1000: 1.54},
    ("inreach_worker", "engaged_within_3_weeks"): {200: -0.43, 500: -0.21, 1000: -0.10},
    ("booked_before_release", "engaged_within_3_weeks"): {200: -0.08, 500: -0.01, 1000: 0.0},
}


@pytest.fixture(scope="module")
def found(ground: Ground) -> dict[tuple[int, str, str], Bias]:
    return {(b.people, b.lever, b.measure): b for b in biases(ground, full_seeds=16)}


@pytest.mark.slow
@pytest.mark.parametrize(("lever", "measure"), STATED)
def test_the_bias_of_small_runs_is_the_stated_one(
    found: dict[tuple[int, str, str], Bias], lever: str, measure: str
) -> None:
    """Within a fifth of what is stated, 2 points of a percent, and 3.9 standard errors (odds below 1 in 10,000)."""
    for people, stated in STATED[lever, measure].items():
        b = found[people, lever, measure]
        allowed = (0.2 * abs(stated) + 0.02) * abs(b.full) + 3.9 * b.error
        assert abs(b.bias - stated * b.full) < allowed, b


@pytest.mark.slow
def test_what_the_page_says_of_small_runs(found: dict[tuple[int, str, str], Bias]) -> None:
    """Points of engagement as the report tells them, within half a point and 3.9 standard errors."""
    for people in SIZES:
        b = found[people, TODAY, "engaged_within_3_weeks"]
        assert abs(b.bias + LESS_ENGAGED[people]) < 0.005 + 3.9 * b.error, b


def test_between_the_sizes_measured() -> None:
    assert longer_waits(50) == LONGER_WAITS[200] and longer_waits(5000) == 0.0
    assert LONGER_WAITS[1000] < longer_waits(700) < LONGER_WAITS[500]
    assert less_engaged(500) == LESS_ENGAGED[500] > less_engaged(600) > LESS_ENGAGED[1000]


@pytest.mark.slow
def test_the_smaller_the_run_the_longer_its_waits(found: dict[tuple[int, str, str], Bias]) -> None:
    waits = [found[people, TODAY, "wait_days_mean"] for people in SIZES]
    assert waits[0].value > waits[1].value > waits[2].value > waits[2].full
    assert all(b.bias > 10 * b.error for b in waits)


@pytest.mark.parametrize("slots", [0.3, 0.51, 0.9, 1.02, 1.5, 1.9, 3.1])
def test_a_hub_with_a_long_queue_offers_all_of_its_slots(ground: Ground, slots: float) -> None:
    """Everybody waits from one day on at one hub with room for all, open daily: slots x days appointments,
    a tenth allowed."""
    places, people, days = 100_000, 300, 60
    quiet = dict.fromkeys(("recall", "reoffence", "death_base", "overdose_base", "referral_can_be_lost"), 0.0)
    run_inputs = with_numbers(ground.run_inputs(people=people), quiet | {"delay_mean_beyond_1": 0.0})
    services = run_inputs.staff.services.copy()
    services["contacts_per_slot"], services["open_days"] = slots / places, 0b1111111
    staff = dataclasses.replace(run_inputs.staff, services=services)
    world = ground.world(dataclasses.replace(run_inputs, staff=staff), 1)
    p = world.people
    p["first_release"] = p["custody_until"] = 1
    p["home"] = np.flatnonzero(ground.model_area.hub_of_place == 0)[0]
    world.heap = np.zeros(len(world.heap) + people * len(services), dtype=np.uint64)
    world.services["heap_room"], world.services["heap_start"] = people, people * np.arange(len(services))
    start_again(world)
    world.people["open_days"] = 0b1111111
    world.workers["cap"] = 0
    world.workers["cap"][world.services["first_worker"][0]] = places
    world.run_to(10)
    before = int(world.people["offers"].sum())
    world.run_to(10 + days)
    assert world.services["waiting"][0] > 20
    met = int(world.people["offers"].sum()) - before
    assert abs(met - slots * days) < 0.1 * slots * days
