"""Within a room files have an order too: no circle of imports, and sub-rooms that never look at one another."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from house_tree import ROOT, files_imported, modules, shown, without_types

# Mesa's agents know the type of their model, and the model makes the agents.
CIRCLE_OF_TYPES = {"sim/agents/agents.py", "sim/agents/model.py"}

# (folder, folder whose files none of its own may import); sub-folders are folders of their own.
NEVER = (
    ("sim/scenario/levers", "sim/scenario/reading"),
    ("sim/scenario/levers", "sim/scenario/delivery"),
    ("sim/sensitivity/designs", "sim/sensitivity/indices"),
    ("sim/study", "sim/study/cluster"),
    ("sim/presentation/report", "sim/presentation/sensitivity"),
    ("sim/presentation/charts", "sim/presentation/sensitivity"),
    ("sim/commands/text", "sim/commands"),
)


def circles(files: Iterable[Path], imported: Callable[[Path], Iterable[Path]]) -> list[set[str]]:
    """Sets of files that import one another, straight or through others (Tarjan's strongly connected components)."""
    number: dict[Path, int] = {}
    lowest: dict[Path, int] = {}
    stack: list[Path] = []
    rings: list[set[str]] = []

    def visit(file: Path) -> None:
        number[file] = lowest[file] = len(number)
        stack.append(file)
        for other in imported(file):
            if other not in number:
                visit(other)
                lowest[file] = min(lowest[file], lowest[other])
            elif other in stack:
                lowest[file] = min(lowest[file], number[other])
        if lowest[file] == number[file]:
            ring = set()
            while file.as_posix() not in ring:
                ring.add(stack.pop().as_posix())
            if len(ring) > 1:
                rings.append({shown(Path(name)) for name in ring})

    for file in files:
        if file not in number:
            visit(file)
    return rings


def test_no_files_import_one_another() -> None:
    files = [path for path, _ in modules()]
    assert not circles(files, lambda path: files_imported(path, types=False))


def test_one_circle_is_allowed_for_types() -> None:
    files = [path for path, _ in modules()]
    assert circles(files, files_imported) == [CIRCLE_OF_TYPES]


@pytest.mark.parametrize(("folder", "other"), NEVER)
def test_sub_rooms_keep_their_order(folder: str, other: str) -> None:
    own = [path for path, _ in modules() if path.parent == ROOT / folder]
    assert own and (ROOT / other).is_dir(), "a folder of the list is gone"
    problems = [
        f"{shown(path)} imports {shown(imported)}"
        for path in own
        for imported in files_imported(path)
        if imported.parent == ROOT / other
    ]
    assert not problems, "\n".join(problems)


def test_a_circle_is_found() -> None:
    graph = {"a": "b", "b": "c", "c": "b", "d": "a"}
    files = {name: ROOT / name for name in graph}
    assert circles(files.values(), lambda file: [files[graph[file.name]]]) == [{"b", "c"}]


def test_imports_for_types_are_told_from_others() -> None:
    source = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a\nelse:\n    import b\n"
    assert ast.unparse(without_types(ast.parse(source))) == "from typing import TYPE_CHECKING\nimport b"
