"""One run of a study made again, held against what the folder keeps of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sim.analysis.point_sets import totals_of
from sim.core.errors import InputError
from sim.experiment.copies import TAKEN
from sim.experiment.run import StudyRun
from sim.experiment.setup import StudySetup, as_of_today
from sim.outcomes.strata import cells
from sim.store.failures import parse_run_id, read_failures, run_id
from sim.store.parts import Block
from sim.store.reading import Results, read_results, refuse_other_study_file
from sim.store.study_record import StudyRecord, changes_of_program, changes_of_study, is_finished, read_study_file
from sim.study.plan import StudyPlan
from sim.study.protocol import Simulator
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


def replay(folder: Path, run: str) -> Replay:
    """The run of that id, made again from the folder's study file. Raises InputError for a run that is none."""
    results = None
    if is_finished(folder):
        results = read_results(folder)
        results.check("totals")
        refuse_other_study_file(folder, results.manifest)
    stored = read_study_file(folder)
    setup = as_of_today(stored, folder, threads=1)
    changes = changes_since(stored, setup)
    numbers = parse_run_id(run, setup.plan.scenarios)
    if setup.analysis.precision is not None and results is None:  # its replicates are not chosen yet
        setup = replace(setup, plan=replace(setup.plan, replicates=MOST_REPLICATES))
    _refuse_beyond(setup.plan, *numbers[1:])
    return replayed(folder, results, setup, StudyRun(setup).run, numbers, changes)


def changes_since(stored: StudyRecord, now: StudySetup) -> tuple[str, ...]:
    """What of the study and of the program is another now, or was not looked at; one text each."""
    unseen = (TAKEN,) if now.from_copies else ()
    return (*changes_of_study(stored, now.record), *changes_of_program(stored, now.record), *unseen)


def _refuse_beyond(plan: StudyPlan, draw: int, replicate: int) -> None:
    if draw >= plan.points:
        raise InputError(f"{draw} is not a draw of this study", parameter="run", allowed=f"0 to {plan.points - 1}")
    most = max(block.replicate for block in plan.blocks if block.draw == draw)
    if replicate > most:
        raise InputError(f"{replicate} is not a replicate of this draw", parameter="run", allowed=f"0 to {most}")


def replayed(
    folder: Path,
    results: Results | None,
    setup: StudySetup,
    run: Simulator,
    numbers: tuple[int, int, int],
    changes: tuple[str, ...],
) -> Replay:
    """The run of these numbers (scenario, draw, replicate) made again. results: of a finished study, totals whole."""
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
    then_kept = None
    if results is not None:
        then_kept = totals_of(folder, results.manifest).run(name, Block(draw, replicate))
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
