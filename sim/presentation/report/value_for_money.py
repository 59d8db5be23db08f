"""What the same money changes: every scenario beside every other, measure by measure, for studies of equal money.

Scenarios stand in the order in which they were given, never by merit, and where an interval holds zero nothing but
the interval is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sim.analysis.comparison import BETTER, CLEAR, WORSE, Comparison
from sim.analysis.money import counted_sum
from sim.outcomes.measures import Measure
from sim.presentation import words
from sim.presentation.layout import WIDTH, shortened, wrapped
from sim.presentation.report.blocks import better_words, change, ends
from sim.presentation.report.money import purchases
from sim.presentation.report.overview import brief
from sim.presentation.report.selection import headlines, leading, others

if TYPE_CHECKING:
    import pandas as pd

TABLE = "value_for_money"
COLUMNS = (
    "scenario", "gbp_per_year", "measure", "counts", "per_year", "per_year_low", "per_year_high", "unit", "difference",
    "low", "high", "verdict",
)  # fmt: skip
TITLE = "Value for the same money"
LEAST_IDLE = 0.01  # share of a scenario's money from which on it is told that it reaches nobody
MANY = 2  # scenarios from which on a sentence counts them instead of naming them
MEASURES_A_TABLE = 5  # columns of a Markdown table that a page has room for
_TITLE_WIDTH, _CHANGE_WIDTH = 46, 18


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
    notes = [
        "Scenarios stand in the order in which they were given. Each is held against the baseline, not against the "
        "others: where two intervals overlap, nothing here says which does more for the money."
    ]
    spent = {name: counted_sum(purchases(comparison, name)) for name in others(comparison)}
    late = {name: sum_in_words(round(gbp)) for name, gbp in spent.items() if gbp < comparison.equal_money - 1.0}
    if late:
        notes.append(
            "Money that begins late or ends early is spent for a part of the year of releases only. Spent in that "
            f"year: {_by_title(comparison, late)}."
        )
    idle = {name: _unused(comparison, name) / comparison.equal_money for name in others(comparison)}
    idle_in_words = {name: words.percent(share) for name, share in idle.items() if share >= LEAST_IDLE}
    if idle_in_words:
        notes.append(f"Money that finds nobody left to reach: {_by_title(comparison, idle_in_words)}.")
    return notes


def _by_title(comparison: Comparison, of: Mapping[str, str]) -> str:
    """'Navigators in Plymouth (49%); ...' by scenario."""
    return "; ".join(f"{comparison.titles[name]} ({text})" for name, text in of.items())


def value_message(comparison: Comparison) -> str:
    """In a few sentences in how many scenarios each leading measure is clearly better or worse; nobody is ranked."""
    names, sentences = others(comparison), []
    for measure in leading(comparison):
        verdicts = {name: comparison.row(name, measure.name)["verdict"] for name in names}
        by_verdict = [[name for name in names if verdicts[name] == verdict] for verdict in (BETTER, WORSE)]
        phrases = [
            f"clearly {verdict} {_which(comparison, of)}"
            for verdict, of in zip((BETTER, WORSE), by_verdict, strict=True)
            if of
        ]
        sentences.append(f"{measure.label}: {' and '.join(phrases) or 'nothing to claim in any scenario'}.")
    return " ".join(sentences)


def value_text(comparison: Comparison) -> str:
    """The table as text, at most 100 columns wide: a block a measure, a line a scenario; '' for other studies."""
    if comparison.equal_money is None:
        return ""
    lines = [*wrapped(_heading(comparison)), "-" * WIDTH]
    for measure in headlines(comparison):
        lines += ["", f"{measure.label} ({unit_in_words(measure)})"]
        for name in others(comparison):
            lines += _line(comparison, name, measure)
    lines += [line for note in value_notes(comparison) for line in ("", *wrapped(note))]
    return "\n".join(lines) + "\n"


def value_markdown(comparison: Comparison) -> str:
    """The table in Markdown: a row a scenario, a column a headline measure; '' for other studies."""
    if comparison.equal_money is None:
        return ""
    parts, measures = [f"## {_heading(comparison)}"], headlines(comparison)
    for start in range(0, len(measures), MEASURES_A_TABLE):
        shown = measures[start : start + MEASURES_A_TABLE]
        rows = [
            ["Scenario", *(f"{measure.label} ({unit_in_words(measure)})" for measure in shown)],
            ["---"] * (len(shown) + 1),
        ]
        for name in others(comparison):
            cells = [_markdown_cell(comparison.row(name, measure.name), measure) for measure in shown]
            rows.append([words.markdown(comparison.titles[name]), *cells])
        parts.append("\n".join(f"| {' | '.join(row)} |" for row in rows))
    return "\n\n".join([*parts, *map(words.markdown, value_notes(comparison))]) + "\n"


def value_table(comparison: Comparison) -> pd.DataFrame:
    """The same as numbers: a row a scenario and headline measure, in the same order."""
    names = [measure.name for measure in headlines(comparison)]
    rows = comparison.rows
    shown = rows[rows["scenario"].isin(others(comparison)) & rows["measure"].isin(names)]
    money = [round(comparison.cost_gbp[str(name)], 2) for name in shown["scenario"]]
    return shown.assign(gbp_per_year=money)[list(COLUMNS)].reset_index(drop=True)


def _which(comparison: Comparison, names: list[str]) -> str:
    """'with A' for one scenario, 'in 5 of 18 scenarios' for more."""
    if len(names) < MANY:
        return f"with {words.listed([comparison.titles[name] for name in names])}"
    return f"in {len(names)} of {len(others(comparison))} scenarios"


def _heading(comparison: Comparison) -> str:
    level = words.level_in_words(comparison.level)
    assert comparison.equal_money is not None
    return f"{TITLE}: what {sum_in_words(comparison.equal_money)} changes in a year, with {level} intervals"


def unit_in_words(measure: Measure) -> str:
    """'people a year, more is better'."""
    return ", ".join(part for part in (f"{measure.counts} a year", better_words(measure)) if part)


def _line(comparison: Comparison, name: str, measure: Measure) -> Iterator[str]:
    """Title, change with its mark, and interval; the interval under them where it is too long."""
    row = comparison.row(name, measure.name)
    title = shortened(comparison.titles[name], _TITLE_WIDTH - 1)
    begin = f"  {title:<{_TITLE_WIDTH}}{brief(row, measure):<{_CHANGE_WIDTH}}"
    interval = ends(row, measure)
    if len(begin) + len(interval) <= WIDTH and (begin.endswith(" ") or not interval):
        yield f"{begin}{interval}".rstrip()
    else:
        yield begin.rstrip()
        yield f"{interval:>{WIDTH}}"


def _markdown_cell(row: Mapping[str, Any], measure: Measure) -> str:
    """'+ about 96 more people (10 to 160 more)'; 'no clear difference (8 fewer to 1 more)' where it holds zero."""
    mark = brief(row, measure)[0].strip() if row["verdict"] in CLEAR else ""
    interval = ends(row, measure)
    return f"{mark} {change(row, measure)}{f' ({interval})' if interval else ''}".strip()


def _unused(comparison: Comparison, name: str) -> float:
    """GBP a year of a scenario that find nobody left to reach; nothing where that is not told."""
    idle = comparison.spend["unused_gbp_per_year"][comparison.spend["scenario"] == name]
    return float(idle.astype(float).fillna(0.0).clip(lower=0.0).sum())
