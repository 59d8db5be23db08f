"""One scenario under one parameter draw, ready to be lived: numbers, services, workers, chances by day, timetables.

Posts of people-leaving-prison work are spread over the hubs by the people whom they serve; bought teams are added.
A run of fewer people than the region releases has all its capacity scaled by the same ratio; a fractional place is
given or not by keyed luck, so that the mean holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.core.days import FOLLOW_UP_DAYS, NEVER
from sim.engine.places import SERVICE, WORKER
from sim.engine.setting import Setting
from sim.mechanisms.facts import make_facts
from sim.population.margins import margins_of
from sim.population.person import NAVIGATOR_LINE, TREATMENT_LINE
from sim.population.traits import trait_numbers
from sim.scenario import Delivery, Demand, Scenario, deliver

PEOPLE_PARAMETER = "population.people_per_year"
MOST_PEOPLE = 1 << 20  # a queue key holds 20 bits of the person's number
RELEASE_DAYS = 365
EVERY_DAY_OPEN = 0b1111111
POSTS_PER_SERVICE = 4096  # permanent worker numbers: 4,096 for each service


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


def baseline_posts(draw: Mapping[str, float]) -> float:
    """Keyworker posts for people leaving prison in the whole region today, full-time."""
    return draw["service.posts_per_1000_people"] * draw[PEOPLE_PARAMETER] / 1000.0


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
    services, workers, numbers, caps, team_of_place = _staff(setting, draw, delivery, scale, days)
    hub_places = [setting.area.place_index[setting.area.services[site].place] for site in setting.hubs]
    journeys, homeward, epochs = _timetables(setting, draw, delivery, days)
    return Blueprint(
        people=cohort,
        days=days,
        start_weekday=scenario.starts.weekday(),
        scale=scale,
        traits=trait_numbers(draw),
        facts=facts,
        services=services,
        workers=workers,
        worker_numbers=numbers,
        caps=caps,
        team_of_place=team_of_place,
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


def _staff(
    setting: Setting, draw: Mapping[str, float], delivery: Delivery, scale: float, days: int
) -> tuple[np.ndarray[Any, Any], ...]:
    """Services and workers of the hubs, then of the bought teams, one service a place of each kind of team."""
    caseload = draw["service.caseload"]
    services: list[np.ndarray[Any, Any]] = []
    workers: list[np.ndarray[Any, Any]] = []
    numbers: list[int] = []
    caps: list[float] = []

    def add_worker(cap: float, starts: int, ends: int, number: int) -> None:
        worker = np.zeros(1, dtype=WORKER)
        worker["service"], worker["starts"], worker["ends"] = len(services), starts, ends
        workers.append(worker)
        numbers.append(number)
        caps.append(cap)

    def add_service(
        line: int, site: int, column: int, open_days: int, opens: int, closes: int, first: int, slots: float
    ) -> None:
        service = np.zeros(1, dtype=SERVICE)
        values = (line, site, column, open_days, opens, closes, first, len(workers) - first, slots)
        names = (
            "line",
            "site",
            "column",
            "open_days",
            "opens",
            "closes",
            "first_worker",
            "n_workers",
            "contacts_per_place",
        )
        for name, value in zip(names, values, strict=True):
            service[name] = value
        services.append(service)

    slots = draw["service.contacts_per_worker_day"] / caseload
    for column, site in enumerate(setting.hubs):
        first = len(workers)
        posts = baseline_posts(draw) * setting.catchment[column] * scale
        for k in range(max(1, int(np.ceil(posts)))):
            add_worker(caseload * min(1.0, posts - k), 0, NEVER, site * POSTS_PER_SERVICE + k)
        add_service(TREATMENT_LINE, site, column, setting.open_days, 0, NEVER, first, slots)

    team_of_place = np.full(len(setting.area.places), -1, dtype=np.int64)
    base = (len(setting.area.services) + 1) * POSTS_PER_SERVICE
    for place in sorted({team.based_at for team in delivery.teams}):
        teams = [team for team in delivery.teams if team.based_at == place]
        first = len(workers)
        k = 0
        for team in teams:
            for starts, posts in zip(team.worker_starts, team.worker_posts, strict=True):
                if round(starts) < min(team.end_day, days):
                    ends = team.end_day if team.end_day < days else NEVER
                    add_worker(team.caseload * posts * scale, round(starts), ends, base + place * POSTS_PER_SERVICE + k)
                k += 1
        if len(workers) == first:
            continue
        for team in teams:
            team_of_place[list(team.places)] = len(services)
        closes = max(team.end_day for team in teams)
        opens = min(team.first_day for team in teams)
        add_service(NAVIGATOR_LINE, place, -1, EVERY_DAY_OPEN, opens, closes if closes < days else NEVER, first, 0.0)
    return np.concatenate(services), np.concatenate(workers), np.array(numbers), np.array(caps), team_of_place
