"""`funding` where its scenario's file cannot be written: one message, no half file, nothing lost."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sim import notebook as nb
from sim.notebook.begin import TOLD
from sim.store.atomic import StoreError


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def a_file(folder: Path) -> None:
    folder.write_text("mine", encoding="utf-8")


def a_dead_link(folder: Path) -> None:
    folder.symlink_to("nowhere")


def a_file_further_down(folder: Path) -> None:
    folder.mkdir()
    (folder / "runs").write_text("mine", encoding="utf-8")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (a_file, "of results, this is a file, not a folder"),
        (a_dead_link, "of results, this is a link that leads nowhere, not a folder"),
        (a_file_further_down, "of results/runs, this is a file, not a folder"),
    ],
)
def test_something_else_stands_where_the_folder_should(
    make: Callable[[Path], None], words: str, elsewhere: Path
) -> None:
    make(elsewhere / "results")
    before = sorted(path.name for path in elsewhere.rglob("*"))
    with pytest.raises(StoreError) as caught:
        nb.funding("navigators", place="Plymouth", gbp_per_year=500_000)
    assert words in str(caught.value) and "was not written" in str(caught.value)
    assert isinstance(caught.value, TOLD), "a notebook shows it as one message"
    assert sorted(path.name for path in elsewhere.rglob("*")) == before


@pytest.mark.parametrize(
    ("code", "words"), [(errno.ENOSPC, "the disk is full"), (errno.EFBIG, "too large"), (errno.EROFS, "Read-only")]
)
def test_a_disk_that_takes_no_more_leaves_no_half_file(
    code: int, words: str, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr("sim.store.atomic.os.fsync", full)
        with pytest.raises(StoreError, match=words):
            nb.funding("navigators", place="Plymouth", gbp_per_year=500_000)
    assert not [path for path in elsewhere.rglob("*") if path.is_file()]
    file = nb.funding("navigators", place="Plymouth", gbp_per_year=500_000).file
    assert file is not None and file.name == "navigators_plymouth_500000.yaml"


def test_a_scenario_that_cannot_be_read_is_not_written_over(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = nb.funding("navigators", place="Plymouth", gbp_per_year=500_000).file
    assert first is not None
    first.write_text("mine", encoding="utf-8")

    def refused(path: Path) -> bytes:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", refused)
        second = nb.funding("navigators", place="Plymouth", gbp_per_year=500_000).file
    assert second is not None and second != first and first.read_text(encoding="utf-8") == "mine"
