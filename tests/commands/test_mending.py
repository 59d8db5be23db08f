"""A finished study of which a part is gone, edited or in the way: nothing is lost, and the advice mends it."""

from __future__ import annotations

import json
import os
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from folders import files_of
from stand_ins import ENGINE, SMALL, Broken, call, finished

import sim
from sim.core.errors import InputError
from sim.experiment import api
from sim.experiment.defaults import usual_out
from sim.store.manifest import made_by

GROW = ("expand", "one", "--draws", "3")


@pytest.fixture
def one(home: Path) -> Path:
    """A finished study."""
    return finished(home, "compare", "scenarios/navigators.yaml", *SMALL)


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
    assert (
        done.exit_code,
        f"one/{name}: this is " in done.stderr or f"lies in {name}, which is a link" in done.stderr,
    ) == (2, True)
    assert (files_of(one), (one / "manifest.json").read_bytes(), sorted(path.name for path in one.iterdir())) == before


def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_touched(
    one: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files_of(one)
    monkeypatch.setattr(
        "sim.store.in_the_way.os.access", lambda path, mode: path.name != "charts" or not mode & os.W_OK
    )
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
    listed = json.loads((one / "manifest.json").read_text(encoding="utf-8"))["files"]
    shutil.rmtree(one / "tables")
    (one / "tables").write_text("", encoding="utf-8")
    for verb in (("report", "one"), GROW, ("rerun", "one", "baseline:0:0")):
        done = call(*verb)
        assert (done.exit_code, "lies in tables, which is a file, not a folder" in done.stderr) == (2, True), verb
    done, tables = call("resume", "one"), 1 + sum(name.startswith("tables/") for name in listed)
    said = "the table lies in tables, which is a file, not a folder; allowed: one/tables moved away, then the table as"
    assert (done.exit_code, done.stdout, done.stderr.count(said)) == (1, "", tables - 1), done.stderr


@pytest.mark.parametrize("spoil", [lambda _: b"", lambda _: b"{}", lambda held: b"\xef\xbb\xbf" + held, None])
def test_a_damaged_study_file_is_told_alike_with_what_mends_it(
    spoil: Callable[[bytes], bytes] | None, one: Path
) -> None:
    before, file = files_of(one), one / "study.json"
    if spoil is None:
        file.unlink()
    else:
        file.write_bytes(spoil(file.read_bytes()))
    spoilt = files_of(one)
    found = json.loads(call("verify", "one", "--json", "--quiet", "--runs", "0").stdout)
    mends = "the study file as it was written, or the study's own command with --force, which runs it again"
    assert (found["damaged"], found["problems"][0]["allowed"]) == (["study.json"], mends)
    for verb in (("expand",), ("expand", "--draws", "4"), ("person", "0"), ("rerun", "baseline:0:0"), ("resume",)):
        done = call(verb[0], "one", *verb[1:], "--quiet")
        codes = (done.exit_code, done.stderr.count("\n"), "one/study.json: the study file " in done.stderr)
        assert codes == (1 if verb[0] == "resume" else 2, 1, True), done.output
        assert done.stderr.endswith(f"; allowed: {mends}\n")
    assert f"; allowed: {mends}\n" in call("verify", "one", "--runs", "0").stdout
    assert files_of(one) == spoilt
    assert call("compare", "scenarios/navigators.yaml", "--out", "one", "--force", *SMALL).exit_code == 0
    assert files_of(one) == before


@pytest.mark.parametrize("spoil", [Path.unlink, lambda file: file.write_bytes(file.read_bytes() + b" ")])
@pytest.mark.parametrize(
    ("name", "mends"),
    [
        ("report.md", "'throughgate report one' to draw it again"),
        ("charts/*.svg", "'throughgate report one' to draw it again"),
        ("study.json", "the study's own command with --force"),
    ],
)
def test_resume_names_every_file_that_differs(
    spoil: Callable[[Path], object], name: str, mends: str, one: Path
) -> None:
    file = next(iter(one.glob(name)))
    spoil(file)
    done = call("resume", "one", "--quiet")
    said = f"one/{file.relative_to(one).as_posix()}: "
    assert (done.exit_code, said in done.stderr, mends in done.stderr) == (1, True, True), done.stderr
    with pytest.warns(UserWarning, match=mends.replace("--", "")):
        api.resume("one")
    if "report" in mends:
        assert call("report", "one").exit_code == 0
        assert call("resume", "one").exit_code == 0
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            api.resume("one")


def test_no_damaged_file_hides_another(one: Path) -> None:
    before, chart = files_of(one), next(iter(one.glob("charts/*.png")))
    for name in ("comparison.csv", "foreign.csv", "groups.csv"):
        with (one / "tables" / name).open("a", encoding="utf-8") as file:
            file.write("x\n")
    chart.unlink()
    (one / "report.txt").unlink()
    done, again = call("resume", "one", "--quiet"), "'throughgate expand one' to make"
    assert (done.exit_code, done.stdout) == (1, "")
    assert [line.partition(": ")[2].split(": ")[0] for line in done.stderr.splitlines()] == [
        f"one/charts/{chart.name}", "one/report.txt", "one/tables/comparison.csv", "one/tables/groups.csv",
        "one/tables/foreign.csv",
    ]  # fmt: skip
    assert (done.stderr.count(again), "move it out of the folder" in done.stderr) == (4, True)
    tables = call("report", "one")
    assert (tables.exit_code, tables.stderr.count(again)) == (2, 2), tables.stderr
    with pytest.raises(InputError, match=r"comparison\.csv") as refused:
        api.resume("one")
    assert ["groups.csv" in str(error) for error in refused.value.others] == [True]
    assert call("expand", "one").exit_code == 0
    (one / "tables" / "foreign.csv").unlink()
    assert call("resume", "one", "--quiet").exit_code == 0 and files_of(one) == before


def test_with_its_totals_damaged_a_study_is_run_again(one: Path) -> None:
    (one / "tables" / "totals.parquet").write_bytes(b"")
    (one / "tables" / "groups.csv").unlink()
    (one / "report.md").unlink()
    said = call("resume", "one", "--quiet").stderr.splitlines()
    ends = "or the study's own command with --force, which runs it again"
    assert [line.endswith(ends) for line in said] == [True] * 3


@pytest.mark.parametrize("changed", ["program", "evidence"])
def test_what_expand_would_refuse_is_not_advised(changed: str, one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (one / "tables" / "groups.csv").unlink()
    if changed == "program":
        now = {**made_by(), "sources": "other"}
        for place in ("sim.store.mending", "sim.experiment.setup"):
            monkeypatch.setattr(f"{place}.made_by", lambda: now)
    else:
        for place in ("sim.store.mending", "sim.experiment.setup"):
            monkeypatch.setattr(f"{place}.parameters_sha256", lambda _: "other")
    for verb in ("resume", "report", "verify"):
        words = call(verb, "one", "--quiet").output
        assert "is missing; allowed: the table as it was written, or the study's own command with --force" in words
        assert "throughgate expand" not in words
    assert "this has changed since it was begun: the " in call("expand", "one").stderr


def test_a_folder_in_place_of_a_table_is_one_finding(one: Path) -> None:
    _folder_for("tables/dictionary.csv")(one)
    (one / "tables" / "dictionary.csv" / "more.csv").write_text("", encoding="utf-8")
    done = call("resume", "one", "--quiet")
    assert (done.exit_code, done.stderr.count("\n"), done.stderr.count("this is a folder, not a file")) == (1, 1, 1)


def test_what_report_cannot_draw_again_is_moved_away_first(one: Path) -> None:
    _linked("charts")(one)
    done = call("resume", "one", "--quiet")
    said = (
        "lies in charts, which is a link, not a folder; allowed: one/charts moved away, then 'throughgate report one'"
    )
    assert (done.exit_code, said in done.stderr) == (1, True), done.stderr
    refused = call("report", "one").stderr
    assert "one/charts: this is a link, not a folder; allowed: the study's own charts/\n" in refused
    begun = call("compare", "scenarios/navigators.yaml", "--out", "one", "--force", *SMALL).stderr
    assert "allowed: the study's own charts/, or another --out" in begun


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


def test_expand_is_not_advised_where_a_scenario_has_changed(one: Path, home: Path) -> None:
    (one / "tables" / "comparison.csv").write_text("x", encoding="utf-8")
    verified = json.loads(call("verify", "one", "--json", "--quiet", "--runs", "0").stdout)
    assert "'throughgate expand one' to make all tables again" in verified["problems"][0]["allowed"]
    (home / "scenarios" / "navigators.yaml").write_text("title: another\n", encoding="utf-8")
    assert call("expand", "one", "--quiet").exit_code == 2
    verified = json.loads(call("verify", "one", "--json", "--quiet", "--runs", "0").stdout)
    allowed = {problem["file"]: problem["allowed"] for problem in verified["problems"]}["tables/comparison.csv"]
    assert "expand" not in allowed and "the study's own command with --force" in allowed
