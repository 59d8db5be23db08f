"""The model held against published figures, and against the numbers that it gave when they were saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.arguments import checked_function, checked_path, whole_number
from sim.experiment.defaults import MONTHS, MOST_VALIDATION_RUNS, PEOPLE, SEED, VALIDATION_RUNS, usual_baseline

if TYPE_CHECKING:
    from sim.analysis.published import Validation
    from sim.experiment.baseline import Held
    from sim.study.protocol import Progress


def validate(
    *,
    runs: int = VALIDATION_RUNS,
    people: int = PEOPLE,
    seed: int = SEED,
    baseline: str | Path | None = None,
    area: str | Path | None = None,
    progress: Progress | None = None,
) -> Validation:
    """The baseline held against every published figure of sim/evidence/targets.csv, each in its era."""
    from sim.evidence.eras import load_eras
    from sim.evidence.targets import load_targets
    from sim.experiment.requests import set_up_scenarios
    from sim.experiment.validation import simulator_at_reference, validate

    runs, progress = whole_number(runs, "runs", 1, MOST_VALIDATION_RUNS), checked_function(progress, "progress")
    file = usual_baseline() if baseline is None else baseline
    setup = set_up_scenarios([file], baseline=baseline, people=people, draws=1, seed=seed, area=area)
    targets, eras = load_targets(), load_eras(setup.table)
    return validate(
        simulator_at_reference(setup, MONTHS), setup.table, targets, eras, runs=runs, progress=progress
    )  # fmt: skip


def baseline(folder: str | Path | None = None, *, progress: Progress | None = None) -> Held:
    """The statistical baseline made again and held against the saved one: which measures moved, and by how much.

    folder: of the saved one; results/reference/baseline unless told. Raises InputError where it is damaged.
    """
    from sim.experiment.baseline import hold, saved_folder

    return hold(saved_folder() if folder is None else checked_path(folder, "folder"), progress)
