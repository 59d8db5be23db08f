"""What a verdict rests on: the weakest rows of what is bought."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from sim.analysis.grades import grades_between, is_assumed, with_grades
from sim.evidence import load_parameters
from sim.scenario.levers import LEVERS
from sim.scenario.levers.grades import GRADE_COLUMNS, grades_of_lever, weakest


def bought(lever: str, effect: str, price: str = "derived") -> dict[str, Any]:
    grades = dict(zip(GRADE_COLUMNS, (f"{lever}.effect", effect, f"{lever}.price", price), strict=True))
    return {"lever": lever, "gbp_per_year": 1.0, **grades}


@pytest.mark.parametrize(
    ("graded", "row"),
    [
        ([("a", "measured"), ("b", "assumed"), ("c", "assumed")], "b"),
        ([("a", "measured"), ("b", "derived")], "b"),
        ([("a", "measured"), ("b", "measured")], "a"),
        ([("a", "")], ""),
        ([], ""),
    ],
)
def test_the_weakest_row_is_the_first_of_the_lowest_grade(graded: list[tuple[str, str]], row: str) -> None:
    assert weakest(graded)[0] == row


@pytest.mark.parametrize("name", LEVERS)
def test_every_lever_has_its_weakest_rows(name: str) -> None:
    table, lever = load_parameters(), LEVERS[name]
    grades = grades_of_lever(name, table)
    assert grades["effect_row"] in lever.effect_parameters
    assert grades["price_row"] in lever.parameters
    for what in ("effect", "price"):
        assert table[grades[f"{what}_row"]].grade == grades[f"{what}_grade"]
    order = ("measured", "derived", "assumed")
    assert all(order.index(table[row].grade) <= order.index(grades["effect_grade"]) for row in lever.effect_parameters)


def test_one_assumed_purchase_makes_the_scenario_s_effect_assumed() -> None:
    rows = [bought("a", "derived"), bought("b", "assumed"), bought("c", "measured", "assumed")]
    found = grades_between(rows, ())
    assert found == {
        "effect_row": "b.effect", "effect_grade": "assumed", "price_row": "c.price", "price_grade": "assumed",
    }  # fmt: skip
    assert is_assumed(found)


def test_what_both_buy_does_not_count_and_what_only_the_other_buys_does() -> None:
    shared, own, other = bought("a", "assumed"), bought("b", "derived"), bought("c", "measured")
    assert grades_between([shared, own], [shared])["effect_row"] == "b.effect"
    assert grades_between([shared], [shared, other])["effect_row"] == "c.effect"
    assert set(grades_between([shared], [shared]).values()) == {""}


def test_a_study_of_before_there_were_grades_has_none() -> None:
    assert set(grades_between([{"lever": "a", "gbp_per_year": 1.0}], ()).values()) == {""}


def test_rows_get_the_grades_of_their_scenario() -> None:
    rows = pd.DataFrame({"scenario": ["base", "a"], "measure": ["m", "m"], "basis": ["b", "b"]})
    found = with_grades(rows, {"a": [bought("a", "derived")]}, "base")
    assert list(found.columns) == ["scenario", "measure", *GRADE_COLUMNS, "basis"]
    assert list(found["effect_grade"]) == ["", "derived"]
