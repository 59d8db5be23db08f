"""Moving into residential treatment, what goes on inside, and leaving it, by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest
from by_hand import LOST_RATIOS, NO_MEETINGS, draw_of, number_with, per_service_type, someone
from residential_ground import COMPLETES, DAY, ENDS_EARLY, PARAMS, in_treatment, inside

from sim.core.clocks import set_hazard
from sim.core.days import NEVER
from sim.engine import person_day as life
from sim.mechanisms import deaths, overdose, residential, use
from sim.population import processes as P
from sim.population.codes import (
    ALCOHOL,
    CAS3,
    CAS3_SERVICE,
    COMMUNITY,
    DAILY,
    DETOX_SERVICE,
    HALF,
    HIDDEN,
    IN_TREATMENT,
    KEPT,
    LOST,
    NO_OST,
    NO_TREATMENT,
    OPIATE_NO_CRACK,
    OTHER,
    OTHER_CAUSE,
    REHAB_SERVICE,
    RESIDENTIAL,
    ROUGH,
    SETTLED,
    STIMULANT,
    SUPPORTED,
    SUPPORTED_SERVICE,
    TEMPORARY,
    TREATMENT_SERVICE,
)


def test_a_place_offered_last_night_is_moved_into(params: Any) -> None:
    number = number_with(COMPLETES)
    row = in_treatment(
        number, worker=per_service_type(-1, {REHAB_SERVICE: 2, TREATMENT_SERVICE: 1}), bed_day=30, using=1, ost=DAILY,
        ost_stop=5, script_until=40, wants_residential=1, settled_at=20 * DAY, housing=SETTLED,
    )  # fmt: skip
    residential.at_dawn(row, params, 29)
    assert row["status"] == COMMUNITY
    residential.at_dawn(row, params, 30)
    assert (row["status"], row["residential_since"], row["residential_until"], row["stays"]) == (
        RESIDENTIAL,
        30,
        114,
        1,
    )
    assert (row["using"], row["ost"], row["wants_residential"], row["treatment"]) == (0, NO_OST, 0, IN_TREATMENT)
    assert {int(row[name]) for name in ("ost_stop", "script_until", "contact_day")} == {NEVER}
    assert row["worker"][TREATMENT_SERVICE] == 1 and row["leaves"].tolist() == per_service_type(0, {})
    assert row["treatment_moments"] == row["using_treated_moments"] == 10 * DAY  # the days before, in the community
    assert row["residential_moments"] == 0


@pytest.mark.parametrize(
    "left", [{"treatment": NO_TREATMENT}, {"worker": per_service_type(-1, {SUPPORTED_SERVICE: 2})}]
)
def test_nobody_moves_in_who_left_treatment_or_was_offered_something_else(params: Any, left: dict[str, Any]) -> None:
    row = in_treatment(**({"worker": per_service_type(-1, {REHAB_SERVICE: 2}), "bed_day": 30} | left))
    residential.at_dawn(row, params, 30)
    assert row["status"] == COMMUNITY


@pytest.mark.parametrize(
    ("before", "after", "frees"),
    [
        (SETTLED, SETTLED, ()),
        (TEMPORARY, TEMPORARY, ()),
        (ROUGH, TEMPORARY, ()),
        (HIDDEN, TEMPORARY, ()),
        (CAS3, TEMPORARY, (CAS3_SERVICE,)),
    ],
)
def test_housing_on_moving_in(before: int, after: int, frees: tuple[int, ...]) -> None:
    held = {REHAB_SERVICE: 2, TREATMENT_SERVICE: 1} | ({CAS3_SERVICE: 3} if before == CAS3 else {})
    until = 90 if before == CAS3 else NEVER
    row = in_treatment(worker=per_service_type(-1, held), bed_day=30, housing=before, cas3_until=until, spell_start=4)
    residential.at_dawn(row, PARAMS, 30)
    assert (row["housing"], row["cas3_until"]) == (after, NEVER)
    assert row["spell_start"] == (4 if before == after else 30)
    assert row["leaves"].tolist() == per_service_type(0, dict.fromkeys(frees, 1))


def test_a_supported_home_is_kept_and_a_supported_place_offered_last_night_is_given_up(params: Any) -> None:
    held = per_service_type(-1, {REHAB_SERVICE: 2, SUPPORTED_SERVICE: 4})
    for roof, leaves in ((SUPPORTED, 0), (TEMPORARY, 1), (ROUGH, 1)):
        row = in_treatment(number_with(COMPLETES), worker=held, bed_day=30, housing=roof)
        life.booked_events(row, params, 30, 30 * DAY)
        assert (row["status"], row["leaves"][SUPPORTED_SERVICE]) == (RESIDENTIAL, leaves)
        assert row["housing"] == (SUPPORTED if roof == SUPPORTED else TEMPORARY)


def test_inside_only_recall_and_other_deaths_can_happen(params: Any) -> None:
    row = inside(housing=ROUGH, using=1, licence_until=60, overdose_base=0.01, death_base=0.001, exposed_at=0)
    set_hazard(row, P.OVERDOSE, 0.01, 0)
    for day, recall in ((30, 0.0031), (60, 0.0)):  # nobody inside sleeps rough, so neither ratio is in force
        life.set_rates(row, params, day, day * DAY)
        running = {clock: int(row["rate"][clock]) for clock in range(P.N_CLOCKS) if row["rate"][clock]}
        expected = {P.OTHER_DEATH: round((0.001 + 0.0014 / 365) * 2.0**46)}
        if recall:
            expected[P.RECALL] = round(recall * 2.0**46)
        assert running == expected
    # The overdoses spent before moving in are counted, and none after.
    before = float(row["expected_overdoses"])
    life.set_rates(row, params, 80, 80 * DAY)
    assert row["expected_overdoses"] == before > 0.0


def test_days_inside_count_as_treatment_and_as_nothing_else() -> None:
    row = inside(number_with(COMPLETES), housing=ROUGH, using=1)
    counted = {name: int(row[name].sum()) for name in ("rough_moments", "using_treated_moments")}
    before = int(row["treatment_moments"])
    residential.leave(row, PARAMS, 70, 70 * DAY)
    assert row["residential_moments"] == 40 * DAY
    assert row["treatment_moments"] == before + 40 * DAY
    for name, moments in counted.items():
        assert row[name].sum() == moments


def test_somebody_inside_is_woken_at_the_end_and_when_the_licence_ends(params: Any) -> None:
    row = inside(number_with(COMPLETES), licence_until=60)
    assert row["residential_until"] == 114
    assert [life.next_wake(row, params, day) for day in (30, 60, 84)] == [60, 84, 114]  # 84 days: housing is noted


def test_death_inside_frees_the_place(params: Any) -> None:
    row = inside()
    deaths.die(row, 0.7, 50, 50 * DAY, OTHER_CAUSE)
    assert row["residential_until"] == NEVER and row["leaves"][REHAB_SERVICE] == 1
    assert row["residential_moments"] == 20 * DAY


@pytest.mark.parametrize(("days", "tolerance"), [(1, HALF), (13, HALF), (14, LOST), (84, LOST)])
@pytest.mark.parametrize("need", [0, OPIATE_NO_CRACK])
def test_tolerance_on_leaving_with_an_opiate_need(params: Any, days: int, tolerance: int, need: int) -> None:
    row = inside(number_with(COMPLETES), need=need, tolerance=KEPT, latest_release=0)
    residential.leave(row, params, 30 + days, (30 + days) * DAY)
    assert (row["tolerance"], row["used_days"]) == (tolerance, 0)
    ratio = LOST_RATIOS[0] if tolerance == LOST else math.sqrt(LOST_RATIOS[0])
    assert overdose.state_ratio(row, params, 30 + days) == pytest.approx(ratio)


@pytest.mark.parametrize("need", [STIMULANT, ALCOHOL, OTHER])
def test_other_needs_have_no_tolerance_to_lose(params: Any, need: int) -> None:
    row = inside(number_with(COMPLETES), need=need, tolerance=KEPT)
    residential.leave(row, params, 35, 35 * DAY)
    assert (row["tolerance"], row["used_days"]) == (KEPT, 0)


def test_a_completed_stay_goes_on_as_community_treatment(params: Any) -> None:
    row = inside(number_with(COMPLETES))
    for day in (31, 113):
        residential.at_dawn(row, params, day)
        assert row["status"] == RESIDENTIAL
    residential.at_dawn(row, params, 114)
    assert (row["status"], row["residential_until"], row["treatment"]) == (COMMUNITY, NEVER, IN_TREATMENT)
    assert (row["treatment_start"], row["contact_day"], row["abstinent_since"]) == (10, 142, 114)
    assert row["leaves"].tolist() == per_service_type(0, {REHAB_SERVICE: 1})  # the keyworker's place is kept
    assert use.start_hazard(row, params, 114) == pytest.approx(
        0.024 * NO_MEETINGS
    )  # time without use begins on leaving


def test_an_early_end_ends_treatment_too(params: Any) -> None:
    row = inside(number_with(ENDS_EARLY))
    day = int(row["residential_until"])
    assert row["ends_early"] == 1 and 30 < day < 114
    residential.at_dawn(row, params, day)
    assert (row["status"], row["treatment"], row["contact_day"]) == (COMMUNITY, NO_TREATMENT, NEVER)
    assert row["leaves"].tolist() == per_service_type(0, {REHAB_SERVICE: 1, TREATMENT_SERVICE: 1})
    assert row["ost_stop"] == NEVER  # what stopped was no prescription


def test_nobody_goes_back_to_the_street_on_the_day(params: Any) -> None:
    for ending in (COMPLETES, ENDS_EARLY):
        row = inside(number_with(ending), housing=ROUGH)
        residential.at_dawn(row, params, int(row["residential_until"]))
        assert (row["status"], row["housing"]) == (COMMUNITY, TEMPORARY)


def test_detoxification_is_for_people_with_an_alcohol_need(params: Any) -> None:
    number = number_with(COMPLETES)
    row = inside(number, need=ALCOHOL)
    assert row["residential_until"] == 40
    residential.at_dawn(row, params, 40)
    assert (row["status"], row["treatment"]) == (COMMUNITY, IN_TREATMENT)
    assert row["leaves"].tolist() == per_service_type(0, {DETOX_SERVICE: 1})
    # A place of the other line is none for them.
    for need, service_type in ((ALCOHOL, REHAB_SERVICE), (0, DETOX_SERVICE)):
        other = in_treatment(need=need, worker=per_service_type(-1, {service_type: 2}), bed_day=30)
        residential.at_dawn(other, params, 30)
        assert other["status"] == COMMUNITY


def test_each_stay_has_its_own_luck(params: Any) -> None:
    row = someone(7)
    for stay in range(30):
        row["stays"] = stay
        residential.days_of_stay(row, params)
        assert bool(row["ends_early"]) == (draw_of(row, P.RESIDENTIAL_ENDS_EARLY, stay) < 0.25)
