"""From lives to totals: each measure's numerator and denominator by group, as declared in measures.py and strata.py.

A person counts once released within the run. Measures run from the first release; nobody is followed beyond 365 days.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.core.compiled import entry
from sim.core.days import FOLLOW_UP_DAYS, MOMENTS_PER_DAY, NEVER, THREE_WEEKS
from sim.outcomes import economics
from sim.outcomes.chosen_people import Columns
from sim.outcomes.lifetime import hazard_spent, lifetime_values
from sim.outcomes.measures import MEASURE_NAMES, MEASURES
from sim.outcomes.strata import (
    BAND_MEASURES,
    BAND_STARTS,
    BY_DAY,
    CUMULATIVE_MEASURES,
    MONTH,
    N_MONTHS,
    SERVICE_MEASURES,
    SINCE_RELEASE,
    Strata,
)
from sim.outcomes.totals import RunResult
from sim.population.codes import (
    BAND_ENDS,
    CAS3,
    DRUG_POISONING,
    HIDDEN,
    HOMELESS,
    HOUSING_FIRST,
    N_BANDS,
    NOT_YET_RELEASED,
    OTHER_CAUSE,
    ROUGH,
    SETTLED,
    SUICIDE,
    SUPPORTED,
    TEMPORARY,
)

Array = np.ndarray[Any, Any]
FOUR_WEEKS = 28
FOUR_WEEKS_BANDS = BAND_ENDS.index(FOUR_WEEKS) + 1
MONTH_TO_84 = BAND_ENDS.index(84)  # days 56 to 83
assert BAND_ENDS[MONTH_TO_84 - 1] == 84 - FOUR_WEEKS
YEAR_MONTHS = 12
_BANDS = tuple(zip(BAND_STARTS, BAND_ENDS, strict=True))


def _within(people: Columns, field: str, days: int = NEVER) -> Array:
    """Whether something first happened within the days after the first release (all of follow-up by default)."""
    day = people[field].astype(np.int64)
    return np.asarray((day < NEVER) & (day - people["first_release"] < days))


def _days(people: Columns, field: str) -> Array:
    moments = people[field]
    return np.asarray((moments.sum(axis=1) if moments.ndim > 1 else moments) / MOMENTS_PER_DAY)


def _expected_deaths(people: Columns, bands: int = N_BANDS) -> Array:
    return np.asarray(hazard_spent(people)[:, :bands].sum(axis=1))


def _of_field(field: str) -> Callable[[Columns], Array]:
    return lambda people: np.asarray(people[field])


NUMERATORS: dict[str, Callable[[Columns], Array]] = {
    "engaged_within_3_weeks": lambda p: _within(p, "first_engaged", THREE_WEEKS),
    "started_12_months": lambda p: _within(p, "first_engaged"),
    "first_night_rough": lambda p: p["first_night"] == ROUGH,
    "first_night_settled": lambda p: p["first_night"] == SETTLED,
    "settled_3_months": lambda p: np.isin(p["housing_at_84"], (SETTLED, SUPPORTED, HOUSING_FIRST)),
    "rough_sleeping_days": lambda p: _days(p, "rough_moments"),
    "hidden_homeless_days": lambda p: _days(p, "hidden_moments"),
    "homeless_12_months": lambda p: np.isin(p["housing_at_364"], HOMELESS),
    "unsettled_12_months": lambda p: np.isin(p["housing_at_364"], (TEMPORARY, CAS3)),
    "relapsed_28_days": lambda p: _within(p, "first_use", FOUR_WEEKS),
    "nonfatal_overdoses": lambda p: p["overdoses"],
    "nonfatal_overdoses_expected": lambda p: p["expected_overdoses"],
    "deaths_28_days": lambda p: _within(p, "death_day", FOUR_WEEKS),
    "deaths_28_days_expected": lambda p: _expected_deaths(p, FOUR_WEEKS_BANDS),
    "deaths_365_days": lambda p: _within(p, "death_day"),
    "deaths_365_days_expected": _expected_deaths,
    "drug_deaths_365_days": lambda p: p["death_cause"] == DRUG_POISONING,
    "drug_deaths_365_days_expected": lambda p: p["expected_drug_deaths"].sum(axis=1),
    "suicides_365_days": lambda p: p["death_cause"] == SUICIDE,
    "suicides_365_days_expected": lambda p: p["expected_suicides"].sum(axis=1),
    "other_deaths_365_days": lambda p: p["death_cause"] == OTHER_CAUSE,
    "other_deaths_365_days_expected": lambda p: p["expected_other_deaths"].sum(axis=1),
    "custody_deaths_365_days": lambda p: p["died_in_custody"],
    "custody_deaths_365_days_expected": lambda p: p["expected_custody_deaths"].sum(axis=1),
    "recalled_365_days": lambda p: _within(p, "first_recall"),
    "reoffended_365_days": lambda p: _within(p, "first_reoffence"),
    "treatment_days": lambda p: _days(p, "treatment_moments"),
    "wait_days_mean": lambda p: p["wait_days"],
    "appointments_missed_travel": lambda p: p["missed_travel"],
    "custody_days": lambda p: _days(p, "custody_moments"),
    "recalled_for_breach_365_days": lambda p: _within(p, "first_breach"),
    "residential_days": lambda p: _days(p, "residential_moments"),
    "waiting_days": lambda p: _days(p, "waiting_moments"),
    **{measure.name: _of_field(measure.field) for measure in MEASURES if measure.field},
}
OTHER_DENOMINATORS: dict[str, Callable[[Columns], Array]] = {
    **dict.fromkeys(
        ("settled_3_months", "rough_recorded", "street_count_month"), lambda people: people["housing_at_84"] >= 0
    ),
    **dict.fromkeys(("homeless_12_months", "unsettled_12_months"), lambda people: people["housing_at_364"] >= 0),
    "wait_days_mean": lambda p: p["waits"],
}


@dataclass(frozen=True)
class Run:
    """What a finished run hands to the recorder.

    people: those counted, by number; series: MONTH[months]; nights: i8[months], nights of the study in each
    month; end_day: first day not lived; draw: parameter values; spend: GBP on levers by payer, counted as
    money_rule.py says, at the size of the run; beside_spend: the same of what stands beside it, by measure; scale: size
    of the run over the region's; person_days: days lived by them.
    """

    people: Columns
    series: Array
    nights: Array
    end_day: int
    draw: Mapping[str, float]
    spend: Mapping[str, float]
    scale: float
    person_days: int
    beside_spend: Mapping[str, float] = field(default_factory=dict)


def record(run: Run, strata: Strata) -> RunResult:
    """Totals of a finished run, f8[groups, measures], numerators and denominators."""
    was_released = run.people["status"] != NOT_YET_RELEASED
    released = run.people if was_released.all() else run.people[was_released]
    economic = {"qalys": economics.qalys(released, run.draw), **economics.costs(released, run.draw, run.spend)}
    economic |= economics.each_one_s(released, run.beside_spend)
    economic |= lifetime_values(released, run.draw, run.end_day) | _counts_of_a_night(released, run.draw)
    numerators = np.zeros((len(released), len(MEASURES)))
    denominators = np.ones_like(numerators)
    for k, measure in enumerate(MEASURES):
        if measure.name in SERVICE_MEASURES:
            denominators[:, k] = 0.0
            continue
        count = NUMERATORS.get(measure.name)
        numerators[:, k] = economic[measure.name] if count is None else count(released)
        if measure.name in OTHER_DENOMINATORS:
            denominators[:, k] = OTHER_DENOMINATORS[measure.name](released)
    groups = _groups(strata, released)
    totals = np.zeros((2, len(strata.groups), len(MEASURES)))
    add_up(numerators, groups, totals[0])
    add_up(denominators, groups, totals[1])
    _since_release(run, released, strata, totals)
    _services(run, strata, totals)
    return RunResult(numerator=totals[0], denominator=totals[1], person_days=run.person_days)


def _counts_of_a_night(people: Columns, draw: Mapping[str, float]) -> dict[str, Array]:
    """f8[people], what official counts would find, by measure: of a night of the year, and of the night of day 84."""
    home = people["housing_at_84"]
    month = people["rough_moments"][:, MONTH_TO_84] / MOMENTS_PER_DAY
    return {
        "rough_street_count": draw["housing.street_count_share"] / FOLLOW_UP_DAYS * _days(people, "rough_moments"),
        "rough_recorded": (home == ROUGH) + draw["housing.recorded_rough_of_hidden"] * (home == HIDDEN),
        "street_count_month": np.where(home >= 0, -np.expm1(-draw["housing.seen_per_night"] * month), 0.0),
    }


def _in_bands(people: Columns, measure: str) -> Array:
    """f8[people, bands], what is counted in each band of days since the first release."""
    if measure == "rough_sleeping_days":
        return np.asarray(people["rough_moments"] / MOMENTS_PER_DAY)
    if measure == "custody_days":
        return np.asarray(people["custody_moments"] / MOMENTS_PER_DAY)
    if measure == "drug_deaths_365_days_expected":
        return np.asarray(people["expected_drug_deaths"])
    if measure == "deaths_365_days_expected":
        return hazard_spent(people)
    if measure == "suicides_365_days_expected":
        return np.asarray(people["expected_suicides"])
    if measure == "other_deaths_365_days_expected":
        return np.asarray(people["expected_other_deaths"])
    since = people["death_day"].astype(np.int64) - people["first_release"]
    return np.stack([(start <= since) & (since < end) for start, end in _BANDS], axis=1).astype(np.float64)


def _since_release(run: Run, people: Columns, strata: Strata, totals: Array) -> None:
    """Fill the groups of time since the first release."""
    inside, by_day = strata.first_of(SINCE_RELEASE), strata.first_of(BY_DAY)
    first = people["first_release"].astype(np.int64)
    last_day = np.minimum(people["death_day"].astype(np.int64) + 1, run.end_day)  # alive at dawn of the day of death
    followed_until = last_day - first
    at_risk = np.array([(followed_until > start).sum() for start, _ in _BANDS], dtype=np.float64)
    for name in BAND_MEASURES:
        k = MEASURE_NAMES.index(name)
        counted = np.where(at_risk > 0, _in_bands(people, name).sum(axis=0), 0.0)
        totals[0, inside : inside + N_BANDS, k] = counted
        totals[1, inside : inside + N_BANDS, k] = at_risk
        if name in CUMULATIVE_MEASURES:
            totals[0, by_day : by_day + N_BANDS, k] = np.cumsum(counted)
            totals[1, by_day : by_day + N_BANDS, k] = len(people)


def _services(run: Run, strata: Strata, totals: Array) -> None:
    """Fill what the services of treatment counted: each month, and the study's first year for everybody."""
    month, series, nights = strata.first_of(MONTH), run.series, run.nights
    parts = {
        "people_waiting_mean": (series["waiting_days"] / run.scale, nights.astype(np.float64)),
        "people_per_keyworker_mean": (series["load_days"], series["held_days"]),
        "contact_interval_mean": (series["interval_days"], series["held_days"]),
        "first_appointment_lead_mean": (series["lead_days"], series["bookings"]),
        "first_appointment_time": (100.0 * series["first_hours"], series["post_days"]),
        "wait_days_mean": (series["wait_days"], series["offers"]),
    }
    for name, part in parts.items():
        k = MEASURE_NAMES.index(name)
        for side in (0, 1):
            totals[side, month : month + N_MONTHS, k] = part[side]
            if name in SERVICE_MEASURES:
                totals[side, 0, k] = part[side][:YEAR_MONTHS].sum()


def _groups(strata: Strata, people: Columns) -> Array:
    """i8[people, strata], number of each person's group in `strata.groups`, 'all' first."""
    columns = [np.zeros(len(people), dtype=np.int64)]
    first = 1
    for n, of_person in strata.codes(people):
        columns.append(of_person + first)
        first += n
    return np.stack(columns, axis=1)


@entry
def add_up(values: Any, groups: Any, totals: Any) -> None:
    """Add each person's values f8[people, measures] to the totals f8[groups, measures] of the person's groups, person
    by person."""
    for i in range(len(values)):
        for s in range(groups.shape[1]):
            group = groups[i, s]
            for k in range(values.shape[1]):
                totals[group, k] += values[i, k]
