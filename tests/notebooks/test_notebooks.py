"""The notebooks are pairs that say the same, hold no logic, show charts with their words and tables, and run."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest
from refresh_notebooks import NOTEBOOKS, ROOT, executed, sources

AGAIN = "run `make notebooks-again`"
PAIRS = [pytest.param(source, id=source.stem) for source in sources()]
LONG_RUNS = ("compare_funding", "map_and_last_bus", "one_person")  # half a minute each
RUN = [
    pytest.param(source, id=source.stem, marks=pytest.mark.slow if source.stem in LONG_RUNS else ())
    for source in sources()
]
ALLOWED = (ast.Import, ast.ImportFrom, ast.Assign, ast.Expr)
LOGIC = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.IfExp, ast.BoolOp, ast.Compare)
LONGEST_CELL = 8  # lines
LARGEST_BYTES = 2_500_000
REMOTE = re.compile(
    r"(?i)(?:src|href|data|action|poster|srcset)\s*=\s*[\"']?\s*(?:https?:)?//|url\(|@import|<script|<iframe|<link"
)


def read(source: Path) -> Any:
    return nbformat.read(source.with_suffix(".ipynb"), as_version=4)


def pages_of(notebook: Any) -> list[str]:
    """The HTML of every output."""
    return [output.data["text/html"] for cell in notebook.cells for output in cell.get("outputs", [])]


class Page(HTMLParser):
    """Pictures, tables and captions of one output."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.pictures: list[dict[str, str | None]] = []
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "img":
            self.pictures.append(dict(attrs))


def test_there_are_notebooks_and_every_one_is_a_pair() -> None:
    assert len(sources()) >= 3
    assert {path.stem for path in NOTEBOOKS.glob("*.ipynb")} == {path.stem for path in sources()}


@pytest.mark.parametrize("source", PAIRS)
def test_both_files_of_a_pair_say_the_same(source: Path) -> None:
    told, kept = jupytext.read(source, fmt="py:percent"), read(source)
    assert [(c.cell_type, c.source) for c in told.cells] == [(c.cell_type, c.source) for c in kept.cells], AGAIN
    nbformat.validate(kept)


@pytest.mark.parametrize("source", PAIRS)
def test_a_notebook_begins_with_a_title_and_holds_no_logic(source: Path) -> None:
    cells = read(source).cells
    assert cells[0].cell_type == "markdown"
    assert cells[0].source.startswith("# ")
    for cell in cells:
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= LONGEST_CELL
            nodes = list(ast.walk(ast.parse(cell.source)))
            assert not [node for node in nodes if isinstance(node, ast.stmt) and not isinstance(node, ALLOWED)]
            assert not [node for node in nodes if isinstance(node, LOGIC)]


@pytest.mark.parametrize("source", PAIRS)
def test_nothing_changes_from_run_to_run_but_pictures(source: Path) -> None:
    notebook = read(source)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert [cell.id for cell in notebook.cells] == [f"cell-{n}" for n in range(1, len(notebook.cells) + 1)]
    for cell in notebook.cells:
        assert not cell.metadata
        assert cell.get("execution_count") is None
        for output in cell.get("outputs", []):
            assert output.output_type == "display_data", "neither text on a stream nor an error"


@pytest.mark.parametrize("source", PAIRS)
def test_every_picture_has_words_and_a_table_and_nothing_comes_from_afar(source: Path) -> None:
    pages = pages_of(read(source))
    charts = [page for page in pages if "<img" in page]
    assert len(charts) >= 2
    for page in pages:
        assert not REMOTE.search(page)
    for page in charts:
        found = Page(page)
        assert len(found.pictures) == 1
        (picture,) = found.pictures
        alt, where = picture["alt"], picture["src"]
        assert alt is not None
        assert len(alt) > 200
        assert where is not None
        assert where.startswith("data:image/png;base64,iVBOR")
        assert {"figure", "details", "table", "caption", "th"} <= set(found.tags)
    for cell in read(source).cells:
        if cell.cell_type == "markdown":
            assert "](http" not in cell.source
            assert "<img" not in cell.source
    assert source.with_suffix(".ipynb").stat().st_size < LARGEST_BYTES


@pytest.mark.parametrize("source", RUN)
def test_a_notebook_runs_in_nbmake(source: Path) -> None:
    notebook = source.with_suffix(".ipynb")
    command = [sys.executable, "-m", "pytest", "--nbmake", "--nbmake-timeout=600", "-p", "no:cacheprovider"]
    done = subprocess.run([*command, str(notebook)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "1 passed" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("source", PAIRS)
def test_a_notebook_run_anew_says_what_it_said(source: Path) -> None:
    """Words and tables, but for the mark of the program in source lines; the pictures follow the drawing library."""
    now, before = (
        [re.sub(r"program \w+|base64,[^\"]+", "", page) for page in pages_of(notebook)]
        for notebook in (executed(source), read(source))
    )
    assert now == before, AGAIN
