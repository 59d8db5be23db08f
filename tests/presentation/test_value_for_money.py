"""What the same money changes: told for every scenario in the order given, without a winner; only in such studies."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from chart_words import problems_of_words
from full_study import NAMES, PURCHASES, TITLES, full_study, with_nothing_sure
from quick_cases import some_quick

from sim.analysis.comparison import Comparison
from sim.analysis.verdicts import MARKED
from sim.document.blocks import Heading, Marked, Table, tied
from sim.document.markdown import as_markdown
from sim.document.text import WIDTH, as_text
from sim.presentation.album import Album
from sim.presentation.charts import value_for_money
from sim.presentation.report.changes import SILENT, ends
from sim.presentation.report.files import write_comparison
from sim.presentation.report.page import report_page
from sim.presentation.report.selection import headlines
from sim.presentation.report.value_for_money import (
    COLUMNS,
    equal_money_line,
    sum_in_words,
    value_message,
    value_notes,
    value_part,
    value_table,
)
from sim.store.folder import RunFolder

SUM = 500_000.0
OTHERS = NAMES[1:]
LONG = " and everything else that one could think of, twice over, in all the places of the region"


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """A study in which each scenario costs what its file says."""
    return full_study(tmp_path_factory.mktemp("usual") / "out")


@pytest.fixture(scope="module")
def comparison(usual: Comparison) -> Comparison:
    """The same, with every scenario at one sum."""
    spend = usual.spend.copy()
    sums = spend.groupby("scenario")["gbp_per_year"].transform("sum")
    for column in ("gbp_per_year", "unused_gbp_per_year"):
        spend[column] = spend[column] * SUM / sums
    return replace(
        usual, equal_money=SUM, spend=spend, cost_gbp={name: SUM * (name != "baseline") for name in usual.scenarios}
    )


def test_only_a_study_of_equal_money_tells_it(usual: Comparison, comparison: Comparison) -> None:
    assert (equal_money_line(usual), value_part(usual), value_notes(usual)) == ("", (), [])
    assert value_for_money.plot(usual) is None
    assert "same money" not in as_text(report_page(usual))
    page = as_text(report_page(comparison))
    assert "Value for the same money: what £500,000 changes in a year, with 95% intervals" in page
    assert "Every scenario costs £500,000 a year" in page


@pytest.mark.parametrize("long", [False, True], ids=["titles", "long titles"])
def test_the_page_fits_and_tells_each_scenario_under_each_measure(long: bool, comparison: Comparison) -> None:
    if long:
        comparison = replace(comparison, titles={name: title + LONG for name, title in TITLES.items()})
    assert max(map(len, as_text(report_page(comparison)).splitlines())) <= WIDTH
    tables = [block for block in value_part(comparison) if isinstance(block, Table)]
    heads = [block.text for block in value_part(comparison) if isinstance(block, Heading)][1:]
    for head, table, measure in zip(heads, tables, headlines(comparison), strict=True):
        assert head.startswith(f"{measure.label} ({measure.counts} a year")
        assert [row[0] for row in table.rows] == [comparison.titles[name] for name in OTHERS]
        for name, (_, change, interval, sure) in zip(OTHERS, table.rows, strict=True):
            row = comparison.row(name, measure.name)
            assert isinstance(change, Marked)
            assert bool(change.mark) == (row["verdict"] in MARKED)
            assert interval == tied(ends(row, measure))
            assert (sure == "") == (row["verdict"] in SILENT)


def test_what_of_the_one_sum_is_used_is_told_in_pounds(comparison: Comparison) -> None:
    """Of 400,000 counted 90,000 is idle: 310,000 is used, 78%. Stock and what finds nobody stand beside it."""
    measures = {"idle_gbp": 90_000.0, "unused_stock_gbp": 7_000.0}
    one = comparison.rows[comparison.rows["measure"] == "cost_total_gbp"]
    held = pd.concat([comparison.rows, *(one.assign(measure=name, per_year=gbp) for name, gbp in measures.items())])
    counted = {name: 400_000.0 * (name != "baseline") for name in comparison.scenarios}
    told = replace(comparison, rows=held.reset_index(drop=True), counted_gbp=counted)
    table = next(block for block in value_part(told) if isinstance(block, Table))
    assert table.heads[1:] == ("Counted", "Of it used", "Of it idle", "Stock nobody took", "Finds nobody")
    assert [row[0] for row in table.rows] == [TITLES[name] for name in OTHERS]
    row = next(row for row in table.rows if row[0] == TITLES["cas3_beds_and_resettlement"])
    # 31% of the 60,000 of 500,000 that find nobody, at the sum of 500,000
    said = ("£400,000", "£310,000 (78%)", "£90,000", "£7,000", "£19,000")
    assert row[1:] == tuple(map(tied, said))
    unknown = replace(told, counted_gbp={})
    assert "not known" in as_text(value_part(unknown))
    assert "What of the money is used" not in as_text(value_part(comparison)), "a study whose runs counted none of it"


def test_what_rests_on_an_assumption_is_told_with_what_ties(comparison: Comparison) -> None:
    name = "naloxone_and_ost_at_release"
    rows = comparison.rows.copy()
    rows.loc[rows["scenario"] == name, "price_grade"] = "assumed"
    said = " ".join(as_text(value_part(replace(comparison, rows=rows)), width=None).split())
    assert "Resting on an assumed row, with the price and the share of the effect at which each ties" in said
    assert f"in the first view below that ranks it: {TITLES[name]} (" in said
    assert "Resting on an assumed row" not in as_text(value_part(comparison), width=None)


def test_a_title_with_a_bar_does_not_break_the_table(comparison: Comparison) -> None:
    odd = replace(comparison, titles={**TITLES, "navigators_two_cities": "Buses | lifts"})
    assert "| Buses \\| lifts |" in as_markdown(value_part(odd))


def test_no_winner_is_declared_where_nothing_is_sure(comparison: Comparison) -> None:
    nothing = with_nothing_sure(comparison)
    for text in (as_text(value_part(nothing)), value_message(nothing)):
        assert "+ " not in text
        assert "! " not in text
        assert "almost certainly" not in text
    assert "nothing almost certain in any scenario" in value_message(nothing)
    chart = value_for_money.plot(nothing)
    assert chart is not None
    assert "almost certainly" not in chart.alt


def test_the_message_counts_and_ranks_nobody(comparison: Comparison) -> None:
    message = value_message(comparison)
    better = [name for name in OTHERS if comparison.row(name, "deaths_365_days_expected")["verdict"] == "better"]
    assert len(better) > 1
    assert f"Deaths within a year: almost certainly better in {len(better)} of 8 scenarios" in message
    assert f"almost certainly better with {TITLES['navigators_two_cities']}" in message, "one scenario is named"
    assert "best" not in message
    assert "most" not in message.replace("almost", "")


def test_the_table_is_the_comparison_s_in_the_order_given(comparison: Comparison) -> None:
    table = value_table(comparison)
    assert tuple(table.columns) == COLUMNS
    measures = [measure.name for measure in headlines(comparison)]
    pairs = list(zip(table["scenario"], table["measure"], strict=True))
    assert pairs == [(name, measure) for name in OTHERS for measure in measures]
    for row in table.to_dict("records"):
        expected = comparison.row(row["scenario"], row["measure"])
        for column in ("per_year", "per_year_low", "per_year_high", "difference", "low", "high", "verdict"):
            assert row[column] == expected[column]
        assert row["gbp_per_year"] == SUM


def test_money_that_begins_late_or_ends_early_is_told(comparison: Comparison) -> None:
    late = "cas3_beds_and_resettlement"  # 60,000 of 500,000 from day 90 to day 455
    spent = SUM - 60_000 * 90 / 365
    told = [note for note in value_notes(comparison) if "for a part of the year" in note]
    assert told == [
        "Money that begins late or ends early is spent for a part of the year of releases only. Spent in that year: "
        f"{TITLES[late]} (£{spent:,.0f})."
    ]
    without_days = comparison.spend.assign(first_day=float("nan"), end_day=float("nan"))
    assert not [note for note in value_notes(replace(comparison, spend=without_days)) if "part of the year" in note]


def test_money_that_reaches_nobody_is_told_by_share(comparison: Comparison) -> None:
    (told,) = (note for note in value_notes(comparison) if "nobody left" in note)
    shares = {
        name: sum(abs(row[2]) * row[5] for row in rows) / sum(abs(row[2]) for row in rows)
        for name, rows in PURCHASES.items()
    }
    named = [name for name, share in shares.items() if share >= 0.01]
    assert len(named) >= 3
    assert all(TITLES[name] in told for name in named)
    assert told.count("%") == len(named)
    unknown = replace(comparison, spend=comparison.spend.assign(unused_gbp_per_year=float("nan")))
    assert not [note for note in value_notes(unknown) if "nobody left" in note]


@pytest.mark.parametrize(
    ("money", "said"), [(500_000.0, "£500,000"), (1_234_567.0, "£1,234,567"), (500.5, "£500.50"), (99.0, "£99")]
)
def test_a_sum_that_was_asked_for_is_told_in_full(money: float, said: str) -> None:
    assert sum_in_words(money) == said


@pytest.mark.slow
def test_the_chart_is_whole_and_does_not_change_by_date(comparison: Comparison) -> None:
    chart = value_for_money.plot(comparison)
    assert chart is not None
    assert chart == value_for_money.plot(comparison)
    assert chart.png.startswith(b"\x89PNG")
    assert ET.fromstring(chart.svg).tag.endswith("svg")
    assert b"<dc:date>" not in chart.svg
    assert all(TITLES[name] in chart.alt for name in OTHERS)
    assert "Every scenario costs £500,000 a year" in chart.alt
    rows = list(csv.DictReader(io.StringIO(chart.csv)))
    assert len(rows) == len(OTHERS) * len(headlines(comparison))
    for row in rows:
        assert float(row["per_year"]) == comparison.row(row["scenario"], row["measure"])["per_year"]


@pytest.mark.parametrize("titles", ["usual", "long"])
@pytest.mark.parametrize("factor", some_quick((1.0, 0.001, 1000.0), (1.0,)))
def test_no_words_overlap_or_leave_the_chart(
    factor: float, titles: str, comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = comparison.rows.copy()
    for column in ("per_year", "per_year_low", "per_year_high"):
        rows[column] = rows[column] * factor
    changed: dict[str, Any] = {"rows": rows}
    if titles == "long":
        changed["titles"] = {name: title + LONG for name, title in TITLES.items()}
    problems = problems_of_words(value_for_money, replace(comparison, **changed), monkeypatch)
    assert not problems, "\n".join(problems)


def test_the_dictionary_tells_the_columns_of_its_files(
    comparison: Comparison, tmp_path: Path, plain_charts: None
) -> None:
    folder = RunFolder.create(tmp_path, "study")
    write_comparison(comparison, folder, Album(folder))
    told = pd.read_csv(tmp_path / "tables" / "dictionary.csv", keep_default_na=False)
    for name in ("tables/value_for_money", "charts/value_for_money"):
        held = list(pd.read_csv(tmp_path / f"{name}.csv").columns)
        assert held == list(told["name"][(told["kind"] == "column") & (told["file"] == name)])
