"""No function takes more arguments than a reader keeps in mind: what belongs together is a record."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from house_tree import modules, shown

MOST_ARGUMENTS = 10  # self and those given by keyword count
TO_BE_GATHERED: dict[str, int] = {
    "sim/analysis/comparison.py:assemble": 13,
    "sim/experiment/api.py:prepare": 12,
    "sim/notebook/plain_words.py:funding": 11,
}


def arguments_of(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every function of a module with the number of its arguments."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            of = node.args
            yield node.name, len(of.posonlyargs) + len(of.args) + len(of.kwonlyargs)


def test_no_function_takes_more_than_ten_arguments() -> None:
    wide = {
        f"{shown(path)}:{name}": n for path, tree in modules() for name, n in arguments_of(tree) if n > MOST_ARGUMENTS
    }
    assert wide == TO_BE_GATHERED


@pytest.mark.parametrize(
    ("source", "n"),
    [("def f(self, a, /, b, *, c): ...", 4), ("async def f(): ...", 0), ("def f(*many, **named): ...", 0)],
)
def test_arguments_are_counted(source: str, n: int) -> None:
    assert list(arguments_of(ast.parse(source))) == [("f", n)]
