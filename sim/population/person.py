"""The record of one person: every field with its type, unit, meaning and owner.

A person is one row of a structured array; rules read and write it as `person.trust`. The owner is the module that
writes the field. `number` is permanent and keys the person's random numbers; the row in which somebody stands means
nothing.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import numpy as np

from sim.core.days import NEVER
from sim.core.records import Cells, Field, Rows, chance, count, day_of_run, fields_of, flag, record_dtype
from sim.population.codes import N_BANDS, N_SERVICE_TYPES, NO_SERVICE
from sim.population.coverage import N_COVERAGE
from sim.population.processes import N_CLOCKS

# events of one day that the row of somebody whose diary is written can hold
MOST_LOGGED = 16


class Person:
    """One person: what every field means, in which unit, and which module writes it. A row of an array with the dtype
    PERSON; nobody makes an instance."""

    # clocks (sim/core/clocks.py)
    rate: Annotated[Cells[int], Field("i8", "ticks a moment", "speed of each clock", "clocks", 0, (N_CLOCKS,))]
    left: Annotated[Cells[int], Field("i8", "ticks", "threshold still to spend at `since`", "clocks", 0, (N_CLOCKS,))]
    since: Annotated[Cells[int], Field("i4", "moment", "when `left` was settled", "clocks", 0, (N_CLOCKS,))]
    when: Annotated[
        Cells[int], Field("i4", "moment", "crossing, NEVER when standing still", "clocks", NEVER, (N_CLOCKS,))
    ]
    n: Annotated[Cells[int], Field("i4", "count", "occurrence of each clock", "clocks", 0, (N_CLOCKS,))]
    moved: Annotated[int, flag("joins or leaves a service today", "rules")]
    is_booked: Annotated[int, flag("has a first appointment in a hub's diary", "engine")]
    is_waiting: Annotated[int, flag("counts among those who wait for treatment", "engine")]
    # who
    stream: Annotated[np.uint64, Field("u8", "bits", "stream of the person's random numbers", "cohort")]
    digest: Annotated[np.uint64, Field("u8", "bits", "digest of (moment, event) of the life so far", "ledger")]
    watched: Annotated[int, flag("the day's events are kept for a diary", "diary")]
    n_logged: Annotated[int, Field("i1", "count", "events of the day kept so far", "ledger")]
    number: Annotated[int, Field("i4", "number", "permanent person number", "cohort")]
    age: Annotated[float, Field("f8", "years", "age at first release", "cohort")]
    sex: Annotated[int, Field("i1", "code", "man 0, woman 1", "cohort")]
    need: Annotated[int, Field("i1", "code", "main treatment need, see NEEDS", "cohort")]
    injecting: Annotated[int, flag("injects (opiate needs only)", "cohort")]
    ace4: Annotated[int, flag("four or more adverse childhood experiences", "cohort")]
    any_ace: Annotated[int, flag("any adverse childhood experience", "cohort")]
    complex_ptsd: Annotated[int, flag("complex post-traumatic stress", "cohort")]
    abuse: Annotated[int, flag("has been abused and needs a safe space (women)", "cohort")]
    drinks: Annotated[int, flag("an alcohol problem beside an opiate need", "cohort")]
    mental_health: Annotated[int, flag("mental health need", "cohort")]
    chemsex: Annotated[int, flag("chemsex need, hidden at the start", "cohort")]
    no_fixed_abode: Annotated[int, flag("no fixed abode before custody", "cohort")]
    sentence: Annotated[int, Field("i1", "code", "see SENTENCES", "cohort")]
    children: Annotated[int, flag("children under 18 before custody (women)", "cohort")]
    licence_days: Annotated[int, Field("i4", "days", "licence after first release", "cohort")]
    disadvantage: Annotated[
        float, Field("f8", "standard deviations", "the trait that ties roof, recall and reoffending together", "cohort")
    ]
    never_asks: Annotated[int, flag("never asks for help unless engaged since the latest release", "referral")]
    home: Annotated[int, Field("i4", "index", "home place of the area", "cohort")]
    prison: Annotated[int, Field("i4", "index", "prison of release; number of prisons = outside the region", "cohort")]
    first_release: Annotated[int, day_of_run("first release in the year", "cohort", 0)]
    # where in life
    status: Annotated[int, Field("i1", "code", "see STATUSES", "release, custody, deaths")]
    housing: Annotated[int, Field("i1", "code", "see HOUSING", "housing")]
    using: Annotated[int, flag("uses drugs or drinks at risk now", "use")]
    tolerance: Annotated[
        int,
        Field("i1", "code", "kept, half lost, lost, lost but for OST", "tolerance, treatment"),
    ]
    used_days: Annotated[
        int, Field("i4", "days", "of use since tolerance was lost, before the present spell", "tolerance")
    ]
    ost: Annotated[int, Field("i1", "code", "none, daily or depot", "treatment")]
    ost_is_new_start: Annotated[int, flag("this OST began in the community after a gap", "treatment")]
    treatment: Annotated[int, Field("i1", "code", "see TREATMENT", "treatment")]
    engaged: Annotated[int, flag("kept a first appointment since the latest release", "treatment")]
    ost_at_release: Annotated[int, flag("had a dose on the latest day of release", "release")]
    attends_as_on_ost: Annotated[int, flag("would be on OST at release today: the published attendance", "release")]
    remand: Annotated[
        int, flag("the coming or latest release is from remand or court: nothing planned", "cohort, custody")
    ]
    short_stay: Annotated[int, flag("the latest stay ordered was too short to lose tolerance", "custody")]
    ost_when_taken: Annotated[int, flag("on OST when last taken into custody", "custody")]
    has_naloxone: Annotated[int, flag("carries an own kit", "release")]
    others_kit: Annotated[float, chance("that somebody there uses a kit of theirs, seen", "overdose")]
    ready: Annotated[int, flag("leaves with identity papers, bank account and benefit claim", "release")]
    disclosed: Annotated[int, flag("has told of trauma", "trauma")]
    trauma_trained: Annotated[int, flag("the keyworker asks everybody and knows what to do", "trauma")]
    language_trained: Annotated[int, flag("the keyworker is trained in words that respect", "stigma")]
    in_womens_centre: Annotated[int, flag("has had a place at a women's centre", "womens_services")]
    recognised: Annotated[int, flag("the chemsex need has been recognised", "chemsex")]
    matched: Annotated[int, flag("has seen a practitioner who fits the chemsex need", "chemsex")]
    dual_diagnosis_worker: Annotated[int, flag("has had a dual-diagnosis worker beside the keyworker", "dual_need")]
    peer_worker: Annotated[int, flag("accompanied by a peer worker after the latest release", "mutual_aid")]
    attends_mutual_aid: Annotated[int, flag("goes to meetings since the latest release", "mutual_aid")]
    went_to_meetings: Annotated[int, flag("has gone to meetings after a release", "mutual_aid")]
    met_mutual_aid: Annotated[int, flag("met mutual aid in prison", "mutual_aid")]
    joint_case: Annotated[int, flag("probation and treatment manage the case together", "agencies")]
    meeting_near: Annotated[int, flag("a meeting within reach of home in the evening", "engine")]
    care_ratio: Annotated[float, Field("f8", "ratio", "of the drop-out hazard, by how well the care fits", "care", 1)]
    met_before_release: Annotated[int, flag("a resettlement worker prepared the next release", "resettlement")]
    wants_residential: Annotated[int, flag("asked for a residential place in this episode", "residential")]
    ends_early: Annotated[int, flag("the present residential stay ends before it is complete", "residential")]
    latest_release: Annotated[int, day_of_run("latest release", "release")]
    custody_since: Annotated[int, day_of_run("latest day taken into custody", "custody")]
    custody_until: Annotated[int, day_of_run("release from custody", "custody")]
    licence_until: Annotated[int, day_of_run("end of licence", "release")]
    spell_start: Annotated[int, day_of_run("start of the present housing", "housing")]
    abstinent_since: Annotated[int, day_of_run("start of the present time without use: release or last stop", "use")]
    ost_start: Annotated[int, day_of_run("start of the present OST in the community", "treatment")]
    ost_stop: Annotated[int, day_of_run("end of the last OST in the community", "treatment")]
    womens_centre_until: Annotated[
        int, day_of_run("end of what a place at a women's centre does, had since the latest release", "womens_services")
    ]
    dual_diagnosis_until: Annotated[
        int, day_of_run("end of what a dual-diagnosis worker does, met since the latest release", "dual_need")
    ]
    matched_until: Annotated[
        int, day_of_run("end of what a practitioner who fits gives back, met since the latest release", "chemsex")
    ]
    script_until: Annotated[
        int, day_of_run("day on which the release prescription or the last depot dose ends", "treatment")
    ]
    depot_since: Annotated[int, day_of_run("first dose of the present depot", "release")]
    using_since: Annotated[int, day_of_run("start of the present spell of use", "use")]
    resettlement_until: Annotated[int, day_of_run("end of a resettlement worker's support", "resettlement")]
    cas3_until: Annotated[int, day_of_run("last day of a short-stay bed", "beds")]
    bed_day: Annotated[int, day_of_run("day of moving into a place offered the night before", "queues")]
    residential_since: Annotated[int, day_of_run("start of the present residential stay", "residential")]
    residential_until: Annotated[int, day_of_run("end of the present residential stay", "residential")]
    treatment_start: Annotated[int, day_of_run("start of the present episode", "treatment")]
    asked_on: Annotated[int, day_of_run("day of the referral or of asking for help", "referral")]
    ready_day: Annotated[int, day_of_run("day of joining the waiting list", "referral")]
    appointment_day: Annotated[int, day_of_run("first appointment offered", "queues")]
    contact_day: Annotated[int, day_of_run("next contact in treatment", "treatment")]
    first_payment: Annotated[int, day_of_run("first benefit payment after the latest release", "income")]
    navigator_from: Annotated[int, day_of_run("start of a navigator's support", "navigator")]
    navigator_until: Annotated[int, day_of_run("end of a navigator's support", "navigator")]
    releases: Annotated[int, count("releases so far", "release")]
    disclosed_on: Annotated[int, day_of_run("first telling of trauma", "trauma")]
    offers: Annotated[int, count("first appointments met so far", "attendance")]
    contacts: Annotated[int, count("contacts in treatment so far", "attendance")]
    episodes: Annotated[int, count("episodes of treatment so far", "treatment")]
    stays: Annotated[int, count("residential stays so far", "residential")]
    bed_ends: Annotated[int, count("short-stay beds left at the planned end", "beds")]
    missed: Annotated[int, count("first appointments missed in this referral", "referral")]
    moves_up: Annotated[int, count("moves to somewhere better to stay so far", "housing")]
    losses: Annotated[int, count("homes and temporary housing lost so far", "housing")]
    street_days: Annotated[
        int, Field("i4", "days", "on the street in this time without a home, before the present housing", "housing")
    ]
    trust: Annotated[float, Field("f8", "0-1", "alliance with the named worker", "trust")]
    reference: Annotated[float, Field("f8", "0-1", "mean path of trust at this time in treatment", "trust")]
    trust_ratio: Annotated[
        float, Field("f8", "ratio", "of the drop-out hazard, by trust against its reference", "trust", 1)
    ]
    # constant factors of this person's hazards under the run's numbers
    use_factor: Annotated[float, Field("f8", "ratio", "of the hazard of starting use, by need and adversity", "use", 1)]
    overdose_base: Annotated[
        float, Field("f8", "per using person-day", "overdose hazard before state factors", "overdose")
    ]
    death_base: Annotated[
        float, Field("f8", "per person-day", "hazard of other deaths but suicide before state factors", "deaths")
    ]
    attendance_traits: Annotated[
        float, Field("f8", "log odds", "centred trait terms of keeping appointments", "attendance")
    ]
    recall_factor: Annotated[
        float, Field("f8", "ratio", "of the hazard of recall for a breach, by disadvantage", "supervision", 1)
    ]
    reoffence_factor: Annotated[
        float, Field("f8", "ratio", "of the hazard of a proven reoffence, by disadvantage", "reoffending", 1)
    ]
    contact_support: Annotated[
        float, Field("f8", "log odds", "added to probation contact by who is at the person's side", "supervision")
    ]
    missed_contact: Annotated[
        Cells[float],
        Field("f8", "ratio", "of recall for a breach, by missed contact: home, rough, hidden", "supervision", 1, (3,)),
    ]
    # accounts since the last settling
    settled_at: Annotated[int, Field("i4", "moment", "durations are settled up to here", "ledger")]
    exposed_at: Annotated[int, Field("i4", "moment", "expected events are settled up to here", "ledger")]
    fatality: Annotated[float, chance("of an overdose now", "overdose")]
    suicide_part: Annotated[
        float, chance("that a death which is no poisoning is a suicide, since exposed_at", "deaths")
    ]
    exposed_inside: Annotated[int, flag("has been in custody since exposed_at", "deaths")]
    # services
    service: Annotated[
        Cells[int], Field("i4", "index", "service of each type, -1 none", "queues", NO_SERVICE, (N_SERVICE_TYPES,))
    ]
    worker: Annotated[
        Cells[int], Field("i4", "index", "named worker of each type, -1 none", "queues", NO_SERVICE, (N_SERVICE_TYPES,))
    ]
    held_after: Annotated[int, Field("i4", "row", "next person on the keyworker's roll, -1 none", "rolls", -1)]
    held_before: Annotated[int, Field("i4", "row", "previous person on the keyworker's roll, -1 none", "rolls", -1)]
    joins: Annotated[Cells[int], Field("i1", "0/1", "joins the service's queue today", "rules", 0, (N_SERVICE_TYPES,))]
    leaves: Annotated[
        Cells[int], Field("i1", "0/1", "leaves the service's queue and slot today", "rules", 0, (N_SERVICE_TYPES,))
    ]
    # the hub
    open_days: Annotated[
        int, Field("i4", "bits", "weekdays on which the person's hub is open, bit k weekday k", "engine")
    ]
    contact_every: Annotated[
        float, Field("f8", "working days", "between contacts at the hub, when last met", "engine", 1)
    ]
    worker_start: Annotated[float, Field("f8", "0-1", "start value of trust with the present worker", "engine")]
    # queues; from here on a row is read on some days alone, and not fetched ahead (HOT_UNTIL)
    key: Annotated[
        Cells[np.uint64],
        Field("u8", "queue key", "order in the queue, 0 when not waiting", "queues", 0, (N_SERVICE_TYPES,)),
    ]
    joined: Annotated[Cells[int], Field("i4", "count", "times joined each type", "queues", 0, (N_SERVICE_TYPES,))]
    # what holds today, set on the row by the engine before the person's day
    journey_minutes: Annotated[float, Field("f8", "minutes", "one way to today's appointment", "engine")]
    journey_fare: Annotated[float, Field("f8", "GBP", "fare one way to today's appointment", "engine")]
    arrive_after: Annotated[float, Field("f8", "minute of day", "earliest arrival possible", "engine")]
    leave_before: Annotated[float, Field("f8", "minute of day", "latest start of the way home, -1 none", "engine")]
    home_minutes: Annotated[float, Field("f8", "minutes", "journey from prison on the day of release", "engine")]
    home_last_start: Annotated[
        float, Field("f8", "minute of day", "latest start from prison that reaches home that day", "engine")
    ]
    naloxone_chance: Annotated[float, chance("kit at release from this prison today", "engine")]
    ost_chance: Annotated[float, chance("on OST at release from this prison today", "engine")]
    lost_chance: Annotated[float, chance("referral from this prison lost today", "engine")]
    booked_chance: Annotated[float, chance("handover to the hub made before release today", "engine")]
    depot_chance: Annotated[float, chance("depot dose at release, of people on OST", "engine")]
    bridged_chance: Annotated[float, chance("release prescription bridged", "engine")]
    resettlement_chance: Annotated[float, chance("met by a resettlement worker before release", "engine")]
    slot_from: Annotated[float, Field("f8", "minute of day", "first appointment of the hub's day", "engine")]
    slot_to: Annotated[float, Field("f8", "minute of day", "last appointment of the hub's day", "engine")]
    hub_closes: Annotated[
        float, Field("f8", "minute of day", "closing time of the person's hub on the day of release", "engine")
    ]
    planned_chance: Annotated[float, chance("release planned for a good day and hour", "engine")]
    met_mutual_aid_chance: Annotated[float, chance("met mutual aid in this prison before release", "engine")]
    # what is counted
    rough_moments: Annotated[
        Cells[int], Field("i4", "moments", "time sleeping rough, by band", "ledger", 0, (N_BANDS,))
    ]
    hidden_moments: Annotated[int, Field("i4", "moments", "time homeless, not on the street", "ledger")]
    custody_moments: Annotated[
        Cells[int], Field("i4", "moments", "time back in custody, by band", "ledger", 0, (N_BANDS,))
    ]
    treatment_moments: Annotated[int, Field("i4", "moments", "time in treatment, residential stays included", "ledger")]
    waiting_moments: Annotated[int, Field("i4", "moments", "time waiting for a first appointment", "ledger")]
    using_treated_moments: Annotated[int, Field("i4", "moments", "time using in treatment", "ledger")]
    using_untreated_moments: Annotated[int, Field("i4", "moments", "time using outside treatment", "ledger")]
    residential_moments: Annotated[int, Field("i4", "moments", "time in residential treatment", "ledger")]
    temporary_moments: Annotated[int, Field("i4", "moments", "time in temporary housing", "ledger")]
    daily_ost_moments: Annotated[
        int, Field("i4", "moments", "time in the community on daily OST, a depot left out", "ledger")
    ]
    expected_overdoses: Annotated[
        float, Field("f8", "events", "recorded non-fatal overdoses expected: hazard spent", "ledger")
    ]
    expected_drug_deaths: Annotated[
        Cells[float], Field("f8", "events", "hazard spent x fatality, by band", "ledger", 0, (N_BANDS,))
    ]
    expected_other_deaths: Annotated[
        Cells[float], Field("f8", "events", "hazard spent, by band", "ledger", 0, (N_BANDS,))
    ]
    expected_suicides: Annotated[Cells[float], Field("f8", "events", "hazard spent, by band", "ledger", 0, (N_BANDS,))]
    expected_custody_deaths: Annotated[
        Cells[float], Field("f8", "events", "hazard spent in custody: other deaths, suicides", "ledger", 0, (2,))
    ]
    first_night: Annotated[int, Field("i1", "code", "housing on the first night", "release", -1)]
    housing_at_84: Annotated[
        int, Field("i1", "code", "housing on day 84 of the first release, -1 not in the community", "ledger", -1)
    ]
    housing_at_364: Annotated[
        int, Field("i1", "code", "housing as day 364 of the first release ends, -1 not in the community", "ledger", -1)
    ]
    death_cause: Annotated[int, Field("i1", "code", "see CAUSES_OF_DEATH", "deaths")]
    died_in_custody: Annotated[int, flag("died in custody", "deaths")]
    death_day: Annotated[int, day_of_run("death", "deaths")]
    first_engaged: Annotated[int, day_of_run("first appointment first kept", "treatment")]
    first_use: Annotated[int, day_of_run("first use after the first release", "use")]
    first_recall: Annotated[int, day_of_run("first recall to custody", "custody")]
    first_breach: Annotated[int, day_of_run("first recall without a new charge", "custody")]
    first_reoffence: Annotated[int, day_of_run("first proven reoffence", "reoffending")]
    overdoses: Annotated[int, count("non-fatal overdoses attended and so recorded", "overdose")]
    recalls: Annotated[int, count("recalls to custody", "custody")]
    requests_lost: Annotated[int, count("requests for help lost between agencies", "agencies")]
    gave_up: Annotated[int, count("waits for a first appointment given up", "referral")]
    brought: Annotated[int, count("appointments made possible by a lift, outreach or a remote contact", "access")]
    missed_travel: Annotated[int, count("appointments that could not be reached or returned from", "attendance")]
    injections: Annotated[int, count("depot doses given in the community", "treatment")]
    waits: Annotated[int, count("first appointments offered", "queues")]
    wait_days: Annotated[int, Field("i4", "days", "from referral or asking to the first appointment offered", "queues")]
    # seldom read, and so behind everything else
    need_seen: Annotated[
        int, Field("i4", "index", "place among scores of the need that services see, 0 highest", "cohort")
    ]
    need_told: Annotated[int, Field("i4", "index", "the same once the person has told of trauma", "cohort")]
    seen_above: Annotated[
        Cells[float],
        Field("f8", "share", "with a higher score: first releases, later ones, women", "cohort", 0, (3,)),
    ]
    seen_equal: Annotated[
        Cells[float], Field("f8", "share", "with the same score, of the same groups", "cohort", 1, (3,))
    ]
    coverage: Annotated[
        Cells[float],
        Field("f8", "share", "what is offered where the person lives (Coverage)", "engine", 0, (N_COVERAGE,)),
    ]
    logged: Annotated[
        Cells[int], Field("i4", "moment of the day x 256 + code", "the day's events", "ledger", 0, (MOST_LOGGED,))
    ]


FIELDS = fields_of(Person)
HOT_UNTIL = "key"  # the first field that is not read every day that a person lives
PERSON = record_dtype(Person)
People: TypeAlias = Rows[Person]


def new_people(n: int) -> np.ndarray[Any, Any]:
    """n rows at their start values (PERSON), with no traits and clocks not yet started."""
    first = np.zeros(1, dtype=PERSON)
    for name, field in FIELDS.items():
        first[name] = field.start
    people = np.empty(n, dtype=PERSON)
    as_bytes(people)[:] = as_bytes(first)
    return people


def as_bytes(people: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The rows as bytes, u1[people, bytes of a row]: copied so, they cost a sixth of what they cost field by field."""
    return people.view(np.uint8).reshape(len(people), people.dtype.itemsize)
