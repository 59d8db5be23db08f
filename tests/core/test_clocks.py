"""Clocks in whole ticks: what they refuse, when they ring, and that settling them early or late moves nothing."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim.core.clocks import (
    LARGEST_RATE,
    TICKS_PER_MOMENT_AND_DAILY_HAZARD,
    change_rate,
    crossing,
    restart,
    set_hazard,
    start_clocks,
    ticks,
)
from sim.core.compiled import rows
from sim.core.days import NEVER
from sim.core.keys import stream_of, threshold_ticks
from sim.population.person import new_people
from sim.population.processes import N_CLOCKS

STEADY = settings(deadline=None, derandomize=True)  # the first call compiles; the same examples each time

CLOCK = 3
MOST_LEFT = 1 << 62

moments = st.integers(0, 800_000)
lefts = st.integers(1, MOST_LEFT)
rates = st.one_of(st.integers(0, 50), st.integers(0, LARGEST_RATE))
hazards = st.one_of(
    st.sampled_from([0.0, 5e-324, math.inf, 1024.0]),
    st.floats(0.0, 1.0),
    st.floats(0.0, 1e6),
)


def wound(number: int = 7, t: int = 0) -> Any:
    """A row whose clocks hold their first thresholds and stand still."""
    row = rows(new_people(1))[0]
    row["stream"] = stream_of(np.uint64(11), number)
    start_clocks(row, N_CLOCKS, t)
    return row


def running(left: int, rate: int, since: int) -> Any:
    """A row whose clock CLOCK has `left` ticks to spend at `rate` from `since`."""
    row = wound()
    row["left"][CLOCK], row["rate"][CLOCK], row["since"][CLOCK] = left, rate, since
    row["when"][CLOCK] = crossing(since, left, rate)
    return row


def state(row: Any) -> tuple[int, ...]:
    """The clock's five numbers: rate, left, since, when, n."""
    return tuple(int(row[name][CLOCK]) for name in ("rate", "left", "since", "when", "n"))


@pytest.mark.parametrize("hazard", [math.nan, -1e-300, -0.5, -math.inf])
def test_a_hazard_that_is_negative_or_no_number_is_refused(hazard: float) -> None:
    with pytest.raises(ValueError, match="negative or not a number"):
        ticks(hazard)


def test_hazards_become_ticks_a_moment() -> None:
    # One unit of hazard is 2^56 ticks and a day 1,024 moments: a hazard of 1 a day is 2^46 ticks a moment.
    assert ticks(1.0) == 2**46
    assert ticks(0.0) == 0
    assert ticks(-0.0) == 0
    assert ticks(2.0**-46) == 1
    assert ticks(2.0**-48) == 0  # a quarter of a tick rounds to none
    assert ticks(math.inf) == LARGEST_RATE == 2**61
    assert ticks(1e300) == LARGEST_RATE


@STEADY
@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_a_higher_hazard_never_has_fewer_ticks(a: float, b: float) -> None:
    low, high = min(a, b), max(a, b)
    assert 0 <= ticks(low) <= ticks(high)
    assert abs(ticks(high) - high * TICKS_PER_MOMENT_AND_DAILY_HAZARD) <= 0.5


def test_an_infinite_hazard_rings_at_once_and_infinity_times_no_time_is_nothing() -> None:
    row = wound()
    set_hazard(row, CLOCK, math.inf, 50)
    # At most 2^62 ticks are left and 2^61 are spent a moment: moment 50 or 51.
    assert int(row["when"][CLOCK]) in (50, 51)
    left = int(row["left"][CLOCK])
    set_hazard(row, CLOCK, 0.0, 50)  # changed back before any time has passed
    assert int(row["left"][CLOCK]) == left
    assert int(row["when"][CLOCK]) == NEVER
    assert int(row["n"][CLOCK]) == 0


@STEADY
@given(lefts, rates, moments)
def test_a_clock_rings_in_the_first_moment_that_spends_all_its_ticks(left: int, rate: int, since: int) -> None:
    when = crossing(since, left, rate)
    if when == NEVER:
        assert rate == 0 or since + (left - 1) // rate >= NEVER
        return
    assert rate * (when - since + 1) >= left
    assert rate * (when - since) < left


def test_a_threshold_that_is_a_whole_multiple_of_the_rate() -> None:
    # 30 ticks at 10 a moment are spent at the end of the third moment, 2, not at the start of a fourth.
    row = running(30, 10, 0)
    assert state(row) == (10, 30, 0, 2, 0)
    change_rate(row, CLOCK, 10, 2)  # settled at its start: ten ticks are left for moment 2
    assert state(row) == (10, 10, 2, 2, 0)
    row = running(30, 10, 0)
    change_rate(row, CLOCK, 1, 2)  # slowed from moment 2: ten ticks at one a moment, 2..11
    assert state(row) == (1, 10, 2, 11, 0)


def test_a_clock_that_ran_out_in_the_moment_just_gone_is_still_due() -> None:
    row = running(30, 10, 0)
    change_rate(row, CLOCK, 1, 3)  # it ran out in moment 2; the new rate does not take that back
    rate, left, since, when, n = state(row)
    assert (rate, when, n) == (1, 2, 0)
    assert (left, since) == (30, 0)


def test_risk_removed_in_the_very_moment_of_ringing_draws_the_next_occurrence() -> None:
    row = running(30, 10, 0)
    set_hazard(row, CLOCK, 0.0, 3)
    assert state(row) == (0, threshold_ticks(row["stream"], CLOCK, 1), 3, NEVER, 1)


def test_an_unchanged_hazard_writes_nothing() -> None:
    row = wound()
    set_hazard(row, CLOCK, 0.01, 5)
    before = row.tobytes()
    set_hazard(row, CLOCK, 0.01, 500)
    assert row.tobytes() == before


def test_restart_draws_the_next_threshold_at_the_same_rate() -> None:
    row = running(30, 10, 0)
    restart(row, CLOCK, 3)
    left = threshold_ticks(row["stream"], CLOCK, 1)
    assert state(row) == (10, left, 3, 3 + (left - 1) // 10 if 3 + (left - 1) // 10 < NEVER else NEVER, 1)
    set_hazard(row, CLOCK, 0.5, 3)
    restart(row, CLOCK, 900)
    left = threshold_ticks(row["stream"], CLOCK, 2)
    assert state(row) == (2**45, left, 900, 900 + (left - 1) // 2**45, 2)


def test_winding_gives_every_clock_its_first_threshold_and_no_speed() -> None:
    row = wound(t=77)
    for c in range(N_CLOCKS):
        assert int(row["left"][c]) == threshold_ticks(row["stream"], c, 0)
        assert [int(row[name][c]) for name in ("rate", "since", "when", "n")] == [0, 77, NEVER, 0]
    assert len(set(row["left"].tolist())) == N_CLOCKS


@STEADY
@given(lefts, rates, moments, st.lists(st.integers(0, 400_000), max_size=8))
@example(30, 10, 0, [1, 2])
@example(MOST_LEFT, LARGEST_RATE, 0, [1])
def test_settling_at_any_moments_leaves_the_crossing_where_it_was(
    left: int, rate: int, since: int, splits: list[int]
) -> None:
    row = running(left, rate, since)
    when = int(row["when"][CLOCK])
    for t in sorted(since + split for split in splits):
        if t <= when:
            change_rate(row, CLOCK, rate, t)
            assert int(row["when"][CLOCK]) == when
            assert int(row["left"][CLOCK]) == left - rate * (t - since) >= 1


def ring(path: list[tuple[int, float]], number: int) -> int:
    """Moment of the first ring of a clock that runs at each hazard from its moment on."""
    row = wound(number)
    for t, hazard in path:
        if int(row["when"][CLOCK]) < t:
            break
        set_hazard(row, CLOCK, hazard, t)
    return int(row["when"][CLOCK])


@settings(STEADY, max_examples=150)
@given(
    st.lists(st.tuples(st.integers(0, 300_000), hazards, hazards), min_size=1, max_size=8, unique_by=lambda x: x[0]),
    st.integers(0, 1000),
)
def test_a_lower_hazard_never_rings_earlier(path: list[tuple[int, float, float]], number: int) -> None:
    path.sort()
    lower = ring([(t, min(a, b)) for t, a, b in path], number)
    higher = ring([(t, max(a, b)) for t, a, b in path], number)
    assert lower >= higher
