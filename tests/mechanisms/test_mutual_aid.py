"""Lived experience and mutual aid, by hand: meetings, peers, and what meetings in prison do not do."""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np
import pytest
from by_hand import (
    MEETING_SHARE,
    diary,
    differences,
    draw_of,
    number_with,
    offered,
    params_of,
    params_without,
    someone,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from whole_lives import leaver, live_through

from sim.core.days import NEVER
from sim.mechanisms import custody, mutual_aid, navigator, release, use
from sim.mechanisms.events import Event
from sim.population import processes as P
from sim.population.codes import ALCOHOL, CUSTODY, OPIATE_NO_CRACK, OTHER, STIMULANT

DAY = 1024
STEADY = settings(deadline=None, derandomize=True)
PARAMS = params_of()
shares = st.floats(0.0, 1.0)


def test_numbers(params: Any) -> None:
    assert params["aid_attends"].tolist() == pytest.approx([0.10, 0.20])
    # A tenth go of the half near a meeting: 1 + 0.05 (0.95 - 1) = 0.9975 with drug needs, 1 + 0.05 (0.83 - 1) = 0.9915
    # with an alcohol need.
    assert params["aid_use"].tolist() == pytest.approx([1 / 0.9975, 0.95 / 0.9975, 1 / 0.9915, 0.83 / 0.9915])
    assert float(params["peer_log_or"]) == pytest.approx(0.5 * log(1.5))
    assert params_of(mutual_aid__attend=0.4, mutual_aid__peer_ratio=3.0)["aid_attends"].tolist() == [0.4, 1.0]


@pytest.mark.parametrize("need", [0, OPIATE_NO_CRACK, STIMULANT, ALCOHOL, OTHER])
def test_meetings_lower_starting_use(params: Any, need: int) -> None:
    ratio, mean = (0.83, 0.9915) if need == ALCOHOL else (0.95, 0.9975)
    away, there = someone(need=need), someone(need=need, attends_mutual_aid=1)
    assert mutual_aid.use_ratio(away, params) == pytest.approx(1.0 / mean)
    assert mutual_aid.use_ratio(there, params) == pytest.approx(ratio / mean)
    assert use.start_hazard(there, params, 40) == pytest.approx(ratio * use.start_hazard(away, params, 40))
    # Centred: over everybody starting use is as published.
    assert 0.95 / mean + 0.05 * ratio / mean == pytest.approx(1.0)


def test_meetings_touch_neither_stopping_nor_the_day_of_release(params: Any) -> None:
    there = someone(using=1, attends_mutual_aid=1)
    assert use.stop_hazard(there, params) == pytest.approx(0.0015)
    assert use.start_hazard(someone(attends_mutual_aid=1), params, 0) == 0.0


NOT_ACCOMPANIED, ACCOMPANIED = (P.PEER_WORKER, 1, 0.4, 1.0), (P.PEER_WORKER, 1, 0.0, 0.4)


@pytest.mark.parametrize(
    ("peer", "low", "high", "near", "goes"),
    [
        (NOT_ACCOMPANIED, 0.08, 0.10, 1, 1),
        (NOT_ACCOMPANIED, 0.10, 0.12, 1, 0),
        (ACCOMPANIED, 0.18, 0.20, 1, 1),  # with somebody to go with, twice as many
        (ACCOMPANIED, 0.20, 0.22, 1, 0),
        (NOT_ACCOMPANIED, 0.0, 0.10, 0, 0),  # no meeting within reach of home
        (ACCOMPANIED, 0.0, 0.10, 0, 0),
    ],
)
def test_who_goes_to_meetings(params: Any, peer: Any, low: float, high: float, near: int, goes: int) -> None:
    number = number_with(peer, (P.MUTUAL_AID, 1, low, high))
    row = someone(number, meeting_near=near, coverage=offered(peer_worker=0.4), watched=1)
    mutual_aid.on_release(row, params, 5 * DAY)
    accompanied = int(peer == ACCOMPANIED)
    assert (row["peer_worker"], row["attends_mutual_aid"], row["went_to_meetings"]) == (accompanied, goes, goes)
    assert diary(row) == [Event.PEER] * accompanied + [Event.MEETINGS] * goes


def test_each_release_draws_anew_and_the_measure_stays(params: Any) -> None:
    row = someone(3, meeting_near=1, coverage=offered(peer_worker=0.5))
    went = False
    for n in range(1, 40):
        row["releases"] = n
        mutual_aid.on_release(row, params, 0)
        peer = draw_of(row, P.PEER_WORKER, n) < 0.5
        goes = draw_of(row, P.MUTUAL_AID, n) < (0.20 if peer else 0.10)
        went = went or goes
        assert (row["peer_worker"], row["attends_mutual_aid"], row["went_to_meetings"]) == (peer, goes, went)
    assert went


def test_a_peer_leaves_with_the_money_and_meetings_go_on(params: Any) -> None:
    number = number_with((P.PEER_WORKER, 1, 0.3, 0.5))
    for share, left in ((0.5, 1), (0.3, 0), (0.0, 0)):  # whoever is within what is left keeps the peer
        row = someone(number, peer_worker=1, attends_mutual_aid=1)
        assert mutual_aid.fewer_peers(row, np.array(offered(peer_worker=share))) == (not left)
        assert (row["peer_worker"], row["attends_mutual_aid"]) == (left, 1)
    by_need = someone(number, peer_worker=1, seen_above=[0.2, 0.6, 0.0], seen_equal=[0.5, 0.1, 0.0])
    assert not mutual_aid.fewer_peers(
        by_need, np.array(offered(peer_worker_by_need=0.45))
    )  # (0.45 - 0.2) / 0.5 = 0.5 of them
    assert mutual_aid.fewer_peers(by_need, np.array(offered(peer_worker_by_need=0.35)))
    assert not mutual_aid.fewer_peers(someone(number), np.array(offered()))


def test_custody_ends_meetings_and_company(params: Any) -> None:
    row = someone(peer_worker=1, attends_mutual_aid=1, went_to_meetings=1, met_mutual_aid=1)
    custody.enter(row, params, 44, 44 * DAY, 14)
    assert (row["peer_worker"], row["attends_mutual_aid"]) == (0, 0)
    assert (row["went_to_meetings"], row["met_mutual_aid"]) == (1, 1)


@pytest.mark.parametrize(("day", "parts"), [(20, 1), (202, 1), (203, 0), (300, 0)])
def test_a_peer_accompanies_for_183_days(params: Any, day: int, parts: int) -> None:
    row = someone(peer_worker=1, latest_release=20)
    assert mutual_aid.attendance_term(row, params, day) == pytest.approx(parts * 0.5 * log(1.5))
    row["peer_worker"] = 0
    assert mutual_aid.attendance_term(row, params, day) == 0.0


@pytest.mark.parametrize(
    ("day", "term"),
    [
        (30, 1.0),  # a navigator in the first 42 days: the whole ratio, and no more with a peer beside it
        (100, 0.5),  # then its square root
        (150, 0.5),  # the navigator has left on day 140: the peer's square root
        (203, 0.0),
    ],
)
def test_a_peer_beside_a_navigator_does_no_more_than_one(params: Any, day: int, term: float) -> None:
    row = someone(peer_worker=1, latest_release=20, navigator_from=20, navigator_until=140 if day < 140 else NEVER)
    both = navigator.attendance_term(row, params, day) + mutual_aid.attendance_term(row, params, day)
    assert both == pytest.approx(term * log(1.5))


# Meetings in prison


@pytest.mark.parametrize(("chance", "met"), [(0.0, 0), (0.4, 1), (1.0, 1)])
def test_who_met_mutual_aid_in_prison(params: Any, chance: float, met: int) -> None:
    row = someone(number_with((P.MET_MUTUAL_AID, 1, 0.3, 0.4)), met_mutual_aid_chance=chance, watched=1)
    mutual_aid.on_release(row, params, 0)
    assert (row["met_mutual_aid"], diary(row)) == (met, [Event.MET_MUTUAL_AID] * met)
    row["releases"], row["met_mutual_aid_chance"] = 2, 0.0  # what was met stays met
    mutual_aid.on_release(row, params, 0)
    assert (row["met_mutual_aid"], diary(row)) == (met, [Event.MET_MUTUAL_AID] * met)


def test_meetings_in_prison_change_no_life() -> None:
    # The published null: lived day by day for 200 days, with everybody met and with nobody.
    for number in range(1, 25):
        less, more = (
            leaver(number, meeting_near=1, met_mutual_aid_chance=chance, coverage=offered(peer_worker=0.5))
            for chance in (0.0, 1.0)
        )
        for row in (less, more):
            live_through(row, PARAMS, range(2, 203))
        assert differences(less, more) == {"met_mutual_aid_chance", "met_mutual_aid", "digest"}


# Peers with kits


@pytest.mark.parametrize(
    ("prison", "peers", "chance"),
    [(0.17, 0.0, 0.17), (0.0, 0.3, 0.3), (0.17, 0.3, 1.0 - 0.83 * 0.7), (1.0, 0.5, 1.0), (0.17, 1.0, 1.0)],
)
def test_a_kit_from_the_prison_or_from_a_peer(params: Any, prison: float, peers: float, chance: float) -> None:
    for number in range(1, 60):
        row = someone(number, naloxone_chance=prison, coverage=offered(peer_naloxone=peers), watched=1)
        release.take_kit(row, params, 0)
        u = draw_of(row, P.NALOXONE_AT_RELEASE, 0)
        assert bool(row["has_naloxone"]) == (u < chance)
        assert diary(row) == ([Event.KIT_GIVEN] if 0.17 <= u < chance else [])  # today's kits are no work of a lever


# Switched off, and shares that grow


def test_switched_off_nobody_goes_and_a_peer_changes_nothing() -> None:
    off = params_without(mutual_aid)
    for number in range(1, 60):
        row = someone(number, meeting_near=1, coverage=offered(peer_worker=1.0))
        mutual_aid.on_release(row, off, 0)
        assert row["attends_mutual_aid"] == 0
    row = someone(attends_mutual_aid=1, peer_worker=1)
    for need in (0, ALCOHOL):
        row["need"] = need
        assert mutual_aid.use_ratio(row, off) == 1.0
    assert mutual_aid.attendance_term(row, off, 10) == 0.0


@STEADY
@given(st.integers(1, 5000), shares, shares, shares, shares)
def test_larger_shares_never_take_company_meetings_or_a_kit_away(
    number: int, peer: float, other_peer: float, kits: float, other_kits: float
) -> None:
    lives = []
    for bound in (min, max):
        coverage = offered(peer_worker=bound(peer, other_peer), peer_naloxone=bound(kits, other_kits))
        row = someone(number, status=CUSTODY, meeting_near=1, coverage=coverage)
        mutual_aid.on_release(row, PARAMS, 0)
        release.take_kit(row, PARAMS, 0)
        lives.append(row)
    less, more = lives
    for name in ("peer_worker", "attends_mutual_aid", "has_naloxone"):
        assert more[name] >= less[name]


@STEADY
@given(st.floats(0.0, 1.0), st.floats(1.0, 3.0), st.floats(0.5, 1.2))
def test_attending_is_a_probability_and_ratios_are_centred(attend: float, peer: float, ratio: float) -> None:
    params = params_of(mutual_aid__attend=attend, mutual_aid__peer_ratio=peer, mutual_aid__relapse_hr_drugs=ratio)
    alone, accompanied = (float(value) for value in params["aid_attends"])
    assert 0.0 <= alone <= accompanied <= 1.0
    away, there = (float(value) for value in params["aid_use"][:2])
    assert away > 0.0 and there > 0.0
    goes = attend * MEETING_SHARE
    assert (1.0 - goes) * away + goes * there == pytest.approx(1.0)
