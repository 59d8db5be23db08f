"""A finished study held against itself and against today: seal, id, files, tables made again, runs made again.

What this finds is what happened by chance or by hand: a file cut off, replaced, put there, edited. It is no signature:
whoever changes a study on purpose and reckons its hashes again is found only where tables or runs, made again, say
otherwise.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from sim.core.arguments import shown
from sim.core.errors import InputError
from sim.core.files import NOT_OPENED, PERMISSION
from sim.core.mistakes import Mistakes
from sim.evidence.draws import uniforms
from sim.experiment import remade
from sim.experiment.copies import TAKEN
from sim.experiment.remade import TableCheck, check_tables
from sim.experiment.replay import SAME, Replay, changes_since, replayed
from sim.experiment.run import StudyRun
from sim.experiment.setup import StudySetup, as_of_today, identity_of
from sim.store.added_files import added_to, files_held
from sim.store.folder import MANIFEST_FILE, STUDY_FILE, tidy_finished
from sim.store.held_files import Finding
from sim.store.manifest import canonical_json, sha256_text, versions
from sim.store.manifest_file import AS_WRITTEN, read_manifest
from sim.store.mending import TOTALS, mended_by
from sim.store.reading import Results, has_lost_seal, read_results
from sim.store.seal import BROKEN, WHOLE, state_of_seal
from sim.store.study_record import DamagedStudyFile, StudyRecord, changes_of_study, is_finished, read_study_file
from sim.study.analysis_spec import AnalysisSpec
from sim.study.plan import StudyPlan
from sim.study.protocol import Progress

NEEDED = (
    "names", "groups", "measures", "scenarios", "baseline", "people", "months", "draws", "replicates", "level",
    "people_per_year", "code_sha256",
)  # fmt: skip


@dataclass(frozen=True)
class Verified:
    """A finished study held against its seal, its files, its totals and today's program.

    problems: what is wrong with a file, one finding each, the manifest among them; mends: what mends it, by the file's
    name, in words that may hold names of parameters (`named`); seal: WHOLE, BROKEN or NONE of
    seal.py. foreign: files that are not the study's and stand in nobody's way; drawn_again: those that `report` wrote.
    tables: made again from the totals; none where totals or manifest are damaged. changed: what of study, program,
    libraries or machine is another now; replays: runs made again.
    """

    folder: str
    seal: str
    problems: tuple[Finding, ...]
    foreign: tuple[str, ...]
    drawn_again: tuple[str, ...]
    changed: tuple[str, ...]
    tables: tuple[TableCheck, ...] = field(default=())
    replays: tuple[Replay, ...] = field(default=())
    mends: Mapping[str, str] = field(default_factory=dict)

    @property
    def damaged(self) -> tuple[str, ...]:
        """Names of the files with a problem, each once."""
        return tuple(dict.fromkeys(finding.file for finding in self.problems))

    @property
    def is_same(self) -> bool:
        """Whether every file is whole, and tables and runs made again gave the same numbers."""
        differing = [table for table in self.tables if table.verdict == remade.DIFFERS]
        return not self.problems and not differing and all(replay.verdict == SAME for replay in self.replays)


def verify(folder: Path, runs: int, progress: Progress | None = None) -> Verified:
    """Check the manifest and all files, make tables and `runs` runs again (a sample that is the same every time), and
    name what has changed. Raises InputError for a folder that holds no finished study.
    """
    if not is_finished(folder):
        read_study_file(folder)  # says in words what is damaged
        read_results(folder)  # says in words what is missing
        raise InputError("the study in this folder is unfinished", file=folder)
    tidy_finished(folder)
    if not os.path.lexists(folder / STUDY_FILE):
        return _without_study_file(folder, "is missing")
    try:
        stored = read_study_file(folder)
    except DamagedStudyFile:
        return _without_study_file(folder, "is damaged")
    content = _manifest(folder)
    seal = state_of_seal(content)
    setup = as_of_today(stored, folder, threads=1)
    of_study = changes_of_study(stored, setup.record)
    changed = [*changes_since(stored, setup), *_changes_of_machine(content)]
    problems = [*_problems_of_manifest(folder, content, stored, seal)]
    if not (set(changed) - {TAKEN} or stored.study == setup.record.study):
        problems.append(Finding(STUDY_FILE, "asks something else than its id was made from"))
    added = added_to(folder)
    of_files, foreign = files_held(folder, content, added)
    _refuse_closed_files(folder, of_files)
    problems += of_files
    damaged = {finding.file for finding in problems}
    tables: list[TableCheck] = []
    replays: list[Replay] = []
    if not {STUDY_FILE, TOTALS} & damaged:
        study = StudyRun(setup)
        if MANIFEST_FILE not in damaged:
            try:
                tables += check_tables(folder, content, study, damaged=damaged, is_of_today=not of_study)
            except InputError as error:
                problems.append(_finding(folder, error))
        if TOTALS not in (finding.file for finding in problems):
            try:
                replays += _replays(folder, content, study, runs, progress)
            except InputError as error:  # also where the manifest is damaged, and nothing else has read the totals
                problems.append(_finding(folder, error))
    return Verified(
        str(folder), seal, tuple(problems), tuple(foreign), tuple(_drawn_again(content, added)), tuple(changed),
        tuple(tables), tuple(replays), _mends(folder, content, problems),
    )  # fmt: skip


def _refuse_closed_files(folder: Path, problems: Sequence[Finding]) -> None:
    """InputError for files that may not be opened: nobody can say whether they are whole."""
    with Mistakes(folder) as mistakes:
        for finding in problems:
            if finding.problem == NOT_OPENED:
                mistakes.add(InputError(f"this file {NOT_OPENED}", file=folder / finding.file, allowed=PERMISSION))


def _finding(folder: Path, error: InputError) -> Finding:
    """What a reader says of a file of the folder: of the totals, unless it names another."""
    file = Path(error.file or TOTALS)
    return Finding(file.relative_to(folder).as_posix() if file.is_relative_to(folder) else TOTALS, error.problem)


def _without_study_file(folder: Path, problem: str) -> Verified:
    """What can be held of a study that has lost what says what was asked, or can no longer read it: its seal and its
    files.
    """
    content = _manifest(folder)
    added, seal = added_to(folder), state_of_seal(content)
    problems, foreign = files_held(folder, content, added)
    _refuse_closed_files(folder, problems)
    if seal == BROKEN:
        problems.insert(0, Finding(MANIFEST_FILE, "was changed after it was sealed"))
    if STUDY_FILE not in (finding.file for finding in problems):
        problems.append(Finding(STUDY_FILE, problem))
    return Verified(
        str(folder), seal, tuple(problems), tuple(foreign), tuple(_drawn_again(content, added)), (),
        mends=_mends(folder, content, problems),
    )  # fmt: skip


def _mends(folder: Path, content: Mapping[str, Any], problems: Sequence[Finding]) -> dict[str, str]:
    """What mends each file that is not as it was written, by its name."""
    damaged = {finding.file for finding in problems}
    return {finding.file: mended_by(folder, finding, content, damaged) for finding in problems}


def _manifest(folder: Path) -> dict[str, Any]:
    content = read_manifest(folder)
    for key in NEEDED:
        if key not in content:
            raise InputError(f"the manifest has no '{key}'", file=folder / MANIFEST_FILE, allowed=AS_WRITTEN)
    if TOTALS not in content["files"]:
        raise InputError("the manifest lists no totals", file=folder / MANIFEST_FILE, allowed=AS_WRITTEN)
    return content


def _problems_of_manifest(
    folder: Path, content: Mapping[str, Any], stored: StudyRecord, seal: str
) -> Iterator[Finding]:
    """What says that the manifest is not as it was written: its seal, its id, the study file beside it."""
    if seal == BROKEN:
        yield Finding(MANIFEST_FILE, "was changed after it was sealed")
    if has_lost_seal(folder, content):
        yield Finding(MANIFEST_FILE, "has lost its seal")
    for key, here, there in _contradictions(content, stored):
        if seal == WHOLE:
            yield Finding(STUDY_FILE, f"says {there} for '{key}', and {MANIFEST_FILE} says {here}")
        else:
            yield Finding(MANIFEST_FILE, f"says {here} for '{key}', and {STUDY_FILE} says {there}")
    try:
        own = _identity(content)
    except (KeyError, TypeError, ValueError, AttributeError):
        yield Finding(MANIFEST_FILE, "lacks what its study's id is made from")
        return
    if own != content["study"]:
        yield Finding(MANIFEST_FILE, "has an id that does not follow from its scenarios, numbers and hashes")


def _identity(content: Mapping[str, Any]) -> str:
    """The study's id, made again from the manifest's own entries."""
    return identity_of(
        content["scenarios"], content["baseline"], parameters=content["parameters_sha256"],
        area=content["area"]["sha256"], analysis=AnalysisSpec.of_plain(content.get("analysis") or {}),
        numbers={key: content[key] for key in ("people", "months", "draws", "replicates", "seed")},
    )  # fmt: skip


def _contradictions(content: Mapping[str, Any], stored: StudyRecord) -> Iterator[tuple[str, str, str]]:
    """Entries of the manifest that are others in the study file: key, there, here."""
    numbers = {key: value for key, value in stored.numbers.items() if key != "replicates" or not _is_chosen(stored)}
    names = [scenario.name for scenario in stored.scenarios]
    hashes = [scenario.sha256 for scenario in stored.scenarios]
    pairs = {
        **{key: (content.get(key), value) for key, value in numbers.items()},
        "level": (float(content["level"]), stored.level),
        "names": (content["names"], names),
        "baseline": (content["baseline"], names[0]),
        "parameters_sha256": (content.get("parameters_sha256"), stored.parameters_sha256),
        "area": ((content.get("area") or {}).get("sha256"), stored.area_sha256),
        "equal_money_gbp_per_year": (content.get("equal_money_gbp_per_year"), stored.equal_money),
        "analysis": (content.get("analysis") or {}, dict(stored.analysis)),
    }
    yield from ((key, shown(here), shown(there)) for key, (here, there) in pairs.items() if here != there)
    yield from _other_programs(content, stored)
    if [sha256_text(canonical_json(scenario)) for scenario in content["scenarios"]] != hashes:
        yield "scenarios", "other scenarios", "the sha256 of each"


def _other_programs(content: Mapping[str, Any], stored: StudyRecord) -> Iterator[tuple[str, str, str]]:
    """What the manifest says of the program, where the study file says otherwise: a study is begun and ended by one."""
    versions_then = content.get("versions") or {}
    here = {**versions_then, "sources": content.get("code_sha256"), "schema": content["schema"]}
    for name, there in {**stored.program, "schema": stored.schema}.items():
        said = here.get(name)
        is_same = str(said).startswith(f"{there}.") if name == "python" else said == there  # of Python 3.11 all are one
        if not is_same:
            yield "code_sha256" if name == "sources" else name, shown(said), shown(there)


def _is_chosen(stored: StudyRecord) -> bool:
    """Whether the study chose its replicates by a precision, so that the study file does not know them."""
    return bool(stored.analysis.get("precision"))


def _drawn_again(content: Mapping[str, Any], added: Mapping[str, Any]) -> list[str]:
    """Files added by `report` that the study did not write, or wrote with other bytes."""
    return [name for name, entry in added.items() if content["files"].get(name) != entry]


def _changes_of_machine(content: Mapping[str, Any]) -> list[str]:
    """Platform and further libraries that are others now; those that decide bytes are told by the study file."""
    import platform

    here = f"{platform.system()} {platform.machine()}"
    then = str(content.get("platform", here))
    changes = [] if then == here else [f"machine ({then} then, {here} now)"]
    now, before = versions(), content.get("versions", {})
    return changes + [
        f"{name} ({before[name]} then, {now.get(name)} now)"
        for name in ("mesa", "throughgate")
        if name in before and before[name] != now.get(name)
    ]


def _replays(
    folder: Path, content: Mapping[str, Any], study: StudyRun, runs: int, progress: Progress | None
) -> Iterator[Replay]:
    """The sample's runs, made again."""
    results = Results(folder, content)
    sample = _sample(study.setup, set(content.get("left_out", ())), runs)
    for done, numbers in enumerate(sample):
        if progress is not None:
            progress(done, len(sample))
        yield replayed(folder, results, study.setup, study.run, numbers, ())
    if progress is not None and sample:
        progress(len(sample), len(sample))


def _sample(setup: StudySetup, out: set[int], runs: int) -> list[tuple[int, int, int]]:
    """Numbers of `runs` runs spread over the study: the first, the last, and others chosen by hash, in order."""
    plan: StudyPlan = setup.plan
    blocks = [block for block in plan.blocks if block.draw not in out]
    total = len(blocks) * len(plan.scenarios)
    if not total:
        return []
    order = np.argsort(uniforms(plan.seed, ["verify"], total)[:, 0])
    chosen = sorted({*([0, total - 1] if runs > 1 else []), *order[:runs].tolist()})
    while len(chosen) > runs:
        chosen.pop(len(chosen) // 2)
    return [(k % len(plan.scenarios), *blocks[k // len(plan.scenarios)]) for k in chosen]
