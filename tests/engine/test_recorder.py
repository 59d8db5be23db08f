"""From lives to totals: hand-worked rows, groups that share everybody, and expected events that match the events."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from engine_ground import Ground, with_facts

from sim.core.days import MOMENTS_PER_DAY, NEVER
from sim.outcomes.measures import MEASURE_NAMES
from sim.outcomes.recorder import NUMERATORS, OTHER_DENOMINATORS, record
from sim.outcomes.strata import AGE_BANDS, AGE_STARTS, Strata
from sim.outcomes.totals import RunResult
from sim.population.person import (
    COMMUNITY,
    CUSTODY,
    DEAD,
    DRUG_POISONING,
    FOLLOWED_UP,
    NOT_YET_RELEASED,
    ROUGH,
    SETTLED,
    TEMPORARY,
    WOMAN,
    new_people,
)


@pytest.fixture(scope="module")
def strata(ground: Ground) -> Strata:
    return Strata(ground.area)


def five_people() -> np.ndarray[Any, Any]:
    """Ada, followed up; Ben, dead on day 27; Cai, in custody; Dee, engaged too late; Eve, not yet released."""
    people = new_people(5)
    people["place"] = [FOLLOWED_UP, DEAD, CUSTODY, COMMUNITY, NOT_YET_RELEASED]
    people["sex"] = [WOMAN, 0, 0, WOMAN, 0]
    people["need"] = [0, 0, 3, 4, 1]
    people["age"] = [29.99, 30.0, 49.5, 50.0, 22.0]
    people["ace4"] = [1, 0, 0, 1, 1]
    people["first_release"] = [0, 100, 200, 300, 350]
    people["first_night"] = [SETTLED, ROUGH, TEMPORARY, ROUGH, -1]
    people["housing_at_84"] = [SETTLED, -1, -1, SETTLED, -1]
    people["rough_moments"] = [0, 20 * MOMENTS_PER_DAY + 512, 0, 3 * MOMENTS_PER_DAY, 0]
    people["treatment_moments"] = [90 * MOMENTS_PER_DAY, 0, 256, 0, 0]
    people["custody_moments"] = [0, 0, 14 * MOMENTS_PER_DAY, 0, 0]
    people["first_engaged"] = [20, NEVER, 220, 321, NEVER]
    people["first_use"] = [27, 100, 228, NEVER, NEVER]
    people["first_recall"] = [NEVER, NEVER, 240, NEVER, NEVER]
    people["first_reoffence"] = [364, NEVER, NEVER, NEVER, NEVER]
    people["death_day"] = [NEVER, 127, NEVER, NEVER, NEVER]
    people["death_cause"] = [0, DRUG_POISONING, 0, 0, 0]
    people["overdoses"] = [2, 1, 0, 0, 0]
    people["expected_overdoses"] = [0.5, 0.25, 0.0, 0.0, 0.0]
    people["expected_drug_deaths"] = [0.0625, 0.125, 0.0, 0.0, 0.0]
    people["expected_other_deaths"] = [0.03125, 0.0, 0.25, 0.0, 0.0]
    people["expected_deaths_28"] = [0.015625, 0.125, 0.0625, -1.0, -1.0]
    people["missed_travel"] = [1, 0, 0, 4, 0]
    people["waits"] = [1, 0, 2, 1, 0]
    people["wait_days"] = [3, 0, 9, 30, 0]
    return people


# Worked by hand: the sum over the four people released.
BY_HAND = {
    "engaged_within_3_weeks": 2,  # Ada on day 20, Cai on day 20; Dee on day 21 is late
    "first_night_rough": 2,
    "first_night_settled": 1,
    "settled_3_months": 2,
    "rough_sleeping_days": 23.5,
    "relapsed_28_days": 2,  # Ada on day 27, Ben on day 0; Cai on day 28 is late
    "nonfatal_overdoses": 3,
    "nonfatal_overdoses_expected": 0.75,
    "deaths_28_days": 1,  # Ben on day 27
    "deaths_28_days_expected": 0.203125,
    "deaths_365_days": 1,
    "deaths_365_days_expected": 0.46875,
    "drug_deaths_365_days": 1,
    "drug_deaths_365_days_expected": 0.1875,
    "recalled_365_days": 1,
    "reoffended_365_days": 1,
    "treatment_days": 90.25,
    "wait_days_mean": 42,
    "appointments_missed_travel": 5,
    "custody_days": 14,
}
# Four people released, but for these: first appointments offered; people at liberty on day 84.
DENOMINATORS_BY_HAND = {"wait_days_mean": 4, "settled_3_months": 2}


def test_every_measure_has_its_numerator() -> None:
    assert tuple(NUMERATORS) == MEASURE_NAMES
    assert set(OTHER_DENOMINATORS) == set(DENOMINATORS_BY_HAND)
    assert set(BY_HAND) == set(MEASURE_NAMES)


@pytest.mark.parametrize("name", MEASURE_NAMES)
def test_totals_against_hand_worked_rows(strata: Strata, name: str) -> None:
    totals = record(five_people(), strata, 1234)
    k = MEASURE_NAMES.index(name)
    assert totals.numerator[0, k] == BY_HAND[name]
    assert totals.denominator[0, k] == DENOMINATORS_BY_HAND.get(name, 4)
    assert totals.person_days == 1234


def test_first_appointments_are_their_own_denominator(strata: Strata) -> None:
    people = five_people()
    people["waits"] = [5, 0, 2, 1, 9]
    totals = record(people, strata, 0)
    assert totals.denominator[0, MEASURE_NAMES.index("wait_days_mean")] == 8


def test_groups_hold_the_right_people(strata: Strata) -> None:
    totals = record(five_people(), strata, 0)
    people_in = dict(zip(strata.groups, totals.denominator[:, 0], strict=True))
    assert people_in["all", "all"] == 4
    assert people_in["sex", "woman"] == 2 and people_in["sex", "man"] == 2
    assert people_in["need", "opiate_and_crack"] == 2 and people_in["need", "opiate_no_crack"] == 0
    assert people_in["trauma", "4 or more ACEs"] == 2
    assert [people_in["age", band] for band in AGE_BANDS] == [1, 1, 1, 1]
    nights = dict(zip(strata.groups, totals.numerator[:, MEASURE_NAMES.index("rough_sleeping_days")], strict=True))
    assert nights["sex", "man"] == 20.5 and nights["sex", "woman"] == 3.0
    assert nights["age", "30 to 39"] == 20.5 and nights["age", "50 and over"] == 3.0


def test_nobody_released_gives_whole_tables_of_zeros(strata: Strata) -> None:
    totals = record(five_people()[4:], strata, 0)
    assert not totals.numerator.any() and not totals.denominator.any()
    assert totals.problem(len(strata.groups), len(MEASURE_NAMES)) is None


def lived_totals(ground: Ground, strata: Strata, name: str, seed: int) -> RunResult:
    world = ground.lived(ground.blueprint(name, people=900), seed)
    return record(world.people, strata, world.person_days())


@pytest.mark.parametrize("name", ["baseline", "navigators_two_cities"])
def test_groups_of_each_stratum_share_everybody(ground: Ground, strata: Strata, name: str) -> None:
    totals = lived_totals(ground, strata, name, 3)
    assert strata.groups[0] == ("all", "all") and len(set(strata.groups)) == len(strata.groups)
    kinds = [stratum for stratum, _ in strata.groups]
    for stratum in dict.fromkeys(kinds[1:]):
        chosen = [k for k, kind in enumerate(kinds) if kind == stratum]
        for table in (totals.numerator, totals.denominator):
            assert np.allclose(table[chosen].sum(axis=0), table[0], rtol=1e-12, atol=1e-9)
    assert totals.problem(len(strata.groups), len(MEASURE_NAMES)) is None
    assert totals.denominator[0, 0] == 900


def test_codes_of_strata_follow_the_traits(ground: Ground, strata: Strata) -> None:
    people = ground.world(ground.blueprint(people=900), 4).people
    names = [name for name in dict.fromkeys(stratum for stratum, _ in strata.groups) if name != "all"]
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
    world = ground.world(ground.blueprint(people=400), 5)
    counted = 0
    while world.day < world.days:
        assert world.person_days() == counted
        world.run_to(world.day + 1)
        counted += int(np.isin(world.people["place"], (COMMUNITY, CUSTODY)).sum())
    first, died = world.people["first_release"].tolist(), world.people["death_day"].tolist()
    assert world.person_days() == sum(min(365, end - begin) for begin, end in zip(first, died, strict=True))


@pytest.mark.parametrize("hazard_factor", [1.0, 5.0])
def test_expected_events_are_the_mean_of_events(ground: Ground, hazard_factor: float) -> None:
    """Events less expected events have mean 0 and variance the expected; fixed seeds, odds of a false alarm 1e-4."""
    blueprint = ground.blueprint("naloxone_and_ost_at_release", people=2200)
    blueprint = with_facts(blueprint, {"overdose_base": hazard_factor})
    events_seen = {"overdoses": 0.0, "drug deaths": 0.0, "other deaths": 0.0, "deaths in 28 days": 0.0}
    expected = dict.fromkeys(events_seen, 0.0)
    for seed in range(12):
        p = ground.lived(blueprint, seed).people
        early = (p["death_day"] < NEVER) & (p["death_day"] - p["first_release"] < 28)
        for name, events, hazard in (
            ("overdoses", p["overdoses"], p["expected_overdoses"]),
            ("drug deaths", p["death_cause"] == DRUG_POISONING, p["expected_drug_deaths"]),
            ("other deaths", p["death_cause"] == 2, p["expected_other_deaths"]),
            ("deaths in 28 days", early, p["expected_deaths_28"]),
        ):
            events_seen[name] += float(events.sum())
            expected[name] += float(hazard.sum())
    z = {name: (events_seen[name] - expected[name]) / expected[name] ** 0.5 for name in events_seen}
    assert max(abs(value) for value in z.values()) < 3.9, z
    assert min(expected.values()) > 15
