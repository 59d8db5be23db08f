"""The page of a sensitivity study and the dictionary of its tables: width, numbers of the tables, odd input held."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from full_study import NAMES, TITLES
from sensitivity_tables import HEADLINE_NAMES, Tables, parameter_names, tables

from sim.document.blocks import Document, Table
from sim.document.markdown import as_markdown
from sim.document.text import WIDTH, as_text
from sim.outcomes.measures import measure_named
from sim.presentation.meanings import NUMBER, TEXT, TRUTH, WHOLE
from sim.presentation.report.dictionary import DICTIONARY_COLUMNS
from sim.presentation.sensitivity.charts import heat_map, index_bars, morris, running_mean, tornado
from sim.presentation.sensitivity.dictionary import sensitivity_dictionary
from sim.presentation.sensitivity.files import _write_page
from sim.presentation.sensitivity.text import TITLE, sensitivity_page
from sim.presentation.sensitivity.words import LUCK, in_words, share

LONG = " and everything else that one could think of, twice over, in all the places of the region"
SCENARIO = NAMES[1]


def page(of: Tables) -> str:
    return as_text(whole(of))


def whole(of: Tables) -> Document:
    return sensitivity_page(of.sensitivity, of.noise, of.labels, common_random_numbers=of.common_random_numbers)


def flat(text: str) -> str:
    """The words of a page without its line ends."""
    return re.sub(r"\s+", " ", text)


def test_the_page_fits_and_tells_every_scenario_and_outcome() -> None:
    text = page(tables())
    lines = text.splitlines()
    assert max(len(line) for line in lines) <= WIDTH
    assert lines[0] == TITLE
    for scenario in NAMES[1:]:
        assert flat(TITLES[scenario]) in flat(text)
    assert text.count("\nOutcome ") == 8
    for name in HEADLINE_NAMES:
        assert measure_named(name).label.split()[0] in text
    assert "15,360 runs of the design 'sobol'" in flat(text)
    assert tables().labels.source in flat(text)


def test_the_page_begins_with_all_scenarios_on_one_screen() -> None:
    first = page(tables()).split("\nOutcome ")[0]
    assert len(first.splitlines()) <= 30


def test_numbers_are_the_tables() -> None:
    of = tables()
    rows = of.sensitivity
    rows = rows[(rows["scenario"] == SCENARIO) & (rows["measure"] == "rough_sleeping_days") & (rows["index"] == "ST")]
    first = rows[rows["factor"] != LUCK].sort_values("value").iloc[-1]
    noise = of.noise[(of.noise["scenario"] == SCENARIO) & (of.noise["measure"] == "rough_sleeping_days")].iloc[0]
    table = [block for block in whole(of) if isinstance(block, Table)][1]
    said = f"{share(first['value'])} ({share(first['low'])} to {share(first['high'])})"
    luck = f"{share(noise['noise_share'])} ({share(noise['noise_low'])} to {share(noise['noise_high'])})"
    (row,) = (row for row in table.rows if row[0] == "Nights of sleeping rough")
    assert f"{in_words(first['factor'])} {said}" in row[1]
    assert row[2] == luck


def test_markdown_tells_the_same_with_whole_tables() -> None:
    of = tables()
    text = as_markdown(
        sensitivity_page(of.sensitivity, of.noise, of.labels, common_random_numbers=of.common_random_numbers)
    )
    assert text.startswith(f"# {TITLE}\n")
    assert text.count("\n## ") == 8
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {4}
    assert len(rows) == 2 + 8 + 8 * (2 + len(HEADLINE_NAMES))


def test_nothing_is_claimed_where_nothing_is_clear() -> None:
    of = tables()
    text = page(replace(of, sensitivity=of.sensitivity.assign(from_zero=False)))
    assert text.count("nothing can be told from zero") == 8 * len(HEADLINE_NAMES)
    assert "keeps its rank" not in text
    assert "none can be told from zero" in text


@pytest.mark.slow
def test_a_rank_that_resamples_change_is_told_as_open() -> None:
    of = tables()
    open_ = of.sensitivity.assign(rank_low=1, rank_high=5)
    assert "keeps its rank in resamples in none of 10 outcomes" in flat(page(replace(of, sensitivity=open_)))
    held = of.sensitivity.assign(rank_low=of.sensitivity["rank"], rank_high=of.sensitivity["rank"])
    assert "keeps its rank in resamples in all of 10 outcomes" in flat(page(replace(of, sensitivity=held)))


@pytest.mark.slow
def test_luck_without_noise_is_its_own_index_and_without_both_not_known() -> None:
    of = tables()
    bare = replace(of, noise=of.noise.iloc[:0])
    assert "not known" not in page(bare)
    none = replace(bare, sensitivity=of.sensitivity[of.sensitivity["factor"] != LUCK])
    assert "Luck's part is not known" in flat(page(none))
    lost = replace(of, noise=of.noise.assign(noise_share=np.nan, how="not known"))
    assert "nan" not in page(lost)


def test_screening_is_told_in_the_outcome_s_unit() -> None:
    of = tables()
    document = sensitivity_page(of.sensitivity, of.noise, of.labels, index="mu_star", measures=("rough_sleeping_days",))
    table, text = [block for block in document if isinstance(block, Table)][1], as_text(document)
    assert table.rows[0][0] == "Nights of sleeping rough (nights per 100 people released)"
    assert "moved most by" in text.lower()
    assert "(morris)" in flat(text)


def test_outcomes_without_an_index_are_named_with_the_reason() -> None:
    of = tables()
    skipped = pd.DataFrame(
        [("sobol", SCENARIO, "difference", "qalys", "constant")],
        columns=["design", "scenario", "kind", "measure", "reason"],
    )
    rows = of.sensitivity[(of.sensitivity["scenario"] != SCENARIO) | (of.sensitivity["measure"] != "qalys")]
    text = flat(as_text(sensitivity_page(rows, of.noise, of.labels, skipped=skipped)))
    assert text.count("QALYs within a year (constant)") == 1
    asked = flat(as_text(sensitivity_page(rows, of.noise, of.labels, measures=("qalys", "recalled_365_days"))))
    assert "Left out: QALYs within a year (not studied)." in asked


def test_very_long_names_still_fit() -> None:
    of = tables()
    factors = {factor: in_words(factor) + LONG for factor in of.sensitivity["factor"].unique()}
    titles = {name: title + LONG for name, title in TITLES.items()}
    text = page(replace(of, labels=replace(of.labels, factors=factors, scenarios=titles)))
    assert max(len(line) for line in text.splitlines()) <= WIDTH


def test_a_study_without_differences_says_so() -> None:
    of = tables()
    document = sensitivity_page(of.sensitivity.iloc[:0], of.noise, of.labels)
    assert "No difference between scenarios was studied" in as_text(document)


def test_constant_outcomes_are_told_once_with_their_design() -> None:
    of = tables()
    design = str(of.sensitivity["design"].iloc[0])
    level = of.sensitivity[of.sensitivity["design"] == design].assign(kind="level")
    both = pd.concat([level.assign(method=method) for method in ("sobol", "pawn", "delta")])
    constant = pd.DataFrame([(design, SCENARIO, "difference", "qalys", "constant")])
    constant.columns = pd.Index(["design", "scenario", "kind", "measure", "reason"])
    folder = Written()
    given = {"sensitivity": both, "noise": of.noise, "skipped": constant}
    _write_page(given, of.labels, folder, None, None)  # type: ignore[arg-type]
    page_written = " ".join(folder.text.split())
    assert page_written.count(f"Every outcome is constant in the design '{design}'") == 1
    assert page_written.count("nothing can be said of which inputs move it") == 1
    assert "No difference between scenarios was studied" not in page_written


class Written:
    """Stands in for a run folder: keeps the text of a page."""

    text = ""

    def write_file(self, name: str, text: str) -> None:
        self.text = text


@pytest.mark.slow
def test_one_factor_and_luck_alone_are_told() -> None:
    of = tables()
    one = of.sensitivity[of.sensitivity["factor"].isin(["housing", LUCK])]
    assert "Housing" in page(replace(of, sensitivity=one))
    luck = of.sensitivity[of.sensitivity["factor"] == LUCK]
    assert "nothing can be told from zero" in page(replace(of, sensitivity=luck))


def files_of(of: Tables) -> dict[str, pd.DataFrame]:
    skipped = pd.DataFrame([("sobol", SCENARIO, "difference", "qalys", "constant")])
    skipped.columns = pd.Index(["design", "scenario", "kind", "measure", "reason"])
    return {
        "sensitivity": of.sensitivity, "sensitivity_convergence": of.convergence, "noise": of.noise,
        "response": of.response, "precision": of.precision, "common_random_numbers": of.common_random_numbers,
        "points": of.points, "skipped": skipped,
    }  # fmt: skip


def test_the_dictionary_tells_every_column_of_every_table_and_chart() -> None:
    of, files = tables(), files_of(tables())
    outcome = {"scenario": SCENARIO, "measure": "engaged_within_3_weeks"}
    drawn = [
        index_bars.plot(of.sensitivity, of.labels, scenario=SCENARIO, measure="engaged_within_3_weeks"),
        morris.plot(of.sensitivity, of.labels, scenario=SCENARIO, measure="engaged_within_3_weeks"),
        heat_map.plot(of.sensitivity, of.labels, scenario=SCENARIO, index="mu_star"),
        tornado.plot(of.response, of.labels, scenario=SCENARIO, measure="engaged_within_3_weeks"),
        running_mean.plot(of.precision, of.labels, **outcome),
    ]
    charts = [chart for chart in drawn if chart is not None]
    assert len(charts) == len(drawn)
    told = sensitivity_dictionary(files, charts, units=of.labels.units)
    assert tuple(told.columns) == DICTIONARY_COLUMNS
    columns = told[told["kind"] == "column"]
    for name, frame in files.items():
        assert list(columns[columns["file"] == f"tables/{name}"]["name"]) == list(frame.columns)
    for chart in charts:
        head = chart.csv.split("\n", 1)[0].split(",")
        assert list(columns[columns["file"] == f"charts/{chart.name}"]["name"]) == head
    assert (columns["meaning"] != "").all()
    assert set(told[told["kind"] == "measure"]["name"]) >= set(HEADLINE_NAMES)


def test_the_dictionary_s_types_are_those_of_the_tables() -> None:
    files = files_of(tables())
    told = sensitivity_dictionary(files)
    for row in told[told["kind"] == "column"].to_dict("records"):
        column = files[str(row["file"]).removeprefix("tables/")][row["name"]].dropna()
        where = f"{row['file']}.{row['name']}"
        assert row["type"] in (TEXT, WHOLE, NUMBER, TRUTH), where
        assert pd.api.types.is_bool_dtype(column) == (row["type"] == TRUTH), where
        if row["type"] != TRUTH:
            assert pd.api.types.is_numeric_dtype(column) == (row["type"] != TEXT), where
        if row["type"] == WHOLE:
            assert (column == column.round()).all(), where


def test_points_tell_the_unit_of_each_parameter() -> None:
    of = tables()
    told = sensitivity_dictionary({"points": of.points}, units=of.labels.units).set_index("name")
    assert told.loc[parameter_names()[1], "unit"] == of.labels.units[parameter_names()[1]]
    assert told.loc["unit", "type"] == WHOLE
    assert told.loc["stream", "type"] == WHOLE


def test_a_column_without_a_meaning_is_refused() -> None:
    of = tables()
    with pytest.raises(KeyError, match="untold"):
        sensitivity_dictionary({"noise": of.noise.assign(untold=0)})


@pytest.mark.slow
def test_luck_that_passes_the_whole_is_explained_where_it_stands() -> None:
    of = tables()
    here = (of.noise["scenario"] == SCENARIO) & (of.noise["measure"] == "rough_sleeping_days")
    beyond = of.noise.assign(noise_share=of.noise["noise_share"].mask(here, 1.15))
    told = "Luck's part of nights of sleeping rough is all of it, as far as can be told: it is an estimate"
    text = flat(page(replace(of, noise=beyond)))
    assert text.count(told) == 1
    assert text.index("115%") < text.index(told) < text.index(flat(TITLES[NAMES[2]]), text.index(told))
    assert "as far as can be told" not in page(of)


def test_a_scenario_s_title_and_an_input_s_name_open_no_tag() -> None:
    of = tables()
    title = "``` <img/src=x/onerror=alert(1)>"
    factors = {factor: f"{title} {factor}" for factor in of.sensitivity["factor"].unique()}
    labels = replace(of.labels, factors=factors, scenarios={name: f"{title} {name}" for name in TITLES})
    text = as_markdown(whole(replace(of, labels=labels)))
    assert text.count("`") == text.count("\\`") > 0
    assert text.replace("<br>", "").count("<") == text.count("\\<") > 0
