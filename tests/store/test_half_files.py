"""Temporary files: those that a killed writer left go, one that is being written stays; a folder taken away is told."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import pytest
from fake_study import EFFECTS, FakeSimulator, plan_of, run_into

from sim.store.atomic import StoreError, write_atomic
from sim.store.folder import RunFolder, tidy_finished

ROOT = Path(__file__).resolve().parents[2]
LEFT = (
    ".writing-report.md-0123456789ab", "tables/.writing-totals.parquet-0123456789ab", ".writing-cluster-0123",
    "charts/.writing-a.svg-0123456789ab", "failures/.writing-block-1.json-0123456789ab", ".writing-study.json-01",
)  # fmt: skip
WRITES = """
import sys
from pathlib import Path
from sim.store.atomic import write_atomic
def put(stream):
    print("writing", flush=True)
    sys.stdin.read()
write_atomic(Path(sys.argv[1]) / "report.md", put)
"""


def half_files(out: Path) -> set[str]:
    return {path.relative_to(out).as_posix() for path in out.rglob(".writing-*")}


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    """A finished folder in which killed writers have left temporary files of every kind."""
    out = tmp_path / "out"
    run_into(out, plan_of(1), FakeSimulator(EFFECTS))
    for name in LEFT:
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_bytes(b"half")
    return out


def test_what_killed_writers_left_in_a_finished_folder_goes(finished: Path) -> None:
    tidy_finished(finished)
    assert not half_files(finished)
    assert not (finished / ".lock").exists()


def test_what_a_living_process_writes_stays(finished: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", WRITES, str(finished)], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        tidy_finished(finished)
        (alive,) = half_files(finished)
        assert alive not in LEFT
        process.communicate("")
    assert process.returncode == 0
    assert not half_files(finished)
    assert (finished / "report.md").is_file()


def test_a_folder_without_a_manifest_is_not_tidied(tmp_path: Path) -> None:
    (tmp_path / ".writing-diary").write_bytes(b"mine")
    tidy_finished(tmp_path)
    assert half_files(tmp_path) == {".writing-diary"}


def test_a_writer_locks_what_it_writes(tmp_path: Path) -> None:
    from sim.core.file_locks import is_locked

    def put(stream: BinaryIO) -> None:
        (path,) = tmp_path.glob(".writing-*")
        assert is_locked(path)

    write_atomic(tmp_path / "a", put)
    assert not is_locked(tmp_path / "a")


@pytest.mark.parametrize("gone", ["", "study.json"])
def test_a_folder_removed_while_its_study_runs_is_told_and_not_made_again(gone: str, tmp_path: Path) -> None:
    out = tmp_path / "out"

    class Removes(FakeSimulator):
        def __call__(self, *address: int) -> object:
            shutil.rmtree(out, ignore_errors=True) if not gone else (out / gone).unlink(missing_ok=True)
            return super().__call__(*address)

    with pytest.raises(StoreError) as found:
        run_into(out, plan_of(1), Removes(EFFECTS))
    what = out / gone if gone else out
    assert str(found.value) == (
        f"{what} was removed while the study ran, so nothing more of it is kept; give the study's own command again"
    )
    assert not list(out.rglob("*.parquet"))
    assert out.exists() == bool(gone)


def test_parts_removed_before_they_are_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    original = RunFolder.merge_totals

    def merge(self: RunFolder, *arguments: object) -> Path:
        shutil.rmtree(out / "parts")
        return original(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(RunFolder, "merge_totals", merge)
    with pytest.raises(StoreError, match="parts was removed while the study ran; no finished run is kept"):
        run_into(out, plan_of(1), FakeSimulator(EFFECTS))
