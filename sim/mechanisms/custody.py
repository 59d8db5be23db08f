"""Return to custody and what it ends.

A proven reoffence on licence brings a recall with probability recall_on_charge, off it a new sentence with
after_reoffence; a breach always brings one (supervision.py). Stay of a recall, by the law of its day (the law table of
sim/evidence, as the engine sets it): fixed-term with the law's share for the sentence, to 12 months or longer, for the
law's days; otherwise standard_recall_days (a quarter for short sentences). A recall on a sentence to 12 months ends
with the licence at the latest, as the sentence is over by then. One random number a recall decides under whatever law,
so that laws are paired. A later law that ends stays releases people on a standard recall as its own fixed term would,
not before its first day. A new sentence: new_sentence_days; after it remand_share of people leave from remand or from
court with the time served: without a referral and with nothing planned (a recall is never one). A release due at a
weekend is brought forward to Friday or Thursday, or waits for Monday.
Custody ends the treatment episode, every slot held, referral, support, residential stay and use; people on OST when
taken in keep it there, others are drawn so that the published share holds on release.
Reads custody.* but releases_per_person, population.friday_release, population.released_from_remand.
Writes status, custody_since, custody_until, ost_when_taken, remand, recalls, first_recall, first_breach. Left out:
approved premises, discretion beyond the law's share, release on home detention curfew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.days import MOST_LAWS, NEVER
from sim.core.keys import uniform, whole
from sim.core.records import Cells, Floats
from sim.mechanisms import chemsex, dual_need, housing, referral, tolerance, treatment, womens_services
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.ledger import on_licence, settle_time
from sim.mechanisms.quantities import Values, first_days, mean_days, probability
from sim.mechanisms.queueing import leave_all_services
from sim.population import processes as P
from sim.population.codes import CUSTODY, LONGER, NO_OST, NO_TREATMENT, SETTLED
from sim.population.margins import Margins
from sim.population.person import Person

FRIDAY, SATURDAY = 4, 5  # Monday 0

READS = ("custody.*", "population.friday_release", "population.released_from_remand")
WHEN_OFF: Mapping[str, float] = {
    "standard_recall_days": 1,
    "new_sentence_days": 1,
    "recall_on_charge": 0.0,
    "after_reoffence": 0.0,
}
EXPECTED_TO_MOVE = "custody_days"


class Numbers(Protocol):
    """Stays in custody and what release after one depends on."""

    law_from: Annotated[Cells[int], first_days("of each law of recall, set by the engine", MOST_LAWS)]
    law_fixed_share: Annotated[
        Floats, probability("that a recall is fixed-term, by law: sentences to 12 months, longer", MOST_LAWS, 2)
    ]
    law_fixed_days: Annotated[Floats, mean_days("of a fixed-term recall, whole, by law and sentence", MOST_LAWS, 2)]
    law_ends_stays: Annotated[
        Cells[float], probability("that a law ends standard recalls of people inside as its own fixed terms", MOST_LAWS)
    ]
    standard_recall_days: Annotated[Cells[float], mean_days("of a standard recall, by sentence", 2)]
    recall_on_charge: Annotated[float, probability("that a proven reoffence on licence leads to recall")]
    after_reoffence: Annotated[float, probability("that a proven reoffence off licence leads to custody")]
    new_sentence_days: Annotated[float, mean_days("of a new sentence")]
    tolerance_days: Annotated[float, mean_days("without opioids after which tolerance is lost")]
    ost_when_taken_share: Annotated[float, probability("of substitution treatment when taken in, usual share")]
    friday_share: Annotated[float, probability("of weekend releases brought forward that come on the Friday")]
    remand_share: Annotated[float, probability("of releases after a new sentence that come from remand or court")]


class Params(Numbers, treatment.Numbers, Protocol):
    """What the rules here read: these numbers and those of the mechanisms that they ask."""


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Days and probabilities; index 0 sentences to 12 months, 1 longer. The engine sets the laws: until then there is
    none, and no recall is fixed-term."""
    standard = draw["custody.standard_recall_days"]
    return {
        "law_from": (NEVER,) * MOST_LAWS,
        "law_fixed_share": ((0.0, 0.0),) * MOST_LAWS,
        "law_fixed_days": ((1.0, 1.0),) * MOST_LAWS,
        "law_ends_stays": (0.0,) * MOST_LAWS,
        "standard_recall_days": (max(1.0, standard / 4.0), standard),
        "recall_on_charge": draw["custody.recall_on_charge"],
        "after_reoffence": draw["custody.after_reoffence"],
        "new_sentence_days": max(1.0, draw["custody.new_sentence_days"]),
        "tolerance_days": draw["custody.tolerance_days"],
        "ost_when_taken_share": draw["custody.ost_when_taken_share"],
        "friday_share": draw["population.friday_release"],
        "remand_share": draw["population.released_from_remand"],
    }


@kernel
def within_licence(person: Person, stay: int, day: int) -> int:
    """A stay of today on a sentence to 12 months, cut at the end of the licence; a day at least."""
    return int(max(1, min(stay, person.licence_until - day)))


@kernel
def fixed_term(person: Person, params: Numbers, law: int, day: int) -> int:
    """Days of a fixed-term recall of today under a law."""
    if person.sentence == LONGER:
        return int(params.law_fixed_days[law, 1])
    return within_licence(person, int(params.law_fixed_days[law, 0]), day)


@kernel
def recall_stay(person: Person, params: Numbers, day: int) -> int:
    """Days in custody of a recall of today."""
    long = 1 if person.sentence == LONGER else 0
    law = 0
    while law + 1 < MOST_LAWS and params.law_from[law + 1] <= day:
        law += 1
    u = uniform(person.stream, P.RECALL_FIXED_TERM, person.recalls)
    if u < params.law_fixed_share[law, long]:
        return fixed_term(person, params, law, day)
    stay = whole(params.standard_recall_days[long], person.stream, P.RECALL_DAYS, person.recalls)
    if not long:
        stay = within_licence(person, stay, day)
    for later in range(law + 1, MOST_LAWS):
        if params.law_from[later] == NEVER:
            break
        if params.law_ends_stays[later] and u < params.law_fixed_share[later, long]:
            stay = min(stay, max(params.law_from[later] - day, fixed_term(person, params, later, day)))
    return int(stay)


@kernel
def loses_tolerance(person: Person, params: Numbers, days_without: int) -> bool:
    """Whether so many days without opioids lose tolerance; one threshold of whole days a release."""
    return days_without >= whole(params.tolerance_days, person.stream, P.TOLERANCE_DAYS, person.releases)


@kernel
def release_day(person: Person, params: Params, day: int, stay: int) -> int:
    """Day of release after a stay: nobody is released at a weekend but on the Friday or Thursday before, or on Monday.

    The choice of Friday follows population.friday_release. A release that cannot be brought forward waits for Monday.
    """
    due = day + max(stay, 1)
    weekday = (params.start_weekday + due) % 7
    if weekday < SATURDAY:
        return int(due)
    friday = due - (weekday - FRIDAY)
    if friday <= day:
        return int(due + 7 - weekday)
    thursday = uniform(person.stream, P.RELEASE_BROUGHT_FORWARD, person.releases) >= params.friday_share
    return int(friday - 1 if thursday and friday - 1 > day else friday)


@kernel
def enter(person: Person, params: Params, day: int, t: int, stay: int) -> None:
    """Taken into custody at moment t for about `stay` days, at least until tomorrow."""
    settle_time(person, t)
    log_event(person, t, Event.TAKEN_INTO_CUSTODY)
    person.status = CUSTODY
    person.custody_since = day
    person.custody_until = release_day(person, params, day, stay)
    person.short_stay = 0 if loses_tolerance(person, params, stay) else 1
    person.ost_when_taken = 1 if person.ost != NO_OST else 0
    treatment.count_injections(person, params, day)
    person.ost = NO_OST
    tolerance.end_use(person, day)
    person.treatment = NO_TREATMENT
    person.contact_day = NEVER
    person.script_until = NEVER
    person.residential_until = NEVER
    person.wants_residential = 0
    person.navigator_until = NEVER
    person.resettlement_until = NEVER
    person.peer_worker = 0
    person.attends_mutual_aid = 0
    person.joint_case = 0
    womens_services.leave_centre(person)
    dual_need.leave_worker(person)
    chemsex.leave_practitioner(person)
    referral.withdraw(person)
    housing.leave_bed(person)
    person.housing = SETTLED  # nobody's: the next release draws anew
    leave_all_services(person)


@kernel
def recall(person: Person, params: Params, day: int, t: int, is_breach: bool) -> None:
    """Recalled on licence, for a breach or with a new charge; the first recall of a kind sets its measure."""
    stay = recall_stay(person, params, day)
    person.remand = 0
    person.recalls += 1
    if person.first_recall > day:
        person.first_recall = day
    if is_breach and person.first_breach > day:
        person.first_breach = day
    enter(person, params, day, t, stay)


@kernel
def after_reoffence(person: Person, params: Params, day: int, t: int, occurrence: int) -> None:
    """A proven reoffence brings custody or not: a recall on licence, a new sentence off it, by one random number."""
    u = uniform(person.stream, P.REOFFENCE_CUSTODY, occurrence)
    if on_licence(person, day):
        if u < params.recall_on_charge:
            recall(person, params, day, t, False)
    elif u < params.after_reoffence:
        stay = whole(params.new_sentence_days, person.stream, P.NEW_SENTENCE_DAYS, occurrence)
        person.remand = uniform(person.stream, P.REMAND, person.releases + 1) < params.remand_share
        enter(person, params, day, t, stay)
