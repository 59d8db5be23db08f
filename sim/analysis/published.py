"""Published figures beside the model's: which are met, how far off the others are, and what that says.

To disagree is a finding and no failure. A figure is met where the model differs from it by no more than twice what the
two errors together leave open; whether that shows anything hangs on the figure's role.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.analysis.intervals import known_or_none
from sim.evidence.targets import BINOMIAL, LOGNORMAL, POISSON, ROLES

if TYPE_CHECKING:
    from sim.evidence.eras import Era
    from sim.evidence.targets import Target

MET, NOT_MET, NO_INTERVAL, NOT_KNOWN = "met", "not met", "no interval", "not known"
ENOUGH_PEOPLE = 40_000
"""People counted in each era from which on a verdict stands."""
ERRORS, STANDARD_ERRORS = 2.0, 1.96  # so many errors are met; half an interval of 95% holds so many


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
    def sd(self) -> float:
        """Standard error of the published figure, on the log scale where its likelihood is lognormal; NaN if unknown.

        Half its interval on the model's side, read as 95%; without an interval, that of its counts.
        """
        low, high = self.target.low, self.target.high
        if low is None or high is None:
            return self._sd_of_counts()
        end = high if self.model > self.target.value else low
        return abs(self._scaled(end) - self._scaled(self.target.value)) / STANDARD_ERRORS

    def _sd_of_counts(self) -> float:
        value, exposed = self.target.value, self.target.exposed
        if exposed is None:
            return math.nan
        variance = {BINOMIAL: value * (1.0 - value), POISSON: value}.get(self.target.likelihood, math.nan)
        return math.sqrt(variance / exposed)

    def _scaled(self, number: float) -> float:
        """A figure on the scale of the likelihood."""
        if self.target.likelihood != LOGNORMAL:
            return number
        return math.log(number) if number > 0.0 else -math.inf

    @property
    def tolerance(self) -> float:
        """How far the model may be off, on the scale of the likelihood: twice the root of both errors squared."""
        error = 0.0 if math.isnan(self.error) else self.error
        if self.target.likelihood == LOGNORMAL and self.model > 0.0:
            error /= self.model
        return ERRORS * math.hypot(self.sd, error)

    @property
    def verdict(self) -> str:
        """Whether the model meets the published figure."""
        if not math.isfinite(self.model):
            return NOT_KNOWN
        if math.isnan(self.sd):
            return NO_INTERVAL
        return MET if abs(self._scaled(self.model) - self._scaled(self.target.value)) <= self.tolerance else NOT_MET

    @property
    def distance(self) -> float:
        """The model's value less the published one, as a share of the published one."""
        return self.model / self.target.value - 1.0


@dataclass(frozen=True)
class Baseline:
    """One set of runs: the eras read from it, which share their settings and their law of recall."""

    eras: tuple[Era, ...]

    @property
    def settings_in_words(self) -> str:
        """What differs from the reference values."""
        return self.eras[0].settings_in_words

    def as_dict(self) -> dict[str, Any]:
        """What differs from the reference values, as plain values."""
        law = self.eras[0].recall_law
        return {"settings": dict(self.eras[0].settings), "recall_law": None if law is None else law.isoformat()}


@dataclass(frozen=True)
class Validation:
    """The model beside every published figure.

    baselines: what was lived, each `runs` times; people, months: of each run.
    """

    comparisons: tuple[TargetComparison, ...]
    baselines: tuple[Baseline, ...]
    runs: int
    people: int
    months: int
    seed: int

    def of_role(self, role: str) -> tuple[TargetComparison, ...]:
        """The figures of one role, in the order of the table."""
        return tuple(held for held in self.comparisons if held.target.role == role)

    @property
    def is_enough(self) -> bool:
        """Whether verdicts stand: enough people were counted."""
        return self.runs * self.people >= ENOUGH_PEOPLE

    def as_dict(self) -> dict[str, Any]:
        """Plain values; numbers that are not known are None."""
        return {
            "runs": self.runs,
            "people": self.people,
            "months": self.months,
            "seed": self.seed,
            "enough_people": self.is_enough,
            "baselines": [
                {"eras": [era.name for era in baseline.eras], **baseline.as_dict()} for baseline in self.baselines
            ],
            "targets": [_as_dict(held) for role in ROLES for held in self.of_role(role)],
        }


def _as_dict(held: TargetComparison) -> Mapping[str, Any]:
    target = held.target
    return {
        "name": target.name,
        "role": target.role,
        "era": target.era,
        "measure": target.measure,
        "unit": target.unit,
        "source": target.source,
        "published": target.value,
        "low": target.low,
        "high": target.high,
        "interval_kind": target.interval_kind,
        "likelihood": target.likelihood,
        "events": target.events,
        "exposed": target.exposed,
        "model": known_or_none(held.model),
        "standard_error": known_or_none(held.error),
        "distance": known_or_none(held.distance),
        "verdict": held.verdict,
        "note": target.note,
    }
