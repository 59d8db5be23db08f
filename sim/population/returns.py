"""Who comes back to custody within a year, by the nodes of disadvantage: what a share of later releases is made of.

Expected returns of a node, with a the loadings, z the trait, c and E as in sim/population/disadvantage.py:
    breach   recall_compliance x exp(a z) / E x licence days
    charge   reoffending a day x c exp(a z) / E x (licence days x recall_on_charge + days off licence x after_reoffence)
    returns  H / (1 + H x stay / 365),   H = breach + charge, since nobody comes back from custody to custody
Left out: roof, use, treatment, contact, and when in the year a release falls. So numbers are a little off and shares of
groups in them less so, which is all that is asked of it (sim/population/need_seen.py).
Reads reoffending.* but the crude ratios, supervision.recall_compliance, custody.* of stays and of what a charge brings.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.population.disadvantage import SHORT_SENTENCE, Nodes

YEAR = 365.0
Array = np.ndarray[Any, Any]


def spent_in_a_year(draw: Mapping[str, float], short: float) -> tuple[float, float]:
    """Hazard of a proven reoffence spent within a year by the published shares: sentences to 12 months, longer.

    short: share of people with a sentence to 12 months. Of longer sentences the share is what is left of the share of
    all, 0 where nothing is.
    """
    of_short, of_all = draw["reoffending.within_year_short"], draw["reoffending.within_year_all"]
    of_long = max(0.0, (of_all - short * of_short) / (1.0 - short)) if short < 1.0 else of_all
    return -math.log1p(-of_short), -math.log1p(-of_long)


def mean_recall(draw: Mapping[str, float]) -> tuple[float, float]:
    """Mean days in custody of a recall: sentences to 12 months, longer."""
    fixed, standard = draw["custody.fixed_recall_days"], draw["custody.standard_recall_days"]
    short, long = draw["custody.fixed_recall_share_short"], draw["custody.fixed_recall_share_long"]
    return short * fixed + (1.0 - short) * standard / 4.0, long * 2.0 * fixed + (1.0 - long) * standard


def expected(draw: Mapping[str, float], nodes: Nodes, licence_days: tuple[float, float]) -> Array:
    """f8[nodes], later releases expected of a person within a year of the first.

    licence_days: mean days of licence of sentences to 12 months, and of longer ones.
    """
    short = nodes.traits[:, SHORT_SENTENCE]
    licence, stay = (
        short * days[0] + (1.0 - short) * days[1]
        for days in (tuple(min(YEAR, each) for each in licence_days), mean_recall(draw))
    )
    recall, again = draw["disadvantage.recall"], draw["disadvantage.reoffending"]
    breach = draw["supervision.recall_compliance"] * np.exp(recall * nodes.z) / nodes.mean_ratio(recall) * licence
    spent = spent_in_a_year(draw, nodes.mean(short))
    a_day = np.zeros_like(nodes.z)
    for base, hazard, among in (
        (draw["reoffending.short"], spent[0], short),
        (draw["reoffending.long"], spent[1], 1.0 - short),
    ):
        if float(nodes.weight @ among) > 0.0:
            a_day += among * base * nodes.frailty_scale(again, hazard, among) / nodes.mean_ratio(again, among)
    a_day *= np.exp(again * nodes.z)
    charged = licence * draw["custody.recall_on_charge"] + (YEAR - licence) * draw["custody.after_reoffence"]
    both = breach + a_day * charged
    return np.asarray(both / (1.0 + both * stay / YEAR))
