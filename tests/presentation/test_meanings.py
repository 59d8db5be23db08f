"""The tables of what columns mean: read strictly, and each of their rows in use."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.errors import InputError
from sim.presentation.meanings import NUMBER, TEXT, Meaning, meaning_of, read_meanings
from sim.presentation.report import dictionary as of_report
from sim.presentation.sensitivity import dictionary as of_sensitivity

HEAD = "file,name,type,unit,meaning\n"


@pytest.mark.parametrize("table", [of_report.COLUMNS, of_sensitivity.COLUMNS], ids=["report", "sensitivity"])
def test_numbers_alone_have_a_unit(table: Path) -> None:
    meanings = read_meanings(table)
    assert len(meanings) > 40
    for (file, name), meaning in meanings.items():
        assert not (meaning.unit and meaning.type == TEXT), (file, name)


def test_a_file_s_own_meaning_comes_first() -> None:
    own, chart, usual = (Meaning(NUMBER, "days", word) for word in ("own", "chart", "usual"))
    meanings = {("", "low"): usual, ("tables/a", "low"): own, ("charts/b", "low"): chart}
    told = [meaning_of(meanings, file, "low") for file in ("tables/a", "charts/b-one-two", "tables/c")]
    assert told == [own, chart, usual]
    with pytest.raises(KeyError, match="high"):
        meaning_of(meanings, "tables/a", "high")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (",low,numbr,days,lower end\n", "'numbr' is not a type"),
        (",low,number,days,\n", "meaning: the cell is empty"),
        (",low,number,days,one\n,low,number,days,two\n", "'low' is told twice"),
    ],
)
def test_a_mistake_is_named_with_its_line(rows: str, said: str, tmp_path: Path) -> None:
    table = tmp_path / "columns.csv"
    table.write_text(HEAD + rows, encoding="utf-8")
    with pytest.raises(InputError, match=said) as caught:
        read_meanings(table)
    assert caught.value.line == 1 + rows.count("\n")
