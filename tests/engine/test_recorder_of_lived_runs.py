"""From lives to totals, of runs that were lived: groups and bands share everybody, and nothing is lost."""

from __future__ import annotations

import numpy as np
import pytest
from engine_ground import Ground

from sim.experiment.simulator import finished
from sim.outcomes.measures import MEASURE_NAMES
from sim.outcomes.recorder import record
from sim.outcomes.strata import AGE_BANDS, AGE_STARTS, BAND_MEASURES, CUMULATIVE_MEASURES, Strata, exists
from sim.outcomes.totals import RunResult
from sim.population.codes import COMMUNITY, CUSTODY, N_BANDS


@pytest.fixture(scope="module")
def strata(ground: Ground) -> Strata:
    return Strata(ground.area)


def lived_totals(ground: Ground, strata: Strata, name: str, seed: int) -> RunResult:
    world = ground.lived(ground.run_inputs(name, people=900), seed)
    return record(finished(world), strata)


@pytest.mark.parametrize("name", ["baseline", "navigators_two_cities"])
def test_groups_of_each_stratum_share_everybody(ground: Ground, strata: Strata, name: str) -> None:
    totals = lived_totals(ground, strata, name, 3)
    assert strata.groups[0] == ("all", "all") and len(set(strata.groups)) == len(strata.groups)
    kinds = [stratum for stratum, _ in strata.groups]
    for stratum in dict.fromkeys(kinds[1 : strata.first_of("since_release")]):
        chosen = [k for k, kind in enumerate(kinds) if kind == stratum]
        measured = [k for k, name in enumerate(MEASURE_NAMES) if exists(name, stratum)]
        for table in (totals.numerator, totals.denominator):
            assert np.allclose(table[chosen][:, measured].sum(axis=0), table[0, measured], rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("name", ["baseline", "navigators_two_cities"])
def test_bands_share_all_that_a_year_holds(ground: Ground, strata: Strata, name: str) -> None:
    totals = lived_totals(ground, strata, name, 3)
    first, by_day = strata.first_of("since_release"), strata.first_of("by_day")
    inside, cumulative = slice(first, first + N_BANDS), slice(by_day, by_day + N_BANDS)
    for measure in BAND_MEASURES:
        k = MEASURE_NAMES.index(measure)
        assert totals.numerator[inside, k].sum() == pytest.approx(totals.numerator[0, k], rel=1e-12)
        at_risk = totals.denominator[inside, k]
        assert at_risk[0] == 900 and (np.diff(at_risk) <= 0).all()
    for measure in CUMULATIVE_MEASURES:
        k = MEASURE_NAMES.index(measure)
        found = totals.numerator[cumulative, k]
        assert (np.diff(found) >= 0).all()
        assert found[-1] == pytest.approx(totals.numerator[0, k], rel=1e-12)
        assert (totals.denominator[cumulative, k] == 900).all()
    # The first three bands are the first 28 days.
    for measure in ("deaths", "deaths_expected"):
        early, year = (measure.replace("deaths", f"deaths_{days}_days") for days in (28, 365))
        third = totals.numerator[by_day + 2, MEASURE_NAMES.index(year)]
        assert third == pytest.approx(totals.numerator[0, MEASURE_NAMES.index(early)], rel=1e-12)
    deaths = MEASURE_NAMES.index("deaths_365_days")
    alive = 900 - np.concatenate([[0], totals.numerator[cumulative, deaths][:-1]])
    assert (totals.denominator[inside, deaths] == alive).all()  # everybody is followed for the year


@pytest.mark.parametrize("name", ["baseline", "navigators_two_cities"])
def test_totals_of_a_lived_run_are_whole(ground: Ground, strata: Strata, name: str) -> None:
    totals = lived_totals(ground, strata, name, 3)
    assert totals.problem(len(strata.groups), len(MEASURE_NAMES)) is None
    assert totals.denominator[0, 0] == 900


def test_codes_of_strata_follow_the_traits(ground: Ground, strata: Strata) -> None:
    people = ground.world(ground.run_inputs(people=900), 4).people
    of_people = strata.groups[1 : strata.first_of("since_release")]
    names = list(dict.fromkeys(stratum for stratum, _ in of_people))
    codes = dict(zip(names, (found for _, found in strata.codes(people)), strict=True))
    for stratum, found in codes.items():
        labels = [group for kind, group in strata.groups if kind == stratum]
        for person, code in zip(people[:200], found[:200], strict=True):
            place = ground.area.places[person["home"]]
            told = {
                "sex": ("man", "woman")[person["sex"]],
                "council": place.local_authority,
                "home": "rural" if place.is_rural else "urban",
                "trauma": "4 or more ACEs" if person["ace4"] else "fewer than 4 ACEs",
                "age": AGE_BANDS[sum(person["age"] >= start for start in AGE_STARTS)],
            }
            assert stratum == "need" or labels[code] == told[stratum]


def test_person_days_grow_by_everybody_followed_today(ground: Ground) -> None:
    world = ground.world(ground.run_inputs(people=400), 5)
    counted = 0
    while world.day < world.days:
        assert world.person_days() == counted
        world.run_to(world.day + 1)
        counted += int(np.isin(world.people["status"], (COMMUNITY, CUSTODY)).sum())
    first, died = world.people["first_release"].tolist(), world.people["death_day"].tolist()
    assert world.person_days() == sum(min(365, end - begin) for begin, end in zip(first, died, strict=True))
