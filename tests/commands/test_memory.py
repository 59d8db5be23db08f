"""Where memory or threads run out a command says so in one sentence, whoever noticed it first."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner
from fake_study import EFFECTS, FakeSimulator
from stand_ins import ENGINE

from sim.commands.main import main
from sim.core.memory import ensure_libraries, ensure_threads, is_out_of_memory, threads_of_libraries

ROOT = Path(__file__).resolve().parents[2]
SAID = "throughgate: failed: not enough memory: fewer threads, fewer people or more memory would help"
NO_THREAD = (
    "throughgate: failed: no further thread can be started: "
    "fewer threads, more memory or a higher limit of processes (ulimit -u) would help"
)
COMPARE = ("compare", "scenarios/navigators.yaml", "--draws", "2", "--replicates", "1", "--out", "out")
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({mb} << 20, resource.getrlimit(resource.RLIMIT_AS)[1]))
from sim.commands.main import main
main(sys.argv[1:])
"""
posix = pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")


def limited(mb: int, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A command in a process that may have so much memory."""
    return subprocess.run(
        [sys.executable, "-c", LIMITED.format(mb=mb), *arguments],
        cwd=cwd, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=300,
    )  # fmt: skip


ERRORS = [
    MemoryError(),
    pa.ArrowMemoryError("malloc of size 64 failed"),
    OSError(errno.ENOMEM, "Cannot allocate memory"),
    RuntimeError("can't start new thread"),
    ImportError("libllvmlite.so: failed to map segment from shared object"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_a_study_that_runs_out_of_memory_keeps_its_runs_and_names_the_way_on(
    error: Exception, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Fails(FakeSimulator):
        def __call__(self, scenario: int, draw: int, replicate: int) -> object:
            if draw:
                raise error
            return super().__call__(scenario, draw, replicate)

    monkeypatch.setattr(ENGINE, lambda setup: Fails(EFFECTS, people=setup.plan.people))
    ended = CliRunner().invoke(main, [*COMPARE, "--quiet"])
    assert ended.exit_code == 1
    said = NO_THREAD if isinstance(error, RuntimeError) else SAID
    assert ended.stderr == f"{said}; finished runs are kept, go on with: throughgate resume out\n"
    monkeypatch.setattr(ENGINE, lambda setup: FakeSimulator(EFFECTS, people=setup.plan.people))
    assert CliRunner().invoke(main, ["resume", "out"]).exit_code == 0


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_a_lack_is_known_through_other_errors(error: Exception) -> None:
    try:
        try:
            raise error
        except Exception:
            raise ValueError("the file cannot be read") from None
    except ValueError as outer:
        assert is_out_of_memory(outer)
    assert not is_out_of_memory(ValueError("out of memory of things past"))
    assert not is_out_of_memory(OSError(errno.ENOENT, "No such file or directory"))


def test_a_command_that_may_start_no_thread_says_so_before_a_library_ends_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenBLAS raises Ctrl-C at the process that it is loaded into where it may start no thread."""

    def start(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(4)), raising=False)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    assert threads_of_libraries() == 2, "one beside the main thread, of NumPy and of SciPy"
    monkeypatch.setattr(threading.Thread, "start", start)
    ended = CliRunner().invoke(main, [*COMPARE])
    assert (ended.exit_code, ended.stdout, ended.stderr) == (1, "", f"{NO_THREAD}\n")
    assert not (home / "out").exists()
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    ensure_libraries()


def test_threads_that_were_tried_have_ended() -> None:
    before = threading.active_count()
    ensure_threads(5)
    assert threading.active_count() == before


def test_a_file_that_ended_too_early_is_no_interrupt(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ends(*_: object, **__: object) -> None:
        raise EOFError("Ran out of input")

    monkeypatch.setattr("sim.experiment.api.levers", ends)
    ended = CliRunner().invoke(main, ["levers"])
    assert ended.exit_code == 1
    assert "throughgate: failed: EOFError: Ran out of input" in ended.stderr


@posix
def test_a_process_with_little_memory(tmp_path: Path) -> None:
    ended = limited(80, "check", "baseline", cwd=tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", f"{SAID}\n")
    assert limited(80, "--help", cwd=tmp_path).returncode == 0


@posix
@pytest.mark.slow
@pytest.mark.parametrize("mb", [150, 300, 600, 900, 1_200])
def test_a_run_with_less_memory_than_it_needs(mb: int, tmp_path: Path) -> None:
    numbers = ("--people", "60", "--draws", "2", "--replicates", "1", "--threads", "2")
    ended = limited(mb, "run", "baseline", *numbers, "--out", "out", "--quiet", cwd=tmp_path)
    if mb == 1_200 and not ended.returncode:
        return  # enough on this machine
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith((SAID, NO_THREAD))
    assert len(ended.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists() or (tmp_path / "out" / "study.json").is_file()
