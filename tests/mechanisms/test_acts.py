"""What a theme does in one life: every act is noted somewhere, and noting it changes nothing but the diary."""

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
    acts,
    agencies,
    attendance,
    chemsex,
    dual_need,
    ledger,
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
from sim.mechanisms.acts import ACT_THEMES, ACT_WORDS, FIRST_ACT
from sim.population import processes as P
from sim.population.local_coverage import COVERAGE
from sim.population.person import CAS3_SERVICE, MOST_LOGGED, WAITING, WOMAN

DAY = 1024
PARAMS = params_of()
CODES = {name: code for name, code in vars(acts).items() if name.isupper() and isinstance(code, int)}
CODES.pop("FIRST_ACT")
NOTING = {"note", "bring_near"}  # functions that hand an act on to the diary
FILES = [
    path
    for package in ("mechanisms", "engine")
    for path in sorted((Path(sim.__file__).parent / package).glob("*.py"))
    if path.name != "acts.py"
]


# The registry


def test_codes_are_told_apart_and_fit_into_a_digest() -> None:
    assert sorted(CODES.values()) == list(range(FIRST_ACT, FIRST_ACT + len(CODES)))
    assert set(CODES.values()) == set(ACT_THEMES) == set(ACT_WORDS)
    assert max(CODES.values()) < 256  # a digest gives an event eight bits
    events = [code for name, code in vars(ledger).items() if name.isupper() and isinstance(code, int)]
    assert not set(CODES.values()) & {*events, *range(P.N_CLOCKS)}


def test_every_theme_has_an_act() -> None:
    assert set(ACT_THEMES.values()) == {f"T{k}" for k in range(1, 19)}


def test_words_tell_each_act_apart() -> None:
    assert len(set(ACT_WORDS.values())) == len(ACT_WORDS)
    for words in ACT_WORDS.values():
        assert words == words.strip() and words[0].islower() and not words.endswith(".") and len(words) < 90


def noted_in(path: Path) -> set[str]:
    """Names of the acts that a file notes: calls of a function that notes, with `acts.NAME` among its arguments."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in NOTING:
            for part in node.args:
                if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "acts":
                    found.add(part.attr)
    return found


def test_every_act_is_noted_by_a_mechanism_or_the_engine() -> None:
    assert set().union(*map(noted_in, FILES)) == set(CODES)


def test_no_act_is_named_but_to_be_noted() -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"\bacts\.([A-Z_]+)", text)) == noted_in(path), path.name


# Each act by itself: who is watched lives the same


def appointment(row: Any) -> None:
    """Today's first appointment, with everything that is there for the person."""
    attendance.meet_first_appointment(row, PARAMS, 3, 3 * DAY)


KEPT = (P.APPOINTMENT_KEPT, 0, 0.0, 0.02)
TELLS = ((P.NEVER_DISCLOSES, 0, 0.2, 1.0), (P.DISCLOSES_AT_ONCE, 1, 0.0, 0.02))
FAR = {"journey_minutes": 75.0, "journey_fare": 3.0, "leave_before": 1440.0}
MET: Mapping[str, Any] = {"treatment": WAITING, "offer_from": 0, "appointment_day": 3, "leave_before": 1440.0}
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
    ("BED_TAKEN", (), {"worker": per_service_type(-1, {CAS3_SERVICE: 3})},
     lambda row: release.first_night(row, PARAMS, 5, 0, False)),
    ("TOLD_OF_TRAUMA", TELLS, {"any_ace": 1, "episodes": 1}, lambda row: trauma.first_assessment(row, PARAMS, 5, 0)),
    ("WOMENS_CENTRE", (), {"sex": WOMAN, "coverage": offered(womens_centre=1.0)},
     lambda row: womens_services.look_for_place(row, PARAMS, 0)),
    ("NEED_RECOGNISED", ((P.RECOGNISED, 1, 0.0, 0.05),), {"chemsex": 1, "episodes": 1},
     lambda row: chemsex.assess(row, PARAMS, 0)),
    ("LGBTQ_PRACTITIONER", (),
     {"chemsex": 1, "recognised": 1, "coverage": offered(lgbtq_practitioner_at_sexual_health=1.0)},
     lambda row: chemsex.look_for_practitioner(row, PARAMS, 0)),
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
     lambda row: dual_need.look_for_worker(row, 0)),
    ("PLANNED_RELEASE", (), {"status": 0, "releases": 0, "custody_until": 18, "planned_chance": 1.0},
     lambda row: release_planning.bring_forward(row, PARAMS, 16)),
    ("TOLD_OF_TRAUMA", (KEPT, *TELLS), {**MET, "any_ace": 1}, appointment),
    ("RESPECT", (KEPT,), {**MET, "coverage": offered(language_trained=1.0)}, appointment),
    ("WOMENS_CENTRE", (), {**MET, "sex": WOMAN, "coverage": offered(womens_centre=1.0)}, appointment),
    ("DUAL_DIAGNOSIS_WORKER", (), {**MET, "mental_health": 1, "coverage": offered(dual_diagnosis_worker=1.0)},
     appointment),
)  # fmt: skip
BY_THE_ENGINE = {"WORKER_LEFT", "POOLED_WORKER"}  # noted as posts change hands and as places are offered


def test_every_act_of_a_mechanism_is_tried_here() -> None:
    assert {name for name, *_ in CASES} == set(CODES) - BY_THE_ENGINE


@pytest.mark.parametrize("case", CASES, ids=[name for name, *_ in CASES])
def test_an_act_is_noted_of_the_watched_and_changes_nothing_else(case: Case) -> None:
    name, stream, fields, happen = case
    number = number_with(*stream)
    watched, unwatched = (someone(number, watched=flag, **fields) for flag in (1, 0))
    results = [happen(row) for row in (watched, unwatched)]
    assert CODES[name] in diary(watched)
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
        kinds |= {code for code in diary(watched) if code >= FIRST_ACT}
    assert differences(watched, unwatched) <= DIARY
    assert len(kinds) > 2


def test_a_full_day_of_events_stops_the_diary_and_nothing_else() -> None:
    watched, unwatched = someone(watched=1), someone()
    for row in (watched, unwatched):
        for k in range(MOST_LOGGED + 5):
            ledger.log_event(row, 7 * DAY + 100 + k, FIRST_ACT)
    assert watched["n_logged"] == MOST_LOGGED
    assert diary(watched) == [FIRST_ACT] * MOST_LOGGED
    assert diary_moments(watched) == list(range(100, 100 + MOST_LOGGED))
    assert watched["digest"] == unwatched["digest"]


def test_an_act_is_part_of_the_lifes_digest() -> None:
    rows = [someone(), someone(), someone()]
    for row, code in zip(rows, (acts.LIFT, acts.REMOTE, None), strict=True):
        if code is not None:
            ledger.log_event(row, 5, code)
    assert len({int(row["digest"]) for row in rows}) == 3
