"""Budget impact on the page: each payer's spending and what can be banked, in the cash of five years, and payback."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.analysis.comparison import Comparison
from sim.analysis.value.budget_impact import ALL, GROSS, NOT_KNOWN, NOT_WITHIN, NOTHING_SPENT, PAYBACK, TABLE
from sim.analysis.value.years import YEARS
from sim.core.grammar import listed
from sim.document.blocks import Cell, Document, Heading, Paragraph, Table, paragraphs, tied
from sim.evidence.price import CASHABLE
from sim.evidence.price_index import PRICE_YEAR
from sim.presentation import words
from sim.presentation.report.selection import others

if TYPE_CHECKING:
    import pandas as pd

NEVER = "never"
PENCE = 0.5  # GBP below which nothing is told
TITLE = "Budget impact over five years"


def budget_impact_part(comparison: Comparison) -> Document:
    """A table with a row a payer who spends and a row a payer who can bank something; nothing where it is not told."""
    table = comparison.impact
    if table is None or not len(table):
        return ()
    is_cash = bool(table["cash_gbp"].notna().any())
    names = [name for name in others(comparison) if name in set(table["scenario"])]
    rows = tuple(row for name in names for row in _rows(comparison, table, name, is_cash=is_cash))
    if not rows:
        return ()
    heads = ("Scenario", "Whose money", *_years(table), "Paid back")
    return (
        Heading(TITLE),
        Paragraph(_words(is_cash=is_cash)),
        Table(heads, rows),
        *paragraphs([_short_note(comparison, table, names)]),
    )


def _words(*, is_cash: bool) -> str:
    money = "in the cash of each year, by the GDP deflator" if is_cash else f"in prices of {PRICE_YEAR}"
    return (
        f"What each payer spends, {money}, and in lines of their own what it can bank of "
        "what follows (below 0: saved), beside the "
        "baseline. Nothing is discounted, as each year's money must be there in that year. Money that flows when the "
        "run ends goes on unless its scenario says until when; what follows falls evenly into the year after it, later "
        f"by its lag. Capacity that comes free is in its own units in tables/{TABLE}.csv, beside all of this in prices "
        f"of {PRICE_YEAR}, and in no sum here."
    )


def _years(table: pd.DataFrame) -> list[str]:
    """'2027/28' and so on, 'Year 1' where the first day is not known."""
    named = table[table["part"] != PAYBACK].drop_duplicates("year").set_index("year")["financial_year"]
    return [str(named.get(year, "")) or f"Year {year}" for year in range(1, YEARS + 1)]


def _rows(comparison: Comparison, table: pd.DataFrame, name: str, *, is_cash: bool) -> Iterator[tuple[Cell, ...]]:
    column = "cash_gbp" if is_cash else "real_gbp"
    own = table[table["scenario"] == name]
    title, back = comparison.titles[name], payback_in_words(own)
    gross = own[(own["part"] == GROSS) & (own["payer"] != ALL)]
    for payer in dict.fromkeys(gross["payer"]):
        sums = _by_year(gross[gross["payer"] == payer], column)
        if any(abs(gbp) >= PENCE for gbp in sums):
            yield title, words.payer(str(payer)), *map(_money, sums), back
            title = back = ""
    banked = own[own["part"] == CASHABLE]
    for payer in dict.fromkeys(banked["payer"]):
        sums = _by_year(banked[banked["payer"] == payer], column)
        if any(abs(gbp) >= PENCE for gbp in sums):
            yield title, f"{words.payer(str(payer))}, banked", *map(_money, sums), back
            title = back = ""


def _by_year(rows: pd.DataFrame, column: str) -> list[float]:
    """Sums of the five years; NaN where one of them is not known."""
    return [math.fsum(rows[rows["year"] == year][column].astype(float)) for year in range(1, YEARS + 1)]


def _money(gbp: float) -> str:
    """'£500,000', '-£20,000', 'none'."""
    if not math.isfinite(gbp):
        return "not known"
    if abs(gbp) < PENCE:
        return "none"
    return tied(f"{'-' if gbp < 0.0 else ''}{words.pounds(abs(gbp))}")


def payback_in_words(rows: pd.DataFrame) -> str:
    """'year 3 (year 2 to not within five)', 'not within five years'; '' where nothing more is spent."""
    lines = [
        {str(key): value for key, value in row.items()} for row in rows[rows["part"] == PAYBACK].to_dict("records")
    ]
    line: dict[str, Any] = lines[0] if lines else {}
    status = str(line.get("status", NOTHING_SPENT))
    if status in (NOTHING_SPENT, NOT_KNOWN):
        return "" if status == NOTHING_SPENT else NOT_KNOWN
    said = NOT_WITHIN if status == NOT_WITHIN else f"year {int(float(line['year']))}"
    ends = [str(line[end]) for end in ("year_low", "year_high")]
    if "" in ends or ends[0] == ends[1]:
        return said
    low, high = ("not within five" if end == NEVER else f"year {end}" for end in ends)
    return f"{said} ({low} to {high})"


def _short_note(comparison: Comparison, table: pd.DataFrame, names: list[str]) -> str:
    """Which scenarios are too short to value; '' for none."""
    lines = table[(table["part"] == PAYBACK) & (table["status"] == NOT_KNOWN)]
    short = [comparison.titles[name] for name in names if name in set(lines["scenario"])]
    return f"Too little of the money is counted to say what follows of it: {listed(short)}." if short else ""
