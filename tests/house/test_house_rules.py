"""Rules that every file of the package keeps: keyed draws, no printing, short files, told in docstrings, no prose read
as data, and what is private to a file stays in it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from house_tree import ROOT, house_files, imports_in, modules, shown

LONGEST_FILE = 350  # lines
MOST_ARGUMENTS = 10
LONGEST_UNTOLD = 8  # lines of a public function that may go without a docstring
PROSE = ("__doc__", "getdoc", "get_docstring", "getsource", "getcomments")
OF_NAMED_TUPLES = ("_replace", "_asdict", "_fields", "_make")  # public, and so written to stay clear of field names
PARQUET = "sim/core/parquet.py"
UNKEYED = ("random", "secrets", "numpy.random")


def prints(tree: ast.Module) -> Iterator[str]:
    """Calls of print."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield f"{node.lineno}: prints; library code returns its text"


def unkeyed_draws(tree: ast.Module) -> Iterator[str]:
    """Uses of a generator that is not keyed by seed, person, process and occurrence."""
    for name, line in imports_in(tree, "sim"):
        if any(name == source or name.startswith(f"{source}.") for source in UNKEYED):
            yield f"{line}: imports {name}; draws are keyed, in sim.core"
    for node in ast.walk(tree):
        is_random = isinstance(node, ast.Attribute) and node.attr == "random" and isinstance(node.value, ast.Name)
        if is_random and node.value.id in ("np", "numpy"):
            yield f"{node.lineno}: draws from numpy.random; draws are keyed, in sim.core"


def swallowed_errors(tree: ast.Module) -> Iterator[str]:
    """Handlers that catch everything, or catch any exception and say nothing."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        catches_any = isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")
        if node.type is None:
            yield f"{node.lineno}: bare except"
        elif catches_any and all(isinstance(step, ast.Pass) for step in node.body):
            yield f"{node.lineno}: passes over every exception"


def untold(tree: ast.Module) -> Iterator[str]:
    """Modules and public classes without a docstring, and public functions without one that are not short."""
    if ast.get_docstring(tree) is None:
        yield "1: the module has no docstring"
    waiting: list[ast.AST] = [tree]
    while waiting:
        for node in ast.iter_child_nodes(waiting.pop()):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                if node.name.startswith("_"):
                    continue
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                is_class = isinstance(node, ast.ClassDef)
                if ast.get_docstring(node) is None and (is_class or length > LONGEST_UNTOLD):
                    yield f"{node.lineno}: public '{node.name}' ({length} lines) has no docstring"
                if is_class:
                    waiting.append(node)
            elif isinstance(node, ast.If | ast.Try):
                waiting.append(node)


def others_private_names(tree: ast.Module) -> Iterator[str]:
    """Names with a leading underscore that are taken from another module of the package."""
    taken: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sim":
            taken |= {alias.asname or alias.name for alias in node.names}
            private = [alias.name for alias in node.names if is_private(alias.name)]
            yield from (
                f"{node.lineno}: takes '{name}' from {node.module}, which keeps it to itself" for name in private
            )
        elif isinstance(node, ast.Import):
            taken |= {alias.asname or alias.name.split(".")[0] for alias in node.names if alias.name.startswith("sim")}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr) and node.attr not in OF_NAMED_TUPLES:
            holder = ast.unparse(node.value)
            if holder.split(".")[0] in taken:
                yield f"{node.lineno}: takes '{node.attr}' from {holder}, which keeps it to itself"


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def docstrings_read(tree: ast.Module) -> Iterator[str]:
    """Uses of a docstring, or of a module's own text, as data."""
    for node in ast.walk(tree):
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if name in PROSE:
            yield f"{node.lineno}: reads {name}; what a program needs to know stands in a table or a tuple"


def wide_functions(tree: ast.Module) -> Iterator[str]:
    """Functions with more arguments than a reader keeps in mind; what belongs together stands in a named tuple."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            n = len([argument for argument in every if argument.arg not in ("self", "cls")])
            if n > MOST_ARGUMENTS:
                yield f"{node.lineno}: '{node.name}' takes {n} arguments; at most {MOST_ARGUMENTS}"


def parquet_elsewhere(path: Path, tree: ast.Module) -> Iterator[str]:
    """Parquet read or written past sim/core/parquet.py, which starts no threads and tells what is wrong."""
    if shown(path) == PARQUET:
        return
    for name, line in imports_in(tree, "sim"):
        if name.startswith("pyarrow.parquet") or name.startswith("pyarrow.dataset"):
            yield f"{line}: imports {name}; {PARQUET} reads and writes Parquet"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("read_parquet", "to_parquet"):
            yield f"{node.lineno}: '{node.attr}' of pandas; {PARQUET} reads and writes Parquet"


def problems_of(rule: object) -> list[str]:
    """What a rule finds in every module, each with its file."""
    assert callable(rule)
    return [f"{shown(path)}:{found}" for path, tree in modules() for found in rule(tree)]


def test_library_code_prints_nothing() -> None:
    assert not (found := problems_of(prints)), "\n" + "\n".join(found)


def test_draws_are_keyed() -> None:
    assert not (found := problems_of(unkeyed_draws)), "\n" + "\n".join(found)


def test_private_names_stay_in_their_file() -> None:
    assert not (found := problems_of(others_private_names)), "\n" + "\n".join(found)


def test_no_docstring_is_read_as_data() -> None:
    assert not (found := problems_of(docstrings_read)), "\n" + "\n".join(found)


def test_no_error_is_swallowed() -> None:
    assert not (found := problems_of(swallowed_errors)), "\n" + "\n".join(found)


def test_public_names_are_told() -> None:
    assert not (found := problems_of(untold)), "\n" + "\n".join(found)


def test_functions_stay_narrow() -> None:
    assert not (found := problems_of(wide_functions)), "\n" + "\n".join(found)


def test_every_package_has_its_init_file() -> None:
    folders = {folder for path, _ in modules() for folder in path.parents if folder.is_relative_to(ROOT / "sim")}
    missing = sorted(shown(folder) for folder in folders if not (folder / "__init__.py").is_file())
    assert not missing, f"folders with modules but no __init__.py: {missing}"


def test_files_stay_short() -> None:
    sources = [path for path in house_files() if path.suffix == ".py"]
    lengths = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources}
    long = {name: length for name, length in lengths.items() if length > LONGEST_FILE}
    assert not long, f"look for the second idea in files over {LONGEST_FILE} lines: {long}"


def test_only_benchmarks_time_anything() -> None:
    timed = ("time.perf_counter", "time.process_time", "timeit")
    tests = [path for path in house_files() if path.is_relative_to(ROOT / "tests") and path.suffix == ".py"]
    problems = [
        f"{shown(path)} uses {name}"
        for path in tests
        if "benchmarks" not in path.parts and path != Path(__file__)
        for name in (*timed, "benchmark(")
        if name in path.read_text(encoding="utf-8")
    ]
    assert not problems, "a test that times something fails on a busy machine:\n" + "\n".join(problems)


def test_test_files_have_names_of_their_own() -> None:
    names = [path.name for path in house_files() if path.name.startswith("test_") and path.suffix == ".py"]
    twice = sorted({name for name in names if names.count(name) > 1})
    assert not twice, f"pytest imports test files by name alone: {twice}"


@pytest.mark.parametrize(
    ("rule", "source", "n_found"),
    [
        (prints, "print('a')", 1),
        (prints, "report.print('a')", 0),
        (unkeyed_draws, "import random", 1),
        (unkeyed_draws, "from numpy.random import default_rng", 1),
        (unkeyed_draws, "import numpy as np\nx = np.random.default_rng(1)", 1),
        (unkeyed_draws, "x = model.random.choice([1])", 0),
        (swallowed_errors, "try:\n    a()\nexcept:\n    raise", 1),
        (swallowed_errors, "try:\n    a()\nexcept Exception:\n    pass", 1),
        (swallowed_errors, "try:\n    a()\nexcept ValueError:\n    pass", 0),
        (others_private_names, "from sim.experiment.api import _simulator", 1),
        (others_private_names, "from sim.experiment import api\napi._simulator()", 1),
        (others_private_names, "import sim.experiment.api\nsim.experiment.api._simulator()", 1),
        (others_private_names, "from sim.study.points import Point\nPoint(1)._replace(draw=2)", 0),
        (others_private_names, "from sim.study import points\nself._points = points.of(1)", 0),
        (docstrings_read, "import ast\nast.get_docstring(tree)", 1),
        (docstrings_read, "text = module.__doc__", 1),
        (docstrings_read, "doc = 1", 0),
        (wide_functions, "def f(self, a, b, c, d, e, *, f, g, h, i, j): pass", 0),
        (wide_functions, "def f(a, b, c, d, e, *, f, g, h, i, j, k): pass", 1),
        (untold, "x = 1", 1),
        (untold, '"""Told."""\nclass Service:\n    n: int', 1),
        (untold, '"""Told."""\ndef short(x):\n    return x', 0),
        (untold, '"""Told."""\ndef long(x):\n' + "    x += 1\n" * 8, 1),
        (untold, '"""Told."""\ndef _private(x):\n' + "    x += 1\n" * 8, 0),
    ],
)
def test_each_rule_finds_what_it_is_for(rule: object, source: str, n_found: int) -> None:
    assert callable(rule)
    assert len(list(rule(ast.parse(source)))) == n_found


def test_parquet_is_read_in_one_place() -> None:
    problems = [f"{shown(path)}:{problem}" for path, tree in modules() for problem in parquet_elsewhere(path, tree)]
    assert not problems, "\n" + "\n".join(problems)


@pytest.mark.parametrize(
    "text", ["import pyarrow.parquet as pq", "from pyarrow import parquet", "import pandas as pd\npd.read_parquet('a')"]
)
def test_parquet_that_is_read_elsewhere_is_seen(text: str) -> None:
    assert list(parquet_elsewhere(ROOT / "sim" / "store" / "reading.py", ast.parse(text)))
    assert not list(parquet_elsewhere(ROOT / PARQUET, ast.parse(text)))
