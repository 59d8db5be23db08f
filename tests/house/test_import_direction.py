"""Data flows one way: a package imports only those before it in ORDER, and one room alone knows Mesa."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from house_tree import ROOT, imports_in, modules, room_of, shown

ORDER = (
    "core",
    "document",
    "evidence",
    "area",
    "population",
    "scenario",
    "mechanisms",
    "sensitivity",
    "outcomes",
    "engine",
    "store",
    "agents",
    "study",
    "analysis",
    "presentation",
    "experiment",
    "commands",
    "notebook",
    "",  # sim itself, which hands out the public names and is imported by none of them; `python -m sim`
)

# Pairs (file from the top of the repository, package it may import all the same). Empty, and meant to stay so.
EXCEPTIONS: tuple[tuple[str, str], ...] = ()

MESA_ROOM = "agents"


def rooms_imported(tree: ast.Module, path: Path) -> set[tuple[str, int]]:
    """Packages of sim that a module imports, with lines; a name taken from sim itself counts as ''."""
    package = ".".join(path.relative_to(ROOT).parent.parts)
    found = set()
    for name, line in imports_in(tree, package):
        first, *rest = name.split(".")
        if first == "sim":
            inner = rest[0] if rest else ""
            is_module = (ROOT / "sim" / inner).is_dir() or (ROOT / "sim" / f"{inner}.py").is_file()
            found.add((inner if inner in ORDER or is_module else "", line))
    return found


def upward(tree: ast.Module, path: Path) -> list[str]:
    """Imports of a module against the direction, in words."""
    own = room_of(path)
    if own not in ORDER:
        return [f"{shown(path)}: package '{own}' has no place in ORDER"]
    return [
        f"{shown(path)}:{line}: '{own or 'sim'}' imports '{other or 'sim'}', which comes after it"
        for other, line in sorted(rooms_imported(tree, path), key=lambda found: found[1])
        if (other not in ORDER or ORDER.index(other) > ORDER.index(own)) and (shown(path), other) not in EXCEPTIONS
    ]


def test_no_package_imports_a_later_one() -> None:
    assert modules(), "no module found under sim"
    problems = [problem for path, tree in modules() for problem in upward(tree, path)]
    assert not problems, "\n" + "\n".join(problems)


def test_every_exception_is_in_use() -> None:
    used = {(shown(path), other) for path, tree in modules() for other, _ in rooms_imported(tree, path)}
    assert set(EXCEPTIONS) <= used, "an exception that nothing needs"


def test_mesa_stays_in_its_room() -> None:
    problems = [
        f"{shown(path)}:{line}: imports {name}"
        for path, tree in modules()
        if room_of(path) != MESA_ROOM
        for name, line in imports_in(tree, "sim")
        if name.split(".")[0] == "mesa"
    ]
    assert not problems, "\n" + "\n".join(problems)


@pytest.mark.parametrize(
    ("file", "source", "is_upward"),
    [
        ("sim/engine/day.py", "from sim.core.days import date_of", False),
        ("sim/engine/day.py", "from sim.engine import queues", False),
        ("sim/engine/day.py", "from sim.agents import model", True),
        ("sim/engine/day.py", "from sim import agents", True),
        ("sim/engine/day.py", "import sim.study.threads as threads", True),
        ("sim/engine/day.py", "def late():\n    from sim.store import folder", True),
        ("sim/engine/day.py", "from ..store import folder", True),
        ("sim/engine/day.py", "from . import queues", False),
        ("sim/engine/day.py", "import importlib\nimportlib.import_module('sim.commands.main')", True),
        ("sim/engine/day.py", "from sim import load_scenario", True),
        ("sim/engine/day.py", "import sim", True),
        ("sim/helpers/day.py", "import math", True),
        ("sim/commands/main.py", "from sim.experiment.api import run", False),
        ("sim/experiment/api.py", "from sim.commands.main import main", True),
        ("sim/__init__.py", "from sim.experiment.api import run", False),
    ],
)
def test_the_direction_is_read_off_every_way_of_importing(file: str, source: str, is_upward: bool) -> None:
    assert bool(upward(ast.parse(source), ROOT / file)) == is_upward
