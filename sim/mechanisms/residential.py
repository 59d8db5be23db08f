"""Residential treatment: rehabilitation for people with drug needs, detoxification for people with an alcohol need.

Places are bought by levers; what today's places hold of people leaving prison is not known and stands inside today's
figures. Somebody who starts community treatment while using asks for a place with probability residential_wanted and
stands in the list for as long as treatment in the community lasts. Rehabilitation lasts rehab_days, detoxification
detox_days; a stay ends early with rehab_early_end or detox_early_end, in rehabilitation rehab_early_share of it in the
first 21 days, otherwise evenly. Inside, use, overdose, housing and reoffending stand still; recall and other deaths
go on; substitution treatment ends on entering. Whoever slept rough has temporary housing from entering on: nobody
carries the risks of the street inside, or goes back to it on the day of leaving. On leaving, people with opiate needs
have lost tolerance (half of it after fewer than tolerance_days). A completed stay goes on as community treatment with
the same keyworker; an early end ends treatment too. Places for women (a lever) have a list of their own, in which
women stand first; they take children, and care that fits there makes an early end less likely: with e the usual share
1 - (1 - e)^h of stays end early, h = fitted_dropout_hr. A mother takes a place in mixed rehabilitation only with a
probability (womens_services.py).
Reads treatment.rehab_*, treatment.detox_*, treatment.residential_wanted, custody.tolerance_days,
trauma.fitted_dropout_hr.
Writes place, residential_since, residential_until, ends_early, wants_residential, tolerance, tolerance_from.
Left out: rehabilitation for people with an alcohol need, detoxification from opioids as a stay of its own, fees paid
by people themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.core.compiled import kernel
from sim.core.days import NEVER
from sim.core.keys import uniform
from sim.mechanisms import housing, treatment, womens_services
from sim.mechanisms.ledger import (
    RESIDENTIAL_ENDED,
    RESIDENTIAL_STARTED,
    join_line,
    leave_line,
    note,
    settle_time,
    stands_in_line,
    start_of,
)
from sim.population import processes as P
from sim.population.margins import Margins
from sim.population.person import (
    ALCOHOL,
    CAS3,
    COMMUNITY,
    DETOX_LINE,
    HALF,
    IN_TREATMENT,
    LOST,
    NO_OST,
    OPIATE_NO_CRACK,
    REHAB_LINE,
    RESIDENTIAL,
    ROUGH,
    SUPPORTED,
    SUPPORTED_LINE,
    TEMPORARY,
    WOMAN,
    WOMENS_REHAB_LINE,
)

EARLY_DAYS = 21  # first three weeks, in which most early endings fall

FIELDS: list[Any] = [
    ("residential_wanted", "f8"),
    ("residential_days", "i4", (3,)),
    ("residential_early_end", "f8", (3,)),
    ("residential_early_share", "f8", (3,)),
]
NEUTRAL: Mapping[str, Any] = {"residential_wanted": 0.0}
MOVES = "residential_days"


def numbers(draw: Mapping[str, float], margins: Margins) -> dict[str, Any]:
    """Index 0 rehabilitation, 1 detoxification, whose early endings fall evenly, 2 rehabilitation for women."""
    early, early_share = draw["treatment.rehab_early_end"], draw["treatment.rehab_early_share"]
    fitted = 1.0 - (1.0 - early) ** draw["trauma.fitted_dropout_hr"]
    rehab, detox = max(2, round(draw["treatment.rehab_days"])), max(2, round(draw["treatment.detox_days"]))
    return {
        "residential_wanted": draw["treatment.residential_wanted"],
        "residential_days": (rehab, detox, rehab),
        "residential_early_end": (early, draw["treatment.detox_early_end"], fitted),
        "residential_early_share": (early_share, 1.0, early_share),
    }


@kernel
def line_of(person: Any) -> int:
    """The line in which the person would stand for a place: women's own where there is one."""
    if person.need == ALCOHOL:
        return DETOX_LINE
    return WOMENS_REHAB_LINE if person.sex == WOMAN and person.service[WOMENS_REHAB_LINE] >= 0 else REHAB_LINE


@kernel
def line_held(person: Any) -> int:
    """The line in which the person holds a place or waits; that in which the person would stand if in none."""
    if person.need == ALCOHOL:
        return DETOX_LINE
    for line in (REHAB_LINE, WOMENS_REHAB_LINE):
        if person.worker[line] >= 0 or person.key[line] != 0:
            return line
    return line_of(person)


@kernel
def kind_of(person: Any) -> int:
    """0 rehabilitation, 1 detoxification, 2 rehabilitation for women, by the place held."""
    line = line_held(person)
    return 1 if line == DETOX_LINE else (2 if line == WOMENS_REHAB_LINE else 0)


@kernel
def ask(person: Any, facts: Any) -> None:
    """At the start of community treatment, somebody who uses asks for a place or not."""
    person.wants_residential = 0
    if person.using and uniform(person.luck, P.WANTS_RESIDENTIAL, person.episodes) < facts.residential_wanted:
        person.wants_residential = 1


@kernel
def at_night(person: Any, facts: Any) -> None:
    """Joins the list while a place is wanted and community treatment lasts, and leaves it otherwise."""
    line = line_held(person)
    if person.service[line] < 0:
        return
    waits = stands_in_line(person, line)
    wants = person.wants_residential and person.place == COMMUNITY and person.treatment == IN_TREATMENT
    if wants and line == REHAB_LINE and not waits:
        wants = womens_services.takes_mixed_place(person, facts, person.episodes)
    if wants and not waits:
        join_line(person, line)
    elif waits and not wants and person.place != RESIDENTIAL:
        leave_line(person, line)


@kernel
def days_of_stay(person: Any, facts: Any) -> int:
    """Days of the stay that begins, drawn with whether it ends early."""
    kind = kind_of(person)
    planned = facts.residential_days[kind]
    person.ends_early = 0
    if uniform(person.luck, P.RESIDENTIAL_ENDS_EARLY, person.stays) >= facts.residential_early_end[kind]:
        return int(planned)
    person.ends_early = 1
    u = uniform(person.luck, P.RESIDENTIAL_EARLY_DAY, person.stays)
    early, share = min(EARLY_DAYS, planned - 1), facts.residential_early_share[kind]
    if u < share:
        return 1 + int(early * u / share)
    return int(min(planned - 1, early + 1 + int((planned - 1 - early) * (u - share) / (1.0 - share))))


@kernel
def enter(person: Any, facts: Any, day: int, t: int) -> None:
    """The person moves into the residential place; a short-stay bed, or a supported place offered last night, is given
    up, a supported home kept."""
    settle_time(person, t)
    note(person, t, RESIDENTIAL_STARTED)
    person.residential_since = day
    person.residential_until = day + days_of_stay(person, facts)
    person.stays += 1
    if person.housing == CAS3 or person.housing == ROUGH:
        housing.move(person, TEMPORARY, day, t)
    if person.worker[SUPPORTED_LINE] >= 0 and person.housing != SUPPORTED:
        leave_line(person, SUPPORTED_LINE)
    person.place = RESIDENTIAL
    person.wants_residential = 0
    person.using = 0
    person.ost = NO_OST
    person.ost_stop = NEVER
    person.script_until = NEVER
    person.contact_day = NEVER


@kernel
def leave(person: Any, facts: Any, day: int, t: int) -> None:
    """The stay ends: back to the community, tolerance lost, treatment going on only after a completed stay."""
    settle_time(person, t)
    note(person, t, RESIDENTIAL_ENDED)
    person.place = COMMUNITY
    person.residential_until = NEVER
    leave_line(person, line_held(person))
    person.abstinent_since = day
    if person.need <= OPIATE_NO_CRACK:
        person.tolerance = LOST if day - person.residential_since >= facts.tolerance_days else HALF
        person.tolerance_from = day
    if person.ends_early:
        treatment.leave(person, facts, day, t)
    else:
        person.contact_day = treatment.next_contact(person, facts, day)


@kernel
def at_dawn(person: Any, facts: Any, day: int) -> None:
    """A stay ends on its last day; a place offered last night is moved into."""
    t = start_of(day)
    if person.place == RESIDENTIAL and day == person.residential_until:
        leave(person, facts, day, t)
    elif (
        day == person.bed_day
        and person.place == COMMUNITY
        and person.treatment == IN_TREATMENT
        and person.worker[line_held(person)] >= 0
    ):
        enter(person, facts, day, t)
