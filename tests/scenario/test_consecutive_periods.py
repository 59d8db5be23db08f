"""One purchase after another is one purchase: no second ramp, no double sum, the end on the day it says."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from delivery_ground import ALL, DAYS, START, amounts, differing, purchase, scenario

from sim.scenario import LEVERS, deliver, load_scenario
from sim.scenario.periods import as_one, rate_of

PERIODS = ((0, 200), (200, 400))
CUTS = {"naloxone_at_release", "ost_at_release", "bridging_script", "keyworkers", "cas3_beds"}


def periods(lever: str, *sums: float):
    spans = [(200 * n, 200 * (n + 1)) for n in range(len(sums))]
    return [purchase(lever, gbp, *span, **ALL[lever]) for gbp, span in zip(sums, spans, strict=True)]


@pytest.mark.parametrize("lever", LEVERS)
def test_two_periods_of_one_purchase_deliver_what_one_of_both_does(lever, draw, demand, area):
    """Day for day and worker for worker the same; in either order of the file, and no day after the second ends."""
    early, late = periods(lever, 90_000, 90_000)
    one = deliver(scenario(purchase(lever, 90_000, 0, 400, **ALL[lever])), draw, demand, area, DAYS)
    for order in ((early, late), (late, early)):
        two = deliver(scenario(*order), draw, demand, area, DAYS)
        assert differing(amounts(one), amounts(two)) == []
        assert two.spend == one.spend and two.spend[0]["end_day"] == 400
    nothing = amounts(deliver(scenario(), draw, demand, area, DAYS))
    assert all(np.array_equal(now[400:], nothing[name][400:]) for name, now in amounts(one).items())


@pytest.mark.parametrize("lever", sorted(CUTS))
def test_two_periods_of_one_cut_take_away_what_one_of_both_does(lever, draw, demand, area):
    cuts = [purchase(lever, 0.0, *span, percent_of_today=-10.0) for span in ((0, 400), *PERIODS)]
    one, two = (deliver(scenario(*levers), draw, demand, area, DAYS) for levers in (cuts[:1], cuts[1:]))
    assert differing(amounts(one), amounts(two)) == [] and one.spend == two.spend


def test_only_what_is_added_fills_anew_and_only_what_is_taken_off_ends(draw, demand, area):
    """Two beds' money, then five, then three: two all along, three from day 200, of which one goes on to day 600."""
    price = draw["cost.supported_bed_year"]
    found = deliver(scenario(*periods("supported_beds", 4 * price, 10 * price, 6 * price)), draw, demand, area, 700)
    spans = [(entry["units"], entry["first_day"], entry["end_day"]) for entry in found.spend]
    assert spans == [(pytest.approx(4), 0, 600), (pytest.approx(2), 200, 600), (pytest.approx(4), 200, 400)]
    last, middle = ((START + timedelta(days=day)).isoformat() for day in (600, 400))
    assert [entry["ends"] for entry in found.spend] == [last, last, middle]
    ramp = draw["lever.ramp_days"]
    assert max(bed.bed_starts.max() for bed in found.beds if bed.first_day == 0) < ramp
    assert min(bed.bed_starts.min() for bed in found.beds if bed.first_day == 200) > 200


def test_the_date_of_an_end_beyond_the_run_stands_and_what_goes_on_has_none(draw, demand, area):
    early, late = periods("navigators", 90_000, 90_000)
    goes_on = purchase("navigators", 90_000, 200, None, **ALL["navigators"])
    for second, ends in ((late, (START + timedelta(days=400)).isoformat()), (goes_on, "")):
        (entry,) = deliver(scenario(early, second), draw, demand, area, 300).spend
        assert (entry["end_day"], entry["ends"]) == (300, ends)


def test_every_day_has_the_money_that_was_written():
    sums = (300.0, 100.0, 100.0, 500.0, 200.0)
    written = periods("navigators", *sums)
    for order in (written, written[::-1], [written[2], written[0], written[4], written[1], written[3]]):
        joined = as_one(order)
        assert len(joined) == 4  # 100 all along; 200 in the first; 100 in the last two; 300 more in the fourth
        for n, gbp in enumerate(sums):
            day = START + timedelta(days=200 * n + 7)
            assert sum(one.gbp_per_year for one in joined if one.starts <= day < one.ends) == gbp


def test_other_places_payers_and_gaps_stay_apart():
    for other in (
        purchase("navigators", 9e4, 201, 400, places=("bristol",)),
        purchase("navigators", 9e4, 200, 400, places=("exeter",)),
        purchase("navigators", 9e4, 200, 400, places=("bristol",), payer="council"),
        purchase("navigators", 9e4, 200, 400, places=("bristol",), options={"for": "most_disadvantaged"}),
        purchase("navigators", 9e4, 100, 400, places=("bristol",)),
    ):
        first = purchase("navigators", 9e4, 0, 200, places=("bristol",))
        assert as_one((first, other)) == (first, other)


def test_a_year_costs_what_flows_at_once(area, table):
    """Fault M1: 400,000 until a year on and 400,000 from then on are 400,000 a year; cuts count on their days."""
    two = [{"lever": "keyworkers", "gbp_per_year": 400_000, "ends": "2028-04-01"},
           {"lever": "keyworkers", "gbp_per_year": 400_000, "starts": "2028-04-01"}]  # fmt: skip
    content = {"name": "mine", "title": "Mine", "description": "Some.", "extends": "baseline", "levers": two}
    assert load_scenario(content, area=area, parameters=table).gbp_per_year == 400_000
    cut, beds = purchase("keyworkers", -300.0), purchase("supported_beds", 200.0, 10, 40)
    assert rate_of([cut, beds]) == -300.0 and rate_of([beds]) == 200.0 and rate_of([]) == 0.0
    assert rate_of([beds, purchase("navigators", 100.0, 39)]) == 300.0
