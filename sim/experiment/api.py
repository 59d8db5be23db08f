"""The verbs behind the command line and `import sim`: check, compare, run, study, resume, pair, report and more."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from sim.core.arguments import checked_flag, checked_function, checked_name, checked_path, whole_number
from sim.core.errors import InputError, named, nearest_name
from sim.experiment.defaults import (
    Options,
    Paths,
    listed,
)

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.comparison import Comparison
    from sim.experiment.replay import Replay
    from sim.experiment.report import Reported
    from sim.experiment.run import StudyRun
    from sim.experiment.setup import StudySetup
    from sim.experiment.verify import Verified
    from sim.outcomes.diary import Diary
    from sim.scenario import Scenario
    from sim.scenario.levers.describe import LeverDescription
    from sim.study.protocol import Progress


def check(paths: Paths, *, area: str | Path | None = None) -> tuple[list[Scenario], list[str]]:
    """The scenarios that are right, and a message for each mistake in the others; InputError for a wrong area only."""
    from sim.area import load_area
    from sim.core.mistakes import all_by_line
    from sim.engine.early_release import refuse_too_large
    from sim.evidence import load_parameters
    from sim.scenario import load_scenario

    loaded_area, table = load_area(None if area is None else checked_path(area, "area")), load_parameters()
    refuse_too_large(loaded_area, table.reference())
    good: list[Scenario] = []
    problems: list[str] = []
    for path in listed(paths):
        try:
            good.append(load_scenario(path, area=loaded_area, parameters=table))
        except InputError as first:
            problems += [str(mistake) for mistake in all_by_line(first, Path(path))]
    return good, list(dict.fromkeys(problems))


def evidence(name: str | None = None) -> str:
    """One parameter with its sources, the rows of a table or a mechanism, or the whole assumptions log, in words."""
    from sim.evidence import assumptions_log, describe_name, load_parameters, load_sources
    from sim.sensitivity.designs.parameters_read import rows_read

    table = load_parameters()
    if name is None:
        return assumptions_log(table)
    name = checked_name(name, "name")
    return describe_name(name, table, load_sources(), {} if name in table else rows_read(table))


def levers(name: str | None = None, *, theme: str | None = None) -> list[LeverDescription]:
    """What money can buy, with prices, payers and grades: all levers, those of a theme, or the one of that name.

    Raises InputError.
    """
    from sim.evidence import load_parameters
    from sim.scenario.levers.describe import catalogue

    name = None if name is None else checked_name(name, "name")
    theme = None if theme is None else checked_name(theme, "theme")
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
        raise InputError(
            "a journey is asked for by its departure or its arrival", allowed=f"{named('depart')} or {named('arrive')}"
        )
    place, service = checked_name(place, "place"), checked_name(service, "service")
    leave, reach = _minute(depart, "depart"), _minute(arrive, "arrive")
    ground, day = load_area(None if area is None else checked_path(area, "area")), checked_name(day, "day")
    return journey_text(describe_journey(ground, place, service, day, leave, arrive_minute=reach))


def compare(
    paths: Paths | None = None,
    *,
    baseline: str | Path | None = None,
    equal_money: float | None = None,
    force: bool = False,
    progress: Progress | None = None,
    **options: Unpack[Options],
) -> Comparison:
    """Run scenarios against the baseline, write the run folder, and give what it says.

    paths: a scenario file or several; none means all of scenarios/*.yaml, with equal_money of scenarios/themes/*.yaml.
    equal_money: GBP a year of every scenario but the baseline. options: of `Options`; without `out` all scenarios go to
    results/runs/south_west, named ones to a folder of their names. force: replace what the folder holds. Raises
    InputError, RunFailed, StoreError.
    """
    from sim.experiment.requests import set_up_comparison

    force, progress = checked_flag(force, "force"), checked_function(progress, "progress")
    setup = set_up_comparison(paths, baseline=baseline, equal_money=equal_money, **options)
    return _compared(setup, force=force, progress=progress)


def run(
    path: str | Path, *, force: bool = False, progress: Progress | None = None, **options: Unpack[Options]
) -> Comparison:
    """Run one scenario alone; a comparison with nothing beside it, whose values carry the intervals."""
    from sim.experiment.requests import set_up_run

    force, progress = checked_flag(force, "force"), checked_function(progress, "progress")
    return _compared(set_up_run(path, **options), force=force, progress=progress)


def run_study(
    path: str | Path,
    *,
    method: str | None = None,
    force: bool = False,
    progress: Progress | None = None,
    **options: Unpack[Options],
) -> Path:
    """Run the study of a file into its folder, which is given: tables, charts, pages, manifest.json.

    method: a method of sensitivity analysis, to run the study for this analysis alone. options: of `Options`, in place
    of what the file says. Raises InputError, RunFailed, StoreError.
    """
    from sim.experiment.carry_out import carry_out
    from sim.experiment.requests import set_up_study_file

    force, progress = checked_flag(force, "force"), checked_function(progress, "progress")
    setup = set_up_study_file(path, method=method, **options)
    _warn_of_charts(carry_out(setup, force=force, progress=progress))
    return setup.out


def resume(folder: str | Path, *, threads: int | None = None, progress: Progress | None = None) -> Comparison:
    """Go on with the unfinished study of a folder until it is done, and give what it says; a finished one is read.

    Scenarios, area and evidence are read again; InputError when one of them, or the program, has changed since. A
    warning for each file of a finished study that is not as it was written, and InputError where its tables are not.
    """
    from sim.analysis.saved import read_comparison
    from sim.experiment.setup import set_up_again

    folder, progress = checked_path(folder, "folder"), checked_function(progress, "progress")
    if is_finished(folder):
        comparison = read_comparison(finished(folder))
        for error in differences(folder).values():
            warnings.warn(str(error), stacklevel=2)
        return comparison
    return _compared(set_up_again(folder, threads=threads), progress=progress)


def _compared(setup: StudySetup, *, force: bool = False, progress: Progress | None = None) -> Comparison:
    """Run a study and give the comparison of its scenarios over its draws; InputError where it has none."""
    from sim.experiment.carry_out import carry_out
    from sim.store.folder import RunFolder

    RunFolder.check(setup.out, setup.record.study, force, setup.record.content())
    if not setup.plan.draws:
        raise InputError(
            "the study has no draws, so it compares nothing",
            file=setup.out,
            allowed="'throughgate resume' in a terminal",
        )
    study = carry_out(setup, force=force, progress=progress)
    assert study.comparison is not None
    _warn_of_charts(study)
    return study.comparison


def _warn_of_charts(study: StudyRun) -> None:
    """A warning for each chart that could not be drawn; the study stands."""
    for name, reason in study.undrawn.items():
        warnings.warn(f"chart '{name}' could not be drawn: {reason}", stacklevel=4)


def person(
    folder: str | Path, number: int, *, scenario: str | None = None, draw: int = 1, replicate: int = 1
) -> list[Diary]:
    """The diaries of one person of a study: under its baseline, and under one other scenario or all of them.

    number: from 0; draw, replicate: from 1. The study's files are read again, and its world is lived again. Raises
    InputError.
    """
    from sim.experiment.diary import diary
    from sim.experiment.setup import set_up_again
    from sim.experiment.simulator import simulator_of
    from sim.store.folder import tidy_finished
    from sim.store.reading import refuse_other_study_file, sealed_manifest

    folder = checked_path(folder, "folder")
    tidy_finished(folder)
    if is_finished(folder):  # so that nobody takes a diary for one of a study that is not as it was written
        refuse_other_study_file(folder, sealed_manifest(folder))
    setup = set_up_again(folder, threads=1)
    plan = setup.plan
    number = whole_number(number, "number")  # its range is that of the people of the run
    draw, replicate = whole_number(draw, "draw"), whole_number(replicate, "replicate")
    for parameter, value, most in (("draw", draw, plan.draws), ("replicate", replicate, plan.replicates)):
        if not 1 <= value <= most:
            raise InputError(f"{value} is not one of this study's", parameter=parameter, allowed=f"1 to {most}")
    scenario = None if scenario is None else checked_name(scenario, "scenario")
    if scenario is not None and scenario not in plan.scenarios:
        nearest = nearest_name(scenario, plan.scenarios)
        allowed = ", ".join(plan.scenarios)
        raise InputError(
            f"'{scenario}' is not a scenario of this study", parameter="scenario", allowed=allowed, nearest=nearest
        )
    shown = [k for k, name in enumerate(plan.scenarios) if k == 0 or scenario in (None, name)]
    simulator = simulator_of(setup)
    return [diary(simulator, k, draw=draw - 1, replicate=replicate - 1, number=number) for k in shown]


def finished(folder: str | Path) -> Path:
    """The folder of a finished study, its tables as they were written, and nothing left by a writer that was killed at
    the end.

    Raises InputError for a damaged folder, every damaged table being a mistake, and for one of an earlier schema.
    """
    from sim.store.lock import undisturbed
    from sim.store.reading import whole_results

    folder = _tidied(folder)
    with undisturbed(folder):
        whole_results(folder).check("totals")  # which a manifest may not list
    return folder


def differences(folder: str | Path) -> dict[str, InputError]:
    """The refusal of every file of a finished study that is not as it was written, by its name, with what mends it.

    Raises InputError for a folder whose manifest is damaged, and for one of an earlier schema.
    """
    from sim.store.lock import undisturbed
    from sim.store.reading import differences

    folder = _tidied(folder)
    with undisturbed(folder):
        return differences(folder)


def _tidied(folder: str | Path) -> Path:
    """The folder of a finished study of today's schema, with nothing left by a writer that was killed at the end."""
    from sim.store.folder import STUDY_FILE, tidy_finished
    from sim.store.older import refuse_older

    folder = checked_path(folder, "folder")
    refuse_older(folder / STUDY_FILE)
    tidy_finished(folder)
    return folder


def rerun(folder: str | Path, run: str) -> Replay:
    """One run of a study made again by itself, and held against what the folder keeps of it. Raises InputError.

    run: SCENARIO:DRAW:REPLICATE, as in tables/totals.parquet.
    """
    from sim.experiment.replay import replay
    from sim.store.lock import undisturbed

    folder, run = checked_path(folder, "folder"), checked_name(run, "run")
    with undisturbed(folder):
        return replay(folder, run)


def verify(folder: str | Path, *, runs: int = 5, progress: Progress | None = None) -> Verified:
    """A finished study held against its seal, its files, its own totals and today's program: tables that are made of
    the totals are made again, and so are some of its runs.

    Raises InputError for a folder that holds no finished study.
    """
    from sim.experiment.verify import verify
    from sim.store.lock import undisturbed

    folder, runs = checked_path(folder, "folder"), whole_number(runs, "runs", 0, 100_000)
    progress = checked_function(progress, "progress")
    with undisturbed(folder):
        return verify(folder, runs, progress)


def pair(folder: str | Path, scenario: str, against: str) -> pd.DataFrame:
    """One scenario of a finished study against any other: paired differences of every group and measure, with intervals
    and chances, in the columns of tables/groups. Raises InputError.
    """
    from sim.analysis.saved import read_pair

    folder = finished(folder)
    return read_pair(folder, checked_name(scenario, "scenario"), checked_name(against, "against"))


def report(folder: str | Path, *, out: str | Path | None = None, whom: str | None = None) -> Reported:
    """Draw pages and charts of a finished study again from its tables, without the model; the manifest stays as it is.

    whom: women, alcohol, a council or place..., of whom pages, charts and tables are then, in a folder beside.
    out: a folder of their own; without it they lie where the study's pages and charts lie. Either way report.json lists
    them. Raises InputError for a damaged or unfinished study and for an `out` that holds something else; StoreError.
    """
    from sim.experiment.report import report
    from sim.store.lock import undisturbed
    from sim.store.output_path import without_detours

    if isinstance(out, str) and not out.strip():
        raise InputError("the name of the folder is empty", parameter="out", allowed="a new or empty folder")
    folder, target = checked_path(folder, "folder"), None if out is None else without_detours(checked_path(out, "out"))
    whom = None if whom is None else checked_name(whom, "for")
    with undisturbed(folder):
        return report(folder, target, whom)


def is_finished(folder: str | Path) -> bool:
    """Whether a folder holds a finished study."""
    from sim.store.study_record import is_finished

    return is_finished(checked_path(folder, "folder"))


def is_first_compilation() -> bool:
    """True until a run with these very sources has ended on this machine."""
    from sim.core.compiled import is_first_compilation

    return is_first_compilation()


def _minute(clock: str | None, parameter: str) -> int | None:
    """Minute of the day of HH:MM."""
    from sim.core.cells import parse_clock

    try:
        return None if clock is None else parse_clock(checked_name(clock, parameter))
    except InputError as error:
        raise InputError(error.problem, parameter=parameter, allowed=error.allowed) from None
