"""Deaths wherever people are: custody is no shelter from death by construction, and help that ends is woken for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from engine_ground import ROLL, Ground, differing_fields, with_numbers, with_params, with_unlimited_places

from sim.core.days import MOMENTS_PER_DAY, NEVER
from sim.engine.run_inputs import RunInputs
from sim.population.codes import DEAD, NOT_YET_RELEASED, OTHER_CAUSE, SUICIDE

PEOPLE = 1500
CAUSES = ("expected_drug_deaths", "expected_suicides", "expected_other_deaths")


def expected(people: Any, *fields: str) -> float:
    return float(sum(people[field].sum() for field in fields))


def test_where_custody_is_as_dangerous_as_liberty_recall_moves_no_death(ground: Ground) -> None:
    """One clock, one hazard wherever somebody is: who dies, when and of what is the same with no recall and with three
    times today's."""
    alike = {
        "overdose_base": 0.0, "death_rough": 1.0, "death_hidden": 1.0, "death_base": 0.0006, "suicide": 0.0002,
        "custody_natural": 1.0, "custody_suicide": 0.0002,
    }  # fmt: skip
    run_inputs = with_unlimited_places(with_numbers(ground.run_inputs(people=PEOPLE), alike))
    never, often = (ground.lived(with_params(run_inputs, {"recall": factor}), 4).people for factor in (0.0, 3.0))
    assert often["recalls"].sum() > 500 and never["recalls"].sum() < often["recalls"].sum()
    assert never["death_day"].tolist() == often["death_day"].tolist()
    assert never["death_cause"].tolist() == often["death_cause"].tolist()
    assert (often["death_day"] < NEVER).sum() > 100 and often["died_in_custody"].sum() > 10
    assert expected(never, *CAUSES) == pytest.approx(expected(often, *CAUSES), rel=1e-9)


def lived(ground: Ground, run_inputs: RunInputs) -> Any:
    return ground.lived(with_unlimited_places(run_inputs), 5).people


def test_halving_recall_costs_fewer_lives_than_where_nobody_dies_in_custody(ground: Ground) -> None:
    """Of deaths that are no poisoning: what is left of the rise is the difference between custody and liberty."""
    run_inputs = ground.run_inputs(people=4000)
    immortal = with_numbers(run_inputs, {"custody_natural": 0.0, "custody_suicide": 0.0})
    rises = []
    for inputs in (run_inputs, immortal):
        usual, halved = lived(ground, inputs), lived(ground, with_params(inputs, {"recall": 0.5}))
        rises.append(expected(halved, *CAUSES[1:]) - expected(usual, *CAUSES[1:]))
    assert rises[0] < 0.5 * rises[1]
    people = lived(ground, run_inputs)
    inside_years = people["custody_moments"].sum() / MOMENTS_PER_DAY / 365.0
    of_place = people["expected_custody_deaths"].sum(axis=0) / inside_years
    assert of_place[1] == pytest.approx(float(run_inputs.params["custody_suicide"][0]) * 365.0, rel=1e-6)
    assert 0.0010 < of_place[0] < 0.0045  # 0.7 of natural deaths of people of their ages and needs


def test_causes_and_places_hold_together(ground: Ground) -> None:
    harsh = with_params(
        ground.run_inputs(people=PEOPLE), {"custody_suicide": 100.0, "death_base": 10.0, "suicide": 20.0}
    )
    people = ground.lived(harsh, 6).people
    released = people[people["status"] != NOT_YET_RELEASED]
    inside = released["died_in_custody"] > 0
    assert {SUICIDE, OTHER_CAUSE} == set(released["death_cause"][inside].tolist())
    assert (released["status"][inside] == DEAD).all() and (released["custody_until"][inside] == NEVER).all()
    custody = released["expected_custody_deaths"]
    assert (custody[:, 0] <= released["expected_other_deaths"].sum(axis=1) + 1e-12).all()
    assert (custody[:, 1] <= released["expected_suicides"].sum(axis=1) + 1e-12).all()
    assert not custody[released["custody_moments"].sum(axis=1) == 0].any()
    since = released["settled_at"][inside] - released["custody_since"][inside].astype(np.int64) * MOMENTS_PER_DAY
    assert (since >= 0).all()


@pytest.mark.parametrize("lever", ["womens_centre", "dual_diagnosis_worker"])
def test_what_a_lever_gives_ends_with_its_money(ground: Ground, lever: str) -> None:
    """Money to day 200: whoever had a place or a worker then has what it did for the run-out and no longer, and lives
    woken every day are the same."""
    run_inputs = with_numbers(ground.run_inputs(ground.buying(lever, end=200), people=PEOPLE), {"runout_days": 28.0})
    world = ground.world(run_inputs, 7)
    field = "womens_centre_until" if lever == "womens_centre" else "dual_diagnosis_until"
    world.run_to(200)
    holding = (world.people[field] > 228) & (world.people[field] < NEVER)
    assert holding.sum() > 5
    world.run_to(world.days)
    until = world.people[field]
    assert until[until < NEVER].max() == 228
    daily = ground.lived(run_inputs, 7, everybody_daily=True)
    assert not (found := differing_fields(world.people, daily.people, but=ROLL)), found
