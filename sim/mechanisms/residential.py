"""Residential treatment: rehabilitation for people with drug needs, detoxification for people with an alcohol need.

Places are bought by levers; what today's places hold of people leaving prison is not known and stands inside today's
figures. Somebody who starts community treatment while using asks for a place with probability residential_wanted and
waits in the queue for as long as treatment in the community lasts. Rehabilitation lasts rehab_days, detoxification
detox_days; a stay ends early with rehab_early_end or detox_early_end, in rehabilitation rehab_early_share of it in the
first 21 days, otherwise evenly. Inside, use, overdose, housing and reoffending stand still; recall and other deaths
go on; substitution treatment ends on entering. Whoever was homeless has temporary housing from entering on: nobody
carries the risks of the street inside, or goes back to it on the day of leaving. On leaving, people with opiate needs
have lost tolerance (half of it after fewer than tolerance_days). A completed stay goes on as community treatment with
the same keyworker; an early end ends treatment too. Places for women (a lever) are a service type of their own;
they take children, and care that fits there makes an early end less likely: with e the usual share 1 - (1 - e)^h of
stays end early, h = fitted_dropout_hr. A mother takes a place in mixed rehabilitation only with a probability
(womens_services.py). A woman waits for every place that she would take, and takes that for women where both are offered
on one night.
Reads treatment.rehab_*, treatment.detox_*, treatment.residential_wanted, custody.tolerance_days,
trauma.fitted_dropout_hr.
Writes status, residential_since, residential_until, ends_early, wants_residential, tolerance.
Left out: rehabilitation for people with an alcohol need, detoxification from opioids as a stay of its own, fees paid
by people themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.days import NEVER
from sim.core.keys import uniform, whole
from sim.core.records import Cells
from sim.mechanisms import custody, housing, tolerance, treatment, womens_services
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.ledger import settle_time, start_of
from sim.mechanisms.quantities import Values, mean_days, probability
from sim.mechanisms.queueing import join_queue, leave_service, waits_or_is_served
from sim.population import processes as P
from sim.population.codes import (
    ALCOHOL,
    CAS3,
    COMMUNITY,
    DETOX_SERVICE,
    IN_TREATMENT,
    LOST,
    NO_OST,
    OPIATE_NO_CRACK,
    REHAB_SERVICE,
    RESIDENTIAL,
    SUPPORTED,
    SUPPORTED_SERVICE,
    TEMPORARY,
    WOMAN,
    WOMENS_REHAB_SERVICE,
)
from sim.population.margins import Margins
from sim.population.person import Person

EARLY_DAYS = 21  # first three weeks, in which most early endings fall

READS = (
    "treatment.rehab_*",
    "treatment.detox_*",
    "treatment.residential_wanted",
    "custody.tolerance_days",
    "trauma.fitted_dropout_hr",
)
WHEN_OFF: Mapping[str, float] = {"residential_wanted": 0.0}
EXPECTED_TO_MOVE = "residential_days"


class Numbers(Protocol):
    """Residential stays: rehabilitation, detoxification, rehabilitation for women."""

    residential_wanted: Annotated[float, probability("that somebody who starts treatment while using asks for a place")]
    residential_days: Annotated[Cells[float], mean_days("of a complete stay", 3)]
    residential_early_end: Annotated[Cells[float], probability("that a stay ends early", 3)]
    residential_early_share: Annotated[Cells[float], probability("that an early end falls in the first 21 days", 3)]


class Params(Numbers, custody.Params, womens_services.Numbers, tolerance.Numbers, Protocol):
    """What the rules here read: these numbers and those of the mechanisms that they ask."""


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Index 0 rehabilitation, 1 detoxification, whose early endings fall evenly, 2 rehabilitation for women."""
    early, early_share = draw["treatment.rehab_early_end"], draw["treatment.rehab_early_share"]
    fitted = 1.0 - (1.0 - early) ** draw["trauma.fitted_dropout_hr"]
    rehab, detox = max(2.0, draw["treatment.rehab_days"]), max(2.0, draw["treatment.detox_days"])
    return {
        "residential_wanted": draw["treatment.residential_wanted"],
        "residential_days": (rehab, detox, rehab),
        "residential_early_end": (early, draw["treatment.detox_early_end"], fitted),
        "residential_early_share": (early_share, 1.0, early_share),
    }


@kernel
def service_type_held(person: Person) -> int:
    """The service type of the place that the person holds, one for women before a mixed one; without a place, that of
    mixed places for the need."""
    if person.need == ALCOHOL:
        return DETOX_SERVICE
    return WOMENS_REHAB_SERVICE if person.worker[WOMENS_REHAB_SERVICE] >= 0 else REHAB_SERVICE


@kernel
def kind_of(person: Person) -> int:
    """0 rehabilitation, 1 detoxification, 2 rehabilitation for women, by the slot held."""
    service_type = service_type_held(person)
    return 1 if service_type == DETOX_SERVICE else (2 if service_type == WOMENS_REHAB_SERVICE else 0)


@kernel
def ask(person: Person, params: Numbers) -> None:
    """At the start of community treatment, somebody who uses asks for a place or not."""
    person.wants_residential = 0
    if person.using and uniform(person.stream, P.WANTS_RESIDENTIAL, person.episodes) < params.residential_wanted:
        person.wants_residential = 1


@kernel
def queue_for(person: Person, service_type: int, wants: bool) -> None:
    """Joins the queue of a kind of place that the person would take, or leaves it."""
    if person.service[service_type] < 0:
        return
    waits = waits_or_is_served(person, service_type)
    if wants and not waits:
        join_queue(person, service_type)
    elif waits and not wants and person.status != RESIDENTIAL:
        leave_service(person, service_type)


@kernel
def at_night(person: Person, params: Params) -> None:
    """Joins the queues while a place is wanted and community treatment lasts, and leaves them otherwise."""
    wants = person.wants_residential != 0 and person.status == COMMUNITY and person.treatment == IN_TREATMENT
    if person.need == ALCOHOL:
        queue_for(person, DETOX_SERVICE, wants)
        return
    if person.sex == WOMAN:
        queue_for(person, WOMENS_REHAB_SERVICE, wants)
    queue_for(person, REHAB_SERVICE, wants and womens_services.takes_mixed_place(person, params, person.episodes))


@kernel
def days_of_stay(person: Person, params: Numbers) -> int:
    """Days of the stay that begins, drawn with whether it ends early."""
    kind = kind_of(person)
    planned = whole(params.residential_days[kind], person.stream, P.RESIDENTIAL_DAYS, person.stays)
    person.ends_early = 0
    if uniform(person.stream, P.RESIDENTIAL_ENDS_EARLY, person.stays) >= params.residential_early_end[kind]:
        return planned
    person.ends_early = 1
    u = uniform(person.stream, P.RESIDENTIAL_EARLY_DAY, person.stays)
    early, share = min(EARLY_DAYS, planned - 1), params.residential_early_share[kind]
    if u < share:
        return 1 + int(early * u / share)
    return int(min(planned - 1, early + 1 + int((planned - 1 - early) * (u - share) / (1.0 - share))))


@kernel
def enter(person: Person, params: Params, day: int, t: int) -> None:
    """The person moves into the residential place; a short-stay bed, or another place offered last night, is given up,
    a supported home kept."""
    settle_time(person, t)
    log_event(person, t, Event.RESIDENTIAL_STARTED)
    person.residential_since = day
    person.residential_until = day + days_of_stay(person, params)
    person.stays += 1
    if person.housing == CAS3 or housing.is_homeless(person.housing):
        housing.move(person, TEMPORARY, day, t)
    if person.worker[SUPPORTED_SERVICE] >= 0 and person.housing != SUPPORTED:
        leave_service(person, SUPPORTED_SERVICE)
    entered = service_type_held(person)
    for service_type in (REHAB_SERVICE, WOMENS_REHAB_SERVICE):
        if service_type != entered and waits_or_is_served(person, service_type):
            leave_service(person, service_type)
    person.status = RESIDENTIAL
    person.wants_residential = 0
    tolerance.end_use(person, day)
    treatment.count_injections(person, params, day)
    person.ost = NO_OST
    person.ost_stop = NEVER
    person.script_until = NEVER
    person.contact_day = NEVER


@kernel
def leave(person: Person, params: Params, day: int, t: int) -> None:
    """The stay ends: back to the community, tolerance lost, treatment going on only after a completed stay."""
    settle_time(person, t)
    log_event(person, t, Event.RESIDENTIAL_ENDED)
    person.status = COMMUNITY
    person.residential_until = NEVER
    leave_service(person, service_type_held(person))
    person.abstinent_since = day
    if person.need <= OPIATE_NO_CRACK:
        if custody.loses_tolerance(person, params, day - person.residential_since):
            tolerance.set_state(person, LOST)
        else:
            tolerance.lose_half(person, params, day)
    if person.ends_early:
        treatment.leave(person, params, day, t)
    else:
        person.contact_day = treatment.next_contact(person, params, day)


@kernel
def at_dawn(person: Person, params: Params, day: int) -> None:
    """A stay ends on its last day; a place offered last night is moved into."""
    t = start_of(day)
    if person.status == RESIDENTIAL and day == person.residential_until:
        leave(person, params, day, t)
    elif (
        day == person.bed_day
        and person.status == COMMUNITY
        and person.treatment == IN_TREATMENT
        and person.worker[service_type_held(person)] >= 0
    ):
        enter(person, params, day, t)
