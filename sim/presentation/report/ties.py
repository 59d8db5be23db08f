"""What rests on an assumed row, and at which price and which share of its effect it would still be chosen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sim.analysis.comparison import Comparison
from sim.analysis.value.tables import TOO_SHORT, UNRANKED
from sim.presentation import words
from sim.scenario.levers.grades import ASSUMED

MANY_TIMES = 2.0  # of an effect, from which on it is told as so many times
Row = Mapping[str, Any]


def is_assumed(row: Row) -> bool:
    """Whether a row's weakest effect or price is assumed."""
    return ASSUMED in (row["effect_grade"], row["price_grade"])


def assumed(*rows: Row) -> str:
    """' (assumed)' where one of some rows is; else ''."""
    return f" ({ASSUMED})" if any(map(is_assumed, rows)) else ""


def ties(row: Row) -> str:
    """At which price, and at which share of its effect, a scenario would tie with the best other one: '£61,000 a year,
    25% of the effect'; of a cut what it would have to save; '' where nothing is bought or cut.

    row: of the table of incremental analysis.
    """
    price, effect = float(row["switching_price_gbp"]), float(row["switching_effect"])
    if math.isnan(price):
        return ""
    is_cut = float(row["spend_gbp"]) < 0.0
    if is_cut:
        paid = f"{words.pounds(-price)} saved a year" if price < 0.0 else "even were nothing saved"
    else:
        paid = f"{words.pounds(price)} a year" if price > 0.0 else "no price"
    what = "harm" if is_cut else "effect"
    if math.isnan(effect):
        is_harm = is_cut and float(row["net_benefit_gbp"]) + float(row["spend_gbp"]) < 0.0
        return f"{paid}, even were it harmless" if is_harm else paid
    share = f"{words.percent(effect)} of" if effect < MANY_TIMES else f"{words.figure(effect)} times"
    return f"{paid}, {share} the {what}"


def ties_of(comparison: Comparison, name: str) -> tuple[str, str]:
    """The same of a scenario in the first view on money that ranks it, and the title of that view; both '' for none."""
    for one in comparison.valued:
        rows = one.incremental[one.incremental["scenario"] == name].to_dict("records")
        for cells in rows:
            row = {str(key): cell for key, cell in cells.items()}
            if row["status"] not in (UNRANKED, TOO_SHORT) and (said := ties(row)):
                return said, one.view.title
    return "", ""


def assumed_ties(comparison: Comparison, names: list[str]) -> str:
    """What would change the choice of every scenario that rests on an assumption; '' where none does."""
    said = []
    for name in names:
        where, view = ties_of(comparison, name) if is_assumed(comparison.grades(name)) else ("", "")
        if where:
            said.append(f"{comparison.titles[name]} ({where}; {view})")
    if not said:
        return ""
    return (
        "Resting on an assumed row, with the price and the share of the effect at which each ties with the best other "
        f"scenario, in the first view below that ranks it: {'; '.join(said)}."
    )
