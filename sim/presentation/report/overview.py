"""All scenarios on one screen: what each costs a year and what it changes in the leading measures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.analysis.comparison import Comparison
from sim.analysis.verdicts import MARKED, NO_CHANGE, NOT_KNOWN, TOO_SMALL
from sim.document.blocks import Cell, Marked, Table, tied
from sim.outcomes.measures import Measure
from sim.presentation import words
from sim.presentation.report.blocks import MARKS, is_known
from sim.presentation.report.money import cost, counted_in_words, when
from sim.presentation.report.selection import leading, others

_SHORT = {NO_CHANGE: "no change", TOO_SMALL: "too small", NOT_KNOWN: "not known"}


def overview(comparison: Comparison) -> Table:
    """A row a scenario, a mark before each clear change; numbers are best estimates."""
    measures = leading(comparison)
    is_partial = any(counted_in_words(comparison, name) for name in others(comparison))
    costs = f"Costs a year ({when(comparison.months)})" if is_partial else "Costs a year"
    heads = ("Scenario", costs, *(f"{measure.label} ({measure.counts})" for measure in measures))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            comparison.titles[name],
            _cost(comparison, name),
            *(brief(comparison.row(name, measure.name), measure) for measure in measures),
        )
        for name in others(comparison)
    )
    return Table(heads, rows, right=frozenset({1}))


def brief(row: Mapping[str, Any], measure: Measure) -> Marked:
    """A change in very few words with its mark: '+ 96 more', 'not clear', 'too small', '! £20,000 more'."""
    verdict = str(row["verdict"])
    if verdict in MARKED:
        return Marked(MARKS[verdict], _number(row, measure))
    if verdict == NOT_KNOWN and is_known(row):  # one run: a number without an interval
        return Marked("", _number(row, measure))
    return Marked("", tied(_SHORT.get(verdict, "not clear")))


def _cost(comparison: Comparison, name: str) -> str:
    """'£500,000', with what falls in the counted year in brackets where that is another sum."""
    in_year = counted_in_words(comparison, name)
    sums = [cost(comparison, name), *([f"({in_year})"] if in_year else [])]
    return " ".join(map(tied, sums))


def _number(row: Mapping[str, Any], measure: Measure) -> str:
    """The number alone: the head of the column says what is counted."""
    counts = measure.counts if measure.counts in words.MONEY else ""
    return tied(words.about(float(row["per_year"]), counts).removeprefix("about "))
