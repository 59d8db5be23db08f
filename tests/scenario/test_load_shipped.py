"""Shipped scenarios and studies by their bare names: unique, found from any folder, and recorded by name."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import sim
from sim.core.errors import InputError
from sim.experiment import api
from sim.experiment.requests import set_up_comparison, set_up_study_file
from sim.experiment.setup import set_up_again
from sim.scenario import load_scenario
from sim.scenario.shipped import (
    STUDIES,
    is_shipped_name,
    recorded_as,
    recorded_path,
    scenario_path,
    shipped_files,
    shipped_folder,
    study_path,
)
from sim.store.folder import RunFolder
from sim.store.manifest import made_by_sha256

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
HEAD = "name: bought\ntitle: Something bought\ndescription: For a test.\n"


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, in which the commands are given."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_name_stands_in_one_folder_only():
    names = Counter(file.stem for file in SCENARIOS.rglob("*.yaml"))
    assert [name for name, count in names.items() if count > 1] == []
    assert set(shipped_files()) == set(names) and shipped_folder() == SCENARIOS
    assert all(is_shipped_name(name) for name in names)


@pytest.mark.parametrize("name", sorted(shipped_files()))
def test_every_shipped_file_is_found_by_its_name(name, elsewhere, area, table):
    if shipped_files()[name].parent.name == STUDIES:
        assert set_up_study_file(name).out == Path("results/runs") / name
    else:
        assert load_scenario(name, area=area, parameters=table).name == name


@pytest.mark.parametrize(
    ("text", "is_name"),
    [
        ("baseline", True), ("t05_trust", True), ("baseline.yaml", False), ("baseline.yml", False),
        ("themes/t05_trust", False), ("./baseline", False), ("themes\\t05_trust", False), ("baseline.txt", True),
    ],
)  # fmt: skip
def test_a_path_ends_in_yaml_or_holds_a_separator(text, is_name):
    assert is_shipped_name(text) == is_name


def test_what_stands_here_is_taken_where_nothing_shipped_has_the_name(elsewhere):
    (elsewhere / "mine").write_text("name: mine\n", encoding="utf-8")
    (elsewhere / "baseline").write_text("name: baseline\n", encoding="utf-8")
    assert scenario_path("mine") == Path("mine")
    assert scenario_path("baseline") == SCENARIOS / "baseline.yaml"
    assert scenario_path(Path("baseline")) == Path("baseline")


def test_an_unknown_name_is_one_sentence_with_the_nearest(elsewhere):
    with pytest.raises(InputError, match=r"^'basline' is not a shipped .* did you mean 'baseline'") as refused:
        sim.load_scenario("basline")
    assert "\n" not in str(refused.value)
    with pytest.raises(InputError, match=r"^'smal' is not a shipped study; .* did you mean 'small'"):
        study_path("smal")
    with pytest.raises(InputError, match="this is a study, not a scenario"):
        sim.load_scenario("small")
    with pytest.raises(InputError, match="this is a scenario, not a study"):
        set_up_study_file("baseline")
    with pytest.raises(InputError, match=r"^'a\\x00b' is not a shipped scenario"):
        sim.load_scenario("a\0b")
    with pytest.raises(InputError, match=r"^'a{57}\.\.\.' is not a shipped scenario"):
        sim.load_scenario("a" * 9_000)


def test_check_takes_names_and_files_and_goes_on_after_a_wrong_name(elsewhere):
    good, problems = api.check(["baseline", "basline", "t05_trust"])
    assert [scenario.name for scenario in good] == ["baseline", "t05_trust"]
    assert len(problems) == 1 and "'basline' is not a shipped scenario" in problems[0]


def test_the_name_of_a_shipped_file_is_that_file_where_none_lies_beside(elsewhere, area, table):
    file = elsewhere / "bought.yaml"
    file.write_text(HEAD + "extends: t05_trust.yaml\n", encoding="utf-8")
    assert load_scenario(file, area=area, parameters=table).chain[1] == SCENARIOS / "themes" / "t05_trust.yaml"
    content = {"name": "mine", "title": "Mine", "description": "Some.", "extends": "t05_trust.yaml"}
    assert load_scenario(content, area=area, parameters=table).chain[1] == SCENARIOS / "themes" / "t05_trust.yaml"
    own = elsewhere / "t05_trust.yaml"
    own.write_text(HEAD.replace("bought", "t05_trust", 1) + "extends: baseline\n", encoding="utf-8")
    assert load_scenario(file, area=area, parameters=table).chain[1] == own
    file.write_text(HEAD + "extends: themes/t05_trust.yaml\n", encoding="utf-8")
    with pytest.raises(
        InputError, match=r"no file 'themes/t05_trust.yaml'; allowed: a shipped name such as baseline, "
    ):
        load_scenario(file, area=area, parameters=table)
    file.write_text(HEAD + "extends: t05_trus.yaml\n", encoding="utf-8")
    own.unlink()
    with pytest.raises(InputError, match="did you mean 't05_trust'"):
        load_scenario(file, area=area, parameters=table)
    file.write_text(HEAD + "extends: ../baseline.yaml\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"outside the folder of scenarios; .* name; did you mean 'baseline'"):
        load_scenario(file, area=area, parameters=table)


def test_a_file_extends_a_shipped_name_from_anywhere(elsewhere, area, table):
    file = elsewhere / "bought.yaml"
    file.write_text(HEAD + "extends: t05_trust\n", encoding="utf-8")
    scenario = load_scenario(file, area=area, parameters=table)
    assert scenario.resolved()["extends"] == ["baseline", "t05_trust"] and scenario.levers
    file.write_text(HEAD + "extends: t05_trus\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"bought\.yaml:4:extends: 't05_trus' is not a shipped .* mean 't05_trust'"):
        load_scenario(file, area=area, parameters=table)


def test_a_study_file_names_shipped_scenarios(elsewhere):
    (elsewhere / "mine.yaml").write_text(
        "title: Mine\nscenarios: [navigators_two_cities]\nbaseline: baseline\ndraws: 2\n", encoding="utf-8"
    )
    setup = set_up_study_file("mine.yaml")
    assert [asked.file for asked in setup.record.scenarios] == ["baseline", "navigators_two_cities"]
    (elsewhere / "mine.yaml").write_text("title: Mine\nscenarios: [navigators_to_cities]\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"is not there; .*a shipped name; did you mean 'navigators_two_cities'"):
        set_up_study_file("mine.yaml")


def test_a_comparison_of_shipped_scenarios_goes_on_from_any_folder(elsewhere, monkeypatch):
    small = {"people": 100, "draws": 1, "replicates": 1, "out": "mine"}
    setup = set_up_comparison("navigators_two_cities", baseline="baseline", **small)
    assert [asked.file for asked in setup.record.scenarios] == ["baseline", "navigators_two_cities"]
    RunFolder.create(setup.out, setup.record.study, code=made_by_sha256(), content=setup.record.content())
    (elsewhere / "other").mkdir()
    monkeypatch.chdir(elsewhere / "other")
    again = set_up_again(elsewhere / "mine")
    assert again.record == setup.record and again.scenarios == setup.scenarios


def test_without_a_folder_of_scenarios_here_the_shipped_ones_are_compared(elsewhere):
    setup = set_up_comparison(people=100, draws=1)
    assert setup.scenarios[0].name == "baseline"
    assert {scenario.name for scenario in setup.scenarios} == {file.stem for file in SCENARIOS.glob("*.yaml")}
    assert {asked.name for asked in setup.record.scenarios} == {asked.file for asked in setup.record.scenarios}


def test_a_record_names_what_is_shipped_and_keeps_other_paths_as_given(elsewhere):
    assert recorded_as(SCENARIOS / "themes" / "t05_trust.yaml") == "t05_trust"
    for path in ("scenarios/baseline.yaml", "../mine.yaml"):
        assert recorded_as(Path(path)) == path
        assert recorded_path(path, Path("begun")) == Path("begun") / path
    assert recorded_path("t05_trust", Path("begun")) == SCENARIOS / "themes" / "t05_trust.yaml"
    assert not recorded_path("gone", Path("begun")).is_file()
