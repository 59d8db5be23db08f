"""Short-stay beds and supported places, by hand: who is referred, who moves in, and how a stay ends."""

from __future__ import annotations

from typing import Any

import pytest
from by_hand import diary, draw_of, number_with, params_of, per_service_type, someone

from sim.core.days import NEVER
from sim.engine import person_day as life
from sim.mechanisms import beds, housing, release
from sim.mechanisms.events import Event
from sim.population import processes as P
from sim.population.codes import (
    CAS3,
    CAS3_SERVICE,
    COMMUNITY,
    CUSTODY,
    HIDDEN,
    HOUSING,
    HOUSING_FIRST,
    HOUSING_FIRST_SERVICE,
    NOT_YET_RELEASED,
    OTHER,
    REHAB_SERVICE,
    RESIDENTIAL,
    ROUGH,
    SETTLED,
    SUPPORTED,
    SUPPORTED_SERVICE,
    TEMPORARY,
)

DAY = 1024
IN_REACH = per_service_type(-1, {CAS3_SERVICE: 7})
SERVED = per_service_type(-1, {SUPPORTED_SERVICE: 9})
Q = 0.51  # of stays that reach the planned end, to a settled home


def leaving(number: int, **fields: Any) -> Any:
    """Somebody to be released for the first time on day 20, in reach of short-stay beds."""
    return someone(number, status=NOT_YET_RELEASED, releases=0, custody_until=20, service=IN_REACH, **fields)


@pytest.mark.parametrize(
    ("first_night", "low", "high", "joins"),
    [
        (ROUGH, 0.0, 1.0, 1),  # everybody bound for the street
        (HIDDEN, 0.0, 1.0, 1),  # and everybody who would be homeless off it
        (TEMPORARY, 0.0, 0.7413, 1),  # 0.36 / 0.64 x 0.22516 / 0.17084 = 0.7413
        (TEMPORARY, 0.7414, 1.0, 0),
        (SETTLED, 0.0, 1.0, 0),
    ],
)
def test_who_is_referred_on_the_eve(params: Any, first_night: int, low: float, high: float, joins: int) -> None:
    row = leaving(number_with((P.CAS3_REFERRED, 1, low, high)))
    beds.refer_before_release(row, params, first_night)
    assert row["joins"].tolist() == per_service_type(0, {CAS3_SERVICE: joins})
    assert row["moved"] == joins


def test_nobody_is_referred_where_there_is_no_list_or_the_mechanism_is_off(params: Any) -> None:
    nowhere = someone(service=per_service_type(-1, {}))
    beds.refer_before_release(nowhere, params, ROUGH)
    off = params_of()
    for name, value in beds.WHEN_OFF.items():
        off[name] = value
    row = leaving(1)
    for status in (ROUGH, TEMPORARY):
        beds.refer_before_release(row, off, status)
    assert not nowhere["moved"] and not row["moved"]


def test_the_eve_and_the_day_see_the_same_first_night(params: Any) -> None:
    # Who would sleep rough by the luck of the day is who was referred the night before, at every release.
    for release_number in (1, 2, 5):
        for number in range(1, 40):
            row = someone(number, releases=release_number - 1, status=CUSTODY, service=IN_REACH, custody_until=20)
            release.eve(row, params)
            p = release.homeless_probability(row, params, False)
            unsettled = release.unsettled_probability(row, params)
            u = draw_of(row, P.FIRST_NIGHT, release_number)
            bound = ROUGH if u < p else (TEMPORARY if u < unsettled else SETTLED)
            stream = draw_of(row, P.CAS3_REFERRED, release_number)
            expected = bound == ROUGH or (bound == TEMPORARY and stream < params["cas3_refers_temporary"])
            assert bool(row["joins"][CAS3_SERVICE]) == expected
            row["releases"] = release_number
            release.first_night(row, params, 20, 20 * DAY, False)
            assert row["housing"] == bound


def test_who_was_offered_a_bed_moves_in_on_the_day_of_release(params: Any) -> None:
    rough = number_with((P.FIRST_NIGHT, 1, 0.0, 0.1), (P.CAS3_NIGHTS, 1, 0.8 - 0.6 / 28, 0.8))  # the 84th night
    row = leaving(rough, worker=per_service_type(-1, {CAS3_SERVICE: 3}), first_night=-1)
    release.release(row, params, 20, 20 * DAY)
    assert (row["housing"], row["first_night"], row["cas3_until"], row["spell_start"]) == (CAS3, CAS3, 104, 20)
    assert row["leaves"].tolist() == per_service_type(0, {})  # the bed stays the person's


def test_without_an_offer_the_referral_lapses_on_the_day(params: Any) -> None:
    rough = number_with((P.FIRST_NIGHT, 1, 0.0, 0.1))
    row = leaving(rough, key=per_service_type(0, {CAS3_SERVICE: 12345}), first_night=-1)
    release.release(row, params, 20, 20 * DAY)
    assert (row["housing"], row["first_night"], row["cas3_until"]) == (ROUGH, ROUGH, NEVER)
    assert row["leaves"].tolist() == per_service_type(0, {CAS3_SERVICE: 1})


def test_a_short_stay_bed_has_the_hazards_of_temporary_places(params: Any) -> None:
    row = someone(housing=CAS3, spell_start=0, navigator_until=200)
    assert housing.up_hazard(row, params, 5) == pytest.approx(0.0078)
    assert housing.down_hazard(row, params, 90) == pytest.approx(0.0015)


# Early 50 nights in 0.2, the usual 28 in 0.6, the longer 28 in 0.2, evenly: a night takes 0.004, 0.0214 and 0.0071.
@pytest.mark.parametrize(
    ("low", "high", "nights"),
    [
        (0.0, 0.004, 7),
        (0.196, 0.2, 56),
        (0.2, 0.2 + 0.6 / 28, 57),
        (0.8 - 0.6 / 28, 0.8, 84),
        (0.8, 0.8 + 0.2 / 28, 85),
        (1.0 - 0.2 / 28, 1.0, 112),
    ],
)
@pytest.mark.parametrize("release_number", [1, 3])
def test_how_long_a_stay_is_planned(params: Any, low: float, high: float, nights: int, release_number: int) -> None:
    number = number_with((P.CAS3_NIGHTS, release_number, low + 1e-6, high - 1e-6))
    row = someone(number, worker=per_service_type(-1, {CAS3_SERVICE: 3}), releases=release_number)
    assert beds.take_bed(row, params, 20)
    assert row["cas3_until"] == 20 + nights


def test_by_the_letter_of_the_rule_nobody_stays_longer_than_84_nights() -> None:
    letter: Any = params_of(housing__cas3_longer_share=0.0)
    last = number_with((P.CAS3_NIGHTS, 1, 1.0 - 0.8 / 28, 1.0))
    row = someone(last, worker=per_service_type(-1, {CAS3_SERVICE: 3}))
    assert beds.planned_nights(row, letter) == 84
    assert max(beds.planned_nights(someone(number), letter) for number in range(1, 2000)) == 84


def in_a_bed(number: int = 1, **fields: Any) -> Any:
    """Somebody in a short-stay bed since day 20, planned to leave it on day 104."""
    bed = {"housing": CAS3, "spell_start": 20, "cas3_until": 104, "worker": per_service_type(-1, {CAS3_SERVICE: 3})}
    return someone(number, **(bed | fields))


@pytest.mark.parametrize(("up", "status"), [(True, SETTLED), (False, ROUGH)])
def test_a_move_before_the_planned_end_frees_the_bed(params: Any, up: bool, status: int) -> None:
    row = in_a_bed()
    (housing.move_up if up else housing.move_down)(row, params, 60, 60 * DAY)
    assert (row["housing"], row["cas3_until"], row["spell_start"], row["bed_ends"]) == (status, NEVER, 60, 0)
    assert row["leaves"].tolist() == per_service_type(0, {CAS3_SERVICE: 1})
    assert (row["moves_up"], row["losses"]) == (0, int(not up))  # only a loss draws where it leads
    beds.at_dawn(row, params, 104)
    assert (row["housing"], row["bed_ends"]) == (status, 0)


def test_the_share_that_settles_at_the_end(params: Any) -> None:
    assert params["cas3_ends_by"].tolist() == [Q, Q + (1 - Q) * 0.35, Q + (1 - Q) * 0.35]
    # 0.51; of the rest 0.3 to the street, 0.5 homeless off it, 0.2 in temporary housing.
    hidden = params_of(housing__cas3_end_street=0.3, housing__cas3_end_hidden=0.5)
    assert hidden["cas3_ends_by"].tolist() == pytest.approx([0.51, 0.657, 0.902])
    too_much = params_of(housing__cas3_end_settled=0.65, housing__cas3_end_street=0.5, housing__cas3_end_hidden=0.7)
    assert too_much["cas3_ends_by"].tolist() == pytest.approx([0.65, 0.825, 1.0])


@pytest.mark.parametrize(
    ("low", "high", "status"),
    [
        (0.0, Q - 1e-4, SETTLED),
        (Q + 1e-4, Q + (1 - Q) * 0.35 - 1e-4, ROUGH),  # 0.35 of the rest, to 0.6815
        (Q + (1 - Q) * 0.35 + 1e-4, 1.0, TEMPORARY),
    ],
)
@pytest.mark.parametrize("earlier", [0, 2])
def test_three_endings_of_a_planned_stay(params: Any, low: float, high: float, status: int, earlier: int) -> None:
    row = in_a_bed(number_with((P.CAS3_END, earlier, low, high)), bed_ends=earlier)
    for day in (21, 103):
        beds.at_dawn(row, params, day)
        assert (row["housing"], row["cas3_until"]) == (CAS3, 104)
    beds.at_dawn(row, params, 104)
    assert (row["housing"], row["cas3_until"], row["spell_start"], row["bed_ends"]) == (status, NEVER, 104, earlier + 1)
    assert row["leaves"].tolist() == per_service_type(0, {CAS3_SERVICE: 1})
    assert not row["rough_moments"].any()  # nights in a short-stay bed are no nights of sleeping rough


@pytest.mark.parametrize(
    ("u", "status"),
    [(0.50, SETTLED), (0.52, ROUGH), (0.65, ROUGH), (0.665, HIDDEN), (0.895, HIDDEN), (0.91, TEMPORARY)],
)
def test_a_planned_stay_may_end_homeless_off_the_street(u: float, status: int) -> None:
    params = params_of(housing__cas3_end_street=0.3, housing__cas3_end_hidden=0.5)
    row = in_a_bed(number_with((P.CAS3_END, 0, u - 0.005, u + 0.005)))
    beds.at_dawn(row, params, 104)
    assert row["housing"] == status


def test_a_person_is_woken_when_the_planned_stay_ends() -> None:
    row = in_a_bed(using=1, need=OTHER, latest_release=20, never_asks=1)  # 84 days after the first release lie behind
    assert life.next_wake(row, params_of(), 90) == 104
    row["cas3_until"] = NEVER
    assert life.next_wake(row, params_of(), 90) == 365


# Supported places


def test_a_supported_place_ends_with_a_move_on_or_an_eviction(params: Any) -> None:
    row = someone(housing=SUPPORTED, spell_start=0)
    assert housing.up_hazard(row, params, 5) == pytest.approx(0.0027)
    assert housing.down_hazard(row, params, 90) == pytest.approx(0.0012)


def supported(number: int = 1) -> Any:
    """Somebody who lives in a supported place."""
    return someone(
        number, housing=SUPPORTED, spell_start=5, worker=per_service_type(-1, {SUPPORTED_SERVICE: 4}), service=SERVED
    )


def test_moving_on_settles_and_frees_the_place(params: Any) -> None:
    row = supported()
    housing.move_up(row, params, 60, 60 * DAY)
    assert (row["housing"], row["spell_start"], row["moves_up"]) == (SETTLED, 60, 0)
    assert row["leaves"].tolist() == per_service_type(0, {SUPPORTED_SERVICE: 1})


@pytest.mark.parametrize(("low", "high", "status"), [(0.0, 0.35, ROUGH), (0.35, 1.0, TEMPORARY)])
def test_an_eviction_ends_as_the_loss_of_a_settled_home(params: Any, low: float, high: float, status: int) -> None:
    row = supported(number_with((P.HOME_LOST_TO_ROUGH, 0, low, high)))
    housing.move_down(row, params, 60, 60 * DAY)
    assert (row["housing"], row["losses"]) == (status, 1)
    assert row["leaves"].tolist() == per_service_type(0, {SUPPORTED_SERVICE: 1})


@pytest.mark.parametrize("before", [ROUGH, TEMPORARY, CAS3])
def test_a_place_offered_last_night_is_moved_into_at_dawn(params: Any, before: int) -> None:
    held = {SUPPORTED_SERVICE: 4, CAS3_SERVICE: 3} if before == CAS3 else {SUPPORTED_SERVICE: 4}
    row = someone(
        housing=before, worker=per_service_type(-1, held), service=SERVED, bed_day=30, settled_at=28 * DAY,
        cas3_until=90 if before == CAS3 else NEVER,
    )  # fmt: skip
    beds.at_dawn(row, params, 29)
    assert row["housing"] == before
    beds.at_dawn(row, params, 30)
    assert (row["housing"], row["spell_start"], row["cas3_until"]) == (SUPPORTED, 30, NEVER)
    assert row["rough_moments"].sum() == (2 * DAY if before == ROUGH else 0)
    assert row["leaves"].tolist() == per_service_type(0, {CAS3_SERVICE: 1} if before == CAS3 else {})


@pytest.mark.parametrize(("service", "roof"), [(SUPPORTED_SERVICE, SUPPORTED), (HOUSING_FIRST_SERVICE, HOUSING_FIRST)])
def test_a_stay_that_ends_on_the_day_of_another_place_leads_there(params: Any, service: int, roof: int) -> None:
    row = someone(
        housing=CAS3, worker=per_service_type(-1, {service: 4, CAS3_SERVICE: 3}), service=SERVED, bed_day=30,
        cas3_until=30, watched=1,
    )  # fmt: skip
    beds.at_dawn(row, params, 30)
    assert (row["housing"], row["cas3_until"], row["bed_ends"], diary(row)) == (roof, NEVER, 0, [Event.MOVED_IN])
    assert row["leaves"].tolist() == per_service_type(0, {CAS3_SERVICE: 1})


def test_an_offer_of_another_line_moves_nobody_into_a_supported_place(params: Any) -> None:
    row = someone(housing=ROUGH, worker=per_service_type(-1, {REHAB_SERVICE: 4}), bed_day=30, service=SERVED)
    beds.at_dawn(row, params, 30)
    assert row["housing"] == ROUGH


def test_people_sleeping_rough_come_first_in_the_list() -> None:
    order = {HOUSING[status]: beds.priority(someone(housing=status)) for status in (ROUGH, HIDDEN, TEMPORARY, CAS3)}
    assert order == {"rough": 0, "homeless, not on the street": 1, "temporary": 1, "short-stay bed": 1}


@pytest.mark.parametrize(
    ("status", "roof", "joins"),
    [
        (COMMUNITY, ROUGH, 1),
        (COMMUNITY, HIDDEN, 1),
        (COMMUNITY, TEMPORARY, 1),
        (COMMUNITY, CAS3, 1),
        (COMMUNITY, SETTLED, 0),
        (COMMUNITY, SUPPORTED, 0),
        (CUSTODY, ROUGH, 0),
        (RESIDENTIAL, TEMPORARY, 0),
    ],
)
def test_who_joins_the_list_of_supported_places_at_night(status: int, roof: int, joins: int) -> None:
    row = someone(status=status, housing=roof, service=SERVED)
    beds.at_night(row, params_of(), 30)
    assert row["joins"].tolist() == per_service_type(0, {SUPPORTED_SERVICE: joins})
    nowhere = someone(status=status, housing=roof)
    beds.at_night(nowhere, params_of(), 30)
    assert nowhere["moved"] == 0


@pytest.mark.parametrize(
    ("status", "roof", "leaves"),
    [(COMMUNITY, ROUGH, 0), (COMMUNITY, CAS3, 0), (COMMUNITY, SETTLED, 1), (RESIDENTIAL, TEMPORARY, 1)],
)
def test_who_waits_without_need_leaves_the_list(status: int, roof: int, leaves: int) -> None:
    group = 0 if roof == ROUGH else 1
    row = someone(
        status=status, housing=roof, service=SERVED, key=per_service_type(0, {SUPPORTED_SERVICE: (group << 60) + 77})
    )
    beds.at_night(row, params_of(), 30)
    assert row["joins"].tolist() == per_service_type(0, {})
    assert row["leaves"].tolist() == per_service_type(0, {SUPPORTED_SERVICE: leaves})


@pytest.mark.parametrize(("roof", "group"), [(ROUGH, 1), (TEMPORARY, 0)])
def test_who_changes_group_joins_the_list_anew(roof: int, group: int) -> None:
    row = someone(
        status=COMMUNITY, housing=roof, service=SERVED, key=per_service_type(0, {SUPPORTED_SERVICE: (group << 60) + 77})
    )
    beds.at_night(row, params_of(), 30)
    assert row["joins"].tolist() == per_service_type(0, {SUPPORTED_SERVICE: 1})
    assert row["leaves"].tolist() == per_service_type(0, {SUPPORTED_SERVICE: 1})


def test_who_lives_in_a_supported_place_neither_joins_nor_leaves() -> None:
    row = supported()
    beds.at_night(row, params_of(), 30)
    assert row["moved"] == 0
    row["status"] = RESIDENTIAL  # a supported home is kept during a residential stay
    beds.at_night(row, params_of(), 30)
    assert row["moved"] == 0
