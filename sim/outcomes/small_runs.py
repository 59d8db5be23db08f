"""How far a run of fewer people lies from the whole region's, because queues for few places are lumpier.

A run of fewer people has all capacity scaled by the same ratio, so it fits in the mean; but a hub of two places is a
worse hub than one of twenty. The figures are measured at the reference values (tests/engine/small_queues.py, 30 seeds
of 2,200 people and proportionally more of fewer) and held by a test.
"""

from __future__ import annotations

import math
from bisect import bisect_left

WHOLE_REGION = 2200
LONGER_WAITS = {200: 1.12, 500: 0.34, 1000: 0.10, WHOLE_REGION: 0.0}
"""People in a run to the share by which the mean wait for a first appointment is longer."""
LESS_ENGAGED = {200: 0.126, 500: 0.050, 1000: 0.0175, WHOLE_REGION: 0.0}
"""People in a run to the share of people fewer who start treatment within 3 weeks."""


def _between(table: dict[int, float], people: int) -> float:
    """The table's value at a size, along the logarithm of the size; the ends hold beyond the ends."""
    sizes = sorted(table)
    if people <= sizes[0]:
        return table[sizes[0]]
    if people >= sizes[-1]:
        return table[sizes[-1]]
    k = bisect_left(sizes, people)
    low, high = sizes[k - 1], sizes[k]
    part = math.log(people / low) / math.log(high / low)
    return table[low] + part * (table[high] - table[low])


def longer_waits(people: int) -> float:
    """Share by which waits come out longer in a run of so many people."""
    return _between(LONGER_WAITS, people)


def less_engaged(people: int) -> float:
    """By how much the share who start treatment within 3 weeks comes out lower."""
    return _between(LESS_ENGAGED, people)
