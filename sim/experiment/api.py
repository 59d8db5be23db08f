"""The verbs behind the command line and `import sim`: check, run, compare, resume, validate, levers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from sim.core.errors import InputError, nearest_name

if TYPE_CHECKING:
    from sim.analysis.comparison import Comparison
    from sim.analysis.published import Validation
    from sim.experiment.setup import StudySetup
    from sim.experiment.simulator import StudySimulator
    from sim.outcomes.diary import Diary
    from sim.scenario import Scenario
    from sim.scenario.levers.describe import LeverDescription
    from sim.study.protocol import Progress

PEOPLE = 2_200
MONTHS = 24
DRAWS = 50
REPLICATES = 4
SEED = 1
LEVEL = 0.95
Paths = str | Path | Sequence[str | Path]
VALIDATION_RUNS, MOST_VALIDATION_RUNS = 20, 10_000
RUNS_FOLDER = Path("results/runs")
COMPARE_OUT = RUNS_FOLDER / "south_west"
EQUAL_MONEY_OUT = RUNS_FOLDER / "equal_money"


class Options(TypedDict, total=False):
    """What a study may be told beside its scenarios; meanings and defaults as in `prepare`."""

    people: int
    months: int
    draws: int
    replicates: int
    seed: int
    threads: int | None
    area: str | Path | None
    out: str | Path | None
    level: float


def check(paths: Paths, *, area: str | Path | None = None) -> tuple[list[Scenario], list[str]]:
    """The scenarios that are right, and a message for each mistake in the others; InputError for a wrong area only."""
    from sim.area import load_area
    from sim.evidence import load_parameters
    from sim.experiment.defaults import paths_asked
    from sim.scenario import load_scenario
    from sim.scenario.reading.mistakes import mistakes_in

    found, table = load_area(area), load_parameters()
    good: list[Scenario] = []
    problems: list[str] = []
    for path in paths_asked(paths):
        try:
            good.append(load_scenario(path, area=found, parameters=table))
        except InputError as first:
            mistakes = mistakes_in(path, lambda file: load_scenario(file, area=found, parameters=table), first)
            problems += [str(mistake) for mistake in mistakes]
    return good, list(dict.fromkeys(problems))


def evidence(name: str | None = None) -> str:
    """One parameter with its sources, the rows of a table or a mechanism, or the whole assumptions log, in words."""
    from sim.evidence import assumptions_log, describe_name, load_parameters, load_sources
    from sim.sensitivity.designs.parameters_read import rows_read

    table = load_parameters()
    if name is None:
        return assumptions_log(table)
    return describe_name(name, table, load_sources(), {} if name in table else rows_read(table))


def levers(name: str | None = None, *, theme: str | None = None) -> list[LeverDescription]:
    """What money can buy, with prices, payers and grades: all levers, those of a theme, or the one of that name.

    Raises InputError.
    """
    from sim.evidence import load_parameters
    from sim.scenario.levers.describe import catalogue

    return catalogue(load_parameters(), name=name, theme=theme)


def journey(
    place: str,
    service: str,
    *,
    day: str = "weekday",
    depart: str | None = None,
    arrive: str | None = None,
    area: str | Path | None = None,
) -> str:
    """One journey from door to door in words; depart and arrive are HH:MM, one of them at most. Raises InputError."""
    from sim.area import describe_journey, journey_text, load_area

    if depart is not None and arrive is not None:
        raise InputError("a journey is asked for by its departure or its arrival", allowed="--depart or --arrive")
    leave, reach = _minute(depart, "--depart"), _minute(arrive, "--arrive")
    return journey_text(describe_journey(load_area(area), place, service, day, leave, arrive_minute=reach))


def prepare(
    paths: Paths = (),
    *,
    baseline: str | Path | None = None,
    equal_money: float | None = None,
    people: int = PEOPLE,
    months: int = MONTHS,
    draws: int = DRAWS,
    replicates: int = REPLICATES,
    seed: int = SEED,
    threads: int | None = None,
    area: str | Path | None = None,
    out: str | Path | None = None,
    level: float = LEVEL,
) -> StudySetup:
    """Read and check all that a comparison needs; the baseline comes first among its scenarios.

    paths: a scenario file or several; none means all of scenarios/*.yaml, with equal_money of scenarios/themes/*.yaml.
    A path that is the baseline's counts once. equal_money: GBP a year of every scenario but the baseline.
    people: nominal size of a run; months: from the first release, 24 follow everybody for a year; draws of uncertain
    numbers, replicates of luck under each; level of the intervals; threads change no number.
    Raises InputError.
    """
    from sim.experiment.defaults import checked_level, files_asked
    from sim.experiment.setup import prepare_study
    from sim.scenario.equal_money import checked_money

    money = None if equal_money is None else checked_money(equal_money)
    usual_out = COMPARE_OUT if money is None else EQUAL_MONEY_OUT
    return prepare_study(
        files_asked(paths, baseline, is_equal_money=money is not None), area=area, level=checked_level(level),
        out=usual_out if out is None else Path(out), threads=threads, equal_money=money, people=people, months=months,
        draws=draws, replicates=replicates, seed=seed,
    )  # fmt: skip


def compare(
    paths: Paths = (),
    *,
    baseline: str | Path | None = None,
    equal_money: float | None = None,
    force: bool = False,
    progress: Progress | None = None,
    **options: Unpack[Options],
) -> Comparison:
    """Run scenarios against the baseline, write the run folder, and give what it says.

    equal_money, options: those of `prepare`. Raises InputError, RunFailed, StoreError.
    """
    ready = prepare(paths, baseline=baseline, equal_money=equal_money, **options)
    return carry_out(ready, force=force, progress=progress)


def run(
    path: str | Path, *, force: bool = False, progress: Progress | None = None, **options: Unpack[Options]
) -> Comparison:
    """Run one scenario alone; a comparison with nothing beside it, whose values carry the intervals."""
    return carry_out(prepare_run(path, **options), force=force, progress=progress)


def prepare_run(path: str | Path, **options: Unpack[Options]) -> StudySetup:
    """Read and check all that one scenario alone needs; written to results/runs/<its file's name> unless told."""
    if options.get("out") is None:
        options["out"] = RUNS_FOLDER / Path(path).stem
    return prepare([path], baseline=path, **options)


def resume(folder: str | Path, *, threads: int | None = None, progress: Progress | None = None) -> Comparison:
    """Go on with the unfinished study of a folder until it is done, and give what it says; a finished one is read.

    Scenarios, area and evidence are read again; InputError when one of them, or the program, has changed since.
    """
    from sim.analysis.saved import read_comparison
    from sim.store.folder import tidy_finished

    if is_finished(folder):
        tidy_finished(Path(folder))
        return read_comparison(folder)
    return carry_out(prepare_resume(folder, threads=threads), progress=progress)


def prepare_resume(folder: str | Path, *, threads: int | None = None) -> StudySetup:
    """Read and check all that the unfinished study of a folder needs. Raises InputError."""
    from sim.experiment.setup import prepare_again

    return prepare_again(Path(folder), threads=threads)


def person(
    folder: str | Path, number: int, *, scenario: str | None = None, draw: int = 1, replicate: int = 1
) -> list[Diary]:
    """The diaries of one person of a study: under its baseline, and under one other scenario or all of them.

    number: from 0; draw, replicate: from 1. The study's files are read again, and its world is lived again. Raises
    InputError.
    """
    from sim.experiment.diary import diary
    from sim.experiment.setup import prepare_again

    ready = prepare_again(Path(folder), threads=1)
    plan = ready.plan
    for key, value, most in (("--draw", draw, plan.draws), ("--replicate", replicate, plan.replicates)):
        if not 1 <= value <= most:
            raise InputError(f"{value} is not one of this study's", key=key, allowed=f"1 to {most}")
    if scenario is not None and scenario not in plan.scenarios:
        nearest = nearest_name(scenario, plan.scenarios)
        allowed = ", ".join(plan.scenarios)
        raise InputError(
            f"'{scenario}' is not a scenario of this study", key="--scenario", allowed=allowed, nearest=nearest
        )
    chosen = [k for k, name in enumerate(plan.scenarios) if k == 0 or scenario in (None, name)]
    simulator = _simulator(ready)
    return [diary(simulator, k, draw=draw - 1, replicate=replicate - 1, number=number) for k in chosen]


def is_finished(folder: str | Path) -> bool:
    """Whether a folder holds a finished study."""
    from sim.store.study_record import is_finished

    return is_finished(Path(folder))


def carry_out(ready: StudySetup, *, force: bool = False, progress: Progress | None = None) -> Comparison:
    """Run a prepared study into its folder, which no other process may write to meanwhile.

    Raises InputError, RunFailed, StoreError or KeyboardInterrupt; what is done by then is kept for `resume`.
    """
    from sim.experiment.run import StudyRun
    from sim.store.folder import RunFolder

    RunFolder.check(ready.out, ready.record.study, force)
    if not ready.plan.draws:
        raise InputError(
            "the study has no draws, so it compares nothing",
            file=ready.out,
            allowed="'throughgate resume' in a terminal",
        )
    execution = StudyRun(ready, _simulator(ready))
    execution.whole(force=force, progress=progress)
    assert execution.comparison is not None
    return execution.comparison


def validate(
    *,
    runs: int = VALIDATION_RUNS,
    people: int = PEOPLE,
    seed: int = SEED,
    baseline: str | Path | None = None,
    area: str | Path | None = None,
    progress: Progress | None = None,
) -> Validation:
    """The baseline at reference values held against every published figure in sim/evidence/targets.csv."""
    from sim.evidence.targets import load_targets
    from sim.experiment.defaults import BASELINE
    from sim.experiment.simulator import StudySimulator
    from sim.experiment.validation import validate

    if not 1 <= runs <= MOST_VALIDATION_RUNS:
        raise InputError(f"{runs} is not a number this takes", key="--runs", allowed=f"1 to {MOST_VALIDATION_RUNS:,}")
    ready = prepare([baseline or BASELINE], baseline=baseline, people=people, draws=1, seed=seed, area=area)
    simulator = StudySimulator(
        ready.scenarios, ready.area, ready.table, people=people, months=MONTHS, draws=1, seed=seed, reference=True
    )
    return validate(simulator, load_targets(), runs=runs, progress=progress)


def is_first_compilation() -> bool:
    """True until a run with these very sources has ended on this machine."""
    from sim.core.compiled import is_first_compilation

    return is_first_compilation()


def _simulator(ready: StudySetup) -> StudySimulator:
    """The engine, made ready for every run of the study."""
    from sim.experiment.simulator import StudySimulator

    plan = ready.plan
    return StudySimulator(
        ready.scenarios, ready.area, ready.table, people=plan.people, months=plan.months, draws=plan.draws,
        seed=plan.seed, designs=ready.designs,
    )  # fmt: skip


def _minute(clock: str | None, key: str) -> int | None:
    from sim.area.rows import parse_clock

    try:
        return None if clock is None else parse_clock(clock)
    except InputError as error:
        raise InputError(error.problem, key=key, allowed=error.allowed) from None
