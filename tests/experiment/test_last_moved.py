"""In which commit a line of a file last moved: told in a checkout, and otherwise why not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sim.experiment.last_moved import Commit, last_moved

WHO = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "-c", "commit.gpgsign=false")


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *WHO, *words], check=True, capture_output=True).stdout.decode()


def commit(folder: Path, text: str, title: str) -> str:
    (folder / "a.csv").write_text(text, encoding="utf-8")
    git(folder, "add", "a.csv")
    git(folder, "commit", "-qm", title)
    return git(folder, "rev-parse", "HEAD")[:7]


def test_each_line_names_the_commit_that_moved_it(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    first = commit(tmp_path, "name\na,1\nb,1\nc,1\n", "First\n\nsummary of nothing")
    second = commit(tmp_path, "name\na,1\nb,2\nc,1\n", "Second \x1b[31m")
    (tmp_path / "a.csv").write_text("name\na,1\nb,2\nc,9\n", encoding="utf-8")
    commits, why_not = last_moved(tmp_path / "a.csv")
    assert why_not == ""
    assert (commits[0].name, commits[0].title) == (first, "First")
    assert commits[1].name == second and "\x1b" not in commits[1].title
    assert commits[2] == Commit("no commit yet", "", "")
    assert str(commits[0]).startswith(f"{first} of 20") and str(commits[2]) == "no commit yet"


def test_outside_a_checkout_it_is_said(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("name\n", encoding="utf-8")
    assert last_moved(file) == ({}, f"{file} is in no checkout that git knows")
    assert last_moved(tmp_path / "nowhere" / "a.csv")[0] == {}


def test_without_git_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert last_moved(tmp_path / "a.csv") == ({}, "git could not be asked")
