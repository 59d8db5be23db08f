"""Short-stay beds after prison (CAS-3) that are in use today, from what a draw says of stays and of who has one.

The rule that offers them stands in sim/mechanisms/beds.py.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from sim.population.traits import sentence_shares


def mean_stay(draw: Mapping[str, float]) -> float:
    """Mean nights in a short-stay bed that ends by a move, by a return to custody or after the longest stay."""
    women, sentences = draw["population.women_share"], sentence_shares(draw)
    longer = (1.0 - women) * sentences[0, 2] + women * sentences[1, 2]
    reoffence = (1.0 - longer) * draw["reoffending.short"] + longer * draw["reoffending.long"]
    custody = draw["supervision.recall_compliance"] + draw["custody.after_reoffence"] * reoffence
    hazard = draw["housing.temporary_to_settled"] + draw["housing.temporary_to_rough"] + custody
    return float(-math.expm1(-hazard * draw["housing.cas3_max_nights"]) / hazard)


def beds_per_release(draw: Mapping[str, float]) -> float:
    """Short-stay beds in use today for each release a year."""
    return draw["housing.cas3_coverage"] * mean_stay(draw) / 365.0
