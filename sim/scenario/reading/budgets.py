"""The `budgets:` of a scenario: what each payer may spend in a year, and whether payers pool their money.

Money counts by the year: every purchase above 0 at its yearly sum, whatever its dates; cuts give nothing back. Separate
budgets hold each payer to its own limit, pooled ones all payers together to the sum of the limits. Pooling alone buys
nobody anything: it lets one payer's money cover another's purchase, and bought keyworkers move between hubs (posts.py).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sim.core.mistakes import Mistakes
from sim.scenario.levers import PAYERS
from sim.scenario.reading import fields
from sim.scenario.reading.fields import Block
from sim.scenario.reading.keys import BUDGETS
from sim.scenario.reading.yaml_strict import Node
from sim.scenario.scenario import Budgets, Purchase

MODES, LIMIT = BUDGETS["mode"].choices, BUDGETS["PAYER"]
_ROUNDING = 1e-9  # part of a limit


class _Written(NamedTuple):
    """Where something of the budgets, or a purchase that they hold, was written. age: number of the file in the chain;
    rank: which of two in one file is told."""

    age: int
    rank: int
    node: Node


def read_budgets(
    chain: Sequence[Block], bought: Sequence[tuple[Node, Purchase]], mistakes: Mistakes, *, is_whole: bool
) -> Budgets:
    """The budgets of all files together; a file's mode and limits replace those of the file it extends.

    chain: the files, the oldest first. bought: what they buy and where that stands, held against the limits where these
    are all known. is_whole: whether the chain is.
    """
    mode: _Written | None = None
    limits: dict[str, _Written] = {}
    before, is_sure = len(mistakes), is_whole
    for age, file in enumerate(chain):
        node = file.keys.get("budgets")
        if node is None or node.value is None:
            continue
        block = fields.block(node, ("mode", *PAYERS), what="the budgets", mistakes=mistakes)
        if block is not None:
            _tell_without_payer(node, mistakes)
            is_sure = is_sure and not block.meant
            written = {key: _Written(age, 1, value) for key, value in block.keys.items()}
            mode = written.pop("mode", mode)
            limits |= written
    chosen = MODES[0] if mode is None else mistakes.read(fields.word, mode.node, MODES, what="a mode of the budgets")
    read = {payer: mistakes.read(_limit, limits[payer].node, payer) for payer in PAYERS if payer in limits}
    gbp = {payer: limit for payer, limit in read.items() if limit is not None}
    budgets = Budgets(chosen or MODES[0], gbp)
    is_known = is_sure and len(mistakes) == before and all("budgets" not in file.meant for file in chain)
    if is_known:
        _hold_against_limits(budgets, mode, limits, _spent(chain, bought), mistakes)
    return budgets


def _spent(chain: Sequence[Block], bought: Sequence[tuple[Node, Purchase]]) -> list[tuple[_Written, Purchase]]:
    """What counts of the purchases, with where its money stands."""
    lists = [(age, file.keys["levers"].value) for age, file in enumerate(chain) if "levers" in file.keys]
    ages = {id(item): age for age, items in lists if isinstance(items, list) for item in items}
    return [
        (_Written(ages[id(item)], 0, fields.required(item, "gbp_per_year", what="a purchase")), purchase)
        for item, purchase in bought
        if purchase.gbp_per_year > 0.0
    ]


def _tell_without_payer(node: Node, mistakes: Mistakes) -> None:
    """Collects the limits that no payer could have, of the names that are not known."""
    for name, limit in fields.open_mapping(node, what="the budgets").items():
        if name not in ("mode", *PAYERS):
            mistakes.read(_limit, limit, name)


def _hold_against_limits(
    budgets: Budgets,
    mode: _Written | None,
    limits: Mapping[str, _Written],
    bought: Sequence[tuple[_Written, Purchase]],
    mistakes: Mistakes,
) -> None:
    """What is refused is what was written last of all that makes the sum too large: a file that is right by itself is
    not told for one that extends it."""
    gbp = budgets.limits
    spent = {payer: math.fsum(p.gbp_per_year for _, p in bought if p.payer == payer) for payer in PAYERS}
    chosen = [] if mode is None else [mode._replace(rank=3 if budgets.is_pooled else 1)]
    if budgets.is_pooled:
        last = _last([*chosen, *limits.values(), *(money for money, _ in bought)])
        mistakes.read(_refuse_beyond_the_pool, last, gbp, math.fsum(spent.values()))
        return
    for payer in gbp:
        limit = limits[payer]._replace(rank=2)
        last = _last([*chosen, limit, *(money for money, p in bought if p.payer == payer)])
        mistakes.read(_refuse_beyond_a_limit, last, limit.node, payer, gbp, spent)


def _last(written: Sequence[_Written]) -> Node:
    return max(written, key=lambda one: one[:2]).node


def _limit(node: Node, payer: str) -> float:
    what = f"the budget of '{payer}' in GBP a year"
    return fields.number(node, low=LIMIT.least, high=LIMIT.most, what=what, example=LIMIT.example)


def _refuse_beyond_a_limit(
    node: Node, stands: Node, payer: str, limits: Mapping[str, float], spent: Mapping[str, float]
) -> None:
    limit = limits[payer]
    if spent[payer] <= limit * (1.0 + _ROUNDING):
        return
    others = math.fsum(limits.values()) - math.fsum(spent.values())
    pool = " or 'mode: pooled', in which others' money is left," if others >= 0.0 else ""
    of_file = f" (line {stands.line} of {stands.file.name})" if stands.file not in (None, node.file) else ""
    raise node.error(
        f"'{payer}' spends {spent[payer]:,.0f} GBP a year, more than its budget of {limit:,.0f}{of_file}",
        allowed=f"purchases of at most {math.floor(limit):_} GBP a year,{pool} or a budget of "
        f"{math.ceil(spent[payer]):_}",
    )


def _refuse_beyond_the_pool(node: Node, limits: Mapping[str, float], spent: float) -> None:
    pool = math.fsum(limits.values())
    if not limits or spent <= pool * (1.0 + _ROUNDING):
        return
    raise node.error(
        f"the payers together spend {spent:,.0f} GBP a year, more than the pooled budget of {pool:,.0f}",
        allowed=f"purchases of at most {math.floor(pool):_} GBP a year, or budgets of {math.ceil(spent):_} in all",
    )
