"""What lives cost public payers, and quality-adjusted life years; sums over what stands on the rows.

Costs of a person within 365 days of the first release, in 2024/25 money, are of three kinds:
    gross       each payer's own spending on levers over the person-time that is counted (money_rule.py), shared equally
                over the people released: posts bought or cut are the only staff money that moves
    today's     staff of today's posts, the same in every scenario under a draw: by need the price of a year in
                treatment (oat_year; psychosocial_drugs_year; psychosocial_alcohol_year) x held_per_1000_people / 1000,
                of oat_year the part 1 - oat_drug_share; council
    knock-on    what varies with what people live through, item by item (payers.py):
                daily OST       years on it x oat_year x oat_drug_share; none on a depot, whose injections are paid for;
                                psychosocial and residential days carry nothing: posts and weeks are paid for
                overdoses       recorded (expected) x price of an overdose: conveyed_share x (conveyed + admitted_share
                                x admission) + (1 - conveyed_share) x on_scene
                custody         days back x prison_day, the marginal price x custody_part
                homeless        years on the street and hidden_part of years off it x rough_year, by payer as published;
                                the parts that are counted elsewhere left out
                temporary       nights in temporary housing x temporary_nightly_share x temporary_night, the council's
                                part of it
A payer's cost is the sum of the three; the total is the sum of payers. The net cost is gross and what of the knock-on
is cashable (payers.py), so that a difference of it is gross money less the saving that can be banked. Reoffending
(society, mostly not a payer's) stands apart and is never added: person_reoffending once for whoever has a proven
reoffence; custody is already inside it.

QALYs: using 0.588 a year, using but in treatment 0.633, not using 0.80, in custody 0.66, never above not using, less
0.06 while sleeping rough and hidden_part of that while homeless off the street, dead 0, wherever somebody dies; within
365 days, no years after that. Left out: probation, benefits, courts, the value of a life.
Reads cost.oat_year, cost.psychosocial_drugs_year, cost.psychosocial_alcohol_year, cost.oat_drug_share,
cost.overdose_conveyed, cost.overdose_on_scene, cost.overdose_admission, cost.overdose_conveyed_share,
cost.overdose_admitted_share, cost.prison_day, cost.custody_part, cost.rough_year, cost.hidden_part,
cost.rough_justice_part, cost.temporary_night, cost.temporary_nightly_share, cost.person_reoffending,
service.held_per_1000_people, utility.*.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.core.days import MOMENTS_PER_DAY, NEVER
from sim.outcomes.chosen_people import Columns
from sim.outcomes.money_rule import BESIDE
from sim.outcomes.payers import ITEMS, cashable_part
from sim.population.codes import ALCOHOL, NEEDS, OPIATE_AND_CRACK, OPIATE_NO_CRACK
from sim.scenario.levers import PAYERS

Array = np.ndarray[Any, Any]
DAYS = 365.0


def _years(moments: Array) -> Array:
    return np.asarray(moments / (MOMENTS_PER_DAY * DAYS))


def cost_measure(payer: str) -> str:
    """Name of the measure of a payer's costs."""
    return f"cost_{payer}_gbp"


def spent_measure(payer: str) -> str:
    """Name of the measure of what a payer spends on levers."""
    return f"spent_{payer}_gbp"


def price_of_treatment(draw: Mapping[str, float]) -> Array:
    """GBP per person-year of community treatment by need, f8[needs]: OST, psychosocial for drugs, for alcohol."""
    of_need = np.full(len(NEEDS), draw["cost.psychosocial_drugs_year"])
    of_need[[OPIATE_AND_CRACK, OPIATE_NO_CRACK]] = draw["cost.oat_year"]
    of_need[ALCOHOL] = draw["cost.psychosocial_alcohol_year"]
    return of_need


def staff_of_today(people: Columns, draw: Mapping[str, float]) -> Array:
    """GBP a person, f8[people]: the staff who hold today's people with that need, whatever is bought or cut."""
    of_need = price_of_treatment(draw)
    of_need[[OPIATE_AND_CRACK, OPIATE_NO_CRACK]] *= 1.0 - draw["cost.oat_drug_share"]
    held = draw["service.held_per_1000_people"] / 1000.0
    return np.asarray(held * of_need[people["need"]])


def price_of_overdose(draw: Mapping[str, float]) -> float:
    """GBP per attended overdose: treated on scene, or conveyed and seen, some of these admitted."""
    conveyed = draw["cost.overdose_conveyed_share"]
    seen = draw["cost.overdose_conveyed"] + draw["cost.overdose_admitted_share"] * draw["cost.overdose_admission"]
    return conveyed * seen + (1.0 - conveyed) * draw["cost.overdose_on_scene"]


def whole_costs(people: Columns, draw: Mapping[str, float]) -> dict[str, Array]:
    """GBP a person by price row, f8[people], all payers together: what varies with what people live through."""
    of_a_year = draw["cost.oat_drug_share"] * draw["cost.oat_year"]
    of_a_night = draw["cost.temporary_nightly_share"] * draw["cost.temporary_night"]
    homeless = _years(people["rough_moments"].sum(axis=1)) + draw["cost.hidden_part"] * _years(people["hidden_moments"])
    return {
        "cost.oat_year": of_a_year * _years(people["daily_ost_moments"]),
        "cost.overdose_conveyed": price_of_overdose(draw) * people["expected_overdoses"],
        "cost.prison_day": draw["cost.prison_day"] * people["custody_moments"].sum(axis=1) / MOMENTS_PER_DAY,
        "cost.rough_year": draw["cost.rough_year"] * homeless,
        "cost.temporary_night": of_a_night * people["temporary_moments"] / MOMENTS_PER_DAY,
    }


def knock_on_costs(people: Columns, draw: Mapping[str, float]) -> dict[str, Array]:
    """GBP a person by item, f8[people]: each payer's part of each price (payers.py)."""
    whole = whole_costs(people, draw)
    return {
        name: whole[item.row] * (item.share * (draw[item.part] if item.part else 1.0)) for name, item in ITEMS.items()
    }


def care_costs(people: Columns, draw: Mapping[str, float]) -> dict[str, Array]:
    """GBP a person by payer, f8[people], without what is spent on levers."""
    of_payer = {payer: np.zeros(len(people)) for payer in PAYERS}
    of_payer["council"] += staff_of_today(people, draw)
    for name, cost in knock_on_costs(people, draw).items():
        of_payer[ITEMS[name].payer] += cost
    return of_payer


def costs(people: Columns, draw: Mapping[str, float], spend: Mapping[str, float]) -> dict[str, Array]:
    """Every cost measure, f8[people]; spend: GBP on levers by payer, at the size of the run."""
    each = {payer: spend.get(payer, 0.0) / max(1, len(people)) for payer in PAYERS}
    spent = {spent_measure(payer): np.full(len(people), gbp) for payer, gbp in each.items()}
    of_payer = {payer: cost + each[payer] for payer, cost in care_costs(people, draw).items()}
    items = knock_on_costs(people, draw)
    cashable = [cashable_part(name) * cost for name, cost in items.items()]
    reoffended = people["first_reoffence"] < NEVER
    return {
        "cost_total_gbp": np.sum(list(of_payer.values()), axis=0),
        **{cost_measure(payer): cost for payer, cost in of_payer.items()},
        "cost_reoffending_gbp": draw["cost.person_reoffending"] * reoffended,
        "net_cost_gbp": np.sum(cashable, axis=0) + sum(each.values()),
        **{ITEMS[name].measure: cost for name, cost in items.items()},
        **spent,
    }


def each_one_s(people: Columns, beside: Mapping[str, float]) -> dict[str, Array]:
    """Every measure of money beside what is spent (money_rule.py), f8[people], shared equally."""
    return {name: np.full(len(people), beside.get(name, 0.0) / max(1, len(people))) for name in BESIDE.values()}


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
