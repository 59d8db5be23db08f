"""The `budgets:` of a scenario: what each payer may spend in a year, in all or in one council, and whether payers pool
their money.

Money counts as it is spent: in each year from the first release (365 days, as money is counted everywhere), a purchase
above 0 spends its yearly sum for the days on which it runs; cuts give nothing back. Separate budgets hold each payer to
its own limit, pooled ones all payers together to the sum of the limits; those of a council are held, or pooled, by
themselves, against the money that is spent there (`council_shares`). Pooling alone buys nobody anything: it lets one
payer's money cover another's purchase, and bought keyworkers move between hubs (posts.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sim.core.days import FOLLOW_UP_DAYS
from sim.core.mistakes import Mistakes
from sim.scenario.levers import PAYERS
from sim.scenario.reading import fields
from sim.scenario.reading.budgets_of_councils import council_limits, councils_named
from sim.scenario.reading.fields import LONGEST_RUN_DAYS, Block
from sim.scenario.reading.keys import BUDGETS
from sim.scenario.reading.yaml_strict import Node
from sim.scenario.scenario import Budgets, Purchase
from sim.scenario.spend_by_payer import council_shares

if TYPE_CHECKING:
    from sim.area import Area

MODES, LIMIT = BUDGETS["mode"].choices, BUDGETS["PAYER"]
YEAR = FOLLOW_UP_DAYS
EVERYWHERE = ""  # in place of a council's name
_ROUNDING = 1e-9  # part of a limit

Limits = dict[tuple[str, str], "Written"]
"""Where a limit was written, by council (EVERYWHERE for none) and payer."""


class Written(NamedTuple):
    """Where something of the budgets, or a purchase that they hold, was written. age: number of the file in the chain;
    rank: which of two in one file is told."""

    age: int
    rank: int
    node: Node


class _Money(NamedTuple):
    """A purchase above 0: where its money stands, who pays, and its GBP in each year of the longest run, by council and
    in all (EVERYWHERE)."""

    written: Written
    payer: str
    gbp: Mapping[str, tuple[float, ...]]

    def spent(self, council: str, year: int) -> float:
        """GBP that are spent in a council, or in all, in one of the years."""
        return self.gbp[council][year] if council in self.gbp else 0.0


def read_budgets(
    chain: Sequence[Block],
    bought: Sequence[tuple[Node, Purchase]],
    area: Area,
    starts: date | None,
    mistakes: Mistakes,
    *,
    is_whole: bool,
) -> Budgets:
    """The budgets of all files together; a file's mode and limits replace those of the file it extends.

    chain: the files, the oldest first. bought: what they buy and where that stands, held against the limits where these
    are all known. starts: the first release; None where it is not known. is_whole: whether the chain is.
    """
    mode: Written | None = None
    limits: Limits = {}
    before, is_sure = len(mistakes), is_whole and starts is not None
    for age, file in enumerate(chain):
        node = file.keys.get("budgets")
        if node is None or node.value is None:
            continue
        councils = councils_named(node, area, mistakes)
        block = fields.block(node, ("mode", *PAYERS, *councils), what="the budgets", mistakes=mistakes)
        if block is not None:
            _tell_without_payer(node, ("mode", *PAYERS, *councils), mistakes)
            is_sure = is_sure and not block.meant
            mode = Written(age, 1, block.keys["mode"]) if "mode" in block.keys else mode
            limits |= {
                (EVERYWHERE, payer): Written(age, 1, block.keys[payer]) for payer in PAYERS if payer in block.keys
            }
            for key, council in councils.items():
                own = council_limits(block.keys.get(key), council, mistakes)
                limits |= {(council, payer): Written(age, 1, limit) for payer, limit in own.items()}
    chosen = MODES[0] if mode is None else mistakes.read(fields.word, mode.node, MODES, what="a mode of the budgets")
    gbp: dict[tuple[str, str], float] = {}
    for (council, payer), written in limits.items():
        limit = mistakes.read(_limit, written.node, payer, council)
        if limit is not None:
            gbp[council, payer] = limit
    budgets = Budgets(chosen or MODES[0], _of(gbp, EVERYWHERE), _by_council(gbp))
    is_known = is_sure and len(mistakes) == before and all("budgets" not in file.meant for file in chain)
    if is_known and limits:
        assert starts is not None
        money = _spent(chain, bought, area, starts)
        for council in dict.fromkeys(council for council, _ in limits):
            _Held(budgets, council, starts, mode, limits).hold(money, mistakes)
    return budgets


def _of(gbp: Mapping[tuple[str, str], float], council: str) -> dict[str, float]:
    """The limits of a council, or of all, in the order of payers."""
    return {payer: gbp[council, payer] for payer in PAYERS if (council, payer) in gbp}


def _by_council(gbp: Mapping[tuple[str, str], float]) -> dict[str, dict[str, float]]:
    return {council: _of(gbp, council) for council in dict.fromkeys(name for name, _ in gbp) if council}


def _spent(chain: Sequence[Block], bought: Sequence[tuple[Node, Purchase]], area: Area, starts: date) -> list[_Money]:
    """What counts of the purchases, with where its money stands."""
    lists = [(age, file.keys["levers"].value) for age, file in enumerate(chain) if "levers" in file.keys]
    ages = {id(item): age for age, items in lists if isinstance(items, list) for item in items}
    money = []
    for item, purchase in bought:
        if purchase.gbp_per_year > 0.0:
            node = fields.required(item, "gbp_per_year", what="a purchase")
            shares = {EVERYWHERE: 1.0, **council_shares(purchase, area)}
            years = _by_year(purchase, starts)
            gbp = {council: tuple(sum_ * share for sum_ in years) for council, share in shares.items()}
            money.append(_Money(Written(ages[id(item)], 0, node), purchase.payer, gbp))
    return money


def _by_year(purchase: Purchase, starts: date) -> list[float]:
    """GBP of a purchase in each year of the longest run."""
    first = (purchase.starts - starts).days
    end = LONGEST_RUN_DAYS if purchase.ends is None else (purchase.ends - starts).days
    days = [max(0, min(end, year + YEAR) - max(first, year)) for year in range(0, LONGEST_RUN_DAYS, YEAR)]
    return [purchase.gbp_per_year * number / YEAR for number in days]


def _tell_without_payer(node: Node, known: Sequence[str], mistakes: Mistakes) -> None:
    """Collects the limits that no payer could have, of the names that are not known; a block may be a council's."""
    for name, limit in fields.open_mapping(node, what="the budgets").items():
        if name not in known and not isinstance(limit.value, dict):
            mistakes.read(_limit, limit, name, EVERYWHERE)


class _Held(NamedTuple):
    """The limits of one council, or of all, that its money is held against.

    What is refused is what was written last of all that makes the sum too large: a file that is right by itself is not
    told for one that extends it. The first year that is too dear is told.
    """

    budgets: Budgets
    council: str
    starts: date
    mode: Written | None
    limits: Limits

    @property
    def gbp(self) -> Mapping[str, float]:
        """The limits by payer."""
        return self.budgets.councils[self.council] if self.council else self.budgets.limits

    def hold(self, money: Sequence[_Money], mistakes: Mistakes) -> None:
        """Collect what is beyond the pool, or beyond each limit."""
        spends = [one for one in money if self.council in one.gbp]
        chosen = [] if self.mode is None else [self.mode._replace(rank=3 if self.budgets.is_pooled else 1)]
        own = {payer: written for (council, payer), written in self.limits.items() if council == self.council}
        if self.budgets.is_pooled:
            last = _last([*chosen, *own.values(), *(one.written for one in spends)])
            mistakes.read(self._each_year, spends, lambda year, spent: self._beyond_the_pool(last, year, spent))
            return
        for payer in self.gbp:
            limit = own[payer]._replace(rank=2)
            last = _last([*chosen, limit, *(one.written for one in spends if one.payer == payer)])
            stands = limit.node
            mistakes.read(self._each_year, spends, self._of_payer(last, stands, payer))

    def _of_payer(self, last: Node, stands: Node, payer: str) -> Callable[[int, Mapping[str, float]], None]:
        return lambda year, spent: self._beyond_a_limit(last, stands, payer, year, spent)

    def _each_year(self, money: Sequence[_Money], refuse: Callable[[int, Mapping[str, float]], None]) -> None:
        for year in range(LONGEST_RUN_DAYS // YEAR):
            refuse(
                year,
                {
                    payer: math.fsum(one.spent(self.council, year) for one in money if one.payer == payer)
                    for payer in PAYERS
                },
            )

    def _when(self, year: int) -> str:
        """' GBP in Cornwall in the year from 2027-04-01'."""
        place = f" in {self.council}" if self.council else ""
        return f"GBP{place} in the year from {self.starts + timedelta(days=year * YEAR)}"

    def _beyond_a_limit(self, node: Node, stands: Node, payer: str, year: int, spent: Mapping[str, float]) -> None:
        limits, limit = self.gbp, self.gbp[payer]
        if spent[payer] <= limit * (1.0 + _ROUNDING):
            return
        others = math.fsum(limits.values()) - math.fsum(spent.values())
        pool = " or 'mode: pooled', in which others' money is left," if others >= 0.0 else ""
        of_file = f" (line {stands.line} of {stands.file.name})" if stands.file not in (None, node.file) else ""
        raise node.error(
            f"'{payer}' spends {spent[payer]:,.0f} {self._when(year)}, more than its budget of {limit:,.0f}{of_file}",
            allowed=f"purchases of at most {math.floor(limit):_} GBP a year,{pool} or a budget of "
            f"{math.ceil(spent[payer] * (1 - _ROUNDING)):_}",
        )

    def _beyond_the_pool(self, node: Node, year: int, spent: Mapping[str, float]) -> None:
        pool, together = math.fsum(self.gbp.values()), math.fsum(spent.values())
        if not self.gbp or together <= pool * (1.0 + _ROUNDING):
            return
        raise node.error(
            f"the payers together spend {together:,.0f} {self._when(year)}, more than the pooled budget of {pool:,.0f}",
            allowed=f"purchases of at most {math.floor(pool):_} GBP a year, or budgets of "
            f"{math.ceil(together * (1 - _ROUNDING)):_} in all",
        )


def _last(written: Sequence[Written]) -> Node:
    return max(written, key=lambda one: one[:2]).node


def _limit(node: Node, payer: str, council: str) -> float:
    what = f"the budget of '{payer}'{f' in {council}' if council else ''} in GBP a year"
    return fields.number(node, low=LIMIT.least, high=LIMIT.most, what=what, example=LIMIT.example)
