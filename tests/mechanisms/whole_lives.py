"""Whole lives of people made by hand, day by day, in a world without queues."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from by_hand import someone

from sim.engine import person_day as life
from sim.population.codes import LONGER, NOT_YET_RELEASED, TREATMENT_SERVICE

RELEASE_DAY = 3
DIARY = {"watched", "n_logged", "logged"}


def leaver(number: int, **fields: Any) -> Any:
    """Somebody to be released for the first time on day 3, whom any journey brings to the hub."""
    start = {
        "status": NOT_YET_RELEASED, "releases": 0, "custody_until": RELEASE_DAY, "first_release": RELEASE_DAY,
        "sentence": LONGER, "licence_days": 365, "first_night": -1, "ost_chance": 0.571, "lost_chance": 0.28,
        "home_last_start": 1440.0, "journey_minutes": 40.0, "leave_before": 1440.0,
    }  # fmt: skip
    return someone(number, **(start | fields))


def live_through(row: Any, params: Any, days: Iterable[int]) -> Any:
    """The row after the days; whoever joins the list of treatment is offered an appointment the next day."""
    life.prepare(row, params)
    for day in days:
        life.live_day(row, params, day)
        if row["leaves"][TREATMENT_SERVICE]:
            row["worker"][TREATMENT_SERVICE] = -1
        if row["joins"][TREATMENT_SERVICE]:
            row["worker"][TREATMENT_SERVICE] = 0
            row["worker_start"] = 0.30
            row["appointment_day"] = day + 1
        row["joins"] = row["leaves"] = 0
        row["moved"] = 0
    return row
