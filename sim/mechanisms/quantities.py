"""Kinds of numbers that a mechanism declares in its class Numbers: fields of the run's parameters, each with its unit.

    class Numbers:
        use_on_ost: Annotated[float, ratio("of the hazard of starting use on substitution treatment")]

The class is all that is declared: sim/mechanisms/parameters.py makes the record from it, and the type checker knows
its names in every rule.
"""

from __future__ import annotations

from typing import TypeAlias

from sim.core.records import DAY_OF_RUN, Field

HAZARD, PROBABILITY, RATIO, LOG_ODDS, DAYS, SWITCH = "1/person-day", "probability", "ratio", "log odds", "days", "0/1"
EXPONENT, YEARS = "exponent per standard deviation", "years of age"

Values: TypeAlias = dict[str, float | tuple[float, ...] | tuple[tuple[float, ...], ...]]
"""What a mechanism derives from a draw: by name one number, or as many as the field holds."""


def daily_hazard(meaning: str, *shape: int) -> Field:
    """A hazard per person-day."""
    return Field("f8", HAZARD, meaning, shape=shape)


def probability(meaning: str, *shape: int) -> Field:
    """A probability, or a share of people or of work."""
    return Field("f8", PROBABILITY, meaning, shape=shape)


def ratio(meaning: str, *shape: int) -> Field:
    """A ratio above 0 of hazards or of means."""
    return Field("f8", RATIO, meaning, shape=shape)


def loading(meaning: str) -> Field:
    """What a standard deviation of the trait adds to the logarithm of a hazard."""
    return Field("f8", EXPONENT, meaning)


def log_odds(meaning: str, *shape: int) -> Field:
    """Log odds, or a log odds ratio that is added to them."""
    return Field("f8", LOG_ODDS, meaning, shape=shape)


def days(meaning: str, *shape: int) -> Field:
    """Whole days."""
    return Field("i4", DAYS, meaning, shape=shape)


def mean_days(meaning: str, *shape: int) -> Field:
    """Days whose mean is drawn; each occurrence takes a whole number of them (`sim.core.keys.whole`)."""
    return Field("f8", DAYS, meaning, shape=shape)


def years(meaning: str) -> Field:
    """Years of age."""
    return Field("f8", YEARS, meaning)


def day_of_scenario(meaning: str) -> Field:
    """A day of the run that a scenario sets, NEVER without it."""
    return Field("i4", DAY_OF_RUN, meaning)


def first_days(meaning: str, *shape: int) -> Field:
    """Days of the run on which things begin, NEVER where there is none; what began before the run has a day below 0."""
    return Field("i4", DAY_OF_RUN, meaning, shape=shape)


def switch(meaning: str, kind: str = "f8") -> Field:
    """1, and 0 where the mechanism is switched off."""
    return Field(kind, SWITCH, meaning)
