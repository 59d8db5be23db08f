"""Runs of few people give the engagement, the waits and the gains of the whole region (small_runs.py prints the table).

What comes out otherwise is stated: hubs of a few people are uneven, so the load that people share, the days between
contacts and the lead to a first appointment come out somewhat higher; and who asks at a hub of few seldom meets anybody
who asked before, so waits come out a little shorter.
"""

from __future__ import annotations

import pytest
from engine_ground import Ground
from small_runs import GAINS, LEVERS, SIZES, TODAY, Bias, biases

SIGMAS = 3.9  # odds of a false alarm below 1 in 10,000 a check
ENGAGED, WAIT = "engaged_within_3_weeks", "wait_days_mean"

# Bias as a share of the whole region's value, at the reference draw.
STATED = {
    "people_per_keyworker_mean": {150: 0.115, 200: 0.085, 500: 0.027, 1000: 0.008},
    "contact_interval_mean": {150: 0.120, 200: 0.089, 500: 0.029, 1000: 0.009},
    "first_appointment_lead_mean": {150: 0.084, 200: 0.061, 500: 0.020, 1000: 0.008},
}

Biases = dict[tuple[int, str, str], Bias]


@pytest.fixture(scope="module")
def every_size(ground: Ground) -> Biases:
    return {(b.people, b.lever, b.measure): b for b in biases(ground, full_seeds=16)}


def assert_near(b: Bias) -> None:
    """Engagement within a hundredth, waits within a twentieth of those of the whole region, and the errors."""
    allowed = 0.01 if b.measure == ENGAGED else 0.05 * b.full
    assert abs(b.bias) < allowed + SIGMAS * b.error, b


def test_a_run_of_150_people_gives_engagement_and_waits_of_the_whole_region(ground: Ground) -> None:
    small = [b for b in biases(ground, full_seeds=5, sizes=(150,), levers=()) if b.measure in (ENGAGED, WAIT)]
    assert len(small) == 2
    for b in small:
        assert_near(b)
        assert b.error < 0.02 * b.full  # so that a bias of a tenth is seen


@pytest.mark.slow
@pytest.mark.parametrize("people", SIZES)
def test_engagement_and_waits_at_every_size(every_size: Biases, people: int) -> None:
    for measure in (ENGAGED, WAIT):
        assert_near(every_size[people, TODAY, measure])


@pytest.mark.slow
@pytest.mark.parametrize("people", SIZES)
@pytest.mark.parametrize("lever", LEVERS)
def test_what_levers_add_is_what_they_add_in_the_whole_region(every_size: Biases, lever: str, people: int) -> None:
    """To engagement within the errors; to waits, of which keyworkers take less where hubs are small, within a twentieth
    of a day as well."""
    for measure in GAINS:
        b = every_size[people, lever, measure]
        assert abs(b.bias) < SIGMAS * b.error + (0.05 if measure == WAIT else 0.0), b


@pytest.mark.slow
@pytest.mark.parametrize("measure", STATED)
def test_what_is_higher_in_small_runs_is_as_high_as_stated(every_size: Biases, measure: str) -> None:
    """Within a fifth of what is stated, half a percent, and the errors; and the smaller the run, the higher."""
    by_size = [every_size[people, TODAY, measure] for people in SIZES]
    for b in by_size:
        stated = STATED[measure][b.people]
        assert abs(b.bias - stated * b.full) < (0.2 * stated + 0.005) * b.full + SIGMAS * b.error, b
    assert [b.bias for b in by_size] == sorted((b.bias for b in by_size), reverse=True)
