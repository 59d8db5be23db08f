"""From what is asked to a study that is ready to run, and the same again from the folder of an unfinished one.

Everything is read and checked here; nothing is simulated and nothing written.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError
from sim.experiment.workload import nominal_person_days
from sim.scenario.equal_money import checked_money, with_equal_money
from sim.scenario.shipped import is_shipped_name, recorded_as, recorded_path
from sim.store.folder import MANIFEST_FILE, STUDY_FILE
from sim.store.manifest import canonical_json, folder_sha256, made_by, sha256_text, study_id
from sim.store.study_record import (
    ScenarioRef,
    StudyRecord,
    damaged,
    is_finished,
    not_of_the_command,
    paths_from,
    read_study_file,
    refuse_changes,
)
from sim.study.analysis_spec import NO_ANALYSIS, AnalysisSpec
from sim.study.plan import PointSet, StudyPlan, available_threads, in_words

if TYPE_CHECKING:
    from sim.area import Area
    from sim.evidence import ParameterTable
    from sim.scenario import Scenario
    from sim.sensitivity.designs import Design


@dataclass(frozen=True)
class StudySetup:
    """A study that is ready to run: everything read and checked, nothing simulated, nothing written.

    record: what study.json says of the study. shape, designs: what a study file asks beyond a comparison, and its
    designs as made.
    """

    plan: StudyPlan
    scenarios: tuple[Scenario, ...]
    area: Area
    table: ParameterTable
    level: float
    out: Path
    record: StudyRecord
    analysis: AnalysisSpec = NO_ANALYSIS
    designs: tuple[Design, ...] = ()

    @property
    def equal_money(self) -> float | None:
        """GBP a year that every scenario beside the baseline was brought to, if they were."""
        return self.record.equal_money

    @property
    def nominal_person_days(self) -> int:
        """Person-days as the manifest will count them, to a few in a hundred."""
        narrowed = getattr(self.scenarios[0], "narrowed", None)
        return nominal_person_days(self.plan, self.table, narrowed, self.designs)


def prepare_study(
    paths: Sequence[Path],
    *,
    area: str | Path | None,
    level: float,
    out: Path,
    threads: int | None,
    equal_money: float | None = None,
    analysis: AnalysisSpec = NO_ANALYSIS,
    **numbers: int,
) -> StudySetup:
    """Read and check all that a study needs. paths: scenario files, the baseline first; numbers: those of the plan.

    equal_money: GBP a year that every scenario beside the baseline is brought to. shape: what a study file asks beyond
    a comparison. Raises InputError.
    """
    from sim.area import load_area
    from sim.evidence import load_parameters
    from sim.scenario import load_scenario

    found, table = load_area(area), load_parameters()
    scenarios = tuple(load_scenario(path, area=found, parameters=table) for path in paths)
    if equal_money is not None:
        equal_money = checked_money(equal_money)
        scenarios = with_equal_money(scenarios, equal_money, table)
    designs = analysis.made(table.narrow(getattr(scenarios[0], "narrowed", None) or {}), numbers["seed"])
    plan = StudyPlan(
        scenarios=tuple(scenario.name for scenario in scenarios),
        baseline=scenarios[0].name,
        threads=available_threads() if threads is None else threads,
        designs=tuple(PointSet(design.name, design.points, design.replicates) for design in designs),
        **numbers,
    )
    asked_area = None if area is None else Path(area).as_posix()
    record = _record(plan, scenarios, paths, found, table, asked_area, level, equal_money, out, analysis)
    return StudySetup(
        plan=plan, scenarios=scenarios, area=found, table=table, level=level, out=out, record=record, analysis=analysis,
        designs=designs,
    )  # fmt: skip


def prepare_again(folder: Path, *, threads: int | None = None, base: Path | None = None) -> StudySetup:
    """The study of a folder, read and checked anew. base: where its relative file names begin, if that is known.

    Raises InputError when the folder holds none, when a file is gone or wrong, and, naming what has changed, when it
    would no longer be the same study.
    """
    held = read_study_file(folder)
    now = as_of_today(held, folder, threads=threads, base=base)
    refuse_changes(held, now.record, folder)
    return replace(now, record=held)


def as_of_today(held: StudyRecord, folder: Path, *, threads: int | None = None, base: Path | None = None) -> StudySetup:
    """What the study file of a folder asks, from the files and the program of today, which may have changed since."""
    base = base_of(held, folder) if base is None else base
    paths = [recorded_path(asked.file, base) for asked in held.scenarios]
    for path, asked in zip(paths, held.scenarios, strict=True):
        if not path.is_file():
            raise InputError(
                f"the study needs '{asked.file}' (scenario '{asked.name}'), and there is no such file",
                file=folder,
                allowed="that file where it was, or give this command in the folder in which the study was begun",
            )
    area = None if held.area is None else _area(base, held.area)
    try:
        return prepare_study(
            paths,
            area=area,
            level=held.level,
            out=folder,
            threads=threads,
            equal_money=held.equal_money,
            analysis=_analysis(held, folder),
            **_numbers(held, folder),
        )
    except InputError as error:
        raise not_of_the_command(error, folder) from None


def _numbers(held: StudyRecord, folder: Path) -> dict[str, int]:
    """The study's numbers; of a finished one that chose its replicates by a precision, those that it chose."""
    numbers = dict(held.numbers)
    if held.analysis.get("precision") and is_finished(folder):
        with suppress(OSError, ValueError, KeyError, TypeError):
            numbers["replicates"] = int(json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))["replicates"])
    return numbers


def reshaped(ready: StudySetup, analysis: AnalysisSpec, numbers: Mapping[str, int]) -> StudySetup:
    """The study of a folder with another shape or other numbers, in the same folder."""
    record = ready.record
    asked = replace(record, analysis=json_safe(analysis.plain()), numbers={**record.numbers, **numbers})
    now = as_of_today(asked, ready.out, threads=ready.plan.threads)
    given = tuple(
        then._replace(sha256=today.sha256) for then, today in zip(record.scenarios, now.record.scenarios, strict=True)
    )
    named = replace(now.record, scenarios=given, area=record.area, paths_from=record.paths_from)  # as first given
    return replace(now, record=named)


def parameters_sha256(table: ParameterTable) -> str:
    """sha256 over what decides draws: every parameter's name, value, range and distribution."""
    rows = [[row.name, row.value, row.low, row.high, row.distribution, row.unit] for row in table.values()]
    return sha256_text(canonical_json(sorted(rows)))


def plan_in_words(ready: StudySetup) -> list[str]:
    """What a prepared study would run, line by line."""
    money = ready.equal_money
    equal = [] if money is None else [f"money       {money:,.0f} GBP a year for every scenario but the baseline"]
    days = f"person-days about {ready.nominal_person_days:,}, those of the years before and after included"
    return [*in_words(ready.plan), days, *equal, f"area        {ready.area.name}", f"out         {ready.out}"]


def plan_as_dict(ready: StudySetup) -> dict[str, Any]:
    """The same as a plain object."""
    plan = ready.plan
    return {
        "scenarios": list(plan.scenarios),
        "baseline": plan.baseline,
        **plan.numbers(),
        "threads": plan.threads,
        "runs": plan.runs,
        "nominal_person_days": ready.nominal_person_days,
        "equal_money_gbp_per_year": ready.equal_money,
        "area": ready.area.name,
        "out": str(ready.out),
    }


def _record(
    plan: StudyPlan,
    scenarios: Sequence[Scenario],
    paths: Sequence[Path],
    area: Area,
    table: ParameterTable,
    asked_area: str | None,
    level: float,
    equal_money: float | None,
    out: Path,
    analysis: AnalysisSpec,
) -> StudyRecord:
    """What study.json is to say of a study."""
    resolved = [scenario.resolved() for scenario in scenarios]
    evidence, ground = parameters_sha256(table), folder_sha256(area.folder)
    decided = plan.numbers()
    if analysis.precision is not None:
        decided["replicates"] = 0  # chosen by the runs themselves
    identity = study_id(
        scenarios=resolved, baseline=plan.baseline, parameters_sha256=evidence, area_sha256=ground,
        analysis=json_safe(analysis.deciding()), **decided,
    )  # fmt: skip
    asked = (
        ScenarioRef(scenario.name, recorded_as(path), sha256_text(canonical_json(plain)))
        for scenario, path, plain in zip(scenarios, paths, resolved, strict=True)
    )
    return StudyRecord(
        study=identity,
        scenarios=tuple(asked),
        area=asked_area,
        paths_from=paths_from(out),
        numbers=plan.numbers(),
        level=level,
        equal_money=equal_money,
        area_sha256=ground,
        parameters_sha256=evidence,
        program=made_by(),
        analysis=json_safe(analysis.plain()),
    )


def json_safe(content: Mapping[str, Any]) -> dict[str, Any]:
    """The same as JSON reads it back: tuples as lists."""
    found: dict[str, Any] = json.loads(canonical_json(content))
    return found


def _analysis(held: StudyRecord, folder: Path) -> AnalysisSpec:
    """The shape that study.json keeps; InputError when it is damaged."""
    try:
        return AnalysisSpec.of_plain(held.analysis)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise damaged(folder / STUDY_FILE) from None


def base_of(held: StudyRecord, folder: Path) -> Path:
    """The folder from which the study's relative names count: here, or where the study was begun."""
    if held.paths_from is not None:
        begun = Path(os.path.normpath(Path.cwd() / folder / held.paths_from))
        written = [asked.file for asked in held.scenarios if not is_shipped_name(asked.file)]
        if begun != Path.cwd() and (not written or (begun / written[0]).is_file()):
            return begun
    return Path()


def _area(base: Path, asked: str) -> Path | str:
    """The area's folder below the base; the name as it is when no such folder is there (a shipped area's name)."""
    return base / asked if (base / asked).is_dir() else asked
