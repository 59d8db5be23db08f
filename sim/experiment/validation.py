"""The model against published figures: runs at reference values, looked at day by day and held against each target.

Rates are taken over time at liberty since the latest release, deaths and overdoses as expected events (hazard spent).
Only the study year's people count; those released before and after are there to keep services busy. No figure here is
read by a run, and none is a reason to fail: what disagrees is printed with what is known about why.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.published import TargetComparison, Validation
from sim.core.days import FOLLOW_UP_DAYS, MOMENTS_PER_DAY, NEVER
from sim.core.keys import TICKS_PER_HAZARD
from sim.population import processes as P
from sim.population.codes import COMMUNITY, HOUSING, IN_TREATMENT, LONGER, OPIATE_NO_CRACK, ROUGH

if TYPE_CHECKING:
    from sim.engine.world import World
    from sim.evidence.targets import Target
    from sim.experiment.simulator import StudySimulator
    from sim.study.protocol import Progress

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

BATCHES = 10  # runs are pooled in so many batches, whose spread gives the standard error
DAYS = FOLLOW_UP_DAYS + 1
PER_DAY = MOMENTS_PER_DAY / TICKS_PER_HAZARD  # hazard a day of a clock's rate
NO_OST, ON_OST, OTHER_NEEDS = range(3)  # groups in which rates are counted: opiate needs by OST at release, the rest
EVERYBODY, WITHOUT_OST, WITH_OST = slice(0, 3), slice(0, 1), slice(1, 2)
SETTLED_HOMES = [code for code, name in enumerate(HOUSING) if name in ("settled", "supported")]


def _by_group() -> Array:
    return np.zeros((3, DAYS))


def _by_day() -> Array:
    return np.zeros(DAYS)


@dataclass
class Tally:
    """Sums over a run.

    at_risk, nonfatal, drug, other: f8[3, days], person-days at liberty and hazard spent by group and days since the
    latest release. deaths: f8[days], hazard of any death of people with an opiate need by days since the first release.
    in_treatment, left: f8[days], opiate episodes at risk and ended by days since treatment began.
    shares: numerator and denominator of what stands on the rows when the run is over.
    """

    at_risk: Array = field(default_factory=_by_group)
    nonfatal: Array = field(default_factory=_by_group)
    drug: Array = field(default_factory=_by_group)
    other: Array = field(default_factory=_by_group)
    deaths: Array = field(default_factory=_by_day)
    in_treatment: Array = field(default_factory=_by_day)
    left: Array = field(default_factory=_by_day)
    shares: dict[str, tuple[float, float]] = field(default_factory=dict)


def validate(
    simulator: StudySimulator, targets: Mapping[str, Target], *, runs: int, progress: Progress | None = None
) -> Validation:
    """Live so many runs of the simulator's first scenario and first draw, and hold them against the targets."""
    tallies = []
    for run in range(runs):
        if progress is not None:
            progress(run, runs)
        tallies.append(follow(simulator.world(0, 0, run)))
    if progress is not None:
        progress(runs, runs)
    pooled = figures(tallies)
    batches = [figures(tallies[k::BATCHES]) for k in range(min(BATCHES, runs))]
    comparisons = tuple(
        TargetComparison(target, pooled.get(name, math.nan), _error([batch.get(name, math.nan) for batch in batches]))
        for name, target in targets.items()
    )
    return Validation(comparisons, runs=runs, people=simulator.people, months=simulator.months, seed=simulator.seed)


def follow(world: World) -> Tally:
    """Live a run day by day and count the study year's people at the end of every day."""
    tally = Tally()
    rows = world.counted_rows

    def column(name: str) -> NDArray[Any]:
        """One field of the people who count, as it is now."""
        return np.asarray(world.people[name][rows])

    opiate = column("need") <= OPIATE_NO_CRACK
    first_release = column("first_release")
    attended = float(world.run_inputs.params[0]["overdose_attended"])
    first_ost, treated = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
    for day in range(world.first_day, world.days):
        start = column("treatment_start")
        world.run_to(day + 1)
        free = column("status") == COMMUNITY
        on_ost = column("ost_at_release") > 0
        first_ost |= (first_release == day) & on_ost
        group = np.where(opiate, np.where(on_ost, ON_OST, NO_OST), OTHER_NEEDS)[free]
        since = day - column("latest_release")[free]
        overdoses, other = (column("rate")[free][:, (P.OVERDOSE, P.OTHER_DEATH)] * PER_DAY).T
        fatal = overdoses * column("fatality")[free]
        np.add.at(tally.at_risk, (group, since), 1.0)
        np.add.at(tally.nonfatal, (group, since), (overdoses - fatal) * attended)
        np.add.at(tally.drug, (group, since), fatal)
        np.add.at(tally.other, (group, since), other)
        np.add.at(tally.deaths, day - first_release[free & opiate], (fatal + other)[opiate[free]])
        staying = treated & opiate & free
        treated = (column("treatment") == IN_TREATMENT) & free
        np.add.at(tally.in_treatment, day - start[staying], 1.0)
        np.add.at(tally.left, day - start[staying & ~treated], 1.0)
    tally.shares = shares(column, opiate, first_ost)
    return tally


def shares(column: Callable[[str], NDArray[Any]], opiate: Flags, ost: Flags) -> dict[str, tuple[float, float]]:
    """Numerator and denominator of what stands on people's rows at the end of a run.

    column: gives a field of them; opiate: those with an opiate need; ost: those on OST at their first release.
    """
    everybody = np.ones(len(opiate), dtype=bool)
    engaged = column("first_engaged") - column("first_release") < 21
    reoffended, short = column("first_reoffence") < NEVER, column("sentence") != LONGER
    home = column("housing_at_84")  # -1 for people who were not in the community on that day

    def share(flag: Flags, among: Flags = everybody) -> tuple[float, float]:
        return float(flag[among].sum()), float(among.sum())

    return {
        "engaged_within_3_weeks": share(engaged),
        "engaged_ost": share(engaged, opiate & ost),
        "engaged_no_ost": share(engaged, opiate & ~ost),
        "first_night_homeless": share(column("first_night") == ROUGH),
        "settled_3_months": share(np.isin(home, SETTLED_HOMES), home >= 0),
        "rough_3_months": share(home == ROUGH, home >= 0),
        "recalls_per_release": (float(column("recalls").sum()), float(len(opiate))),
        "reoffended_short": share(reoffended, short),
        "reoffended_all": share(reoffended),
        "opiate": share(opiate),
    }


def figures(tallies: Sequence[Tally]) -> dict[str, float]:
    """Every published figure as the pooled runs give it; NaN where nobody was counted."""

    def total(name: str) -> Array:
        return np.asarray(np.sum([getattr(tally, name) for tally in tallies], axis=0))

    sums = {name: np.sum([tally.shares[name] for tally in tallies], axis=0) for name in tallies[0].shares}
    pooled = {name: _ratio(numerator, denominator) for name, (numerator, denominator) in sums.items()}
    at_risk, nonfatal, drug = total("at_risk"), total("nonfatal"), total("drug")
    deaths, released = total("deaths"), sums.pop("opiate")[0]
    any_death = drug + total("other")

    def rate(events: Array, groups: slice, first: int, end: int) -> float:
        """Events per person-year at liberty on days first to end - 1 since the latest release."""
        return _ratio(events[groups, first:end].sum(), at_risk[groups, first:end].sum()) * 365.0

    def odds(name: str) -> float:
        return _ratio(pooled[name], 1.0 - pooled[name])

    retained = np.cumprod(1.0 - total("left") / np.maximum(total("in_treatment"), 1.0))
    return {
        **pooled,
        "engaged_odds_ratio_ost": _ratio(odds("engaged_ost"), odds("engaged_no_ost")),
        "deaths_28_days_opiate": 1000.0 * _ratio(deaths[:28].sum(), released),
        "deaths_365_days_opiate": _ratio(deaths.sum(), released),
        "death_rate_28_days_ost": 100.0 * rate(any_death, WITH_OST, 0, 28),
        "death_rate_28_days_no_ost": 100.0 * rate(any_death, WITHOUT_OST, 0, 28),
        "drug_death_ratio_weeks_1_2": _ratio(rate(drug, WITHOUT_OST, 0, 14), rate(drug, WITHOUT_OST, 14, 84)),
        "retained_12_weeks": float(retained[84]),
        "retained_12_months": float(retained[364]),
        "nonfatal_overdose_rate_14_days": rate(nonfatal, EVERYBODY, 0, 14),
        "nonfatal_overdose_rate_year": rate(nonfatal, EVERYBODY, 0, DAYS),
    }


def _ratio(numerator: float, denominator: float) -> float:
    return float(numerator) / float(denominator) if denominator else math.nan


def _error(batches: Sequence[float]) -> float:
    """Standard error of the mean over batches; NaN with one batch, or where a batch has no figure."""
    return float(np.std(batches, ddof=1) / math.sqrt(len(batches))) if len(batches) > 1 else math.nan
