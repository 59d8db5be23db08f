"""Services with their named workers, as rows: today's hubs, then the teams that a scenario has bought.

Posts for people leaving prison are spread over the hubs by the people whom they serve. A bought team is one service a
place; its workers start as posts are filled. In a run of fewer people than the region releases, every caseload is
scaled by the same ratio.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sim.core.days import NEVER
from sim.engine.places import SERVICE, WORKER
from sim.engine.setting import Setting
from sim.population.person import NAVIGATOR_LINE, TREATMENT_LINE
from sim.scenario import Delivery, Team

EVERY_DAY_OPEN = 0b1111111
POSTS_PER_SERVICE = 4096  # permanent worker numbers: 4,096 for each service
NO_COLUMN = -1


class Post(NamedTuple):
    """One worker's post: people it can hold (fractions included), first day, first day without it, permanent number."""

    cap: float
    starts: int
    ends: int
    number: int


@dataclass(frozen=True, eq=False)
class Staff:
    """services SERVICE, workers WORKER, their permanent numbers i8 and caps f8; team_of_place i8[places], -1 none."""

    services: np.ndarray[Any, Any]
    workers: np.ndarray[Any, Any]
    numbers: np.ndarray[Any, Any]
    caps: np.ndarray[Any, Any]
    team_of_place: np.ndarray[Any, Any]


def baseline_posts(draw: Mapping[str, float]) -> float:
    """Keyworker posts for people leaving prison in the whole region today, full-time."""
    return draw["service.posts_per_1000_people"] * draw["population.people_per_year"] / 1000.0


def staff_of(setting: Setting, draw: Mapping[str, float], delivery: Delivery, scale: float, days: int) -> Staff:
    """Everybody who works with people leaving prison under a draw and what a scenario delivers."""
    rows = [_hub(setting, draw, column, scale) for column in range(len(setting.hubs))]
    team_of_place = np.full(len(setting.area.places), -1, dtype=np.int64)
    for place in sorted({team.based_at for team in delivery.teams}):
        teams = [team for team in delivery.teams if team.based_at == place]
        posts = _team_posts(setting, teams, scale, days)
        if posts:
            for team in teams:
                team_of_place[list(team.places)] = len(rows)
            rows.append((_team(teams, days), posts))
    services = np.concatenate([service for service, _ in rows])
    services["n_workers"] = [len(posts) for _, posts in rows]
    services["first_worker"] = np.cumsum(services["n_workers"]) - services["n_workers"]
    every_post = [post for _, posts in rows for post in posts]
    workers = np.zeros(len(every_post), dtype=WORKER)
    workers["service"] = np.repeat(np.arange(len(services)), services["n_workers"])
    workers["starts"] = [post.starts for post in every_post]
    workers["ends"] = [post.ends for post in every_post]
    return Staff(
        services=services,
        workers=workers,
        numbers=np.array([post.number for post in every_post]),
        caps=np.array([post.cap for post in every_post]),
        team_of_place=team_of_place,
    )


def _hub(
    setting: Setting, draw: Mapping[str, float], column: int, scale: float
) -> tuple[np.ndarray[Any, Any], list[Post]]:
    site, caseload = setting.hubs[column], draw["service.caseload"]
    service = np.zeros(1, dtype=SERVICE)
    service["line"], service["site"], service["column"] = TREATMENT_LINE, site, column
    service["open_days"], service["closes"] = setting.open_days, NEVER
    service["contacts_per_place"] = draw["service.contacts_per_worker_day"] / caseload
    posts = baseline_posts(draw) * setting.catchment[column] * scale
    return service, [
        Post(caseload * min(1.0, posts - k), 0, NEVER, site * POSTS_PER_SERVICE + k)
        for k in range(max(1, int(np.ceil(posts))))
    ]


def _team(teams: Sequence[Team], days: int) -> np.ndarray[Any, Any]:
    """The service of the teams based in one place; it opens with the first of them and closes with the last."""
    service = np.zeros(1, dtype=SERVICE)
    service["line"], service["site"], service["column"] = NAVIGATOR_LINE, teams[0].based_at, NO_COLUMN
    service["open_days"] = EVERY_DAY_OPEN
    service["opens"] = min(team.first_day for team in teams)
    service["closes"] = _end(max(team.end_day for team in teams), days)
    return service


def _team_posts(setting: Setting, teams: Sequence[Team], scale: float, days: int) -> list[Post]:
    """Posts filled before their money and the run end; a post left out keeps its number, so that no luck moves."""
    first = (len(setting.area.services) + 1 + teams[0].based_at) * POSTS_PER_SERVICE
    filled = [
        (team, round(starts), share)
        for team in teams
        for starts, share in zip(team.worker_starts, team.worker_posts, strict=True)
    ]
    return [
        Post(team.caseload * share * scale, starts, _end(team.end_day, days), first + k)
        for k, (team, starts, share) in enumerate(filled)
        if starts < min(team.end_day, days)
    ]


def _end(day: int, days: int) -> int:
    return day if day < days else NEVER
