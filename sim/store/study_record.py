"""What study.json says of a study: what was asked, as it was given, and hashes of all that it was asked of.

It is written before the first run and is enough to go on with the study when the command that began it is forgotten.
File names stand as they were given; `paths_from` leads from the run folder to the folder where relative ones begin.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from sim.core.errors import LEVELS, InputError, is_finite, named
from sim.core.files import read_json, working_folder
from sim.store.folder import MANIFEST_FILE, STUDY_FILE, is_superseded
from sim.store.in_the_way import refuse_no_folder, refuse_odd_files
from sim.store.mending import ANEW
from sim.store.older import SCHEMA_VERSION, refuse_older
from sim.store.seal import is_edited
from sim.store.tracked_files import refuse_closed_study

BEGIN_ANEW = f"the study's own command with another {named('out')}"
NUMBERS = ("people", "months", "draws", "replicates", "seed")


class ScenarioRef(NamedTuple):
    """One scenario of a study: its name, its file as given, and the sha256 of it as resolved."""

    name: str
    file: str
    sha256: str


@dataclass(frozen=True)
class StudyRecord:
    """What was asked (scenarios, the baseline first; area as given; numbers; level) and of what (hashes, program).

    equal_money: GBP a year that every scenario beside the baseline was brought to; None where each costs what its file
    says, as in studies begun before this could be asked.
    study: the study's id. paths_from: folder of relative names as seen from the run folder, None when it lies elsewhere
    than above it. program: as `made_by` of manifest.py. analysis: what a study file asks beyond a comparison (designs,
    measures, strata, title), empty for a comparison. schema: of the file. Threads change no number and are not here.
    """

    study: str
    scenarios: tuple[ScenarioRef, ...]
    area: str | None
    paths_from: str | None
    numbers: Mapping[str, int]
    level: float
    equal_money: float | None
    area_sha256: str
    parameters_sha256: str
    program: Mapping[str, str]
    analysis: Mapping[str, Any] = field(default_factory=dict)
    schema: int = SCHEMA_VERSION

    def content(self) -> dict[str, Any]:
        """Everything but the id, as plain values for the file."""
        return {
            "scenarios": [scenario._asdict() for scenario in self.scenarios],
            "area": self.area,
            "paths_from": self.paths_from,
            **self.numbers,
            "level": self.level,
            "equal_money_gbp_per_year": self.equal_money,
            "area_sha256": self.area_sha256,
            "parameters_sha256": self.parameters_sha256,
            "program": dict(self.program),
            **({"analysis": dict(self.analysis)} if self.analysis else {}),
        }


def paths_from(out: Path) -> str | None:
    """How the working folder is reached from a run folder inside it, as dots alone; None for one outside."""
    here = working_folder()
    there = Path(os.path.normpath(here / out))
    return "/".join([".."] * len(there.relative_to(here).parts)) or "." if there.is_relative_to(here) else None


def read_study_file(folder: Path) -> StudyRecord:
    """What a study's folder says was asked; InputError when it is none, damaged, or of an earlier schema."""
    refuse_no_folder(folder)
    path = folder / STUDY_FILE
    refuse_odd_files(folder)
    if not path.is_file() and (folder / MANIFEST_FILE).is_file():
        raise InputError("the study file is missing", file=path, allowed=f"the study file as it was written, or {ANEW}")
    if not path.is_file():
        raise InputError(
            f"this is not a study's folder (no {STUDY_FILE})",
            file=folder,
            allowed="a folder begun by 'throughgate run', 'compare', 'study' or 'sensitivity'; one of these that was "
            "killed before the file stood may be given again",
        )
    try:
        content = read_json(path)
        schema, _ = content["schema"], content["study"]
        if isinstance(schema, bool) or not isinstance(schema, int):
            raise ValueError
    except (InputError, ValueError, KeyError, TypeError) as error:
        raise damaged(path) from error
    if schema > SCHEMA_VERSION:
        raise InputError(
            f"the study was begun by a newer Throughgate (schema {schema}, this one reads up to {SCHEMA_VERSION})",
            file=path,
        )
    refuse_older(path)
    try:
        return _parsed(content)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(path) from error


def is_finished(folder: Path) -> bool:
    """Whether a folder holds a manifest, which is written last, and no larger study has taken it over. InputError for
    one that may not be opened.
    """
    refuse_closed_study(folder)
    return (folder / MANIFEST_FILE).is_file() and not is_superseded(folder)


def is_unfinished(folder: Path) -> bool:
    """Whether a folder holds a study that was begun and has not ended. InputError as `is_finished`."""
    return not is_finished(folder) and (folder / STUDY_FILE).is_file()


def refuse_changes(stored: StudyRecord, now: StudyRecord, folder: Path) -> None:
    """InputError that names what has changed since the study was begun; nothing when it is the same study still."""
    study, program = changes_of_study(stored, now), changes_of_program(stored, now)
    if study or program:
        other = f"its own command with {named('force')}, or with another {named('out')}"
        anew = other if study else "its own command"
        raise InputError(
            f"the study cannot go on, because this has changed since it was begun: {', '.join([*study, *program])}",
            file=folder,
            allowed=f"the same as then; to begin the study anew, {anew}",
        )
    # The id holds no level; of a finished study the manifest holds the whole file.
    if stored.study != now.study or (not is_finished(folder) and is_edited(folder / STUDY_FILE)):
        raise damaged(folder / STUDY_FILE)


def changes_of_study(stored: StudyRecord, now: StudyRecord) -> list[str]:
    """What was asked, or of what, and is another now; one text each."""
    return list(_changes_of_study(stored, now))


def changes_of_program(stored: StudyRecord, now: StudyRecord) -> list[str]:
    """What runs it and is another now: the program's sources, Python, packages that count; one text each."""
    return list(_changes_of_program(stored, now))


def _changes_of_study(stored: StudyRecord, now: StudyRecord) -> Iterator[str]:
    if len(stored.scenarios) != len(now.scenarios):
        yield "the list of scenarios"
    for then, today in zip(stored.scenarios, now.scenarios, strict=False):
        if (then.name, then.sha256) != (today.name, today.sha256):
            yield f"scenario '{then.name}' ({then.file})"
    if stored.area_sha256 != now.area_sha256:
        yield "the area's tables"
    if stored.parameters_sha256 != now.parameters_sha256:
        yield "the evidence tables"


def _changes_of_program(stored: StudyRecord, now: StudyRecord) -> Iterator[str]:
    for name, version in stored.program.items():
        if version != now.program.get(name):
            both = f"{name} ({version} then, {now.program.get(name)} now)"
            yield "the program's sources" if name == "sources" else both


def _parsed(content: Mapping[str, Any]) -> StudyRecord:
    """The file's content; ValueError, KeyError or TypeError where it is not what was written."""
    numbers = {name: content[name] for name in NUMBERS}
    area, base, level = content["area"], content["paths_from"], content["level"]
    money = content.get("equal_money_gbp_per_year")
    scenarios = tuple(ScenarioRef(**entry) for entry in content["scenarios"])
    words = [content["study"], content["area_sha256"], content["parameters_sha256"]]
    words += [word for scenario in scenarios for word in scenario] + [word for word in (area, base) if word is not None]
    program = dict(content["program"])
    if not scenarios or not all(isinstance(word, str) for word in (*words, *program, *program.values())):
        raise ValueError
    if any(isinstance(number, bool) or not isinstance(number, int) for number in numbers.values()):
        raise ValueError
    if isinstance(level, bool) or not isinstance(level, int | float) or not LEVELS[0] <= level <= LEVELS[1]:
        raise ValueError
    is_money = isinstance(money, int | float) and not isinstance(money, bool) and is_finite(money)
    if money is not None and not is_money:
        raise ValueError
    return StudyRecord(
        study=content["study"],
        scenarios=scenarios,
        area=area,
        paths_from=base,
        numbers=numbers,
        level=float(level),
        equal_money=None if money is None else float(money),
        area_sha256=content["area_sha256"],
        parameters_sha256=content["parameters_sha256"],
        program=program,
        analysis=dict(content.get("analysis", {})),
        schema=content["schema"],
    )


class DamagedStudyFile(InputError):
    """A study file that cannot be read."""


def damaged(path: Path) -> DamagedStudyFile:
    """The refusal of a study file that cannot be read; the tables beside a manifest may be whole all the same."""
    return DamagedStudyFile(
        "the study file is damaged, so that nobody knows what was asked",
        file=path,
        allowed=f"the study file as it was written, or {ANEW}" if is_finished(path.parent) else BEGIN_ANEW,
    )
