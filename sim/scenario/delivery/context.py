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
LEAST_UNUSED = 1e-6  # of a purchase's money: less is rounding, and nothing is told of it
NOTHING_LEFT = "of this cut finds nothing left to take away"


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
        """Number and purchase of one lever that buys something, the narrowest first, whatever the order in the file."""
        return self._of_lever(lever, are_cuts=False)

    def cuts(self, lever: str) -> Iterator[tuple[int, Purchase]]:
        """Number and purchase of one lever that takes something away, in the same order."""
        return self._of_lever(lever, are_cuts=True)

    def _of_lever(self, lever: str, *, are_cuts: bool) -> Iterator[tuple[int, Purchase]]:
        def breadth(entry: tuple[int, Purchase]) -> tuple[object, ...]:
            bought = entry[1]
            where = bought.prisons or bought.places or bought.links
            how_much = (bought.percent_of_today or 0.0, bought.gbp_per_year, sorted(bought.options.items()))
            return (not where, len(where), sorted(where), bought.starts, str(bought.ends), *how_much)

        named = ((n, p) for n, p in enumerate(self.scenario.levers) if p.lever == lever and p.is_cut == are_cuts)
        return iter(sorted(named, key=breadth))

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

    def _when(self, bought: Purchase, gbp: float) -> str:
        """When the money flows, where it does not flow throughout; with an end, how much that is in all."""
        late = bought.starts > self.scenario.starts
        if bought.ends is None:
            return f"from {bought.starts} on" if late else ""
        total = gbp * (bought.ends - bought.starts).days / 365
        return f"only from {bought.starts} until {bought.ends}, {total:,.0f} GBP in all"

    def account(self, n: int, units: float, used_part: float, *, overhead: float = 0.0, remark: str = "") -> None:
        """Enters purchase n: units a year at full strength and the part of them that reaches somebody.

        For a cut: units below 0, and the part of them that finds something to take away; in per cent it is as much
        money as they cost under the draw.
        """
        bought = self.scenario.levers[n]
        lever = LEVERS[bought.lever]
        cost = lever.unit_cost(self.draw)
        first, end = self.span(bought)
        unused = units * max(1.0 - used_part, 0.0) * cost
        gbp = bought.gbp_per_year if bought.percent_of_today is None else units * cost
        remarks = [text for text in (remark, self._when(bought, gbp)) if text]
        if abs(unused) <= LEAST_UNUSED * abs(gbp):
            unused = 0.0
        if unused:
            left = NOTHING_LEFT if bought.is_cut else NOBODY_LEFT
            remarks.append(f"{_percent(unused / gbp)} {left}")
        self.spend[n] = Spend(
            lever=bought.lever, option="; ".join(bought.options.values()),
            payer=bought.payer or lever.payer, gbp_per_year=gbp, unit=lever.unit,
            units=units, units_used=units * used_part, unit_cost_gbp=cost, overhead_gbp_per_year=overhead,
            unused_gbp_per_year=unused, first_day=first, end_day=end,
            ends="" if bought.ends is None else bought.ends.isoformat(), remark="; ".join(remarks), for_others=False,
        )  # fmt: skip


def _percent(part: float) -> str:
    if part < 0.01:
        return "less than 1%"
    return f"{100 * part:.0f}%" if part < 0.995 or part > 1 - 1e-9 else "over 99%"
