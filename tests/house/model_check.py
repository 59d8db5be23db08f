"""Holds the model against its published figures: the last column of the table at the end of sim/MODEL.md.

    python tests/house/model_check.py [RUNS]

Runs the baseline at reference values, 2,200 people and 24 months a run, looks at everybody at the end of every day, and
prints each figure of sim/evidence/targets.csv with the model's value and its standard error.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.area import load_area
from sim.core.days import FOLLOW_UP_DAYS, MOMENTS_PER_DAY, NEVER
from sim.core.keys import TICKS_PER_HAZARD
from sim.engine.world import World
from sim.evidence import load_parameters
from sim.evidence.targets import load_targets
from sim.population import processes as P
from sim.population.person import COMMUNITY, IN_TREATMENT, LONGER, OPIATE_NO_CRACK, ROUGH, SETTLED
from sim.scenario import load_scenario
from sim.simulator import StudySimulator

ROOT = Path(__file__).resolve().parents[2]
PEOPLE, MONTHS, SEED, RUNS, BATCHES = 2_200, 24, 1, 60, 10
Array = NDArray[np.float64]


def _zeros(*shape: int) -> Array:
    return np.zeros(shape)


@dataclass
class Tally:
    """Sums over a run, by days since the latest release or since treatment began.

    at_risk, nonfatal, drug, other: f8[3, days], person-days at liberty and hazard spent by group: opiate needs without
    and with OST at that release, other needs. in_treatment, left: f8[days], opiate episodes at risk and ended.
    """

    at_risk: Array = field(default_factory=lambda: _zeros(3, FOLLOW_UP_DAYS + 1))
    nonfatal: Array = field(default_factory=lambda: _zeros(3, FOLLOW_UP_DAYS + 1))
    drug: Array = field(default_factory=lambda: _zeros(3, FOLLOW_UP_DAYS + 1))
    other: Array = field(default_factory=lambda: _zeros(3, FOLLOW_UP_DAYS + 1))
    in_treatment: Array = field(default_factory=lambda: _zeros(FOLLOW_UP_DAYS + 1))
    left: Array = field(default_factory=lambda: _zeros(FOLLOW_UP_DAYS + 1))
    rows: dict[str, tuple[float, float]] = field(default_factory=dict)


def follow(world: World) -> Tally:
    """Live a run day by day and count."""
    people, tally = world.people, Tally()
    attended = float(world.blueprint.facts[0]["overdose_attended"])
    opiate = people["need"] <= OPIATE_NO_CRACK
    first_ost = np.zeros(len(people), dtype=bool)
    treated = np.zeros(len(people), dtype=bool)
    for day in range(world.days):
        start = people["treatment_start"].copy()
        world.run_to(day + 1)
        free = people["place"] == COMMUNITY
        now = people["treatment"] == IN_TREATMENT
        first_ost |= (people["first_release"] == day) & (people["ost_at_release"] == 1)
        group = np.where(opiate, people["ost_at_release"], 2)[free]
        since = day - people["latest_release"][free]
        per_day = people["rate"][free].astype(float) * MOMENTS_PER_DAY / TICKS_PER_HAZARD
        fatality = people["fatality"][free]
        overdoses = per_day[:, P.OVERDOSE]
        np.add.at(tally.at_risk, (group, since), 1.0)
        np.add.at(tally.nonfatal, (group, since), overdoses * (1.0 - fatality) * attended)
        np.add.at(tally.drug, (group, since), overdoses * fatality)
        np.add.at(tally.other, (group, since), per_day[:, P.OTHER_DEATH])
        staying = treated & opiate & free
        np.add.at(tally.in_treatment, day - start[staying], 1.0)
        np.add.at(tally.left, day - start[staying & ~now], 1.0)
        treated = now & free
    tally.rows = final_rows(people, opiate, first_ost)
    return tally


def final_rows(
    people: NDArray[np.void], opiate: NDArray[np.bool_], ost: NDArray[np.bool_]
) -> dict[str, tuple[float, float]]:
    """Numerator and denominator of what stands on the rows at the end of a run."""
    engaged = people["first_engaged"] - people["first_release"] < 21
    reoffended, short = people["first_reoffence"] < NEVER, people["sentence"] != LONGER
    at_84 = people["housing_at_84"]

    def share(flag: NDArray[np.bool_], among: NDArray[np.bool_] | None = None) -> tuple[float, float]:
        among = np.ones(len(people), dtype=bool) if among is None else among
        return float(flag[among].sum()), float(among.sum())

    deaths = people["expected_drug_deaths"] + people["expected_other_deaths"]
    return {
        "engaged_within_3_weeks": share(engaged),
        "engaged_ost": share(engaged, opiate & ost),
        "engaged_no_ost": share(engaged, opiate & ~ost),
        "first_night_homeless": share(people["first_night"] == ROUGH),
        "settled_3_months": share(at_84 == SETTLED, at_84 >= 0),
        "rough_3_months": share(at_84 == ROUGH, at_84 >= 0),
        "recalls_per_release": (float(people["recalls"].sum()), float(len(people))),
        "reoffended_short": share(reoffended, short),
        "reoffended_all": share(reoffended),
        "deaths_28_days_opiate": (1000.0 * float(people["expected_deaths_28"][opiate].sum()), float(opiate.sum())),
        "deaths_365_days_opiate": (float(deaths[opiate].sum()), float(opiate.sum())),
    }


def figures(tallies: list[Tally]) -> dict[str, float]:
    """Every published figure as the pooled runs give it."""
    pooled = {
        name: sum(t.rows[name][0] for t in tallies) / sum(t.rows[name][1] for t in tallies) for name in tallies[0].rows
    }
    at_risk, nonfatal, drug, other = (
        np.sum([getattr(t, name) for t in tallies], axis=0) for name in ("at_risk", "nonfatal", "drug", "other")
    )

    def rate(events: Array, groups: slice, first: int, end: int) -> float:
        """Events per person-year at liberty on days first to end - 1 since the latest release."""
        return float(events[groups, first:end].sum() / at_risk[groups, first:end].sum() * 365.0)

    def odds(name: str) -> float:
        return pooled[name] / (1.0 - pooled[name])

    everybody, no_ost, on_ost = slice(0, 3), slice(0, 1), slice(1, 2)
    risk = np.maximum(np.sum([t.in_treatment for t in tallies], axis=0), 1.0)
    kept = np.cumprod(1.0 - np.sum([t.left for t in tallies], axis=0) / risk)
    year = FOLLOW_UP_DAYS + 1
    return {
        **pooled,
        "engaged_odds_ratio_ost": odds("engaged_ost") / odds("engaged_no_ost"),
        "death_rate_28_days_ost": 100.0 * rate(drug + other, on_ost, 0, 28),
        "death_rate_28_days_no_ost": 100.0 * rate(drug + other, no_ost, 0, 28),
        "drug_death_ratio_weeks_1_2": rate(drug, no_ost, 0, 14) / rate(drug, no_ost, 14, 84),
        "retained_12_weeks": float(kept[84]),
        "retained_12_months": float(kept[364]),
        "nonfatal_overdose_rate_14_days": rate(nonfatal, everybody, 0, 14),
        "nonfatal_overdose_rate_year": rate(nonfatal, everybody, 0, year),
    }


def main(runs: int) -> None:
    """Print the table for so many runs."""
    area, table = load_area(), load_parameters()
    scenario = load_scenario(ROOT / "scenarios" / "baseline.yaml", area=area, parameters=table)
    simulator = StudySimulator(
        [scenario], area, table, people=PEOPLE, months=MONTHS, draws=1, seed=SEED, reference=True
    )
    tallies = [follow(simulator.world(0, 0, replicate)) for replicate in range(runs)]
    batches = [figures(tallies[k::BATCHES]) for k in range(min(BATCHES, runs))]
    found = figures(tallies)
    for name, target in load_targets().items():
        error = float(np.std([batch[name] for batch in batches], ddof=1) / np.sqrt(len(batches)))
        print(f"{name:32s} published {target.value:<8g} ({target.source})  model {found[name]:.4g}  se {error:.2g}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
