"""What the same money changes: every scenario beside every other, measure by measure, for studies of equal money.

Scenarios stand in the order in which they were given, never by merit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sim.analysis.comparison import Comparison
from sim.analysis.differences import CHANCES
from sim.analysis.money import counted_sum
from sim.analysis.money_by_payer import BESIDE_GROSS
from sim.analysis.verdicts import BETTER, WORSE
from sim.core.grammar import counted, listed
from sim.document.blocks import Block, Cell, Document, Heading, Marked, Table, notes, paragraphs, tied
from sim.outcomes.measures import Measure
from sim.presentation import chances, words
from sim.presentation.report.blocks import interval_head
from sim.presentation.report.changes import SILENT, better_words, change, ends_beside
from sim.presentation.report.money import purchases
from sim.presentation.report.selection import headlines, leading, others
from sim.presentation.report.ties import assumed_ties
from sim.scenario.levers.grades import GRADE_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

TABLE = "value_for_money"
COLUMNS = (
    "scenario", "gbp_per_year", "measure", "counts", "per_year", "per_year_low", "per_year_high", "unit", "difference",
    "low", "high", *CHANCES, "luck_share", "verdict", *GRADE_COLUMNS,
)  # fmt: skip
TITLE = "Value for the same money"
IDLE, UNUSED_STOCK = BESIDE_GROSS["idle"], BESIDE_GROSS["unused_stock"]
LEAST_IDLE = 0.01  # share of a scenario's money from which on it is told that it reaches nobody
MANY = 2  # scenarios from which on a sentence counts them instead of naming them


def equal_money_line(comparison: Comparison) -> str:
    """'Every scenario costs £500,000 a year', with what was done to bring it there; '' for other studies."""
    if comparison.equal_money is None:
        return ""
    return (
        f"Every scenario costs {sum_in_words(comparison.equal_money)} a year: the money of each was multiplied by one "
        "factor, so that its purchases keep their shares. The baseline stays as it is."
    )


def sum_in_words(money: float) -> str:
    """A sum that was asked for, to the pound, or to the penny where it has any: '£1,234,567', '£500.50'."""
    return f"£{money:,.2f}".removesuffix(".00")


def value_notes(comparison: Comparison) -> list[str]:
    """What the table does not say: no order of merit, money that does not flow all year, money that reaches nobody."""
    if comparison.equal_money is None:
        return []
    said = [
        "Scenarios stand in the order in which they were given. Each is held against the baseline, not against the "
        "others; tables/pairs.csv holds any two of them against each other."
    ]
    spent = {name: counted_sum(purchases(comparison, name)) for name in others(comparison)}
    late = {name: sum_in_words(round(gbp)) for name, gbp in spent.items() if gbp < comparison.equal_money - 1.0}
    if late:
        said.append(
            "Money that begins late or ends early is spent for a part of the year of releases only. Spent in that "
            f"year: {_by_title(comparison, late)}."
        )
    idle = {name: _unused(comparison, name) / comparison.equal_money for name in others(comparison)}
    idle_in_words = {name: words.percent(share) for name, share in idle.items() if share >= LEAST_IDLE}
    if idle_in_words:
        said.append(f"Money that finds nobody left to reach: {_by_title(comparison, idle_in_words)}.")
    return said


def _by_title(comparison: Comparison, of: Mapping[str, str]) -> str:
    """'Navigators in Plymouth (49%); ...' by scenario."""
    return "; ".join(f"{comparison.titles[name]} ({text})" for name, text in of.items())


def value_message(comparison: Comparison) -> str:
    """In how many scenarios each leading measure is almost certainly better or worse; nobody is ranked."""
    names, sentences = others(comparison), []
    for measure in leading(comparison):
        ways = {name: chances.sure_way(comparison.row(name, measure.name)) for name in names}
        by_way = [[name for name in names if ways[name] == way] for way in (BETTER, WORSE)]
        phrases = [
            f"almost certainly {way} {_which(comparison, of)}{_assumed(comparison, of, measure)}"
            for way, of in zip((BETTER, WORSE), by_way, strict=True)
            if of
        ]
        sentences.append(f"{measure.label}: {' and '.join(phrases) or 'nothing almost certain in any scenario'}.")
    return " ".join(sentences)


def value_part(comparison: Comparison) -> Document:
    """A table a headline measure with a row a scenario, and what the tables do not say; nothing for other studies."""
    if comparison.equal_money is None:
        return ()
    blocks: list[Block] = [Heading(_heading(comparison)), *_used(comparison)]
    for measure in headlines(comparison):
        rows = tuple(_row(comparison, name, measure) for name in others(comparison))
        blocks += [
            Heading(f"{measure.label} ({unit_in_words(measure)})", level=3),
            Table(("Scenario", "Change", interval_head(comparison), "How sure"), rows),
            *notes([chances.wrong_marks(comparison.row(name, measure.name) for name in others(comparison))]),
        ]
    return (*blocks, *paragraphs([*value_notes(comparison), assumed_ties(comparison, others(comparison))]))


def value_table(comparison: Comparison) -> pd.DataFrame:
    """The same as numbers: a row a scenario and headline measure, in the same order."""
    names = [measure.name for measure in headlines(comparison)]
    rows = comparison.rows
    shown = rows[rows["scenario"].isin(others(comparison)) & rows["measure"].isin(names)]
    money = [round(comparison.cost_gbp[str(name)], 2) for name in shown["scenario"]]
    return shown.assign(gbp_per_year=money)[list(COLUMNS)].reset_index(drop=True)


def _used(comparison: Comparison) -> Iterator[Block]:
    """What of the one sum is used, a row a scenario: equal money asked for is not equal money used."""
    if not {IDLE, UNUSED_STOCK} <= set(comparison.rows["measure"]):
        return
    yield Heading("What of the money is used", level=3)
    heads = ("Scenario", "Counted", "Of it used", "Of it idle", "Stock nobody took", "Finds nobody")
    rows = tuple(_used_row(comparison, name) for name in others(comparison))
    yield Table(heads, rows, right=frozenset(range(1, len(heads))))
    yield from notes([
        "Counted: over the people counted, within a year of their release. Idle: of that, for filled posts, beds and "
        "other capacity that nobody used. Stock nobody took is beside it and in no cost. Finds nobody: of the sum "
        "asked for, what the plan can place with nobody; more money there buys nothing."
    ])  # fmt: skip


def _used_row(comparison: Comparison, name: str) -> tuple[Cell, ...]:
    counted_gbp = comparison.counted_beside_gbp(name)
    idle, stock = (float(comparison.row(name, measure)["per_year"]) for measure in (IDLE, UNUSED_STOCK))
    shown = math.nan if counted_gbp is None else counted_gbp
    used = f"{_gbp(shown - idle)} ({words.percent((shown - idle) / shown)})" if shown > 0.0 else _gbp(shown - idle)
    sums = (_gbp(shown), used, _gbp(idle), _gbp(stock), _gbp(_unused(comparison, name)))
    return (comparison.titles[name], *map(tied, sums))


def _gbp(number: float) -> str:
    """A sum; 'not known' where it is not."""
    return words.pounds(number) if math.isfinite(number) else "not known"


def _assumed(comparison: Comparison, names: list[str], measure: Measure) -> str:
    """' (4 of them rest on an assumption)'; '' where none does."""
    number = sum(chances.rests_on_assumption(comparison.row(name, measure.name)) for name in names)
    if not number:
        return ""
    return f" ({chances.ON_ASSUMPTION})" if len(names) == 1 else f" ({number} of them rest on an assumption)"


def _which(comparison: Comparison, names: list[str]) -> str:
    """'with A' for one scenario, 'in 5 of 18 scenarios' for more."""
    if len(names) < MANY:
        return f"with {listed([comparison.titles[name] for name in names])}"
    return f"in {len(names)} of {counted(len(others(comparison)), 'scenario')}"


def _heading(comparison: Comparison) -> str:
    level = words.level_in_words(comparison.level)
    return f"{TITLE}: what {sum_in_words(comparison.equal_money or 0.0)} changes in a year, with {level} intervals"


def unit_in_words(measure: Measure) -> str:
    """'people a year, more is better'."""
    return ", ".join(part for part in (f"{measure.counts} a year", better_words(measure)) if part)


def _row(comparison: Comparison, name: str, measure: Measure) -> tuple[Cell, ...]:
    """Title, change with its mark, interval, and how sure it is."""
    row = comparison.row(name, measure.name)
    sure = "" if row["verdict"] in SILENT else chances.how_sure(row)
    return comparison.titles[name], Marked(chances.mark(row), change(row, measure)), ends_beside(row, measure), sure


def _unused(comparison: Comparison, name: str) -> float:
    """GBP a year of a scenario that find nobody left to reach; nothing where that is not told."""
    idle = comparison.spend["unused_gbp_per_year"][comparison.spend["scenario"] == name]
    return float(idle.astype(float).fillna(0.0).clip(lower=0.0).sum())
