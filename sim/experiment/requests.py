"""What is asked on the command line or in Python, made into a study that is set up: scenarios, or a study file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from sim.core.arguments import checked_name, checked_path
from sim.core.errors import InputError, check_level, named, nearest_name
from sim.experiment.defaults import (
    LEVEL,
    RUNS_FOLDER,
    Options,
    Paths,
    files_asked,
    numbers_of,
    usual_out,
)
from sim.store.command_lines import command_on
from sim.store.output_path import without_detours

if TYPE_CHECKING:
    from sim.experiment.setup import StudySetup
    from sim.experiment.study_file import StudySpec
    from sim.study.analysis_spec import AnalysisSpec


def set_up_comparison(
    paths: Paths | None = None,
    *,
    baseline: str | Path | None = None,
    equal_money: float | None = None,
    **options: Unpack[Options],
) -> StudySetup:
    """Read and check all that a comparison needs; the baseline comes first among its scenarios.

    paths: a scenario's file or shipped name, or several; none means all of scenarios/*.yaml, with equal_money of
    scenarios/themes/*.yaml, the shipped ones where there is no folder scenarios/ here.
    A path that is the baseline's counts once. equal_money: GBP a year of every scenario but the baseline. Written to
    results/runs/, into the folder of `usual_out`, unless told. Raises InputError, also where nothing but the baseline
    was named.
    """
    setup = set_up_scenarios(paths, baseline=baseline, equal_money=equal_money, **options)
    if paths and len(setup.scenarios) == 1:
        alone = command_on("run", Path(setup.record.scenarios[0].file))
        raise InputError(
            f"scenario '{setup.plan.baseline}' is its own baseline, so there is nothing to compare", parameter="paths",
            allowed=f"a scenario beside the baseline, another {named('baseline')}, or '{alone}' for it alone",
        )  # fmt: skip
    return setup


def set_up_scenarios(
    paths: Paths | None = None,
    *,
    baseline: str | Path | None = None,
    equal_money: float | None = None,
    **options: Unpack[Options],
) -> StudySetup:
    """As `set_up_comparison`, and the baseline may be alone. Raises InputError."""
    from sim.experiment.setup import set_up_study
    from sim.scenario.equal_money import checked_money

    numbers = numbers_of(options)
    money = None if equal_money is None else checked_money(equal_money)
    files = files_asked(paths, baseline, is_equal_money=money is not None)
    out = _out(options, usual_out([] if not paths else files, is_equal_money=money is not None))
    return set_up_study(
        files, area=options.get("area"), level=check_level(options.get("level", LEVEL)), out=out,
        threads=options.get("threads"), equal_money=money, numbers=numbers,
    )  # fmt: skip


def set_up_run(path: str | Path, **options: Unpack[Options]) -> StudySetup:
    """Read and check all that one scenario alone needs; written to results/runs/<its file's name> unless told."""
    file = checked_path(path, "path")
    if options.get("out") is None:
        options["out"] = RUNS_FOLDER / file.stem
    return set_up_scenarios([path], baseline=path, **options)


def set_up_study_file(
    path: str | Path,
    *,
    method: str | None = None,
    precision: float | None = None,
    measure: str | None = None,
    **options: Unpack[Options],
) -> StudySetup:
    """Read and check all that a study file asks; options take the place of what it says.

    path: the file, or the name of a shipped study.
    method: of METHODS; the study is then run for this analysis alone, as the file sets it up or in the usual way.
    precision: replicates are added until the half-width of every paired difference in the measure is so small.
    Written to results/runs/<its name>, with _<method> after it, unless told. Raises InputError.
    """
    from sim.evidence import load_parameters
    from sim.experiment.setup import set_up_study
    from sim.experiment.study_file import load_study
    from sim.scenario.shipped import study_path

    checked_path(path, "path")
    file = study_path(path)
    spec = load_study(file, load_parameters())
    analysis, numbers = spec.analysis, numbers_of(options, spec.numbers)
    if method is not None:
        checked_name(method, "method")
        analysis, numbers = _for_method(analysis, numbers, method)
    analysis = _with_precision(analysis, numbers, precision, measure)
    if analysis.precision is not None and len(spec.scenarios) < 2:
        raise InputError(
            "a precision is one of differences, and the study has one scenario", parameter="precision",
            allowed="two scenarios or more",
        )  # fmt: skip
    area, level = options.get("area"), options.get("level", LEVEL if spec.level is None else spec.level)
    own_out = RUNS_FOLDER / (file.stem if method is None else f"{file.stem}_{method}")
    setup = set_up_study(
        spec.scenarios, area=spec.area if area is None else area, level=check_level(level),
        out=_out(options, own_out), threads=options.get("threads"), analysis=analysis, numbers=numbers,
    )  # fmt: skip
    _refuse_few(setup, spec, is_of_file="draws" not in options)
    return setup


def _out(options: Options, usual: Path) -> Path:
    """The run folder."""
    out = options.get("out")
    if out is None:
        return usual
    if not isinstance(out, str | Path):
        checked_path(out, "out")
    if not str(out).strip():
        raise InputError("the name of the folder is empty", parameter="out", allowed="a new or empty folder")
    return without_detours(Path(out))


def _for_method(analysis: AnalysisSpec, numbers: Mapping[str, int], method: str) -> tuple[AnalysisSpec, dict[str, int]]:
    """A study for one analysis: its design and no draws, or its draws and no design."""
    from sim.study.analysis_spec import DesignSpec
    from sim.study.methods import CHOSEN, GIVEN_DATA, METHODS, USUAL_REPLICATES, USUAL_SAMPLES

    if method in GIVEN_DATA:
        return replace(analysis, designs=(), given_data=(method,)), dict(numbers)
    if method not in CHOSEN:
        near = nearest_name(method, METHODS)
        raise InputError(f"'{method}' is not a method", parameter="method", allowed=", ".join(METHODS), nearest=near)
    usual = DesignSpec(method, USUAL_SAMPLES[method], USUAL_REPLICATES[method])
    own = next((design for design in analysis.designs if design.method == method), usual)
    return replace(analysis, designs=(own,), given_data=()), {**numbers, "draws": 0}


def _with_precision(
    analysis: AnalysisSpec, numbers: Mapping[str, int], precision: float | None, measure: str | None
) -> AnalysisSpec:
    """The analysis with the precision asked for, if one is."""
    from sim.outcomes.measures import MEASURE_NAMES
    from sim.study.analysis_spec import Precision, checked_names
    from sim.study.sequential_stopping import checked_precision

    if precision is None:
        if measure is not None:
            raise InputError(
                "a measure is chosen for a precision", parameter="measure", allowed=f"beside {named('precision')}"
            )
        return analysis
    if not numbers["draws"]:
        raise InputError(
            "a precision is one of differences over draws", parameter="precision", allowed="draws: 1 or more"
        )
    about = Precision.measure if measure is None else checked_name(measure, "measure")
    known = MEASURE_NAMES if analysis.measures is None else analysis.measures
    checked_names([about], known, what="measure", parameter="measure")
    return replace(analysis, precision=Precision(checked_precision(precision), about))


def _refuse_few(setup: StudySetup, spec: StudySpec, *, is_of_file: bool) -> None:
    """InputError where the draws are too few for a method that reads them; by the line if the file says so."""
    from sim.analysis.sensitivity_tables import refuse_few_draws

    try:
        refuse_few_draws(setup.analysis.given_data, setup.plan.draws)
    except InputError as error:
        if not is_of_file:
            raise
        key = next((key for key in ("draws", "given_data") if key in spec.lines), None)
        raise InputError(
            error.problem, file=spec.file, line=None if key is None else spec.lines[key], key=key,
            allowed=f"draws: {error.allowed}",
        ) from None  # fmt: skip
