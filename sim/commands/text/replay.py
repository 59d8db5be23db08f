"""A run made again, and a study verified, in words and as plain objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sim.core.grammar import counted
from sim.document.blocks import Cell, Table, labelled
from sim.document.text import as_text
from sim.experiment.replay import DIFFERS, SAME, Replay, Verified
from sim.outcomes.measures import HEADLINES, measure_named
from sim.presentation import words


def replay_in_words(replay: Replay) -> str:
    """A few lines: what the run gave, and whether it is what the folder keeps."""
    entries: list[tuple[str, Cell]] = [("run", replay.run)]
    entries += [("then", replay.failed_then)] if replay.failed_then else []
    entries += [("changed", ", ".join(replay.changes))] if replay.changes else []
    if replay.error:
        entries.append(("failed", (replay.error, *replay.trace.splitlines())))
        return _lines(entries)
    entries.append(("kept", _verdict(replay)))
    values: list[tuple[Cell, ...]] = []
    everybody = {row["measure"]: row for row in replay.totals if row["stratum"] == "all"}
    for name in (measure.name for measure in HEADLINES if measure.name in everybody):
        row, measure = everybody[name], measure_named(name)
        value = row["numerator"] / row["denominator"] if row["denominator"] else float("nan")
        values.append((words.figure(value), measure.label, measure.unit))
    return _lines(entries, *([Table((), tuple(values), right=frozenset({0}))] if values else []))


def replay_as_dict(replay: Replay) -> dict[str, Any]:
    """A run made again as a plain object: verdict, rows, inputs, errors."""
    return {**asdict(replay), "changes": list(replay.changes), "trace": replay.trace.splitlines()}


def verified_in_words(verified: Verified) -> str:
    """A few lines: files, what has changed, runs made again."""
    entries = [
        ("folder", verified.folder),
        ("files", "whole" if not verified.damaged else f"damaged or missing: {', '.join(verified.damaged)}"),
        ("changed", "nothing since it was run" if not verified.changed else ", ".join(verified.changed)),
        *(("run again", f"{replay.run}: {replay.error or _verdict(replay)}") for replay in verified.replays),
    ]
    same = sum(replay.verdict == SAME for replay in verified.replays)
    of = f"{same} of {counted(len(verified.replays), 'run')} gave the same bytes"
    if not verified.replays:
        verdict = "no run was made again" if not verified.damaged else "not verified: no run was made again"
    else:
        verdict = f"{'the same' if verified.is_same else 'not the same'}: {of}"
    return _lines([*entries, ("verdict", verdict)])


def verified_as_dict(verified: Verified) -> dict[str, Any]:
    """A study verified, as a plain object; runs without their rows."""
    return {
        "folder": verified.folder,
        "same": verified.is_same,
        "damaged": list(verified.damaged),
        "changed": list(verified.changed),
        "runs": [
            {"run": replay.run, "verdict": replay.verdict, "differing_rows": replay.differing, "error": replay.error}
            for replay in verified.replays
        ],
    }


def _lines(entries: Sequence[tuple[str, Cell]], *tables: Table) -> str:
    return as_text([labelled(entries), *tables], width=None).rstrip("\n")


def _verdict(replay: Replay) -> str:
    if replay.verdict == SAME:
        return "the same bytes as in the folder"
    if replay.verdict == DIFFERS:
        return f"other numbers than in the folder, in {replay.differing:,} of {counted(len(replay.totals), 'row')}"
    return "the folder keeps nothing of this run"
