"""A run made again, and a study verified, in words and as plain objects."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sim.experiment.replay import DIFFERS, SAME, Replay, Verified
from sim.outcomes.measures import HEADLINES, measure_named
from sim.presentation import words


def replay_in_words(found: Replay) -> str:
    """A few lines: what the run gave, and whether it is what the folder keeps."""
    lines = [f"run         {found.run}"]
    lines += [f"then        {found.failed_then}"] if found.failed_then else []
    lines += [f"changed     {', '.join(found.changes)}"] if found.changes else []
    if found.error:
        lines += [f"failed      {found.error}", *(f"            {line}" for line in found.trace.splitlines())]
        return "\n".join(lines)
    lines.append(f"kept        {_verdict(found)}")
    everybody = {row["measure"]: row for row in found.totals if row["stratum"] == "all"}
    for name in (measure.name for measure in HEADLINES if measure.name in everybody):
        row, measure = everybody[name], measure_named(name)
        value = row["numerator"] / row["denominator"] if row["denominator"] else float("nan")
        lines.append(f"{words.figure(value):>11} {measure.label}, {measure.unit}")
    return "\n".join(lines)


def replay_as_dict(found: Replay) -> dict[str, Any]:
    """All of it."""
    return {**asdict(found), "changes": list(found.changes), "trace": found.trace.splitlines()}


def verified_in_words(found: Verified) -> str:
    """A few lines: files, what has changed, runs made again."""
    files = "whole" if not found.damaged else f"damaged or missing: {', '.join(found.damaged)}"
    changed = "nothing since it was run" if not found.changed else ", ".join(found.changed)
    lines = [f"folder      {found.folder}", f"files       {files}", f"changed     {changed}"]
    lines += [f"run again   {replay.run}: {replay.error or _verdict(replay)}" for replay in found.replays]
    same = sum(replay.verdict == SAME for replay in found.replays)
    if not found.replays:
        said = "no run was made again" if not found.damaged else "not verified: no run was made again"
    elif found.is_same:
        said = f"the same: {same} of {len(found.replays)} runs gave the same bytes"
    else:
        said = f"not the same: {same} of {len(found.replays)} runs gave the same bytes"
    return "\n".join([*lines, f"verdict     {said}"])


def verified_as_dict(found: Verified) -> dict[str, Any]:
    """The same as a plain object; runs without their rows."""
    return {
        "folder": found.folder,
        "same": found.is_same,
        "damaged": list(found.damaged),
        "changed": list(found.changed),
        "runs": [
            {"run": replay.run, "verdict": replay.verdict, "differing_rows": replay.differing, "error": replay.error}
            for replay in found.replays
        ],
    }


def _verdict(found: Replay) -> str:
    if found.verdict == SAME:
        return "the same bytes as in the folder"
    if found.verdict == DIFFERS:
        return f"other numbers than in the folder, in {found.differing:,} of {len(found.totals):,} rows"
    return "the folder keeps nothing of this run"
