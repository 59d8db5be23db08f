"""Means over the population at baseline, by which centred effects are shifted once, at load.

Where a published mean already covers a mixed population, the intercept or reference hazard is moved so that the mean
holds with the effect in place. All means are exact sums over the traits, not samples, so a draw's numbers carry no
noise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.core.rates import logit, probability_from_logit
from sim.population.traits import OLDEST, YOUNGEST, need_shares, sentence_shares, trait_numbers


@dataclass(frozen=True)
class Margins:
    """Shares and means of the population at baseline.

    abused_women: share of everybody; drinks_of_opiate: share of people with an opiate need.
    short_by_nfa: f8[2, 2], joint shares of (sentence to 12 months no/yes, no fixed abode no/yes).
    journey_term: mean of (minutes clipped to 30-90 - 30) / 10 over homes; fare_share: share of homes with a fare due;
    meeting_share: share of homes near a mutual aid meeting.
    """

    women: float
    abused_women: float
    drinks_of_opiate: float
    ace4: float
    complex_ptsd: float
    mental_health: float
    chemsex: float
    opiate: float
    short_by_nfa: np.ndarray[Any, Any]
    age_mean: float
    age_sd: float
    journey_term: float
    fare_share: float
    meeting_share: float

    def mean_age_ratio(self, ratio_10y: float, centre: float) -> float:
        """Mean of ratio^((age - centre) / 10) over the cut normal of ages, by 400-point midpoint quadrature."""
        width = (OLDEST - YOUNGEST) / 400
        ages = YOUNGEST + width * (np.arange(400) + 0.5)
        weights = np.exp(-0.5 * ((ages - self.age_mean) / self.age_sd) ** 2)
        return float((weights * ratio_10y ** ((ages - centre) / 10.0)).sum() / weights.sum())


def margins_of(
    draw: Mapping[str, float], journey_term: float, fare_share: float, meeting_share: float = 0.0
) -> Margins:
    """Margins of a parameter draw, with the area's mean journey and the meetings near homes at baseline."""
    numbers = trait_numbers(draw)[0]
    women = float(numbers["women_share"])
    by_sex = np.array([1.0 - women, women])
    ace4_by_sex = numbers["ace4"]
    ace4 = float(by_sex @ ace4_by_sex)
    health = numbers["mental_health"].reshape(2, 2)
    health_by_sex = health[:, 0] * (1.0 - ace4_by_sex) + health[:, 1] * ace4_by_sex
    needs = need_shares(draw)
    sentences = by_sex @ sentence_shares(draw)
    short, nfa = float(sentences[0] + sentences[1]), float(numbers["no_fixed_abode"])
    return Margins(
        women=women,
        abused_women=women * float(numbers["abuse_women"]),
        drinks_of_opiate=float(numbers["alcohol_beside_opiates"]),
        ace4=ace4,
        complex_ptsd=float(numbers["complex_ptsd"][0] * (1.0 - ace4) + numbers["complex_ptsd"][1] * ace4),
        mental_health=float(by_sex @ health_by_sex),
        chemsex=float((1.0 - women) * (needs[2] + needs[4]) * numbers["chemsex_need"]),
        opiate=float(needs[0] + needs[1]),
        short_by_nfa=np.outer([1.0 - short, short], [1.0 - nfa, nfa]),
        age_mean=draw["population.age_mean"],
        age_sd=draw["population.age_sd"],
        journey_term=journey_term,
        fare_share=fare_share,
        meeting_share=meeting_share,
    )


def centred_intercept(mean: float, shifts: np.ndarray[Any, Any], shares: np.ndarray[Any, Any]) -> float:
    """Intercept b with sum(shares x p(b + shifts)) = mean on the logit scale, by bisection."""
    cells = list(zip(np.ravel(shares).tolist(), np.ravel(shifts).tolist(), strict=True))
    low, high = logit(mean) - 20.0, logit(mean) + 20.0
    for _ in range(80):
        middle = 0.5 * (low + high)
        if math.fsum(share * probability_from_logit(middle + shift) for share, shift in cells) < mean:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
