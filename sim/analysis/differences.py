"""Rows of values and paired differences: one for each scenario, group and measure.

A difference is paired: run by run, both scenarios use common random numbers, so

    delta[d, r] = z_scenario[d, r] - z_baseline[d, r]

is summarised like any value (intervals.py) and its interval is far narrower than the distance between two separate
intervals would suggest.

Counts in a year: the difference of the runs' totals, times people_per_year over the nominal size of a run. The number
of people released is itself uncertain and differs by draw, so a count is what the money buys in each draw's own
world. Chances and verdict of a measure per person released are those of its count, the one that is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.analysis.chances import Chances, chances_of
from sim.analysis.cube import Cube
from sim.analysis.intervals import Spread, Summary, interval_of, spread_of, summarise, within
from sim.analysis.null_draws import null_draws
from sim.analysis.verdicts import IS_BASELINE, MARKED, NO_CHANGE, TOO_SMALL, directions, too_small, verdicts
from sim.outcomes.measures import Measure, measure_named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Nulls = Mapping[str, NDArray[np.bool_]]

CHANCES = ("chance_better", "chance_none", "chance_worse", "chance_more", "chance_fewer")


@dataclass(frozen=True)
class Judged:
    """What is judged of one scenario: the yearly count of measures per person, the difference of others.

    A count is that of a run, not yet scaled to a year.
    """

    summary: Summary
    chances: Chances
    luck_share: NDArray[np.float64]


def compare(
    cube: Cube,
    *,
    baseline: str,
    level: float,
    people_per_year: float,
    people: float | None = None,
    nulls: Nulls | None = None,
) -> pd.DataFrame:
    """One row per scenario, group and measure, in the cube's order.

    people: nominal size of a run; without it the mean number of people released. nulls: see `by_scenario`.

    Columns: scenario, stratum, group, measure, unit, value, value_low, value_high, value_mcse, difference, low, high,
    mcse, parameter_sd (the last four of the difference, all 0 for the baseline itself), per_year, per_year_low,
    per_year_high, counts (what the yearly difference counts; empty per appointment), CHANCES, luck_share, people (those
    counted, at the size of a year's releases: numbers at risk in the groups of time), verdict, basis.
    """
    import pandas as pd

    return pd.concat(by_scenario(cube, baseline, level, people_per_year, people, nulls), ignore_index=True)


def by_scenario(
    cube: Cube, baseline: str, level: float, people_per_year: float, people: float | None, nulls: Nulls | None = None
) -> list[pd.DataFrame]:
    """The rows of `compare`, a frame a scenario.

    nulls: draws in which a difference of 0 is none, by scenario, as `null_draws` finds them among everybody; without
    them those in which no life of the cube's first group changed.
    """
    import numpy as np

    nulls = null_draws(cube, baseline, {}) if nulls is None else nulls
    measures = [measure_named(name) for name in cube.measures]
    base = cube.scenarios.index(baseline)
    per_person = np.array([measure.per_person for measure in measures])
    is_proportion = np.array([measure.is_proportion for measure in measures])
    is_below = (cube.numerator < 0.0).any(axis=(0, 1, 2))  # the costs of a payer from whom money is taken may be
    bounds = np.where(is_below, -np.inf, 0.0), np.where(is_proportion, 1.0, np.inf)
    size = cube.mean_released(base) if people is None else np.full(len(measures), float(people))
    yearly = np.where(per_person, people_per_year / size, np.nan)
    scale = people_per_year / (float(np.nanmax(cube.mean_released(base))) if people is None else float(people))
    frames = []
    for index, scenario in enumerate(cube.scenarios):
        value = within(summarise(cube.run_values(index), level), *bounds)
        if index == base:
            difference, judged = _nothing(value), _nothing_judged(value)
        else:
            by_run = cube.run_differences(index, base)
            difference = interval_of(spread_of(by_run, nulls[scenario]), level)
            counted = np.where(per_person, cube.difference_of_totals(index, base), by_run)
            judged = _judged(spread_of(counted, nulls[scenario]), level, value)
        denominators = cube.denominator[:, :, index].mean(axis=(0, 1))
        frame = _rows(cube, measures, scenario, (value, difference, judged), yearly, index == base)
        frame.insert(list(frame.columns).index("verdict"), "people", (denominators * scale).ravel())
        frames.append(frame)
    return frames


def _judged(spread: Spread, level: float, value: Summary) -> Judged:
    """What is judged of differences; of a group in which nobody was counted (value: NaN) no chance is known."""
    import numpy as np

    chances, is_counted = chances_of(spread), np.isfinite(value.mean)
    more, none, fewer, luck = (
        np.where(is_counted, share, np.nan) for share in (chances.more, chances.none, chances.fewer, spread.luck_share)
    )
    return Judged(interval_of(spread, level), Chances(more, none, fewer), luck)


def _nothing(value: Summary) -> Summary:
    """The baseline's difference from itself: zero without error; NaN where nobody was counted."""
    zero = value.mean * 0.0
    return Summary(zero, zero, zero, zero, zero, value.basis)


def _nothing_judged(value: Summary) -> Judged:
    import numpy as np

    unknown = np.full_like(value.mean, np.nan)
    return Judged(_nothing(value), Chances(unknown, unknown, unknown), unknown)


def _rows(
    cube: Cube,
    measures: Sequence[Measure],
    scenario: str,
    summaries: tuple[Summary, Summary, Judged],
    yearly: NDArray[np.float64],
    is_baseline: bool,
) -> pd.DataFrame:
    """The scenario's rows from the summaries of its values and its differences, and what is judged of them."""
    import numpy as np
    import pandas as pd

    value, difference, judged = summaries
    counted, chances = judged.summary, judged.chances
    n_groups, n_measures = len(cube.groups), len(measures)
    better = np.broadcast_to(directions(measures), (n_groups, n_measures))
    words = _verdicts(measures, value, judged, better, yearly)
    if is_baseline:
        words = np.full((n_groups, n_measures), IS_BASELINE, dtype=object)
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
            **_chance_columns(chances, better),
            "luck_share": judged.luck_share.ravel(),
            "verdict": words.ravel(),
            "basis": difference.basis,
        }
    )


def _chance_columns(chances: Chances, better: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    """CHANCES by name; better and worse are NaN where nobody would call either direction so."""
    import numpy as np

    gain = np.where(better > 0, chances.more, np.where(better < 0, chances.fewer, np.nan))
    loss = np.where(better > 0, chances.fewer, np.where(better < 0, chances.more, np.nan))
    columns = (gain, chances.none, loss, chances.more, chances.fewer)
    return {name: column.ravel() for name, column in zip(CHANCES, columns, strict=True)}


def _verdicts(
    measures: Sequence[Measure],
    value: Summary,
    judged: Judged,
    better: NDArray[np.int64],
    yearly: NDArray[np.float64],
) -> NDArray[np.object_]:
    import numpy as np

    counted = judged.summary
    low, high = np.where(np.isfinite(value.mean), counted.low, np.nan), counted.high
    words = verdicts(judged.chances, low, high, better)
    size = np.where(np.isfinite(yearly), yearly, 1.0)  # what is not per person is a mean or a number already
    tiny = too_small(measures, low * size, high * size)
    tiny |= too_small(measures, counted.mean * size, counted.mean * size) & np.isin(words, MARKED)
    words[tiny & (words != NO_CHANGE)] = TOO_SMALL
    return words
