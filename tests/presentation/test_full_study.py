"""Charts, page and dictionary of a study as wide as the full model's: nine scenarios, groups over time, money."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest
from chart_words import problems_of_words
from full_study import NAMES, TITLES, full_study, with_nothing_sure

from sim.analysis.comparison import Comparison
from sim.analysis.money_by_payer import items_of
from sim.analysis.verdicts import MARKED, SURE
from sim.document.markdown import as_markdown
from sim.document.text import WIDTH, as_text
from sim.outcomes.measures import measure_named
from sim.outcomes.strata import BAND_STARTS
from sim.population.codes import BAND_ENDS
from sim.presentation import theme, words
from sim.presentation.charts import since_release, waits_and_queues, what_money_bought
from sim.presentation.meanings import NUMBER, TEXT, WHOLE
from sim.presentation.report import dictionary
from sim.presentation.report.files import CHARTS
from sim.presentation.report.page import headline, report_page
from sim.presentation.report.selection import headlines, most_changed

LONG = " and everything else that one could think of, twice over, in all the places of the region"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Comparison, Path]:
    """The study and its run folder."""
    out = tmp_path_factory.mktemp("full") / "out"
    return full_study(out, shown=True), out


@pytest.fixture(scope="module")
def comparison(written: tuple[Comparison, Path]) -> Comparison:
    return written[0]


@pytest.fixture(scope="module")
def charts(written: tuple[Comparison, Path]) -> dict[str, theme.Chart]:
    """Every chart, as it lies in the run folder."""
    return {
        path.stem: theme.Chart(
            path.stem,
            path.read_bytes(),
            path.with_suffix(".png").read_bytes(),
            path.with_suffix(".txt").read_text(encoding="utf-8"),
            path.with_suffix(".csv").read_text(encoding="utf-8-sig"),
        )
        for path in (written[1] / "charts").glob("*.svg")
    }


def data_of(chart: theme.Chart | None) -> list[dict[str, str]]:
    assert chart is not None
    return list(csv.DictReader(io.StringIO(chart.csv)))


@pytest.mark.parametrize("name", [module.NAME for module in CHARTS])
def test_every_chart_is_whole_and_names_everybody(name: str, charts: dict[str, theme.Chart]) -> None:
    chart = charts[name]
    assert chart.png.startswith(b"\x89PNG")
    assert ET.fromstring(chart.svg).tag.endswith("svg")
    assert b"<dc:date>" not in chart.svg
    for scenario in NAMES[1:]:
        assert TITLES[scenario] in chart.alt, "a scenario is not named in the words of the chart"
    assert data_of(chart)


@pytest.mark.parametrize("long", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["titles", "long titles"])
@pytest.mark.parametrize("module", CHARTS, ids=lambda module: module.NAME)
def test_no_words_overlap_or_leave_the_chart(
    module: ModuleType, long: bool, comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    if long:
        comparison = replace(comparison, titles={name: title + LONG for name, title in TITLES.items()})
    problems = problems_of_words(module, comparison, monkeypatch)
    assert not problems, "\n".join(problems)


def test_days_since_release_are_told_in_the_units_said(comparison: Comparison, charts: dict[str, theme.Chart]) -> None:
    told = {
        (row["scenario"], row["measure"], int(row["first_day"]), int(row["end_day"])): row
        for row in data_of(charts[since_release.NAME])
    }
    groups = comparison.groups.set_index(["scenario", "stratum", "group", "measure"])
    for start, end in zip(BAND_STARTS, BAND_ENDS, strict=True):
        for name in NAMES:
            deaths = groups.loc[(name, "by_day", f"by day {end}", since_release.DEATHS)]
            row = told[name, since_release.DEATHS, 0, end]
            assert float(row["value"]) == pytest.approx(1000 * deaths["value"])
            assert float(row["high"]) == pytest.approx(1000 * deaths["high"])
            nights = groups.loc[(name, "since_release", f"day {start} to {end - 1}", since_release.ROUGH)]
            row = told[name, since_release.ROUGH, start, end]
            assert float(row["value"]) == pytest.approx(100 * nights["value"] / (end - start))
            assert float(row["low"]) == pytest.approx(100 * nights["low"] / (end - start))
            assert float(row["people"]) == pytest.approx(nights["people"])
            assert row["verdict"] == nights["verdict"]


@pytest.mark.parametrize(("module", "room"), [(since_release, 3), (waits_and_queues, 2)])
def test_only_almost_certain_changes_are_drawn_and_the_largest_of_them(
    module: Any, room: int, comparison: Comparison, charts: dict[str, theme.Chart]
) -> None:
    rows = data_of(charts[module.NAME])
    for measure in {row["measure"] for row in rows}:
        drawn = {row["scenario"] for row in rows if row["measure"] == measure and row["drawn"] == "yes"}
        assert drawn - {"baseline"} <= set(NAMES)
        assert "baseline" in drawn
        clear = {
            name: abs(float(comparison.row(name, measure)["difference"]))
            for name in NAMES[1:]
            if comparison.row(name, measure)["verdict"] in MARKED
        }
        largest = sorted(clear.items(), key=lambda entry: -entry[1])[:room]
        assert drawn - {"baseline"} == {name for name, _ in largest}


@pytest.mark.parametrize("module", [since_release, waits_and_queues])
def test_charts_over_time_claim_nothing_that_is_not_certain(module: Any, comparison: Comparison) -> None:
    chart = module.plot(with_nothing_sure(comparison))
    assert {row["scenario"] for row in data_of(chart) if row["drawn"] == "yes"} == {"baseline"}
    assert "argest almost certain change" not in chart.alt
    assert "less certain" in chart.alt


def test_months_are_told_as_they_were_counted(comparison: Comparison, charts: dict[str, theme.Chart]) -> None:
    rows = data_of(charts[waits_and_queues.NAME])
    assert {int(row["month"]) for row in rows} == set(range(1, 25))
    assert len(rows) == len(waits_and_queues.PANELS) * 9 * 24
    groups = comparison.groups.set_index(["scenario", "stratum", "group", "measure"])
    for row in rows:
        counted = groups.loc[(row["scenario"], "month", f"month {row['month']}", row["measure"])]
        assert float(row["value"]) == pytest.approx(counted["value"])
        assert float(row["difference"]) == pytest.approx(counted["difference"])


@pytest.mark.parametrize(("panels", "title"), [(1, "People waiting, month by month"), (2, None), (3, None), (4, None)])
def test_panels_of_waits_stand_in_a_row_and_four_in_two(
    panels: int, title: str | None, comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [name for name, _, _ in waits_and_queues.PANELS[:panels]]
    some = replace(comparison, groups=comparison.groups[comparison.groups["measure"].isin(names)])
    figures: list[Any] = []

    def keep(figure: Any, *, title: str, alt: str) -> tuple[bytes, bytes]:
        figures.append((figure, title))
        return b"", b""

    monkeypatch.setattr(theme, "render", keep)
    waits_and_queues.plot(some)
    figure, said = figures[0]
    assert said == (title or waits_and_queues.TITLE)
    places = [axes.get_position() for axes in figure.axes[::2]]  # each with its differences below
    rows = sorted({round(place.y1, 9) for place in places})
    columns = sorted({round(place.x0, 9) for place in places})
    assert (len(rows), len(columns)) == ((2, 2) if panels == 4 else (1, panels))
    assert all(place.x1 < 1.0 for place in places)
    assert figure.get_figwidth() == waits_and_queues.WIDTHS[len(columns) - 1]
    assert not problems_of_words(waits_and_queues, some, monkeypatch)


def test_money_is_told_with_units_payers_and_what_finds_nobody(
    comparison: Comparison, charts: dict[str, theme.Chart]
) -> None:
    chart = charts[what_money_bought.NAME]
    labels = [row["label"] for row in data_of(chart)]
    assert "12 beds, £190,000 a year (housing authority)" in labels
    assert "8 fewer posts, £368,000 a year less (council public health)" in labels
    assert "510 people reached, £220,000 a year (NHS)" in labels
    assert len(labels) == len(comparison.spend)
    assert "from day 90, until day 455, £45,000 in the year counted, 31% finds nobody left to reach" in chart.alt
    assert "Money is taken away in A tenth of keyworker posts not refilled (£368,000 less)" in chart.alt


def test_charts_are_left_out_where_the_study_holds_no_such_rows(comparison: Comparison) -> None:
    bare = replace(
        comparison,
        groups=comparison.groups[comparison.groups["stratum"] == "all"],
        spend=comparison.spend.iloc[:0],
    )
    assert since_release.plot(bare) is None
    assert waits_and_queues.plot(bare) is None
    assert what_money_bought.plot(bare) is None


def test_one_of_two_kinds_of_rows_is_drawn_alone(comparison: Comparison) -> None:
    without = replace(comparison, groups=comparison.groups[comparison.groups["stratum"] != "since_release"])
    assert {row["measure"] for row in data_of(since_release.plot(without))} == {since_release.DEATHS}


def test_a_run_that_ends_early_is_drawn_as_far_as_it_goes(comparison: Comparison) -> None:
    frame = comparison.groups
    late = frame["group"].isin([f"month {month}" for month in range(9, 25)])
    empty = frame[late].assign(value=float("nan"), value_low=float("nan"), value_high=float("nan"), verdict="not known")
    chart = waits_and_queues.plot(replace(comparison, groups=pd.concat([frame[~late], empty])))
    assert chart is not None
    assert len(chart.png) > 20_000


def test_the_page_begins_with_all_scenarios_on_one_screen(comparison: Comparison) -> None:
    text = as_text(report_page(comparison))
    lines = text.splitlines()
    assert max(len(line) for line in lines) <= WIDTH
    first = text.split("Marks, from")[0]
    assert len(first.splitlines()) <= 45
    for name in NAMES[1:]:
        assert TITLES[name].split(",")[0][:20] in first
    engaged = comparison.row("inreach_with_booked_appointments", "engaged_within_3_weeks")
    assert f"+ {words.figure(engaged['per_year'])} more" in first
    assert "£368,000" in first
    assert "saves" in first
    assert "saves £368,000 a year" in text
    assert "Takes away extra keyworkers: 8 fewer posts (council public health, £368,000 less)" in text


def test_the_markdown_page_begins_with_the_same_table(comparison: Comparison) -> None:
    page = as_markdown(report_page(comparison))
    overview = [line for line in page.split("Marks, from")[0].splitlines() if line.startswith("| ")]
    assert len(overview) == 2 + 8
    assert {line.count("|") for line in overview} == {7}
    assert page.count("\n## ") == 8 + 1 + 1 + 3  # the cost of outcomes, and three views on money


def test_money_by_payer_is_told_only_where_it_is_almost_certain(comparison: Comparison) -> None:
    said = [" ".join(as_text(report_page(one)).split()) for one in (comparison, with_nothing_sure(comparison))]
    items = items_of(comparison).values()
    rows = [comparison.row(name, item.measure) for name in comparison.scenarios[1:] for item in items]
    sure = any(row["verdict"] in SURE for row in rows)
    assert ["hat follows by payer, where almost certain: " in text for text in said] == [sure, False]


def test_pounds_and_qalys_are_told_as_such(comparison: Comparison) -> None:
    text = as_text(report_page(comparison))
    assert {"qalys", "cost_total_gbp"} <= {measure.name for measure in headlines(comparison)}
    costs = comparison.row("inreach_with_booked_appointments", "cost_total_gbp")
    ends = words.interval(costs["per_year_low"], costs["per_year_high"], "pounds")
    rows = as_markdown(report_page(comparison)).splitlines()
    line = next(line for line in rows if line.startswith("| ") and words.about(costs["per_year"], "pounds") in line)
    assert line.startswith("| \\* ")
    assert "£" in ends
    assert ends in text
    gained = comparison.row("cas3_beds_and_resettlement", "qalys")
    assert f"about {words.figure(gained['per_year'])} more" in text
    assert f"{comparison.row('baseline', 'qalys')['value']:.3f} QALYs each" in text
    each = float(comparison.row("baseline", "cost_total_gbp")["value"])
    assert f"£{each if each < 10_000 else float(f'{each:.2g}'):,.0f} each" in text


def test_many_scenarios_that_are_worse_are_counted_instead_of_named(comparison: Comparison) -> None:
    measure = "deaths_28_days_expected"
    worse = [name for name in NAMES[1:] if comparison.row(name, measure)["verdict"] == "worse"]
    assert len(worse) >= 3
    label = words.lowered(measure_named(measure).label)
    assert f"{label} in {len(worse)} scenarios" in headline(comparison)
    assert words.lowered("QALYs") == "QALYs"


def test_the_choice_names_everybody_once(comparison: Comparison) -> None:
    choice = most_changed(comparison, "deaths_365_days_expected", 3)
    named = [*choice.drawn, *choice.sure, *choice.silent]
    assert sorted(named) == sorted(NAMES[1:])
    assert len(choice.drawn) == 3


def columns_on_disk(out: Path) -> dict[str, list[str]]:
    """Columns of every table and chart file, by its name without ending; the forms of one table agree."""
    found: dict[str, list[str]] = {}
    for path in [*(out / "tables").iterdir(), *(out / "charts").glob("*.csv")]:
        name = path.relative_to(out).with_suffix("").as_posix()
        frame = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
        assert found.setdefault(name, list(frame.columns)) == list(frame.columns)
    return found


def test_the_dictionary_and_the_files_name_the_same_columns(written: tuple[Comparison, Path]) -> None:
    comparison, out = written
    told = pd.read_csv(out / "tables" / "dictionary.csv", keep_default_na=False)
    assert tuple(told.columns) == dictionary.DICTIONARY_COLUMNS
    columns = told[told["kind"] == "column"]
    held = {str(file): list(rows["name"]) for file, rows in columns.groupby("file", sort=False)}
    assert held == columns_on_disk(out)
    assert (told["meaning"] != "").all()
    assert set(told["type"]) <= {TEXT, WHOLE, NUMBER}
    assert set(comparison.groups["measure"]) == set(told[told["kind"] == "measure"]["name"])


def test_the_dictionary_s_types_are_those_of_the_files(written: tuple[Comparison, Path]) -> None:
    _, out = written
    told = pd.read_csv(out / "tables" / "dictionary.csv", keep_default_na=False)
    for row in told[told["kind"] == "column"].to_dict("records"):
        path = out / f"{row['file']}.csv"
        frame = pd.read_csv(path) if path.is_file() else pd.read_parquet(path.with_suffix(".parquet"))
        column = frame[row["name"]].dropna()
        is_number = pd.api.types.is_numeric_dtype(column)
        where = f"{row['file']}.{row['name']}"
        assert is_number == (row["type"] != TEXT) or column.empty, where
        if row["type"] == WHOLE:
            assert (column == column.round()).all(), where


def test_every_measure_is_told_with_the_strata_in_which_it_exists(written: tuple[Comparison, Path]) -> None:
    comparison, out = written
    told = pd.read_csv(out / "tables" / "dictionary.csv", keep_default_na=False).set_index("name")
    assert told.loc["people_waiting_mean", "strata"] == "all; month"
    assert told.loc["rough_sleeping_days", "strata"] == "all; home; since_release"
    assert told.loc["wait_days_mean", "strata"] == "all; home; month"
    for name in set(comparison.groups["measure"]):
        assert all(told.loc[name, key] for key in ("unit", "numerator", "denominator", "better", "strata")), name


def test_a_column_without_a_meaning_is_refused(comparison: Comparison) -> None:
    odd = replace(comparison, groups=comparison.groups.assign(untold=0))
    with pytest.raises(KeyError, match="untold"):
        dictionary.dictionary(odd, [])


def test_an_interval_of_people_of_100_stays_among_them(comparison: Comparison) -> None:
    """In a run of few people an interval is wider than what there is: none at the least, all at the most."""
    wide = {"value_low": -1e4, "value_high": 1e4, "low": -1e4, "high": 1e4}
    chart = since_release.plot(replace(comparison, groups=comparison.groups.assign(**wide)))
    assert chart is not None
    data = pd.read_csv(io.StringIO(chart.csv))
    rough = data[data["measure"] == since_release.ROUGH]
    assert len(rough)
    assert set(rough["value_low"]) == {0.0}
    assert set(rough["value_high"]) == {100.0}
    assert set(rough["low"].dropna()) == {-100.0}
    assert set(rough["high"].dropna()) == {100.0}
