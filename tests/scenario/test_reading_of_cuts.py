"""Cuts in a scenario file: money or per cent, what each lever allows, what is told, and the money that per cent are."""

from __future__ import annotations

import json

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.engine.model_area import ModelArea
from sim.engine.run_inputs import demand_of
from sim.evidence import load_parameters
from sim.population.own_returns import with_own_returns
from sim.scenario import LEVERS, Budgets, deliver, load_scenario
from sim.scenario.delivery.standing import STANDING
from sim.scenario.equal_money import with_equal_money
from sim.scenario.reading.cuts import demand_today
from sim.scenario.resolved import scenario_from
from sim.scenario.spend_by_payer import budgets_of

HEAD = "name: bought\ntitle: Something bought\ndescription: For a test.\nextends: baseline.yaml\nlevers:\n"


BUSES = ", links: [L117, L115], when: daytime"


def one(lever: str, how_much: str, more: str = "") -> str:
    return f"  - {{lever: {lever}, {how_much}{more}}}\n"


def percent(lever: str, cut: object, more: str = "") -> str:
    return one(lever, f"percent_of_today: {cut}", more)


@pytest.mark.parametrize("lever", STANDING)
def test_what_stands_today_can_be_cut_in_per_cent(lever, buy, area, draw):
    written = percent(lever, -10, BUSES if lever == "bus_trips" else "")
    (bought,) = buy(written).levers
    assert bought.percent_of_today == -10 and bought.is_cut
    own = with_own_returns(draw)  # as a run has it
    (spend,) = deliver(buy(written), own, demand_of(ModelArea(area), own), area, 730).spend
    assert bought.gbp_per_year == pytest.approx(spend["gbp_per_year"], abs=0.01)
    assert bought.gbp_per_year < 0


@pytest.mark.parametrize("name", ["reference", 0, 1, 2])
def test_who_is_there_in_a_file_is_who_is_there_in_a_run(name, table, area):
    draw = table.reference() if name == "reference" else table.sample(3, 3)[name]
    run, file = demand_of(ModelArea(area), draw), demand_today(area, draw)
    assert file.releases_per_year == pytest.approx(run.releases_per_year, rel=1e-12)
    assert file.opiate_share == pytest.approx(run.opiate_share, rel=1e-12)
    assert file.staff_per_place == pytest.approx(run.staff_per_place, rel=1e-12)


# (purchases, line, words)
CASES = [
    (percent("keyworkers", 10), 6,
     "'10' is not a cut of what stands today; allowed: -100 to -0.1; what is added is bought with 'gbp_per_year:'"),
    (percent("keyworkers", -0.05), 6,
     "is not a cut of what stands today; allowed: -100 to -0.1; it is per cent and no share of one, a tenth is -10"),
    (percent("keyworkers", 0.1), 6, "bought with 'gbp_per_year:'; it is per cent and no share of one, a tenth is -10"),
    (percent("keyworkers", "-1e-12"), 6, "'-1e-12' is not a cut of what stands today; allowed: -100 to -0.1; it is pe"),
    (percent("keyworkers", "\u221210"), 6,
     "'\u221210' begins with a sign that only looks like a minus; allowed: -10, with a plain hyphen"),
    (one("keyworkers", "gbp_per_year: \u201346_000"), 6, "looks like a minus; allowed: -46_000, with a plain hyphen"),
    (percent("keyworkers", ".nan"), 6,
     "'.nan' is not a finite number; allowed: a finite number in plain figures, for example -10"),
    (percent("keyworkers", "-1e400"), 6,
     "too large a number; allowed: a finite number in plain figures, for example -10"),
    (percent("keyworkers", "nan"), 6,
     "'nan' is not a finite number; allowed: a cut in per cent of what stands today as a number, for example -10"),
    (one("keyworkers", "gbp_per_year: .inf"), 6, "in plain figures, for example 500_000"),
    (one("keyworkers", "gbp_per_year: -400"), 6,
     "'-400' cuts less than a hundredth of a post; allowed: -460 or below"),
    (one("keyworkers", "percentage: -10"), 6, "did you mean 'percent_of_today'?"),
    (percent("keyworkers", -10, ", whom: everybody"), 6, "did you mean 'for'?"),
    (percent("keyworkers", -10, ", for_whom: everybody"), 6, "did you mean 'for'?"),
    (one("keyworkers", "gbp_per_year: 5e5, councils: [Isles of Scilly]"), 6,
     "no open drug and alcohol hub stands in Isles of Scilly; allowed: councils with one: "),
    (percent("keyworkers", 0), 6, "'0' is not a cut of what stands today"),
    (percent("keyworkers", -100.5), 6, "'-100.5' is not a cut of what stands today"),
    (percent("keyworkers", "ten"), 6, "'ten' is not a number; allowed: a cut in per cent of what stands today"),
    (percent("keyworkers", "~"), 6,
     "'percent_of_today:' is empty; allowed: -100 to -0.1, or 'gbp_per_year:' in its place"),
    (percent("keyworkers", "~", ", gbp_per_year: 5e4"), 6,
     "both 'gbp_per_year:' and 'percent_of_today:' are given; allowed: one of them"),
    (percent("keyworkers", "[-10]"), 6, "a list is not a number"),
    (one("keyworkers", "places: [torquay]"), 6,
     "a purchase of 'keyworkers' needs 'gbp_per_year:'; allowed: money, or 'percent_of_today:' for a cut"),
    (one("navigators", "places: [bristol]"), 6, "a purchase of 'navigators' needs 'gbp_per_year:'"),
    (percent("keyworkers", -10, ", gbp_per_year: -5e4"), 6,
     "both 'gbp_per_year:' and 'percent_of_today:' are given; allowed: one of them"),
    (percent("navigators", -10, ", places: [bristol]"), 6,
     "'-10' is a cut, and 'navigators' cannot be cut; allowed: 'gbp_per_year:' above 0; only 'naloxone_at_release', "),
    (percent("bus_trips", -10, ", links: [L117], when: evening"), 6,
     "today's are cut with the trips of the day; allowed: daytime, sunday"),
    (percent("bus_trips", -60, BUSES) + percent("bus_trips", -50, BUSES), 7,
     "'-50' cuts more bus trips than there are beside the cut on line 6; allowed: down to -40"),
    (percent("navigatr", -10), 6, "did you mean 'navigators'?"),
    (one("keyworkers", "percent_of_tody: -10"), 6, "did you mean 'percent_of_today'?"),
    (percent("keyworkers", -60) + percent("keyworkers", -50), 7, "'-50' cuts more keyworker posts than there are"),
    (percent("keyworkers", -60) + percent("keyworkers", -50), 7,
     "beside the cut on line 6; allowed: down to -40, what that cut leaves of the posts for people leaving prison"),
    (percent("keyworkers", -100, ", for: everybody") + percent("keyworkers", -1), 7,
     "beside the cut on line 6; a cut for everybody takes the same part of the posts for people leaving prison; "
     "allowed: none, as that cut leaves no posts for people leaving prison that stand there"),
    (percent("keyworkers", -10) + percent("keyworkers", -95, ", for: everybody"), 7,
     "a cut for everybody takes the same part of the posts for people leaving prison; allowed: down to -90, what that"),
    (percent("ost_at_release", -80) + percent("ost_at_release", -30, ", prisons: [exeter]"), 7,
     "cuts more treatment than there is at HMP Exeter beside the cut on line 6; allowed: down to -20, what that cut"),
    (percent("ost_at_release", -30, ", prisons: [exeter]") + percent("ost_at_release", -80), 7,
     "'-80' cuts more treatment than there is at HMP Exeter beside the cut on line 6; allowed: down to -70, what"),
    (percent("keyworkers", -30, ", places: [torquay]") + percent("keyworkers", -20.25, ", places: [plymouth]")
     + percent("keyworkers", -80), 8, "than there are in Plymouth and 1 more beside the cuts on line 6 and line 7; "
     "allowed: down to -70, what those cuts leave of the posts for people leaving prison"),
    (percent("keyworkers", -20.25) + percent("keyworkers", -90, ", places: [plymouth]"), 7, "allowed: down to -79.7, "),
    (4 * percent("cas3_beds", -25) + percent("cas3_beds", -1), 10,
     "beside the cuts on line 6, line 7, line 8 and 1 more; allowed: none, as those cuts leave no beds"),
    (percent("cas3_beds", -60) + percent("cas3_beds", -50), 7, "than there are beside the cut on line 6; allowed: do"),
    (one("naloxone_at_release", "gbp_per_year: -9e8"), 6, "'-900000000' cuts more kits than there are; allowed: down"),
    (one("naloxone_at_release", "gbp_per_year: -9e8"), 6, "kits a year that go out there"),
    (one("bridging_script", "gbp_per_year: -9e8"), 6, "cuts more bridging posts than there are"),
    (one("cas3_beds", "gbp_per_year: -9e8"), 6, "cuts more short-stay beds than there are"),
    (percent("cas3_beds", -10, ", places: [bristol]"), 6, "'places' is not a key of a purchase of 'cas3_beds'"),
]  # fmt: skip


@pytest.mark.parametrize(("levers", "line", "words"), CASES)
def test_refused_with_line_and_words(levers, line, words, write, area, table):
    file = write(HEAD + levers)
    with pytest.raises(InputError) as refused:
        load_scenario(file, area=area, parameters=table)
    told = [str(error) for error in (refused.value, *refused.value.others)]
    assert any(words in message for message in told), told
    assert any(message.startswith(f"{file}:{line}:levers[{line - 5}]") for message in told)


def test_who_extends_a_scenario_is_told_and_not_what_is_extended(write, area, table):
    base = write(HEAD.replace("bought", "base") + percent("keyworkers", -60), "base.yaml")
    own = HEAD.replace("baseline.yaml", base.name)
    file = write(own + percent("keyworkers", -50, ", places: [plymouth]") + percent("keyworkers", -40.5))
    with pytest.raises(InputError) as refused:
        load_scenario(file, area=area, parameters=table)
    told = [refused.value, *refused.value.others]
    assert [(error.file, error.line) for error in told] == [(str(file), 6), (str(file), 7)]
    assert "in Plymouth beside the cut on line 6 of base.yaml; allowed: down to -40, what" in str(told[0])
    assert "than there are beside the cut on line 6 of base.yaml; allowed: down to -40, what that" in str(told[1])
    assert len(load_scenario(write(own + percent("keyworkers", -40)), area=area, parameters=table).levers) == 2


@pytest.mark.parametrize(
    ("first", "second"),
    [("gbp_per_year: -1e5", "gbp_per_year: -1_600_000"), ("percent_of_today: -50", "gbp_per_year: -1_600_000")],
)
def test_what_is_said_to_be_allowed_is(first, second, write, area, table):
    levers = one("cas3_beds", first) + one("cas3_beds", second)
    with pytest.raises(InputError, match=r"allowed: down to -[0-9_]+, what that cut leaves of the beds") as refused:
        load_scenario(write(HEAD + levers), area=area, parameters=table)
    most = refused.value.allowed.split(",")[0].removeprefix("down to ")
    right = levers.rsplit("-1_600_000", 1)
    assert load_scenario(write(HEAD + most.join(right)), area=area, parameters=table)
    beyond = str(int(most.replace("_", "")) - 1)
    with pytest.raises(InputError, match="cuts more short-stay beds"):
        load_scenario(write(HEAD + beyond.join(right)), area=area, parameters=table)


def test_in_a_mapping_the_other_cut_is_named_by_its_number(area, table):
    cut = {"lever": "cas3_beds", "percent_of_today": -60}
    content = {"name": "mine", "title": "Mine", "description": "Some.", "extends": "baseline", "levers": [cut, cut]}
    with pytest.raises(
        InputError, match=r"^levers\[2\].percent_of_today: '-60' .* beside the cut levers\[1\]; allowed"
    ):
        load_scenario(content, area=area, parameters=table)


def test_nothing_is_told_twice(write, area, table):
    for levers in (
        one("keyworkers", "percent_of_tody: -10"), percent("keyworkers", 10), percent("navigators", -10),
        percent("keyworkers", "~"), percent("keyworkers", "~", ", gbp_per_year: 5e4"), percent("keyworkers", ".nan"),
        one("keyworkers", "percentage: -10"), percent("navigators", "~"),
    ):  # fmt: skip
        with pytest.raises(InputError) as refused:
            load_scenario(write(HEAD + levers), area=area, parameters=table)
        assert len(refused.value.others) == ("navigators" in levers)  # must say where, too


def test_all_of_today_may_be_cut_and_places_by_themselves(buy):
    levers = percent("keyworkers", -100, ", places: [torquay]") + percent("keyworkers", -100, ", places: [bristol]")
    assert all(bought.percent_of_today == -100 for bought in buy(levers).levers)
    later = percent("keyworkers", -100, ", ends: 2027-10-01") + percent("keyworkers", -100, ", starts: 2027-10-01")
    assert len(buy(later).levers) == 2


def test_prices_that_a_scenario_narrows_count(write, area, table, buy):
    usual = buy(percent("keyworkers", -10)).gbp_per_year
    text = HEAD + percent("keyworkers", -10) + "parameters:\n"
    text += "  cost.keyworker_year: {low: 49_000, high: 51_000, value: 50_000, reason: local pay scale}\n"
    narrowed = load_scenario(write(text), area=area, parameters=table).gbp_per_year
    assert narrowed / usual == pytest.approx(50 / 46)


def test_a_cut_in_per_cent_comes_back_from_what_a_manifest_keeps(buy):
    scenario = buy(percent("keyworkers", -12.5, ", places: [torquay], for: everybody"))
    kept = json.loads(json.dumps(scenario.resolved()))
    assert kept["levers"][0]["percent_of_today"] == -12.5
    again = scenario_from(kept)
    assert again.levers == scenario.levers and again.resolved() == scenario.resolved()
    bought = buy(one("keyworkers", "gbp_per_year: 5e5")).resolved()["levers"][0]
    assert "percent_of_today" not in bought


def test_its_money_stands_in_the_table_of_payers_and_gives_no_budget_back(write, area, table, buy):
    scenario = buy(percent("keyworkers", -10, ", places: [torquay]") + one("retention_pay", "gbp_per_year: 5e4"))
    rows = {row["council"]: row["gbp_per_year"] for row in budgets_of([scenario], area)}
    assert rows == {"Torbay": scenario.levers[0].gbp_per_year, "whole area": 5e4}
    assert scenario.gbp_per_year == pytest.approx(5e4 + scenario.levers[0].gbp_per_year)
    levers = percent("keyworkers", -10) + one("retention_pay", "gbp_per_year: 5e4")
    within = load_scenario(write(HEAD + levers + "budgets: {council: 50_000}\n"), area=area, parameters=table)
    assert within.budgets == Budgets("separate", {"council": 50_000.0})
    with pytest.raises(InputError, match="'council' spends 50,000 GBP in the year from 2027-04-01"):
        load_scenario(write(HEAD + levers + "budgets: {council: 49_999}\n"), area=area, parameters=table)


def test_equal_money_refuses_it_where_it_stands(write, area, table, buy):
    scenario = buy(one("retention_pay", "gbp_per_year: 5e4") + percent("cas3_beds", -10))
    baseline = load_scenario("baseline", area=area, parameters=table)
    with pytest.raises(InputError, match=r"yaml:7:levers\[2\].percent_of_today: 'bought' takes money away"):
        with_equal_money([baseline, scenario], 500_000, table)


def test_a_mapping_may_hold_one(area, table):
    content = {
        "name": "mine", "title": "Mine", "description": "Some.", "extends": "baseline",
        "levers": [{"lever": "cas3_beds", "percent_of_today": np.int64(-5)}],
    }  # fmt: skip
    assert load_scenario(content, area=area, parameters=table).levers[0].percent_of_today == -5.0


def test_a_table_that_lacks_what_tells_of_today_is_named(area):
    rows = dict(load_parameters())
    del rows["custody.releases_per_person"]
    content = {
        "name": "mine", "title": "Mine", "description": "Some.", "extends": "baseline",
        "levers": [{"lever": "cas3_beds", "percent_of_today": -5}],
    }  # fmt: skip
    with pytest.raises(InputError, match=r"the parameter table lacks 'custody.releases_per_person'"):
        load_scenario(content, area=area, parameters=rows)


def test_every_lever_that_can_be_cut_says_so_in_the_catalogue():
    assert all(LEVERS[name].can_be_cut for name in STANDING)
