"""The model as a plain function: the numbers of a study at the same values and luck, and words for wrong names."""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.core.errors import InputError
from sim.evidence import load_parameters
from sim.evidence.needed import Ends, needed_rows
from sim.evidence.units import allowed_values, kind_of_unit
from sim.experiment.model_function import ModelFunction, python_name
from sim.experiment.requests import set_up_comparison
from sim.experiment.simulator import simulator_of
from sim.population.disadvantage import LOADINGS, MOST_LOADING

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
    with pytest.raises(InputError, match=r"2 is not possible for 'appointment.base_attendance'; allowed: 0 to 1"):
        model(appointment__base_attendance=2)
    with pytest.raises(InputError, match="'engaged' is not a measure"):
        ModelFunction([NAVIGATORS], baseline=ROOT / "baseline.yaml", measures=["engaged"])
    assert python_name("a.b_c") == "a__b_c"
    assert sim.ModelFunction is ModelFunction


ENDS = [
    ("appointment.base_attendance", 0.0, "above 0"),
    ("appointment.base_attendance", 1.0, "below 1"),
    ("appointment.in_treatment", 0.0, "above 0"),
    ("cost.keyworker_year", 0.0, "above 0"),
    ("cost.keyworker_year", 1e-300, "a size from 1e-12"),
    ("lever.inreach_days", 0.0, "above 0"),
    ("overdose.fatality_witnessed_part", 0.0, "above 0"),
    ("population.age_sd", 0.0, "above 0.5"),
    ("population.age_mean", 1e6, "below 120"),
    ("population.ace4_men", 0.0, "above 0"),
    ("population.people_per_year", 0.0, "above 0"),
    ("population.people_per_year", 1e13, "0 or more, up to 1e+12"),
    ("reoffending.causal_share", 1.5, "0 to 1, as its distribution is beta"),
    ("trust.sd", 0.0, "above 0"),
    ("trust.sd", float("nan"), "0 to 1"),
    ("trust.sd", float("inf"), "0 to 1"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "allowed"), ENDS)
def test_a_value_beyond_what_its_row_can_hold(model: ModelFunction, name: str, value: float, allowed: str) -> None:
    with pytest.raises(InputError) as caught:
        model(**{python_name(name): value})
    assert f"is not possible for '{name}'; allowed: {allowed}" in str(caught.value)
    assert str(caught.value).startswith(f"{python_name(name)}: ")


@pytest.mark.parametrize("value", [None, "0.5", True, [0.5], 1 + 1j])
def test_what_is_no_number(model: ModelFunction, value: Any) -> None:
    with pytest.raises(InputError, match=r"^trust__sd: .* is not a number; allowed: a number for 'trust.sd'$"):
        model(trust__sd=value)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"population.people_per_year": 1e12}, "people are more than a queue key can number"),
        ({"service.caseload": 1e-9}, "posts at one hub are more than can be numbered"),
        ({"service.leavers_share": 1e-6}, "posts at one hub are more than can be numbered"),
        ({"cost.keyworker_year": 1e-9}, "more than one purchase can have, 200,000"),
        ({"population.age_mean": 119.0, "population.age_sd": 0.6}, "division by zero"),
        ({"housing.short_sentence_or": 1e6}, "with the loading 1.2 of disadvantage no mix of people"),
    ],
)
def test_numbers_that_cannot_stand_together(model: ModelFunction, values: dict[str, float], reason: str) -> None:
    with pytest.raises(InputError, match=r"^[a-z_, ]+: the model is not defined with these numbers together") as caught:
        model(**{python_name(name): value for name, value in values.items()})
    assert reason in str(caught.value) and str(caught.value).endswith("nearer to those of the evidence tables")
    assert model() == model(), "a call that was refused leaves nothing behind"


@pytest.mark.parametrize("name", LOADINGS)
def test_a_loading_that_cannot_be_centred_is_refused_by_itself(model: ModelFunction, name: str) -> None:
    word = f"disadvantage__{name}"
    with pytest.raises(InputError, match=rf"^{word}: 4 is not possible for 'disadvantage\.{name}'; allowed: below 4$"):
        model(**{word: MOST_LOADING})
    assert model(**{word: MOST_LOADING - 0.5})


def test_a_number_is_given_once(model: ModelFunction) -> None:
    with pytest.raises(InputError, match=r"'trust\.sd' is given twice, as trust__sd and as trust\.sd"):
        model(**{"trust__sd": 0.1, "trust.sd": 0.2})


@pytest.mark.parametrize("copied", [lambda model: pickle.loads(pickle.dumps(model)), copy.copy, copy.deepcopy])
def test_a_copy_says_what_the_function_says(
    model: ModelFunction, copied: Callable[[ModelFunction], ModelFunction]
) -> None:
    """Also after use, as a pool of processes copies it."""
    moved = {"appointment__base_attendance": 0.3}
    before = model(**moved)
    other = copied(model)
    assert other(**moved) == before == model(**moved) != model()
    assert (other.outcomes, dict(other.uncertainties)) == (model.outcomes, dict(model.uncertainties))


def test_its_uncertain_numbers_are_read_only(model: ModelFunction) -> None:
    names: Any = model.uncertainties
    with pytest.raises(TypeError, match="does not support item assignment"):
        names["trust__sd"] = None
    assert model.uncertainties["trust__sd"].name == "trust.sd"


@pytest.mark.slow
def test_every_row_at_every_end_is_lived_or_refused_in_a_sentence() -> None:
    """At low and high, at the ends of what a row can hold and a step inside: lived. Beyond: refused."""
    function = ModelFunction(["all_of_it"], people=40, months=12)
    rows = load_parameters()
    for word, known in function.uncertainties.items():
        row = rows[known.name]
        assert function(**{word: row.low}) and function(**{word: row.high})
        lowest, highest, _ = allowed_values(kind_of_unit(row.unit))
        above, below = needed_rows().get(row.name, Ends(None, None))
        ends = [end for end in (lowest, highest, above, below, row.low / 1e6, row.high * 1e6) if end is not None]
        for end in ends:
            if not math.isfinite(end):
                continue
            try:
                assert function(**{word: end}), word
            except InputError as refused:
                assert str(refused).startswith(f"{word}: ") and "\n" not in str(refused)
        for beyond in (lowest - 1.0, highest + 1.0, 1e300, -1e300):
            if not lowest <= beyond <= highest:
                with pytest.raises(InputError, match=f"^{word}: .* is not possible for '{row.name}'; allowed: "):
                    function(**{word: beyond})
