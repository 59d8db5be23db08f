"""`instead:` takes purchases of extended scenarios out, by lever or all; what names none of them is refused."""

from __future__ import annotations

import pytest

from sim.core.errors import InputError
from sim.scenario import load_scenario

FIRST = """\
name: first
title: The first
description: For a test.
extends: baseline.yaml
levers:
  - {lever: navigators, gbp_per_year: 300_000, places: [bristol]}
  - {lever: keyworkers, gbp_per_year: 200_000}
  - {lever: keyworkers, gbp_per_year: -40_000, places: [plymouth]}
"""
OWN = "name: bought\ntitle: Another\ndescription: For a test.\nextends: first.yaml\n"


@pytest.fixture
def loaded(write, area, table):
    write(FIRST, "first.yaml")
    return lambda text: load_scenario(write(text), area=area, parameters=table)


def money(scenario):
    return [(bought.lever, bought.gbp_per_year) for bought in scenario.levers]


@pytest.mark.parametrize(
    ("instead", "left"),
    [
        ("", [("navigators", 3e5), ("keyworkers", 2e5), ("keyworkers", -4e4)]),
        ("instead: [keyworkers]\n", [("navigators", 3e5)]),
        ("instead: keyworkers\n", [("navigators", 3e5)]),
        ("instead: [navigators, keyworkers]\n", []),
        ("instead: all\n", []),
        ("instead: [all]\n", []),
    ],
)
def test_named_levers_or_all_leave_with_their_cuts_and_what_is_bought_stands_in_their_place(instead, left, loaded):
    bought = "levers:\n  - {lever: keyworkers, gbp_per_year: 90_000, places: [exeter]}\n"
    assert money(loaded(OWN + instead + bought)) == [*left, ("keyworkers", 9e4)]
    assert money(loaded(OWN + instead)) == left


def test_a_budget_counts_what_stands_and_not_what_was_replaced(loaded):
    bought = "levers:\n  - {lever: keyworkers, gbp_per_year: 90_000}\nbudgets: {council: 90_000}\n"
    assert loaded(OWN + "instead: keyworkers\n" + bought).budgets.limits == {"council": 9e4}
    with pytest.raises(InputError, match="'council' spends 290,000"):
        loaded(OWN + bought)


def test_a_cut_may_stand_in_the_place_of_one_that_took_all(loaded, write):
    write(FIRST.replace("gbp_per_year: -40_000", "percent_of_today: -100"), "first.yaml")
    cut = "levers:\n  - {lever: keyworkers, percent_of_today: -60, places: [plymouth]}\n"
    assert [bought.percent_of_today for bought in loaded(OWN + "instead: keyworkers\n" + cut).levers] == [None, -60]
    with pytest.raises(InputError):
        loaded(OWN + cut)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (OWN + "instead: [keyworker]\n", ":5:instead[1]: 'keyworker' is not a lever, or the word all"),
        (OWN + "instead: [keyworker]\n", "did you mean 'keyworkers'?"),
        (OWN + "instead: [peer_workers]\n", "what is extended buys no 'peer_workers'; allowed: navigators, keyworkers"),
        (OWN + "instead: [all, keyworkers]\n", "'all' stands beside levers; allowed: all by itself, or levers"),
        (OWN + "instead: [keyworkers, keyworkers]\n", "'keyworkers' stands twice"),
        (OWN + "instead: []\n", "is an empty list"),
        (OWN + "instead: 3\n", "'3' is not a list"),
        (OWN.replace("first.yaml", "baseline.yaml") + "instead: all\n", "buys nothing that could be replaced"),
        (
            OWN.replace("extends: first.yaml", "starts: 2027-04-01") + "instead: all\n",
            "replaces purchases of a scenario that is extended, and none is; allowed: with 'extends:'",
        ),
    ],
)
def test_what_replaces_nothing_is_one_sentence(text, words, loaded):
    with pytest.raises(InputError) as refused:
        loaded(text)
    assert words in str(refused.value) and refused.value.others == ()


def test_a_lever_that_may_have_been_bought_is_not_refused_beside_another_mistake(loaded, write):
    write(FIRST.replace("lever: navigators", "lever: navigatr"), "first.yaml")
    with pytest.raises(InputError) as refused:
        loaded(OWN + "instead: navigators\n")
    assert "navigatr" in str(refused.value) and refused.value.others == ()
