"""Hazards of going back to custody, and by the nodes of disadvantage who does within a year.

Expected returns of a node, with a the loadings, z the trait, c and E as in sim/population/disadvantage.py:
    breach   recall_compliance x exp(a z) / E x licence days
    charge   reoffending a day x c exp(a z) / E x (licence days x recall_on_charge + days off licence x after_reoffence)
    returns  H / (1 + H x stay / 365),   H = breach + charge, since nobody comes back from custody to custody
Left out: roof, use, treatment, contact, and when in the year a release falls. So numbers are a little off and shares of
groups in them less so, which is all that is asked of it (sim/population/need_seen.py). Recall for a breach is applied
by sim/mechanisms/supervision.py, proven reoffending by sim/mechanisms/reoffending.py.
Reads reoffending.* but the crude ratios, supervision.recall_compliance, custody.* of stays and of what a charge brings.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.core.records import Floats
from sim.evidence.recall_laws import RecallLaw, load_recall_laws
from sim.population.disadvantage import SHORT_SENTENCE, Nodes

YEAR = 365.0
Array = np.ndarray[Any, Any]


def recall_hazards(draw: Mapping[str, float], licence_early: float) -> tuple[float, float]:
    """Hazard of recall for a breach, mean over people, 1/person-day on licence: 28 days after release, later.

    licence_early: share of the licence days of everybody that lie in those 28 days, so that the mean over licence days
    stays.
    """
    early = draw["supervision.recall_days_1_28_ratio"]
    later = draw["supervision.recall_compliance"] / (1.0 + licence_early * (early - 1.0))
    return later * early, later


def spent_in_a_year(draw: Mapping[str, float], short: float) -> tuple[float, float]:
    """Hazard of a proven reoffence spent within a year by the published shares: sentences to 12 months, longer.

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

    def at_mean(base: str, hazard: float, among: Array) -> float:
        if float(nodes.weight @ among) <= 0.0:  # nobody has such a sentence
            return draw[base]
        return draw[base] * nodes.frailty_scale(per_sd, hazard, among) / nodes.mean_ratio(per_sd, among)

    return (
        at_mean("reoffending.short", spent[0], is_short), at_mean("reoffending.long", spent[1], 1.0 - is_short),
    )  # fmt: skip


def mean_recall(draw: Mapping[str, float], law: RecallLaw) -> tuple[float, float]:
    """Mean days in custody of a recall under a law: sentences to 12 months, longer."""
    standard = draw["custody.standard_recall_days"]
    short, long = (draw[share] for share in law.shares)
    return (
        short * law.days[0] + (1.0 - short) * standard / 4.0,
        long * law.days[1] + (1.0 - long) * standard,
    )


def expected(
    draw: Mapping[str, float], nodes: Nodes, licence_days: tuple[float, float], law: RecallLaw | None = None
) -> Array:
    """f8[nodes], later releases expected of a person within a year of the first.

    licence_days: mean days of licence of sentences to 12 months, and of longer ones. law: of recall, the latest unless
    told otherwise, since stays tell shares of groups little.
    """
    short = nodes.traits[:, SHORT_SENTENCE]
    licence, stay = (
        short * days[0] + (1.0 - short) * days[1]
        for days in (tuple(min(YEAR, each) for each in licence_days), mean_recall(draw, law or load_recall_laws()[-1]))
    )
    recall, again = draw["disadvantage.recall"], draw["disadvantage.reoffending"]
    breach = draw["supervision.recall_compliance"] * np.exp(recall * nodes.z) / nodes.mean_ratio(recall) * licence
    of_short, of_long = reoffence_hazards(draw, nodes)
    a_day = (short * of_short + (1.0 - short) * of_long) * np.exp(again * nodes.z)
    charged = licence * draw["custody.recall_on_charge"] + (YEAR - licence) * draw["custody.after_reoffence"]
    taken: Floats = breach + a_day * charged
    return np.asarray(taken / (1.0 + taken * stay / YEAR))
