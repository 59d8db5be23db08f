"""The designs of a study file: one block a method, each made once, so that all its mistakes are told before any run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from sim.core.errors import InputError
from sim.core.mistakes import Mistakes
from sim.core.schema import Key
from sim.scenario.reading import fields
from sim.scenario.reading.yaml_strict import Node
from sim.sensitivity.designs import GROUPINGS, LUCK, SETTINGS, factors_of
from sim.sensitivity.designs.factors import REST
from sim.sensitivity.designs.make import WITH_GROUPS
from sim.study.analysis_spec import DesignSpec
from sim.study.keys import KEYS
from sim.study.methods import CHOSEN, USUAL_REPLICATES, USUAL_SAMPLES

if TYPE_CHECKING:
    from sim.evidence import ParameterTable

DESIGN = KEYS["design"]
T = TypeVar("T")


def read_designs(node: Node, table: ParameterTable, mistakes: Mistakes) -> tuple[DesignSpec, ...]:
    """The designs in the order of CHOSEN; each is made once, so that all its mistakes are told before any run."""
    block = fields.block(node, CHOSEN, what="the designs of a study", mistakes=mistakes)
    if block is None:
        return ()
    for name, unknown in fields.open_mapping(node, what="the designs of a study").items():
        if name not in CHOSEN and unknown.value is not None:
            _tell_without_method(unknown, table, mistakes)
    named = block.keys
    read = [mistakes.read(_design, method, named[method], table, mistakes) for method in CHOSEN if method in named]
    return tuple(spec for spec in read if spec is not None)


def _tell_without_method(node: Node, table: ParameterTable, mistakes: Mistakes) -> None:
    """Collects what is wrong in a design of which the method is not known: whatever would be wrong in any."""
    settings = {key: KEYS[method][key] for method in CHOSEN for key in SETTINGS[method]}
    block = fields.block(node, (*DESIGN, *settings), what="a design", mistakes=mistakes)
    readers = {**_common(table, mistakes), **{key: _setting_of(of, mistakes) for key, of in settings.items()}}
    for key, value in {} if block is None else block.keys.items():
        mistakes.read(readers[key], value)


def _common(table: ParameterTable, mistakes: Mistakes) -> Mapping[str, Callable[[Node], Any]]:
    """How each key is read that every method has."""
    return {
        "samples": partial(whole_number, key=DESIGN["samples"]),
        "replicates": partial(whole_number, key=DESIGN["replicates"]),
        "luck": _flag,
        "groups": partial(_groups, table=table, mistakes=mistakes),
        "parameters": partial(_parameters, table=table, mistakes=mistakes),
    }


def _setting_of(key: Key, mistakes: Mistakes) -> Callable[[Node], Any]:
    return partial(_setting, key=key, mistakes=mistakes)


def _design(method: str, node: Node, table: ParameterTable, mistakes: Mistakes) -> DesignSpec | None:
    """One design; None, with its mistakes collected, where something in it is wrong."""
    before, what = len(mistakes), f"a design '{method}'"
    known = (*DESIGN, *SETTINGS[method])
    block = None if node.value is None else fields.block(node, known, what=what, mistakes=mistakes)
    keys: Mapping[str, Node] = {} if block is None else block.keys

    common = _common(table, mistakes)

    def read(key: str, usual: T) -> T:
        value = mistakes.read(common[key], keys[key]) if key in keys else None
        return usual if value is None else value

    own = {key: _setting_of(KEYS[method][key], mistakes) for key in SETTINGS[method]}
    settings: dict[str, Any] = {key: mistakes.read(own[key], keys[key]) for key in SETTINGS[method] if key in keys}
    settings = {key: value for key, value in settings.items() if value is not None}
    usual_samples = len(settings["quantiles"]) if settings.get("quantiles") else USUAL_SAMPLES[method]
    spec = DesignSpec(
        method=method,
        samples=read("samples", usual_samples),
        replicates=read("replicates", USUAL_REPLICATES[method]),
        luck=read("luck", True),
        groups=read("groups", None),
        parameters=read("parameters", None),
        settings=settings,
    )
    is_told = block is not None and (block.meant or any(value.refused for value in keys.values()))
    if is_told:
        return None
    _tell_what_does_not_fit(spec, keys, node, table, mistakes, before)
    return spec if len(mistakes) == before else None


def _tell_what_does_not_fit(
    spec: DesignSpec, keys: Mapping[str, Node], node: Node, table: ParameterTable, mistakes: Mistakes, before: int
) -> None:
    """Collects why the design cannot be made, key by key: a value that does not fit gives way to one that would.

    before: how many mistakes there were before the design was read. Of a key that is told as wrong nothing more is.
    """
    wrong = {error.key for error in mistakes.errors[before:]}
    told = {key for key, value in keys.items() if any(_is_within(where, value.path) for where in wrong)}
    for key in sorted(told):
        spec = _without(spec, key, table)
    for _ in keys.keys() - told or ("",):
        try:
            spec.made(table, 1)
            return
        except InputError as error:
            if error.file is not None:  # a shipped table is wrong, and not the study
                raise
            key = str(error.parameter)
            if key in told:
                return
            where = _where(error, keys, node)
            mistakes.add(where.error(error.problem, allowed=error.allowed, nearest=error.nearest))
            told.add(key)
            spec = _without(spec, key, table)


def _is_within(where: str | None, path: str) -> bool:
    """Whether a mistake stands at a key, or in its value."""
    return where is not None and (where == path or where.startswith((f"{path}.", f"{path}[")))


def _without(spec: DesignSpec, key: str, table: ParameterTable) -> DesignSpec:
    """The design with a value of this key that fits, and that makes it no larger than any other would."""
    all_in_one = None if spec.groups is None else {"all": [REST]}
    if key == "parameters":
        return replace(spec, parameters=[factors_of(table, None)[0].name], groups=all_in_one)
    if key == "groups":
        return replace(spec, groups={"all": [REST]} if spec.method in WITH_GROUPS else None)
    if key == "samples":
        quantiles = spec.settings.get("quantiles")
        return replace(spec, samples=len(quantiles) if quantiles else USUAL_SAMPLES[spec.method])
    if key == "replicates":
        return replace(spec, replicates=USUAL_REPLICATES[spec.method])
    if key == "quantiles":
        spec = replace(spec, samples=USUAL_SAMPLES[spec.method])  # how many they are is not known
    settings = {name: value for name, value in spec.settings.items() if name != key}
    return replace(spec, settings={**settings, "harmonics": 1} if key == "harmonics" else settings)


def _where(error: InputError, keys: Mapping[str, Node], node: Node) -> Node:
    """What a design's refusal is about: the group that it names, the key, or the design."""
    where = keys.get(str(error.parameter or ""), node)
    own = where.value.values() if error.parameter == "groups" and isinstance(where.value, dict) else ()
    inside = [item for entry in own for item in (entry.value if isinstance(entry.value, list) else [entry])]
    named = (item for item in inside if error.problem.startswith(f"'{item.value}' "))
    return next(named, where)


def _parameters(node: Node, table: ParameterTable, mistakes: Mistakes) -> list[str] | None:
    patterns = _patterns(node, mistakes)
    for item in patterns or ():
        mistakes.read(_refuse_unmatched, item, table)
    return None if patterns is None else [str(item.value) for item in patterns]


def _refuse_unmatched(item: Node, table: ParameterTable) -> None:
    try:
        factors_of(table, [str(item.value)])
    except InputError as error:
        if error.file is not None:
            raise
        raise item.error(error.problem, allowed=error.allowed, nearest=error.nearest) from None


def _setting(node: Node, key: Key, mistakes: Mistakes) -> Any:
    if key.kind == "flag":
        return _flag(node)
    if key.kind == "list of number":
        listed = fields.distinct_items(node, mistakes, what=key.name)
        return [mistakes.read(fields.number, item, low=key.least, high=key.most, what="a quantile") for item in listed]
    return whole_number(node, key)


def _flag(node: Node) -> bool:
    if not isinstance(node.value, bool):
        raise node.error(f"{node.kind()} is neither true nor false", allowed="true or false")
    return node.value


def _groups(node: Node, table: ParameterTable, mistakes: Mistakes) -> str | Mapping[str, list[str]] | None:
    if isinstance(node.value, dict):
        if not node.value and not node.refused:
            raise node.error("holds no group", allowed="a list of parameters for each group, or 'mechanism'")
        return {name: _patterns_of_group(entry, table, mistakes) for name, entry in node.value.items()}
    if node.value == "none":
        return None
    return fields.word(node, (*GROUPINGS, "none"), what="a way to group parameters, nor a block of own groups")


def _patterns_of_group(entry: Node, table: ParameterTable, mistakes: Mistakes) -> list[str]:
    items = mistakes.read(_patterns, entry, mistakes)
    for item in items or ():
        if item.value not in (REST, LUCK):
            mistakes.read(_refuse_unmatched, item, table)
    return [REST] if items is None else [str(item.value) for item in items]


def _patterns(node: Node, mistakes: Mistakes) -> list[Node] | None:
    """Names and patterns of parameters, those of them that are words; None for the word 'all'."""
    if node.value == "all":
        return None
    items = fields.distinct_items(node, mistakes, what="parameters")
    for item in items:
        if not isinstance(item.value, str):
            mistakes.add(item.error(f"{item.kind()} is not the name of a parameter"))
    return [item for item in items if isinstance(item.value, str)]


def whole_number(node: Node, key: Key) -> int:
    """A whole number, with all its digits."""
    low, high = int(key.low), int(key.high)
    value: Any = node.value
    if isinstance(value, int | float) and not isinstance(value, bool):
        fields.number(node, low=low, high=high, what=key.name)
    else:
        raise node.error(f"{node.kind()} is not a number", allowed=f"a whole number from {low:,} to {high:,}")
    if value != int(value):
        raise node.error(f"{node.kind()} is not a whole number", allowed=f"{low:,} to {high:,}")
    return int(value)
