"""What mends a file of a finished study that is not as it was written, and the refusal of the file that says so."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, named
from sim.core.files import NOT_OPENED, PERMISSION, read_json
from sim.evidence import load_parameters
from sim.store.added_files import LISTS, added_to
from sim.store.asked_still import is_asked_still
from sim.store.command_lines import command_on
from sim.store.held_files import PAGES, Finding, findings, is_drawn, is_regular
from sim.store.manifest import made_by, parameters_sha256
from sim.store.older import is_older
from sim.store.tracked_files import MANIFEST, STUDY

TOTALS = "tables/totals.parquet"
ANEW = f"the study's own command with {named('force')}, which runs it again"

_OF_ANOTHER_KIND = re.compile(r"is .*, not a (file|folder)")


def refused_file(folder: Path, found: Finding, manifest: Mapping[str, Any], damaged: Collection[str]) -> InputError:
    """The refusal of one file of a finished study. damaged: names of all files that are known not to be as written."""
    what = "this" if _OF_ANOTHER_KIND.fullmatch(found.problem) else f"the {_kind(found.file)}"
    is_foreign = found.file not in _names_of(folder, manifest)
    mends = mended_by(folder, found, manifest, damaged)
    problem = f"{'the file' if is_foreign else what} {found.problem}"
    return InputError(problem, file=folder / found.file, allowed=mends)


def mended_by(folder: Path, found: Finding, manifest: Mapping[str, Any], damaged: Collection[str]) -> str:
    """What mends a file, in words that may hold names of parameters (`named`): its command, after whatever stands in
    the way of that; of one that may not be opened, which may be whole, nothing but to open it.
    """
    name = found.file
    if found.problem == NOT_OPENED:
        return PERMISSION
    if name not in _names_of(folder, manifest):
        return "nothing under this name; move it out of the folder"
    in_the_way = _in_the_way(folder, name)
    first = "" if in_the_way is None else f"{in_the_way} moved away, then "
    return first + _command(folder, name, manifest, damaged)


def _names_of(folder: Path, manifest: Mapping[str, Any]) -> set[str]:
    """Names of all files that are the study's, or were added to it."""
    return {MANIFEST, STUDY, *LISTS, *manifest["files"], *added_to(folder)}


def _command(folder: Path, name: str, manifest: Mapping[str, Any], damaged: Collection[str]) -> str:
    """The command that writes a file again."""
    is_table, of_report = name.startswith("tables/"), is_drawn(name) or name in LISTS
    if of_report and not any(other.startswith("tables/") for other in damaged if other in manifest["files"]):
        return f"'{command_on('report', folder)}' to draw it again"
    if not (is_table or of_report) or not _can_be_made(folder, name, manifest):
        return f"the {_kind(name)} as it was written, or {ANEW}"
    without = "" if manifest.get("failed_runs") else ", without a run"
    all_made = "all tables" if is_table else "it, and all tables,"
    return f"'{command_on('expand', folder)}' to make {all_made} again from the totals{without}"


def _can_be_made(folder: Path, name: str, manifest: Mapping[str, Any]) -> bool:
    """Whether `expand` makes the file again: from whole totals, by a whole study file, with program and evidence of
    then, of a study that can be expanded, which one that chose its replicates by a precision cannot.
    """
    listed = {file: manifest["files"][file] for file in (TOTALS, STUDY) if file in manifest["files"]}
    is_chosen = bool((manifest.get("analysis") or {}).get("precision"))
    can_be = name != TOTALS and TOTALS in listed and not is_chosen and not is_older(folder / STUDY)
    return can_be and is_regular(folder / STUDY) and not findings(folder, [listed]) and _is_of_today(folder)


def _is_of_today(folder: Path) -> bool:
    """Whether program, evidence, area and scenarios are those that the study was made of: `expand` goes on with no
    other.
    """
    try:
        said, table = read_json(folder / STUDY), load_parameters()
        is_made_so = said["program"] == made_by() and said["parameters_sha256"] == parameters_sha256(table)
        return bool(is_made_so and is_asked_still(folder, said, table))
    except (InputError, KeyError):
        return False


def _in_the_way(folder: Path, name: str) -> Path | None:
    """What stands where a file would lie, or in place of its folder, and its writer does not take away."""
    file = folder / name
    above = file.parent
    if above != folder and os.path.lexists(above) and (above.is_symlink() or not above.is_dir()):
        return above
    return file if os.path.lexists(file) and not file.is_file() else None  # a link to a file is taken away


def _kind(name: str) -> str:
    """What a file of a study is called."""
    if name.startswith("tables/"):
        return "table"
    return {**dict.fromkeys(PAGES, "page"), **dict.fromkeys(LISTS, "list"), STUDY: "study file"}.get(name, "file")
