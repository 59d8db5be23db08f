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

from sim.population.disadvantage import FirstNight, Nodes, nodes_of, refuse_extremes
from sim.population.first_night import Later, first_night_of, later_by_node
from sim.population.traits import OLDEST, YOUNGEST, need_shares, sentence_shares, trait_numbers

CENTRE_AGE = 38.0  # years, at which hazards that rise with age are stated
EARLY_LICENCE_DAYS = 28  # after release, in which recall is likelier than later


@dataclass(frozen=True)
class Margins:
    """Shares and means of the population at baseline.

    abused_women: share of everybody; drinks_of_opiate: share of people with an opiate need.
    mental_health_by: f8[2, 2], shares of men and women, without and with four or more adverse experiences.
    licence_early: share of the licence days of everybody that lie in the first 28 days after the first release.
    nodes: the population by disadvantage (sim/population/disadvantage.py); first_night: its first night before beds;
    later: who of each node sleeps rough and who has a home on day 28 (sim/population/first_night.py).
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
    age_mean: float
    age_sd: float
    journey_term: float
    fare_share: float
    meeting_share: float
    mental_health_by: np.ndarray[Any, Any]
    licence_early: float
    nodes: Nodes
    first_night: FirstNight
    later: Later

    def mean_age_ratio(self, ratio_10y: float, centre: float) -> float:
        """Mean of ratio^((age - centre) / 10) over the cut normal of ages, by 400-point midpoint quadrature."""
        width = (OLDEST - YOUNGEST) / 400
        ages = YOUNGEST + width * (np.arange(400) + 0.5)
        weights = np.exp(-0.5 * ((ages - self.age_mean) / self.age_sd) ** 2)
        return float((weights * ratio_10y ** ((ages - centre) / 10.0)).sum() / weights.sum())

    def mean_age_ratio_to(self, ratio_10y: float, centre: float, highest: float) -> float:
        """Mean of ratio^((min(age, highest) - centre) / 10) over the cut normal of ages, in closed form."""
        rate, spread = math.log(ratio_10y) / 10.0, self.age_sd**2
        highest = min(max(highest, YOUNGEST), OLDEST)

        def below(age: float, mean: float) -> float:
            return 0.5 * math.erfc((mean - age) / (self.age_sd * math.sqrt(2.0)))

        everybody = below(OLDEST, self.age_mean) - below(YOUNGEST, self.age_mean)
        tilted = self.age_mean + rate * spread
        rising = math.exp(rate * (self.age_mean - centre) + 0.5 * rate**2 * spread) * (
            below(highest, tilted) - below(YOUNGEST, tilted)
        )
        level = math.exp(rate * (highest - centre)) * (below(OLDEST, self.age_mean) - below(highest, self.age_mean))
        return (rising + level) / everybody


def margins_of(
    draw: Mapping[str, float], journey_term: float, fare_share: float, meeting_share: float = 0.0,
    numbers: Any = None,
) -> Margins:  # fmt: skip
    """Margins of a parameter draw, with the area's mean journey and the meetings near homes at baseline.

    numbers: TRAIT_NUMBERS row of the draw, worked out where it is not handed over.
    Errors: InputError, naming its row, for a loading of disadvantage that cannot be centred.
    """
    refuse_extremes(draw)
    numbers = trait_numbers(draw)[0] if numbers is None else numbers
    women = float(numbers["women_share"])
    by_sex = np.array([1.0 - women, women])
    ace4_by_sex = numbers["ace4"]
    ace4 = float(by_sex @ ace4_by_sex)
    health = numbers["mental_health"].reshape(2, 2)
    health_by_sex = health[:, 0] * (1.0 - ace4_by_sex) + health[:, 1] * ace4_by_sex
    needs = need_shares(draw)
    sentences = by_sex @ sentence_shares(draw)
    licence = np.asarray(numbers["licence_days"])
    nodes = nodes_of(draw, numbers)
    first_night = first_night_of(draw, nodes)
    return Margins(
        women=women,
        abused_women=women * float(numbers["abuse_women"]),
        drinks_of_opiate=float(numbers["alcohol_beside_opiates"]),
        ace4=ace4,
        complex_ptsd=float(numbers["complex_ptsd"][0] * (1.0 - ace4) + numbers["complex_ptsd"][1] * ace4),
        mental_health=float(by_sex @ health_by_sex),
        chemsex=float((1.0 - women) * (needs[2] + needs[4]) * numbers["chemsex_need"]),
        opiate=float(needs[0] + needs[1]),
        age_mean=draw["population.age_mean"],
        age_sd=draw["population.age_sd"],
        journey_term=journey_term,
        fare_share=fare_share,
        meeting_share=meeting_share,
        mental_health_by=health,
        licence_early=float(sentences @ np.minimum(licence, EARLY_LICENCE_DAYS) / (sentences @ licence)),
        nodes=nodes,
        first_night=first_night,
        later=later_by_node(draw, nodes, first_night),
    )
