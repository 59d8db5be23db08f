"""The table of themes is read strictly: what is wrong is one sentence that names file, line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.errors import InputError
from sim.evidence.themes import THEME_COLUMNS, load_themes

ROW = {
    "code": "T1",
    "title": "Somewhere to sleep",
    "mechanisms": "housing; beds",
    "levers": "supported_beds",
    "measures": "rough_sleeping_days",
    "numbers": "housing.settled_loss",
    "left_out": "rents, allocations",
}


def written(folder: Path, *rows: dict[str, str]) -> Path:
    lines = [",".join(THEME_COLUMNS)]
    lines += [",".join(f'"{row.get(column, "")}"' for column in THEME_COLUMNS) for row in rows]
    file = folder / "themes.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_a_theme_holds_its_names_and_its_words(tmp_path: Path) -> None:
    words = "`rough_sleeping_days` (by sex)"
    (theme,) = load_themes(written(tmp_path, {**ROW, "measures_in_words": words}))
    assert (theme.code, theme.title) == ("T1", "Somewhere to sleep")
    assert theme.mechanisms == ("housing", "beds")
    assert theme.numbers == ("housing.settled_loss",)
    assert theme.in_words == {"measures": words}


def test_words_may_stand_where_there_is_no_mechanism(tmp_path: Path) -> None:
    (theme,) = load_themes(written(tmp_path, {**ROW, "mechanisms": "", "mechanisms_in_words": "none: budgets"}))
    assert theme.mechanisms == ()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"code": "T2"}, "'T2' is not the next theme; allowed: T1"),
        ({"mechanisms": "**housing**"}, r"'\*\*housing\*\*' is not a name; allowed: names parted by semicolons"),
        ({"mechanisms": "housing, beds"}, "'housing, beds' is not a name"),
        ({"mechanisms": "housing;"}, "'' is not a name"),
        ({"mechanisms": ""}, "mechanisms: the cell is empty; allowed: names, or mechanisms_in_words"),
        ({"numbers": ""}, "numbers: the cell is empty"),
        ({"levers": "cas3_beds; cas3_beds"}, "'cas3_beds' is there twice"),
        ({"levers": "supported_bed"}, "'supported_bed' is not a lever; .*did you mean 'supported_beds'"),
        ({"title": "one\ntwo"}, "title: 'one.*' runs over several lines; allowed: one line"),
        ({"measures_in_words": "nights (by sex)"}, "the words leave out 'rough_sleeping_days'"),
    ],
)
def test_what_is_wrong_is_one_sentence(tmp_path: Path, changed: dict[str, str], message: str) -> None:
    file = written(tmp_path, {**ROW, **changed})
    with pytest.raises(InputError, match=message) as refused:
        load_themes(file, known={"levers": ["supported_beds", "cas3_beds"]})
    assert (refused.value.file, refused.value.line) == (str(file), 2)
    assert "\n" not in str(refused.value)
