"""Study files: which scenarios are run at which points, and what is kept and analysed; every mistake with its line.

title: Which inputs matter for two navigator posts
scenarios: [navigators_two_cities, ../mine.yaml] shipped names, and files relative to this one
baseline: baseline
people: 2000                                     months, draws, replicates, seed, level as on the command line
designs:
  sobol: {samples: 256, groups: mechanism}       beside it: morris, fast, one_at_a_time
given_data: [pawn, delta, rbd_fast]              analyses of the draws
measures: [engaged_within_3_weeks, qalys]        all, unless named
strata: [sex]                                    all, unless named; [] keeps everybody only
views: {society: {qaly_value: 70_000}}           what a view on money chooses otherwise
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sim.area.load import shipped_areas
from sim.core.errors import InputError, nearest_name
from sim.core.files import what_stands_there
from sim.core.grammar import a
from sim.core.mistakes import Mistakes, TooMany
from sim.experiment.defaults import NUMBERS
from sim.experiment.study_designs import read_designs, whole_number
from sim.experiment.study_views import read_views
from sim.outcomes.measures import MEASURE_NAMES
from sim.outcomes.strata import STRATA
from sim.scenario.reading import fields
from sim.scenario.reading.fields import Block
from sim.scenario.reading.yaml_strict import Node, read_yaml
from sim.scenario.shipped import YAML_SUFFIXES, is_shipped_name, nearest_file, not_shipped, shipped_files
from sim.study.analysis_spec import AnalysisSpec, checked_names
from sim.study.keys import KEYS
from sim.study.methods import GIVEN_DATA

if TYPE_CHECKING:
    from sim.evidence import ParameterTable

STUDY = KEYS["study"]
T = TypeVar("T")


@dataclass(frozen=True)
class StudySpec:
    """A study as its file describes it: scenarios, area, numbers, level, and what is analysed.

    scenarios: files, the baseline first; numbers: those that the file gives; lines: of its keys.
    """

    file: Path
    scenarios: tuple[Path, ...]
    area: Path | None
    numbers: Mapping[str, int]
    level: float | None
    analysis: AnalysisSpec
    lines: Mapping[str, int]


def load_study(path: str | Path, table: ParameterTable) -> StudySpec:
    """The study of one YAML file; InputError with file, line, key, what is allowed and the nearest name.

    The error is the first mistake, `others` of it are all the rest. The scenario files that it names are read later,
    with their area.
    """
    mistakes = Mistakes(Path(path))
    study = None
    with suppress(TooMany):
        top = mistakes.read(_read, path, mistakes)
        study = None if top is None else _study(Path(path), top, table, mistakes)
    mistakes.raise_all()
    assert study is not None
    return study


def _study(path: Path, top: Node, table: ParameterTable, mistakes: Mistakes) -> StudySpec:
    """The study, as far as it can be read; what is wrong is collected."""
    block = fields.block(top, STUDY, what="a study", mistakes=mistakes)
    assert block is not None

    def read(key: str, reader: Callable[[Node], T]) -> T | None:
        node = block.keys.get(key)
        return None if node is None else mistakes.read(reader, node)

    title = block.required("title", what="a study", mistakes=mistakes)
    words = None if title is None else mistakes.read(fields.text, title, longest=STUDY["title"].longest)
    numbers = {name: read(name, partial(whole_number, key=STUDY[name])) for name in NUMBERS}
    designs = read("designs", partial(read_designs, table=table, mistakes=mistakes)) or ()
    given_data = read(
        "given_data",
        partial(_names, mistakes=mistakes, known=GIVEN_DATA, what="method of given data", several="methods"),
    )
    if numbers["draws"] == 0 and "designs" not in block.keys and "designs" not in block.meant:
        allowed = "draws: 1 or more, or designs"
        mistakes.add(block.keys["draws"].error("no draws and no designs: nothing would be run", allowed=allowed))
    analysis = AnalysisSpec(
        title=words or "",
        designs=designs,
        given_data=GIVEN_DATA if "given_data" in block.keys and given_data is None else given_data or (),
        measures=read(
            "measures", partial(_names, mistakes=mistakes, known=MEASURE_NAMES, what="measure", several="measures")
        ),
        strata=read("strata", partial(_strata, mistakes=mistakes)),
        views=read("views", partial(read_views, mistakes=mistakes)) or {},
    )
    of_level = STUDY["level"]
    level = read(
        "level",
        partial(fields.number, low=of_level.least, high=of_level.most, what="a level", example=of_level.example),
    )
    numbers_given = {name: number for name, number in numbers.items() if number is not None}
    area = read("area", _area)
    scenarios = _scenarios(block, mistakes)
    return StudySpec(path, scenarios, area, numbers_given, level, analysis, top.key_lines)


def _read(path: str | Path, mistakes: Mistakes) -> Node:
    try:
        top = read_yaml(path, mistakes)
    except InputError as error:
        if error.problem != "is empty":
            raise
        raise InputError(error.problem, file=path, allowed=f"a study: {', '.join(STUDY)}") from None
    if (
        isinstance(top.value, dict)
        and "scenarios" not in top.value
        and {"levers", "extends", "starts"} & set(top.value)
    ):
        raise InputError(
            "this is a scenario, not a study", file=path,
            allowed="a study file, which names scenario files; 'throughgate run' and 'compare' take scenarios",
        )  # fmt: skip
    fields.values(top, STUDY, what="a study")
    return top


def _scenarios(block: Block, mistakes: Mistakes) -> tuple[Path, ...]:
    """The baseline, then the scenarios in their order. The baseline may stand among them, and a pattern may match what
    is named beside it: each file counts once.
    """
    needed = block.required("scenarios", what="a study", mistakes=mistakes)
    listed = None if needed is None else mistakes.read(fields.distinct_items, needed, mistakes, what="scenario files")
    files_of = [(item, mistakes.read(_files, item)) for item in listed or ()]
    _refuse_file_twice([item for item, files in files_of if files is not None], mistakes)
    files = [path for _, paths in files_of for path in paths or ()]
    named = block.keys.get("baseline")
    baseline = mistakes.read(_file, named) if named is not None else next(iter(files), None)
    if baseline is None:
        return ()
    others = [file for file in files if file.resolve() != baseline.resolve()]
    return (baseline, *dict.fromkeys(others))


def _refuse_file_twice(listed: Sequence[Node], mistakes: Mistakes) -> None:
    """Collects each name of a file that another name stands for, such as ./buses.yaml beside buses.yaml."""
    named: dict[Path, Node] = {}
    for item in listed:
        if not _is_pattern(item):
            first = named.setdefault(_file(item).resolve(), item)
            if first is not item:
                problem = f"{item.kind()} is the same file as {first.kind()}"
                mistakes.add(item.error(problem, allowed="each file once"))


def _is_pattern(node: Node) -> bool:
    return isinstance(node.value, str) and "*" in node.value


def _files(node: Node) -> list[Path]:
    """The files that a name, or a pattern such as ../themes/*.yaml, stands for."""
    if not isinstance(node.value, str) or not _is_pattern(node):
        return [_file(node)]
    folder, name = _beside(node, Path(node.value).parent), Path(node.value).name
    try:
        files = sorted(path for path in folder.glob(name) if path.is_file())
    except (ValueError, OSError, NotImplementedError):
        files = []
    if not files:
        raise node.error(f"{node.kind()} matches no file", allowed="scenario files, relative to this one")
    other = next((file.name for file in files if file.suffix not in YAML_SUFFIXES), None)
    if other is not None:
        problem = f"{node.kind()} matches '{other}', which is no scenario"
        raise node.error(problem, allowed="scenario files, as a pattern that ends in .yaml does")
    return files


def _file(node: Node) -> Path:
    if not isinstance(node.value, str) or not node.value.strip():
        raise node.error(f"{node.kind()} is not the name of a file", allowed="a name relative to this file")
    if node.value in shipped_files():
        return shipped_files()[node.value]
    path = _beside(node, Path(node.value))
    with suppress(OSError, ValueError):
        if path.is_file():
            return path
    if wrong := what_stands_there(path):
        raise node.error(f"{node.kind()} {wrong}", allowed="a file, or a pattern such as ../*.yaml")
    near = None
    with suppress(OSError, ValueError):
        near = _as_named_here(nearest_file(path), node)
    if near is None and is_shipped_name(node.value):
        near = not_shipped(node.value).nearest
    allowed = "a file, relative to this one, or a shipped name"
    raise node.error(f"{node.kind()} is not there", allowed=allowed, nearest=near)


def _as_named_here(near: str | None, node: Node) -> str | None:
    """The nearest file as this file would name it: a shipped name as it is, a path relative to this file."""
    if near is None or near in shipped_files() or node.file is None:
        return near
    return Path(os.path.relpath(near, node.file.parent)).as_posix()


def _area(node: Node) -> Path:
    """The folder of an area, relative to this file, or the name of a shipped one."""
    shipped = shipped_areas()
    allowed = f"a folder of tables, relative to this file, or a shipped area ({', '.join(shipped)})"
    if not isinstance(node.value, str) or not node.value.strip():
        raise node.error(f"{node.kind()} is not an area", allowed=allowed)
    path = _beside(node, Path(node.value))
    with suppress(OSError, ValueError):
        if path.is_dir():
            if (path / "area.csv").exists():
                return path
            raise node.error(f"{node.kind()} is a folder without area.csv", allowed=allowed)
    if node.value in shipped:
        return Path(node.value)
    raise node.error(
        f"{node.kind()} is not the folder of an area", allowed=allowed, nearest=nearest_name(node.value, shipped)
    )


def _beside(node: Node, path: Path) -> Path:
    """The path as seen from here, where the file names it relative to itself."""
    joined = path if path.is_absolute() or node.file is None else node.file.parent / path
    parts: list[str] = []
    for part in joined.parts:  # shortens a/../b, so that names stay readable and the same from wherever they are given
        if part == ".." and parts and parts[-1] not in ("..", "/"):
            parts.pop()
        else:
            parts.append(part)
    return Path(*parts) if parts else Path()


def _names(node: Node, mistakes: Mistakes, known: tuple[str, ...], what: str, several: str) -> tuple[str, ...] | None:
    """Names of a list, in the order of the known ones; None for the word 'all'. What is none of them is collected."""
    if node.value == "all":
        return None
    named = [mistakes.read(_name, item, known, what) for item in fields.distinct_items(node, mistakes, what=several)]
    return tuple(name for name in known if name in named)


def _name(item: Node, known: tuple[str, ...], what: str) -> str:
    if not isinstance(item.value, str):
        raise item.error(f"{item.kind()} is not {a(what)}")
    try:
        checked_names([item.value], known, what=what, parameter=None)
    except InputError as error:
        if error.file is not None:
            raise
        raise item.error(error.problem, allowed=error.allowed, nearest=error.nearest) from None
    return item.value


def _strata(node: Node, mistakes: Mistakes) -> tuple[str, ...] | None:
    return () if node.value == [] else _names(node, mistakes, ("all", *STRATA), "stratum", "strata")
