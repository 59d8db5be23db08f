"""An installed Throughgate carries every table, page and picture that the package holds in the repository."""

from __future__ import annotations

import tomllib

from house_tree import ROOT, house_files


def test_every_file_beside_the_code_is_packaged() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = declared["tool"]["setuptools"]["package-data"]["sim"]
    package = ROOT / "sim"
    packaged = {path for pattern in patterns for path in package.glob(pattern)}
    held = {path for path in house_files() if path.is_relative_to(package) and path.suffix != ".py"}
    assert held, "no data found in the package"
    left_out = sorted(path.relative_to(package).as_posix() for path in held - packaged)
    assert not left_out, f"add to [tool.setuptools.package-data]: {left_out}"
