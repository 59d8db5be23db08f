"""sim/GLOSSARY.md: every name that it gives for a term exists in the package."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from importlib.util import find_spec

import pytest
from house_tree import ROOT

HEADS = ["term", "what it is here", "in the code", "elsewhere"]
TERMS = (
    "common random numbers", "stream of random numbers", "hazard", "clock", "tick", "moment", "wake, wake day",
    "counted people", "person-day", "coverage", "service type", "service", "diary, lead", "caseload", "open day",
    "queue discipline", "handover", "patience", "ring-fenced",
    "server (worker, post, bed)", "status", "run inputs", "model area", "draw", "replicate", "scenario", "study",
    "point", "block", "part", "shard", "design", "unit (of a design)", "paired difference",
    "Monte Carlo standard error (MCSE)",
    "parameter uncertainty", "follow-up, censoring", "scale-up", "`WHEN_OFF`", "incremental cost-effectiveness ratio",
    "gross spend", "payer", "expected events",
)  # fmt: skip


@cache
def rows() -> tuple[list[str], ...]:
    """Cells of every row of the page's tables, headings and rules left out."""
    text = (ROOT / "sim" / "GLOSSARY.md").read_text(encoding="utf-8")
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    return tuple(row for row in cells if row != HEADS and not set("".join(row)) <= set("- "))


NAMES = sorted({name for row in rows() for name in re.findall(r"`(sim[\w.]*)`", row[2])})


def test_every_row_has_a_term_a_meaning_and_a_name() -> None:
    assert [row for row in rows() if len(row) != len(HEADS) or not all(row[:3])] == []
    terms = [row[0] for row in rows()]
    assert len(terms) == len(set(terms))
    assert set(TERMS) <= set(terms), f"terms without a row: {sorted(set(TERMS) - set(terms))}"
    nameless = [row[0] for row in rows() if not re.fullmatch(r"`sim[\w.]+`(, `sim[\w.]+`)*", row[2])]
    assert not nameless, f"no name of the package, or more than names: {nameless}"


@pytest.mark.parametrize("name", NAMES)
def test_every_name_exists(name: str) -> None:
    try:
        found = find_spec(name) is not None
    except ModuleNotFoundError:  # what stands before the last dot is no package
        found = False
    room, _, inside = name.rpartition(".")
    assert found or hasattr(import_module(room), inside), name
