"""Whom a purchase chooses: what a scenario may say of it, what is delivered and what is told."""

from __future__ import annotations

import numpy as np
import pytest
from delivery_ground import DAYS, purchase, scenario

from sim.core.errors import InputError
from sim.scenario import LEVERS, deliver, load_scenario

CAN_CHOOSE = ("navigators", "womens_centre", "peer_workers", "housing_first")
NEED = {"options": {"for": "most_disadvantaged"}}
HEAD = "name: bought\ntitle: Something bought\ndescription: For a test.\nextends: baseline.yaml\nlevers:\n"


def one(lever: str, more: str = "", where: str = "places: [bristol]") -> str:
    return f"  - {{lever: {lever}, gbp_per_year: 5e5, {where}{more}}}\n"


def test_which_levers_can_choose():
    assert {name for name, lever in LEVERS.items() if "most_disadvantaged" in lever.options.get("for", ())} == set(
        CAN_CHOOSE
    )


@pytest.mark.parametrize("lever", CAN_CHOOSE)
def test_it_is_for_people_leaving_prison_unless_told(write, area, table, lever):
    for more, word in (("", "people_leaving_prison"), (", for: most_disadvantaged", "most_disadvantaged")):
        bought = load_scenario(write(HEAD + one(lever, more)), area=area, parameters=table).levers[0]
        assert bought.options == {"for": word}


@pytest.mark.parametrize(
    ("purchase", "told"),
    [
        (
            one("lifts", ", for: most_disadvantaged"),
            r":6:.*'lifts' cannot be bought for most_disadvantaged; allowed: that with 'navigators', "
            r"'womens_centre', 'peer_workers' and 'housing_first'$",
        ),
        (
            one("keyworkers", ", for: most_disadvantaged", "places: [bristol]"),
            r":6:.*'keyworkers' cannot be bought for most_disadvantaged; allowed: that with 'navigators', ",
        ),
        (
            one("lifts", ", for: anybody"),
            r":6:.*'lifts' cannot choose whom it is for; allowed: 'for:' with 'navigators', ",
        ),
        (
            one("navigators", ", for: everybody"),
            r":6:.*'everybody' is not one of the words for 'for'; allowed: people_leaving_prison, most_disadvantaged",
        ),
        (one("navigators", ", for: most_disadvantage"), r":6:.*'most_disadvantage' is not .*'most_disadvantaged'"),
        (
            one("navigators") + one("navigators", ", for: most_disadvantaged", "places: [plymouth, bristol]"),
            r":7:.*'navigators' in Bristol, City of is bought for most_disadvantaged here and for "
            r"people_leaving_prison before it; allowed: 'for: people_leaving_prison', or another council",
        ),
        (
            one("womens_centre", ", for: most_disadvantaged", "councils: [Plymouth]")
            + "  - {lever: womens_centre, gbp_per_year: 5e5}\n",
            r":7:.*'womens_centre' in .* is bought for people_leaving_prison here and for most_disadvantaged before it",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_in_one_sentence(write, area, table, purchase, told):
    with pytest.raises(InputError, match=told) as found:
        load_scenario(write(HEAD + purchase), area=area, parameters=table)
    assert found.value.others == ()


def test_two_levers_and_two_councils_may_choose_apart(write, area, table):
    text = one("navigators") + one("navigators", ", for: most_disadvantaged", "places: [plymouth]")
    text += one("peer_workers", ", for: most_disadvantaged") + one("navigators", where="places: [bristol]")
    assert len(load_scenario(write(HEAD + text), area=area, parameters=table).levers) == 4


def test_as_much_is_delivered_by_need_as_without(draw, demand, area):
    """The same posts, places and money; only whose they are differs."""
    for lever, where in (("navigators", "bristol"), ("housing_first", "bristol"), ("peer_workers", "bristol"),
                         ("womens_centre", "bristol")):  # fmt: skip
        plain, by_need = (
            deliver(scenario(purchase(lever, 3e5, places=(where,), **more)), draw, demand, area, DAYS)
            for more in ({}, NEED)
        )
        assert [{**line, "option": ""} for line in plain.spend] == [{**line, "option": ""} for line in by_need.spend]
        assert [team.posts for team in plain.teams] == [team.posts for team in by_need.teams]
        assert [beds.beds for beds in plain.beds] == [beds.beds for beds in by_need.beds]
        flags = [each.by_need for each in (*by_need.teams, *by_need.beds)]
        assert all(flags) and not any(each.by_need for each in (*plain.teams, *plain.beds))
        for name in ("peer_worker", "womens_centre"):
            assert np.array_equal(plain.home[name], by_need.home[f"{name}_by_need"])
            assert not plain.home[f"{name}_by_need"].any() and not by_need.home[name].any()
            assert plain.home[name].any() == (lever.removesuffix("s") == name)
