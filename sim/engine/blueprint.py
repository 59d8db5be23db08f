"""One scenario under one parameter draw, ready to be lived: numbers, services, workers, chances by day, timetables.

A run of fewer people than the region releases has all its capacity scaled by the same ratio (staff.py); a fractional
place is given or not by keyed luck, so that the mean holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.core.days import FOLLOW_UP_DAYS
from sim.engine.setting import Setting
from sim.engine.staff import baseline_posts, staff_of
from sim.mechanisms.facts import make_facts
from sim.population.margins import margins_of
from sim.population.traits import trait_numbers
from sim.scenario import Delivery, Demand, Scenario, deliver

PEOPLE_PARAMETER = "population.people_per_year"
MOST_PEOPLE = 1 << 20  # a queue key holds 20 bits of the person's number
RELEASE_DAYS = 365


@dataclass(frozen=True, eq=False)
class Blueprint:
    """Everything a run needs but its people and its luck; never changed by a run.

    people: size of the cohort; scale: it over the region's yearly number under this draw. caps: f8[workers], people
    each worker can hold, fractions included. Arrays are shaped as in sim/engine/day.py.
    """

    people: int
    days: int
    start_weekday: int
    scale: float
    traits: np.ndarray[Any, Any]
    facts: np.ndarray[Any, Any]
    services: np.ndarray[Any, Any]
    workers: np.ndarray[Any, Any]
    worker_numbers: np.ndarray[Any, Any]
    caps: np.ndarray[Any, Any]
    team_of_place: np.ndarray[Any, Any]
    hub_of_place: np.ndarray[Any, Any]
    chances: np.ndarray[Any, Any]
    booked: np.ndarray[Any, Any]
    journeys: np.ndarray[Any, Any]
    homeward: np.ndarray[Any, Any]
    epoch_of_day: np.ndarray[Any, Any]
    delivery: Delivery


def horizon(months: int) -> int:
    """Days of a run that lasts the given months from the first release."""
    return round((RELEASE_DAYS + FOLLOW_UP_DAYS) * months / 24)


def demand_of(setting: Setting, draw: Mapping[str, float]) -> Demand:
    """Who is there to be reached in a year under a draw, in real people; releases count re-releases."""
    releases = draw[PEOPLE_PARAMETER] * draw["custody.releases_per_person"]
    posts = baseline_posts(draw) * setting.catchment
    staff = np.zeros(len(setting.area.places))
    for k, site in enumerate(setting.hubs):
        staff[setting.area.place_index[setting.area.services[site].place]] += posts[k]
    margins = margins_of(draw, *setting.journey_margins)
    return Demand(
        releases_per_year=setting.prison_shares(draw) * releases,
        opiate_share=margins.opiate,
        staff_per_place=staff,
    )


def draw_blueprint(
    setting: Setting, scenario: Scenario, draw: Mapping[str, float], reference_people: float, people: int, months: int
) -> Blueprint:
    """The blueprint of a scenario under a draw.

    people: cohort size at the reference yearly number `reference_people`; a draw with more people a year has as
    many more.
    """
    days = horizon(months)
    cohort = max(1, round(people * draw[PEOPLE_PARAMETER] / reference_people))
    if cohort > MOST_PEOPLE:
        raise ValueError(f"{cohort} people are more than a queue key can number ({MOST_PEOPLE})")
    scale = people / reference_people
    delivery = deliver(scenario, draw, demand_of(setting, draw), setting.area, days)
    facts = make_facts(draw, margins_of(draw, *setting.journey_margins))
    facts[0]["service_closes"], facts[0]["open_days"] = setting.closes, setting.open_days
    facts[0]["start_weekday"] = scenario.starts.weekday()
    staff = staff_of(setting, draw, delivery, scale, days)
    hub_places = [setting.area.place_index[setting.area.services[site].place] for site in setting.hubs]
    journeys, homeward, epochs = _timetables(setting, draw, delivery, days)
    return Blueprint(
        people=cohort,
        days=days,
        start_weekday=scenario.starts.weekday(),
        scale=scale,
        traits=trait_numbers(draw),
        facts=facts,
        services=staff.services,
        workers=staff.workers,
        worker_numbers=staff.numbers,
        caps=staff.caps,
        team_of_place=staff.team_of_place,
        hub_of_place=setting.hub_of_place,
        chances=np.ascontiguousarray(
            np.stack([delivery.naloxone_share, delivery.ost_share, delivery.referral_lost], axis=2)
        ),
        booked=np.ascontiguousarray(delivery.booked_share[:, np.asarray(hub_places)[setting.hub_of_place]]),
        journeys=journeys,
        homeward=homeward,
        epoch_of_day=epochs,
        delivery=delivery,
    )


def _timetables(
    setting: Setting, draw: Mapping[str, float], delivery: Delivery, days: int
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    tables = [setting.timetable()]
    epochs = np.zeros(days, dtype=np.int64)
    for first, end, changes in delivery.link_changes:
        tables.append(setting.timetable(changes))
        epochs[first:end] = len(tables) - 1
    homeward = np.stack([table.homeward for table in tables])
    longer = 60.0 * draw["housing.arrival_outside_region_hours"]
    homeward[:, -1, :, 0] += longer
    homeward[:, -1, :, 1] -= longer
    return np.stack([table.journeys for table in tables]), homeward, epochs
