"""Which rows of the evidence tables a mechanism reads, from the sentence 'Reads ...' at the top of its file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from pathlib import Path

from sim.scenario.reading.switches import MECHANISMS

_FOLDER = Path(__file__).resolve().parents[2] / "mechanisms"
_READS = re.compile(r"\bReads (.*?)\.(?=\s|$)", re.DOTALL)
_NAME = re.compile(r"\b[a-z_]+\.(?!py\b)[a-z0-9_]*\*?")


@cache
def reads_of(mechanism: str) -> str:
    """What the mechanism's file says that it reads, on one line; '' where it says nothing."""
    text = (_FOLDER / f"{mechanism}.py").read_text(encoding="utf-8")
    found = _READS.search(ast.get_docstring(ast.parse(text)) or "")
    return " ".join(found[1].split()) if found else ""


def patterns_of(mechanism: str) -> tuple[str, ...]:
    """Names and patterns (housing.cas3_*) of the rows that the mechanism reads."""
    return tuple(dict.fromkeys(_NAME.findall(reads_of(mechanism))))


def rows_read(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """By mechanism, those of the names that it reads, in their order; the mechanisms are those of `switches: off`."""
    return dict(_rows_read(tuple(names)))


@lru_cache(maxsize=4)
def _rows_read(known: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found = {}
    for mechanism in MECHANISMS:
        patterns = patterns_of(mechanism)
        found[mechanism] = tuple(name for name in known if any(fnmatchcase(name, pattern) for pattern in patterns))
    return found
