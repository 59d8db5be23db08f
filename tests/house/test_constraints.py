"""For every tested Python there is one file that pins, exactly, all that an installation brings."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import metadata
from typing import Any

import pytest
from house_tree import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

FOLDER = ROOT / "constraints"
PIN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*==\d+(?:\.\d+)*(?:(?:a|b|rc)\d+)?(?:\.post\d+)?")
COVERAGE = f"{sys.version_info.major}.{sys.version_info.minor}"


def project() -> dict[str, Any]:
    """The project as declared."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pythons_tested() -> list[str]:
    """Versions of Python that the project says it is tested on."""
    named = [
        re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", line)
        for line in project()["project"]["classifiers"]
    ]
    return [found.group(1) for found in named if found]


def pins_of(version: str) -> dict[str, Version]:
    """Pinned version of every package, for one version of Python."""
    lines = (FOLDER / f"python{version}.txt").read_text(encoding="utf-8").splitlines()
    return {name: Version(pinned) for name, pinned in (line.split("==") for line in lines)}


def declared() -> list[Requirement]:
    """Everything that the project names: to run, for each extra, and to build."""
    known = project()
    groups = [known["project"]["dependencies"], *known["project"].get("optional-dependencies", {}).values()]
    return [Requirement(text) for group in [*groups, known["build-system"]["requires"]] for text in group]


def test_each_tested_python_has_its_file_and_no_other() -> None:
    pins = {f"python{version}.txt" for version in pythons_tested()}
    assert {path.name for path in FOLDER.glob("*.txt")} == {*pins, "floors.txt"}


def test_the_floors_are_the_least_versions_that_a_run_may_have() -> None:
    lines = (FOLDER / "floors.txt").read_text(encoding="utf-8").splitlines()
    floors = {name: Version(pinned) for name, pinned in (line.split("==") for line in lines)}
    for wanted in (Requirement(text) for text in project()["project"]["dependencies"]):
        (least,) = (Version(part.version) for part in wanted.specifier if part.operator == ">=")
        assert floors[canonicalize_name(wanted.name)] == least, f"run `make lock`: {wanted}"


@pytest.mark.parametrize("name", [*(f"python{version}" for version in pythons_tested()), "floors"])
def test_every_line_is_an_exact_pin_in_order(name: str) -> None:
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if not PIN.fullmatch(line)], "a line holds more than name==version"
    names = [line.split("==")[0] for line in lines]
    assert names == sorted(set(names))
    assert canonicalize_name(project()["project"]["name"]) not in names


@pytest.mark.parametrize("version", pythons_tested())
def test_everything_declared_is_pinned_within_its_range(version: str) -> None:
    pins = pins_of(version)
    problems = []
    for wanted in declared():
        if wanted.marker is None or wanted.marker.evaluate({"python_version": version, "extra": ""}):
            pinned = pins.get(canonicalize_name(wanted.name))
            if pinned is None or not wanted.specifier.contains(pinned, prereleases=True):
                problems.append(f"{wanted}: pinned {pinned}")
    assert not problems, f"run `make lock`: {problems}"


@pytest.mark.skipif(COVERAGE not in pythons_tested(), reason="an untested Python has no pins of its own")
def test_everything_that_comes_along_is_pinned_too() -> None:
    pins = pins_of(COVERAGE)
    waiting = [wanted for wanted in declared() if wanted.marker is None or wanted.marker.evaluate({"extra": ""})]
    seen: set[tuple[str, frozenset[str]]] = set()
    unpinned = set()
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if (name, frozenset(wanted.extras)) in seen:
            continue
        seen.add((name, frozenset(wanted.extras)))
        if name not in pins:
            unpinned.add(name)
        try:
            requires = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # an extra that is not installed here
        for line in requires:
            inner = Requirement(line)
            extras = wanted.extras or {""}
            if inner.marker is None or any(inner.marker.evaluate({"extra": extra}) for extra in extras):
                waiting.append(inner)
    assert not unpinned, f"run `make lock`: {sorted(unpinned)}"
