"""What a verdict rests on: the weakest rows of what is bought."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from sim.analysis.grades import grades_between, on_figures, with_grades
from sim.evidence import load_parameters
from sim.scenario.levers import LEVERS
from sim.scenario.levers.grades import GRADE_COLUMNS, Graded, grades_of_lever, read_nulls, weakest


def bought(lever: str, effect: str, price: str = "derived", **cells: Any) -> dict[str, Any]:
    grades = dict(zip(GRADE_COLUMNS, (f"{lever}.effect", effect, f"{lever}.price", price), strict=True))
    return {"lever": lever, "gbp_per_year": 1.0, **grades, **cells}


@pytest.mark.parametrize(
    ("graded", "row"),
    [
        ([("a", "measured"), ("b", "assumed"), ("c", "assumed")], "b"),
        ([("a", "measured"), ("b", "derived")], "b"),
        ([("a", "measured"), ("b", "measured")], "a"),
        ([("a", "")], ""),
        ([("a", "assumed"), ("b", "assumed", 0.4), ("c", "assumed", 0.45), ("d", "assumed", 0.45)], "c"),
        ([("a", "assumed"), ("b", "derived", 0.9)], "a"),
        ([], ""),
    ],
)
def test_the_weakest_row_is_that_most_in_doubt_of_the_lowest_grade(graded: list[tuple[Any, ...]], row: str) -> None:
    assert weakest(Graded(*one) for one in graded).row == row


@pytest.mark.parametrize("name", LEVERS)
def test_every_lever_has_its_weakest_rows(name: str) -> None:
    table, lever = load_parameters(), LEVERS[name]
    grades = grades_of_lever(name, table)
    assert grades["effect_row"] in lever.effect_parameters
    assert grades["price_row"] in lever.parameters
    for what in ("effect", "price"):
        assert table[grades[f"{what}_row"]].grade == grades[f"{what}_grade"]
    of_grade = [row for row in lever.effect_parameters if table[row].grade == grades["effect_grade"]]
    assert grades["no_effect"] == max(table[row].no_effect for row in of_grade)
    nulls = {row: table[row].null for row in lever.effect_parameters if table[row].no_effect}
    assert read_nulls(grades["nulls"]) == nulls
    order = ("measured", "derived", "assumed")
    assert all(order.index(table[row].grade) <= order.index(grades["effect_grade"]) for row in lever.effect_parameters)


def test_one_assumed_purchase_makes_the_scenario_s_effect_assumed() -> None:
    rows = [bought("a", "derived"), bought("b", "assumed"), bought("c", "measured", "assumed")]
    found = grades_between(rows, ())
    assert found == {
        "effect_row": "b.effect", "effect_grade": "assumed", "price_row": "c.price", "price_grade": "assumed",
    }  # fmt: skip


def test_of_equal_grades_the_purchase_most_in_doubt_is_named() -> None:
    rows = [bought("a", "assumed", no_effect=0.0), bought("b", "assumed", no_effect=0.45), bought("c", "assumed")]
    assert grades_between(rows, ())["effect_row"] == "b.effect"


def test_navigators_rest_on_the_row_that_most_trials_doubt() -> None:
    """The row of a lever with a chance of no effect comes before one that the catalogue names first."""
    grades = grades_of_lever("inreach_worker", load_parameters())
    assert (grades["effect_row"], grades["no_effect"]) == ("agency.colocated_received_or", 0.35)
    assert grades["nulls"] == "agency.colocated_received_or = 1"


@pytest.mark.parametrize("verdict", ["better", "worse", "more", "fewer"])
def test_no_mark_either_way_rests_on_an_assumption(verdict: str) -> None:
    """Of lives the effect decides, of money the price as well; what is not marked keeps its word."""
    cases = [
        ("people", "assumed", "derived", "assumed"),
        ("people", "derived", "assumed", verdict),
        ("pounds", "derived", "assumed", "assumed"),
        ("pounds", "assumed", "derived", "assumed"),
        ("pounds", "derived", "measured", verdict),
        ("", "assumed", "derived", "assumed"),
        ("people", "", "", verdict),
    ]
    columns = ("counts", "effect_grade", "price_grade", "said")
    rows = pd.DataFrame(cases, columns=list(columns)).assign(verdict=verdict)
    assert list(on_figures(rows)["verdict"]) == list(rows["said"])
    unmarked = rows.assign(verdict="too small to count")
    assert list(on_figures(unmarked)["verdict"]) == list(unmarked["verdict"])


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
