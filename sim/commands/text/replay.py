"""A run made again, in words and as a plain object."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sim.experiment.replay import DIFFERS, SAME, Replay
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
    lines.append(f"kept        {verdict_in_words(replay)}")
    everybody = {row["measure"]: row for row in replay.totals if row["stratum"] == "all"}
    for name in (measure.name for measure in HEADLINES if measure.name in everybody):
        row, measure = everybody[name], measure_named(name)
        value = row["numerator"] / row["denominator"] if row["denominator"] else float("nan")
        lines.append(f"{words.figure(value):>11} {measure.label}, {measure.unit}")
    return "\n".join(lines)


def replay_as_dict(replay: Replay) -> dict[str, Any]:
    """A run made again as a plain object: verdict, rows, inputs, errors."""
    return {**asdict(replay), "changes": list(replay.changes), "trace": replay.trace.splitlines()}


def verdict_in_words(replay: Replay) -> str:
    """Whether the run gave what the folder keeps of it."""
    if replay.verdict == SAME:
        return "the same bytes as in the folder"
    if replay.verdict == DIFFERS:
        return f"other numbers than in the folder, in {replay.differing:,} of {len(replay.totals):,} rows"
    return "the folder keeps nothing of this run"
