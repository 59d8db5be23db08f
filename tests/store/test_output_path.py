"""A folder that cannot be made is refused before anything runs, and looking leaves nothing behind."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from sim.core.errors import InputError
from sim.experiment.requests import set_up_run
from sim.store.folder import RunFolder
from sim.store.lock import only_writer
from sim.store.output_path import refuse_impossible, without_detours

posix = pytest.mark.skipif(os.name == "nt", reason="links and names are other things there")


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        RunFolder.check(path, "study")
    assert len(str(caught.value)) < 400
    return str(caught.value)


def test_a_folder_that_can_be_made_is_not_made_yet(tmp_path: Path) -> None:
    assert RunFolder.check(tmp_path / "a" / "b" / "c", "study") == ([], True)
    assert list(tmp_path.iterdir()) == []


def test_processes_that_look_at_one_moment_do_not_take_away_what_another_made(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        for i in range(50):
            _all_look_and_make(pool, tmp_path / f"out{i}" / "inside")
    assert len(list(tmp_path.iterdir())) == 50


def _all_look_and_make(pool: ThreadPoolExecutor, folder: Path) -> None:
    gate = Barrier(4)

    def look_and_make(_name: str) -> None:
        gate.wait()
        refuse_impossible(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "parts").mkdir(exist_ok=True)

    list(pool.map(look_and_make, "abcd"))
    assert [path.name for path in folder.iterdir()] == ["parts"]


@posix
def test_links_that_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    for path in ("dangling", "loop", "dangling/inside"):
        assert "is a link that leads nowhere, or back to itself; allowed: a new or empty" in refusal(tmp_path / path)
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert RunFolder.check(tmp_path / "link" / "inside", "study") == ([], True)


@posix
@pytest.mark.parametrize("name", ["x" * 300, f"inside/{'x' * 300}", "null\0inside"])
def test_names_that_no_folder_can_have(name: str, tmp_path: Path) -> None:
    assert "no folder can be made here: " in refusal(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="this system has no such folder")
def test_a_place_where_nothing_can_be_made() -> None:
    assert refusal(Path("/proc/x")).startswith("/proc/x: no folder can be made here: ")


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is closed to the superuser")
def test_a_folder_that_is_closed(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    assert "this folder cannot be written to" in refusal(tmp_path / "closed")
    assert "no folder can be made here" in refusal(tmp_path / "closed" / "inside")


@pytest.mark.parametrize("letter", ["\x1b", "\n", "\x7f", "\u202e", "\udcff"])
def test_names_that_cannot_be_shown(letter: str, tmp_path: Path) -> None:
    said = refusal(tmp_path / f"out{letter}side")
    assert "its name is not UTF-8, or holds letters that cannot be shown" in said
    assert letter not in said
    assert not list(tmp_path.iterdir())


def test_a_folder_that_a_path_only_leads_through_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").mkdir()
    for given, meant in {
        "nope/../x": "x", "nope/more/../../x": "x", "there/../x": "there/../x", "../x": "../x", "nope/..": ".",
        "there/nope/../x": "there/x", "nope/../../x": "../x", "a/b": "a/b",
    }.items():  # fmt: skip
        assert without_detours(Path(given)) == Path(meant), given
    assert without_detours(tmp_path / "nope" / ".." / "x") == tmp_path / "x"
    out = set_up_run("baseline", out="nope/../x").out
    with only_writer(out):
        assert sorted(path.name for path in tmp_path.iterdir()) == ["there", "x"]


@posix
def test_back_out_of_a_link_is_where_the_system_says(tmp_path: Path) -> None:
    (tmp_path / "far" / "inside").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "far" / "inside")
    way = without_detours(tmp_path / "link" / ".." / "x")
    way.mkdir()
    assert (tmp_path / "far" / "x").is_dir()
