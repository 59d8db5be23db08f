"""Events of a life: each is logged somewhere, and logging it changes nothing but the digest and the diary."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from by_hand import diary, diary_moments, differences, number_with, offered, params_of, per_service_type, someone
from whole_lives import DIARY, leaver, live_through

import sim
from sim.mechanisms import (
    access,
    agencies,
    attendance,
    chemsex,
    dual_need,
    mutual_aid,
    navigator,
    overdose,
    referral,
    release,
    release_planning,
    stigma,
    trauma,
    womens_services,
)
from sim.mechanisms.events import Event, log_event
from sim.population import processes as P
from sim.population.codes import CAS3_SERVICE, WAITING, WOMAN
from sim.population.coverage import COVERAGE
from sim.population.person import MOST_LOGGED

DAY = 1024
PARAMS = params_of()
FIRST_BOOKED, FIRST_OF_A_THEME = 64, 128
OF_A_THEME = {event.name for event in Event if event >= FIRST_OF_A_THEME}
LOGGING = {"log_event", "bring_near"}  # functions that hand an event on to the diary
FILES = [
    path
    for package in ("mechanisms", "engine")
    for path in sorted((Path(sim.__file__).parent / package).glob("*.py"))
    if path.name != "events.py"
]


# The registry


def test_codes_are_told_apart_and_fit_into_a_digest() -> None:
    assert len(Event) == len(Event.__members__), "two events under one code"
    codes = sorted(Event)
    assert codes[: P.N_CLOCKS] == list(range(P.N_CLOCKS)), "a clock's event stands under the clock's number"
    assert all(FIRST_BOOKED <= code < 256 for code in codes[P.N_CLOCKS :])  # a digest gives an event eight bits
    assert sorted(Event[name] for name in OF_A_THEME) == list(range(FIRST_OF_A_THEME, max(Event) + 1))


def test_every_theme_has_an_event_of_its_own() -> None:
    assert {Event[name].theme for name in OF_A_THEME} == {f"T{k}" for k in range(1, 19)}


def test_words_tell_each_event_apart() -> None:
    assert len({event.words for event in Event}) == len(Event)
    for words in (event.words for event in Event):
        assert words == words.strip() and words[0].islower() and not words.endswith(".") and len(words) < 90


def logged_in(path: Path) -> set[str]:
    """Names of the events that a file logs: calls of a function that logs, with `Event.NAME` among its arguments."""
    names = set()
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call):
            continue
        called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if called in LOGGING:
            for part in (part for argument in call.args for part in ast.walk(argument)):
                if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "Event":
                    names.add(part.attr)
    return names


def test_every_event_is_logged_by_a_mechanism_or_the_engine() -> None:
    # logged by number as the clock runs out; use on the day of release has no clock and is logged by name
    by_clocks = {event.name for event in Event if event < P.N_CLOCKS} - {"USE_STARTS"}
    by_sum = {event for event in Event.__members__ if event.endswith(("_MISSED", "_UNREACHABLE"))}  # ..._KEPT + 1, 2
    assert set().union(*map(logged_in, FILES)) == set(Event.__members__) - by_clocks - by_sum


def test_no_event_is_named_but_to_be_logged() -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"\bEvent\.([A-Z_0-9]+)", text)) == logged_in(path), path.name


# Each event of a theme by itself: who is watched lives the same


def appointment(row: Any) -> None:
    """Today's first appointment, with everything that is there for the person."""
    attendance.meet_first_appointment(row, PARAMS, 3, 3 * DAY)


KEPT = (P.APPOINTMENT_KEPT, 0, 0.0, 0.02)
TELLS = ((P.NEVER_DISCLOSES, 0, 0.2, 1.0), (P.DISCLOSES_AT_ONCE, 1, 0.0, 0.02))
FAR = {"journey_minutes": 75.0, "journey_fare": 3.0, "leave_before": 1440.0}
MET: Mapping[str, Any] = {"treatment": WAITING, "asked_on": 0, "appointment_day": 3, "leave_before": 1440.0}
Case = tuple[str, tuple[Any, ...], dict[str, Any], Callable[[Any], Any]]
CASES: tuple[Case, ...] = (
    ("REFERRAL_SAVED", ((P.REFERRAL_ARRIVES, 1, 0.1, 0.28),), {"lost_chance": 0.1},
     lambda row: referral.refer_at_release(row, PARAMS, 0, 0, False)),
    ("BOOKED", ((P.REFERRAL_ARRIVES, 1, 0.28, 1.0),), {"booked_chance": 1.0},
     lambda row: referral.refer_at_release(row, PARAMS, 0, 0, False)),
    ("BRIDGED", (), {"ost_chance": 1.0, "bridged_chance": 1.0}, lambda row: release.opioid_state(row, PARAMS, 5)),
    ("DEPOT_GIVEN", (), {"ost_chance": 1.0, "depot_chance": 1.0}, lambda row: release.opioid_state(row, PARAMS, 5)),
    ("KIT_GIVEN", ((P.NALOXONE_AT_RELEASE, 0, 0.17, 1.0),), {"naloxone_chance": 1.0},
     lambda row: release.take_kit(row, PARAMS, 0)),
    ("TREATED_TO_RELEASE", ((P.OST_IN_CUSTODY, 1, 0.571, 0.8),), {"ost_chance": 0.8},
     lambda row: release.opioid_state(row, PARAMS, 5)),
    ("REVERSED", ((P.OVERDOSE_WITNESSED, 0, 0.0, 0.65), (P.OVERDOSE_NALOXONE, 0, 0.0, 0.5)), {"has_naloxone": 1},
     lambda row: overdose.is_fatal(row, PARAMS, 0, 0)),
    ("REVERSED_BY_OTHERS", ((P.OVERDOSE_WITNESSED, 0, 0.0, 0.65), (P.OTHERS_KIT, 0, 0.0, 0.1)), {"others_kit": 0.1},
     lambda row: overdose.is_fatal(row, PARAMS, 0, 0)),
    ("BED_TAKEN", (), {"worker": per_service_type(-1, {CAS3_SERVICE: 3})},
     lambda row: release.first_night(row, PARAMS, 5, 0, False)),
    ("TOLD_OF_TRAUMA", TELLS, {"any_ace": 1, "episodes": 1}, lambda row: trauma.first_assessment(row, PARAMS, 5, 0)),
    ("WOMENS_CENTRE", (), {"sex": WOMAN, "coverage": offered(womens_centre=1.0)},
     lambda row: womens_services.look_for_place(row, PARAMS, 5, 0)),
    ("NEED_RECOGNISED", ((P.RECOGNISED, 1, 0.0, 0.05),), {"chemsex": 1, "episodes": 1},
     lambda row: chemsex.assess(row, PARAMS, 0)),
    ("LGBTQ_PRACTITIONER", (),
     {"chemsex": 1, "recognised": 1, "coverage": offered(lgbtq_practitioner_at_sexual_health=1.0)},
     lambda row: chemsex.look_for_practitioner(row, PARAMS, 0, 0)),
    ("NAVIGATOR_BEGAN", (), {}, lambda row: navigator.begin(row, 5)),
    ("MET_WORKER", (), {"met_before_release": 1, "releases": 0, "home_last_start": 1440.0},
     lambda row: release.release(row, PARAMS, 5, 5 * DAY)),
    ("MET_MUTUAL_AID", (), {"met_mutual_aid_chance": 1.0}, lambda row: mutual_aid.on_release(row, PARAMS, 0)),
    ("MEETINGS", ((P.MUTUAL_AID, 1, 0.0, 0.1),), {"meeting_near": 1},
     lambda row: mutual_aid.on_release(row, PARAMS, 0)),
    ("PEER", (), {"coverage": offered(peer_worker=1.0)}, lambda row: mutual_aid.on_release(row, PARAMS, 0)),
    ("REQUEST_LOST", ((P.REQUEST_ARRIVES, 0, 0.72, 1.0),), {}, lambda row: referral.ask_for_help(row, PARAMS, 0, 9, 0)),
    ("REQUEST_SAVED", ((P.REQUEST_ARRIVES, 0, 0.72, 0.81),), {"coverage": offered(colocated=1.0)},
     lambda row: referral.ask_for_help(row, PARAMS, 0, 9, 0)),
    ("JOINT_CASE", (), {"coverage": offered(joint_cases=1.0)}, lambda row: agencies.on_release(row, 0)),
    ("RESPECT", (), {"coverage": offered(language_trained=1.0)}, lambda row: stigma.meet_worker(row, 0)),
    ("ONE_DOOR", (), {"licence_until": 0, "engaged": 1, "coverage": offered(alliance=1.0)},
     lambda row: referral.ask_for_help(row, PARAMS, 0, 9, 0)),
    *((name, (), {**FAR, "coverage": offered(**{offer: 1.0})}, lambda row: access.arrange(row, PARAMS, 0, True, 0))
      for name, offer in (("LIFT", "lift"), ("DEMAND_BUS", "demand_bus"), ("OUTREACH", "outreach"),
                          ("REMOTE", "remote"), ("PASS", "travel_pass"))),
    ("DUAL_DIAGNOSIS_WORKER", (), {"mental_health": 1, "coverage": offered(dual_diagnosis_worker=1.0)},
     lambda row: dual_need.look_for_worker(row, PARAMS, 5, 0)),
    ("PLANNED_RELEASE", (), {"status": 0, "releases": 0, "custody_until": 18, "planned_chance": 1.0},
     lambda row: release_planning.bring_forward(row, PARAMS, 16)),
    ("TOLD_OF_TRAUMA", (KEPT, *TELLS), {**MET, "any_ace": 1}, appointment),
    ("RESPECT", (KEPT,), {**MET, "coverage": offered(language_trained=1.0)}, appointment),
    ("WOMENS_CENTRE", (), {**MET, "sex": WOMAN, "coverage": offered(womens_centre=1.0)}, appointment),
    ("DUAL_DIAGNOSIS_WORKER", (), {**MET, "mental_health": 1, "coverage": offered(dual_diagnosis_worker=1.0)},
     appointment),
)  # fmt: skip
BY_THE_ENGINE = {"WORKER_LEFT", "POOLED_WORKER"}  # logged as posts change hands and as places are offered


def test_every_event_of_a_mechanism_is_tried_here() -> None:
    assert {name for name, *_ in CASES} == OF_A_THEME - BY_THE_ENGINE


@pytest.mark.parametrize("case", CASES, ids=[name for name, *_ in CASES])
def test_an_event_is_logged_of_the_watched_and_changes_nothing_else(case: Case) -> None:
    name, stream, fields, happen = case
    number = number_with(*stream)
    watched, unwatched = (someone(number, watched=flag, **fields) for flag in (1, 0))
    results = [happen(row) for row in (watched, unwatched)]
    assert Event[name] in diary(watched)
    assert (unwatched["n_logged"], unwatched["logged"].any()) == (0, False)
    assert results[0] == results[1]
    assert differences(watched, unwatched) == DIARY & differences(watched, unwatched)


# Whole lives


@pytest.mark.parametrize("number", range(1, 13))
def test_a_watched_life_is_the_same_life(number: int) -> None:
    everything = offered(**dict.fromkeys(COVERAGE, 0.6))
    fields = {
        "coverage": everything, "ace4": 1, "any_ace": 1, "mental_health": 1, "meeting_near": 1,
        "met_mutual_aid_chance": 0.5,
        "depot_chance": 0.3, "bridged_chance": 0.5, "naloxone_chance": 0.5, "booked_chance": 0.5, "sex": number % 2,
        "abuse": number % 2, "journey_fare": 2.0,
    }  # fmt: skip
    watched, unwatched = leaver(number, watched=1, **fields), leaver(number, **fields)
    kinds = set()
    for day in range(2, 203):
        watched["n_logged"] = 0  # the diary takes the day's events off the row
        for row in (watched, unwatched):
            live_through(row, PARAMS, [day])
        kinds |= {code for code in diary(watched) if code >= FIRST_OF_A_THEME}
    assert differences(watched, unwatched) <= DIARY
    assert len(kinds) > 2


def test_a_full_day_of_events_stops_the_diary_and_nothing_else() -> None:
    watched, unwatched = someone(watched=1), someone()
    for row in (watched, unwatched):
        for k in range(MOST_LOGGED + 5):
            log_event(row, 7 * DAY + 100 + k, FIRST_OF_A_THEME)
    assert watched["n_logged"] == MOST_LOGGED
    assert diary(watched) == [FIRST_OF_A_THEME] * MOST_LOGGED
    assert diary_moments(watched) == list(range(100, 100 + MOST_LOGGED))
    assert watched["digest"] == unwatched["digest"]


def test_an_event_is_part_of_the_lifes_digest() -> None:
    rows = [someone(), someone(), someone()]
    for row, code in zip(rows, (Event.LIFT, Event.REMOTE, None), strict=True):
        if code is not None:
            log_event(row, 5, code)
    assert len({int(row["digest"]) for row in rows}) == 3
