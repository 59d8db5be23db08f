"""The same money for every scenario: one factor, shares kept, the baseline untouched; what cannot be is told where."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.area import Area, load_area
from sim.core.errors import InputError, named
from sim.evidence import ParameterTable, load_parameters
from sim.scenario import Budgets, Purchase, Scenario, load_scenario
from sim.scenario.equal_money import checked_money, with_equal_money

DAY = date(2025, 4, 1)
HEAD = "title: t\ndescription: d\n"
BASELINE = f"name: baseline\n{HEAD}starts: 2025-04-01\nlevers: []\n"
TWO = """extends: baseline.yaml
levers:
  - lever: navigators
    gbp_per_year: 300_000
    places: [plymouth]
  - lever: naloxone_at_release
    gbp_per_year: 33_333
"""
BEDS = """extends: baseline.yaml
levers:
  - lever: inreach_worker
    gbp_per_year: 923_076
  - lever: supported_beds
    gbp_per_year: 76_924
    places: [bristol]
"""
BUSES = """extends: baseline.yaml
levers:
  - lever: bus_trips
    when: sunday
    gbp_per_year: 84_000
    links: [L102, L117]
  - lever: ost_at_release
    gbp_per_year: 240_000
    prisons: [bristol, exeter, channings_wood]
"""
CUT = """extends: baseline.yaml
levers:
  - lever: naloxone_at_release
    gbp_per_year: 20_000
  - lever: keyworkers
    gbp_per_year: -46_000
"""


@pytest.fixture(scope="module")
def area() -> Area:
    return load_area()


@cache
def parameters() -> ParameterTable:
    return load_parameters()


@pytest.fixture(scope="module")
def table() -> ParameterTable:
    return parameters()


@pytest.fixture
def load(tmp_path: Path, area: Area, table: ParameterTable) -> Any:
    """Writes scenario files, by name, and loads them after a baseline that buys nothing."""

    def loaded(baseline: str = BASELINE, **files: str) -> list[Scenario]:
        (tmp_path / "baseline.yaml").write_text(baseline, encoding="utf-8")
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(f"name: {name}\n{HEAD}{text}", encoding="utf-8")
        paths = [tmp_path / f"{name}.yaml" for name in ("baseline", *files)]
        return [load_scenario(path, area=area, parameters=table) for path in paths]

    return loaded


def test_every_scenario_comes_to_the_same_sum_and_keeps_its_shares(load: Any, table: ParameterTable) -> None:
    before = load(two=TWO, beds=BEDS, buses=BUSES)
    after = with_equal_money(before, 1_250_000, table)
    assert after[0] is before[0]
    for was, now in zip(before[1:], after[1:], strict=True):
        assert now.gbp_per_year == pytest.approx(1_250_000, abs=1e-6)
        factor = 1_250_000 / was.gbp_per_year
        for bought, scaled in zip(was.levers, now.levers, strict=True):
            assert scaled.gbp_per_year == pytest.approx(bought.gbp_per_year * factor, abs=0.02)
            assert scaled.gbp_per_year == round(scaled.gbp_per_year, 2)
            plain, scaled_plain = bought.resolved(), scaled.resolved()
            assert {**scaled_plain, "gbp_per_year": plain["gbp_per_year"]} == plain
        assert was.resolved()["levers"] != now.resolved()["levers"]


@given(money=st.integers(500_000_00, 10**9 * 100).map(lambda pence: pence / 100))
def test_pence_add_up_to_the_sum(money: float) -> None:
    parts = (1.0, 3.0, 7.77, 9.0, 11.0, 333.33, 5e3)
    levers = tuple(Purchase("naloxone_at_release", part * 1000, DAY) for part in parts)
    buys_nothing = Scenario("baseline", "t", "d", Path("baseline.yaml"), DAY)
    scenario = Scenario("kits", "t", "d", Path("kits.yaml"), DAY, levers)
    _, found = with_equal_money([buys_nothing, scenario], money, parameters())
    assert round(math.fsum(bought.gbp_per_year for bought in found.levers) * 100) == round(money * 100)


def test_the_least_sum_that_is_told_works_and_a_pound_less_does_not(load: Any, table: ParameterTable) -> None:
    for name, text in (("two", TWO), ("beds", BEDS), ("buses", BUSES)):
        scenarios = load(**{name: text})
        with pytest.raises(InputError) as refused:
            with_equal_money(scenarios, 5_000, table)
        least = int(str(refused.value.allowed).split("at least ")[1].split(" ")[0].replace("_", ""))
        assert with_equal_money(scenarios, least, table)[1].gbp_per_year == pytest.approx(least)
        with pytest.raises(InputError, match=f"at least {least:_} for this scenario"):
            with_equal_money(scenarios, least - 1, table)


def test_what_falls_too_low_is_told_with_file_line_and_key(load: Any, tmp_path: Path, table: ParameterTable) -> None:
    scenarios = load(two=TWO, beds=BEDS)
    with pytest.raises(InputError) as refused:
        with_equal_money(scenarios, 500_000, table)
    error = refused.value
    assert (error.file, error.line, error.key) == (str(tmp_path / "beds.yaml"), 9, "levers[2].gbp_per_year")
    assert error.problem == (
        "at 500,000 GBP a year for 'beds' its 'supported_beds' falls to 38,462, less than the smallest purchase of "
        "76,924"
    )
    assert error.allowed == f"{named('equal_money')} of at least 1_000_000 for this scenario"


def test_the_sum_that_all_of_them_need_is_told_too(load: Any, table: ParameterTable) -> None:
    with pytest.raises(InputError) as refused:
        with_equal_money(load(two=TWO, beds=BEDS), 40_000, table)
    assert "'two' its 'navigators' falls to 36,000" in refused.value.problem
    assert str(refused.value.allowed).endswith("for this scenario, of at least 1_000_000 for all of them")


def test_a_purchase_of_an_extended_file_is_told_there(load: Any, tmp_path: Path, table: ParameterTable) -> None:
    more = "extends: beds.yaml\nlevers:\n  - lever: naloxone_at_release\n    gbp_per_year: 1_000_000\n"
    _, _, more_of_it = load(beds=BEDS, more=more)
    with pytest.raises(InputError, match=r"beds\.yaml:9:levers\[2\].*for 'more' its 'supported_beds'"):
        with_equal_money([load()[0], more_of_it], 1_000_000, table)


def test_prices_that_a_scenario_narrows_count(load: Any, table: ParameterTable) -> None:
    price = (
        "parameters:\n  cost.supported_bed_year:\n    value: 17_000\n    low: 16_000\n    high: 18_000\n    reason: r\n"
    )
    scenarios = load(beds=BEDS + price)
    assert with_equal_money(scenarios, 883_990, table)[1].gbp_per_year == pytest.approx(883_990)
    with pytest.raises(InputError, match="at least 883_990 for this scenario"):
        with_equal_money(scenarios, 883_989, table)


def test_a_file_that_has_gone_since_is_still_named(load: Any, tmp_path: Path, table: ParameterTable) -> None:
    scenarios = load(beds=BEDS)
    (tmp_path / "beds.yaml").unlink()
    with pytest.raises(InputError) as refused:
        with_equal_money(scenarios, 500_000, table)
    assert (refused.value.file, refused.value.key) == (str(tmp_path / "beds.yaml"), "levers[2].gbp_per_year")
    assert refused.value.line is None


def test_a_cut_is_refused_where_it_stands_unless_it_is_the_baseline(
    load: Any, tmp_path: Path, table: ParameterTable
) -> None:
    scenarios = load(two=TWO, cut=CUT)
    with pytest.raises(InputError) as refused:
        with_equal_money(scenarios, 500_000, table)
    assert (refused.value.file, refused.value.line) == (str(tmp_path / "cut.yaml"), 9)
    assert "'cut' takes money away from 'keyworkers'" in refused.value.problem
    baseline, two, cut = scenarios
    held = with_equal_money([cut, two], 500_000, table)
    assert held[0] is cut
    assert held[1].gbp_per_year == pytest.approx(500_000)
    assert baseline.levers == ()


def test_a_scenario_that_buys_nothing_is_refused(load: Any, tmp_path: Path, table: ParameterTable) -> None:
    with pytest.raises(InputError) as refused:
        with_equal_money(load(two=TWO, idle="extends: baseline.yaml\nlevers: []\n"), 500_000, table)
    assert (refused.value.file, refused.value.key) == (str(tmp_path / "idle.yaml"), "levers")
    assert refused.value.problem.startswith("'idle' buys nothing")


def test_a_baseline_alone_is_refused(load: Any, table: ParameterTable) -> None:
    with pytest.raises(InputError, match="equal_money: there is no scenario beside the baseline"):
        with_equal_money(load(), 500_000, table)


@pytest.mark.parametrize(
    "money", [0, -1, 0.99, float("nan"), float("inf"), -float("inf"), 1e9 + 1, True, "500000", None]
)
def test_what_is_no_sum_is_refused(money: Any) -> None:
    with pytest.raises(InputError, match=r"equal_money: .* is not a sum of money in GBP a year; allowed: 1 to"):
        checked_money(money)


def test_a_sum_is_taken_to_the_penny() -> None:
    assert checked_money(500_000) == 500_000.0
    assert checked_money(1234.567) == 1234.57


def test_limits_of_budgets_follow_by_the_same_factor(load: Any, table: ParameterTable) -> None:
    baseline, two = load(two=TWO)
    held = replace(two, budgets=Budgets("separate", {"pcc": 400_000.0}, {"Plymouth": {"pcc": 350_000.0}}))
    _, scaled = with_equal_money([baseline, held], 666_666, table)
    assert scaled.budgets == Budgets("separate", {"pcc": 800_000.0}, {"Plymouth": {"pcc": 700_000.0}})


def test_what_falls_too_low_is_told_at_its_line_also_where_purchases_were_replaced(
    tmp_path: Path, table: ParameterTable
) -> None:
    (tmp_path / "baseline.yaml").write_text(BASELINE)
    (tmp_path / "two.yaml").write_text(f"name: two\n{HEAD}{TWO}")
    own = "instead: naloxone_at_release\nlevers:\n  - {lever: inreach_worker, gbp_per_year: 100_000}\n"
    (tmp_path / "mine.yaml").write_text(f"name: mine\n{HEAD}extends: two.yaml\n{own}")
    scenarios = [load_scenario(tmp_path / f"{name}.yaml") for name in ("baseline", "mine")]
    assert [bought.lever for bought in scenarios[1].levers] == ["navigators", "inreach_worker"]
    with pytest.raises(InputError) as refused:
        with_equal_money(scenarios, 1_000, table)
    assert (Path(refused.value.file or "").name, refused.value.line) == ("mine.yaml", 7)
