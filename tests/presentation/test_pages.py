"""The page and the charts: width, words, files that are whole and the same on any day."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fake_study import EFFECTS, NAMES, TITLES, FakeSimulator, plan_of, run_into
from full_study import with_nothing_sure

from sim.analysis.comparison import Comparison
from sim.analysis.grades import on_figures
from sim.analysis.verdicts import MARKED
from sim.document.markdown import as_markdown
from sim.document.text import WIDTH, as_text
from sim.outcomes.measures import HEADLINES
from sim.presentation import theme, words
from sim.presentation.charts import engagement_by_group, headline_differences
from sim.presentation.report.blocks import funding_line, plain_title
from sim.presentation.report.page import headline, report_page
from sim.presentation.report.selection import leading, others


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    return run_into(tmp_path_factory.mktemp("runs") / "out", plan_of(4, draws=45), FakeSimulator(EFFECTS), shown=False)


def test_the_page_fits_and_tells_the_table_s_numbers(comparison: Comparison) -> None:
    text = as_text(report_page(comparison))
    assert max(len(line) for line in text.splitlines()) <= WIDTH
    engaged = next(line for line in text.splitlines() if line.startswith("+ started community"))
    row = comparison.row("navigators_far_west", "engaged_within_3_weeks")
    assert f"about {words.figure(row['per_year'])} " in engaged
    assert "(expected)" not in text


def test_no_winner_is_declared_where_nothing_is_sure(comparison: Comparison) -> None:
    nothing = with_nothing_sure(comparison)
    text = as_text(report_page(nothing))
    assert "Could go either way" in text
    assert not [line for line in text.splitlines() if line.startswith(("+ started", "! "))]
    assert "are marked" not in text
    assert headline(nothing).startswith("Nothing almost certain in treatment, rough sleeping, deaths or recall")


def test_under_a_table_stands_how_many_marks_are_wrong(comparison: Comparison) -> None:
    page = " ".join(as_text(report_page(comparison)).split())
    rows = [comparison.row(name, measure.name) for name in others(comparison) for measure in leading(comparison)]
    marked = [row for row in rows if row["verdict"] in MARKED]
    wrong = sum(1.0 - max(row["chance_more"], row["chance_fewer"]) for row in marked)
    assert len(marked) > 1
    said = f"{len(marked)} differences are marked; by their own chances {words.figure(wrong)} of them point the wrong"
    assert said in page


def graded(comparison: Comparison, grade: str) -> Comparison:
    """The study with effects of that grade."""
    columns = {"effect_row": "a.row", "effect_grade": grade, "price_row": "a.price", "price_grade": "derived"}
    return replace(comparison, rows=on_figures(comparison.rows.assign(**columns)))


def test_an_assumed_effect_is_marked_nowhere(comparison: Comparison) -> None:
    derived, assumed = (as_text(report_page(graded(comparison, grade))) for grade in ("derived", "assumed"))
    assert [line for line in derived.splitlines() if line.startswith("+ started")]
    assert not [line for line in assumed.splitlines() if line.startswith(("+ ", "! ", "* "))]
    flat = " ".join(assumed.split())
    assert "almost certainly better (98%); rests on an" in flat
    assert "Rests on: effect a.row (assumed), price a.price (derived)" in flat
    assert "What would settle it: a.row measured among people leaving prison" in flat
    assert "With an assumed effect nothing is marked, as better or as worse" in flat
    assert "What would settle it" not in derived


def test_an_assumed_effect_is_drawn_in_grey(comparison: Comparison) -> None:
    svgs = {grade: headline_differences.plot(graded(comparison, grade)) for grade in ("derived", "assumed")}
    colour = theme.BETTER_COLOUR.lower().encode()
    counts = {grade: chart.svg.lower().count(colour) for grade, chart in svgs.items() if chart is not None}
    assert counts["assumed"] < counts["derived"]
    assert svgs["assumed"] is not None
    assert "effect assumed, price derived" in svgs["assumed"].alt


@pytest.mark.parametrize(
    ("draws", "said"),
    [
        (3, "At least 39 draws can"),
        (1, "luck alone: what the model's numbers leave open is not in them, so that nothing is marked"),
        (45, None),
    ],
)
def test_few_draws_are_told(draws: int, said: str | None, tmp_path: Path) -> None:
    of = run_into(tmp_path / "out", plan_of(2, draws=draws), FakeSimulator(EFFECTS), shown=False)
    page = " ".join(as_text(report_page(of)).split())
    assert (said in page) if said else ("least 39" not in page)


def test_markdown_tells_every_scenario_and_headline(comparison: Comparison) -> None:
    page = as_markdown(report_page(comparison))
    overview, *blocks = page.split("\n## ")
    lines = [line for line in overview.splitlines() if line.startswith("| ")]
    assert len(lines) == 2 + 3
    assert {line.count("|") for line in lines} == {7}
    outcomes, *views, baseline = blocks[:4] + blocks[-1:]
    assert outcomes.startswith("What one more of an outcome costs\n")
    titles = ("health and care (NICE)", "health, care and public health", "society (Green Book)")
    assert [view.split("\n")[0] for view in views] == [f"What health costs: {title}" for title in titles]
    blocks = blocks[4:-1]
    assert baseline.startswith("'Today's services' itself\n")
    assert len(blocks) == 3
    for block in blocks:
        for measure in HEADLINES:
            assert plain_title(measure) in block or words.lowered(measure.label) in block


def test_a_title_with_a_bar_does_not_break_the_table(comparison: Comparison) -> None:
    odd = replace(comparison, titles={**TITLES, "later_buses": "Buses | lifts"})
    assert "Buses \\| lifts" in as_markdown(report_page(odd))


def test_very_long_titles_and_sums_still_fit(comparison: Comparison) -> None:
    titles = {
        name: f"{title} and everything else that one could think of, twice over, in all the places"
        for name, title in TITLES.items()
    }
    odd = replace(comparison, titles=titles, cost_gbp=dict.fromkeys(NAMES, 123_456_789.0))
    assert max(len(line) for line in as_text(report_page(odd)).splitlines()) <= WIDTH


def test_the_funding_names_units_and_payers(comparison: Comparison) -> None:
    assert funding_line(comparison, "baseline") == ""
    assert funding_line(comparison, "later_buses") == (
        "buys Navigators for people with multiple disadvantage: 10.9 posts "
        "(council public health and Police and Crime Commissioner, £500,000)"
    )


@pytest.mark.parametrize("module", [headline_differences, engagement_by_group])
def test_charts_are_whole_and_hold_no_date(module: Any, comparison: Comparison) -> None:
    chart = module.plot(comparison)
    assert chart.png.startswith(b"\x89PNG")
    assert len(chart.png) > 20_000
    root = ET.fromstring(chart.svg)
    assert root.tag.endswith("svg")
    assert b"<dc:date>" not in chart.svg
    assert TITLES["navigators_far_west"] in chart.alt
    assert (
        len(list(csv.DictReader(io.StringIO(chart.csv))))
        == {"headline_differences": 3 * len(HEADLINES), "engagement_by_home": 8}[chart.name]
    )


def test_headline_chart_data_are_the_table_s(comparison: Comparison) -> None:
    chart = headline_differences.plot(comparison)
    assert chart is not None
    for row in csv.DictReader(io.StringIO(chart.csv)):
        expected = comparison.row(row["scenario"], row["measure"])
        assert float(row["per_year"]) == expected["per_year"]
        assert row["verdict"] == expected["verdict"]


def test_a_baseline_alone_has_no_difference_chart(tmp_path: Path) -> None:
    alone = run_into(tmp_path / "out", plan_of(1), FakeSimulator(EFFECTS))
    assert headline_differences.plot(alone) is None
    assert engagement_by_group.plot(alone) is not None
    assert not (tmp_path / "out" / "charts" / "headline_differences.svg").exists()
    text = as_text(report_page(alone))
    assert "started community treatment within 3 weeks of release" in text
    assert max(len(line) for line in text.splitlines()) <= WIDTH


def test_without_rural_and_urban_groups_there_is_no_home_chart(comparison: Comparison) -> None:
    groups = comparison.groups[comparison.groups["stratum"] != "home"]
    assert engagement_by_group.plot(replace(comparison, groups=groups)) is None


def test_one_run_is_drawn_and_described_without_an_interval(tmp_path: Path) -> None:
    single = run_into(tmp_path / "out", plan_of(2, draws=1, replicates=1), FakeSimulator(EFFECTS))
    text = as_text(report_page(single))
    assert "one run gives no interval" in text
    assert "certainly" not in headline(single)
    assert (tmp_path / "out" / "charts" / "headline_differences.png").is_file()


@pytest.mark.parametrize("scenarios", [1, 3])
def test_a_title_opens_no_tag_and_closes_no_fence(scenarios: int, tmp_path: Path) -> None:
    of = run_into(tmp_path / "out", plan_of(scenarios, draws=3), FakeSimulator(EFFECTS), shown=False)
    title = "``` <img/src=x/onerror=alert(1)>"
    odd = replace(of, titles={name: f"{title} {number}" for number, name in enumerate(of.titles)})
    page = as_markdown(report_page(odd))
    assert "onerror" in page
    assert page.count("`") == page.count("\\`") > 0
    assert page.count("<") == page.count("\\<") > 0
