"""`throughgate baseline`: says what moved with exit code 1, and a saved baseline that is damaged is one sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from stand_ins import call

from sim.analysis.moves import Line
from sim.experiment import baseline

DEATHS = Line("reference", "deaths", "deaths per person", 20, 0.5, 0.01)
RATE = Line("to_2014", "rate", "events per person-year", 20, 0.25, 0.02)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A saved baseline of two numbers, which the model gives."""
    monkeypatch.setattr(baseline, "make", lambda _: ([DEATHS, RATE], None))
    for name, text in baseline.as_files([DEATHS, RATE]).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_nothing_moved(folder: Path) -> None:
    done = call("baseline", str(folder), "--quiet")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "Nothing moved: 2 numbers as saved." in done.stdout


def test_what_moved_is_told_with_exit_code_1(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [DEATHS._replace(mean=0.525), RATE, RATE._replace(name="new")]
    monkeypatch.setattr(baseline, "make", lambda _: (now, None))
    done = call("baseline", str(folder), "--quiet")
    assert done.exit_code == 1
    words = " ".join(done.stdout.split())
    assert "reference deaths (deaths per person) 0.5 0.525 +0.025 +2.50" in words
    assert "to_2014 new (events per person-year) none 0.25 - -" in words
    assert "2 of 2 numbers moved" in words and "`make baseline`" in words and "rate (events" not in words
    assert "In which commit the saved lines last moved is not told:" in words
    found = json.loads(call("baseline", str(folder), "--quiet", "--json").stdout)
    assert [entry["name"] for entry in found["moved"]] == ["deaths", "new"]
    assert found["moved"][0]["by"] == pytest.approx(0.025)
    assert found["moved"][1]["saved"] is found["moved"][1]["by"] is found["moved"][1]["last_moved"] is None


def test_another_machine_is_told(folder: Path) -> None:
    edit(folder / "made.csv", lambda text: text.replace(baseline.this_platform(), "Plan9 mips"))
    assert "was made on Plan9 mips" in call("baseline", str(folder), "--quiet").stdout


def edit(file: Path, change: Callable[[str], str]) -> None:
    before = file.read_text(encoding="utf-8")
    file.write_text(change(before), encoding="utf-8")
    assert file.read_text(encoding="utf-8") != before


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("baseline.csv", lambda text: text.replace("0.5,", "half,", 1), "baseline.csv:2:mean: 'half' is not a number"),
        ("baseline.csv", lambda text: text.replace("0.01", "-1"), "baseline.csv:2:mc_standard_error: -1 is out of"),
        ("baseline.csv", lambda text: text.replace(",mean", ",meen"), "'meen' is not a column; .*did you mean 'mean'"),
        ("baseline.csv", lambda text: text[:-12], "baseline.csv:3: the row has 4 cells, the heading 6"),
        ("baseline.csv", lambda text: text + text.splitlines()[1] + "\n", "csv:4:name: 'deaths' is there twice at ref"),
        ("baseline.csv", lambda text: text.splitlines()[0], "the saved baseline holds no number"),
        ("baseline.csv", lambda _: "", "the file is empty"),
        ("made.csv", lambda text: text.replace("seed,1", "seed,2"), "was made with 2 seed; allowed: seed 1, by make b"),
        ("made.csv", lambda text: text.replace("seed,1\n", ""), "does not say its seed"),
        ("made.csv", lambda text: text + "seed,1\n", "'seed' is there twice"),
    ],
)
def test_a_damaged_baseline_is_one_sentence(folder: Path, name: str, change: Callable[[str], str], said: str) -> None:
    edit(folder / name, change)
    done = call("baseline", str(folder), "--quiet")
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert re.search(said, done.stderr), done.stderr


@pytest.mark.parametrize("name", ["baseline.csv", "made.csv"])
def test_a_missing_file_is_one_sentence(folder: Path, name: str) -> None:
    (folder / name).unlink()
    done = call("baseline", str(folder), "--quiet")
    assert (done.exit_code, done.stdout) == (2, "")
    said = (
        f"{folder}: this folder holds no saved baseline (no {name}); allowed: a folder with baseline.csv and made.csv"
    )
    assert said in done.stderr


def test_a_folder_that_is_none_is_one_sentence(folder: Path) -> None:
    for name, why in (
        (folder / "nowhere", "there is no folder of a saved baseline"),
        (folder / "made.csv", "this is a file, not a folder"),
    ):
        done = call("baseline", str(name), "--quiet")
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert f"{name}: {why}; allowed: a folder with baseline.csv" in done.stderr


def test_an_interrupt_leaves_the_saved_files_as_they_were(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    monkeypatch.setattr(baseline, "make", interrupted)
    done = call("baseline", str(folder), "--quiet")
    assert (done.exit_code, done.stdout) == (130, "")
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
