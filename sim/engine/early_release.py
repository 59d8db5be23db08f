"""Early releases: days of the area on which people leave prison who were due later (sim/area, early_releases.csv).

People are moved, never added: among those due within the row's days after its date, sentences to 12 months and longer
ones apart, as many as the row says leave on the date, those with the lowest random numbers of their own for that row.
Whoever is not moved is released as ever. A licence ends when it would have ended. Nobody is moved who leaves from
remand or court, or who counts to a day before the study; of fewer people than the row wants all are moved.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.core.compiled import rows
from sim.core.days import day_of
from sim.core.errors import InputError
from sim.population.codes import MOST_PEOPLE
from sim.population.cohort import sample_sentences
from sim.population.traits import sentence_shares

if TYPE_CHECKING:
    from datetime import date

    from sim.area import Area

YEAR_OF_RELEASES = 364.0
GROUPS = ("with sentences to 12 months", "with longer sentences")
Array = np.ndarray[Any, Any]


def pulses_of(area: Area, zero: date, days: int, scale: float) -> Array:
    """f8[pulses, 5], those that fall into a run: row of the table, day of the run, people of the run to be moved with a
    sentence to 12 months, with a longer one, days within which they were due.

    zero: date of the run's day 0; scale: people of the run for one in the area.
    """
    of_run = [
        (k, day, scale * row.releases * row.share_to_12_months, scale * row.releases * (1.0 - row.share_to_12_months),
         row.due_within_days)
        for k, row in enumerate(area.early_releases)
        if 0 <= (day := day_of(zero, row.date)) < days
    ]  # fmt: skip
    return np.array(of_run, dtype=np.float64).reshape(-1, 5)


def refuse_too_large(area: Area, draw: Mapping[str, float]) -> None:
    """Raises InputError where a row wants more people than are there on average under a draw."""
    women = draw["population.women_share"]
    longer = float(np.array([1.0 - women, women]) @ sentence_shares(draw)[:, 2])
    a_day = draw["population.people_per_year"] * (1.0 - draw["population.released_from_remand"]) / YEAR_OF_RELEASES
    for row in area.early_releases:
        shares = (row.share_to_12_months, 1.0 - row.share_to_12_months)
        due = tuple(a_day * of_all * row.due_within_days for of_all in (1.0 - longer, longer))
        most = min(there / share for share, there in zip(shares, due, strict=True) if share > 0.0)
        for share, there, who in zip(shares, due, GROUPS, strict=True):
            if row.releases * share > there:
                raise InputError(
                    f"{row.releases * share:.0f} people {who} are to leave early, and about {there:.0f} are due within "
                    f"{row.due_within_days} days after {row.date}",
                    file=area.folder / "early_releases.csv", line=row.row_line, key="releases",
                    allowed=f"at most {most:.0f}, or more days",
                )  # fmt: skip


def moved_early(days: Array, who: Array, pulses: Array, traits: Array, *, seed: int, first_day: int) -> Array:
    """i4[people], days of first release with the people of each pulse moved to its day.

    days: of first release, as drawn; who: permanent numbers; pulses: of `pulses_of`; traits: TRAIT_NUMBERS; first_day:
    of the study.
    """
    moved = days.copy()
    if not len(pulses):
        return moved
    longer, remand = np.empty(len(who), dtype=np.int64), np.empty(len(who), dtype=np.int64)
    luck, rounds = np.empty((len(who), len(pulses))), np.empty((len(pulses), 2))
    sample_sentences(longer, remand, luck, rounds, who, rows(traits), pulses[:, 0].astype(np.int64), np.uint64(seed))
    counted = who < MOST_PEOPLE
    for n, (_, day, *wanted, within) in enumerate(pulses):
        there = (moved > day) & (moved <= day + within) & (remand == 0)
        if day < first_day:
            there &= ~counted
        for group in range(2):
            of_group = np.flatnonzero(there & (longer == group))
            most = int(wanted[group] + rounds[n, group])
            chosen = of_group[np.argsort(luck[of_group, n], kind="stable")][:most]
            moved[chosen] = int(day)
    return moved
