"""Run folders of earlier schemas: what is called otherwise in them, and the refusal of whatever would go on with them.

schema 1   until the names of the field: parts lay in shards/, tables and manifest had the names on the left below
schema 2   today
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, named
from sim.core.files import read_json

SCHEMA_VERSION = 2
PARTS_FOLDER_1 = "shards"
TABLES: Mapping[str, str] = {"paired_luck": "common_random_numbers"}
COLUMNS: Mapping[str, Mapping[str, str]] = {"points": {"luck": "stream"}, "spend": {"note": "remark"}}
MANIFEST_KEYS: Mapping[str, str] = {"shape": "analysis"}
"""Name in schema 1 and name of today: of tables, of columns by today's table, and of manifest entries."""


def manifest_of_today(content: Mapping[str, Any]) -> dict[str, Any]:
    """A manifest with its entries under today's names."""
    return {MANIFEST_KEYS.get(key, key): value for key, value in content.items()}


def refuse_older(study_file: Path, *, is_replaced: bool = False) -> None:
    """InputError for a folder of an earlier schema, whose tables are read, but which cannot go on or be made again.

    is_replaced: whether it stands where another study is to be written. Whoever only reads hears of no command that
    would write over it.
    """
    if not is_older(study_file):
        return
    problem = f"the study was begun by an older Throughgate (schema 1, this one writes {SCHEMA_VERSION})"
    if is_replaced:
        problem += ", so it cannot go on here"
        allowed = f"the study's own command with another {named('out')}, or {named('force')} to replace it"
    else:
        problem += ", so it cannot go on or be made again here"
        allowed = f"{_writer(study_file.parent)} that wrote it, with the folder kept as it is"
    raise InputError(problem, file=study_file, allowed=f"{allowed}; sim.read_results still reads it")


def _writer(folder: Path) -> str:
    """The Throughgate that wrote a finished study, as far as its manifest says."""
    try:
        content = read_json(folder / "manifest.json")
        version, commit = (content.get("versions") or {}).get("throughgate"), content.get("git_commit")
    except (InputError, AttributeError):
        version = commit = None
    of_version = f" {version}" if isinstance(version, str) else ""
    return f"the Throughgate{of_version}{f' (commit {commit[:12]})' if isinstance(commit, str) else ''}"


def is_older(study_file: Path) -> bool:
    """Whether a study file or manifest is of an earlier schema; False where it cannot be read."""
    try:
        schema = read_json(study_file).get("schema")
    except InputError:
        return False
    return isinstance(schema, int) and schema < SCHEMA_VERSION
