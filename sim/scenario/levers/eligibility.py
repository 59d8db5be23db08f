"""Who could be reached by a lever that raises a coverage, and how many of them one unit reaches in a year.

People are counted, each once in a year. What somebody keeps (a kit, a pass, a place at a centre, having met a group) is
bought once a person; whoever works half a year with somebody after a release does so after each of that person's
releases, so that a post reaches fewer people by as much.

The lever table names these rules in its columns `eligible` and `per_unit`; what a lever shares with another stands here
once. A rule of who is eligible gives f8[n] a year by the lever's axis: by the place where people live ('home'), by the
place in which the hub stands ('hub'), or by prison ('prison', the last one outside the area).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.days import SUPPORT_DAYS
from sim.scenario.levers.lever import WEEKDAYS_PER_YEAR

if TYPE_CHECKING:
    from sim.area import Area
    from sim.scenario.demand import Demand

KIT_DAYS = 28  # days after release in which a peer worker meets somebody to hand over a kit
TRIPS_PER_VISIT = 2.0  # there and back
HUB = "drug_alcohol_hub"

Floats = NDArray[np.float64]
Draw = Mapping[str, float]
Eligible = Callable[[Draw, "Demand", "Area"], Floats]
PerUnit = Callable[[Draw, "Demand"], float]


def _weights(demand: Demand, area: Area) -> Floats:
    """Where people come home to, sums to 1; 0 everywhere if nobody is released."""
    from sim.area import home_weights

    return np.asarray(home_weights(area)) * float(demand.releases_per_year.sum() > 0.0)


def _one_programme(_: Draw, demand: Demand, area: Area) -> Floats:
    """Each home's part of one programme for the whole area."""
    return _weights(demand, area)


def _people(_: Draw, demand: Demand, area: Area) -> Floats:
    """People released in a year by home."""
    return np.asarray(demand.people_per_year.sum() * _weights(demand, area))


def _women(draw: Draw, demand: Demand, area: Area) -> Floats:
    return _people(draw, demand, area) * draw["population.women_share"]


def _people_with_a_chemsex_need(draw: Draw, demand: Demand, area: Area) -> Floats:
    """Men whose main need is neither opiates nor alcohol, with a chemsex need."""
    other_needs = draw["need.opiate_and_crack"] + draw["need.opiate_no_crack"] + draw["need.alcohol"]
    share = max(1.0 - other_needs, 0.0) * draw["population.chemsex_need"]
    return _people(draw, demand, area) * (1.0 - draw["population.women_share"]) * share


def _people_with_an_opiate_need(draw: Draw, demand: Demand, area: Area) -> Floats:
    return _people(draw, demand, area) * demand.opiate_share


def _people_with_a_fare(draw: Draw, demand: Demand, area: Area) -> Floats:
    """People a year in homes from which the journey to the hub costs a fare."""
    return _people(draw, demand, area) * demand.fare_due


def _visits(draw: Draw, demand: Demand, area: Area) -> Floats:
    """First appointments and contacts a year by home."""
    return _people(draw, demand, area) * draw["lever.visits_per_person"]


def _far_visits(draw: Draw, demand: Demand, area: Area) -> Floats:
    return _visits(draw, demand, area) * demand.far


def _police_and_probation_staff(draw: Draw, demand: Demand, area: Area) -> Floats:
    """Staff by the homes of the people they meet."""
    return _weights(demand, area) * draw["lever.recognition_staff"]


def _councils(_: Draw, demand: Demand, area: Area) -> Floats:
    """Each place's part of its council, by where people come home to: 1 for a council's places together."""
    weights = _weights(demand, area)
    council = np.unique([place.local_authority for place in area.places], return_inverse=True)[1]
    whole = np.bincount(council, weights=weights)[council]
    return np.divide(weights, whole, out=np.zeros_like(weights), where=whole > 0.0)


def keyworkers_at_hubs(draw: Draw, demand: Demand) -> Floats:
    """f8[n_places], full-time keyworkers who hold people leaving prison: all of a hub's, for a part of their time."""
    return np.asarray(demand.staff_per_place / draw["service.leavers_share"])


def _keyworkers(draw: Draw, demand: Demand, _: Area) -> Floats:
    return keyworkers_at_hubs(draw, demand)


def _hubs(_: Draw, demand: Demand, area: Area) -> Floats:
    """Open hubs that stand in each place, where anybody works."""
    sites = [service for service in area.services if service.kind == HUB and service.is_open]
    places = [area.place_index[site.place] for site in sites]
    n_hubs = np.bincount(places, minlength=len(area.places)).astype(np.float64)
    return np.where(demand.staff_per_place > 0.0, n_hubs, 0.0)


def _people_with_a_mental_health_need(draw: Draw, demand: Demand, _: Area) -> Floats:
    """People a year with a mental health need, by the hubs that serve them."""
    staff, women = demand.staff_per_place, draw["population.women_share"]
    share = (1.0 - women) * draw["population.mental_health_men"] + women * draw["population.mental_health_women"]
    by_hub = np.divide(staff, staff.sum(), out=np.zeros_like(staff), where=staff > 0.0)
    return np.asarray(demand.people_per_year.sum() * by_hub * share)


def _people_leaving_prison(_: Draw, demand: Demand, __: Area) -> Floats:
    return demand.people_per_year


def _prisons(_: Draw, demand: Demand, __: Area) -> Floats:
    """1 for each prison from which somebody is released."""
    return (demand.releases_per_year > 0.0).astype(np.float64)


def _half_a_year_each(caseload: str) -> PerUnit:
    """People a year whom a post reaches that holds so many, each for half a year after every release."""
    return lambda draw, demand: draw[caseload] * 365.0 / SUPPORT_DAYS / demand.releases_each


def _visits_of_a_keyworker(draw: Draw, _: Demand) -> float:
    return draw["service.contacts_per_worker_day"] * WEEKDAYS_PER_YEAR


ELIGIBLE: Mapping[str, Mapping[str, Eligible]] = {
    "home": {
        "people": _people,
        "women": _women,
        "people_with_an_opiate_need": _people_with_an_opiate_need,
        "people_with_a_chemsex_need": _people_with_a_chemsex_need,
        "people_with_a_fare": _people_with_a_fare,
        "visits": _visits,
        "far_visits": _far_visits,
        "police_and_probation_staff": _police_and_probation_staff,
        "councils": _councils,
        "one_programme": _one_programme,
    },
    "hub": {
        "keyworkers": _keyworkers,
        "hubs": _hubs,
        "people_with_a_mental_health_need": _people_with_a_mental_health_need,
    },
    "prison": {
        "people_leaving_prison": _people_leaving_prison,
        "prisons": _prisons,
    },
}
"""By axis and word of the table."""

PER_UNIT: Mapping[str, PerUnit] = {
    "one": lambda draw, demand: 1.0,
    "half_a_visit": lambda draw, demand: 1.0 / TRIPS_PER_VISIT,
    "people_of_a_practitioner": _half_a_year_each("lever.specialist_caseload"),
    "people_of_a_peer_worker": _half_a_year_each("lever.intensive_caseload"),
    "people_given_a_kit": lambda draw, demand: draw["lever.intensive_caseload"] * 365.0 / KIT_DAYS,
    "people_at_meetings": lambda draw, demand: (
        draw["lever.meeting_people"] * draw["mutual_aid.inreach_delivered"] / draw["lever.meetings_each"]
    ),
    "visits_of_a_keyworker": _visits_of_a_keyworker,
    "visits_of_an_outreach_keyworker": lambda draw, demand: (
        _visits_of_a_keyworker(draw, demand) * draw["lever.outreach_contacts_part"]
    ),
}
"""By word of the table."""
