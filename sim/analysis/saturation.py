"""What more money of one lever changes, sum by sum: the outcome, and the money for what nobody uses.

All sums are lived with common random numbers, so that the difference between two of them is paired run by run: from the
baseline for what a sum changes, and from the sum before for what the next pounds buy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sim.analysis.cube import EVERYBODY, Cube
from sim.analysis.differences import by_scenario
from sim.analysis.null_draws import Spend, null_draws
from sim.analysis.pairs import of_measures, of_scenarios
from sim.outcomes.measures import measure_named

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

COLUMNS = (
    "gbp_per_year", "units", "unit", "idle_gbp_per_year", "idle_low", "idle_high", "measure", "counts", "change",
    "change_low", "change_high", "chance_better", "chance_none", "chance_worse", "verdict", "next_gbp", "next_change",
    "next_low", "next_high",
)  # fmt: skip
"""change: against the baseline; next_change: against the sum before, for `next_gbp` more a year. A count in a year
where the measure is one, else the change of its value."""
IDLE = ("idle_gbp", "unused_stock_gbp")
"""Measures of money for what nobody uses (sim/outcomes/money_rule.py): posts and beds that stand empty, shares that
find nobody left to reach, and stock."""


@dataclass(frozen=True)
class Curve:
    """The curve of one lever: table has a row a sum (COLUMNS); where: the place in words, '' for all
    of the area; study: its id."""

    lever: str
    title: str
    where: str
    outcome: str
    level: float
    draws: int
    replicates: int
    study: str
    table: pd.DataFrame


def saturation_table(
    cube: Cube,
    sums: Mapping[str, float],
    bought: Mapping[str, tuple[float, str]],
    *,
    baseline: str,
    outcome: str,
    level: float,
    people_per_year: float,
    people: float,
    spend: Spend,
) -> pd.DataFrame:
    """A row a sum, the baseline's 0 first.

    cube: one whose first group is everybody. sums: GBP a year by scenario, from the smallest to the largest; bought:
    units of the lever and their name by scenario. Idle money is the money rule's, of the people counted in a year.
    """
    import numpy as np
    import pandas as pd

    few = of_measures(replace(cube, groups=cube.groups[EVERYBODY]), [outcome])
    ends = (1.0 - level) / 2.0, (1.0 + level) / 2.0

    def paired(scenario: str, against: str) -> dict[str, Any]:
        nulls = null_draws(of_scenarios(cube, against, scenario), against, spend)
        two = of_scenarios(few, against, scenario)
        _, rows = by_scenario(two, against, level, people_per_year, people, nulls)
        return {str(key): value for key, value in rows.iloc[0].items()}

    measure = measure_named(outcome)
    of_change = ("per_year", "per_year_low", "per_year_high") if measure.per_person else ("difference", "low", "high")
    unit = next(iter(bought.values()))[1]
    nothing = dict.fromkeys(COLUMNS, 0.0) | {
        "unit": unit, "measure": outcome, "counts": measure.counts, "chance_none": 1.0, "verdict": "baseline",
    }  # fmt: skip
    rows, before = [nothing], (baseline, 0.0)
    for scenario, gbp in sums.items():
        whole, step = paired(scenario, baseline), paired(scenario, before[0])
        idle = idle_money(cube, baseline, scenario, people_per_year)
        low, high = (float(np.quantile(idle, end)) for end in ends)
        rows.append(
            {
                "gbp_per_year": gbp, "units": bought[scenario][0], "unit": unit,
                "idle_gbp_per_year": float(idle.mean()), "idle_low": low, "idle_high": high,
                "measure": outcome, "counts": measure.counts,
                **_named(("change", "change_low", "change_high"), whole, of_change),
                **{name: whole[name] for name in ("chance_better", "chance_none", "chance_worse", "verdict")},
                "next_gbp": gbp - before[1], **_named(("next_change", "next_low", "next_high"), step, of_change),
            }
        )  # fmt: skip
        before = scenario, gbp
    return pd.DataFrame(rows, columns=list(COLUMNS))


def idle_money(cube: Cube, baseline: str, scenario: str, people_per_year: float) -> NDArray[np.float64]:
    """f8[draws], GBP a year for what nobody uses, beside the baseline's, as the runs of a draw counted it."""
    import numpy as np

    columns = [cube.measures.index(name) for name in IDLE]
    apart = cube.run_differences(cube.scenarios.index(scenario), cube.scenarios.index(baseline))
    return np.asarray(people_per_year * apart[:, :, 0, columns].mean(axis=1).sum(axis=-1))


def _named(names: Sequence[str], row: Mapping[str, Any], columns: Sequence[str]) -> dict[str, float]:
    return {name: float(row[column]) for name, column in zip(names, columns, strict=True)}
