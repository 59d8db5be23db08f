"""Each scenario against the baseline: values, paired differences, intervals, and what may be said about them.

A difference is paired: run by run, both scenarios use common random numbers, so

    delta[d, r] = z_scenario[d, r] - z_baseline[d, r]

is summarised like any value (intervals.py) and its interval is far narrower than the distance between two separate
intervals would suggest. A scenario is called better or worse only when the interval of its difference excludes zero.

Counts in a year: the difference of the runs' totals, times people_per_year over the nominal size of a run. The number
of people released is itself uncertain and differs by draw, so a count is what the money buys in each draw's own
world. A verdict on a measure per person released follows the interval of its count, the one that is shown; a change
too small to count (measures.py) is never called better or worse, nor one whose spread over draws drowns in noise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.analysis.cube import Cube
from sim.analysis.intervals import Summary, basis_of, known_or_none, summarise, within
from sim.analysis.money import MONTHS_OF_TWO_YEARS, counted_sum
from sim.analysis.precision import middle_worth
from sim.outcomes.measures import LEAST_THAT_COUNTS, Measure, measure_named
from sim.outcomes.strata import exists
from sim.study.run_blocks import SPEND_COLUMNS

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

BETTER, WORSE = "better", "worse"
MORE, FEWER = "more", "fewer"
NOT_CLEAR = "no clear difference"
NO_CHANGE = "no change"
TOO_SMALL = "too small to count"
NOT_KNOWN = "not known"
IS_BASELINE = "baseline"

LEAST_OF_A_MEAN = 0.1  # days, people waiting, people a post: shown with one digit after the point
MANY_WIDTHS = 3.0  # intervals away from zero beyond which a difference is clear however little draws spread

JSON_NUMBERS = ("value", "difference", "low", "high", "mcse")
CLEAR = (BETTER, WORSE, MORE, FEWER)


@dataclass(frozen=True)
class Comparison:
    """The results of a study: values and paired differences of every scenario with their intervals, and what was
    bought.

    rows: one row per scenario and measure for everybody; groups: the same by stratum and group.
    spend: what each scenario buys. cost_gbp: sum of it a year by scenario. counted_gbp: the part that falls in the
    counted year (money.py). off: mechanisms switched off by scenario.
    titles: scenario name to its title. basis: from what the intervals are made.
    study: the study's id; code: hash of the program that ran it. out: the folder written. released: people released in
    a year, mean and ends of the interval. equal_money: GBP a year that every scenario beside the baseline was brought
    to; None where each costs what its file says. worth: independent runs that one paired run is worth, the middle of
    the headline differences with any noise; None where there is none.
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
    released: tuple[float, float, float]
    draws: int
    replicates: int
    rows: pd.DataFrame
    groups: pd.DataFrame
    spend: pd.DataFrame
    months: int = MONTHS_OF_TWO_YEARS
    code: str = ""
    equal_money: float | None = None
    counted_gbp: Mapping[str, float] = field(default_factory=dict)
    off: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    worth: float | None = None

    @property
    def diagnostics(self) -> tuple[str, ...]:
        """Scenarios that switch off other mechanisms than the baseline: tests of the model, not policies."""
        usual = self.off.get(self.baseline, ())
        return tuple(name for name in self.scenarios if self.off.get(name, ()) != usual)

    def row(self, scenario: str, measure: str) -> Mapping[str, Any]:
        """The row of one scenario and measure."""
        return self._by_name[scenario, measure]

    @cached_property
    def _by_name(self) -> Mapping[tuple[str, str], Mapping[str, Any]]:
        """The rows by scenario and measure: a page asks for hundreds of them."""
        records = ({str(key): value for key, value in row.items()} for row in self.rows.to_dict("records"))
        return {(row["scenario"], row["measure"]): row for row in records}

    def as_dict(self) -> dict[str, Any]:
        """The object printed by `--json`; numbers that are not known are None."""
        return {
            "study": self.study,
            "out": self.out,
            "baseline": self.baseline,
            **({} if self.equal_money is None else {"equal_money_gbp_per_year": self.equal_money}),
            "scenarios": [
                {"name": name, "cost_gbp": known_or_none(self.cost_gbp[name]), "measures": self._measures_of(name)}
                for name in self.scenarios
            ],
        }

    def _measures_of(self, scenario: str) -> dict[str, dict[str, Any]]:
        of = {"value": "value", "difference": "difference", "low": "low", "high": "high", "mcse": "mcse"}
        if len(self.scenarios) == 1:  # one scenario alone: nothing to differ from, so the errors are the value's
            of = {"value": "value", "low": "value_low", "high": "value_high", "mcse": "value_mcse"}
        measures: dict[str, dict[str, Any]] = {}
        for row in self.rows[self.rows["scenario"] == scenario].to_dict("records"):
            numbers = {key: known_or_none(row[of[key]]) if key in of else None for key in JSON_NUMBERS}
            measures[str(row["measure"])] = {**numbers, "unit": str(row["unit"])}
        return measures


def assemble(
    cubes: Iterable[Cube],
    *,
    study: str,
    out: str,
    baseline: str,
    titles: Mapping[str, str],
    spend: Mapping[str, Sequence[Mapping[str, Any]]],
    level: float,
    people: int,
    people_per_year: float,
    off: Mapping[str, tuple[str, ...]] | None = None,
) -> Comparison:
    """The comparison of a study from its totals and what its scenarios buy, for a run of two years at usual money.

    cubes: of neighbouring spans of groups, one held at a time; everybody is the first group of the first.
    study: id of the study; out: its folder. titles, spend, off: by scenario. level: of the intervals, a share of one.
    people: nominal size of a run; people_per_year: people released in a year. off: mechanisms switched off.
    """
    import pandas as pd

    spans: list[list[pd.DataFrame]] = []
    for cube in cubes:
        if not spans:
            scenarios, (stratum, group), draws, replicates = cube.scenarios, cube.groups[0], cube.draws, cube.replicates
            released = _released(cube, baseline, level, people_per_year / people)
            worth = middle_worth(cube, baseline=baseline)
        spans.append(_by_scenario(cube, baseline, level, people_per_year, people))
        del cube  # before the next is read
    groups = pd.concat([frame for frames in zip(*spans, strict=True) for frame in frames], ignore_index=True)
    declared = {pair: exists(*pair) for pair in zip(groups["measure"], groups["stratum"], strict=True)}
    pairs = zip(groups["measure"], groups["stratum"], strict=True)
    groups = groups[[declared[pair] for pair in pairs]].reset_index(drop=True)
    everybody = (groups["stratum"] == stratum) & (groups["group"] == group)
    rows = groups[everybody].drop(columns=["stratum", "group"]).reset_index(drop=True)
    bought = [{"scenario": name, **row} for name in scenarios for row in spend.get(name, ())]
    comparison = Comparison(
        study=study,
        out=out,
        baseline=baseline,
        scenarios=scenarios,
        titles=dict(titles),
        cost_gbp={name: sum(float(row["gbp_per_year"]) for row in spend.get(name, ())) for name in scenarios},
        level=level,
        basis=basis_of(draws, replicates),
        people=people,
        people_per_year=people_per_year,
        released=released,
        draws=draws,
        replicates=replicates,
        rows=rows,
        groups=groups,
        spend=pd.DataFrame(bought, columns=list(SPEND_COLUMNS)),
        counted_gbp={name: counted_sum(spend.get(name, ())) for name in scenarios},
        off=dict(off or {}),
        worth=worth,
    )
    tests = comparison.diagnostics
    return replace(comparison, rows=_neutral(rows, tests), groups=_neutral(groups, tests))


def _neutral(rows: pd.DataFrame, diagnostics: Sequence[str]) -> pd.DataFrame:
    """The rows with 'more' and 'fewer' instead of 'better' and 'worse' where a mechanism was only switched off."""
    judged = rows["scenario"].isin(diagnostics) & rows["verdict"].isin((BETTER, WORSE))
    if not judged.any():
        return rows
    sides = (rows["per_year"].fillna(rows["difference"]) > 0.0).map({True: MORE, False: FEWER})
    return rows.assign(verdict=rows["verdict"].where(~judged, sides))


def _released(cube: Cube, baseline: str, level: float, scale: float) -> tuple[float, float, float]:
    """People released in a year: mean over draws and the middle share `level` of them."""
    import numpy as np

    people = cube.denominator[:, :, cube.scenarios.index(baseline), 0, 0].mean(axis=1) * scale
    low, high = np.quantile(people, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return float(people.mean()), float(low), float(high)


def compare(
    cube: Cube, *, baseline: str, level: float, people_per_year: float, people: float | None = None
) -> pd.DataFrame:
    """One row per scenario, group and measure, in the cube's order.

    people: nominal size of a run; without it the mean number of people released.

    Columns: scenario, stratum, group, measure, unit, value, value_low, value_high, value_mcse, difference, low, high,
    mcse, parameter_sd (the last four of the difference, all 0 for the baseline itself), per_year, per_year_low,
    per_year_high, counts (what the yearly difference counts; empty per appointment), people (those counted, at the size
    of a year's releases: numbers at risk in the groups of time), verdict, basis.
    """
    import pandas as pd

    return pd.concat(_by_scenario(cube, baseline, level, people_per_year, people), ignore_index=True)


def _by_scenario(
    cube: Cube, baseline: str, level: float, people_per_year: float, people: float | None
) -> list[pd.DataFrame]:
    """The rows of `compare`, a frame a scenario."""
    import numpy as np

    measures = [measure_named(name) for name in cube.measures]
    base = cube.scenarios.index(baseline)
    per_person = np.array([measure.per_person for measure in measures])
    is_proportion = np.array([measure.is_proportion for measure in measures])
    bounds = np.where(is_proportion, 0.0, -np.inf), np.where(is_proportion, 1.0, np.inf)
    size = cube.mean_released(base) if people is None else np.full(len(measures), float(people))
    yearly = np.where(per_person, people_per_year / size, np.nan)
    scale = people_per_year / (float(np.nanmax(cube.mean_released(base))) if people is None else float(people))
    frames = []
    for index, scenario in enumerate(cube.scenarios):
        value = within(summarise(cube.run_values(index), level), *bounds)
        difference = _nothing(value) if index == base else summarise(cube.run_differences(index, base), level)
        counted = _nothing(value) if index == base else summarise(cube.difference_of_totals(index, base), level)
        denominators = cube.denominator[:, :, index].mean(axis=(0, 1))
        frame = _rows(cube, measures, scenario, (value, difference, counted), yearly, index == base)
        frame.insert(list(frame.columns).index("verdict"), "people", (denominators * scale).ravel())
        frames.append(frame)
    return frames


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
    per_person = np.broadcast_to([measure.per_person for measure in measures], (n_groups, n_measures))
    low, high = (np.where(per_person, getattr(counted, end), getattr(difference, end)) for end in ("low", "high"))
    low = np.where(np.isfinite(value.mean), low, np.nan)
    verdicts = _verdicts(low, high, np.broadcast_to(better, (n_groups, n_measures)))
    mean = np.where(per_person, counted.mean, difference.mean)
    spread = np.where(per_person, counted.parameter_sd, difference.parameter_sd)
    narrow = np.minimum(np.abs(low), np.abs(high)) > MANY_WIDTHS * (high - low)
    drowned = (spread == 0.0) & (high > low) & ~narrow & np.isin(verdicts, CLEAR)
    verdicts[drowned] = NOT_CLEAR  # too few runs to tell draws apart
    size = np.where(per_person, yearly, 1.0)  # what is not per person is a mean or a number already
    tiny = _too_small(measures, low * size, high * size)
    tiny |= _too_small(measures, mean * size, mean * size) & np.isin(verdicts, CLEAR)
    verdicts[tiny & (verdicts != NO_CHANGE)] = TOO_SMALL
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


def _too_small(measures: list[Measure], low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Where the whole interval of a yearly count or of a mean lies below what counts, in a group as for everybody."""
    import numpy as np

    least = np.array(
        [LEAST_THAT_COUNTS[measure.counts] if measure.per_person else LEAST_OF_A_MEAN for measure in measures]
    )
    return np.asarray((np.abs(low) < least) & (np.abs(high) < least))


def _verdicts(low: NDArray[np.float64], high: NDArray[np.float64], better: NDArray[np.int64]) -> NDArray[np.object_]:
    """What may be said of each difference; a winner only where the interval excludes zero."""
    import numpy as np

    sign = (low > 0.0).astype(np.int64) - (high < 0.0).astype(np.int64)
    known = np.isfinite(low) & np.isfinite(high)
    same = known & (low == 0.0) & (high == 0.0)
    words = np.full(low.shape, NOT_CLEAR, dtype=object)
    words[(sign != 0) & (sign == better)] = BETTER
    words[(sign != 0) & (sign == -better)] = WORSE
    words[(sign > 0) & (better == 0)] = MORE
    words[(sign < 0) & (better == 0)] = FEWER
    words[same] = NO_CHANGE
    words[~known] = NOT_KNOWN
    return words
