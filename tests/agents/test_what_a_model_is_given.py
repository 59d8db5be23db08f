"""Seed, draw, reporters and area of a model: what is none is refused in one sentence before anything is made."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.agents import TransitionModel
from sim.agents.model import MOST_SEED
from sim.core.errors import InputError
from sim.evidence import load_parameters
from sim.study.keys import LIMITS

REFERENCE = dict(load_parameters().reference())
WITHOUT = {name: value for name, value in REFERENCE.items() if name != "overdose.witnessed"}


def refusal(**settings: Any) -> str:
    with pytest.raises(InputError) as caught:
        TransitionModel("baseline", **{"people": 5, "months": 1, **settings})
    return str(caught.value)


@pytest.mark.parametrize("seed", ["x", 1.5, None, -1, 2**63, 2**64 + 1, True, float("nan")])
def test_a_seed_that_is_none(seed: Any) -> None:
    words = refusal(root_seed=seed)
    assert words.startswith("root_seed: ") and words.endswith(f"a whole number from 0 to {MOST_SEED:,}")


def test_the_seeds_are_those_of_a_study() -> None:
    assert LIMITS["seed"] == (0, MOST_SEED)
    assert TransitionModel("baseline", people=5, months=1, root_seed=MOST_SEED).day == 0
    one, other = (TransitionModel("baseline", people=5, months=1, root_seed=seed) for seed in (3, np.int32(3)))
    assert (one.world.people["number"] == other.world.people["number"]).all()


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        ({}, "'agency.colocated_received_or' has no value; allowed: a value for every parameter"),
        (WITHOUT, "'overdose.witnessed' has no value"),
        ({**WITHOUT, "overdose.witnesed": 0.5}, "is not a parameter; allowed: a value for every parameter, as in"),
        ({**WITHOUT, "overdose.witnesed": 0.5}, "did you mean 'overdose.witnessed'?"),
        ({**REFERENCE, 3: 0.5}, "3 is not a parameter"),
        ({**REFERENCE, "overdose.witnessed": 1.5}, "1.5 is not possible for 'overdose.witnessed'; allowed: 0 to 1"),
        ({**REFERENCE, "overdose.witnessed": "0.5"}, "'0.5' is not a number"),
        ({**REFERENCE, "overdose.witnessed": float("nan")}, "nan is not possible"),
        ({**REFERENCE, "population.age_sd": 0.0}, "0 is not possible for 'population.age_sd'; allowed: above 0.5"),
        ({**REFERENCE, "population.people_per_year": 1e12}, "the model is not defined with these numbers together"),
        (5, "5 is not a draw"),
        ("reference", "'reference' is not a draw"),
    ],
)
def test_a_draw_that_is_none(draw: Any, words: str) -> None:
    said = refusal(draw=draw)
    assert said.startswith("draw: ") and words in said and "\n" not in said


def test_draws_of_the_tables_are_taken() -> None:
    table = load_parameters()
    by_default = TransitionModel("baseline", people=5, months=1)
    as_mapping = TransitionModel("baseline", people=5, months=1, draw=REFERENCE)
    assert by_default.world.people.tobytes() == as_mapping.world.people.tobytes()
    for drawn in table.sample(seed=1, n=3):
        assert TransitionModel("baseline", people=5, months=1, draw=drawn).day == 0


@pytest.mark.parametrize("reporters", [["a"], "day", 5, {"day": 1}, {"day": None}, {"day": "day"}, {1: len}])
def test_reporters_that_are_none(reporters: Any) -> None:
    said = refusal(reporters=reporters)
    assert (said.startswith("reporters: ") and "function" in said) or "is not a name" in said


@pytest.mark.parametrize("setting", [{"area": "south_west"}, {"area": 5}, {"collect": "yes"}, {"collect": 1}])
def test_an_area_or_a_flag_that_is_none(setting: Any) -> None:
    (name,) = setting
    assert refusal(**setting).startswith(f"{name}: ")
