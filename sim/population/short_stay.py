"""Short-stay beds after prison (CAS-3): how long stays are planned, and how many beds are in use today.

A stay is planned for 7 to 56 nights (a share `housing.cas3_early_share` of stays), 57 to 84, or 85 to 112
(`housing.cas3_longer_share`), evenly within each, where 84 is `housing.cas3_max_nights`, the longest by the rule, and
56 and 112 are two and four thirds of it. So no night is the last one of many people at once. Without longer stays the
rule is observed by the letter. The rule that offers the beds stands in sim/mechanisms/beds.py.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from sim.core.records import Floats
from sim.population.traits import sentence_shares

WEEK = 7.0  # nights; no stay is planned to be shorter


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


def mean_stay(draw: Mapping[str, float]) -> float:
    """Mean nights in a short-stay bed that ends by a move, by a return to custody or as planned."""
    women, sentences = draw["population.women_share"], sentence_shares(draw)
    longer = (1.0 - women) * sentences[0, 2] + women * sentences[1, 2]
    reoffence = (1.0 - longer) * draw["reoffending.short"] + longer * draw["reoffending.long"]
    custody = draw["supervision.recall_compliance"] + draw["custody.recall_on_charge"] * reoffence
    hazard = draw["housing.temporary_to_settled"] + draw["housing.temporary_to_rough"] + custody
    shares = planned_nights(draw)
    return float(-(shares @ np.expm1(-hazard * np.arange(1.0, len(shares) + 1.0))) / hazard)


def beds_per_release(draw: Mapping[str, float]) -> float:
    """Short-stay beds in use today for each release a year."""
    return draw["housing.cas3_coverage"] * mean_stay(draw) / 365.0
