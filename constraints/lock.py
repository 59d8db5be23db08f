"""Write the pins of the Python that runs this script: constraints/pythonX.Y.txt.

Resolves the package with every extra, and what builds it, in a throwaway environment without installing any of it.
Run it through `make lock`, which does so for each Python found.
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


def resolved(project: dict[str, Any]) -> dict[str, str]:
    """Version of every package that an installation with all extras would bring, by normalised name."""
    extras = ",".join(sorted(project["project"].get("optional-dependencies", {})))
    wanted = [f"{ROOT}[{extras}]" if extras else str(ROOT), *project["build-system"]["requires"]]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        report = Path(folder) / "report.json"
        pip = [str(Path(folder) / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
        options = ["install", "--quiet", "--dry-run", "--ignore-installed", "--report", str(report)]
        subprocess.run([*pip, *options, *wanted], check=True)
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
    versions = {normalised(item["metadata"]["name"]): str(item["metadata"]["version"]) for item in found}
    del versions[normalised(project["project"]["name"])]
    return versions


def normalised(name: str) -> str:
    """A distribution's name as installers compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> None:
    """Resolve, then write the file named after the running Python."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    target = ROOT / "constraints" / f"python{sys.version_info.major}.{sys.version_info.minor}.txt"
    pins = [f"{name}=={version}\n" for name, version in sorted(resolved(project).items())]
    target.write_text("".join(pins), encoding="utf-8")
    print(f"{target.relative_to(ROOT)}: {len(pins)} packages")


if __name__ == "__main__":
    main()
