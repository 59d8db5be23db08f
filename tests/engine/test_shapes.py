"""An array of a wrong kind or shape is refused before compiled code, which checks no bounds, can read beyond it."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from engine_ground import Ground

from sim.engine.run_inputs import RunInputs
from sim.engine.shapes import handed


@pytest.fixture(scope="module")
def run_inputs(ground: Ground) -> RunInputs:
    return ground.run_inputs(people=20)


def shorter(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The array without the last entry along its last axis."""
    return np.ascontiguousarray(array[..., :-1])


def as_told(array: np.ndarray[Any, Any]) -> str:
    return f"{array.dtype}{list(array.shape)}"


@pytest.mark.parametrize("change", [shorter, lambda array: array.astype(np.float32)])
@pytest.mark.parametrize(
    "name", ["journeys", "homeward", "chances", "booked", "coverage", "epoch_of_day", "coverage_of_day", "month_of_day"]
)
def test_an_array_of_a_wrong_kind_or_shape_is_named(
    ground: Ground, run_inputs: RunInputs, name: str, change: Any
) -> None:
    right = getattr(run_inputs, name)
    wrong = change(right)
    with pytest.raises(ValueError) as error:
        ground.world(dataclasses.replace(run_inputs, **{name: wrong}))
    assert str(error.value) == f"{name} must be {as_told(right)} and is {as_told(wrong)}"


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("booked", np.asfortranarray, "booked must lie in one piece, row by row"),
        ("epoch_of_day", lambda array: array + 1, "epoch_of_day must hold rows from 0 to 0 and holds 1 to 1"),
        ("coverage_of_day", lambda array: array - 1, "coverage_of_day must hold rows from 0 to 0 and holds -1 to -1"),
        ("params", lambda array: np.concatenate([array, array]), "params must be PARAMS[1] and is PARAMS[2]"),
    ],
)
def test_other_faults_are_told_in_a_sentence(
    ground: Ground, run_inputs: RunInputs, name: str, change: Any, told: str
) -> None:
    with pytest.raises(ValueError) as error:
        ground.world(dataclasses.replace(run_inputs, **{name: change(getattr(run_inputs, name))}))
    assert str(error.value) == told


@pytest.mark.parametrize("name", ["people", "services", "workers", "heap", "row_of", "due", "series"])
def test_a_wrong_array_of_a_world_is_named(ground: Ground, run_inputs: RunInputs, name: str) -> None:
    world = ground.world(run_inputs)
    array = getattr(world, name)
    with pytest.raises(ValueError, match=f"^{name} must "):
        dataclasses.replace(world, **{name: np.zeros((len(array), 2), dtype=array.dtype)})


@pytest.mark.parametrize("column", ["wake", "following", "before", "first"])
def test_a_wrong_array_of_the_calendar_is_named(ground: Ground, run_inputs: RunInputs, column: str) -> None:
    world = ground.world(run_inputs)
    array = getattr(world.calendar, column)
    wrong = world.calendar._replace(**{column: np.zeros((len(array) + 1, *array.shape[1:]), dtype=array.dtype)})
    with pytest.raises(ValueError, match=f"^{column} must "):
        dataclasses.replace(world, calendar=wrong)


def test_every_array_that_a_run_is_given_is_checked(ground: Ground, run_inputs: RunInputs) -> None:
    world = ground.world(run_inputs)
    checked = {id(array.array) for array in handed(world)}
    arrays = [
        array for array in (*world.state, *world.calendar, *world.run_inputs.plan) if isinstance(array, np.ndarray)
    ]
    assert {id(array) for array in arrays} <= checked
