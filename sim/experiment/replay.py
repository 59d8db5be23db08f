"""Runs of a study made again: one by itself, or a sample, held against what the folder keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from sim.core.errors import InputError
from sim.evidence.draws import uniforms
from sim.experiment.run import StudyRun
from sim.experiment.setup import StudySetup, as_of_today
from sim.outcomes.strata import cells
from sim.store.atomic import sha256_of
from sim.store.failures import parse_run_id, read_failures, run_id
from sim.store.folder import MANIFEST_FILE, STUDY_FILE, tidy_finished
from sim.store.manifest import versions
from sim.store.reading import Results, read_results
from sim.store.study_record import StudyRecord, changes_of_program, changes_of_study, is_finished, read_study_file
from sim.study.plan import StudyPlan
from sim.study.protocol import Progress, Simulator
from sim.study.run_blocks import layout_of
from sim.study.sequential_stopping import MOST_REPLICATES
from sim.study.threads import own_lines

SAME, DIFFERS, NOT_KEPT = "same", "differs", "not kept"


@dataclass(frozen=True)
class Replay:
    """One run made again. totals: rows (stratum, group, measure, numerator, denominator); empty where it failed.

    verdict: SAME, DIFFERS or NOT_KEPT (a run that failed then, or whose study is unfinished). differing: rows that
    differ. changes: what of study and program has changed since. error, trace: how it failed now; failed_then: how
    then. inputs: its seed, its stream of random numbers and parameter values.
    """

    run: str
    verdict: str
    totals: list[dict[str, Any]]
    differing: int
    changes: tuple[str, ...]
    inputs: Mapping[str, Any]
    error: str = ""
    trace: str = ""
    failed_then: str = ""


@dataclass(frozen=True)
class Verified:
    """A finished study held against its files and today's program.

    damaged: files that are missing or not what the manifest says; changed: what of study, program, libraries or
    machine is another now; replays: runs made again.
    """

    folder: str
    damaged: tuple[str, ...]
    changed: tuple[str, ...]
    replays: tuple[Replay, ...] = field(default=())

    @property
    def is_same(self) -> bool:
        """Whether every file is whole and every run made again gave the same numbers."""
        return not self.damaged and all(replay.verdict == SAME for replay in self.replays)


def replay(folder: Path, run: str) -> Replay:
    """The run of that id, made again from the folder's study file. Raises InputError for a run that is none."""
    stored = read_study_file(folder)
    setup = as_of_today(stored, folder, threads=1)
    changes = _changes(stored, setup.record)
    numbers = parse_run_id(run, setup.plan.scenarios)
    if setup.analysis.precision is not None and not is_finished(folder):  # its replicates are not chosen yet
        setup = replace(setup, plan=replace(setup.plan, replicates=MOST_REPLICATES))
    _refuse_beyond(setup.plan, *numbers[1:])
    results = read_results(folder) if is_finished(folder) else None
    if results is not None:
        results.check("totals")
    return _replayed(folder, results, setup, StudyRun(setup).run, numbers, changes)


def verify(folder: Path, runs: int, progress: Progress | None = None) -> Verified:
    """Check files, name what has changed, and make `runs` runs again; a sample that is the same every time."""
    if not is_finished(folder):
        read_results(folder)  # says in words what is missing
        raise InputError("the study in this folder is unfinished", file=folder)
    tidy_finished(folder)
    content = _manifest(folder)
    damaged = _damaged(folder, content)
    stored = read_study_file(folder)
    setup = as_of_today(stored, folder, threads=1)
    changed = [*_changes(stored, setup.record), *_changes_of_machine(content)]
    if tuple(content["names"]) != setup.plan.scenarios or not (changed or stored.study == setup.record.study):
        damaged = [STUDY_FILE, *damaged]
    replays: list[Replay] = []
    if not {STUDY_FILE, "tables/totals.parquet"} & set(damaged):
        results, run = Results(folder, content), StudyRun(setup).run
        for numbers in _sample(setup.plan, set(content.get("left_out", ())), runs):
            if progress is not None:
                progress(len(replays), runs)
            replays.append(_replayed(folder, results, setup, run, numbers, ()))
        if progress is not None:
            progress(len(replays), runs)
    return Verified(str(folder), tuple(damaged), tuple(changed), tuple(replays))


def _changes(stored: StudyRecord, now: StudyRecord) -> tuple[str, ...]:
    """What of the study and of the program is another now; one text each."""
    return (*changes_of_study(stored, now), *changes_of_program(stored, now))


def _manifest(folder: Path) -> dict[str, Any]:
    import json

    try:
        content: dict[str, Any] = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        _ = [listed["sha256"] for listed in content["files"].values()]
        _ = [list(content[key]) for key in ("names", "groups", "measures")]
        if "tables/totals.parquet" not in content["files"]:
            raise KeyError
    except (OSError, AttributeError, ValueError, KeyError, TypeError):
        raise InputError("the manifest cannot be read; run the study again", file=folder / MANIFEST_FILE) from None
    return content


def _damaged(folder: Path, content: Mapping[str, Any]) -> list[str]:
    """Files of the manifest that are missing or hold other bytes."""
    return [
        name
        for name, listed in content["files"].items()
        if not (folder / name).is_file() or sha256_of(folder / name) != listed["sha256"]
    ]


def _changes_of_machine(content: Mapping[str, Any]) -> list[str]:
    """Platform and further libraries that are others now; those that decide bytes are told by the study file."""
    import platform

    here = f"{platform.system()} {platform.machine()}"
    then = str(content.get("platform", here))
    changes = [] if then == here else [f"machine ({then} then, {here} now)"]
    now, before = versions(), content.get("versions", {})
    return changes + [
        f"{name} ({before[name]} then, {now.get(name)} now)"
        for name in ("mesa", "throughgate")
        if name in before and before[name] != now.get(name)
    ]


def _sample(plan: StudyPlan, out: set[int], runs: int) -> list[tuple[int, int, int]]:
    """Numbers of `runs` runs spread over the study: the first, the last, and others chosen by hash, in order."""
    blocks = [block for block in plan.blocks if block.draw not in out]
    total = len(blocks) * len(plan.scenarios)
    order = np.argsort(uniforms(plan.seed, ["verify"], total)[:, 0])
    chosen = sorted({*([0, total - 1] if runs > 1 else []), *order[:runs].tolist()})
    while len(chosen) > runs:
        chosen.pop(len(chosen) // 2)
    return [(k % len(plan.scenarios), *blocks[k // len(plan.scenarios)]) for k in chosen]


def _refuse_beyond(plan: StudyPlan, draw: int, replicate: int) -> None:
    if draw >= plan.points:
        raise InputError(f"{draw} is not a draw of this study", parameter="run", allowed=f"0 to {plan.points - 1}")
    most = max(block.replicate for block in plan.blocks if block.draw == draw)
    if replicate > most:
        raise InputError(f"{replicate} is not a replicate of this draw", parameter="run", allowed=f"0 to {most}")


def _replayed(
    folder: Path,
    results: Results | None,
    setup: StudySetup,
    run: Simulator,
    numbers: tuple[int, int, int],
    changes: tuple[str, ...],
) -> Replay:
    scenario, draw, replicate = numbers
    name = setup.plan.scenarios[scenario]
    then = next((f.error for f in read_failures(folder) if f.scenario == name and f.block == (draw, replicate)), "")
    inputs = {"seed": setup.plan.seed, **({} if run.points is None else run.points.inputs(draw))}
    identity = run_id(name, draw, replicate)
    try:
        result = run(scenario, draw, replicate)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        return Replay(identity, NOT_KEPT, [], 0, changes, inputs, reason, own_lines(error), then)
    layout = layout_of(setup.plan, run)
    of_group, of_measure = cells(layout.groups, layout.measures)
    today = (result.numerator[of_group, of_measure], result.denominator[of_group, of_measure])
    then_kept = None if results is None else _kept(results, setup.plan, layout.rows, numbers)
    verdict, differing = NOT_KEPT, 0
    if then_kept is not None:
        same = (then_kept[0].tobytes(), then_kept[1].tobytes()) == (today[0].tobytes(), today[1].tobytes())
        differing = 0 if same else _differing(then_kept, today)
        verdict = SAME if same else DIFFERS
    rows = [
        {"stratum": layout.groups[g][0], "group": layout.groups[g][1], "measure": layout.measures[m],
         "numerator": float(above), "denominator": float(below)}
        for g, m, above, below in zip(of_group, of_measure, *today, strict=True)
    ]  # fmt: skip
    return Replay(identity, verdict, rows, differing, changes, inputs, failed_then=then)


def _differing(kept: tuple[Any, Any], today: tuple[Any, Any]) -> int:
    if kept[0].shape != today[0].shape:
        return int(today[0].size)
    as_bits = [side.view(np.int64) for side in (*kept, *today)]  # so that what is not a number equals itself
    return int(((as_bits[0] != as_bits[2]) | (as_bits[1] != as_bits[3])).sum())


def _kept(
    results: Results, plan: StudyPlan, rows: int, numbers: tuple[int, int, int]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]] | None:
    """Numerators and denominators that the folder, whose totals are whole, keeps of a run; None where it keeps none."""
    import pyarrow.parquet as pq

    path = results.folder / "tables" / "totals.parquet"
    scenario, draw, replicate = numbers
    table = pq.read_table(
        path, columns=["scenario", "numerator", "denominator"],
        filters=[("draw", "=", draw), ("replicate", "=", replicate)],
    )  # fmt: skip
    table = table.filter(_equal(table["scenario"], plan.scenarios[scenario]))
    if not table.num_rows:
        return None
    return table["numerator"].to_numpy(), table["denominator"].to_numpy()


def _equal(column: Any, word: str) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.equal(column.cast(pa.string()), word)
