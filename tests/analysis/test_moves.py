"""A saved number held against the same number made again."""

from __future__ import annotations

import math

import pytest

from sim.analysis.moves import Line, moves

SAVED = Line("reference", "deaths", "deaths per person", 20, 0.5, 0.01)


def test_an_unchanged_model_moves_nothing() -> None:
    """But for the last digits; an error that is not known stays so."""
    unknown = SAVED._replace(name="x", error=math.nan)
    assert moves([SAVED, unknown], [unknown, SAVED._replace(mean=0.5 + 1e-12)]) == []


@pytest.mark.parametrize(
    "now",
    [
        SAVED._replace(mean=0.5 + 1e-8),
        SAVED._replace(error=0.010001),
        SAVED._replace(error=math.nan),
        SAVED._replace(runs=19),
        SAVED._replace(unit="deaths"),
        SAVED._replace(mean=math.nan),
    ],
)
def test_whatever_is_another_number_has_moved(now: Line) -> None:
    assert [move[:] for move in moves([SAVED], [now])] == [(SAVED, now, 0)]


def test_a_small_number_moves_as_well_as_a_large_one() -> None:
    tiny = SAVED._replace(mean=1e-6)
    assert moves([tiny], [tiny._replace(mean=1.0001e-6)])
    assert moves([tiny._replace(mean=0.0)], [tiny._replace(mean=1e-300)])


def test_how_far_is_told_in_the_unit_and_in_errors() -> None:
    (move,) = moves([SAVED], [SAVED._replace(mean=0.475)])
    assert move.by == pytest.approx(-0.025)
    assert move.by_in_errors == pytest.approx(-2.5)
    (certain,) = moves([SAVED._replace(error=0.0)], [SAVED])
    assert math.isnan(certain.by_in_errors)


def test_what_is_gone_and_what_is_new_are_told_in_order() -> None:
    gone, new = SAVED._replace(name="gone"), SAVED._replace(name="new")
    found = moves([SAVED, gone], [new, SAVED])
    assert found == [(gone, None, 1), (None, new, None)]
    assert [move.line.name for move in found] == ["gone", "new"]
    assert all(math.isnan(move.by) and math.isnan(move.by_in_errors) for move in found)
