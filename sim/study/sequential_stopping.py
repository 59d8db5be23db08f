"""Choosing the number of replicates: streams of random numbers are added until a difference is precise enough.

After each round (one more replicate of every draw) the widest Monte Carlo half-width of the paired differences
is held against what is wanted. Once it is small enough, LOOK_AHEAD further rounds are run, and all of them must hold,
since an early half-width can be small by chance (Hoad, Robinson and Davies 2010, doi:10.1057/jors.2009.121). The rounds
depend on the runs alone, so a study that was interrupted ends with the same number, and in the same bytes as if that
number had been asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sim.core.arguments import plain, shown
from sim.core.errors import LEAST_SIZE, InputError, is_finite
from sim.study.plan import StudyPlan

FIRST_ROUND = 3
LOOK_AHEAD = 5
MOST_REPLICATES = 500

# Runs what the plan lacks and gives the widest half-width over scenarios of what is then kept.
Round = Callable[[StudyPlan], float]


def checked_precision(value: float) -> float:
    """The half-width wanted; InputError for none."""
    number = plain(value)
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    if not is_number or not LEAST_SIZE <= number < 1e9:
        given = f"{number:g}" if is_number and is_finite(number) else shown(value)
        allowed = f"a half-width from {LEAST_SIZE:g}, such as 0.5"
        raise InputError(f"{given} is not a precision", parameter="precision", allowed=allowed)
    return float(number)


def with_enough_replicates(plan: StudyPlan, wanted: float, run_round: Round) -> tuple[StudyPlan, int | None]:
    """The plan with the replicates that were needed, all run, and how many had been enough before the look-ahead.

    None where MOST_REPLICATES were not enough, the look-ahead among them.
    """
    enough: int | None = None
    replicates = min(FIRST_ROUND, MOST_REPLICATES)
    while True:
        plan = replace(plan, replicates=replicates)
        if run_round(plan) <= wanted:
            enough = replicates if enough is None else enough
            if replicates - enough >= LOOK_AHEAD:
                return plan, enough
        else:
            enough = None
        if replicates >= MOST_REPLICATES:
            return plan, None
        replicates += 1
