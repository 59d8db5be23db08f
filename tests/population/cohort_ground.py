"""A made-up map and its cohorts for the tests of the population."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.population.codes import COUNTED, MOST_PEOPLE, N_KINDS
from sim.population.cohort import days_of_release, sample_cohort
from sim.population.traits import Homes, trait_numbers

SIGMAS = 5.0  # a comparison of this width fails for one seed in 1.7 million; seeds are fixed
MENS = np.array([0, 1, 1], dtype=np.int64)
HOMES = Homes(weights=np.array([0.5, 0.3, 0.2]), mens_prison=MENS, womens_prison=2, outside=3)


def cohort(
    draw: Mapping[str, float], n: int, *, seed: int = 1, start_weekday: int = 2, kind: int = COUNTED, first_day: int = 0
) -> np.ndarray[Any, Any]:
    """n people of the made-up map; day 0 is a Wednesday unless told."""
    who, first_days = kind * MOST_PEOPLE + np.arange(n), np.full(N_KINDS, first_day, dtype=np.int64)
    numbers = trait_numbers(draw)
    days = days_of_release(who, numbers, seed=seed, start_weekday=start_weekday, first_days=first_days)
    return sample_cohort(who, days, numbers, HOMES, seed=seed)


def assert_share(flags: np.ndarray[Any, Any], p: float) -> None:
    """The share of true flags is p within SIGMAS binomial standard errors."""
    n = len(flags)
    assert n > 1000
    error = (p * (1.0 - p) / n) ** 0.5
    assert abs(float(np.mean(flags)) - p) < SIGMAS * error, (float(np.mean(flags)), p, error)


def odds_ratio(outcome: np.ndarray[Any, Any], given: np.ndarray[Any, Any]) -> tuple[float, float]:
    """(log odds ratio of the outcome given the trait against without it, its standard error)."""
    cells = [float(np.sum((given == g) & (outcome == o))) for g in (1, 0) for o in (1, 0)]
    log = np.log(cells[0] * cells[3] / (cells[1] * cells[2]))
    return float(log), float(np.sqrt(sum(1.0 / cell for cell in cells)))
