"""The model against published figures: runs of the baseline, one set for each era, held against each target.

No figure here is read by a run, and none is a reason to fail: what disagrees is printed as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.published import Baseline, TargetComparison, Validation
from sim.experiment.tally import DAYS, NO_OST, ON_OST, Array, Tally, follow

if TYPE_CHECKING:
    from datetime import date

    from sim.engine.world import World
    from sim.evidence.draws import ParameterTable
    from sim.evidence.eras import Era
    from sim.evidence.targets import Target
    from sim.experiment.setup import StudySetup
    from sim.experiment.simulator import StudySimulator
    from sim.study.protocol import Progress

BATCHES = 10  # runs are pooled in so many batches, whose spread gives the standard error
EVERYBODY, WITHOUT_OST, WITH_OST = slice(0, 3), slice(NO_OST, NO_OST + 1), slice(ON_OST, ON_OST + 1)
Simulate = Callable[["ParameterTable", "date | None"], "StudySimulator"]
"""From a table, and the day whose recall law holds throughout."""
Figure = tuple[float, float]  # value of the pooled runs and its standard error


def baselines_of(targets: Iterable[Target], eras: Mapping[str, Era]) -> tuple[Baseline, ...]:
    """The baselines that targets need: their eras in the order of the table, those of the same settings and law
    together."""
    needed = {target.era for target in targets}
    together: dict[tuple[object, ...], list[Era]] = {}
    for name, era in eras.items():
        if name in needed:
            together.setdefault((era.recall_law, *sorted(era.settings.items())), []).append(era)
    return tuple(Baseline(tuple(lived_alike)) for lived_alike in together.values())


def simulator_at_reference(setup: StudySetup, months: int) -> Simulate:
    """Gives the simulator of a study's first scenario at the values of a table, under the recall law of its dates
    or of one day throughout."""
    from sim.experiment.simulator import StudySimulator

    def simulate(table: ParameterTable, recall_law: date | None = None) -> StudySimulator:
        scenarios = [replace(scenario, recall_law=recall_law or scenario.recall_law) for scenario in setup.scenarios]
        return StudySimulator(
            scenarios, setup.area, table, people=setup.plan.people, months=months, draws=1, seed=setup.plan.seed,
            reference=True,
        )  # fmt: skip

    return simulate


def validate(
    simulate: Simulate,
    table: ParameterTable,
    targets: Mapping[str, Target],
    eras: Mapping[str, Era],
    *,
    runs: int,
    progress: Progress | None = None,
    on_lived: Callable[[Baseline, StudySimulator, World], None] | None = None,
) -> Validation:
    """Live so many runs of the baseline of each era that a target needs, and hold them against the targets.

    simulate: see `simulator_at_reference`; table: the evidence at reference values; on_lived: is handed each world when
    it has been lived.
    """
    baselines = baselines_of(targets.values(), eras)
    found: dict[str, Mapping[str, Figure]] = {}
    for number, baseline in enumerate(baselines):
        era = baseline.eras[0]
        simulator = simulate(era.of(table), era.recall_law)
        tallies = []
        for run in range(runs):
            if progress is not None:
                progress(number * runs + run, len(baselines) * runs)
            world = simulator.world(0, 0, run)
            tallies.append(follow(world))
            if on_lived is not None:
                on_lived(baseline, simulator, world)
        found |= dict.fromkeys((era.name for era in baseline.eras), with_errors(tallies))
    if progress is not None:
        progress(len(baselines) * runs, len(baselines) * runs)
    comparisons = tuple(
        TargetComparison(target, *found[target.era].get(name, (math.nan, math.nan))) for name, target in targets.items()
    )
    return Validation(
        comparisons, baselines, runs=runs, people=simulator.people, months=simulator.months, seed=simulator.seed
    )


def with_errors(tallies: Sequence[Tally]) -> dict[str, Figure]:
    """Every figure as the pooled runs give it, with its standard error over batches of runs."""
    batches = [figures(tallies[k::BATCHES]) for k in range(min(BATCHES, len(tallies)))]
    return {name: (value, _error([batch[name] for batch in batches])) for name, value in figures(tallies).items()}


def figures(tallies: Sequence[Tally]) -> dict[str, float]:
    """Every published figure as the pooled runs give it; NaN where nobody was counted."""

    def total(name: str) -> Array:
        return np.asarray(np.sum([getattr(tally, name) for tally in tallies], axis=0))

    sums = {name: np.sum([tally.shares[name] for tally in tallies], axis=0) for name in tallies[0].shares}
    (on_ost, opiate), everybody = sums.pop("on_ost"), sums["engaged_within_3_weeks"][1]
    pooled = {name: _ratio(numerator, denominator) for name, (numerator, denominator) in sums.items()}
    at_risk, nonfatal, drug = total("at_risk"), total("nonfatal"), total("drug")
    deaths, by_sex = total("deaths"), total("by_sex")
    any_death = drug + total("other")

    def rate(events: Array, groups: slice, first: int, end: int) -> float:
        """Events per person-year at liberty on days first to end - 1 since the latest release."""
        return _ratio(events[groups, first:end].sum(), at_risk[groups, first:end].sum()) * 365.0

    def odds(name: str) -> float:
        return _ratio(pooled[name], 1.0 - pooled[name])

    def spent(name: str) -> float:
        """Hazard spent by a share; NaN where all have had the event."""
        return -math.log1p(-pooled[name]) if pooled[name] < 1.0 else math.nan

    retained = np.cumprod(1.0 - total("left") / np.maximum(total("in_treatment"), 1.0))
    women, men = (_ratio(by_sex[1, sex], by_sex[0, sex]) * 365.0 for sex in (1, 0))
    return {
        **pooled,
        "engaged_odds_ratio_ost": _ratio(odds("engaged_ost"), odds("engaged_no_ost")),
        "deaths_2_days": _ratio(any_death[:, :3].sum(), everybody),
        "reoffending_ratio_completed": _ratio(spent("reoffended_completed"), spent("reoffended_dropped_out")),
        "drug_deaths_14_days": _ratio(drug[:, :14].sum(), everybody),
        "deaths_28_days_ost": _ratio(deaths[ON_OST, :28].sum(), on_ost),
        "deaths_28_days_no_ost": _ratio(deaths[NO_OST, :28].sum(), opiate - on_ost),
        "deaths_29_365_days_opiate": _ratio(deaths[:, 28:].sum(), opiate),
        "drug_death_ratio_weeks_1_2": _ratio(rate(drug, WITHOUT_OST, 0, 14), rate(drug, WITHOUT_OST, 14, 84)),
        "drug_death_rate_year_women": women,
        "drug_death_rate_year_men": men,
        "drug_death_age_ratio": _age_ratio(total("by_age")),
        "retained_12_weeks": float(retained[84]),
        "retained_12_months": float(retained[364]),
        "nonfatal_overdose_rate_14_days": rate(nonfatal, EVERYBODY, 0, 14),
        "nonfatal_overdose_rate_year": rate(nonfatal, EVERYBODY, 0, DAYS),
    }


def _age_ratio(by_age: Array) -> float:
    """Ratio of drug deaths for ten years of age, between the rates of the two groups at their mean ages."""
    if not by_age.all():
        return math.nan
    days, years, deaths = by_age
    between = years[1] / days[1] - years[0] / days[0]
    return float((deaths[1] / days[1] / (deaths[0] / days[0])) ** (10.0 / between))


def _ratio(numerator: float, denominator: float) -> float:
    return float(numerator) / float(denominator) if denominator else math.nan


def _error(batches: Sequence[float]) -> float:
    """Standard error of the mean over batches; NaN with one batch, or where a batch has no figure."""
    return float(np.std(batches, ddof=1) / math.sqrt(len(batches))) if len(batches) > 1 else math.nan
