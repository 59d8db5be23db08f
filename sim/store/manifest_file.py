"""Reading manifest.json and the ids in it and in study.json: what is no manifest is refused in one sentence.

Every entry that is there has the kind that it was written with; entries that a reader needs and that are missing are
told by that reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, is_finite
from sim.core.files import read_json, unreadable
from sim.store.older import SCHEMA_VERSION, manifest_of_today
from sim.store.tracked_files import MANIFEST

AS_WRITTEN = "the manifest as it was written, or the study's own command into another folder"

_SHA256 = re.compile(r"[0-9a-f]{64}")
_WHOLE = 2**63  # numbers of a study fit 63 bits
_MOST_POINTS = 10_000_000  # of a study; what follows from them is counted one by one


def read_manifest(folder: Path) -> dict[str, Any]:
    """What manifest.json of a finished study says, under today's names. Raises InputError."""
    file = folder / MANIFEST
    try:
        content = read_json(file)
    except InputError as error:
        raise _unreadable(file, None, error.problem, error.line) from None
    for key in ("schema", "study", "files"):
        if key not in content or not KINDS[key](content[key]):
            raise _unreadable(file, key)
    if content["schema"] > SCHEMA_VERSION:
        schemas = f"schema {content['schema']}, this one reads up to {SCHEMA_VERSION}"
        raise InputError(f"the study was written by a newer Throughgate ({schemas})", file=file)
    content = manifest_of_today(content)
    for key, value in content.items():
        if key in KINDS and not KINDS[key](value):
            raise _unreadable(file, key)
    return content


def study_in(file: Path) -> str | None:
    """The id of the study that a study file or manifest speaks of; None where it cannot be read."""
    try:
        study = read_json(file).get("study")
    except InputError:
        return None
    return study if isinstance(study, str) else None


def _unreadable(file: Path, key: str | None, reason: str = "", line: int | None = None) -> InputError:
    problem = f"the manifest {unreadable(reason) if reason else 'cannot be read'}"
    return InputError(problem, file=file, line=line, key=key, allowed=AS_WRITTEN)


def is_whole_number(value: object) -> bool:
    """Whether the value is an integer that a study could have."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _WHOLE


def is_number(value: object) -> bool:
    """Whether the value is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and is_finite(value)


def is_listed(value: object) -> bool:
    """Whether the value is a list of files: name to bytes and sha256."""
    return isinstance(value, dict) and all(
        isinstance(entry, dict)
        and is_whole_number(entry.get("bytes"))
        and isinstance(entry.get("sha256"), str)
        and _SHA256.fullmatch(entry["sha256"]) is not None
        for entry in value.values()
    )


def _is_count(value: object) -> bool:
    return is_whole_number(value) and value <= _MOST_POINTS  # type: ignore[operator]


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _are(kind: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and all(kind(item) for item in value)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _is_words(value: object) -> bool:
    """Whether the value is an object of texts."""
    return isinstance(value, dict) and all(isinstance(word, str) for word in value.values())


def _is_pair(value: object) -> bool:
    return _are(_is_text)(value) and len(value) == 2  # type: ignore[arg-type]


def _has(**kinds: Callable[[object], bool]) -> Callable[[object], bool]:
    """Whether the value is an object whose entries of these names, where they are there, are of these kinds."""

    def is_one(value: object) -> bool:
        return isinstance(value, dict) and all(kind(value[key]) for key, kind in kinds.items() if key in value)

    return is_one


def _or_none(kind: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: value is None or kind(value)


KINDS: Mapping[str, Callable[[object], bool]] = {
    "schema": is_whole_number,
    "study": _is_text,
    "files": is_listed,
    "scenarios": _are(_has(name=_is_text, title=_is_text, switches=_has(off=_are(_is_text)), prices=_is_words)),
    "names": _are(_is_text),
    "baseline": _is_text,
    "people": is_whole_number,
    "months": is_whole_number,
    "draws": _is_count,
    "replicates": _is_count,
    "seed": is_whole_number,
    "groups": _are(_is_pair),
    "measures": _are(_is_text),
    "people_per_year": is_number,
    "parameters_sha256": _is_text,
    "area": _has(name=_is_text, sha256=_is_text),
    "level": is_number,
    "equal_money_gbp_per_year": _or_none(is_number),
    "analysis": _or_none(_is_object),
    "designs": _are(_has(name=_is_text, points=_is_count, replicates=_is_count)),
    "enough_replicates": _or_none(is_whole_number),
    "versions": _is_object,
    "platform": _is_text,
    "code_sha256": _is_text,
    "person_days": is_whole_number,
    "failed_runs": _are(_is_text),
    "left_out": _are(is_whole_number),
}
"""What kind of value each entry of a manifest is; entries of other names are not read by the program."""
