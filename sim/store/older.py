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


def refuse_older(study_file: Path) -> None:
    """InputError for a folder of an earlier schema, whose tables are read, but which cannot go on."""
    if is_older(study_file):
        raise InputError(
            f"the study was begun by an older Throughgate (schema 1, this one writes {SCHEMA_VERSION}), "
            "so it cannot go on here",
            file=study_file,
            allowed=f"the study's own command with another {named('out')}, or {named('force')} to replace it; "
            "sim.read_results still reads it",
        )


def is_older(study_file: Path) -> bool:
    """Whether a study file or manifest is of an earlier schema; False where it cannot be read."""
    try:
        schema = read_json(study_file).get("schema")
    except InputError:
        return False
    return isinstance(schema, int) and schema < SCHEMA_VERSION
