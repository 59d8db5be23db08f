"""The eighteen themes of the passage from prison to community, as a table: `themes.csv`, one row a theme.

A theme names the mechanisms whose rules carry it, the levers that money can buy for it, the measures in which it shows
and the parameter rows that are its own. The sensitivity study groups its factors by it (`sim/sensitivity/designs`), and
the page `sim/THEMES.md` is rendered from it; nothing reads the page.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

from sim.core.cells import LONGEST_TITLE, words_of
from sim.core.errors import InputError, nearest_name
from sim.core.grammar import a
from sim.core.tables import read_rows

THEMES = Path(__file__).parent / "themes.csv"
THEME_COLUMNS = (
    "code", "title", "mechanisms", "mechanisms_in_words", "levers", "levers_in_words", "measures", "measures_in_words",
    "numbers", "left_out",
)  # fmt: skip
THEME_NEEDS = ("code", "title", "levers", "measures", "numbers", "left_out")
NAMES = {"mechanisms": "mechanism", "levers": "lever", "measures": "measure", "numbers": "parameter row"}
"""Columns that list names, parted by semicolons, and what one name of each is."""


class Theme(NamedTuple):
    """One theme.

    code: T1, T2, ... in order. mechanisms: files of sim/mechanisms, without their ending. numbers: parameter rows.
    in_words: by column, what the page says in place of the bare list of names; each name stands in it.
    left_out: what the theme does not hold, in words of the page (Markdown).
    """

    code: str
    title: str
    mechanisms: tuple[str, ...]
    levers: tuple[str, ...]
    measures: tuple[str, ...]
    numbers: tuple[str, ...]
    in_words: Mapping[str, str]
    left_out: str


def load_themes(
    file: str | Path | None = None, *, known: Mapping[str, Collection[str]] | None = None
) -> tuple[Theme, ...]:
    """All themes in the order of the table; the shipped one unless told otherwise.

    known: by column of NAMES the names that are allowed there; a column without an entry is taken as it stands, since
    mechanisms, levers and measures belong to rooms that come after this one.
    Raises InputError, naming file and line, at the first row that is not right.
    """
    path = THEMES if file is None else Path(file)
    themes: list[Theme] = []
    for row in read_rows(path, THEME_COLUMNS, THEME_NEEDS):
        line, cells = row.line, row.cells
        code = f"T{len(themes) + 1}"
        if cells["code"] != code:
            raise InputError(f"'{cells['code']}' is not the next theme", file=path, line=line, key="code", allowed=code)
        names = {column: _names(path, line, column, cells[column], (known or {}).get(column)) for column in NAMES}
        in_words = _in_words(path, line, cells, names)
        title = words_of(row, "title", longest=LONGEST_TITLE)
        theme = Theme(code, title, in_words=in_words, left_out=cells["left_out"], **names)
        themes.append(theme)
    if not themes:
        raise InputError("the table holds no theme", file=path, allowed="a row for each theme")
    return tuple(themes)


def _names(file: Path, line: int, column: str, cell: str, known: Collection[str] | None) -> tuple[str, ...]:
    """The names in a cell; refuses one that is unknown, empty or there twice."""
    names = tuple(part.strip() for part in cell.split(";")) if cell else ()
    for name in names:
        if not re.fullmatch(r"[a-z0-9_.]+", name):
            raise InputError(
                f"'{name}' is not a name", file=file, line=line, key=column, allowed="names parted by semicolons"
            )
        if names.count(name) > 1:
            raise InputError(f"'{name}' is there twice", file=file, line=line, key=column, allowed="each name once")
        if known is not None and name not in known:
            raise InputError(
                f"'{name}' is not {a(NAMES[column])}", file=file, line=line, key=column,
                allowed=f"the name of {a(NAMES[column])}", nearest=nearest_name(name, known),
            )  # fmt: skip
    return names


def _in_words(
    file: Path, line: int, cells: Mapping[str, str], names: Mapping[str, tuple[str, ...]]
) -> Mapping[str, str]:
    """By column the words in place of its list; refuses words that name other things than the list, and neither."""
    in_words = {}
    for column in NAMES:
        words = cells.get(f"{column}_in_words", "")
        if not words and not names[column]:
            raise InputError(
                "the cell is empty", file=file, line=line, key=column, allowed=f"names, or {column}_in_words"
            )
        absent = [name for name in names[column] if words and f"`{name}`" not in words]
        if absent:
            raise InputError(
                f"the words leave out '{absent[0]}'", file=file, line=line, key=f"{column}_in_words",
                allowed=f"words with each of {', '.join(f'`{name}`' for name in names[column])}",
            )  # fmt: skip
        if words:
            in_words[column] = words
    return in_words
