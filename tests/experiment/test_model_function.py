"""The model as a plain function: the numbers of a study at the same values and luck, and words for wrong names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import sim
from sim.core.errors import InputError
from sim.experiment.model_function import ModelFunction, python_name
from sim.experiment.requests import set_up_comparison
from sim.experiment.simulator import simulator_of

ROOT = Path(__file__).resolve().parents[2] / "scenarios"
NAVIGATORS = ROOT / "navigators_two_cities.yaml"
ENGAGED = "navigators_two_cities__engaged_within_3_weeks"


@pytest.fixture(scope="module")
def model() -> ModelFunction:
    return ModelFunction(
        [NAVIGATORS], baseline=ROOT / "baseline.yaml", measures=["engaged_within_3_weeks", "wait_days_mean"],
        people=120, months=3,
    )  # fmt: skip


def test_it_gives_what_a_run_at_the_same_values_gives(model: ModelFunction) -> None:
    setup = set_up_comparison(
        [NAVIGATORS], baseline=ROOT / "baseline.yaml", people=120, months=3, draws=1, replicates=1
    )
    simulator = simulator_of(setup)
    values = dict(simulator.points.draw(0))
    given = {name: values[known.name] for name, known in model.uncertainties.items()}
    found, result = model(**given), simulator(1, 0, 0)
    k = simulator.measures.index("engaged_within_3_weeks")
    assert found[ENGAGED] == result.numerator[0, k] / result.denominator[0, k]
    assert set(found) == set(model.outcomes)
    base = found["baseline__engaged_within_3_weeks"]
    assert found[f"{ENGAGED}__difference"] == found[ENGAGED] - base


def test_same_numbers_same_answer_and_a_number_moves_it(model: ModelFunction) -> None:
    assert model() == model()
    known = model.uncertainties["appointment__base_attendance"]
    low, high = model(appointment__base_attendance=known.low), model(appointment__base_attendance=known.high)
    assert low["baseline__engaged_within_3_weeks"] != high["baseline__engaged_within_3_weeks"]


def test_an_ema_workbench_style_caller_needs_names_ranges_and_keywords_only(model: ModelFunction) -> None:
    """As EMA Workbench does it: RealParameter(name, low, high), ScalarOutcome(name), Model(function=model)."""
    function: Callable[..., dict[str, float]] = model
    assert all(name.isidentifier() for name in (*model.uncertainties, *model.outcomes))
    case = {name: known.low + 0.25 * (known.high - known.low) for name, known in model.uncertainties.items()}
    outcomes = function(**case)
    assert all(isinstance(outcomes[name], float) for name in model.outcomes)


def test_what_it_does_not_know_is_told(model: ModelFunction) -> None:
    with pytest.raises(InputError, match=r"'appointment__base_attendence' is not .*'appointment__base_attendance'"):
        model(appointment__base_attendence=0.4)
    with pytest.raises(InputError, match=r"2 is not possible in the unit 'probability'; allowed: 0 to 1"):
        model(appointment__base_attendance=2)
    with pytest.raises(InputError, match="'engaged' is not a measure"):
        ModelFunction([NAVIGATORS], baseline=ROOT / "baseline.yaml", measures=["engaged"])
    assert python_name("a.b_c") == "a__b_c"
    assert sim.ModelFunction is ModelFunction
