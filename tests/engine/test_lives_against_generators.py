"""Lives of the whole engine, all hazards constant, against the matrix exponential of their generator.

Once everybody is in a known state, the states on later days are those of a Markov chain: exp(Q t) gives the share of
people in each, from each state they were in. Chi-squared from each starting state, p > 1e-5 a check (some two hundred
checks: odds of a false alarm 1 in 500 for all of them together); seeds are fixed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from engine_ground import Ground, start_again, with_numbers, with_places
from scipy import stats
from scipy.linalg import expm

from sim.engine.world import World
from sim.population.codes import (
    CAS3,
    COMMUNITY,
    DEAD,
    HIDDEN,
    HOUSING,
    HOUSING_FIRST,
    IN_TREATMENT,
    NO_TREATMENT,
    ROUGH,
    SETTLED,
    SUPPORTED,
    TEMPORARY,
)

ODDS = 1e-5
PEOPLE = 20_000
RELEASE = 1  # everybody's first release, so that the eve is lived as well
NIGHTS = 84
Array = np.ndarray[Any, Any]

NOTHING_ELSE: dict[str, Any] = dict.fromkeys(
    ("recall", "reoffence", "completion", "asks_for_help", "reentry", "residential_wanted", "trust_worker_leaves"), 0.0
) | {"trust_dropout_hr": 1.0, "death_age_ratio": 1.0, "suicide": 0.0}


def all_released(world: World) -> World:
    """The world with everybody's first release on one day."""
    world.people["first_release"] = world.people["custody_until"] = RELEASE
    start_again(world)
    return world


def generator(rates: Array) -> Array:
    """Q of the rates f8[states, states] per day, diagonal left out."""
    off = rates - np.diag(np.diag(rates))
    return np.asarray(off - np.diag(off.sum(axis=1)))


def assert_moves(before: Array, after: Array, moves: Array) -> int:
    """From each state with enough people in it, the states they are in now are multinomial with the given shares.

    before, after: i8[people]; moves: f8[states, states]. How many starting states were checked.
    """
    checked = 0
    for state in range(len(moves)):
        coverage = before == state
        n = int(coverage.sum())
        if n < 200:
            continue
        counts, expected = np.bincount(after[coverage], minlength=len(moves)), n * moves[state]
        assert not counts[expected < 1e-9].any(), (state, counts, expected)
        common = expected >= 5.0
        seen = np.append(counts[common], counts[~common].sum())
        hoped = np.append(expected[common], expected[~common].sum())
        if hoped[-1] < 1e-6:
            seen, hoped = seen[:-1], hoped[:-1]
        surprise = float(((seen - hoped) ** 2 / np.maximum(hoped, 1.0)).sum())
        assert stats.chi2.sf(surprise, max(1, len(seen) - 1)) > ODDS, (state, seen, hoped)
        checked += 1
    return checked


# Hazards of housing, larger than the evidence's so that every move is common within a year.
OUT, OUT_SETTLED, OUT_HIDDEN = 0.03, 0.3, 0.4
OUT_TEMPORARY = 1 - OUT_SETTLED - OUT_HIDDEN
AWAY, AWAY_SETTLED, TO_STREET = 0.02, 0.45, 0.008
UP, DOWN, DOWN_STREET = 0.012, 0.006, 0.4
LOST, LOST_ROUGH, LOST_HIDDEN = 0.008, 0.25, 0.45
LOST_TEMPORARY = 1 - LOST_ROUGH - LOST_HIDDEN
MOVED_ON = 0.01
OTHER_DEATHS, ROUGH_RATIO, HIDDEN_RATIO = 0.0008, 3.0, 2.0
AT_END, END_ROUGH, END_HIDDEN = 0.45, 0.2, 0.25
GONE = len(HOUSING)

HOUSING_RATES = np.zeros((GONE + 1, GONE + 1))
for home, lost in ((SETTLED, LOST), (SUPPORTED, LOST), (HOUSING_FIRST, LOST)):
    HOUSING_RATES[home, [ROUGH, HIDDEN, TEMPORARY]] = lost * LOST_ROUGH, lost * LOST_HIDDEN, lost * LOST_TEMPORARY
for place in (TEMPORARY, CAS3):
    HOUSING_RATES[place, [SETTLED, ROUGH, HIDDEN]] = UP, DOWN * DOWN_STREET, DOWN * (1 - DOWN_STREET)
HOUSING_RATES[ROUGH, [SETTLED, HIDDEN, TEMPORARY]] = OUT * OUT_SETTLED, OUT * OUT_HIDDEN, OUT * OUT_TEMPORARY
HOUSING_RATES[HIDDEN, [SETTLED, TEMPORARY]] = AWAY * AWAY_SETTLED, AWAY * (1 - AWAY_SETTLED)
HOUSING_RATES[HIDDEN, ROUGH] = TO_STREET
HOUSING_RATES[SUPPORTED, SETTLED] = MOVED_ON
HOUSING_RATES[:GONE, GONE] = OTHER_DEATHS
HOUSING_RATES[ROUGH, GONE] *= ROUGH_RATIO
HOUSING_RATES[HIDDEN, GONE] *= HIDDEN_RATIO

END_OF_BED = np.eye(GONE + 1)
END_OF_BED[CAS3] = 0.0
END_OF_BED[CAS3, [SETTLED, ROUGH, HIDDEN]] = AT_END, END_ROUGH, END_HIDDEN
END_OF_BED[CAS3, TEMPORARY] = 1 - AT_END - END_ROUGH - END_HIDDEN

HOUSING_NUMBERS: dict[str, Any] = NOTHING_ELSE | {
    "rough_exit": OUT,
    "rough_exit_settled": OUT_SETTLED,
    "temporary_to_settled": UP,
    "rough_exit_hidden": OUT_HIDDEN,
    "hidden_exit": AWAY,
    "hidden_exit_settled": AWAY_SETTLED,
    "hidden_to_rough": TO_STREET,
    "temporary_to_homeless": DOWN,
    "temporary_loss_street": DOWN_STREET,
    "settled_loss": LOST,
    "loss_to_rough": LOST_ROUGH,
    "loss_to_hidden": LOST_HIDDEN,
    "supported_move_on": MOVED_ON,
    "housing_first_loss": LOST,
    "children_settling": 1.0,
    "overdose_base": 0.0,
    "death_base": OTHER_DEATHS,
    "death_rough": ROUGH_RATIO,
    "death_hidden": HIDDEN_RATIO,
    "first_night_street": 0.6,
    "homeless_intercept": -0.5,
    "unsettled_intercept": 0.06,  # of those under a roof a fifth in temporary housing
    "unsettled_per_sd": 0.0,
    "cas3_refers_homeless": 0.3,
    "cas3_refers_temporary": 0.5,
    "cas3_planned_by": (0.0, 1.0),  # every stay is planned for as many nights
    "cas3_edges": (NIGHTS - 1.0, NIGHTS - 1.0, NIGHTS, NIGHTS),
    "cas3_ends_by": (AT_END, AT_END + END_ROUGH, AT_END + END_ROUGH + END_HIDDEN),
}


def housing_moves(first: int, last: int) -> Array:
    """f8[states, states] shares from the dawn of one day to the dawn of another; the planned end of all stays in
    short-stay beds lies on its day."""
    q, end = generator(HOUSING_RATES), RELEASE + NIGHTS
    if first <= end < last:
        return np.asarray(expm(q * (end - first)) @ END_OF_BED @ expm(q * (last - end)))
    return np.asarray(expm(q * (last - first)))


def housing_states(world: World) -> Array:
    p = world.people
    assert np.isin(p["status"], (COMMUNITY, DEAD)).all()
    return np.where(p["status"] == DEAD, GONE, p["housing"]).astype(np.int64)


@pytest.mark.parametrize("seed", [1, 2])
def test_five_kinds_of_housing_and_death(ground: Ground, seed: int) -> None:
    """Short-stay beds for everybody referred; supported places, open for a week, for people of three cities.

    Settled is never a state from which a bed is reached, so that from day 12 on nobody moves but by a hazard or the
    planned end of a stay.
    """
    scenario = ground.buying("supported_beds", first=0, end=8)
    draw = {**ground.reference, "lever.ramp_days": 1.0}
    run_inputs = with_numbers(
        with_places(ground.run_inputs(scenario, people=PEOPLE, draw=draw), 100.0), HOUSING_NUMBERS
    )
    world = all_released(ground.world(run_inputs, seed))
    watched = (12, 20, 50, 85, 86, 110, 200, 360)
    states = []
    for day in watched:
        world.run_to(day)
        states.append(housing_states(world))
    checked = 0
    for k in range(1, len(watched)):
        checked += assert_moves(states[0], states[k], housing_moves(watched[0], watched[k]))
        checked += assert_moves(states[k - 1], states[k], housing_moves(watched[k - 1], watched[k]))
    assert checked > 60
    assert np.bincount(states[0], minlength=GONE + 1)[[*range(5), HIDDEN]].min() > 300
    for origin, to, factor in (
        (ROUGH, TEMPORARY, 1.5),
        (HIDDEN, TEMPORARY, 1.4),
        (HIDDEN, ROUGH, 1.5),
        (SUPPORTED, SETTLED, 1.3),
        (CAS3, ROUGH, 2.5),
        (ROUGH, GONE, 2.0),
    ):
        assert agrees(states, watched, origin, to, 1.0) and not agrees(states, watched, origin, to, factor), origin


def agrees(states: list[Array], watched: tuple[int, ...], origin: int, to: int, factor: float) -> bool:
    """Whether the states would pass with one rate of the generator multiplied."""
    rates = HOUSING_RATES.copy()
    rates[origin, to] *= factor
    try:
        for k in range(1, 4):  # up to the planned end of the stays
            assert_moves(states[0], states[k], np.asarray(expm(generator(rates) * (watched[k] - watched[0]))))
    except AssertionError:
        return False
    return True


# Use, treatment and overdose: in treatment or not, using or not, dead of an overdose, dead otherwise.
BEGINS, STOPS_OUT, STOPS_IN = 0.02, 0.006, 0.02
LEAVES = 0.008
OVERDOSES, FATAL = 0.01, 0.12
DIES = 0.0005
TREATED_USING, TREATED, USING, NEITHER, POISONED, DEAD_OTHERWISE = range(6)

USE_RATES = np.zeros((6, 6))
USE_RATES[TREATED_USING, [TREATED, USING]] = STOPS_IN, LEAVES
USE_RATES[TREATED, [TREATED_USING, NEITHER]] = BEGINS, LEAVES
USE_RATES[USING, NEITHER] = STOPS_OUT
USE_RATES[NEITHER, USING] = BEGINS
USE_RATES[[TREATED_USING, USING], POISONED] = OVERDOSES * FATAL
USE_RATES[:POISONED, DEAD_OTHERWISE] = DIES

USE_NUMBERS: dict[str, Any] = NOTHING_ELSE | {
    "use_start": BEGINS,
    "use_on_ost": 1.0,
    "use_other_needs": 1.0,
    "use_by_ace4": 1.0,
    "use_stop": (STOPS_OUT, STOPS_IN),
    "dropout": LEAVES,
    "depot_dropout": 1.0,
    "overdose_base": OVERDOSES,
    "overdose_injecting": 1.0,
    "overdose_women": 1.0,
    "overdose_rough": 1.0,
    "overdose_hidden": 1.0,
    "overdose_age_ratio": 1.0,
    "overdose_age_mean": 1.0,
    "overdose_tolerance": 1.0,
    "overdose_first_days": 1.0,
    "overdose_after_ost": 1.0,
    "overdose_on_ost": 1.0,
    "overdose_start_ost": 1.0,
    "overdose_other_weeks_1_2": 1.0,
    "fatal_unwitnessed": FATAL,
    "fatal_witnessed": FATAL,
    "fatal_naloxone": FATAL,
    "fatal_other": FATAL,
    "fatality_no_kit": FATAL,
    "averted_by_kit": 0.0,
    "death_base": DIES,
    "death_rough": 1.0,
    "death_hidden": 1.0,
}


def use_states(world: World) -> Array:
    p = world.people
    alive = np.select(
        [
            (p["treatment"] == IN_TREATMENT) & (p["using"] == 1),
            p["treatment"] == IN_TREATMENT,
            p["using"] == 1,
        ],
        [TREATED_USING, TREATED, USING],
        NEITHER,
    )
    return np.where(p["status"] == DEAD, np.where(p["death_cause"] == 1, POISONED, DEAD_OTHERWISE), alive)


@pytest.mark.parametrize("seed", [3, 4])
def test_use_treatment_overdose_and_death(ground: Ground, seed: int) -> None:
    """From day 60, whoever does not still wait; nobody comes back to treatment, as asking for help is left out.

    Expected events of the accounts are those of the chain too: time spent using x hazard.
    """
    run_inputs = with_numbers(with_places(ground.run_inputs(people=PEOPLE), 40.0), USE_NUMBERS)
    world = all_released(ground.world(run_inputs, seed))
    watched = (60, 90, 150, 360)
    world.run_to(watched[0])
    p = world.people
    chosen = (p["status"] == COMMUNITY) & np.isin(p["treatment"], (IN_TREATMENT, NO_TREATMENT))
    states = [use_states(world)[chosen]]
    for day in watched[1:]:
        world.run_to(day)
        states.append(use_states(world)[chosen])
    q, checked = generator(USE_RATES), 0
    for k in range(1, len(watched)):
        for earlier in {0, k - 1}:
            moves = np.asarray(expm(q * (watched[k] - watched[earlier])))
            checked += assert_moves(states[earlier], states[k], moves)
    assert chosen.sum() > 0.8 * PEOPLE and checked >= 18
    world.run_to(world.days)
    deaths = float((world.people["death_cause"] == 1).sum())
    expected = float(world.people["expected_drug_deaths"].sum())
    assert abs(deaths - expected) < 4.4 * np.sqrt(expected) and expected > 500
