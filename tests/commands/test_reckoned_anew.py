"""A study of which somebody changed tables and reckoned hashes and seal anew: one sentence, whatever is asked."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from folders import files_of
from stand_ins import SMALL, call, finished

from sim.store import held_files
from sim.store.seal import sealed

TOTALS = "tables/totals.parquet"
VERBS = (
    ("verify", "--runs", "1"), ("report",), ("rerun", "baseline:0:0"), ("expand", "--draws", "7"),
)  # fmt: skip


@pytest.fixture
def one(home: Path) -> Path:
    """A finished study."""
    return finished(home, "compare", "scenarios/navigators.yaml", *SMALL)


def reckon_anew(one: Path) -> None:
    """Give every file its hash, and the manifest its seal, as if it had been written like this."""
    file = one / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    for name in manifest["files"]:
        content = (one / name).read_bytes()
        manifest["files"][name] = {"bytes": len(content), "sha256": sha256(content).hexdigest()}
    file.write_text(json.dumps(sealed({key: value for key, value in manifest.items() if key != "seal"})), "utf-8")


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def pages_overwritten(file: Path) -> None:
    """Its footer stands, what it leads to does not."""
    content = file.read_bytes()
    file.write_bytes(content[:4] + bytes(len(content) // 2) + content[4 + len(content) // 2 :])


def without_numerator(file: Path) -> None:
    pq.write_table(pq.read_table(file).drop(["numerator"]), file)


def with_words_as_numbers(file: Path) -> None:
    table = pq.read_table(file)
    place = table.schema.get_field_index("numerator")
    pq.write_table(table.set_column(place, "numerator", table["numerator"].cast(pa.string())), file)


def without_rows(file: Path) -> None:
    pq.write_table(pq.read_table(file).slice(0, 0), file)


def of_other_columns(file: Path) -> None:
    pq.write_table(pa.table({"a": [1, 2], "b": ["x", "y"]}), file)


DAMAGES = (
    cut_off, emptied, pages_overwritten, without_numerator, with_words_as_numbers, without_rows, of_other_columns,
)  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", [TOTALS, "tables/comparison.parquet"])
def test_a_table_that_is_none_is_told_in_a_sentence(one: Path, name: str, damage: Callable[[Path], None]) -> None:
    try:
        damage(one / name)
    except KeyError:  # a table without a numerator
        return
    reckon_anew(one)
    before = files_of(one)
    for verb, *more in VERBS:
        done = call(verb, "one", *more, "--quiet")
        assert "for the trace" not in done.stderr, f"{verb}: {done.stderr}"
        if name == TOTALS and verb in ("report", "rerun", "expand"):
            assert done.exit_code in (1, 2), verb
        if name == TOTALS and verb in ("report", "expand"):
            assert "totals" in done.stderr, verb
        if verb == "verify":
            assert done.exit_code == 1 and Path(name).name in done.stdout
        if done.exit_code == 2:
            assert files_of(one) == before, f"{verb} refused, and changed the folder"
            assert not (one / "parts").exists()


def with_label(column: str, number: int) -> Callable[[Path], None]:
    """The label of the first block, 0, is another."""

    def edit(file: Path) -> None:
        table = pq.read_table(file)
        labels = table[column].to_numpy().copy()
        labels[:10] = number
        place = table.column_names.index(column)
        pq.write_table(table.set_column(place, table.schema.field(column), pa.array(labels)), file)

    edit.__name__ = f"{column} {number}"
    return edit


def with_side(value: float | None, row: int) -> Callable[[Path], None]:
    """The numerator of a row is another."""

    def edit(file: Path) -> None:
        table = pq.read_table(file)
        numbers = table["numerator"].to_pylist()
        numbers[row] = value
        place = table.column_names.index("numerator")
        pq.write_table(table.set_column(place, table.schema.field(place), pa.array(numbers, pa.float64())), file)

    edit.__name__ = f"numerator {value}"
    return edit


EDITS = (
    (with_label("draw", 1), "the totals are not in the order of this study (draw, row 1)"),
    (with_label("draw", -1), "the totals are not in the order of this study (draw, row 1)"),
    (with_label("draw", 7), "the totals are not in the order of this study (draw, row 1)"),
    (with_label("replicate", 1), "the totals are not in the order of this study (replicate, row 1)"),
    (with_side(None, 4), "the totals hold an empty cell (numerator, row 5)"),
    (with_side(float("nan"), 4), "the totals hold what is no finite number (numerator, row 5)"),
    (with_side(float("-inf"), 4), "the totals hold what is no finite number (numerator, row 5)"),
)  # fmt: skip


@pytest.mark.parametrize(("edit", "said"), EDITS, ids=lambda one: getattr(one, "__name__", ""))
def test_totals_that_no_study_writes_are_refused_by_all_who_read_them(
    one: Path, edit: Callable[[Path], None], said: str
) -> None:
    edit(one / TOTALS)
    reckon_anew(one)
    before = files_of(one)
    verified = call("verify", "one", "--runs", "1", "--quiet", "--json")
    problems = [(entry["file"], entry["problem"]) for entry in json.loads(verified.stdout)["problems"]]
    assert (verified.exit_code, problems) == (1, [(TOTALS, said)])
    for verb, *more in VERBS[1:]:
        done = call(verb, "one", *more, "--quiet")
        assert (done.exit_code, done.stdout) == (2, ""), verb
        assert done.stderr.startswith(f"throughgate: {Path('one', TOTALS)}: {said}; allowed: "), verb
        assert done.stderr.count("\n") == 1, verb
    assert files_of(one) == before


def test_totals_of_which_a_block_is_missing_or_there_twice(one: Path) -> None:
    table = pq.read_table(one / TOTALS)
    rows = table.num_rows // 4
    pq.write_table(table.slice(rows), one / TOTALS)
    reckon_anew(one)
    assert "the totals do not have the columns and rows of this study" in call("report", "one").stderr
    twice = pa.concat_tables([table.slice(0, rows), table.slice(0, rows), table.slice(2 * rows)])
    pq.write_table(twice, one / TOTALS)
    reckon_anew(one)
    said = f"the totals are not in the order of this study (replicate, row {rows + 1:,})"
    assert said in call("report", "one").stderr
    assert said in call("rerun", "one", "baseline:0:1").stderr
    assert call("rerun", "one", "baseline:0:0").exit_code == 0, "of which the rows are whole"


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ({"code_sha256": "0" * 64}, "for 'code_sha256', and manifest.json says '0000"),
        ({"schema": 1}, "says 2 for 'schema', and manifest.json says 1"),
        ({"python": "3.9.1"}, "for 'python', and manifest.json says '3.9.1'"),
        ({"numpy": "0.1"}, "for 'numpy', and manifest.json says '0.1'"),
        ({"pyarrow": None}, "for 'pyarrow', and manifest.json says None"),
    ],
)
def test_a_program_that_the_manifest_alone_names(one: Path, edit: dict[str, object], said: str) -> None:
    file = one / "manifest.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    versions = {**content["versions"], **{name: value for name, value in edit.items() if name in content["versions"]}}
    own = {name: value for name, value in edit.items() if name in content}
    file.write_text(json.dumps({**content, **own, "versions": versions}), encoding="utf-8")
    reckon_anew(one)
    done = call("verify", "one", "--runs", "0", "--quiet", "--json")
    problems = [entry["problem"] for entry in json.loads(done.stdout)["problems"] if entry["file"] == "study.json"]
    assert done.exit_code == 1 and len(problems) == 1
    assert said in problems[0]


def closed(self: Path, *_: object, **__: object) -> object:
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))


@pytest.mark.parametrize(("verb", "more"), [("report", ()), ("rerun", ("baseline:0:0",)), ("expand", ("--draws", "7"))])
def test_totals_that_may_not_be_read_are_told_with_what_mends_it(
    one: Path, monkeypatch: pytest.MonkeyPatch, verb: str, more: tuple[str, ...]
) -> None:
    def digest(file: Path) -> str:
        if file.name == "totals.parquet":
            closed(file)
        return sha256(file.read_bytes()).hexdigest()

    monkeypatch.setattr(held_files, "sha256_of", digest)
    done = call(verb, "one", *more, "--quiet")
    assert done.exit_code == 2
    assert "totals.parquet: the table may not be opened (permission denied); allowed: permission to" in done.stderr


def test_files_in_a_closed_folder_are_not_called_missing(one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Path.lstat
    monkeypatch.setattr(Path, "lstat", lambda file: closed(file) if file.parent.name == "tables" else whole(file))
    done = call("verify", "one", "--runs", "0", "--quiet", "--json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert (
        "one/tables/budget_impact.csv: this file may not be opened (permission denied); allowed: permission to"
        in done.stderr
    )
    assert "missing" not in done.stderr and "--force" not in done.stderr


def test_a_manifest_that_may_not_be_read_says_so_once(one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = os.open

    def opened(path: object, *more: object, **names: object) -> int:
        if str(path).endswith("manifest.json"):
            closed(Path(str(path)))
        return whole(path, *more, **names)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", opened)
    said = call("verify", "one", "--quiet").stderr
    assert "manifest.json: the manifest cannot be read (Permission denied); allowed: the manifest as it was" in said


@pytest.mark.parametrize("is_late", [False, True], ids=["before", "after"])
def test_a_folder_that_is_moved_while_its_pages_are_drawn_is_not_made_anew(
    one: Path, is_late: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sim.experiment import report

    drawn, moved = report._drawn, one.with_name("moved")

    def draw(*inputs: object) -> object:
        pages = drawn(*inputs) if is_late else None  # type: ignore[arg-type]
        one.rename(moved)
        return pages or drawn(*inputs)  # type: ignore[arg-type]

    monkeypatch.setattr(report, "_drawn", draw)
    before = files_of(one)
    done = call("report", "one", "--quiet")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("throughgate: one: this folder was moved or removed while it was read; allowed: ")
    assert not one.exists() and files_of(moved) == before
