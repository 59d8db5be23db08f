"""The ledger's bands of days since the first release: stretches cut at band ends, whole moments, hazard times time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from by_hand import someone
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.clocks import set_hazard, ticks
from sim.core.days import FOLLOW_UP_DAYS, MOMENTS_PER_DAY
from sim.mechanisms import ledger as L
from sim.population.codes import (
    BAND_ENDS,
    COMMUNITY,
    CUSTODY,
    DAILY,
    DEPOT,
    HIDDEN,
    IN_TREATMENT,
    N_BANDS,
    NO_TREATMENT,
    RESIDENTIAL,
    ROUGH,
    SETTLED,
    TEMPORARY,
    WAITING,
)
from sim.population.processes import OTHER_DEATH, OVERDOSE

DAY = MOMENTS_PER_DAY
STEADY = settings(deadline=None, derandomize=True, max_examples=200)
ENDS = np.array(BAND_ENDS) * DAY
STARTS = np.array([0, *BAND_ENDS[:-1]]) * DAY

moments = st.integers(0, FOLLOW_UP_DAYS * DAY)
releases = st.sampled_from([0, 7, 364, 500])


def overlap(start: int, end: int) -> list[int]:
    """Moments of a stretch in each band, both counted from the first release; at most a year."""
    return [int(part) for part in (np.minimum(end, ENDS) - np.maximum(start, STARTS)).clip(0)]


def at_risk(first_release: int, **fields: Any) -> Any:
    """Somebody settled at the first release, on the given day of the run."""
    zero = first_release * DAY
    return someone(
        first_release=first_release, latest_release=first_release, settled_at=zero, exposed_at=zero, **fields
    )


@pytest.mark.parametrize(
    ("day", "moment", "band"),
    [
        (0, 0, 0), (6, 1023, 0), (7, 0, 1), (13, 1023, 1), (14, 0, 2), (28, 0, 3), (56, 0, 4), (84, 0, 5),
        (126, 0, 6), (182, 0, 7), (240, 0, 8), (300, 0, 9), (364, 1023, 9), (365, 0, 9), (800, 0, 9),
    ],
)  # fmt: skip
def test_the_band_of_a_moment(day: int, moment: int, band: int) -> None:
    assert L.band_of(day * DAY + moment) == band


def test_a_stretch_over_three_bands_by_hand() -> None:
    # From day 5 and 24 moments to day 30: 2 days less 24 moments, then 7, 14 and 2 days.
    row = at_risk(100, housing=ROUGH)
    row["settled_at"] = 105 * DAY + 24
    L.settle_time(row, 130 * DAY)
    assert row["rough_moments"].tolist() == [2 * DAY - 24, 7 * DAY, 14 * DAY, 2 * DAY, *[0] * (N_BANDS - 4)]
    custody = at_risk(100, status=CUSTODY)
    custody["settled_at"] = 105 * DAY + 24
    L.settle_time(custody, 130 * DAY)
    assert custody["custody_moments"].tolist() == row["rough_moments"].tolist()
    assert not custody["rough_moments"].any() and not row["custody_moments"].any()


@STEADY
@given(releases, moments, moments, st.sampled_from(["rough", "custody"]))
def test_a_stretch_is_cut_at_the_ends_of_bands_and_adds_up_exactly(
    first_release: int, one: int, other: int, kind: str
) -> None:
    start, end = sorted((one, other))
    row = at_risk(first_release, housing=ROUGH, status=COMMUNITY if kind == "rough" else CUSTODY)
    row["settled_at"] = first_release * DAY + start
    L.settle_time(row, first_release * DAY + end)
    assert row[f"{kind}_moments"].tolist() == overlap(start, end)
    assert row[f"{kind}_moments"].sum() == end - start
    assert row["settled_at"] == first_release * DAY + end


@STEADY
@given(releases, st.lists(moments, max_size=8), moments, st.sampled_from(["rough", "custody"]))
def test_settling_early_or_late_gives_the_same_whole_moments(
    first_release: int, cuts: list[int], end: int, kind: str
) -> None:
    zero, status = first_release * DAY, COMMUNITY if kind == "rough" else CUSTODY
    state = {"housing": ROUGH, "status": status, "treatment": IN_TREATMENT, "using": 1}
    once, often = at_risk(first_release, **state), at_risk(first_release, **state)
    for cut in sorted(cuts):
        if cut < end:
            L.settle_time(often, zero + cut)
            L.settle_time(often, zero + cut)
    for row in (once, often):
        L.settle_time(row, zero + end)
    assert once.tobytes() == often.tobytes()


def test_what_lies_beyond_a_year_falls_to_the_last_band() -> None:
    row = at_risk(0, housing=ROUGH)
    L.settle_time(row, 400 * DAY)
    assert row["rough_moments"].tolist() == [*np.diff([0, *BAND_ENDS[:-1]]) * DAY, 100 * DAY]


@STEADY
@given(releases, moments, moments, st.floats(0.0, 0.05), st.floats(0.0, 0.02), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_expected_deaths_of_each_band_are_hazard_times_time(
    first_release: int, one: int, other: int, overdoses: float, others: float, fatality: float, attended: float
) -> None:
    start, end = sorted((one, other))
    zero = first_release * DAY
    row = at_risk(first_release, fatality=fatality)
    row["exposed_at"] = zero + start
    set_hazard(row, OVERDOSE, overdoses, zero)
    set_hazard(row, OTHER_DEATH, others, zero)
    L.settle_exposure(row, attended, zero + end)
    days = np.array(overlap(start, end)) / DAY
    # Hazards run in whole ticks: 2^46 of them are a hazard of 1 a day.
    spent, other_spent = ticks(overdoses) / 2.0**46, ticks(others) / 2.0**46
    assert row["expected_drug_deaths"].tolist() == pytest.approx((spent * fatality * days).tolist(), rel=1e-12)
    assert row["expected_other_deaths"].tolist() == pytest.approx((other_spent * days).tolist(), rel=1e-12)
    survived = spent * (end - start) / DAY * (1.0 - fatality) * attended
    assert row["expected_overdoses"] == pytest.approx(survived, rel=1e-12)
    assert row["expected_drug_deaths"].sum() == pytest.approx(overdoses * fatality * days.sum(), rel=1e-9, abs=1e-12)
    assert row["exposed_at"] == zero + end


@STEADY
@given(st.lists(moments, max_size=8), moments)
def test_settling_exposure_in_parts_changes_no_more_than_rounding(cuts: list[int], end: int) -> None:
    once, often = at_risk(0, fatality=0.04), at_risk(0, fatality=0.04)
    for row in (once, often):
        set_hazard(row, OVERDOSE, 0.003, 0)
        set_hazard(row, OTHER_DEATH, 0.001, 0)
    for cut in sorted(cuts):
        if cut < end:
            L.settle_exposure(often, 0.7, cut)
    for row in (once, often):
        L.settle_exposure(row, 0.7, end)
    for name in ("expected_drug_deaths", "expected_other_deaths", "expected_overdoses"):
        assert np.allclose(once[name], often[name], rtol=1e-12, atol=0.0)


# Other durations


@pytest.mark.parametrize(
    ("fields", "counted"),
    [
        ({"treatment": NO_TREATMENT}, ()),
        ({"treatment": WAITING}, ("waiting_moments",)),
        ({"treatment": IN_TREATMENT}, ("treatment_moments",)),
        ({"using": 1}, ("using_untreated_moments",)),
        ({"using": 1, "treatment": WAITING}, ("waiting_moments", "using_untreated_moments")),
        ({"using": 1, "treatment": IN_TREATMENT}, ("treatment_moments", "using_treated_moments")),
        ({"status": RESIDENTIAL, "treatment": IN_TREATMENT}, ("treatment_moments", "residential_moments")),
        (
            {"status": RESIDENTIAL, "treatment": IN_TREATMENT, "housing": ROUGH},
            ("treatment_moments", "residential_moments"),
        ),
        ({"status": CUSTODY, "using": 1, "treatment": WAITING, "housing": ROUGH}, ("custody_moments",)),
        ({"housing": ROUGH}, ("rough_moments",)),
        ({"housing": HIDDEN, "using": 1}, ("hidden_moments", "using_untreated_moments")),
        ({"status": CUSTODY, "housing": HIDDEN}, ("custody_moments",)),
        ({"housing": TEMPORARY, "status": CUSTODY}, ("custody_moments",)),
        ({"housing": TEMPORARY}, ("temporary_moments",)),
        ({"ost": DEPOT}, ()),
        ({"ost": DAILY}, ("daily_ost_moments",)),
    ],
)
def test_what_a_day_counts_as(fields: dict[str, Any], counted: tuple[str, ...]) -> None:
    row = at_risk(0, **({"housing": SETTLED} | fields))
    L.settle_time(row, DAY)
    every = [name for name in row.dtype.names if name.endswith("_moments")]
    assert {name: int(row[name].sum()) for name in every if row[name].any()} == dict.fromkeys(counted, DAY)
    assert len(every) == 10


def test_nothing_is_counted_backwards() -> None:
    row = at_risk(0, housing=ROUGH, using=1)
    set_hazard(row, OTHER_DEATH, 0.001, 0)
    L.settle_time(row, 5 * DAY)
    L.settle_exposure(row, 0.7, 5 * DAY)
    before = row.tobytes()
    L.settle_time(row, 3 * DAY)
    L.settle_exposure(row, 0.7, 3 * DAY)
    assert row.tobytes() == before
