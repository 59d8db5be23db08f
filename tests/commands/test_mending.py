"""A finished study of which a part is gone, edited or in the way: nothing is lost, and the advice mends it."""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from folders import files_of
from stand_ins import ENGINE, SMALL, Broken, call

import sim
from sim.core.errors import InputError
from sim.experiment import api
from sim.experiment.defaults import usual_out

GROW = ("expand", "one", "--draws", "3")


@pytest.fixture
def one(home: Path) -> Path:
    """A finished study."""
    assert call("compare", "scenarios/navigators.yaml", "--out", "one", *SMALL).exit_code == 0
    return home / "one"


def _linked(name: str) -> Callable[[Path], None]:
    def link(one: Path) -> None:
        (one / name).rename(one.parent / f"elsewhere_{name}")
        (one / name).symlink_to(one.parent / f"elsewhere_{name}")

    return link


def _as_file(one: Path) -> None:
    shutil.rmtree(one / "charts")
    (one / "charts").write_text("mine", encoding="utf-8")


def _folder_for(name: str) -> Callable[[Path], None]:
    def make(one: Path) -> None:
        (one / name).unlink(missing_ok=True)
        (one / name).mkdir()

    return make


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("tables", _linked("tables")), ("charts", _linked("charts")), ("charts", _as_file),
        ("report.txt", _folder_for("report.txt")), ("report.json", _folder_for("report.json")),
        (".files", _folder_for(".files")), ("charts/more.svg", _folder_for("charts/more.svg")),
    ],
)  # fmt: skip
def test_what_stands_in_the_way_is_refused_before_anything_is_touched(
    name: str, spoil: Callable[[Path], None], one: Path
) -> None:
    spoil(one)
    before = (files_of(one), (one / "manifest.json").read_bytes(), sorted(path.name for path in one.iterdir()))
    done = call(*GROW)
    assert (done.exit_code, f"one/{name}: this is " in done.stderr) == (2, True), done.stderr
    assert (files_of(one), (one / "manifest.json").read_bytes(), sorted(path.name for path in one.iterdir())) == before


def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_touched(
    one: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files_of(one)
    monkeypatch.setattr("sim.store.in_the_way.os.access", lambda path, _: path.name != "charts")
    done = call(*GROW)
    assert (done.exit_code, "one/charts: this folder cannot be written to" in done.stderr) == (2, True), done.stderr
    assert files_of(one) == before and (one / "manifest.json").is_file()


def test_a_file_is_not_told_to_be_missing(one: Path) -> None:
    assert "one/report.md: this is a file, not a study's folder" in call("report", "one/report.md").stderr
    for verb in (sim.read_results, sim.report, api.verify, api.resume):
        with pytest.raises(InputError, match="this is a device, not a study's folder"):
            verb("/dev/null")
    with pytest.raises(InputError, match="there is no such folder"):
        sim.read_results("nowhere")


def test_a_file_in_place_of_the_tables_is_named(one: Path) -> None:
    shutil.rmtree(one / "tables")
    (one / "tables").write_text("", encoding="utf-8")
    for verb in (("report", "one"), ("resume", "one"), GROW, ("rerun", "one", "baseline:0:0")):
        done = call(*verb)
        assert (done.exit_code, "lies in tables, which is a file, not a folder" in done.stderr) == (2, True), verb


@pytest.mark.parametrize("content", ["", "{}", "{"])
def test_a_damaged_study_file_is_one_finding(content: str, one: Path) -> None:
    (one / "study.json").write_text(content, encoding="utf-8")
    done = call("verify", "one", "--json", "--quiet")
    assert (done.exit_code, json.loads(done.stdout)["damaged"]) == (1, ["study.json"])
    told = call("rerun", "one", "baseline:0:0").stderr
    assert "delete" not in told and "'throughgate verify one' says more" in told


@pytest.mark.parametrize("spoil", [Path.unlink, lambda file: file.write_bytes(file.read_bytes() + b" ")])
@pytest.mark.parametrize(
    ("name", "mends"), [("report.md", "report"), ("charts/*.svg", "report"), ("study.json", "verify")]
)
def test_resume_names_every_file_that_differs(
    spoil: Callable[[Path], object], name: str, mends: str, one: Path
) -> None:
    file = next(iter(one.glob(name)))
    spoil(file)
    done = call("resume", "one", "--quiet")
    said = f"one/{file.relative_to(one).as_posix()} "
    assert (done.exit_code, said in done.stderr, f"'throughgate {mends} one'" in done.stderr) == (1, True, True)
    with pytest.warns(UserWarning, match=mends):
        api.resume("one")
    if mends == "report":
        assert call("report", "one").exit_code == 0
        assert call("resume", "one").exit_code == 0
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            api.resume("one")


def test_what_report_cannot_draw_again_is_left_to_verify(one: Path) -> None:
    _linked("charts")(one)
    done = call("resume", "one", "--quiet")
    assert (done.exit_code, "lies in charts, which is a link, not a folder; 'throughgate verify" in done.stderr) == (
        1,
        True,
    )
    assert "throughgate report" not in done.stderr


def test_the_verdict_names_what_is_wrong(one: Path) -> None:
    (one / "report.md").unlink()
    done = call("verify", "one", "--runs", "1")
    said = "verdict     not the same: 1 file damaged or missing (report.md); 1 of 1 run gave the same bytes"
    assert (done.exit_code, said in done.stdout) == (1, True), done.stdout


@pytest.mark.parametrize("spoil", [lambda text: text.replace(b"1", b"2", 1), lambda text: text + b"\n", None])
def test_a_damaged_table_is_made_again_as_told(
    spoil: Callable[[bytes], bytes] | None, one: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, table = files_of(one), one / "tables" / "comparison.csv"
    if spoil is None:
        table.unlink()
    else:
        table.write_bytes(spoil(table.read_bytes()))
    for verb in ("report", "resume"):
        told = call(verb, "one").stderr
        assert "'throughgate expand one' to make all tables again from the totals, without a run" in told
    mended = call("expand", "one")
    assert mended.exit_code == 0, mended.stderr
    assert "8 runs, 8 of them kept" in mended.stderr or "4 runs, 4 of them kept" in mended.stderr
    assert files_of(one) == before
    assert "nothing would grow" in call("expand", "one").stderr


def test_a_person_of_a_study_whose_manifest_is_damaged_is_refused(one: Path) -> None:
    for content in ("", "{", '{"schema": 2}'):
        (one / "manifest.json").write_text(content, encoding="utf-8")
        done = call("person", "one", "0", "--quiet")
        assert (done.exit_code, done.stdout, "manifest.json" in done.stderr) == (2, "", True)
        assert "Expecting" not in done.stderr


def test_a_damaged_manifest_is_told_with_its_line(one: Path) -> None:
    (one / "manifest.json").write_text('{\n"a": 1,\nb', encoding="utf-8")
    said = "one/manifest.json:3: the manifest cannot be read (is not JSON (a key in double quotes is missing))"
    assert said in call("report", "one").stderr


def test_a_run_that_is_not_kept_is_a_failure(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(ENGINE, lambda setup: Broken(KeyboardInterrupt()))
        stopped = call("compare", "scenarios/navigators.yaml", "--out", "one", *SMALL)
    assert "interrupted; no run had finished, begin again with: throughgate resume one" in stopped.stderr
    done = call("rerun", "one", "baseline:0:0")
    assert (done.exit_code, "the folder keeps nothing of this run" in done.stdout) == (1, True)


def test_a_scenario_that_is_its_own_baseline_is_nothing_to_compare(home: Path) -> None:
    for arguments in (("scenarios/buses.yaml", "--baseline", "scenarios/buses.yaml"), ("scenarios/baseline.yaml",)):
        done = call("compare", *arguments, *SMALL)
        assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
        assert "is its own baseline, so there is nothing to compare; allowed: a scenario beside" in done.stderr
    assert not Path("results").exists()
    assert call("run", "scenarios/buses.yaml", *SMALL).exit_code == 0


def test_named_scenarios_have_a_folder_of_their_own(home: Path) -> None:
    for arguments in (("run", "scenarios/buses.yaml"), ("compare", "scenarios/buses.yaml"), ("compare",)):
        done = call(*arguments, *SMALL)
        assert done.exit_code == 0, done.stderr
    assert {path.name for path in Path("results/runs").iterdir()} == {"buses", "buses_against_baseline", "south_west"}
    assert sim.compare("scenarios/navigators.yaml", people=200, draws=2, replicates=2).out.endswith(
        "navigators_against_baseline"
    )
    many = [Path(f"scenario_with_a_long_name_{number}.yaml") for number in range(20)]
    assert usual_out(many).name == "scenario_with_a_long_name_1_and_18_more_against_scenario_with_a_long_name_0"
    assert usual_out(many[:2], is_equal_money=True) != usual_out(many[:2])
