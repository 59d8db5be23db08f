"""Paired differences between any two scenarios, worked by hand and read from a folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.analysis.comparison import assemble
from sim.analysis.cube import Cube
from sim.analysis.pairs import COLUMNS, pair_rows, pairs_table
from sim.core.errors import InputError
from sim.outcomes.measures import HEADLINES

NAMES = ("baseline", "first", "second")
MEASURES = ("engaged_within_3_weeks", "waiting_days", "deaths_365_days_expected")
GROUPS = (("all", "all"), ("home", "rural"))
OF_YEAR = {"level": 0.95, "people_per_year": 1000.0, "people": 500.0}


def cube() -> Cube:
    """45 draws of 2 runs; whatever the draw, the second scenario has one more than the first."""
    rng = np.random.default_rng(1)
    above = rng.integers(20, 60, (45, 2, 1, 1, 1)) + np.zeros((45, 2, 3, 2, len(MEASURES)))
    above[:, :, 1] += rng.integers(-9, 9, (45, 2, 1, 1))
    above[:, :, 2] = above[:, :, 1] + 1.0
    return Cube(above, np.full_like(above, 500.0), NAMES, GROUPS, MEASURES)


def row_of(table: pd.DataFrame, scenario: str, against: str, measure: str = MEASURES[0]) -> pd.Series:  # type: ignore[type-arg]
    found = table[(table["scenario"] == scenario) & (table["against"] == against) & (table["measure"] == measure)]
    assert len(found) == 1
    return found.iloc[0]


def test_a_pair_tells_what_neither_tells_against_the_baseline() -> None:
    table = pairs_table(cube(), **OF_YEAR, off={}, spend={})
    assert list(table.columns) == list(COLUMNS)
    assert len(table) == 3 * 2, "three pairs, two headline measures; waiting days are none"
    for name in ("first", "second"):
        assert row_of(table, name, "baseline")["verdict"] == "not marked"
    row = row_of(table, "second", "first")
    assert (row["per_year"], row["per_year_low"], row["per_year_high"]) == pytest.approx((2.0, 2.0, 2.0))
    assert row["verdict"] == "better"
    assert row_of(table, "second", "first", MEASURES[2])["verdict"] == "worse"


def test_a_pair_with_the_baseline_is_the_comparison_s_row() -> None:
    found = assemble(
        [cube()], study="s", out="o", baseline="baseline", titles={}, spend={}, level=0.95, people=500,
        people_per_year=1000.0,
    )  # fmt: skip
    shared = [column for column in COLUMNS if column != "against"]
    for name in NAMES[1:]:
        for measure in (MEASURES[0], MEASURES[2]):
            row, pair = found.row(name, measure), row_of(found.pairs, name, "baseline", measure)
            assert pair[shared].to_dict() == {column: row[column] for column in shared}


def test_of_mechanisms_switched_off_nothing_is_better() -> None:
    table = pairs_table(cube(), **OF_YEAR, off={"second": ("trust",)}, spend={})
    row = row_of(table, "second", "first")
    assert row["verdict"] == "more"
    assert np.isnan(row["chance_better"])


def test_of_a_pair_the_rows_of_what_both_do_not_buy_decide() -> None:
    """Whoever of the two buys it: its row at the null makes a 0 no difference; what both buy does not count."""
    of = cube()
    of.numerator[:, :, 2] = of.numerator[:, :, 1] + 1.0
    of.numerator[:30, :, 2, :, 0] = of.numerator[:30, :, 1, :, 0]
    of = replace(of, at_null={"a.works_rr": np.arange(45) < 20, "b.works_rr": np.arange(45) >= 25})
    a, b = ({"lever": name, "gbp_per_year": 1.0, "nulls": f"{name}.works_rr = 1"} for name in "ab")
    none = [
        row_of(pairs_table(of, **OF_YEAR, off={}, spend=spend), "second", "first")["chance_none"]
        for spend in ({"first": [a], "second": []}, {"first": [a], "second": [b]}, {"first": [a], "second": [a]})
    ]
    assert none == pytest.approx([20 / 46.5, 25 / 46.5, 0.0])
    back = pair_rows([of], "first", "second", **OF_YEAR, is_policy=True, spend={"first": [a]})
    assert row_of(back[back["stratum"] == "all"], "first", "second")["chance_none"] == pytest.approx(20 / 46.5)


def test_one_scenario_alone_has_no_pairs() -> None:
    of = cube()
    alone = Cube(of.numerator[:, :, :1], of.denominator[:, :, :1], NAMES[:1], GROUPS, MEASURES)
    assert len(pairs_table(alone, **OF_YEAR, off={}, spend={})) == 0


def test_a_pair_by_group_and_the_other_way_round() -> None:
    there = pair_rows([cube()], "second", "first", **OF_YEAR, is_policy=True, spend={})
    back = pair_rows([cube()], "first", "second", **OF_YEAR, is_policy=True, spend={})
    assert set(there["group"]) == {"all", "rural"}
    assert there["per_year"].to_numpy() == pytest.approx(-back["per_year"].to_numpy(), nan_ok=True)
    assert there["chance_more"].to_numpy() == pytest.approx(back["chance_fewer"].to_numpy())
    assert list(back["verdict"]) != list(there["verdict"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny study of the engine's own, with two scenarios beside the baseline."""
    out = tmp_path_factory.mktemp("pairs") / "out"
    scenarios = ["scenarios/navigators_two_cities.yaml", "scenarios/evening_buses.yaml"]
    sim.compare(scenarios, people=60, draws=2, replicates=2, months=2, out=out, threads=1)
    return out


def test_any_pair_of_a_folder_by_a_python_call(folder: Path) -> None:
    table = pd.read_csv(folder / "tables" / "pairs.csv")
    assert len(table) == 3 * len(HEADLINES)
    names = ("evening_buses", "navigators_two_cities")
    found = sim.pair(folder, *names)
    assert {"against", "chance_none", "effect_grade"} <= set(found.columns)
    assert len(found) > 10 * len(HEADLINES)
    everybody = found[found["stratum"] == "all"].set_index("measure")
    kept = table[(table["scenario"] == names[0]) & (table["against"] == names[1])].set_index("measure")
    if kept.empty:  # the study holds them the other way round
        kept = table[(table["scenario"] == names[1]) & (table["against"] == names[0])].set_index("measure")
        kept["difference"] = -kept["difference"]
    shown = everybody["difference"][kept.index].to_numpy()
    assert shown == pytest.approx(kept["difference"].to_numpy(), nan_ok=True)
    dictionary = pd.read_csv(folder / "tables" / "dictionary.csv")
    assert set(dictionary[dictionary["file"] == "tables/pairs"]["name"]) == set(table.columns)


def test_pairs_are_made_again_and_a_changed_cell_is_found(folder: Path) -> None:
    from sim.experiment.remade import _made_of_totals, table_check
    from sim.store.reading import read_results

    results = read_results(folder)
    made = _made_of_totals(results.folder, results.manifest)["pairs"]
    assert table_check(folder, "tables/pairs.csv", made).verdict == "same"
    assert made["chance_none"].max() > 0.0, "made with the draws at a null, which `points` holds"
    changed = made.assign(chance_better=0.5)
    assert table_check(folder, "tables/pairs.csv", changed).column == "chance_better"


@pytest.mark.parametrize(
    ("scenario", "against", "said"),
    [
        ("navigators_two_citie", "baseline", "did you mean 'navigators_two_cities'"),
        ("navigators_two_cities", "base", "'base' is not a scenario of this study"),
        ("baseline", "baseline", "held against itself"),
    ],
)
def test_a_pair_that_is_none_is_refused(folder: Path, scenario: str, against: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        sim.pair(folder, scenario, against)
    assert said in str(caught.value)
