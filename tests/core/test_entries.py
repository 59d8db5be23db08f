"""What Python calls is an entry: all other compiled functions have no way in from Python."""

from __future__ import annotations

import ast
import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import sim

PACKAGE = Path(sim.__file__).resolve().parent
COMPILED = {"entry", "kernel"}
A_RUN = """
from sim.area import load_area
from sim.evidence import load_parameters
from sim.scenario import load_scenario
from sim.experiment.simulator import StudySimulator

area, table = load_area(), load_parameters()
scenario = load_scenario("scenarios/baseline.yaml", area=area, parameters=table)
simulator = StudySimulator([scenario], area, table, people=40, months=24, draws=1, seed=3, reference=True)
world = simulator.world(0, 0, 0)
world.run_to(world.days)
print(world.people["digest"].tolist())
"""


def decorated(node: ast.AST) -> str:
    """'entry' or 'kernel' where a function is compiled, else empty."""
    names = [d.id for d in getattr(node, "decorator_list", []) if isinstance(d, ast.Name)]
    return next((name for name in names if name in COMPILED), "")


def inner_kernels() -> set[tuple[str, str]]:
    """Module and name of every compiled function that is no entry."""
    return {
        (module_of(path), node.name)
        for path in PACKAGE.rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and decorated(node) == "kernel"
    }


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def of_python(tree: ast.Module) -> Iterator[ast.AST]:
    """Every node outside compiled functions and imports."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if not decorated(node) and not isinstance(node, ast.ImportFrom):
            yield node
            waiting += ast.iter_child_nodes(node)


def found_in(module: ModuleType, node: ast.AST) -> Any:
    """The function that a name, or a name in a module, stands for."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return vars(module).get(node.id)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return getattr(vars(module).get(node.value.id), node.attr, None)
    return None


def calls_of_kernels(path: Path, inner: set[tuple[str, str]]) -> Iterator[str]:
    """One sentence for each place where Python names a compiled function that is no entry."""
    module = importlib.import_module(module_of(path))
    for node in of_python(ast.parse(path.read_text(encoding="utf-8"))):
        function = found_in(module, node)
        function = getattr(function, "py_func", function)
        key = (getattr(function, "__module__", ""), getattr(function, "__name__", ""))
        if key in inner:
            name = ".".join(key)
            yield f"{path.name}:{getattr(node, 'lineno', 0)} calls {name} from Python: make it an @entry, not a @kernel"


def test_python_calls_entries_only() -> None:
    inner = inner_kernels()
    assert len(inner) > 200
    paths = [path for path in sorted(PACKAGE.rglob("*.py")) if path.name != "__main__.py"]
    wrong = [line for path in paths for line in calls_of_kernels(path, inner)]
    assert not wrong, "\n".join(wrong)


def test_a_call_that_is_no_entry_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "from sim.core.clocks import ticks\n\n\ndef rate():\n    return ticks(0.1)\n"
    path = PACKAGE / "made_up_caller.py"
    module = ModuleType("sim.made_up_caller")
    exec(compile(source, path.name, "exec"), module.__dict__)
    monkeypatch.setitem(sys.modules, "sim.made_up_caller", module)
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: source)
    (line,) = calls_of_kernels(path, {("sim.core.clocks", "ticks")})
    assert line == "made_up_caller.py:5 calls sim.core.clocks.ticks from Python: make it an @entry, not a @kernel"


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A fresh process at the root of the project, without the tests' open kernels."""
    kept = {name: value for name, value in os.environ.items() if name != "THROUGHGATE_KERNELS"}
    return subprocess.run(
        (sys.executable, "-c", code), cwd=PACKAGE.parent, capture_output=True, text=True, check=False,
        env={**kept, "PYTHONPATH": str(PACKAGE.parent), **environment},
    )  # fmt: skip


def test_a_kernel_called_from_python_says_what_to_do() -> None:
    ended = python("from sim.core.clocks import ticks\nticks(0.1)")
    assert ended.returncode == 1
    wanted = "sim.core.clocks.ticks is a @kernel, which compiled code alone can call; make it an @entry to call it here"
    assert f"TypeError: {wanted}" in ended.stderr


def test_a_setting_that_numba_refuses_is_one_sentence() -> None:
    ended = python("import sim.core.compiled", NUMBA_NUM_THREADS="0")
    assert ended.returncode == 1
    said = "InputError: NUMBA_NUM_THREADS: Numba refuses a setting of the environment: Number of threads"
    assert said in ended.stderr
    assert "allowed: a value that Numba takes, or not set at all" in ended.stderr


@pytest.mark.slow
def test_lives_are_the_same_with_every_kernel_open() -> None:
    closed, opened = python(A_RUN), python(A_RUN, THROUGHGATE_KERNELS="open")
    assert closed.returncode == opened.returncode == 0, closed.stderr + opened.stderr
    assert closed.stdout == opened.stdout
