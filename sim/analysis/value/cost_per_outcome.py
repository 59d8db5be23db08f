"""What one more of an outcome costs: counted money over what it changes, both beside the baseline, with an interval.

Of a scenario and an outcome that people released would call better one way, per run and beside the baseline's run:

    C   money spent on levers by all payers (sim/outcomes/money_rule.py), over the window of the outcome where runs
        counted it so (treatment within 3 weeks: 21 days), else over 365 days
    E   the outcome, counted so that more is better

    cost per outcome = mean C / mean E

The ends are the values x of one more outcome between which it is open whether it is worth its money: those at which the
interval of x E - C holds 0. For normal means that is Fieller's set of a ratio (1954,
doi:10.1111/j.2517-6161.1954.tb00159.x; for costs and effects Heitjan 2000, Health Economics 9, 327-335). Here the
interval of x E - C is that of intervals.py, with luck apart from the model's numbers as everywhere else. Where the
interval of E itself holds 0, no x is large enough: the set has no upper limit, and that is what is said of it. With x =
(mean C / mean E) tan(a) the sign is that of sin(a) (mean C / mean E) E - cos(a) C, of which both ends are sought by
halves, a from 0 to 45 and from 45 to 90 degrees.

None is told of purchases filled for fewer than 90 days, of an outcome that gets worse, does not move or moves by less
than counts (measures.py), and where no more money is spent than in the baseline. QALYs have their cost in the views on
money (tables.py), never here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sim.analysis import verdicts
from sim.analysis.grades import grades_between
from sim.analysis.intervals import BASIS_ONE, Summary, basis_of, interval_of, spread_of
from sim.analysis.money import COUNTED_DAYS, counted_sum, purchases_apart, spent_measure, too_short
from sim.analysis.null_draws import null_draws
from sim.analysis.value.bias import bias_between
from sim.outcomes.measures import Measure, measure_named
from sim.scenario.levers import PAYERS
from sim.scenario.levers.grades import GRADE_COLUMNS

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.analysis.cube import Cube
    from sim.analysis.value.tables import OfStudy

    Numbers = NDArray[np.float64]

TABLE = "cost_per_outcome"
TOLD = "told"
TOO_SHORT = "too short to value"
WORSE = "the outcome gets worse"
NO_CHANGE = verdicts.NO_CHANGE
TOO_SMALL = verdicts.TOO_SMALL
NO_MONEY = "no more money is spent"
STATUSES = (TOLD, TOO_SHORT, WORSE, NO_CHANGE, TOO_SMALL, NO_MONEY)
COLUMNS = (
    "scenario", "measure", "counts", "status", "window_days", "spend_gbp", "spend_low", "spend_high", "outcome",
    "outcome_low", "outcome_high", "cost_per_outcome_gbp", "cost_per_outcome_low", "cost_per_outcome_high",
    "has_upper_limit", "optimism_bias_gbp", "cost_per_outcome_with_bias_gbp", *GRADE_COLUMNS,
)  # fmt: skip
SHORT_WINDOW = ("engaged_within_3_weeks", "spent_21_days_gbp", 21)
"""An outcome of fewer days than the year, the measure of money over these, and how many they are."""
LEAST_SPENT = 1.0  # GBP a year below which no more money is spent
HALVINGS = 48
LEFT_OUT = "QALYs"  # their cost is told in the views on money, of whole lives


def cost_per_outcome(cube: Cube, study: OfStudy) -> pd.DataFrame:
    """A row a scenario beside the baseline and headline outcome, in the order given; never an order of merit.

    cube: one whose first group is everybody.
    """
    import pandas as pd

    nulls = null_draws(cube, study.baseline, study.spend)
    others = [name for name in study.scenarios if name != study.baseline]
    rows = [row for name in others for row in _Costs(cube, study, name, nulls[name]).rows()]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def outcomes_of(names: Sequence[str]) -> list[Measure]:
    """The headline measures among some that one way is better of and that count people or what happens to them."""
    measures = [measure_named(name) for name in names]
    return [
        one
        for one in measures
        if one.headline and one.per_person and one.better != "neither" and one.counts != LEFT_OUT
    ]


def ratio_limits(costs: Numbers, effects: Numbers, level: float) -> tuple[Numbers, Numbers]:
    """f8[columns] twice: the limits of mean costs over mean effects, both of them above 0.

    costs, effects: f8[draws, replicates, columns]. The upper one is infinite where there is none; both are NaN of one
    run.
    """
    import numpy as np

    columns = costs.shape[2]
    if basis_of(*costs.shape[:2]) == BASIS_ONE:
        return np.full(columns, np.nan), np.full(columns, np.nan)
    ratio = costs.mean(axis=(0, 1)) / effects.mean(axis=(0, 1))
    scaled = effects * ratio

    def ends(angle: Numbers) -> Summary:
        return interval_of(spread_of(np.sin(angle) * scaled - np.cos(angle) * costs), level)

    none, even, right = (np.full(columns, angle) for angle in (0.0, math.pi / 4.0, math.pi / 2.0))
    low = _turning(lambda angle: ends(angle).high >= 0.0, none, even)
    high = _turning(lambda angle: ends(angle).low > 0.0, even, right)
    low = np.where(ends(none).high >= 0.0, 0.0, ratio * np.tan(low))
    return low, np.where(ends(right).low > 0.0, ratio * np.tan(high), np.inf)


def _turning(is_beyond: Any, below: Numbers, above: Numbers) -> Numbers:
    """Where something that does not hold at `below` begins to hold, by halves."""
    import numpy as np

    for _ in range(HALVINGS):
        middle = 0.5 * (below + above)
        beyond = is_beyond(middle)
        below, above = np.where(beyond, below, middle), np.where(beyond, middle, above)
    return 0.5 * (below + above)


class _Costs:
    """One scenario beside the baseline; numbers of runs are f8[draws, replicates, measures], of a year's releases."""

    def __init__(self, cube: Cube, study: OfStudy, name: str, nulls: NDArray[np.bool_]) -> None:
        self.name, self._cube, self._study, self._nulls = name, cube, study, nulls
        self.measures = outcomes_of(cube.measures)
        self._bought, self._base = (study.spend.get(one, ()) for one in (name, study.baseline))

    def rows(self) -> Iterator[dict[str, Any]]:
        """A row an outcome, with columns as COLUMNS."""
        import numpy as np

        if not self.measures:
            return
        level, places = self._study.level, [self._cube.measures.index(one.name) for one in self.measures]
        windows = [self._window(measure) for measure in self.measures]
        costs = np.stack([self._spent(days) for days in windows], axis=2)
        effects = self._apart(places) * verdicts.directions(self.measures)
        spent = interval_of(spread_of(costs), level)
        outcome = interval_of(spread_of(self._apart(places), self._nulls), level)
        tiny = verdicts.too_small(self.measures, outcome.mean, outcome.mean)
        status = [self._status(*one) for one in zip(spent.mean, effects.mean(axis=(0, 1)), tiny, strict=True)]
        has_cost = np.array([one == TOLD for one in status])
        limits = np.full((2, len(has_cost)), np.nan)
        if has_cost.any():
            limits[:, has_cost] = ratio_limits(costs[:, :, has_cost], effects[:, :, has_cost], level)
        limits[1, has_cost & (outcome.low <= 0.0) & (outcome.high >= 0.0)] = (
            np.inf
        )  # as the outcome's own interval says
        grades = grades_between(self._bought, self._base)
        for k, measure in enumerate(self.measures):
            better = float(effects[:, :, k].mean()) if has_cost[k] else math.nan
            upper = float(limits[1, k])
            bias = bias_between(self._bought, self._base, lived_gbp=float(spent.mean[k]))
            yield {
                "scenario": self.name, "measure": measure.name, "counts": measure.counts, "status": status[k],
                "window_days": windows[k], "spend_gbp": float(spent.mean[k]), "spend_low": float(spent.low[k]),
                "spend_high": float(spent.high[k]), "outcome": float(outcome.mean[k]),
                "outcome_low": float(outcome.low[k]), "outcome_high": float(outcome.high[k]),
                "cost_per_outcome_gbp": float(spent.mean[k]) / better, "cost_per_outcome_low": float(limits[0, k]),
                "cost_per_outcome_high": upper if math.isfinite(upper) else math.nan,
                "has_upper_limit": ("" if math.isnan(upper) else "yes" if math.isfinite(upper) else "no"),
                "optimism_bias_gbp": bias, "cost_per_outcome_with_bias_gbp": (float(spent.mean[k]) + bias) / better,
                **grades,
            }  # fmt: skip

    def _status(self, spent: float, better: float, is_tiny: bool) -> str:
        new, _ = purchases_apart(self._bought, self._base)
        if too_short(new):
            return TOO_SHORT
        if spent < LEAST_SPENT:
            return NO_MONEY
        if is_tiny:
            return TOO_SMALL if better else NO_CHANGE
        return TOLD if better > 0.0 else WORSE

    def _window(self, measure: Measure) -> int:
        name, money, days = SHORT_WINDOW
        return days if measure.name == name and money in self._cube.measures else COUNTED_DAYS

    def _spent(self, days: int) -> Numbers:
        """f8[draws, replicates]: GBP beyond the baseline's by all payers, as the runs counted it, else as planned."""
        import numpy as np

        counted = [SHORT_WINDOW[1]] if days == SHORT_WINDOW[2] else [spent_measure(payer) for payer in PAYERS]
        if set(counted) <= set(self._cube.measures):
            places = [self._cube.measures.index(name) for name in counted]
            return np.asarray(self._apart(places).sum(axis=2))
        planned = counted_sum(self._bought) - counted_sum(self._base)
        return np.full(self._cube.numerator.shape[:2], planned)

    def _apart(self, places: Sequence[int]) -> Numbers:
        """f8[draws, replicates, measures]: what runs count beyond the baseline's, of a year's releases."""
        import numpy as np

        own, base = (self._cube.scenarios.index(name) for name in (self.name, self._study.baseline))
        totals = self._cube.numerator[:, :, :, 0][..., list(places)]
        return np.asarray((totals[:, :, own] - totals[:, :, base]) * self._study.per_run)
