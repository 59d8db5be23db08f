"""Wake days are honest: up to the day that a mechanism names, an unchanged row has an unchanged hazard.

Where no later day is named, the hazard never changes by time alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest
from by_hand import someone, under_law
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.compiled import kernel, rows
from sim.core.days import NEVER
from sim.mechanisms import deaths, housing, overdose, referral, supervision, treatment, use
from sim.population.codes import (
    CAS3,
    COMMUNITY,
    HALF,
    HOUSING,
    KEPT,
    LOST,
    ON_OST,
    RESIDENTIAL,
    SETTLED,
    SUPPORTED,
    TEMPORARY,
)

STEADY = settings(deadline=None, derandomize=True)  # the first call compiles; the same examples each time

PARAMS = rows(under_law(date(2024, 4, 29), supervision__missed_share=0.5))[0]  # with what happens late in a licence
LOOK_AHEAD = 200  # every band of every mechanism ends within 183 days of its start

ago = st.integers(0, 130)
flags = st.integers(0, 1)
housings = st.integers(0, len(HOUSING) - 1)


def rows_of_use(draw: Any, day: int) -> Any:
    since = day - draw(ago)
    release = since - draw(st.sampled_from([0, 9]))
    return someone(using=draw(flags), ost=draw(flags), abstinent_since=since, latest_release=release)


def rows_of_overdose(draw: Any, day: int) -> Any:
    return someone(
        using=draw(flags), need=draw(st.integers(0, 4)), ost=draw(flags), ost_is_new_start=draw(flags),
        tolerance=draw(st.sampled_from([KEPT, HALF, LOST, ON_OST])), latest_release=day - draw(st.integers(0, 60)),
        using_since=day - draw(st.integers(0, 60)), used_days=draw(st.integers(0, 40)),
        ost_start=day - draw(st.integers(0, 60)), ost_stop=draw(st.sampled_from([NEVER, *range(day - 60, day + 1)])),
        overdose_base=3e-4, housing=draw(housings),
    )  # fmt: skip


def rows_of_treatment(draw: Any, day: int) -> Any:
    return someone(
        treatment=draw(st.integers(0, 2)), treatment_start=day - draw(ago), need=draw(st.integers(0, 4)),
        ost=draw(st.integers(0, 2)),
    )  # fmt: skip


def rows_of_housing(draw: Any, day: int) -> Any:
    navigator, worker = (draw(st.sampled_from([NEVER, *range(day + 1, day + 184)])) for _ in range(2))
    return someone(
        housing=draw(housings), spell_start=day - draw(st.integers(0, 60)), navigator_until=navigator,
        resettlement_until=worker,
    )  # fmt: skip


def rows_of_supervision(draw: Any, day: int) -> Any:
    return someone(
        licence_until=day + draw(st.integers(-30, 150)), licence_days=draw(st.integers(0, 365)),
        housing=draw(housings), joint_case=draw(flags), missed_contact=[1.2, 1.5, 1.3],
    )  # fmt: skip


def rows_of_requests(draw: Any, day: int) -> Any:
    return someone(
        licence_until=day + draw(st.integers(-30, 150)), housing=draw(housings), mental_health=draw(flags),
        engaged=draw(flags), treatment=draw(st.integers(0, 2)), never_asks=draw(flags),
        latest_release=day - draw(st.integers(0, 130)),
    )  # fmt: skip


def rows_of_deaths(draw: Any, day: int) -> Any:
    return someone(
        status=draw(st.sampled_from([COMMUNITY, RESIDENTIAL])), housing=draw(housings),
        latest_release=day - draw(st.integers(0, 60)), death_base=1e-5,
    )  # fmt: skip


def recall_changes(row: Any, day: int) -> int:
    return int(supervision.next_change(row, PARAMS, day))


def next_request(row: Any, day: int) -> int:
    """Which agencies stand between changes with the end of the licence, asking itself with time since release."""
    first, other = recall_changes(row, day), referral.next_change(row, day)
    return int(first if other <= day or day < first < other else other)


# Hazards of an unchanged row from one day to before another, f8[days, 2]; in compiled loops, since a call from here
# takes a hundred times as long as the hazard.
@kernel
def hazards_of_use(row: Any, params: Any, day: int, end: int, found: Any) -> None:
    for later in range(day, end):
        found[later - day, 0] = use.start_hazard(row, params, later)
        found[later - day, 1] = use.stop_hazard(row, params)


@kernel
def hazards_of_overdose(row: Any, params: Any, day: int, end: int, found: Any) -> None:
    for later in range(day, end):
        found[later - day, 0] = overdose.hazard(row, params, later)


@kernel
def hazards_of_treatment(row: Any, params: Any, day: int, end: int, found: Any) -> None:
    for later in range(day, end):
        found[later - day, 0] = treatment.dropout_hazard(row, params, later)
        found[later - day, 1] = treatment.completion_hazard(row, params, later)


@kernel
def hazards_of_housing(row: Any, params: Any, day: int, end: int, found: Any) -> None:
    for later in range(day, end):
        found[later - day, 0] = housing.up_hazard(row, params, later)
        found[later - day, 1] = housing.down_hazard(row, params, later)


@kernel
def hazards_of_supervision(row: Any, params: Any, day: int, end: int, found: Any) -> None:
    for later in range(day, end):
        found[later - day, 0] = supervision.recall_hazard(row, params, later)


@kernel
def hazards_of_requests(row: Any, params: Any, day: int, end: int, found: Any) -> None:
    for later in range(day, end):
        found[later - day, 0] = referral.ask_hazard(row, params, later)


@kernel
def hazards_of_deaths(row: Any, params: Any, day: int, end: int, found: Any) -> None:
    for later in range(day, end):
        natural, suicide = deaths.natural_hazard(row, params), deaths.suicide_hazard(row, params, later)
        found[later - day, 0] = natural + suicide
        found[later - day, 1] = deaths.suicide_part(natural, suicide)


CASES: dict[str, tuple[Any, Callable[[Any, Any, int, int, Any], None], Callable[[Any, int], int]]] = {
    "use": (rows_of_use, hazards_of_use, use.next_change),
    "overdose": (rows_of_overdose, hazards_of_overdose, overdose.next_change),
    "treatment": (rows_of_treatment, hazards_of_treatment, treatment.next_change),
    "housing": (rows_of_housing, hazards_of_housing, housing.next_change),
    "supervision": (rows_of_supervision, hazards_of_supervision, recall_changes),
    "requests": (rows_of_requests, hazards_of_requests, next_request),
    "deaths": (rows_of_deaths, hazards_of_deaths, deaths.next_change),
}


def hazards_by_day(mechanism: str, row: Any, day: int, end: int) -> list[tuple[float, float]]:
    """Both hazards of each day from `day` to before `end`; a mechanism with one has 0 for the other."""
    found = np.zeros((end - day, 2))
    CASES[mechanism][1](row, PARAMS, day, end, found)
    return [(float(one), float(other)) for one, other in found]


@pytest.mark.parametrize("mechanism", CASES)
@settings(STEADY, max_examples=150)
@given(data=st.data(), day=st.integers(150, 400))
def test_nothing_changes_before_the_day_named(mechanism: str, data: st.DataObject, day: int) -> None:
    make, _, next_change = CASES[mechanism]
    row = make(data.draw, day)
    named = next_change(row, day)
    end = min(named, day + LOOK_AHEAD) if named > day else day + LOOK_AHEAD
    today, *later = hazards_by_day(mechanism, row, day, end)
    changed = [day + 1 + k for k, hazards in enumerate(later) if hazards != today]
    assert not changed


@pytest.mark.parametrize("mechanism", CASES)
@settings(STEADY, max_examples=50)
@given(data=st.data(), day=st.integers(150, 400))
def test_waking_only_on_the_days_named_meets_every_change(mechanism: str, data: st.DataObject, day: int) -> None:
    make, _, next_change = CASES[mechanism]
    row = make(data.draw, day)
    known, *hazards = hazards_by_day(mechanism, row, day, day + LOOK_AHEAD)
    wake, wakes = next_change(row, day), 0
    for later, now in enumerate(hazards, day + 1):
        if later == wake:
            known, wake = now, next_change(row, later)
            wakes += 1
        assert now == known, later
    assert wakes <= 4  # nobody is woken for long where nothing can change


def test_named_days_by_hand() -> None:
    # Released on day 100 without use: day 101 (the day of release has no hazard), then 128, 184, then none.
    row = someone(latest_release=100, abstinent_since=100)
    assert [use.next_change(row, day) for day in (100, 101, 127, 128)] == [101, 128, 128, 184]
    assert use.next_change(row, 184) <= 184
    # Released and using from day 100 with lost tolerance, OST stopped on day 105: 101, 103, 107 by the release, 107,
    # 114 and 128 by days of use, and 133 (105 + 28).
    row = someone(using=1, tolerance=LOST, latest_release=100, using_since=100, ost_stop=105)
    assert [overdose.next_change(row, day) for day in (100, 101, 104, 105, 107, 114, 128)] == [
        101, 103, 107, 107, 114, 128, 133
    ]  # fmt: skip
    assert overdose.next_change(row, 133) <= 133
    # OST stopped on day 95, use from day 80 after a release on day 60: 108 is the 28th day of use, 123 after it.
    row = someone(using=1, tolerance=LOST, latest_release=60, using_since=80, ost_stop=95)
    assert [overdose.next_change(row, day) for day in (95, 108)] == [108, 123]
    # Other needs: the first days after release and the end of the second week.
    row = someone(using=1, need=4, latest_release=60, tolerance=LOST)
    assert [overdose.next_change(row, day) for day in (60, 61, 63, 67, 74)] == [61, 63, 67, 74, 0]
    # Nobody who does not use is woken, nor is anybody for tolerance that is kept.
    assert overdose.next_change(someone(tolerance=LOST, latest_release=60), 60) == 0
    assert overdose.next_change(someone(using=1, tolerance=KEPT, latest_release=60, using_since=80), 80) == 0
    # A rough spell with a navigator until day 20, then without: 1, as nobody moves on day 0; 20, then 28.
    row = someone(housing=2, spell_start=0, navigator_until=20)
    assert [housing.next_change(row, day) for day in (0, 1, 19)] == [1, 20, 20]
    row["navigator_until"] = NEVER
    assert housing.next_change(row, 20) == 28
    # The same with a resettlement worker until day 18 beside the navigator: 18, 20, 28.
    row["navigator_until"], row["resettlement_until"] = 20, 18
    assert [housing.next_change(row, day) for day in (1, 17, 18, 20)] == [18, 18, 20, 28]
    # Lost on leaving a residential place, used from day 130, long after the release: 137, 144, 158.
    row = someone(using=1, tolerance=LOST, latest_release=0, using_since=130)
    assert [overdose.next_change(row, day) for day in (130, 137, 144)] == [137, 144, 158]
    for roof in (SETTLED, TEMPORARY, CAS3, SUPPORTED):
        assert housing.next_change(someone(housing=roof), 5) <= 5
