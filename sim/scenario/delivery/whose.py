"""Money for everybody at a hub as two lines: the part of people leaving prison, and that of everybody else there.

Of a keyworker for everybody people leaving prison have service.leavers_share of the time. The rest serves, or is taken
from, people who did not leave prison: it is told on a line of its own and is in no cost of people leaving prison.
"""

from __future__ import annotations

from sim.scenario.delivery.context import DeliveryContext
from sim.scenario.delivery.records import Spend
from sim.scenario.delivery.standing import is_for_everybody

LEAVING_PRISON, EVERYBODY_ELSE = "everybody: leaving prison", "everybody: others"
"""Words of the account's option for the two lines."""


def lines(context: DeliveryContext) -> tuple[tuple[int, Spend], ...]:
    """The accounts of a scenario with the numbers of their purchases, in their order: one line each, but two for what
    is for everybody."""
    accounts: list[tuple[int, Spend]] = []
    for n in sorted(context.spend):
        entry, bought = context.spend[n], context.scenario.levers[n]
        if bought.lever == "keyworkers" and is_for_everybody(bought):
            accounts += [(n, line) for line in _two_lines(entry, context.draw["service.leavers_share"])]
        else:
            accounts.append((n, entry))
    return tuple(accounts)


def _two_lines(entry: Spend, share: float) -> tuple[Spend, Spend]:
    theirs = _part(entry, share)
    others = _part(entry, 1.0 - share)
    theirs["option"], others["option"] = LEAVING_PRISON, EVERYBODY_ELSE
    others["for_others"], others["remark"] = True, "not in the cost of people leaving prison"
    return theirs, others


def _part(entry: Spend, share: float) -> Spend:
    part = entry.copy()
    part["gbp_per_year"] *= share
    part["units"] *= share
    part["units_used"] *= share
    part["overhead_gbp_per_year"] *= share
    part["unused_gbp_per_year"] *= share
    return part
