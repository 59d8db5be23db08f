"""Which files of a run folder are the study's own: what is removed, and what the manifest lists, is never a file that
somebody else has put there.

A study notes each name in .files before it writes the file; once the manifest stands, which lists them all, the note
goes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from sim.core.errors import InputError
from sim.core.files import read_json, read_text, refuse_closed
from sim.store.atomic import TEMPORARY_PREFIX, explained, remove_half_files, sync_folder
from sim.store.older import PARTS_FOLDER_1

STUDY = "study.json"
MANIFEST = "manifest.json"
EXPANDING = ".expanding"  # stands while a larger study is made of a finished one
NOTE_FILE = ".files"
PARTS_FOLDER = "parts"
FAILURES_FOLDER = "failures"
OWN_FOLDERS = (PARTS_FOLDER, "tables", "charts", FAILURES_FOLDER)
_KINDS = (
    "tables/*.csv", "tables/*.parquet", "charts/*.svg", "charts/*.png", "charts/*.txt", "charts/*.csv",
    f"{FAILURES_FOLDER}/block-*.json",
)  # fmt: skip
_REPORTS = ("report.txt", "report.md", "sensitivity.txt", "sensitivity.md")


def refuse_closed_study(folder: Path) -> None:
    """InputError where a study's folder, one of its own inside or what says what it holds may not be opened."""
    refuse_closed(folder, (*OWN_FOLDERS, STUDY, MANIFEST))


def note_file(folder: Path, name: str) -> None:
    """Note, whole on disk, that the study is about to write this file. Raises StoreError."""
    path = folder / NOTE_FILE
    try:
        with path.open("a", encoding="utf-8") as stream:
            stream.write(f"{name}\n")
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise explained(error, path) from error


def remove_results(folder: Path, *, keep_parts: bool = False) -> None:
    """Remove the manifest, tables, charts, reports and parts that a study has written, and nothing else."""
    names = sorted({*_listed(folder), *_noted(folder)})
    if (folder / MANIFEST).exists():  # goes first, so that nothing half removed looks whole; the note remembers it all
        for name in names:
            note_file(folder, name)
        (folder / MANIFEST).unlink()
        sync_folder(folder)
    for name in names:
        if _can_be_ours(folder, name):
            (folder / name).unlink(missing_ok=True)
    if not keep_parts:
        remove_parts(folder)
    (folder / NOTE_FILE).unlink(missing_ok=True)
    for inside in OWN_FOLDERS:
        _remove_if_empty(folder / inside)


def remove_parts(folder: Path) -> None:
    """Remove the parts, those of an earlier schema too, and their folder when nothing else lies in it."""
    for parts in (folder / PARTS_FOLDER, folder / PARTS_FOLDER_1):
        for path in parts.glob("totals-*.parquet"):
            with suppress(OSError):
                path.unlink()
        with suppress(OSError):
            remove_half_files(parts)
        _remove_if_empty(parts)


def has_parts(folder: Path) -> bool:
    """Whether a run folder keeps a run of a study that is not finished."""
    return any(True for _ in (folder / PARTS_FOLDER).glob("totals-*.parquet"))


def tidy(folder: Path) -> None:
    """Remove temporary files that a writer which was stopped has left anywhere in a run folder. Raises OSError."""
    for room in _rooms(folder):
        remove_half_files(room)


def is_tidy(folder: Path) -> bool:
    """Whether a run folder holds no temporary file."""
    return not any(True for room in _rooms(folder) for _ in room.glob(f"{TEMPORARY_PREFIX}*"))


def _rooms(folder: Path) -> tuple[Path, ...]:
    return folder, *(folder / inside for inside in OWN_FOLDERS)


def _listed(folder: Path) -> list[str]:
    """The files that the manifest lists; none where it cannot be read."""
    try:
        return [str(name) for name in read_json(folder / MANIFEST)["files"]]
    except (InputError, KeyError, TypeError):
        return []


def can_be_listed(folder: Path) -> bool:
    """Whether it is known which files of a finished study are its own: its manifest can be read as a list of them."""
    try:
        return isinstance(read_json(folder / MANIFEST)["files"], dict)
    except (InputError, KeyError):
        return False


def _noted(folder: Path) -> Iterator[str]:
    with suppress(InputError):
        yield from read_text(folder / NOTE_FILE).splitlines()


def _can_be_ours(folder: Path, name: str) -> bool:
    """Whether a study writes files of such a name; so no damaged list leads out of the folder."""
    path = PurePosixPath(name)
    kind = name in _REPORTS or (len(path.parts) == 2 and any(path.match(kind) for kind in _KINDS))
    return kind and (folder / name).parent.resolve().is_relative_to(folder.resolve())


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()
