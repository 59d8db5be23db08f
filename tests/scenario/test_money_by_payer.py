"""Whose money goes where: every pound once, by payer and council, as people come home to the places named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.area import Area, home_weights, load_area
from sim.scenario import Purchase, Scenario, load_scenario
from sim.scenario.spend_by_payer import BUDGET_COLUMNS, WHOLE_AREA, budgets_of

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2025, 4, 1)


@pytest.fixture(scope="module")
def area() -> Area:
    return load_area()


def scenario(*levers: Purchase, name: str = "s") -> Scenario:
    return Scenario(name, "t", "d", Path(f"{name}.yaml"), DAY, levers)


def bought(lever: str, gbp: float, **where: Any) -> Purchase:
    return Purchase(lever, gbp, DAY, **where)


def told(area: Area, *levers: Purchase) -> dict[tuple[str, str], float]:
    rows = budgets_of([scenario(*levers)], area)
    assert all(tuple(row) == BUDGET_COLUMNS for row in rows)
    found = {(row["payer"], row["council"]): row["gbp_per_year"] for row in rows}
    assert len(found) == len(rows), "a payer and council stand twice"
    return found


def test_places_share_by_where_people_come_home_to(area: Area) -> None:
    places = ("plymouth", "exeter", "barnstaple")
    weights = dict(zip((place.id for place in area.places), home_weights(area), strict=True))
    within = sum(weights[place] for place in places)
    found = told(area, bought("navigators", 90_000, places=places, payer="pcc"))
    assert found == {
        ("pcc", "Devon"): round(90_000 * (weights["exeter"] + weights["barnstaple"]) / within, 2),
        ("pcc", "Plymouth"): round(90_000 * weights["plymouth"] / within, 2),
    }


def test_money_is_spread_as_the_delivery_spreads_posts(area: Area) -> None:
    from sim.evidence import load_parameters
    from sim.scenario.delivery.context import DeliveryContext
    from sim.scenario.delivery.posts import navigator_teams
    from sim.scenario.demand import Demand

    asked = scenario(bought("navigators", 500_000, places=("plymouth", "exeter", "torquay"), payer="pcc"))
    zeros = np.zeros(len(area.places))
    demand_of: Any = Demand
    more = [name for name in ("far", "fare_due") if name in Demand.__dataclass_fields__]
    demand = demand_of(np.ones(len(area.prisons) + 1), 0.5, zeros, **dict.fromkeys(more, zeros))
    teams = navigator_teams(DeliveryContext(asked, load_parameters().reference(), demand, area, 10))
    posts: dict[str, float] = {}
    for team in teams:
        council = area.places[team.based_at].local_authority
        posts[council] = posts.get(council, 0.0) + team.posts
    money = {row["council"]: row["gbp_per_year"] for row in budgets_of([asked], area)}
    assert {council: gbp / 500_000 for council, gbp in money.items()} == {
        council: pytest.approx(number / sum(posts.values()), abs=1e-7) for council, number in posts.items()
    }


@pytest.mark.parametrize(
    "purchase",
    [
        bought("naloxone_at_release", 20_000, payer="nhs"),
        bought("inreach_worker", 50_000, prisons=("bristol", "exeter"), payer="nhs"),
        bought("bus_trips", 30_000, links=("L102",), options={"when": "evening"}, payer="nhs"),
        bought("keyworkers", 46_000, payer="nhs"),
        bought("residential_rehab", 46_000, payer="nhs"),
    ],
    ids=lambda purchase: purchase.lever,
)
def test_money_without_places_is_for_the_whole_area(area: Area, purchase: Purchase) -> None:
    assert told(area, purchase) == {("nhs", WHOLE_AREA): purchase.gbp_per_year}


def test_the_usual_payer_pays_where_none_is_told(area: Area) -> None:
    assert told(area, bought("navigators", 50_000, places=("plymouth",))) == {("pcc", "Plymouth"): 50_000.0}


def test_purchases_of_one_payer_and_council_are_one_row_and_cuts_count_below_zero(area: Area) -> None:
    found = told(
        area,
        bought("navigators", 50_000, places=("plymouth",), payer="council"),
        bought("keyworkers", -46_000, places=("plymouth",), payer="council"),
        bought("keyworkers", -92_000, payer="council"),
        bought("navigators", 10_000, places=("plymouth",), payer="pcc"),
    )
    assert found == {
        ("council", "Plymouth"): 4_000.0,
        ("council", WHOLE_AREA): -92_000.0,
        ("pcc", "Plymouth"): 10_000.0,
    }


def test_places_to_which_nobody_comes_home_share_equally(area: Area, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.area.home_weights", lambda area: np.zeros(len(area.places)))
    found = told(area, bought("navigators", 60_000, places=("plymouth", "exeter", "barnstaple"), payer="pcc"))
    assert found == {("pcc", "Plymouth"): pytest.approx(20_000), ("pcc", "Devon"): pytest.approx(40_000)}


def test_rows_stand_in_the_order_of_scenarios_payers_and_councils(area: Area) -> None:
    levers = (
        bought("navigators", 50_000, places=("torquay", "plymouth", "exeter"), payer="pcc"),
        bought("naloxone_at_release", 20_000, payer="council"),
        bought("naloxone_at_release", 20_000, payer="nhs"),
        bought("navigators", 50_000, places=("exeter",), payer="council"),
    )
    rows = budgets_of([scenario(*levers, name="b"), scenario(name="none"), scenario(*levers[::-1], name="a")], area)
    order = [
        ("council", "Devon"), ("council", WHOLE_AREA), ("nhs", WHOLE_AREA), ("pcc", "Devon"), ("pcc", "Plymouth"),
        ("pcc", "Torbay"),
    ]  # fmt: skip
    assert [(row["scenario"], row["payer"], row["council"]) for row in rows] == [
        (name, *pair) for name in ("b", "a") for pair in order
    ]


@pytest.mark.parametrize(
    "file",
    [file for file in sorted((ROOT / "scenarios").rglob("*.yaml")) if file.parent.name != "studies"],
    ids=lambda file: file.stem,
)
def test_every_pound_of_a_shipped_scenario_is_told_once(area: Area, file: Path) -> None:
    asked = load_scenario(file, area=area)
    rows = budgets_of([asked], area)
    by_payer: dict[str, float] = {}
    for purchase in asked.levers:
        by_payer[purchase.payer] = by_payer.get(purchase.payer, 0.0) + purchase.gbp_per_year
    for payer, gbp in by_payer.items():
        assert sum(row["gbp_per_year"] for row in rows if row["payer"] == payer) == pytest.approx(gbp, abs=0.1)
    councils = {place.local_authority for place in area.places}
    assert {row["council"] for row in rows} <= councils | {WHOLE_AREA}


def test_a_scenario_s_name_is_all_that_tells_rows_apart(area: Area) -> None:
    one = scenario(bought("navigators", 50_000, places=("plymouth",)))
    rows = budgets_of([one, replace(one, name="other")], area)
    assert [row["scenario"] for row in rows] == ["s", "other"]
