"""Every file of a run folder held against what its lists say: size, hash, kind, and what nobody has listed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from sim.core.files import NOT_OPENED, what_it_is
from sim.core.grammar import a
from sim.store.atomic import sha256_of
from sim.store.lock import LOCK_FILE
from sim.store.tracked_files import FAILURES_FOLDER

PAGES = ("report.txt", "report.md", "sensitivity.txt", "sensitivity.md")
ENDINGS_INSIDE: Mapping[str, tuple[str, ...]] = {
    "tables": (".csv", ".parquet"), "charts": (".svg", ".png", ".txt", ".csv"), FAILURES_FOLDER: (".json",),
}  # fmt: skip
"""Folders of a finished study, and the endings of its files there."""


class Finding(NamedTuple):
    """One file of a run folder, and what is wrong with it: 'is missing', 'is a link, not a file'."""

    file: str
    problem: str


def is_regular(file: Path) -> bool:
    """Whether the name is that of a regular file itself, and of no link to one."""
    try:
        return stat.S_ISREG(file.lstat().st_mode)
    except (OSError, ValueError):
        return False


def findings(folder: Path, lists: Sequence[Mapping[str, Any]], *, of_bytes: bool = True) -> list[Finding]:
    """What is wrong with the files that the lists name (name to bytes and sha256), one finding a file.

    of_bytes: whether the bytes are read, which takes a while, and not only kind and size looked at. A file may be in
    several lists, as a page is that was drawn again: it is right where one of them says what it holds.
    """
    names = dict.fromkeys(name for listed in lists for name in listed)
    entries = {name: [listed[name] for listed in lists if name in listed] for name in names}
    problems = ((name, _problem(folder, name, entries[name], of_bytes=of_bytes)) for name in names)
    return [Finding(name, problem) for name, problem in problems if problem]


def unlisted(folder: Path, known: Set[str]) -> tuple[list[str], list[Finding]]:
    """What lies in the folder and is in no list: names that are nobody's business, and findings where a name is one
    that a study writes, so that a reader would take it for the study's. A folder of somebody else's is one name.
    """
    foreign, wrong = [], []
    for name in _walked(folder, "", {*ENDINGS_INSIDE, *(name.rpartition("/")[0] for name in known)}):
        if name.removesuffix("/") in known or name.startswith(LOCK_FILE):  # a folder in place of a file is in a list
            continue
        if stands_in_for_ours(name):
            wrong.append(Finding(name, "is not the study's, and stands where a file of it would"))
        else:
            foreign.append(name)
    return foreign, wrong


def stands_in_for_ours(name: str) -> bool:
    """Whether a name inside a run folder is one that a study's own file could have."""
    path = PurePosixPath(name)
    if path.name.startswith("."):
        return False
    if len(path.parts) == 1:
        return name in PAGES
    return len(path.parts) == 2 and path.suffix in ENDINGS_INSIDE.get(path.parts[0], ())


def is_drawn(name: str) -> bool:
    """Whether a name inside a run folder is that of a page or of a chart's file, which `throughgate report` draws."""
    return name in PAGES or name.startswith("charts/")


def problem_of_place(folder: Path, name: str) -> str:
    """What keeps a name inside a folder from being that of a regular file in regular folders; '' where nothing does."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\0" in name or not path.parts:
        return "is not a name inside the folder"
    for above in [*reversed(path.parents[:-1]), path]:
        try:
            mode = (folder / above).lstat().st_mode
        except PermissionError as error:
            return _unread(error)
        except (OSError, ValueError):
            return "is missing"
        if not (stat.S_ISREG(mode) if above == path else stat.S_ISDIR(mode)):
            inside = "" if above == path else f"lies in {above}, which "
            return f"{inside}is {what_it_is(mode)}, not {a('file' if above == path else 'folder')}"
    return ""


def _unread(error: OSError) -> str:
    return NOT_OPENED if isinstance(error, PermissionError) else f"cannot be read: {error.strerror}"


def _problem(folder: Path, name: str, entries: Sequence[Mapping[str, Any]], *, of_bytes: bool) -> str:
    """What is wrong with one listed file; '' where nothing is."""
    if problem := problem_of_place(folder, name):
        return problem
    try:
        size = (folder / name).stat().st_size
    except OSError as error:
        return _unread(error)
    if size not in (entry["bytes"] for entry in entries):
        return f"has {size:,} bytes, and was written with {entries[0]['bytes']:,}"
    if not of_bytes:
        return ""
    try:
        digest = sha256_of(folder / name)
    except OSError as error:
        return _unread(error)
    return "" if digest in (entry["sha256"] for entry in entries) else "holds other bytes than were written"


def _walked(folder: Path, inside: str, ours: Set[str]) -> Iterator[str]:
    """Names of all that lies in a folder, and in those of its folders that are ours; links are not followed."""
    try:
        entries = sorted(os.scandir(folder / inside), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        name = f"{inside}/{entry.name}" if inside else entry.name
        if not entry.is_dir(follow_symlinks=False):
            yield name
        elif name in ours:
            yield from _walked(folder, name, ours)
        else:
            yield f"{name}/"
