"""The day of release.

In order: substitution treatment and tolerance as custody leaves them, naloxone, first night, use, benefit claim,
mutual aid and peers, whether agencies manage the case together, arrival and referral.
First night before beds, by one scale of odds: homeless with p(b1 + l + h), homeless or in temporary housing with
p(b2 + l), otherwise settled, l = disadvantage.homeless x the trait + what is left for a sentence to 12 months and for
no fixed abode beside it, h = ln homeless_or with a navigator or resettlement worker, which so moves nobody from
temporary to settled housing. b1 and b2 are centred so that the shares before beds hold over people, and what is left so
that the published odds ratios do (sim/population/disadvantage.py). Of people who are homeless first_night_street are on
the street, the rest hidden. Then short-stay beds, which were offered the night before.
Use on the day: 0.298 (alcohol 0.424), with a dose of OST 1 - (1 - p)^ost_hr.
Readiness: with a navigator or resettlement worker the person leaves with papers, bank account and claim (income.py).
Whoever leaves from remand or court leaves without what needs a plan: bed, bridged prescription, depot, referral, a
worker met before, a chosen day. Treatment in custody and kits are as for others, since their published shares count
everybody released.
On OST a depot dose with the prison's chance (a lever) covers depot_cover_days; otherwise the prescription is bridged or
ends after a day.
Arrival: release between 10:00 and 12:00, at 09:00 where it is planned (release_planning.py); the journey home decides
whether the service is still open on arrival; after the last departure home is reached a day later.
Reads housing.* of the first night, disadvantage.homeless, use.day_0_*, use.ost_hr, treatment.bridge*,
population.ost_at_release, custody.tolerance_days, custody.ost_when_taken_share.
Writes status, housing, using, tolerance, ost, script_until, has_naloxone, ready, licence_until, releases and, through
their files, the claim, the referral and the kits of others. Left out: gate pick-up, property, weather.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.days import NEVER
from sim.core.keys import uniform, whole
from sim.core.records import Cells
from sim.mechanisms import (
    agencies,
    beds,
    chemsex,
    housing,
    income,
    mutual_aid,
    overdose,
    referral,
    release_planning,
    resettlement,
    tolerance,
    treatment,
    use,
    womens_services,
)
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.ledger import in_force, settle_time, start_of
from sim.mechanisms.quantities import Values, log_odds, mean_days, probability
from sim.population import processes as P
from sim.population.codes import (
    ALCOHOL,
    CAS3,
    COMMUNITY,
    DAILY,
    DEPOT,
    HIDDEN,
    LONGER,
    LOST,
    NO_OST,
    NOT_YET_RELEASED,
    ON_OST,
    OPIATE_NO_CRACK,
    ROUGH,
    SETTLED,
    TEMPORARY,
)
from sim.population.coverage import Coverage
from sim.population.margins import Margins
from sim.population.person import Person

FIRST_MINUTE, LAST_MINUTE = 600.0, 720.0  # released between 10:00 and 12:00

READS = (
    "housing.*",
    "disadvantage.homeless",
    "use.day_0_*",
    "use.ost_hr",
    "treatment.bridge*",
    "population.ost_at_release",
    "custody.tolerance_days",
    "custody.ost_when_taken_share",
)
WHEN_OFF: Mapping[str, float] = {
    "homeless_intercept": -40.0,
    "unsettled_intercept": -40.0,
    "use_on_release": 0.0,
    "use_on_release_dosed": 0.0,
}
EXPECTED_TO_MOVE = "first_night_settled"


class Numbers(Protocol):
    """First night, use and treatment on the day of release."""

    homeless_intercept: Annotated[
        float, log_odds("of a first night without a home before short-stay beds, where no ratio below applies")
    ]
    unsettled_intercept: Annotated[float, log_odds("of such a night without a home or in temporary housing")]
    first_night_street: Annotated[float, probability("of the street, homeless on the first night")]
    unsettled_per_sd: Annotated[float, log_odds("added to both by a standard deviation of disadvantage")]
    unsettled_short: Annotated[float, log_odds("added to both by a sentence to 12 months, beside disadvantage")]
    unsettled_nfa: Annotated[float, log_odds("added to both by no fixed abode before custody, beside disadvantage")]
    use_on_release: Annotated[Cells[float], probability("of use on the day: drug needs, alcohol", 2)]
    use_on_release_dosed: Annotated[float, probability("of use on the day with a dose of substitution treatment")]
    ost_usual_share: Annotated[float, probability("of substitution treatment on release without a lever")]
    bridge_days: Annotated[float, mean_days("covered by a bridged release prescription")]
    kits_today: Annotated[float, probability("of a naloxone kit on release without a lever")]


class Params(
    Numbers,
    use.Params,
    referral.Params,
    release_planning.Params,
    beds.Numbers,
    chemsex.Numbers,
    income.Numbers,
    overdose.Numbers,
    resettlement.Numbers,
    womens_services.Numbers,
    Protocol,
):
    """What the rules here read: these numbers and those of the mechanisms that they ask."""


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Probabilities and log odds ratios; those of the first night are centred over the trait and what tells of it."""
    first = margins.first_night
    drug = draw["use.day_0_drug"]
    return {
        "homeless_intercept": first.homeless,
        "unsettled_intercept": first.unsettled,
        "first_night_street": draw["housing.first_night_street"],
        "unsettled_per_sd": draw["disadvantage.homeless"],
        "unsettled_short": first.short,
        "unsettled_nfa": first.nfa,
        "use_on_release": (drug, draw["use.day_0_alcohol"]),
        "use_on_release_dosed": 1.0 - (1.0 - drug) ** draw["use.ost_hr"],
        "ost_usual_share": draw["population.ost_at_release"],
        "kits_today": draw["overdose.naloxone_held"],
        "bridge_days": max(1.0, draw["treatment.bridge_days"]),
    }


@kernel
def first_night_term(person: Person, params: Params) -> float:
    """Log odds beside the intercepts, the same for homelessness and for homelessness or temporary housing."""
    log_odds = params.unsettled_per_sd * person.disadvantage
    if person.sentence != LONGER:
        log_odds += params.unsettled_short
    if person.no_fixed_abode:
        log_odds += params.unsettled_nfa
    return log_odds


@kernel
def homeless_probability(person: Person, params: Params, supported: bool) -> float:
    """Probability of being homeless on the first night, on the street or off it."""
    log_odds = params.homeless_intercept + first_night_term(person, params)
    if supported:
        log_odds += params.homeless_supported
    return 1.0 / (1.0 + math.exp(-log_odds))


@kernel
def unsettled_probability(person: Person, params: Params) -> float:
    """Probability of being homeless or in temporary housing on the first night, whoever is beside the person."""
    return 1.0 / (1.0 + math.exp(-(params.unsettled_intercept + first_night_term(person, params))))


@kernel
def opioid_state(person: Person, params: Params, day: int) -> None:
    """OST on leaving, its prescription, and tolerance, for people with opiate needs."""
    n = person.releases
    chance, usual = person.ost_chance, params.ost_usual_share
    if n > 1:  # people on OST when taken in keep it; others are drawn so that the share on release holds
        taken = params.ost_when_taken_share
        chance = 1.0 if person.ost_when_taken else max(0.0, (chance - taken) / (1.0 - taken))
        usual = max(0.0, (usual - taken) / (1.0 - taken))
    u = uniform(person.stream, P.OST_IN_CUSTODY, n)
    on_ost = u < chance
    person.ost_at_release = on_ost
    person.attends_as_on_ost = u < usual or person.ost_when_taken  # whatever a lever or a cut does: it may be selection
    person.ost = DAILY if on_ost else NO_OST
    person.ost_is_new_start = 0
    person.ost_start = day
    person.ost_stop = NEVER
    person.script_until = NEVER
    if on_ost:
        bridged = not person.remand and uniform(person.stream, P.SCRIPT_BRIDGED, n) < person.bridged_chance
        person.script_until = day + (whole(params.bridge_days, person.stream, P.BRIDGE_DAYS, n) if bridged else 1)
        if on_ost and u >= usual and not person.ost_when_taken:
            log_event(person, start_of(day), Event.TREATED_TO_RELEASE)
        if bridged:
            log_event(person, start_of(day), Event.BRIDGED)
        if not person.remand and uniform(person.stream, P.DEPOT_AT_RELEASE, n) < person.depot_chance:
            log_event(person, start_of(day), Event.DEPOT_GIVEN)
            person.ost = DEPOT
            person.depot_since = day
            person.script_until = treatment.cover_ends(person, params, day)
        tolerance.set_state(person, ON_OST)
    elif n > 1 and person.short_stay:
        tolerance.lose_half(person, params, day)
    else:
        tolerance.set_state(person, LOST)


@kernel
def night_before_beds(person: Person, params: Params, n: int, supported: bool) -> int:
    """Where the first night after the n-th release would be without short-stay beds: rough, hidden, temporary or
    settled."""
    u = uniform(person.stream, P.FIRST_NIGHT, n)
    if u < homeless_probability(person, params, supported):
        street = uniform(person.stream, P.FIRST_NIGHT_STREET, n) < params.first_night_street
        return ROUGH if street else HIDDEN
    return TEMPORARY if u < unsettled_probability(person, params) else SETTLED


@kernel
def eve(person: Person, params: Params) -> None:
    """The night before release: a resettlement worker has met the person or not, and beds are asked for."""
    resettlement.prepare_release(person, params)
    met = bool(person.met_before_release)
    beds.refer_before_release(person, params, night_before_beds(person, params, person.releases + 1, met))


@kernel
def first_night(person: Person, params: Params, day: int, t: int, supported: bool) -> None:
    """Housing on the first night: a short-stay bed if one was offered, else rough, hidden, temporary or settled.

    Days on the street before custody count for nothing any more.
    """
    if beds.take_bed(person, params, day):
        log_event(person, t, Event.BED_TAKEN)
        housed = CAS3
    else:
        housed = night_before_beds(person, params, person.releases, supported)
    housing.move(person, housed, day, t)
    person.street_days = 0
    if person.first_night < 0:
        person.first_night = housed


@kernel
def use_on_the_day(person: Person, params: Params, day: int, t: int) -> None:
    """Whether the person uses on the day of release."""
    if person.ost != NO_OST:
        p = params.use_on_release_dosed
    elif person.need == ALCOHOL:
        p = params.use_on_release[1]
    else:
        p = params.use_on_release[0]
    person.using = 0
    person.abstinent_since = day
    if uniform(person.stream, P.USE_ON_RELEASE, person.releases) < p:
        log_event(person, t, Event.USE_STARTS)  # else a diary tells of overdoses without any use
        use.start_using(person, params, day, t)


@kernel
def take_kit(person: Person, params: Numbers, t: int) -> None:
    """A naloxone kit from the prison or from a peer worker at home; one random number a life, so that kits do
    not add up."""
    if person.has_naloxone:
        return
    u = uniform(person.stream, P.NALOXONE_AT_RELEASE, 0)
    if u < 1.0 - (1.0 - person.naloxone_chance) * (1.0 - person.coverage[Coverage.PEER_NALOXONE]):
        person.has_naloxone = 1
        if u >= params.kits_today:
            log_event(person, t, Event.KIT_GIVEN)


@kernel
def leave_through_gate(person: Person, params: Params) -> bool:
    """The way home; whether the person gets there after the hub has closed or not that day."""
    n = person.releases
    walked_out = FIRST_MINUTE + (LAST_MINUTE - FIRST_MINUTE) * uniform(person.stream, P.RELEASE_MINUTE, n)
    if release_planning.is_planned(person, params, n):
        walked_out = release_planning.EARLY_MINUTE
    return walked_out > person.home_last_start or walked_out + person.home_minutes > person.hub_closes


@kernel
def release(person: Person, params: Params, day: int, t: int) -> None:
    """The person walks out of prison this morning."""
    settle_time(person, t)
    log_event(person, t, Event.RELEASED)
    if person.status == NOT_YET_RELEASED:
        person.licence_until = day + person.licence_days
        person.exposed_at = t
    person.status = COMMUNITY
    person.custody_until = NEVER
    person.latest_release = day
    person.releases += 1
    person.engaged = 0
    resettlement.on_release(person, params, day)
    if in_force(person.resettlement_until, day):
        log_event(person, t, Event.MET_WORKER)
    supported = resettlement.is_supported(person, day)
    person.ready = 1 if supported and params.ready_supported else 0
    if person.need <= OPIATE_NO_CRACK:
        opioid_state(person, params, day)
        take_kit(person, params, t)
        overdose.meet_companions(person, params)
    first_night(person, params, day, t, supported)
    use_on_the_day(person, params, day, t)
    income.claim(person, params, day)
    mutual_aid.on_release(person, params, t)
    agencies.on_release(person, t)
    chemsex.on_release(person, params, t)
    womens_services.look_for_place(person, params, day, t)
    referral.refer_at_release(person, params, day, t, leave_through_gate(person, params))
