"""What a refusal tells: numbers with all their digits, a name only where one is near, words that can be seen."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from sim.core.errors import InputError, exact, is_finite, nearest_name, nearest_names
from sim.core.printable import has_words, written
from sim.core.schema import load_keys
from sim.core.tables import read_rows
from sim.study.keys import KEYS


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (2**63 - 1, "9,223,372,036,854,775,807"), (1e9, "1,000,000,000"), (0.999, "0.999"), (0.1234567890123, None),
        (12.0, "12"), (1e300, "1e+300"), (-1234.0, "-1,234"), (0.99900000000001, None),
    ],
)  # fmt: skip
def test_a_number_is_told_with_all_its_digits(number: float, words: str | None) -> None:
    assert exact(number) == (str(number) if words is None else words)
    assert float(exact(number).replace(",", "")) == float(number)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("٣", "'٣' is not a number"), ("१२", "'१२' is not a number"), ("5e-324", "5e-324 is too near 0 to mean"),
        ("-1e-13", "-1e-13 is too near 0"), ("1_000", "'1_000' is not a number"), ("1e400", "is not a finite number"),
        ('"' + "9" * 140_000 + '"', "a cell holds more than 131,072 letters; a quotation mark may lack its fellow"),
        ('"1', "not a comma-separated table (a quotation mark has no fellow)"),
        ('"1"2', "not a comma-separated table (something other than a comma follows a closing quotation mark)"),
    ],
)  # fmt: skip
def test_a_cell_that_is_no_number(cell: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"name,value\nash,{cell}\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_rows(file, ("name", "value"))[0].number("value")
    assert str(refused.value).startswith(f"{file}:2:") and said in str(refused.value)


@pytest.mark.parametrize("cell", ["0", "-0.0", "1e-12", "3e-4", "+.5", "12."])
def test_a_cell_that_is_a_number(cell: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"name,value\nash,{cell}\n", encoding="utf-8")
    assert read_rows(tmp_path / "a.csv", ("name", "value"))[0].number("value") == float(cell)


def test_a_large_end_of_a_range_is_no_float() -> None:
    assert KEYS["study"]["seed"].most == 2**63 - 1
    assert isinstance(KEYS["study"]["seed"].most, int)


@pytest.mark.parametrize(
    ("name", "known", "near"),
    [
        ("nope", ["income", "housing"], None), ("bogus", ["out", "people"], None),
        ("navigatr", ["navigators"], "navigators"),
        ("engaged", ["qalys", "engaged_within_3_weeks"], "engaged_within_3_weeks"),
        ("within_3", ["qalys", "engaged_within_3_weeks"], "engaged_within_3_weeks"),
        ("dry_run", ["dry-run"], "dry-run"), ("", ["a"], None), ("en", ["engaged"], None),
    ],
)  # fmt: skip
def test_a_name_is_offered_only_where_it_is_near(name: str, known: list[str], near: str | None) -> None:
    assert nearest_name(name, known) == near


def test_names_that_begin_with_a_word_come_before_those_that_hold_it() -> None:
    assert nearest_names("bath", ["probation_bath_office", "bath_probation_office"], most=1) == [
        "bath_probation_office"
    ]


@pytest.mark.parametrize(
    ("text", "can_be_seen"),
    [
        ("a", True),
        ("\u115f\u3164", False),
        ("\u0301", False),
        ("", False),
        (" \u200b", False),
        ("e\u0301", True),
        ("7", True),
    ],
)
def test_words_can_be_seen(text: str, can_be_seen: bool) -> None:
    assert has_words(text) is can_be_seen


@pytest.mark.parametrize(("mark", "words"), [(";", "semicolons"), ("\t", "tabs"), ("|", "upright bars")])
def test_other_marks_than_commas_are_named(mark: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("name,value,unit\na,1,m\n".replace(",", mark), encoding="utf-8")
    with pytest.raises(InputError, match=f"x.csv:1: the cells are parted by {words}; allowed: commas between cells"):
        read_rows(file, ("name", "value", "unit"))


def test_columns_of_another_table_are_no_misspelt_ones(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("modes,titles\na,b\n", encoding="utf-8")
    with pytest.raises(InputError, match="'modes' is not a column") as refused:
        read_rows(file, ("mode", "title", "unit"))
    assert refused.value.nearest is None
    file.write_text("modes,title,unit\na,b,c\n", encoding="utf-8")
    with pytest.raises(InputError, match="did you mean 'mode'"):
        read_rows(file, ("mode", "title", "unit"))


def test_every_declared_end_is_told_as_it_is_written() -> None:
    for keys in load_keys(Path(__file__).parents[2] / "sim" / "study" / "keys.csv").values():
        for key in keys.values():
            if key.high:
                assert float(exact(key.most).replace(",", "")) == float(key.high)


@pytest.mark.parametrize("heading", ["name,value,unit", "name,value,", ",name,value"])
def test_a_heading_that_no_row_agrees_with_is_told_once(heading: str, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"{heading}\na,1\nb,2\n\nc,3\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_rows(file, ("name", "value"), more=True)
    assert (caught.value.line, caught.value.others) == (1, ())
    assert caught.value.problem == "the heading has 3 columns, and every row 2 cells"


def test_rows_that_do_not_agree_are_told_one_by_one(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("name,value\na,1\nb,2,3\nc\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_rows(file, ("name", "value"))
    assert [error.line for error in (caught.value, *caught.value.others)] == [3, 4]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (10**59, "100,000,000,000,000,000,000,000,000,000,000,000,000,000,000,000,000,000,000,000"),
        (10**400, "a number of about 401 digits"), (-(10**400), "a number of about 401 digits"),
        (10**5_000, "a number of about 5,001 digits"),
    ],
    ids=["60 digits", "401", "-401", "5,001"],
)  # fmt: skip
def test_a_whole_number_beyond_any_float_is_told_by_its_length(value: int, words: str) -> None:
    assert exact(value) == words
    assert not is_finite(value) or value == 10**59


def test_what_cannot_be_written_is_told_by_its_kind() -> None:
    assert written(Fraction(10**5_000)) == "what cannot be written, of the kind Fraction,"
    assert written("a") == "'a'" and written(True) == "True"
    assert not is_finite(float("inf")) and not is_finite(float("nan")) and is_finite(-1e308)
