"""Services with their named workers or beds, as rows: today's hubs and short-stay beds, then what a scenario buys.

Posts for people leaving prison are spread over the hubs by the people whom they serve. A bought team of navigators is
one service a place; bought posts and beds of a service of today stand behind all of today's rows, so that today's rows
are the same in every scenario; other bought beds are one service for places that share them. In a run of fewer people
than the region releases, every caseload and bed is scaled by the same ratio.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from sim.core.days import NEVER
from sim.engine.bought_beds import in_rows, sharing
from sim.engine.model_area import ModelArea
from sim.engine.records import SERVICE, WORKER
from sim.mechanisms.treatment import contact_days
from sim.population.codes import (
    CAS3_SERVICE,
    DETOX_SERVICE,
    HOUSING_FIRST_SERVICE,
    N_SERVICE_TYPES,
    NAVIGATOR_SERVICE,
    REHAB_SERVICE,
    SUPPORTED_SERVICE,
    TREATMENT_SERVICE,
    WOMENS_REHAB_SERVICE,
)
from sim.population.short_stay import beds_per_release
from sim.scenario import Beds, Delivery, HubPosts, PooledPosts, Team

EVERY_DAY_OPEN = 0b1111111
POSTS_PER_SERVICE = 4096  # permanent worker numbers: 4,096 for each service, the upper half for bought ones
NO_COLUMN = -1
BED_SERVICES = {
    "cas3": CAS3_SERVICE,
    "supported": SUPPORTED_SERVICE,
    "rehab": REHAB_SERVICE,
    "detox": DETOX_SERVICE,
    "womens_rehab": WOMENS_REHAB_SERVICE,
    "housing_first": HOUSING_FIRST_SERVICE,
}


class Post(NamedTuple):
    """One worker's post or some beds: people held (fractions included), first day, first day without, permanent
    number, whether bought; for a cut the first day, the first day after and the part of it that is left; for a pooled
    post its number and whether it stands at this hub first."""

    cap: float
    starts: int
    ends: int
    number: int
    bought: bool = False
    cut_from: int = NEVER
    cut_until: int = NEVER
    left: float = 1.0
    pool: int = -1
    holds: bool = False


@dataclass
class _Row:
    """One service in the making: its row, its posts of today (or its own, if bought), and posts bought for it."""

    service: np.ndarray[Any, Any]
    posts: list[Post]
    bought: list[Post] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Staff:
    """services SERVICE, workers WORKER, their permanent numbers i8, caps f8 and caps f8 while cut; service_of_place
    i8[service types, places], -1 none. The first `n_today` services and `n_workers_today` workers are today's."""

    services: np.ndarray[Any, Any]
    workers: np.ndarray[Any, Any]
    numbers: np.ndarray[Any, Any]
    caps: np.ndarray[Any, Any]
    caps_cut: np.ndarray[Any, Any]
    service_of_place: np.ndarray[Any, Any]
    n_today: int
    n_workers_today: int


def baseline_posts(draw: Mapping[str, float]) -> float:
    """Keyworker posts for people leaving prison in the whole region today, full-time."""
    return draw["service.posts_per_1000_people"] * draw["population.people_per_year"] / 1000.0


def baseline_beds(draw: Mapping[str, float]) -> float:
    """Short-stay beds (CAS-3) in the whole region today."""
    releases = draw["population.people_per_year"] * draw["custody.releases_per_person"]
    return beds_per_release(draw) * releases


def staff_of(
    model_area: ModelArea, draw: Mapping[str, float], delivery: Delivery, scale: float, *, days: int, first_day: int
) -> Staff:
    """Everybody who works with people leaving prison, and every bed, under a draw and what a scenario delivers.

    days: length of the run; first_day: day of the run on which the study, and so a delivery's day 0, begins.
    """
    maker = _Maker(model_area, draw, scale, days, first_day)
    service_of_place = np.full((N_SERVICE_TYPES, len(model_area.area.places)), -1, dtype=np.int64)
    rows = [maker.hub(column, delivery) for column in range(len(model_area.hubs))]
    maker.pooled(rows, delivery.pooled)
    service_of_place[TREATMENT_SERVICE] = model_area.hub_of_place
    service_of_place[CAS3_SERVICE] = len(rows)
    rows.append(maker.short_stay_beds([beds for beds in delivery.beds if beds.kind == "cas3"]))
    n_today = len(rows)
    for row, service_type, places in maker.bought(delivery):
        service_of_place[service_type, list(places)] = len(rows)
        rows.append(row)
    return _joined(rows, service_of_place, n_today, draw)


def _joined(
    rows: Sequence[_Row], service_of_place: np.ndarray[Any, Any], n_today: int, draw: Mapping[str, float]
) -> Staff:
    services = np.array([row.service[0] for row in rows], dtype=SERVICE)
    own, added = [row.posts for row in rows], [row.bought for row in rows]
    services["n_workers"] = [len(posts) for posts in own]
    services["n_bought"] = [len(posts) for posts in added]
    sizes = [len(posts) for posts in own[:n_today]] + [len(posts) for posts in added[:n_today]]
    starts = np.cumsum([0, *sizes])
    services["first_worker"][:n_today], services["first_bought"][:n_today] = starts[:n_today], starts[n_today:-1]
    later = np.cumsum([starts[-1], *(len(posts) for posts in own[n_today:])])
    services["first_worker"][n_today:] = later[:-1]
    order = [*enumerate(own[:n_today]), *enumerate(added[:n_today]), *enumerate(own[n_today:], n_today)]
    every_post = [post for _, posts in order for post in posts]
    workers = np.zeros(len(every_post), dtype=WORKER)
    workers["service"] = [service for service, posts in order for _ in posts]
    for name in ("starts", "ends", "bought", "cut_from", "cut_until", "pool", "holds"):
        workers[name] = [getattr(post, name) for post in every_post]
    workers["every"] = contact_days(draw)
    workers["left_on"] = NEVER
    workers["first_held"] = -1
    return Staff(
        services=services,
        workers=workers,
        numbers=np.array([post.number for post in every_post]),
        caps=np.array([post.cap for post in every_post]),
        caps_cut=np.array([post.cap * post.left for post in every_post]),
        service_of_place=service_of_place,
        n_today=n_today,
        n_workers_today=sum(len(posts) for posts in own[:n_today]),
    )


@dataclass(frozen=True)
class _Maker:
    model_area: ModelArea
    draw: Mapping[str, float]
    scale: float
    days: int
    first_day: int

    def _day(self, day: float) -> int:
        """Day of the run of a delivery's day."""
        return self.first_day + round(day)

    def _end(self, day: int) -> int:
        end = self._day(day)
        return end if end < self.days else NEVER

    def _filled(
        self, starts: Iterable[float], shares: Iterable[float], size: float, end_day: int, first: int
    ) -> list[Post]:
        """Posts or beds filled before their money and the run end; one left out keeps its number and its stream."""
        end = self._end(end_day)
        return [
            Post(size * share * self.scale, self._day(begins), end, first + k, bought=True)
            for k, (begins, share) in enumerate(zip(starts, shares, strict=True))
            if self._day(begins) < min(end, self.days)
        ]

    def hub(self, column: int, delivery: Delivery) -> _Row:
        """A hub of today, with the posts that are added or not refilled there."""
        model_area, draw = self.model_area, self.draw
        site, caseload = model_area.hubs[column], draw["service.caseload"]
        service = np.zeros(1, dtype=SERVICE)
        service["service_type"], service["site"], service["column"] = TREATMENT_SERVICE, site, column
        service["home"] = int(np.argmax(model_area.hub_of_place == column))
        service["open_days"], service["closes"] = model_area.hub_open_days[column], NEVER
        service["opens_at"], service["closes_at"] = model_area.hub_opens[column], model_area.hub_closes[column]
        service["contacts_per_slot"] = draw["service.contacts_per_worker_day"] / caseload
        whole = baseline_posts(draw) * model_area.catchment[column]
        first = site * POSTS_PER_SERVICE
        added: list[Post] = []
        shared = [(posts, self._share_of_place(column, posts.place)) for posts in delivery.hub_posts]
        for posts, share in shared:
            if share > 0.0 and posts.posts > 0.0:
                number = first + POSTS_PER_SERVICE // 2 + len(added)
                shares = np.asarray(posts.worker_posts) * share
                added += self._filled(posts.worker_starts, shares, caseload, posts.end_day, number)
        cut_from, cut_until, left = self._cut([pair for pair in shared if pair[1] > 0.0 and pair[0].posts < 0.0], whole)
        n = max(1, int(np.ceil(whole * self.scale)))
        own = [
            Post(caseload * min(1.0, whole * self.scale - k), 0, NEVER, first + k, False, cut_from, cut_until, left)
            for k in range(n)
        ]
        return _Row(service, own, added)

    def pooled(self, rows: Sequence[_Row], bought: Sequence[PooledPosts]) -> None:
        """A row for each pooled post at every hub that it may serve; it stands first where people are, post by post.

        One keyworker holds the post wherever it stands, so all its rows have one permanent number and share its stream.
        """
        caseload = self.draw["service.caseload"]
        post = 0
        for purchase in bought:
            columns = np.flatnonzero(np.isin(self.model_area.place_of_hub, purchase.hub_places)).tolist()
            weights = self.model_area.catchment[columns]
            standing = np.zeros(len(columns))
            pairs = zip(purchase.worker_starts, purchase.worker_posts, strict=True)
            for begins, share in pairs:
                first = int(np.argmax((weights + 1e-12) / (standing + 1.0)))
                standing[first] += 1.0
                upper_half = self.model_area.hubs[columns[first]] * POSTS_PER_SERVICE + POSTS_PER_SERVICE // 2
                number = upper_half + len(rows[columns[first]].bought)
                for k, column in enumerate(columns):
                    filled = self._filled([float(begins)], [float(share)], caseload, purchase.end_day, number)
                    rows[column].bought += [each._replace(pool=post, holds=k == first) for each in filled]
                post += 1

    def _cut(self, cuts: Sequence[tuple[HubPosts, float]], whole: float) -> tuple[int, int, float]:
        """First day, day after the last, and the part that is left of a hub's posts while some are not refilled.

        A hub's cuts are taken together: from their mean day, weighted by posts, to the end of the last.
        """
        gone = -sum(posts.posts * share for posts, share in cuts)
        if gone <= 0.0:
            return NEVER, NEVER, 1.0
        mean = -sum(posts.posts * share * posts.first_day for posts, share in cuts) / gone
        until = self._end(max(posts.end_day for posts, _ in cuts))
        return self._day(mean), until, max(0.0, 1.0 - gone / whole) if whole > 0.0 else 0.0

    def _share_of_place(self, column: int, place: int) -> float:
        """The hub's share of what is bought for the hubs that stand in a place."""
        place_of, catchment = self.model_area.place_of_hub, self.model_area.catchment
        if place_of[column] != place:
            return 0.0
        there = np.flatnonzero(place_of == place)
        total = float(catchment[there].sum())
        return float(catchment[column]) / total if total > 0.0 else 1.0 / len(there)

    def _beds(self, service_type: int) -> np.ndarray[Any, Any]:
        service = np.zeros(1, dtype=SERVICE)
        service["service_type"], service["site"], service["column"] = service_type, -1, NO_COLUMN
        service["open_days"], service["closes"] = EVERY_DAY_OPEN, NEVER
        return service

    def _first_number(self, service_type: int, place: int) -> int:
        """Permanent numbers of the beds of a service type based in a place, clear of hubs' and teams'."""
        area = self.model_area.area
        return (len(area.services) + 1 + len(area.places) * service_type + place) * POSTS_PER_SERVICE

    def short_stay_beds(self, bought: Sequence[Beds]) -> _Row:
        """The region's short-stay beds of today, and those bought."""
        first = self._first_number(CAS3_SERVICE, 0)
        own = [Post(baseline_beds(self.draw) * self.scale, 0, NEVER, first)]
        return _Row(self._beds(CAS3_SERVICE), own, self._bed_posts(bought, first + POSTS_PER_SERVICE // 2))

    def _bed_posts(self, bought: Sequence[Beds], first: int) -> list[Post]:
        posts: list[Post] = []
        for beds in bought:
            starts, shares = in_rows(np.asarray(beds.bed_starts), np.asarray(beds.bed_shares))
            posts += self._filled(starts, shares, 1.0, beds.end_day, first + len(posts))
        return posts

    def bought(self, delivery: Delivery) -> Iterable[tuple[_Row, int, tuple[int, ...]]]:
        """Services that exist only because a scenario buys them: row, service type, places whose people they serve."""
        for place in sorted({team.based_at for team in delivery.teams}):
            teams = [team for team in delivery.teams if team.based_at == place]
            posts = self._team_posts(teams)
            if posts:
                places = tuple(sorted({served for team in teams for served in team.places}))
                row = _Row(self._beds(NAVIGATOR_SERVICE), posts)
                row.service["site"] = place
                yield self._opened(row), NAVIGATOR_SERVICE, places
        for kind, service_type in BED_SERVICES.items():
            if kind == "cas3":
                continue
            for shared in sharing([beds for beds in delivery.beds if beds.kind == kind]):
                places = tuple(sorted({served for beds in shared for served in beds.places}))
                row = _Row(
                    self._beds(service_type), self._bed_posts(shared, self._first_number(service_type, places[0]))
                )
                row.service["site"] = places[0]
                if row.posts:
                    yield self._opened(row), service_type, places

    def _team_posts(self, teams: Sequence[Team]) -> list[Post]:
        first = self._first_number(NAVIGATOR_SERVICE, teams[0].based_at)
        posts: list[Post] = []
        k = 0
        for team in teams:
            posts += self._filled(team.worker_starts, team.worker_posts, team.caseload, team.end_day, first + k)
            k += len(team.worker_posts)
        return posts

    def _opened(self, row: _Row) -> _Row:
        """The bought service opens with its first post and closes with its last."""
        row.service["bought"] = 1
        row.service["opens"] = min(post.starts for post in row.posts)
        row.service["closes"] = max(post.ends for post in row.posts)
        return row
