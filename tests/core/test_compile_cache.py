"""Caches that nobody uses go; one that a process uses stays, as do files that are no cache."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.commands.main import main
from sim.core import compile_cache
from sim.core.compile_cache import DAY_SECONDS, PRUNED, STAMP, UNUSED_DAYS, begin_use, caches, clear

OLD, RECENT, USED, OURS = (letter * 20 for letter in "abcd")
ROOT = Path(__file__).resolve().parents[2]
HOLDS = """
import sys
from sim.core.compile_cache import begin_use
assert begin_use(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place with two caches, one of which nobody has used for a month, and things that are no caches."""
    root = tmp_path / "caches"
    monkeypatch.setenv("THROUGHGATE_CACHE", str(root))
    monkeypatch.setattr(compile_cache.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(compile_cache, "_HELD", [])
    for name in (OLD, RECENT, "mine", "a" * 19):
        put(root / name)
    (root / ("e" * 20)).symlink_to(root / "mine")
    aged(root / OLD, UNUSED_DAYS + 1)
    aged(root / "mine", 400)
    aged(root / RECENT, UNUSED_DAYS - 1)
    return root


def put(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name in (STAMP, "small.double-1.py311.1.nbc"):
        (folder / name).write_bytes(b"x" * 1_000)


def aged(folder: Path, days: float) -> None:
    then = time.time() - days * DAY_SECONDS
    for path in (*folder.iterdir(), folder):
        os.utime(path, (then, then))


def names(root: Path) -> set[str]:
    return {path.name for path in root.iterdir()}


def test_unused_caches_go_and_nothing_else(root: Path) -> None:
    before = names(root)
    assert begin_use(OURS) == (root / OURS, True)
    assert names(root) == (before - {OLD}) | {OURS, PRUNED}


def test_caches_are_looked_through_once_a_day(root: Path) -> None:
    (root / PRUNED).touch()
    begin_use(OURS)
    assert OLD in names(root)
    then = time.time() - 1.1 * DAY_SECONDS
    os.utime(root / PRUNED, (then, then))
    begin_use(OURS)
    assert OLD not in names(root)


def test_what_a_killed_removal_left_goes(root: Path) -> None:
    left = f".removing-{OLD}-0123abcd"
    put(root / left)
    begin_use(OURS)
    assert left not in names(root)


def test_others_folders_of_such_names_stay(root: Path) -> None:
    """Digits of a date and time are a name like a cache's, and more may begin as what is being removed does."""
    others = {"20251201000000000000", "deadbeefdeadbeefdead", ".removing-old-flat", f".removing-{OLD}"}
    for name in others:
        (root / name).mkdir()
        (root / name / "thesis.txt").write_text("mine", encoding="utf-8")
        aged(root / name, 400)
    begin_use(OURS)
    compile_cache.clear()
    assert all((root / name / "thesis.txt").is_file() for name in others)


def test_a_cache_in_use_by_another_process_stays(root: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    (root / PRUNED).touch()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, USED], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        aged(root / USED, UNUSED_DAYS * 2)
        (root / PRUNED).unlink()
        begin_use(OURS)
        assert USED in names(root)
        assert {one.folder.name for one in caches() if one.is_in_use} == {USED, OURS}
        ended = CliRunner().invoke(main, ["cache", "--clear"])
        assert ended.exit_code == 0
        assert ended.stdout == f"removed 1 cache, 0.0 MB\n  {root / RECENT}     0.0 MB\n"
        kept = f"throughgate: kept {root / USED}: in use by a running study"
        assert kept in ended.stderr.splitlines()
        process.communicate("")
    removed, stay = clear()
    assert [one.folder.name for one in removed] == [USED]
    assert [one.folder.name for one in stay] == [OURS]  # by this very process


@pytest.mark.parametrize(("age_days", "is_in_use"), [(0.5, True), (2, False)])
def test_without_locks_the_age_tells(
    age_days: float, is_in_use: bool, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(_: int, *, shared: bool = False) -> bool:
        raise OSError("no locks here")

    monkeypatch.setattr(compile_cache, "try_lock", no_locks)
    assert begin_use(OURS) == (root / OURS, True)
    aged(root / OURS, age_days)
    (found,) = (one for one in caches() if one.folder.name == OURS)
    assert found.is_in_use == is_in_use
    assert (OURS in {one.folder.name for one in clear()[1]}) == is_in_use


def test_the_command_says_where_how_many_how_large_and_how_old(root: Path) -> None:
    ended = CliRunner().invoke(main, ["cache"])
    assert ended.exit_code == 0
    assert ended.stdout.splitlines() == [
        f"compiled code  {root}",
        "caches         2, 0.0 MB in all",
        f"  {RECENT}     0.0 MB  unused for 29 days",
        f"  {OLD}     0.0 MB  unused for 31 days",
    ]
    plain = json.loads(CliRunner().invoke(main, ["cache", "--json"]).stdout)
    assert plain["folder"] == str(root)
    assert [one["bytes"] for one in plain["caches"]] == [2_000, 2_000]


def test_the_command_without_any_cache(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THROUGHGATE_CACHE", str(root / "none"))
    ended = CliRunner().invoke(main, ["cache"])
    assert (ended.exit_code, ended.stdout.splitlines()[1]) == (0, "caches         0, 0.0 MB in all")
    assert CliRunner().invoke(main, ["cache", "--clear"]).stdout == "removed 0 caches, 0.0 MB\n"
    assert not (root / "none").exists()


def test_help_touches_no_cache(root: Path) -> None:
    before = names(root)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for arguments in (["--help"], ["run", "--help"]):
        subprocess.run([sys.executable, "-m", "sim", *arguments], env=environment, check=True, capture_output=True)
    assert names(root) == before
