"""Services with their named workers or beds, as rows: today's hubs and short-stay beds, then what a scenario buys.

Posts for people leaving prison are spread over the hubs by the people whom they serve. A bought team of navigators is
one service a place; bought posts and beds of a service of today stand behind all of today's rows, so that today's rows
are the same in every scenario; other bought beds are one service for places that share them. In a run of fewer people
than the region releases, every caseload and bed is scaled by the same ratio.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from sim.core.days import NEVER
from sim.engine.bought_beds import in_rows, sharing
from sim.engine.model_area import ModelArea
from sim.engine.post_numbers import MOST_AT_A_HUB_TODAY, Numbers
from sim.engine.records import SERVICE, WORKER
from sim.mechanisms import hubs
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
from sim.population.margins import Margins
from sim.population.short_stay import beds_per_release
from sim.population.traits import remand_of_releases
from sim.scenario import Beds, Delivery, HubPosts, PooledPosts, Team, keyworker_posts

EVERY_DAY_OPEN = 0b1111111
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
    """One worker's post or some beds: people whom a navigator or beds hold (fractions included; below 0: beds of today
    that are taken away), first day, first day without, permanent number, whether bought; of a keyworker the full-time
    posts, below 0 where they are taken away, and the part of them for people leaving prison; of a pooled post its
    number and whether it stands at this hub first."""

    cap: float
    starts: int
    ends: int
    number: int
    bought: bool = False
    hours: float = 0.0
    leavers_part: float = 0.0
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
    """services SERVICE, workers WORKER, their permanent numbers i8, caps f8; service_of_place
    i8[service types, places], -1 none. The first `n_today` services and `n_workers_today` workers are today's."""

    services: np.ndarray[Any, Any]
    workers: np.ndarray[Any, Any]
    numbers: np.ndarray[Any, Any]
    caps: np.ndarray[Any, Any]
    service_of_place: np.ndarray[Any, Any]
    n_today: int
    n_workers_today: int


def baseline_beds(draw: Mapping[str, float], margins: Margins | None = None) -> float:
    """Short-stay beds (CAS-3) in the whole region today: for releases on licence. margins: as for `mean_stay`."""
    releases = draw["population.people_per_year"] * draw["custody.releases_per_person"]
    return beds_per_release(draw, margins) * releases * (1.0 - remand_of_releases(draw))


def staff_of(
    model_area: ModelArea, draw: Mapping[str, float], delivery: Delivery, scale: float, margins: Margins, *,
    days: int, first_day: int,
) -> Staff:  # fmt: skip
    """Everybody who works with people leaving prison, and every bed, under a draw and what a scenario delivers.

    days: length of the run; first_day: day of the run on which the study, and so a delivery's day 0, begins.
    """
    maker = _Maker(model_area, draw, scale, days, first_day)
    service_of_place = np.full((N_SERVICE_TYPES, len(model_area.area.places)), -1, dtype=np.int64)
    rows = [maker.hub(column, delivery) for column in range(len(model_area.hubs))]
    maker.pooled(rows, delivery.pooled)
    service_of_place[TREATMENT_SERVICE] = model_area.hub_of_place
    service_of_place[CAS3_SERVICE] = len(rows)
    rows.append(maker.short_stay_beds([beds for beds in delivery.beds if beds.kind == "cas3"], margins))
    n_today = len(rows)
    for row, service_type, places in maker.bought(delivery):
        service_of_place[service_type, list(places)] = len(rows)
        rows.append(row)
    return _joined(rows, service_of_place, n_today)


def _joined(rows: Sequence[_Row], service_of_place: np.ndarray[Any, Any], n_today: int) -> Staff:
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
    for name in ("starts", "ends", "bought", "hours", "leavers_part", "pool", "holds"):
        workers[name] = [getattr(post, name) for post in every_post]
    workers["left_on"] = NEVER
    workers["first_held"] = -1
    return Staff(
        services=services,
        workers=workers,
        numbers=np.array([post.number for post in every_post]),
        caps=np.array([post.cap for post in every_post]),
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
        self,
        starts: Iterable[float],
        shares: Iterable[float],
        size: float,
        end_day: int,
        numbers: Numbers,
        before: int = 0,
    ) -> list[Post]:
        """Posts or beds filled before their money and the run end; one left out keeps its number and its stream.

        before: how many of the service's numbers are taken.
        """
        end = self._end(end_day)
        return [
            Post(size * share * self.scale, self._day(begins), end, numbers.at(before + k), bought=True)
            for k, (begins, share) in enumerate(zip(starts, shares, strict=True))
            if self._day(begins) < min(end, self.days)
        ]

    def hub(self, column: int, delivery: Delivery) -> _Row:
        """A hub of today with everybody else whom it serves, and the posts that are added there or taken away."""
        model_area, draw = self.model_area, self.draw
        site, share = model_area.hubs[column], draw["service.leavers_share"]
        whole = keyworker_posts(draw) * model_area.catchment[column]
        service = np.zeros(1, dtype=SERVICE)
        service["service_type"], service["site"], service["column"] = TREATMENT_SERVICE, site, column
        service["home"] = int(np.argmax(model_area.hub_of_place == column))
        service["open_days"], service["closes"] = model_area.hub_open_days[column], NEVER
        service["opens_at"], service["closes_at"] = model_area.hub_opens[column], model_area.hub_closes[column]
        self._start_diary(service, whole * self.scale)
        numbers = Numbers.of_block(site)
        if whole > share * MOST_AT_A_HUB_TODAY:
            raise ValueError(f"{whole / share:,.0f} posts at one hub are more than can be numbered")
        n = max(1, math.ceil(whole / share))
        hours = whole / share / n * self.scale
        own = [Post(0.0, 0, NEVER, numbers.lower().at(k), hours=hours, leavers_part=share) for k in range(n)]
        return _Row(service, own, self._changed_posts(column, delivery.hub_posts, numbers.upper()))

    def _start_diary(self, service: np.ndarray[Any, Any], posts: float) -> None:
        """The hub as it stands on a usual day, with so many posts for people leaving prison."""
        draw = self.draw
        share = draw["service.leavers_share"]
        others, waiting, coming = hubs.others_today(draw, posts, posts * (1.0 / share - 1.0))
        service["others"], service["others_waiting"], service["others_in"] = others, waiting, coming
        service["held_mean"], service["booked_mean"] = draw["service.caseload"] * posts, waiting * share / (1.0 - share)
        service["felt_load"], service["first_used"] = draw["service.caseload"], draw["service.first_used"]
        service["lead"], service["contact_every"] = hubs.least_lead(draw), hubs.usual_interval(draw)

    def _changed_posts(self, column: int, changes: Sequence[HubPosts], numbers: Numbers) -> list[Post]:
        """Posts added at a hub, and posts taken away as posts of hours below 0."""
        added: list[Post] = []
        cut: list[Post] = []
        for posts in changes:
            share = self._share_of_place(column, posts.place)
            if share <= 0.0:
                continue
            if posts.posts > 0.0:
                starts, hours = posts.worker_starts, np.asarray(posts.worker_posts) * share
                added += self._keyworkers(starts, hours, posts, numbers, len(added))
            elif posts.posts < 0.0:
                starts, hours = np.array([posts.first_day]), np.array([posts.posts * share])
                cut += self._keyworkers(starts, hours, posts, numbers)
        return added + cut

    def _keyworkers(
        self,
        starts: Iterable[float],
        hours: Iterable[float],
        bought: HubPosts | PooledPosts,
        numbers: Numbers,
        before: int = 0,
    ) -> list[Post]:
        part = self.draw["service.leavers_share"] if bought.for_everybody else 1.0
        return [
            post._replace(cap=0.0, hours=post.cap, leavers_part=part)
            for post in self._filled(starts, hours, 1.0, bought.end_day, numbers, before)
        ]

    def pooled(self, rows: Sequence[_Row], bought: Sequence[PooledPosts]) -> None:
        """A row for each pooled post at every hub that it may serve; it stands first where people are, post by post.

        One keyworker holds the post wherever it stands, so all its rows have one permanent number and share its stream.
        """
        post = 0
        for purchase in bought:
            columns = np.flatnonzero(np.isin(self.model_area.place_of_hub, purchase.hub_places)).tolist()
            weights = self.model_area.catchment[columns]
            standing = np.zeros(len(columns))
            pairs = zip(purchase.worker_starts, purchase.worker_posts, strict=True)
            for begins, share in pairs:
                first = int(np.argmax((weights + 1e-12) / (standing + 1.0)))
                standing[first] += 1.0
                numbers = Numbers.of_block(self.model_area.hubs[columns[first]]).upper()
                before = len(rows[columns[first]].bought)
                for k, column in enumerate(columns):
                    filled = self._keyworkers([begins], [share], purchase, numbers, before)
                    rows[column].bought += [each._replace(pool=post, holds=k == first) for each in filled]
                post += 1

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

    def _numbers(self, service_type: int, place: int) -> Numbers:
        """Permanent numbers of the beds of a service type based in a place, clear of hubs' and teams'."""
        area = self.model_area.area
        return Numbers.of_block(len(area.services) + 1 + len(area.places) * service_type + place)

    def short_stay_beds(self, bought: Sequence[Beds], margins: Margins) -> _Row:
        """The region's short-stay beds of today, those bought, and those of today that are taken away."""
        numbers = self._numbers(CAS3_SERVICE, 0)
        own = [Post(baseline_beds(self.draw, margins) * self.scale, 0, NEVER, numbers.first)]
        return _Row(self._beds(CAS3_SERVICE), own, self._bed_posts(bought, numbers.upper()))

    def _bed_posts(self, bought: Sequence[Beds], numbers: Numbers) -> list[Post]:
        posts: list[Post] = []
        for beds in bought:
            starts, shares = in_rows(np.asarray(beds.bed_starts), np.asarray(beds.bed_shares))
            posts += self._filled(starts, shares, 1.0, beds.end_day, numbers, len(posts))
        for cut in sorted((beds for beds in bought if beds.beds < 0.0), key=lambda beds: beds.first_day):
            posts += self._filled([cut.first_day], [cut.beds], 1.0, cut.end_day, numbers)
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
                row.service["by_need"] = any(team.by_need for team in teams)
                yield self._opened(row), NAVIGATOR_SERVICE, places
        for kind, service_type in BED_SERVICES.items():
            if kind == "cas3":
                continue
            for shared in sharing([beds for beds in delivery.beds if beds.kind == kind]):
                places = tuple(sorted({served for beds in shared for served in beds.places}))
                row = _Row(self._beds(service_type), self._bed_posts(shared, self._numbers(service_type, places[0])))
                row.service["site"] = places[0]
                row.service["by_need"] = any(beds.by_need for beds in shared)
                if row.posts:
                    yield self._opened(row), service_type, places

    def _team_posts(self, teams: Sequence[Team]) -> list[Post]:
        numbers = self._numbers(NAVIGATOR_SERVICE, teams[0].based_at)
        posts: list[Post] = []
        k = 0
        for team in teams:
            posts += self._filled(team.worker_starts, team.worker_posts, team.caseload, team.end_day, numbers, k)
            k += len(team.worker_posts)
        return posts

    def _opened(self, row: _Row) -> _Row:
        """The bought service opens with its first post and closes with its last."""
        row.service["bought"] = 1
        row.service["opens"] = min(post.starts for post in row.posts)
        row.service["closes"] = max(post.ends for post in row.posts)
        return row
