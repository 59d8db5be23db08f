"""The lever catalogue: what money can buy, in which unit, who pays, what it writes and what it leaves out.

Nothing here is an effect size or a price: both are parameter rows, named in each entry. Source of every entry: model
specification, section 4 (levers) and 3.5, 3.7, 3.13 (what each one writes).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

PAYERS: Mapping[str, str] = {
    "council": "council public health",
    "nhs": "NHS",
    "hmpps": "prison and probation service",
    "pcc": "Police and Crime Commissioner",
    "transport": "transport authority",
}

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

    cost_parameter: the parameter row of the price; cost_factors: further rows it is multiplied by; cost_divisor: what
    the product is divided by, so that the result is GBP per unit and year.
    overhead_parameter, overhead_share: price row and share of it paid for each prison before any unit is bought.
    payers: who may pay, the usual one first. minimum_units: per purchase, or per link where minimum_per is 'link'.
    writes: the array or record of the delivery it changes. takes: the keys that say where (the first one is the usual);
    needs_where: whether one of them must be given. options: key to allowed words; each key must be given.
    ramps: whether capacity rises in a straight line over lever.ramp_days instead of at once.
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
    cost_divisor: float = 1.0
    overhead_parameter: str | None = None
    overhead_share: float = 0.0
    capacity_parameters: tuple[str, ...] = ()
    needs_where: bool = False
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

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
        return draw[self.cost_parameter] * math.prod(draw[name] for name in self.cost_factors) / self.cost_divisor

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


_CATALOGUE = (
    Lever(
        name="naloxone_at_release",
        title="Naloxone kits for people leaving prison with an opiate need",
        theme="T2",
        unit="kit",
        cost_parameter="cost.naloxone_kit",
        payers=("council", "nhs"),
        writes="naloxone_share: share of people with an opiate need who leave each prison holding a kit",
        effect_parameters=("overdose.naloxone_held", "overdose.naloxone_used", "overdose.fatality_naloxone"),
        leaves_out="training of family and peers, replacement of used kits, staff time to hand kits out",
        takes=("prisons",),
        ramps=False,
    ),
    Lever(
        name="ost_at_release",
        title="Opioid substitution treatment in custody up to the day of release",
        theme="T2",
        unit="person reached",
        cost_parameter="cost.oat_year",
        cost_factors=("lever.ost_custody_days",),
        cost_divisor=365.0,
        overhead_parameter="cost.specialist_year",
        overhead_share=0.25,
        payers=("nhs",),
        writes="ost_share: share of people with an opiate need who are on treatment on leaving each prison",
        capacity_parameters=("lever.ramp_days",),
        effect_parameters=("population.ost_at_release", "lever.ost_reached", "use.ost_hr"),
        leaves_out="treatment after release, prison regime and escort costs; no protection after week 4 by itself",
        takes=("prisons",),
        ramps=True,
    ),
    Lever(
        name="inreach_worker",
        title="In-reach workers from the community treatment provider",
        theme="T1",
        unit="post",
        cost_parameter="cost.keyworker_year",
        payers=("council", "nhs", "hmpps"),
        writes="referral_lost: share of referrals to community treatment that are lost or never sent",
        capacity_parameters=("lever.intensive_caseload", "lever.inreach_days", "lever.ramp_days"),
        effect_parameters=("referral.lost", "agency.colocated_received_rr"),
        leaves_out="an earlier first appointment (buy booked_before_release), vetting delays beyond the ramp",
        takes=("prisons",),
        ramps=True,
    ),
    Lever(
        name="booked_before_release",
        title="First appointment booked before release",
        theme="T1",
        unit="keyworker team member trained a year",
        cost_parameter="cost.training_day",
        cost_factors=("lever.booked_training_days",),
        payers=("council",),
        writes="booked_share: share of first appointments at each hub booked for the first open days after release",
        capacity_parameters=("lever.ramp_days",),
        effect_parameters=("lever.booked_delay_days", "appointment.delay_or"),
        leaves_out="further appointments: the booked slots come out of the hub's own capacity",
        takes=("places",),
        ramps=True,
    ),
    Lever(
        name="navigators",
        title="Navigators for people with knotted needs",
        theme="T8",
        unit="post",
        cost_parameter="cost.keyworker_year",
        payers=("pcc", "council"),
        writes="teams: named workers with a small caseload based in each place",
        capacity_parameters=("lever.intensive_caseload", "lever.ramp_days"),
        effect_parameters=("navigator.attendance_or", "support.homeless_or"),
        leaves_out="any effect after day 183; personal budgets; a null effect lies within the range",
        takes=("places",),
        needs_where=True,
        ramps=True,
    ),
    Lever(
        name="bus_trips",
        title="Added bus trips",
        theme="T14",
        unit="one-way trip",
        cost_parameter="cost.bus_trip",
        payers=("transport", "council"),
        writes="link_changes: departures and the last departure of each link",
        effect_parameters=("appointment.journey_or_per_10min",),
        leaves_out="fares, other passengers' gains, Saturdays; Sunday trips change nothing yet: hubs open on weekdays",
        takes=("links",),
        needs_where=True,
        ramps=False,
        minimum_per="link",
        options={"when": ("evening", "sunday", "daytime")},
    ),
)

LEVERS: Mapping[str, Lever] = {lever.name: lever for lever in _CATALOGUE}
