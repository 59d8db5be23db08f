"""Gross spending, knock-on costs and the net by payer, worked by hand from one study of round numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.analysis.comparison import Comparison, assemble
from sim.analysis.cube import Cube
from sim.analysis.money import yearly_sum
from sim.analysis.money_by_payer import COLUMNS, for_others_by_payer, gross_by_payer, money_by_payer, optimism_bias
from sim.document.blocks import sentence
from sim.outcomes.measures import MEASURE_NAMES
from sim.presentation.report.payers import gross_line, knock_on_line, money_lines, net_line, prices_note

MEASURES = (
    "custody_days", "net_cost_gbp", "knock_on_treatment_gbp", "knock_on_custody_gbp", "knock_on_temporary_gbp",
    "cost_reoffending_gbp",
)  # fmt: skip
# Per person, in every run: 20 days in custody less, 20 GBP of drugs more, 960 GBP of custody and 5 GBP of rooms less.
CHANGES = (-20.0, 500.0 + 20.0 - 5.0, 20.0, -960.0, -5.0, -3000.0)


def purchase(payer: str, gbp: float, grade: str, **more: float) -> dict[str, object]:
    return {
        "lever": "navigators", "option": "", "payer": payer, "gbp_per_year": gbp, "unit": "post", "units": 1.0,
        "first_day": 0, "end_day": 730, "remark": "", "price_grade": grade, "price_row": "cost.x", **more,
    }  # fmt: skip


def comparison() -> Comparison:
    """40 draws of 2 runs of 500 people, for 1,000 a year: 500,000 GBP on levers, half of it from each of two payers."""
    below = np.full((40, 2, 2, 1, len(MEASURES)), 2_000.0 * 500.0)
    below[:, :, 1] += np.array(CHANGES) * 500.0
    cube = Cube(below, np.full_like(below, 500.0), ("baseline", "mine"), (("all", "all"),), MEASURES)
    spend = {
        "baseline": [purchase("council", 10_000.0, "assumed")],
        "mine": [
            purchase("council", 10_000.0, "assumed"), purchase("council", 200_000.0, "assumed"),
            purchase("nhs", 200_000.0, "derived"), purchase("nhs", 100_000.0, "measured"),
            purchase("housing", 73_000.0, "measured", first_day=365),
        ],
    }  # fmt: skip
    return assemble(
        [cube], study="s", out="o", baseline="baseline", titles={"baseline": "Base", "mine": "Mine"}, spend=spend,
        level=0.95, people=500, people_per_year=1000.0,
    )  # fmt: skip


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return money_by_payer(comparison())


def cells(table: pd.DataFrame, part: str, **where: str) -> dict[str, float]:
    rows = table[table["part"] == part]
    for column, value in where.items():
        rows = rows[rows[column] == value]
    return dict(zip(rows["payer"], rows["per_year"], strict=True))


def test_gross_money_is_what_was_asked_for_beside_the_baseline_in_the_counted_year(table: pd.DataFrame) -> None:
    """The purchase that begins after the year is paid in none of it."""
    assert tuple(table.columns) == COLUMNS
    assert cells(table, "gross") == {"council": 200_000.0, "nhs": 300_000.0, "housing": 0.0, "all": 500_000.0}


def test_the_bias_of_a_price_goes_by_its_grade(table: pd.DataFrame) -> None:
    assert [optimism_bias(grade) for grade in ("assumed", "derived", "measured", "")] == [0.41, 0.10, 0.0, 0.0]
    biased = cells(table, "gross_with_optimism_bias")
    assert biased["council"] == pytest.approx(282_000.0)
    assert biased["nhs"] == pytest.approx(220_000.0 + 100_000.0)
    assert biased["all"] == pytest.approx(602_000.0)


def test_a_knock_on_has_its_payer_its_tag_and_its_lag(table: pd.DataFrame) -> None:
    rows = table[table["part"] == "knock_on"].set_index("item")
    assert rows.loc["treatment", ["payer", "saving", "cashable", "per_year"]].tolist() == [
        "council",
        "cashable",
        1,
        20_000,
    ]
    assert rows.loc["custody", ["payer", "saving", "cashable", "per_year"]].tolist() == [
        "hmpps", "released_capacity", 0, -960_000,
    ]  # fmt: skip
    assert rows.loc["reoffending", ["payer", "saving", "per_year"]].tolist() == ["society", "economic_value", -3e6]
    assert set(rows["lag_days"]) == {0, 30, 365}


def test_net_is_gross_and_what_is_cashable_never_capacity(table: pd.DataFrame) -> None:
    net = cells(table, "net")
    assert net == {"council": 220_000.0, "nhs": 300_000.0, "housing": -5_000.0, "all": 515_000.0}
    assert sum(gbp for payer, gbp in net.items() if payer != "all") == net["all"]


def as_runs_counted() -> Comparison:
    """Council 150 to 250 GBP a person by draw, 200 in the middle, where 200,000 for 1,000 people were planned; of the
    NHS 330 in every run, where 300,000 were planned; 1,200 people in the second half of the draws, not 800."""
    measures = tuple(
        f"spent_{payer}_gbp" for payer in ("council", "nhs", "prison", "hmpps", "pcc", "housing", "transport")
    )
    measures = tuple(one for one in measures if one in MEASURE_NAMES)
    people = np.where(np.arange(40) < 20, 400.0, 600.0)[:, None, None, None, None]
    numbers = np.zeros((40, 2, 2, 1, len(measures)))
    numbers[:, :, 1, 0, measures.index("spent_council_gbp")] = np.linspace(150.0, 250.0, 40)[:, None]
    numbers[:, :, 1, 0, measures.index("spent_nhs_gbp")] = 330.0
    cube = Cube(
        numbers * people,
        np.broadcast_to(people, numbers.shape).copy(),
        ("baseline", "mine"),
        (("all", "all"),),
        measures,
    )
    spend = {
        "baseline": [],
        "mine": [purchase("council", 200_000.0, "assumed"), purchase("nhs", 300_000.0, "measured")],
    }  # fmt: skip
    return assemble(
        [cube], study="s", out="o", baseline="baseline", titles={"baseline": "Base", "mine": "Mine"}, spend=spend,
        level=0.95, people=500, people_per_year=1000.0,
    )  # fmt: skip


def test_money_that_runs_counted_is_that_of_the_people_of_the_draws() -> None:
    """400 people of each run of the first twenty draws and 600 of the others stand for 800 and 1,200 of a year."""
    of = as_runs_counted()
    gbp = np.linspace(150.0, 250.0, 40)
    council = float((gbp * np.where(np.arange(40) < 20, 800.0, 1_200.0)).mean())
    assert of.counted_gbp["mine"] == pytest.approx(council + 330_000.0)
    assert gross_by_payer(of, "mine") == pytest.approx({"council": council, "nhs": 330_000.0})
    assert gross_by_payer(of, "mine", with_bias=True)["council"] == pytest.approx(1.41 * council)
    table = money_by_payer(of)
    both = table[(table["part"] == "gross") & (table["payer"] == "all")].iloc[0]
    assert both["per_year"] == pytest.approx(council + 330_000.0) and np.isnan(both["per_year_low"])
    one = table[(table["part"] == "net") & (table["payer"] == "council")].iloc[0]
    assert one["per_year_low"] < 0.8 * council < 1.2 * council < one["per_year_high"]


def test_a_payer_of_two_codes_is_told_as_it_is_given() -> None:
    shared = comparison()
    shared.spend.loc[shared.spend["payer"] == "nhs", "payer"] = "council/pcc"
    assert gross_by_payer(shared, "mine") == {"council": 200_000.0, "housing": 0.0, "council/pcc": 300_000.0}


def test_the_page_tells_gross_always_and_capacity_in_its_unit_first() -> None:
    of = comparison()
    assert gross_line(of, "mine") == "gross spending by payer: council public health £200,000; NHS £300,000"
    follows = knock_on_line(of, "mine")
    assert "days back in custody: about 20,000 fewer days, about £960,000 less" in follows
    assert "released capacity after 365 days" in follows
    assert "cashable after 30 days" in follows
    assert net_line(of, "mine").startswith("net of what can be banked: about £520,000 more")
    assert net_line(of, "mine").endswith(
        "with the optimism bias of its prices gross spending is £602,000, not £500,000"
    )
    assert len(money_lines(of, "mine")) == 3
    assert money_lines(of, "baseline") == []
    assert all(sentence(line).endswith(".") for line in money_lines(of, "mine"))


def test_the_price_year_and_what_was_chosen_are_told() -> None:
    from dataclasses import replace

    of = comparison()
    assert prices_note(of) == "All money is in prices of 2024/25."
    chosen = prices_note(replace(of, prices={"custody": "average"}))
    assert "Prices chosen: custody: average (the average cost of a day, for the view of society" in chosen


def test_money_for_other_people_at_the_hub_is_a_part_of_its_own_and_in_no_net() -> None:
    """Two lines of one post for everybody, a tenth and nine tenths of 92,000 GBP, less of each in a cut of 46,000."""
    held = comparison()
    lines = [
        {**purchase("council", sign * gbp * part, "assumed", scenario=name), "lever": "keyworkers", "option": option}
        for name, sign, gbp in (("mine", 1.0, 92_000.0), ("mine", -1.0, 46_000.0))
        for option, part in (("everybody: leaving prison", 0.1), ("everybody: others", 0.9))
    ]
    both = replace(held, spend=pd.concat([held.spend.iloc[:0], pd.DataFrame(lines)]))
    assert gross_by_payer(both, "mine") == pytest.approx({"council": 4_600.0})
    assert for_others_by_payer(both, "mine") == pytest.approx({"council": 41_400.0})
    table = money_by_payer(both)
    assert cells(table, "other_people") == pytest.approx({"council": 41_400.0, "all": 41_400.0})
    assert gross_line(both, "mine") == (
        "gross spending by payer: council public health £4,600; beside it for other people at the hub: council public "
        "health £41,000, in no cost here"
    )


def test_a_year_is_the_rate_of_the_day_on_which_most_flows() -> None:
    """Two periods of one sum, a cut in the first, and what no day of the run has, at its own sum."""
    first, second = purchase("nhs", 400.0, "", first_day=0, end_day=365), purchase("nhs", 400.0, "", first_day=365)
    cut = purchase("nhs", -100.0, "", first_day=0, end_day=365)
    assert yearly_sum([first, second]) == 400.0
    assert yearly_sum([first, cut]) == 300.0 and yearly_sum([first, second, cut]) == 400.0
    assert yearly_sum([cut]) == -100.0 and yearly_sum([]) == 0.0
    assert yearly_sum([purchase("nhs", 50.0, "", first_day=730, end_day=730)]) == 50.0
