"""Relationships between agencies: what gets lost on the way from one to another, and what working together does.

A referral or request is lost between two agencies with probability r, at the start referral.lost for every pair.
Prison to treatment decides whether the referral on release arrives (referral.py). Other pairs pass on requests for
help: probation to treatment while the licence runs, housing to treatment for people in temporary, short-stay or
supported places, mental health to treatment with that need. Somebody asks at the published hazard x (1 - r0)^-k, k
pairs being in play, and the request arrives with the product of (1 - r) over them: so today as many requests arrive as
before, and better pairs bring more. Levers lower r by the share c of the work that they reach:
    co-location (probation)                      r x (1 - c a)
    joint case meetings (probation, housing)     r x (1 - c joint_cases_part a)
    shared record (all pairs)                    r x (1 - c (1 - shared_record_lost_ratio))
    alliance (all pairs)                         r x (1 - c a)
never below a tenth of the start. a is the part of losses that working under one roof averts: it multiplies the odds of
arriving, (1 - r) / r, by o = colocated_received_or, so that r becomes r / (r + o (1 - r)) and a = 1 - that / r. Odds
and not a ratio of those who arrive, since today far more arrive here than in the studies behind the row, and a ratio of
shares cannot be carried from one to the other: it goes beyond 1. A linked keyworker who leaves takes turnover_worn of
the gain along; it comes back over lever.ramp_days. Joint meetings and alliance also shorten the delay of the first
appointment beyond one day to joint_delay_ratio of it; the alliance's one door lets people who come back start the next
day. Cases managed together (co-location, joint meetings; from a release on, while the money lasts) have recall
for a breach x joint_recall_hr, whose range spans 1: trials found no change, and closer watching may find more breaches.
Reads referral.lost, agency.*, appointment.first_delay_days through referral.py. Writes joint_case, requests_lost.
Left out: pairs without a route in the model (prison and probation, prison and housing), who the people are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.keys import uniform
from sim.core.rates import lost_by_odds
from sim.core.records import Cells, Field
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.ledger import on_licence
from sim.mechanisms.quantities import DAYS, Values, probability, ratio, switch
from sim.population import processes as P
from sim.population.codes import CAS3, LEAST_LOST, SUPPORTED, TEMPORARY
from sim.population.coverage import Coverage
from sim.population.margins import Margins
from sim.population.person import Person

PRISON, PROBATION, HOUSING, MENTAL_HEALTH = range(4)  # from which agency to treatment: the pair's number

READS = ("referral.lost", "agency.*", "appointment.first_delay_days")
WHEN_OFF: Mapping[str, float] = {
    "pair_lost": 0.0,
    "ask_ratio": 1.0,
    "lost_by_one_roof": 0.0,
    "lost_by_meetings": 0.0,
    "lost_by_record": 0.0,
    "delay_by_joint_work": 0.0,
    "joint_recall": 1.0,
    "one_door": 0.0,
}
EXPECTED_TO_MOVE = "requests_lost"


class Numbers(Protocol):
    """What is lost between agencies, and what joint work does."""

    pair_lost: Annotated[float, probability("that a pair of agencies loses a request, without a lever")]
    ask_ratio: Annotated[Cells[float], ratio("of asking for help, by the number of pairs in play", 4)]
    lost_by_one_roof: Annotated[float, probability("of losses that work under one roof averts")]
    lost_by_meetings: Annotated[float, probability("of losses that joint case meetings avert")]
    lost_by_record: Annotated[float, probability("of losses that a shared record averts")]
    lost_by_turnover: Annotated[float, probability("of the gain that leaves with a keyworker")]
    ramp_days: Annotated[float, Field("f8", DAYS, "over which the gain comes back")]
    delay_by_joint_work: Annotated[float, probability("of the delay beyond the first day that joint work takes away")]
    joint_recall: Annotated[float, ratio("of recall for a breach of cases managed together")]
    one_door: Annotated[float, switch("an alliance lets people come back through one door")]


def averted_by_one_roof(draw: Mapping[str, float]) -> float:
    """Part of the losses between two agencies that working under one roof averts; 0 where it makes things worse."""
    lost = draw["referral.lost"]
    if lost <= 0.0:
        return 0.0
    return 1.0 - lost_by_odds(lost, max(draw["agency.colocated_received_or"], 1.0)) / lost


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Probability of loss at the start; parts of it that full joint work takes away; ratios of asking and recall."""
    lost = draw["referral.lost"]
    one_roof = averted_by_one_roof(draw)
    return {
        "pair_lost": lost,
        "ask_ratio": tuple((1.0 - lost) ** -k for k in range(4)),
        "lost_by_one_roof": one_roof,
        "lost_by_meetings": one_roof * draw["agency.joint_cases_part"],
        "lost_by_record": max(0.0, 1.0 - draw["agency.shared_record_lost_ratio"]),
        "lost_by_turnover": draw["agency.turnover_worn"],
        "ramp_days": max(1.0, draw["lever.ramp_days"]),
        "delay_by_joint_work": max(0.0, 1.0 - draw["agency.joint_delay_ratio"]),
        "joint_recall": draw["agency.joint_recall_hr"],
        "one_door": 1.0,
    }


@kernel
def has_pair(person: Person, pair: int, day: int) -> bool:
    """Whether this pair of agencies passes on the person's requests today."""
    if pair == PROBATION:
        return on_licence(person, day)
    if pair == HOUSING:
        return person.housing == TEMPORARY or person.housing == CAS3 or person.housing == SUPPORTED
    return bool(person.mental_health)


@kernel
def pairs_in_play(person: Person, day: int) -> int:
    """How many pairs stand between the person and treatment today."""
    k = 0
    for pair in range(PROBATION, MENTAL_HEALTH + 1):
        if has_pair(person, pair, day):
            k += 1
    return k


@kernel
def lost_ratio(person: Person, params: Numbers, pair: int) -> float:
    """What joint work leaves of a pair's losses today, 1 where nothing is bought; worn by turnover."""
    coverage = person.coverage
    ratio = (1.0 - coverage[Coverage.SHARED_RECORD] * params.lost_by_record) * (
        1.0 - coverage[Coverage.ALLIANCE] * params.lost_by_one_roof
    )
    if pair == PROBATION:
        ratio *= 1.0 - coverage[Coverage.COLOCATED] * params.lost_by_one_roof
    if pair == PROBATION or pair == HOUSING:
        ratio *= 1.0 - coverage[Coverage.JOINT_CASES] * params.lost_by_meetings
    gain = (1.0 - ratio) * (1.0 - params.lost_by_turnover * coverage[Coverage.WORN])
    return max(LEAST_LOST, 1.0 - gain)


@kernel
def request_arrives(person: Person, params: Numbers, occurrence: int, day: int, t: int) -> bool:
    """Whether today's request for help reaches treatment through the pairs in play."""
    arrives = usual = 1.0
    for pair in range(PROBATION, MENTAL_HEALTH + 1):
        if has_pair(person, pair, day):
            arrives *= 1.0 - params.pair_lost * lost_ratio(person, params, pair)
            usual *= 1.0 - params.pair_lost
    u = uniform(person.stream, P.REQUEST_ARRIVES, occurrence)
    if u >= arrives:
        person.requests_lost += 1
        log_event(person, t, Event.REQUEST_LOST)
        return False
    if u >= usual:
        log_event(person, t, Event.REQUEST_SAVED)
    return True


@kernel
def shorter_delay(person: Person, params: Numbers) -> float:
    """Ratio of the mean delay beyond the first day by joint work today."""
    apart = (1.0 - person.coverage[Coverage.JOINT_CASES]) * (1.0 - person.coverage[Coverage.ALLIANCE])
    return 1.0 - (1.0 - apart) * params.delay_by_joint_work


@kernel
def goes_through_one_door(person: Person, params: Numbers, occurrence: int) -> bool:
    """Whether somebody who comes back to treatment starts the next day, without a wait between services."""
    share = person.coverage[Coverage.ALLIANCE] * params.one_door
    return bool(person.engaged and uniform(person.stream, P.ONE_DOOR, occurrence) < share)


@kernel
def managed_together(person: Person, shares: Cells[float]) -> bool:
    """Whether work done together reaches the case since the latest release; shares: f8[kinds of coverage], of a day
    where the person lives."""
    together = 1.0 - (1.0 - shares[Coverage.COLOCATED]) * (1.0 - shares[Coverage.JOINT_CASES])
    return bool(uniform(person.stream, P.JOINT_CASE, person.releases) < together)


@kernel
def fewer_joint_cases(person: Person, shares: Cells[float]) -> bool:
    """Fewer cases are managed together from today on: whether the person's ends with the money. shares: as above, of
    today."""
    if not person.joint_case or managed_together(person, shares):
        return False
    person.joint_case = 0
    return True


@kernel
def on_release(person: Person, t: int) -> None:
    """Whether probation and treatment manage the case together from this release on."""
    person.joint_case = not person.remand and managed_together(person, person.coverage)
    if person.joint_case:
        log_event(person, t, Event.JOINT_CASE)
