"""What the delivery of every lever reads, and the accounts that it writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.scenario.delivery import coverage
from sim.scenario.delivery.records import Floats, Spend
from sim.scenario.demand import Demand
from sim.scenario.levers import LEVERS
from sim.scenario.levers.lever import Lever
from sim.scenario.scenario import Purchase, Scenario

if TYPE_CHECKING:
    from sim.area import Area

NOBODY_LEFT = "of this money finds nobody left to reach"
NO_POST_LEFT = "of this cut finds no post left"


@dataclass
class DeliveryContext:
    """One scenario at one draw against one demand; `spend` holds the accounts by number of the purchase."""

    scenario: Scenario
    draw: Mapping[str, float]
    demand: Demand
    area: Area
    days: int
    spend: dict[int, Spend] = field(default_factory=dict)

    def purchases(self, lever: str) -> Iterator[tuple[int, Purchase]]:
        """Number and purchase of one lever, the narrowest first, whatever their order in the file."""

        def breadth(entry: tuple[int, Purchase]) -> tuple[object, ...]:
            bought = entry[1]
            where = bought.prisons or bought.places or bought.links
            return (not where, len(where), sorted(where), bought.starts, str(bought.ends), bought.gbp_per_year)

        return iter(sorted(((n, p) for n, p in enumerate(self.scenario.levers) if p.lever == lever), key=breadth))

    def span(self, bought: Purchase) -> tuple[int, int]:
        """First day with the money and first day without."""
        return coverage.span(bought.starts, bought.ends, day_zero=self.scenario.starts, days=self.days)

    def strength(self, lever: Lever, bought: Purchase) -> Floats:
        """f8[days], share of the purchase's full capacity."""
        ramp_days = self.draw["lever.ramp_days"] if lever.ramps else 0.0
        return coverage.strength(*self.span(bought), days=self.days, ramp_days=ramp_days)

    def prisons(self, bought: Purchase) -> NDArray[np.intp]:
        """Columns of the prisons named, or of all prisons of the area from which somebody is released."""
        if bought.prisons:
            return np.array([self.area.prison_index[name] for name in bought.prisons], dtype=np.intp)
        return np.flatnonzero(self.demand.releases_per_year[:-1] > 0)

    def places(self, bought: Purchase) -> NDArray[np.intp]:
        """Columns of the places named, or of all places."""
        if bought.places:
            return np.array([self.area.place_index[name] for name in bought.places], dtype=np.intp)
        return np.arange(len(self.area.places))

    def _when(self, bought: Purchase) -> str:
        """When the money flows, where it does not flow throughout; with an end, how much that is in all."""
        late = bought.starts > self.scenario.starts
        if bought.ends is None:
            return f"from {bought.starts} on" if late else ""
        total = bought.gbp_per_year * (bought.ends - bought.starts).days / 365
        return f"only from {bought.starts} until {bought.ends}, {total:,.0f} GBP in all"

    def account(self, n: int, units: float, used_part: float, *, overhead: float = 0.0, remark: str = "") -> None:
        """Enters purchase n: units a year at full strength and the part of them that reaches somebody.

        For a cut: units below 0, and the part of them that finds a post to leave empty.
        """
        bought = self.scenario.levers[n]
        lever = LEVERS[bought.lever]
        cost = lever.unit_cost(self.draw)
        first, end = self.span(bought)
        unused = units * max(1.0 - used_part, 0.0) * cost
        remarks = [text for text in (remark, self._when(bought)) if text]
        if unused / bought.gbp_per_year > 1e-6:
            left = NO_POST_LEFT if units < 0.0 else NOBODY_LEFT
            remarks.append(f"{_percent(unused / bought.gbp_per_year)} {left}")
        self.spend[n] = Spend(
            lever=bought.lever, payer=bought.payer or lever.payer, gbp_per_year=bought.gbp_per_year, unit=lever.unit,
            units=units, units_used=units * used_part, unit_cost_gbp=cost, overhead_gbp_per_year=overhead,
            unused_gbp_per_year=unused, first_day=first, end_day=end, remark="; ".join(remarks),
        )  # fmt: skip


def _percent(part: float) -> str:
    if part < 0.01:
        return "less than 1%"
    return f"{100 * part:.0f}%" if part < 0.995 or part > 1 - 1e-9 else "over 99%"
