"""The first night with the trait in place, and who of whom sleeps rough four weeks later; exact sums, once a draw.

Published ratios by roof (of overdose, of attendance) compare people who sleep rough with people who do not, so they
hold that the former are more disadvantaged. How much more is worked out for day 28: the first night before beds, then
the moves between roofs (sim/mechanisms/housing.py) without support, beds or custody.
Reads housing.* of the first night and of the moves, disadvantage.homeless.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.population.disadvantage import FirstNight, Nodes, centre_first_night, expit

COMPARED_ON = 28  # day after release on which people are compared by roof


def before_beds(draw: Mapping[str, float]) -> tuple[float, float]:
    """Shares (homeless, in temporary housing) of first nights as they would be without short-stay beds."""
    covered = draw["housing.cas3_coverage"]
    averted = draw["housing.cas3_additional"] * covered
    homeless = min(draw["housing.first_night_homeless"] + averted, 0.95)
    temporary = draw["housing.first_night_temporary"] - averted
    return homeless, min(max(temporary, 0.0), 1.0 - homeless)


def first_night_of(draw: Mapping[str, float], nodes: Nodes) -> FirstNight:
    """Log odds of the first night before beds, centred."""
    ratios = draw["housing.short_sentence_or"], draw["housing.no_fixed_abode_or"]
    return centre_first_night(nodes, draw["disadvantage.homeless"], *before_beds(draw), ratios)


def rough_exits(draw: Mapping[str, float]) -> tuple[float, float]:
    """Hazard of leaving the street, 1/person-day, in the first 28 days of a spell and later; it never rises."""
    early = draw["housing.rough_exit_days_1_28"]
    return early, early * draw["housing.rough_exit_later_part"]


def rough_later(draw: Mapping[str, float], nodes: Nodes, first: FirstNight) -> np.ndarray[Any, Any]:
    """f8[nodes], share who sleep rough on day 28."""
    leave = rough_exits(draw)[0]
    settles, to_rough = draw["housing.temporary_to_settled"], draw["housing.temporary_to_rough"]
    lost, from_home = draw["housing.settled_loss"], draw["housing.loss_to_rough"]
    at_once = draw["housing.rough_exit_settled"]
    a_day = np.array(
        [
            [1.0 - leave, leave * (1.0 - at_once), leave * at_once],
            [to_rough, 1.0 - to_rough - settles, settles],
            [lost * from_home, lost * (1.0 - from_home), 1.0 - lost],
        ]
    )  # rough, temporary, settled
    rough, temporary, settled = np.linalg.matrix_power(a_day, COMPARED_ON)[:, 0].tolist()
    terms = first.terms(nodes, draw["disadvantage.homeless"])
    homeless, unsettled = expit(first.homeless + terms), expit(first.unsettled + terms)
    shares = homeless * rough + (unsettled - homeless) * temporary + (1.0 - unsettled) * settled
    return np.asarray(shares)
