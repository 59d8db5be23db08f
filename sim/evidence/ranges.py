"""The default rule: what range a number gets when its source publishes none and nobody has judged one.

Both cells `low` and `high` of a parameter row then hold the word `rule`, or `rule, carried`, and the loader works the
ends out from the row's value and the kind of its unit:

kind    units, for example                  scale       rule    rule, carried
share   probability, proportion, utility    log odds    0.25    0.50
ratio   hazard ratio, odds ratio            logarithm   0.30    0.60
rate    per person-day, per person-year     logarithm   0.21    0.42
amount  days, months, people, GBP           logarithm   0.25    0.50

The figures are standard deviations; low and high lie 1.96 of them below and above the value, rounded to three figures.
So 0.25 of a share becomes 0.17 to 0.352, or 0.111 to 0.47 when carried; 28 days become 17.2 to 45.7, or 10.5 to 74.6.

`rule` is for a figure of people and places like ours. Its spreads are the upper quartile of those that the source
tables do publish, rounded (a test holds them to it): most published intervals are narrower, but they tell sampling
error only. `rule, carried` is for a figure carried over from another country, another time or other people, and for a
plain judgement with no figure behind it; how far such a number lies off nobody has measured, so the doubling is ours.

A row with a published or a judged interval states it and does not use the rule.
"""

from __future__ import annotations

import math

from sim.core.grammar import a, listed
from sim.evidence.units import kind_of_unit

RULE, CARRIED = "rule", "rule, carried"
WORDS = (RULE, CARRIED)
"""What both cells may say in place of numbers."""

SPREADS = {"share": 0.25, "ratio": 0.30, "rate": 0.21, "amount": 0.25}
"""Standard deviation of the logarithm, for a share of the log odds, by kind of unit."""

CARRIED_FACTOR = 2.0
Z_95 = 1.959963984540054
"""97.5% point of the standard normal."""

FIGURES = 3
"""Figures to which the ends are rounded, so that they are the same on every machine."""


def rule_problem(value: float, unit: str, distribution: str) -> tuple[str, str] | None:
    """Why the rule gives no range, as (problem, what is allowed); None when it does."""
    kind = kind_of_unit(unit)
    if kind not in SPREADS:
        return (
            f"the rule knows no range for '{unit}'",
            f"numbers, or a unit that is {listed([a(kind) for kind in SPREADS], 'or')}",
        )
    if distribution == "fixed":
        return "a fixed row is never drawn, so the rule has nothing to say", "numbers, or another distribution"
    if not math.isfinite(value) or value <= 0.0 or (kind == "share" and value >= 1.0):
        scale = "log odds" if kind == "share" else "logarithm"
        inside = "strictly between 0 and 1" if kind == "share" else "above 0"
        return f"the rule cannot spread {value:g}, which has no {scale}", f"numbers, or a value {inside}"
    return None


def rule_range(value: float, unit: str, word: str) -> tuple[float, float]:
    """Low and high by the rule; the row is one of which `rule_problem` says nothing, the word one of WORDS."""
    reach = Z_95 * rule_spread(unit, word)
    if kind_of_unit(unit) == "share":
        odds = value / (1.0 - value)
        ends = tuple(1.0 / (1.0 + math.exp(step) / odds) for step in (reach, -reach))
    else:
        ends = tuple(value * math.exp(step) for step in (-reach, reach))
    low, high = (_rounded(end, kind_of_unit(unit)) for end in ends)
    return low, high


def _rounded(end: float, kind: str) -> float:
    """The end to FIGURES figures; of a share near 1 it is the distance from 1 that keeps them."""
    small = min(end, 1.0 - end) if kind == "share" else end
    return round(end, FIGURES - 1 - math.floor(math.log10(small)))


def rule_spread(unit: str, word: str) -> float:
    """The standard deviation that the rule takes for a unit."""
    return SPREADS[kind_of_unit(unit)] * (CARRIED_FACTOR if word == CARRIED else 1.0)


def rule_words(unit: str, word: str) -> str:
    """The rule in words, for a reader of one row; empty when the row states its own range."""
    if not word:
        return ""
    kind = kind_of_unit(unit)
    carried = ", carried over or judged" if word == CARRIED else ""
    scale = "log odds" if kind == "share" else "logarithm"
    return f"by the default rule for {a(kind)}{carried}: {scale} with standard deviation {rule_spread(unit, word):g}"
