"""What can happen in one life: one table of events, each with its code, its theme and its words in a diary.

Every event is part of the life's digest, and of the day's log of somebody whose diary is written, so that two paths of
one person can be laid side by side. Events that a lever brings about (a referral that would have been lost) are logged
only where the person's random number lies between the probability without the lever and with it. Codes are part of the
digest: none is changed or used again.
Writes digest, logged, n_logged. Left out: smaller differences in a hazard, which have no day.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Self

from sim.core.compiled import kernel
from sim.core.days import MOMENTS_PER_DAY
from sim.core.keys import join_digest
from sim.population import processes as P
from sim.population.person import MOST_LOGGED, Person


class Event(IntEnum):
    """An event's code below 256, the theme of sim/THEMES.md it belongs to ("" for none) and its words in a diary."""

    theme: str
    words: str

    def __new__(cls, code: int, theme: str, words: str) -> Self:
        event = int.__new__(cls, code)
        event._value_ = code
        event.theme = theme
        event.words = words
        return event

    # when a clock runs out, under the clock's number
    USE_STARTS = P.USE_STARTS, "T2", "uses again"
    USE_STOPS = P.USE_STOPS, "T2", "stops using"
    OVERDOSE = P.OVERDOSE, "T2", "overdoses"
    OTHER_DEATH = P.OTHER_DEATH, "T2", "dies of another cause"
    DROPS_OUT = P.DROPS_OUT, "T1", "leaves treatment before it is complete"
    COMPLETES_TREATMENT = P.COMPLETES_TREATMENT, "T1", "completes treatment"
    ASKS_FOR_HELP = P.ASKS_FOR_HELP, "T1", "asks for help"
    MOVES_UP = P.MOVES_UP, "T3", "moves somewhere better to stay"
    MOVES_DOWN = P.MOVES_DOWN, "T3", "loses the place to stay"
    RECALL = P.RECALL, "T11", "is recalled for a breach"
    REOFFENCE = P.REOFFENCE, "T11", "has a proven reoffence"
    # on booked days
    RELEASED = 64, "T1", "leaves prison"
    APPOINTMENT_KEPT = 65, "T1", "keeps the first appointment; treatment begins"
    APPOINTMENT_MISSED = 66, "T1", "misses a first appointment"
    APPOINTMENT_UNREACHABLE = 67, "T14", "cannot reach a first appointment"
    CONTACT_KEPT = 68, "T5", "meets the keyworker"
    CONTACT_MISSED = 69, "T5", "misses the keyworker"
    CONTACT_UNREACHABLE = 70, "T14", "cannot reach the keyworker"
    SCRIPT_ENDED = 71, "T1", "the release prescription ends"
    FOLLOW_UP_ENDED = 72, "", "a year has passed since the first release"
    NAVIGATOR_ENDED = 73, "T8", "the navigator's support ends"
    CAS3_ENDED = 74, "T3", "the planned stay in a short-stay bed ends"
    MOVED_IN = 75, "T3", "moves into a place with support"
    RESIDENTIAL_STARTED = 76, "T1", "moves into residential treatment"
    RESIDENTIAL_ENDED = 77, "T1", "leaves residential treatment"
    TAKEN_INTO_CUSTODY = 78, "T11", "is taken into custody"
    SUICIDE = 80, "T2", "dies by suicide"
    GAVE_UP_WAITING = 79, "T1", "gives up waiting for a first appointment"
    # what a theme of the system does
    REFERRAL_SAVED = 128, "T1", "the referral arrives that would have been lost"
    BOOKED = 129, "T1", "the handover to the hub was made before release"
    BRIDGED = 130, "T1", "the release prescription is bridged"
    DEPOT_GIVEN = 131, "T1", "leaves with a depot dose"
    KIT_GIVEN = 132, "T2", "is handed a naloxone kit"
    TREATED_TO_RELEASE = 133, "T2", "is on substitution treatment to the day of release, by extra money"
    REVERSED = 134, "T2", "somebody uses the person's own naloxone"
    BED_TAKEN = 135, "T3", "moves into a short-stay bed"
    TOLD_OF_TRAUMA = 136, "T4", "tells the keyworker of trauma"
    WORKER_LEFT = 137, "T5", "the keyworker leaves, and trust begins again"
    WOMENS_CENTRE = 138, "T6", "has a place at a women's centre"
    NEED_RECOGNISED = 139, "T7", "the chemsex need is recognised"
    LGBTQ_PRACTITIONER = 140, "T7", "a practitioner who fits takes the person on"
    NAVIGATOR_BEGAN = 141, "T8", "a navigator takes the person on"
    MET_WORKER = 142, "T9", "a resettlement worker has prepared the release"
    MET_MUTUAL_AID = 143, "T10", "met mutual aid in prison"
    MEETINGS = 144, "T10", "begins to go to mutual aid meetings"
    PEER = 145, "T10", "a peer worker is at the person's side"
    REQUEST_LOST = 146, "T16", "a request for help is lost between agencies"
    REQUEST_SAVED = 147, "T11", "a request arrives that would have been lost between agencies"
    JOINT_CASE = 148, "T11", "probation and treatment manage the case together"
    RESPECT = 149, "T12", "the keyworker is trained in words that respect"
    ONE_DOOR = 150, "T13", "treatment begins again through one door, without a wait"
    LIFT = 151, "T14", "a lift brings the person to the appointment"
    DEMAND_BUS = 152, "T14", "a demand-responsive bus brings the person to the appointment"
    OUTREACH = 153, "T14", "the appointment is held near home"
    REMOTE = 154, "T14", "the appointment is held by telephone or video"
    PASS = 155, "T14", "a travel pass pays the fare"
    POOLED_WORKER = 156, "T15", "the keyworker's post comes from the pooled budget"
    DUAL_DIAGNOSIS_WORKER = 157, "T17", "a dual-diagnosis worker takes the person on"
    PLANNED_RELEASE = 158, "T18", "the release is planned for a good day and hour"
    REVERSED_BY_OTHERS = 159, "T2", "somebody there uses naloxone of their own"


@kernel
def log_event(person: Person, moment: int, code: int) -> None:
    """The event is part of the life's digest, and of the day's log of somebody whose diary is written."""
    person.digest = join_digest(person.digest, moment, code)
    if person.watched and person.n_logged < MOST_LOGGED:
        person.logged[person.n_logged] = (moment % MOMENTS_PER_DAY) * 256 + code
        person.n_logged += 1
