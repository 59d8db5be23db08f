"""Treatment and trust in a named worker, by hand."""

from __future__ import annotations

from typing import Any

import pytest
from by_hand import number_with, params_of, params_without, someone

from sim.core.days import NEVER
from sim.mechanisms import treatment, trust
from sim.population import processes as P
from sim.population.codes import (
    ALCOHOL,
    DAILY,
    IN_TREATMENT,
    NO_OST,
    NO_TREATMENT,
    OPIATE_NO_CRACK,
    OTHER,
    TREATMENT_SERVICE,
    WAITING,
)


@pytest.mark.parametrize(
    ("since", "opiate", "other"),
    [
        (0, 0.0055, 0.0055),
        (27, 0.0055, 0.0055),
        (28, 0.00238, 0.00238),
        (83, 0.00238, 0.00238),
        (84, 0.000977 - 0.00021, 0.000977),  # exits of OST hold their completion
        (400, 0.000977 - 0.00021, 0.000977),
    ],
)
def test_bands_of_dropping_out(params: Any, since: int, opiate: float, other: float) -> None:
    for need, hazard in ((OPIATE_NO_CRACK, opiate), (OTHER, other)):
        row = someone(treatment=IN_TREATMENT, treatment_start=30, need=need)
        assert treatment.dropout_hazard(row, params, 30 + since) == pytest.approx(hazard)
        row["trust_ratio"] = 0.5
        assert treatment.dropout_hazard(row, params, 30 + since) == pytest.approx(0.5 * hazard)


@pytest.mark.parametrize(("need", "hazard"), [(0, 0.00021), (OPIATE_NO_CRACK, 0.00021), (ALCOHOL, 0.0050)])
def test_completion_from_day_85_and_not_touched_by_trust(params: Any, need: int, hazard: float) -> None:
    row = someone(treatment=IN_TREATMENT, treatment_start=10, need=need, trust_ratio=0.5)
    assert treatment.completion_hazard(row, params, 10 + 83) == 0.0
    assert treatment.completion_hazard(row, params, 10 + 84) == pytest.approx(hazard)


@pytest.mark.parametrize("state", [NO_TREATMENT, WAITING])
def test_nobody_outside_treatment_leaves_it(params: Any, state: int) -> None:
    row = someone(treatment=state, treatment_start=0)
    assert treatment.dropout_hazard(row, params, 100) == treatment.completion_hazard(row, params, 100) == 0.0


def test_exits_of_ost_never_fall_below_none() -> None:
    params = params_of(treatment__exit_days_85_365_part=0.0002 / 0.00238, treatment__completion_opiate=0.0003)
    assert params["dropout"][0, 2] == 0.0


WEEKDAYS, SUNDAYS, TUESDAYS, EVERY_DAY = 0b0011111, 0b1000000, 0b0000010, 0b1111111


@pytest.mark.parametrize(
    ("day", "ahead", "open_days", "following"),
    [
        (5, 20, WEEKDAYS, 33),  # four weeks after Monday, day 5
        (5, 4, WEEKDAYS, 9),  # Friday of that week
        (5, 5, WEEKDAYS, 12),
        (10, 1, WEEKDAYS, 12),  # from Saturday to Monday
        (11, 1, WEEKDAYS, 12),
        (10, 20, WEEKDAYS, 37),
        (5, 3, SUNDAYS, 25),  # days 11, 18, 25
        (5, 3, TUESDAYS, 20),  # days 6, 13, 20
        (6, 1, TUESDAYS, 13),  # not on the day itself
        (5, 20, EVERY_DAY, 25),
        (5, 0, EVERY_DAY, 6),  # one at least
        (5, -3, TUESDAYS, 6),
    ],
)
def test_open_days_are_counted(day: int, ahead: int, open_days: int, following: int) -> None:
    assert treatment.after_open_days(day, ahead, open_days, 2) == following  # day 0 a Wednesday


def test_a_hub_that_is_never_open_is_refused(params: Any) -> None:
    with pytest.raises(ValueError, match="never open"):
        treatment.next_contact(someone(open_days=0), params, 5)


@pytest.mark.parametrize("contacts", [0, 6])
def test_a_part_of_an_open_day_is_its_probability(params: Any, contacts: int) -> None:
    for low, high, ahead in ((0.0, 0.15, 15), (0.15, 1.0, 14)):
        number = number_with((P.CONTACT_INTERVAL, contacts, low, high))
        row = someone(number, contact_every=14.15 * 5 / 7, contacts=contacts)  # a hub open on seven days
        assert treatment.next_contact(row, params, 100) == 100 + ahead


def test_a_hubs_own_days_book_the_contacts_of_its_people(params: Any) -> None:
    # Day 0 a Monday: 20 working days after Saturday, day 12, end on Friday, day 39; of a hub open on Wednesdays 15
    # working days are three Wednesdays, on day 30.
    for open_days, every, contact in ((WEEKDAYS, 20, 39), (0b0000100, 15, 30)):
        row = someone(treatment=WAITING, open_days=open_days, contact_every=every)
        treatment.start(row, params, 12, 12 * 1024)
        assert row["contact_day"] == contact


def test_starting_treatment_with_an_opiate_need(params: Any) -> None:
    row = someone(treatment=WAITING, missed=2, script_until=30)
    treatment.start(row, params, 12, 12 * 1024)
    assert (row["treatment"], row["treatment_start"], row["contact_day"]) == (IN_TREATMENT, 12, 40)
    assert (row["engaged"], row["first_engaged"], row["missed"], row["script_until"]) == (1, 12, 0, NEVER)
    assert (row["ost"], row["ost_start"], row["ost_is_new_start"]) == (DAILY, 12, 1)
    assert row["treatment_moments"] == 0
    treatment.leave(row, params, 20, 20 * 1024)
    assert row["treatment_moments"] == 8 * 1024
    treatment.start(row, params, 50, 50 * 1024)
    assert row["first_engaged"] == 12


def test_a_script_from_prison_goes_on_without_a_new_start(params: Any) -> None:
    row = someone(treatment=WAITING, ost=DAILY, ost_start=0, script_until=10)
    treatment.start(row, params, 8, 8 * 1024)
    assert (row["ost"], row["ost_start"], row["ost_is_new_start"], row["script_until"]) == (DAILY, 0, 0, NEVER)


def test_other_needs_start_without_ost(params: Any) -> None:
    row = someone(need=ALCOHOL)
    treatment.start(row, params, 5, 5 * 1024)
    assert (row["ost"], row["ost_start"], row["treatment"]) == (NO_OST, NEVER, IN_TREATMENT)


def test_leaving_stops_ost_and_frees_the_place(params: Any) -> None:
    row = someone(treatment=IN_TREATMENT, ost=DAILY, contact_day=40, engaged=1)
    treatment.leave(row, params, 33, 33 * 1024)
    assert (row["treatment"], row["contact_day"], row["ost"], row["ost_stop"]) == (NO_TREATMENT, NEVER, NO_OST, 33)
    assert row["leaves"][TREATMENT_SERVICE] == 1
    assert row["engaged"] == 1  # asks for help at the re-entry hazard
    other = someone(treatment=IN_TREATMENT, need=ALCOHOL)
    treatment.leave(other, params, 33, 33 * 1024)
    assert other["ost_stop"] == NEVER


def test_trust_over_several_contacts(params: Any) -> None:
    row = someone(worker_start=0.40)
    trust.begin(row, params)
    assert (row["trust"], row["reference"]) == (pytest.approx(0.40), pytest.approx(0.30))
    # CacheFolder: 0.40 + 0.07 x 0.60 = 0.442; kept: 0.442 + 0.07 x 0.558 = 0.48106; missed: 0.48106 x 0.93 = 0.4473858.
    for kept, expected in ((True, 0.442), (True, 0.48106), (False, 0.4473858)):
        trust.after_contact(row, params, kept, 1.0)
        assert row["trust"] == pytest.approx(expected, abs=1e-12)
    # Reference: 20 open days are 28 days, so turnover 0.30 x 28 / 365 = 0.0230137 a contact.
    # 0.30 + 0.07 x 0.45 - 0 = 0.3315; + 0.07 x 0.4185 - 0.0230137 x 0.0315 = 0.3600701;
    # + 0.07 x 0.3899299 - 0.0230137 x 0.0600701 = 0.3859827.
    assert row["reference"] == pytest.approx(0.3859827, abs=1e-7)
    ratio = 0.77 ** ((0.4473858 - 0.3859827) / 0.15)
    assert row["trust_ratio"] == pytest.approx(ratio, rel=1e-6)
    assert ratio < 1.0  # trusts more than the mean: leaves less


@pytest.mark.parametrize(("trusted", "reference", "ratio"), [(0.45, 0.30, 0.77), (0.15, 0.30, 1 / 0.77), (0.3, 0.3, 1)])
def test_one_sd_of_trust_is_worth_one_hazard_ratio(params: Any, trusted: float, reference: float, ratio: float) -> None:
    row = someone(trust=trusted, reference=reference)
    trust.update_ratio(row, params)
    assert row["trust_ratio"] == pytest.approx(ratio)


def test_the_workers_effect_is_cut_to_the_scale() -> None:
    assert trust.worker_start(0.30, 0.15, 1.0) == pytest.approx(0.45)
    assert trust.worker_start(0.30, 0.15, -3.0) == 0.05
    assert trust.worker_start(0.30, 0.15, 6.0) == 0.95


def test_trust_stays_on_its_scale(params: Any) -> None:
    row = someone(worker_start=0.95)
    trust.begin(row, params)
    for k in range(300):
        trust.after_contact(row, params, k % 40 < 20, 1.0)
        assert 0.0 < row["trust"] < 1.0
        assert 0.3 <= row["reference"] <= 0.75


def test_trust_runs_ahead_of_its_reference_where_a_hub_has_more_time(params: Any) -> None:
    # In 60 open days five contacts, three or two build trust, while its reference, the path at the load of today, goes
    # on by 60 open days each time.
    ratios = []
    for every, contacts in ((12.0, 5), (20.0, 3), (30.0, 2)):
        row = someone(worker_start=0.30, contact_every=every)
        trust.begin(row, params)
        for _ in range(contacts):
            trust.after_contact(row, params, True, 1.0)
        assert row["trust"] == pytest.approx(1.0 - 0.70 * 0.93**contacts)
        # Step by step: R += every / 20 (0.07 (0.75 - R) - 0.0230137 (R - 0.30)).
        reference = 0.30
        for _ in range(contacts):
            reference += every / 20 * (0.07 * (0.75 - reference) - 0.30 * 28 / 365 * (reference - 0.30))
        assert row["reference"] == pytest.approx(reference)
        assert row["reference"] == pytest.approx(0.3859827, abs=0.003)
        ratios.append(float(row["trust_ratio"]))
    assert ratios[0] < ratios[1] < ratios[2]


def test_contacts_come_as_often_as_the_hub_has_time(params: Any) -> None:
    """In working days of five a week, at a hub open on seven."""
    for every in (60, 20, 10, 5):
        assert treatment.next_contact(someone(contact_every=every), params, 100) == 100 + every * 7 // 5


@pytest.mark.parametrize("part", [0.0, 0.2, 0.5, 1.0])
def test_a_part_of_a_step_moves_trust_and_not_its_reference(params: Any, part: float) -> None:
    for kept, expected in ((True, 0.40 + 0.07 * part * 0.60), (False, 0.40 - 0.07 * part * 0.40)):
        row = someone(trust=0.40, reference=0.30)
        trust.after_contact(row, params, kept, part)
        assert (row["trust"], row["reference"]) == (pytest.approx(expected), pytest.approx(0.3315))


@pytest.mark.parametrize(("paid", "ratio"), [(0.0, 1.0), (0.5, 0.925), (1.0, 0.85)])
def test_pay_keeps_workers(params: Any, paid: float, ratio: float) -> None:
    assert trust.leaving_ratio(params, paid) == pytest.approx(ratio)
    assert trust.leaving_ratio(params_without(trust), paid) == 1.0


def test_the_care_ratio_multiplies_drop_out_and_not_completion(params: Any) -> None:
    row = someone(treatment=IN_TREATMENT, treatment_start=0, need=OTHER, trust_ratio=0.9, care_ratio=0.7)
    assert treatment.dropout_hazard(row, params, 10) == pytest.approx(0.9 * 0.7 * 0.0055)
    assert treatment.completion_hazard(row, params, 90) == pytest.approx(0.0050)


def test_a_new_worker_starts_trust_again_and_leaves_the_reference(params: Any) -> None:
    row = someone(trust=0.6, reference=0.5, treatment=IN_TREATMENT)
    trust.new_worker(row, params, 0.35)
    assert (row["trust"], row["worker_start"], row["reference"]) == (0.35, 0.35, 0.5)
    assert row["trust_ratio"] == pytest.approx(0.77 ** (-0.15 / 0.15))


def test_workers_leave_at_three_tenths_a_year(params: Any) -> None:
    assert float(params["trust_worker_leaves"]) == pytest.approx(0.30 / 365)
    assert float(params["trust_turnover"]) == pytest.approx(0.30 * 28 / 365)
