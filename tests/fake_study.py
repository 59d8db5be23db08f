"""A small stand-in for the engine: known effects, keyed noise, the same luck under every scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from sim.analysis.comparison import Comparison, assemble
from sim.analysis.cube import load_cube
from sim.analysis.value.cost_per_outcome import cost_per_outcome
from sim.analysis.value.tables import valued
from sim.evidence.views import load_views
from sim.outcomes.lifetime_measures import LIFETIME_MEASURES
from sim.outcomes.measures import MEASURE_NAMES
from sim.outcomes.money_measures import MONEY_MEASURES
from sim.outcomes.totals import RunResult
from sim.presentation.album import Album
from sim.presentation.charts import headline_differences
from sim.presentation.report.files import write_comparison
from sim.presentation.theme import Chart
from sim.scenario.levers import PAYERS
from sim.store.folder import RunFolder
from sim.study.plan import StudyPlan
from sim.study.points import Points
from sim.study.run_blocks import Clock, join_totals, run_missing, write_manifest, write_money

GROUPS = (("all", "all"), ("home", "rural"), ("home", "urban"), ("sex", "man"), ("sex", "woman"))
SHARES = (1.0, 0.25, 0.75, 0.91, 0.09)
RATES = {
    "engaged_within_3_weeks": 0.53, "started_12_months": 0.72, "first_night_rough": 0.149,
    "first_night_settled": 0.604, "settled_3_months": 0.735,
    "rough_sleeping_days": 18.0, "relapsed_28_days": 0.6, "nonfatal_overdoses": 0.08,
    "nonfatal_overdoses_expected": 0.08, "deaths_28_days": 0.0016, "deaths_28_days_expected": 0.0016,
    "deaths_365_days": 0.011, "deaths_365_days_expected": 0.011, "drug_deaths_365_days": 0.006,
    "drug_deaths_365_days_expected": 0.006, "suicides_365_days": 0.0016, "suicides_365_days_expected": 0.0016,
    "other_deaths_365_days": 0.0034, "other_deaths_365_days_expected": 0.0034, "custody_deaths_365_days": 0.0004,
    "custody_deaths_365_days_expected": 0.0004, "recalled_365_days": 0.45, "reoffended_365_days": 0.38,
    "treatment_days": 158.0, "wait_days_mean": 4.0, "appointments_missed_travel": 0.09, "custody_days": 60.0,
    "residential_days": 0.4, "waiting_days": 5.0, "waits_given_up": 0.08, "qalys": 0.62, "qalys_expected": 0.62,
    "qalys_lifetime": 13.0, "survivors_care_gbp": 30_000.0, "qalys_lifetime_1_5": 17.0,
    "qalys_ten_years": 6.0,
    "survivors_care_1_5_gbp": 40_000.0, "cost_total_gbp": 9_400.0,
    "cost_council_gbp": 900.0, "cost_nhs_gbp": 1_400.0, "cost_hmpps_gbp": 6_200.0,
    "cost_pcc_gbp": 40.0, "cost_housing_gbp": 800.0, "cost_transport_gbp": 60.0,
    "cost_reoffending_gbp": 82_000.0, "net_cost_gbp": 900.0, "knock_on_treatment_gbp": 500.0,
    "knock_on_overdoses_gbp": 1_300.0, "knock_on_custody_gbp": 6_200.0, "knock_on_rough_services_gbp": 700.0,
    "knock_on_rough_justice_gbp": 0.0, "knock_on_rough_nhs_gbp": 100.0, "knock_on_temporary_gbp": 40.0,
    "recalled_for_breach_365_days": 0.31, "people_waiting_mean": 120.0,
    "people_per_keyworker_mean": 57.0, "contact_interval_mean": 14.4, "first_appointment_lead_mean": 1.8,
    "first_appointment_time": 10.1,
    "hidden_homeless_days": 32.0, "rough_recorded": 0.05, "street_count_month": 0.03,
    "homeless_12_months": 0.11, "unsettled_12_months": 0.12, "rough_street_count": 0.012,
    "disclosed_trauma": 0.11, "women_at_centre": 0.004,
    "chemsex_recognised": 0.002, "went_to_mutual_aid": 0.12, "met_mutual_aid_in_prison": 0.03, "requests_lost": 0.7,
    "appointments_brought_near": 0.4,
}  # fmt: skip


# All but the money on levers as runs count it: pages then tell what is planned.
HELD = tuple(name for name in MEASURE_NAMES if name not in {measure.name for measure in MONEY_MEASURES})
# Measures of whole lives share what is drawn for QALYs of the year, so that they move no other number.
LIVES = tuple(measure.name for measure in LIFETIME_MEASURES)
DRAWN = tuple(name for name in HELD if name not in LIVES)
LIKE = [DRAWN.index(name if name in DRAWN else "qalys") for name in HELD]
OF_LIVES = np.where(np.isin(HELD, LIVES), 0.01, 1.0)


class FakeSimulator:
    """Value of a run: rate x (1 + effect x draw's size + luck); luck is shared by all scenarios.

    effects: by scenario number, by measure name, relative change.
    """

    groups: Sequence[tuple[str, str]] = GROUPS
    measures: Sequence[str] = HELD
    people_per_year = 2200.0
    points: Points | None = None  # each point is a unit of its own

    def __init__(self, effects: Sequence[dict[str, float]], people: int = 500, noise: float = 0.02) -> None:
        self.effects, self.people, self.noise = effects, people, noise
        self.calls: list[tuple[int, int, int]] = []

    def __call__(self, scenario: int, draw: int, replicate: int) -> RunResult:
        self.calls.append((scenario, draw, replicate))
        of_draw, luck = np.random.default_rng([1, draw]), np.random.default_rng([2, draw, replicate])
        own = np.random.default_rng([3, scenario, draw, replicate])
        level, size = of_draw.normal(1.0, 0.1, len(DRAWN))[LIKE], of_draw.normal(1.0, 0.3)
        shared = luck.normal(0.0, self.noise, (len(GROUPS), len(DRAWN)))[:, LIKE]
        apart = own.normal(0.0, self.noise / 5, (len(GROUPS), len(DRAWN)))[:, LIKE] * OF_LIVES
        effect = np.array([self.effects[scenario].get(name, 0.0) for name in HELD])
        touched = effect != 0
        rate = np.array([RATES[name] for name in HELD]) * level
        value = rate * np.maximum(0.0, 1 + effect * size + shared + np.where(touched, apart, 0.0))
        people = np.repeat(np.array(SHARES)[:, None] * self.people, len(HELD), axis=1)
        return RunResult(value * people, people, person_days=self.people * 365)

    def spend(self, scenario: int) -> list[dict[str, Any]]:
        if not self.effects[scenario]:
            return []
        return [
            {
                "lever": "navigators", "payer": "council/pcc", "gbp_per_year": 500_000.0, "unit": "post",
                "units": 10.87, "first_day": 0, "end_day": 730,
                "unit_cost_gbp": 46_000.0, "remark": "",
            }
        ]  # fmt: skip


EFFECTS: tuple[dict[str, float], ...] = (
    {},
    {
        "engaged_within_3_weeks": 0.08,
        "rough_sleeping_days": -0.1,
        "settled_3_months": 0.02,
        "nonfatal_overdoses_expected": 0.01,
        "cost_council_gbp": 0.25,
        "qalys_lifetime": 0.0004,
        "qalys_lifetime_1_5": 0.0005,
        "qalys_expected": 0.0004,
    },
    {"appointments_missed_travel": -0.6, "engaged_within_3_weeks": 0.01},
    {
        "deaths_28_days_expected": -0.2,
        "deaths_365_days_expected": -0.05,
        "recalled_365_days": 0.002,
        "cost_nhs_gbp": -0.1,
        "qalys_lifetime": 0.0002,
        "survivors_care_gbp": 0.0003,
    },
)
NAMES = ("baseline", "navigators_far_west", "later_buses", "ost_at_release")
TITLES = {
    "baseline": "Today's services",
    "navigators_far_west": "Navigators in Cornwall, Plymouth and Torbay",
    "later_buses": "Later and more frequent buses to the places with a treatment hub",
    "ost_at_release": "OST at release",
}


class PlainChart:
    """Stands for the charts where a test is about folders and commands: all its files in no time."""

    NAME = headline_differences.NAME

    @staticmethod
    def plot(comparison: Comparison) -> Chart:
        rows = comparison.rows.to_csv(index=False)
        return Chart(headline_differences.NAME, rows.encode(), b"\x89PNG", comparison.study, rows)


def plan_of(scenarios: int = 2, **changes: Any) -> StudyPlan:
    """A small plan over the first fake scenarios."""
    numbers = {"people": 500, "months": 24, "draws": 3, "replicates": 2, "seed": 1, "threads": 2, **changes}
    return StudyPlan(scenarios=NAMES[:scenarios], baseline="baseline", **numbers)


def run_into(
    out: Path, plan: StudyPlan, simulator: FakeSimulator, *, study: str = "study",
    titles: Mapping[str, str] = TITLES, shown: bool = True, **options: Any,
) -> Comparison:  # fmt: skip
    """Run a fake study into a folder, as the api does; not shown, it has no pages, charts and tables of results."""
    folder, clock = RunFolder.create(out, study, options.pop("force", False)), Clock()
    names = plan.scenarios
    spend = {name: simulator.spend(index) for index, name in enumerate(names)}
    index = run_missing(plan, simulator, folder, clock, **options)
    joined = join_totals(plan, simulator, folder, index)
    write_money(folder, plan, spend, ())
    cube = load_cube(
        folder.path / "tables" / "totals.parquet", scenarios=names, groups=tuple(simulator.groups),
        measures=tuple(simulator.measures), draws=plan.draws - len(joined.left_out), replicates=plan.replicates,
        blocks=[block for block in plan.blocks if block.draw not in joined.left_out],
    )  # fmt: skip
    comparison = assemble(
        [cube], study=study, out=str(out), baseline="baseline", titles=titles, spend=spend, level=0.95,
        people=plan.people, people_per_year=simulator.people_per_year,
    )  # fmt: skip
    views = load_views(PAYERS)
    of_study = comparison.of_study(spend)
    costs = cost_per_outcome(cube, of_study)
    comparison = replace(comparison, valued=valued(cube, of_study, views), cost_per_outcome=costs)
    if shown:
        write_comparison(comparison, folder, Album(folder))
    write_manifest(plan, simulator, folder, [{"name": name} for name in names], joined, clock, {"level": 0.95})
    return comparison
