"""`throughgate report`: pages and charts drawn again from sealed tables, the manifest as it was, the model not run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from fake_study import PlainChart
from folders import Engine, files_of
from stand_ins import ENGINE, SMALL, call, finished

import sim
from sim.analysis.comparison import Comparison
from sim.core.errors import InputError
from sim.experiment import api, outputs
from sim.presentation.album import Album
from sim.presentation.report import files
from sim.scenario.levers import PAYERS
from sim.store.folder import RunFolder

DESIGN = "designs:\n  morris: {samples: 4, parameters: [navigator.*]}\nmeasures: [engaged_within_3_weeks, qalys]\n"


@pytest.fixture
def one(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A finished study, and no engine from then on."""
    made = finished(home, "compare", "scenarios/navigators.yaml", *SMALL)
    monkeypatch.setattr(ENGINE, None)
    return made


def shown(out: Path) -> dict[str, bytes]:
    """Pages and charts of a folder."""
    return {name: held for name, held in files_of(out).items() if name.startswith(("report.", "charts/"))}


def is_whole(monkeypatch: pytest.MonkeyPatch) -> tuple[bool, str]:
    """Whether verify finds the folder whole, and what it says; it needs an engine for the money."""
    with monkeypatch.context() as patch:
        from fake_study import EFFECTS, FakeSimulator

        patch.setattr(ENGINE, lambda setup: FakeSimulator(EFFECTS, people=setup.plan.people))
        done = call("verify", "one", "--runs", "0")
    return done.exit_code == 0, done.stdout


def test_what_was_deleted_comes_back_in_the_same_bytes(one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, manifest = shown(one), (one / "manifest.json").read_bytes()
    shutil.rmtree(one / "charts")
    (one / "report.txt").unlink()
    assert (
        "report.txt: the page is missing; allowed: 'throughgate report one' to draw it" in call("resume", "one").stderr
    )
    done = call("report", "one")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "Drawn again into one: report.md, report.txt and 1 chart\n"
    assert {name: held for name, held in shown(one).items() if name != "report.json"} == before
    assert (one / "manifest.json").read_bytes() == manifest
    assert is_whole(monkeypatch)[0]
    assert call("resume", "one").exit_code == 0


def test_a_chart_that_failed_then_is_added_and_held(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "CHARTS", ())
    assert call("compare", "scenarios/navigators.yaml", "--out", "one", *SMALL).exit_code == 0
    monkeypatch.setattr(files, "CHARTS", (PlainChart,))
    assert call("report", "one").exit_code == 0
    ok, words = is_whole(monkeypatch)
    assert ok and "drawn again  charts/headline_differences.csv" in words, words
    chart = home / "one" / "charts" / "headline_differences.csv"
    held = chart.read_bytes()
    chart.write_bytes(b"other")
    assert "charts/headline_differences.csv has 5 bytes" in is_whole(monkeypatch)[1]
    chart.write_bytes(held)
    monkeypatch.setattr(files, "CHARTS", ())
    assert call("report", "one").exit_code == 0
    assert not chart.exists()
    assert is_whole(monkeypatch)[0]


def test_another_program_s_pages_take_the_place_of_the_first(one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = outputs.write_comparison

    def otherwise(comparison: Comparison, folder: RunFolder, album: Album) -> None:
        usual(comparison, folder, album)
        folder.write_file("report.txt", "drawn otherwise\n")

    monkeypatch.setattr(outputs, "write_comparison", otherwise)
    assert call("report", "one").exit_code == 0
    assert call("resume", "one").stdout == "drawn otherwise\n"
    ok, words = is_whole(monkeypatch)
    assert ok and "drawn again  report.txt" in words
    (one / "report.txt").write_text("by hand\n", encoding="utf-8")
    assert "report.txt: the page has " in call("resume", "one").stderr


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({"files": {}}, "report.json was changed after it was written"),
        ({"seal": "x"}, "report.json was changed after it was written"),
        ({"files": 3}, "report.json is not a list of files"),
    ],
)
def test_the_list_itself_is_held(
    entries: dict[str, object], said: str, one: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call("report", "one").exit_code == 0
    listed = json.loads((one / "report.json").read_text(encoding="utf-8"))
    (one / "report.json").write_text(json.dumps({**listed, **entries}), encoding="utf-8")
    ok, words = is_whole(monkeypatch)
    assert not ok and said in words


def test_what_is_in_the_way_is_told_before_anything_is_drawn(one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.experiment.report.draw_outputs", None)
    (one.parent / "there").mkdir()
    for out in ((), ("--out", "there")):
        folder = one.parent / out[1] if out else one
        (folder / "report.md").unlink(missing_ok=True)
        (folder / "report.md").mkdir()
        if out:
            (folder / "report.json").write_text(json.dumps({"study": sim.read_results("one").study}), encoding="utf-8")
        done = call("report", "one", *out)
        assert (done.exit_code, "report.md: this is a folder, not a file" in done.stderr) == (2, True), done.output


def test_another_folder(one: Path) -> None:
    before = files_of(one)
    for _ in range(2):  # an earlier report of the same study is replaced
        done = call("report", "one", "--out", "there/pages", "--json")
        assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["folder"], found["out"]) == ("one", "there/pages")
    there = one.parent / "there" / "pages"
    assert sorted([*found["files"], "report.json"]) == sorted(files_of(there))
    assert {name: held for name, held in files_of(there).items() if name != "report.json"} == shown(one)
    assert files_of(one) == before


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("letter.txt", "there: the folder holds files that are not a report of this study ('letter.txt')"),
        ("study.json", "there: the folder holds a study"),
    ],
)
def test_a_folder_that_holds_something_else_is_refused(name: str, said: str, one: Path) -> None:
    (one.parent / "there").mkdir()
    (one.parent / "there" / name).write_text("", encoding="utf-8")
    done = call("report", "one", "--out", "there")
    assert (done.exit_code, said in done.stderr) == (2, True), done.stderr
    assert [path.name for path in (one.parent / "there").iterdir()] == [name]


def test_damaged_tables_are_one_sentence(one: Path) -> None:
    table = one / "tables" / "groups.csv"
    table.write_bytes(table.read_bytes()[:-1] + b"?")
    done = call("report", "one")
    said = f"throughgate: {Path('one/tables/groups.csv')}: the table holds other bytes than were written; allowed: "
    assert (done.exit_code, done.stderr.startswith(said)) == (2, True), done.stderr
    assert not (one / "report.json").exists()


def test_in_python(one: Path) -> None:
    shutil.rmtree(one / "charts")
    reported = sim.report("one")
    assert "charts/headline_differences.svg" in reported.files
    with pytest.raises(InputError, match="the name of the folder is empty"):
        api.report("one", out=" ")
    with pytest.raises(InputError, match="there is no such folder"):
        api.report("nowhere")


def test_a_larger_study_takes_the_old_report_away(lab: Path) -> None:
    assert call("study", "small.yaml", "--draws", "2", "--out", "one").exit_code == 0
    assert call("report", "one").exit_code == 0
    assert (lab / "one" / "report.json").exists()
    assert call("expand", "one", "--draws", "3").exit_code == 0
    assert not (lab / "one" / "report.json").exists()
    assert call("report", "one").exit_code == 0
    assert call("study", "small.yaml", "--out", "one", "--force").exit_code == 0
    assert not (lab / "one" / "report.json").exists()


def test_the_pages_of_a_sensitivity_analysis_come_back(lab: Path, engine: Engine) -> None:
    (lab / "small.yaml").write_text((lab / "small.yaml").read_text() + DESIGN, encoding="utf-8")
    assert call("study", "small.yaml", "--out", "one").exit_code == 0
    before = files_of(lab / "one")
    for name in ("sensitivity.txt", "sensitivity.md", "report.md"):
        (lab / "one" / name).unlink()
    engine(limit=0)
    assert call("report", "one").exit_code == 0
    assert {name: held for name, held in files_of(lab / "one").items() if name != "report.json"} == before


@pytest.mark.parametrize(
    ("linked", "command"),
    [
        ("charts", ("report", "one")),
        ("charts", ("expand", "one", "--draws", "3")),
        ("tables", ("compare", "scenarios/navigators.yaml", "--out", "one", "--force", *SMALL)),
    ],
)
def test_nothing_is_written_through_a_link(linked: str, command: tuple[str, ...], one: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for path in (one / linked).iterdir():
        (elsewhere / path.name).write_bytes(b"precious")
    shutil.rmtree(one / linked)
    (one / linked).symlink_to(elsewhere, target_is_directory=True)
    assert call(*command).exit_code != 0
    assert {path.read_bytes() for path in elsewhere.iterdir()} == {b"precious"}


def test_for_a_group_every_table_is_the_group_s_and_lies_in_a_folder_of_its_own(one: Path) -> None:
    done = call("report", "one", "--for", "rural")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "Drawn again into one_for_rural: report.md, report.txt and 1 chart\n"
    out = one.parent / "one_for_rural"
    groups = pd.read_csv(one / "tables" / "groups.csv").query("stratum == 'home' and group == 'rural'")
    with_money = {"cost_total_gbp", "net_cost_gbp", *(f"cost_{payer}_gbp" for payer in PAYERS)}
    groups = groups[~groups["measure"].isin(with_money)].drop(columns=["stratum", "group"]).reset_index(drop=True)
    rows = pd.read_csv(out / "tables" / "comparison.csv")
    assert len(rows) > 50
    pd.testing.assert_frame_equal(rows[list(groups.columns)], groups, rtol=1e-9)
    assert not (out / "tables" / "money_by_payer.csv").exists() and not list((out / "tables").glob("incremental*"))
    page = " ".join((out / "report.txt").read_text().split())
    assert "for people with a rural home, against" in page and "What health costs" not in page
    assert "For a group no costs to payers, no table of who pays and saves and no cost of health can be given" in page
    assert call("report", "one", "--for", "rural").exit_code == 0  # drawn again over itself


def test_a_group_that_is_not_kept_is_one_sentence_and_leaves_nothing(one: Path) -> None:
    done = call("report", "one", "--for", "rurl")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--for: 'rurl' is no group of this study's totals; allowed: " in done.stderr
    assert done.stderr.endswith("did you mean 'rural'?\n") and done.stderr.count("\n") == 1
    assert not list(one.parent.glob("one_for*"))
    assert (
        "--out: the study's own pages are of everybody"
        in call("report", "one", "--for", "rural", "--out", "one").stderr
    )
