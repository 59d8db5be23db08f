"""`throughgate person`: one year beside another on a narrow screen, one JSON object, and wrong input in one message."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from fake_study import PlainChart
from stand_ins import call

from sim.presentation.report import files
from sim.scenario.shipped import shipped_files

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished study of three scenarios, begun in its own folder."""
    home = tmp_path_factory.mktemp("home")
    for name in ("baseline", "naloxone_and_ost_at_release", "all_of_it"):
        copy = home / shipped_files()[name].relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(shipped_files()[name], copy)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        patch.setattr(files, "CHARTS", (PlainChart,))
        small = ("--people", "60", "--draws", "2", "--replicates", "1", "--threads", "1", "--quiet")
        done = call(
            "compare",
            "scenarios/naloxone_and_ost_at_release.yaml",
            "scenarios/ceiling/all_of_it.yaml",
            *small,
            "--out",
            "out",
        )
    assert done.exit_code == 0, done.stderr
    return home


@pytest.fixture
def at_home(study: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(study)
    return study


def told(*arguments: str) -> Result:
    """The command, which must succeed and say nothing but its result."""
    done = call("person", "out", *arguments)
    assert (done.exit_code, done.stderr) == (0, ""), done.output
    return done


@pytest.mark.parametrize("columns", ["60", "100"])
def test_two_paths_on_a_narrow_screen(at_home: Path, columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    text = told("3").stdout
    assert text.startswith("Person 3: ")
    assert max(map(len, text.splitlines())) <= int(columns)
    assert "Today's services, nothing added" in " ".join(text.split()) and "leaves prison" in text
    assert "*" in text


def test_the_same_command_twice_says_the_same(at_home: Path) -> None:
    assert told("3").stdout == told("3").stdout
    assert told("3", "--draw", "2").stdout != told("3").stdout


def test_the_baseline_beside_itself_bears_no_mark(at_home: Path) -> None:
    text = told("3", "--scenario", "baseline").stdout
    assert "*" not in text and "Under 'Today's services, nothing added'" in text
    beside = json.loads(told("3", "--scenario", "all_of_it", "--json").stdout)["scenarios"]
    alone = json.loads(told("3", "--scenario", "baseline", "--json").stdout)["scenarios"]
    assert [one["name"] for one in alone] == ["baseline"]
    assert [one["name"] for one in beside] == ["baseline", "all_of_it"]
    assert beside[0] == alone[0]


def test_json_is_one_object(at_home: Path) -> None:
    found = json.loads(told("7", "--json").stdout)
    assert set(found) == {"person", "scenarios"} and found["person"]["number"] == 7
    assert [one["name"] for one in found["scenarios"]] == ["baseline", "naloxone_and_ost_at_release", "all_of_it"]
    for one in found["scenarios"]:
        assert set(one) == {"name", "title", "end", "events"} and one["events"]
        dates = [event["date"] for event in one["events"]]
        assert dates == sorted(dates)
        assert all(set(event) == {"date", "day", "theme", "event"} for event in one["events"])


@pytest.mark.parametrize("extra", [(), ("--json",)])
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("out", "999"), "NUMBER: there is no person 999; allowed: 0 to "),
        (("out", "--", "-1"), "NUMBER: there is no person -1; allowed: 0 to "),
        (("out", "-1"), "NUMBER: there is no person -1; allowed: 0 to "),
        (("-1", "out"), "NUMBER: there is no person -1; allowed: 0 to "),
        (("out", "--draw", "-1", "3"), "--draw: -1 is not one of this study's; allowed: 1 to 2"),
        (("out", "-1.5"), "NUMBER: '-1.5' is not a whole number; allowed: a whole number"),
        (("out", "-x"), "No such option '-x'"),
        (("out", "three"), "NUMBER: 'three' is not a whole number"),
        (("out",), "Missing argument 'NUMBER'"),
        (("out", "3", "--scenario", "all_of_i"), "did you mean 'all_of_it'?"),
        (("out", "3", "--scenario", ""), "--scenario: '' is not a scenario of this study; allowed: baseline, "),
        (("out", "3", "--draw", "0"), "--draw: 0 is not one of this study's; allowed: 1 to 2"),
        (("out", "3", "--draw", "3"), "--draw: 3 is not one of this study's; allowed: 1 to 2"),
        (("out", "3", "--replicate", "2"), "--replicate: 2 is not one of this study's; allowed: 1 to 1"),
        (("nowhere", "3"), "nowhere: there is no such folder"),
        (("scenarios", "3"), "scenarios: this is not a study's folder (no study.json)"),
        (("scenarios/baseline.yaml", "3"), "scenarios/baseline.yaml: this is a file, not a study's folder"),
    ],
)
def test_what_is_not_there_is_one_message_and_exit_2(
    at_home: Path, arguments: tuple[str, ...], said: str, extra: tuple[str, ...]
) -> None:
    done = call("person", *extra, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.output
    own = [line for line in done.stderr.splitlines() if line.startswith(("throughgate: ", "Error: "))]
    assert len(own) == 1


def test_a_study_that_has_changed_since_is_refused(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The diary would be of another world than the study's."""
    changed = tmp_path / "home"
    shutil.copytree(study, changed)
    file = changed / "scenarios" / "ceiling" / "all_of_it.yaml"
    file.write_text(file.read_text("utf-8").replace("30_000", "31_000", 1), "utf-8")
    monkeypatch.chdir(changed)
    done = call("person", "out", "3")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "'all_of_it' (scenarios/ceiling/all_of_it.yaml)" in done.stderr and "Traceback" not in done.stderr
    file.unlink()
    done = call("person", "out", "3")
    assert done.exit_code == 0, "without the file the study's own copy is read"


def test_nothing_is_written(at_home: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in at_home.rglob("*")}
    told("3")
    assert {path: path.stat().st_mtime_ns for path in at_home.rglob("*")} == before


def test_the_program_itself(at_home: Path) -> None:
    """As started from a shell, through a pipe and at 60 columns."""
    environment = {**os.environ, "COLUMNS": "60", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "sim.commands.main", "person", "out"]
    done = subprocess.run([*command, "3"], capture_output=True, text=True, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert max(map(len, done.stdout.splitlines())) <= 60
    done = subprocess.run([*command, "999"], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("throughgate: NUMBER: ") and done.stderr.count("\n") == 1
