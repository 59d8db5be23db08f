"""Derivations of the hubs' rows recomputed, as in test_evidence_derivations.py: keyworkers, contacts and waits."""

from __future__ import annotations

import pytest

from sim.evidence import load_parameters, load_sources
from sim.mechanisms.hubs import first_cost, usual_interval
from sim.scenario import keyworker_posts

ROWS = load_parameters()
VALUE = {name: row.value for name, row in ROWS.items()}
KNOWN = load_sources()


def published(name: str) -> float:
    value = KNOWN[name].value
    assert value is not None
    return value


def test_how_often_people_are_met_today() -> None:
    # 57 people at 4.5 contacts a day, a tenth of the time for first appointments: every three weeks, 14 open days.
    assert VALUE["service.contacts_per_worker_day"] == 4.5 and VALUE["service.first_used"] == 0.105
    assert usual_interval(VALUE) == pytest.approx(57 / (4.5 * 0.895)) == pytest.approx(14.15, abs=0.01)
    assert usual_interval(VALUE) * 7 / 5 == pytest.approx(3 * 7, abs=1.5)


def test_keyworkers_at_the_hubs_and_whom_they_hold() -> None:
    held, caseload = ROWS["service.held_per_1000_people"], ROWS["service.caseload"]
    assert held.value == pytest.approx(1000 * 930 / VALUE["population.people_per_year"], abs=0.5)
    assert held.value / caseload.value == pytest.approx(7.4, abs=0.03)
    assert keyworker_posts(VALUE) == pytest.approx(16.3, abs=0.05)
    # For each worker of any kind; half of them hold a caseload.
    stock, reported = KNOWN["treatment_stock_2024_25"], KNOWN["caseload_reported"]
    assert stock.value == published("comm_in_treatment_2024_25") - 169_542
    assert published("stock_per_worker_2024") == pytest.approx(published("treatment_stock_2024_25") / 6_650, abs=0.1)
    assert caseload.low < 2 * published("stock_per_worker_2024") < caseload.value
    assert reported.low is not None and reported.high is not None
    assert reported.low < caseload.value < caseload.high < reported.high
    # The region holds a tenth of those in treatment in England.
    share = ROWS["service.leavers_share"]
    highest, lowest = 930 / 13_900, 930 / (0.1 * published("treatment_stock_2024_25"))
    assert round(lowest, 3) == 0.058 and round(highest, 3) == 0.067
    assert share.low < lowest < highest < share.value
    assert share.grade == "assumed"
    assert "0.058 to 0.067; 0.10 is judged higher, as nobody has counted" in share.derivation


def test_the_stay_of_everybody_else_at_a_hub() -> None:
    # Who is there as the year begins, over who enters in a year: 1.05 years.
    entering, row = published("adults_starting_2019_20"), ROWS["service.others_stay"]
    years = (published("adults_in_contact_2019_20") - entering) / entering
    assert years == pytest.approx(1.05, abs=0.005) and 365 * years == pytest.approx(383, abs=0.5)
    assert row.value == (row.low + row.high) / 2 == pytest.approx(365 * years, rel=0.02)


def test_waits_for_a_first_appointment_and_what_they_cost() -> None:
    # Two days of handover and 1.2 open days of a hub's list.
    assert VALUE["appointment.first_delay_days"] + (1 + VALUE["service.list_days"]) * 7 / 5 == pytest.approx(
        3.7, abs=0.05
    )
    # After the third day attendance falls no further: 0.72, 0.41, 0.38.
    one, three, seven = (published(f"intake_attend_{days}day") for days in (1, 3, 7))
    assert (one, three, seven) == (0.72, 0.41, 0.38) and three - seven < 0.1 * (one - three)
    assert ROWS["appointment.delay_to"].low == 7 < VALUE["appointment.delay_to"]
    # The published range of attendance, a little longer at its high end, as the centre is fitted and lies above.
    base, source = ROWS["appointment.base_attendance"], KNOWN["attend_first_appt"]
    assert source.value is not None and source.high is not None
    assert base.low == source.low and base.high == pytest.approx(source.high + 0.06)
    # A first appointment: an assessment of two hours beside a contact of an hour and a half, half of it lost if missed.
    assert VALUE["service.first_slots"] == pytest.approx(2 / 1.5, abs=0.005)
    assert first_cost(VALUE, 0.47) == pytest.approx(1.33 * (0.47 + 0.53 / 2))
    assert 1 / VALUE["service.give_up"] == 50
