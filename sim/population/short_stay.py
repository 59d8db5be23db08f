"""Short-stay beds after prison (CAS-3): how long stays are planned and last, and how many beds are in use today.

A stay is planned for 7 to 56 nights (a share `housing.cas3_early_share` of stays), 57 to 84, or 85 to 112
(`housing.cas3_longer_share`), evenly within each, where 84 is `housing.cas3_max_nights`, the longest by the rule, and
56 and 112 are two and four thirds of it. So no night is the last one of many people at once. Without longer stays the
rule is observed by the letter. The rule that offers the beds stands in sim/mechanisms/beds.py.
People who take the beds are more disadvantaged than others, the more so as people who come back from custody are
referred again, and are taken back sooner; so their stays are shorter than those of people at mean disadvantage.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.core.days import FOLLOW_UP_DAYS
from sim.core.records import Floats
from sim.population.disadvantage import SHORT_SENTENCE
from sim.population.first_night import first_night_by_node, in_beds
from sim.population.margins import EARLY_LICENCE_DAYS, Margins, margins_of
from sim.population.returns import recall_hazards, reoffence_hazards

WEEK = 7.0  # nights; no stay is planned to be shorter
MOVED_IN = 1.0  # day: the first, on which nobody leaves for another roof
EVE = 1.0  # night: a bed is held for somebody from the eve of release on


def edges(draw: Mapping[str, float]) -> tuple[float, float, float, float]:
    """Nights after which the early, the usual and the longer stays begin, and the last: 6, 56, 84 and 112."""
    nights = draw["housing.cas3_max_nights"]
    early = 2.0 * nights / 3.0
    return min(WEEK - 1.0, early), early, nights, 4.0 * nights / 3.0


def planned_by(draw: Mapping[str, float]) -> tuple[float, float]:
    """Shares of stays that are planned to end by the first and by the second of the inner edges."""
    early, longer = draw["housing.cas3_early_share"], draw["housing.cas3_longer_share"]
    return early, max(early, 1.0 - longer)


def planned_nights(draw: Mapping[str, float]) -> Floats:
    """f8[n], shares of stays that are planned for 1, 2, ... n nights."""
    at = edges(draw)
    nights = np.arange(math.ceil(at[-1]) + 1, dtype=np.float64)
    return np.asarray(np.diff(np.interp(nights, at, (0.0, *planned_by(draw), 1.0))))


def taken_back(draw: Mapping[str, float], margins: Margins) -> tuple[Floats, Floats]:
    """f8[nodes] each, hazard of return to custody on licence, 1/person-day: in the 28 days after a release, and later.

    Whoever is there uses or not, is in treatment or not and keeps contact with probation or not: left out.
    """
    nodes, per_sd = margins.nodes, draw["disadvantage.recall"]
    factor = np.exp(per_sd * nodes.z) / nodes.mean_ratio(per_sd)
    short, longer = reoffence_hazards(draw, nodes)
    reoffence = np.where(nodes.traits[:, SHORT_SENTENCE] > 0.0, short, longer)
    charge = draw["custody.recall_on_charge"] * reoffence * np.exp(draw["disadvantage.reoffending"] * nodes.z)
    early, later = (hazard * factor + charge for hazard in recall_hazards(draw, margins.licence_early))
    return early, later


def who_takes_beds(draw: Mapping[str, float], margins: Margins, later: Floats) -> Floats:
    """f8[nodes], shares of the people who take the beds, adding up to 1; later: hazard of return to custody.

    Referral is by the first night before beds, at the first release and at every later one; those who are released
    again are spread as people are who return within a year.
    """
    nodes, again = margins.nodes, max(draw["custody.releases_per_person"] - 1.0, 0.0)
    returned = -np.expm1(-FOLLOW_UP_DAYS * later)
    mean = nodes.mean(returned)
    releases = 1.0 + (again * returned / mean if mean > 0.0 else 0.0)
    night, (homeless, temporary) = first_night_by_node(draw, nodes, margins.first_night), in_beds(draw)
    taken = nodes.weight * releases * (night.homeless * homeless + night.temporary * temporary)
    total = float(taken.sum())
    return np.asarray(taken / total if total > 0.0 else nodes.weight)


def mean_stay(draw: Mapping[str, float], margins: Margins | None = None) -> float:
    """Mean nights in a short-stay bed that ends by a move, by a return to custody or as planned.

    margins: of the draw, worked out where they are not handed over.
    """
    margins = margins_of(draw, 0.0, 0.0) if margins is None else margins
    moves = draw["housing.temporary_to_settled"] + draw["housing.temporary_to_homeless"]
    early, later = taken_back(draw, margins)
    planned = planned_nights(draw)
    longest = np.arange(1.0, len(planned) + 1.0)
    at_first, after = np.minimum(longest, EARLY_LICENCE_DAYS), np.maximum(longest - EARLY_LICENCE_DAYS, 0.0)
    stays = np.exp(-early * MOVED_IN)  # nobody moves out on the day of moving in
    begun = _nights(early, np.full(1, MOVED_IN)) + stays[:, None] * _nights(moves + early, at_first - MOVED_IN)
    left = stays[:, None] * np.exp(-np.multiply.outer(moves + early, at_first - MOVED_IN))
    return float(who_takes_beds(draw, margins, later) @ (begun + left * _nights(moves + later, after)) @ planned)


def _nights(hazards: Floats, longest: Floats) -> np.ndarray[Any, Any]:
    """f8[hazards, longest], mean nights of stays that end at a hazard a night, or after the longest of them."""
    spent = np.multiply.outer(hazards, longest)
    share = np.divide(-np.expm1(-spent), spent, out=np.ones_like(spent), where=spent > 0.0)
    return np.asarray(share * longest)


def beds_per_release(draw: Mapping[str, float], margins: Margins | None = None) -> float:
    """Short-stay beds in use today for each release a year; a bed is held from the eve of release on.

    margins: as for `mean_stay`.
    """
    return draw["housing.cas3_coverage"] * (EVE + mean_stay(draw, margins)) / 365.0
