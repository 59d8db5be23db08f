"""From lives to totals: each measure's numerator and denominator by group, as declared in measures.py.

A person counts once released within the run. Measures run from the first release; nobody is followed beyond 365 days.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.core.days import MOMENTS_PER_DAY, NEVER
from sim.outcomes.measures import MEASURES
from sim.outcomes.strata import Strata
from sim.outcomes.totals import RunResult
from sim.population.person import DRUG_POISONING, NOT_YET_RELEASED, ROUGH, SETTLED

Array = np.ndarray[Any, Any]
THREE_WEEKS = 21
FOUR_WEEKS = 28


def _within(people: Array, field: str, days: int = NEVER) -> Array:
    """Whether something first happened within the days after the first release (all of follow-up by default)."""
    day = people[field].astype(np.int64)
    return np.asarray((day < NEVER) & (day - people["first_release"] < days))


def _days(people: Array, field: str) -> Array:
    return np.asarray(people[field] / MOMENTS_PER_DAY)


NUMERATORS: dict[str, Callable[[Array], Array]] = {
    "engaged_within_3_weeks": lambda p: _within(p, "first_engaged", THREE_WEEKS),
    "first_night_rough": lambda p: p["first_night"] == ROUGH,
    "first_night_settled": lambda p: p["first_night"] == SETTLED,
    "settled_3_months": lambda p: p["housing_at_84"] == SETTLED,
    "rough_sleeping_days": lambda p: _days(p, "rough_moments"),
    "relapsed_28_days": lambda p: _within(p, "first_use", FOUR_WEEKS),
    "nonfatal_overdoses": lambda p: p["overdoses"],
    "nonfatal_overdoses_expected": lambda p: p["expected_overdoses"],
    "deaths_28_days": lambda p: _within(p, "death_day", FOUR_WEEKS),
    "deaths_28_days_expected": lambda p: np.maximum(p["expected_deaths_28"], 0.0),
    "deaths_365_days": lambda p: _within(p, "death_day"),
    "deaths_365_days_expected": lambda p: p["expected_drug_deaths"] + p["expected_other_deaths"],
    "drug_deaths_365_days": lambda p: p["death_cause"] == DRUG_POISONING,
    "drug_deaths_365_days_expected": lambda p: p["expected_drug_deaths"],
    "recalled_365_days": lambda p: _within(p, "first_recall"),
    "reoffended_365_days": lambda p: _within(p, "first_reoffence"),
    "treatment_days": lambda p: _days(p, "treatment_moments"),
    "wait_days_mean": lambda p: p["wait_days"],
    "appointments_missed_travel": lambda p: p["missed_travel"],
    "custody_days": lambda p: _days(p, "custody_moments"),
}
OTHER_DENOMINATORS: dict[str, Callable[[Array], Array]] = {
    "settled_3_months": lambda p: p["housing_at_84"] >= 0,
    "wait_days_mean": lambda p: p["waits"],
}


def record(people: Array, strata: Strata, person_days: int) -> RunResult:
    """Totals of a finished run, f8[groups, measures], numerators and denominators."""
    released = people[people["place"] != NOT_YET_RELEASED]
    numerators = np.stack([NUMERATORS[m.name](released).astype(np.float64) for m in MEASURES], axis=1)
    denominators = np.ones_like(numerators)
    for k, measure in enumerate(MEASURES):
        if measure.name in OTHER_DENOMINATORS:
            denominators[:, k] = OTHER_DENOMINATORS[measure.name](released)
    codes = strata.codes(released)
    return RunResult(
        numerator=_by_group(numerators, codes), denominator=_by_group(denominators, codes), person_days=person_days
    )


def _by_group(values: Array, codes: tuple[tuple[int, Array], ...]) -> Array:
    """f8[groups, measures]: the sum over everybody, then over the groups of each stratum."""
    tables = [values.sum(axis=0, keepdims=True)]
    for n, of_person in codes:
        tables.append(np.stack([np.bincount(of_person, weights=column, minlength=n) for column in values.T], axis=1))
    return np.concatenate(tables)
