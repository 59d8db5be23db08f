"""Optimism bias: what is added to a sum because assumed and derived prices tend to be low.

A share by the grade of the price: `cost.bias_assumed`, `cost.bias_derived`; the price of a contract or a tariff has
none. It is a line of its own beside what is told, and never inside it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from functools import cache

from sim.analysis.money import Row, counted_gbp, is_for_others, purchases_apart
from sim.evidence import load_parameters
from sim.scenario.levers import PAYERS

BIAS_ROWS: Mapping[str, str] = {"assumed": "cost.bias_assumed", "derived": "cost.bias_derived"}
"""Row of the evidence by the grade of a price; a measured one, of a contract or a tariff, has none."""


@cache
def optimism_bias(grade: str) -> float:
    """Share that is added to a cost whose price has this grade, 0 of a contract or tariff price."""
    row = BIAS_ROWS.get(grade)
    return 0.0 if row is None else load_parameters()[row].centre


def is_paid_by(row: Row, payers: Collection[str]) -> bool:
    """Whether a purchase's payer, or one of several, is among some."""
    return any(part.strip() in payers for part in str(row["payer"]).split("/"))


def bias_between(
    bought: Sequence[Row],
    other: Sequence[Row],
    payers: Collection[str] = tuple(PAYERS),
    *,
    lived_gbp: float | None = None,
) -> float:
    """GBP that bias adds to the counted money of one scenario beyond another's.

    What is bought for people leaving prison alone, by these payers: a saving is never made larger by it. lived_gbp:
    what runs counted of that money, which purchases share as they were planned; without it the money is as planned.
    """
    only, without = purchases_apart(bought, other)
    own = [
        (sign, counted_gbp(row), optimism_bias(str(row.get("price_grade"))))
        for sign, rows in ((1.0, only), (-1.0, without))
        for row in rows
        if not is_for_others(row) and is_paid_by(row, payers)
    ]
    planned = math.fsum(sign * gbp for sign, gbp, _ in own)
    bias = math.fsum(sign * gbp * share for sign, gbp, share in own if gbp > 0.0)
    return bias * as_lived(planned, lived_gbp)


def as_lived(planned_gbp: float, lived_gbp: float | None) -> float:
    """What runs counted over what was planned; 1 where they counted nothing, or the two are of other signs."""
    if lived_gbp is None or lived_gbp * planned_gbp <= 0.0:
        return 1.0
    return lived_gbp / planned_gbp
