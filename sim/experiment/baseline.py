"""The statistical baseline: measures and validated figures of today's services, saved and made again.

Every change that moves a number shows here, in its unit and in Monte Carlo standard errors. The saved files are
results/reference/baseline/baseline.csv, a line a number, and made.csv, what they were made with.
"""

from __future__ import annotations

import csv
import io
import math
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.analysis.moves import Line, Move, moves
from sim.core.errors import InputError
from sim.core.files import why_no_folder
from sim.core.tables import read_rows, refuse_repeats
from sim.evidence.eras import load_eras
from sim.evidence.targets import load_targets
from sim.experiment.defaults import MONTHS, PEOPLE, SEED, usual_baseline
from sim.experiment.last_moved import Commit, last_moved
from sim.experiment.validation import baselines_of, simulator_at_reference, validate
from sim.outcomes.measures import HEADLINES
from sim.outcomes.strata import ALL

if TYPE_CHECKING:
    from sim.analysis.published import Validation
    from sim.experiment.setup import StudySetup
    from sim.experiment.simulator import StudySimulator
    from sim.outcomes.totals import RunResult
    from sim.study.protocol import Progress

RUNS, DRAWS = 20, 16  # runs in each era, and draws of the uncertain numbers, one run each
LINES, MADE = "baseline.csv", "made.csv"
COLUMNS, MADE_COLUMNS = ("values", "name", "unit", "runs", "mean", "mc_standard_error"), ("name", "value")
REFERENCE, PRIOR = "reference", "prior"
REFRESH = "make baseline"
MADE_WITH: Mapping[str, str] = {
    "people": str(PEOPLE), "months": str(MONTHS), "runs": str(RUNS), "draws": str(DRAWS), "seed": str(SEED),
}  # fmt: skip


class Held(NamedTuple):
    """The baseline made again and held against what is saved.

    n_lines: numbers held. platform: of the saved run. commits: in which commit the saved line of a move last moved, by
    its place; why_not: why that is not known, '' where it is.
    """

    folder: Path
    n_lines: int
    moves: Sequence[Move]
    platform: str
    commits: Mapping[int, Commit]
    why_not: str

    @property
    def is_of_this_platform(self) -> bool:
        """Whether the saved run was made on such a machine."""
        return self.platform == this_platform()


def this_platform() -> str:
    """The kind of machine, on which the last digits hang."""
    return f"{platform.system()} {platform.machine()}"


def saved_folder() -> Path:
    """Where the baseline is saved: here, or in the checkout that the program stands in."""
    here = Path("results/reference/baseline")
    checkout = Path(__file__).resolve().parents[2] / here
    return here if here.is_dir() or not checkout.is_dir() else checkout


def make(progress: Progress | None = None) -> tuple[list[Line], Validation]:
    """Every number of the baseline, and the validation that some of them are of."""
    from sim.experiment.requests import set_up_scenarios

    setup = set_up_scenarios([usual_baseline()], people=PEOPLE, draws=DRAWS, seed=SEED)
    targets, eras = load_targets(), load_eras(setup.table)

    def told(done: int, _: int) -> None:
        if progress is not None:
            progress(done, total)

    of_eras = RUNS * len(baselines_of(targets.values(), eras))
    total = of_eras + RUNS + DRAWS
    simulate = simulator_at_reference(setup, MONTHS)
    validation = validate(simulate, setup.table, targets, eras, runs=RUNS, progress=told)
    lines = lines_of_runs(setup, told, of_eras)
    for held in validation.comparisons:
        target = held.target
        lines.append(Line(target.era, target.name, target.unit, RUNS, held.model, held.error))
    return lines, validation


def lines_of_runs(setup: StudySetup | None = None, progress: Progress | None = None, before: int = 0) -> list[Line]:
    """The headline measures at reference values and over draws: the numbers of the baseline that are of no era."""
    from sim.experiment.requests import set_up_scenarios

    setup = set_up_scenarios([usual_baseline()], people=PEOPLE, draws=DRAWS, seed=SEED) if setup is None else setup
    progress = (lambda done, total: None) if progress is None else progress
    simulate = simulator_at_reference(setup, MONTHS)
    lines = _of_runs(REFERENCE, setup, _at_reference(simulate(setup.table, None), progress, before))
    return lines + _of_runs(PRIOR, setup, _over_draws(setup, progress, before + RUNS))


def _at_reference(simulator: StudySimulator, progress: Progress, before: int) -> list[RunResult]:
    """Runs of the baseline itself, under the recall law of its own dates: no era is."""
    results = []
    for run in range(RUNS):
        results.append(simulator(0, 0, run))
        progress(before + run + 1, 0)
    return results


def _over_draws(setup: StudySetup, progress: Progress, before: int) -> list[RunResult]:
    from sim.experiment.simulator import simulator_of

    simulator = simulator_of(setup)
    results = []
    for draw in range(DRAWS):
        results.append(simulator(0, draw, 0))
        progress(before + draw + 1, 0)
    return results


def _of_runs(values: str, setup: StudySetup, results: Sequence[RunResult]) -> list[Line]:
    """The headline measures of everybody, as means over runs."""
    from sim.experiment.simulator import simulator_of

    simulator = simulator_of(setup)
    everybody = simulator.groups.index(ALL)
    lines = []
    for measure in HEADLINES:
        cell = everybody, simulator.measures.index(measure.name)
        of_runs = [float(result.numerator[cell] / result.denominator[cell]) for result in results]
        error = float(np.std(of_runs, ddof=1) / math.sqrt(len(of_runs)))
        lines.append(Line(values, measure.name, measure.unit, len(of_runs), float(np.mean(of_runs)), error))
    return lines


def hold(folder: Path, progress: Progress | None = None) -> Held:
    """The saved baseline held against one made again. Raises InputError for a saved one that is damaged or missing."""
    saved, made_on = read(folder)
    now, _ = make(progress)
    moved = moves(saved, now)
    commits, why_not = last_moved(folder / LINES) if moved else ({}, "")
    return Held(folder, len(saved), moved, made_on, commits, why_not)


def read(folder: Path) -> tuple[list[Line], str]:
    """The saved numbers and the platform that they were made on. Raises InputError naming file and line."""
    if not folder.is_dir():
        allowed = f"a folder with {LINES} and {MADE}, which {REFRESH} writes in a checkout"
        problem = why_no_folder(folder) if folder.exists() else "there is no folder of a saved baseline"
        raise InputError(problem, file=folder, allowed=allowed)
    for name in (MADE, LINES):
        if not os.path.lexists(folder / name):
            allowed = f"a folder with {LINES} and {MADE}, which {REFRESH} writes in a checkout"
            raise InputError(f"this folder holds no saved baseline (no {name})", file=folder, allowed=allowed)
    file = folder / MADE
    rows = read_rows(file, MADE_COLUMNS, MADE_COLUMNS)
    refuse_repeats(rows, "name")
    made = {row.cells["name"]: row.cells["value"] for row in rows}
    for name, needed in MADE_WITH.items():
        if made.get(name) != needed:
            wrong = f"was made with {made[name]} {name}" if name in made else f"does not say its {name}"
            raise InputError(f"the saved baseline {wrong}", file=file, allowed=f"{name} {needed}, by {REFRESH}")
    return _lines(folder / LINES), made.get("platform", "an unnamed machine")


def _lines(file: Path) -> list[Line]:
    lines: dict[tuple[str, str], Line] = {}
    for row in read_rows(file, COLUMNS, COLUMNS[:-1]):
        error = row.optional_number("mc_standard_error", low=0.0)
        runs = int(row.whole("runs", low=1, high=1e6))
        line = Line(
            row.cells["values"], row.cells["name"], row.cells["unit"], runs, row.number("mean"),
            math.nan if error is None else error,
        )  # fmt: skip
        if line.key in lines:
            raise row.error("name", f"'{line.name}' is there twice at {line.values}", "each number once")
        lines[line.key] = line
    if not lines:
        raise InputError("the saved baseline holds no number", file=file, allowed=f"what {REFRESH} writes")
    return list(lines.values())


def as_files(lines: Sequence[Line]) -> Mapping[str, str]:
    """The content of the saved files by name; numbers with all their digits."""
    rows = [(*line[:4], repr(line.mean), "" if math.isnan(line.error) else repr(line.error)) for line in lines]
    made = [*MADE_WITH.items(), ("platform", this_platform())]
    return {LINES: _as_csv(COLUMNS, rows), MADE: _as_csv(MADE_COLUMNS, made)}


def _as_csv(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()
