"""Housing in the community, by hand."""

from __future__ import annotations

from typing import Any

import pytest
from by_hand import draw_of, number_with, params_of, someone

from sim.engine import person_day as life
from sim.mechanisms import housing, ledger
from sim.population import processes as P
from sim.population.codes import (
    CAS3,
    HIDDEN,
    HOUSING,
    HOUSING_FIRST,
    N_BANDS,
    ROUGH,
    SETTLED,
    SUPPORTED,
    TEMPORARY,
)

DAY = 1024
OFF_STREET = {
    "housing__rough_exit_settled": 0.15, "housing__rough_exit_hidden": 0.55, "housing__temporary_loss_street": 0.35,
    "housing__loss_to_rough": 0.1, "housing__loss_to_hidden": 0.6,
}  # fmt: skip


@pytest.mark.parametrize(("since", "hazard"), [(1, 0.036), (27, 0.036), (28, 0.010), (200, 0.010)])
def test_rough_spells_end_faster_in_their_first_28_days(params: Any, since: int, hazard: float) -> None:
    row = someone(housing=ROUGH, spell_start=50)
    assert housing.up_hazard(row, params, 50 + since) == pytest.approx(hazard)
    assert housing.down_hazard(row, params, 90) == 0.0


@pytest.mark.parametrize("roof", [ROUGH, HIDDEN, TEMPORARY, CAS3, SUPPORTED, SETTLED, HOUSING_FIRST])
def test_nobody_moves_twice_on_one_day(params: Any, roof: int) -> None:
    row = someone(housing=roof, spell_start=50, navigator_until=300)
    assert (housing.up_hazard(row, params, 50), housing.down_hazard(row, params, 50)) == (0.0, 0.0)
    assert housing.next_change(row, 50) == 51
    assert housing.up_hazard(row, params, 51) + housing.down_hazard(row, params, 51) > 0.0


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
    assert housing.down_hazard(someone(housing=TEMPORARY), params, 90) == pytest.approx(0.0015)
    assert housing.up_hazard(someone(housing=SETTLED), params, 3) == 0.0
    assert housing.down_hazard(someone(housing=SETTLED), params, 90) == pytest.approx(0.0012)


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


def test_temporary_housing_ends_settled_without_a_draw(params: Any) -> None:
    up, down = someone(housing=TEMPORARY), someone(housing=TEMPORARY)
    housing.move_up(up, params, 3, 3072)
    housing.move_down(down, params, 3, 3072)
    assert (up["housing"], up["moves_up"]) == (SETTLED, 0)
    assert (down["housing"], down["losses"], down["spell_start"]) == (ROUGH, 1, 3)  # all of them, as stated


def test_each_move_has_its_own_luck(params: Any) -> None:
    row = someone()
    for k in range(12):
        row["housing"] = ROUGH
        housing.move_up(row, params, k, k * 1024)
        assert row["housing"] == (SETTLED if draw_of(row, P.ROUGH_EXIT_SETTLED, k) < 0.40 else TEMPORARY)
    assert row["moves_up"] == 12


# Homeless, not on the street


def test_the_code_stands_at_the_end() -> None:
    assert (HIDDEN, HOUSING[HIDDEN], len(HOUSING)) == (6, "homeless, not on the street", 7)


def test_hazards_off_the_street(params: Any) -> None:
    row = someone(housing=HIDDEN, spell_start=0, navigator_from=0, navigator_until=60)
    assert housing.up_hazard(row, params, 80) == pytest.approx(0.0085)  # by no length of the spell
    assert housing.up_hazard(row, params, 59) == pytest.approx(0.0085 / 0.80)
    assert housing.down_hazard(row, params, 90) == pytest.approx(0.0026)
    row["housing"] = CAS3
    assert housing.down_hazard(row, params, 90) == pytest.approx(0.0015)


@pytest.mark.parametrize(
    ("where", "process", "low", "high", "status"),
    [
        (ROUGH, P.ROUGH_EXIT_SETTLED, 0.0, 0.15, SETTLED),
        (ROUGH, P.ROUGH_EXIT_SETTLED, 0.15, 0.70, HIDDEN),
        (ROUGH, P.ROUGH_EXIT_SETTLED, 0.70, 1.0, TEMPORARY),
        (HIDDEN, P.HIDDEN_EXIT_SETTLED, 0.0, 0.5, SETTLED),
        (HIDDEN, P.HIDDEN_EXIT_SETTLED, 0.5, 1.0, TEMPORARY),
    ],
)
def test_where_ways_out_lead(where: int, process: int, low: float, high: float, status: int) -> None:
    row = someone(number_with((process, 2, low, high)), housing=where, moves_up=2)
    housing.move_up(row, params_of(**OFF_STREET), 9, 9 * DAY)
    assert (row["housing"], row["spell_start"], row["moves_up"], row["losses"]) == (status, 9, 3, 0)


@pytest.mark.parametrize(
    ("where", "process", "low", "high", "status"),
    [
        *((home, P.HOME_LOST_TO_ROUGH, 0.0, 0.1, ROUGH) for home in (SETTLED, SUPPORTED, HOUSING_FIRST)),
        *((home, P.HOME_LOST_TO_ROUGH, 0.1, 0.7, HIDDEN) for home in (SETTLED, SUPPORTED, HOUSING_FIRST)),
        *((home, P.HOME_LOST_TO_ROUGH, 0.7, 1.0, TEMPORARY) for home in (SETTLED, SUPPORTED, HOUSING_FIRST)),
        *((place, P.TEMPORARY_LOST_STREET, 0.0, 0.35, ROUGH) for place in (TEMPORARY, CAS3)),
        *((place, P.TEMPORARY_LOST_STREET, 0.35, 1.0, HIDDEN) for place in (TEMPORARY, CAS3)),
    ],
)
def test_where_losses_lead(where: int, process: int, low: float, high: float, status: int) -> None:
    row = someone(number_with((process, 1, low, high)), housing=where, losses=1)
    housing.move_down(row, params_of(**OFF_STREET), 9, 9 * DAY)
    assert (row["housing"], row["spell_start"], row["losses"], row["moves_up"]) == (status, 9, 2, 0)


def test_off_the_street_the_way_down_leads_to_it(params: Any) -> None:
    row = someone(housing=HIDDEN, settled_at=0)
    housing.move_down(row, params, 9, 9 * DAY + 3)
    assert (row["housing"], row["losses"], row["moves_up"]) == (ROUGH, 0, 0)
    assert (int(row["hidden_moments"]), int(row["rough_moments"].sum())) == (9 * DAY + 3, 0)
    ledger.settle_time(row, 12 * DAY)
    assert (int(row["hidden_moments"]), int(row["rough_moments"].sum())) == (9 * DAY + 3, 3 * DAY - 3)


def test_shares_that_are_more_than_the_whole_leave_nobody_for_temporary_housing() -> None:
    params = params_of(housing__loss_to_rough=0.3, housing__loss_to_hidden=0.85)
    found = set()
    for number in range(1, 200):
        row = someone(number, housing=SETTLED)
        housing.move_down(row, params, 9, 9 * DAY)
        found.add(int(row["housing"]))
    assert found == {ROUGH, HIDDEN}


def test_days_on_the_street_add_up_within_one_time_without_a_home(params: Any) -> None:
    """Twelve days on it, twenty off it, and five on it again are 17; a roof ends the time without a home."""
    row = someone(housing=ROUGH, spell_start=0)
    housing.move(row, HIDDEN, 12, 12 * DAY)
    assert (housing.days_on_street(row, 20), row["street_days"]) == (12, 12)
    housing.move(row, ROUGH, 32, 32 * DAY)
    assert (housing.days_on_street(row, 37), row["street_days"]) == (17, 12)
    assert housing.next_change(row, 33) == 48  # 12 days before 32 + 28, the end of the first 28 days of the spell
    assert housing.next_change(row, 48) == 60
    housing.move(row, TEMPORARY, 37, 37 * DAY)
    assert row["street_days"] == 0
    housing.move(row, ROUGH, 40, 40 * DAY)
    assert housing.days_on_street(row, 41) == 1


def test_somebody_off_the_street_is_woken_when_support_ends(params: Any) -> None:
    row = someone(housing=HIDDEN, spell_start=0, resettlement_until=20, navigator_until=15)
    assert housing.next_change(row, 3) == 15
    assert housing.next_change(row, 15) == 20
    assert life.next_wake(row, params, 16) == 20


def test_switched_off_nobody_moves() -> None:
    off = params_of()
    for name, value in housing.WHEN_OFF.items():
        off[name] = value
    for where in range(len(HOUSING)):
        row = someone(housing=where)
        assert (housing.up_hazard(row, off, 3), housing.down_hazard(row, off, 90)) == (0.0, 0.0)
