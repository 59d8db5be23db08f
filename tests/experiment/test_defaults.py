"""Files that are not there: each command says what it looks for and where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.commands.terminal import as_option
from sim.core.errors import LEVELS, InputError, check_level, named
from sim.experiment.defaults import files_asked
from sim.experiment.setup import mistake_in_record
from sim.scenario.shipped import scenario_path, shipped_in


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "scenarios").mkdir()
    for name in ("baseline", "navigators"):
        (tmp_path / "scenarios" / f"{name}.yaml").write_text("name: x\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refusal(*paths: str, baseline: str | None = None, is_equal_money: bool = False) -> str:
    with pytest.raises(InputError) as caught:
        files_asked(paths or None, baseline, is_equal_money=is_equal_money)
    return str(caught.value)


def test_one_scenario_by_itself_that_is_not_there() -> None:
    said = refusal("navigatrs.yaml", baseline="navigatrs.yaml")
    assert said == "navigatrs.yaml: there is no such file; did you mean 'scenarios/navigators.yaml'?"
    beside = refusal("scenarios/baselin.yaml", baseline="scenarios/baselin.yaml")
    assert beside.endswith("there is no such file; did you mean 'scenarios/baseline.yaml'?")
    assert refusal("scenarios", baseline="scenarios").startswith("scenarios: this is a folder, not a file")


def test_a_baseline_that_is_not_there() -> None:
    said = refusal("scenarios/navigators.yaml", baseline="scenarios/basline.yaml")
    assert "no such baseline scenario; allowed: baseline FILE; did you mean 'scenarios/baseline.yaml'?" in said


@pytest.mark.parametrize("is_equal_money", [False, True])
def test_another_folder(is_equal_money: bool, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "elsewhere").mkdir()
    monkeypatch.chdir(here / "elsewhere")
    files = files_asked(None, None, is_equal_money=is_equal_money)
    assert files[0] == scenario_path("baseline")
    assert files[1:] == [file for file in shipped_in("themes" if is_equal_money else "") if file.stem != "baseline"]
    (here / "elsewhere" / "scenarios").mkdir()
    said = refusal(is_equal_money=is_equal_money)
    assert "allowed: this command in the folder that holds scenarios/, or baseline FILE" in said


def test_names_of_shipped_scenarios_are_files_wherever_the_command_is_given() -> None:
    files = files_asked(["navigators_two_cities", "t05_trust"], "baseline")
    assert [file.stem for file in files] == ["baseline", "navigators_two_cities", "t05_trust"]
    assert all(file.is_absolute() and file.is_file() for file in files)
    assert refusal("navigatrs_two_cities") == (
        "'navigatrs_two_cities' is not a shipped scenario; allowed: a shipped name such as baseline, or a path, which "
        "ends in .yaml or holds a separator; did you mean 'navigators_two_cities'?"
    )


@pytest.mark.parametrize("path", ["scenarios/navigators.yaml", Path("scenarios/navigators.yaml")])
def test_one_path_by_itself_is_one_file(path: str | Path) -> None:
    assert files_asked(path, None) == [Path("scenarios/baseline.yaml"), Path("scenarios/navigators.yaml")]


@pytest.mark.parametrize("level", [0.9999999, 1.0, 0.4999999, 95, -0.1, float("nan"), True, "0.9"])
def test_a_level_that_is_none_is_told_with_all_its_digits(level: Any) -> None:
    with pytest.raises(InputError) as caught:
        check_level(level)
    assert (
        str(caught.value)
        == f"level: {repr(level).removesuffix('.0')} is not a level; allowed: 0.5 to 0.999 (0.95 is 95%)"
    )


def test_the_levels_are_those_that_intervals_take() -> None:
    for level in LEVELS:
        assert check_level(level) == level
    for level in (LEVELS[0] - 1e-9, LEVELS[1] + 1e-9):
        with pytest.raises(InputError):
            check_level(level)


def test_what_resume_finds_wrong_names_no_option_that_was_not_given(here: Path) -> None:
    little = InputError(
        "it falls to 3", key="levers[1].gbp_per_year", allowed=f"{named('equal_money')} of at least 500"
    )
    said = mistake_in_record(little, here).message(as_option)
    assert said.startswith(
        f"{here / 'study.json'}:equal_money_gbp_per_year: this cannot go on: it falls to 3; allowed: "
    )
    assert "--equal-money" not in said
    for same in (InputError("no", parameter="threads", allowed="1 to 1,024"), InputError("no", file="a.yaml", line=3)):
        assert mistake_in_record(same, here) is same


def test_each_face_spells_a_parameter_in_its_own_way(here: Path) -> None:
    """Options on the command line, words of Python in Python, and the key in study.json for what a folder was asked."""
    error = InputError("0 is not a number this takes", parameter="dry_run", allowed=f"1, or {named('equal_money')}")
    assert str(error) == "dry_run: 0 is not a number this takes; allowed: 1, or equal_money"
    assert error.message(as_option) == "--dry-run: 0 is not a number this takes; allowed: 1, or --equal-money"
    assert error.parameters == {"dry_run", "equal_money"}
    held = str(mistake_in_record(InputError("0 is not a number this takes", parameter="draws"), here))
    assert held.startswith(f"{here / 'study.json'}:draws: the study file is damaged: 0 is not a number this takes; ")
    number = InputError("there is no person 9", parameter="number")
    assert (str(number), number.message(as_option)) == (f"number: {number.problem}", f"NUMBER: {number.problem}")
