"""Hazards of going back to custody, derived from a draw, for the rules and for sums that are made before a run.

Recall for a breach is applied by sim/mechanisms/supervision.py, proven reoffending by sim/mechanisms/reoffending.py.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from sim.population.disadvantage import SHORT_SENTENCE, Nodes


def recall_hazards(draw: Mapping[str, float], licence_early: float) -> tuple[float, float]:
    """Hazard of recall for a breach, mean over people, 1/person-day on licence: 28 days after release, later.

    licence_early: share of the licence days of everybody that lie in those 28 days, so that the mean over licence days
    stays.
    """
    early = draw["supervision.recall_days_1_28_ratio"]
    later = draw["supervision.recall_compliance"] / (1.0 + licence_early * (early - 1.0))
    return later * early, later


def spent_in_a_year(draw: Mapping[str, float], short: float) -> tuple[float, float]:
    """Hazard of reoffending spent within a year by the published shares: sentences to 12 months, longer.

    short: share of people with a sentence to 12 months. Of longer sentences the share is what is left of the share of
    all, 0 where nothing is.
    """
    of_short, of_all = draw["reoffending.within_year_short"], draw["reoffending.within_year_all"]
    of_long = max(0.0, (of_all - short * of_short) / (1.0 - short)) if short < 1.0 else of_all
    return -math.log1p(-of_short), -math.log1p(-of_long)


def reoffence_hazards(draw: Mapping[str, float], nodes: Nodes) -> tuple[float, float]:
    """Hazard of a proven reoffence at mean disadvantage, 1/person-day at liberty: sentences to 12 months, longer; with
    the frailty scale, so that the shares within a year stay as published whatever the loading is."""
    per_sd, is_short = draw["disadvantage.reoffending"], nodes.traits[:, SHORT_SENTENCE]
    spent = spent_in_a_year(draw, nodes.mean(is_short))
    short, longer = (
        draw[base] * nodes.frailty_scale(per_sd, hazard, among) / nodes.mean_ratio(per_sd, among)
        for base, hazard, among in zip(
            ("reoffending.short", "reoffending.long"), spent, (is_short, 1.0 - is_short), strict=True
        )
    )
    return short, longer
