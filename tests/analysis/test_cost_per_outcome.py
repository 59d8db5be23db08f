"""What one more of an outcome costs: the ratio, its limits by Fieller's formula, and where none is told."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.analysis.cube import Cube
from sim.analysis.intervals import interval_of, spread_of, student
from sim.analysis.money import too_short
from sim.analysis.value import cost_per_outcome as module
from sim.analysis.value.bias import bias_between
from sim.analysis.value.cost_per_outcome import (
    COLUMNS,
    NO_CHANGE,
    NO_MONEY,
    TOLD,
    TOO_SHORT,
    TOO_SMALL,
    WORSE,
    cost_per_outcome,
    outcomes_of,
    ratio_limits,
)
from sim.analysis.value.tables import OfStudy
from sim.scenario.levers import PAYERS

SPENT = tuple(f"spent_{payer}_gbp" for payer in PAYERS)
MEASURES = ("engaged_within_3_weeks", "rough_sleeping_days", "qalys", "nonfatal_overdoses_expected", *SPENT, "idle_gbp")


def purchase(gbp: float, **more: Any) -> dict[str, Any]:
    return {
        "lever": "a", "payer": "nhs", "gbp_per_year": gbp, "first_day": 0, "end_day": 730, "filled_days": 365.0,
        "effect_row": "a.b", "effect_grade": "derived", "price_row": "c.d", "price_grade": "assumed", **more,
    }  # fmt: skip


def table_of(
    people: list[float], nights: float = -600.0, gbp: float = 50_000.0, idle: float = 0.0, **more: Any
) -> pd.DataFrame:
    """A draw a number of people engaged beyond the baseline's, in one run of half a year's releases."""
    numbers = np.full((len(people), 1, 2, 1, len(MEASURES)), 1e6)
    numbers[:, 0, 1, 0, 0] += people
    numbers[:, 0, 1, 0, 1] += nights
    numbers[:, 0, 1, 0, MEASURES.index("spent_nhs_gbp")] += gbp
    numbers[:, 0, 1, 0, MEASURES.index("idle_gbp")] += idle
    cube = Cube(numbers, np.full_like(numbers, 1000.0), ("baseline", "mine"), (("all", "all"),), MEASURES)
    spend = {"mine": [purchase(2.0 * gbp, counted_gbp=2.0 * gbp, **more)]}
    return cost_per_outcome(cube, OfStudy("baseline", ("baseline", "mine"), 2.0, 0.95, spend)).set_index("measure")


def fieller(costs: list[float], effects: list[float]) -> list[float]:
    """Fieller's limits: roots of (x E - C)^2 = k^2 (x^2 S_ee - 2 x S_ec + S_cc), k as wide as Student's prediction
    interval of so many draws with the error of their mean beside it."""
    draws = len(costs)
    c, e = np.mean(costs), np.mean(effects)
    (see, sec), (_, scc) = np.cov(effects, costs)
    k = student(0.95, draws - 1) ** 2 * (1.0 + 2.0 / draws)
    return sorted(np.roots([e**2 - k * see, -2.0 * (c * e - k * sec), c**2 - k * scc]).real.tolist())


def limits(costs: list[float], effects: list[float]) -> tuple[float, float]:
    low, high = ratio_limits(np.array(costs)[:, None, None], np.array(effects)[:, None, None], 0.95)
    return float(low[0]), float(high[0])


def test_a_cost_per_outcome_by_hand() -> None:
    """100,000 GBP a year for 20 people more, and for 1,200 nights fewer."""
    table = table_of([8.0, 12.0] * 10)
    assert tuple(table.reset_index().columns) == ("measure", *[name for name in COLUMNS if name != "measure"])
    assert list(table.index) == ["engaged_within_3_weeks", "rough_sleeping_days"]
    people, nights = (table.loc[name] for name in table.index)
    assert (people["status"], people["outcome"], people["spend_gbp"]) == (TOLD, 20.0, 100_000.0)
    assert people["cost_per_outcome_gbp"] == pytest.approx(5_000.0)
    assert nights["outcome"] == -1_200.0 and nights["cost_per_outcome_gbp"] == pytest.approx(100_000 / 1_200)
    # 41% on an assumed price
    assert people["optimism_bias_gbp"] == pytest.approx(41_000.0)
    assert people["cost_per_outcome_with_bias_gbp"] == pytest.approx(7_050.0)
    assert (people["effect_grade"], people["price_grade"], people["window_days"]) == ("derived", "assumed", 365)


def test_with_one_sum_the_limits_are_those_of_the_outcome_turned_round() -> None:
    """16 or 24 people, 20 draws: sd 4.104, so that the interval is 20 +- 2.093 x 4.104 x sqrt(1.1) = 10.99 to 29.01."""
    people = table_of([8.0, 12.0] * 10).loc["engaged_within_3_weeks"]
    assert (people["outcome_low"], people["outcome_high"]) == pytest.approx((10.99, 29.01), abs=0.005)
    assert people["cost_per_outcome_low"] == pytest.approx(100_000 / 29.01, rel=1e-3)
    assert people["cost_per_outcome_high"] == pytest.approx(100_000 / 10.99, rel=1e-3)
    assert people["has_upper_limit"] == "yes"


def test_limits_are_fieller_s_where_both_vary() -> None:
    """Four equally likely pairs of cost and effect, so that both sides of every net benefit are alike."""
    costs = [90.0, 90.0, 110.0, 110.0] * 5
    effects = [9.0, 11.0, 9.0, 11.0] * 5
    assert limits(costs, effects) == pytest.approx(fieller(costs, effects), rel=1e-6)
    assert limits(costs, effects)[0] < 10.0 < limits(costs, effects)[1]


def test_where_cost_follows_the_effect_the_ratio_is_known() -> None:
    """Each draw costs 100 a unit: the ratio has no width, though both of its parts have."""
    assert limits([800.0, 1_000.0, 1_200.0] * 4, [8.0, 10.0, 12.0] * 4) == pytest.approx((100.0, 100.0))


def test_an_outcome_that_may_not_change_has_no_upper_limit() -> None:
    people = table_of([-20.0, 60.0] * 10).loc["engaged_within_3_weeks"]
    assert people["outcome_low"] < 0.0 < people["outcome_high"]
    assert people["status"] == TOLD and people["cost_per_outcome_gbp"] == pytest.approx(2_500.0)
    assert math.isnan(people["cost_per_outcome_high"]) and people["has_upper_limit"] == "no"
    assert people["cost_per_outcome_low"] == pytest.approx(100_000 / people["outcome_high"])
    assert limits([100.0] * 20, [-20.0, 60.0] * 10)[1] == math.inf


def test_money_that_may_not_be_spent_has_no_lower_limit_above_nothing() -> None:
    assert limits([-50.0, 250.0] * 10, [9.0, 11.0] * 10)[0] == 0.0


def test_luck_is_apart_from_the_model_s_numbers() -> None:
    """Runs that differ by luck alone: with 50 draws the ratio is known far better than one run's luck would say."""
    luck = np.random.default_rng(1).normal(0.0, 5.0, (50, 20, 1))
    low, high = ratio_limits(np.full((50, 20, 1), 100.0), 10.0 + luck, 0.95)
    assert 5.0 < low[0] < 10.0 < high[0] < 20.0
    narrow = interval_of(spread_of(10.0 + luck))
    assert (100.0 / high[0], 100.0 / low[0]) == pytest.approx((narrow.low[0], narrow.high[0]), rel=1e-6)


def test_one_run_has_no_limits() -> None:
    table = table_of([10.0])
    assert table["cost_per_outcome_gbp"].tolist() == pytest.approx([5_000.0, 100_000 / 1_200])
    assert table["cost_per_outcome_low"].isna().all() and set(table["has_upper_limit"]) == {""}


def test_where_none_is_told() -> None:
    assert table_of([-8.0, -12.0])["status"].tolist() == [WORSE, TOLD]
    assert table_of([0.0, 0.0], nights=10.0)["status"].tolist() == [NO_CHANGE, TOO_SMALL]  # 20 nights a year
    assert set(table_of([8.0, 12.0], filled_days=89.0)["status"]) == {TOO_SHORT}
    assert set(table_of([8.0, 12.0], filled_days=91.0)["status"]) == {TOLD}
    cut = table_of([8.0, 12.0], gbp=-50_000.0)
    assert set(cut["status"]) == {NO_MONEY} and cut["cost_per_outcome_gbp"].isna().all()


def test_an_outcome_of_three_weeks_takes_the_money_of_three_weeks_where_it_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another measure of money stands for that of 21 days."""
    monkeypatch.setattr(module, "SHORT_WINDOW", ("engaged_within_3_weeks", "idle_gbp", 21))
    table = table_of([8.0, 12.0] * 10, idle=7_000.0)
    assert table["window_days"].tolist() == [21, 365]
    assert table.loc["engaged_within_3_weeks", "cost_per_outcome_gbp"] == pytest.approx(14_000 / 20)
    assert table.loc["rough_sleeping_days", "cost_per_outcome_gbp"] == pytest.approx(100_000 / 1_200)


def test_which_outcomes_have_a_cost() -> None:
    """Not QALYs, which have theirs in the views on money, nor what nobody calls better either way."""
    assert [one.name for one in outcomes_of(MEASURES)] == ["engaged_within_3_weeks", "rough_sleeping_days"]


def test_money_is_as_planned_where_runs_counted_none() -> None:
    numbers = np.full((4, 1, 2, 1, 1), 100.0)
    numbers[:, 0, 1] += 10.0
    cube = Cube(numbers, np.full_like(numbers, 1e3), ("baseline", "mine"), (("all", "all"),), MEASURES[:1])
    spend = {"baseline": [purchase(5_000.0)], "mine": [purchase(5_000.0), purchase(60_000.0, counted_gbp=30_000.0)]}
    row = cost_per_outcome(cube, OfStudy("baseline", ("baseline", "mine"), 2.0, 0.95, spend)).iloc[0]
    assert (row["spend_gbp"], row["cost_per_outcome_gbp"]) == (30_000.0, pytest.approx(1_500.0))


def test_bias_goes_by_grade_and_makes_no_saving_larger() -> None:
    bought = [
        purchase(100.0, counted_gbp=100.0), purchase(200.0, counted_gbp=200.0, price_grade="derived"),
        purchase(400.0, counted_gbp=400.0, price_grade="measured", payer="pcc"),
        purchase(-800.0, counted_gbp=-800.0, payer="pcc"),
    ]  # fmt: skip
    assert bias_between(bought, []) == pytest.approx(41.0 + 20.0)
    assert bias_between(bought, bought[:1]) == pytest.approx(20.0)
    # planned 300 of which runs counted 450: half as much again of 41 and 20
    assert bias_between(bought[:2], [], lived_gbp=450.0) == pytest.approx(91.5)
    assert bias_between(bought[:2], [], lived_gbp=-450.0) == pytest.approx(61.0)
    assert bias_between(bought[1:], bought[:1]) == pytest.approx(20.0 - 41.0)
    assert bias_between(bought, [], ("pcc",)) == 0.0
    read_again = purchase(100.0, counted_gbp="", filled_days="", first_day="", end_day="")  # as an older table's cells
    assert bias_between([read_again], []) == pytest.approx(41.0) and not too_short([read_again])
    others = purchase(100.0, counted_gbp=100.0, option="everybody: others")
    assert bias_between([others], []) == 0.0
