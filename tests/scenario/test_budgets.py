"""The budgets of a scenario file: separate and pooled, inherited, and refused with the line of the limit."""

from __future__ import annotations

import json
import re

import pytest

from sim.area import home_weights
from sim.core.errors import InputError
from sim.scenario import Budgets, load_scenario
from sim.scenario.resolved import scenario_from

HEAD = "name: bought\ntitle: Something bought\ndescription: For a test.\nextends: baseline.yaml\n"
LEVERS = """\
levers:
  - {lever: navigators, gbp_per_year: 300_000, places: [bristol]}
  - {lever: keyworkers, gbp_per_year: 200_000}
  - {lever: peer_workers, gbp_per_year: 100_000, places: [bristol], payer: pcc}
  - {lever: keyworkers, gbp_per_year: -50_000, places: [bristol, plymouth]}
"""  # 400,000 by the Police and Crime Commissioner, 200,000 by the council, on lines 5 to 9
FIRST = 11  # line of the first key of the budgets


def with_budgets(*lines: str) -> str:
    return HEAD + LEVERS + "budgets:\n" + "".join(f"  {line}\n" for line in lines)


def loaded(write, area, table, text):
    return load_scenario(write(text), area=area, parameters=table)


@pytest.mark.parametrize("block", ["", "budgets:\n", "budgets: {}\n"])
def test_without_budgets_nothing_is_limited(block, write, area, table):
    scenario = loaded(write, area, table, HEAD + LEVERS + block)
    assert scenario.budgets == Budgets("separate", {}) and not scenario.budgets.is_pooled
    assert scenario.resolved()["budgets"] == {"mode": "separate", "limits": {}}


@pytest.mark.parametrize("mode", ["separate", "pooled"])
def test_limits_are_read_and_resolved(mode, write, area, table):
    scenario = loaded(write, area, table, with_budgets(f"mode: {mode}", "pcc: 400_000", "council: 2e5", "nhs: 0"))
    assert scenario.budgets.mode == mode and scenario.budgets.is_pooled == (mode == "pooled")
    resolved = json.loads(json.dumps(scenario.resolved()))["budgets"]
    assert resolved == {"mode": mode, "limits": {"council": 2e5, "nhs": 0, "pcc": 4e5}}


def test_a_payer_without_a_limit_is_not_held_to_one(write, area, table):
    assert loaded(write, area, table, with_budgets("council: 200_000")).budgets.limits == {"council": 2e5}


def test_money_counts_on_the_days_on_which_it_is_spent(write, area, table):
    """30 days of 2e5 a year are 16,438 GBP; from day 335 on they are as much in the first year, and all in the next."""
    text = with_budgets("council: 16_439").replace("gbp_per_year: 200_000", "gbp_per_year: 2e5, ends: 2027-05-01")
    assert loaded(write, area, table, text).budgets.limits == {"council": 16_439}
    with pytest.raises(InputError, match="spends 16,438 GBP in the year from 2027-04-01"):
        loaded(write, area, table, text.replace("council: 16_439", "council: 16_438"))
    late = text.replace("ends: 2027-05-01", "starts: 2028-03-01")
    with pytest.raises(InputError, match="spends 200,000 GBP in the year from 2028-03-31"):
        loaded(write, area, table, late)


def test_one_purchase_after_another_is_never_spent_at_one_time(write, area, table):
    """Two halves of one year at 400,000 a year are 400,000, as one purchase of all of it is."""
    halves = (
        "levers:\n  - {lever: keyworkers, gbp_per_year: 400_000, ends: 2027-10-01}\n"
        "  - {lever: keyworkers, gbp_per_year: 400_000, starts: 2027-10-01}\n"
    )
    own = loaded(write, area, table, HEAD + halves + "budgets: {mode: separate, council: 400_000}\n")
    assert own.budgets.limits == {"council": 4e5}
    with pytest.raises(InputError, match="'council' spends 400,000 GBP in the year from 2027-04-01"):
        loaded(write, area, table, HEAD + halves + "budgets: {council: 399_999}\n")


def test_pooled_money_of_one_payer_covers_another(write, area, table):
    lines = ("pcc: 100_000", "council: 500_000")
    with pytest.raises(InputError, match="'pcc' spends 400,000"):
        loaded(write, area, table, with_budgets(*lines))
    assert loaded(write, area, table, with_budgets("mode: pooled", *lines)).budgets.is_pooled


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        (["pcc: 399_999"], 0, "'pcc' spends 400,000 GBP in the year from 2027-04-01, more than its budget of 399,999"),
        (["pcc: 399_999"], 0, "allowed: purchases of at most 399_999 GBP a year, or a budget of 400_000"),
        (["council: 300_000", "pcc: 300_000"], 1, "or 'mode: pooled', in which others' money is left,"),
        (["council: 200_000", "pcc: 0"], 1, "more than its budget of 0"),
        (
            ["mode: pooled", "pcc: 599_999"],
            0,
            "the payers together spend 600,000 GBP in the year from 2027-04-01, more",
        ),
        (["mode: pooled", "pcc: 3e5", "nhs: 2e5"], 0, "purchases of at most 500_000 GBP a year, or budgets of 600_000"),
        (["mode: poled"], 0, "'poled' is not a mode of the budgets; allowed: separate, pooled; did you mean 'pooled'?"),
        (["mode: true"], 0, "'true' is not a mode of the budgets"),
        (["mode:"], 0, "nothing is not a mode of the budgets"),
        (["counsil: 1e6"], 0, "'counsil' is not a key of the budgets"),
        (["counsil: 1e6"], 0, "did you mean 'council'?"),
        (["council: -1"], 0, "-1 is outside the range of the budget of 'council' in GBP a year"),
        (["council: 1e12"], 0, "outside the range"),
        (["council:"], 0, "nothing is not a number"),
        (["council: £200_000"], 0, "is not a number"),
        (["council: 200,000"], 0, "as a bare number, for example 200_000"),
        (["council: [2e5]"], 0, "a list is not a number"),
        (["council: true"], 0, "'true' is not a number"),
        (["- council: 2e5"], 0, "a list stands where the budgets should"),
    ],
)
def test_refused_with_line_and_words(lines, line, words, write, area, table):
    file = write(with_budgets(*lines))
    with pytest.raises(InputError, match=re.escape(f"{file}:{FIRST + line}:budgets")) as refused:
        load_scenario(file, area=area, parameters=table)
    assert words in str(refused.value)


def test_no_pooling_is_offered_where_it_would_not_help(write, area, table):
    with pytest.raises(InputError) as refused:
        loaded(write, area, table, with_budgets("pcc: 300_000", "council: 250_000"))
    assert "mode: pooled" not in str(refused.value)


def test_a_file_replaces_mode_and_limits_of_what_it_extends(write, area, table):
    base = with_budgets("mode: pooled", "pcc: 100_000", "council: 500_000").replace("name: bought", "name: first")
    write(base, "first.yaml")
    head = HEAD.replace("baseline.yaml", "first.yaml")
    as_before = loaded(write, area, table, head)
    assert as_before.budgets == Budgets("pooled", {"council": 5e5, "pcc": 1e5})
    more = loaded(write, area, table, head + "budgets: {mode: separate, pcc: 4e5}\n")
    assert more.budgets == Budgets("separate", {"council": 5e5, "pcc": 4e5})


def test_what_was_written_last_is_refused_and_not_the_file_that_is_extended(write, area, table):
    base = with_budgets("mode: pooled", "council: 200_000", "pcc: 300_000", "nhs: 100_000")
    write(base.replace("name: bought", "name: first"), "first.yaml")
    head = HEAD.replace("baseline.yaml", "first.yaml")

    def refused(text):
        file = write(head + text)
        with pytest.raises(InputError) as error:
            load_scenario(file, area=area, parameters=table)
        assert error.value.others == () and error.value.file == str(file)
        return str(error.value).removeprefix(f"{file}:")

    said = refused("budgets: {mode: separate}\n")
    assert said.startswith(
        "5:budgets.mode: 'pcc' spends 400,000 GBP in the year from 2027-04-01, more than its budget of 300,000 (line 13"
    )
    assert "first.yaml); allowed: purchases of at most 300_000" in said
    money = "levers:\n  - {lever: keyworkers, gbp_per_year: 50_000}\n"
    assert refused(money).startswith(
        "6:levers[1].gbp_per_year: the payers together spend 650,000 GBP in the year from 2027-04-01"
    )
    assert refused("budgets: {nhs: 0}\n").startswith(
        "5:budgets.nhs: the payers together spend 600,000 GBP in the year from 2027-04-01"
    )
    both = refused(money + "budgets: {mode: separate, pcc: 4e5}\n")
    assert both.startswith(
        "7:budgets.mode: 'council' spends 250,000 GBP in the year from 2027-04-01, more than its budget of 200,000 (l"
    )


def share_of(area, council, *places):
    """Part of the people coming home to these places, or to all, who come home to the council."""
    weights = dict(zip((place.id for place in area.places), home_weights(area), strict=True))
    of = {place.id: place.local_authority for place in area.places if not places or place.id in places}
    return sum(weights[place] for place, name in of.items() if name == council) / sum(weights[place] for place in of)


@pytest.mark.parametrize("name", ["plymouth", "Plymouth"])
def test_a_council_s_limit_is_held_against_what_is_spent_there(name, write, area, table):
    """Navigators for two cities: Plymouth's part of the money is its part of the people who come home to them."""
    text = HEAD + "levers:\n  - {lever: navigators, gbp_per_year: 1_000_000, places: [bristol, plymouth]}\n"
    part = 1_000_000 * share_of(area, "Plymouth", "bristol", "plymouth")
    assert 200_000 < part < 800_000
    fits = loaded(write, area, table, f"{text}budgets: {{{name}: {{pcc: {part + 1:.0f}}}}}\n")
    assert fits.budgets.councils == {"Plymouth": {"pcc": round(part + 1)}} and fits.budgets.limits == {}
    assert scenario_from(json.loads(json.dumps(fits.resolved()))).budgets == fits.budgets
    with pytest.raises(InputError) as refused:
        loaded(write, area, table, f"{text}budgets: {{{name}: {{pcc: {part - 1:.0f}}}}}\n")
    assert f"'pcc' spends {part:,.0f} GBP in Plymouth in the year from 2027-04-01, more than its" in str(refused.value)
    assert f":7:budgets.{name}.pcc:" in str(refused.value)


def test_money_without_a_place_counts_by_who_comes_home_and_that_of_prisons_for_no_council(write, area, table):
    text = HEAD + "levers:\n  - {lever: keyworkers, gbp_per_year: 1_000_000}\n"
    part = 1_000_000 * share_of(area, "Cornwall")
    assert 10_000 < part < 300_000
    with pytest.raises(InputError, match=f"'council' spends {part:,.0f} GBP in Cornwall"):
        loaded(write, area, table, text + "budgets: {cornwall: {council: 10_000}}\n")
    prison = HEAD + "levers:\n  - {lever: inreach_worker, gbp_per_year: 100_000, prisons: [exeter], payer: nhs}\n"
    assert loaded(write, area, table, prison + "budgets: {devon: {nhs: 0}}\n").budgets.councils == {"Devon": {"nhs": 0}}


def test_payers_of_a_council_pool_what_they_have_there(write, area, table):
    text = HEAD + (
        "levers:\n  - {lever: keyworkers, gbp_per_year: 200_000, places: [truro]}\n"
        "  - {lever: navigators, gbp_per_year: 300_000, places: [truro]}\n"
    )
    pool = "budgets: {mode: pooled, cornwall: {council: 100_000, pcc: 400_000}}\n"
    assert loaded(write, area, table, text + pool).budgets.is_pooled
    with pytest.raises(InputError, match="the payers together spend 500,000 GBP in Cornwall in the year from 2027"):
        loaded(write, area, table, text + pool.replace("100_000", "99_999"))


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["cornwal: {council: 1e5}"], "'cornwal' is not a council of this area"),
        (["cornwal: {council: 1e5}"], "did you mean 'Cornwall'?"),
        (["truro: {council: 1e5}"], "'truro' is a place, and budgets are those of councils"),
        (["truro: {council: 1e5}"], "did you mean 'Cornwall'?"),
        (["cornwall: {counsil: 1e5}"], "'counsil' is not a key of the budget of Cornwall"),
        (["cornwall: {counsil: 1e5}"], "did you mean 'council'?"),
        (["cornwall: {council: -1}"], "-1 is outside the range of the budget of 'council' in Cornwall in GBP a year"),
        (["cornwall: 1e5"], "'100000' stands where the budget of Cornwall should"),
        (["cornwall: {council: 2e5}", "Cornwall: {pcc: 1e5}"], "'Cornwall' stands twice"),
    ],
)
def test_a_wrong_council_or_payer_is_one_sentence(lines, words, write, area, table):
    with pytest.raises(InputError) as refused:
        loaded(write, area, table, with_budgets(*lines))
    assert words in str(refused.value) and refused.value.others == ()
