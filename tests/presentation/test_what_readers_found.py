"""Faults that a fresh reader found on the page and in the charts, each held by a test."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from full_study import NAMES, TITLES, full_study

from sim.analysis.comparison import Comparison, assemble
from sim.analysis.cube import Cube
from sim.analysis.differences import CHANCES, compare
from sim.analysis.money import counted_gbp, counted_sum, last_day
from sim.analysis.saved import switched_off
from sim.analysis.verdicts import BETTER, FEWER, MORE, TOO_SMALL, WORSE
from sim.core.grammar import counted
from sim.document.markdown import as_markdown
from sim.document.text import as_text
from sim.presentation import words
from sim.presentation.charts import (
    engagement_by_group,
    headline_differences,
    since_release,
    waits_and_queues,
    what_money_bought,
)
from sim.presentation.report.money import AFTER_RUN, AFTER_YEAR, cost_in_words, funding_line, purchases, remark_in_words
from sim.presentation.report.overview import overview
from sim.presentation.report.page import report_page

NAVIGATORS = "navigators_two_cities"


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    return full_study(tmp_path_factory.mktemp("readers") / "out", draws=45)


def with_days(comparison: Comparison, name: str, first: int, end: int) -> Comparison:
    """The study with the purchases of a scenario on these days."""
    here = comparison.spend["scenario"] == name
    spend = comparison.spend.assign(
        first_day=comparison.spend["first_day"].where(~here, first),
        end_day=comparison.spend["end_day"].where(~here, end),
    )
    moved = replace(comparison, spend=spend)
    return replace(moved, counted_gbp={**comparison.counted_gbp, name: counted_sum(purchases(moved, name))})


@pytest.mark.parametrize(
    ("first", "end", "gbp"), [(0, 730, 365.0), (0, 100, 100.0), (300, 400, 65.0), (365, 730, 0.0), (426, 730, 0.0)]
)
def test_money_is_counted_on_the_days_of_the_counted_year(first: int, end: int, gbp: float) -> None:
    assert counted_gbp({"gbp_per_year": 365.0, "first_day": first, "end_day": end}) == pytest.approx(gbp)
    assert counted_gbp({"gbp_per_year": 365.0}) == 365.0


@pytest.mark.slow
def test_the_page_and_the_charts_tell_the_money_of_the_counted_year(comparison: Comparison) -> None:
    half = with_days(comparison, NAVIGATORS, 183, 730)
    assert cost_in_words(half, NAVIGATORS) == "costs £249,000 in the year counted, at £500,000 a year"
    assert "(£249,000)" in as_text([overview(half)])
    for chart in (headline_differences.plot(half), what_money_bought.plot(half)):
        assert chart is not None
        assert "£249,000" in chart.alt
    assert "in the year counted" not in cost_in_words(comparison, NAVIGATORS)


def test_costs_are_told_beside_the_baseline_chosen(comparison: Comparison) -> None:
    """100,000 a year are added to a baseline that cuts 213,000: 100,000 more, though 113,000 are still taken away."""
    base = comparison.baseline
    costs = dict(comparison.cost_gbp) | {base: -213_000.0, NAVIGATORS: -113_000.0}
    of_cut = replace(comparison, cost_gbp=costs, counted_gbp=costs)
    assert cost_in_words(of_cut, NAVIGATORS) == "costs £100,000 a year beside the baseline"
    assert cost_in_words(of_cut, base) == "saves £213,000 a year"
    assert overview(of_cut).heads[1] == "Costs a year beside the baseline"
    assert overview(comparison).heads[1] == "Costs a year"
    entry = next(one for one in of_cut.as_dict()["scenarios"] if one["name"] == NAVIGATORS)
    assert (entry["cost_gbp"], entry["cost_beside_baseline_gbp"]) == (-113_000.0, 100_000.0)
    more = replace(of_cut, cost_gbp=costs | {NAVIGATORS: -300_000.0}, counted_gbp=costs | {NAVIGATORS: -300_000.0})
    assert cost_in_words(more, NAVIGATORS) == "saves £87,000 a year beside the baseline"
    assert "beside the baseline" not in cost_in_words(comparison, NAVIGATORS)


def test_three_months_of_a_cut_are_headed_by_their_own_sum(comparison: Comparison) -> None:
    """213,000 a year for 91 of 365 days: 53,104."""
    months = replace(
        comparison,
        cost_gbp={**comparison.cost_gbp, NAVIGATORS: -213_000.0},
        counted_gbp={**comparison.counted_gbp, NAVIGATORS: -53_104.0},
    )
    assert cost_in_words(months, NAVIGATORS) == "saves £53,000 in the year counted, at £213,000 a year"
    none = replace(months, counted_gbp={**comparison.counted_gbp, NAVIGATORS: 0.0})
    assert cost_in_words(none, NAVIGATORS) == "costs nothing in the year counted, saves £213,000 a year"


def test_a_purchase_that_begins_too_late_says_so(comparison: Comparison) -> None:
    late = with_days(comparison, NAVIGATORS, 426, 730)
    assert "nothing in the year counted" in cost_in_words(late, NAVIGATORS)
    assert AFTER_YEAR in funding_line(late, NAVIGATORS)
    assert AFTER_RUN in funding_line(replace(late, months=12), NAVIGATORS)
    chart = what_money_bought.plot(late)
    assert chart is not None
    assert AFTER_YEAR in chart.alt


def test_counts_of_a_short_run_are_not_called_a_year_s(comparison: Comparison) -> None:
    text = " ".join(as_text(report_page(replace(comparison, months=2))).split())
    assert "Counts are for 2 months' releases, not a year's" in text
    assert "What each scenario changes in the 2 months of this run" in text
    assert "a month's" in as_text(report_page(replace(comparison, months=1)))


@pytest.mark.slow
@pytest.mark.parametrize("months", [2, 6, 12])
def test_lines_end_where_nobody_is_followed(comparison: Comparison, months: int) -> None:
    chart = since_release.plot(replace(comparison, months=months))
    assert chart is not None
    ends = [int(line.split(",")[4]) for line in chart.csv.splitlines()[1:] if line.split(",")[4].isdigit()]
    assert ends
    assert max(ends) <= last_day(months)


def test_what_is_not_known_is_not_called_unchanged(comparison: Comparison) -> None:
    rows = comparison.rows
    here = (rows["measure"] == "settled_3_months") & (rows["scenario"] == NAVIGATORS)
    unknown = rows.assign(
        value=rows["value"].mask(here), per_year=rows["per_year"].mask(here, 0.0),
        verdict=rows["verdict"].mask(here, "not known"),
        **{name: rows[name].mask(here) for name in CHANCES},
    )  # fmt: skip
    lines = as_text(report_page(replace(comparison, rows=unknown))).splitlines()
    told = [line for line in lines if line.startswith("  had settled housing") and line.endswith("not known")]
    assert len(told) == 1


def test_columns_do_not_run_together(comparison: Comparison) -> None:
    rows = comparison.rows.assign(
        per_year=-1_000.0, per_year_low=-1_400.0, per_year_high=-660.0,
        verdict=["baseline" if name == "baseline" else WORSE for name in comparison.rows["scenario"]],
    )  # fmt: skip
    text = as_text(report_page(replace(comparison, rows=rows)))
    assert "people  " in text
    assert "people6" not in text
    values = text.split("itself\n")[1].split("Intervals (95%)")[0].splitlines()[2:]
    starts = {line.rindex("  ") for line in values if " to " in line}
    assert len(starts) == 1, "intervals of the baseline begin in one column"


def repeating(comparison: Comparison, times: int = 1) -> Comparison:
    """Every scenario buys what the baseline buys, and its own."""
    usual = comparison.spend[comparison.spend["scenario"] == NAMES[1]]
    held = pd.concat([usual.assign(remark=f"{k}") for k in range(times)])
    parts = [pd.concat([held.assign(scenario=name)]) for name in NAMES]
    return replace(comparison, spend=pd.concat([*parts, comparison.spend], ignore_index=True))


def test_purchases_of_the_baseline_are_told_once(comparison: Comparison) -> None:
    text = " ".join(as_text(report_page(repeating(comparison))).split())
    assert text.count("Added bus trips: 5,714 one-way trips") == 2, "the baseline's, and those of the buses' own"
    assert "Buys all that the baseline buys, and Navigators for people with multiple disadvantage" in text
    chart = what_money_bought.plot(repeating(comparison))
    assert chart is not None
    assert "Drawn is only what is bought beside the baseline's purchases" in chart.alt


def test_the_picture_of_purchases_does_not_grow_without_end(comparison: Comparison) -> None:
    chart = what_money_bought.plot(repeating(comparison, 60))
    assert chart is not None
    assert int.from_bytes(chart.png[20:24], "big") < 6_000  # height of a PNG in pixels
    assert "more purchases not drawn" in chart.alt


def test_a_mechanism_switched_off_is_judged_by_nobody() -> None:
    above = np.stack([np.full((40, 2), 50.0), np.full((40, 2), 60.0)], axis=2)[..., None, None]
    cube = Cube(above, np.full_like(above, 100.0), ("baseline", "other"), (("all", "all"),), ("deaths_365_days",))
    for off, verdict in (({}, WORSE), ({"other": ("trust",)}, MORE), ({"baseline": ("trust",)}, MORE)):
        found = assemble(
            [cube], study="s", out="o", baseline="baseline", titles={"baseline": "B", "other": "O"}, spend={},
            level=0.95, people=100, people_per_year=100.0, off=off,
        )  # fmt: skip
        assert found.row("other", "deaths_365_days")["verdict"] == verdict
    assert switched_off({"switches": {"off": ["trust"]}}) == ("trust",)
    assert switched_off({"name": "x"}) == ()


def test_diagnostics_are_named_on_the_page(comparison: Comparison) -> None:
    page = as_text(report_page(replace(comparison, off={NAVIGATORS: ("trust",)})))
    assert f"nothing is called better or worse: {TITLES[NAVIGATORS]}" in " ".join(page.split())


def test_waits_are_said_to_be_those_of_the_first_year(comparison: Comparison) -> None:
    chart = waits_and_queues.plot(comparison)
    assert chart is not None
    assert ", in the first year: people waiting" in chart.alt
    assert "of people released in it" in chart.alt


@pytest.mark.slow
@pytest.mark.parametrize("module", [since_release, waits_and_queues])
def test_words_of_lines_tell_them_apart(module: object, comparison: Comparison) -> None:
    chart = module.plot(comparison)  # type: ignore[attr-defined]
    assert "difference from the baseline: " in chart.alt
    assert words.fine(4.3219) == "4.32"
    assert (words.fine(61.54), words.fine(2310.2), words.fine(0.0)) == ("61.5", "2,310", "0.00")


@pytest.mark.parametrize("measure", ["people_per_keyworker_mean", "contact_interval_mean"])
@pytest.mark.parametrize(("change", "verdict"), [(0.005, TOO_SMALL), (2.0, WORSE)])
def test_a_tiny_change_of_a_mean_is_too_small_to_count(change: float, verdict: str, measure: str) -> None:
    above = np.stack([np.full((40, 2), 60.0), np.full((40, 2), 60.0 + change)], axis=2)[..., None, None]
    cube = Cube(above, np.ones_like(above), ("baseline", "other"), (("all", "all"),), (measure,))
    frame = compare(cube, baseline="baseline", level=0.95, people_per_year=2200)
    assert frame.iloc[1]["verdict"] == verdict


def test_words_of_one_and_of_large_numbers() -> None:
    assert words.interval(499_900, 500_100, "pounds") == "about £500,000 more"
    assert words.interval(-0.004, -0.002, "deaths") == "less than 0.01 fewer"
    assert words.pounds(1_000_000_000) == "£1 billion"
    assert words.units(60.7, "woman a year") == "61 women a year"
    assert words.units(200, "person with a pass a year") == "200 people with a pass a year"
    assert counted(1, "draw") == "1 draw"
    assert remark_in_words("GBP 500 for 32232.1 beds; 5.1 posts") == ("£500 for 32,232.1 beds; 5.1 posts")


def test_signs_in_titles_stay_titles_in_markdown(comparison: Comparison) -> None:
    odd = replace(comparison, titles={**TITLES, NAVIGATORS: "A <b> *x* _y_ `z`"})
    page = as_markdown(report_page(odd))
    assert "A \\<b\\> \\*x\\* \\_y\\_ \\`z\\`" in page
    assert "<b>" not in page.replace("\\<b\\>", "")


def test_one_scenario_alone_has_no_baseline_beside_it(tmp_path: Path) -> None:
    alone = full_study(tmp_path / "out", scenarios=1, draws=3)
    for module in (since_release, waits_and_queues, engagement_by_group):
        chart = module.plot(alone)
        assert chart is not None
        assert "baseline" not in chart.alt
    assert {BETTER, FEWER}.isdisjoint(alone.rows["verdict"])
