"""Conversions between hazards, probabilities, odds and yearly costs; the only place where they stand.

A hazard is events per unit of time at risk; p = 1 - exp(-h * t) for a constant hazard h over a time t. A rate a year
turns a cost into what it is every year.
All functions take and give scalars and use the math module, so that compiled and interpreted code agree bit for bit.
"""

from __future__ import annotations

import math

DAYS_PER_YEAR = 365.0


def probability_from_hazard(hazard: float, days: float) -> float:
    """Probability of at least one event within the days, at a constant hazard per day."""
    return -math.expm1(-hazard * days)


def hazard_from_probability(probability: float, days: float) -> float:
    """Constant hazard per day that gives the probability within the days."""
    if not 0.0 <= probability < 1.0:
        raise ValueError(f"a hazard needs a probability in [0, 1), not {probability}")
    return -math.log1p(-probability) / days


def equivalent_annual_cost(cost: float, years: float, rate: float) -> float:
    """What, paid at the end of each of the years, is worth the cost today: cost x r / (1 - (1 + r)^-years).

    Raises ValueError where the years or the rate a year are not above 0.
    """
    if not (years > 0.0 and rate > 0.0):
        raise ValueError(f"a yearly cost needs years and a rate above 0, not {years} and {rate}")
    return cost * rate / -math.expm1(-years * math.log1p(rate))


def logit(probability: float) -> float:
    """Log odds; the probability lies strictly between 0 and 1."""
    if not 0.0 < probability < 1.0:
        raise ValueError(f"log odds need a probability strictly between 0 and 1, not {probability}")
    return math.log(probability / (1.0 - probability))


def probability_from_logit(log_odds: float) -> float:
    """Inverse of logit, safe for large values of either sign."""
    if log_odds >= 0.0:
        return 1.0 / (1.0 + math.exp(-log_odds))
    odds = math.exp(log_odds)
    return odds / (1.0 + odds)


def lost_by_odds(lost: float, odds_ratio: float) -> float:
    """Probability of loss where the odds of arriving, (1 - lost) / lost, are multiplied by a ratio."""
    return lost / (lost + odds_ratio * (1.0 - lost)) if lost > 0.0 else 0.0


def per_day(per_year: float) -> float:
    """A hazard per person-day from one per person-year."""
    return per_year / DAYS_PER_YEAR
