"""Each scenario against the baseline: values, paired differences, intervals, and what may be said about them.

A difference is paired: run by run, the same people meet the same luck under both scenarios, so

    delta[d, r] = z_scenario[d, r] - z_baseline[d, r]

is summarised like any value (intervals.py) and its interval is far narrower than the distance between two separate
intervals would suggest. A scenario is called better or worse only when the interval of its difference excludes zero.

Counts in a year: the difference of the runs' totals, scaled so that the mean run releases people_per_year people.
The number of people released is itself uncertain and differs by draw, so the interval of a count holds that
uncertainty too; a verdict needs both intervals, per person and in counts, to exclude zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.analysis.cube import Cube
from sim.analysis.intervals import Summary, basis_of, summarise
from sim.outcomes.measures import Measure, measure_named
from sim.study.compare import SPEND_COLUMNS

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

BETTER, WORSE = "better", "worse"
MORE, FEWER = "more", "fewer"
NOT_CLEAR = "no clear difference"
NO_CHANGE = "no change"
NOT_KNOWN = "not known"
IS_BASELINE = "baseline"

JSON_NUMBERS = ("value", "difference", "low", "high", "mcse")
CLEAR = (BETTER, WORSE, MORE, FEWER)


@dataclass(frozen=True)
class Comparison:
    """What a study says, ready to be shown.

    rows: one row per scenario and measure for everybody; groups: the same by stratum and group.
    spend: what each scenario buys. cost_gbp: sum of it a year by scenario.
    titles: scenario name to its title. basis: from what the intervals are made.
    study: the study's id. out: the folder written.
    """

    study: str
    out: str
    baseline: str
    scenarios: tuple[str, ...]
    titles: Mapping[str, str]
    cost_gbp: Mapping[str, float]
    level: float
    basis: str
    people: int
    people_per_year: float
    draws: int
    replicates: int
    rows: pd.DataFrame
    groups: pd.DataFrame
    spend: pd.DataFrame

    def row(self, scenario: str, measure: str) -> Mapping[str, Any]:
        """The row of one scenario and measure."""
        found = self.rows[(self.rows["scenario"] == scenario) & (self.rows["measure"] == measure)]
        return {str(key): value for key, value in found.iloc[0].items()}

    def as_dict(self) -> dict[str, Any]:
        """The object printed by `--json`; numbers that are not known are None."""
        return {
            "study": self.study,
            "out": self.out,
            "baseline": self.baseline,
            "scenarios": [
                {"name": name, "cost_gbp": _plain(self.cost_gbp[name]), "measures": self._measures_of(name)}
                for name in self.scenarios
            ],
        }

    def _measures_of(self, scenario: str) -> dict[str, dict[str, Any]]:
        of = {"value": "value", "difference": "difference", "low": "low", "high": "high", "mcse": "mcse"}
        if len(self.scenarios) == 1:  # one scenario alone: nothing to differ from, so the errors are the value's
            of = {"value": "value", "low": "value_low", "high": "value_high", "mcse": "value_mcse"}
        found: dict[str, dict[str, Any]] = {}
        for row in self.rows[self.rows["scenario"] == scenario].to_dict("records"):
            numbers = {key: _plain(row[of[key]]) if key in of else None for key in JSON_NUMBERS}
            found[str(row["measure"])] = {**numbers, "unit": str(row["unit"])}
        return found


def assemble(
    cube: Cube,
    *,
    study: str,
    out: str,
    baseline: str,
    titles: Mapping[str, str],
    spend: Mapping[str, Sequence[Mapping[str, Any]]],
    level: float,
    people: int,
    people_per_year: float,
) -> Comparison:
    """The whole comparison from a study's totals and what its scenarios buy."""
    import pandas as pd

    groups = compare(cube, baseline=baseline, level=level, people_per_year=people_per_year)
    everybody = (groups["stratum"] == cube.groups[0][0]) & (groups["group"] == cube.groups[0][1])
    rows = groups[everybody].drop(columns=["stratum", "group"]).reset_index(drop=True)
    bought = [{"scenario": name, **row} for name in cube.scenarios for row in spend.get(name, ())]
    return Comparison(
        study=study,
        out=out,
        baseline=baseline,
        scenarios=cube.scenarios,
        titles=dict(titles),
        cost_gbp={name: sum(float(row["gbp_per_year"]) for row in spend.get(name, ())) for name in cube.scenarios},
        level=level,
        basis=basis_of(cube.draws, cube.replicates),
        people=people,
        people_per_year=people_per_year,
        draws=cube.draws,
        replicates=cube.replicates,
        rows=rows,
        groups=groups,
        spend=pd.DataFrame(bought, columns=list(SPEND_COLUMNS)),
    )


def compare(cube: Cube, *, baseline: str, level: float, people_per_year: float) -> pd.DataFrame:
    """One row per scenario, group and measure, in the cube's order.

    Columns: scenario, stratum, group, measure, unit, value, value_low, value_high, value_mcse, difference, low, high,
    mcse, parameter_sd (the last four of the difference, all 0 for the baseline itself), per_year, per_year_low,
    per_year_high, counts (what the yearly difference counts; empty per appointment), verdict, basis.
    """
    import numpy as np
    import pandas as pd

    measures = [measure_named(name) for name in cube.measures]
    base = cube.scenarios.index(baseline)
    base_values = cube.run_values(base)
    per_person = np.array([measure.per_person for measure in measures])
    yearly = np.where(per_person, people_per_year / cube.mean_released(base), np.nan)
    frames = []
    for index, scenario in enumerate(cube.scenarios):
        values = base_values if index == base else cube.run_values(index)
        value = summarise(values, level)
        difference = _nothing(value) if index == base else summarise(values - base_values, level)
        counted = _nothing(value) if index == base else summarise(cube.difference_of_totals(index, base), level)
        frames.append(_rows(cube, measures, scenario, (value, difference, counted), yearly, index == base))
    return pd.concat(frames, ignore_index=True)


def _nothing(value: Summary) -> Summary:
    """The baseline's difference from itself: zero without error; NaN where nobody was counted."""
    zero = value.mean * 0.0
    return Summary(zero, zero, zero, zero, zero, value.basis)


def _rows(
    cube: Cube,
    measures: list[Measure],
    scenario: str,
    summaries: tuple[Summary, Summary, Summary],
    yearly: NDArray[np.float64],
    is_baseline: bool,
) -> pd.DataFrame:
    """The scenario's rows from the summaries of its values, its differences and its differences of totals."""
    import numpy as np
    import pandas as pd

    value, difference, counted = summaries
    n_groups, n_measures = len(cube.groups), len(measures)
    better = np.array([{"higher": 1, "lower": -1, "neither": 0}[measure.better] for measure in measures])
    verdicts = _verdicts(difference, counted, np.broadcast_to(better, (n_groups, n_measures)))
    if is_baseline:
        verdicts = np.full((n_groups, n_measures), IS_BASELINE, dtype=object)
    units = [measure.unit for measure in measures]
    counts = [measure.counts if measure.per_person else "" for measure in measures]
    return pd.DataFrame(
        {
            "scenario": scenario,
            "stratum": np.repeat([stratum for stratum, _ in cube.groups], n_measures),
            "group": np.repeat([group for _, group in cube.groups], n_measures),
            "measure": np.tile(list(cube.measures), n_groups),
            "unit": np.tile(units, n_groups),
            "value": value.mean.ravel(),
            "value_low": value.low.ravel(),
            "value_high": value.high.ravel(),
            "value_mcse": value.mcse.ravel(),
            "difference": difference.mean.ravel(),
            "low": difference.low.ravel(),
            "high": difference.high.ravel(),
            "mcse": difference.mcse.ravel(),
            "parameter_sd": difference.parameter_sd.ravel(),
            "per_year": (counted.mean * yearly).ravel(),
            "per_year_low": (counted.low * yearly).ravel(),
            "per_year_high": (counted.high * yearly).ravel(),
            "counts": np.tile(counts, n_groups),
            "verdict": verdicts.ravel(),
            "basis": difference.basis,
        }
    )


def _verdicts(difference: Summary, counted: Summary, better: NDArray[np.int64]) -> NDArray[np.object_]:
    """What may be said of each difference; a winner only where the interval excludes zero."""
    import numpy as np

    above = (difference.low > 0.0) & ~(counted.low <= 0.0)  # a count that is not known does not stand in the way
    below = (difference.high < 0.0) & ~(counted.high >= 0.0)
    sign = above.astype(np.int64) - below.astype(np.int64)
    known = np.isfinite(difference.low) & np.isfinite(difference.high)
    same = known & (difference.low == 0.0) & (difference.high == 0.0)
    words = np.full(difference.mean.shape, NOT_CLEAR, dtype=object)
    words[(sign != 0) & (sign == better)] = BETTER
    words[(sign != 0) & (sign == -better)] = WORSE
    words[(sign > 0) & (better == 0)] = MORE
    words[(sign < 0) & (better == 0)] = FEWER
    words[same] = NO_CHANGE
    words[~known] = NOT_KNOWN
    return words


def _plain(number: Any) -> float | None:
    import math

    return float(number) if math.isfinite(float(number)) else None
