"""Render the parts of the documents that are tables: python tests/house/refresh_documents.py (or `make documents`).

A rendered part stands between two markers, <!-- NAME --> and <!-- /NAME -->; what stands around it is written by hand.
`test_documents.py` holds each part equal to its table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Part(NamedTuple):
    """A rendered part of a document: the file from the top of the repository, its marker, what renders it."""

    document: str
    marker: str
    render: Callable[[], str]


def theme_names() -> Mapping[str, Collection[str]]:
    """By column of the table of themes, the names that exist in the package."""
    from sim.evidence import load_parameters
    from sim.outcomes.measures import MEASURE_NAMES
    from sim.scenario import LEVERS

    mechanisms = [path.stem for path in (ROOT / "sim" / "mechanisms").glob("*.py")]
    return {"mechanisms": mechanisms, "levers": LEVERS, "measures": MEASURE_NAMES, "numbers": load_parameters()}


def themes() -> str:
    """The table of themes; a mechanism is named as its file, as in `attendance.py`."""
    return "\n".join(_theme_lines())


def _theme_lines() -> Iterator[str]:
    from sim.evidence.themes import load_themes

    heads = ("theme", "files in `sim/mechanisms`", "levers", "measures in which it shows", "numbers", "left out")
    yield f"| {' | '.join(heads)} |"
    yield "| --- " * len(heads) + "|"
    for theme in load_themes(known=theme_names()):
        lists = {
            "mechanisms": [f"{name}.py" for name in theme.mechanisms],
            "levers": theme.levers,
            "measures": theme.measures,
            "numbers": theme.numbers,
        }
        cells = [theme.in_words.get(key) or ", ".join(f"`{name}`" for name in names) for key, names in lists.items()]
        yield f"| {theme.code} {theme.title} | {' | '.join(cells)} | {theme.left_out} |"


def levers() -> str:
    """The names of the levers, by what the money is spent on."""
    from sim.commands.text.levers import groups_table
    from sim.evidence import load_parameters
    from sim.scenario.levers.describe import catalogue

    return groups_table(catalogue(load_parameters())).rstrip("\n")


PARTS = (Part("sim/THEMES.md", "themes", themes), Part("README.md", "levers", levers))


def rendered(part: Part, text: str) -> str:
    """A document's text with one part rendered anew; the part must be marked once."""
    marked = re.compile(rf"(<!-- {part.marker} -->\n).*?(\n<!-- /{part.marker} -->)", re.DOTALL)
    text, n_marked = marked.subn(lambda found: f"{found[1]}{part.render()}{found[2]}", text)
    if n_marked != 1:
        raise SystemExit(f"{part.document} must hold <!-- {part.marker} --> and <!-- /{part.marker} --> once")
    return text


def main() -> None:
    for part in PARTS:
        path = ROOT / part.document
        path.write_text(rendered(part, path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
