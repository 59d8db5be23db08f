"""What a return to custody ends, frees and leaves; a breach of licence apart from a new charge."""

from __future__ import annotations

from typing import Any

import pytest
from by_hand import number_with, per_service_type, someone

from sim.core.clocks import set_hazard, ticks
from sim.core.days import NEVER
from sim.engine import person_day as life
from sim.mechanisms import custody
from sim.population import processes as P
from sim.population.codes import (
    CAS3,
    CAS3_SERVICE,
    COMMUNITY,
    CUSTODY,
    DEAD,
    DETOX_SERVICE,
    IN_TREATMENT,
    LONGER,
    N_SERVICE_TYPES,
    NAVIGATOR_SERVICE,
    NO_OST,
    NO_TREATMENT,
    REHAB_SERVICE,
    RESIDENTIAL,
    SETTLED,
    SUPPORTED,
    SUPPORTED_SERVICE,
    TREATMENT_SERVICE,
    WAITING,
)

DAY = 1024
CHARGED = (P.REOFFENCE_CUSTODY, 0, 0.0, 0.35)


def somebody_with_everything(**fields: Any) -> Any:
    """In treatment with a keyworker and a navigator, in a short-stay bed, and waiting for the rest."""
    return someone(
        using=1, treatment=IN_TREATMENT, contact_day=60, ready_day=55, appointment_day=56, script_until=70,
        navigator_from=0, navigator_until=183, resettlement_until=70, wants_residential=1, housing=CAS3, cas3_until=84,
        worker=per_service_type(-1, {TREATMENT_SERVICE: 1, NAVIGATOR_SERVICE: 2, CAS3_SERVICE: 3}),
        key=per_service_type(0, {SUPPORTED_SERVICE: 41, REHAB_SERVICE: 42}), **fields,
    )  # fmt: skip


def test_custody_ends_every_appointment_support_place_and_wait(params: Any) -> None:
    row = somebody_with_everything()
    custody.enter(row, params, 44, 44 * DAY, 14)
    assert (row["status"], row["treatment"], row["ost"], row["using"]) == (CUSTODY, NO_TREATMENT, NO_OST, 0)
    ended = (
        "contact_day", "script_until", "ready_day", "appointment_day", "navigator_until", "resettlement_until",
        "cas3_until", "residential_until",
    )  # fmt: skip
    assert {name: int(row[name]) for name in ended} == dict.fromkeys(ended, NEVER)
    assert row["wants_residential"] == 0
    assert row["housing"] == SETTLED  # nobody's: no spell of sleeping rough and no bed runs on inside
    assert (row["leaves"].tolist(), row["joins"].tolist(), row["moved"]) == (
        [1] * N_SERVICE_TYPES,
        [0] * N_SERVICE_TYPES,
        1,
    )


@pytest.mark.parametrize("service_type", [REHAB_SERVICE, DETOX_SERVICE])
def test_custody_ends_a_residential_stay(params: Any, service_type: int) -> None:
    row = someone(
        status=RESIDENTIAL, treatment=IN_TREATMENT, residential_since=30, residential_until=90, settled_at=30 * DAY,
        worker=per_service_type(-1, {TREATMENT_SERVICE: 1, service_type: 2}),
    )  # fmt: skip
    custody.enter(row, params, 44, 44 * DAY, 14)
    assert (row["status"], row["residential_until"], row["treatment"]) == (CUSTODY, NEVER, NO_TREATMENT)
    assert row["leaves"].tolist() == [1] * N_SERVICE_TYPES
    assert row["residential_moments"] == row["treatment_moments"] == 14 * DAY
    assert life.next_wake(row, params, 44) == row["custody_until"] - 1  # the eve of release, not the end of the stay


def test_custody_ends_a_supported_home(params: Any) -> None:
    row = someone(housing=SUPPORTED, worker=per_service_type(-1, {SUPPORTED_SERVICE: 2}))
    custody.enter(row, params, 44, 44 * DAY, 14)
    assert (row["housing"], row["leaves"][SUPPORTED_SERVICE]) == (SETTLED, 1)


def test_what_custody_leaves(params: Any) -> None:
    kept = {
        "has_naloxone": 1, "licence_until": 200, "episodes": 2, "stays": 1, "bed_ends": 1, "releases": 1,
        "first_night": CAS3, "first_engaged": 12, "first_use": 9, "engaged": 1,
    }  # fmt: skip
    row = somebody_with_everything(**kept)
    custody.enter(row, params, 44, 44 * DAY, 14)
    assert {name: int(row[name]) for name in kept} == kept


def test_inside_only_deaths_can_happen(params: Any) -> None:
    row = somebody_with_everything()
    for clock in range(P.N_CLOCKS):
        set_hazard(row, clock, 0.001, 0)
    custody.enter(row, params, 44, 44 * DAY, 14)
    life.set_rates(row, params, 44, 44 * DAY)
    natural, suicide = float(row["death_base"]) * 0.7, 0.0012 / 365
    rates = dict.fromkeys(range(P.N_CLOCKS), 0) | {P.OTHER_DEATH: ticks(natural + suicide)}
    assert row["rate"].tolist() == list(rates.values())
    assert [clock for clock in rates if row["when"][clock] < NEVER] == [P.OTHER_DEATH]


def test_a_death_inside_is_met_on_its_day_and_ends_the_stay(params: Any) -> None:
    row = someone(death_base=0.5, watched=1)
    custody.enter(row, params, 44, 44 * DAY, 30)
    life.set_rates(row, params, 44, 44 * DAY)
    day = int(row["when"][P.OTHER_DEATH]) // DAY
    assert 44 <= day < 60 and (day == 44 or life.next_wake(row, params, 44) == day)
    life.live_day(row, params, day)
    assert (row["status"], row["died_in_custody"], row["death_day"], row["custody_until"]) == (DEAD, 1, day, NEVER)
    assert row["custody_moments"].sum() == int(row["settled_at"]) - 44 * DAY
    assert life.next_wake(row, params, day) == NEVER


def test_time_up_to_the_moment_is_counted_for_the_community_and_after_it_for_custody(params: Any) -> None:
    row = somebody_with_everything()
    custody.enter(row, params, 3, 3 * DAY + 100, 14)
    assert row["treatment_moments"] == row["using_treated_moments"] == 3 * DAY + 100
    assert not row["custody_moments"].any()
    row["home_last_start"] = 1440.0
    life.booked_events(row, params, int(row["custody_until"]), int(row["custody_until"]) * DAY)
    assert (row["status"], row["custody_moments"].sum()) == (COMMUNITY, row["latest_release"] * DAY - 3 * DAY - 100)
    assert row["treatment_moments"] == 3 * DAY + 100


def test_waiting_ends_with_custody(params: Any) -> None:
    row = someone(treatment=WAITING, ready_day=50)
    custody.enter(row, params, 44, 44 * DAY, 14)
    assert (row["waiting_moments"], row["treatment"], row["ready_day"]) == (44 * DAY, NO_TREATMENT, NEVER)


# Breach and charge


@pytest.mark.parametrize(
    ("kinds", "first_recall", "first_breach"),
    [
        ((True,), 20, 20),
        ((False,), 20, NEVER),
        ((False, True), 20, 90),  # a breach after a recall with a charge is the first breach
        ((True, False), 20, 20),
        ((False, True, True), 20, 90),
    ],
)
def test_the_first_of_each_kind_sets_its_measure(
    params: Any, kinds: tuple[bool, ...], first_recall: int, first_breach: int
) -> None:
    row = someone(sentence=LONGER)
    for day, is_breach in zip((20, 90, 150), kinds, strict=False):
        row["status"] = COMMUNITY
        custody.recall(row, params, day, day * DAY, is_breach)
        assert row["status"] == CUSTODY
    assert (row["recalls"], row["first_recall"], row["first_breach"]) == (len(kinds), first_recall, first_breach)


def test_the_recall_clock_is_a_breach_and_a_charge_on_licence_is_none(params: Any) -> None:
    breach, charge = (someone(number_with(CHARGED), licence_until=75) for _ in range(2))
    life.apply_event(breach, params, P.RECALL, 0, 30, 30 * DAY)
    life.apply_event(charge, params, P.REOFFENCE, 0, 30, 30 * DAY)
    assert (breach["first_recall"], breach["first_breach"], breach["first_reoffence"]) == (30, 30, NEVER)
    assert (charge["first_recall"], charge["first_breach"], charge["first_reoffence"]) == (30, NEVER, 30)


def test_a_new_sentence_off_licence_is_no_recall_of_either_kind(params: Any) -> None:
    row = someone(number_with(CHARGED), licence_until=20)
    life.apply_event(row, params, P.REOFFENCE, 0, 30, 30 * DAY)
    assert (row["status"], row["recalls"], row["first_recall"], row["first_breach"]) == (CUSTODY, 0, NEVER, NEVER)


def test_custody_itself_sets_no_measure(params: Any) -> None:
    row = someone()
    custody.enter(row, params, 44, 44 * DAY, 14)
    assert (row["first_recall"], row["first_breach"], row["recalls"]) == (NEVER, NEVER, 0)
