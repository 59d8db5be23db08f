"""A model of nobody, of half a person or of no months is refused in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.agents import TransitionModel
from sim.agents.model import MOST_PEOPLE_OF_A_MODEL
from sim.core.days import MONTHS
from sim.core.errors import InputError
from sim.study.keys import LIMITS

BASELINE = Path(__file__).resolve().parents[2] / "scenarios" / "baseline.yaml"


@pytest.mark.parametrize("name", ["people", "months"])
@pytest.mark.parametrize("value", [0, -1, 1.5, True, "30", float("nan"), 10**9])
def test_a_number_that_is_none_is_refused(name: str, value: Any) -> None:
    with pytest.raises(InputError) as caught:
        TransitionModel(BASELINE, **{name: value})
    assert str(caught.value).startswith(f"{name}: {value!r} is not a number this takes; allowed: a whole number from 1")


def test_whole_numbers_of_every_kind_are_taken() -> None:
    assert TransitionModel(BASELINE, people=int(np.int64(5)), months=1).day == 0
    assert len(TransitionModel(BASELINE, people=1, months=1).agents) > 1


def test_the_limits_are_those_of_a_study() -> None:
    assert LIMITS["people"] == (1, MOST_PEOPLE_OF_A_MODEL)
    assert LIMITS["months"] == (1, MONTHS)
