"""What a finished study says, read from its folder: the page of its comparison, of its sensitivity, or both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.store.reading import read_results

PAGES = ("report.txt", "sensitivity.txt")


def study_page(folder: Path) -> str:
    """The pages as text, one below the other."""
    files = read_results(folder).manifest["files"]
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in PAGES if name in files)


def study_as_dict(folder: Path) -> dict[str, Any]:
    """One object: the comparison as `compare --json` prints it, if there are draws, then indices and noise."""
    from sim.analysis.saved import read_comparison

    results = read_results(folder)
    content = results.manifest
    found: dict[str, Any] = {"study": results.study, "out": str(folder), "baseline": content["baseline"]}
    if content["draws"]:
        found |= read_comparison(folder).as_dict()
    if not content.get("shape"):
        return found
    for name in ("sensitivity", "noise"):
        if name in results.table_names:
            table = results.table(name)
            found[name] = [
                {key: None if value != value else value for key, value in row.items()}
                for row in table.to_dict("records")
            ]
    found["failed_runs"] = list(content.get("failed_runs", ()))
    return found
