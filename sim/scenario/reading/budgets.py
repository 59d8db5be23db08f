"""The `budgets:` of a scenario: what each payer may spend in a year, and whether payers pool their money.

Money counts by the year: every purchase above 0 at its yearly sum, whatever its dates; cuts give nothing back. Separate
budgets hold each payer to its own limit, pooled ones all payers together to the sum of the limits. Pooling alone buys
nobody anything: it lets one payer's money cover another's purchase, and bought keyworkers move between hubs (posts.py).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from sim.core.mistakes import Mistakes
from sim.scenario.levers import PAYERS
from sim.scenario.reading import fields
from sim.scenario.reading.fields import Block
from sim.scenario.reading.keys import BUDGETS
from sim.scenario.reading.yaml_strict import Node
from sim.scenario.scenario import Budgets, Purchase

MODES, LIMIT = BUDGETS["mode"].choices, BUDGETS["PAYER"]
_ROUNDING = 1e-9  # part of a limit


def read_budgets(chain: Sequence[Block], bought: Sequence[Purchase], mistakes: Mistakes, *, is_whole: bool) -> Budgets:
    """The budgets of all files together; a file's mode and limits replace those of the file it extends.

    chain: the files, the oldest first. bought: what they buy, held against the limits where these are all known.
    is_whole: whether the chain is.
    """
    mode: Node | None = None
    limits: dict[str, Node] = {}
    before, is_sure = len(mistakes), is_whole
    for file in chain:
        node = file.keys.get("budgets")
        if node is None or node.value is None:
            continue
        block = fields.block(node, ("mode", *PAYERS), what="the budgets", mistakes=mistakes)
        if block is not None:
            _tell_without_payer(node, mistakes)
            is_sure = is_sure and not block.meant
            mode = block.keys.get("mode", mode)
            limits |= {payer: limit for payer, limit in block.keys.items() if payer != "mode"}
    chosen = MODES[0] if mode is None else mistakes.read(fields.word, mode, MODES, what="a mode of the budgets")
    read = {payer: mistakes.read(_limit, limits[payer], payer) for payer in PAYERS if payer in limits}
    gbp = {payer: limit for payer, limit in read.items() if limit is not None}
    budgets = Budgets(chosen or MODES[0], gbp)
    is_known = is_sure and len(mistakes) == before and all("budgets" not in file.meant for file in chain)
    if is_known:
        _hold_against_limits(budgets, mode, limits, bought, mistakes)
    return budgets


def _tell_without_payer(node: Node, mistakes: Mistakes) -> None:
    """Collects the limits that no payer could have, of the names that are not known."""
    for name, limit in fields.open_mapping(node, what="the budgets").items():
        if name not in ("mode", *PAYERS):
            mistakes.read(_limit, limit, name)


def _hold_against_limits(
    budgets: Budgets, mode: Node | None, limits: Mapping[str, Node], bought: Sequence[Purchase], mistakes: Mistakes
) -> None:
    gbp = budgets.limits
    spent = {payer: math.fsum(p.gbp_per_year for p in bought if _counts(p, payer)) for payer in PAYERS}
    if budgets.is_pooled:
        mistakes.read(_refuse_beyond_the_pool, mode, gbp, math.fsum(spent.values()))
        return
    for payer in gbp:
        mistakes.read(_refuse_beyond_a_limit, limits[payer], payer, gbp, spent)


def _limit(node: Node, payer: str) -> float:
    what = f"the budget of '{payer}' in GBP a year"
    return fields.number(node, low=LIMIT.least, high=LIMIT.most, what=what, example=LIMIT.example)


def _counts(bought: Purchase, payer: str) -> bool:
    return bought.payer == payer and bought.gbp_per_year > 0.0


def _refuse_beyond_a_limit(node: Node, payer: str, limits: Mapping[str, float], spent: Mapping[str, float]) -> None:
    limit = limits[payer]
    if spent[payer] <= limit * (1.0 + _ROUNDING):
        return
    others = math.fsum(limits.values()) - math.fsum(spent.values())
    pool = " or 'mode: pooled', in which others' money is left," if others >= 0.0 else ""
    raise node.error(
        f"'{payer}' spends {spent[payer]:,.0f} GBP a year, more than its budget of {limit:,.0f}",
        allowed=f"purchases of at most {math.floor(limit):_} GBP a year,{pool} or a budget of "
        f"{math.ceil(spent[payer]):_}",
    )


def _refuse_beyond_the_pool(mode: Node | None, limits: Mapping[str, float], spent: float) -> None:
    pool = math.fsum(limits.values())
    if mode is None or not limits or spent <= pool * (1.0 + _ROUNDING):
        return
    raise mode.error(
        f"the payers together spend {spent:,.0f} GBP a year, more than the pooled budget of {pool:,.0f}",
        allowed=f"purchases of at most {math.floor(pool):_} GBP a year, or budgets of {math.ceil(spent):_} in all",
    )
