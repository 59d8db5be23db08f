"""A Mesa step is the engine's day: stepping a model, agent by agent or whole, gives the lives of a batch run."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest

from sim.agents import PersonLeavingPrison, TransitionModel
from sim.area import load_area
from sim.engine.model_area import ModelArea
from sim.engine.new_world import new_world
from sim.engine.run_inputs import derive_run_inputs
from sim.engine.world import World
from sim.evidence import load_parameters
from sim.scenario import load_scenario

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
NAMES = ("baseline", "navigators_two_cities", "evening_buses")


def batch_run(name: str, people: int, months: int, seed: int) -> World:
    """The same run without agents."""
    area, table = load_area(), load_parameters()
    model_area, scenario = ModelArea(area), load_scenario(SCENARIOS / f"{name}.yaml", area=area, parameters=table)
    reference = table["population.people_per_year"].value
    run_inputs = derive_run_inputs(
        model_area, scenario, table.reference(), reference_people=reference, people=people, months=months
    )
    world = new_world(model_area, run_inputs, seed=seed)
    world.run_to(world.days)
    return world


def fields_that_differ(one: World, other: World, *, but: tuple[str, ...] = ()) -> list[str]:
    """Fields of people, services and workers that are not equal bit for bit."""
    tables = ((one.people, other.people), (one.services, other.services), (one.workers, other.workers))
    booked = ["wake"] if (one.calendar.wake != other.calendar.wake).any() else []
    return booked + [
        field
        for coverage, there in tables
        for field in coverage.dtype.names or ()
        if field not in but and coverage[field].tobytes() != there[field].tobytes()
    ]


class Refused:
    """Stands in for a generator that nobody may use."""

    def __getattr__(self, name: str) -> NoReturn:
        raise AssertionError(f"the model drew luck from Mesa: {name}")

    def __call__(self, *_: Any, **__: Any) -> NoReturn:
        raise AssertionError("the model drew luck from Mesa")


@pytest.mark.parametrize("name", NAMES)
def test_steps_are_the_batch_run(name: str) -> None:
    model = TransitionModel(SCENARIOS / f"{name}.yaml", people=150, root_seed=5, collect=False)
    while model.running:
        model.step()
    batch = batch_run(name, 150, 24, 5)
    assert not fields_that_differ(model.world, batch)
    assert model.world.wakes == batch.wakes and model.world.person_days() == batch.person_days()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("order", ["as due", "backwards", "shuffled"])
def test_agents_in_any_order_live_the_batch_run(name: str, order: str) -> None:
    luck = random.Random(order)

    def ordered(due: list[PersonLeavingPrison]) -> list[PersonLeavingPrison]:
        return due[::-1] if order == "backwards" else luck.sample(due, len(due))

    model = TransitionModel(SCENARIOS / f"{name}.yaml", people=60, months=18, root_seed=6, collect=False)
    while model.running:
        model.step_by_agents(None if order == "as due" else ordered)
    batch = batch_run(name, 60, 18, 6)
    found = fields_that_differ(model.world, batch, but=("heap_size",))
    assert not found
    assert model.world.wakes == batch.wakes


def test_both_kinds_of_step_may_be_mixed() -> None:
    model = TransitionModel(SCENARIOS / "navigators_two_cities.yaml", people=50, months=12, root_seed=7, collect=False)
    while model.running:
        if model.day % 3:
            model.step_by_agents()
        else:
            model.step()
    assert not fields_that_differ(model.world, batch_run("navigators_two_cities", 50, 12, 7))


def test_random_numbers_of_mesa_decide_nothing() -> None:
    model = TransitionModel(SCENARIOS / "baseline.yaml", people=40, months=10, root_seed=8)
    model.random = Refused()
    model.rng = Refused()
    while model.running:
        model.step_by_agents() if model.day % 2 else model.step()
    assert not fields_that_differ(model.world, batch_run("baseline", 40, 10, 8))


def test_the_model_ends_at_its_horizon() -> None:
    model = TransitionModel(SCENARIOS / "baseline.yaml", people=30, months=3, root_seed=9)
    n_days = 0
    while model.running:
        assert model.day == n_days
        model.step()
        n_days += 1
    assert n_days == model.world.days - model.world.first_day == 91
    before = model.world.people.tobytes()
    n_rows = len(model.datacollector.get_model_vars_dataframe())
    model.step()
    model.step_by_agents()
    assert model.day == 91 and not model.running
    assert model.world.people.tobytes() == before
    assert len(model.datacollector.get_model_vars_dataframe()) == n_rows == 91


def test_seeds_and_sizes_differ() -> None:
    few, more = (TransitionModel(SCENARIOS / "baseline.yaml", people=n, months=1, root_seed=1) for n in (20, 30))
    other = TransitionModel(SCENARIOS / "baseline.yaml", people=20, months=1, root_seed=2)
    worlds = [model.world for model in (few, more, other)]
    luck = [world.people["stream"][np.argsort(world.people["number"])] for world in worlds]
    assert np.array_equal(luck[0][:20], luck[1][:20])
    assert not np.isin(luck[0], luck[2]).any()
