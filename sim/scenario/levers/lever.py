"""What a lever is: one thing that money can buy, its unit and price, and the smallest sum that buys any of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from sim.core.rates import equivalent_annual_cost

CAPITAL_RATE = "cost.capital_rate"
GROUPS = ("prisons", "hubs", "people", "roofs and beds", "agencies", "ways")  # what the money is spent on
PAYERS: Mapping[str, str] = {
    "council": "council public health",
    "nhs": "NHS",
    "hmpps": "prison and probation service",
    "pcc": "Police and Crime Commissioner",
    "housing": "housing authority",
    "transport": "transport authority",
}
PRISON_COVERAGE = ("met_mutual_aid", "release_day_planned")  # by prison, set on the day of release

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


FOR, MOST_DISADVANTAGED = "for", "most_disadvantaged"
"""The option that says whom a lever is for, and its word for people of the highest need that can be seen first."""


class Share(NamedTuple):
    """How the money of a lever becomes a coverage: a share that rises from 0.

    coverage: its name, with {option} where the purchase chooses it, and with _by_need behind it where
    people of the highest need come first. axis: 'home', 'hub' or 'prison'. eligible: the rule
    of who could be reached in a year, and eligible_words the same in words. per_unit: the rule of how many of them one
    unit reaches in a year. whole_councils: a place stands for its council.
    """

    coverage: str
    axis: str
    eligible: str
    eligible_words: str
    per_unit: str
    whole_councils: bool = False

    def coverage_of(self, options: Mapping[str, str]) -> str:
        """The coverage that a purchase with these words raises; one by need has a name of its own."""
        name = self.coverage.format(**options)
        return f"{name}_by_need" if options.get(FOR) == MOST_DISADVANTAGED else name

    def names(self, options: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
        """Every coverage that it may raise, under any words of the lever's options."""
        words = [dict(zip(options, chosen, strict=True)) for chosen in product(*options.values())]
        return tuple(dict.fromkeys(self.coverage_of(chosen) for chosen in words))


@dataclass(frozen=True)
class Lever:
    """One thing that money can buy, a row of levers.csv.

    group: what the money is spent on. themes: codes, such as 'T8'. payers: who may pay, the usual one first.
    cost_parameter: the parameter row of the price; cost_factors: further rows it is multiplied by; cost_multiplier and
    cost_divisor: what the product is multiplied and divided by, so that the result is GBP per unit and year.
    once_parameter, leaves_parameter: the row of what is bought once, in the same units as the factors (days of
    training), and that of the rate a year at which what has it leaves: of its price comes the equivalent annual cost
    over the mean stay, beside what the factors say comes every year.
    overhead_parameter, overhead_share: price row and share of it paid for each prison before any unit is bought.
    takes: the keys that say where (the first one is the usual); needs_where: whether one of them must be given; without
    any the lever serves the whole area. hubs_only: whether its places must hold an open drug and alcohol hub. beside:
    the kind of service that must stand open in the council of each place, by the option's word for which it must ('':
    always). options: key to allowed words; defaults: the word of an option that need not be given. minimum_units: the
    smallest purchase, or per link where minimum_per is 'link'. ramps: whether capacity rises in a straight line over
    lever.ramp_days instead of at once. can_be_cut: whether money may be below 0, which takes away what stands there
    today. share: how the money raises a coverage, None where the delivery has a rule of its own. writes: what of the
    delivery it changes, in words.
    """

    name: str
    title: str
    group: str
    themes: tuple[str, ...]
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
    once_parameter: str | None = None
    leaves_parameter: str | None = None
    overhead_parameter: str | None = None
    overhead_share: float = 0.0
    capacity_parameters: tuple[str, ...] = ()
    needs_where: bool = False
    hubs_only: bool = False
    can_be_cut: bool = False
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)
    share: Share | None = None

    def needs_beside(self, options: Mapping[str, str]) -> str | None:
        """The kind of service that must stand open in the council of each place bought for, if any."""
        return next((self.beside[word] for word in ("", *options.values()) if word in self.beside), None)

    @property
    def options_needed(self) -> tuple[str, ...]:
        """The options that must be given."""
        return tuple(option for option in self.options if option not in self.defaults)

    @property
    def payer(self) -> str:
        """The usual payer."""
        return self.payers[0]

    @property
    def parameters(self) -> tuple[str, ...]:
        """Every parameter row that the lever reads, costs first."""
        return tuple(dict.fromkeys((*self.price_parameters, *self.capacity_parameters, *self.effect_parameters)))

    @property
    def price_parameters(self) -> tuple[str, ...]:
        """Every parameter row that its price rests on."""
        once: tuple[str, ...] = ()
        if self.once_parameter is not None and self.leaves_parameter is not None:
            once = (self.once_parameter, self.leaves_parameter, CAPITAL_RATE)
        overhead = () if self.overhead_parameter is None else (self.overhead_parameter,)
        return (self.cost_parameter, *self.cost_factors, *once, *overhead)

    def unit_cost(self, draw: Mapping[str, float]) -> float:
        """GBP per unit and year at the draw's prices."""
        units = math.prod(draw[name] for name in self.cost_factors)
        if self.once_parameter is not None and self.leaves_parameter is not None:
            years = 1.0 / draw[self.leaves_parameter]
            units += equivalent_annual_cost(draw[self.once_parameter], years, draw[CAPITAL_RATE])
        return draw[self.cost_parameter] * units * self.cost_multiplier / self.cost_divisor

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
