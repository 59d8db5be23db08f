"""Event days of whole cohorts through an outside library (statsmodels) against closed forms and the recorder's figures.

Kaplan-Meier and Aalen-Johansen estimates know only days and what happened on them. Seeds are fixed; a statistical
check allows 3.9 standard errors (odds of a false alarm below 1 in 10,000).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from engine_ground import Ground, with_numbers, with_places
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from sim.core.days import NEVER
from sim.experiment.simulator import finished
from sim.outcomes.measures import MEASURE_NAMES
from sim.outcomes.recorder import record
from sim.outcomes.strata import BAND_STARTS, BY_DAY, SINCE_RELEASE, Strata
from sim.outcomes.totals import RunResult
from sim.population.codes import BAND_ENDS, DRUG_POISONING, NOT_YET_RELEASED, OTHER_CAUSE, SUICIDE

SIGMAS = 3.9
YEAR = 365
BANDS = tuple(zip(BAND_STARTS, BAND_ENDS, strict=True))
CENSORED, FIRST, SECOND = range(3)
Array = np.ndarray[Any, Any]

# Nothing happens but a recall, for as long as the licence runs, and deaths that are no overdoses.
TWO_HAZARDS: dict[str, Any] = dict.fromkeys(
    ("reoffence", "use_start", "overdose_base", "settled_loss", "suicide", "custody_suicide", "custody_natural"), 0.0
) | {
    "recall": 0.004,
    "recall_rough": 1.0,
    "recall_using": 1.0,
    "recall_treatment": 1.0,
    "recall_per_sd": 0.0,
    "recall_mean_ratio": 1.0,
    "missed_share": 0.0,
    "death_base": 0.0025,
    "death_age_ratio": 1.0,
    "death_rough": 1.0,
}


def days_since(people: Array, day: Array) -> Array:
    """Days from the first release, as whole numbers; NEVER stays beyond any follow-up."""
    return np.where(day >= NEVER, NEVER, day.astype(np.int64) - people["first_release"])


def first_of(people: Array, events: tuple[Array, Array], end_day: int) -> tuple[Array, Array]:
    """(day after the first release, which event came first) of everybody released, censored when followed no longer."""
    followed = np.minimum(YEAR, end_day - people["first_release"].astype(np.int64))
    one, other = (days_since(people, day) for day in events)
    first = np.minimum(one, other)
    status = np.where(first >= followed, CENSORED, np.where(one <= other, FIRST, SECOND))
    return np.minimum(first, followed), status


def at_the_end_of(days: Array, times: Array, values: Array) -> Array:
    """The estimate after all events of each day; 0 before the first."""
    k = np.searchsorted(times, days, side="right") - 1
    return np.where(k >= 0, values[np.maximum(k, 0)], 0.0)


@pytest.mark.parametrize("months", [24, 12])
def test_death_beside_recall_against_closed_forms(ground: Ground, months: int) -> None:
    """Two constant hazards a, b: the incidence of the first by time t is a / (a + b) (1 - exp(-(a + b) t)).

    Over 12 months follow-up is cut off at another day for everybody: Aalen-Johansen allows for it, the plain share of
    people does not.
    """
    run_inputs = with_places(with_numbers(ground.run_inputs(people=8000, months=months), TWO_HAZARDS), 100.0)
    world = ground.world(run_inputs, 3)
    world.people["licence_days"] = 400
    world.run_to(world.days)
    people = world.people[world.people["status"] != NOT_YET_RELEASED]
    other = people["death_cause"] == OTHER_CAUSE
    assert (other == (people["death_day"] < NEVER)).all()
    days, status = first_of(people, (people["first_recall"], people["death_day"]), world.days)
    # A recall and a death on one day: a row keeps days alone, so such a pair counts as the recall that came first.
    found = CumIncidenceRight(days + 1, status)
    recall, death = TWO_HAZARDS["recall"], TWO_HAZARDS["death_base"]
    both, last = recall + death, 360 if months == 24 else 300
    for day in (1, 7, 28, 84, 180, last):
        reached = 1.0 - math.exp(-both * day)
        for k, hazard in enumerate((recall, death)):
            seen = float(at_the_end_of(np.array([day]), found.times, found.cinc[k])[0])
            error = float(at_the_end_of(np.array([day]), found.times, found.cinc_se[k])[0])
            assert abs(seen - hazard / both * reached) < SIGMAS * error + 1e-9, (day, k)
    shares = np.array([(status == event).mean() for event in (FIRST, SECOND)])
    cut = shares.sum() < 0.8 * (1.0 - math.exp(-both * last))
    assert cut == (months == 12)


def in_groups(strata: Strata, result: RunResult, stratum: str, measure: str) -> tuple[Array, Array]:
    """(numerators, denominators) of a measure in the groups of a stratum of time."""
    first, k = strata.first_of(stratum), MEASURE_NAMES.index(measure)
    groups = slice(first, first + len(BAND_ENDS))
    return result.numerator[groups, k], result.denominator[groups, k]


def life_table(ground: Ground, strata: Strata, months: int) -> tuple[Array, Array, Any, RunResult]:
    """Days from release to death or the end of follow-up, whether dead, statsmodels' table of them (a day's events at
    its end), and the recorder's totals, of a cohort with many deaths."""
    run_inputs = with_numbers(ground.run_inputs(people=6000, months=months), {"death_base": 0.0006})
    world = ground.lived(run_inputs, 4)
    people = world.people[world.people["status"] != NOT_YET_RELEASED]
    followed = np.minimum(YEAR, world.days - people["first_release"].astype(np.int64))
    died = people["death_day"] < NEVER
    days = np.where(died, days_since(people, people["death_day"]) + 1, followed)
    return days, died, SurvfuncRight(days, died), record(finished(world), strata)


@pytest.mark.parametrize("months", [24, 12])
def test_deaths_by_band_and_by_day_are_a_life_tables(ground: Ground, months: int) -> None:
    """When everybody is followed whole, shares by day are 1 less the Kaplan-Meier estimate; cut off, they are less."""
    strata = Strata(ground.area)
    days, died, table, result = life_table(ground, strata, months)
    deaths, _ = in_groups(strata, result, SINCE_RELEASE, "deaths_365_days")
    inside = [(table.surv_times > start) & (table.surv_times <= end) for start, end in BANDS]
    assert deaths.tolist() == [table.n_events[band].sum() for band in inside] and deaths.min() > 0
    by_day, released = in_groups(strata, result, BY_DAY, "deaths_365_days")
    assert (released == len(days)).all() and died.sum() == by_day[-1]
    shares, estimate = by_day / released, at_the_end_of(np.array(BAND_ENDS), table.surv_times, 1.0 - table.surv_prob)
    if months == 24:
        assert np.allclose(shares, estimate, rtol=0.0, atol=1e-12)
    else:
        assert (shares <= estimate + 1e-12).all() and shares[-1] < 0.9 * estimate[-1]


@pytest.mark.parametrize("months", [24, 12])
def test_numbers_at_risk_are_a_life_tables(ground: Ground, months: int) -> None:
    """At risk in a band: whoever was alive and followed when its first day began."""
    strata = Strata(ground.area)
    days, _, table, result = life_table(ground, strata, months)
    _, at_risk = in_groups(strata, result, SINCE_RELEASE, "deaths_365_days")
    assert table.n_risk[0] == (days >= table.surv_times[0]).sum()
    assert at_risk.tolist() == [(days > start).sum() for start, _ in BANDS]


def test_shares_of_the_year_are_incidences_with_death_competing(ground: Ground) -> None:
    """With everybody followed whole, the recorder's shares are the Aalen-Johansen incidences at the end of the year."""
    strata = Strata(ground.area)
    world = ground.lived(ground.run_inputs(people=4000), 5)
    result = record(finished(world), strata)
    people = world.people
    for measure, field in (
        ("recalled_365_days", "first_recall"),
        ("reoffended_365_days", "first_reoffence"),
        ("recalled_for_breach_365_days", "first_breach"),
    ):
        days, status = first_of(people, (people[field], people["death_day"]), world.days)
        found = CumIncidenceRight(days + 1, status)
        k = MEASURE_NAMES.index(measure)
        assert result.numerator[0, k] / result.denominator[0, k] == pytest.approx(found.cinc[0][-1], abs=1e-9)
    causes = [np.where(people["death_cause"] == cause, people["death_day"], NEVER) for cause in (1, 2)]
    days, status = first_of(people, (causes[0], causes[1]), world.days)
    found = CumIncidenceRight(days + 1, status)
    k = MEASURE_NAMES.index("drug_deaths_365_days")
    assert result.numerator[0, k] / result.denominator[0, k] == pytest.approx(found.cinc[0][-1], abs=1e-9)
    assert found.cinc[0][-1] > 0.0


def test_expected_deaths_by_day_are_the_incidence_of_deaths(ground: Ground) -> None:
    """Hazard spent by each day, of drug deaths and of all, against Aalen-Johansen over 24 seeds: events less expected
    events have mean 0 and at most the variance of the expected."""
    strata, run_inputs = Strata(ground.area), ground.run_inputs(people=2200, warm_up=True)
    drug, every, drug_days, status = np.zeros(len(BAND_ENDS)), np.zeros(len(BAND_ENDS)), [], []
    released = 0.0
    for seed in range(24):
        world = ground.lived(run_inputs, seed)
        result = record(finished(world), strata)
        drug += in_groups(strata, result, BY_DAY, "drug_deaths_365_days_expected")[0]
        every += in_groups(strata, result, BY_DAY, "deaths_365_days_expected")[0]
        released += in_groups(strata, result, BY_DAY, "deaths_365_days")[1][0]
        people = world.people[world.counted]
        causes = [
            np.where(np.isin(people["death_cause"], cause), people["death_day"], NEVER)
            for cause in (DRUG_POISONING, (OTHER_CAUSE, SUICIDE))
        ]
        days, event = first_of(people, (causes[0], causes[1]), world.days)
        drug_days.append(days)
        status.append(event)
    found = CumIncidenceRight(np.concatenate(drug_days) + 1, np.concatenate(status))
    of_drugs, of_others = (at_the_end_of(np.array(BAND_ENDS), found.times, found.cinc[k]) * released for k in (0, 1))
    assert drug[-1] > 100 and every[-1] > 250
    for expected, events in ((drug, of_drugs), (every, of_drugs + of_others)):
        assert (abs(events - expected) < SIGMAS * np.sqrt(expected)).all(), (events, expected)
