"""Money a year over time: the most that flows at once."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple


class Flow(NamedTuple):
    """Money a year from a first day to the day before another (None: it goes on)."""

    first: date
    end: date | None
    gbp_per_year: float


def most_at_once(flows: Iterable[Flow]) -> float:
    """GBP a year of the day on which most flows, or most is taken away where that is more; 0 without any."""
    flows = tuple(flows)
    days = {flow.first for flow in flows} | {flow.end for flow in flows if flow.end is not None}
    rates = (
        math.fsum(flow.gbp_per_year for flow in flows if flow.first <= day and (flow.end is None or day < flow.end))
        for day in sorted(days)
    )
    return max(rates, key=abs, default=0.0)
