"""The verbs of researchers: studies from a file, shards of them, growing, rerunning and verifying them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from sim.core.errors import InputError, nearest_name

if TYPE_CHECKING:
    from sim.experiment.estimate import Estimate
    from sim.experiment.replay import Replay, Verified
    from sim.experiment.run import ShardState, StudyRun
    from sim.experiment.setup import StudySetup
    from sim.experiment.study_file import StudySpec
    from sim.study.analysis_spec import AnalysisSpec
    from sim.study.protocol import Progress

METHODS = ("sobol", "morris", "fast", "one_at_a_time", "pawn", "delta", "rbd_fast")


class StudyOptions(TypedDict, total=False):
    """What stands in a study file and may be told anew; meanings as in sim.experiment.api.prepare."""

    people: int
    months: int
    draws: int
    replicates: int
    seed: int
    threads: int | None
    out: str | Path | None
    level: float


def prepare_study_file(
    path: str | Path,
    *,
    method: str | None = None,
    precision: float | None = None,
    measure: str | None = None,
    **options: Unpack[StudyOptions],
) -> StudySetup:
    """Read and check all that a study file asks; options take the place of what it says.

    path: the file, or the name of a shipped study.
    method: of METHODS; the study is then run for this analysis alone, as the file sets it up or in the usual way.
    precision: replicates are added until the half-width of every paired difference in the measure is so small.
    Written to results/runs/<its name>, with _<method> after it, unless told. Raises InputError.
    """
    from sim.evidence import load_parameters
    from sim.experiment import api
    from sim.experiment.defaults import checked_level
    from sim.experiment.setup import prepare_study
    from sim.experiment.study_file import load_study
    from sim.scenario.shipped import study_path

    file = study_path(path)
    asked = load_study(file, load_parameters())
    analysis, numbers = asked.analysis, {**_usual_numbers(), **asked.numbers}
    numbers |= {name: value for name, value in options.items() if name in numbers}  # type: ignore[misc]
    if method is not None:
        analysis, numbers = _for_method(analysis, numbers, method)
    usual_out = api.RUNS_FOLDER / (file.stem if method is None else f"{file.stem}_{method}")
    analysis = _with_precision(analysis, numbers, precision, measure)
    if analysis.precision is not None and len(asked.scenarios) < 2:
        raise InputError(
            "a precision is one of differences, and the study has one scenario", key="--precision",
            allowed="two scenarios or more",
        )  # fmt: skip
    level = options.get("level", asked.level)
    out = options.get("out")
    ready = prepare_study(
        asked.scenarios, area=asked.area, level=checked_level(api.LEVEL if level is None else level),
        out=usual_out if out is None else Path(out), threads=options.get("threads"), analysis=analysis, **numbers,
    )  # fmt: skip
    _refuse_few(ready, asked, is_of_file="draws" not in options)
    return ready


def _usual_numbers() -> dict[str, int]:
    from sim.experiment import api

    return {
        "people": api.PEOPLE, "months": api.MONTHS, "draws": api.DRAWS, "replicates": api.REPLICATES, "seed": api.SEED,
    }  # fmt: skip


def _for_method(analysis: AnalysisSpec, numbers: Mapping[str, int], method: str) -> tuple[AnalysisSpec, dict[str, int]]:
    """The shape of a study for one analysis: its design and no draws, or its draws and no design."""
    from sim.study.analysis_spec import CHOSEN, GIVEN_DATA, USUAL_REPLICATES, USUAL_SAMPLES, DesignSpec

    if method in GIVEN_DATA:
        return replace(analysis, designs=(), given_data=(method,)), dict(numbers)
    if method not in CHOSEN:
        near = nearest_name(method, METHODS)
        raise InputError(f"'{method}' is not a method", key="--method", allowed=", ".join(METHODS), nearest=near)
    usual = DesignSpec(method, USUAL_SAMPLES[method], USUAL_REPLICATES[method])
    own = next((asked for asked in analysis.designs if asked.method == method), usual)
    return replace(analysis, designs=(own,), given_data=()), {**numbers, "draws": 0}


def _with_precision(
    analysis: AnalysisSpec, numbers: Mapping[str, int], precision: float | None, measure: str | None
) -> AnalysisSpec:
    """The shape with the precision asked for, if one is."""
    from sim.outcomes.measures import MEASURE_NAMES
    from sim.study.analysis_spec import Precision, checked_names
    from sim.study.sequential_stopping import checked_precision

    if precision is None:
        if measure is not None:
            raise InputError("--measure goes with --precision", key="--measure")
        return analysis
    if not numbers["draws"]:
        raise InputError("a precision is one of differences over draws", key="--precision", allowed="draws: 1 or more")
    about = Precision.measure if measure is None else measure
    known = MEASURE_NAMES if analysis.measures is None else analysis.measures
    checked_names([about], known, what="measure", key="--measure")
    return replace(analysis, precision=Precision(checked_precision(precision), about))


def _refuse_few(ready: StudySetup, asked: StudySpec, *, is_of_file: bool) -> None:
    """InputError where the draws are too few for a method that reads them; by the line if the file says so."""
    from sim.analysis.sensitivity_tables import refuse_few_draws

    try:
        refuse_few_draws(ready.analysis.given_data, ready.plan.draws)
    except InputError as error:
        if not is_of_file:
            raise
        key = "draws" if "draws" in asked.lines else "given_data"
        raise InputError(
            error.problem, file=asked.file, line=asked.lines.get(key), key=key if key in asked.lines else None,
            allowed=f"draws: {error.allowed}",
        ) from None  # fmt: skip


def study(
    path: str | Path,
    *,
    method: str | None = None,
    force: bool = False,
    progress: Progress | None = None,
    **options: Unpack[StudyOptions],
) -> Path:
    """Run the study of a file into its folder, which is given: tables, charts, pages, manifest.json.

    Raises InputError, RunFailed, StoreError.
    """
    ready = prepare_study_file(path, method=method, **options)
    carry_out(ready, force=force, progress=progress)
    return ready.out


def carry_out(
    ready: StudySetup,
    *,
    force: bool = False,
    progress: Progress | None = None,
    cluster: str | None = None,
    told: Callable[[str], object] | None = None,
) -> StudyRun:
    """Run a prepared study into its folder. cluster: address of a Dask scheduler; local threads without it.

    told: receives a line on the cluster's workers.

    Raises InputError, RunFailed, StoreError or KeyboardInterrupt; what is done by then is kept for `resume`.
    """
    from sim.store.folder import RunFolder

    RunFolder.check(ready.out, ready.record.study, force)
    if cluster is None:
        found = execution(ready)
        found.whole(force=force, progress=progress)
        return found
    from sim.experiment.setup import base_of
    from sim.experiment.worker import engine_of
    from sim.study.cluster.flow import cluster_runner

    base = base_of(ready.record, ready.out)
    with cluster_runner(cluster, ready.out, ready.record, engine_of, base=base, told=told) as runner:
        found = execution(ready)
        found.whole(force=force, progress=progress, runner=runner)
    return found


def estimate(ready: StudySetup) -> Estimate:
    """Seconds, memory and disk of a prepared study, from a few probe runs."""
    from sim.experiment.estimate import estimate as estimated

    return estimated(ready.plan, execution(ready).run)


def parse_seconds(text: str) -> float:
    """Seconds of '30min', '2h', '1h30min' or '90s'. Raises InputError."""
    from sim.experiment.estimate import parse_seconds as parsed

    return parsed(text)


def execution(ready: StudySetup) -> StudyRun:
    """A prepared study with its engine made ready."""
    from sim.experiment import api
    from sim.experiment.run import StudyRun

    return StudyRun(ready, api._simulator(ready))


def run_shard(ready: StudySetup, shard: tuple[int, int], *, progress: Progress | None = None) -> ShardState:
    """Run one shard of a prepared study; the shard that ends last seals the folder.

    Raises InputError, RunFailed, StoreError or KeyboardInterrupt.
    """
    from sim.experiment.run import ShardState
    from sim.store.folder import RunFolder
    from sim.store.study_record import is_finished

    if ready.analysis.precision is not None:
        raise InputError(
            "a precision is reached round by round, so it cannot be run in shards", key="--shard",
            allowed="--shard or --precision",
        )  # fmt: skip
    if is_finished(ready.out) and RunFolder.check(ready.out, ready.record.study, force=True)[1]:
        return ShardState(0, True)
    RunFolder.check(ready.out, ready.record.study)
    return execution(ready).shard(shard, progress=progress)


def parse_shard(text: str) -> tuple[int, int]:
    """(i, n) of 'i/n'; InputError for what is no shard."""
    first, _, last = text.partition("/")
    if first.isascii() and first.isdecimal() and last.isascii() and last.isdecimal():
        i, n = int(first), int(last)
        if 1 <= i <= n <= 100_000:
            return i, n
    raise InputError(f"'{text}' is not a shard", key="--shard", allowed="i/n with i from 1 to n, such as 3/20")


def prepare_expand(
    folder: str | Path,
    *,
    draws: int | None = None,
    replicates: int | None = None,
    samples: Mapping[str, int] | None = None,
    threads: int | None = None,
) -> StudySetup:
    """A finished study made larger, with all its runs kept: ready to be carried out.

    draws, replicates: new numbers of the draws; samples: new base samples by design. None may become smaller. What is
    written now is the study's folder, unfinished, as if the larger study had been interrupted. Raises InputError.
    """
    from sim.experiment.expand import expand

    return expand(Path(folder), draws=draws, replicates=replicates, samples=samples or {}, threads=threads)


def finished(folder: str | Path) -> Path:
    """The folder of a finished study, its files whole, and nothing left by a writer that was killed at the end."""
    from sim.store.folder import tidy_finished
    from sim.store.reading import read_results

    tidy_finished(Path(folder))
    read_results(folder).check("totals")
    return Path(folder)


def rerun(folder: str | Path, run: str) -> Replay:
    """One run of a study made again by itself, and held against what the folder keeps of it. Raises InputError."""
    from sim.experiment.replay import replay

    return replay(Path(folder), run, execution)


def verify(folder: str | Path, *, runs: int = 5, progress: Progress | None = None) -> Verified:
    """A finished study held against its files and today's program, with some of its runs made again.

    Raises InputError for a folder that holds no finished study.
    """
    from sim.experiment.replay import verify as verified

    return verified(Path(folder), runs, execution, progress)
