"""More posts at one place than a run can follow are refused at the purchase with which they are too many."""

from __future__ import annotations

import pytest

from sim.core.errors import InputError
from sim.experiment.requests import set_up_comparison
from sim.scenario import load_scenario

HEAD = "name: bought\ntitle: Something bought\ndescription: For a test.\nextends: baseline.yaml\n"
POST = 46_000  # GBP a year at reference prices (cost.keyworker_year), of a keyworker and of a navigator


def purchases(lever: str, *posts: int, more: str = ", places: [bristol]") -> str:
    entries = [f"  - {{lever: {lever}, gbp_per_year: {POST * n}{more}}}\n" for n in posts]
    return f"levers:\n{''.join(entries)}"


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        (purchases("keyworkers", 2_001), 6, r"2,001 posts of 'keyworkers' in Bristol; allowed: at most 2,000 in one"),
        (purchases("keyworkers", 1_500, 400, 101), 8, r"levers\[3\]\.gbp_per_year: .* 2,001 posts of 'keyworkers' in"),
        (purchases("navigators", 4_001), 6, "4,001 posts of 'navigators' in Bristol; allowed: at most 4,000 in one"),
        (
            purchases("keyworkers", 120, 81, more="") + "budgets: {mode: pooled, council: 1e9}\n",
            7,
            "201 posts of 'keyworkers' out of a pooled budget; allowed: at most 200 in all, at 46,000 GBP a year",
        ),
    ],
)
def test_one_more_than_can_be_followed_is_refused_where_it_stands(write, area, table, body, line, words):
    with pytest.raises(InputError, match=rf"\.yaml:{line}:.*{words}"):
        load_scenario(write(HEAD + body), area=area, parameters=table)


@pytest.mark.parametrize(
    "body",
    [
        purchases("keyworkers", 1_500, 500),
        purchases("navigators", 4_000),
        purchases("keyworkers", 120, 80, more="") + "budgets: {mode: pooled, council: 1e9}\n",
        purchases("navigators", 4_000)
        + purchases("navigators", 4_000, more=", places: [plymouth]").removeprefix("levers:\n"),
        purchases("keyworkers", 5_000, more=""),  # spread over the region
    ],
)
def test_as_many_as_can_be_followed_are_bought(write, area, table, body):
    assert load_scenario(write(HEAD + body), area=area, parameters=table).gbp_per_year > 0


def test_the_same_money_for_all_is_held_to_it_too():
    with pytest.raises(
        InputError, match=r"at 1,000,000,000 GBP a year for 'navigators_two_cities', with this purchase"
    ):
        set_up_comparison(["navigators_two_cities"], equal_money=1_000_000_000)
