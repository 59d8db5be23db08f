"""Study files: what they may say, and every mistake with its file, line, key, what is allowed and the nearest name."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.commands.main import main
from sim.core.errors import InputError
from sim.evidence import ParameterTable, load_parameters
from sim.experiment.requests import set_up_study_file
from sim.experiment.setup import json_safe
from sim.experiment.study_file import StudySpec, load_study
from sim.study.analysis_spec import AnalysisSpec
from sim.study.methods import CHOSEN, GIVEN_DATA

ROOT = Path(__file__).resolve().parents[2]
HEAD = "title: A study\nscenarios: [../buses.yaml]\nbaseline: ../baseline.yaml\n"


@pytest.fixture(scope="module")
def table() -> ParameterTable:
    return load_parameters()


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A folder of scenario files with one for studies inside."""
    (tmp_path / "scenarios" / "studies").mkdir(parents=True)
    (tmp_path / "scenarios" / "themes").mkdir()
    for name in ("baseline", "buses", "navigators", "themes/one", "themes/two"):
        (tmp_path / "scenarios" / f"{name}.yaml").write_text("name: x\n", encoding="utf-8")
    return tmp_path / "scenarios" / "studies"


def load(room: Path, text: str, table: ParameterTable) -> StudySpec:
    (room / "study.yaml").write_text(text, encoding="utf-8")
    return load_study(room / "study.yaml", table)


def test_everything_a_study_can_say(room: Path, table: ParameterTable) -> None:
    found = load(
        room,
        "title: All of it\nscenarios:\n  - ../buses.yaml\n  - ../themes/*.yaml\n  - ../baseline.yaml\n"
        "baseline: ../baseline.yaml\narea: south_west\n"
        "people: 2_000\nmonths: 12\ndraws: 1e2\nreplicates: 3\nseed: 9223372036854775807\nlevel: 0.9\n"
        "designs:\n  morris: {levels: 6, luck: false, samples: 5, parameters: all, groups: none}\n"
        "  sobol:\n    second_order: true\n    samples: 16\n    parameters: [navigator.*, appointment.ost_or]\n"
        "    groups:\n      navigators: navigator.*\n      rest: all\n"
        "  one_at_a_time: {quantiles: [0.1, 0.9], parameters: [navigator.*]}\n  fast:\n"
        "given_data: all\nmeasures: [qalys, engaged_within_3_weeks]\nstrata: [sex, need]\n",
        table,
    )
    names = [path.relative_to(room.parent).as_posix() for path in found.scenarios]
    assert names == ["baseline.yaml", "buses.yaml", "themes/one.yaml", "themes/two.yaml"]
    assert found.area == Path("south_west")
    assert found.numbers == {"people": 2000, "months": 12, "draws": 100, "replicates": 3, "seed": 2**63 - 1}
    assert all(type(number) is int for number in found.numbers.values())
    assert found.level == 0.9
    sobol, morris, fast, alone = found.analysis.designs
    assert [asked.method for asked in found.analysis.designs] == list(CHOSEN)
    assert (sobol.samples, sobol.groups) == (16, {"navigators": ["navigator.*"], "rest": ["*"]})
    assert sobol.settings == {"second_order": True}
    assert (morris.samples, morris.luck, morris.groups, morris.parameters) == (5, False, None, None)
    assert (alone.samples, alone.replicates, alone.settings) == (2, 10, {"quantiles": [0.1, 0.9]})
    assert fast.samples == 257
    assert found.analysis.given_data == GIVEN_DATA
    assert found.analysis.measures == ("engaged_within_3_weeks", "qalys")
    assert set(found.analysis.strata or ()) == {"sex", "need"}
    assert AnalysisSpec.of_plain(json_safe(found.analysis.plain())).plain() == json_safe(found.analysis.plain())


def test_the_least_a_study_can_say(room: Path, table: ParameterTable) -> None:
    found = load(room, "title: Little\nscenarios: ../baseline.yaml\n", table)
    assert [path.name for path in found.scenarios] == ["baseline.yaml"]
    assert (found.numbers, found.level, found.area) == ({}, None, None)
    assert found.analysis == AnalysisSpec("Little")
    everybody = load(room, HEAD + "strata: []\nmeasures: all\n", table).analysis
    assert (everybody.strata, everybody.measures) == ((), None)
    assert load(room, HEAD + "draws: 0\ndesigns: {morris: }\n", table).analysis.designs[0].samples == 20


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "study.yaml: is empty; allowed: a study: title, scenarios, baseline, area, people"),
        ("# nothing\n", "study.yaml: is empty; allowed: a study"),
        ("- a\n", "study.yaml:1: a list stands where a study should"),
        ("title: x\n", "study.yaml:1:scenarios: a study needs 'scenarios:'"),
        ("scenarios: ../buses.yaml\n", "study.yaml:1:title: a study needs 'title:'"),
        ("title: no\nscenarios: on\n", "study.yaml:2:scenarios: 'on' is not there; allowed: a file, relative to this"),
        ("title: 7\nscenarios: ../buses.yaml\n", "study.yaml:1:title: '7' is not text"),
        (HEAD + "draw: 7\n", "study.yaml:4:draw: 'draw' is not a key of a study; allowed: title, scenarios"),
        (HEAD + "draw: 7\n", "did you mean 'draws'?"),
        (HEAD + "draws: 7\ndraws: 8\n", "study.yaml:5: the key 'draws' stands twice (first on line 4)"),
        (HEAD + "draws:\t7\n", "study.yaml:4: holds a tab; allowed: spaces only"),
        (HEAD + "draws: 0\n", "study.yaml:4:draws: no draws and no designs: nothing would be run"),
        (HEAD + "draws: 100_001\n", "study.yaml:4:draws: 100,001 is outside the range of draws; allowed: 0 to 100,000"),
        (HEAD + "draws: 2.5\n", "study.yaml:4:draws: '2.5' is not a whole number; allowed: 0 to 100,000"),
        (HEAD + "draws: [1]\n", "study.yaml:4:draws: a list is not a number"),
        (HEAD + "draws: ten\n", "study.yaml:4:draws: 'ten' is not a number"),
        (HEAD + "draws: true\n", "study.yaml:4:draws: 'true' is not a number"),
        (HEAD + "draws: no\n", "study.yaml:4:draws: 'no' is not a number"),
        (HEAD + "draws:\n", "study.yaml:4:draws: nothing is not a number"),
        (HEAD + "draws: 1e400\n", "study.yaml:4:draws: '1e400' is too large a number"),
        (HEAD + "draws: .nan\n", "study.yaml:4:draws: '.nan' is not a finite number"),
        (HEAD + "seed: 9223372036854775808\n", "study.yaml:4:seed: 9,223,372,036,854,775,808 is outside the range"),
        (HEAD + "people: 0\n", "study.yaml:4:people: 0 is outside the range of people; allowed: 1 to 600,000"),
        (HEAD + "months: 25\n", "study.yaml:4:months: 25 is outside the range of months; allowed: 1 to 24"),
        (HEAD + "level: 95\n", "study.yaml:4:level: 95 is outside the range of a level; allowed: 0.5 to 0.999"),
        (HEAD + "measures: [qaly]\n", "study.yaml:4:measures[1]: 'qaly' is not a measure; allowed: a measure of the"),
        (HEAD + "measures: [qaly]\n", "did you mean 'qalys'?"),
        (HEAD + "measures: []\n", "study.yaml:4:measures: is an empty list; allowed: at least one of measures"),
        (HEAD + "measures:\n  - qalys\n  - qalys\n", "study.yaml:6:measures[2]: 'qalys' stands twice; allowed"),
        (HEAD + "strata: [sex, home, sex]\n", "study.yaml:4:strata[3]: 'sex' stands twice"),
        (HEAD + "given_data: [pawn, pawn]\n", "study.yaml:4:given_data[2]: 'pawn' stands twice"),
        ("title: x\nscenarios:\n- ../buses.yaml\n- ../buses.yaml\n", "study.yaml:4:scenarios[2]: '../buses.yaml' st"),
        ("title: x\nscenarios: [../buses.yaml, .././buses.yaml]\n", "'.././buses.yaml' is the same file as '../buses."),
        (HEAD + "designs:\n  sobol:\n    parameters: [navigator.*, navigator.*]\n", "'navigator.*' stands twice"),
        (HEAD + "designs:\n  sobol:\n    groups: {a: [use.*, use.*], b: ['*']}\n", "groups.a[2]: 'use.*' stands twice"),
        (HEAD + "designs:\n  one_at_a_time:\n    quantiles: [0.1, 0.10]\n", "quantiles[2]: '0.1' stands twice"),
        (HEAD + "measures: [[qalys]]\n", "study.yaml:4:measures[1]: a list is not a measure"),
        (HEAD + "strata:\n  - sex\n  - sexx\n", "study.yaml:6:strata[2]: 'sexx' is not a stratum"),
        (HEAD + "strata:\n  - sex\n  - sexx\n", "did you mean 'sex'?"),
        (HEAD + "strata: {}\n", "study.yaml:4:strata: a block of keys is not a list"),
        (HEAD + "given_data: [sobol]\n", "study.yaml:4:given_data[1]: 'sobol' is not a method of given data; allowed"),
        (HEAD + "designs: [sobol]\n", "study.yaml:4:designs: a list stands where the designs of a study should"),
        (HEAD + "designs:\n  sobl: {}\n", "study.yaml:5:designs.sobl: 'sobl' is not a key of the designs of a study"),
        (HEAD + "designs:\n  sobl: {}\n", "did you mean 'sobol'?"),
        (HEAD + "designs:\n  sobol:\n    level: 4\n", "study.yaml:6:designs.sobol.level: 'level' is not a key of a d"),
        (HEAD + "designs:\n  sobol: 256\n", "study.yaml:5:designs.sobol: '256' stands where a design 'sobol' should"),
        (HEAD + "designs:\n  sobol:\n    samples: 24\n", "study.yaml:6:designs.sobol.samples: 24 is no power of 2"),
        (HEAD + "designs:\n  sobol:\n    samples: 8\n", "designs.sobol.samples: 8 samples are too few for sobol"),
        (HEAD + "designs:\n  sobol:\n    samples: 1e3\n", "designs.sobol.samples: 1000 is no power of 2"),
        (HEAD + "designs:\n  sobol:\n    samples: 1048576\n", "are too many for one design; allowed: up to"),
        (HEAD + "designs:\n  sobol:\n    samples: 1e30\n", "is outside the range of samples; allowed: 1 to 1,048,576"),
        (HEAD + "designs:\n  sobol:\n    samples: [16]\n", "designs.sobol.samples: a list is not a number"),
        (HEAD + "designs:\n  sobol:\n    replicates: 0\n", "0 is outside the range of replicates; allowed: 1 to"),
        (HEAD + "designs:\n  sobol:\n    second_order: yes\n", "second_order: 'yes' is neither true nor false"),
        (HEAD + "designs:\n  sobol:\n    second_order: 1\n", "second_order: '1' is neither true nor false"),
        (HEAD + "designs:\n  sobol:\n    luck: no\n", "study.yaml:6:designs.sobol.luck: 'no' is neither true nor fal"),
        (HEAD + "designs:\n  morris:\n    levels: 5\n", "designs.morris.levels: 5 levels: a move of half the levels"),
        (HEAD + "designs:\n  morris:\n    levels: four\n", "designs.morris.levels: 'four' is not a number"),
        (HEAD + "designs:\n  fast:\n    groups: mechanism\n", "study.yaml:6:designs.fast.groups: fast moves one fact"),
        (HEAD + "designs:\n  fast:\n    samples: 10\n", "designs.fast.samples: 10 samples are too few for fast"),
        (HEAD + "designs:\n  one_at_a_time:\n    quantiles: 5\n", "one_at_a_time.quantiles: '5' is not a list"),
        (HEAD + "designs:\n  one_at_a_time:\n    quantiles: [a]\n", "quantiles[1]: 'a' is not a number"),
        (HEAD + "designs:\n  one_at_a_time:\n    quantiles: [0.0]\n", "quantiles: these do not differ, or do not"),
        (HEAD + "designs:\n  one_at_a_time:\n    quantiles: [5e-324, 0.5]\n", "5e-324 is too near 0 to mean anything"),
        (HEAD + "designs:\n  one_at_a_time:\n    samples: 9\n", "one_at_a_time.samples: 9 quantiles, but only 5"),
        (HEAD + "designs:\n  sobol:\n    parameters:\n      - navigator.*\n      - overdos.*\n",
         "study.yaml:8:designs.sobol.parameters[2]: 'overdos.*' matches no parameter; allowed: a name of the evidence"),
        (HEAD + "designs:\n  sobol:\n    parameters: [navigator.attendance_odds]\n",
         "did you mean 'navigator.attendance_or'?"),
        (HEAD + "designs:\n  sobol:\n    parameters: [3]\n", "parameters[1]: '3' is not the name of a parameter"),
        (HEAD + "designs:\n  sobol:\n    parameters: []\n", "parameters: is an empty list"),
        (HEAD + "designs:\n  sobol:\n    groups: mechanisms\n", "groups: 'mechanisms' is not a way to group"),
        (HEAD + "designs:\n  sobol:\n    groups: mechanisms\n", "did you mean 'mechanism'?"),
        (HEAD + "designs:\n  sobol:\n    groups: {}\n", "designs.sobol.groups: holds no group"),
        (HEAD + "designs:\n  sobol:\n    groups:\n      a: [navigator.*]\n", "study.yaml:7:designs.sobol.groups: in"),
        (HEAD + "designs:\n  sobol:\n    groups:\n      a: [navigator.*]\n      b: [navigator.*]\n      c: ['*']\n",
         "designs.sobol.groups: 'navigator.attendance_or' stands in 'a' and in 'b'; allowed: each factor in one group"),
        (HEAD + "designs:\n  sobol:\n    groups:\n      a: ['*']\n      b: ['x.*']\n",
         "study.yaml:8:designs.sobol.groups.b[1]: 'x.*' matches no parameter; allowed: a name"),
        (HEAD + "designs:\n  sobol:\n    groups:\n      luck: ['*']\n", "groups: luck is a group of its own"),
        ("title: x\nscenarios: []\n", "study.yaml:2:scenarios: is an empty list; allowed: at least one of scenario f"),
        ("title: x\nscenarios: [../bus.yaml]\n", "study.yaml:2:scenarios[1]: '../bus.yaml' is not there"),
        ("title: x\nscenarios: [../bus.yaml]\n", "did you mean '"),
        ("title: x\nscenarios: [../themes]\n", "scenarios[1]: '../themes' is a folder, not a file"),
        ("title: x\nscenarios: [../nothing/*.yaml]\n", "scenarios[1]: '../nothing/*.yaml' matches no file"),
        ("title: x\nscenarios: ['../*.yaml']\nbaseline: ../none.yaml\n", "study.yaml:3:baseline: '../none.yaml' is n"),
        ("title: x\nscenarios: [5]\n", "scenarios[1]: '5' is not the name of a file"),
        (f"title: x\nscenarios: [{'a' * 300}]\n", "scenarios[1]: '" + "a" * 57 + "...' cannot be the name of a file"),
        ('title: x\nscenarios: ["a\\0b"]\n', "is not there; allowed: a file, relative to this one"),
        ("name: x\ntitle: x\nlevers: []\n", "study.yaml: this is a scenario, not a study; allowed: a study file"),
    ],
)  # fmt: skip
def test_every_mistake_has_its_place(text: str, said: str, room: Path, table: ParameterTable) -> None:
    with pytest.raises(InputError) as found:
        load(room, text, table)
    message = str(found.value)
    assert said in message, message
    assert message.startswith(str(room / "study.yaml"))
    assert "\n" not in message


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (HEAD + "measures: [qaly, qalys, death, qalys]\nstrata: [sexx, 7]\ngiven_data: [x, y]\n",
         ["given_data[1]", "given_data[2]", "measures[1]", "measures[3]", "measures[4]", "strata[1]", "strata[2]"]),
        (HEAD + "designs:\n  sobl: {samples: x, luck: 7, levls: 4}\n  morris: {samples: y}\n",
         ["designs.morris.samples", "designs.sobl", "designs.sobl.levls", "designs.sobl.luck", "designs.sobl.samples"]),
        (HEAD + "designs:\n  sobol:\n    parameters: [a.*, b.*, 3]\n  one_at_a_time: {quantiles: [a, 0.5, b]}\n",
         ["designs.one_at_a_time.quantiles[1]", "designs.one_at_a_time.quantiles[3]",
          *(f"designs.sobol.parameters[{n}]" for n in (1, 2, 3))]),
        (HEAD + "designs:\n  sobol:\n    groups: {a: [1], b: [2]}\n",
         ["designs.sobol.groups.a[1]", "designs.sobol.groups.b[1]"]),
        (HEAD + "draws: .nan\ntitle: again\npeople: 0\n", ["", "draws", "people"]),
        (HEAD + "designs: {sobol: {samples: .nan, samples: 24}}\npeople: 0\n",
         ["designs.sobol", "designs.sobol.samples", "people"]),
    ],
)  # fmt: skip
def test_one_reading_tells_every_mistake(text: str, keys: list[str], room: Path, table: ParameterTable) -> None:
    with pytest.raises(InputError) as found:
        load(room, text, table)
    assert sorted(error.key or "" for error in (found.value, *found.value.others)) == keys


def test_a_file_that_is_none(room: Path, table: ParameterTable) -> None:
    (room / "study.yaml").write_text("title: x", encoding="utf-8")
    with pytest.raises(InputError, match=r"there is no such file; did you mean '.*study.yaml'\?"):
        load_study(room / "stud.yaml", table)
    with pytest.raises(InputError, match="is a folder, not a file"):
        load_study(room, table)


def test_names_are_relative_to_the_file_wherever_it_is_named_from(
    table: ParameterTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    here = set_up_study_file("scenarios/studies/small.yaml")
    assert [asked.file for asked in here.record.scenarios] == [
        "scenarios/baseline.yaml", "scenarios/navigators_two_cities.yaml", "scenarios/evening_buses.yaml",
    ]  # fmt: skip
    monkeypatch.chdir(ROOT / "scenarios" / "studies")
    there = set_up_study_file("small.yaml")
    assert there.record.study == here.record.study
    assert there.record.scenarios[0].file == "../baseline.yaml"
    monkeypatch.chdir(ROOT / "scenarios" / "themes")
    assert set_up_study_file("../studies/small.yaml").record.study == here.record.study


def test_a_study_where_a_scenario_belongs(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.scenario import load_scenario

    with pytest.raises(InputError, match="this is a study, not a scenario; allowed: a scenario's YAML file; 'through"):
        load_scenario(ROOT / "scenarios" / "studies" / "small.yaml")


@pytest.mark.parametrize("path", sorted((ROOT / "scenarios" / "studies").glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_studies_can_be_prepared(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    setup = set_up_study_file(path)
    assert setup.plan.runs > 0
    assert setup.nominal_person_days > 0


@pytest.mark.parametrize(
    "damage",
    [
        {"designs": [{"method": "sobol", "samples": "16", "replicates": 1}]},
        {"designs": [{"method": "sobol", "samples": 16, "replicates": True}]},
        {"designs": [{"method": "other", "samples": 16, "replicates": 1}]},
        {"designs": [{"method": "sobol", "samples": 16, "replicates": 1, "groups": {"a": "b"}}]},
        {"designs": [{"method": "sobol", "samples": 16, "replicates": 1, "parameters": "b"}]},
        {"designs": [{"method": "sobol", "samples": 16, "replicates": 1, "luck": "b"}]},
        {"designs": [{"method": "sobol", "samples": 16, "replicates": 1, "settings": []}]},
        {"designs": [3]},
        {"title": 3},
        {"measures": "qalys"},
        {"strata": [3]},
        {"precision": {"half_width": "1", "measure": "qalys"}},
        {"precision": {"half_width": 1.0, "measure": "none"}},
        {"precision": 3},
    ],
)
def test_a_damaged_shape_is_refused(damage: dict[str, object]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        AnalysisSpec.of_plain(damage)


def test_every_mistake_of_a_study_is_told_in_one_reading(tmp_path: Path) -> None:
    file = tmp_path / "many.yaml"
    file.write_text(
        "titel: x\n"
        "scenarios: [navigators_two_cities, nowhere, nowhere_else]\n"
        "draws: many\n"
        "people: 0\n"
        "measures: [qalyz]\n"
        "designs:\n"
        "  sobol: {samples: few, luck: maybe, sampels: 3}\n"
        "  morriss: {}\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as refused:
        load_study(file, load_parameters())
    told = sorted((error.line, error.key) for error in (refused.value, *refused.value.others))
    assert told == [
        (1, "titel"), (2, "scenarios[2]"), (2, "scenarios[3]"), (3, "draws"), (4, "people"), (5, "measures[1]"),
        (7, "designs.sobol.luck"), (7, "designs.sobol.sampels"), (7, "designs.sobol.samples"), (8, "designs.morriss"),
    ]  # fmt: skip


def test_a_command_says_every_mistake_by_line(tmp_path: Path) -> None:
    file = tmp_path / "two.yaml"
    file.write_text("title: Two\nscenarios: [baseline]\ndraws: many\nmonths: 99\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["study", str(file), "--dry-run"])
    assert done.exit_code == 2
    lines = done.stderr.splitlines()
    assert [line.split(str(file))[1].split(" ")[0] for line in lines] == [":3:draws:", ":4:months:"]
