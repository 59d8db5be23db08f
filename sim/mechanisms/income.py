"""Income: the benefit claim after release and its first payment.

Claims come at a constant hazard from `income.claim_in_month` (0.54 in 30 days); whoever leaves ready, with identity
papers and a bank account (a resettlement worker's or navigator's work), claims on the day of release. The first payment
follows `income.first_payment_days` later. Until then a fare lowers attendance (attendance.py). Advances are left out.
Reads income.*. Writes first_payment.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Protocol

from sim.core.compiled import kernel
from sim.core.keys import uniform, whole
from sim.core.rates import hazard_from_probability
from sim.mechanisms.quantities import Values, daily_hazard, mean_days
from sim.population import processes as P
from sim.population.margins import Margins
from sim.population.person import Person

CLAIM_WINDOW_DAYS = 30
LONGEST_CLAIM_DAYS = 3650.0

READS = ("income.*",)
WHEN_OFF: Mapping[str, float] = {"claim_hazard": 1e9, "first_payment_days": 0}
EXPECTED_TO_MOVE = "engaged_within_3_weeks"


class Numbers(Protocol):
    """The benefit claim."""

    claim_hazard: Annotated[float, daily_hazard("of claiming")]
    first_payment_days: Annotated[float, mean_days("from the claim to the first payment")]


def numbers(draw: Mapping[str, float], margins: Margins) -> Values:
    """Claim hazard per person-day and days from claim to payment."""
    return {
        "claim_hazard": hazard_from_probability(draw["income.claim_in_month"], CLAIM_WINDOW_DAYS),
        "first_payment_days": draw["income.first_payment_days"],
    }


@kernel
def claim(person: Person, params: Numbers, day: int) -> None:
    """The day of first payment after today's release stands on the row."""
    wait = 0.0
    if not person.ready:
        wait = -math.log(uniform(person.stream, P.BENEFIT_CLAIM, person.releases)) / params.claim_hazard
    paid = whole(params.first_payment_days, person.stream, P.FIRST_PAYMENT_DAYS, person.releases)
    person.first_payment = day + int(min(wait, LONGEST_CLAIM_DAYS)) + paid
