"""How fast the runs made here were: the same three figures as in the benchmarks (tests/benchmarks).

Person-days of counted people a second of processor time, the year before the study and compiling included; wakes a
counted person, those of people released in the years beside the study's included; processor time a wake of the days
lived. Facts of one go on one machine: no table holds them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.outcomes.totals import RunResult


@dataclass
class Speed:
    """Sums over runs: their number, counted person-days, wakes, processor seconds whole and of the days alone."""

    runs: int = 0
    person_days: int = 0
    wakes: int = 0
    seconds: float = 0.0
    days_seconds: float = 0.0

    def add(self, result: RunResult) -> None:
        """One more run."""
        self.runs += 1
        self.person_days += result.person_days
        self.wakes += result.wakes
        self.seconds += result.seconds
        self.days_seconds += result.days_seconds

    def manifest_entries(self, people: int) -> dict[str, Any]:
        """The figures, none where no run was timed here. people: counted in each run."""
        if not (self.runs and self.wakes and self.seconds > 0.0 and self.days_seconds > 0.0):
            return {}
        return {
            "person_days_per_second": round(self.person_days / self.seconds),
            "wakes_per_counted_person": round(self.wakes / (self.runs * people), 2),
            "ns_per_wake": round(1e9 * self.days_seconds / self.wakes, 1),
        }
