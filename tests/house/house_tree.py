"""What the house's own tests look at: the files that are, or would be, in the repository."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {".git", ".venv", "build", "dist", "__pycache__", "runs"}


@cache
def house_files() -> tuple[Path, ...]:
    """Every file that git holds or would hold, by path; in a tree without git, every file outside caches and runs."""
    listing = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(listing, capture_output=True, check=True).stdout.decode().split("\0")
        found = [ROOT / name for name in listed if name]
    except (OSError, subprocess.CalledProcessError):
        found = [
            path
            for path in ROOT.rglob("*")
            if not any(
                part in NOT_OURS or part.endswith((".egg-info", "_cache")) for part in path.relative_to(ROOT).parts
            )
        ]
    return tuple(sorted({path for path in found if path.is_file()}))


def shown(path: Path) -> str:
    """A path as a reader of a failed test wants it: from the top of the repository."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


def text_of(path: Path) -> str | None:
    """A file's text, or None when it holds something else."""
    content = path.read_bytes()
    if b"\0" in content:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


@cache
def modules() -> tuple[tuple[Path, ast.Module], ...]:
    """Every Python file of the package, parsed."""
    sources = [path for path in house_files() if path.suffix == ".py" and path.is_relative_to(ROOT / "sim")]
    return tuple((path, ast.parse(path.read_text(encoding="utf-8"), filename=shown(path))) for path in sources)


def room_of(path: Path) -> str:
    """The package under sim that a file belongs to: sim/core/days.py is core, sim itself is ''."""
    parts = path.relative_to(ROOT / "sim").with_suffix("").parts
    return "" if parts in (("__init__",), ("__main__",)) else parts[0]


def imports_in(tree: ast.Module, package: str) -> Iterator[tuple[str, int]]:
    """Every absolute dotted name that a module imports anywhere in it, with its line.

    package: dotted package of the module, which relative imports start from.
    `from a import b` gives a.b, since b may be a module; imports by name through importlib count when spelt out.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            start = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                yield f"{start}.{alias.name}", node.lineno
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("import_module", "__import__") and isinstance(node.args[0].value, str):
                yield node.args[0].value, node.lineno


def file_of(name: str) -> Path | None:
    """The file of the package that a dotted name leads to: a module, a room's __init__, or the one that holds it."""
    files = {path for path, _ in modules()}
    parts = name.split(".")
    while parts:
        base = ROOT.joinpath(*parts)
        for file in (base.with_suffix(".py"), base / "__init__.py"):
            if file in files:
                return file
        parts.pop()
    return None


@cache
def files_imported(path: Path, *, types: bool = True) -> frozenset[Path]:
    """Files of the package that a file of it imports anywhere; types: those under `if TYPE_CHECKING` too."""
    tree = dict(modules())[path]
    package = ".".join(path.relative_to(ROOT).parent.parts)
    names = {name for name, _ in imports_in(tree if types else without_types(tree), package)}
    files = {file_of(name) for name in names if name.split(".")[0] == "sim"}
    return frozenset(file for file in files if file is not None and file != path)


def without_types(tree: ast.Module) -> ast.Module:
    """A module without the blocks that only a type checker reads."""

    class Dropped(ast.NodeTransformer):
        def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
            is_types = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
            return node.orelse if is_types else self.generic_visit(node)

    return Dropped().visit(ast.parse(ast.unparse(tree)))
