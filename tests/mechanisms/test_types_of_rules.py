"""The type checker sees the model: no rule takes anything at all, and a misspelt field is an error."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import sim

ROOT = Path(sim.__file__).parents[1]
RULES = [path for path in sorted((ROOT / "sim" / "mechanisms").glob("*.py")) if path.name != "__init__.py"]
MISSPELT = """
from sim.mechanisms.parameters import Params
from sim.mechanisms.use import Numbers
from sim.population.person import Person


def own(person: Person, params: Numbers) -> None:
    person.has_naloxon = 1
    person.use_factor = params.use_strat[0]


def of_all(person: Person, params: Params) -> None:
    person.use_factor = params.use_strat[0]
"""


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.name)
def test_no_rule_takes_anything_at_all(path: Path) -> None:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    untyped = {
        f"{rule.name}({argument.arg})"
        for rule in nodes
        if isinstance(rule, ast.FunctionDef)
        for argument in (*rule.args.posonlyargs, *rule.args.args, *rule.args.kwonlyargs)
        if argument.arg not in ("self", "cls") and ast.unparse(argument.annotation or ast.Name("Any")) == "Any"
    }
    assert not untyped


@pytest.mark.slow
def test_a_misspelt_field_is_an_error(tmp_path: Path) -> None:
    """A rule of its own mechanism's numbers alone is told the nearest name; mypy looks for none in inherited ones."""
    file = tmp_path / "misspelt.py"
    file.write_text(MISSPELT, encoding="utf-8")
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), str(file)],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    errors = [line.split("error: ")[1] for line in checked.stdout.splitlines() if "error: " in line]
    assert errors == [
        '"Person" has no attribute "has_naloxon"; maybe "has_naloxone"?  [attr-defined]',
        '"Numbers" has no attribute "use_strat"; maybe "use_start"?  [attr-defined]',
        '"Params" has no attribute "use_strat"  [attr-defined]',
    ], checked.stdout + checked.stderr
