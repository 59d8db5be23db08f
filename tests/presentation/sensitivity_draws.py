"""The charts of a sensitivity study as functions of its tables, and what tests ask of each chart."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache

import pandas as pd
from full_study import NAMES
from sensitivity_tables import Tables, tables

from sim.presentation import theme
from sim.presentation.sensitivity.charts import (
    convergence,
    heat_map,
    index_bars,
    morris,
    response_curves,
    running_mean,
    tornado,
)

SCENARIO, MEASURE = NAMES[1], "rough_sleeping_days"
ONE = "engaged_within_3_weeks"
Draw = Callable[[Tables], theme.Chart | None]
DRAWS: dict[str, Draw] = {
    "bars": lambda t: index_bars.plot(t.sensitivity, t.labels, scenario=SCENARIO, measure=MEASURE),
    "bars of mu_star": lambda t: index_bars.plot(
        t.sensitivity, t.labels, scenario=SCENARIO, measure=MEASURE, index="mu_star"
    ),
    "bars of pawn": lambda t: index_bars.plot(
        t.sensitivity, t.labels, scenario=SCENARIO, measure=MEASURE, index="pawn"
    ),
    "morris": lambda t: morris.plot(t.sensitivity, t.labels, scenario=SCENARIO, measure=MEASURE),
    "convergence": lambda t: convergence.plot(t.convergence, t.labels, scenario=SCENARIO, measure=MEASURE),
    "heat map": lambda t: heat_map.plot(t.sensitivity, t.labels, scenario=SCENARIO),
    "small heat map": lambda t: heat_map.plot(t.sensitivity, t.labels, scenario=SCENARIO, index="mu_star"),
    "tornado": lambda t: tornado.plot(t.response, t.labels, scenario=SCENARIO, measure=MEASURE),
    "curves": lambda t: response_curves.plot(t.response, t.labels, scenario=SCENARIO, measure=MEASURE),
    "running mean": lambda t: running_mean.plot(t.precision, t.labels, scenario=SCENARIO, measure=ONE, wanted=2.0),
}


def drawn(name: str, of: Tables) -> theme.Chart:
    chart = DRAWS[name](of)
    assert chart is not None
    return chart


@cache
def usual(name: str) -> theme.Chart:
    """The chart of the whole made-up study, drawn once."""
    return drawn(name, tables())


def data_of(chart: theme.Chart) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(chart.csv))


def indistinct(frame: pd.DataFrame) -> pd.DataFrame:
    """The same rows, none of which can be told from zero."""
    return frame.assign(from_zero=False, low=-1.0, high=1.0)
