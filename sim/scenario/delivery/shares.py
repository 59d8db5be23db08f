"""Levers of which a unit reaches so many people, appointments or posts: shares that rise from 0 with the money.

One table entry a lever: the array that it raises, who could be reached, and how many of them a unit reaches in a year.
A share is what the money reaches over who could be reached, never above 1, the same part of what is left everywhere
that a purchase names. What raises two arrays is not set against each other: a visit may have both a lift and a clinic
close to home, a person a practitioner in two settings, and the mechanism that reads them says which one counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.scenario.delivery import coverage as reach
from sim.scenario.delivery.context import DeliveryContext
from sim.scenario.delivery.records import HOME_SHARES, HUB_SHARES, PRISON_SHARES, Floats
from sim.scenario.levers import LEVERS
from sim.scenario.levers.lever import WEEKDAYS_PER_YEAR
from sim.scenario.reading.locations import HUB
from sim.scenario.reading.prerequisites import where_stands
from sim.scenario.scenario import Purchase

SUPPORT_DAYS = 183  # days for which a practitioner or a peer worker stays with a person, as a navigator does
KIT_DAYS = 28  # days after release in which a peer worker meets somebody to hand over a kit
TRIPS_PER_VISIT = 2.0  # there and back

Draw = Mapping[str, float]
Arrays = dict[str, Floats]


class Share(NamedTuple):
    """How the money of one lever becomes a share.

    array: name of the array, with {option} where the purchase chooses it. axis: 'home', 'hub' or 'prison'.
    could: f8[n], who could be reached in a year, by place or prison (for 'prison' the last is outside the area). each:
    how many of them one unit reaches in a year. who: those in words. whole_councils: a place stands for its council.
    """

    array: str
    axis: str
    could: Callable[[DeliveryContext], Floats]
    each: Callable[[Draw], float]
    who: str
    whole_councils: bool = False


def bought_shares(context: DeliveryContext) -> dict[str, Arrays]:
    """Every array of HOME_SHARES, HUB_SHARES and PRISON_SHARES by axis and name, f8[days, n]; 0 without a purchase."""
    n_places, n_prisons = len(context.area.places), len(context.area.prisons) + 1
    axes = (("home", HOME_SHARES, n_places), ("hub", HUB_SHARES, n_places), ("prison", PRISON_SHARES, n_prisons))
    arrays = {axis: {name: np.zeros((context.days, n)) for name in names} for axis, names, n in axes}
    for lever, share in SHARES.items():
        _raise(context, lever, share, arrays[share.axis])
    return arrays


def _raise(context: DeliveryContext, name: str, share: Share, arrays: Arrays) -> None:
    bought_here = [(n, bought, _columns(context, share, bought)) for n, bought in context.purchases(name)]
    if not bought_here:
        return
    lever, could, each = LEVERS[name], share.could(context), share.each(context.draw)
    for n, bought, named in sorted(bought_here, key=lambda entry: len(entry[2])):
        people = could * _stands(context, share, bought)
        columns = named[people[named] > 0.0]
        units = bought.gbp_per_year / lever.unit_cost(context.draw)
        wanted = units * each * context.strength(lever, bought)
        array = arrays[share.array.format(**bought.options)]
        used = reach.fill(array, columns, cap=1.0, people=people, units=wanted)
        note = f"enough for {_round(units * each)}; there are {_round(float(people[columns].sum()))} {share.who}"
        context.account(n, units, reach.used_part(used, wanted), note=note)


def _round(number: float) -> str:
    return f"{number:,.{0 if number >= 100.0 else 1}f}"


def _columns(context: DeliveryContext, share: Share, bought: Purchase) -> NDArray[np.intp]:
    if share.axis == "prison":
        return context.prisons(bought)
    named = context.places(bought)
    if not share.whole_councils:
        return named
    councils = {context.area.places[int(column)].local_authority for column in named}
    return np.array([n for n, p in enumerate(context.area.places) if p.local_authority in councils], dtype=np.intp)


def _stands(context: DeliveryContext, share: Share, bought: Purchase) -> Floats | float:
    """1 where what the lever needs stands open in the council."""
    if share.axis == "prison":
        return 1.0
    return where_stands(context.area, LEVERS[bought.lever].needs_beside(bought.options))


def _weights(context: DeliveryContext) -> Floats:
    """Where people come home to, sums to 1; 0 everywhere if nobody is released."""
    from sim.area import home_weights

    return np.asarray(home_weights(context.area)) * float(context.demand.releases_per_year.sum() > 0.0)


def _releases(context: DeliveryContext) -> Floats:
    """Releases a year by home."""
    return np.asarray(context.demand.releases_per_year.sum() * _weights(context))


def _women(context: DeliveryContext) -> Floats:
    return _releases(context) * context.draw["population.women_share"]


def _chemsex_need(context: DeliveryContext) -> Floats:
    """Men whose main need is neither opiates nor alcohol, with a chemsex need."""
    draw = context.draw
    elsewhere = draw["need.opiate_and_crack"] + draw["need.opiate_no_crack"] + draw["need.alcohol"]
    need = max(1.0 - elsewhere, 0.0) * draw["population.chemsex_need"]
    return _releases(context) * (1.0 - draw["population.women_share"]) * need


def _visits(context: DeliveryContext) -> Floats:
    """First appointments and contacts a year by home."""
    return _releases(context) * context.draw["lever.visits_per_release"]


def _far_visits(context: DeliveryContext) -> Floats:
    return _visits(context) * context.demand.far


def _with_a_fare(context: DeliveryContext) -> Floats:
    return _releases(context) * context.demand.fare_due


def _opiate_need(context: DeliveryContext) -> Floats:
    return _releases(context) * context.demand.opiate_share


def _police_and_probation(context: DeliveryContext) -> Floats:
    return _weights(context) * context.draw["lever.recognition_staff"]


def _councils(context: DeliveryContext) -> Floats:
    """Each place's part of its council, by where people come home to: 1 for a council's places together."""
    weights = _weights(context)
    council = np.unique([place.local_authority for place in context.area.places], return_inverse=True)[1]
    whole = np.bincount(council, weights=weights)[council]
    return np.divide(weights, whole, out=np.zeros_like(weights), where=whole > 0.0)


def _keyworkers(context: DeliveryContext) -> Floats:
    return context.demand.staff_per_place


def _hubs(context: DeliveryContext) -> Floats:
    """Open hubs that stand in each place, where anybody works."""
    sites = [service for service in context.area.services if service.kind == HUB and service.is_open]
    open_hubs = [context.area.place_index[site.place] for site in sites]
    standing = np.bincount(open_hubs, minlength=len(context.area.places)).astype(np.float64)
    return np.where(context.demand.staff_per_place > 0.0, standing, 0.0)


def _mental_health_need(context: DeliveryContext) -> Floats:
    """Releases a year of people with a mental health need, by the hubs that serve them."""
    draw, staff = context.draw, context.demand.staff_per_place
    women = draw["population.women_share"]
    need = (1.0 - women) * draw["population.mental_health_men"] + women * draw["population.mental_health_women"]
    by_hub = np.divide(staff, staff.sum(), out=np.zeros_like(staff), where=staff > 0.0)
    return np.asarray(context.demand.releases_per_year.sum() * by_hub * need)


def _leavers(context: DeliveryContext) -> Floats:
    return context.demand.releases_per_year


def _prisons(context: DeliveryContext) -> Floats:
    """Prisons from which somebody is released."""
    return (context.demand.releases_per_year > 0.0).astype(np.float64)


def _one(_: Draw) -> float:
    return 1.0


def _round_trip(_: Draw) -> float:
    return 1.0 / TRIPS_PER_VISIT


def _specialist(draw: Draw) -> float:
    return draw["lever.specialist_caseload"] * 365.0 / SUPPORT_DAYS


def _peer(draw: Draw) -> float:
    return draw["lever.intensive_caseload"] * 365.0 / SUPPORT_DAYS


def _peer_with_kits(draw: Draw) -> float:
    return draw["lever.intensive_caseload"] * 365.0 / KIT_DAYS


def _met_in_prison(draw: Draw) -> float:
    return draw["lever.meeting_people"] * draw["mutual_aid.inreach_delivered"] / draw["lever.meetings_each"]


def _remote(draw: Draw) -> float:
    return draw["service.contacts_per_worker_day"] * WEEKDAYS_PER_YEAR


def _outreach(draw: Draw) -> float:
    return _remote(draw) * draw["lever.outreach_contacts_part"]


SHARES: Mapping[str, Share] = {
    "inreach_meetings": Share("met_mutual_aid", "prison", _leavers, _met_in_prison, "people leaving prison a year"),
    "release_day_planning": Share("day_planned", "prison", _prisons, _one, "prisons from which people are released"),
    "trauma_training": Share("trauma_trained", "hub", _keyworkers, _one, "keyworkers"),
    "language_training": Share("language_trained", "hub", _keyworkers, _one, "keyworkers"),
    "retention_pay": Share("retention_paid", "hub", _keyworkers, _one, "keyworkers"),
    "colocated_hub": Share("colocated", "hub", _hubs, _one, "hubs"),
    "dual_diagnosis_worker": Share(
        "dual_worker", "hub", _mental_health_need, _specialist, "people with a mental health need a year"
    ),
    "womens_centre": Share("womens_place", "home", _women, _one, "women a year"),
    "lgbtq_practitioner": Share(
        "matched_at_{setting}", "home", _chemsex_need, _specialist, "people with a chemsex need a year"
    ),
    "recognition_training": Share(
        "recognition_trained", "home", _police_and_probation, _one, "police and probation staff"
    ),
    "peer_workers": Share("peer_beside", "home", _releases, _peer, "people a year"),
    "peer_naloxone": Share("peer_kits", "home", _opiate_need, _peer_with_kits, "people with an opiate need a year"),
    "shared_record": Share("shared_record", "home", _weights, _one, "such programmes to run"),
    "joint_case_meetings": Share("joint_cases", "home", _councils, _one, "councils", whole_councils=True),
    "alliance": Share("alliance", "home", _councils, _one, "councils", whole_councils=True),
    "lifts": Share("lift", "home", _far_visits, _round_trip, "visits a year from far away"),
    "demand_bus": Share("demand_bus", "home", _far_visits, _round_trip, "visits a year from far away"),
    "travel_passes": Share("travel_pass", "home", _with_a_fare, _one, "people a year with a fare to pay"),
    "outreach_clinics": Share("outreach", "home", _visits, _outreach, "visits a year"),
    "remote_appointments": Share("remote", "home", _visits, _remote, "visits a year"),
}
