"""`throughgate verify` on a folder that somebody has touched: manifest, files, strangers, tables made again."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from folders import Engine
from odd_files import in_its_place_a_folder, in_its_place_a_pipe
from stand_ins import SMALL, call, finished

from sim.core.errors import InputError
from sim.store.lock import only_writer
from sim.store.reading import read_results
from sim.store.seal import SEAL, WILL_BE_SEALED, sealed

COMPARE = ("compare", "scenarios/navigators.yaml", "scenarios/buses.yaml", *SMALL)


@pytest.fixture
def one(home: Path) -> Path:
    """A finished study."""
    return finished(home, *COMPARE)


def verified(*more: str) -> dict[str, Any]:
    """What verify finds, and its exit code, which says the same."""
    done = call("verify", "one", "--runs", "0", "--json", "--quiet", *more)
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    assert done.exit_code == (0 if found["same"] else 1)
    return found


def problems(found: dict[str, Any]) -> list[str]:
    return [f"{problem['file']} {problem['problem']}" for problem in found["problems"]]


def edited(file: Path, **entries: Any) -> dict[str, Any]:
    """The file's JSON with entries changed, or taken out where they are `...`; its seal as it was."""
    content = {**json.loads(file.read_text(encoding="utf-8")), **entries}
    content = {key: value for key, value in content.items() if value is not ...}
    file.write_text(json.dumps(content), encoding="utf-8")
    return content


def unsealed(one: Path) -> None:
    """The folder as it was written before there were seals."""
    files = {name: entry for name, entry in read_results(one).manifest["files"].items() if name != "study.json"}
    edited(one / "manifest.json", **{SEAL: ..., "files": files})
    edited(one / "study.json", **{WILL_BE_SEALED: ...})


def forged(one: Path, **entries: Any) -> None:
    """The manifest changed by somebody who reckons hashes and seal again."""
    manifest = edited(one / "manifest.json", **entries)
    for name, entry in manifest["files"].items():
        content = (one / name).read_bytes()
        entry.update(bytes=len(content), sha256=sha256(content).hexdigest())
    (one / "manifest.json").write_text(json.dumps(sealed(manifest)), encoding="utf-8")


def test_a_finished_study_is_sealed_and_whole(one: Path) -> None:
    found = verified()
    assert found["seal"] == "whole"
    assert (found["problems"], found["not_ours"], found["drawn_again"]) == ([], [], [])
    assert {"study.json", "tables/totals.parquet", "report.md"} <= set(read_results(one).manifest["files"])
    files = {table["file"] for table in found["tables"]}
    assert {f"tables/{name}.csv" for name in ("comparison", "groups", "spend", "budgets", "precision")} <= files
    assert {"tables/comparison.parquet", "tables/common_random_numbers.parquet"} <= files
    assert {table["verdict"] for table in found["tables"]} == {"same"}


@pytest.mark.parametrize(
    "entries",
    [
        {"people": 900}, {"level": 0.5}, {"seed": 2}, {"draws": 1}, {"names": ["baseline"]}, {"scenarios": []},
        {"left_out": [0]}, {"person_days": 1}, {"platform": "other"}, {"date": ...}, {"note": "more"}, {SEAL: "x"},
    ],
)  # fmt: skip
def test_a_manifest_that_was_edited_is_found_and_refused(entries: dict[str, Any], one: Path) -> None:
    edited(one / "manifest.json", **entries)
    found = verified()
    assert found["seal"] == "broken"
    assert "manifest.json was changed after it was sealed" in problems(found)
    assert found["tables"] == []
    said = "manifest.json: the manifest was changed after the study was finished; allowed: the manifest as it was"
    for verb in (("resume",), ("report",), ("rerun", "baseline:0:0"), ("expand", "--draws", "3")):
        done = call(verb[0], "one", *verb[1:])
        assert (done.exit_code, said in done.stderr) == (2, True), done.stderr
    with pytest.raises(InputError, match="changed after the study was finished"):
        read_results(one)


def test_a_seal_that_was_taken_away_is_missed(one: Path) -> None:
    edited(one / "manifest.json", **{SEAL: ...})
    assert "manifest.json has lost its seal" in problems(verified())
    with pytest.raises(InputError, match="changed after the study was finished"):
        read_results(one)


def test_an_older_folder_without_a_seal_is_verified_as_far_as_it_can_be(one: Path) -> None:
    unsealed(one)
    found = verified()
    assert (found["same"], found["seal"]) == (True, "none")
    assert "seal        none, as before there were seals" in call("verify", "one", "--runs", "0").stdout


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("people", 900, "manifest.json says 900 for 'people', and study.json says 200"),
        ("seed", 2, "manifest.json says 2 for 'seed', and study.json says 1"),
        ("level", 0.5, "manifest.json says 0.5 for 'level', and study.json says 0.95"),
        ("baseline", "buses", "manifest.json says 'buses' for 'baseline', and study.json says 'baseline'"),
        ("equal_money_gbp_per_year", 5.0, "manifest.json says 5.0 for 'equal_money_gbp_per_year', and study.json"),
        ("scenarios", [{"name": "baseline", "title": "x"}], "manifest.json says other scenarios for 'scenarios'"),
        ("people", 900, "manifest.json has an id that does not follow from its scenarios, numbers and hashes"),
        ("area", {}, "manifest.json lacks what its study's id is made from"),
    ],
)
def test_without_a_seal_the_id_and_the_study_file_tell(key: str, value: Any, said: str, one: Path) -> None:
    unsealed(one)
    edited(one / "manifest.json", **{key: value})
    assert any(problem.startswith(said) for problem in problems(verified())), problems(verified())


def test_a_study_file_that_was_edited_beside_a_whole_manifest(one: Path) -> None:
    edited(one / "study.json", level=0.5)
    found = verified()
    assert "study.json says 0.5 for 'level', and manifest.json says 0.95" in problems(found)
    assert found["damaged"] == ["study.json"]


def _link(file: Path) -> None:
    file.rename(file.parent.parent / "elsewhere.csv")
    file.symlink_to(file.parent.parent / "elsewhere.csv")


def _linked_folder(file: Path) -> None:
    file.parent.rename(file.parent.parent / "other")
    file.parent.symlink_to("other")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes and links there")
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda file: file.unlink(), "is missing"),
        (lambda file: file.write_bytes(file.read_bytes()[:-9]), "bytes, and was written with"),
        (lambda file: file.write_bytes(file.read_bytes()[:-1] + b"?"), "holds other bytes than were written"),
        (_link, "is a link, not a file"),
        (in_its_place_a_folder, "is a folder, not a file"),
        (in_its_place_a_pipe, "is a pipe, not a file"),
        (_linked_folder, "lies in tables, which is a link, not a folder"),
    ],
)
def test_a_file_that_is_no_longer_what_was_written(damage: Callable[[Path], object], said: str, one: Path) -> None:
    damage(one / "tables" / "budgets.csv")
    found = verified()
    assert any(problem.startswith("tables/budgets.csv ") and said in problem for problem in problems(found))


def test_files_of_others_are_named_and_fail_only_where_ours_would_stand(one: Path) -> None:
    (one / "notes.txt").write_text("mine", encoding="utf-8")
    (one / "tables" / "notes.ods").write_bytes(b"")
    (one / "sub").mkdir()
    (one / "sub" / "report.txt").write_text("", encoding="utf-8")
    found = verified()
    assert (found["same"], found["not_ours"]) == (True, ["notes.txt", "sub/", "tables/notes.ods"])
    assert "not ours    notes.txt, sub/, tables/notes.ods" in call("verify", "one", "--runs", "0").stdout
    for name in ("tables/extra.csv", "charts/more.svg", "sensitivity.md"):
        (one / name).write_text("", encoding="utf-8")
    found = verified()
    assert found["damaged"] == ["charts/more.svg", "sensitivity.md", "tables/extra.csv"]
    assert "is not the study's, and stands where a file of it would" in problems(found)[0]


@pytest.mark.parametrize("name", ["../outside.csv", "/etc/hostname", "tables/../../outside.csv"])
def test_a_list_that_leads_out_of_the_folder(name: str, one: Path) -> None:
    unsealed(one)
    files = dict(read_results(one).manifest["files"])
    edited(one / "manifest.json", files={**files, name: files["report.md"]})
    if name.startswith("tables/"):
        shutil.copy(one / "report.md", one.parent / "outside.csv")
    assert f"{name} is not a name inside the folder" in problems(verified())


def cells(file: Path) -> Iterator[list[list[str]]]:
    """The rows of a CSV file, written back when they have been changed."""
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    yield rows
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


@pytest.mark.parametrize("name", ["comparison", "groups", "precision", "common_random_numbers", "spend"])
def test_a_table_that_does_not_follow_from_the_totals(name: str, one: Path) -> None:
    file = one / "tables" / f"{name}.csv"
    column = ""
    for rows in cells(file):
        place = next(k for k, word in enumerate(rows[1]) if word.replace(".", "").isdigit())
        column, rows[1][place] = rows[0][place], "77"
    forged(one)
    found = verified()
    assert (found["seal"], found["problems"]) == ("whole", [])
    wrong = [table for table in found["tables"] if table["verdict"] != "same"]
    told = [(table["file"], table["row"], table["column"], table["kept"]) for table in wrong]
    assert (f"tables/{name}.csv", 1, column, "77") in told
    words = call("verify", "one", "--runs", "0").stdout
    assert f"tables/{name}.csv: row 1, column '{column}': '77' in the file, '" in words
    assert "verdict     not verified" in words


def test_tables_with_fewer_rows_or_other_columns(one: Path) -> None:
    for rows in cells(one / "tables" / "comparison.csv"):
        rows.pop()
    for rows in cells(one / "tables" / "groups.csv"):
        rows[0][0] = "scenery"
    (one / "tables" / "precision.parquet").write_bytes(b"PAR1")
    forged(one)
    told = {table["file"]: table["difference"] for table in verified()["tables"] if table["verdict"] == "differs"}
    assert "rows, made again it has" in told["tables/comparison.csv"]
    assert told["tables/groups.csv"] == "has no column 'scenario', has a column 'scenery'"
    assert told["tables/precision.parquet"].startswith("cannot be read: ")


def test_a_level_changed_in_every_file_is_found_in_the_tables(one: Path) -> None:
    edited(one / "study.json", level=0.5)
    forged(one, level=0.5)
    found = verified()
    assert found["problems"] == []
    wrong = {table["file"] for table in found["tables"] if table["verdict"] == "differs"}
    assert {"tables/comparison.csv", "tables/groups.parquet", "tables/precision.csv"} <= wrong


def test_tables_of_the_scenarios_are_left_out_where_these_have_changed(one: Path, home: Path) -> None:
    (home / "scenarios" / "buses.yaml").write_text("title: other\n", encoding="utf-8")
    found = verified()
    verdicts = {table["file"]: table["verdict"] for table in found["tables"]}
    assert verdicts["tables/spend.csv"] == "not made again"
    assert verdicts["tables/comparison.csv"] == "same"


def test_indices_and_points_of_a_study_with_a_failed_run_are_made_again(lab: Path, engine: Engine) -> None:
    designs = "designs:\n  morris: {samples: 4, parameters: [navigator.*]}\nmeasures: [engaged_within_3_weeks]\n"
    (lab / "small.yaml").write_text((lab / "small.yaml").read_text() + designs, encoding="utf-8")
    engine(failing=[(1, 2, 1)])
    assert call("study", "small.yaml", "--out", "one").exit_code == 1
    found = verified()
    assert (found["same"], found["not_ours"]) == (True, [])
    files = {table["file"] for table in found["tables"]}
    assert {f"tables/{name}.parquet" for name in ("points", "sensitivity", "noise", "comparison")} <= files
    (lab / "one" / "failures" / "block-000002-00001.json").write_text("{}", encoding="utf-8")
    assert verified()["damaged"] == ["failures/block-000002-00001.json"]


def test_names_and_entries_that_would_act_on_a_terminal_are_shown_as_their_escapes(one: Path) -> None:
    (one / "x\x1b[31m\x1b]0;hi\x07.txt").write_text("", encoding="utf-8")
    (one / os.fsdecode(b"tables/y\xff.csv")).write_text("", encoding="utf-8")
    forged(one, platform="\x1b[31m now")
    for more in ((), ("--json",)):
        printed = call("verify", "one", "--runs", "0", "--quiet", *more).stdout
        assert all(line.isprintable() for line in printed.splitlines()), printed
        printed.encode("utf-8")


def test_a_study_id_that_was_edited_is_damage_and_no_larger_study(one: Path) -> None:
    study = json.loads((one / "manifest.json").read_text(encoding="utf-8"))["study"]
    edited(one / "manifest.json", study="0" * len(study))
    for command in (("verify", "one", "--runs", "0"), ("resume", "one"), ("report", "one")):
        done = call(*command)
        assert done.exit_code != 0 and "unfinished" not in done.stderr + done.stdout, command


def test_a_study_that_has_lost_its_study_file_is_a_study_still(one: Path) -> None:
    (one / "study.json").unlink()
    assert problems(verified()) == ["study.json is missing"]
    done = call("resume", "one")
    said = "one/study.json: the study file is missing; allowed: the study file as it was written, or the study's own "
    assert (done.exit_code, done.stderr.count("\n"), said in done.stderr) == (1, 1, True)
    assert call("report", "one").exit_code == 0
    lost = call("rerun", "one", "baseline:0:0")
    assert (lost.exit_code, "one/study.json: the study file is missing; allowed: " in lost.stderr) == (2, True)


def test_resume_prints_no_page_of_damaged_tables(one: Path) -> None:
    table = one / "tables" / "comparison.csv"
    table.write_bytes(table.read_bytes().replace(b"1", b"2", 1))
    done = call("resume", "one")
    assert (done.exit_code, done.stdout) == (1, "")
    said = "one/tables/comparison.csv: the table holds other bytes than were written; allowed: 'throughgate expand one'"
    assert said in done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such pipes")
@pytest.mark.parametrize("name", ["manifest.json", "study.json"])
@pytest.mark.parametrize(
    "verb", [("verify",), ("report",), ("rerun", "baseline:0:0"), ("person", "0"), ("expand", "--draws", "3")]
)
def test_advice_names_no_option_that_the_command_does_not_have(verb: tuple[str, ...], name: str, one: Path) -> None:
    in_its_place_a_pipe(one / name)
    done = call(verb[0], "one", *verb[1:])
    assert (done.exit_code, f"one/{name}: this is a pipe, not a file" in done.stderr) == (2, True), done.stderr
    assert "--out" not in done.stderr


@pytest.mark.parametrize("verb", [("verify", "--runs", "0"), ("report",), ("resume",), ("rerun", "baseline:0:0")])
def test_a_folder_that_is_being_written_is_told_as_that(verb: tuple[str, ...], one: Path) -> None:
    with only_writer(one):
        done = call(verb[0], "one", *verb[1:])
    said = "throughgate: one: another process is writing to this folder; allowed: wait until it has ended\n"
    assert (done.exit_code, done.stderr.endswith(said)) == (2, True), done.stderr
