"""The type checker sees the model: no rule takes anything at all, and a misspelt field is an error with the nearest
name."""

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
from sim.population.person import Person


def rule(person: Person, params: Params) -> float:
    person.has_naloxon = 1
    return params.use_strat[0] * params.drop_out[0, 1] + person.trust
"""


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.name)
def test_no_rule_takes_anything_at_all(path: Path) -> None:
    rules = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)
    ]
    untyped = {
        f"{rule.name}({argument.arg})"
        for rule in rules
        for argument in (*rule.args.posonlyargs, *rule.args.args, *rule.args.kwonlyargs)
        if argument.arg not in ("self", "cls") and ast.unparse(argument.annotation or ast.Name("Any")) == "Any"
    }
    assert not untyped


@pytest.mark.slow
def test_a_misspelt_field_is_an_error_with_the_nearest_name(tmp_path: Path) -> None:
    file = tmp_path / "misspelt.py"
    file.write_text(MISSPELT, encoding="utf-8")
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), str(file)],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    for wrong, right in (("has_naloxon", "has_naloxone"), ("use_strat", "use_start"), ("drop_out", "dropout")):
        assert f'has no attribute "{wrong}"; maybe "{right}"' in checked.stdout, checked.stdout + checked.stderr
