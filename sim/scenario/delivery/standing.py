"""What stands today of the services that can be cut: units a year under a draw, where they stand, and words for them.

A lever that can be cut has its entry here. What no entry tells begins at none in the model, whatever there may be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.population.short_stay import beds_per_release
from sim.scenario.delivery.context import DeliveryContext
from sim.scenario.delivery.records import Floats
from sim.scenario.levers import LEVERS
from sim.scenario.levers.eligibility import keyworkers_at_hubs
from sim.scenario.levers.lever import FOR, MOST_DISADVANTAGED, OPERATING_DAYS
from sim.scenario.scenario import Purchase

EACH_WAY = 2.0  # directions of a link
EVERYBODY = "everybody"  # word of the option that says whom keyworkers are for


class Standing(NamedTuple):
    """A service of today.

    units: f8[n], units of the lever at full strength in a year under the draw, by prison, by place, by link (weekdays,
    then Sundays) or one number for the whole area, as the lever is bought; of keyworkers those for whom the purchase
    is. too_much: what a larger cut
    does. noun: units in words; stands: what they do, after them.
    """

    units: Callable[[DeliveryContext, Purchase], Floats]
    too_much: str
    noun: str
    stands: str


def is_for_everybody(bought: Purchase) -> bool:
    """Whether keyworkers are bought or cut for everybody whom the hub treats, not for people leaving prison alone."""
    return bought.options.get(FOR, LEVERS["keyworkers"].defaults[FOR]) == EVERYBODY


def chooses_by_need(bought: Purchase) -> bool:
    """Whether what is bought goes first to people of the highest need that can be seen."""
    return bought.options.get(FOR) == MOST_DISADVANTAGED


def posts_today(context: DeliveryContext, bought: Purchase) -> Floats:
    """f8[n_places], keyworker posts that stand today for those whom a purchase is for."""
    if is_for_everybody(bought):
        return keyworkers_at_hubs(context.draw, context.demand)
    return context.demand.staff_per_place


def whose_time(context: DeliveryContext, bought: Purchase) -> str:
    """How little of the time of keyworkers for everybody people leaving prison have; '' where it is all theirs."""
    if bought.lever != "keyworkers" or not is_for_everybody(bought):
        return ""
    share = context.draw["service.leavers_share"]
    part = "a tenth" if f"{share:.2f}" == "0.10" else f"{share:.0%}"
    return f"of this time people leaving prison have about {part}; what it does to others is not counted"


def beds_today(context: DeliveryContext, bought: Purchase) -> Floats:
    """f8[1], short-stay beds of today in the whole area."""
    releases = float(context.demand.releases_per_year.sum()) * context.demand.planned_share
    return np.array([beds_per_release(context.draw) * releases])


def units_there(context: DeliveryContext, bought: Purchase) -> NDArray[np.intp]:
    """Columns of a cut among the units of today: prisons, places, links, or the one of the whole area."""
    takes = LEVERS[bought.lever].takes
    if "links" in takes:
        first = len(context.area.links) if bought.options["when"] == "sunday" else 0
        return np.array([first + context.area.link_index[name] for name in bought.links], dtype=np.intp)
    if "prisons" in takes:
        return context.prisons(bought)
    return context.places(bought) if "places" in takes else np.zeros(1, dtype=np.intp)


def in_words(bought: Purchase) -> str:
    """What stands today of what a cut takes away: 'posts for people leaving prison that stand there'."""
    standing = STANDING[bought.lever]
    alone = bought.lever == "keyworkers" and not is_for_everybody(bought)
    return f"{standing.noun}{' for people leaving prison' if alone else ''} {standing.stands}"


def _kits(context: DeliveryContext, bought: Purchase) -> Floats:
    return _with_opiate_need(context) * context.draw["overdose.naloxone_held"]


def _on_treatment(context: DeliveryContext, bought: Purchase) -> Floats:
    return _with_opiate_need(context) * context.draw["population.ost_at_release"]


def _with_opiate_need(context: DeliveryContext) -> Floats:
    return context.demand.people_per_year * context.demand.opiate_share


def _bridging_posts(context: DeliveryContext, bought: Purchase) -> Floats:
    """A post that is paid in full reaches `lever.bridged_reached`, so that today's part is what is bridged over it."""
    today, reached = context.draw["treatment.bridged_at_release"], context.draw["lever.bridged_reached"]
    has_leavers = context.demand.releases_per_year > 0.0
    return np.asarray(has_leavers * (today / max(today, reached)))


def _trips_today(context: DeliveryContext, bought: Purchase) -> Floats:
    """f8[2 x links], one-way trips a year of today's timetable, both ways: on weekdays, then on Sundays."""
    return np.concatenate([
        [EACH_WAY * OPERATING_DAYS[when] * link.departures(day_type) for link in context.area.links]
        for when, day_type in (("daytime", "weekday"), ("sunday", "sunday"))
    ])  # fmt: skip


STANDING: Mapping[str, Standing] = {
    "naloxone_at_release": Standing(_kits, "cuts more kits than there are", "kits a year", "that go out there"),
    "ost_at_release": Standing(
        _on_treatment, "cuts more treatment than there is", "people a year", "who leave on treatment there"
    ),
    "bridging_script": Standing(
        _bridging_posts, "cuts more bridging posts than there are", "quarter posts", "that stand there"
    ),
    "keyworkers": Standing(posts_today, "cuts more keyworker posts than there are", "posts", "that stand there"),
    "cas3_beds": Standing(beds_today, "cuts more short-stay beds than there are", "beds", "that stand in the area"),
    "bus_trips": Standing(
        _trips_today, "cuts more bus trips than there are", "one-way trips a year", "that run there on such days"
    ),
}
"""By lever."""
