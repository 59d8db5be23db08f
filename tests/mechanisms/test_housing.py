"""Housing in the community, by hand."""

from __future__ import annotations

from typing import Any

import pytest
from by_hand import draw_of, number_with, someone

from sim.mechanisms import housing
from sim.population import processes as P
from sim.population.codes import N_BANDS, ROUGH, SETTLED, TEMPORARY


@pytest.mark.parametrize(("since", "hazard"), [(0, 0.036), (27, 0.036), (28, 0.010), (200, 0.010)])
def test_rough_spells_end_faster_in_their_first_28_days(params: Any, since: int, hazard: float) -> None:
    row = someone(housing=ROUGH, spell_start=50)
    assert housing.up_hazard(row, params, 50 + since) == pytest.approx(hazard)
    assert housing.down_hazard(row, params) == 0.0


def test_a_navigator_speeds_the_end_of_a_rough_spell_while_support_lasts(params: Any) -> None:
    row = someone(housing=ROUGH, spell_start=0, navigator_from=0, navigator_until=60)
    assert housing.up_hazard(row, params, 10) == pytest.approx(0.036 / 0.80)
    assert housing.up_hazard(row, params, 59) == pytest.approx(0.010 / 0.80)
    assert housing.up_hazard(row, params, 60) == pytest.approx(0.010)
    # It speeds nothing else.
    settled, temporary = (someone(housing=status, navigator_until=60) for status in (SETTLED, TEMPORARY))
    assert housing.up_hazard(temporary, params, 10) == pytest.approx(0.0078)
    assert housing.up_hazard(settled, params, 10) == 0.0


def test_temporary_and_settled_hazards(params: Any) -> None:
    assert housing.up_hazard(someone(housing=TEMPORARY), params, 3) == pytest.approx(0.0078)
    assert housing.down_hazard(someone(housing=TEMPORARY), params) == pytest.approx(0.0015)
    assert housing.up_hazard(someone(housing=SETTLED), params, 3) == 0.0
    assert housing.down_hazard(someone(housing=SETTLED), params) == pytest.approx(0.0012)


@pytest.mark.parametrize(("low", "high", "status"), [(0.0, 0.40, SETTLED), (0.40, 1.0, TEMPORARY)])
def test_where_a_rough_spell_ends(params: Any, low: float, high: float, status: int) -> None:
    row = someone(number_with((P.ROUGH_EXIT_SETTLED, 0, low, high)), housing=ROUGH)
    housing.move_up(row, params, 9, 9 * 1024 + 5)
    assert (row["housing"], row["spell_start"], row["moves_up"]) == (status, 9, 1)
    # The time before the move was slept rough: seven days of the first band, the rest of the second.
    assert row["rough_moments"].tolist() == [7 * 1024, 2 * 1024 + 5, *[0] * (N_BANDS - 2)]


@pytest.mark.parametrize(("low", "high", "status"), [(0.0, 0.35, ROUGH), (0.35, 1.0, TEMPORARY)])
def test_where_losing_a_settled_home_ends(params: Any, low: float, high: float, status: int) -> None:
    row = someone(number_with((P.HOME_LOST_TO_ROUGH, 0, low, high)), housing=SETTLED)
    housing.move_down(row, params, 9, 9 * 1024)
    assert (row["housing"], row["spell_start"], row["losses"]) == (status, 9, 1)
    assert not row["rough_moments"].any()


def test_temporary_housing_ends_settled_or_rough_without_a_draw(params: Any) -> None:
    up, down = someone(housing=TEMPORARY), someone(housing=TEMPORARY)
    housing.move_up(up, params, 3, 3072)
    housing.move_down(down, params, 3, 3072)
    assert (up["housing"], up["moves_up"]) == (SETTLED, 0)
    assert (down["housing"], down["losses"], down["spell_start"]) == (ROUGH, 0, 3)


def test_each_move_has_its_own_luck(params: Any) -> None:
    row = someone()
    for k in range(12):
        row["housing"] = ROUGH
        housing.move_up(row, params, k, k * 1024)
        assert row["housing"] == (SETTLED if draw_of(row, P.ROUGH_EXIT_SETTLED, k) < 0.40 else TEMPORARY)
    assert row["moves_up"] == 12
