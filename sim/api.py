"""The verbs behind the command line and `import sim`: check, run, compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from sim.core.errors import InputError

if TYPE_CHECKING:
    from sim.analysis.comparison import Comparison
    from sim.area import Area
    from sim.evidence import ParameterTable
    from sim.scenario import Scenario
    from sim.simulator import StudySimulator
    from sim.store.folder import RunFolder
    from sim.study.plan import StudyPlan
    from sim.study.protocol import Progress

PEOPLE = 2_200
MONTHS = 24
DRAWS = 50
REPLICATES = 4
SEED = 1
LEVEL = 0.95
RUNS_FOLDER = Path("results/runs")
COMPARE_OUT = RUNS_FOLDER / "south_west"
SCENARIOS_FOLDER = Path("scenarios")
BASELINE = SCENARIOS_FOLDER / "baseline.yaml"


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


@dataclass(frozen=True)
class Prepared:
    """A study that is ready to run: everything read and checked, nothing simulated, nothing written."""

    plan: StudyPlan
    scenarios: tuple[Scenario, ...]
    area: Area
    table: ParameterTable
    level: float
    out: Path


def check(paths: Sequence[str | Path]) -> list[Scenario]:
    """Load every scenario; InputError for the first that is wrong."""
    from sim.scenario import load_scenario

    return [load_scenario(path) for path in paths]


def check_all(paths: Sequence[str | Path]) -> tuple[list[dict[str, Any]], list[str]]:
    """What each right scenario is, and one message for each wrong one; never raises InputError."""
    good: list[dict[str, Any]] = []
    problems: list[str] = []
    for path in paths:
        try:
            scenario = check([path])[0]
        except InputError as error:
            problems.append(str(error))
        else:
            good.append(
                {
                    "file": str(path),
                    "name": scenario.name,
                    "title": scenario.title,
                    "levers": len(scenario.levers),
                    "gbp_per_year": scenario.gbp_per_year,
                }
            )
    return good, problems


def evidence(name: str | None = None) -> str:
    """One parameter with its sources, a mechanism's rows, or the whole assumptions log, in words."""
    from sim.evidence import assumptions_log, describe_name, load_parameters, load_sources

    table = load_parameters()
    return assumptions_log(table) if name is None else describe_name(name, table, load_sources())


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


def plan_in_words(ready: Prepared) -> list[str]:
    """What a prepared study would run, line by line."""
    from sim.study.plan import in_words

    return [*in_words(ready.plan), f"area        {ready.area.name}", f"out         {ready.out}"]


def plan_as_dict(ready: Prepared) -> dict[str, Any]:
    """The same as a plain object."""
    plan = ready.plan
    return {
        "scenarios": list(plan.scenarios),
        "baseline": plan.baseline,
        **plan.numbers(),
        "threads": plan.threads,
        "runs": plan.runs,
        "nominal_person_days": plan.nominal_person_days,
        "area": ready.area.name,
        "out": str(ready.out),
    }


def prepare(
    paths: Sequence[str | Path] = (),
    *,
    baseline: str | Path | None = None,
    people: int = PEOPLE,
    months: int = MONTHS,
    draws: int = DRAWS,
    replicates: int = REPLICATES,
    seed: int = SEED,
    threads: int | None = None,
    area: str | Path | None = None,
    out: str | Path | None = None,
    level: float = LEVEL,
) -> Prepared:
    """Read and check all that a comparison needs; the baseline comes first among its scenarios.

    paths: scenario files; none means all of scenarios/*.yaml. A path that is the baseline's counts once.
    people: nominal size of a run; months: from the first release, 24 follow everybody for a year; draws of uncertain
    numbers, replicates of luck under each; level of the intervals; threads change no number.
    Raises InputError.
    """
    from sim.analysis.intervals import check_level
    from sim.area import load_area
    from sim.evidence import load_parameters
    from sim.scenario import load_scenario
    from sim.study.plan import StudyPlan, available_threads

    first = Path(baseline) if baseline is not None else BASELINE
    others = [Path(path) for path in paths] or sorted(SCENARIOS_FOLDER.glob("*.yaml"))
    if not first.is_file():
        raise InputError("there is no such baseline scenario", file=first, allowed="--baseline FILE")
    found, table = load_area(area), load_parameters()
    scenarios = [
        load_scenario(path, area=found, parameters=table)
        for path in dict.fromkeys([first, *others])
        if path == first or not _same(path, first)
    ]
    plan = StudyPlan(
        scenarios=tuple(scenario.name for scenario in scenarios),
        baseline=scenarios[0].name,
        people=people,
        months=months,
        draws=draws,
        replicates=replicates,
        seed=seed,
        threads=available_threads() if threads is None else threads,
    )
    return Prepared(
        plan=plan,
        scenarios=tuple(scenarios),
        area=found,
        table=table,
        level=check_level(level),
        out=COMPARE_OUT if out is None else Path(out),
    )


def compare(
    paths: Sequence[str | Path] = (),
    *,
    baseline: str | Path | None = None,
    force: bool = False,
    progress: Progress | None = None,
    **options: Unpack[Options],
) -> Comparison:
    """Run scenarios against the baseline, write the run folder, and give what it says.

    options: those of `prepare`. Raises InputError, RunFailed, StoreError.
    """
    return carry_out(prepare(paths, baseline=baseline, **options), force=force, progress=progress)


def run(
    path: str | Path, *, force: bool = False, progress: Progress | None = None, **options: Unpack[Options]
) -> Comparison:
    """Run one scenario alone; a comparison with nothing beside it, whose values carry the intervals."""
    return carry_out(prepare_run(path, **options), force=force, progress=progress)


def prepare_run(path: str | Path, **options: Unpack[Options]) -> Prepared:
    """Read and check all that one scenario alone needs; written to results/runs/<its file's name> unless told."""
    if options.get("out") is None:
        options["out"] = RUNS_FOLDER / Path(path).stem
    return prepare([path], baseline=path, **options)


def carry_out(ready: Prepared, *, force: bool = False, progress: Progress | None = None) -> Comparison:
    """Run a prepared study into its folder."""
    from sim.store.folder import RunFolder
    from sim.store.manifest import code_sha256, folder_sha256, study_id
    from sim.study.compare import run_comparison

    plan, resolved = ready.plan, [scenario.resolved() for scenario in ready.scenarios]
    parameters_sha256, area_sha256 = _parameters_sha256(ready.table), folder_sha256(ready.area.folder)
    identity = study_id(
        scenarios=resolved, baseline=plan.baseline, parameters_sha256=parameters_sha256, area_sha256=area_sha256,
        **plan.numbers(),
    )  # fmt: skip
    folder = RunFolder.create(ready.out, identity, force, code=code_sha256())
    simulator = _simulator(ready)
    spend = {scenario.name: simulator.spend(index) for index, scenario in enumerate(ready.scenarios)}
    found: list[Comparison] = []

    def complete(target: RunFolder) -> None:
        found.append(_written(ready, simulator, spend, target))

    facts = {
        "people_per_year": simulator.people_per_year,
        "parameters_sha256": parameters_sha256,
        "area": {"name": ready.area.name, "sha256": area_sha256},
        "level": ready.level,
    }
    run_comparison(plan, resolved, simulator, spend, folder, facts=facts, complete=complete, progress=progress)
    return found[0]


def is_first_compilation() -> bool:
    """True until a run with these very sources has ended on this machine."""
    from sim.core.compiled import is_first_compilation

    return is_first_compilation()


def _simulator(ready: Prepared) -> StudySimulator:
    """The engine, made ready for every run of the study."""
    from sim.simulator import StudySimulator

    plan = ready.plan
    return StudySimulator(
        ready.scenarios,
        ready.area,
        ready.table,
        people=plan.people,
        months=plan.months,
        draws=plan.draws,
        seed=plan.seed,
    )


def _written(
    ready: Prepared, simulator: StudySimulator, spend: Mapping[str, Sequence[Mapping[str, Any]]], folder: RunFolder
) -> Comparison:
    """Compute the comparison from the totals on disk and write its tables, charts and reports."""
    from sim.analysis.comparison import assemble
    from sim.analysis.cube import load_cube
    from sim.presentation.files import write_comparison
    from sim.store.manifest import code_sha256

    plan = ready.plan
    cube = load_cube(
        folder.path / "tables" / "totals.parquet",
        scenarios=plan.scenarios,
        groups=tuple(simulator.groups),
        measures=tuple(simulator.measures),
        draws=plan.draws,
        replicates=plan.replicates,
    )
    comparison = assemble(
        cube,
        study=folder.study_id,
        months=plan.months,
        code=code_sha256(),
        out=str(folder.path),
        baseline=plan.baseline,
        titles={scenario.name: scenario.title for scenario in ready.scenarios},
        spend=spend,
        level=ready.level,
        people=plan.people,
        people_per_year=simulator.people_per_year,
    )
    write_comparison(comparison, folder)
    return comparison


def _parameters_sha256(table: ParameterTable) -> str:
    """sha256 over what decides draws: every parameter's name, value, range and distribution."""
    from sim.store.manifest import canonical_json, sha256_text

    rows = [[row.name, row.value, row.low, row.high, row.distribution, row.unit] for row in table.values()]
    return sha256_text(canonical_json(sorted(rows)))


def _minute(clock: str | None, key: str) -> int | None:
    from sim.area.rows import parse_clock

    try:
        return None if clock is None else parse_clock(clock)
    except InputError as error:
        raise InputError(error.problem, key=key, allowed=error.allowed) from None


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()
