"""The tables: every row told apart by its names, a constant outcome marked and left out, responses and tornado."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from known_functions import G_TABLE, ISHIGAMI, designed, ishigami, luck_at, outcomes, sobol_g, uniform_table

from sim.analysis.sensitivity_tables import not_analysed, within_bounds
from sim.core.errors import InputError
from sim.evidence import load_parameters
from sim.sensitivity.designs import Design, factors_of, make_design
from sim.sensitivity.indices import COLUMNS, Outcome, analyse, tornado

LEVEL = Outcome("navigators", "level", "qalys")
DIFFERENCE = Outcome("navigators", "difference", "qalys")
RARE = Outcome("navigators", "level", "chemsex_recognised")
KEYS = ["design", "method", "scenario", "kind", "measure", "factor", "other", "index"]


@pytest.mark.parametrize(
    ("method", "samples", "settings", "indices"),
    [
        ("sobol", 32, {"second_order": True}, {"S1": 3, "ST": 3, "S2": 3}),
        ("morris", 8, {}, {"mu": 3, "mu_star": 3, "sigma": 3}),
        ("fast", 65, {}, {"S1": 3, "ST": 3}),
        ("random", 120, {}, {"S1": 3, "pawn": 3, "delta": 3}),
    ],
)
def test_tables_of_each_design(method: str, samples: int, settings: dict[str, bool], indices: dict[str, int]) -> None:
    design = designed(ISHIGAMI, method, samples, settings=settings, name="mine")
    y = outcomes(design, ISHIGAMI, ishigami, lambda x: np.zeros(len(x)), lambda x: np.exp(x[:, 0]))
    tables = analyse(design, y, [LEVEL, RARE, DIFFERENCE], resamples=9)
    for name, columns in COLUMNS.items():
        assert tuple(getattr(tables, name).columns) == columns
    table = tables.sensitivity
    assert len(table) == 2 * sum(indices.values())
    assert not table.duplicated(KEYS).any()
    assert table.groupby("index").size().to_dict() == {name: 2 * count for name, count in indices.items()}
    assert list(dict.fromkeys(table["kind"])) == ["level", "difference"]
    assert set(table["design"]) == {"mine"}
    assert table["from_zero"].dtype == bool
    assert all(table[name].dtype == np.int64 for name in ("rank", "rank_low", "rank_high", "points"))
    assert (table["other"] != "").equals(table["index"] == "S2")
    assert not table[["value", "low", "high"]].isna().any().any()
    best = table[(table["kind"] == "difference") & (table["rank"] == 1) & (table["index"] != "S2")]
    assert set(best["factor"]) == {"x.a"}
    assert tables.skipped.to_dict("records") == [{"design": "mine", **RARE._asdict(), "reason": "constant"}]
    assert len(tables.noise) == 2
    assert set(tables.noise["how"]) == {"not known"}
    assert tables.response.empty
    assert set(tables.convergence["samples"]) >= {samples}
    ends = tables.convergence[tables.convergence["samples"] == samples]
    assert len(ends) == len(table[table["index"] != "S2"])


def test_an_outcome_s_rows_are_its_own() -> None:
    design = designed(G_TABLE, "sobol", 64)
    y = outcomes(design, G_TABLE, sobol_g, lambda x: x[:, 5])
    table = analyse(design, y, [LEVEL, DIFFERENCE], converge=False).sensitivity
    only = table[(table["kind"] == "difference") & (table["index"] == "ST")].set_index("factor")["value"]
    assert only["x.f"] == pytest.approx(1.0, abs=0.1)
    assert (only.drop("x.f") == 0.0).all()
    assert not table[(table["kind"] == "difference") & (table["factor"] == "x.a")]["from_zero"].any()


def test_a_rank_with_luck_and_the_table_of_noise() -> None:
    table = uniform_table(2)
    design = designed(table, "sobol", 256, luck=True)
    y = outcomes(design, table, lambda x: x[:, 0]) + luck_at(design, 0.6)[:, :, None]
    tables = analyse(design, y, [LEVEL], converge=False)
    total = tables.sensitivity[tables.sensitivity["index"] == "ST"].set_index("factor")
    assert total["rank"].to_dict() == {"luck": 1, "x.a": 2, "x.b": 3}
    (row,) = tables.noise.to_dict("records")
    assert row["how"] == "ST of luck"
    assert row["noise_share"] == total["value"]["luck"]
    assert row["noise_low"] < 0.36 / (0.36 + 1 / 12) < row["noise_high"]


def one_at_a_time(replicates: int) -> tuple[Design, pd.DataFrame]:
    table = load_parameters()
    factors = factors_of(table, ["overdose.alcohol_hr", "overdose.rough_hr", "use.ost_hr"])
    design = make_design("one_at_a_time", factors, samples=5, seed=1, replicates=replicates)
    values = design.values(table)
    known = {"overdose.rough_hr": 5.0, "overdose.alcohol_hr": 1.0, "use.ost_hr": 0.0}
    weights = np.array([known[name] for name in design.factors])
    luck = luck_at(design, 2.0)
    jitter = 0.01 * np.sin(np.arange(design.points))[:, None] * np.arange(replicates)
    y = ((values - values[0]) @ weights)[:, None] + luck + jitter
    tables = analyse(design, y[:, :, None], [LEVEL], values={"navigators": values})
    assert tables.sensitivity.empty
    assert tables.convergence.empty
    assert tables.noise.empty
    return design, tables.response


def test_response_is_paired_with_the_reference() -> None:
    design, table = one_at_a_time(replicates=4)
    assert len(table) == 15
    assert table.groupby("factor")["quantile"].apply(sorted).tolist() == [[0.025, 0.25, 0.5, 0.75, 0.975]] * 3
    assert table["reference"].nunique() == 1
    rough = table[table["factor"] == "overdose.rough_hr"].sort_values("quantile")
    rises = np.diff(rough["mean"]) / np.diff(rough["parameter_value"])
    assert rises == pytest.approx(5.0, abs=0.5)
    assert (table["high"] - table["low"]).max() < 0.2  # luck of 2 a run, which all points share, is not in it
    assert ((table["low"] <= table["mean"]) & (table["mean"] <= table["high"])).all()
    assert table["parameter_value"].is_monotonic_increasing is False
    assert design.points == 16


def test_response_of_one_replicate_has_no_interval() -> None:
    _, table = one_at_a_time(replicates=1)
    assert table[["low", "high"]].isna().all().all()
    assert not table["mean"].isna().any()


def test_tornado_has_the_widest_bar_first() -> None:
    _, table = one_at_a_time(replicates=2)
    bars = tornado(table)
    assert bars["factor"].tolist()[0] == "overdose.rough_hr"
    assert bars["rank"].tolist() == [1, 2, 3]
    assert bars["width"].is_monotonic_decreasing
    first = bars.iloc[0]
    assert (first["low_quantile"], first["high_quantile"]) == (0.025, 0.975)
    assert first["at_low"] < first["reference"] < first["at_high"]
    assert first["low_value"] < first["high_value"]
    ends = table[(table["factor"] == first["factor"]) & (table["quantile"] == 0.975)]
    assert first["at_high"] == ends["mean"].item()


def test_a_failed_point_of_a_response_is_left_out() -> None:
    design = designed(ISHIGAMI, "one_at_a_time", 3)
    y = outcomes(design, ISHIGAMI, ishigami)
    failed = np.arange(design.points) == 2
    values = design.values(ISHIGAMI)
    table = analyse(design, y, [LEVEL], failed=failed, values={"navigators": values}).response
    assert len(table) == design.points - 2
    assert ("x.b", 0.025) not in set(zip(table["factor"], table["quantile"], strict=True))
    row = table[(table["factor"] == "x.c") & (table["quantile"] == 0.025)]
    assert row["parameter_value"].item() == pytest.approx(-np.pi + 0.025 * 2 * np.pi)


def test_values_are_not_known_without_them() -> None:
    design = designed(ISHIGAMI, "one_at_a_time", 2)
    table = analyse(design, outcomes(design, ISHIGAMI, ishigami), [LEVEL]).response
    assert table["parameter_value"].isna().all()
    broken = outcomes(design, ISHIGAMI, ishigami) * np.nan
    with pytest.raises(InputError, match="not a number at 7 of 7 points"):
        analyse(design, broken, [LEVEL])


@pytest.mark.slow
def test_shares_of_a_response_stay_in_0_to_1_and_differences_do_not() -> None:
    rows = [(kind, measure) for kind in ("level", "difference") for measure in ("deaths_28_days", "requests_lost")]
    response = pd.DataFrame(rows, columns=["kind", "measure"]).assign(low=-0.1, high=1.1, mean=0.5)
    found = within_bounds(response)
    assert found["low"].tolist() == [0.0, -0.1, -0.1, -0.1]
    assert found["high"].tolist() == [1.0, 1.1, 1.1, 1.1]


def test_why_a_design_is_not_analysed() -> None:
    constant, unknown = "constant", "not a number at 2 of 80 points"
    skipped = [("a", constant), ("a", constant), ("b", constant), ("b", unknown), ("c", unknown), ("d", constant)]
    tables = {
        "skipped": pd.DataFrame(skipped, columns=["design", "reason"]),
        "sensitivity": pd.DataFrame({"design": ["d"]}),
    }
    assert not_analysed(tables) == {
        "a": "every outcome is constant, whatever the parameters",
        "b": f"1 of 2 outcomes constant, the others: {unknown}",
        "c": unknown,
    }
    assert not_analysed({}) == {}


def test_the_tables_are_the_same_under_another_hash_seed() -> None:
    program = (
        "import numpy as np, sys; sys.path.insert(0, 'tests/analysis')\n"
        "from known_functions import *\n"
        "from sim.sensitivity.indices import Outcome, analyse\n"
        "for method, n in (('sobol', 32), ('morris', 8), ('random', 120)):\n"
        "    d = designed(ISHIGAMI, method, n)\n"
        "    t = analyse(d, outcomes(d, ISHIGAMI, ishigami), [Outcome('s', 'level', 'm')])\n"
        "    sys.stdout.write(t.sensitivity.to_csv() + t.convergence.to_csv() + t.noise.to_csv())\n"
    )
    texts = [
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."}, capture_output=True,
            text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert texts[0] == texts[1]
    assert len(texts[0]) > 1000
