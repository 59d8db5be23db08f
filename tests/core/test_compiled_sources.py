"""The name of the compiled-code cache changes with every source that can end up in machine code."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest

import sim
from sim.core.compiled import COMPILED_PACKAGES, rows, source_hash
from sim.population.person import new_people

PACKAGE = Path(sim.__file__).resolve().parent
SOURCES = [path for package in COMPILED_PACKAGES for path in sorted((PACKAGE / package).glob("*.py"))]


def has_kernels(path: Path) -> bool:
    """Whether a file takes the decorator that compiles from where it is; a kernel may be something else elsewhere."""
    compiling = {"entry", "kernel"}
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    taken = [node for node in nodes if isinstance(node, ast.ImportFrom) and node.module == "sim.core.compiled"]
    if any(alias.name in compiling for node in taken for alias in node.names):
        return True
    named = {ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)}
    return any(f"compiled.{name}" in named for name in compiling)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the compiled packages."""
    for package in COMPILED_PACKAGES:
        shutil.copytree(PACKAGE / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_any_byte_of_any_compiled_source_changes_the_hash(tree: Path) -> None:
    before = source_hash(tree)
    seen = {before}
    for source in SOURCES:
        path = tree / source.relative_to(PACKAGE)
        whole = path.read_bytes()
        if not whole:
            continue
        middle = len(whole) // 2
        path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
        changed = source_hash(tree)
        assert changed not in seen, path
        seen.add(changed)
        path.write_bytes(whole)
    assert source_hash(tree) == before
    assert len(seen) > 30


def test_a_new_or_renamed_source_changes_the_hash(tree: Path) -> None:
    before = source_hash(tree)
    (tree / "mechanisms" / "weather.py").write_text('"""Rain."""\n', encoding="utf-8")
    assert source_hash(tree) != before
    (tree / "mechanisms" / "weather.py").unlink()
    (tree / "core" / "normal.py").rename(tree / "core" / "gauss.py")
    assert source_hash(tree) != before


def test_what_is_never_compiled_does_not_change_the_hash(tree: Path) -> None:
    before = source_hash(tree)
    (tree / "cli.py").write_text("x = 1\n", encoding="utf-8")
    (tree / "core" / "notes.txt").write_text("x", encoding="utf-8")
    assert source_hash(tree) == before


def test_every_file_with_compiled_functions_is_in_the_hash() -> None:
    outside = [path for path in PACKAGE.rglob("*.py") if path not in SOURCES and has_kernels(path)]
    assert not outside


def test_compiled_functions_freeze_nothing_from_outside_the_hash() -> None:
    """A constant imported from a package outside the hash would be frozen into stale machine code."""
    for path in (path for path in SOURCES if has_kernels(path)):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sim."):
                assert node.module is not None
                assert node.module.split(".")[1] in COMPILED_PACKAGES, f"{path}:{node.lineno}"


def test_rows_are_views() -> None:
    people = new_people(3)
    rows(people)[1]["age"] = 40.0
    assert people["age"].tolist() == [0.0, 40.0, 0.0]
