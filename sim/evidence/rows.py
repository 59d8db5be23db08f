"""Records of the evidence: one parameter row, one source row, and what a valid one looks like.

A parameter is a number the model reads, with unit, range, distribution, sources and grade. A source is one published
figure. Both are frozen; `check_parameter` states in words what is wrong with a row, and `load.py` says where it stands.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from sim.core.grammar import a
from sim.evidence.units import allowed_values, check_unit, kind_of_unit

GRADES = ("measured", "derived", "assumed")
"""measured: a published figure as it stands; derived: computed from published figures; assumed: judgement, so told."""

DISTRIBUTIONS = ("triangular", "uniform", "beta", "lognormal", "fixed")

CONFIDENCES = ("read", "computed", "secondary", "recalled")
"""How a source was seen: read there; computed from figures read; quoted by somebody else; from memory."""


@dataclass(frozen=True)
class Parameter:
    """One number that the model reads, with all that is known about it.

    name: mechanism.quantity; mechanism equals the name of the table it stands in.
    value, low, high: in `unit`; value is the mode (triangular) or the median (beta, lognormal), low and high its range.
    sources: identifiers of source rows, most important first; may be empty only when assumed.
    population, place, period: what the number was observed on, or carried over to.
    file, line: where the row stands, for messages.
    rule: the word that the row has in place of its range (see `ranges`); empty when it states the range itself.
    """

    name: str
    mechanism: str
    value: float
    unit: str
    low: float
    high: float
    distribution: str
    sources: tuple[str, ...]
    population: str
    place: str
    period: str
    grade: str
    derivation: str
    note: str
    file: Path
    line: int
    rule: str = ""


@dataclass(frozen=True)
class Source:
    """One published figure, as it was found.

    value, low, high: None when the publication gives no size. confidence: one of CONFIDENCES.
    source: title, in the publisher's words. url: its address, or empty.
    """

    id: str
    topic: str
    quantity: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    population: str
    place: str
    period: str
    source: str
    url: str
    confidence: str
    note: str
    file: Path
    line: int


def check_range(value: float, low: float, high: float, unit: str, distribution: str) -> tuple[str, str, str] | None:
    """The first thing wrong with a value and its range, as (column, problem, what is allowed), or None."""
    lowest, highest, words = allowed_values(kind_of_unit(unit))
    for column, number in (("value", value), ("low", low), ("high", high)):
        if not math.isfinite(number):
            return column, f"{column} is {number}, not a finite number", "a finite number"
        if not lowest <= number <= highest:
            return column, f"{column} {number:g} is not possible in the unit '{unit}'", words
    if low > high:
        return "low", f"low {low:g} is above high {high:g}", "low at most high"
    if not low <= value <= high:
        return "value", f"value {value:g} is outside low to high", f"{low:g} to {high:g}"
    return _check_shape(value, low, high, distribution)


def _check_shape(value: float, low: float, high: float, distribution: str) -> tuple[str, str, str] | None:
    if distribution == "fixed":
        return None
    if low == high:
        return "low", f"low equals high, {low:g}, but the distribution is {distribution}", "low below high, or fixed"
    if distribution == "lognormal" and low <= 0.0:
        return "low", f"low {low:g} has no logarithm", "above 0 for lognormal"
    if distribution == "beta" and not (low >= 0.0 and high <= 1.0 and 0.0 < value < 1.0):
        return "value", f"value {value:g} is no median of a beta distribution", "strictly between 0 and 1, range within"
    return None


def check_parameter(row: Parameter) -> tuple[str, str, str] | None:
    """The first thing wrong with a row, as (column, problem, what is allowed); None when all is well.

    Known sources are checked by the loader, which alone knows them.
    """
    for column, text, choices in (
        ("distribution", row.distribution, DISTRIBUTIONS),
        ("grade", row.grade, GRADES),
    ):
        if text not in choices:
            return column, f"'{text}' is not {a(column)}", ", ".join(choices)
    unknown = check_unit(row.unit)
    if unknown:
        return "unit", unknown[0], unknown[1]
    wrong = check_range(row.value, row.low, row.high, row.unit, row.distribution)
    if wrong:
        return wrong
    if row.grade != "assumed" and not row.sources:
        return "sources", f"{a(row.grade)} row names no source", "at least one source identifier, or grade assumed"
    if not (row.derivation or row.note):
        return "derivation", "nothing says what the number rests on", "a derivation or a note"
    return None
