"""Trauma and disclosure, by hand: who has something to tell, when it is told, and what care that fits does."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import pytest
from by_hand import SIGMAS, diary, diary_moments, draw_of, number_with, offered, params_of, params_without, someone
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.mechanisms import care, overdose, trauma, treatment, use
from sim.mechanisms.events import Event
from sim.population import processes as P
from sim.population.codes import DAILY, IN_TREATMENT

DAY = 1024
STEADY = settings(deadline=None, derandomize=True)
PARAMS = params_of()
CAN_TELL = (P.NEVER_DISCLOSES, 0, 0.20, 1.0)
shares = st.floats(0.0, 1.0)


def test_numbers(params: Any) -> None:
    # Asked as a routine 2.33 times as many tell: 0.02 and 0.010 become 0.0466 and 0.0233.
    assert params["tells_at_once"].tolist() == pytest.approx([0.02, 0.0466])
    assert params["tells_at_contact"].tolist() == pytest.approx([0.010, 0.0233])
    assert (float(params["never_tells"]), float(params["trauma_fit"])) == (0.20, 0.85)
    certain = params_of(trauma__disclosed_at_once=0.6, trauma__disclosure_per_contact=0.5)
    assert certain["tells_at_once"].tolist() == [0.6, 1.0] and certain["tells_at_contact"].tolist() == [0.5, 1.0]


@pytest.mark.parametrize(
    ("fields", "has_something_to_tell"),
    [
        ({}, False),
        ({"any_ace": 1}, True),
        ({"complex_ptsd": 1}, True),
        ({"any_ace": 1, "complex_ptsd": 1}, True),
        ({"any_ace": 1, "disclosed": 1}, False),  # told already
        ({"abuse": 1}, False),  # a need of a safe space, not a story of childhood
    ],
)
def test_who_may_tell(params: Any, fields: dict[str, int], has_something_to_tell: bool) -> None:
    assert trauma.may_tell(someone(number_with(CAN_TELL), **fields), params) is has_something_to_tell
    never = someone(number_with((P.NEVER_DISCLOSES, 0, 0.0, 0.20)), **fields)
    assert not trauma.may_tell(never, params)


def test_a_fifth_never_tells_however_often_asked() -> None:
    """4,000 people; fixed numbers."""
    certain = params_of(trauma__disclosed_at_once=1.0, trauma__disclosure_per_contact=1.0)
    silent = 0
    for number in range(1, 4001):
        row = someone(number, any_ace=1, coverage=offered(trauma_trained=1.0), trust=0.9, reference=0.3)
        trauma.first_assessment(row, certain, 10, 10 * DAY)
        trauma.kept_contact(row, certain, 30, 30 * DAY)
        assert bool(row["disclosed"]) == (draw_of(row, P.NEVER_DISCLOSES, 0) >= 0.20)
        silent += not row["disclosed"]
    assert abs(silent / 4000 - 0.20) < SIGMAS * math.sqrt(0.2 * 0.8 / 4000)


@pytest.mark.parametrize(
    ("low", "high", "trained", "tells"),
    [
        (0.0, 0.02, 0.0, 1),
        (0.02, 0.022, 0.0, 0),
        (0.044, 0.0466, 1.0, 1),  # only where the keyworker asks
        (0.0466, 0.049, 1.0, 0),
    ],
)
@pytest.mark.parametrize("episode", [1, 3])
def test_telling_at_the_first_appointment(
    params: Any, low: float, high: float, trained: float, tells: int, episode: int
) -> None:
    number = number_with(CAN_TELL, (P.DISCLOSES_AT_ONCE, episode, low, high))
    row = someone(number, any_ace=1, episodes=episode, coverage=offered(trauma_trained=trained), watched=1)
    trauma.first_assessment(row, params, 12, 12 * DAY)
    assert (row["disclosed"], row["trauma_trained"]) == (tells, int(trained))
    if tells:
        assert row["disclosed_on"] == 12
        assert (diary(row), diary_moments(row)) == ([Event.TOLD_OF_TRAUMA], [0])
    else:
        assert diary(row) == []


@pytest.mark.parametrize(
    ("trust", "reference", "trained", "p"),
    [
        (0.30, 0.30, 0, 0.010),
        (0.45, 0.30, 0, 0.015),
        (0.15, 0.30, 0, 0.005),
        (0.45, 0.30, 1, 0.03495),
        (0.90, 0.30, 0, 0.020),  # three times its reference counts as twice
        (0.90, 0.30, 1, 0.0466),
    ],
)
@pytest.mark.parametrize("contact", [0, 7])
def test_telling_at_a_contact_grows_with_trust(
    params: Any, trust: float, reference: float, trained: int, p: float, contact: int
) -> None:
    for low, high, tells in ((0.9 * p, p, 1), (p, 1.1 * p, 0)):
        number = number_with(CAN_TELL, (P.DISCLOSES, contact, low, high))
        row = someone(
            number, complex_ptsd=1, contacts=contact, trust=trust, reference=reference, trauma_trained=trained
        )
        trauma.kept_contact(row, params, 40, 40 * DAY)
        assert row["disclosed"] == tells


@pytest.mark.parametrize(("every", "part"), [(20.0, 1.0), (10.0, 0.5), (5.0, 0.25), (20.5, 1.0), (60.0, 1.0)])
@pytest.mark.parametrize("trained", [0, 1])
def test_who_is_met_more_often_tells_no_more_often_in_a_month(
    params: Any, every: float, part: float, trained: int
) -> None:
    # Twenty open days between contacts at the load of today; whoever is met less often tells as often at a contact.
    p = part * (0.0233 if trained else 0.010)
    for low, high, tells in ((0.9 * p, p, 1), (p, 1.1 * p, 0)):
        number = number_with(CAN_TELL, (P.DISCLOSES, 4, low, high))
        row = someone(number, any_ace=1, contacts=4, trust=0.3, reference=0.3, trauma_trained=trained)
        row["contact_every"] = every
        trauma.kept_contact(row, params, 40, 40 * DAY)
        assert row["disclosed"] == tells


def test_what_was_told_is_told_once(params: Any) -> None:
    number = number_with(CAN_TELL, (P.DISCLOSES_AT_ONCE, 1, 0.0, 0.02), (P.DISCLOSES, 0, 0.0, 0.01))
    row = someone(number, any_ace=1, episodes=1, trust=0.3, reference=0.3, watched=1)
    trauma.first_assessment(row, params, 12, 12 * DAY)
    trauma.kept_contact(row, params, 32, 32 * DAY)
    assert (row["disclosed_on"], diary(row)) == (12, [Event.TOLD_OF_TRAUMA])


@pytest.mark.parametrize("episode", [1, 2])
def test_the_keyworker_of_an_episode_is_trained_by_one_luck(params: Any, episode: int) -> None:
    trained = []
    for number in range(1, 60):
        row = someone(number, episodes=episode, coverage=offered(trauma_trained=0.4), trauma_trained=1)
        trauma.first_assessment(row, params, 5, 5 * DAY)  # another keyworker than before
        assert bool(row["trauma_trained"]) == (draw_of(row, P.TRAUMA_TRAINED, episode) < 0.4)
        trained.append(int(row["trauma_trained"]))
    assert 0 < sum(trained) < len(trained)


def test_training_begins_between_contacts_and_is_not_lost_in_an_episode(params: Any) -> None:
    row = someone(number_with((P.TRAUMA_TRAINED, 1, 0.3, 0.5)), episodes=1, trust=0.3, reference=0.3)
    for share, trained in ((0.3, 0), (0.5, 1), (0.0, 1)):
        row["coverage"] = offered(trauma_trained=share)
        trauma.kept_contact(row, params, 30, 30 * DAY)
        assert row["trauma_trained"] == trained
    row["episodes"] = 2
    row["coverage"] = offered()
    trauma.first_assessment(row, params, 200, 200 * DAY)
    assert row["trauma_trained"] == 0


@pytest.mark.parametrize("told", [0, 1])
@pytest.mark.parametrize("trained", [0, 1])
def test_only_what_was_told_to_somebody_trained_is_met(params: Any, told: int, trained: int) -> None:
    for any_ace, ace4, cptsd in product((0, 1), repeat=3):
        row = someone(disclosed=told, trauma_trained=trained, any_ace=any_ace, ace4=ace4, complex_ptsd=cptsd)
        met = told and trained and (ace4 or cptsd)
        assert trauma.fit(row, params) == (0.85 if met else 1.0)


def test_care_that_fits_lowers_drop_out(params: Any) -> None:
    row = someone(treatment=IN_TREATMENT, treatment_start=10, disclosed=1, trauma_trained=1, ace4=1)
    care.update(row, params, 15)
    assert treatment.dropout_hazard(row, params, 20) == pytest.approx(0.85 * 0.0055)
    assert treatment.completion_hazard(row, params, 100) == pytest.approx(0.00021)


def test_trauma_care_has_no_effect_on_use_or_overdose(params: Any) -> None:
    # The published null: told, met or not, people start and stop using as before.
    for using in (0, 1):
        fields = {"using": using, "ost": DAILY, "treatment": IN_TREATMENT, "ace4": 1, "overdose_base": 3e-4}
        plain = someone(**fields)
        met = someone(**fields, disclosed=1, trauma_trained=1, care_ratio=0.85)
        for day in (5, 40, 200):
            assert use.start_hazard(met, params, day) == use.start_hazard(plain, params, day)
            assert use.stop_hazard(met, params) == use.stop_hazard(plain, params)
            assert overdose.hazard(met, params, day) == overdose.hazard(plain, params, day)


def test_switched_off_nobody_tells_and_nothing_fits() -> None:
    off = params_without(trauma)
    for number in range(1, 60):
        row = someone(
            number, any_ace=1, ace4=1, episodes=1, trust=0.9, reference=0.3, coverage=offered(trauma_trained=1.0)
        )
        trauma.first_assessment(row, off, 10, 10 * DAY)
        for contact in range(20):
            row["contacts"] = contact
            trauma.kept_contact(row, off, 30, 30 * DAY)
        assert row["disclosed"] == 0
    assert trauma.fit(someone(disclosed=1, trauma_trained=1, ace4=1), off) == 1.0


@STEADY
@given(st.integers(1, 5000), shares, shares, st.lists(st.floats(0.05, 0.95), min_size=1, max_size=25))
def test_more_training_never_makes_anybody_tell_later(
    number: int, one: float, other: float, trust: list[float]
) -> None:
    told_on = []
    for share in sorted((one, other)):
        row = someone(number, any_ace=1, episodes=1, reference=0.3, coverage=offered(trauma_trained=share))
        trauma.first_assessment(row, PARAMS, 0, 0)
        for contact, level in enumerate(trust):
            row["contacts"], row["trust"] = contact, level
            trauma.kept_contact(row, PARAMS, 20 * (contact + 1), 20 * (contact + 1) * DAY)
        told_on.append((int(row["disclosed_on"]), -int(row["trauma_trained"])))
    assert told_on[1] <= told_on[0]
    assert told_on[1][1] <= told_on[0][1]
