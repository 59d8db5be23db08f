"""Five years of spending and of what can be banked, worked by hand from studies of round numbers."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest

from sim.analysis.cube import Cube
from sim.analysis.value.budget_impact import COLUMNS, When, budget_impact, financial_years
from sim.analysis.value.tables import OfStudy
from sim.analysis.value.years import Span, by_year, following, paid_by_day

MEASURES = ("custody_days", "knock_on_treatment_gbp", "knock_on_custody_gbp", "knock_on_temporary_gbp")
# A person, in every run: 20 days in custody less, 20 GBP of drugs more, 960 GBP of custody and 5 GBP of rooms less.
CHANGES = (-20.0, 20.0, -960.0, -5.0)
STARTS = date(2027, 4, 1)
RUN = 730


def purchase(gbp: float, counted: float, **more: object) -> dict[str, object]:
    return {
        "lever": "navigators", "option": "", "payer": "pcc", "gbp_per_year": gbp, "unit": "post", "units": 1.0,
        "unused_gbp_per_year": 0.0, "counted_gbp": counted, "filled_days": 730.0, "first_day": 0, "end_day": RUN,
        "remark": "", **more,
    }  # fmt: skip


def impact(
    bought: list[dict[str, object]],
    *,
    changes: tuple[float, ...] = CHANGES,
    of_draws: np.ndarray | None = None,
    months: int = 24,
    in_baseline: list[dict[str, object]] | None = None,
) -> pd.DataFrame:
    """Of 40 draws of 2 runs of 500 people, for 1,000 a year; of_draws: factor of the changes by draw."""
    factors = np.ones(40) if of_draws is None else of_draws
    below = np.full((40, 2, 2, 1, len(MEASURES)), 2_000.0 * 500.0)
    below[:, :, 1, 0] += factors[:, None, None] * np.array(changes) * 500.0
    cube = Cube(below, np.full_like(below, 500.0), ("baseline", "mine"), (("all", "all"),), MEASURES)
    study = OfStudy("baseline", ("baseline", "mine"), 2.0, 0.95, {"baseline": in_baseline or [], "mine": bought})
    return budget_impact(cube, study, When(STARTS, months))


def years(table: pd.DataFrame, column: str = "real_gbp", **where: str) -> list[float]:
    for name, value in where.items():
        table = table[table[name] == value]
    return [float(gbp) for gbp in table.sort_values("year")[column]]


def test_gross_is_what_flows_in_each_year_by_payer() -> None:
    """365,000 a year for ever, filled in a line over 162 days: half of 162,000 is missing in the first year. Of the
    NHS 73,000 a year from day 292 to day 438: 73 days in the first year and 73 in the second, 200 GBP each."""
    table = impact(
        [
            purchase(365_000.0, 353_016.0, filled_days=730.0 - 81.0),
            purchase(73_000.0, 20_000.0, payer="nhs", first_day=292, end_day=438, filled_days=146.0),
        ]
    )
    assert tuple(table.columns) == COLUMNS
    assert years(table, part="gross", payer="pcc") == pytest.approx([284_000.0, *[365_000.0] * 4])
    assert years(table, part="gross", payer="nhs") == pytest.approx([14_600.0, 14_600.0, 0.0, 0.0, 0.0])
    assert years(table, part="gross", payer="all") == pytest.approx([298_600.0, 379_600.0, *[365_000.0] * 3])


def test_what_the_baseline_pays_already_is_no_impact_and_what_it_paid_alone_comes_off() -> None:
    same = purchase(50_000.0, 50_000.0, payer="council")
    table = impact([same], in_baseline=[dict(same), purchase(10_000.0, 10_000.0)])
    assert years(table, part="gross", payer="pcc") == [-10_000.0] * 5
    assert set(table[table["part"] == "gross"]["payer"]) == {"pcc", "all"}


def test_what_can_be_banked_comes_over_the_year_after_its_money_and_after_its_lag() -> None:
    """20,000 a year of drugs more and 5,000 of rooms less, both after 30 days. 335 days of the first year: 335 x 335 /
    2 / 365 / 365 of a year's; 700 days by the end of the second: (700 - 182.5) / 365."""
    table = impact([purchase(200_000.0, 200_000.0)])
    first, both = 335.0**2 / 2.0 / 365.0**2, 517.5 / 365.0
    parts = [first, both - first, 1.0, 1.0, 1.0]
    assert first == pytest.approx(0.4212, abs=5e-5) and parts[1] == pytest.approx(0.9966, abs=5e-5)
    assert years(table, item="treatment") == pytest.approx([20_000.0 * part for part in parts], abs=0.02)
    assert years(table, item="temporary") == pytest.approx([-5_000.0 * part for part in parts], abs=0.02)
    assert years(table, part="net", payer="council") == pytest.approx([20_000.0 * part for part in parts], abs=0.02)
    assert years(table, part="net", payer="all") == pytest.approx([200_000.0 + 15_000.0 * p for p in parts], abs=0.02)
    so_far = np.cumsum([200_000.0 + 15_000.0 * part for part in parts])
    assert years(table, part="net_so_far", payer="all") == pytest.approx(so_far.tolist(), abs=0.05)


def test_capacity_is_in_its_unit_after_its_lag_and_in_no_net() -> None:
    """20,000 days a year in custody less, free after 365 days: nothing in the first year, half in the second."""
    table = impact([purchase(200_000.0, 200_000.0)])
    custody = table[table["item"] == "custody"]
    assert set(custody["part"]) == {"released_capacity"} and set(custody["counts"]) == {"days"}
    assert years(custody, "units") == pytest.approx([0.0, -10_000.0, -20_000.0, -20_000.0, -20_000.0])
    assert years(custody) == pytest.approx([0.0, -480_000.0, -960_000.0, -960_000.0, -960_000.0])
    assert years(table, part="net", payer="pcc") == [200_000.0] * 5


def test_cash_is_real_money_at_the_prices_of_its_year_and_nothing_is_discounted() -> None:
    """The deflator of 2027/28 is 107.3546 and that of 2030/31 113.6416, of 2024/25 = 100; 2031/32 goes on at the growth
    of the last printed year, 113.6416 / 111.3959."""
    table = impact([purchase(100_000.0, 100_000.0)])
    gross = table[(table["part"] == "gross") & (table["payer"] == "pcc")]
    assert gross["financial_year"].tolist() == ["2027/28", "2028/29", "2029/30", "2030/31", "2031/32"]
    assert years(gross) == [100_000.0] * 5
    expected = [107_354.6, 109_357.1, 111_395.9, 113_641.6, 115_932.57]
    assert years(gross, "cash_gbp") == pytest.approx(expected, abs=0.01)


def test_a_year_has_the_prices_of_the_financial_year_of_its_middle() -> None:
    assert [name for name, _ in financial_years(date(2026, 12, 1))][:2] == ["2027/28", "2028/29"]
    assert [name for name, _ in financial_years(date(2026, 8, 1))][:2] == ["2026/27", "2027/28"]
    assert all(math.isnan(cash) for _, cash in financial_years(None))


def test_money_that_its_scenario_ends_after_the_run_ends_then_and_other_money_goes_on() -> None:
    """Three years from 1 April 2027 end on 1 April 2030, though one of them has a leap day."""
    table = impact([purchase(100_000.0, 100_000.0, ends="2030-04-01")])
    assert years(table, part="gross", payer="pcc") == [100_000.0, 100_000.0, 100_000.0, 0.0, 0.0]
    half = impact([purchase(365_000.0, 365_000.0, ends="2029-04-11")])
    assert years(half, part="gross", payer="pcc") == pytest.approx([365_000.0, 365_000.0, 10_000.0, 0.0, 0.0])


def test_money_comes_back_in_the_first_year_in_which_savings_exceed_it() -> None:
    """100,000 in the first year alone; 150,000 of drugs less follow: 63,180 in the first year and 149,493 by the end of
    the second, 1 - 30 x 30 / 2 / 365 / 365 of all."""
    once = [purchase(100_000.0, 100_000.0, end_day=365, filled_days=365.0)]
    table = impact(once, changes=(0.0, -150.0, 0.0, 0.0))
    saved = years(table, item="treatment")
    assert saved[0] == pytest.approx(-63_180.0, abs=10.0) and sum(saved[:2]) == pytest.approx(-149_493.0, abs=10.0)
    back = table[table["part"] == "payback"].iloc[0]
    assert (back["status"], back["year"], back["year_low"], back["year_high"]) == ("within five years", 2, 2, 2)
    less = impact(once, changes=(0.0, -60.0, 0.0, 0.0)).iloc[-1]
    assert (less["status"], less["year"]) == ("not within five years", "")


def test_payback_has_the_interval_of_its_draws() -> None:
    """A quarter of the draws save nothing."""
    factors = np.where(np.arange(40) < 10, 0.0, 1.0)
    once = [purchase(100_000.0, 100_000.0, end_day=365, filled_days=365.0)]
    back = impact(once, changes=(0.0, -150.0, 0.0, 0.0), of_draws=factors).iloc[-1]
    assert (back["status"], back["year"], back["year_low"], back["year_high"]) == ("within five years", 2, 2, "never")


def test_money_that_begins_later_is_not_paid_back_before_it_is_spent() -> None:
    late = [purchase(100_000.0, 50_000.0, first_day=400, filled_days=330.0)]
    back = impact(late, changes=(0.0, -1.0, 0.0, 0.0)).iloc[-1]
    assert back["status"] == "not within five years"


def test_a_cut_has_nothing_to_come_back_and_counts_below_nothing() -> None:
    """Of 100,000 a year a fifth finds nothing to take away."""
    cut = [purchase(-100_000.0, -80_000.0, unused_gbp_per_year=-20_000.0, filled_days=0.8 * 730.0)]
    table = impact(cut)
    assert years(table, part="gross", payer="pcc") == pytest.approx([-80_000.0] * 5)
    assert table.iloc[-1]["status"] == "nothing more is spent"


def test_what_serves_other_people_at_the_hub_stands_apart() -> None:
    table = impact(
        [
            purchase(10_000.0, 10_000.0, option="everybody: leaving prison"),
            purchase(90_000.0, 90_000.0, option="everybody: others"),
        ],
    )
    assert years(table, part="gross", payer="all") == [10_000.0] * 5
    assert years(table, part="other_people", payer="all") == [90_000.0] * 5
    assert years(table, part="net", payer="pcc") == [10_000.0] * 5


def test_too_little_money_says_nothing_of_what_follows() -> None:
    table = impact([purchase(100_000.0, 1_000.0, end_day=30, filled_days=30.0)])
    assert years(table, part="gross", payer="pcc")[0] == pytest.approx(100_000.0 * 30 / 365, abs=0.01)
    assert all(math.isnan(gbp) for gbp in years(table, item="treatment"))
    assert table.iloc[-1]["status"] == "not known"


def test_a_run_of_one_year_has_no_budget_impact() -> None:
    assert len(impact([purchase(100_000.0, 100_000.0)], months=12)) == 0


def test_a_block_contract_is_paid_from_its_first_day() -> None:
    ramped = purchase(365_000.0, 353_016.0, filled_days=730.0 - 81.0)
    assert by_year(paid_by_day(ramped, Span(math.inf, RUN, True))).tolist() == pytest.approx([365_000.0] * 5)


def test_a_ramp_that_the_run_does_not_see_the_end_of_is_read_all_the_same() -> None:
    """A line over 100 days of which the run holds 40: 40 x 40 / 2 / 100 = 8 filled days."""
    late = purchase(36_500.0, 0.0, first_day=690, filled_days=8.0)
    paid = paid_by_day(late, Span(math.inf, RUN, False))
    assert paid[690 + 50] == pytest.approx(50.5) and paid[690 + 200] == pytest.approx(100.0)


def test_nothing_of_what_follows_is_lost() -> None:
    once = np.zeros(5 * 365)
    once[100] = 1.0
    assert following(once, 0).sum() == pytest.approx(1.0)
    assert following(once, 0)[0] == pytest.approx((365 - 100.5) / 365)
