"""Published figures beside the model's: which lie inside their interval, how far off the others are, and why.

To disagree is a finding and no failure; verdicts are words, and the note of a target says what is known about why.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.analysis.intervals import known_or_none

if TYPE_CHECKING:
    from sim.evidence.targets import Target

INSIDE, OUTSIDE, NO_INTERVAL, NOT_KNOWN = "inside the interval", "outside the interval", "no interval", "not known"


@dataclass(frozen=True)
class TargetComparison:
    """One published figure beside the model's.

    model, error: mean over the runs and its standard error, in the target's unit; NaN where nobody was counted, or one
    run gives no error.
    """

    target: Target
    model: float
    error: float

    @property
    def verdict(self) -> str:
        """Whether the model's value lies in the published interval, where there is one."""
        if not math.isfinite(self.model):
            return NOT_KNOWN
        low, high = self.target.low, self.target.high
        if low is None or high is None:
            return NO_INTERVAL
        return INSIDE if low <= self.model <= high else OUTSIDE

    @property
    def is_clear(self) -> bool:
        """Whether the value lies outside its interval by more than two standard errors."""
        low, high = self.target.low, self.target.high
        if self.verdict != OUTSIDE or low is None or high is None:
            return False
        return max(low - self.model, self.model - high) > 2.0 * self.error

    @property
    def distance(self) -> float:
        """The model's value less the published one, as a share of the published one."""
        return self.model / self.target.value - 1.0

    @property
    def why(self) -> str:
        """Why the figure lies outside its interval, as far as the target's note knows; '' for every other one."""
        return (self.target.note or "no reason is known") if self.verdict == OUTSIDE else ""


@dataclass(frozen=True)
class Validation:
    """The model beside every published figure.

    runs: replicates at reference values; people, months: of each run.
    """

    comparisons: tuple[TargetComparison, ...]
    runs: int
    people: int
    months: int
    seed: int

    def as_dict(self) -> dict[str, Any]:
        """Plain values; numbers that are not known are None."""
        return {
            "runs": self.runs,
            "people": self.people,
            "months": self.months,
            "seed": self.seed,
            "targets": [
                {
                    "name": comparison.target.name,
                    "measure": comparison.target.measure,
                    "unit": comparison.target.unit,
                    "source": comparison.target.source,
                    "published": comparison.target.value,
                    "low": comparison.target.low,
                    "high": comparison.target.high,
                    "model": known_or_none(comparison.model),
                    "standard_error": known_or_none(comparison.error),
                    "distance": known_or_none(comparison.distance),
                    "verdict": comparison.verdict,
                    "clear": comparison.is_clear,
                    "why": comparison.why,
                    "note": comparison.target.note,
                }
                for comparison in self.comparisons
            ],
        }
