"""Stronger opioids about for a time, by hand: the hazard of people with opiate needs who use, and who is woken."""

from __future__ import annotations

from typing import Any

import pytest
from by_hand import LOST_RATIOS, params_of, params_without, someone
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.days import NEVER
from sim.engine import person_day as life
from sim.mechanisms import overdose, use
from sim.population.codes import ALCOHOL, DAILY, KEPT, LOST, OPIATE_AND_CRACK, OPIATE_NO_CRACK, OTHER, ROUGH, STIMULANT

DAY = 1024
STEADY = settings(deadline=None, derandomize=True)
BASE = 1e-4


def with_supply(first: int = 100, end: int = 130, **changes: float) -> Any:
    """The run's numbers where stronger opioids are about from day `first` to before day `end`."""
    params = params_of(**changes)
    params["potent_from"], params["potent_until"] = first, end
    return params


def using(**fields: Any) -> Any:
    """Somebody whose latest release is long ago."""
    return someone(**({"using": 1, "overdose_base": BASE, "tolerance": KEPT, "latest_release": -60} | fields))


@pytest.mark.parametrize("need", [OPIATE_AND_CRACK, OPIATE_NO_CRACK])
@pytest.mark.parametrize(
    ("day", "ratio"), [(0, 1.0), (99, 1.0), (100, 2.0), (115, 2.0), (129, 2.0), (130, 1.0), (400, 1.0)]
)
def test_twice_the_hazard_while_they_are_about(need: int, day: int, ratio: float) -> None:
    assert overdose.hazard(using(need=need), with_supply(), day) == pytest.approx(BASE * ratio)


@pytest.mark.parametrize("need", [STIMULANT, ALCOHOL, OTHER])
def test_other_needs_are_not_touched(need: int) -> None:
    row = using(need=need)
    for day in (99, 100, 129, 130):
        assert overdose.hazard(row, with_supply(), day) == overdose.hazard(row, params_of(), day)
        assert overdose.supply_change(row, with_supply(), day) <= day


def test_nobody_who_does_not_use_is_touched() -> None:
    row = using(using=0)
    assert overdose.hazard(row, with_supply(), 110) == 0.0
    assert overdose.supply_change(row, with_supply(), 50) <= 50


@pytest.mark.parametrize(
    ("fields", "ratio"),
    [
        ({"ost": DAILY, "ost_start": 0}, 0.80),
        ({"tolerance": LOST, "using_since": 105}, LOST_RATIOS[0]),
        ({"housing": ROUGH}, 1.57),
        ({"ost_stop": 100}, 3.8),
    ],
)
def test_it_multiplies_every_other_state(fields: dict[str, int], ratio: float) -> None:
    assert overdose.hazard(using(**fields), with_supply(), 110) == pytest.approx(BASE * ratio * 2.0)


def test_fatality_stays(params: Any) -> None:
    # Naloxone's weaker hold on stronger opioids is left out.
    for kit in (0, 1):
        row = using(has_naloxone=kit)
        assert overdose.fatality(row, with_supply()) == overdose.fatality(row, params)


def test_without_a_scenario_they_are_never_about(params: Any) -> None:
    assert (int(params["potent_from"]), int(params["potent_until"])) == (NEVER, NEVER)
    row = using()
    assert {overdose.hazard(row, params, day) for day in (0, 100, 700)} == {BASE}
    assert overdose.supply_change(row, params, 100) == NEVER


def test_they_may_stay_for_good() -> None:
    params = with_supply(100, NEVER)
    assert [overdose.hazard(using(), params, day) for day in (99, 100, 5000)] == pytest.approx(
        [BASE, 2 * BASE, 2 * BASE]
    )


def test_the_ratio_is_a_number_of_the_run() -> None:
    assert overdose.hazard(using(), with_supply(overdose__potency_ratio=4.0), 110) == pytest.approx(4 * BASE)
    assert overdose.hazard(using(), with_supply(overdose__potency_ratio=1.0), 110) == pytest.approx(BASE)


def test_people_who_use_are_woken_as_they_come_and_go() -> None:
    params, row = with_supply(), using()
    assert [overdose.supply_change(row, params, day) for day in (0, 99, 100, 129)] == [100, 100, 130, 130]
    assert overdose.supply_change(row, params, 130) <= 130
    row["latest_release"] = row["first_release"] = -60
    assert [life.next_wake(row, params, day) for day in (40, 100)] == [100, 130]
    row["using"] = 0
    row["abstinent_since"] = -100
    assert life.next_wake(row, params, 100) == 305  # the end of follow-up alone


def test_whoever_starts_meanwhile_meets_them_at_once() -> None:
    params, row = with_supply(), using(using=0, abstinent_since=100)
    use.start_using(row, params, 110, 110 * DAY)
    life.set_rates(row, params, 110, 110 * DAY)
    assert row["rate"][2] == round(2 * BASE * 2.0**46)
    assert overdose.supply_change(row, params, 110) == 130


def test_switched_off_overdose_is_off_whatever_is_about() -> None:
    off = params_without(overdose)
    off["potent_from"], off["potent_until"] = 0, NEVER
    row = using()
    row["overdose_base"] = overdose.person_base(row, off)
    assert overdose.hazard(row, off, 10) == 0.0


@STEADY
@given(st.data(), st.integers(0, 60), st.integers(0, 60))
def test_waking_on_the_days_named_meets_every_change(data: st.DataObject, begins: int, lasts: int) -> None:
    params = with_supply(100 + begins, 100 + begins + lasts)
    row = using(
        need=data.draw(st.integers(0, 4)), tolerance=data.draw(st.integers(0, 3)), ost=data.draw(st.integers(0, 1)),
        using_since=data.draw(st.integers(60, 100)), used_days=data.draw(st.integers(0, 30)),
        ost_start=90, ost_is_new_start=1, latest_release=data.draw(st.integers(60, 100)),
    )  # fmt: skip
    known, wake = overdose.hazard(row, params, 100), 100
    for day in range(100, 260):
        if day == wake:
            known = overdose.hazard(row, params, day)
            named = (overdose.next_change(row, day), overdose.supply_change(row, params, day))
            wake = min((each for each in named if each > day), default=NEVER)
        assert overdose.hazard(row, params, day) == known
