"""What makes a study the same study, and what a manifest says about the program that ran it."""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.evidence import ParameterTable

PACKAGES = ("throughgate", "numpy", "numba", "mesa", "pandas", "pyarrow", "scipy")
PACKAGES_THAT_COUNT = ("numpy", "numba", "pandas", "pyarrow", "scipy")
_PROGRAM = Path(__file__).resolve().parent.parent
LIFE_TABLE = _PROGRAM / "evidence" / "lifetable.csv"  # named here: its reader needs numpy, which nothing else here does


def canonical_json(content: Any) -> str:
    """The one spelling of a plain object: sorted keys, no spaces; dates and paths as text."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)


def sha256_text(text: str) -> str:
    """sha256 of a text, in hex."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def study_id(
    *,
    scenarios: Sequence[Mapping[str, Any]],
    baseline: str,
    parameters_sha256: str,
    area_sha256: str,
    seed: int,
    people: int,
    months: int,
    draws: int,
    replicates: int,
    analysis: Mapping[str, Any] | None = None,
) -> str:
    """sha256 over everything that decides the numbers; thread count, folder and level are not among it.

    analysis: what a study file asks beyond a comparison (designs, measures, strata). The id says what was asked and not
    how a folder is laid out, so its keys stay those of the first schema, and the same study keeps its id.
    """
    content = {
        "schema": 1,
        "scenarios": list(scenarios),
        "baseline": baseline,
        "parameters": parameters_sha256,
        "area": area_sha256,
        "seed": seed,
        "people": people,
        "months": months,
        "draws": draws,
        "replicates": replicates,
        **({"shape": dict(analysis)} if analysis else {}),
    }
    return sha256_text(canonical_json(content))


def folder_sha256(folder: Path) -> str:
    """sha256 over names and bytes of all files in a folder, in order of name; hidden files are left out."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not any(part.startswith((".", "__pycache__")) for part in relative.parts):
            digest.update(f"{relative.as_posix()}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def parameters_sha256(table: ParameterTable) -> str:
    """sha256 over what decides draws, every parameter's name, value, range, distribution and chance of no effect, and
    over the life table, which no draw moves."""
    rows = [
        [row.name, row.value, row.low, row.high, row.distribution, row.unit, row.no_effect] for row in table.values()
    ]
    life_table = hashlib.sha256(LIFE_TABLE.read_bytes()).hexdigest()
    return sha256_text(canonical_json([sorted(rows), life_table]))


@cache
def code_sha256() -> str:
    """sha256 over the program's own Python sources."""
    digest = hashlib.sha256()
    for path in sorted(_PROGRAM.rglob("*.py")):
        digest.update(f"{path.relative_to(_PROGRAM).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def versions() -> dict[str, str | None]:
    """Versions of Python and of the packages that touch the numbers; None for one that is not installed."""
    of_packages: dict[str, str | None] = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            of_packages[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            of_packages[package] = None
    return of_packages


@cache
def made_by() -> dict[str, str]:
    """What can move a byte of a table beside what was asked: the program's sources, Python, packages that count.

    `resume` goes on with the same only, and `made_by_sha256` marks each part.
    """
    of_packages = versions()
    major, minor, *_ = platform.python_version_tuple()
    packages = {name: str(of_packages[name]) for name in PACKAGES_THAT_COUNT}
    return {"sources": code_sha256(), "python": f"{major}.{minor}", **packages}


def made_by_sha256() -> str:
    """One hash of it all."""
    return sha256_text(canonical_json(made_by()))


def git_commit() -> str | None:
    """The commit the program runs from, with '+changes' when files differ from it; None outside a repository."""
    root = _PROGRAM.parent
    if not (root / ".git").exists():
        return None
    commit = _git(root, "rev-parse", "HEAD")
    if not commit:
        return None
    return f"{commit}+changes" if _git(root, "status", "--porcelain", "--", "sim") else commit


def program() -> dict[str, Any]:
    """The part of a manifest about the program: versions, platform, commit and hash of the sources."""
    return {
        "versions": versions(),
        "platform": f"{platform.system()} {platform.machine()}",
        "git_commit": git_commit(),
        "code_sha256": code_sha256(),
    }


def _git(root: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
