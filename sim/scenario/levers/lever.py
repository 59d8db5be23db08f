"""What a lever is: one thing that money can buy, its unit and price, and the smallest sum that buys any of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

# Operating days of added bus trips in a year: 365 days less 104 Saturdays and Sundays less 8 bank holidays of England
# leave 253 weekdays; 52 Sundays and the 8 bank holidays, which run a Sunday timetable, make 60. Saturdays stay.
WEEKDAYS_PER_YEAR = 253
SUNDAYS_AND_HOLIDAYS_PER_YEAR = 60
OPERATING_DAYS: Mapping[str, int] = {
    "evening": WEEKDAYS_PER_YEAR,
    "daytime": WEEKDAYS_PER_YEAR,
    "sunday": SUNDAYS_AND_HOLIDAYS_PER_YEAR,
}
EVENING_LAST_DEPARTURE = 22 * 60 + 30  # minutes after midnight


@dataclass(frozen=True)
class Lever:
    """One thing that money can buy.

    cost_parameter: the parameter row of the price; cost_factors: further rows it is multiplied by; cost_multiplier and
    cost_divisor: what the product is multiplied and divided by, so that the result is GBP per unit and year.
    overhead_parameter, overhead_share: price row and share of it paid for each prison before any unit is bought.
    payers: who may pay, the usual one first. minimum_units: per purchase, or per link where minimum_per is 'link'.
    writes: the array or record of the delivery it changes. takes: the keys that say where (the first one is the usual);
    needs_where: whether one of them must be given; without any the lever serves the whole area. hubs_only: whether its
    places must hold an open drug and alcohol hub. beside: the kind of service that must stand open in the council of
    each place, by the option's word for which it must ('': always). options: key to allowed words; each key must be
    given.
    ramps: whether capacity rises in a straight line over lever.ramp_days instead of at once.
    can_be_cut: whether money may be below 0, which takes away what stands there today.
    """

    name: str
    title: str
    theme: str
    unit: str
    cost_parameter: str
    payers: tuple[str, ...]
    writes: str
    effect_parameters: tuple[str, ...]
    leaves_out: str
    takes: tuple[str, ...]
    ramps: bool
    minimum_units: float = 1.0
    minimum_per: str = "purchase"
    cost_factors: tuple[str, ...] = ()
    cost_multiplier: float = 1.0
    cost_divisor: float = 1.0
    overhead_parameter: str | None = None
    overhead_share: float = 0.0
    capacity_parameters: tuple[str, ...] = ()
    needs_where: bool = False
    hubs_only: bool = False
    can_be_cut: bool = False
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)

    def needs_beside(self, options: Mapping[str, str]) -> str | None:
        """The kind of service that must stand open in the council of each place bought for, if any."""
        return next((self.beside[word] for word in ("", *options.values()) if word in self.beside), None)

    @property
    def payer(self) -> str:
        """The usual payer."""
        return self.payers[0]

    @property
    def parameters(self) -> tuple[str, ...]:
        """Every parameter row that the lever reads, costs first."""
        overhead = () if self.overhead_parameter is None else (self.overhead_parameter,)
        names = (self.cost_parameter, *self.cost_factors, *overhead, *self.capacity_parameters, *self.effect_parameters)
        return tuple(dict.fromkeys(names))

    def unit_cost(self, draw: Mapping[str, float]) -> float:
        """GBP per unit and year at the draw's prices."""
        price = draw[self.cost_parameter] * math.prod(draw[name] for name in self.cost_factors)
        return price * self.cost_multiplier / self.cost_divisor

    def overhead_per_prison(self, draw: Mapping[str, float]) -> float:
        """GBP per prison and year paid before the first unit, at the draw's prices; 0 where there is none."""
        return 0.0 if self.overhead_parameter is None else self.overhead_share * draw[self.overhead_parameter]


def smallest_spend(
    lever: Lever, draw: Mapping[str, float], *, n_prisons: int, n_links: int, options: Mapping[str, str]
) -> float:
    """GBP per year that buys the lever's minimum at the draw's prices for so many prisons (one at least) and links."""
    units = lever.minimum_units
    if lever.minimum_per == "link":
        units *= OPERATING_DAYS[options["when"]] * n_links
    return units * lever.unit_cost(draw) + lever.overhead_per_prison(draw) * max(n_prisons, 1)
