"""A lever in a draw that says it does nothing: it costs, and changes nothing else, of nobody.

Levers are found by their rows: those whose effect rows all state a chance of no effect. In the draws in which each of
these rows stands at its null, everything that is counted but money is exactly what it is without the lever.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from engine_ground import PURCHASES, Ground

from sim.evidence import load_parameters
from sim.experiment.simulator import StudySimulator
from sim.outcomes.measures import MEASURES
from sim.scenario import LEVERS, Purchase

PEOPLE, MONTHS, DRAWS, TRIED = 300, 13, 60, 3

ACTED_ON = {"agency.turnover_worn", "trust.worker_leaves"}
"""Effect rows that say what another row of the lever acts on: how fast it wears off, how many workers leave."""

BY_RULE = {"alliance"}
"""Levers that also act by a rule without a row: through one door whoever asks for help is offered the next day."""

TABLE = load_parameters()


def rows_of_effect(lever: str) -> list[str]:
    return [name for name in LEVERS[lever].effect_parameters if name not in ACTED_ON]


MAY_DO_NOTHING = [
    lever for lever in LEVERS if lever not in BY_RULE and all(TABLE[name].no_effect for name in rows_of_effect(lever))
]


@pytest.fixture(scope="module")
def simulator(ground: Ground) -> StudySimulator:
    """The baseline, and each lever bought by itself."""
    baseline = ground.scenario()
    bought = [
        dataclasses.replace(
            baseline,
            name=lever,
            title=lever,
            levers=(Purchase(lever=lever, starts=baseline.starts, **PURCHASES[lever]),),
        )
        for lever in MAY_DO_NOTHING
    ]
    scenarios = [baseline, *bought]
    return StudySimulator(scenarios, ground.area, TABLE, people=PEOPLE, months=MONTHS, draws=DRAWS, seed=1)


def moved(simulator: StudySimulator, lever: str, draw: int) -> set[str]:
    """Measures that are not exactly what they are without the lever, money left out."""
    usual, bought = simulator(0, draw, 0), simulator(1 + MAY_DO_NOTHING.index(lever), draw, 0)
    same = (usual.numerator == bought.numerator).all(axis=0) & (usual.denominator == bought.denominator).all(axis=0)
    return {measure.name for measure in np.array(MEASURES)[~same] if not measure.name.endswith("_gbp")}


def test_levers_that_may_do_nothing_are_these() -> None:
    """A lever that leaves the list has an effect row without a chance of nothing: is that meant?"""
    assert set(MAY_DO_NOTHING) == {
        "resettlement_workers", "retention_pay", "navigators", "peer_workers", "shared_record", "travel_passes",
    }  # fmt: skip


@pytest.mark.parametrize("lever", MAY_DO_NOTHING)
def test_a_lever_whose_rows_stand_at_no_effect_changes_nothing_but_money(simulator: StudySimulator, lever: str) -> None:
    rows = rows_of_effect(lever)
    draws = [simulator.points.draw(number) for number in range(DRAWS)]
    nothing = [draw.index for draw in draws if all(draw[name] == TABLE[name].null for name in rows)][:TRIED]
    works = [draw.index for draw in draws if all(draw[name] != TABLE[name].null for name in rows)][:TRIED]
    assert len(nothing) == len(works) == TRIED
    assert {draw: moved(simulator, lever, draw) for draw in nothing} == {draw: set() for draw in nothing}
    assert any(moved(simulator, lever, draw) for draw in works), "the same purchase is felt where it works"
