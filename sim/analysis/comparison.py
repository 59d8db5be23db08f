"""Each scenario against the baseline: all that a study says of it, with what was bought and how it was run.

Rows of values and differences are made in differences.py, what may be said of them in verdicts.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.analysis.cube import Cube, released_in_a_year
from sim.analysis.differences import by_scenario
from sim.analysis.grades import on_figures, with_grades
from sim.analysis.intervals import basis_of, known_or_none
from sim.analysis.money import MONTHS_OF_TWO_YEARS, counted_sum, spent_measure, yearly_sum
from sim.analysis.null_draws import null_draws
from sim.analysis.pairs import pairs_table
from sim.analysis.precision import middle_worth
from sim.analysis.value.tables import OfStudy, Valued
from sim.analysis.verdicts import neutral
from sim.outcomes.strata import exists
from sim.scenario.levers import PAYERS
from sim.scenario.levers.grades import GRADE_COLUMNS
from sim.study.run_blocks import SPEND_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

JSON_NUMBERS = ("value", "difference", "low", "high", "mcse")
JSON_CHANCES = ("chance_better", "chance_none", "chance_worse")


@dataclass(frozen=True)
class Comparison:
    """The results of a study: values and paired differences of every scenario with their intervals, and what was
    bought.

    rows: one row per scenario and measure for everybody; groups: the same by stratum and group. pairs: headline
    measures of every two scenarios (pairs.py).
    spend: what each scenario buys. cost_gbp: the most of it at one time, a year, by scenario. counted_gbp: what of it
    is counted over the people counted (money.py). off: mechanisms switched off by scenario.
    titles: scenario name to its title. basis: from what the intervals are made.
    study: the study's id; code: hash of the program that ran it. out: the folder written. released: people released in
    a year, mean and ends of the interval. equal_money: GBP a year that every scenario beside the baseline was brought
    to; None where each costs what its file says. worth: independent runs that one paired run is worth, the middle of
    the headline differences with any noise; None where there is none. remarks: what a reader must know of the runs,
    such as a law that changes within them, in sentences. prices: options chosen among prices, by choice, defaults left
    out; the same in all scenarios. valued: costs and health in each view on money. cost_per_outcome: what one
    more of each outcome costs (value/cost_per_outcome.py); None of a study of which it is not told. impact: the table
    of budget impact over five years, None where it is not told. for_whom: the group of people that all rows are of, ''
    for everybody.
    """

    study: str
    out: str
    baseline: str
    scenarios: tuple[str, ...]
    titles: Mapping[str, str]
    cost_gbp: Mapping[str, float]
    level: float
    basis: str
    people: int
    people_per_year: float
    released: tuple[float, float, float]
    draws: int
    replicates: int
    rows: pd.DataFrame
    groups: pd.DataFrame
    pairs: pd.DataFrame
    spend: pd.DataFrame
    months: int = MONTHS_OF_TWO_YEARS
    code: str = ""
    equal_money: float | None = None
    counted_gbp: Mapping[str, float] = field(default_factory=dict)
    off: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    worth: float | None = None
    remarks: tuple[str, ...] = ()
    prices: Mapping[str, str] = field(default_factory=dict)
    valued: tuple[Valued, ...] = ()
    cost_per_outcome: pd.DataFrame | None = None
    for_whom: str = ""
    impact: pd.DataFrame | None = None

    @property
    def diagnostics(self) -> tuple[str, ...]:
        """Scenarios that switch off other mechanisms than the baseline: tests of the model, not policies."""
        usual = self.off.get(self.baseline, ())
        return tuple(name for name in self.scenarios if self.off.get(name, ()) != usual)

    def of_study(self, spend: Mapping[str, Sequence[Mapping[str, Any]]]) -> OfStudy:
        """What its values in the views on money are made with; diagnostics are left out. spend: rows by scenario."""
        held = tuple(name for name in self.scenarios if name not in self.diagnostics)
        return OfStudy(self.baseline, held, self.people_per_year / self.people, self.level, spend)

    def cost_beside_gbp(self, name: str) -> float:
        """GBP a year of a scenario less those of the baseline; of the baseline itself what it costs."""
        return self.cost_gbp[name] - (0.0 if name == self.baseline else self.cost_gbp[self.baseline])

    def counted_beside_gbp(self, name: str) -> float | None:
        """The same of the money that falls in the counted year; None where that is not known."""
        own = self.counted_gbp.get(name)
        other = 0.0 if name == self.baseline else self.counted_gbp.get(self.baseline)
        return None if own is None or other is None else own - other

    def row(self, scenario: str, measure: str) -> Mapping[str, Any]:
        """The row of one scenario and measure."""
        return self._by_name[scenario, measure]

    def grades(self, scenario: str) -> Mapping[str, str]:
        """The weakest rows of the evidence that a scenario's effects and prices rest on, with their grades."""
        row = next(row for (name, _), row in self._by_name.items() if name == scenario)
        return {name: str(row[name]) for name in GRADE_COLUMNS}

    @cached_property
    def _by_name(self) -> Mapping[tuple[str, str], Mapping[str, Any]]:
        """The rows by scenario and measure: a page asks for hundreds of them."""
        records = ({str(key): value for key, value in row.items()} for row in self.rows.to_dict("records"))
        return {(row["scenario"], row["measure"]): row for row in records}

    def as_dict(self) -> dict[str, Any]:
        """The object printed by `--json`; numbers that are not known are None."""
        return {
            "study": self.study,
            "out": self.out,
            "baseline": self.baseline,
            **({} if self.equal_money is None else {"equal_money_gbp_per_year": self.equal_money}),
            "scenarios": [
                {
                    "name": name,
                    "cost_gbp": known_or_none(self.cost_gbp[name]),
                    "cost_beside_baseline_gbp": known_or_none(self.cost_beside_gbp(name)),
                    "measures": self._measures_of(name),
                }
                for name in self.scenarios
            ],
        }

    def _measures_of(self, scenario: str) -> dict[str, dict[str, Any]]:
        of = {"value": "value", "difference": "difference", "low": "low", "high": "high", "mcse": "mcse"}
        if len(self.scenarios) == 1:  # one scenario alone: nothing to differ from, so the errors are the value's
            of = {"value": "value", "low": "value_low", "high": "value_high", "mcse": "value_mcse"}
        measures: dict[str, dict[str, Any]] = {}
        for row in self.rows[self.rows["scenario"] == scenario].to_dict("records"):
            numbers = {key: known_or_none(row[of[key]]) if key in of else None for key in JSON_NUMBERS}
            numbers |= {key: known_or_none(row[key]) for key in JSON_CHANCES}
            measures[str(row["measure"])] = {**numbers, "verdict": str(row["verdict"]), "unit": str(row["unit"])}
        return measures


def assemble(
    cubes: Iterable[Cube],
    *,
    study: str,
    out: str,
    baseline: str,
    titles: Mapping[str, str],
    spend: Mapping[str, Sequence[Mapping[str, Any]]],
    level: float,
    people: int,
    people_per_year: float,
    off: Mapping[str, tuple[str, ...]] | None = None,
) -> Comparison:
    """The comparison of a study from its totals and what its scenarios buy, for a run of two years at usual money.

    cubes: of neighbouring spans of groups, one held at a time; everybody is the first group of the first.
    study: id of the study; out: its folder. titles, spend, off: by scenario. level: of the intervals, a share of one.
    people: nominal size of a run; people_per_year: people released in a year. off: mechanisms switched off.
    """
    import pandas as pd

    spans: list[list[pd.DataFrame]] = []
    for cube in cubes:
        if not spans:
            scenarios, (stratum, group), draws, replicates = cube.scenarios, cube.groups[0], cube.draws, cube.replicates
            released = released_in_a_year(cube, baseline, level, people_per_year / people)
            worth = middle_worth(cube, baseline=baseline)
            nulls = null_draws(cube, baseline, spend)
            pairs = pairs_table(
                cube, level=level, people_per_year=people_per_year, people=people, off=off or {}, spend=spend
            )
        spans.append(by_scenario(cube, baseline, level, people_per_year, people, nulls))
        del cube  # before the next is read
    groups = pd.concat([frame for frames in zip(*spans, strict=True) for frame in frames], ignore_index=True)
    declared = {cell: exists(*cell) for cell in set(zip(groups["measure"], groups["stratum"], strict=True))}
    cells = zip(groups["measure"], groups["stratum"], strict=True)
    groups = groups[[declared[cell] for cell in cells]].reset_index(drop=True)
    everybody = (groups["stratum"] == stratum) & (groups["group"] == group)
    rows = groups[everybody].drop(columns=["stratum", "group"]).reset_index(drop=True)
    bought = [{"scenario": name, **row} for name in scenarios for row in spend.get(name, ())]
    comparison = Comparison(
        study=study,
        out=out,
        baseline=baseline,
        scenarios=scenarios,
        titles=dict(titles),
        cost_gbp={name: yearly_sum(spend.get(name, ())) for name in scenarios},
        level=level,
        basis=basis_of(draws, replicates),
        people=people,
        people_per_year=people_per_year,
        released=released,
        draws=draws,
        replicates=replicates,
        rows=rows,
        groups=groups,
        pairs=on_figures(with_grades(pairs, spend)),
        spend=pd.DataFrame(bought, columns=list(SPEND_COLUMNS)),
        counted_gbp={name: _counted(rows, name, spend.get(name, ())) for name in scenarios},
        off=dict(off or {}),
        worth=worth,
    )
    tests = comparison.diagnostics
    rows, groups = (on_figures(with_grades(neutral(frame, tests), spend, baseline)) for frame in (rows, groups))
    return replace(comparison, rows=rows, groups=groups.drop(columns=list(GRADE_COLUMNS)))


def _counted(rows: pd.DataFrame, name: str, bought: Sequence[Mapping[str, Any]]) -> float:
    """GBP of a year's releases that a scenario spends: as its runs counted it, else as planned."""
    measures = [spent_measure(payer) for payer in PAYERS]
    own = rows[(rows["scenario"] == name) & rows["measure"].isin(measures)]
    return counted_sum(bought) if len(own) < len(measures) else float((own["value"] * own["people"]).sum())
