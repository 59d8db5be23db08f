"""Schemas of files: what is shipped fits them, what the readers refuse by itself does not, and every key is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from sim.commands.main import main
from sim.core.errors import InputError
from sim.evidence.load import KEYS as EVIDENCE
from sim.experiment.file_schemas import schema_names, schema_of
from sim.scenario import LEVERS, load_scenario
from sim.scenario.reading.keys import PURCHASE
from sim.scenario.reading.yaml_strict import read_yaml
from sim.study.keys import KEYS as STUDY

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
SCENARIO_FILES = sorted(file for file in SCENARIOS.rglob("*.yaml") if file.parent.name != "studies")
GOOD: dict[str, Any] = {
    "name": "mine", "title": "Mine", "description": "Some.", "extends": "baseline",
    "levers": [{"lever": "navigators", "gbp_per_year": 500_000, "places": ["bristol"]}],
}  # fmt: skip


def fits(name: str, content: Any) -> bool:
    return bool(Draft202012Validator(schema_of(name)).is_valid(content))


@pytest.mark.parametrize("file", SCENARIO_FILES, ids=lambda file: file.stem)
def test_every_shipped_scenario_fits(file: Path) -> None:
    Draft202012Validator(schema_of("scenario")).validate(read_yaml(file).plain())


@pytest.mark.parametrize("file", sorted((SCENARIOS / "studies").glob("*.yaml")), ids=lambda file: file.stem)
def test_every_shipped_study_fits(file: Path) -> None:
    Draft202012Validator(schema_of("study")).validate(read_yaml(file).plain())


@pytest.mark.parametrize("name", ["scenario", "study"])
def test_a_schema_is_one_and_its_examples_fit_it(name: str) -> None:
    schema = schema_of(name)
    Draft202012Validator.check_schema(schema)
    for key, described in schema["properties"].items():
        for example in described.get("examples", []):
            Draft202012Validator({**schema, "required": []}).validate({key: example})


@pytest.mark.parametrize(
    "change",
    [
        {"titel": "x"},
        {"title": ""},
        {"title": "x" * 121},
        {"levers": [{"lever": "navigatr", "gbp_per_year": 1}]},
        {"levers": [{"lever": "navigators", "gbp_per_year": "much"}]},
        {"levers": [{"lever": "navigators", "gbp_per_year": -5}]},
        {"levers": [{"lever": "navigators", "gbp_per_year": 5e5, "prisons": ["exeter"]}]},
        {"levers": [{"lever": "navigators", "gbp_per_year": 5e5, "payer": "transport"}]},
        {"levers": [{"lever": "bus_trips", "gbp_per_year": 5e5, "links": ["L117"]}]},
        {"levers": [{"lever": "bus_trips", "gbp_per_year": 5e5, "links": ["L117"], "when": "noon"}]},
        {"switches": {"off": ["trst"]}},
        {"switches": {"on": ["trust"]}},
        {"budgets": {"mode": "shared"}},
        {"budgets": {"council": -1}},
        {"budgets": {"cornwall": {"counsil": 1}}},
        {"budgets": {"cornwall": 5e5}},
        {"instead": "navigatr"},
        {"parameters": {"use.day_0": {"low": 0.1, "reason": "x"}}},
        {"parameters": {"use.day_0_drug": {"low": 0.1}}},
        {"starts": "next spring"},
    ],
    ids=str,
)
def test_what_a_reader_refuses_by_itself_does_not_fit(change: dict[str, Any]) -> None:
    assert fits("scenario", GOOD)
    load_scenario(GOOD)
    assert not fits("scenario", GOOD | change)
    with pytest.raises(InputError):
        load_scenario(GOOD | change)


@pytest.mark.parametrize("lever", LEVERS)
def test_each_lever_has_its_own_keys(lever: str) -> None:
    purchase = schema_of("scenario")["properties"]["levers"]["items"]
    case = next(one["then"] for one in purchase["allOf"] if one["if"]["properties"]["lever"]["const"] == lever)
    keys = case["propertyNames"]["enum"]
    assert set(LEVERS[lever].options) <= set(keys) <= set(purchase["properties"])
    assert {"lever", "gbp_per_year", "starts", "ends", "payer"} <= set(keys)


def test_the_command_lists_prints_and_writes(tmp_path: Path) -> None:
    listed = CliRunner().invoke(main, ["schema"])
    assert listed.output.split() == list(schema_names())
    assert '"Throughgate scenario"' in CliRunner().invoke(main, ["schema", "scenario"]).output
    assert '"nearest_station_km"' in CliRunner().invoke(main, ["schema", "places.csv"]).output
    written = CliRunner().invoke(main, ["schema", "--out", str(tmp_path / "schemas")])
    assert written.exit_code == 0
    assert len(list((tmp_path / "schemas").glob("*.schema.json"))) == len(schema_names())


def test_a_name_without_a_schema_is_refused() -> None:
    with pytest.raises(InputError, match=r"'scenaro' has no schema.*did you mean 'scenario'"):
        schema_of("scenaro")


def test_what_is_declared_is_what_the_program_takes() -> None:
    """Defaults and words that stand in code, too."""
    from sim.evidence.ranges import WORDS
    from sim.evidence.rows import CONFIDENCES, DISTRIBUTIONS, GRADES
    from sim.experiment.defaults import LEVEL, NUMBERS
    from sim.sensitivity.designs import GROUPINGS, SETTINGS
    from sim.study.methods import CHOSEN, GIVEN_DATA, USUAL_REPLICATES, USUAL_SAMPLES

    study, design = STUDY["study"], STUDY["design"]
    assert {name: int(study[name].default) for name in NUMBERS} == NUMBERS
    assert float(study["level"].default) == LEVEL
    assert study["given_data"].choices == GIVEN_DATA
    assert design["groups"].choices == (*GROUPINGS, "none")
    for method in CHOSEN:
        assert f"{USUAL_SAMPLES[method]} {method}" in design["samples"].default
        own = {key.name: key.default for key in STUDY[method].values()}
        assert set(own) == set(SETTINGS[method])
        assert all(own[name] == str(value).lower() for name, value in SETTINGS[method].items() if value is not None)
    assert {USUAL_REPLICATES[method] for method in CHOSEN} == {1, 10}
    parameters = EVIDENCE["parameters"]
    assert parameters["grade"].choices == GRADES and parameters["distribution"].choices == DISTRIBUTIONS
    assert parameters["low"].choices == parameters["high"].choices == WORDS
    assert EVIDENCE["sources"]["confidence"].choices == CONFIDENCES


def test_every_option_of_a_lever_is_a_key_of_a_purchase_with_its_words() -> None:
    words_of: dict[str, list[str]] = {}
    for lever in LEVERS.values():
        for option, words in lever.options.items():
            assert set(words) <= set(PURCHASE[option].choices), (lever.name, option)
            words_of.setdefault(option, []).extend(words)
    for option, words_of_levers in words_of.items():
        assert set(PURCHASE[option].choices) == set(words_of_levers), option


@pytest.mark.parametrize("out", ["", " ", "/dev/null"])
def test_a_folder_that_cannot_be_made_is_refused(out: str) -> None:
    assert CliRunner().invoke(main, ["schema", "--out", out]).exit_code == 2
