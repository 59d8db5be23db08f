"""What cuts take away of what stands today, by money or in per cent of it.

In per cent, that part of what stands under a draw goes at each place, and its money follows from the draw's price;
money takes the same part of what is left everywhere that a cut names. Cuts of one place add up to all that stands
there, never more, and do not touch what the same scenario buys.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sim.scenario.delivery import coverage
from sim.scenario.delivery.context import DeliveryContext
from sim.scenario.delivery.records import Floats
from sim.scenario.delivery.standing import STANDING, in_words, units_there, whose_time
from sim.scenario.levers import LEVERS
from sim.scenario.scenario import Purchase


class Taken(NamedTuple):
    """What one cut takes away at full strength.

    number: of the purchase. part: f8[n], part of what stands today, by place; units: f8[n], the same in units. left:
    part of today's that other cuts leave to this one, at the place where they leave least.
    """

    number: int
    bought: Purchase
    part: Floats
    units: Floats
    left: float


def taken(context: DeliveryContext, name: str) -> Iterator[Taken]:
    """Every cut of a lever, the narrowest first, entered in the accounts."""
    cuts = list(context.cuts(name))
    if not cuts:
        return
    price, standing = LEVERS[name].unit_cost(context.draw), STANDING[name]
    gone = np.zeros((context.days, standing.units(context, cuts[0][1]).size))
    for n, bought in cuts:
        today, columns = standing.units(context, bought), units_there(context, bought)
        columns, (first, end) = columns[today[columns] > 0.0], context.span(bought)
        before = gone[first:end].max(axis=0, initial=0.0)
        after, there = before.copy(), float(today[columns].sum())
        if bought.percent_of_today is None:
            wanted = -bought.gbp_per_year / price
            filling = coverage.Filling(after[None])
            units = wanted * filling.fill(columns, cap=1.0, people=today, units=wanted, strength=np.ones(1))
        else:
            share = -bought.percent_of_today / 100.0
            after[columns] = np.minimum(before[columns] + share, 1.0)
            wanted, units = share * there, float(((after - before) * today).sum())
        part = after - before
        gone[first:end] += part
        used, remark = units / wanted if wanted > 0.0 else 1.0, _remark(context, bought, there)
        context.account(n, 0.0 - wanted, used, remark=remark)
        yield Taken(n, bought, part, part * today, float((1.0 - before[columns]).min(initial=1.0)))


def part_left(context: DeliveryContext, name: str) -> Floats:
    """f8[days, n], part of what stands today that a lever's cuts leave, by prison; they act as soon as its money."""
    lever = LEVERS[name]
    left = np.ones((context.days, len(context.area.prisons) + 1))
    for cut in taken(context, name):
        left -= context.strength(lever, cut.bought)[:, None] * cut.part
    return np.maximum(left, 0.0)


def going(context: DeliveryContext, cut: Taken, amount: float) -> list[tuple[int, float]]:
    """Day from which each post or bed is gone, and its part of a whole one, over the ramp."""
    first, end = context.span(cut.bought)
    begins, shares = coverage.worker_starts(amount, first=first, ramp_days=context.draw["lever.ramp_days"])
    days = [round(float(begin)) for begin in begins]
    return [(day, float(share)) for day, share in zip(days, shares, strict=True) if day < end]


def _remark(context: DeliveryContext, bought: Purchase, there: float) -> str:
    part = "" if bought.percent_of_today is None else f"{-bought.percent_of_today:g}% "
    remarks = (f"{part}of {there:,.1f} {in_words(bought)} today", whose_time(context, bought))
    return "; ".join(text for text in remarks if text)
