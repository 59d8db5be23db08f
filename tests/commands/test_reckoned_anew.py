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
from stand_ins import SMALL, call

from sim.store import held_files
from sim.store.seal import sealed

TOTALS = "tables/totals.parquet"
VERBS = (
    ("verify", "--runs", "1"), ("report",), ("rerun", "baseline:0:0"), ("expand", "--draws", "7"),
)  # fmt: skip


@pytest.fixture
def one(home: Path) -> Path:
    """A finished study."""
    assert call("compare", "scenarios/navigators.yaml", "--out", "one", *SMALL).exit_code == 0
    return home / "one"


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
    assert f"one/{TOTALS}: this file may not be opened (permission denied); allowed: permission to" in done.stderr
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
