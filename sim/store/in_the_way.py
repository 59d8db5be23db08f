"""What stands in the way of reading or writing a study's folder: seen and told before anything is touched."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from sim.core.errors import InputError
from sim.core.files import what_it_is, why_no_folder
from sim.core.grammar import a
from sim.store.held_files import PAGES, is_regular, stands_in_for_ours
from sim.store.tracked_files import EXPANDING, MANIFEST, NOTE_FILE, OWN_FOLDERS, STUDY, refuse_closed_study

_OWN_FILES = (STUDY, MANIFEST, "report.json", NOTE_FILE, EXPANDING, *PAGES)


def refuse_no_folder(folder: Path) -> None:
    """InputError where no folder stands under the name of a study's: nothing at all, or something else."""
    refuse_closed_study(folder)
    if not folder.is_dir():
        raise InputError(why_no_folder(folder, "a study's folder"), file=folder)


def refuse_odd_files(folder: Path, names: Sequence[str] = (STUDY, MANIFEST), *, allowed: str = "") -> None:
    """InputError where something else than a file of its own stands under the name of the study file or the manifest: a
    link too, by which a folder would say what lies elsewhere, and change when that does.

    allowed: what whoever asks may do instead of putting the study's own file there.
    """
    for name in names:
        file = folder / name
        if os.path.lexists(file) and not is_regular(file):
            raise InputError(
                f"this is {what_it_is(file.lstat().st_mode)}, not a file", file=file,
                allowed=f"the study's own {name}{allowed}",
            )  # fmt: skip


def refuse_in_the_way(folder: Path, *, otherwise: str = "") -> None:
    """InputError where a study could not write, or would write elsewhere: a link or a file in place of one of its
    folders, a folder in place of one of its files, a folder of its own that cannot be written to.

    otherwise: what whoever asks may do instead of taking it away.
    """
    for name in OWN_FOLDERS:
        inside = folder / name
        if not os.path.lexists(inside):
            continue
        allowed = f"the study's own {name}/{otherwise}"
        if inside.is_symlink() or not inside.is_dir():
            problem = f"this is {what_it_is(inside.lstat().st_mode)}, not a folder"
            raise InputError(problem, file=inside, allowed=allowed)
        if not os.access(inside, os.R_OK | os.W_OK | os.X_OK):
            raise InputError("this folder cannot be written to", file=inside, allowed=allowed)
    for file in _files_of(folder, [*OWN_FOLDERS]):
        # A link to a file is replaced by a file, and what it leads to stays; only the note is written on as it is.
        is_replaced = file.is_symlink() and not file.is_dir() and file.name != NOTE_FILE
        if os.path.lexists(file) and not is_regular(file) and not is_replaced:
            problem = f"this is {what_it_is(file.lstat().st_mode)}, not {a('file')}"
            allowed = f"the study's own {file.name}, or nothing under this name"
            raise InputError(problem, file=file, allowed=allowed)


def _files_of(folder: Path, inside: Sequence[str]) -> Iterator[Path]:
    """Names at which a study writes a file: its own at the top, and whatever has such a name in its folders."""
    yield from (folder / name for name in _OWN_FILES)
    for name in inside:
        if (folder / name).is_dir():
            for path in sorted((folder / name).iterdir()):
                if stands_in_for_ours(f"{name}/{path.name}") or path.name.startswith("totals-"):
                    yield path
