"""Groups of time: bands since the first release, days by which, months of the study; which measures they have."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from shipped import shipped_reference

from sim.area import load_area
from sim.core.days import MOMENTS_PER_DAY, NEVER
from sim.engine.records import MONTH
from sim.outcomes.measures import MEASURE_NAMES
from sim.outcomes.recorder import Run, record
from sim.outcomes.strata import BAND_MEASURES, CUMULATIVE_MEASURES, MONTH_MEASURES, SERVICE_MEASURES, Strata, exists
from sim.outcomes.totals import RunResult
from sim.population.codes import COMMUNITY, DEAD, DRUG_POISONING, FOLLOWED_UP, N_BANDS, NOT_YET_RELEASED, OTHER_CAUSE
from sim.population.person import new_people

DAY = MOMENTS_PER_DAY
BANDS = (
    "day 0 to 6", "day 7 to 13", "day 14 to 27", "day 28 to 55", "day 56 to 83", "day 84 to 125", "day 126 to 181",
    "day 182 to 239", "day 240 to 299", "day 300 to 364",
)  # fmt: skip
BY_DAY = tuple(f"by day {day}" for day in (7, 14, 28, 56, 84, 126, 182, 240, 300, 365))
MONTHS = tuple(f"month {k}" for k in range(1, 25))
END = 730


@pytest.fixture(scope="module")
def strata() -> Strata:
    return Strata(load_area())


def months() -> np.ndarray[Any, Any]:
    """What services counted: month k holds k x some numbers; nobody is offered anything in month 3, and in month 5
    nobody works or is held.

    Of 2,000 k nights of people held, each shares a keyworker with 50 and is met every 14 open days; a tenth of 40 k
    nights of posts goes into first appointments, which are 2.5 open days ahead.
    """
    k = np.arange(1, 25)
    series = np.zeros(24, dtype=MONTH)
    series["waiting_days"], series["offers"], series["wait_days"] = 30 * k, 4, 10 * k
    series["held_days"], series["load_days"], series["interval_days"] = 2000 * k, 100_000.0 * k, 28_000.0 * k
    series["post_days"], series["first_hours"] = 40.0 * k, 4.0 * k
    series["bookings"], series["lead_days"] = 8 * k, 20 * k
    for name in ("offers", "wait_days", "bookings", "lead_days"):
        series[name][2] = 0
    for name in ("held_days", "load_days", "interval_days", "post_days", "first_hours"):
        series[name][4] = 0
    return series


def run_of(people: np.ndarray[Any, Any], **changes: Any) -> Run:
    """A finished run of 730 days, half the size of the region, nights of 30 a month."""
    parts: dict[str, Any] = {
        "people": people, "series": months(), "nights": np.full(24, 30), "end_day": END, "spend": {}, "scale": 0.5,
        "draw": dict(shipped_reference()), "person_days": 0,
    }  # fmt: skip
    return Run(**(parts | changes))


def eight_people() -> np.ndarray[Any, Any]:
    """Followed up; dead on the 7th, 8th and 29th day; released 30, 28 and 1 days before the end; not yet released."""
    people = new_people(8)
    people["first_release"] = [0, 100, 100, 100, END - 30, END - 28, END - 1, 729]
    people["status"] = [FOLLOWED_UP, DEAD, DEAD, DEAD, COMMUNITY, COMMUNITY, COMMUNITY, NOT_YET_RELEASED]
    people["death_day"] = [NEVER, 106, 107, 128, NEVER, NEVER, NEVER, NEVER]
    people["death_cause"] = [0, DRUG_POISONING, OTHER_CAUSE, DRUG_POISONING, 0, 0, 0, 0]
    people["settled_at"] = np.minimum(np.minimum(people["first_release"] + 365, people["death_day"]), END) * DAY
    for k, values in {
        "rough_moments": ((0, 0, 2.0), (0, 2, 3.5), (4, 2, 1.0), (3, 3, 0.25)),
        "custody_moments": ((0, 9, 60.0), (5, 1, 2.0)),
    }.items():
        for person, band, days in values:
            people[k][person, band] = round(days * DAY)
    for k, expected in {
        "expected_drug_deaths": ((0, 0, 0.5), (1, 0, 0.25), (4, 3, 0.125)),
        "expected_other_deaths": ((0, 0, 0.0625), (0, 9, 1.0), (2, 1, 0.5)),
        "expected_suicides": ((0, 0, 0.03125), (3, 3, 0.25)),
    }.items():
        for person, band, events in expected:
            people[k][person, band] = events
    return people


def column(totals: RunResult, strata: Strata, measure: str, groups: tuple[str, ...]) -> tuple[list[float], list[float]]:
    """Numerators and denominators of a measure in the groups named."""
    k = MEASURE_NAMES.index(measure)
    names = [name for _, name in strata.groups]
    chosen = [names.index(name) for name in groups]
    return totals.numerator[chosen, k].tolist(), totals.denominator[chosen, k].tolist()


def spread(found: dict[int, float]) -> list[float]:
    return [found.get(band, 0.0) for band in range(N_BANDS)]


# Alive and followed at the start of each band: the death on the 8th day is among those at risk on it.
AT_RISK = [7, 5, 4, 3, 1, 1, 1, 1, 1, 1]
IN_BAND = {
    "rough_sleeping_days": spread({0: 2.0, 2: 4.5, 3: 0.25}),
    "custody_days": spread({1: 2.0, 9: 60.0}),
    "deaths_365_days": spread({0: 1.0, 1: 1.0, 3: 1.0}),
    "deaths_365_days_expected": spread({0: 0.84375, 1: 0.5, 3: 0.375, 9: 1.0}),
    "drug_deaths_365_days_expected": spread({0: 0.75, 3: 0.125}),
    "suicides_365_days_expected": spread({0: 0.03125, 3: 0.25}),
    "other_deaths_365_days_expected": spread({0: 0.0625, 1: 0.5, 9: 1.0}),
}


def test_names_of_the_groups(strata: Strata) -> None:
    for stratum, names in (("since_release", BANDS), ("by_day", BY_DAY), ("month", MONTHS)):
        assert tuple(name for kind, name in strata.groups if kind == stratum) == names
        assert strata.groups[strata.first_of(stratum)] == (stratum, names[0])
    assert strata.groups[0] == ("all", "all")
    assert len(set(strata.groups)) == len(strata.groups)


@pytest.mark.parametrize("measure", BAND_MEASURES)
def test_what_falls_into_each_band_among_those_at_risk(strata: Strata, measure: str) -> None:
    totals = record(run_of(eight_people()), strata)
    counted, at_risk = column(totals, strata, measure, BANDS)
    assert counted == pytest.approx(IN_BAND[measure])
    assert at_risk == AT_RISK
    # Bands hold all that the year holds.
    k = MEASURE_NAMES.index(measure)
    assert sum(counted) == pytest.approx(totals.numerator[0, k])
    assert set(IN_BAND) == set(BAND_MEASURES)


@pytest.mark.parametrize("measure", CUMULATIVE_MEASURES)
def test_what_has_happened_by_each_day_among_everybody_released(strata: Strata, measure: str) -> None:
    totals = record(run_of(eight_people()), strata)
    counted, released = column(totals, strata, measure, BY_DAY)
    assert counted == pytest.approx(np.cumsum(IN_BAND[measure]).tolist())
    assert released == [7.0] * 10


def test_deaths_of_each_day_are_among_those_at_risk(strata: Strata) -> None:
    """One person, dead on each day of the year in turn: one death in one band, and at risk in that and all before."""
    starts = (0, 7, 14, 28, 56, 84, 126, 182, 240, 300)
    for day in range(365):
        person = new_people(1)
        person["status"], person["first_release"], person["death_day"] = DEAD, 50, 50 + day
        person["settled_at"] = (50 + day) * DAY
        totals = record(run_of(person), strata)
        counted, at_risk = column(totals, strata, "deaths_365_days", BANDS)
        band = sum(start <= day for start in starts) - 1
        assert counted == spread({band: 1.0}), day
        assert at_risk == [1.0] * (band + 1) + [0.0] * (N_BANDS - band - 1), day
        assert totals.problem(len(strata.groups), len(MEASURE_NAMES)) is None


# Measure, what is counted among what in month 1, the month without any.
BY_MONTH = (
    ("people_per_keyworker_mean", 100_000.0, 2000.0, 5),  # 50 people a keyworker
    ("contact_interval_mean", 28_000.0, 2000.0, 5),  # every 14 open days
    ("first_appointment_lead_mean", 20.0, 8.0, 3),  # 2.5 open days ahead
    ("first_appointment_time", 400.0, 40.0, 5),  # 10 per cent of keyworkers' time
)


def test_months_of_the_study(strata: Strata) -> None:
    totals = record(run_of(eight_people()), strata)
    waiting, nights = column(totals, strata, "people_waiting_mean", MONTHS)
    assert waiting == [60.0 * k for k in range(1, 25)] and nights == [30.0] * 24  # at the size of the region: twice
    for measure, counted, among, left_out in BY_MONTH:
        of_k = np.array([0.0 if k == left_out else float(k) for k in range(1, 25)])
        above, below = column(totals, strata, measure, MONTHS)
        assert (above, below) == ((counted * of_k).tolist(), (among * of_k).tolist()), measure
    waited, offers = column(totals, strata, "wait_days_mean", MONTHS)
    assert waited == [0.0 if k == 3 else 10.0 * k for k in range(1, 25)]
    assert offers == [0.0 if k == 3 else 4.0 for k in range(1, 25)]
    assert totals.problem(len(strata.groups), len(MEASURE_NAMES)) is None


def test_services_in_the_study_year_are_its_first_twelve_months(strata: Strata) -> None:
    people = eight_people()
    people["waits"], people["wait_days"] = 2, 9
    totals = record(run_of(people), strata)
    everybody = {
        name: (totals.numerator[0, MEASURE_NAMES.index(name)], totals.denominator[0, MEASURE_NAMES.index(name)])
        for name in MONTH_MEASURES
    }
    assert everybody["people_waiting_mean"] == (60.0 * 78, 360.0)  # 1 + ... + 12 = 78
    assert {measure for measure, *_ in BY_MONTH} == set(SERVICE_MEASURES) - {"people_waiting_mean"}
    for measure, counted, among, left_out in BY_MONTH:
        assert everybody[measure] == (counted * (78 - left_out), among * (78 - left_out)), measure
    assert everybody["wait_days_mean"] == (7 * 9, 7 * 2)  # of the people counted, not of services


def test_a_run_shorter_than_a_year_leaves_later_months_empty(strata: Strata) -> None:
    series, nights = months(), np.zeros(24, dtype=np.int64)
    nights[:3] = (31, 30, 7)
    series[3:] = 0
    totals = record(run_of(eight_people(), series=series, nights=nights, end_day=68), strata)
    waiting, of_nights = column(totals, strata, "people_waiting_mean", MONTHS)
    assert (waiting[:4], of_nights[:4]) == ([60.0, 120.0, 180.0, 0.0], [31.0, 30.0, 7.0, 0.0])
    assert totals.denominator[0, MEASURE_NAMES.index("people_waiting_mean")] == 68.0
    assert totals.problem(len(strata.groups), len(MEASURE_NAMES)) is None


def test_which_measures_a_stratum_has() -> None:
    for name in MEASURE_NAMES:
        assert exists(name, "since_release") == (name in BAND_MEASURES)
        assert exists(name, "by_day") == (name in CUMULATIVE_MEASURES)
        assert exists(name, "month") == (name in MONTH_MEASURES)
        assert exists(name, "all")
        for stratum in ("sex", "need", "council", "home", "trauma", "age"):
            assert exists(name, stratum) == (name not in SERVICE_MEASURES)
    assert set(BAND_MEASURES) == {
        "rough_sleeping_days", "custody_days", "deaths_365_days", "deaths_365_days_expected",
        "drug_deaths_365_days_expected", "suicides_365_days_expected", "other_deaths_365_days_expected",
    }  # fmt: skip
    deaths = {name for name in BAND_MEASURES if "deaths" in name or "suicides" in name}
    assert set(CUMULATIVE_MEASURES) == deaths
    assert {*BAND_MEASURES, *MONTH_MEASURES} <= set(MEASURE_NAMES)


def test_what_a_stratum_does_not_have_is_counted_among_nobody(strata: Strata) -> None:
    totals = record(run_of(eight_people()), strata)
    for g, (stratum, _) in enumerate(strata.groups):
        for k, name in enumerate(MEASURE_NAMES):
            if not exists(name, stratum):
                assert (totals.numerator[g, k], totals.denominator[g, k]) == (0.0, 0.0), (stratum, name)
