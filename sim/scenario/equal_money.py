"""The same money for every scenario beside the baseline, so that what it buys can be held side by side.

All purchases of a scenario are multiplied by one factor. Whatever that makes too small to buy anything is refused with
the least sum that would do.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from sim.core.arguments import plain, shown
from sim.core.errors import InputError, exact, named
from sim.evidence.price_choices import with_prices
from sim.scenario.levers import LEVERS
from sim.scenario.levers.lever import smallest_spend
from sim.scenario.periods import rate_of
from sim.scenario.reading.keys import PURCHASE
from sim.scenario.reading.posts_together import crowded
from sim.scenario.reading.yaml_strict import Node, read_yaml

if TYPE_CHECKING:
    from sim.area import Area
    from sim.evidence import ParameterTable
    from sim.scenario import Purchase, Scenario

PARAMETER = "equal_money"
ALLOWED = f"1 to {PURCHASE['gbp_per_year'].most:,.0f}"
SLACK = 1e-12  # relative; what a product of floating-point numbers may lack


class Need(NamedTuple):
    """A purchase that needs the most money for its scenario: its number, its own smallest sum, the scenario's sum."""

    number: int
    smallest_gbp: float
    scenario_gbp: float


def checked_money(gbp_per_year: float) -> float:
    """The sum as given, to the penny; InputError when it is no sum that a scenario can cost."""
    is_number = isinstance(plain(gbp_per_year), int | float) and not isinstance(gbp_per_year, bool)
    if not is_number or not 1.0 <= gbp_per_year <= PURCHASE["gbp_per_year"].most:
        money = exact(gbp_per_year) if is_number else shown(gbp_per_year)
        raise InputError(
            f"{money} is not a sum of money in GBP a year",
            parameter=PARAMETER,
            allowed=ALLOWED,
        )
    return round(float(gbp_per_year), 2)


def with_equal_money(scenarios: Sequence[Scenario], gbp_per_year: float, table: ParameterTable) -> tuple[Scenario, ...]:
    """The baseline, which comes first, as it is; every other scenario at that sum a year, to the penny.

    The purchases of a scenario keep their shares of its money; limits of payers' budgets follow by the same factor.
    Raises InputError for a scenario with a cut or without purchases, and for purchases that would fall below their
    smallest sum at reference prices: file, line and key of the purchase that needs the most.
    """
    money = checked_money(gbp_per_year)
    baseline, *others = scenarios
    if not others:
        raise InputError("there is no scenario beside the baseline to be given the money", parameter=PARAMETER)
    for scenario in others:
        _refuse_what_has_no_factor(scenario)
    needs = {scenario.name: _need(scenario, table) for scenario in others}
    for scenario in others:
        if money < needs[scenario.name].scenario_gbp * (1 - SLACK):
            raise _too_little(scenario, needs[scenario.name], money, max(need.scenario_gbp for need in needs.values()))
    return (baseline, *(_scaled(scenario, money) for scenario in others))


def refuse_crowded(scenarios: Sequence[Scenario], table: ParameterTable, area: Area) -> None:
    """InputError where a sum that all were brought to puts more posts at one place than a run can follow."""
    for scenario in scenarios:
        for too_many in crowded(scenario, area, table.reference(scenario.narrowed)):
            problem = f"at {scenario.gbp_per_year:,.0f} GBP a year for '{scenario.name}', {too_many.problem}"
            raise _error(scenario, too_many.number, problem, allowed=too_many.allowed)


def _refuse_what_has_no_factor(scenario: Scenario) -> None:
    if not scenario.levers:
        raise InputError(
            f"'{scenario.name}' buys nothing, so that no factor makes it cost the same as the others",
            file=scenario.file,
            key="levers",
            allowed=f"with {named(PARAMETER)}, scenarios that buy something; the baseline may buy nothing",
        )
    for number, bought in enumerate(scenario.levers):
        if bought.is_cut or bought.gbp_per_year == 0.0:
            raise _error(
                scenario,
                number,
                f"'{scenario.name}' takes money away from '{bought.lever}', so that it cannot be given the same money "
                "as the others",
                allowed=f"with {named(PARAMETER)}, purchases above 0 only; the baseline may hold a cut",
            )


def _need(scenario: Scenario, table: ParameterTable) -> Need:
    """The purchase that needs the most money for its scenario."""
    prices, total = with_prices(table, scenario.prices).reference(scenario.narrowed), scenario.gbp_per_year
    needs = []
    for number, bought in enumerate(scenario.levers):
        smallest = _smallest(bought, prices)
        needs.append(Need(number, smallest, smallest * total / bought.gbp_per_year))
    return max(needs, key=lambda need: need.scenario_gbp)


def _smallest(bought: Purchase, prices: Mapping[str, float]) -> float:
    return smallest_spend(
        LEVERS[bought.lever], prices, n_prisons=len(bought.prisons), n_links=len(bought.links), options=bought.options
    )


def _too_little(scenario: Scenario, need: Need, money: float, for_all: float) -> InputError:
    bought = scenario.levers[need.number]
    left = bought.gbp_per_year * money / scenario.gbp_per_year
    least, all_of_them = (math.ceil(gbp * (1 - SLACK)) for gbp in (need.scenario_gbp, for_all))
    return _error(
        scenario,
        need.number,
        f"at {money:,.0f} GBP a year for '{scenario.name}' its '{bought.lever}' falls to {left:,.0f}, less than the "
        f"smallest purchase of {need.smallest_gbp:,.0f}",
        allowed=f"{named(PARAMETER)} of at least {least:_} for this scenario"
        + (f", of at least {all_of_them:_} for all of them" if all_of_them > least else ""),
    )


def _error(scenario: Scenario, number: int, problem: str, *, allowed: str) -> InputError:
    """The refusal at the purchase's money in its file; at the scenario's file when it is not found there any more."""
    items = _items(scenario)
    if len(items) == len(scenario.levers):
        purchase = items[number].value
        key = "gbp_per_year" if scenario.levers[number].percent_of_today is None else "percent_of_today"
        money = purchase.get(key) if isinstance(purchase, dict) else None
        if money is not None:
            return money.error(problem, allowed=allowed)
    return InputError(problem, file=scenario.file, key=f"levers[{number + 1}].gbp_per_year", allowed=allowed)


def _items(scenario: Scenario) -> list[Node]:
    """Where each purchase stands, the oldest file first, as scenarios are loaded; fewer when a file has changed."""
    items: list[Node] = []
    for file in scenario.chain:
        try:
            top = read_yaml(file).value
        except InputError:
            return []
        if isinstance(top, dict):
            items = [*_not_replaced(items, top.get("instead")), *_listed(top.get("levers"))]
    return items


def _listed(node: Node | None) -> list[Node]:
    return node.value if node is not None and isinstance(node.value, list) else []


def _not_replaced(items: Sequence[Node], instead: Node | None) -> list[Node]:
    """What stands of the purchases of older files beside an `instead:`, as `replaced.py` reads it."""
    named = [] if instead is None else _listed(instead) or [instead]
    words = {item.value for item in named if isinstance(item.value, str)}
    levers = [item.value.get("lever") if isinstance(item.value, dict) else None for item in items]
    return [
        item for item, lever in zip(items, levers, strict=True)
        if "all" not in words and (lever is None or lever.value not in words)
    ]  # fmt: skip


def _scaled(scenario: Scenario, money: float) -> Scenario:
    """The scenario at that sum: each purchase to the penny, the largest takes what rounding leaves."""
    factor = money / scenario.gbp_per_year
    sums = [round(bought.gbp_per_year * factor, 2) for bought in scenario.levers]
    largest = sums.index(max(sums))
    levers = [replace(bought, gbp_per_year=gbp) for bought, gbp in zip(scenario.levers, sums, strict=True)]
    rest = round(money - rate_of(levers), 2)
    levers[largest] = replace(levers[largest], gbp_per_year=round(sums[largest] + rest, 2))
    limits = _by_factor(scenario.budgets.limits, factor)
    councils = {council: _by_factor(own, factor) for council, own in scenario.budgets.councils.items()}
    return replace(scenario, levers=tuple(levers), budgets=replace(scenario.budgets, limits=limits, councils=councils))


def _by_factor(limits: Mapping[str, float], factor: float) -> dict[str, float]:
    return {payer: round(limit * factor, 2) for payer, limit in limits.items()}
