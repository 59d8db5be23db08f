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
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError
from sim.core.schema import Key
from sim.experiment.defaults import NUMBERS
from sim.outcomes.measures import MEASURE_NAMES
from sim.outcomes.strata import STRATA
from sim.scenario.reading import fields
from sim.scenario.reading.yaml_strict import Node, read_yaml
from sim.scenario.shipped import is_shipped_name, nearest_file, not_shipped, shipped_files
from sim.sensitivity.designs import GROUPINGS, SETTINGS, factors_of
from sim.sensitivity.designs.factors import REST
from sim.study.analysis_spec import AnalysisSpec, DesignSpec, checked_names
from sim.study.keys import KEYS
from sim.study.methods import CHOSEN, GIVEN_DATA, USUAL_REPLICATES, USUAL_SAMPLES

if TYPE_CHECKING:
    from sim.evidence import ParameterTable

STUDY, DESIGN = KEYS["study"], KEYS["design"]


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

    The scenario files that it names are read later, with their area.
    """
    top = _read(path)
    keys = fields.mapping(top, STUDY, what="a study")
    title = fields.text(fields.required(top, "title", what="a study"), longest=STUDY["title"].longest)
    numbers = {name: _between(keys[name], STUDY[name]) for name in NUMBERS if name in keys}
    designs = _designs(keys["designs"], table) if "designs" in keys else ()
    given_data = _names(keys["given_data"], GIVEN_DATA, "method of given data") if "given_data" in keys else ()
    if not designs and numbers.get("draws") == 0:
        raise keys["draws"].error(
            "no draws and no designs: nothing would be run", allowed="draws: 1 or more, or designs"
        )
    analysis = AnalysisSpec(
        title=title,
        designs=designs,
        given_data=GIVEN_DATA if given_data is None else given_data,
        measures=_names(keys["measures"], MEASURE_NAMES, "measure") if "measures" in keys else None,
        strata=_strata(keys["strata"]) if "strata" in keys else None,
    )
    level = (
        fields.number(keys["level"], low=STUDY["level"].least, high=STUDY["level"].most, what="a level")
        if "level" in keys
        else None
    )
    area = _area(keys["area"]) if "area" in keys else None
    return StudySpec(Path(path), _scenarios(top, keys), area, numbers, level, analysis, top.key_lines)


def _read(path: str | Path) -> Node:
    try:
        top = read_yaml(path)
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
    return top


def _scenarios(top: Node, keys: Mapping[str, Node]) -> tuple[Path, ...]:
    """The baseline, then the scenarios in their order. The baseline may stand among them, and a pattern may match what
    is named beside it: each file counts once.
    """
    listed = fields.distinct_items(fields.required(top, "scenarios", what="a study"), what="scenario files")
    _refuse_file_twice(listed)
    files = [path for item in listed for path in _files(item)]
    baseline = _file(keys["baseline"]) if "baseline" in keys else files[0]
    others = [file for file in files if file.resolve() != baseline.resolve()]
    return (baseline, *dict.fromkeys(others))


def _refuse_file_twice(listed: Sequence[Node]) -> None:
    """InputError where two names are those of one file, such as buses.yaml and ./buses.yaml."""
    named: dict[Path, Node] = {}
    for item in listed:
        if not _is_pattern(item):
            first = named.setdefault(_file(item).resolve(), item)
            if first is not item:
                raise item.error(f"{item.kind()} is the same file as {first.kind()}", allowed="each file once")


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
        if path.is_dir():
            raise node.error(f"{node.kind()} is a folder, not a file", allowed="a file, or a pattern such as ../*.yaml")
    near = None
    with suppress(OSError, ValueError):
        near = nearest_file(path)
    if near is None and is_shipped_name(node.value):
        near = not_shipped(node.value).nearest
    allowed = "a file, relative to this one, or a shipped name"
    raise node.error(f"{node.kind()} is not there", allowed=allowed, nearest=near)


def _area(node: Node) -> Path:
    """The folder of an area, relative to this file, or the name of a shipped one."""
    if not isinstance(node.value, str) or not node.value.strip():
        raise node.error(f"{node.kind()} is not an area", allowed="a folder relative to this file, or a shipped area")
    path = _beside(node, Path(node.value))
    with suppress(OSError, ValueError):
        if path.is_dir():
            return path
    return Path(node.value)


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


def _between(node: Node, key: Key) -> int:
    """A whole number, with all its digits."""
    low, high = int(key.low), int(key.high)
    fields.number(node, low=low, high=high, what=key.name)
    value: Any = node.value
    if value != int(value):
        raise node.error(f"{node.kind()} is not a whole number", allowed=f"{low:,} to {high:,}")
    return int(value)


def _names(node: Node, known: tuple[str, ...], what: str) -> tuple[str, ...] | None:
    """Names of a list, in the order of the known ones; None for the word 'all'."""
    if node.value == "all":
        return None
    listed = fields.distinct_items(node, what=f"{what}s")
    for item in listed:
        if not isinstance(item.value, str):
            raise item.error(f"{item.kind()} is not a {what}")
        try:
            checked_names([item.value], known, what=what, parameter=None)
        except InputError as error:
            if error.file is not None:
                raise
            raise item.error(error.problem, allowed=error.allowed, nearest=error.nearest) from None
    named = [str(item.value) for item in listed]
    return tuple(name for name in known if name in named)


def _strata(node: Node) -> tuple[str, ...] | None:
    return () if node.value == [] else _names(node, ("all", *STRATA), "stratum")


def _designs(node: Node, table: ParameterTable) -> tuple[DesignSpec, ...]:
    """The designs in the order of CHOSEN; each is made once, so that all its mistakes are told before any run."""
    block = fields.mapping(node, CHOSEN, what="the designs of a study")
    return tuple(_design(method, block[method], table) for method in CHOSEN if method in block)


def _design(method: str, node: Node, table: ParameterTable) -> DesignSpec:
    known = (*DESIGN, *SETTINGS[method])
    keys = {} if node.value is None else fields.mapping(node, known, what=f"a design '{method}'")

    def whole(key: str, usual: int) -> int:
        return _between(keys[key], DESIGN[key]) if key in keys else usual

    settings = {key: _setting(KEYS[method][key], keys[key]) for key in SETTINGS[method] if key in keys}
    usual_samples = len(settings["quantiles"]) if "quantiles" in settings else USUAL_SAMPLES[method]
    spec = DesignSpec(
        method=method,
        samples=whole("samples", usual_samples),
        replicates=whole("replicates", USUAL_REPLICATES[method]),
        luck=_flag(keys["luck"]) if "luck" in keys else True,
        groups=_groups(keys["groups"]) if "groups" in keys else None,
        parameters=_parameters(keys["parameters"], table) if "parameters" in keys else None,
        settings=settings,
    )
    try:
        spec.made(table, 1)
    except InputError as error:
        if error.file is not None:  # a shipped table is wrong, and not the study
            raise
        where = _where(error, keys, node)
        raise where.error(error.problem, allowed=error.allowed, nearest=error.nearest) from None
    return spec


def _where(error: InputError, keys: Mapping[str, Node], node: Node) -> Node:
    """What a design's refusal is about: the group that it names, the key, or the design."""
    where = keys.get(str(error.parameter or ""), node)
    own = where.value.values() if error.parameter == "groups" and isinstance(where.value, dict) else ()
    inside = [item for entry in own for item in (entry.value if isinstance(entry.value, list) else [entry])]
    named = (item for item in inside if error.problem.startswith(f"'{item.value}' "))
    return next(named, where)


def _parameters(node: Node, table: ParameterTable) -> list[str] | None:
    patterns = _patterns(node)
    for item in [] if patterns is None else fields.distinct_items(node, what="parameters"):
        try:
            factors_of(table, [str(item.value)])
        except InputError as error:
            if error.file is not None:
                raise
            raise item.error(error.problem, allowed=error.allowed, nearest=error.nearest) from None
    return patterns


def _setting(key: Key, node: Node) -> Any:
    if key.kind == "flag":
        return _flag(node)
    if key.kind == "list of number":
        listed = fields.distinct_items(node, what=key.name)
        return [fields.number(item, low=key.least, high=key.most, what="a quantile") for item in listed]
    return _between(node, key)


def _flag(node: Node) -> bool:
    if not isinstance(node.value, bool):
        raise node.error(f"{node.kind()} is neither true nor false", allowed="true or false")
    return node.value


def _groups(node: Node) -> str | Mapping[str, list[str]] | None:
    if isinstance(node.value, dict):
        if not node.value:
            raise node.error("holds no group", allowed="a list of parameters for each group, or 'mechanism'")
        return {name: _patterns(entry) or [REST] for name, entry in node.value.items()}
    if node.value == "none":
        return None
    return fields.word(node, (*GROUPINGS, "none"), what="a way to group parameters, nor a block of own groups")


def _patterns(node: Node) -> list[str] | None:
    """Names and patterns of parameters; None for the word 'all'."""
    if node.value == "all":
        return None
    items = fields.distinct_items(node, what="parameters")
    for item in items:
        if not isinstance(item.value, str):
            raise item.error(f"{item.kind()} is not the name of a parameter")
    return [str(item.value) for item in items]
