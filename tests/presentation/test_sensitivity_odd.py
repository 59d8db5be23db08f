"""Charts of a sensitivity study of odd tables: one factor, luck alone, nothing clear, negative, no interval, none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from chart_words import problems_of_drawing
from quick_cases import some_quick
from sensitivity_draws import DRAWS, MEASURE, SCENARIO, indistinct
from sensitivity_tables import LONG_NAME, tables

from sim.presentation import theme
from sim.presentation.sensitivity.charts import index_bars
from sim.presentation.sensitivity.words import LUCK


def only(frame: pd.DataFrame, factors: list[str]) -> pd.DataFrame:
    return frame[frame["factor"].isin(factors)]


SOME_BARS = ("bars", "bars of mu_star", "morris", "convergence", "small heat map")
QUICK = ("bars",)


@pytest.mark.parametrize("name", some_quick(SOME_BARS, QUICK))
@pytest.mark.parametrize("odd", ["one factor", "only luck", "no luck", "all indistinct", "negative", "no interval"])
def test_odd_tables_are_drawn(name: str, odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    of = tables()
    changes: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
        "one factor": lambda frame: only(frame, ["housing", LONG_NAME]),
        "only luck": lambda frame: only(frame, [LUCK]),
        "no luck": lambda frame: frame[frame["factor"] != LUCK],
        "all indistinct": indistinct,
        "negative": lambda frame: frame.assign(value=-frame["value"].abs(), low=-frame["high"], high=-frame["low"]),
        "no interval": lambda frame: frame.assign(low=np.nan, high=np.nan),
    }
    change = changes[odd]
    changed = replace(of, sensitivity=change(of.sensitivity), convergence=change(of.convergence))
    found: list[theme.Chart | None] = []
    problems = problems_of_drawing(lambda: found.append(DRAWS[name](changed)), monkeypatch, least=4)
    assert not problems, "\n".join(problems)
    assert found[0] is not None
    alt = found[0].alt
    assert "nan" not in alt.split()
    if odd == "all indistinct" and name not in ("convergence",):
        assert "can be told from zero" in alt
        assert "Largest" not in alt


@pytest.mark.parametrize("name", DRAWS)
def test_an_outcome_that_the_tables_do_not_hold_is_not_drawn(name: str) -> None:
    of, empty = tables(), {}
    for key in ("sensitivity", "convergence", "response", "precision"):
        frame: pd.DataFrame = getattr(of, key)
        empty[key] = pd.DataFrame(columns=frame.columns)
    assert DRAWS[name](replace(of, **empty)) is None


def test_a_pair_is_told_with_both_names() -> None:
    of = tables()
    rows = of.sensitivity[(of.sensitivity["index"] == "S1") & (of.sensitivity["factor"] == "housing")]
    pairs = rows.assign(index="S2", other="treatment", from_zero=True)
    chart = index_bars.plot(pairs, of.labels, scenario=SCENARIO, measure=MEASURE, index="S2")
    assert chart is not None
    assert "Housing with treatment" in chart.alt


def test_ticks_of_shares_are_what_they_say() -> None:
    assert [theme.percent(share) for share in (0.0, 0.025, 0.4, -0.05, 0.07)] == ["0%", "2.5%", "40%", "−5%", "7%"]
