"""A run made again, in words and as a plain object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sim.core.grammar import counted
from sim.document.blocks import Cell, Table, labelled
from sim.document.text import as_text
from sim.experiment.replay import DIFFERS, SAME, Replay
from sim.outcomes.measures import HEADLINES, measure_named
from sim.presentation import words


def replay_in_words(replay: Replay) -> str:
    """A few lines: what the run gave, and whether it is what the folder keeps."""
    entries: list[tuple[str, Cell]] = [("run", replay.run)]
    entries += [("then", replay.failed_then)] if replay.failed_then else []
    entries += [("changed", ", ".join(replay.changes))] if replay.changes else []
    if replay.error:
        entries.append(("failed", (replay.error, *replay.trace.splitlines())))
        return labelled_lines(entries)
    entries.append(("kept", verdict_in_words(replay)))
    values: list[tuple[Cell, ...]] = []
    everybody = {row["measure"]: row for row in replay.totals if row["stratum"] == "all"}
    for name in (measure.name for measure in HEADLINES if measure.name in everybody):
        row, measure = everybody[name], measure_named(name)
        value = row["numerator"] / row["denominator"] if row["denominator"] else float("nan")
        values.append((words.figure(value), measure.label, measure.unit))
    return labelled_lines(entries, *([Table((), tuple(values), right=frozenset({0}))] if values else []))


def replay_as_dict(replay: Replay) -> dict[str, Any]:
    """A run made again as a plain object: verdict, rows, inputs, errors."""
    return {**asdict(replay), "changes": list(replay.changes), "trace": replay.trace.splitlines()}


def labelled_lines(entries: Sequence[tuple[str, Cell]], *tables: Table) -> str:
    """Entries with their labels before them, then tables, as plain text."""
    return as_text([labelled(entries), *tables], width=None).rstrip("\n")


def verdict_in_words(replay: Replay) -> str:
    """Whether the run gave what the folder keeps of it."""
    if replay.verdict == SAME:
        return "the same bytes as in the folder"
    if replay.verdict == DIFFERS:
        return f"other numbers than in the folder, in {replay.differing:,} of {counted(len(replay.totals), 'row')}"
    return "the folder keeps nothing of this run"
