"""Measures of the themes on a few people by hand: what a row counts, per person released."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from shipped import shipped_reference

from sim.area import load_area
from sim.core.days import MOMENTS_PER_DAY
from sim.engine.records import MONTH
from sim.outcomes.measures import MEASURE_NAMES, MEASURES
from sim.outcomes.recorder import NUMERATORS, Run, record
from sim.outcomes.strata import N_MONTHS, Strata
from sim.outcomes.theme_measures import THEME_MEASURES
from sim.population.codes import COMMUNITY, NOT_YET_RELEASED
from sim.population.person import PERSON, new_people
from sim.scenario.levers import PAYERS

FIELD_OF = {
    "disclosed_trauma": "disclosed",
    "women_at_centre": "in_womens_centre",
    "chemsex_recognised": "recognised",
    "went_to_mutual_aid": "went_to_meetings",
    "met_mutual_aid_in_prison": "met_mutual_aid",
    "requests_lost": "requests_lost",
    "appointments_brought_near": "brought",
}


def people_with(field: str, values: list[int]) -> np.ndarray[Any, Any]:
    """Rows in the community with the given values of a field."""
    people = new_people(len(values))
    people["status"] = COMMUNITY
    people[field] = values
    return people


@pytest.mark.parametrize("measure", FIELD_OF)
def test_a_measure_counts_its_field_of_the_row(measure: str) -> None:
    people = people_with(FIELD_OF[measure], [0, 1, 1, 0, 1])
    assert NUMERATORS[measure](people).tolist() == [0, 1, 1, 0, 1]


def test_a_measure_that_sums_a_field_says_which() -> None:
    assert {measure.name: measure.field for measure in THEME_MEASURES if measure.field} == FIELD_OF
    assert {measure.field for measure in MEASURES if measure.field} <= set(PERSON.names or ())


def test_every_measure_of_the_themes_is_tried_here() -> None:
    assert {measure.name for measure in THEME_MEASURES} == {*FIELD_OF, "rough_street_count"}
    assert all(measure.per_person and not measure.headline for measure in THEME_MEASURES)


def test_a_street_count_finds_half_of_the_nights_of_a_day() -> None:
    # 365 and 73 nights of sleeping rough: 438 / 365 = 1.2 people on a night, of whom a count finds half; the person not
    # yet released is left out.
    people = people_with("sex", [0, 0, 0, 0])
    people["rough_moments"][:, 9] = np.array([365, 73, 0, 0]) * MOMENTS_PER_DAY
    people["status"][3] = NOT_YET_RELEASED
    run = Run(
        people=people,
        series=np.zeros(N_MONTHS, dtype=MONTH),
        nights=np.full(N_MONTHS, 30),
        end_day=730,
        draw=dict(shipped_reference()) | {"housing.street_count_share": 0.5},
        spend=dict.fromkeys(PAYERS, 0.0),
        scale=1.0,
        person_days=0,
    )
    result = record(run, Strata(load_area()))
    k = MEASURE_NAMES.index("rough_street_count")
    assert result.numerator[0, k] == pytest.approx(0.6)
    assert result.denominator[0, k] == 3
