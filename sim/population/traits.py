"""Numbers from which people are sampled, derived once from a parameter draw and the area.

Equations: conditional probabilities given four or more ACEs keep the published total and the odds ratio;
shares of one whole are divided by their sum; age is a normal cut at 18 and 75.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from sim.core.records import Cells, Field, record_dtype
from sim.population import need_seen
from sim.population.disadvantage import cell_shares, observed_part

YOUNGEST, OLDEST = 18.0, 75.0
NEED_PARAMETERS = ("need.opiate_and_crack", "need.opiate_no_crack", "need.stimulant", "need.alcohol")


class TraitNumbers:
    """Numbers from which traits are drawn. A row with the dtype TRAIT_NUMBERS."""

    women_share: Annotated[float, Field("f8", "share", "women")]
    age_mean: Annotated[float, Field("f8", "years", "mean of the normal of ages")]
    age_sd: Annotated[float, Field("f8", "years", "its standard deviation")]
    age_low: Annotated[float, Field("f8", "probability", "of that normal below the youngest age")]
    age_high: Annotated[float, Field("f8", "probability", "of that normal below the oldest age")]
    need_cumulative: Annotated[Cells[float], Field("f8", "share", "of needs, added up", shape=(5,))]
    injecting_opiate: Annotated[float, Field("f8", "share", "of opiate needs who inject")]
    ace4: Annotated[Cells[float], Field("f8", "share", "with four or more ACEs, by sex", shape=(2,))]
    any_ace: Annotated[float, Field("f8", "share", "with any ACE")]
    abuse_women: Annotated[float, Field("f8", "share", "of women who have been abused")]
    alcohol_beside_opiates: Annotated[float, Field("f8", "share", "of opiate needs with an alcohol problem")]
    complex_ptsd: Annotated[Cells[float], Field("f8", "share", "without and with four or more ACEs", shape=(2,))]
    mental_health: Annotated[
        Cells[float], Field("f8", "share", "of men, then women, without and with four or more ACEs", shape=(4,))
    ]
    chemsex_need: Annotated[float, Field("f8", "share", "of men with a stimulant or other need")]
    no_fixed_abode: Annotated[float, Field("f8", "share", "without a fixed abode before custody")]
    sentence_cumulative: Annotated[
        Cells[float], Field("f8", "share", "of sentences of men, then women, added up", shape=(6,))
    ]
    licence_days: Annotated[Cells[float], Field("f8", "days", "mean of the licence by sentence", shape=(3,))]
    friday: Annotated[float, Field("f8", "share", "of releases on a Friday")]
    outside: Annotated[float, Field("f8", "share", "of men released outside the region")]
    children: Annotated[float, Field("f8", "share", "of women with children under 18")]
    disadvantage_start: Annotated[float, Field("f8", "standard deviations", "of it with none of the observed traits")]
    disadvantage_by: Annotated[
        Cells[float], Field("f8", "standard deviations", "that each observed trait adds", shape=(5,))
    ]
    disadvantage_rest: Annotated[float, Field("f8", "standard deviations", "that nothing observed tells")]
    need_rank: Annotated[
        Cells[int], Field("i4", "index", "place of each cell of seen traits among scores", shape=(32,))
    ]
    seen_above: Annotated[
        Cells[float], Field("f8", "share", "of three groups with a higher score than each cell", shape=(3 * 32,))
    ]
    seen_equal: Annotated[Cells[float], Field("f8", "share", "of them with the same score", shape=(3 * 32,))]


TRAIT_NUMBERS = record_dtype(TraitNumbers)


@dataclass(frozen=True)
class Homes:
    """Where people live and are released from.

    weights: f8[places], share of people by home place, sum 1.
    mens_prison: i4[places], prison of men by home place; womens_prison: index; outside: index meaning another region.
    """

    weights: np.ndarray[Any, Any]
    mens_prison: np.ndarray[Any, Any]
    womens_prison: int
    outside: int


def conditional_pair(total: float, odds_ratio: float, share: float) -> tuple[float, float]:
    """(p without, p with) a trait carried by `share` of people, with the given total and odds ratio.

    Errors: ValueError unless total and share lie strictly between 0 and 1.
    """
    if not (0.0 < total < 1.0 and 0.0 < share < 1.0):
        raise ValueError(f"total {total} and share {share} must lie strictly between 0 and 1")
    low, high = 0.0, 1.0
    for _ in range(60):  # bisection: the total rises with p
        p = 0.5 * (low + high)
        raised = odds_ratio * p / (1.0 - p + odds_ratio * p)
        if (1.0 - share) * p + share * raised < total:
            low = p
        else:
            high = p
    return p, odds_ratio * p / (1.0 - p + odds_ratio * p)


def _phi(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


def need_shares(draw: Mapping[str, float]) -> np.ndarray[Any, Any]:
    """f8[5], shares of the five needs, sum 1; the remainder is the other-drugs group.

    Where a draw's four named shares leave nothing for the rest, they are divided by their sum.
    """
    named = np.array([draw[name] for name in NEED_PARAMETERS])
    rest = max(0.0, 1.0 - float(named.sum()))
    shares = np.append(named, rest)
    return np.asarray(shares / shares.sum())


def sentence_shares(draw: Mapping[str, float]) -> np.ndarray[Any, Any]:
    """f8[2, 3], shares of sentence length by sex (man, woman), each row sum 1."""
    middle = draw["population.sentence_6_12m"]
    rows = []
    for name in ("population.sentence_to_6m_men", "population.sentence_to_6m_women"):
        short = draw[name]
        row = np.array([short, middle, max(0.0, 1.0 - short - middle)])
        rows.append(row / row.sum())
    return np.array(rows)


def trait_numbers(draw: Mapping[str, float]) -> np.ndarray[Any, Any]:
    """One TRAIT_NUMBERS record (array of length 1) of a parameter draw."""
    numbers = np.zeros(1, dtype=TRAIT_NUMBERS)
    row = numbers[0]
    mean, sd = draw["population.age_mean"], draw["population.age_sd"]
    row["women_share"] = draw["population.women_share"]
    row["age_mean"], row["age_sd"] = mean, sd
    row["age_low"], row["age_high"] = _phi((YOUNGEST - mean) / sd), _phi((OLDEST - mean) / sd)
    row["need_cumulative"] = np.cumsum(need_shares(draw))
    row["injecting_opiate"] = draw["population.injecting_opiate"]
    ace4 = (draw["population.ace4_men"], draw["population.ace4_women"])
    odds = draw["population.ace4_or"]
    row["ace4"] = ace4
    row["any_ace"] = draw["population.any_ace"]
    row["abuse_women"] = draw["population.abuse_women"]
    row["alcohol_beside_opiates"] = draw["population.alcohol_beside_opiates"]
    row["complex_ptsd"] = conditional_pair(draw["population.cptsd_men"], odds, ace4[0])
    row["mental_health"] = (
        *conditional_pair(draw["population.mental_health_men"], odds, ace4[0]),
        *conditional_pair(draw["population.mental_health_women"], odds, ace4[1]),
    )
    row["chemsex_need"] = draw["population.chemsex_need"]
    row["no_fixed_abode"] = draw["population.no_fixed_abode_before"]
    row["sentence_cumulative"] = np.cumsum(sentence_shares(draw), axis=1).ravel()
    licence = draw["supervision.licence_days_to_6m"]
    row["licence_days"] = (licence, 2.0 * licence, 365.0)
    row["friday"] = draw["population.friday_release"]
    row["outside"] = draw["population.released_outside_region"]
    row["children"] = draw["population.children_women"]
    start, by, rest = observed_part(draw, cell_shares(row).sum(axis=0))
    row["disadvantage_start"], row["disadvantage_by"], row["disadvantage_rest"] = start, by, rest
    row["need_rank"], row["seen_above"], row["seen_equal"] = need_seen.groups(draw, row)
    return numbers
