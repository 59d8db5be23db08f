"""One difference in words: the change itself, its interval, both in full."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sim.analysis.verdicts import NO_CHANGE, NOT_KNOWN, TOO_SMALL
from sim.document.blocks import tied
from sim.outcomes.measures import Measure
from sim.presentation import chances, words

SILENT = (TOO_SMALL, NO_CHANGE)  # verdicts after which there is nothing to be sure of


def change(row: Mapping[str, Any], measure: Measure) -> str:
    """The best estimate of the change in words, a count in a year; 'no change', 'too small to count', 'not known'."""
    if row["verdict"] in SILENT:
        return str(row["verdict"])
    if row["verdict"] == NOT_KNOWN and not is_known(row):
        return "not known"
    return words.about(float(row["per_year"]), measure.counts)


def in_full(row: Mapping[str, Any], measure: Measure) -> str:
    """'about 15 more people, between 3 fewer and 54 more; chance of being better 81%, of no difference 8%'."""
    if row["verdict"] == NO_CHANGE or not chances.has_chances(row):
        return change(row, measure)
    low, high = float(row["per_year_low"]), float(row["per_year_high"])
    between = words.between(low, high, measure.counts)
    if row["verdict"] == TOO_SMALL:
        return f"{TOO_SMALL}, {between}"
    between = words.AT_BOTH_ENDS if words.meet(low, high, measure.counts) else between
    return "; ".join([f"{change(row, measure)}, {between}", chances.in_words(row), *chances.remarks(row)])


def is_known(row: Mapping[str, Any]) -> bool:
    """Whether anybody was counted, so that a change without an interval may still be told."""
    return math.isfinite(float(row["value"])) and math.isfinite(float(row["per_year"]))


def bracketed(row: Mapping[str, Any], measure: Measure) -> str:
    """' (60 to 180 more)' behind a change; '' where both ends of the interval say what the change says."""
    interval = ends(row, measure)
    return f" ({interval})" if interval and not change(row, measure).startswith(interval) else ""


def better_words(measure: Measure) -> str:
    """Which direction is better, in words; nothing where neither is."""
    if measure.better == "lower":
        return "less is better" if measure.counts in words.MONEY else "fewer is better"
    return "more is better" if measure.better == "higher" else ""


def ends(row: Mapping[str, Any], measure: Measure) -> str:
    """Both ends of the interval of a yearly difference; '' where nothing moved."""
    if row["verdict"] == NO_CHANGE or (row["verdict"] == NOT_KNOWN and not is_known(row)):
        return ""
    return words.interval(float(row["per_year_low"]), float(row["per_year_high"]), measure.counts)


def ends_beside(row: Mapping[str, Any], measure: Measure) -> str:
    """The same beside the difference itself, which a cell of both ends that round to it would only say again."""
    if words.meet(float(row["per_year_low"]), float(row["per_year_high"]), measure.counts):
        return tied(words.SAME_ENDS)
    return tied(ends(row, measure))
