"""What happens to people in a run, in counts that published figures are made of: recalls by cause, the street and early
deaths by day and roof, and reoffending after treatment.

Seen at the end of every day of the people in their year of follow-up, by sim/experiment/tally.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.population import processes as P
from sim.population.codes import HOMELESS, ROUGH

Array = NDArray[Any]
Column = Callable[..., Array]

WINDOW = 28  # days over which people sleeping rough are counted
WINDOWS_A_YEAR = 365.0 / WINDOW
RECENT = 85  # days since release of people who count as having left prison lately
EARLY, EARLIEST = 14, 4  # days since the latest release
COMPLETED, DROPPED_OUT = range(2)


class Lives:
    """Counts of the people who count, day by day.

    n: people. seen_per_night: hazard of being counted a night on the street. homeless_on_release: bool[people], without
    a home on the night of the latest release.
    """

    def __init__(self, n: int, seen_per_night: float) -> None:
        self.homeless_on_release = np.zeros(n, dtype=bool)
        self._recalls, self._reoffences = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
        self._ends = np.zeros((2, n), dtype=np.int64)  # episodes completed and dropped out of
        self._breaches = self._recalled = 0
        self._nights, self._counted = np.zeros(n), 0.0  # on the street in the present window; people seen there
        self._end, self._reoffended = (
            np.full(n, -1),
            np.zeros(n, dtype=bool),
        )  # how the first episode ended; since it began
        self._seen_per_night = seen_per_night

    def look(self, now: Column, followed: Array, free: Array, since: Array, day: int) -> None:
        """Take down a day. followed, free: people in their year, and those of them at liberty, by index; since: of the
        latter, days since the latest release."""
        occurrences = now("n", followed)
        reoffences, recalls = occurrences[:, P.REOFFENCE], now("recalls", followed)
        recalled, charged = recalls > self._recalls[followed], reoffences > self._reoffences[followed]
        self._recalled += int(recalled.sum())
        self._breaches += int((recalled & ~charged).sum())
        self._recalls[followed], self._reoffences[followed] = recalls, reoffences
        self._look_at_ends(followed, occurrences)
        self._reoffended[followed[charged & (now("episodes", followed) > 0)]] = True
        self._nights[free[(now("housing", free) == ROUGH) & (since < RECENT)]] += 1.0
        if day % WINDOW == 0:
            self._counted += float((-np.expm1(-self._seen_per_night * self._nights)).sum())
            self._nights[:] = 0.0

    def look_at_release(self, now: Column, released: Array) -> None:
        """Take down where people released today sleep tonight."""
        self.homeless_on_release[released] = np.isin(now("housing", released), HOMELESS)

    def _look_at_ends(self, followed: Array, occurrences: Array) -> None:
        ended = self._end[followed] >= 0
        for kind, clock in ((COMPLETED, P.COMPLETES_TREATMENT), (DROPPED_OUT, P.DROPS_OUT)):
            ends = occurrences[:, clock]
            self._end[followed[(ends > self._ends[kind, followed]) & ~ended]] = kind
            self._ends[kind, followed] = ends

    def shares(self) -> dict[str, tuple[float, float]]:
        """Numerator and denominator of each figure."""
        return {
            "breach_share_of_recalls": (float(self._breaches), float(self._recalled)),
            "street_count_recent_leavers": (self._counted / WINDOWS_A_YEAR, float(len(self._end))),
            "reoffended_completed": self._reoffended_after(COMPLETED),
            "reoffended_dropped_out": self._reoffended_after(DROPPED_OUT),
        }

    def _reoffended_after(self, kind: int) -> tuple[float, float]:
        ended = self._end == kind
        return float((self._reoffended & ended).sum()), float(ended.sum())

    @staticmethod
    def early_deaths(since: Array, deaths: Array, homeless: Array) -> dict[str, tuple[float, float]]:
        """Expected deaths of the first days after a release, by day and by roof.

        since, deaths, homeless: [person-days], days since the latest release, hazard of any death, whether without a
        home on the night of that release.
        """
        early = since < EARLY
        total = float(deaths[early].sum())
        return {
            "deaths_14_days_first_4": (float(deaths[since < EARLIEST].sum()), total),
            "deaths_14_days_homeless": (float(deaths[early & homeless].sum()), total),
        }
