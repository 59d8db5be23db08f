"""Full incremental analysis: which strategies are worth their money at some value of a QALY, and between which values.

Strategies stand in the order of their costs. One is dominated where another costs no more and does no less, and one of
the two is better; extendedly dominated where a mixture of two others does so, that is, where the cost of a further unit
of effect would fall along the frontier. On the frontier each has the incremental cost-effectiveness ratio against the
one before it:

    ICER = (cost - cost before) / (effect - effect before), rising along the frontier

Checked against worked examples of dampack, https://github.com/DARTH-git/dampack.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

BASE = "base"
FRONTIER = "on the frontier"
DOMINATED = "dominated"
EXTENDED = "extendedly dominated"
STATUSES = (BASE, FRONTIER, DOMINATED, EXTENDED)
"""base: the cheapest that is not dominated; on the frontier: each has its ICER against the one before it."""


@dataclass(frozen=True)
class Strategy:
    """One strategy of a full incremental analysis.

    cost in GBP, effect in QALYs, of the same people. status: one of STATUSES. against: the one before it on the
    frontier, or one that dominates it; '' for the base and where a mixture dominates. cost_more, effect_more, icer:
    from `against` on the frontier, NaN elsewhere.
    """

    name: str
    cost: float
    effect: float
    status: str = ""
    against: str = ""
    cost_more: float = math.nan
    effect_more: float = math.nan
    icer: float = math.nan


def incremental_analysis(names: Sequence[str], costs: Sequence[float], effects: Sequence[float]) -> list[Strategy]:
    """Every strategy with its status, by rising cost, of equal costs the one that does more first.

    Of strategies with equal cost and effect the one named first stands, the others are dominated by it.
    """
    strategies = [Strategy(*own) for own in zip(names, map(float, costs), map(float, effects), strict=True)]
    by_cost = sorted(strategies, key=lambda one: (one.cost, -one.effect))
    judged: dict[str, Strategy] = {}
    standing: list[Strategy] = []
    for one in by_cost:
        if standing and one.effect <= standing[-1].effect:
            judged[one.name] = replace(one, status=DOMINATED, against=_dominating(one, standing).name)
        else:
            standing.append(one)
    frontier = _frontier(standing)
    on_it = {one.name for one in frontier}
    judged |= {one.name: replace(one, status=EXTENDED) for one in standing if one.name not in on_it}
    judged |= {one.name: one for one in _with_ratios(frontier)}
    return [judged[one.name] for one in by_cost]


def _dominating(one: Strategy, standing: Sequence[Strategy]) -> Strategy:
    """The cheapest strategy that does no less."""
    return next(other for other in standing if other.effect >= one.effect)


def _frontier(standing: Sequence[Strategy]) -> list[Strategy]:
    """Strategies between which the cost of a further unit rises, of some whose costs and effects both rise."""
    frontier: list[Strategy] = []
    for one in standing:
        while len(frontier) > 1 and _ratio(frontier[-1], one) <= _ratio(frontier[-2], frontier[-1]):
            frontier.pop()
        frontier.append(one)
    return frontier


def _with_ratios(frontier: Sequence[Strategy]) -> list[Strategy]:
    first = [replace(one, status=BASE) for one in frontier[:1]]
    return first + [
        replace(
            one, status=FRONTIER, against=before.name, cost_more=one.cost - before.cost,
            effect_more=one.effect - before.effect, icer=_ratio(before, one),
        )
        for before, one in pairwise(frontier)
    ]  # fmt: skip


def _ratio(before: Strategy, one: Strategy) -> float:
    return (one.cost - before.cost) / (one.effect - before.effect)
