"""The baseline held against what is saved, in words and as a plain object."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from sim.analysis.intervals import known_or_none
from sim.analysis.moves import Line, Move
from sim.core.grammar import counted, noun_for
from sim.document.blocks import Block, Paragraph, Table
from sim.document.text import as_text
from sim.experiment.baseline import DRAWS, REFRESH, RUNS, Held
from sim.experiment.defaults import PEOPLE, SEED


def baseline_in_words(held: Held) -> str:
    """The page as text."""
    return as_text(list(_blocks(held)))


def _blocks(held: Held) -> Iterator[Block]:
    yield Paragraph(
        f"The baseline made again: {RUNS} runs in each era and {DRAWS} draws of the uncertain numbers, "
        f"{PEOPLE:,} people each, seed {SEED}; held against {held.folder}."
    )
    if not held.is_of_this_platform:
        yield Paragraph(f"What is saved was made on {held.platform}: on this machine last digits may differ.")
    if not held.moves:
        yield Paragraph(f"Nothing moved: {counted(held.n_lines, 'number')} as saved.")
        return
    heads = ("values", "moved", "saved", "now", "by", "in errors")
    yield Table(heads, tuple(_cells(move) for move in held.moves))
    yield Paragraph(
        f"{len(held.moves):,} of {counted(held.n_lines, 'number')} moved, each by so many of its unit and of its Monte "
        f"Carlo standard errors. If that is meant, run `{REFRESH}` and quote what moved in CHANGELOG.md."
    )
    yield Paragraph(_commits(held))


def _cells(move: Move) -> tuple[str, ...]:
    line = move.line
    return (
        line.values, f"{line.name} ({line.unit})", _number(move.saved), _number(move.now), _or_dash(move.by, "+.3g"),
        _or_dash(move.by_in_errors, "+.2f"),
    )  # fmt: skip


def _number(line: Line | None) -> str:
    return "none" if line is None else f"{line.mean:.6g}"


def _or_dash(number: float, form: str) -> str:
    return "-" if math.isnan(number) else format(number, form)


def _commits(held: Held) -> str:
    """In which commits the saved lines of what moved were last moved."""
    if held.why_not:
        return f"In which commit the saved lines last moved is not told: {held.why_not}."
    by_commit: dict[str, int] = {}
    for move in held.moves:
        if move.place is not None and move.place in held.commits:
            commit = str(held.commits[move.place])
            by_commit[commit] = by_commit.get(commit, 0) + 1
    if not by_commit:
        return "None of them has a saved line."
    said = (f"{n:,} {noun_for(n, 'line', 'lines')} in {commit}" for commit, n in by_commit.items())
    return f"The saved lines last moved: {'; '.join(said)}."


def baseline_as_dict(held: Held) -> dict[str, Any]:
    """The same, as a plain object."""
    return {
        "folder": str(held.folder),
        "lines": held.n_lines,
        "platform": held.platform,
        "is_of_this_platform": held.is_of_this_platform,
        "commits_not_known": held.why_not,
        "moved": [_move_as_dict(held, move) for move in held.moves],
    }


def _move_as_dict(held: Held, move: Move) -> dict[str, Any]:
    commit = None if move.place is None else held.commits.get(move.place)
    return {
        "values": move.line.values,
        "name": move.line.name,
        "unit": move.line.unit,
        "saved": None if move.saved is None else known_or_none(move.saved.mean),
        "now": None if move.now is None else known_or_none(move.now.mean),
        "by": known_or_none(move.by),
        "in_standard_errors": known_or_none(move.by_in_errors),
        "last_moved": None if commit is None else commit._asdict(),
    }
