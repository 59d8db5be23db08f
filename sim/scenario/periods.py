"""Consecutive periods of one purchase as the one purchase they are.

A purchase that goes on where another of the same lever, place, payer and options ends keeps the posts, beds and people
of the other; of a larger sum only what is added fills anew, of a smaller one only what is taken off ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sim.scenario.rate import YearlyRate, most_at_once
from sim.scenario.scenario import Purchase


def rate_of(purchases: Iterable[Purchase]) -> float:
    """GBP a year of all purchases together on the day on which it is most."""
    return most_at_once(YearlyRate(bought.starts, bought.ends, bought.gbp_per_year) for bought in purchases)


def as_one(purchases: Sequence[Purchase]) -> tuple[Purchase, ...]:
    """The same money day by day with consecutive periods joined, each where the first of its periods stood.

    Periods of different sums become layers: the part that all of them have, from the first to the last, and on top of
    it what only some have.
    """
    left = dict(enumerate(purchases))
    joined: list[Purchase] = []
    for n, bought in enumerate(purchases):
        if n not in left:
            continue
        chain = [left.pop(n)]
        while (before := _next_to(chain[0], left, is_before=True)) is not None:
            chain.insert(0, left.pop(before))
        while (after := _next_to(chain[-1], left, is_before=False)) is not None:
            chain.append(left.pop(after))
        joined += _layers(chain) if len(chain) > 1 else [bought]
    return tuple(joined)


def _next_to(bought: Purchase, left: dict[int, Purchase], *, is_before: bool) -> int | None:
    """Number of the period that ends where this one begins, or begins where it ends; of several the nearest sum."""

    def touches(other: Purchase) -> bool:
        early, late = (other, bought) if is_before else (bought, other)
        return _same(bought) == _same(other) and early.ends is not None and early.ends == late.starts

    touching = [n for n, other in left.items() if touches(other)]
    return min(touching, key=lambda n: (abs(_size(left[n]) - _size(bought)), n), default=None)


def _same(bought: Purchase) -> tuple[object, ...]:
    where = tuple(tuple(sorted(names)) for names in (bought.places, bought.prisons, bought.links))
    in_percent = bought.percent_of_today is not None
    return bought.lever, bought.payer, where, tuple(sorted(bought.options.items())), in_percent, bought.is_cut


def _size(bought: Purchase) -> float:
    """Money or per cent, as it was bought or cut."""
    return bought.gbp_per_year if bought.percent_of_today is None else bought.percent_of_today


def _layers(chain: Sequence[Purchase]) -> list[Purchase]:
    if not chain:
        return []
    least = min(chain, key=lambda bought: abs(_size(bought)))
    base = replace(least, starts=chain[0].starts, ends=chain[-1].ends)
    layers, above = [base], list[Purchase]()
    for bought in chain:
        rest = _less(bought, least)
        if rest is None:
            layers += _layers(above)
            above = []
        else:
            above.append(rest)
    return layers + _layers(above)


def _less(bought: Purchase, taken: Purchase) -> Purchase | None:
    """What is left of a purchase above the sum or per cent of another; None where nothing is."""
    if _size(bought) == _size(taken):
        return None
    gbp = bought.gbp_per_year - taken.gbp_per_year
    if bought.percent_of_today is None or taken.percent_of_today is None:
        return replace(bought, gbp_per_year=gbp)
    return replace(bought, gbp_per_year=gbp, percent_of_today=bought.percent_of_today - taken.percent_of_today)
