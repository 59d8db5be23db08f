"""What a page says of costs and health in a view on money, and what it never says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from fake_study import EFFECTS, TITLES, FakeSimulator, plan_of, run_into

from sim.analysis.comparison import Comparison
from sim.analysis.value.columns import ACCEPTABILITY_COLUMNS
from sim.analysis.value.tables import UNRANKED
from sim.document.blocks import Table
from sim.document.text import as_text
from sim.presentation.report.incremental import views_part
from sim.presentation.report.page import report_page

VIEWS = ("health_and_care", "public_health", "society")


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    return run_into(tmp_path_factory.mktemp("runs") / "out", plan_of(4, draws=5), FakeSimulator(EFFECTS))


def in_words(comparison: Comparison) -> str:
    return " ".join(as_text(views_part(comparison), width=None).split())


def with_row(comparison: Comparison, scenario: str, **cells: object) -> Comparison:
    """The study of the view that counts the council, in which a scenario's row says something else."""
    one = next(one for one in comparison.valued if one.view.name == "public_health")
    rows = one.incremental.astype(object).copy()
    for column, cell in cells.items():
        rows.loc[rows["scenario"] == scenario, column] = cell
    return replace(comparison, valued=(replace(one, incremental=rows),))


def test_tables_and_dictionary_are_in_the_folder(comparison: Comparison) -> None:
    folder = Path(comparison.out) / "tables"
    names = {path.stem for path in folder.iterdir()}
    told = {"cost_per_outcome"} | {f"{what}_{view}" for what in ("incremental", "plane") for view in VIEWS}
    assert told <= names and not [name for name in names if name.startswith("acceptability")]
    dictionary = pd.read_csv(folder / "dictionary.csv")
    for name in told:
        columns = pd.read_csv(folder / f"{name}.csv").columns
        assert dictionary["name"][dictionary["file"] == f"tables/{name}"].tolist() == list(columns)


def test_a_ratio_is_told_between_neighbours_and_marked_where_it_is_assumed(comparison: Comparison) -> None:
    cells = {"status": "on the frontier", "against": "later_buses", "icer_gbp": 12_345.0, "switching_effect": 0.25}
    of = with_row(comparison, "navigators_far_west", **cells, switching_price_gbp=61_000.0)
    said = in_words(of)
    assert f"£12,000 a QALY beyond {TITLES['later_buses']}" in said
    assert "£61,000 a year, 25% of the effect" in said
    from_baseline = in_words(with_row(of, "navigators_far_west", against="baseline", price_grade="assumed"))
    assert "£12,000 a QALY (assumed)" in from_baseline


def test_who_dominates_and_who_is_not_ranked(comparison: Comparison) -> None:
    said = in_words(with_row(comparison, "ost_at_release", status="dominated", against="navigators_far_west"))
    assert f"dominated by {TITLES['navigators_far_west']}" in said
    outside = in_words(with_row(comparison, "later_buses", status=UNRANKED))
    assert "not ranked: paid by others than this view counts" in outside
    in_health = in_words(replace(comparison, valued=comparison.valued[:1]))
    assert "not ranked: £500,000 of it is paid by council public health and Police and Crime Commissioner" in in_health
    assert in_health.count("not told") == 3, "what others pay for is had for nothing in this view"
    mixture = in_words(with_row(comparison, "ost_at_release", status="extendedly dominated", against=""))
    assert "dominated by a mixture of others" in mixture


def test_differences_within_luck_are_told(comparison: Comparison) -> None:
    cells = {"qaly_difference": 0.3, "qaly_difference_mcse": 0.2}
    assert "In 1 of 4 rows cost or QALYs differ" in in_words(with_row(comparison, "ost_at_release", **cells))
    sure = {"qaly_difference": 0.5, "qaly_difference_mcse": 0.2, "cost_difference_mcse": 0.1}
    before = with_row(comparison, "navigators_far_west", **sure)
    assert "differ from the baseline by less" not in in_words(with_row(before, "ost_at_release", **sure))


def test_what_to_choose_and_what_knowing_is_worth(comparison: Comparison) -> None:
    rows = [
        (20_000.0, "navigators_far_west", 90_000.0, 0.62, True, 41_000.0, 900.0),
        (20_000.0, "baseline", 0.0, 0.38, False, 41_000.0, 900.0),
        (30_000.0, "baseline", 0.0, 0.1, False, 5_000.0, 100.0),
    ]
    curve = pd.DataFrame(rows, columns=list(ACCEPTABILITY_COLUMNS))
    told = replace(comparison.valued[0], acceptability=curve, refused="", remark="EVPI is of the compiler's prior")
    said = in_words(replace(comparison, valued=(told,)))
    best = f"At £20,000 a QALY {TITLES['navigators_far_west']} has the largest net benefit on what is known"
    assert f"{best}, with a chance of 62% to have it." in said
    assert "would be worth £41,000 a year (EVPI; Monte Carlo error £900). EVPI is of the compiler's prior." in said


def test_few_draws_are_refused_in_words(comparison: Comparison) -> None:
    assert "value of information: 5 draws are too few for them, 1,000 are needed." in in_words(comparison)


def test_no_ratio_of_benefits_to_costs_is_told(comparison: Comparison) -> None:
    page = as_text(report_page(comparison)).lower()
    assert "benefit-cost" not in page and "benefit cost" not in page and "pass mark" not in page
    tables = [block for block in views_part(comparison) if isinstance(block, Table)]
    assert len(tables) == 3 and {len(table.rows) for table in tables} == {4}
