"""The day of release.

In order: substitution treatment and tolerance as custody leaves them, naloxone, first night, use, benefit claim,
arrival and referral.
First night: logit p(homeless) = b + ln short_sentence_or + ln no_fixed_abode_or + ln homeless_or with a navigator, b
centred so that the published share holds over people; who is not homeless is in temporary housing in the published
proportion. 0.94 of the homeless first nights are rough sleeping, so homeless is taken as rough.
Use on the day: 0.298 (alcohol 0.424), with a dose of OST 1 - (1 - p)^ost_hr.
Arrival: release between 10:00 and 12:00; the journey home decides whether the service is still open on arrival; after
the last departure home is reached a day later.
Reads housing.* of the first night, use.day_0_*, use.ost_hr, treatment.bridge*, population.ost_at_release,
support.homeless_or, custody.tolerance_days, custody.ost_when_taken_share.
Writes place, housing, using, tolerance, ost, script_until, has_naloxone, licence_until, releases and, through their
files, the claim and the referral. Left out: gate pick-up, property, weather.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.core.compiled import kernel
from sim.core.days import NEVER
from sim.core.keys import uniform
from sim.mechanisms import housing, income, referral, use
from sim.mechanisms.ledger import RELEASED, in_force, note, settle_time
from sim.population import processes as P
from sim.population.margins import Margins, centred_intercept
from sim.population.person import (
    ALCOHOL,
    COMMUNITY,
    DAILY,
    HALF,
    KEPT,
    LONGER,
    LOST,
    NO_OST,
    NOT_YET_RELEASED,
    OPIATE_NO_CRACK,
    ROUGH,
    SETTLED,
    TEMPORARY,
)

FIRST_MINUTE, LAST_MINUTE = 600.0, 720.0  # released between 10:00 and 12:00

FIELDS: list[Any] = [
    ("homeless_intercept", "f8"),
    ("homeless_short", "f8"),
    ("homeless_nfa", "f8"),
    ("homeless_supported", "f8"),
    ("temporary_given_housed", "f8"),
    ("use_on_release", "f8", (2,)),
    ("use_on_release_dosed", "f8"),
    ("ost_usual_share", "f8"),
    ("bridged", "f8"),
    ("bridge_days", "i4"),
    ("service_closes", "f8"),
]
"""service_closes is minutes after midnight; the engine sets it from the area's opening hours."""


def numbers(draw: Mapping[str, float], margins: Margins) -> dict[str, Any]:
    """Probabilities and log odds ratios; the intercept is centred over sentence length and earlier housing."""
    short, nfa = math.log(draw["housing.short_sentence_or"]), math.log(draw["housing.no_fixed_abode_or"])
    homeless = draw["housing.first_night_homeless"]
    shifts = np.array([[0.0, nfa], [short, short + nfa]])
    drug = draw["use.day_0_drug"]
    return {
        "homeless_intercept": centred_intercept(homeless, shifts, margins.short_by_nfa),
        "homeless_short": short,
        "homeless_nfa": nfa,
        "homeless_supported": math.log(draw["support.homeless_or"]),
        "temporary_given_housed": draw["housing.first_night_temporary"] / (1.0 - homeless),
        "use_on_release": (drug, draw["use.day_0_alcohol"]),
        "use_on_release_dosed": 1.0 - (1.0 - drug) ** draw["use.ost_hr"],
        "ost_usual_share": draw["population.ost_at_release"],
        "bridged": draw["treatment.bridged_at_release"],
        "bridge_days": max(1, round(draw["treatment.bridge_days"])),
        "service_closes": 0.0,
    }


@kernel
def homeless_probability(person: Any, facts: Any, supported: bool) -> float:
    """Probability of sleeping rough on the first night."""
    log_odds = facts.homeless_intercept
    if person.sentence != LONGER:
        log_odds += facts.homeless_short
    if person.no_fixed_abode:
        log_odds += facts.homeless_nfa
    if supported:
        log_odds += facts.homeless_supported
    return 1.0 / (1.0 + math.exp(-log_odds))


@kernel
def opioid_state(person: Any, facts: Any, day: int) -> None:
    """OST on leaving, its prescription, and tolerance, for people with opiate needs."""
    n = person.releases
    chance, usual = person.ost_chance, facts.ost_usual_share
    if n > 1:  # people on OST when taken in keep it; others are drawn so that the share on release holds
        taken = facts.ost_when_taken_share
        chance = 1.0 if person.ost_when_taken else max(0.0, (chance - taken) / (1.0 - taken))
        usual = max(0.0, (usual - taken) / (1.0 - taken))
    u = uniform(person.luck, P.OST_IN_CUSTODY, n)
    on_ost = u < chance
    person.ost_at_release = on_ost
    person.attends_as_on_ost = on_ost and (u < usual or person.ost_when_taken)
    person.ost = DAILY if on_ost else NO_OST
    person.ost_is_new_start = 0
    person.ost_start = day
    person.ost_stop = NEVER
    person.script_until = NEVER
    if on_ost:
        bridged = uniform(person.luck, P.SCRIPT_BRIDGED, n) < facts.bridged
        person.script_until = day + (facts.bridge_days if bridged else 1)
        person.tolerance = KEPT
    elif n > 1 and person.short_stay:
        person.tolerance = HALF
    else:
        person.tolerance = LOST


@kernel
def first_night(person: Any, facts: Any, day: int, t: int, supported: bool) -> None:
    """Housing on the first night: rough, temporary or settled."""
    u = uniform(person.luck, P.FIRST_NIGHT, person.releases)
    p = homeless_probability(person, facts, supported)
    if u < p:
        place = ROUGH
    elif u < p + (1.0 - p) * facts.temporary_given_housed:
        place = TEMPORARY
    else:
        place = SETTLED
    housing.move(person, place, day, t)
    if person.first_night < 0:
        person.first_night = place


@kernel
def use_on_the_day(person: Any, facts: Any, day: int) -> None:
    """Whether the person uses on the day of release."""
    if person.ost == DAILY:
        p = facts.use_on_release_dosed
    elif person.need == ALCOHOL:
        p = facts.use_on_release[1]
    else:
        p = facts.use_on_release[0]
    person.using = 0
    person.abstinent_since = day
    if uniform(person.luck, P.USE_ON_RELEASE, person.releases) < p:
        use.start_using(person, day)


@kernel
def release(person: Any, facts: Any, day: int, t: int) -> None:
    """The person walks out of prison this morning."""
    settle_time(person, t)
    note(person, t, RELEASED)
    if person.place == NOT_YET_RELEASED:
        person.licence_until = day + person.licence_days
        person.exposed_at = t
    person.place = COMMUNITY
    person.custody_until = NEVER
    person.latest_release = day
    person.releases += 1
    person.engaged = 0
    supported = in_force(person.navigator_until, day)
    if person.need <= OPIATE_NO_CRACK:
        opioid_state(person, facts, day)
        if (
            uniform(person.luck, P.NALOXONE_AT_RELEASE, 0) < person.naloxone_chance
        ):  # one luck a life: kits do not add up
            person.has_naloxone = 1
    first_night(person, facts, day, t, supported)
    use_on_the_day(person, facts, day)
    income.claim(person, facts, day, supported)
    walked_out = FIRST_MINUTE + (LAST_MINUTE - FIRST_MINUTE) * uniform(person.luck, P.RELEASE_MINUTE, person.releases)
    after_last_bus = walked_out > person.home_last_start
    arrives_late = after_last_bus or walked_out + person.home_minutes > facts.service_closes
    referral.refer_at_release(person, facts, day, arrives_late)
