"""A mental health need beside the substance need.

Without treatment of both the mental health need lowers attendance (appointment.mental_health_or, attendance.py) and
raises the hazard of overdose, x mental_health_hr, centred over the people at baseline. A dual-diagnosis worker beside
the keyworker (a lever) takes away half of each on the log scale: of attendance from the first appointment on, of
overdose while in treatment. The worker is met once after a release and holds the person for half a year, or until the
money ends; what was given back lasts runout_days longer. Custody ends it at once.
Reads appointment.mental_health_or, overdose.mental_health_hr, support.runout_days (womens_services.py).
Writes dual_diagnosis_worker, dual_diagnosis_until. Left out: the mental health itself, referral to mental health
services beyond the request (agencies.py), crises, medicines.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.days import NEVER, SUPPORT_DAYS
from sim.core.keys import uniform
from sim.core.records import Cells
from sim.mechanisms import womens_services
from sim.mechanisms.events import Event, log_event
from sim.mechanisms.ledger import in_force
from sim.mechanisms.quantities import Values, log_odds, ratio
from sim.population import processes as P
from sim.population.codes import IN_TREATMENT
from sim.population.coverage import Coverage
from sim.population.margins import Margins
from sim.population.person import Person

PART_MET = 0.5  # of the logarithm of both ratios (sim/MODEL.md)

READS = ("appointment.mental_health_or", "overdose.mental_health_hr")
WHEN_OFF: Mapping[str, float] = {"dual_attendance": 0.0, "overdose_mental_health": 1.0, "overdose_dual": 1.0}
EXPECTED_TO_MOVE = "engaged_within_3_weeks"


class Numbers(Protocol):
    """A mental health need beside the substance need."""

    dual_attendance: Annotated[float, log_odds("added to attendance by a dual-diagnosis worker")]
    overdose_mental_health: Annotated[
        Cells[float], ratio("of the hazard of overdose: without, with the need; mean 1 over people", 2)
    ]
    overdose_dual: Annotated[float, ratio("of the hazard of overdose with the worker in treatment")]


class Params(Numbers, womens_services.Numbers, Protocol):
    """What the rules here read: these numbers and the run-out of help that has ended."""


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Log odds that the worker adds; ratios of the overdose hazard without and with a need, and with the worker."""
    ratio = draw["overdose.mental_health_hr"]
    mean = 1.0 + margins.mental_health * (ratio - 1.0)
    return {
        "dual_attendance": -PART_MET * math.log(draw["appointment.mental_health_or"]),
        "overdose_mental_health": (1.0 / mean, ratio / mean),
        "overdose_dual": ratio**-PART_MET,
    }


@kernel
def look_for_worker(person: Person, params: Params, day: int, t: int) -> None:
    """At an appointment: whether a dual-diagnosis worker has room by now for the person, who has met none since the
    release; one random number a life."""
    if not person.mental_health or person.dual_diagnosis_until < NEVER:
        return
    if uniform(person.stream, P.DUAL_DIAGNOSIS_WORKER, 0) < person.coverage[Coverage.DUAL_DIAGNOSIS_WORKER]:
        person.dual_diagnosis_worker = 1
        person.dual_diagnosis_until = day + SUPPORT_DAYS + womens_services.runout(person, params)
        log_event(person, t, Event.DUAL_DIAGNOSIS_WORKER)


@kernel
def has_worker(person: Person, day: int) -> bool:
    """Whether what a dual-diagnosis worker gives back holds today."""
    return in_force(person.dual_diagnosis_until, day)


@kernel
def fewer_workers(person: Person, params: Params, share: float, day: int) -> bool:
    """Fewer people have a worker from today on: whether the person's leaves with the money, and the effect with the
    run-out."""
    if not has_worker(person, day) or uniform(person.stream, P.DUAL_DIAGNOSIS_WORKER, 0) < share:
        return False
    person.dual_diagnosis_until = min(person.dual_diagnosis_until, day + womens_services.runout(person, params))
    return True


@kernel
def leave_worker(person: Person) -> None:
    """Custody ends the worker's help and what it gave back; after the next release it may begin again."""
    person.dual_diagnosis_until = NEVER


@kernel
def attendance_term(person: Person, params: Numbers, day: int) -> float:
    """Log odds of attendance given back by the worker."""
    return params.dual_attendance if has_worker(person, day) else 0.0


@kernel
def overdose_ratio(person: Person, params: Numbers, day: int) -> float:
    """Ratio of the overdose hazard by a worker who sees to the mental health need in treatment."""
    return params.overdose_dual if person.treatment == IN_TREATMENT and has_worker(person, day) else 1.0
