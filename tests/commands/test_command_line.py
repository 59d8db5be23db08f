"""The command line: exit codes, one message for everything that goes wrong, the JSON promised, quick help."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click import Option
from stand_ins import ENGINE, SMALL, Broken, FakeScenario, call, fake_load

from sim.commands.main import main
from sim.commands.terminal import as_option
from sim.core import compiled
from sim.experiment import api
from sim.experiment.defaults import MONTHS
from sim.store.reading import read_results


def test_compare_without_arguments_takes_all_scenarios(home: Path) -> None:
    done = call("compare", *SMALL)
    assert done.exit_code == 0, done.stderr
    assert "What each scenario changes in a year, against 'baseline'" in done.stdout
    assert "Written to results/runs/south_west" in done.stderr
    manifest = read_results(home / "results/runs/south_west").manifest
    assert manifest["names"] == ["baseline", "buses", "navigators"]
    assert manifest["months"] == MONTHS


def test_compare_prints_one_json_object(home: Path) -> None:
    done = call("compare", "scenarios/navigators.yaml", "--json", "--quiet", "--out", "here", *SMALL)
    assert done.exit_code == 0, done.stderr
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert set(found) == {"study", "out", "baseline", "scenarios"}
    assert found["out"] == "here"
    assert [entry["name"] for entry in found["scenarios"]] == ["baseline", "navigators"]
    assert set(found["scenarios"][0]["measures"]["wait_days_mean"]) == {
        "value", "difference", "low", "high", "mcse", "unit", "chance_better", "chance_none", "chance_worse", "verdict",
    }  # fmt: skip


def test_run_takes_one_scenario(home: Path) -> None:
    done = call("run", "scenarios/buses.yaml", *SMALL)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("buses: costs £0 a year")
    assert read_results(home / "results/runs/buses").manifest["names"] == ["buses"]


def test_dry_run_says_what_would_be_run_and_writes_nothing(home: Path) -> None:
    done = call("compare", "--dry-run", *SMALL)
    assert done.exit_code == 0, done.stderr
    assert "12 = 3 scenarios x 2 draws x 2 replicates" in done.stdout
    assert "person-days" in done.stdout
    assert not (home / "results").exists()
    as_object = json.loads(call("compare", "--dry-run", "--json", *SMALL).stdout)
    assert as_object["runs"] == 12
    assert 12 * 200 * 365 * 0.6 < as_object["nominal_person_days"] < 12 * 200 * 365 * 1.7  # people vary with the draw


def _other_start(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One scenario begins a year later than the others."""
    usual = fake_load

    def load(path: str | Path, **options: object) -> FakeScenario:
        scenario = usual(path, **options)
        return replace(scenario, starts=date(2027, 1, 1)) if scenario.name == name else scenario

    monkeypatch.setattr("sim.scenario.load_scenario", load)


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        ("start", "buses.yaml:starts: 'buses' starts on 2027-01-01, the baseline on 2026-01-01"),
        ("finished", "here: the folder already holds this study, finished; allowed: --force to run it again"),
        ("other", "here: the folder holds another study"),
        ("letter", "here: the folder holds files that are not a study's ('letter.txt')"),
        ("file", "here: this is a file, not a folder"),
    ],
)
def test_a_dry_run_refuses_what_the_run_refuses(
    prepare: str, said: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("compare", "scenarios/buses.yaml", "--out", "here", *SMALL)
    if prepare == "start":
        _other_start("buses", monkeypatch)
    elif prepare in ("finished", "other"):
        assert call(*asked, *(("--seed", "2") if prepare == "other" else ())).exit_code == 0
    elif prepare == "letter":
        (home / "here").mkdir()
        (home / "here" / "letter.txt").write_text("dear", encoding="utf-8")
    else:
        (home / "here").write_text("", encoding="utf-8")
    dry, wet = call(*asked, "--dry-run"), call(*asked, "--quiet")
    assert (dry.exit_code, dry.stdout, dry.stderr) == (2, "", wet.stderr)
    assert said in dry.stderr
    if prepare in ("finished", "other"):
        assert call(*asked, "--dry-run", "--force").exit_code == 0


@pytest.mark.parametrize(
    "options",
    [
        ("--shard", "1/2", "--precision", "1"),
        ("--cluster", "nowhere"),
        ("--seed", "2"),
        ("--seed", "2", "--shard", "1/2"),
    ],
)
def test_a_dry_run_of_a_study_file_does_too(options: tuple[str, ...], lab: Path) -> None:
    asked = ("study", "small.yaml", "--out", "here", "--draws", "2")
    assert call(*asked).exit_code == 0
    dry, wet = call(*asked, *options, "--dry-run"), call(*asked, *options)
    assert (dry.exit_code, dry.stdout, dry.stderr) == (2, "", wet.stderr), (dry.stderr, wet.stderr)


def test_a_finished_study_is_refused_without_force(home: Path) -> None:
    arguments = ("compare", "scenarios/buses.yaml", "--out", "here", *SMALL)
    assert call(*arguments).exit_code == 0
    again = call(*arguments)
    assert again.exit_code == 2
    assert "--force" in again.stderr
    assert call(*arguments, "--force").exit_code == 0
    other = call(*arguments, "--seed", "2")
    assert other.exit_code == 2
    assert "another study" in other.stderr
    assert call(*arguments, "--seed", "2", "--force").exit_code == 0


@pytest.mark.skipif(os.name == "nt", reason="there a folder in use cannot be removed")
def test_a_working_folder_that_was_removed_is_one_sentence(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert call("compare", "scenarios/buses.yaml", "--out", "here", *SMALL).exit_code == 0
    (home / "gone").mkdir()
    monkeypatch.chdir(home / "gone")
    (home / "gone").rmdir()
    here = str(home / "here")
    for verb in (("compare", "navigators_two_cities"), ("compare", "x.yaml"), ("person", here, "0"), ("expand", here)):
        done = call(*verb)
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.output
        assert "throughgate: the folder in which this was asked for was removed; allowed: the same" in done.stderr


def test_every_parameter_is_spelled_as_its_option() -> None:
    options = [param for command in main.commands.values() for param in command.params if isinstance(param, Option)]
    for option in options:
        if option.name is not None and option.name != "as_json":  # a flag, of which nothing can be wrong
            spelled = {"whom": "for"}.get(option.name, option.name)  # no name in Python; refused under its own
            assert as_option(spelled) in option.opts


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("compare", "nowhere.yaml"), "nowhere.yaml: there is no such file"),
        (("compare", "--baseline", "nowhere.yaml"), "no such baseline"),
        (("compare", "--baseline", os.devnull), "this is a device, not a file; allowed: a scenario's YAML file"),
        (("compare", "--out", os.devnull), "this is a device, not a folder; allowed: a new or empty folder for --out"),
        (("journey", "bude", "--to", "\udcff"), "throughgate: --to: '\\udcff' is not a name"),
        (("baseline", "nowhere"), "throughgate: nowhere: there is no folder of a saved baseline"),
        (("compare", "--people", "0"), "--people: 0 is not a number this takes; allowed: 1 to"),
        (
            ("compare", "--people", "many"),
            "--people: 'many' is not a whole number; allowed: a whole",
        ),
        (("compare", "--level", "95"), "--level: 95 is not a level; allowed: 0.5 to 0.999"),
        (("compare", "--peopel", "9"), "No such option"),
        (("compaer",), "No such command"),
        (("run",), "Missing argument"),
        (("evidence", "overdose.lost_wek_1"), "did you mean"),
        (("journey", "bude", "--to", "x", "--depart", "25:00"), "--depart: '25:00' is not a time of day"),
        (("compare", "--area", "nowhere"), "nowhere"),
    ],
)
def test_wrong_input_is_one_message_and_exit_2(
    arguments: tuple[str, ...], said: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "is_first_compilation", lambda: True)
    done = call(*arguments)
    assert done.exit_code == 2, done.output
    assert said in done.stderr
    assert "Traceback" not in done.output and "compiling" not in done.stderr
    assert done.stdout == ""
    assert not (home / "results").exists()


def test_check_reports_every_file(home: Path) -> None:
    (home / "scenarios" / "bad.yaml").write_text("wrong\n", encoding="utf-8")
    done = call("check", "scenarios/buses.yaml", "scenarios/bad.yaml", "scenarios/none.yaml")
    assert done.exit_code == 2
    assert "scenarios/buses.yaml: well-formed" in done.stdout
    assert "scenarios/bad.yaml:3:levers: 'navigatr' is not a lever; did you mean 'navigators'?" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 2
    assert call("check", "scenarios/buses.yaml").exit_code == 0
    found = json.loads(call("check", "--json", "scenarios/buses.yaml").stdout)
    assert found["scenarios"][0]["name"] == "buses"
    assert found["problems"] == []


def test_a_failing_run_is_one_line_and_exit_1(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ENGINE, lambda setup: Broken(ValueError("no posts\nat all")))
    done = call("compare", "--quiet", *SMALL)
    assert done.exit_code == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "throughgate: failed: the run of scenario 'baseline', draw 0, replicate 0, seed 1 failed" in done.stderr
    assert "THROUGHGATE_DEBUG=1" in done.stderr
    monkeypatch.setenv("THROUGHGATE_DEBUG", "1")
    assert "Traceback" in call("compare", "--quiet", *SMALL).stderr


def test_an_unexpected_error_is_one_line_and_exit_1(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("sim.experiment.requests.set_up_comparison", broken)
    done = call("compare")
    assert done.exit_code == 1
    assert done.stderr.startswith("throughgate: failed: RuntimeError: unforeseen")


def test_an_interrupt_ends_with_130_and_the_way_on(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ENGINE, lambda setup: Broken(KeyboardInterrupt()))
    done = call("compare", *SMALL)
    assert done.exit_code == 130
    resume_hint = "interrupted; no run had finished, begin again with: throughgate resume results/runs/south_west"
    assert done.stderr.splitlines()[-1] == f"throughgate: {resume_hint}"


def test_an_interrupt_before_anything_is_written_says_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ENGINE, interrupted)
    done = call("compare", *SMALL)
    assert done.exit_code == 130
    assert done.stderr.splitlines()[-1] == "throughgate: interrupted; nothing was written"
    assert not (home / "results").exists()


def test_evidence_and_journey_answer_from_the_shipped_tables() -> None:
    log = call("evidence")
    assert log.exit_code == 0, log.stderr
    assert len(log.stdout.splitlines()) > 50
    one = call("evidence", "housing.homeless_first_night")
    assert one.exit_code in (0, 2)
    trip = call("journey", "bude", "--to", "with_you_drug_and_alcohol_service_truro", "--day", "weekday")
    assert trip.exit_code == 0, trip.stderr
    assert "Bude" in trip.stdout


def outside(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=60, **options)


def test_importing_sim_loads_nothing_heavy() -> None:
    code = (
        "import sys, sim; assert sim.__doc__; dir(sim); "
        "heavy = {'numpy', 'pandas', 'numba', 'pyarrow', 'matplotlib', 'scipy', 'yaml', 'mesa', 'click'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    assert outside("-c", code).stdout.strip() == "[]"


def test_help_loads_click_alone() -> None:
    code = (
        "import sys, sim.commands.main\n"
        "try: sim.commands.main.main(['--help'])\n"
        "except SystemExit as end: assert end.code == 0\n"
        "heavy = {'numpy', 'pandas', 'numba', 'pyarrow', 'matplotlib', 'scipy', 'yaml', 'mesa', 'tqdm'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = outside("-c", code)
    assert done.stderr.strip() == "[]"
    listed = done.stdout.split("Commands:\n")[1].splitlines()
    assert [line.split()[0] for line in listed] == [
        "check", "run", "compare", "resume", "evidence", "levers", "journey", "validate", "baseline", "person",
        "saturation", "study", "sensitivity", "expand", "rerun", "report", "verify", "schema", "cache",
    ]  # fmt: skip
    assert all(line.endswith(".") and not line.endswith("...") for line in listed), "a line of help is cut short"


def test_the_public_names_are_reached_through_sim() -> None:
    import sim

    assert sim.read_results is read_results
    assert sim.compare is api.compare
    assert set(sim.__all__) <= set(dir(sim))
    with pytest.raises(AttributeError, match="no attribute 'compere'"):
        _ = sim.compere


def test_a_reader_that_leaves_is_met_in_silence() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "sim.commands.main", "evidence"],
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert done.returncode == 0
    assert done.stderr == ""
