"""The tables of a view on money, of a study of which every number is worked by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.analysis.cube import Cube
from sim.analysis.value.tables import UNRANKED, OfStudy, Valued, needed_measures, tables_of, valued
from sim.evidence.views import View, load_views
from sim.scenario.levers import PAYERS

VIEWS = load_views(PAYERS)
MEASURES = tuple(sorted({*needed_measures(), "qalys_ten_years"}))
SCENARIOS = ("baseline", "worker", "beds", "pcc_worker")
# Beyond the baseline, of a run of half a year's releases: GBP of payers, and QALYs of whole lives at both rates.
BEYOND: Mapping[str, Mapping[str, float]] = {
    "baseline": {},
    "worker": {
        "cost_council_gbp": 50_000, "cost_hmpps_gbp": -15_000, "qalys_lifetime": 4, "qalys_lifetime_1_5": 5,
        "qalys_expected": 0.5, "qalys_ten_years": 2, "survivors_care_gbp": 8_000, "survivors_care_1_5_gbp": 10_000,
    },
    "beds": {
        "cost_council_gbp": 200_000, "cost_nhs_gbp": -10_000, "qalys_lifetime": 6, "qalys_lifetime_1_5": 7,
        "survivors_care_gbp": 12_000,
    },
    "pcc_worker": {"cost_pcc_gbp": 50_000, "qalys_lifetime": 4, "qalys_lifetime_1_5": 5},
}  # fmt: skip


def purchase(payer: str, gbp: float, **more: Any) -> dict[str, Any]:
    return {
        "lever": payer, "payer": payer, "gbp_per_year": gbp, "first_day": 0, "end_day": 730, "effect_row": "a.b",
        "effect_grade": "derived", "price_row": "c.d", "price_grade": "derived", **more,
    }  # fmt: skip


SPEND = {
    "worker": [purchase("council", 100_000)], "beds": [purchase("council", 400_000, effect_grade="assumed")],
    "pcc_worker": [purchase("pcc", 100_000)],
}  # fmt: skip


def cube_of(draws: int = 2, replicates: int = 2, scatter: float = 0.0) -> Cube:
    """Runs in which everybody costs the same, but that QALYs of a worker are off by `scatter` a draw, up and down."""
    numbers = np.zeros((draws, replicates, len(SCENARIOS), 1, len(MEASURES)))
    numbers[..., MEASURES.index("cost_hmpps_gbp")] = 1e6
    for s, name in enumerate(SCENARIOS):
        for measure, beyond in BEYOND[name].items():
            numbers[:, :, s, 0, MEASURES.index(measure)] += beyond
    odd = np.where(np.arange(draws) % 2, -scatter, scatter)[:, None]
    numbers[:, :, 1, 0, MEASURES.index("qalys_lifetime")] += odd
    return Cube(numbers, np.full_like(numbers, 1000.0), SCENARIOS, (("all", "all"),), MEASURES)


def in_views(cube: Cube | None = None, views: Mapping[str, View] = VIEWS, **changes: Any) -> dict[str, Valued]:
    study = OfStudy("baseline", SCENARIOS, 2.0, 0.95, SPEND)._replace(**changes)
    return {one.view.name: one for one in valued(cube or cube_of(), study, views)}


def rows_of(one: Valued) -> dict[str, dict[str, Any]]:
    return {str(row["scenario"]): dict(row) for row in one.incremental.to_dict("records")}  # type: ignore[call-overload]


def test_health_and_care_by_hand() -> None:
    """A worker: 100,000 GBP for 8 QALYs; beds: 380,000 for 12; GBP of prisons are left out."""
    rows = rows_of(in_views()["public_health"])
    assert list(rows) == ["baseline", "worker", "beds", "pcc_worker"]
    assert [row["status"] for row in rows.values()] == ["base", "on the frontier", "on the frontier", UNRANKED]
    worker, beds = rows["worker"], rows["beds"]
    assert (worker["cost_difference_gbp"], worker["qaly_difference"]) == pytest.approx((100_000, 8))
    assert worker["icer_gbp"] == pytest.approx(12_500)
    assert worker["icer_with_care_gbp"] == pytest.approx(14_500)  # 16,000 GBP of later care
    assert worker["icer_1_5_gbp"] == pytest.approx(10_000)  # 10 QALYs at 1.5%
    assert (beds["against"], beds["icer_gbp"]) == ("worker", pytest.approx(280_000 / 4))
    assert worker["net_benefit_gbp"] == pytest.approx(8 * 20_000 - 100_000)
    assert worker["net_benefit_high_value_gbp"] == pytest.approx(8 * 30_000 - 100_000)
    assert worker["qaly_difference_year_one"] == pytest.approx(1.0)
    assert worker["outside_view_gbp"] == pytest.approx(-30_000)
    assert (worker["council_gbp"], worker["hmpps_gbp"]) == pytest.approx((100_000, -30_000))
    assert (beds["effect_grade"], worker["effect_grade"]) == ("assumed", "derived")


def test_what_ties_by_hand() -> None:
    """The best other one for a worker is today's services at 0; for today's services and for beds it is a worker."""
    rows = rows_of(in_views()["public_health"])
    assert rows["worker"]["switching_price_gbp"] == pytest.approx(160_000)  # 8 QALYs at 20,000
    assert rows["worker"]["switching_effect"] == pytest.approx(100 / 160)
    assert rows["beds"]["switching_price_gbp"] == pytest.approx(400_000 - 140_000 - 60_000)
    assert rows["beds"]["switching_effect"] == pytest.approx(460 / 260)  # 12 QALYs at 20,000 and 20,000 saved
    assert math.isnan(rows["baseline"]["switching_price_gbp"])


def test_society_by_hand() -> None:
    """All payers, health at 1.5%: the worker of either payer for 10 QALYs, one 30,000 cheaper for prisons."""
    rows = rows_of(in_views()["society"])
    assert rows["worker"]["icer_gbp"] == pytest.approx(70_000 / 10)
    assert rows["worker"]["net_benefit_gbp"] == pytest.approx(10 * 82_256 - 70_000)
    assert (rows["pcc_worker"]["status"], rows["pcc_worker"]["against"]) == ("dominated", "worker")
    assert rows["beds"]["icer_gbp"] == pytest.approx((380_000 - 70_000) / 4)


def test_services_within_ten_years_stand_beside_whole_lives_in_the_view_of_society() -> None:
    """The worker's 4 QALYs within ten years, of 10 in all, at 82,256 each and 70,000 of cost."""
    rows = rows_of(in_views()["society"])
    assert rows["worker"]["qaly_difference_ten_years"] == 4
    assert rows["worker"]["net_benefit_ten_years_gbp"] == pytest.approx(4 * 82_256 - 70_000)
    nice = rows_of(in_views()["health_and_care"])["worker"]
    assert math.isnan(nice["qaly_difference_ten_years"]) and math.isnan(nice["net_benefit_ten_years_gbp"])


def test_who_is_not_ranked_moves_nothing_and_has_no_net_benefit() -> None:
    rows = rows_of(in_views()["public_health"])
    assert rows["pcc_worker"]["spend_outside_gbp"] == 100_000 and rows["pcc_worker"]["spend_gbp"] == 0
    assert math.isnan(rows["pcc_worker"]["net_benefit_gbp"]) and math.isnan(rows["pcc_worker"]["switching_price_gbp"])
    without = rows_of(in_views(scenarios=SCENARIOS[:3])["public_health"])
    for name, row in without.items():
        assert list(map(repr, row.values())) == list(map(repr, rows[name].values()))
    with_pcc = {"public_health": replace(VIEWS["public_health"], payers=("nhs", "council", "pcc"))}
    counted = rows_of(in_views(views=with_pcc)["public_health"])
    assert counted["pcc_worker"]["status"] == "dominated"  # by the worker, which costs and does the same


def test_later_care_is_in_the_cost_where_a_view_says_so() -> None:
    view = replace(VIEWS["public_health"], survivors_care=True, cost_rate=0.015)
    rows = rows_of(in_views(views={view.name: view})["public_health"])
    assert rows["worker"]["icer_gbp"] == rows["worker"]["icer_with_care_gbp"] == pytest.approx(120_000 / 8)
    assert rows["worker"]["later_care_difference_gbp"] == pytest.approx(20_000)
    assert rows["worker"]["icer_1_5_gbp"] == pytest.approx(120_000 / 10)


def test_few_draws_and_one_sided_assumptions_are_refused() -> None:
    few = in_views()["public_health"]
    assert few.refused == "2 draws are too few for them, 1,000 are needed" and few.acceptability.empty
    assert set(tables_of([few])) == {"incremental_public_health", "plane_public_health"}
    enough = in_views(cube_of(1000, 1))["public_health"]
    assert enough.refused == "an assumed effect is drawn without a chance of none (a.b)"
    two_sided = {**SPEND, "beds": [purchase("council", 400_000, effect_grade="assumed", no_effect=0.4)]}
    told = in_views(cube_of(1000, 1), spend=two_sided)["public_health"]
    assert (told.refused, told.remark[:34]) == ("", "EVPI is of the compiler's prior, a")
    none_assumed = {**SPEND, "beds": [purchase("council", 400_000)]}
    assert in_views(cube_of(1000, 1), spend=none_assumed)["public_health"].remark == ""


def test_curve_and_perfect_information_by_hand() -> None:
    """QALYs of a worker are 8 + 6 or 8 - 6: at 20,000 a QALY worth 180,000 or -60,000, so that to know saves 60,000
    in half the draws; at 10,000 today's services are best on average, and to know brings 40,000 in half of them."""
    spend = {**SPEND, "beds": [purchase("council", 400_000)]}
    curve = in_views(cube_of(1000, 1, scatter=3.0), spend=spend)["public_health"].acceptability
    assert list(dict.fromkeys(curve["qaly_value_gbp"])) == list(VIEWS["public_health"].curve)
    odd = {"society": replace(VIEWS["society"], qaly_value=82_255.0)}
    at_odd = in_views(cube_of(1000, 1), spend=spend, views=odd)["society"].acceptability["qaly_value_gbp"]
    assert {82_255.0, 82_256.0} < set(at_odd)  # the values of the view are on the curve, whatever the curve
    assert set(curve["scenario"]) == {"baseline", "worker", "beds"}
    assert curve.groupby("qaly_value_gbp")["chance_best"].sum().tolist() == pytest.approx([1.0] * 10)

    def at(value: float) -> pd.DataFrame:
        return curve[curve["qaly_value_gbp"] == value].set_index("scenario")

    assert at(20_000)["chance_best"].to_dict() == pytest.approx({"baseline": 0.5, "worker": 0.5, "beds": 0.0})
    assert at(20_000)["is_best_on_average"].to_dict() == {"baseline": False, "worker": True, "beds": False}
    assert at(20_000)["evpi_gbp"].iloc[0] == pytest.approx(30_000)
    assert at(20_000)["evpi_mcse"].iloc[0] == pytest.approx(30_000 / math.sqrt(999))
    assert at(10_000)["is_best_on_average"]["baseline"] and at(10_000)["evpi_gbp"].iloc[0] == pytest.approx(20_000)


def test_points_of_the_plane() -> None:
    plane = in_views(cube_of(4, 1, scatter=3.0))["public_health"].plane
    assert "baseline" not in set(plane["scenario"])
    worker = plane[plane["scenario"] == "worker"]
    assert worker["draw"].tolist() == [0, 1, 2, 3]
    assert worker["qaly_difference"].tolist() == pytest.approx([14, 2, 14, 2])
    assert worker["cost_difference_gbp"].tolist() == pytest.approx([100_000] * 4)


def test_a_study_without_the_measures_or_without_another_scenario_says_nothing() -> None:
    cube = cube_of()
    assert in_views(replace(cube, measures=("qalys", *MEASURES[1:]))) == {}
    assert in_views(scenarios=("baseline",)) == {}
