"""A number that is drawn acts smoothly: no rule rounds one, since a step would stand where nothing in the world does.

`sim.core.keys.whole` turns a drawn mean into whole days, appointments or doses by luck keyed to the occurrence.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from sim.core.files import read_text

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("mechanisms", "population", "engine", "scenario/delivery", "outcomes")
ROUNDING = {"round", "int", "floor", "ceil", "trunc", "rint"}

REMAINING = {
    "engine/staff.py:hub": "by how many keyworkers a hub's hours are shared: one more of them moves who is whose alone",
    "engine/run_inputs.py:": "how many people a run has: one more or fewer is no step in any life",
}
"""Where a drawn number is still rounded, and why."""


def rounded_draws(tree: ast.AST) -> list[tuple[str, int]]:
    """Function and line of every rounding of a drawn number, or of something worked out from one in the function."""
    found: list[tuple[str, int]] = []
    for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
        drawn: set[str] = set()
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and _is_drawn(node.value, drawn):
                drawn |= {name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)}
        for node in ast.walk(function):
            if any(_is_drawn(number, drawn) for number in _rounded(node)):
                found.append((function.name, node.lineno))
    return found


def _rounded(node: ast.AST) -> list[ast.expr]:
    """What a node makes whole."""
    if isinstance(node, ast.Call) and _name(node.func) in ROUNDING:
        return node.args
    return [node.left, node.right] if isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv) else []


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _is_drawn(expression: ast.AST, drawn: set[str]) -> bool:
    """Whether an expression reads a draw, or a name that was worked out from one."""
    for node in ast.walk(expression):
        if isinstance(node, ast.Subscript) and _name(node.value) == "draw":
            return True
        if isinstance(node, ast.Name) and node.id in drawn:
            return True
    return False


def files() -> list[Path]:
    return sorted(file for room in ROOMS for file in (ROOT / "sim" / room).glob("*.py"))


@pytest.mark.parametrize("file", files(), ids=lambda file: file.relative_to(ROOT / "sim").as_posix())
def test_no_rule_rounds_a_drawn_number(file: Path) -> None:
    place = file.relative_to(ROOT / "sim").as_posix()
    found = [
        f"{place}:{line} in {function}"
        for function, line in rounded_draws(ast.parse(read_text(file)))
        if not any(f"{place}:{function}".startswith(known) for known in REMAINING)
    ]
    assert not found, "sim.core.keys.whole makes whole numbers of drawn means"


@pytest.mark.parametrize(
    "rule",
    [
        'def f(draw):\n    return round(draw["a.b"])',
        'def f(context):\n    return int(2 * context.draw["a.b"])',
        'def f(draw):\n    days = draw["a.b"] / 2\n    half = days\n    return math.floor(half)',
        'def f(draw, x):\n    return x // draw["a.b"]',
    ],
)
def test_a_rounded_draw_is_found(rule: str) -> None:
    assert rounded_draws(ast.parse(rule))


def test_what_remains_is_still_there() -> None:
    for known in REMAINING:
        place, _, function = known.partition(":")
        found = rounded_draws(ast.parse(read_text(ROOT / "sim" / place)))
        assert any(name.startswith(function) for name, _ in found), f"{known} is mended: take it off the list"
