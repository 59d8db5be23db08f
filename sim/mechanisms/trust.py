"""Trust in a named worker.

Starts at trust.start + the worker's effect (SD trust.sd, keyed to the worker), cut to 0.05-0.95. A kept contact:
t += step (1 - t); a missed one: t -= step t. When the worker leaves, t returns to the start value of the next worker.
The reference R is the mean path at the load of today, known before the run: start at treatment start, then at each
contact
    R += (step (kept - R) - turnover (R - start)) x interval / interval at the load of today,
    turnover = worker_leaves x days between contacts at the load of today / 365
so that R is a path by time. Where a hub has more time for each, people are met more often and trust runs ahead of R;
where it has less, trust grows more slowly. A remote contact moves trust by remote_step of a step (access.py). Retention
pay (a lever) multiplies the worker's leaving by retention_pay_ratio.
Drop-out hazard x hr^((t - R) / sd). Trust has no effect on use but through drop-out and telling (trauma.py).
Reads trust.*, lever.retention_pay_ratio, appointment.in_treatment, service.*. Writes trust, reference, trust_ratio,
worker_start. Being centred, it moves totals little (treatment days by 0.3%) and persons much.
Left out: the inverted U between workers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.rates import DAYS_PER_YEAR
from sim.core.records import Field
from sim.mechanisms import hubs
from sim.mechanisms.quantities import Values, probability, ratio
from sim.population.margins import Margins
from sim.population.person import Person

LEAST, MOST = 0.05, 0.95

READS = ("trust.*", "lever.retention_pay_ratio", "appointment.in_treatment", "service.*")
WHEN_OFF: Mapping[str, float] = {"trust_dropout_hr": 1.0, "stays_when_paid": 0.0}
EXPECTED_TO_MOVE = "treatment_days"


class Numbers(Protocol):
    """Trust in the keyworker, its reference and what it does to drop-out."""

    trust_start: Annotated[float, Field("f8", "0-1", "trust in a worker without an effect of their own, at the start")]
    trust_step: Annotated[float, probability("of the way to 1 that a kept contact moves trust")]
    trust_sd: Annotated[float, Field("f8", "0-1", "standard deviation between workers")]
    trust_dropout_hr: Annotated[float, ratio("of drop-out a standard deviation of trust above the reference")]
    trust_worker_leaves: Annotated[float, Field("f8", "1/worker-day", "hazard of leaving of a worker")]
    trust_kept_level: Annotated[float, probability("of keeping a contact, in the path of the reference")]
    trust_turnover: Annotated[float, probability("that the worker leaves between two contacts at the load of today")]
    stays_when_paid: Annotated[float, probability("of leavings that retention pay averts")]


class Params(Numbers, hubs.Numbers, Protocol):
    """What the rules here read: these numbers and those of the mechanisms that they ask."""


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Steps a contact, hazard ratio per SD, and the worker's leaving hazard per worker-day."""
    leaves = draw["trust.worker_leaves"]
    return {
        "trust_start": draw["trust.start"],
        "trust_step": draw["trust.step"],
        "trust_sd": draw["trust.sd"],
        "trust_dropout_hr": draw["trust.dropout_hr_per_sd"],
        "trust_worker_leaves": leaves / DAYS_PER_YEAR,
        "trust_kept_level": draw["appointment.in_treatment"],
        "trust_turnover": leaves * hubs.usual_interval(draw) / hubs.WORKING_DAYS_PER_DAY / DAYS_PER_YEAR,
        "stays_when_paid": 1.0 - draw["lever.retention_pay_ratio"],
    }


@kernel
def worker_start(start: float, sd: float, z: float) -> float:
    """Start value of trust with a worker whose standard normal effect is z."""
    return min(MOST, max(LEAST, start + sd * z))


@kernel
def update_ratio(person: Person, params: Numbers) -> None:
    """The drop-out ratio on the row follows trust and reference."""
    person.trust_ratio = params.trust_dropout_hr ** ((person.trust - person.reference) / params.trust_sd)


@kernel
def begin(person: Person, params: Numbers) -> None:
    """Treatment starts with the named worker."""
    person.trust = person.worker_start
    person.reference = params.trust_start
    update_ratio(person, params)


@kernel
def leaving_ratio(params: Numbers, paid: float) -> float:
    """Ratio of a worker's hazard of leaving where a share of the keyworkers is paid to stay."""
    return 1.0 - paid * params.stays_when_paid


@kernel
def after_contact(person: Person, params: Params, kept: bool, part: float) -> None:
    """A contact was kept or missed; trust moves by `part` of a step (1 in person), its reference by the time gone."""
    step = params.trust_step * part
    if kept:
        person.trust += step * (1.0 - person.trust)
    else:
        person.trust -= step * person.trust
    reference = person.reference
    gone = person.contact_every / params.hub_usual_every
    person.reference = reference + gone * (
        params.trust_step * (params.trust_kept_level - reference)
        - params.trust_turnover * (reference - params.trust_start)
    )
    update_ratio(person, params)


@kernel
def new_worker(person: Person, params: Numbers, start: float) -> None:
    """The worker has left; trust begins again with the next one."""
    person.worker_start = start
    person.trust = start
    update_ratio(person, params)
