"""In what two studies differ, in words: the one that a folder holds, and the one that is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sim.core.errors import InputError
from sim.core.files import read_json

NUMBERS = ("people", "months", "draws", "replicates", "seed", "level")
LISTS = ("measures", "strata", "given_data")
Asked = Mapping[str, Any] | None
IN_GENERAL = " (other scenarios, area, evidence, people, months, draws, replicates, seed, designs or precision)"


def differing_from(study_file: Path, asked: Asked) -> str:
    """What follows 'another study': each setting that differs with both values; what may, where neither file tells.

    asked: content of the study file that would be written.
    """
    try:
        differences = [] if asked is None else list(_differences(read_json(study_file), asked))
    except (InputError, AttributeError, KeyError, TypeError):  # of a file that somebody changed
        differences = []
    return f": {'; '.join(differences)}" if differences else IN_GENERAL


def _differences(held: Mapping[str, Any], asked: Mapping[str, Any]) -> Iterator[str]:
    yield from _scenarios(held["scenarios"], asked["scenarios"])
    if held["area_sha256"] != asked["area_sha256"]:
        same = held["area"] == asked["area"]
        names = (str(study["area"] or "the usual one") for study in (held, asked))
        yield "its area has changed since" if same else _told("area", *names)
    if held["parameters_sha256"] != asked["parameters_sha256"]:
        yield "its evidence has changed since"
    for name in NUMBERS:
        yield from _number_apart(name, held[name], asked[name])
    yield from _number_apart("equal money", *(study.get("equal_money_gbp_per_year") for study in (held, asked)))
    yield from _analyses(held.get("analysis", {}), asked.get("analysis", {}))


def _scenarios(held: list[Mapping[str, Any]], asked: list[Mapping[str, Any]]) -> Iterator[str]:
    names = [[str(scenario["name"]) for scenario in study] for study in (held, asked)]
    if names[0] != names[1]:
        yield _told("scenarios", *(", ".join(study) for study in names))
        return
    for old, new in zip(held, asked, strict=True):
        if old["sha256"] != new["sha256"]:
            yield f"its scenario '{old['name']}' has changed since"


def _analyses(held: Mapping[str, Any], asked: Mapping[str, Any]) -> Iterator[str]:
    for name in LISTS:
        lists = [study.get(name) for study in (held, asked)]
        if lists[0] != lists[1]:
            yield _told(name.replace("_", " "), *("all" if of is None else ", ".join(of) or "none" for of in lists))
    precisions = [study.get("precision") or {} for study in (held, asked)]
    yield from _number_apart("precision", *(precision.get("half_width") for precision in precisions))
    if all(precisions) and precisions[0]["measure"] != precisions[1]["measure"]:
        yield _told("measure of the precision", *(precision["measure"] for precision in precisions))
    yield from _designs(*({design["method"]: design for design in study.get("designs", ())} for study in (held, asked)))


def _designs(held: Mapping[str, Mapping[str, Any]], asked: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    if list(held) != list(asked):
        yield _told("designs", *(", ".join(study) or "none" for study in (held, asked)))
        return
    for method, design in held.items():
        for key, value in design.items():
            other = asked[method].get(key)
            if other != value:
                yield _told(f"{key} of {method}", *("none" if own is None else str(own) for own in (value, other)))


def _number_apart(name: str, held: float | None, asked: float | None) -> Iterator[str]:
    if held != asked:
        yield _told(name, *(_number(own) for own in (held, asked)))


def _number(value: Any) -> str:
    return "none" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:,.12g}"


def _told(name: str, held: str, asked: str) -> str:
    return f"{name} {held} there, {asked} asked for"
