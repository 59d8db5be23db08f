"""A study set up from its scenario files, and set up again from the folder of one that has begun.

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

from sim.core.arguments import checked_path, plain
from sim.core.errors import InputError
from sim.core.files import what_stands_there, working_folder
from sim.evidence.price_choices import with_prices
from sim.evidence.recall_laws import law_remark
from sim.experiment.copies import copies_of
from sim.experiment.workload import nominal_person_days
from sim.scenario.comparable import refuse_incomparable
from sim.scenario.equal_money import checked_money, refuse_crowded, with_equal_money
from sim.scenario.shipped import is_shipped_name, recorded_as, recorded_path
from sim.store.folder import STUDY_FILE
from sim.store.manifest import canonical_json, folder_sha256, made_by, parameters_sha256, sha256_text, study_id
from sim.store.manifest_file import read_manifest
from sim.store.study_record import (
    ScenarioRef,
    StudyRecord,
    changes_of_study,
    damaged,
    is_finished,
    paths_from,
    read_study_file,
    refuse_changes,
)
from sim.study.analysis_spec import NO_ANALYSIS, AnalysisSpec
from sim.study.plan import PointSet, StudyPlan, available_threads

if TYPE_CHECKING:
    from sim.area import Area
    from sim.evidence import ParameterTable
    from sim.scenario import Scenario
    from sim.sensitivity.designs import Design


@dataclass(frozen=True)
class StudySetup:
    """A study with all that its runs need: plan, scenarios, area, evidence and designs, read and checked.

    level: of the intervals, a share of one; out: the run folder; record: what study.json says of the study; analysis:
    what a study file asks beyond a comparison; designs: the points of it, as made. from_copies: whether the scenarios
    are those that the study's manifest keeps, because its files are not known from here.
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
    from_copies: bool = False

    @property
    def narrowed_table(self) -> ParameterTable:
        """The evidence as the scenarios have it: with the prices that they choose and the ranges that they narrow."""
        return with_prices(self.table, self.scenarios[0].prices).narrow(self.scenarios[0].narrowed)

    @property
    def equal_money(self) -> float | None:
        """GBP a year that every scenario beside the baseline was brought to, if they were."""
        return self.record.equal_money

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader must know of the runs, in sentences: a law of recall that changes within them."""
        said = (law_remark(one.starts, self.plan.months, one.recall_law) for one in self.scenarios)
        return tuple(dict.fromkeys(filter(None, said)))

    @property
    def nominal_person_days(self) -> int:
        """Person-days as the manifest will count them, to a few in a hundred."""
        return nominal_person_days(self.plan, self.table, self.scenarios[0].narrowed, self.designs)


def set_up_study(
    paths: Sequence[Path],
    *,
    area: str | Path | None,
    level: float,
    out: Path,
    threads: int | None,
    equal_money: float | None = None,
    analysis: AnalysisSpec = NO_ANALYSIS,
    numbers: Mapping[str, int],
    kept: Sequence[Scenario] | None = None,
) -> StudySetup:
    """Read and check all that a study needs. paths: scenario files, the baseline first; numbers: those of the plan.

    equal_money: GBP a year that every scenario beside the baseline is brought to. analysis: what a study file asks
    beyond a comparison. kept: the scenarios, brought to their money already, where the files are not to be read.
    Raises InputError.
    """
    from sim.area import load_area
    from sim.engine.early_release import refuse_too_large
    from sim.evidence import load_parameters
    from sim.scenario import load_scenario

    ground, table = load_area(None if area is None else checked_path(area, "area")), load_parameters()
    equal_money = None if equal_money is None else checked_money(equal_money)
    if kept is None:
        scenarios = tuple(load_scenario(path, area=ground, parameters=table) for path in paths)
        refuse_incomparable(scenarios)
        if equal_money is not None:
            scenarios = with_equal_money(scenarios, equal_money, table)
            refuse_crowded(scenarios, table, ground)
    else:
        scenarios = tuple(kept)
    refuse_too_large(ground, table.reference(scenarios[0].narrowed))
    designs = analysis.made(with_prices(table, scenarios[0].prices).narrow(scenarios[0].narrowed), numbers["seed"])
    plan = StudyPlan(
        scenarios=tuple(scenario.name for scenario in scenarios),
        baseline=scenarios[0].name,
        threads=available_threads() if threads is None else plain(threads),
        designs=tuple(PointSet(design.name, design.points, design.replicates) for design in designs),
        **numbers,
    )
    named_area = None if area is None else Path(area).as_posix()
    record = _record(plan, scenarios, paths, ground, table, named_area, level, equal_money, out, analysis)
    return StudySetup(
        plan=plan, scenarios=scenarios, area=ground, table=table, level=level, out=out, record=record,
        analysis=analysis, designs=designs, from_copies=kept is not None,
    )  # fmt: skip


def set_up_again(folder: Path, *, threads: int | None = None, base: Path | None = None) -> StudySetup:
    """The study of a folder, read and checked anew. base: where its relative file names begin, if that is known.

    Raises InputError when the folder holds none, when a file is gone or wrong, and, naming what has changed, when it
    would no longer be the same study.
    """
    stored = read_study_file(folder)
    now = as_of_today(stored, folder, threads=threads, base=base)
    refuse_changes(stored, now.record, folder)
    return replace(now, record=stored)


def as_of_today(
    stored: StudyRecord, folder: Path, *, threads: int | None = None, base: Path | None = None
) -> StudySetup:
    """What the study file of a folder asks, from the files and the program of today, which may have changed since."""
    try:
        return _set_up_record(stored, folder, threads, base)
    except InputError as error:
        raise mistake_in_record(error, folder) from None


def _set_up_record(stored: StudyRecord, folder: Path, threads: int | None, base: Path | None) -> StudySetup:
    """From the study's files where these are known from here; a finished one else from its own copies, so that it is
    the same study in whatever folder the command is given."""
    begun = _begun(stored, folder) if base is None else base
    paths = [recorded_path(scenario.file, begun or Path()) for scenario in stored.scenarios]
    missing = next((asked for path, asked in zip(paths, stored.scenarios, strict=True) if not path.is_file()), None)
    area = None if stored.area is None else _area(begun or Path(), stored.area)

    def set_up(kept: Sequence[Scenario] | None = None) -> StudySetup:
        return set_up_study(
            paths, area=area, level=stored.level, out=folder, threads=threads, equal_money=stored.equal_money,
            analysis=_analysis(stored, folder), numbers=_numbers(stored, folder), kept=kept,
        )  # fmt: skip

    copies = copies_of(stored, folder) if begun is None or missing else None
    if copies is not None:
        with suppress(InputError):
            if not missing and not changes_of_study(stored, (found := set_up()).record):
                return found
        return set_up(copies)
    if missing:
        stands = what_stands_there(recorded_path(missing.file, begun or Path()))
        raise InputError(
            f"the study needs '{missing.file}' (scenario '{missing.name}'), and "
            f"{'this ' + stands if stands else 'there is no such file'}",
            file=folder,
            allowed="that file where it was, or give this command in the folder in which the study was begun",
        )
    try:
        return set_up()
    except InputError:  # a file that is broken now, or extends one that is gone
        copies = copies_of(stored, folder)
        if copies is None:
            raise
        return set_up(copies)


def mistake_in_record(error: InputError, folder: Path) -> InputError:
    """A mistake in what a folder's study was asked, told by its place in study.json: only the threads are given anew.

    A mistake in a file, or in the threads, is told as it is.
    """
    if not error.parameters - {"threads"} or error.file == str(folder / STUDY_FILE):
        return error
    is_number = error.parameter is not None
    return InputError(
        f"the study file is damaged: {error.problem}" if is_number else f"this cannot go on: {error.problem}",
        file=folder / STUDY_FILE,
        key=error.parameter if is_number else "equal_money_gbp_per_year",
        allowed=damaged(folder / STUDY_FILE).allowed,
    )


def _numbers(stored: StudyRecord, folder: Path) -> dict[str, int]:
    """The study's numbers; of a finished one that chose its replicates by a precision, those that it chose."""
    numbers = dict(stored.numbers)
    if stored.analysis.get("precision") and is_finished(folder):
        with suppress(InputError, KeyError):
            numbers["replicates"] = read_manifest(folder)["replicates"]
    return numbers


def reshaped(setup: StudySetup, analysis: AnalysisSpec, numbers: Mapping[str, int]) -> StudySetup:
    """The study of a folder with another analysis or other numbers, in the same folder. Raises InputError."""
    record = setup.record
    larger = replace(record, analysis=json_safe(analysis.plain()), numbers={**record.numbers, **numbers})
    now = _set_up_record(larger, setup.out, setup.plan.threads, None)
    scenarios = tuple(
        then._replace(sha256=today.sha256) for then, today in zip(record.scenarios, now.record.scenarios, strict=True)
    )
    named = replace(now.record, scenarios=scenarios, area=record.area, paths_from=record.paths_from)  # as first given
    return replace(now, record=named)


def _record(
    plan: StudyPlan,
    scenarios: Sequence[Scenario],
    paths: Sequence[Path],
    area: Area,
    table: ParameterTable,
    named_area: str | None,
    level: float,
    equal_money: float | None,
    out: Path,
    analysis: AnalysisSpec,
) -> StudyRecord:
    """What study.json is to say of a study."""
    resolved = [scenario.resolved() for scenario in scenarios]
    of_evidence, of_area = parameters_sha256(table), folder_sha256(area.folder)
    identity = identity_of(
        resolved, plan.baseline, parameters=of_evidence, area=of_area, analysis=analysis, numbers=plan.numbers()
    )
    refs = (
        ScenarioRef(scenario.name, recorded_as(path), sha256_text(canonical_json(plain)))
        for scenario, path, plain in zip(scenarios, paths, resolved, strict=True)
    )
    return StudyRecord(
        study=identity,
        scenarios=tuple(refs),
        area=named_area,
        paths_from=paths_from(out),
        numbers=plan.numbers(),
        level=level,
        equal_money=equal_money,
        area_sha256=of_area,
        parameters_sha256=of_evidence,
        program=made_by(),
        analysis=json_safe(analysis.plain()),
    )


def identity_of(
    resolved: Sequence[Mapping[str, Any]],
    baseline: str,
    *,
    parameters: str,
    area: str,
    analysis: AnalysisSpec,
    numbers: Mapping[str, int],
) -> str:
    """The id of a study, from its resolved scenarios, numbers and analysis, and the hashes of evidence and area."""
    decided = dict(numbers)
    if analysis.precision is not None:
        decided["replicates"] = 0  # chosen by the runs themselves
    return study_id(
        scenarios=resolved, baseline=baseline, parameters_sha256=parameters, area_sha256=area,
        analysis=json_safe(analysis.deciding()), **decided,
    )  # fmt: skip


def json_safe(content: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values as JSON reads them back: tuples as lists."""
    values: dict[str, Any] = json.loads(canonical_json(content))
    return values


def _analysis(stored: StudyRecord, folder: Path) -> AnalysisSpec:
    """The analysis that study.json keeps; InputError when it is damaged."""
    try:
        return AnalysisSpec.of_plain(stored.analysis)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise damaged(folder / STUDY_FILE) from None


def base_of(stored: StudyRecord, folder: Path) -> Path:
    """The folder from which the study's relative names count: where the study was begun, or here."""
    return _begun(stored, folder) or Path()


def _begun(stored: StudyRecord, folder: Path) -> Path | None:
    """The folder in which the study was begun, as seen from here; None where that is not known."""
    written = [asked.file for asked in stored.scenarios if not is_shipped_name(asked.file)]
    if stored.paths_from is not None:
        begun = Path(os.path.normpath(working_folder() / folder / stored.paths_from))
        if not written or (begun / written[0]).is_file():
            return Path() if begun == working_folder() else begun
    return None if written else Path()


def _area(base: Path, name: str) -> Path | str:
    """The area's folder below the base; the name as it is when no such folder is there (a shipped area's name)."""
    return base / name if (base / name).is_dir() else name
