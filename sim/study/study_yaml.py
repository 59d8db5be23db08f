"""Study files: which scenarios are run at which points, and what is kept and analysed; every mistake with its line.

title: Which inputs matter for two navigator posts
scenarios: [../navigators_two_cities.yaml]       files, relative to this one
baseline: ../baseline.yaml
people: 2000                                     months, draws, replicates, seed, level as on the command line
designs:
  sobol: {samples: 256, groups: mechanism}       beside it: morris, fast, one_at_a_time
given_data: [pawn, delta, rbd_fast]              analyses of the draws
measures: [engaged_within_3_weeks, qalys]        all, unless named
strata: [sex]                                    all, unless named; [] keeps everybody only
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError
from sim.outcomes.measures import MEASURE_NAMES
from sim.outcomes.strata import STRATA
from sim.scenario import fields
from sim.scenario.yaml_strict import Node, read_yaml
from sim.store.study_file import LEVELS
from sim.study.designs import GROUPINGS, SETTINGS
from sim.study.plan import LIMITS
from sim.study.shape import (
    CHOSEN,
    GIVEN_DATA,
    USUAL_REPLICATES,
    USUAL_SAMPLES,
    DesignAsked,
    Shape,
    checked_names,
)

if TYPE_CHECKING:
    from sim.evidence import ParameterTable

NUMBERS = ("people", "months", "draws", "replicates", "seed")
KEYS = ("title", "scenarios", "baseline", "area", *NUMBERS, "level", "designs", "given_data", "measures", "strata")
DESIGN_KEYS = ("samples", "replicates", "luck", "groups", "parameters")
MOST_SAMPLES = 2**20


@dataclass(frozen=True)
class StudyAsked:
    """What a study file asks. scenarios: files, the baseline first; numbers: those that the file gives."""

    file: Path
    scenarios: tuple[Path, ...]
    area: Path | None
    numbers: Mapping[str, int]
    level: float | None
    shape: Shape


def load_study(path: str | Path, table: ParameterTable) -> StudyAsked:
    """The study of one YAML file; InputError with file, line, key, what is allowed and the nearest name.

    The scenario files that it names are read later, with their area.
    """
    top = read_yaml(path)
    keys = fields.mapping(top, KEYS, what="a study")
    title = fields.text(fields.required(top, "title", what="a study"), longest=120)
    numbers = {name: _whole(keys[name], name) for name in NUMBERS if name in keys}
    designs = _designs(keys["designs"], table) if "designs" in keys else ()
    if not designs and numbers.get("draws") == 0:
        raise keys["draws"].error(
            "no draws and no designs: nothing would be run", allowed="draws: 1 or more, or designs"
        )
    shape = Shape(
        title=title,
        designs=designs,
        given_data=_names(keys["given_data"], GIVEN_DATA, "method of given data") if "given_data" in keys else (),
        measures=_names(keys["measures"], MEASURE_NAMES, "measure") if "measures" in keys else None,
        strata=_strata(keys["strata"]) if "strata" in keys else None,
    )
    level = fields.number(keys["level"], low=LEVELS[0], high=LEVELS[1], what="a level") if "level" in keys else None
    area = _file(keys["area"]) if "area" in keys else None
    return StudyAsked(top.file, _scenarios(top, keys), area, numbers, level, shape)


def _scenarios(top: Node, keys: Mapping[str, Node]) -> tuple[Path, ...]:
    """The baseline, then the scenarios in their order; the baseline named twice counts once."""
    listed = fields.items(fields.required(top, "scenarios", what="a study"), what="scenario files")
    files = [found for item in listed for found in _files(item)]
    baseline = _file(keys["baseline"]) if "baseline" in keys else files[0]
    others = [file for file in files if file.resolve() != baseline.resolve()]
    return (baseline, *dict.fromkeys(others))


def _files(node: Node) -> list[Path]:
    """The files that a name, or a pattern such as ../themes/*.yaml, stands for."""
    if not isinstance(node.value, str) or "*" not in node.value:
        return [_file(node)]
    try:
        found = sorted((node.file.parent / Path(node.value).parent).glob(Path(node.value).name))
    except (ValueError, OSError):
        found = []
    if not found:
        raise node.error(f"{node.kind()} matches no file", allowed="scenario files, relative to this one")
    return found


def _file(node: Node) -> Path:
    if not isinstance(node.value, str) or not node.value.strip():
        raise node.error(f"{node.kind()} is not the name of a file", allowed="a name relative to this file")
    path = Path(node.value)
    joined = path if path.is_absolute() else node.file.parent / path
    parts: list[str] = []
    for part in joined.parts:  # shortens a/../b, so that names stay readable and the same from wherever they are given
        if part == ".." and parts and parts[-1] not in ("..", "/"):
            parts.pop()
        else:
            parts.append(part)
    found = Path(*parts) if parts else Path()
    if not found.exists():
        from sim.scenario.yaml_strict import nearest_file

        raise node.error(
            f"{node.kind()} is not there", allowed="a file, relative to this one", nearest=nearest_file(found)
        )
    return found


def _whole(node: Node, name: str) -> int:
    low, high = LIMITS[name]
    value = fields.number(node, low=0 if name == "draws" else low, high=high, what=name)
    if value != int(value):
        raise node.error(f"{node.kind()} is not a whole number", allowed=f"{low:,} to {high:,}")
    return int(value)


def _names(node: Node, known: tuple[str, ...], what: str) -> tuple[str, ...] | Any:
    """Names of a list, in the order of the known ones; None for the word 'all'."""
    if node.value == "all":
        return None
    for item in fields.items(node, what=f"{what}s"):
        if not isinstance(item.value, str):
            raise item.error(f"{item.kind()} is not a {what}")
        try:
            checked_names([item.value], known, what=what, key="")
        except InputError as error:
            raise item.error(error.problem, allowed=error.allowed, nearest=error.nearest) from None
    return checked_names([str(item.value) for item in fields.items(node, what=what)], known, what=what, key="")


def _strata(node: Node) -> tuple[str, ...] | None:
    return () if node.value == [] else _names(node, ("all", *STRATA), "stratum")


def _designs(node: Node, table: ParameterTable) -> tuple[DesignAsked, ...]:
    """The designs in the order of CHOSEN; each is made once, so that all its mistakes are told before any run."""
    block = fields.mapping(node, CHOSEN, what="the designs of a study")
    return tuple(_design(method, block[method], table) for method in CHOSEN if method in block)


def _design(method: str, node: Node, table: ParameterTable) -> DesignAsked:
    known = (*DESIGN_KEYS, *SETTINGS[method])
    keys = {} if node.value is None else fields.mapping(node, known, what=f"a design '{method}'")

    def whole(key: str, usual: int, least: int) -> int:
        if key not in keys:
            return usual
        value = fields.number(keys[key], low=least, high=MOST_SAMPLES, what=key)
        if value != int(value):
            raise keys[key].error(f"{keys[key].kind()} is not a whole number")
        return int(value)

    settings = {key: _plain(keys[key]) for key in SETTINGS[method] if key in keys}
    usual_samples = len(settings["quantiles"]) if "quantiles" in settings else USUAL_SAMPLES[method]
    asked = DesignAsked(
        method=method,
        samples=whole("samples", usual_samples, 1),
        replicates=whole("replicates", USUAL_REPLICATES[method], 1),
        luck=_flag(keys["luck"]) if "luck" in keys else True,
        groups=_groups(keys["groups"]) if "groups" in keys else None,
        parameters=_patterns(keys["parameters"]) if "parameters" in keys else None,
        settings=settings,
    )
    try:
        asked.made(table, 1)
    except InputError as error:
        last = str(error.key or "").rsplit(".", 1)[-1]
        where = keys.get(last, node)
        raise where.error(error.problem, allowed=error.allowed, nearest=error.nearest) from None
    return asked


def _flag(node: Node) -> bool:
    if not isinstance(node.value, bool):
        raise node.error(f"{node.kind()} is neither true nor false", allowed="true or false")
    return node.value


def _groups(node: Node) -> str | Mapping[str, list[str]] | None:
    if isinstance(node.value, dict):
        return {name: _patterns(entry) or [] for name, entry in node.value.items()}
    if node.value == "none":
        return None
    return fields.word(node, (*GROUPINGS, "none"), what="a way to group parameters, nor a block of own groups")


def _patterns(node: Node) -> list[str] | None:
    """Names and patterns of parameters; None for the word 'all'."""
    if node.value == "all":
        return None
    found = fields.items(node, what="parameters")
    for item in found:
        if not isinstance(item.value, str):
            raise item.error(f"{item.kind()} is not the name of a parameter")
    return [str(item.value) for item in found]


def _plain(node: Node) -> Any:
    return [_plain(item) for item in node.value] if isinstance(node.value, list) else node.value
