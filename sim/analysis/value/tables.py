"""The tables of a view on money: full incremental analysis, points of the plane, curves; what is refused, and why.

All sums are of a year's releases. Cost is that of the view's payers within the year, and health is that of whole lives
at the view's rate. Differences are from the baseline, run by run. A scenario whose purchases are paid by somebody whom
the view leaves out would seem to be had for nothing: it stands in the table unranked, and in no curve.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.analysis.grades import grades_between
from sim.analysis.intervals import interval_of, spread_of
from sim.analysis.money import Row, counted_sum, purchases_apart, spent_measure, too_short
from sim.analysis.value.bias import bias_between, is_paid_by
from sim.analysis.value.columns import ACCEPTABILITY_COLUMNS, INCREMENTAL_COLUMNS, PLANE_COLUMNS
from sim.analysis.value.incremental import FRONTIER, Strategy, incremental_analysis
from sim.analysis.value.net_benefit import (
    best_on_average,
    best_others,
    chances_best,
    net_benefit,
    perfect_information,
    switching_effect,
    switching_price,
    without_luck,
)
from sim.analysis.value.refused import why_no_curve
from sim.scenario.levers import PAYERS

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.analysis.cube import Cube
    from sim.evidence.views import View

    Numbers = NDArray[np.float64]

INCREMENTAL, ACCEPTABILITY, PLANE = "incremental", "acceptability", "plane"
UNRANKED = "paid outside the view"
"""Status of a scenario of which some money comes from payers whom the view leaves out."""
TOO_SHORT = "too short to value"
"""Status of a scenario whose purchases are filled for fewer days than a cost of an outcome can be told from."""
LEAST_OUTSIDE = 1.0  # GBP a year, from which on it does
ENDS = {0.035: "", 0.015: "_1_5"}
"""End of a measure's name by the rate at which it is discounted."""
SLOW = 0.015
YEAR_ONE, TEN_YEARS = "qalys_expected", "qalys_ten_years"
OF_PAYERS = tuple(f"{payer}_gbp" for payer in PAYERS)


@dataclass(frozen=True)
class Valued:
    """What a study says in one view on money.

    incremental: a row a scenario in the order of costs. plane: a row a draw and scenario. acceptability: a row a value
    of a QALY and scenario, none where `refused` says why. remark: what holds of the curve and EVPI, '' for nothing.
    """

    view: View
    incremental: pd.DataFrame
    plane: pd.DataFrame
    acceptability: pd.DataFrame
    refused: str
    remark: str


class OfStudy(NamedTuple):
    """What of a study its values need. scenarios: those that are held against each other, the baseline among them;
    per_run: a year's releases over the people of a run; level: of intervals; spend: rows of the table of spend by
    scenario.
    """

    baseline: str
    scenarios: tuple[str, ...]
    per_run: float
    level: float
    spend: Mapping[str, Sequence[Row]]


def valued(cube: Cube, study: OfStudy, views: Mapping[str, View]) -> tuple[Valued, ...]:
    """A study in every view; none where its totals lack a measure that a view needs, or one scenario stands alone.

    cube: one whose first group is everybody.
    """
    if len(study.scenarios) < 2 or not needed_measures() <= set(cube.measures):
        return ()
    return tuple(_InView(cube, study, view).valued() for view in views.values())


def tables_of(of_views: Sequence[Valued]) -> dict[str, pd.DataFrame]:
    """The tables of a study by name; of acceptability where it is told."""
    tables: dict[str, pd.DataFrame] = {}
    for one in of_views:
        tables[f"{INCREMENTAL}_{one.view.name}"] = one.incremental
        tables[f"{PLANE}_{one.view.name}"] = one.plane
        if not one.refused:
            tables[f"{ACCEPTABILITY}_{one.view.name}"] = one.acceptability
    return tables


def needed_measures() -> set[str]:
    """Measures without which no view can be told."""
    costs = {_cost(payer) for payer in PAYERS}
    of_rates = {name for rate in ENDS for name in (_qalys(rate), _care(rate))}
    return costs | of_rates | {YEAR_ONE}


def _cost(payer: str) -> str:
    return f"cost_{payer}_gbp"


def _qalys(rate: float) -> str:
    return f"qalys_lifetime{ENDS[rate]}"


def _care(rate: float) -> str:
    return f"survivors_care{ENDS[rate]}_gbp"


class _InView:
    """A study in one view; the numbers of each run stand in f8[draws, replicates, names], of a year's releases."""

    def __init__(self, cube: Cube, study: OfStudy, view: View) -> None:
        self.view, self.names, self.spend, self.baseline = view, study.scenarios, study.spend, study.baseline
        self._cube, self._level, self._per_run = cube, study.level, study.per_run
        self._places = [cube.scenarios.index(name) for name in self.names]
        self._base = self.names.index(self.baseline)
        self.of_payers = {payer: self._totals(_cost(payer)) for payer in PAYERS}
        self.care = self._totals(_care(view.cost_rate))
        self.cost = sum((self.of_payers[payer] for payer in view.payers), self.care * float(view.survivors_care))
        self.qalys = self._totals(_qalys(view.health_rate))
        self.spend_inside, self.spend_outside = self._spend(is_inside=True), self._spend(is_inside=False)
        of_base = self._bought(self.baseline)
        self.short = [too_short(purchases_apart(self._bought(name), of_base)[0]) for name in self.names]
        self.ranked = [k for k, gbp in enumerate(self.spend_outside) if abs(gbp) < LEAST_OUTSIDE and not self.short[k]]

    def _bought(self, name: str) -> Sequence[Row]:
        return self.spend.get(name, ())

    def _names_ranked(self) -> list[str]:
        return [self.names[k] for k in self.ranked]

    def _totals(self, measure: str) -> Numbers:
        import numpy as np

        k = self._cube.measures.index(measure)
        return np.asarray(self._cube.numerator[:, :, self._places, 0, k] * self._per_run)

    def apart(self, totals: Numbers) -> Numbers:
        """Run by run less the baseline."""
        import numpy as np

        return np.asarray(totals - totals[:, :, [self._base]])

    def benefit(self, value: float) -> Numbers:
        """Net benefit beyond the baseline's by run, f8[draws, replicates, names]."""
        return net_benefit(self.apart(self.cost), self.apart(self.qalys), value)

    def valued(self) -> Valued:
        apart = (purchases_apart(self._bought(name), self._bought(self.baseline)) for name in self._names_ranked())
        refused, remark = why_no_curve(len(self.cost), (row for pair in apart for side in pair for row in side))
        return Valued(
            self.view, self._incremental(), self._plane(), self._acceptability(is_told=not refused), refused, remark
        )

    def _incremental(self) -> pd.DataFrame:
        import pandas as pd

        cost, qalys = (totals.mean(axis=(0, 1)) for totals in (self.cost, self.qalys))
        columns = self._columns() | self._switching()
        judged = incremental_analysis(self._names_ranked(), cost[self.ranked].tolist(), qalys[self.ranked].tolist())
        judged += [
            Strategy(name, float(cost[k]), float(qalys[k]), TOO_SHORT if self.short[k] else UNRANKED)
            for k, name in enumerate(self.names)
            if k not in self.ranked
        ]
        rows = []
        for one in judged:
            k = self.names.index(one.name)
            own = {column: float(numbers[k]) for column, numbers in columns.items()}
            grades = grades_between(self._bought(one.name), self._bought(self.baseline))
            rows.append({**_ranked(one), **self._other_ratios(one), **own, **grades})
        return pd.DataFrame(rows, columns=list(INCREMENTAL_COLUMNS))

    def _other_ratios(self, one: Strategy) -> dict[str, float]:
        """The ratio with the care of survivors in the cost, whether the view has it there or not, and that of the view
        with everything at 1.5%; NaN off the frontier."""
        if one.status != FRONTIER:
            return dict.fromkeys(("icer_with_care_gbp", "icer_1_5_gbp"), math.nan)

        def more(totals: Numbers) -> float:
            of_runs = totals.mean(axis=(0, 1))
            return float(of_runs[self.names.index(one.name)] - of_runs[self.names.index(one.against)])

        is_in = float(self.view.survivors_care)
        care, slow_care = more(self.care), more(self._totals(_care(SLOW)))
        slow_qalys = more(self._totals(_qalys(SLOW)))
        slow_cost = one.cost_more + is_in * (slow_care - care)
        return {
            "icer_with_care_gbp": (one.cost_more + (1.0 - is_in) * care) / one.effect_more,
            "icer_1_5_gbp": slow_cost / slow_qalys if slow_qalys > 0.0 else math.nan,
        }

    def _columns(self) -> dict[str, Numbers]:
        """f8[names] of each column that holds a difference from the baseline."""
        import numpy as np

        view = self.view
        cost, qalys = (spread_of(self.apart(totals)) for totals in (self.cost, self.qalys))
        apart = {payer: self.apart(totals).mean(axis=(0, 1)) for payer, totals in self.of_payers.items()}
        same = np.ones(len(self.names))
        return {
            "cost_difference_gbp": cost.mean, "cost_difference_mcse": cost.mcse,
            "qaly_difference": qalys.mean, "qaly_difference_mcse": qalys.mcse,
            "qaly_difference_year_one": self.apart(self._totals(YEAR_ONE)).mean(axis=(0, 1)),
            **self._within_ten_years(cost.mean),
            "later_care_difference_gbp": self.apart(self.care).mean(axis=(0, 1)),
            "qaly_value_gbp": same * view.qaly_value,
            "qaly_value_high_gbp": same * view.qaly_value_high,
            "spend_gbp": self.spend_inside, "spend_outside_gbp": self.spend_outside,
            **{f"{payer}_gbp": numbers for payer, numbers in apart.items()},
            "outside_view_gbp": np.sum(
                [numbers for payer, numbers in apart.items() if payer not in view.payers] or [0.0 * same], axis=0
            ),
        }  # fmt: skip

    def _within_ten_years(self, cost: Numbers) -> dict[str, Numbers]:
        """f8[names]: QALYs and net benefit of ten years, the horizon of services; NaN where the view has another rate
        of health or whole lives' care in its cost, and in studies without them. cost: beyond the baseline's."""
        import numpy as np

        is_told = self.view.health_rate == SLOW and not self.view.survivors_care and TEN_YEARS in self._cube.measures
        nothing = np.full(len(self.names), np.nan)
        qalys = self.apart(self._totals(TEN_YEARS)).mean(axis=(0, 1)) if is_told else nothing
        return {
            "qaly_difference_ten_years": qalys,
            "net_benefit_ten_years_gbp": self.view.qaly_value * qalys - cost,
        }

    def _switching(self) -> dict[str, Numbers]:
        """f8[names]: net benefit and what would make the choice switch; NaN for whoever is not ranked."""
        import numpy as np

        held, of_base = self.ranked, self._bought(self.baseline)
        benefit = spread_of(self.benefit(self.view.qaly_value)[:, :, held])
        interval = interval_of(benefit, self._level)
        at_high = self.benefit(self.view.qaly_value_high)[:, :, held].mean(axis=(0, 1))
        payers = self.view.payers
        inside = self.spend_inside[held].tolist()
        bias = np.array(
            [
                bias_between(self._bought(name), of_base, payers, lived_gbp=lived)
                for name, lived in zip(self._names_ranked(), inside, strict=True)
            ]
        )
        own = list(zip(self.spend_inside[held], benefit.mean, best_others(benefit.mean), strict=True))
        columns = {
            "net_benefit_gbp": benefit.mean, "net_benefit_low": interval.low, "net_benefit_high": interval.high,
            "net_benefit_mcse": benefit.mcse, "net_benefit_high_value_gbp": at_high,
            "optimism_bias_gbp": bias, "net_benefit_with_bias_gbp": benefit.mean - bias,
            "switching_price_gbp": np.array([switching_price(*one) for one in own]),
            "switching_effect": np.array([switching_effect(*one) for one in own]),
        }  # fmt: skip
        whole = {name: np.full(len(self.names), np.nan) for name in columns}
        for name, numbers in columns.items():
            whole[name][held] = numbers
        return whole

    def _spend(self, *, is_inside: bool) -> Numbers:
        """f8[names]: GBP counted beyond the baseline's, by payers of the view, or by others: as the runs counted it."""
        import numpy as np

        lived = [payer for payer in PAYERS if (payer in self.view.payers) == is_inside]
        if {spent_measure(payer) for payer in PAYERS} <= set(self._cube.measures):
            spent = [self.apart(self._totals(spent_measure(payer))).mean(axis=(0, 1)) for payer in lived]
            return np.asarray(np.sum(spent or [np.zeros(len(self.names))], axis=0))
        bought = (self._bought(name) for name in self.names)
        rows = ([row for row in own if is_paid_by(row, self.view.payers) == is_inside] for own in bought)
        sums = [counted_sum(of_name) for of_name in rows]
        return np.array(sums) - sums[self._base]

    def _plane(self) -> pd.DataFrame:
        """Differences in cost and in QALYs from the baseline by draw, luck taken out."""
        import numpy as np
        import pandas as pd

        n = len(self.names)
        points = without_luck(np.concatenate([self.apart(self.cost), self.apart(self.qalys)], axis=2))
        frame = pd.DataFrame(
            {
                "draw": np.repeat(np.arange(len(points)), n),
                "scenario": list(self.names) * len(points),
                "cost_difference_gbp": points[:, :n].ravel(),
                "qaly_difference": points[:, n:].ravel(),
            },
            columns=list(PLANE_COLUMNS),
        )
        return frame[frame["scenario"] != self.baseline].reset_index(drop=True)

    def _acceptability(self, *, is_told: bool) -> pd.DataFrame:
        import pandas as pd

        rows: list[dict[str, Any]] = []
        view = self.view
        for value in sorted({*view.curve, view.qaly_value, view.qaly_value_high}) if is_told else ():
            benefit = without_luck(self.benefit(value)[:, :, self.ranked])
            worth, error = perfect_information(benefit)
            best, chances, means = best_on_average(benefit), chances_best(benefit), benefit.mean(axis=0)
            rows += [
                {
                    "qaly_value_gbp": value, "scenario": name, "net_benefit_gbp": float(means[k]),
                    "chance_best": float(chances[k]), "is_best_on_average": k == best, "evpi_gbp": worth,
                    "evpi_mcse": error,
                }
                for k, name in enumerate(self._names_ranked())
            ]  # fmt: skip
        return pd.DataFrame(rows, columns=list(ACCEPTABILITY_COLUMNS))


def _ranked(one: Strategy) -> dict[str, Any]:
    return {
        "scenario": one.name, "status": one.status, "against": one.against, "cost_gbp": one.cost,
        "lifetime_qalys": one.effect, "cost_more_gbp": one.cost_more, "qalys_more": one.effect_more,
        "icer_gbp": one.icer,
    }  # fmt: skip
