"""The record of one person: every field with its type, unit, meaning and owner.

A person is one row of a structured array; rules read and write it as `person.trust`. The owner is the module that
writes the field. `number` is permanent and keys the person's luck; the place in the array means nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.core.days import NEVER
from sim.population.local_coverage import N_COVERAGE
from sim.population.processes import N_CLOCKS

# need
OPIATE_AND_CRACK, OPIATE_NO_CRACK, STIMULANT, ALCOHOL, OTHER = range(5)
NEEDS = ("opiate_and_crack", "opiate_no_crack", "stimulant", "alcohol", "other")
# sex
MAN, WOMAN = range(2)
SEXES = ("man", "woman")
# sentence
TO_6_MONTHS, TO_12_MONTHS, LONGER = range(3)
SENTENCES = ("to 6 months", "6 to 12 months", "longer")
# place
NOT_YET_RELEASED, COMMUNITY, CUSTODY, DEAD, FOLLOWED_UP, RESIDENTIAL = range(6)
STATUSES = ("not yet released", "community", "custody", "dead", "followed up", "residential treatment")
# housing; a short-stay bed (CAS-3) is temporary housing of its own, supported and Housing First places count as settled
SETTLED, TEMPORARY, ROUGH, CAS3, SUPPORTED, HOUSING_FIRST = range(6)
HOUSING = ("settled", "temporary", "rough", "short-stay bed", "supported", "Housing First")
# tolerance to opioids
KEPT, HALF, LOST = range(3)
# opioid substitution treatment
NO_OST, DAILY, DEPOT = range(3)
# treatment
NO_TREATMENT, WAITING, IN_TREATMENT = range(3)
TREATMENT = ("none", "waiting", "in treatment")
# causes of death
ALIVE, DRUG_POISONING, OTHER_CAUSE = range(3)
# lines a person can stand in, one place each at a time
(
    TREATMENT_SERVICE,
    NAVIGATOR_SERVICE,
    CAS3_SERVICE,
    SUPPORTED_SERVICE,
    REHAB_SERVICE,
    DETOX_SERVICE,
    WOMENS_REHAB_SERVICE,
    HOUSING_FIRST_SERVICE,
) = range(8)
SERVICE_TYPES = (
    "treatment",
    "navigator",
    "short-stay beds",
    "supported places",
    "rehabilitation",
    "detoxification",
    "women's rehabilitation",
    "Housing First",
)
N_SERVICE_TYPES = 8
NO_SERVICE = -1
# whose lives a run holds: the study year's people, and those released in the year before and after, who keep services
# as busy as they are in the middle of any year; a person's permanent number is the kind x MOST_PEOPLE + a count
COUNTED, EARLIER, LATER = range(3)
N_KINDS = 3
MOST_PEOPLE = 1 << 20
# ends of the bands of days since the first release in which nights, custody and deaths are added up
BAND_ENDS = (7, 14, 28, 56, 84, 126, 182, 240, 300, 365)
N_BANDS = len(BAND_ENDS)
# events of one day that the row of somebody whose diary is written can hold
MOST_LOGGED = 16


DAY_OF_RUN = "day of the run"


class Field(NamedTuple):
    """One field of the row. start: its value in a new row (clocks are wound separately)."""

    name: str
    kind: str
    unit: str
    meaning: str
    owner: str
    start: float = 0
    shape: tuple[int, ...] = ()


def _day(name: str, meaning: str, owner: str) -> Field:
    return Field(name, "i4", DAY_OF_RUN, meaning, owner, NEVER)


FIELDS: tuple[Field, ...] = (
    # clocks (sim/core/clocks.py)
    Field("rate", "i8", "ticks a moment", "speed of each clock", "clocks", 0, (N_CLOCKS,)),
    Field("left", "i8", "ticks", "threshold still to spend at `since`", "clocks", 0, (N_CLOCKS,)),
    Field("since", "i4", "moment", "when `left` was settled", "clocks", 0, (N_CLOCKS,)),
    Field("when", "i4", "moment", "crossing, NEVER when standing still", "clocks", NEVER, (N_CLOCKS,)),
    Field("n", "i4", "count", "occurrence of each clock", "clocks", 0, (N_CLOCKS,)),
    # calendar of wake days (sim/engine/calendar.py)
    Field("wake", "i4", DAY_OF_RUN, "day booked, -1 none", "calendar", -1),
    Field("following", "i4", "row", "next person booked for the same day, -1 none", "calendar", -1),
    Field("before", "i4", "row", "previous person booked for the same day, -1 none", "calendar", -1),
    Field("moved", "i1", "0/1", "joins or leaves a line today", "rules"),
    # who
    Field("stream", "u8", "bits", "key of all the person's chances", "cohort"),
    Field("digest", "u8", "bits", "digest of (moment, event) of the life so far", "ledger"),
    Field("watched", "i1", "0/1", "the day's events are kept for a diary", "diary"),
    Field("n_logged", "i1", "count", "events of the day kept so far", "ledger"),
    Field("number", "i4", "number", "permanent person number", "cohort"),
    Field("age", "f8", "years", "age at first release", "cohort"),
    Field("sex", "i1", "code", "man 0, woman 1", "cohort"),
    Field("need", "i1", "code", "main treatment need, see NEEDS", "cohort"),
    Field("injecting", "i1", "0/1", "injects (opiate needs only)", "cohort"),
    Field("ace4", "i1", "0/1", "four or more adverse childhood experiences", "cohort"),
    Field("any_ace", "i1", "0/1", "any adverse childhood experience", "cohort"),
    Field("complex_ptsd", "i1", "0/1", "complex post-traumatic stress", "cohort"),
    Field("abuse", "i1", "0/1", "has been abused and needs a safe space (women)", "cohort"),
    Field("drinks", "i1", "0/1", "an alcohol problem beside an opiate need", "cohort"),
    Field("mental_health", "i1", "0/1", "mental health need", "cohort"),
    Field("chemsex", "i1", "0/1", "chemsex need, hidden at the start", "cohort"),
    Field("no_fixed_abode", "i1", "0/1", "no fixed abode before custody", "cohort"),
    Field("sentence", "i1", "code", "see SENTENCES", "cohort"),
    Field("children", "i1", "0/1", "children under 18 before custody (women)", "cohort"),
    Field("licence_days", "i4", "days", "licence after first release", "cohort"),
    Field("home", "i4", "index", "home place of the area", "cohort"),
    Field("prison", "i4", "index", "prison of release; number of prisons = outside the region", "cohort"),
    Field("first_release", "i4", DAY_OF_RUN, "first release in the year", "cohort"),
    # where in life
    Field("status", "i1", "code", "see PLACES", "release, custody, deaths"),
    Field("housing", "i1", "code", "see HOUSING", "housing"),
    Field("using", "i1", "0/1", "uses drugs or drinks at risk now", "use"),
    Field("tolerance", "i1", "code", "kept, half or lost: release, residential place, long abstinence", "release, use"),
    Field("ost", "i1", "code", "none, daily or depot", "treatment"),
    Field("ost_is_new_start", "i1", "0/1", "this OST began in the community after a gap", "treatment"),
    Field("treatment", "i1", "code", "see TREATMENT", "treatment"),
    Field("engaged", "i1", "0/1", "kept a first appointment since the latest release", "treatment"),
    Field("ost_at_release", "i1", "0/1", "had a dose on the latest day of release", "release"),
    Field("attends_as_on_ost", "i1", "0/1", "on OST at release without a lever: the published attendance", "release"),
    Field("short_stay", "i1", "0/1", "the latest stay ordered was too short to lose tolerance", "custody"),
    Field("ost_when_taken", "i1", "0/1", "on OST when last taken into custody", "custody"),
    Field("has_naloxone", "i1", "0/1", "carries an own kit", "release"),
    Field("ready", "i1", "0/1", "leaves with identity papers, bank account and benefit claim", "release"),
    Field("disclosed", "i1", "0/1", "has told of trauma", "trauma"),
    Field("trauma_trained", "i1", "0/1", "the keyworker asks everybody and knows what to do", "trauma"),
    Field("language_trained", "i1", "0/1", "the keyworker is trained in words that respect", "stigma"),
    Field("in_womens_centre", "i1", "0/1", "has a place at a women's centre", "womens_services"),
    Field("recognised", "i1", "0/1", "the chemsex need has been recognised", "chemsex"),
    Field("matched", "i1", "0/1", "sees a practitioner who fits the chemsex need", "chemsex"),
    Field("dual_diagnosis_worker", "i1", "0/1", "a dual-diagnosis worker beside the keyworker", "dual_need"),
    Field("peer_worker", "i1", "0/1", "accompanied by a peer worker after the latest release", "mutual_aid"),
    Field("attends_mutual_aid", "i1", "0/1", "goes to meetings since the latest release", "mutual_aid"),
    Field("went_to_meetings", "i1", "0/1", "has gone to meetings after a release", "mutual_aid"),
    Field("met_mutual_aid", "i1", "0/1", "met mutual aid in prison", "mutual_aid"),
    Field("joint_case", "i1", "0/1", "probation and treatment manage the case together", "agencies"),
    Field("meeting_near", "i1", "0/1", "a meeting within reach of home in the evening", "engine"),
    Field("care_ratio", "f8", "ratio", "of the drop-out hazard, by how well the care fits", "care", 1),
    Field("met_before_release", "i1", "0/1", "a resettlement worker prepared the next release", "resettlement"),
    Field("wants_residential", "i1", "0/1", "asked for a residential place in this episode", "residential"),
    Field("ends_early", "i1", "0/1", "the present residential stay ends before it is complete", "residential"),
    _day("latest_release", "latest release", "release"),
    _day("custody_since", "latest day taken into custody", "custody"),
    _day("custody_until", "release from custody", "custody"),
    _day("licence_until", "end of licence", "release"),
    _day("spell_start", "start of the present housing", "housing"),
    _day("abstinent_since", "start of the present time without use: release or last stop", "use"),
    _day("ost_start", "start of the present OST in the community", "treatment"),
    _day("ost_stop", "end of the last OST in the community", "treatment"),
    _day("script_until", "day on which the release prescription or the last depot dose ends", "treatment"),
    _day("depot_since", "first dose of the present depot", "release"),
    _day(
        "tolerance_from",
        "start of the bands of lost tolerance: release, leaving a residential place, use after long abstinence",
        "release, use",
    ),
    _day("resettlement_until", "end of a resettlement worker's support", "resettlement"),
    _day("cas3_until", "last day of a short-stay bed", "beds"),
    _day("bed_day", "day of moving into a place offered the night before", "queues"),
    _day("residential_since", "start of the present residential stay", "residential"),
    _day("residential_until", "end of the present residential stay", "residential"),
    _day("treatment_start", "start of the present episode", "treatment"),
    _day("asked_on", "day of the referral or of asking for help", "referral"),
    _day("ready_day", "day of joining the waiting list", "referral"),
    _day("offer_from", "day from which the delay to the appointment counts", "referral"),
    _day("appointment_day", "first appointment offered", "queues"),
    _day("contact_day", "next contact in treatment", "treatment"),
    _day("first_payment", "first benefit payment after the latest release", "income"),
    _day("navigator_from", "start of a navigator's support", "navigator"),
    _day("navigator_until", "end of a navigator's support", "navigator"),
    Field("releases", "i4", "count", "releases so far", "release"),
    _day("disclosed_on", "first telling of trauma", "trauma"),
    Field("offers", "i4", "count", "first appointments met so far", "attendance"),
    Field("contacts", "i4", "count", "contacts in treatment so far", "attendance"),
    Field("episodes", "i4", "count", "episodes of treatment so far", "treatment"),
    Field("stays", "i4", "count", "residential stays so far", "residential"),
    Field("bed_ends", "i4", "count", "short-stay beds left after the longest stay", "beds"),
    Field("missed", "i4", "count", "first appointments missed in this referral", "referral"),
    Field("moves_up", "i4", "count", "moves to better housing so far", "housing"),
    Field("losses", "i4", "count", "homes lost so far", "housing"),
    Field("trust", "f8", "0-1", "alliance with the named worker", "trust"),
    Field("reference", "f8", "0-1", "mean path of trust at this time in treatment", "trust"),
    Field("trust_ratio", "f8", "ratio", "of the drop-out hazard, by trust against its reference", "trust", 1),
    # constant factors of this person's hazards under the run's numbers
    Field("use_factor", "f8", "ratio", "of the hazard of starting use, by need and adversity", "use", 1),
    Field("overdose_base", "f8", "per using person-day", "overdose hazard before state factors", "overdose"),
    Field("death_base", "f8", "per person-day", "hazard of other deaths before state factors", "deaths"),
    Field("attendance_traits", "f8", "log odds", "centred trait terms of keeping appointments", "attendance"),
    # lines
    Field("key", "u8", "queue key", "place in the queue, 0 when not waiting", "queues", 0, (N_SERVICE_TYPES,)),
    Field("service", "i4", "index", "service of each line, -1 none", "queues", NO_SERVICE, (N_SERVICE_TYPES,)),
    Field("worker", "i4", "index", "named worker of each line, -1 none", "queues", NO_SERVICE, (N_SERVICE_TYPES,)),
    Field("joins", "i1", "0/1", "joins the line's queue today", "rules", 0, (N_SERVICE_TYPES,)),
    Field("leaves", "i1", "0/1", "leaves the line's queue and place today", "rules", 0, (N_SERVICE_TYPES,)),
    Field("joined", "i4", "count", "times joined each line", "queues", 0, (N_SERVICE_TYPES,)),
    # today's facts, laid on the row by the engine before the person's day
    Field("journey_minutes", "f8", "minutes", "one way to today's appointment", "engine"),
    Field("journey_fare", "f8", "GBP", "fare one way to today's appointment", "engine"),
    Field("arrive_after", "f8", "minute of day", "earliest arrival possible", "engine"),
    Field("leave_before", "f8", "minute of day", "latest start of the way home, -1 none", "engine"),
    Field("home_minutes", "f8", "minutes", "journey from prison on the day of release", "engine"),
    Field("home_last_start", "f8", "minute of day", "latest start from prison that reaches home that day", "engine"),
    Field("naloxone_chance", "f8", "probability", "kit at release from this prison today", "engine"),
    Field("ost_chance", "f8", "probability", "on OST at release from this prison today", "engine"),
    Field("lost_chance", "f8", "probability", "referral from this prison lost today", "engine"),
    Field("booked_chance", "f8", "probability", "appointment booked before release today", "engine"),
    Field("depot_chance", "f8", "probability", "depot dose at release, of people on OST", "engine"),
    Field("bridged_chance", "f8", "probability", "release prescription bridged", "engine"),
    Field("resettlement_chance", "f8", "probability", "met by a resettlement worker before release", "engine"),
    Field("slot_from", "f8", "minute of day", "first appointment of the hub's day", "engine"),
    Field("slot_to", "f8", "minute of day", "last appointment of the hub's day", "engine"),
    Field("hub_closes", "f8", "minute of day", "closing time of the person's hub on the day of release", "engine"),
    Field("open_days", "i4", "bits", "weekdays on which the person's hub is open, bit k weekday k", "engine"),
    Field("planned_chance", "f8", "probability", "release planned for a good day and hour", "engine"),
    Field("met_mutual_aid_chance", "f8", "probability", "met mutual aid in this prison before release", "engine"),
    Field("contact_every", "i4", "days", "between contacts with the present keyworker", "engine", 1),
    Field("worker_is_bought", "i1", "0/1", "the keyworker's post is bought by a lever", "engine"),
    Field("worker_start", "f8", "0-1", "start value of trust with the present worker", "engine"),
    # what is counted
    Field("settled_at", "i4", "moment", "durations are settled up to here", "ledger"),
    Field("rough_moments", "i4", "moments", "time sleeping rough, by band", "ledger", 0, (N_BANDS,)),
    Field("custody_moments", "i4", "moments", "time back in custody, by band", "ledger", 0, (N_BANDS,)),
    Field("treatment_moments", "i4", "moments", "time in treatment, residential stays included", "ledger"),
    Field("bought_moments", "i4", "moments", "time in treatment with a keyworker bought by a lever", "ledger"),
    Field("waiting_moments", "i4", "moments", "time waiting for a first appointment", "ledger"),
    Field("using_treated_moments", "i4", "moments", "time using in treatment", "ledger"),
    Field("using_untreated_moments", "i4", "moments", "time using outside treatment", "ledger"),
    Field("residential_moments", "i4", "moments", "time in residential treatment", "ledger"),
    Field("exposed_at", "i4", "moment", "expected events are settled up to here", "ledger"),
    Field("fatality", "f8", "probability", "of an overdose now", "overdose"),
    Field("expected_overdoses", "f8", "events", "recorded non-fatal overdoses expected: hazard spent", "ledger"),
    Field("expected_drug_deaths", "f8", "events", "hazard spent x fatality, by band", "ledger", 0, (N_BANDS,)),
    Field("expected_other_deaths", "f8", "events", "hazard spent, by band", "ledger", 0, (N_BANDS,)),
    Field("first_night", "i1", "code", "housing on the first night", "release", -1),
    Field("housing_at_84", "i1", "code", "housing on day 84 of the first release, -1 not housed there", "ledger", -1),
    Field("death_cause", "i1", "code", "alive, drug poisoning, other", "deaths"),
    _day("death_day", "death", "deaths"),
    _day("first_engaged", "first appointment first kept", "treatment"),
    _day("first_use", "first use after the first release", "use"),
    _day("first_recall", "first recall to custody", "custody"),
    _day("first_breach", "first recall without a new charge", "custody"),
    _day("first_reoffence", "first proven reoffence", "reoffending"),
    Field("overdoses", "i4", "count", "non-fatal overdoses attended and so recorded", "overdose"),
    Field("recalls", "i4", "count", "recalls to custody", "custody"),
    Field("requests_lost", "i4", "count", "requests for help lost between agencies", "agencies"),
    Field("brought", "i4", "count", "appointments made possible by a lift, outreach or a remote contact", "access"),
    Field("missed_travel", "i4", "count", "appointments that could not be reached or returned from", "attendance"),
    Field("waits", "i4", "count", "first appointments offered", "queues"),
    Field("wait_days", "i4", "days", "from referral or asking to the first appointment offered", "queues"),
    # seldom read, and so behind everything else
    Field(
        "coverage",
        "f8",
        "share",
        "what is offered where the person lives (local_coverage.py)",
        "engine",
        0,
        (N_COVERAGE,),
    ),
    Field("logged", "i4", "moment of the day x 256 + code", "the day's events", "ledger", 0, (MOST_LOGGED,)),
)

PERSON = np.dtype(
    [(field.name, field.kind, field.shape) if field.shape else (field.name, field.kind) for field in FIELDS], align=True
)


def new_people(n: int) -> np.ndarray:
    """n rows at their start values (PERSON), with no traits and clocks unwound."""
    first = np.zeros(1, dtype=PERSON)
    for field in FIELDS:
        if field.start:
            first[field.name] = field.start
    people = np.empty(n, dtype=PERSON)
    as_bytes(people)[:] = as_bytes(first)
    return people


def as_bytes(people: np.ndarray) -> np.ndarray:
    """The rows as bytes, u1[people, bytes of a row]: copied so, they cost a sixth of what they cost field by field."""
    return people.view(np.uint8).reshape(len(people), people.dtype.itemsize)
