"""Recalls by cause, the street count, early deaths and reoffending after treatment, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.experiment.tally_lives import WINDOW, Lives
from sim.population import processes as P
from sim.population.codes import HIDDEN, ROUGH, SETTLED
from sim.population.processes import N_CLOCKS

ALL = np.arange(3)


class ThreeLives:
    """Fields of three people, as the day's end finds them."""

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {
            "n": np.zeros((3, N_CLOCKS), dtype=int),
            "recalls": np.zeros(3, dtype=int),
            "housing": np.full(3, SETTLED),
            "episodes": np.zeros(3, dtype=int),
        }

    def __call__(self, name: str, who: Any = slice(None)) -> Any:
        return self.fields[name][who].copy()

    def happens(self, clock: int, *people: int) -> None:
        self.fields["n"][list(people), clock] += 1


def test_a_recall_with_a_charge_is_no_breach() -> None:
    lives, people = Lives(3, 0.3), ThreeLives()
    people.happens(P.REOFFENCE, 0, 2)  # the third is charged and not recalled
    people.fields["recalls"] += [1, 1, 0]
    lives.look(people, ALL, ALL, np.zeros(3), 1)
    people.fields["recalls"] += [1, 0, 1]  # the next day two breaches
    lives.look(people, ALL, ALL, np.zeros(3), 2)
    assert lives.shares()["breach_share_of_recalls"] == (3.0, 4.0)


def test_the_street_count_is_of_recent_leavers_at_liberty() -> None:
    lives, people = Lives(3, 0.5), ThreeLives()
    people.fields["housing"] = np.array([ROUGH, ROUGH, HIDDEN])
    since = np.array([80, 84, 3])
    for day in range(1, WINDOW + 1):  # 5 nights of the first, 1 of the second, none of the third
        lives.look(people, ALL, ALL, since + day - 1, day)
    counted, exposed = lives.shares()["street_count_recent_leavers"]
    assert counted * 365 / WINDOW == pytest.approx((1 - np.exp(-2.5)) + (1 - np.exp(-0.5)))
    assert exposed == 3.0


def test_reoffending_counts_from_the_start_of_the_first_episode() -> None:
    lives, people = Lives(3, 0.3), ThreeLives()
    people.happens(P.REOFFENCE, 0)  # before treatment
    lives.look(people, ALL, ALL, np.zeros(3), 1)
    people.fields["episodes"][:] = 1
    people.happens(P.COMPLETES_TREATMENT, 0, 1)
    people.happens(P.DROPS_OUT, 2)
    lives.look(people, ALL, ALL, np.zeros(3), 2)
    people.happens(P.REOFFENCE, 1)
    people.happens(P.DROPS_OUT, 0)  # of a second episode
    lives.look(people, ALL, ALL, np.zeros(3), 3)
    shares = lives.shares()
    assert shares["reoffended_completed"] == (1.0, 2.0)  # the second; the first did before, and completed first
    assert shares["reoffended_dropped_out"] == (0.0, 1.0)


def test_early_deaths_by_day_and_by_roof() -> None:
    lives, people = Lives(3, 0.3), ThreeLives()
    people.fields["housing"] = np.array([ROUGH, SETTLED, HIDDEN])
    lives.look_at_release(people, ALL)
    assert lives.homeless_on_release.tolist() == [True, False, True]
    since, deaths = np.array([3, 4, 13, 14]), np.array([0.1, 0.2, 0.3, 0.9])
    homeless = np.array([True, False, True, True])
    early = Lives.early_deaths(since, deaths, homeless)
    assert early["deaths_14_days_first_4"] == pytest.approx((0.1, 0.6))
    assert early["deaths_14_days_homeless"] == pytest.approx((0.4, 0.6))
