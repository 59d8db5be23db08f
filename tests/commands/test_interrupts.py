"""Ctrl-C and its kin at any moment of a command's life, in real processes: never a traceback, and never lost."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are other ones there")

ROOT = Path(__file__).resolve().parents[2]
OF_THIS_TREE = {**os.environ, "PYTHONPATH": str(ROOT)}
# Interrupts have to reach the process even when these tests were started with interrupts switched off.
START = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
MAIN = "\nfrom sim.__main__ import main\nmain()\n"
ARGUMENTS = ("check", "scenarios/baseline.yaml")
ALL = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
SAID = "throughgate: interrupted\n"

CHECK = """
import ctypes, time
library, mutex = ctypes.CDLL(None), ctypes.create_string_buffer(128)
library.pthread_mutex_init(mutex, None)
library.pthread_mutex_lock(mutex)
from sim.experiment import api
def check(*_, **__):
    print("ready", flush=True)
    {}
    return [], []
api.check = check
"""
# Compiled code that the main thread is deep in: no step of Python is made there.
IN_C = "library.pthread_mutex_lock(mutex)"  # which it holds already
SLOW_TO_CLOSE = """
    try:
        time.sleep(60)
    finally:
        time.sleep({})
"""
DROPPED = """
    import os, signal
    class Gone:
        def __del__(self):
            os.kill(os.getpid(), signal.SIGTERM)
            for _ in range(1000):
                pass
    Gone()
    time.sleep(60)
"""
DROPPED_BY_A_WEAK_REFERENCE = """
    import os, signal, weakref
    class Held: pass
    def gone(_):
        os.kill(os.getpid(), signal.SIGTERM)
        for _ in range(1000):
            pass
    held = Held()
    kept = weakref.ref(held, gone)
    del held
    time.sleep(60)
"""
SWALLOWED = """
    from sim.commands.terminal import progress
    import os, signal
    with progress(quiet=True) as told:
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(60)
        except BaseException:
            pass
        told(1, 2)
        time.sleep(60)
"""
WHILE_LOADING = """
import os, sys
class Finder:
    def find_spec(self, name, *_):
        if name == "sim.commands.main":
            os.kill(os.getpid(), signal.{})
            for _ in range(1000):
                pass
sys.meta_path.insert(0, Finder())
"""
WHEN_DONE = """
import os
from sim.commands import interrupts
original = interrupts.end_with
def end_with(code):
    original(code)
    os.kill(os.getpid(), signal.SIGINT)
    for _ in range(1000):
        pass
    print("still here", flush=True)
interrupts.end_with = end_with
"""
WHEN_PYTHON_IS_TAKEN_APART = """
import os
class Late:
    def __del__(self, kill=os.kill, pid=os.getpid()):
        kill(pid, 2)
late = Late()
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "scenarios").mkdir()
    shutil.copy(ROOT / "scenarios" / "baseline.yaml", tmp_path / "scenarios")
    return tmp_path


def begun(code: str, home: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", START + code + MAIN, *(arguments or ARGUMENTS)], cwd=home, env=OF_THIS_TREE, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def ended(code: str, home: Path, *signals: signal.Signals, pause: float = 0.1) -> tuple[int, str]:
    """Exit code and messages of a command that gets signals once it says that it is ready."""
    process = begun(code, home)
    assert process.stdout is not None
    if signals:
        assert process.stdout.readline() == "ready\n"
    for one in signals:
        time.sleep(pause)
        process.send_signal(one)
    said = process.communicate(timeout=45)[1]
    return process.returncode, said.lstrip()  # click ends the line of ^C


@pytest.mark.parametrize("one", ALL)
def test_the_first_closes_what_is_open_and_ends_the_command(one: signal.Signals, home: Path) -> None:
    assert ended(CHECK.format(SLOW_TO_CLOSE.format(0.0)), home, one) == (130, SAID)


@pytest.mark.parametrize("signals", [(signal.SIGINT,) * 2, (signal.SIGTERM,) * 2, (signal.SIGINT, signal.SIGTERM)])
@pytest.mark.parametrize("work", [SLOW_TO_CLOSE.format(60), IN_C])
def test_the_second_ends_the_process_at_once(work: str, signals: tuple[signal.Signals, ...], home: Path) -> None:
    assert ended(CHECK.format(work), home, *signals) == (130, "throughgate: interrupted; stopped at once\n")


def test_closing_that_takes_its_time_is_told_at_once(home: Path) -> None:
    process = begun(CHECK.format(IN_C), home)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    assert process.stderr.readline().startswith("throughgate: stopping when the step at work is done")
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=45)[1] == "throughgate: interrupted; stopped at once\n"
    assert process.returncode == 130


@pytest.mark.parametrize("work", [DROPPED, DROPPED_BY_A_WEAK_REFERENCE, SWALLOWED])
def test_an_interrupt_that_gets_lost_on_its_way_is_raised_again(work: str, home: Path) -> None:
    assert ended(CHECK.format(work), home) == (130, SAID)


@pytest.mark.parametrize("one", ALL)
def test_while_the_command_is_being_loaded(one: signal.Signals, home: Path) -> None:
    assert ended(WHILE_LOADING.format(one.name), home) == (130, SAID)


def test_before_anybody_listens(home: Path) -> None:
    before = "import sys\nclass Finder:\n    def find_spec(self, name, *_):\n"
    before += "        if name == 'sim.commands.interrupts':\n            raise KeyboardInterrupt\n"
    assert ended(f"{before}sys.meta_path.insert(0, Finder())\n", home) == (130, SAID)


def test_once_the_command_is_done_its_own_exit_code_stands(home: Path) -> None:
    process = begun(WHEN_DONE, home)
    printed, said = process.communicate(timeout=45)
    assert (process.returncode, said) == (0, "")
    assert printed.startswith("scenarios/baseline.yaml: well-formed")
    assert "still here" not in printed
    for late in (WHEN_DONE, WHEN_PYTHON_IS_TAKEN_APART):
        refused = begun(late, home, "check", "scenarios/nosuch.yaml")
        refused.communicate(timeout=45)
        assert refused.returncode == 2


@pytest.mark.parametrize("one", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_that_somebody_else_has_plans_for_is_left_alone(one: signal.Signals, home: Path) -> None:
    ignored = f"signal.signal(signal.{one.name}, signal.SIG_IGN)\n"
    process = begun(ignored + CHECK.format("time.sleep(0.3)"), home)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(one)
    assert process.communicate(timeout=45)[1] == ""
    assert process.returncode == 0


def test_other_exceptions_that_python_drops_are_told_as_before(home: Path) -> None:
    work = "class Gone:\n        def __del__(self):\n            raise ValueError('of a library')\n    Gone()"
    code, said = ended(CHECK.format(work), home)
    assert code == 0
    assert "ValueError: of a library" in said
