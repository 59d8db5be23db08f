"""The money rule on the engine: a pound buys the same whatever the dates of its purchase, and sums add up.

Measured over twelve seeds of 2,200 people (sim/MODEL.md has the table): per 100,000 GBP outcomes from day 0, 180
and 300 lie within 20% of one another or of luck, and within 25% of a purchase that ends on day 180, for supported and
short-stay beds, keyworkers and Housing First that is not mostly empty. What is left lies in the world and not in its
money, since used money is the price of each night and each day of support, whatever the dates (below):
    Housing First of 1.5m stands four fifths empty; when its money ends nobody pays for empty homes any more.
    A team of navigators that ends gives whoever it takes on two thirds as many days of support, most of them in the
    first weeks, in which nearly all that it does for somebody is done.
"""

from __future__ import annotations

import numpy as np
import pytest
from engine_ground import Ground
from paired_money import SPENT, Runs, purchase

from sim.engine.purchase_use import counted_purchases
from sim.engine.usage import EARLY_CHANGES
from sim.outcomes.payers import ITEMS
from sim.population.codes import COMMUNITY, HOUSING_FIRST_SERVICE, NAVIGATOR_SERVICE, SUPPORTED_SERVICE
from sim.scenario.levers import PAYERS

HOMES = ("homes", "homes end")
OF_LIVES = tuple(item.measure for item in ITEMS.values())


@pytest.fixture(scope="module")
def few(ground: Ground) -> Runs:
    """Two seeds of beds for ever, late beds, beds that end, teams, homes, depots and three cuts."""
    base = ground.scenario("baseline")
    return Runs(
        ground,
        {
            "beds": purchase(base, "supported_beds", 2e6),
            "late": purchase(base, "supported_beds", 2e6, 300),
            "ends": purchase(base, "supported_beds", 2e6, 0, 180),
            "never": purchase(base, "supported_beds", 2e6, 800),
            "kits": purchase(base, "naloxone_at_release", 1e6),
            "team": purchase(base, "navigators", 1e6),
            "team ends": purchase(base, "navigators", 1e6, 0, 180),
            "homes": purchase(base, "housing_first", 2e5),
            "homes end": purchase(base, "housing_first", 2e5, 0, 180),
            "depots": purchase(base, "depot_buprenorphine", 3e5),
            "booked": purchase(base, "booked_before_release", 15_000.0),
            "fewer keyworkers": purchase(base, "keyworkers", -213_000.0),
            "many fewer keyworkers": purchase(base, "keyworkers", -600_000.0),
            "fewer beds": purchase(base, "cas3_beds", -600_000.0),
        },
        seeds=2,
    )


def test_a_pound_of_beds_buys_the_same_nights_whenever_they_begin(few: Runs) -> None:
    nights = {
        name: few.apart(name, "rough_sleeping_days").sum() / few.apart(name, *SPENT).sum() for name in few.names[1:4]
    }
    assert nights["late"] == pytest.approx(nights["beds"], rel=0.2)
    assert nights["ends"] == pytest.approx(nights["beds"], rel=0.4)  # of two seeds; twelve are held to 25%


def test_a_purchase_for_ever_counts_its_yearly_sum(few: Runs) -> None:
    """Its ramp apart: posts and beds cost from the day on which they are filled."""
    assert few.apart("beds", "paid_from_first_day_gbp").mean() == pytest.approx(2e6, rel=0.075)
    assert few.apart("beds", *SPENT).mean() < few.apart("beds", "paid_from_first_day_gbp").mean()


def test_what_begins_after_the_last_counted_day_costs_nothing(few: Runs) -> None:
    assert few.apart("never", *SPENT).tolist() == [0.0, 0.0]
    assert few.apart("never", "cost_total_gbp").tolist() == [0.0, 0.0]


def test_payers_add_up(few: Runs) -> None:
    """What is spent and what lives cost are the total, payer by payer and over all of them; stock that nobody took
    stands beside what is spent, and both are the money of the kits."""
    items = [item.measure for item in ITEMS.values()]
    for name in few.names[1:]:
        assert few.apart(name, *SPENT, *items) == pytest.approx(few.apart(name, "cost_total_gbp"), abs=0.01)
        for payer in PAYERS:
            own = [item.measure for item in ITEMS.values() if item.payer == payer]
            cost = few.apart(name, f"cost_{payer}_gbp")
            assert few.apart(name, f"spent_{payer}_gbp", *own) == pytest.approx(cost, abs=0.01)
    money_in = few.apart("kits", *SPENT, "unused_stock_gbp").mean()
    assert money_in == pytest.approx(1e6, rel=0.06) and few.apart("kits", "unused_stock_gbp").min() > 0.0


@pytest.mark.parametrize(
    ("name", "gbp"), [("fewer keyworkers", 213_000), ("many fewer keyworkers", 600_000), ("fewer beds", 600_000)]
)
def test_a_cut_saves_no_more_than_itself_and_what_use_frees(few: Runs, name: str, gbp: float) -> None:
    """A cut of 213,000 saved a council 587,000 when posts were paid for by the day in treatment, too."""
    saved = -few.apart(name, *SPENT)
    assert (saved > 0.0).all() and (saved <= 1.06 * gbp).all()
    assert few.apart(name, "cost_total_gbp") == pytest.approx(few.apart(name, *OF_LIVES) - saved, abs=0.01)
    assert few.apart(name, "idle_gbp").tolist() == [0.0, 0.0]
    council = -few.apart(name, "cost_council_gbp")
    drugs = few.apart(name, "knock_on_treatment_gbp")  # all that varies with a day in treatment
    assert (council <= 1.06 * gbp + np.maximum(-drugs, 0.0)).all()
    if "keyworkers" in name:
        days = few.apart(name, "treatment_days")
        assert (days < 0.0).all() and (-drugs <= -days * 3920 / 365).all()  # a year of OST costs 3,920, staff included


def test_people_booked_before_release_pay_no_post_twice(few: Runs) -> None:
    """15,000 a year of training cost a council 39,000, since more people in treatment were charged their keyworkers."""
    assert few.apart("booked", "spent_council_gbp").mean() == pytest.approx(15_000.0, rel=0.15)  # its ramp left out
    beyond = few.apart("booked", "cost_council_gbp") - few.apart("booked", "spent_council_gbp")
    assert beyond == pytest.approx(few.apart("booked", "knock_on_treatment_gbp"), abs=0.01)
    days = few.apart("booked", "treatment_days").mean()  # half of a year of OST is drug, dispensing and supervision
    assert 0.0 < beyond.mean() <= days * 1960 / 365 and few.apart("booked", "cost_council_gbp").mean() < 20_000.0


@pytest.mark.parametrize(
    ("names", "service_type", "a_year", "within"),
    [
        (("beds", "late", "ends"), SUPPORTED_SERVICE, 19_231, 0.05),
        (("homes", "homes end"), HOUSING_FIRST_SERVICE, 11_957, 0.1),  # of a few homes, each there or not in a run
        (("team", "team ends"), NAVIGATOR_SERVICE, 46_000 / 20, 0.03),
    ],
)
def test_used_money_is_the_price_of_each_night_whatever_the_dates(few, names, service_type, a_year, within) -> None:
    """A supported bed costs 19,231 a year, a Housing First home 11,957, a place on a navigator's caseload of twenty
    46,000 / 20: so much is what is spent and not idle for each night that somebody counted holds one. The ramp and the
    tail make no difference."""
    for name in names:
        assert few.used(name) / few.nights(name, service_type) == pytest.approx(a_year / 365, rel=within)


def test_homes_that_end_do_as_much_for_their_money(few: Runs) -> None:
    nights = [-few.apart(name, "rough_sleeping_days").sum() / few.apart(name, *SPENT).sum() for name in HOMES]
    assert nights[1] == pytest.approx(nights[0], rel=0.4)  # of two seeds; twelve are held to 25%


def test_a_team_that_opens_is_met_by_people_released_before_it(ground: Ground, few: Runs) -> None:
    """On the first evening of a team its queue holds people who have been out for weeks, released before the study some
    of them, and nobody who has been out for six."""
    world = few.simulator.world(few.names.index("team"), 0, 0)
    opens = int(world.services["opens"][world.services["service_type"] == NAVIGATOR_SERVICE].min())
    world.run_to(opens + 1)
    waits = world.people["key"][:, NAVIGATOR_SERVICE] != 0
    out_for = opens - world.people["latest_release"][waits & (world.people["status"] == COMMUNITY)]
    assert len(out_for) > 3 and 7 < out_for.max() < 42
    assert not world.counted[waits].all()


def test_depots_cost_the_injections_that_are_given(few: Runs) -> None:
    """239.70 a dose, not uprated, and no daily treatment beside it: whole doses over what was bought, at the same
    price; while somebody is on a depot, no daily price is charged."""
    doses = []
    for seed in range(few.seeds):
        world = few.simulator.world(few.names.index("depots"), 0, seed)
        world.run_to(world.days)
        doses.append(int(world.people["injections"][world.counted].sum()))
        assert 0 < world.people["injections"][world.counted].max() <= 14 + world.people["releases"].max()
    assert few.apart("depots", "spent_nhs_gbp") * few.scale == pytest.approx(239.70 * np.array(doses))
    assert few.apart("depots", "spent_nhs_gbp").mean() == pytest.approx(3e5, rel=0.2)
    assert (few.apart("depots", "knock_on_treatment_gbp") < 0.0).all()


def test_three_weeks_have_a_window_of_their_own(few: Runs) -> None:
    """Counted over people within three weeks of release, money for ever is its yearly sum, too; beds that end on day
    180 count nearly that half year, since whoever comes to need them then was released in it."""
    early = {name: few.apart(name, "spent_21_days_gbp").mean() for name in ("beds", "ends", "never", "kits")}
    assert early["beds"] == pytest.approx(2e6, rel=0.2) and early["never"] == 0.0
    assert early["kits"] == pytest.approx(few.apart("kits", *SPENT).mean(), rel=0.2)
    assert early["ends"] < 0.62 * early["beds"]


def test_the_people_counted_are_part_of_everybody_and_leave_in_the_end(ground: Ground, few: Runs) -> None:
    world = few.simulator.world(few.names.index("ends"), 0, 0)
    world.run_to(world.days)
    everybody, counted = world.usage[world.first_day :, :, 0], world.usage[world.first_day :, :, 1]
    assert (counted >= 0).all() and (counted <= everybody).all() and counted[200].sum() > 0
    assert counted[-1, :-1].sum() == 0  # everybody counted was released before day 365 and followed for 365 days
    assert [world.services["load"].tolist(), world.services["load_counted"].tolist()] == [
        everybody[-1, :-1].tolist(), counted[-1, :-1].tolist(),
    ]  # fmt: skip
    ended = world.usage[world.first_day :, :, 2].sum(axis=1)
    assert not ended[:180].any() and ended[181] > 0 and ended[-1] < ended[181] / 4
    early = np.cumsum(world.usage[:, :-1, EARLY_CHANGES], axis=0)
    assert (early >= 0).all() and (early[:, :, 1] <= early[:, :, 0]).all() and not early[-1, :, 1].any()
    assert (early[world.first_day :, :, 0] <= everybody[:, :-1]).all() and early[200].sum() > 0
    ((flow, money),) = counted_purchases(world)
    assert flow.lever == "supported_beds" and 0.0 < money.idle < money.spent < money.from_first_day
