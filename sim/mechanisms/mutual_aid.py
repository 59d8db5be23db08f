"""Lived experience and mutual aid: meetings, peers, and what meetings in prison do not do.

Where the timetable brings somebody to an evening meeting and home again (the nearest in services.csv), the person goes
to meetings from release on with probability attend, x peer_ratio with a peer worker at the person's side (a lever), and
keeps going until custody. While attending, the hazard of starting use is x relapse_hr_alcohol with an alcohol need, x
relapse_hr_drugs with other needs, centred over people at baseline. A peer worker accompanies for 183 days, or until the
money ends: attendance at appointments x the square root of the navigator's ratio; beside a navigator the two do no more
than one.
Where a scenario asks for it peers go to people of the highest need that can be seen (sim/population/need_seen.py).
Meetings in prison (a lever) are met by fewer people than they are offered to, because of clearance and escorts, and
change nothing by themselves: a published null. Kits that peers hand out stand in release.py.
Reads mutual_aid.attend, mutual_aid.peer_ratio, mutual_aid.relapse_hr_alcohol, mutual_aid.relapse_hr_drugs,
navigator.attendance_or. Writes attends_mutual_aid, went_to_meetings, peer_worker,
met_mutual_aid. Left out: sponsors, closeness to others.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.days import SUPPORT_DAYS
from sim.core.keys import uniform
from sim.core.records import Cells
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.ledger import in_force
from sim.mechanisms.quantities import Values, log_odds, probability, ratio
from sim.population import processes as P
from sim.population.choosing import chance
from sim.population.codes import ALCOHOL
from sim.population.coverage import Coverage
from sim.population.margins import Margins
from sim.population.need_seen import FIRST_RELEASES, LATER_RELEASES
from sim.population.person import Person

READS = (
    "mutual_aid.attend",
    "mutual_aid.peer_ratio",
    "mutual_aid.relapse_hr_alcohol",
    "mutual_aid.relapse_hr_drugs",
    "navigator.attendance_or",
)
WHEN_OFF: Mapping[str, float] = {"aid_attends": 0.0, "aid_use": 1.0, "peer_log_or": 0.0}
EXPECTED_TO_MOVE = "went_to_mutual_aid"


class Numbers(Protocol):
    """Meetings and peers."""

    aid_attends: Annotated[Cells[float], probability("of going to meetings after a release: usual, with a peer", 2)]
    aid_use: Annotated[
        Cells[float],
        ratio("of the hazard of starting use: drug needs without, with meetings; alcohol without, with", 4),
    ]
    peer_log_or: Annotated[float, log_odds("added to attendance by a peer worker")]


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Probability of going to meetings (index 1: with a peer); ratios of starting use: drugs without and with
    meetings, alcohol without and with them; log odds of attendance with a peer."""
    attend = draw["mutual_aid.attend"]
    use = []
    for name in ("mutual_aid.relapse_hr_drugs", "mutual_aid.relapse_hr_alcohol"):
        ratio = draw[name]
        mean = 1.0 + attend * margins.meeting_share * (ratio - 1.0)
        use += [1.0 / mean, ratio / mean]
    return {
        "aid_attends": (attend, min(1.0, attend * draw["mutual_aid.peer_ratio"])),
        "aid_use": tuple(use),
        "peer_log_or": 0.5 * math.log(draw["navigator.attendance_or"]),
    }


@kernel
def peer_chance(person: Person, shares: Cells[float]) -> float:
    """Chance that a peer worker accompanies the person since the latest release; shares: f8[kinds of coverage], of a
    day where the person lives."""
    by_need = shares[Coverage.PEER_WORKER_BY_NEED]
    if by_need > 0.0:
        group = FIRST_RELEASES if person.releases == 1 else LATER_RELEASES
        return chance(person, by_need, group)
    return float(shares[Coverage.PEER_WORKER])


@kernel
def on_release(person: Person, params: Numbers, t: int) -> None:
    """Whether a peer is there, whether mutual aid was met in prison, and whether the person goes to meetings."""
    n = person.releases
    person.peer_worker = uniform(person.stream, P.PEER_WORKER, n) < peer_chance(person, person.coverage)
    if person.peer_worker:
        log_event(person, t, Event.PEER)
    if not person.met_mutual_aid and uniform(person.stream, P.MET_MUTUAL_AID, n) < person.met_mutual_aid_chance:
        person.met_mutual_aid = 1
        log_event(person, t, Event.MET_MUTUAL_AID)
    goes = params.aid_attends[1] if person.peer_worker else params.aid_attends[0]
    person.attends_mutual_aid = person.meeting_near and uniform(person.stream, P.MUTUAL_AID, n) < goes
    if person.attends_mutual_aid:
        person.went_to_meetings = 1
        log_event(person, t, Event.MEETINGS)


@kernel
def fewer_peers(person: Person, shares: Cells[float]) -> bool:
    """Fewer people have a peer worker from today on: whether the person's leaves with the money; who goes to meetings
    goes on. shares: f8[kinds of coverage], of today where the person lives."""
    if not person.peer_worker:
        return False
    if uniform(person.stream, P.PEER_WORKER, person.releases) < peer_chance(person, shares):
        return False
    person.peer_worker = 0
    return True


@kernel
def use_ratio(person: Person, params: Numbers) -> float:
    """Ratio of the hazard of starting use by meetings."""
    group = 2 if person.need == ALCOHOL else 0
    return params.aid_use[group + 1] if person.attends_mutual_aid else params.aid_use[group]


@kernel
def attendance_term(person: Person, params: Numbers, day: int) -> float:
    """Log odds of attendance added today by a peer worker where no navigator stands there."""
    if not person.peer_worker or in_force(person.navigator_until, day):
        return 0.0
    return params.peer_log_or if day - person.latest_release < SUPPORT_DAYS else 0.0
