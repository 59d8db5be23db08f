"""A fake study as wide as the full model's: nine scenarios, groups by days since release and by month, money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from fake_study import HELD, RATES, FakeSimulator, plan_of, run_into

from sim.analysis.comparison import Comparison
from sim.analysis.verdicts import NOT_MARKED
from sim.outcomes.strata import BAND_STARTS, exists
from sim.outcomes.totals import RunResult
from sim.population.codes import BAND_ENDS
from sim.study.plan import StudyPlan

SINCE = tuple(("since_release", f"day {start} to {end - 1}") for start, end in zip(BAND_STARTS, BAND_ENDS, strict=True))
BY_DAY = tuple(("by_day", f"by day {end}") for end in BAND_ENDS)
MONTHS = tuple(("month", f"month {month}") for month in range(1, 25))
OF_PEOPLE = (("all", "all"), ("home", "urban"), ("home", "rural"))
GROUPS = (*OF_PEOPLE, *SINCE, *BY_DAY, *MONTHS)
NAMES = (
    "baseline", "evening_and_sunday_buses", "inreach_with_booked_appointments", "naloxone_and_ost_at_release",
    "navigators_two_cities", "cas3_beds_and_resettlement", "depot_and_bridging", "residential_places",
    "keyworkers_cut",
)  # fmt: skip
TITLES = {
    "baseline": "Today's services, nothing added",
    "evening_and_sunday_buses": "Evening and Sunday buses to rural towns",
    "inreach_with_booked_appointments": "In-reach workers and appointments booked before release",
    "naloxone_and_ost_at_release": "Naloxone kits and opioid substitution treatment at release",
    "navigators_two_cities": "Navigators in Bristol and Plymouth",
    "cas3_beds_and_resettlement": "Short-stay beds, supported places and resettlement workers before release",
    "depot_and_bridging": "Depot buprenorphine and bridging prescriptions",
    "residential_places": "Residential rehabilitation and alcohol detoxification places",
    "keyworkers_cut": "A tenth of keyworker posts not refilled",
}
EFFECTS: tuple[dict[str, float], ...] = (
    {},
    {"appointments_missed_travel": -0.3, "cost_transport_gbp": 0.2, "deaths_28_days_expected": 0.07},
    {
        "engaged_within_3_weeks": 0.09, "nonfatal_overdoses_expected": -0.03, "deaths_28_days_expected": -0.03,
        "deaths_365_days_expected": -0.02, "people_waiting_mean": 0.12, "wait_days_mean": 0.1,
        "people_per_keyworker_mean": 0.03, "waiting_days": 0.05, "cost_council_gbp": 0.25, "cost_total_gbp": 0.02,
    },
    {
        "nonfatal_overdoses_expected": -0.04, "deaths_28_days_expected": -0.17, "deaths_365_days_expected": -0.07,
        "drug_deaths_365_days_expected": -0.12, "qalys": 0.002, "cost_nhs_gbp": 0.07, "cost_total_gbp": 0.01,
    },
    {
        "engaged_within_3_weeks": 0.02, "rough_sleeping_days": -0.05, "settled_3_months": 0.006,
        "recalled_365_days": -0.01, "cost_pcc_gbp": 5.0, "cost_housing_gbp": -0.03, "qalys": 0.001,
        "cost_total_gbp": -0.011,
    },
    {
        "rough_sleeping_days": -0.16, "first_night_rough": -0.2, "settled_3_months": 0.04, "cost_housing_gbp": 0.2,
        "deaths_365_days_expected": -0.015, "qalys": 0.004, "cost_hmpps_gbp": 0.03, "cost_total_gbp": 0.03,
    },
    {
        "engaged_within_3_weeks": 0.01, "deaths_365_days_expected": -0.05, "deaths_28_days_expected": -0.1,
        "nonfatal_overdoses_expected": -0.06, "treatment_days": 0.03, "cost_nhs_gbp": 0.14, "cost_total_gbp": 0.02,
        "people_waiting_mean": -0.05,
    },
    {"deaths_28_days_expected": 0.08, "rough_sleeping_days": -0.02, "qalys": 0.001, "cost_council_gbp": 0.2},
    {
        "engaged_within_3_weeks": -0.05, "deaths_365_days_expected": 0.02, "deaths_28_days_expected": 0.09,
        "people_waiting_mean": 0.6, "wait_days_mean": 0.5, "people_per_keyworker_mean": 0.11,
        "contact_interval_mean": 0.1, "waiting_days": 0.4, "rough_sleeping_days": 0.01,
        "recalled_365_days": 0.02, "cost_council_gbp": -0.3, "cost_total_gbp": -0.02,
    },
)  # fmt: skip
# lever, payer, GBP a year, unit, units, part that finds nobody left, first day, end day, remark.
PURCHASES: Mapping[str, tuple[tuple[Any, ...], ...]] = {
    "evening_and_sunday_buses": (
        ("bus_trips", "transport", 400_000.0, "one-way trip", 5714.3, 0.0, 0, 730, "1.1 more departures each way"),
        ("bus_trips", "transport", 100_000.0, "one-way trip", 1428.6, 0.0, 0, 730, "1.2 more departures each way"),
    ),
    "inreach_with_booked_appointments": (
        ("inreach_worker", "council", 490_000.0, "post", 10.65, 0.0, 0, 730, ""),
        ("booked_before_release", "council", 10_000.0, "keyworker team member trained a year", 20.0, 0.0, 0, 730, ""),
    ),
    "naloxone_and_ost_at_release": (
        ("naloxone_at_release", "council", 30_000.0, "kit", 1500.0, 0.08, 0, 730, "8% finds nobody left to reach"),
        ("ost_at_release", "nhs", 220_000.0, "person reached", 510.0, 0.05, 0, 730, "1.5 specialist posts come first"),
    ),
    "navigators_two_cities": (("navigators", "pcc", 500_000.0, "post", 10.87, 0.0, 0, 730, ""),),
    "cas3_beds_and_resettlement": (
        ("cas3_beds", "hmpps", 250_000.0, "bed", 8.06, 0.0, 0, 730, ""),
        ("supported_places", "housing", 190_000.0, "bed", 12.0, 0.0, 0, 730, ""),
        ("resettlement_worker", "hmpps", 60_000.0, "post", 1.3, 0.31, 90, 455, "31% finds nobody left to reach"),
    ),
    "depot_and_bridging": (
        ("depot_at_release", "nhs", 400_000.0, "person-month", 1668.8, 0.12, 0, 730, ""),
        ("bridging_script", "nhs", 100_000.0, "post", 1.47, 0.0, 0, 730, ""),
    ),
    "residential_places": (
        ("rehab_places", "council", 420_000.0, "bed", 9.0, 0.0, 0, 730, ""),
        ("detox_places", "council", 80_000.0, "bed", 1.0, 0.55, 0, 730, "55% finds nobody left to reach"),
    ),
    "keyworkers_cut": (("extra_keyworkers", "council", -368_000.0, "post", -8.0, 0.0, 0, 730, ""),),
}


class FullSimulator(FakeSimulator):
    """The stand-in with groups over time; an effect on deaths is largest early on, one on services grows in."""

    groups: Sequence[tuple[str, str]] = GROUPS

    def __init__(self, effects: Sequence[dict[str, float]] = EFFECTS, people: int = 2200, noise: float = 0.01) -> None:
        super().__init__(effects, people, noise)
        self.measures = HELD
        shapes = [[_shape(*group, name) for name in self.measures] for group in GROUPS]
        self.part, self.below, self.grows = np.moveaxis(np.array(shapes), 2, 0)
        self.held = np.array([[exists(name, stratum) for name in self.measures] for stratum, _ in GROUPS])
        self.rates = np.array([RATES[name] for name in self.measures])

    def __call__(self, scenario: int, draw: int, replicate: int) -> RunResult:
        of_draw, luck = np.random.default_rng([1, draw]), np.random.default_rng([2, draw, replicate])
        own = np.random.default_rng([3, scenario, draw, replicate])
        people, size = self.people * of_draw.normal(1.0, 0.1), of_draw.normal(1.0, 0.25)
        level = of_draw.lognormal(0.0, 0.2, len(self.measures))
        effect = np.array([self.effects[scenario].get(name, 0.0) for name in self.measures])
        noise = luck.normal(0.0, self.noise, self.part.shape)
        noise += np.where(effect != 0.0, own.normal(0.0, self.noise / 3, self.part.shape), 0.0)
        value = self.rates * level * self.part * (1 + effect * size * self.grows + noise)
        below = np.where(self.held, people * self.below, 0.0)
        return RunResult(np.maximum(0.0, value) * below, below, person_days=self.people * 365)

    def spend(self, scenario: int) -> list[dict[str, Any]]:
        return [
            {
                "lever": lever, "payer": payer, "gbp_per_year": gbp, "unit": unit, "units": units,
                "units_used": units * (1 - unused), "unit_cost_gbp": gbp / units, "unused_gbp_per_year": gbp * unused,
                "first_day": first, "end_day": end, "remark": remark,
            }
            for lever, payer, gbp, unit, units, unused, first, end, remark in PURCHASES.get(NAMES[scenario], ())
        ]  # fmt: skip


def _shape(stratum: str, group: str, measure: str) -> tuple[float, float, float]:
    """Part of the year's value in the group, part of people, and how much of an effect is there."""
    if stratum == "home":
        return (1.04, 0.8, 1.1) if group == "urban" else (0.86, 0.2, 0.6)
    if stratum == "by_day":
        end = int(group.split()[-1])
        return (end / 365) ** 0.55, 1.0, 1.0 + 1.5 * float(np.exp(-end / 60))
    if stratum == "since_release":
        start, end = int(group.split()[1]), int(group.split()[3]) + 1
        alive = 1.0 - 0.011 * (start / 365) ** 0.55
        if measure == "rough_sleeping_days":
            return (end - start) / 365 * (0.75 + 2.2 * float(np.exp(-start / 45))), alive, 1.0 - 0.5 * start / 365
        return (end - start) / 365, alive, 1.0
    if stratum == "month":
        month = int(group.split()[-1])
        settled = 1.0 + 0.06 * float(np.sin(month)) - (0.25 if month > 13 else 0.0)
        return settled, 1.0, min(1.0, month / 6)
    return 1.0, 1.0, 1.0


def unsure(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of a comparison with every difference as likely better as worse."""
    even = dict.fromkeys(("chance_better", "chance_worse", "chance_more", "chance_fewer"), 0.45)
    verdicts = ["baseline" if name == "baseline" else NOT_MARKED for name in frame["scenario"]]
    return frame.assign(**even, chance_none=0.1, verdict=verdicts)


def with_nothing_sure(comparison: Comparison) -> Comparison:
    """The same study with every difference as likely better as worse."""
    return replace(comparison, rows=unsure(comparison.rows), groups=unsure(comparison.groups))


def full_plan(scenarios: int = len(NAMES), draws: int = 60) -> StudyPlan:
    """A plan over the first of the nine scenarios."""
    return replace(plan_of(1, people=2200, draws=draws), scenarios=NAMES[:scenarios])


def full_study(out: Path, *, scenarios: int = len(NAMES), draws: int = 60, shown: bool = False) -> Comparison:
    """The nine scenarios run into a folder; with pages and charts where they are to be shown."""
    return run_into(out, full_plan(scenarios, draws), FullSimulator(), titles=TITLES, shown=shown)
