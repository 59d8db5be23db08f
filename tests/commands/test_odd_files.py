"""Study folders whose own files are no files, or hold anything: one sentence, no hang, whatever the command."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from folders import Engine
from odd_files import in_its_place_a_folder, in_its_place_a_pipe
from stand_ins import call

from sim.core.errors import InputError
from sim.store.reading import read_results

VERBS = (
    ("resume",), ("verify",), ("report",), ("expand", "--draws", "5"), ("rerun", "buses:0:0"), ("person", "0"),
)  # fmt: skip
READS_RESULTS = {"resume", "report"}  # which need no study file where the study is finished


def _put(content: bytes) -> Callable[[Path], object]:
    return lambda file: file.write_bytes(content)


def _device(file: Path) -> None:
    file.unlink()
    file.symlink_to("/dev/zero")


def _nowhere(file: Path) -> None:
    file.unlink()
    file.symlink_to("nowhere.json")


def _elsewhere(file: Path) -> None:
    other = file.parent.parent / f"elsewhere_{file.name}"
    file.rename(other)
    file.symlink_to(other)


def _huge(file: Path) -> None:
    with file.open("wb") as stream:
        stream.truncate(2**30)


def _entries(**entries: Any) -> Callable[[Path], object]:
    def put(file: Path) -> None:
        file.write_text(json.dumps({**json.loads(file.read_text(encoding="utf-8")), **entries}), encoding="utf-8")

    return put


def _every(value: Any) -> Callable[[Path], object]:
    def put(file: Path) -> None:
        kept = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(json.dumps(dict.fromkeys(kept, value)), encoding="utf-8")

    return put


NO_FILE = {
    "a pipe": in_its_place_a_pipe,
    "a folder": in_its_place_a_folder,
    "a device": _device,
    "a link to nowhere": _nowhere,
    "a link to the file": _elsewhere,
}
NO_JSON = {
    "empty": _put(b""), "deep": _put(b"[" * 10_000), "deep objects": _put(b'{"a":' * 10_000), "huge": _huge,
    "not UTF-8": _put(b'{"study": "\xff"}'), "long number": _put(b'{"schema": ' + b"9" * 5_000 + b"}"),
    "a list": _put(b"[]"), "a word": _put(b'"study"'), "NaN": _entries(level=float("nan")),
}  # fmt: skip
OTHER_KINDS = {
    "people": _entries(people="many"), "level": _entries(level=[0.95]), "scenarios": _entries(scenarios=[1]),
    "study": _entries(study=5), "schema": _entries(schema="2"), "lists": _every([]), "objects": _every({}),
    "nothing": _every(None),
}  # fmt: skip
OF_MANIFEST = {
    "draws": _entries(draws=10**9), "files": _entries(files={"tables/totals.parquet": 3}), "seal": _entries(seal=5),
    "groups": _entries(groups=[["all"]]), "designs": _entries(designs=[{"name": "sobol", "points": 10**12}]),
}  # fmt: skip


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("finished") / "one"


@pytest.fixture
def one(lab: Path, finished: Path) -> Path:
    """A finished study, run once for all tests."""
    if not finished.exists():
        assert call("study", "small.yaml", "--out", "one").exit_code == 0
        shutil.move(lab / "one", finished)
    return Path(shutil.copytree(finished, lab / "one"))


def refused(verb: tuple[str, ...]) -> str:
    """What the command says in one sentence, as wrong input."""
    done = call(verb[0], "one", *verb[1:])
    assert (done.exit_code, done.stdout) == (2, ""), (verb, done.output)
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes there")
@pytest.mark.parametrize("kind", NO_FILE)
@pytest.mark.parametrize("name", ["manifest.json", "study.json"])
def test_what_is_no_file(name: str, kind: str, one: Path) -> None:
    NO_FILE[kind](one / name)
    said = f"throughgate: {Path('one', name)}: this is a"
    for verb in (*VERBS, ("expand", "--draws", "6")):
        if (verb, name) != (("resume",), "study.json"):  # of which the other files are held still
            assert refused(verb).startswith(said)
    done = call("resume", "one")
    codes = (done.exit_code, done.stdout, done.stderr.count("\n"), done.stderr.startswith(said))
    assert codes == (1 if name == "study.json" else 2, "", 1, True), done.output
    for force in ((), ("--force",)):
        done = call("study", "small.yaml", "--out", "one", *force)
        assert (done.exit_code, done.stderr.startswith(said)) == (2, True), done.output


@pytest.mark.parametrize("kind", [*NO_JSON, *OTHER_KINDS, *OF_MANIFEST])
def test_a_manifest_of_anything(kind: str, one: Path) -> None:
    (NO_JSON | OTHER_KINDS | OF_MANIFEST)[kind](one / "manifest.json")
    with pytest.raises(InputError, match="manifest"):
        read_results("one")
    for verb in VERBS:
        if verb[0] != "verify":  # which says more where it can be read
            assert "manifest" in refused(verb)
    done = call("verify", "one", "--runs", "0", "--quiet")
    assert done.exit_code in (1, 2)
    assert "manifest" in done.output


@pytest.mark.parametrize("kind", [*NO_JSON, *OTHER_KINDS])
def test_a_study_file_of_anything(kind: str, one: Path, engine: Engine) -> None:
    (NO_JSON | OTHER_KINDS)[kind](one / "study.json")
    for verb in VERBS:
        if verb[0] not in (*READS_RESULTS, "verify"):
            refused(verb)
    done = call("verify", "one", "--runs", "0")
    assert (done.exit_code, "study.json" in done.output) == (1 if (one / "study.json").is_file() else 2, True)
    (one / "manifest.json").unlink()
    for verb in VERBS:
        refused(verb)


def test_a_table_that_became_a_pipe(one: Path) -> None:
    for name in ("totals.parquet", "comparison.csv"):
        table = one / "tables" / name
        held = table.read_bytes()
        table.unlink()
        os.mkfifo(table)
        for verb in (("report",), ("rerun", "buses:0:0"), ("expand", "--draws", "5")):
            assert f"{name}: this is a pipe, not a file" in refused(verb)
        done = call("resume", "one")
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1)
        assert f"{name}: this is a pipe, not a file; allowed: one/tables/{name} moved away, then " in done.stderr
        assert f"tables/{name} is a pipe, not a file" in call("verify", "one", "--runs", "0").stdout
        table.unlink()
        table.write_bytes(held)


def test_a_page_that_became_a_pipe(one: Path) -> None:
    (one / "report.txt").unlink()
    os.mkfifo(one / "report.txt")
    done = call("resume", "one")
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    said = (
        "report.txt: this is a pipe, not a file; allowed: one/report.txt moved away, then 'throughgate report one' to"
    )
    assert said in done.stderr
