"""What is given to a public function from Python: one sentence for what is wrong, and NumPy's numbers are numbers."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim import notebook as nb
from sim.core.arguments import checked_flag, checked_path, plain, whole_number
from sim.core.errors import InputError, check_level
from sim.experiment import api, held_against
from sim.experiment.requests import set_up_run, set_up_scenarios, set_up_study_file
from sim.scenario.equal_money import checked_money
from sim.study.sequential_stopping import checked_precision

HUB = "with_you_drug_and_alcohol_service_bodmin"
SMALL = {"people": 20, "months": 1, "draws": 1, "replicates": 1, "out": "none/such"}
NO_NUMBERS: tuple[Any, ...] = (
    3.7, "17", float("nan"), True, np.array(3), np.array([1, 2]), [], {}, 10**30, -1, b"1", object(), np.float64("nan"),
    np.bool_(True), np.float32(3.0), "", 10**400, -(10**400), 10**5_000, Fraction(10**400), Fraction(10**5_000),
)  # fmt: skip
NO_NAMES: tuple[Any, ...] = (
    3.7, True, np.array(3), np.array([1, 2]), {1: 2}, -1, b"ab", object(), np.float64("nan"), "x" * 300, "\0",
    "a\x1b[b", "\udcff", "a\nb", 10**5_000, Fraction(10**5_000),
)  # fmt: skip


def compared(paths: Any = "baseline", **options: Any) -> Any:
    return set_up_scenarios(paths, **{**SMALL, **options})


OF_SETUP = ("people", "months", "draws", "replicates", "seed")
OF_ANY_SIZE = ("level", "equal money", "precision", "funding")  # which may be a sum, a share or a width
NUMBERS: dict[str, Callable[[Any], Any]] = {
    **{name: lambda v, name=name: compared(**{name: v}) for name in OF_SETUP},
    "threads": lambda v: compared(threads=v),
    "level": lambda v: compared(level=v),
    "equal money": lambda v: compared("navigators_two_cities", equal_money=v),
    "precision": lambda v: set_up_study_file("small", precision=v),
    "verify": lambda v: api.verify("none", runs=v),
    "validate": lambda v: held_against.validate(runs=v),
    "validate people": lambda v: held_against.validate(people=v),
    "person": lambda v: api.person("none", v),
    "one person": lambda v: nb.one_person("navigators_two_cities", number=v),
    "one person of": lambda v: nb.one_person("navigators_two_cities", number=1, people=v),
    "notebook": lambda v: nb.compare("navigators_two_cities", people=v),
    "funding": lambda v: nb.funding("navigators", gbp_per_year=v, place="Plymouth"),
}
NAMES: dict[str, Callable[[Any], Any]] = {
    "paths": compared,
    "a path": lambda v: compared([v]),
    "baseline": lambda v: compared(baseline=v),
    "area": lambda v: compared(area=v),
    "out": lambda v: api.compare("baseline", **{**SMALL, "out": v}),
    "run": lambda v: set_up_run(v),
    "study": lambda v: set_up_study_file(v),
    "method": lambda v: set_up_study_file("small", method=v),
    "measure": lambda v: set_up_study_file("small", precision=1, measure=v),
    "load": sim.load_scenario,
    "results": sim.read_results,
    "check": api.check,
    "area of check": lambda v: api.check("baseline", area=v),
    "evidence": api.evidence,
    "levers": api.levers,
    "theme": lambda v: api.levers(theme=v),
    "place": lambda v: api.journey(v, HUB),
    "service": lambda v: api.journey("Bude", v),
    "day": lambda v: api.journey("Bude", HUB, day=v),
    "depart": lambda v: api.journey("Bude", HUB, depart=v),
    "resume": api.resume,
    "finished": api.finished,
    "rerun": lambda v: api.rerun(v, "baseline:1:0"),
    "a run": lambda v: api.rerun("none", v),
    "folder of verify": api.verify,
    "folder of report": api.report,
    "out of report": lambda v: api.report("none", out=v),
    "folder of person": lambda v: api.person(v, 1),
    "shipped": nb.shipped,
    "show": nb.show,
    "lever": lambda v: nb.funding(v, gbp_per_year=1e5),
    "town": lambda v: nb.funding("navigators", gbp_per_year=1e5, place=v),
    "inputs": nb.inputs,
    "map": nb.area_shown,
    "access": nb.access_shown,
    "scenario": nb.one_person,
    "function": lambda v: sim.ModelFunction(v),
    "measures": lambda v: sim.ModelFunction("baseline", measures=v),
}


@pytest.fixture(autouse=True)
def nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def said(call: Callable[[Any], Any], value: Any) -> str:
    with pytest.raises(InputError) as found:
        call(value)
    return str(found.value)


# A fourth of the values for each function in the quick tests, another fourth for the next one; all in the slow ones.
PARTS = pytest.mark.parametrize("one_of", [4, pytest.param(1, marks=pytest.mark.slow)], ids=["every fourth", "each"])


@PARTS
@pytest.mark.parametrize("name", NUMBERS)
def test_what_is_no_number_is_told_in_one_sentence(name: str, one_of: int) -> None:
    for value in NO_NUMBERS[list(NUMBERS).index(name) % one_of :: one_of]:
        is_number = isinstance(value, float | np.floating | int) and value is not True and value == value
        if name in OF_ANY_SIZE and is_number:
            continue
        assert "\n" not in said(NUMBERS[name], value), value


@PARTS
@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_name_is_told_in_one_sentence(name: str, one_of: int) -> None:
    for value in NO_NAMES[list(NAMES).index(name) % one_of :: one_of]:
        if (name, type(value)) == ("load", dict):
            continue  # a scenario as a mapping
        message = said(NAMES[name], value)
        assert message.isprintable(), value
        assert len(message) < 1_000, value


NO_FLAGS: tuple[Any, ...] = ("no", "", 0, 1, None, [], np.array([True]), object())
FLAGS: dict[str, Callable[[Any], Any]] = {
    "compare": lambda v: sim.compare("baseline", force=v, **SMALL),
    "run": lambda v: sim.run("baseline", force=v, **SMALL),
    "study": lambda v: sim.run_study("small", force=v),
}
NO_FUNCTIONS: tuple[Any, ...] = (3, "x", True, [], {}, np.array(1))
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "compare": lambda v: sim.compare("baseline", progress=v, **SMALL),
    "run": lambda v: sim.run("baseline", progress=v, **SMALL),
    "study": lambda v: sim.run_study("small", progress=v),
    "resume": lambda v: api.resume("none", progress=v),
    "verify": lambda v: api.verify("none", progress=v),
    "validate": lambda v: held_against.validate(progress=v),
}


@pytest.mark.parametrize("name", FLAGS)
def test_what_is_no_truth_value_is_told(name: str) -> None:
    for value in NO_FLAGS:
        assert said(FLAGS[name], value).startswith("force: "), value
        assert said(FLAGS[name], value).endswith(" is neither True nor False; allowed: True or False")
    assert checked_flag(np.bool_(True), "force") is True
    assert checked_flag(False, "force") is False


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_is_no_function_is_told(name: str) -> None:
    for value in NO_FUNCTIONS:
        assert said(FUNCTIONS[name], value).startswith("progress: "), value
        assert said(FUNCTIONS[name], value).endswith(" is not a function; allowed: a function, or None")


@pytest.mark.parametrize(("given", "what"), [("area", "an area"), ("parameters", "a table of parameters")])
def test_what_a_scenario_is_held_against_is_what_the_loaders_give(given: str, what: str) -> None:
    for value in ("south_west", 3, True, object()):
        assert f"is not {what}" in said(lambda v: sim.load_scenario("baseline", **{given: v}), value)


def test_numbers_of_numpy_are_numbers() -> None:
    setup = compared(
        people=np.int64(20), months=np.int8(1), draws=np.uint16(1), seed=np.uint64(3), threads=np.int32(2),
        level=np.float32(0.5),
    )  # fmt: skip
    plan = setup.plan
    assert (plan.people, plan.months, plan.draws, plan.seed, plan.threads, setup.level) == (20, 1, 1, 3, 2, 0.5)
    assert {type(value) for value in plan.numbers().values()} == {int}
    assert setup.record.study == compared(people=20, seed=3).record.study
    assert checked_money(np.float64(5e5)) == checked_money(np.int64(500_000)) == 5e5
    assert checked_precision(np.float32(0.5)) == 0.5
    assert type(check_level(np.float64(0.9))) is float
    assert nb.funding("navigators", gbp_per_year=np.int64(100_000), place="Plymouth").gbp_per_year == 1e5
    assert whole_number(np.int16(7), "runs", 1, 10) == 7
    assert [type(plain(value)) for value in (np.int64(1), np.float32(1), True, "1")] == [int, float, bool, str]


@pytest.mark.parametrize(
    "name",
    ["a b", "\u00e9t\u00e9", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u7d50\u679c", "."],
)
def test_paths_in_any_script_are_paths(name: str) -> None:
    assert checked_path(name, "out") == Path(name)
