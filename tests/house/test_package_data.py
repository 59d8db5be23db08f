"""An installed Throughgate carries every table, page and picture of the package, and all of scenarios/."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from house_tree import ROOT, house_files


@pytest.mark.parametrize(("package", "name"), [(ROOT / "sim", "sim"), (ROOT / "scenarios", "sim.scenarios")])
def test_every_file_beside_the_code_is_packaged(package: Path, name: str) -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = declared["tool"]["setuptools"]["package-data"][name]
    packaged = {path for pattern in patterns for path in package.glob(pattern)}
    held = {path for path in house_files() if path.is_relative_to(package) and path.suffix != ".py"}
    assert held, "no data found in the package"
    left_out = sorted(path.relative_to(package).as_posix() for path in held - packaged)
    assert not left_out, f"add to [tool.setuptools.package-data]: {left_out}"
