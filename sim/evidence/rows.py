"""Records of the evidence: one parameter row, one source row, and what a valid one looks like.

A parameter is a number the model reads, with unit, range, distribution, sources and grade. A source is one published
figure. Both are frozen; `check_parameter` states in words what is wrong with a row, and `load.py` says where it stands.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

from sim.core.errors import exact
from sim.core.grammar import a, listed
from sim.evidence.price import Price
from sim.evidence.shapes import beta_shapes
from sim.evidence.units import OF_AN_EFFECT, allowed_values, check_unit, kind_of_unit, null_of_unit

GRADES = ("measured", "derived", "assumed")
"""measured: a published figure as it stands; derived: computed from published figures; assumed: judgement, so told."""

DISTRIBUTIONS = ("lognormal", "gamma", "beta", "beta_mean", "normal", "uniform", "fixed")

CONFIDENCES = ("read", "computed", "secondary", "recalled")
"""How a source was seen: read there; computed from figures read; quoted by somebody else; from memory."""

MOST_NO_EFFECT = 0.95
"""Highest chance of no effect: with a higher one hardly a draw says what the thing does, if it does anything."""

_A_WORD = re.compile(r"[^\W\d_]{3}")


@dataclass(frozen=True)
class Parameter:
    """One number that the model reads, with all that is known about it.

    name: mechanism.quantity; mechanism equals the name of the table it stands in.
    value, low, high: in `unit`; value is the median of the draws (of gamma and beta_mean the mean), low and high their
    2.5% and 97.5% points (of uniform the ends; of gamma and beta_mean they lie 3.92 standard deviations apart).
    sources: identifiers of source rows, most important first; may be empty only when assumed.
    population, place, period: what the number was observed on, or carried over to.
    file, line: where the row stands, for messages.
    rule: the word that the row has in place of its range (see `ranges`); empty when it states the range itself.
    no_effect: the chance that the thing does nothing, 0 where the row claims none; value, low and high then say what it
    does if it does anything. no_effect_basis: what that chance rests on.
    price: of a row in GBP what its table says of the price; value, low and high are then in the declared price year.
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
    no_effect: float = 0.0
    no_effect_basis: str = ""
    price: Price | None = None

    @property
    def null(self) -> float:
        """The value at which the thing does nothing: a ratio of 1, a part of an effect at 0 (`null_of_unit`)."""
        return null_of_unit(self.unit) or 0.0

    @property
    def has_null(self) -> bool:
        """Whether the row has a value at which it does nothing: every ratio, and what claims a chance of no effect."""
        return kind_of_unit(self.unit) == "ratio" or self.no_effect > 0.0

    @property
    def centre(self) -> float:
        """The value of the reference draw, in the middle of the draws.

        The value itself; with a chance p of no effect the mean over both cases, of a ratio on the log scale:
        value^(1 - p), else (1 - p) value.
        """
        if not self.no_effect:
            return self.value
        works = 1.0 - self.no_effect
        return float(self.value**works) if self.null == 1.0 else works * self.value


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
    if distribution in ("beta", "beta_mean") and not (low >= 0.0 and high <= 1.0 and 0.0 < value < 1.0):
        return "value", f"value {value:g} is no median of a beta distribution", "strictly between 0 and 1, range within"
    if distribution == "lognormal" and low <= 0.0:
        return "low", f"low {low:g} has no logarithm", f"above 0 for {distribution}"
    if distribution == "beta_mean" and min(beta_shapes(value, low, high)) <= 0.0:
        return "low", f"{low:g} to {high:g} is too wide for a beta with mean {value:g}", "a narrower range"
    if distribution == "gamma" and low <= 0.0:
        return "low", f"low {low:g} leaves a price no floor", "above 0 for gamma"
    if not low < value < high:
        return "value", f"value {value:g} stands on an end of its range", f"strictly between {low:g} and {high:g}"
    return None


def _check_no_effect(row: Parameter) -> tuple[str, str, str] | None:
    """The first thing wrong with a row's chance of no effect, as `check_range`."""
    if not row.no_effect:
        if row.no_effect_basis:
            return "no_effect", "there is a reason for no effect but no chance of it", "both cells, or neither"
        return None
    if not 0.0 < row.no_effect <= MOST_NO_EFFECT:
        problem = f"no_effect {exact(row.no_effect)} is no chance that leaves something to draw"
        return "no_effect", problem, f"above 0, at most {MOST_NO_EFFECT:g}, or empty"
    if null_of_unit(row.unit) is None:
        problem = f"no value in the unit '{row.unit}' means no effect, so no_effect {row.no_effect:g} says nothing"
        allowed = f"an empty cell, or a unit with a null: a ratio (1) or {listed(OF_AN_EFFECT, 'or')} (0)"
        return "no_effect", problem, allowed
    if not _has_a_word(row.no_effect_basis):
        problem = "nothing says what the chance of no effect rests on"
        return "no_effect_basis", problem, "the trials or the judgement, in words"
    if row.distribution == "fixed":
        return "no_effect", "a fixed row is never drawn, so it has no chance of no effect", "another distribution"
    if row.low < row.null < row.high:
        problem = f"{row.low:g} to {row.high:g} goes through {row.null:g}, no effect, and no_effect says it again"
        return "no_effect", problem, f"a range on one side of {row.null:g}, or an empty cell"
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
    wrong = check_range(row.value, row.low, row.high, row.unit, row.distribution) or _check_no_effect(row)
    if wrong:
        return wrong
    if row.grade != "assumed" and not row.sources:
        return "sources", f"{a(row.grade)} row names no source", "at least one source identifier, or grade assumed"
    if not any(letter.isalnum() for letter in row.derivation + row.note):
        return "derivation", "nothing says what the number rests on", "a derivation or a note"
    return None


def _has_a_word(text: str) -> bool:
    """Whether a text says something: a word of three letters, not a dash or a question mark in its place."""
    return _A_WORD.search(text) is not None
