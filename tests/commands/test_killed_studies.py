"""Real processes at work on study files: killed at any moment, in shards at the same time, grown, and verified."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from folders import files_of
from test_stopped_processes import (
    DIES_AFTER_THE_MANIFEST,
    DIES_BEFORE_THE_MANIFEST,
    DIES_IN_THE_MERGE,
    DISK_FULL_AT_THE_TWELFTH_FILE,
    OF_THIS_TREE,
    ROOT,
    command,
    done,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="processes are stopped by other means there"),
]

STUDY = """\
title: For killing
scenarios: [../evening_buses.yaml]
baseline: ../baseline.yaml
people: 40
months: 2
draws: 4
replicates: 3
designs:
  sobol: {samples: 16, parameters: [navigator.*, appointment.*], groups: mechanism}
  morris: {samples: 4, parameters: [appointment.*]}
measures: [engaged_within_3_weeks, appointments_missed_travel]
strata: [sex]
"""
RUN = ("study", "scenarios/studies/killed.yaml", "--threads", "2", "--quiet")
BEFORE_THE_FIRST_PART = """
import os, signal
from sim.store.folder import RunFolder
RunFolder.write_part = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
"""
IN_THE_TABLES = """
import os, signal
from sim.store.folder import RunFolder
original = RunFolder.write_table
def write_table(self, name, *more, **options):
    if name == {name!r}:
        os.kill(os.getpid(), signal.SIGKILL)
    return original(self, name, *more, **options)
RunFolder.write_table = write_table
"""
MOMENTS = {
    "before the first part": BEFORE_THE_FIRST_PART,
    "in the merge": DIES_IN_THE_MERGE,
    "before the comparison": IN_THE_TABLES.format(name="comparison"),
    "before the sensitivity": IN_THE_TABLES.format(name="sensitivity"),
    "before the manifest": DIES_BEFORE_THE_MANIFEST,
    "right after the manifest": DIES_AFTER_THE_MANIFEST,
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shipped scenarios, a study file, and in `whole` what it gives when nothing happens."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(ROOT / "scenarios", home / "scenarios")
    (home / "scenarios/studies/killed.yaml").write_text(STUDY, encoding="utf-8")
    ended = done(*RUN, "--out", "whole", home=home)
    assert ended.returncode == 0, ended.stderr
    return home


def goes_on(out: str, home: Path) -> str:
    ended = done("resume", out, home=home)
    assert ended.returncode == 0, ended.stderr
    assert files_of(home / out) == files_of(home / "whole")
    assert not (home / out / "parts").exists()
    return ended.stderr


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_this_moment_it_goes_on(moment: str, home: Path) -> None:
    out = moment.replace(" ", "_")
    ended = done(*RUN, "--out", out, before=MOMENTS[moment], home=home)
    assert (ended.returncode, ended.stdout) == (-signal.SIGKILL, "")
    said = goes_on(out, home)
    assert ("is finished: nothing is left to do" in said) == (moment == "right after the manifest")


def killed_after(parts: int, out: str, home: Path, *more: str) -> None:
    process = subprocess.Popen(
        command(*RUN, "--out", out, *more),
        cwd=home,
        env=OF_THIS_TREE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    while process.poll() is None and len(list((home / out).glob("parts/totals*"))) < parts:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=300)
    assert process.returncode == -signal.SIGKILL


def test_killed_twice_between_parts_and_moved_it_goes_on(home: Path) -> None:
    for parts in (1, random.SystemRandom().randrange(20, 60)):
        killed_after(parts, "twice", home)
    shutil.move(home / "twice", home / "moved")
    assert " of them kept from before" in goes_on("moved", home)


def test_a_full_disk(home: Path) -> None:
    ended = done(*RUN, "--out", "full", before=DISK_FULL_AT_THE_TWELFTH_FILE, home=home)
    assert ended.returncode == 1
    assert "the disk is full: full/parts/totals-0" in ended.stderr
    assert ended.stderr.endswith("free some space, then: throughgate resume full\n")
    goes_on("full", home)


def processes(home: Path, out: str, shards: Iterator[str]) -> list[subprocess.Popen[str]]:
    return [
        subprocess.Popen(
            command(*RUN[:-1], "--out", out, "--shard", shard), cwd=home, env=OF_THIS_TREE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for shard in shards
    ]  # fmt: skip


def test_shards_at_the_same_time_in_one_folder(home: Path) -> None:
    running = processes(home, "shared", (f"{i}/3" for i in (1, 2, 3)))
    said = [process.communicate(timeout=300)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], said
    assert files_of(home / "shared") == files_of(home / "whole")
    assert any("and so are all others. Written to shared" in one for one in said)


def test_a_shard_that_was_killed_is_given_again(home: Path) -> None:
    killed_after(5, "halves", home, "--shard", "1/2")
    for shard in ("2/2", "1/2"):
        ended = done(*RUN, "--out", "halves", "--shard", shard, home=home)
        assert ended.returncode == 0, ended.stderr
    assert files_of(home / "halves") == files_of(home / "whole")


def test_grown_and_killed_while_it_grows(home: Path) -> None:
    small = STUDY.replace("draws: 4", "draws: 2")
    (home / "scenarios/studies/less.yaml").write_text(small, encoding="utf-8")
    ended = done("study", "scenarios/studies/less.yaml", "--quiet", "--out", "grown", home=home)
    assert ended.returncode == 0, ended.stderr
    killed = done("expand", "grown", "--draws", "4", "--quiet", before=DIES_IN_THE_MERGE, home=home)
    assert killed.returncode == -signal.SIGKILL
    assert " of them kept from before" in goes_on("grown", home)


def test_verify_of_a_real_study_and_a_run_by_itself(home: Path) -> None:
    ended = done("verify", "whole", "--runs", "4", "--json", home=home)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    found = json.loads(ended.stdout)
    assert found["same"]
    assert {run["verdict"] for run in found["runs"]} == {"same"}
    last = json.loads((home / "whole/manifest.json").read_text(encoding="utf-8"))
    points = last["draws"] + sum(part["points"] for part in last["designs"])
    again = done("rerun", "whole", f"baseline:{points - 1}:0", home=home)
    assert (again.returncode, "the same bytes as in the folder" in again.stdout) == (0, True)


def test_what_a_dry_run_says_is_of_the_size_of_the_run(home: Path) -> None:
    ended = done(*RUN, "--dry-run", "--json", "--within", "1h", home=home)
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    manifest = json.loads((home / "whole/manifest.json").read_text(encoding="utf-8"))
    assert found["seconds"] > 0.0
    assert 0.2 < found["nominal_person_days"] / manifest["person_days"] < 5.0
    totals = manifest["files"]["tables/totals.parquet"]["bytes"]
    assert 1.0 < found["disk_bytes"] / totals < 10.0
    assert found["fits"] == {"draws": 4, "sobol": 16, "morris": 4}
    assert 50e6 < found["memory_bytes"] < 2e9
