"""A run made again, and a study verified, in words and as plain objects."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sim.experiment.replay import DIFFERS, SAME, Replay, Verified
from sim.outcomes.measures import HEADLINES, measure_named
from sim.presentation import words


def replay_in_words(replay: Replay) -> str:
    """A few lines: what the run gave, and whether it is what the folder keeps."""
    lines = [f"run         {replay.run}"]
    lines += [f"then        {replay.failed_then}"] if replay.failed_then else []
    lines += [f"changed     {', '.join(replay.changes)}"] if replay.changes else []
    if replay.error:
        lines += [f"failed      {replay.error}", *(f"            {line}" for line in replay.trace.splitlines())]
        return "\n".join(lines)
    lines.append(f"kept        {_verdict(replay)}")
    everybody = {row["measure"]: row for row in replay.totals if row["stratum"] == "all"}
    for name in (measure.name for measure in HEADLINES if measure.name in everybody):
        row, measure = everybody[name], measure_named(name)
        value = row["numerator"] / row["denominator"] if row["denominator"] else float("nan")
        lines.append(f"{words.figure(value):>11} {measure.label}, {measure.unit}")
    return "\n".join(lines)


def replay_as_dict(replay: Replay) -> dict[str, Any]:
    """A run made again as a plain object: verdict, rows, inputs, errors."""
    return {**asdict(replay), "changes": list(replay.changes), "trace": replay.trace.splitlines()}


def verified_in_words(verified: Verified) -> str:
    """A few lines: files, what has changed, runs made again."""
    files = "whole" if not verified.damaged else f"damaged or missing: {', '.join(verified.damaged)}"
    changed = "nothing since it was run" if not verified.changed else ", ".join(verified.changed)
    lines = [f"folder      {verified.folder}", f"files       {files}", f"changed     {changed}"]
    lines += [f"run again   {replay.run}: {replay.error or _verdict(replay)}" for replay in verified.replays]
    same = sum(replay.verdict == SAME for replay in verified.replays)
    if not verified.replays:
        verdict = "no run was made again" if not verified.damaged else "not verified: no run was made again"
    elif verified.is_same:
        verdict = f"the same: {same} of {len(verified.replays)} runs gave the same bytes"
    else:
        verdict = f"not the same: {same} of {len(verified.replays)} runs gave the same bytes"
    return "\n".join([*lines, f"verdict     {verdict}"])


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


def _verdict(replay: Replay) -> str:
    if replay.verdict == SAME:
        return "the same bytes as in the folder"
    if replay.verdict == DIFFERS:
        return f"other numbers than in the folder, in {replay.differing:,} of {len(replay.totals):,} rows"
    return "the folder keeps nothing of this run"
