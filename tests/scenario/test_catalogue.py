"""The lever catalogue as facts: prices, smallest sums and grades follow the tables, whatever levers there are."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from sim.core.errors import InputError
from sim.evidence import GRADES, ParameterTable, load_parameters
from sim.scenario.levers import LEVERS
from sim.scenario.levers.describe import catalogue


@pytest.fixture(scope="module")
def table() -> ParameterTable:
    return load_parameters()


def test_every_lever_is_told_in_the_catalogue_s_order(table: ParameterTable) -> None:
    found = catalogue(table)
    assert [lever.name for lever in found] == list(LEVERS)
    for lever in found:
        assert lever.unit_cost_low_gbp <= lever.unit_cost_gbp <= lever.unit_cost_high_gbp
        assert lever.payers == LEVERS[lever.name].payers
        assert {row.name for row in (*lever.prices, *lever.capacity, *lever.effects)} == set(
            LEVERS[lever.name].parameters
        )


def test_a_price_of_several_rows_is_multiplied_at_each_end(table: ParameterTable) -> None:
    (lever,) = catalogue(table, name="ost_at_release")
    year, days, post = (table[name] for name in ("cost.oat_year", "lever.ost_custody_days", "cost.specialist_year"))
    times = table["custody.releases_per_person"]
    assert lever.unit_cost_gbp == pytest.approx(year.value * days.value / 365 * times.value)
    assert lever.unit_cost_low_gbp == pytest.approx(year.low * days.low / 365 * times.low)
    assert lever.unit_cost_high_gbp == pytest.approx(year.high * days.high / 365 * times.high)
    assert lever.overhead_gbp_per_prison == pytest.approx(post.value / 4)
    assert lever.least_gbp_per_year == pytest.approx(lever.unit_cost_gbp + post.value / 4)


def test_a_smallest_sum_is_told_by_the_word_that_decides_it(table: ParameterTable) -> None:
    (lever,) = catalogue(table, name="bus_trips")
    trip = table["cost.bus_trip"].value
    assert [(one.gbp_per_year, one.per, one.options) for one in lever.smallest] == [
        (60 * trip, "link", (("when", ("sunday",)),)),
        (253 * trip, "link", (("when", ("evening", "daytime")),)),
    ]


def test_an_option_that_changes_no_sum_is_left_out(table: ParameterTable, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = replace(LEVERS["navigators"], name="odd", options={"setting": ("hub", "elsewhere")})
    monkeypatch.setattr("sim.scenario.levers.describe.LEVERS", {**LEVERS, "odd": odd})
    (lever,) = catalogue(table, name="odd")
    assert [one.options for one in lever.smallest] == [()]
    assert lever.options == {"setting": ("hub", "elsewhere")}


def test_the_weakest_grade_comes_first(table: ParameterTable) -> None:
    for lever in catalogue(table):
        rows = [table[name].grade for name in LEVERS[lever.name].effect_parameters]
        assert lever.grades == {grade: rows.count(grade) for grade in reversed(GRADES) if grade in rows}
        assert lever.grade == max(rows, key=GRADES.index)


def test_a_lever_without_effects_has_no_grade(table: ParameterTable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "sim.scenario.levers.describe.LEVERS", {"odd": replace(LEVERS["navigators"], effect_parameters=())}
    )
    (lever,) = catalogue(table)
    assert (lever.grade, lever.grades) == (None, {})


def test_a_theme_takes_every_lever_that_carries_it(table: ParameterTable) -> None:
    found = [lever.name for lever in catalogue(table, theme=" t3 ")]
    assert found == [name for name, lever in LEVERS.items() if "T3" in lever.themes]
    assert "resettlement_workers" in found, "a lever of two themes"


@pytest.mark.parametrize(
    ("name", "theme", "said"),
    [
        ("navigatr", None, "'navigatr' is not a lever; allowed: .*; did you mean 'navigators'"),
        ("", None, "'' is not a lever"),
        (None, "T99", "theme: no lever belongs to the theme 'T99'; allowed: T1, T2, T3"),
        (None, "T", "theme: no lever belongs to the theme 'T'"),
        (None, "", "theme: no lever belongs to the theme ''"),
        ("navigators", "T8", "levers are asked for by name or by theme"),
    ],
)
def test_what_is_not_there_is_refused(table: ParameterTable, name: str | None, theme: str | None, said: str) -> None:
    with pytest.raises(InputError, match=said):
        catalogue(table, name=name, theme=theme)


def test_plain_values_hold_numbers_as_numbers(table: ParameterTable) -> None:
    for lever in catalogue(table):
        told = json.loads(json.dumps(lever.as_dict(), allow_nan=False))
        assert told["unit_cost_gbp"] == lever.unit_cost_gbp
        assert all(isinstance(one["gbp_per_year"], float) for one in told["smallest_purchases"])
        assert [told["usual_payer"], *told["other_payers"]] == list(lever.payers)
        assert sum(told["grades"].values()) == len(told["effects"])
