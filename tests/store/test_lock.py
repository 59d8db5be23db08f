"""One writer at a time: a folder held by a live process is refused, one left by a killed process is not."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_study import EFFECTS, FakeSimulator, plan_of, run_into

from sim.core.errors import InputError
from sim.store.atomic import StoreError
from sim.store.folder import RunFolder
from sim.store.lock import LOCK_FILE, FolderHeld, only_writer, undisturbed

HOLDER = """
import sys
from collections.abc import Callable
from pathlib import Path
from sim.store.lock import only_writer
with only_writer(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    """A process that holds a folder until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_writer_is_refused_while_the_first_lives(tmp_path: Path) -> None:
    out = tmp_path / "runs" / "one"
    process = holder(out)
    with pytest.raises(InputError, match="another process is writing to this folder"), only_writer(out):
        pass
    process.communicate("")
    assert process.returncode == 0
    assert not list(out.iterdir())
    with only_writer(out):
        assert [path.name for path in out.iterdir()] == [LOCK_FILE]
    assert not list(out.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_a_lock_left_by_a_killed_process_does_not_block(tmp_path: Path) -> None:
    process = holder(tmp_path)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert (tmp_path / LOCK_FILE).is_file()
    with only_writer(tmp_path):
        pass
    assert not list(tmp_path.iterdir())


def test_the_same_process_cannot_hold_a_folder_twice(tmp_path: Path) -> None:
    with only_writer(tmp_path):
        with pytest.raises(InputError, match="another process"), only_writer(tmp_path):
            pass
        assert (tmp_path / LOCK_FILE).is_file()
        with only_writer(tmp_path / "inner"):
            pass


def test_the_lock_goes_when_the_writer_fails(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="full"), only_writer(tmp_path):
        raise StoreError("full")
    assert not list(tmp_path.iterdir())


def test_a_folder_taken_away_while_it_is_held_is_no_fault_of_the_lock(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with only_writer(out):
        shutil.rmtree(out)
        out.mkdir()
        (out / LOCK_FILE).write_bytes(b"of somebody else")
    assert (out / LOCK_FILE).read_bytes() == b"of somebody else"


def test_the_lock_file_is_none_of_the_study_s_files(tmp_path: Path) -> None:
    with only_writer(tmp_path):
        run_into(tmp_path, plan_of(1), FakeSimulator(EFFECTS))
    assert not (tmp_path / LOCK_FILE).exists()
    (tmp_path / LOCK_FILE).touch()
    assert RunFolder.check(tmp_path, "study", force=True)[1]
    shutil.rmtree(tmp_path / "tables")
    assert LOCK_FILE not in (tmp_path / "manifest.json").read_text(encoding="utf-8")


def test_a_folder_that_may_not_be_written_is_one_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", forbidden)
    with (
        pytest.raises(InputError, match="this folder cannot be written to; allowed: permission to write to it"),
        only_writer(tmp_path),
    ):
        pass


def _as_folder(path: Path) -> None:
    path.mkdir()


def _as_link(path: Path) -> None:
    path.symlink_to("nowhere")


@pytest.mark.parametrize("put", [_as_folder, _as_link])
def test_a_lock_that_is_no_file_is_named(put: Callable[[Path], None], tmp_path: Path) -> None:
    put(tmp_path / LOCK_FILE)
    with pytest.raises(InputError) as refused, only_writer(tmp_path):
        pass
    assert refused.value.file == str(tmp_path / LOCK_FILE)
    assert str(refused.value).endswith("and the lock of this folder has this name; allowed: take it away")
    assert [path.name for path in tmp_path.iterdir()] == [LOCK_FILE]


def test_whoever_reads_is_told_of_a_writer(tmp_path: Path) -> None:
    with undisturbed(tmp_path):
        pass
    with only_writer(tmp_path), pytest.raises(FolderHeld, match="another process is writing"), undisturbed(tmp_path):
        raise AssertionError("it was read all the same")
    with pytest.raises(FolderHeld), undisturbed(tmp_path):  # a writer that came and went meanwhile
        (tmp_path / "manifest.json").touch()
    with pytest.raises(FolderHeld), undisturbed(tmp_path):
        (tmp_path / "manifest.json").unlink()
        raise FileNotFoundError(errno.ENOENT, "gone", "tables/totals.parquet")
    with pytest.raises(InputError, match="of another kind"), undisturbed(tmp_path):
        raise InputError("of another kind")
    (tmp_path / LOCK_FILE).touch()  # left by a process that was killed
    with undisturbed(tmp_path):
        pass
