"""All scenarios on one screen: what each costs a year and what it changes in the leading measures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.analysis.comparison import Comparison
from sim.analysis.intervals import BASIS_ONE
from sim.analysis.verdicts import NO_CHANGE, NOT_KNOWN, TOO_SMALL
from sim.document.blocks import Cell, Marked, Table, tied
from sim.outcomes.measures import Measure
from sim.presentation import chances, words
from sim.presentation.report.changes import is_known
from sim.presentation.report.money import BESIDE, baseline_costs, cost, counted_in_words, when
from sim.presentation.report.selection import leading, others
from sim.presentation.report.ties import is_assumed, ties_of

_SHORT = {NO_CHANGE: "no change", TOO_SMALL: "too small", NOT_KNOWN: "not known"}


def overview(comparison: Comparison) -> Table:
    """A row a scenario, a mark before each change that is marked, its grades behind; numbers are best estimates."""
    measures = leading(comparison)
    is_partial = any(counted_in_words(comparison, name) for name in others(comparison))
    costs = f"Costs a year {BESIDE}" if baseline_costs(comparison) else "Costs a year"
    costs = f"{costs} ({when(comparison.months)})" if is_partial else costs
    grades = {name: _grades(comparison, name) for name in others(comparison)}
    is_graded = any(grades.values())
    heads = ("Scenario", costs, *(f"{measure.label} ({measure.counts})" for measure in measures))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            comparison.titles[name],
            _cost(comparison, name),
            *(brief(comparison.row(name, measure.name), measure) for measure in measures),
            *([_on_what(comparison, name, grades[name])] if is_graded else []),
        )
        for name in others(comparison)
    )
    return Table((*heads, "Weakest effect; price") if is_graded else heads, rows, right=frozenset({1}))


def marks_line(comparison: Comparison) -> str:
    """How many of the overview's differences are marked, and how many of them wrongly by their own chances; of few
    draws also what they can say."""
    rows = [comparison.row(name, measure.name) for name in others(comparison) for measure in leading(comparison)]
    return " ".join(filter(None, (chances.wrong_marks(rows), draws_line(comparison))))


def draws_line(comparison: Comparison) -> str:
    """The highest chance that the draws of a study can say, where they are few; '' for one run, which says none."""
    return "" if comparison.basis == BASIS_ONE else chances.few_draws(comparison.draws)


def brief(row: Mapping[str, Any], measure: Measure) -> Marked:
    """A change in very few words with its mark: '+ 96 more', '15 more (81% better)', 'could go either way'."""
    verdict = str(row["verdict"])
    if verdict in _SHORT and not (verdict == NOT_KNOWN and is_known(row)):
        return Marked("", tied(_SHORT[verdict]))
    if chances.is_marked(row):
        return Marked(chances.mark(row), _number(row, measure))
    sure = chances.brief(row)
    if chances.is_open(sure):
        return Marked("", sure)
    return Marked("", f"{_number(row, measure)} ({sure})" if sure else _number(row, measure))  # one run: a number alone


def _grades(comparison: Comparison, name: str) -> str:
    """'assumed; measured': the weakest grades of what effects and prices rest on; '' where nothing is bought."""
    grades = comparison.grades(name)
    return f"{grades['effect_grade'] or 'none'}; {grades['price_grade']}" if grades["price_grade"] else ""


def _on_what(comparison: Comparison, name: str, grades: str) -> Cell:
    """The grades, and where one is assumed at which price and share of its effect the scenario ties with the next."""
    said, _ = ties_of(comparison, name) if is_assumed(comparison.grades(name)) else ("", "")
    return (grades, f"ties at {said}") if said else grades


def _cost(comparison: Comparison, name: str) -> str:
    """'£500,000', with what falls in the counted year in brackets where that is another sum."""
    in_year = counted_in_words(comparison, name)
    sums = [cost(comparison, name), *([f"({in_year})"] if in_year else [])]
    return " ".join(map(tied, sums))


def _number(row: Mapping[str, Any], measure: Measure) -> str:
    """The number alone: the head of the column says what is counted."""
    counts = measure.counts if measure.counts in words.MONEY else ""
    return tied(words.about(float(row["per_year"]), counts).removeprefix("about "))
