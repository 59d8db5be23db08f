"""Keyworkers for people leaving prison, and for everybody whom a hub treats: what is loaded, delivered and told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from delivery_ground import DAYS, purchase, scenario

from sim.core.errors import InputError
from sim.evidence import load_parameters
from sim.scenario import Budgets, deliver, keyworker_posts
from sim.scenario.delivery.whose import EVERYBODY_ELSE, LEAVING_PRISON
from sim.scenario.levers.describe import catalogue

POST = 46_000
EVERYBODY = {"options": {"for": "everybody"}}
TORQUAY = {"places": ("torquay",)}


def one(more: str = "", gbp: str = "5e5") -> str:
    return f"  - {{lever: keyworkers, gbp_per_year: {gbp}{more}}}\n"


def test_posts_are_for_people_leaving_prison_unless_told(buy):
    asked = [buy(one(more)).levers[0].options for more in ("", ", for: people_leaving_prison", ", for: everybody")]
    assert asked == [{"for": "people_leaving_prison"}, {"for": "people_leaving_prison"}, {"for": "everybody"}]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (", for: everyone", "'everyone' is not one of the words for 'for'; allowed: people_leaving_prison, everybody"),
        (", for: everyone", "did you mean 'everybody'?"),
        (", for: [everybody]", "a list is not one of the words for 'for'"),
        (", fro: everybody", "'fro' is not a key of a purchase of 'keyworkers'"),
    ],
)
def test_other_words_are_refused(buy, more, told):
    with pytest.raises(InputError) as refused:
        buy(one(more))
    assert told in str(refused.value)


def test_each_record_says_for_whom(draw, demand, area):
    levers = [purchase("keyworkers", gbp, **TORQUAY, **whom) for gbp in (POST, -POST) for whom in ({}, EVERYBODY)]
    for made in (scenario(*levers), scenario(*levers[::-1])):
        found = deliver(made, draw, demand, area, DAYS).hub_posts
        assert sorted((round(hub.posts, 9), hub.for_everybody) for hub in found) == [
            (-1, False), (-1, True), (1, False), (1, True)
        ]  # fmt: skip
    moving = replace(scenario(*levers), budgets=Budgets("pooled"))
    assert [post.for_everybody for post in deliver(moving, draw, demand, area, DAYS).pooled] == [False, True]


def test_the_whole_hub_is_ten_times_the_posts_for_people_leaving_prison(draw, demand, area):
    bought = deliver(scenario(purchase("keyworkers", 2 * POST, **TORQUAY, **EVERYBODY)), draw, demand, area, DAYS)
    assert [(hub.posts, hub.for_everybody) for hub in bought.hub_posts] == [(pytest.approx(2), True)]
    assert bought.spend[0]["remark"] == (
        "100.0 posts stand there today; of this time people leaving prison have about a tenth; "
        "what it does to others is not counted"
    )
    few = {**draw, "service.leavers_share": 0.07}
    bought = deliver(scenario(purchase("keyworkers", POST, **TORQUAY, **EVERYBODY)), few, demand, area, DAYS)
    assert "of this time people leaving prison have about 7%; what it does" in bought.spend[0]["remark"]


def test_a_cut_for_everybody_may_take_the_whole_hub_and_no_more(draw, demand, area):
    cut = purchase("keyworkers", -150 * POST, **TORQUAY, **EVERYBODY)
    bought = deliver(scenario(cut), draw, demand, area, DAYS)
    assert sum(hub.posts for hub in bought.hub_posts) == pytest.approx(-100)
    assert all(hub.for_everybody for hub in bought.hub_posts)
    assert [line["units_used"] for line in bought.spend] == pytest.approx([-10, -90])
    assert bought.spend[0]["remark"].startswith(
        "of 100.0 posts that stand there today; of this time people leaving prison have about a tenth; "
        "what it does to others is not counted; 33% "
    )


def test_a_cut_for_people_leaving_prison_alone_says_nothing_of_others(draw, demand, area):
    cuts = [purchase("keyworkers", 0.0, **TORQUAY, percent_of_today=-10, **whom) for whom in ({}, EVERYBODY)]
    alone, everybody = (deliver(scenario(cut), draw, demand, area, DAYS).spend[0]["remark"] for cut in cuts)
    assert alone == "10% of 10.0 posts for people leaving prison that stand there today"
    assert everybody == (
        "10% of 100.0 posts that stand there today; of this time people leaving prison have about a tenth; "
        "what it does to others is not counted"
    )


def test_cuts_of_both_kinds_leave_no_post_for_people_leaving_prison_below_none(draw, demand, area):
    levers = [purchase("keyworkers", -8 * POST, **TORQUAY), purchase("keyworkers", -50 * POST, **TORQUAY, **EVERYBODY)]
    for made in (scenario(*levers), scenario(*levers[::-1])):
        found = deliver(made, draw, demand, area, DAYS).hub_posts
        gone = -sum(hub.posts * (draw["service.leavers_share"] if hub.for_everybody else 1.0) for hub in found)
        assert gone == pytest.approx(10)


def test_a_cut_is_held_against_the_posts_of_those_whom_it_is_for(buy, draw):
    here = keyworker_posts(draw)
    too_much = f"{-(here + 1) * POST:.0f}"
    with pytest.raises(
        InputError, match=f"down to -.*, the {here:.1f} posts for people leaving prison that stand there"
    ):
        buy(one(gbp=too_much))
    assert buy(one(", for: everybody", too_much)).levers[0].gbp_per_year < 0
    with pytest.raises(InputError, match=f"the {here / draw['service.leavers_share']:.1f} posts that stand there"):
        buy(one(", for: everybody", f"{-(10 * here + 10) * POST:.0f}"))


def test_the_catalogue_tells_the_word_that_need_not_be_given():
    (lever,) = catalogue(load_parameters(), name="keyworkers")
    assert lever.as_dict()["defaults"] == {"for": "people_leaving_prison"}
    assert len(lever.smallest) == 1 and not lever.smallest[0].options


def test_what_keyworkers_do_rests_on_the_rows_of_a_hub():
    (lever,) = catalogue(load_parameters(), name="keyworkers")
    assert [row.name for row in lever.effects] == [
        "service.caseload", "service.caseload_full", "service.first_part", "service.ring_fenced", "service.list_days",
        "service.contacts_per_worker_day",
    ]  # fmt: skip
    assert lever.grade == "assumed"


def test_a_handover_before_release_promises_no_date():
    (lever,) = catalogue(load_parameters(), name="booked_before_release")
    assert lever.title == "Handover to the hub made before release"
    assert "on the hub's list lever.booked_delay_days after it" in lever.changes
    assert "the hub's lead to a free first appointment comes on top" in lever.leaves_out


@pytest.mark.parametrize("sign", [1, -1])
def test_money_for_everybody_is_two_lines_and_only_one_is_a_cost_of_people_leaving_prison(sign, draw, demand, area):
    """Twenty posts for everybody: a tenth of the time, two posts' worth, is theirs; eighteen serve others."""
    both = scenario(purchase("keyworkers", sign * 20 * POST, **TORQUAY, **EVERYBODY))
    delivery = deliver(both, draw, demand, area, DAYS)
    theirs, others = delivery.spend
    assert (theirs["gbp_per_year"], others["gbp_per_year"]) == pytest.approx((sign * 2 * POST, sign * 18 * POST))
    assert (theirs["units"], others["units"]) == pytest.approx((sign * 2, sign * 18))
    assert (theirs["for_others"], others["for_others"]) == (False, True)
    assert theirs["option"] == LEAVING_PRISON and others["option"] == EVERYBODY_ELSE
    assert others["remark"] == "not in the cost of people leaving prison"
    assert [flow.for_others for flow in delivery.flows] == [False, True]
    assert [flow.gbp_per_year for flow in delivery.flows] == pytest.approx([sign * 2 * POST, sign * 18 * POST])
