"""What lives cost public payers, and quality-adjusted life years; sums over what stands on the rows.

Costs of a person within 365 days of the first release, in 2024/25 money:
    council     what varies with the day: days in community treatment x oat_year / 365 x oat_drug_share (residential
                days nothing, as their weeks are paid for); and the staff of today's posts, the same in every scenario
                under a draw: (1 - oat_drug_share) x oat_year x held_per_1000_people / 1000 for each person released
    NHS         recorded overdoses (expected) x overdose_attended
    HMPPS       days back in custody x prison_day
    housing     nights of sleeping rough x rough_year / 365 x 1/2: that figure also holds justice, NHS and treatment;
                nights homeless off the street x hidden_part of that
and each payer's own spending on levers in the year, shared equally over the people released: posts bought or cut are
the only staff money that moves. The total is the sum of payers. Reoffending (society, mostly not a payer's) stands
apart and is never added: person_reoffending once for whoever has a proven reoffence; custody is already inside it.

QALYs: using 0.588 a year, using but in treatment 0.633, not using 0.80, in custody 0.66, never above not using, less
0.06 while sleeping rough and hidden_part of that while homeless off the street, dead 0, wherever somebody dies; within
365 days, no years after that. Left out: probation, benefits, courts, the value of a life.
Reads cost.oat_year, cost.oat_drug_share, cost.overdose_attended, cost.prison_day, cost.rough_year, cost.hidden_part,
cost.person_reoffending, service.held_per_1000_people, utility.*.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.core.days import MOMENTS_PER_DAY, NEVER
from sim.outcomes.chosen_people import Columns
from sim.scenario.levers import PAYERS

Array = np.ndarray[Any, Any]
DAYS = 365.0
ROUGH_COST_COUNTED = 0.5


def _years(moments: Array) -> Array:
    return np.asarray(moments / (MOMENTS_PER_DAY * DAYS))


def cost_measure(payer: str) -> str:
    """Name of the measure of a payer's costs."""
    return f"cost_{payer}_gbp"


def keyworking_of_today(draw: Mapping[str, float]) -> float:
    """GBP for each person released: the staff who hold today's people, whoever comes and whatever is bought or cut."""
    held = draw["service.held_per_1000_people"] / 1000.0
    return (1.0 - draw["cost.oat_drug_share"]) * draw["cost.oat_year"] * held


def care_costs(people: Columns, draw: Mapping[str, float]) -> dict[str, Array]:
    """GBP a person by payer, f8[people], without what is spent on levers."""
    in_community = people["treatment_moments"].astype(np.float64) - people["residential_moments"]
    of_a_day = draw["cost.oat_drug_share"] * draw["cost.oat_year"]
    nothing = np.zeros(len(people))
    of_payer = dict.fromkeys(PAYERS, nothing)
    of_payer["council"] = of_a_day * _years(in_community) + keyworking_of_today(draw)
    of_payer["nhs"] = draw["cost.overdose_attended"] * people["expected_overdoses"]
    of_payer["hmpps"] = draw["cost.prison_day"] * people["custody_moments"].sum(axis=1) / MOMENTS_PER_DAY
    homeless = _years(people["rough_moments"].sum(axis=1)) + draw["cost.hidden_part"] * _years(people["hidden_moments"])
    of_payer["housing"] = draw["cost.rough_year"] * ROUGH_COST_COUNTED * homeless
    return of_payer


def costs(people: Columns, draw: Mapping[str, float], spend: Mapping[str, float]) -> dict[str, Array]:
    """Every cost measure, f8[people]; spend: GBP on levers in the year by payer, at the size of the run."""
    of_payer = {
        payer: cost + spend.get(payer, 0.0) / max(1, len(people)) for payer, cost in care_costs(people, draw).items()
    }
    reoffended = people["first_reoffence"] < NEVER
    return {
        "cost_total_gbp": np.sum(list(of_payer.values()), axis=0),
        **{cost_measure(payer): cost for payer, cost in of_payer.items()},
        "cost_reoffending_gbp": draw["cost.person_reoffending"] * reoffended,
    }


def utilities(draw: Mapping[str, float]) -> tuple[float, float, float, float]:
    """Utility while using, using but in treatment, and not using, each between the one before and 1; and in custody,
    not above that of not using."""
    using = draw["utility.using"]
    well = using + draw["utility.not_using_part"] * (1.0 - using)
    return using, using + draw["utility.treated_part"] * (well - using), well, min(draw["utility.custody"], well)


def qalys(people: Columns, draw: Mapping[str, float]) -> Array:
    """Quality-adjusted life years within 365 days of the first release, f8[people]; accounts must be closed."""
    alive = people["settled_at"].astype(np.int64) - people["first_release"].astype(np.int64) * MOMENTS_PER_DAY
    custody, rough = people["custody_moments"].sum(axis=1), people["rough_moments"].sum(axis=1)
    treated, untreated = people["using_treated_moments"], people["using_untreated_moments"]
    not_using = np.maximum(alive - custody - treated - untreated, 0)
    using, in_treatment, well, inside = utilities(draw)
    return np.asarray(
        inside * _years(custody)
        + in_treatment * _years(treated)
        + using * _years(untreated)
        + well * _years(not_using)
        - draw["utility.rough_loss"] * (_years(rough) + draw["utility.hidden_part"] * _years(people["hidden_moments"]))
    )
