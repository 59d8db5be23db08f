"""Real processes stopped in every way, at any moment: what they leave is gone on with and ends in the same bytes."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="processes are stopped by other means there"),
]

ROOT = Path(__file__).resolve().parents[2]
OF_THIS_TREE = {**os.environ, "PYTHONPATH": str(ROOT)}  # the program beside these tests, wherever another is installed
BLOCKS = 24
COMPARE = (
    "compare", "scenarios/navigators_two_cities.yaml",
    "--people", "60", "--draws", "2", "--replicates", str(BLOCKS // 2), "--threads", "2",
)  # fmt: skip
# Every block becomes a part of its own, so that there are as many moments between parts as blocks.
START = """
import sys
from sim.commands.main import main
from sim.study import block_writer
block_writer.PART_SECONDS = -1.0
main(sys.argv[1:])
"""
# An interrupt has to reach the process even when these tests were started with interrupts switched off.
HEARS = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"

DIES_IN_THE_MERGE = """
import os, signal
from sim.store import folder
original = folder.write_parquet
def write_parquet(stream, tables):
    if isinstance(tables, list):
        return original(stream, tables)
    stream.write(b"half a table")
    stream.flush()
    os.kill(os.getpid(), signal.SIGKILL)
folder.write_parquet = write_parquet
"""
DIES_BEFORE_THE_MANIFEST = """
import os, signal
from pathlib import Path
original = Path.replace
def replace(self, target):
    if Path(target).name == "manifest.json":
        os.kill(os.getpid(), signal.SIGKILL)
    return original(self, target)
Path.replace = replace
"""
DIES_AFTER_THE_MANIFEST = """
import os, signal
from sim.store import folder
folder.remove_parts = lambda path: os.kill(os.getpid(), signal.SIGKILL)
"""
DISK_FULL_AT_THE_TWELFTH_FILE = """
import errno, os
synced = []
original = os.fsync
def fsync(handle):
    synced.append(handle)
    if len(synced) == 12:
        raise OSError(errno.ENOSPC, "No space left on device")
    original(handle)
os.fsync = fsync
"""
NO_LARGE_FILES = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
"""


def command(*arguments: str, before: str = "") -> list[str]:
    """A command line that runs a command in a process of its own, after some preparation."""
    return [sys.executable, "-c", before + START, *arguments]


def done(*arguments: str, before: str = "", home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments, before=before), cwd=home, env=OF_THIS_TREE, capture_output=True, text=True, timeout=300
    )


def files_of(out: Path) -> dict[str, bytes]:
    """Every file of a finished folder but the manifest, which holds times."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shipped scenarios and, in `whole`, the study as it comes out when nothing happens."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(ROOT / "scenarios", home / "scenarios")
    ended = done(*COMPARE, "--out", "whole", home=home)
    assert ended.returncode == 0, ended.stderr
    return home


def stopped_after(parts: int, with_signal: signal.Signals, out: str, home: Path) -> tuple[int, str]:
    """Exit code and messages of a study that gets a signal once it has kept so many blocks."""
    process = subprocess.Popen(
        command(*COMPARE, "--quiet", "--out", out, before=HEARS),
        cwd=home, env=OF_THIS_TREE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while process.poll() is None and len(list((home / out).glob("parts/totals*"))) < parts:
        time.sleep(0.001)
    process.send_signal(with_signal)
    said = process.communicate(timeout=300)[1]
    return process.returncode, said


def goes_on(out: str, home: Path) -> str:
    """Resume the study, hold it against the whole one, and give what was said."""
    ended = done("resume", out, home=home)
    assert ended.returncode == 0, ended.stderr
    assert files_of(home / out) == files_of(home / "whole")
    assert (home / out / "manifest.json").is_file()
    assert not (home / out / "parts").exists()
    return ended.stderr


def test_a_study_killed_at_any_moment_and_once_more_goes_on(home: Path) -> None:
    for parts in (1, random.SystemRandom().randrange(3, BLOCKS - 3)):
        code, said = stopped_after(parts, signal.SIGKILL, "killed", home)
        assert (code, said) == (-signal.SIGKILL, ""), parts
    assert " of them kept from before" in goes_on("killed", home), parts


@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_study_names_the_command_that_goes_on(with_signal: signal.Signals, home: Path) -> None:
    out = f"stopped_by_{with_signal.name}"
    code, said = stopped_after(3, with_signal, out, home)
    assert code == 130
    last = said.splitlines()[-1]  # on a busy machine a line says before it what is waited for
    assert last == f"throughgate: interrupted; finished runs are kept, go on with: throughgate resume {out}"
    goes_on(out, home)


@pytest.mark.parametrize("moment", [DIES_IN_THE_MERGE, DIES_BEFORE_THE_MANIFEST, DIES_AFTER_THE_MANIFEST])
def test_a_study_killed_while_it_is_sealed_goes_on(moment: str, home: Path) -> None:
    out = f"sealed_{len(moment)}"
    ended = done(*COMPARE, "--out", out, before=moment, home=home)
    assert ended.returncode == -signal.SIGKILL
    assert len(list((home / out / "parts").iterdir())) == BLOCKS
    said = goes_on(out, home)
    assert ("is finished: nothing is left to do" in said) == (moment == DIES_AFTER_THE_MANIFEST)


def test_a_full_disk_names_the_command_that_goes_on(home: Path) -> None:
    ended = done(*COMPARE, "--quiet", "--out", "full", before=DISK_FULL_AT_THE_TWELFTH_FILE, home=home)
    assert ended.returncode == 1
    assert ended.stderr.startswith("throughgate: failed: the disk is full: full/parts/totals-0")
    resume_hint = "was not written; finished runs are kept: free some space, then: throughgate resume full\n"
    assert ended.stderr.endswith(resume_hint)
    goes_on("full", home)


def test_a_file_that_the_system_cuts_short_is_no_result(home: Path) -> None:
    """A limit on the size of files, one byte below the merged table: the system itself refuses the last bytes."""
    size = json.loads((home / "whole/manifest.json").read_text())["files"]["tables/totals.parquet"]["bytes"]
    ended = done(*COMPARE, "--quiet", "--out", "cut", before=NO_LARGE_FILES.format(size=size - 1), home=home)
    assert ended.returncode == 1
    assert "failed: cut/tables/totals.parquet was not written: " in ended.stderr
    assert ended.stderr.endswith("then: throughgate resume cut\n")
    assert not list((home / "cut" / "tables").iterdir())
    goes_on("cut", home)


def test_two_processes_cannot_write_one_folder(home: Path) -> None:
    shared = command(*COMPARE, "--quiet", "--out", "shared")
    first = subprocess.Popen(shared, cwd=home, env=OF_THIS_TREE, stdout=subprocess.DEVNULL)
    while first.poll() is None and not list((home / "shared").glob("parts/totals*")):
        time.sleep(0.001)
    first.send_signal(signal.SIGSTOP)
    second = done("resume", "shared", home=home)
    first.send_signal(signal.SIGCONT)
    assert first.wait(timeout=300) == 0
    assert second.returncode == 2
    assert second.stderr.startswith("throughgate: shared: another process is writing to this folder; allowed: wait")
    assert len(second.stderr.splitlines()) == 1
    assert files_of(home / "shared") == files_of(home / "whole")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no such device")
def test_a_device_that_is_always_full(home: Path) -> None:
    with Path("/dev/full").open("w") as full:
        where = {"cwd": home, "env": OF_THIS_TREE, "text": True, "timeout": 300}
        printed = subprocess.run(command("resume", "whole", "--quiet"), stdout=full, stderr=subprocess.PIPE, **where)
        assert printed.returncode == 1
        assert printed.stderr == "throughgate: failed: the disk is full: the printed result was not written\n"
        unheard = subprocess.run(command("resume", "whole"), stdout=subprocess.PIPE, stderr=full, **where)
    assert unheard.returncode == 0
    assert unheard.stdout == (home / "whole" / "report.txt").read_text(encoding="utf-8")
    as_folder = done(*COMPARE, "--out", "/dev/full", home=home)
    assert (as_folder.returncode, as_folder.stdout) == (2, "")
    assert "/dev/full: this is a device, not a folder" in as_folder.stderr


def test_a_folder_inside_a_file_is_refused(home: Path) -> None:
    ended = done(*COMPARE, "--out", "whole/report.txt/inside", home=home)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "whole/report.txt: this is a file, not a folder" in ended.stderr
