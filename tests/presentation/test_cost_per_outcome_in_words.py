"""What a page says of the cost of one more outcome, and of what rests on an assumption."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_study import EFFECTS, TITLES, FakeSimulator, plan_of, run_into

from sim.analysis.comparison import Comparison
from sim.analysis.value.cost_per_outcome import NO_MONEY, TOO_SHORT
from sim.document.blocks import Table
from sim.document.text import as_text
from sim.presentation.chances import brief, how_sure
from sim.presentation.report.blocks import grades_line, values_table
from sim.presentation.report.cost_per_outcome import costs_part
from sim.presentation.report.overview import overview
from sim.presentation.report.page import report_page
from sim.presentation.report.ties import ties

FAR_WEST = "navigators_far_west"


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    return run_into(tmp_path_factory.mktemp("runs") / "out", plan_of(4, draws=5), FakeSimulator(EFFECTS))


def in_words(comparison: Comparison) -> str:
    return " ".join(as_text(costs_part(comparison), width=None).split())


def with_cells(comparison: Comparison, measure: str, **cells: object) -> Comparison:
    """The study in which the row of one scenario and outcome says something else."""
    assert comparison.cost_per_outcome is not None
    rows = comparison.cost_per_outcome.astype(object).copy()
    here = (rows["scenario"] == FAR_WEST) & (rows["measure"] == measure)
    assert here.sum() == 1
    for column, cell in cells.items():
        rows.loc[here, column] = cell
    return replace(comparison, cost_per_outcome=rows)


def told(comparison: Comparison, **cells: object) -> str:
    of = {
        "status": "told", "cost_per_outcome_gbp": 383.6, "cost_per_outcome_low": 211.0,
        "cost_per_outcome_high": 1_130.0, "has_upper_limit": "yes", "optimism_bias_gbp": 2_050.0,
        "cost_per_outcome_with_bias_gbp": 541.0, "effect_grade": "derived", "price_grade": "derived",
    }  # fmt: skip
    return in_words(with_cells(comparison, "rough_sleeping_days", **{**of, **cells}))


def test_a_cost_with_its_interval_and_its_bias(comparison: Comparison) -> None:
    said = told(comparison)
    assert "Nights of sleeping rough: one night fewer" in said
    assert f"{TITLES[FAR_WEST]} £380 £210 to £1,100 £540" in said
    assert f"{TITLES[FAR_WEST]} £380 (assumed) £210" in told(comparison, price_grade="assumed")
    assert f"{TITLES[FAR_WEST]} £380 (assumed) £210" in told(comparison, effect_grade="assumed")


def test_no_limit_is_said_and_no_number_stands_for_it(comparison: Comparison) -> None:
    said = told(comparison, has_upper_limit="no", cost_per_outcome_high=float("nan"))
    assert "£380 £210 or more, no upper limit £540" in said and "nan" not in said and "inf" not in said
    assert "£380 no interval" in told(comparison, has_upper_limit="")


def test_why_none_is_told(comparison: Comparison) -> None:
    short = told(comparison, status=TOO_SHORT)
    assert f"where money is filled for under 90 days, too short to value ({TITLES[FAR_WEST]})" in short
    assert f"{TITLES[FAR_WEST]} £380" not in short
    cut = told(comparison, status=NO_MONEY)
    assert f"No cost is told of what spends no more than the baseline: {TITLES[FAR_WEST]}." in cut
    assert "More money makes none of these better by enough to count: nights of sleeping rough, " in cut
    assert "by enough to count: recalled to prison, proven reoffence in a year" in short


def test_the_window_is_told_where_it_is_not_the_year(comparison: Comparison) -> None:
    weeks = with_cells(comparison, "engaged_within_3_weeks", status="told", window_days=21)
    assert "Money of the first 21 days after release alone, as the outcome is." in in_words(weeks)
    assert "Money of the first" not in in_words(comparison)


def test_scenarios_stand_in_their_order_and_nothing_without_a_table(comparison: Comparison) -> None:
    tables = [block for block in costs_part(comparison) if isinstance(block, Table)]
    order = list(TITLES.values())
    assert tables
    for table in tables:
        places = [order.index(str(row[0])) for row in table.rows]
        assert places == sorted(places)
    assert costs_part(replace(comparison, cost_per_outcome=None)) == ()


ROW = {"switching_price_gbp": 61_000.0, "switching_effect": 0.25, "spend_gbp": 500_000.0, "net_benefit_gbp": 1.0}


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({}, "£61,000 a year, 25% of the effect"),
        ({"switching_effect": 25.3}, "£61,000 a year, 25 times the effect"),
        ({"switching_price_gbp": -5_000.0}, "no price, 25% of the effect"),
        ({"switching_effect": float("nan")}, "£61,000 a year"),
        ({"switching_price_gbp": float("nan")}, ""),
        (
            {
                "spend_gbp": -75_000.0,
                "net_benefit_gbp": 80_000.0,
                "switching_price_gbp": 5_000.0,
                "switching_effect": float("nan"),
            },
            "even were nothing saved",
        ),
        (
            {"spend_gbp": -75_000.0, "switching_price_gbp": -130_000.0, "switching_effect": 1.5},
            "£130,000 saved a year, 150% of the harm",
        ),
        (
            {"spend_gbp": -75_000.0, "switching_price_gbp": -130_000.0, "switching_effect": float("nan")},
            "£130,000 saved a year, even were it harmless",
        ),
    ],
)
def test_what_ties_in_words(cells: dict[str, float], said: str) -> None:
    assert ties({**ROW, **cells}) == said


def with_grade(comparison: Comparison, grade: str) -> Comparison:
    """The study in which all that a scenario buys has one grade."""
    is_one = comparison.rows["scenario"] == FAR_WEST
    rows = comparison.rows.copy()
    for what in ("effect", "price"):
        rows.loc[is_one, f"{what}_grade"], rows.loc[is_one, f"{what}_row"] = grade, "a.b"
    return replace(comparison, rows=rows)


def test_what_is_assumed_has_its_switching_values_beside_it(comparison: Comparison) -> None:
    row = next(
        {str(key): cell for key, cell in row.items()}
        for row in comparison.valued[1].incremental.to_dict("records")
        if row["scenario"] == FAR_WEST
    )
    where = ties(row)
    assert where
    assumed, derived = (with_grade(comparison, grade) for grade in ("assumed", "derived"))
    cells = [row[-1] for row in overview(assumed).rows if row[0] == TITLES[FAR_WEST]]
    assert cells == [("assumed; assumed", f"ties at {where}")]
    assert overview(derived).rows[0][-1] == "derived; derived"
    said = f"It ties with the best other scenario at {where} (health, care and public health)."
    assert said in grades_line(assumed, FAR_WEST) and said not in grades_line(derived, FAR_WEST)


CHANCES = {
    "chance_more": 0.93, "chance_fewer": 0.05, "chance_none": 0.0, "chance_better": 0.93, "chance_worse": 0.05,
    "verdict": "not marked", "counts": "people", "luck_share": 0.1,
}  # fmt: skip


def test_likely_better_is_never_said_of_an_assumed_effect_without_the_mark() -> None:
    row = {**CHANCES, "effect_grade": "assumed", "price_grade": "measured"}
    assert how_sure(row) == "very likely better (93%); rests on an assumption"
    assert brief(row) == "93% better, assumed"
    known = {**CHANCES, "effect_grade": "derived", "price_grade": "assumed"}
    assert (how_sure(known), brief(known)) == ("very likely better (93%)", "93% better")
    money = {**known, "counts": "pounds", "chance_better": float("nan")}
    assert brief(money) == "93% more, assumed"


def test_a_page_of_one_scenario_tells_no_net_cost(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The net is money beside a baseline; alone it is a level of nothing."""
    alone = run_into(tmp_path_factory.mktemp("runs") / "out", plan_of(1, draws=3), FakeSimulator(EFFECTS[:1]))
    page = as_text(report_page(alone))
    assert "net cost" not in page and "cost to public payers" in page
    assert "net cost" in " ".join(str(name) for name in alone.rows["measure"]).replace("_", " ")
    assert len(values_table(alone, "baseline").rows) == len(set(alone.rows["measure"])) - 1
