"""`throughgate verify` and `throughgate rerun`: what is the same, what is damaged, and what has changed since."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from folders import Engine, files_of
from stand_ins import FakeScenario, call, finished

from sim.store.manifest import made_by
from sim.study.sequential_stopping import FIRST_ROUND


@pytest.fixture
def one(lab: Path) -> Path:
    return finished(lab, "study", "small.yaml")


def test_a_study_that_is_the_same(one: Path) -> None:
    before = files_of(one)
    done = call("verify", "one")
    assert done.exit_code == 0, done.stderr
    assert "files       whole" in done.stdout
    assert "changed     nothing since it was run" in done.stdout
    assert done.stdout.endswith("verdict     the same: 5 of 5 runs gave the same bytes\n")
    assert call("verify", "one").stdout == done.stdout
    assert call("verify", "one", "--runs", "0").stdout.endswith("verdict     no run was made again\n")
    found = json.loads(call("verify", "one", "--runs", "99", "--json", "--quiet").stdout)
    assert found["same"]
    assert len({run["run"] for run in found["runs"]}) == 24
    assert files_of(one) == before
    for runs in ("-1", "100001"):
        assert f"--runs: {runs} is not a number this takes" in call("verify", "one", "--runs", runs).stderr


def test_a_run_made_again_is_the_same(one: Path) -> None:
    done = call("rerun", "one", "navigators:3:1")
    assert done.exit_code == 0
    assert "run         navigators:3:1\nkept        the same bytes as in the folder\n" in done.stdout
    found = json.loads(call("rerun", "one", "buses:0:0", "--json").stdout)
    assert (found["verdict"], found["differing"], found["changes"]) == ("same", 0, [])


def test_a_byte_changed_in_the_totals_is_found(one: Path) -> None:
    totals = one / "tables" / "totals.parquet"
    content = bytearray(totals.read_bytes())
    content[300] ^= 0xFF
    totals.write_bytes(content)
    done = call("verify", "one")
    assert done.exit_code == 1
    assert "files       damaged or missing: tables/totals.parquet" in done.stdout
    assert (
        "verdict     not verified: 1 file damaged or missing (tables/totals.parquet); no run was made again"
        in done.stdout
    )
    assert "the table holds other bytes than were written" in call("rerun", "one", "buses:0:0").stderr
    assert "totals.parquet holds other bytes than were written; allowed: the table as it was written, or" in done.stdout


def test_files_that_are_missing_or_others_are_all_named(one: Path) -> None:
    (one / "tables" / "comparison.csv").unlink()
    (one / "report.txt").write_text("other", encoding="utf-8")
    done = call("verify", "one", "--json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert found["damaged"] == ["report.txt", "tables/comparison.csv"]
    assert {run["verdict"] for run in found["runs"]} == {"same"}


def test_a_study_file_that_asks_something_else_is_damaged(one: Path) -> None:
    file = one / "study.json"
    held = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**held, "people": 201}), encoding="utf-8")
    done = call("verify", "one")
    assert (done.exit_code, "damaged or missing: study.json" in done.stdout) == (1, True)
    fewer = {**held, "scenarios": held["scenarios"][:2]}
    file.write_text(json.dumps(fewer), encoding="utf-8")
    assert "damaged or missing: study.json" in call("verify", "one").stdout


def test_what_has_changed_is_named(one: Path, lab: Path, monkeypatch: pytest.MonkeyPatch, engine: Engine) -> None:
    (lab / "scenarios" / "buses.yaml").write_text("title: other\n", encoding="utf-8")
    other = {**made_by(), "sources": "other", "numpy": "0.9"}
    monkeypatch.setattr("sim.experiment.setup.made_by", lambda: other)
    monkeypatch.setattr("sim.experiment.setup.parameters_sha256", lambda table: "other")
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    engine(noise=0.03)
    done = call("verify", "one", "--runs", "2")
    assert done.exit_code == 1
    named = (
        "scenario 'buses' (scenarios/buses.yaml)", "the evidence tables", "the program's sources",
        f"numpy ({made_by()['numpy']} then, 0.9 now)", "riscv64 now)",
    )  # fmt: skip
    for said in named:
        assert said in done.stdout
    assert "other numbers than in the folder, in " in done.stdout
    assert "verdict     not the same: " in done.stdout
    assert done.stdout.endswith("0 of 2 runs gave the same bytes\n")
    done = call("rerun", "one", "buses:0:0")
    assert done.exit_code == 1
    assert "changed     scenario 'buses'" in done.stdout
    (lab / "scenarios" / "buses.yaml").unlink()
    assert "the study needs 'scenarios/buses.yaml'" in call("verify", "one").stderr


def test_a_run_that_fails_now_is_told(one: Path, engine: Engine) -> None:
    engine(failing=[(0, 0, 0)])
    done = call("verify", "one")
    assert (done.exit_code, "baseline:0:0: ValueError: no bed at point 0" in done.stdout) == (1, True)


@pytest.mark.parametrize(
    ("run", "said"),
    [
        ("buses", "RUN_ID: 'buses' is not the id of a run; allowed: SCENARIO:DRAW:REPLICATE as in tables/totals"),
        ("buses:0", "RUN_ID: 'buses:0' is not the id of a run"),
        ("buses:0:x", "RUN_ID: 'buses:0:x' is not the id of a run"),
        ("buses:-1:0", "RUN_ID: 'buses:-1:0' is not the id of a run"),
        ("bus:0:0", "RUN_ID: 'bus' is not a scenario of this study; allowed: baseline, navigators, buses; did you"),
        ("buses:4:0", "RUN_ID: 4 is not a draw of this study; allowed: 0 to 3"),
        ("buses:0:2", "RUN_ID: 2 is not a replicate of this draw; allowed: 0 to 1"),
        ("", "RUN_ID: '' is not the id of a run"),
    ],
)
def test_what_is_no_run(run: str, said: str, one: Path) -> None:
    done = call("rerun", "one", run)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_unfinished_folder(lab: Path, engine: Engine) -> None:
    engine(limit=6)
    assert call("study", "small.yaml", "--threads", "1", "--out", "one").exit_code == 130
    engine()
    done = call("verify", "one")
    assert (done.exit_code, "one: the study in this folder is unfinished; allowed: 'throughgate resume one'" in
            done.stderr) == (2, True)  # fmt: skip
    done = call("rerun", "one", "buses:0:0")
    assert (done.exit_code, "kept        the folder keeps nothing of this run" in done.stdout) == (1, True)
    assert "there is no such folder" in call("verify", "nowhere").stderr
    assert "not a study's folder" in call("verify", "scenarios").stderr


@pytest.mark.parametrize("content", ["{", "[]", '{"files": []}', '{"files": {"a": 1}, "names": [], "study": "x"}'])
def test_a_manifest_that_is_damaged(content: str, one: Path) -> None:
    (one / "manifest.json").write_text(content, encoding="utf-8")
    done = call("verify", "one")
    assert (done.exit_code, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_a_study_by_precision_is_verified_as_it_was_run(lab: Path, engine: Engine) -> None:
    assert call("study", "small.yaml", "--out", "one", "--precision", "1e8").exit_code == 0
    done = call("verify", "one")
    assert done.exit_code == 0, done.stdout
    assert call("rerun", "one", f"buses:0:{FIRST_ROUND + 1}").exit_code == 0
    engine(failing=[(1, 2, FIRST_ROUND)], limit=3 * 4 * (FIRST_ROUND + 1))
    assert call("study", "small.yaml", "--out", "two", "--precision", "1e8", "--threads", "1").exit_code == 130
    done = call("rerun", "two", f"navigators:2:{FIRST_ROUND}")
    assert (done.exit_code, "failed      " in done.stdout) == (1, True)


def test_it_is_verified_from_any_folder(
    one: Path, lab: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder lies where nobody knows from here in which folder the study was begun, or the files are gone."""
    monkeypatch.setattr("sim.experiment.copies.scenario_from", lambda kept: FakeScenario(**kept, file=Path("kept")))
    whole = call("verify", "one").stdout
    here = tmp_path_factory.mktemp("elsewhere")
    moved = here / "kept" / "one"
    shutil.copytree(one, moved)
    monkeypatch.chdir(here)
    (here / "scenarios").mkdir()
    for others in (0, 1):
        done = call("verify", str(moved))
        assert done.exit_code == 0, done.stderr
        assert "changed files of scenarios (not known from here" in " ".join(done.stdout.split())
        assert done.stdout.splitlines()[-1] == whole.splitlines()[-1]
        again = call("rerun", str(moved), "buses:0:0")
        assert (again.exit_code, "kept        the same bytes as in the folder" in again.stdout) == (0, True)
        for name in ("baseline", "navigators", "buses"):  # other files of these names here are none of the study's
            (here / "scenarios" / f"{name}.yaml").write_text(f"title: other {others}\n", encoding="utf-8")
    monkeypatch.chdir(lab)
    assert "changed     nothing since it was run" in call("verify", str(moved)).stdout
    (lab / "scenarios" / "buses.yaml").unlink()
    assert call("verify", "one").exit_code == 0


def test_a_scenario_that_was_broken_since_is_taken_from_the_study(
    one: Path, lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.experiment.copies.scenario_from", lambda kept: FakeScenario(**kept, file=Path("kept")))
    (lab / "scenarios" / "buses.yaml").write_text("title: wrong\n", encoding="utf-8")
    done = call("verify", "one")
    assert (done.exit_code, done.stderr.count("compiling")) == (0, 0), done.stderr
    assert "or not readable now; the study's own copies were taken)" in " ".join(done.stdout.split())
    assert call("rerun", "one", "buses:0:0").exit_code == 0
    assert "buses" in call("expand", "one", "--draws", "5", "--json", "--quiet").stdout
    assert call("verify", "one").exit_code == 0


CLOSED = [("one",), ("one", "tables"), ("one", "charts"), ("one", "manifest.json"), ("one", "study.json")]


@pytest.mark.parametrize("closed", CLOSED, ids="/".join)
@pytest.mark.parametrize(
    "words",
    [("verify",), ("report",), ("rerun", "buses:0:0"), ("person", "0"), ("expand", "--draws", "9"), ("resume",)],
    ids=lambda words: words[0],
)
def test_what_may_not_be_opened_is_neither_damaged_nor_missing(
    one: Path, lab: Path, closed: tuple[str, ...], words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, before, access = lab.joinpath(*closed), files_of(one), os.access
    monkeypatch.setattr(os, "access", lambda name, mode: Path(name) != path and access(name, mode))
    (one / "charts").mkdir(exist_ok=True)
    done = call(words[0], "one", *words[1:], "--quiet")
    what = "file" if path.suffix else "folder"
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        f"throughgate: {Path(*closed)}: this {what} may not be opened (permission denied); "
        "allowed: permission to read it, as its owner can give\n"
    )
    assert files_of(one) == before
