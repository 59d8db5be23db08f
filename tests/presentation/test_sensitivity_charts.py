"""Charts of a sensitivity study: whole, the same on any day, words and data those of the tables, odd input held."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from chart_words import problems_of_drawing
from full_study import TITLES
from quick_cases import some_quick
from sensitivity_draws import DRAWS, MEASURE, ONE, SCENARIO, data_of, drawn, indistinct, usual
from sensitivity_tables import HEADLINE_NAMES, Tables, precision_of, tables

from sim.outcomes.measures import MEASURES, measure_named
from sim.presentation import words
from sim.presentation.sensitivity.charts import heat_map, index_bars, response_curves, running_mean, tornado
from sim.presentation.sensitivity.words import LUCK, LUCK_IN_WORDS, Labels, in_words, number, outcome

# Kinds of chart that the quick tests draw; all of them in the slow ones.
QUICK = ("bars", "heat map", "curves", "convergence")
SOME = some_quick(DRAWS, QUICK)
LONG = " and everything else that one could think of, twice over, in all the places of the region"


@pytest.mark.parametrize("name", SOME)
def test_charts_are_whole_and_hold_no_date(name: str) -> None:
    chart = usual(name)
    assert chart.png.startswith(b"\x89PNG")
    assert len(chart.png) > 20_000
    assert ET.fromstring(chart.svg).tag.endswith("svg")
    assert b"<dc:date>" not in chart.svg
    assert TITLES[SCENARIO] in chart.alt
    assert "95% interval" in chart.alt or "blank where" in chart.alt
    assert not set(chart.name) & set("/ .")
    assert len(data_of(chart))


@pytest.mark.parametrize("long", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["names", "long names"])
@pytest.mark.parametrize("name", SOME)
def test_no_words_overlap_or_leave_the_chart(name: str, long: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    of = tables()
    if long:
        factors = {factor: in_words(factor) + LONG for factor in of.sensitivity["factor"].unique()}
        titles = {scenario: title + LONG for scenario, title in TITLES.items()}
        units = {unit: text + LONG for unit, text in of.labels.units.items()}
        of = replace(of, labels=replace(of.labels, factors=factors, scenarios=titles, units=units))
    problems = problems_of_drawing(lambda: DRAWS[name](of), monkeypatch)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("index", ["ST", "pawn", "delta"])
def test_bars_data_are_the_table_s(index: str) -> None:
    of = tables().sensitivity
    chart = index_bars.plot(of, tables().labels, scenario=SCENARIO, measure=MEASURE, index=index)
    assert chart is not None
    data = data_of(chart)
    keys = ["design", "scenario", "measure", "factor", "index"]
    both = data.merge(of, on=keys, suffixes=("", "_of"))
    assert len(both) == len(data)
    for column in ("value", "low", "high"):
        assert both[column].to_numpy() == pytest.approx(both[f"{column}_of"].to_numpy())
    table = of[(of["scenario"] == SCENARIO) & (of["measure"] == MEASURE) & (of["index"] == index)]
    table = table[table["factor"] != LUCK].assign(size=table["value"].abs())
    inputs = table.sort_values("size", ascending=False)["factor"].head(index_bars.MOST)
    shown = data[(data["index"] == index) & (data["factor"] != LUCK)]["factor"]
    assert list(shown) == list(inputs)


def test_total_order_has_first_order_beside_it_and_luck_at_the_foot() -> None:
    data = data_of(usual("bars"))
    assert list(data["index"]) == ["ST", "S1"] * (len(data) // 2)
    assert list(data["factor"].tail(2)) == [LUCK, LUCK]
    alt = usual("bars").alt
    assert f"{LUCK_IN_WORDS}: " in alt
    assert "first order" in alt


def test_numbers_with_a_unit_are_told_in_it() -> None:
    chart, of = usual("bars of mu_star"), tables().sensitivity
    data = data_of(chart)
    first = of[(of["scenario"] == SCENARIO) & (of["measure"] == MEASURE) & (of["index"] == "mu_star")]
    first = first.set_index("factor")["value"]
    assert set(data["unit"]) == {"nights per 100 people released"}
    for row in data.to_dict("records"):
        assert row["value"] == pytest.approx(100.0 * first[row["factor"]])


def test_morris_tells_mu_star_and_sigma_of_every_input() -> None:
    data = data_of(usual("morris"))
    assert len(data) == 2 * 151
    assert set(data["index"]) == {"mu_star", "sigma"}


def test_the_heat_map_is_relative_to_the_largest_of_each_outcome() -> None:
    data = data_of(usual("heat map"))
    of = tables().sensitivity
    of = of[(of["scenario"] == SCENARIO) & (of["index"] == "ST")]
    largest = of.assign(size=of["value"].abs()).groupby("measure")["size"].max()
    for row in data.head(50).to_dict("records"):
        assert row["of_largest"] == pytest.approx(abs(row["value"]) / largest[row["measure"]])
    assert data["factor"].iloc[-1] == LUCK


def test_a_cell_that_is_not_clear_is_blank_in_words_too() -> None:
    of = tables()
    chart = heat_map.plot(indistinct(of.sensitivity), of.labels, scenario=SCENARIO)
    assert chart is not None
    assert f"No input can be told from zero in any of {len(MEASURES)} outcomes" in chart.alt
    assert "100%" not in chart.alt


def test_an_outcome_that_was_left_out_is_hatched_and_named() -> None:
    of = tables()
    rows = of.sensitivity[of.sensitivity["measure"] != "chemsex_recognised"]
    asked = ("engaged_within_3_weeks", "chemsex_recognised")
    chart = heat_map.plot(rows, of.labels, scenario=SCENARIO, measures=asked)
    assert chart is not None
    assert f"Not studied, or never changing: {outcome('chemsex_recognised')}" in chart.alt
    assert set(data_of(chart)["measure"]) == {"engaged_within_3_weeks"}


def test_the_tornado_tells_both_ends_with_values_and_units() -> None:
    chart, of = usual("tornado"), tables()
    data = data_of(chart)
    assert (data.groupby("factor").size() == 2).all()
    assert set(data["quantile"]) == {0.025, 0.975}
    table = of.response[(of.response["scenario"] == SCENARIO) & (of.response["measure"] == MEASURE)]
    size = (table["mean"] - table["reference"]).abs()
    ends = table.assign(size=size)[table["quantile"].isin([0.025, 0.975])]
    assert data["factor"].iloc[0] == ends.loc[ends["size"].idxmax(), "factor"]
    for row in data.to_dict("records"):
        assert f"at {number(row['parameter_value'])}" in chart.alt
        assert row["parameter_unit"] == of.labels.units[row["factor"]]
    whole = table.set_index(["factor", "quantile"])
    for row in data.to_dict("records"):
        assert row["mean"] == pytest.approx(100.0 * whole.loc[(row["factor"], row["quantile"]), "mean"])


def turned(of: Tables, reference: float) -> str:
    """Words of a tornado of one parameter whose ends lie at +-2 about a reference, with narrow intervals."""
    base = {
        "design": "d",
        "scenario": SCENARIO,
        "kind": "difference",
        "measure": MEASURE,
        "factor": "housing.settled_loss",
    }
    rows = [
        {**base, "quantile": q, "parameter_value": v, "mean": reference + m, "low": reference + m - 0.1,
         "high": reference + m + 0.1, "reference": reference}
        for q, v, m in ((0.025, 0.1, -2.0), (0.975, 0.9, 2.0))
    ]  # fmt: skip
    chart = tornado.plot(pd.DataFrame(rows), of.labels, scenario=SCENARIO, measure=MEASURE)
    assert chart is not None
    return chart.alt


@pytest.mark.parametrize(
    ("reference", "turns"), [(1.0, True), (-1.0, True), (3.0, False), (-3.0, False), (2.05, False)]
)
def test_a_parameter_that_turns_the_difference_round_is_named(reference: float, turns: bool) -> None:
    alt = turned(tables(), reference)
    assert ("Alone enough to turn the difference round: settled loss (housing)" in alt) == turns
    assert ("No parameter alone turns the difference round" in alt) != turns


def test_no_parameter_is_named_where_all_intervals_hold_the_reference() -> None:
    of = tables()
    wide = of.response.assign(low=of.response["reference"] - 1.0, high=of.response["reference"] + 1.0)
    for name in ("tornado", "curves"):
        alt = drawn(name, replace(of, response=wide)).alt
        assert "None of 150" in alt
        assert "Moved most" not in alt


def test_curves_hold_every_point_of_the_parameters_drawn() -> None:
    data = data_of(usual("curves"))
    assert len(data) == response_curves.MOST * 5
    assert not data["from_reference"].isna().any()


def test_without_parameter_values_the_points_of_the_range_are_told() -> None:
    of = tables()
    bare = replace(of, response=of.response.assign(parameter_value=np.nan))
    assert "2.5% point" in drawn("tornado", bare).alt
    assert "97.5% point" in drawn("curves", bare).alt


def test_convergence_says_what_still_moves() -> None:
    of = tables()
    assert "samples" in drawn("convergence", of).alt
    table = of.convergence.copy()
    early = table["samples"] == 256
    table.loc[early, "value"] += 0.5
    moving = drawn("convergence", replace(of, convergence=table)).alt
    assert "Still moving beyond the last interval between 256 and 512" in moving
    table = of.convergence[of.convergence["samples"] == 512]
    assert "convergence cannot be seen" in drawn("convergence", replace(of, convergence=table)).alt


def test_the_running_mean_says_whether_the_wanted_is_reached() -> None:
    of = tables()
    narrow = running_mean.plot(of.precision, of.labels, scenario=SCENARIO, measure=ONE, wanted=0.01)
    wide = running_mean.plot(of.precision, of.labels, scenario=SCENARIO, measure=ONE, wanted=50.0)
    assert narrow is not None
    assert wide is not None
    assert "More replicates are needed" in narrow.alt
    assert "are kept from" in wide.alt
    assert len(data_of(wide)) == 40


@pytest.mark.parametrize(("halves", "since"), [([3, 1, 3, 1, 1], 4), ([1, 1], 1), ([1, 3], None), ([np.nan, 1], 2)])
def test_the_wanted_is_reached_only_where_it_is_kept(halves: list[float], since: int | None) -> None:
    rows = [{"replicates": k + 1, "low": -half, "high": half} for k, half in enumerate(halves)]
    assert running_mean.reached(rows, 2.0) == since


def test_no_difference_is_claimed_while_the_interval_holds_zero() -> None:
    table = precision_of((ONE,), (SCENARIO,)).assign(low=-3.0, high=9.0)
    chart = running_mean.plot(table, tables().labels, scenario=SCENARIO, measure=ONE)
    assert chart is not None
    assert "not yet told from zero (between 3 fewer and 9 more a year)" in chart.alt


def test_one_replicate_is_told_without_an_interval() -> None:
    table = precision_of((ONE,), (SCENARIO,), replicates=1)
    chart = running_mean.plot(table, tables().labels, scenario=SCENARIO, measure=ONE, wanted=1.0)
    assert chart is not None
    assert "without an interval" in chart.alt


def test_counts_a_year_are_told_where_people_are_given() -> None:
    of = tables()
    year = replace(of, labels=replace(of.labels, people_per_year=2200.0))
    assert set(data_of(drawn("tornado", year))["unit"]) == {"nights a year"}


def test_levels_are_told_as_values_not_as_changes() -> None:
    of = tables()
    level = of.response[of.response["measure"] == ONE].assign(kind="level", mean=lambda frame: 0.5 + frame["mean"])
    level = level.assign(reference=level["reference"] + 0.5, low=level["low"] + 0.5, high=level["high"] + 0.5)
    for module in (tornado, response_curves):
        chart = module.plot(level, of.labels, scenario=SCENARIO, measure=ONE, kind="level")
        assert chart is not None
        assert chart.name.endswith("-level")
        assert "At the reference: 47%" in chart.alt
        assert "turn" not in chart.alt
        assert "+4" not in chart.alt
        assert "against" not in chart.alt


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("overdose.fentanyl_potency_ratio", "Fentanyl potency ratio (overdose)"),
        ("appointment.ost_or", "OST odds ratio (appointment)"),
        ("mutual_aid", "Mutual aid"),
        ("x", "X"),
        (".", "."),
        ("", ""),
    ],
)
def test_names_are_told_in_words(name: str, said: str) -> None:
    assert in_words(name) == said


def test_units_are_those_in_which_readers_meet_a_measure() -> None:
    labels: Labels = tables().labels
    assert labels.unit(ONE, "difference").change(0.042) == "about 4 percentage points higher"
    assert labels.unit("deaths_365_days_expected", "difference").change(-0.0012) == (
        "about 1 fewer death per 1,000 people released"
    )
    assert labels.unit("cost_total_gbp", "difference").change(150.0) == "about £150 more per person released"
    assert labels.unit(ONE, "difference").change(0.0) == "no change"
    assert {words.figure(0.0), labels.unit(ONE, "level").plain(0.5)} == {"0", "50"}


@pytest.mark.parametrize(
    ("measure", "number", "said"),
    [
        ("people_waiting_mean", 14.2, "about 14 more people"),
        ("wait_days_mean", -1.0, "about 1 fewer day per first appointment"),
        ("people_per_keyworker_mean", -2.0, "about 2 fewer people per keyworker"),
        ("contact_interval_mean", 2.81, "about 3 more open days"),
        ("first_appointment_lead_mean", 1.0, "about 1 more open day"),
        ("first_appointment_time", 0.4, "about 0.4 per cent more of keyworkers' time"),
        ("first_appointment_time", -0.004, "less than 0.01 per cent less of keyworkers' time"),
    ],
)
def test_means_of_services_are_told_in_their_own_unit(measure: str, number: float, said: str) -> None:
    """And not for people released: nobody's release is what they are divided by."""
    for labels in (tables().labels, replace(tables().labels, people_per_year=2200.0)):
        unit = labels.unit(measure, "difference")
        assert unit.change(number) == said
        assert unit.name == measure_named(measure).unit and unit.factor == 1.0
        assert labels.unit(measure, "level").plain(10.1) == "10.1"


def test_every_headline_measure_can_be_told() -> None:
    labels = tables().labels
    for measure in HEADLINE_NAMES:
        assert labels.unit(measure, "difference").name
        assert "nan" not in labels.unit(measure, "difference").change(0.01)
