"""The budgets of a scenario file: separate and pooled, inherited, and refused with the line of the limit."""

from __future__ import annotations

import json
import re

import pytest

from sim.core.errors import InputError
from sim.scenario import Budgets, load_scenario

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


def test_money_counts_by_the_year_whatever_its_dates(write, area, table):
    text = with_budgets("council: 200_000").replace("gbp_per_year: 200_000", "gbp_per_year: 2e5, ends: 2027-05-01")
    assert loaded(write, area, table, text).budgets.limits == {"council": 2e5}
    with pytest.raises(InputError, match="spends 200,000"):
        loaded(write, area, table, text.replace("council: 200_000", "council: 199_999"))


def test_pooled_money_of_one_payer_covers_another(write, area, table):
    lines = ("pcc: 100_000", "council: 500_000")
    with pytest.raises(InputError, match="'pcc' spends 400,000"):
        loaded(write, area, table, with_budgets(*lines))
    assert loaded(write, area, table, with_budgets("mode: pooled", *lines)).budgets.is_pooled


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        (["pcc: 399_999"], 0, "'pcc' spends 400,000 GBP a year, more than its budget of 399,999"),
        (["pcc: 399_999"], 0, "allowed: purchases of at most 399_999 GBP a year, or a budget of 400_000"),
        (["council: 300_000", "pcc: 300_000"], 1, "or 'mode: pooled', in which others' money is left,"),
        (["council: 200_000", "pcc: 0"], 1, "more than its budget of 0"),
        (["mode: pooled", "pcc: 599_999"], 0, "the payers together spend 600,000 GBP a year, more than the pooled"),
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
        "5:budgets.mode: 'pcc' spends 400,000 GBP a year, more than its budget of 300,000 (line 13 of "
    )
    assert "first.yaml); allowed: purchases of at most 300_000" in said
    money = "levers:\n  - {lever: keyworkers, gbp_per_year: 50_000}\n"
    assert refused(money).startswith("6:levers[1].gbp_per_year: the payers together spend 650,000 GBP a year")
    assert refused("budgets: {nhs: 0}\n").startswith("5:budgets.nhs: the payers together spend 600,000 GBP a year")
    both = refused(money + "budgets: {mode: separate, pcc: 4e5}\n")
    assert both.startswith(
        "7:budgets.mode: 'council' spends 250,000 GBP a year, more than its budget of 200,000 (line 12"
    )
