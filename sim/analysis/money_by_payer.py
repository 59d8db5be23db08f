"""Who pays and who saves: gross spending by payer, what follows from it item by item with what is saved, and the net.

Against the baseline, GBP a year of releases:
    gross       what a payer spends on levers for people leaving prison, over the people counted
                (sim/outcomes/money_rule.py), with its interval
    idle, unused_stock, other_people, paid_from_first_day
                what stands beside the gross money: the part of it for capacity that stood empty; stock that nobody
                took, and the part of posts for everybody at a hub that serves other people there, both in no cost and
                no net; and what gross money would be if contracts were paid from their first day
    gross_with_optimism_bias
                the same with the bias of each purchase's price grade on top: assumed and derived prices tend to be low
    knock_on    an item of what lives cost a payer (sim/outcomes/payers.py), with its interval, tagged by what less of
                it saves: cashable money, released capacity, or economic value, and after how many days
    net         gross and the cashable part of the knock-on, so that money that is saved comes off, and capacity never
What society bears by reoffending stands beside them as economic value of 'society', in no sum and no net. A sum over
all payers has the payer 'all'; its net is a measure of its own, so that its interval is exact.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sim.analysis.money import Row, counted_gbp, is_for_others, spent_measure
from sim.analysis.value.bias import BIAS_ROWS, as_lived, optimism_bias
from sim.core.days import FOLLOW_UP_DAYS
from sim.evidence.price import ECONOMIC_VALUE
from sim.outcomes.measure import POUNDS
from sim.outcomes.payers import ITEMS, Item, savings
from sim.scenario.levers import PAYERS

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.comparison import Comparison

TABLE = "money_by_payer"
COLUMNS = (
    "scenario", "payer", "part", "item", "saving", "cashable", "lag_days", "per_year", "per_year_low", "per_year_high",
    "counts",
)  # fmt: skip
GROSS, WITH_BIAS, KNOCK_ON, NET = "gross", "gross_with_optimism_bias", "knock_on", "net"
FOR_OTHERS = "other_people"
BESIDE_GROSS: Mapping[str, str] = {
    "idle": "idle_gbp",
    "unused_stock": "unused_stock_gbp",
    FOR_OTHERS: "other_people_gbp",
    "paid_from_first_day": "paid_from_first_day_gbp",
}
"""Measure of each part that stands beside the gross money of all payers."""
ALL, SOCIETY = "all", "society"
OF_SOCIETY = "cost_reoffending_gbp"  # stands in no payer's cost and no sum
NET_MEASURE = "net_cost_gbp"
UNIT_OF: Mapping[str, str] = {
    "custody": "custody_days",
    "overdoses": "nonfatal_overdoses_expected",
    "rough_services": "rough_sleeping_days",
    "rough_nhs": "rough_sleeping_days",
}
"""Measure in whose unit the capacity of an item is told first."""
Triple = tuple[float, float, float]


def gross_by_payer(comparison: Comparison, name: str, *, with_bias: bool = False) -> dict[str, float]:
    """GBP on levers for people leaving prison by payer, over the people counted, beside the baseline's; payers of
    neither are left out."""
    gross = planned_by_payer(comparison, name, {})
    bias: dict[str, float] = {}
    if with_bias:
        biases = {grade: 1.0 + optimism_bias(grade) for grade in BIAS_ROWS}
        biased = planned_by_payer(comparison, name, biases)
        bias = {payer: biased[payer] - gbp for payer, gbp in gross.items()}
    lived = {payer: gbp[0] for payer, gbp in lived_by_payer(comparison, name).items() if payer in gross}
    bias = {payer: gbp * as_lived(gross[payer], lived.get(payer)) for payer, gbp in bias.items()}
    return {payer: lived.get(payer, gbp) + bias.get(payer, 0.0) for payer, gbp in gross.items()}


def lived_by_payer(comparison: Comparison, name: str) -> dict[str, Triple]:
    """GBP on levers by payer as the runs counted it, beside the baseline's, with its interval; none of a study that
    does not hold those measures."""
    rows = set(comparison.rows["measure"])
    measures = {payer: spent_measure(payer) for payer in PAYERS}
    return {payer: _triple(comparison.row(name, one)) for payer, one in measures.items() if one in rows}


def for_others_by_payer(comparison: Comparison, name: str) -> dict[str, float]:
    """GBP on levers by payer that serve other people at the hub, beside the baseline's: as the runs counted them over
    all payers, shared as planned."""
    planned = planned_by_payer(comparison, name, {}, for_others=True)
    whole, measure = math.fsum(planned.values()), BESIDE_GROSS[FOR_OTHERS]
    if not whole or measure not in set(comparison.rows["measure"]):
        return planned
    lived = _triple(comparison.row(name, measure))[0]
    return {payer: lived * gbp / whole for payer, gbp in planned.items()}


def planned_by_payer(
    comparison: Comparison, name: str, biases: Mapping[str, float], *, for_others: bool = False
) -> dict[str, float]:
    """The same as planned before any run, by payer of either scenario.

    biases: factors by the grade of a price. for_others: what serves other people at the hub, in place of what serves
    people leaving prison.
    """
    gross: dict[str, float] = {}
    for scenario, sign in ((name, 1.0), (comparison.baseline, -1.0)):
        for cells in comparison.spend[comparison.spend["scenario"] == scenario].to_dict("records"):
            row: Row = {str(key): value for key, value in cells.items()}
            if is_for_others(row) != for_others:
                continue
            gbp = sign * counted_gbp(row) * biases.get(str(row.get("price_grade")), 1.0)
            gross[str(row["payer"])] = gross.get(str(row["payer"]), 0.0) + gbp
    return {payer: gross[payer] for payer in dict.fromkeys((*PAYERS, *gross)) if payer in gross}


def money_by_payer(comparison: Comparison) -> pd.DataFrame:
    """The table: every scenario beside the baseline, its parts payer by payer and over all of them."""
    import pandas as pd

    others = [name for name in comparison.scenarios if name != comparison.baseline]
    rows = [row for name in others for row in _rows(comparison, name)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def items_of(comparison: Comparison) -> dict[str, Item]:
    """The items of what lives cost a payer that the study measured."""
    measures = set(comparison.rows["measure"])
    return {key: item for key, item in ITEMS.items() if item.measure in measures}


def _rows(comparison: Comparison, name: str) -> Iterator[dict[str, Any]]:
    gross, biased = gross_by_payer(comparison, name), gross_by_payer(comparison, name, with_bias=True)
    lived = lived_by_payer(comparison, name)
    for part, sums in ((GROSS, gross), (WITH_BIAS, biased)):
        for payer, gbp in sums.items():
            yield _row(name, payer, part, _around(gbp, lived.get(payer)))
        yield _row(name, ALL, part, _around(math.fsum(sums.values()), _of_all(comparison, name, lived, gross)))
    measures, items = set(comparison.rows["measure"]), items_of(comparison)
    others = for_others_by_payer(comparison, name)
    for payer, gbp in others.items():
        yield _row(name, payer, FOR_OTHERS, (gbp, gbp, gbp))
    if others and BESIDE_GROSS[FOR_OTHERS] not in measures:
        whole = math.fsum(others.values())
        yield _row(name, ALL, FOR_OTHERS, (whole, whole, whole))
    for part, measure in BESIDE_GROSS.items():
        if measure in measures:
            yield _row(name, ALL, part, _triple(comparison.row(name, measure)))
    changes = {key: _triple(comparison.row(name, item.measure)) for key, item in items.items()}
    for key, item in items.items():
        price = savings()[key]
        yield _row(
            name, item.payer, KNOCK_ON, changes[key], item=key, saving=price.saving, cashable=price.cashable,
            lag_days=price.lag_days,
        )  # fmt: skip
    if OF_SOCIETY in measures:
        yield _row(
            name, SOCIETY, KNOCK_ON, _triple(comparison.row(name, OF_SOCIETY)), item="reoffending",
            saving=ECONOMIC_VALUE, cashable=0.0, lag_days=0,
        )  # fmt: skip
    for payer in dict.fromkeys((*PAYERS, *gross)):
        cashable = [key for key, item in items.items() if item.payer == payer and savings()[key].cashable > 0.0]
        if payer in gross or cashable:
            parts = [tuple(savings()[key].cashable * end for end in changes[key]) for key in cashable]
            yield _row(name, payer, NET, _sum(_around(gross.get(payer, 0.0), lived.get(payer)), parts))
    if NET_MEASURE in measures:
        yield _row(name, ALL, NET, _triple(comparison.row(name, NET_MEASURE)))


def _of_all(
    comparison: Comparison, name: str, lived: Mapping[str, Triple], gross: Mapping[str, float]
) -> Triple | None:
    """Money of all payers with its interval; None where the runs counted none. The ends are not known where several
    pay and the study does not tell what one more of an outcome costs, whose money this is."""
    payers = [payer for payer in gross if payer in lived]
    if len(payers) < 2:
        return lived[payers[0]] if payers else None
    costs = comparison.cost_per_outcome
    if costs is not None and len(costs):
        own = costs[(costs["scenario"] == name) & (costs["window_days"] == FOLLOW_UP_DAYS)]
        if len(own):
            first = own.iloc[0]
            return float(first["spend_gbp"]), float(first["spend_low"]), float(first["spend_high"])
    whole = math.fsum(lived[payer][0] for payer in payers)
    return whole, math.nan, math.nan


def _around(gbp: float, lived: Triple | None) -> Triple:
    """A sum with the interval of what the runs counted; exact where they counted nothing."""
    if lived is None:
        return gbp, gbp, gbp
    return gbp, gbp + lived[1] - lived[0], gbp + lived[2] - lived[0]


def _sum(gross: Triple, parts: list[tuple[float, ...]]) -> Triple:
    """Gross money and cashable changes; the ends are known where no more than one of them has an interval."""
    all_parts = [tuple(gross), *parts]
    value = math.fsum(part[0] for part in all_parts)
    wide = [part for part in all_parts if part[1] != part[2]]
    if len(wide) > 1:
        return value, math.nan, math.nan
    low, high = (wide[0][1] - wide[0][0], wide[0][2] - wide[0][0]) if wide else (0.0, 0.0)
    return value, value + low, value + high


def _triple(row: Mapping[str, Any]) -> Triple:
    return float(row["per_year"]), float(row["per_year_low"]), float(row["per_year_high"])


def _row(scenario: str, payer: str, part: str, gbp: Triple, **more: Any) -> dict[str, Any]:
    tags = {"item": "", "saving": "", "cashable": math.nan, "lag_days": ""} | more
    return {
        "scenario": scenario, "payer": payer, "part": part, **tags, "per_year": round(gbp[0], 2),
        "per_year_low": round(gbp[1], 2), "per_year_high": round(gbp[2], 2), "counts": POUNDS,
    }  # fmt: skip
