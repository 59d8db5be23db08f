"""Write the pins of the Python that runs this script: constraints/pythonX.Y.txt, and floors.txt with the oldest Python.

Resolves the package with every extra, and what builds it, in a throwaway environment without installing any of it. The
floors are the least versions that pyproject.toml allows of what a run needs, with what they bring along; one set for
every Python. Run it through `make lock`, which does so for each Python found.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "constraints"
OLDEST = (3, 11)


def resolved(project: dict[str, Any], extras: list[str], least: dict[str, str]) -> dict[str, str]:
    """Version of every package that an installation with these extras would bring, by normalised name.

    least: versions that are to be taken of some of them.
    """
    wanted = [f"{ROOT}[{','.join(extras)}]" if extras else str(ROOT), *project["build-system"]["requires"]]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        report, pins = Path(folder) / "report.json", Path(folder) / "pins.txt"
        pins.write_text(text_of(least), encoding="utf-8")
        pip = [str(Path(folder) / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
        options = ["install", "--quiet", "--dry-run", "--ignore-installed", "--report", str(report), "-c", str(pins)]
        subprocess.run([*pip, *options, *wanted], check=True)
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
    versions = {normalised(item["metadata"]["name"]): str(item["metadata"]["version"]) for item in found}
    del versions[normalised(project["project"]["name"])]
    return versions


def floors(project: dict[str, Any]) -> dict[str, str]:
    """The least version of each dependency of a run, by normalised name."""
    named = (re.match(r"([A-Za-z0-9._-]+)>=([0-9.]+)", text) for text in project["project"]["dependencies"])
    return {normalised(found[1]): found[2] for found in named if found}


def normalised(name: str) -> str:
    """A distribution's name as installers compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def text_of(versions: dict[str, str]) -> str:
    """The lines of a file of pins."""
    return "".join(f"{name}=={version}\n" for name, version in sorted(versions.items()))


def main() -> None:
    """Resolve, then write the file named after the running Python; with the oldest Python, the floors too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = sorted(project["project"].get("optional-dependencies", {}))
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    written = {version: resolved(project, extras, {})} if sys.argv[1:] != ["floors"] else {}
    if sys.version_info[:2] == OLDEST:
        written["floors"] = resolved(project, [], floors(project))
    for name, versions in written.items():
        (FOLDER / f"{name}.txt").write_text(text_of(versions), encoding="utf-8")
        print(f"constraints/{name}.txt: {len(versions)} packages")


if __name__ == "__main__":
    main()
