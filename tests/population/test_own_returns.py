"""Releases a person of a draw: the row at reference values, one where nobody goes back, more with more returns."""

from __future__ import annotations

import pytest

from sim.evidence import load_parameters
from sim.population.own_returns import ROW, returns_expected, with_own_returns


def test_at_reference_values_the_row_holds() -> None:
    draw = load_parameters().reference()
    assert returns_expected(draw) == pytest.approx(draw["custody.returns_expected"], abs=0.002)
    own = with_own_returns(draw)
    assert own[ROW] == pytest.approx(1.6, abs=0.002)
    assert {name: value for name, value in own.items() if name != ROW} == {
        name: value for name, value in draw.items() if name != ROW
    }


def test_nobody_who_never_goes_back_is_released_twice() -> None:
    draw = {
        **load_parameters().reference(), "supervision.recall_compliance": 0.0, "custody.recall_on_charge": 0.0,
        "custody.after_reoffence": 0.0,
    }  # fmt: skip
    assert with_own_returns(draw)[ROW] == 1.0


def test_later_releases_go_with_the_hazards_of_the_draw() -> None:
    """With stays of no length twice the hazards are twice the later releases, whatever the row and its range."""
    draw = {**load_parameters().reference(), "custody.standard_recall_days": 0.0, "custody.after_reoffence": 0.0,
            "custody.recall_on_charge": 0.0, "supervision.recall_compliance": 1e-6}  # fmt: skip
    twice = {**draw, "supervision.recall_compliance": 2e-6}
    assert with_own_returns(twice)[ROW] - 1.0 == pytest.approx(2.0 * (with_own_returns(draw)[ROW] - 1.0), rel=1e-3)
    row = {**draw, ROW: 1.0 + 2.0 * (draw[ROW] - 1.0)}
    assert with_own_returns(row)[ROW] - 1.0 == pytest.approx(2.0 * (with_own_returns(draw)[ROW] - 1.0))
