"""Files that were added to a finished study later: which they are, told by a sealed list of their own, so that the
study's manifest stays as it was written.

    report.json    pages and charts drawn again by `throughgate report`
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from sim.core.errors import InputError
from sim.core.files import read_json, unreadable
from sim.store.atomic import json_bytes, sha256_of, write_bytes
from sim.store.held_files import Finding, findings, is_regular, stands_in_for_ours, unlisted
from sim.store.manifest import program
from sim.store.manifest_file import is_listed
from sim.store.seal import WHOLE, sealed, state_of_seal
from sim.store.tracked_files import MANIFEST, STUDY

REPORT_LIST = "report.json"
LISTS = (REPORT_LIST,)
SCHEMA = 1


def write_list(name: str, folder: Path, *, study: str, manifest: Path, files: Mapping[str, bytes]) -> None:
    """Write the list of files added to a folder, sealed; the files themselves come after it, so that a kill leaves
    files that are missing and none that nobody knows.

    study: id; manifest: the study's, which the files were made by. Raises StoreError.
    """
    content = {
        "schema": SCHEMA,
        "study": study,
        "manifest_sha256": sha256_of(manifest),
        **program(),
        "files": {file: _entry(held) for file, held in sorted(files.items())},
    }
    write_bytes(folder / name, json_bytes(sealed(content)))


def added_to(folder: Path) -> dict[str, Any]:
    """The files added to a study, name to bytes and sha256; none from a list that is not whole or of another study."""
    added: dict[str, Any] = {}
    for name in LISTS:
        if is_regular(folder / name) and not _problem_of(folder, name):
            added |= read_json(folder / name)["files"]
    return added


def files_held(folder: Path, content: Mapping[str, Any], added: Mapping[str, Any]) -> tuple[list[Finding], list[str]]:
    """Every file held against manifest and lists: findings, and names of files that are not the study's.

    content: of the manifest; added: as `added_to` gives it.
    """
    foreign, in_our_place = unlisted(folder, {MANIFEST, STUDY, *LISTS, *content["files"], *added})
    return [*findings_of_lists(folder), *findings(folder, [content["files"], added]), *in_our_place], foreign


def findings_of_lists(folder: Path) -> list[Finding]:
    """What is wrong with the lists themselves; their files are held against them elsewhere."""
    there = (name for name in LISTS if (folder / name).exists() or (folder / name).is_symlink())
    return [Finding(name, problem) for name in there if (problem := _problem_of(folder, name))]


def study_of_list(file: Path) -> str | None:
    """The id of the study that a list's files were made from; None for what is no list."""
    try:
        return str(read_json(file)["study"])
    except (InputError, KeyError, TypeError):
        return None


def remove_added(folder: Path) -> None:
    """Remove what was added, with its lists, where the study itself is about to be replaced or made larger."""
    for name in LISTS:
        for file in names_listed(folder, name):
            remove_one(folder, file)
        if is_regular(folder / name):
            (folder / name).unlink(missing_ok=True)


def remove_one(folder: Path, name: str) -> None:
    """Remove one file that was added; a name that a study would not write is left alone."""
    if stands_in_for_ours(name) and is_regular(folder / name) and not (folder / name).parent.is_symlink():
        with suppress(OSError):
            (folder / name).unlink()


def names_listed(folder: Path, name: str) -> list[str]:
    """The names in a list, whether it is whole or not; none where it cannot be read."""
    try:
        return [str(file) for file in read_json(folder / name)["files"]]
    except (InputError, KeyError, TypeError):
        return []


def _problem_of(folder: Path, name: str) -> str:
    """What is wrong with a list; '' where nothing is."""
    if not is_regular(folder / name):
        return "is not a file"
    try:
        content = read_json(folder / name)
    except InputError as error:
        return unreadable(error.problem)
    if not is_listed(content.get("files")):
        return "is not a list of files"
    if state_of_seal(content) != WHOLE:
        return "was changed after it was written"
    if content.get("manifest_sha256") != sha256_of(folder / MANIFEST):
        return "is of another manifest than the one beside it"
    return ""


def _entry(content: bytes) -> dict[str, Any]:
    import hashlib

    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
