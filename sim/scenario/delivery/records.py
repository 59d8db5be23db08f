"""What a scenario delivers, as plain arrays and tuples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

import numpy as np
from numpy.typing import NDArray

from sim.scenario.levers import LEVERS

if TYPE_CHECKING:
    from sim.area import LinkChange
    from sim.scenario.flow import Flow

Floats = NDArray[np.float64]


def _names(axis: str) -> tuple[str, ...]:
    shares = ((lever.share, lever.options) for lever in LEVERS.values() if lever.share and lever.share.axis == axis)
    return tuple(dict.fromkeys(name for share, options in shares if share for name in share.names(options)))


# Coverages that a purchase raises from 0, by the axis of their array; each key stands in every delivery.
HOME_SHARES, HUB_SHARES, PRISON_SHARES = (_names(axis) for axis in ("home", "hub", "prison"))


@dataclass(frozen=True, eq=False)
class Team:
    """Bought workers based in one place.

    kind: 'navigator'. places: indices of the places whose people they take on. based_at: index of the place they work
    from. posts: full-time posts. caseload: people one full post holds at one time. worker_starts: f8[n_workers], day on
    which each worker begins; worker_posts: f8[n_workers], full-time share of each (all 1 but perhaps the last).
    first_day, end_day: first day with the money, first without; no worker works on or after end_day. by_need: of the
    people who wait for it those of the highest need that can be seen come first.
    """

    kind: str
    places: tuple[int, ...]
    based_at: int
    posts: float
    caseload: float
    worker_starts: Floats
    worker_posts: Floats
    first_day: int
    end_day: int
    by_need: bool = False


@dataclass(frozen=True, eq=False)
class HubPosts:
    """Keyworker posts added at the hub that stands in a place, or taken away there.

    place: index of the place in which the hub stands. posts: full-time posts, below 0 where posts are taken away.
    worker_starts, worker_posts: as in Team, empty where posts are taken away. first_day, end_day: added posts end with
    end_day; posts taken away are gone, because nobody fills them again, from first_day to the day before end_day. A cut
    of more than one post at a hub is one record a post, each from its own day, and never more than stands there.
    for_everybody: posts for everybody whom the hub treats, of whom people leaving prison are the part
    service.leavers_share; otherwise for people leaving prison alone.
    """

    place: int
    posts: float
    worker_starts: Floats
    worker_posts: Floats
    first_day: int
    end_day: int
    for_everybody: bool = False


@dataclass(frozen=True, eq=False)
class PooledPosts:
    """Keyworker posts bought out of a pooled budget: not fixed to a hub, by days of the week they work
    where they are needed most.

    hub_places: indices of the places whose hubs may have them, in order. posts: full-time posts. worker_starts,
    worker_posts, first_day, end_day: as in Team. for_everybody: as in HubPosts.
    """

    hub_places: tuple[int, ...]
    posts: float
    worker_starts: Floats
    worker_posts: Floats
    first_day: int
    end_day: int
    for_everybody: bool = False


@dataclass(frozen=True, eq=False)
class Beds:
    """Bought beds that are open to people of the same places.

    kind: 'cas3', 'supported', 'housing_first', 'rehab', 'womens_rehab' or 'detox'. places: indices of the homes whose
    people may take them, all places for a regional purchase; two records of one kind name the same places or no place
    in common. beds: number at full strength, fractions included. bed_starts: f8[n], day on which each bed opens;
    bed_shares: f8[n], 1 for a whole bed (all 1 but perhaps the last). first_day, end_day: first day with the money,
    first without. Short-stay beds of today that are taken away have beds below 0, empty bed_starts and bed_shares, and
    are gone from first_day to the day before end_day: one record a bed, each from its own day. by_need: as in Team.
    """

    kind: str
    places: tuple[int, ...]
    beds: float
    bed_starts: Floats
    bed_shares: Floats
    first_day: int
    end_day: int
    by_need: bool = False


class Spend(TypedDict):
    """One purchase, or one of two parts of it, as accounted for at the draw's prices; 'units' are bought a year at full
    strength.

    gbp_per_year = units * unit_cost_gbp + overhead_gbp_per_year; unused_gbp_per_year is the part of it that, at full
    strength, finds nobody left to reach. The money counts from first_day to end_day, also while posts are being filled.
    For a cut the sums and units are 0 or below, and the unused part is what finds nothing left to take away. ends: the
    first day without the money as a date, '' where it goes on, also beyond the run. option: the words of the
    purchase's options. for_others: whether this money is for people who did not leave prison and so in
    no cost of those who did.
    """

    lever: str
    option: str
    payer: str
    gbp_per_year: float
    unit: str
    units: float
    units_used: float
    unit_cost_gbp: float
    overhead_gbp_per_year: float
    unused_gbp_per_year: float
    first_day: int
    end_day: int
    ends: str
    remark: str
    for_others: bool


@dataclass(frozen=True, eq=False)
class Delivery:
    """The scenario's capacity on every day, as mechanisms read it; day 0 is the first release.

    naloxone_share, ost_share: f8[days, n_prisons + 1], shares among people with an opiate need on leaving that prison.
    depot_share: f8[days, n_prisons + 1], share of people leaving that prison on OST who leave with a depot dose.
    bridged_share: f8[days, n_prisons + 1], probability that the release prescription of somebody on OST is bridged.
    referral_lost: f8[days, n_prisons + 1], probability that the referral to community treatment is lost or never sent.
    resettlement_share: f8[days, n_prisons + 1], share of leavers whom a resettlement worker has met before release.
    booked_share: f8[days, n_places] by the place in which the HUB stands, share of referrals to it that are
    handed over before release. home, hub, prison: shares that begin at 0, by the names of
    HOME_SHARES, HUB_SHARES and PRISON_SHARES: f8[days, n_places] by the place where people live, f8[days, n_places] by
    the place in which the hub stands, f8[days, n_prisons + 1].
    teams: bought teams. hub_posts: keyworkers added or taken away, by place. pooled: keyworkers added under a pooled
    budget, in place of hub_posts. beds: bought beds, by kind.
    link_changes: (first day, end day, changes) of spans that do not overlap, in order; days outside them run today's
    timetable. spend: one entry a line of account; flows: the money of each of them day by day.
    """

    naloxone_share: Floats
    ost_share: Floats
    depot_share: Floats
    bridged_share: Floats
    referral_lost: Floats
    resettlement_share: Floats
    booked_share: Floats
    home: Mapping[str, Floats]
    hub: Mapping[str, Floats]
    prison: Mapping[str, Floats]
    teams: tuple[Team, ...]
    hub_posts: tuple[HubPosts, ...]
    pooled: tuple[PooledPosts, ...]
    beds: tuple[Beds, ...]
    link_changes: tuple[tuple[int, int, tuple[LinkChange, ...]], ...]
    spend: tuple[Spend, ...]
    flows: tuple[Flow, ...]
