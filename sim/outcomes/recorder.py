"""From lives to totals: each measure's numerator and denominator by group, as declared in measures.py.

A person counts once released within the run. Measures run from the first release; nobody is followed beyond 365 days.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.core.compiled import kernel
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
    numerators = np.empty((len(released), len(MEASURES)))
    denominators = np.ones_like(numerators)
    for k, measure in enumerate(MEASURES):
        numerators[:, k] = NUMERATORS[measure.name](released)
        if measure.name in OTHER_DENOMINATORS:
            denominators[:, k] = OTHER_DENOMINATORS[measure.name](released)
    groups = _groups(strata, released)
    totals = np.zeros((2, len(strata.groups), len(MEASURES)))
    add_up(numerators, groups, totals[0])
    add_up(denominators, groups, totals[1])
    return RunResult(numerator=totals[0], denominator=totals[1], person_days=person_days)


def _groups(strata: Strata, people: Array) -> Array:
    """i8[people, strata], number of each person's group in `strata.groups`, 'all' first."""
    columns = [np.zeros(len(people), dtype=np.int64)]
    first = 1
    for n, of_person in strata.codes(people):
        columns.append(of_person + first)
        first += n
    return np.stack(columns, axis=1)


@kernel
def add_up(values: Any, groups: Any, totals: Any) -> None:
    """Add each person's values f8[people, measures] to the totals f8[groups, measures] of the person's groups, person
    by person."""
    for i in range(len(values)):
        for s in range(groups.shape[1]):
            group = groups[i, s]
            for k in range(values.shape[1]):
                totals[group, k] += values[i, k]
