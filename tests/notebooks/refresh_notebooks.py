"""Run the notebooks anew and keep their pictures (`make notebooks-again`).

The .py of each pair is what is run; the .ipynb beside it gets its cells and its outputs, without anything that changes
from run to run: counts, times, versions and ids.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
SECONDS = 600  # for a cell; the very first one compiles


def sources() -> list[Path]:
    """The .py of every pair."""
    return sorted(NOTEBOOKS.glob("*.py"))


def executed(source: Path) -> Any:
    """The notebook of a .py file, run in its folder as Jupyter would run it, and stripped."""
    notebook = jupytext.read(source, fmt="py:percent")
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": {"name": "python"}})
    NotebookClient(
        notebook, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": NOTEBOOKS}}
    ).execute()
    return stripped(notebook)


def stripped(notebook: Any) -> Any:
    """The notebook without what changes from run to run."""
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": {"name": "python"}})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number}"
        cell.metadata = nbformat.from_dict({})
        if cell.cell_type == "code":
            cell.execution_count = None
            for output in cell.outputs:
                output.get("metadata", {}).clear()
                if "execution_count" in output:
                    output["execution_count"] = None
    return notebook


def main(names: list[str]) -> None:
    """Run the notebooks named, or all of them, and write each beside its source."""
    for source in sources():
        if not names or source.stem in names:
            nbformat.write(executed(source), source.with_suffix(".ipynb"))


if __name__ == "__main__":
    main(sys.argv[1:])
