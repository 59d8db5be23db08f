"""What holds for every lever: more money delivers no less, order does not matter, accounts balance, others stay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from delivery_ground import ALL, ALONE, DAYS, ONE_BY_ONE, SHARES, WRITES, amounts, differing, purchase, scenario

from sim.scenario import LEVERS, deliver

GBP = (5e4, 1e5, 3e5, 1e6, 1e7, 9e8)


def test_every_lever_of_the_catalogue_is_tried():
    assert set(ALL) == set(WRITES) == set(LEVERS)


@pytest.mark.parametrize("lever", ALL)
@pytest.mark.parametrize("index", [-1, 0, *(pytest.param(k, marks=pytest.mark.slow) for k in range(1, 6))])
def test_more_money_never_delivers_less(lever, index, table, demand, area):
    draw = table.reference() if index < 0 else table.sample(7, 6)[index]
    before = None
    for gbp in GBP:
        now = amounts(deliver(scenario(purchase(lever, gbp, 20, 300, **ALL[lever])), draw, demand, area, DAYS))
        assert all((value >= 0).all() for value in now.values())
        assert all((now[name] <= 1).all() for name in SHARES)
        if before is not None:
            assert all((now[name] >= before[name] - 1e-12).all() for name in now)
            assert set(differing(now, before)) <= {WRITES[lever]}
        before = now


@pytest.mark.parametrize("lever", ALL)
def test_two_purchases_are_one_of_the_sum(lever, draw, demand, area):
    parts = [purchase(lever, gbp, **ALL[lever]) for gbp in (230_000, 460_000)]
    two, turned = (deliver(scenario(*order), draw, demand, area, DAYS) for order in (parts, parts[::-1]))
    one = deliver(scenario(purchase(lever, 690_000, **ALL[lever])), draw, demand, area, DAYS)
    for name, value in amounts(two).items():
        last = slice(DAYS - 1, None) if lever in ONE_BY_ONE else slice(None)
        assert np.allclose(value[last], amounts(one)[name][last], rtol=1e-12, atol=1e-12)
        assert np.allclose(value, amounts(turned)[name], rtol=1e-12, atol=1e-12)
    assert [entry["gbp_per_year"] for entry in two.spend] == [230_000, 460_000]


def test_narrow_and_wide_purchases_lose_nothing_to_their_order(draw, demand, area):
    room = 18 * (1 - 0.17) * 0.58 / 1.6 * demand.releases_per_year[:-1].sum()
    here = 18 * (1 - 0.17) * 0.58 / 1.6 * demand.releases_per_year[area.prison_index["exeter"]]
    narrow = purchase("naloxone_at_release", here, prisons=("exeter",))
    wide = purchase("naloxone_at_release", room - here)
    for order in ((narrow, wide), (wide, narrow)):
        bought = deliver(scenario(*order), draw, demand, area, DAYS)
        assert sum(entry["unused_gbp_per_year"] for entry in bought.spend) == pytest.approx(0, abs=1e-6)
        assert bought.naloxone_share[5, area.prison_index["bristol"]] == pytest.approx(1)


@pytest.mark.parametrize("gbp", [3e4, 5e5, 5e7])
def test_the_accounts_balance_in_every_draw(gbp, table, demand, area):
    levers = [purchase(name, gbp, 30, 200, **where) for name, where in ALL.items()]
    for draw in table.sample(11, 8):
        for entry in deliver(scenario(*levers), draw, demand, area, DAYS).spend:
            assert entry["units"] * entry["unit_cost_gbp"] + entry["overhead_gbp_per_year"] == pytest.approx(gbp)
            unused = (entry["units"] - entry["units_used"]) * entry["unit_cost_gbp"]
            assert entry["unused_gbp_per_year"] == pytest.approx(unused, abs=1e-6)
            assert ("finds nobody" in entry["remark"]) == (unused > 1e-6 * gbp)
            assert (entry["first_day"], entry["end_day"]) == (30, 200)


def test_levers_do_not_touch_each_other(draw, demand, area):
    alone = {
        name: amounts(deliver(scenario(purchase(name, 5e5, **where)), draw, demand, area, DAYS))
        for name, where in ALL.items()
    }
    levers = [purchase(name, 5e5, **where) for name, where in ALL.items()]
    together = amounts(deliver(scenario(*levers), draw, demand, area, DAYS))
    for lever, name in ((lever, WRITES[lever]) for lever in ALONE):
        assert np.allclose(
            together[name], alone[lever][name], rtol=1e-12, atol=0
        )  # a depot needs OST, as a share of it
        assert name == "depot" or np.array_equal(together[name], alone[lever][name])
        assert alone[lever][name].sum() > alone["bus_trips" if lever != "bus_trips" else "navigators"][name].sum()


def test_a_shorter_run_is_the_start_of_a_longer_one(draw, demand, area):
    levers = [purchase(name, 5e5, 10, **where) for name, where in ALL.items()]
    short, long = (deliver(scenario(*levers), draw, demand, area, days) for days in (60, DAYS))
    shares = ("naloxone_share", "ost_share", "depot_share", "bridged_share", "referral_lost", "resettlement_share")
    for name in (*shares, "booked_share"):
        assert np.array_equal(getattr(short, name), getattr(long, name)[:60])
    for axis in ("home", "hub", "prison"):
        for name, value in getattr(short, axis).items():
            assert np.allclose(value, getattr(long, axis)[name][:60], rtol=1e-12, atol=0)


def test_nobody_released_means_nobody_reached(draw, demand, area):
    nowhere = np.zeros_like(demand.staff_per_place)
    empty = replace(demand, releases_per_year=np.zeros_like(demand.releases_per_year), staff_per_place=nowhere)
    levers = [purchase(name, 5e5, **where) for name, where in ALL.items() if name != "bus_trips"]
    bought = deliver(scenario(*levers), draw, empty, area, DAYS)
    assert (bought.naloxone_share == 0.17).all() and (bought.booked_share == 0).all()
    assert (bought.bridged_share == 0.25).all() and (bought.resettlement_share == 0).all()
    assert (bought.depot_share == 0).all() and bought.hub_posts == ()
    assert all((value == 0).all() for axis in (bought.home, bought.hub, bought.prison) for value in axis.values())
    assert all("100% of this money finds nobody left to reach" in entry["remark"] for entry in bought.spend)


@pytest.mark.parametrize(
    "change",
    [
        {"releases_per_year": np.ones(3)}, {"staff_per_place": np.ones(3)}, {"opiate_share": 1.5},
        {"far": np.ones(3)}, {"fare_due": np.full(120, -1.0)},
        {"releases_per_year": np.full(12, -1.0)}, {"staff_per_place": np.full(120, np.nan)},
    ],
)  # fmt: skip
def test_a_demand_of_the_wrong_shape_is_a_mistake_of_the_caller(change, draw, demand, area):
    with pytest.raises(ValueError, match=next(iter(change))):
        deliver(scenario(), draw, replace(demand, **change), area, DAYS)


def test_money_taken_away_where_nothing_can_be_cut_is_a_mistake_of_the_caller(draw, demand, area):
    for cut in (purchase("navigators", -5_000), purchase("navigators", 0.0, percent_of_today=-10.0)):
        with pytest.raises(ValueError, match="navigators cannot be cut"):
            deliver(scenario(cut), draw, demand, area, DAYS)


def test_everything_delivered_is_listed_in_the_same_order_whatever_the_file(draw, demand, area):
    levers = [purchase(name, gbp, day, **where) for name, where in ALL.items() for gbp, day in ((3e5, 9), (5e5, 0))]
    levers += [purchase("keyworkers", -2e5, 30, 200), purchase("keyworkers", -1e5, places=("torquay",))]
    one, other = (deliver(scenario(*order), draw, demand, area, DAYS) for order in (levers, levers[::-1]))
    for name in ("hub_posts", "beds"):
        ours, theirs = getattr(one, name), getattr(other, name)
        assert len(ours) == len(theirs) > 4
        for mine, yours in zip(ours, theirs, strict=True):
            assert all(
                np.allclose(getattr(mine, key), getattr(yours, key), rtol=1e-12) for key in vars(mine) if key != "kind"
            )
