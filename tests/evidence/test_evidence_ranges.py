"""The default rule for ranges: its numbers, what it rests on, and every way to write it wrongly."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.errors import InputError
from sim.evidence import assumptions_log, describe, load_parameters, load_sources
from sim.evidence.load import KEYS
from sim.evidence.ranges import CARRIED, CARRIED_FACTOR, RULE, SPREADS, WORDS, Z_95, rule_range, rule_words
from sim.evidence.rows import Source

KNOWN = load_sources()
TABLE = load_parameters()
BY_RULE = sorted(name for name, row in TABLE.items() if row.rule)
LOG = assumptions_log(TABLE).splitlines()

GOOD = {
    "name": "housing.shared", "value": "0.25", "unit": "probability", "low": RULE, "high": RULE,
    "distribution": "beta", "sources": "", "population": "people", "place": "England", "period": "2020",
    "grade": "assumed", "derivation": "judgement", "note": "",
}  # fmt: skip


def table(folder: Path, *rows: dict[str, str]) -> Path:
    file = folder / "housing.csv"
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(KEYS["parameters"]))
        writer.writeheader()
        writer.writerows(rows)
    return file


@pytest.mark.parametrize(
    ("value", "unit", "word", "low", "high"),
    [
        (0.25, "probability", RULE, 0.170, 0.352),
        (0.25, "probability", CARRIED, 0.111, 0.470),
        (28.0, "days", RULE, 17.2, 45.7),
        (28.0, "days", CARRIED, 10.5, 74.6),
        (2.0, "hazard ratio", RULE, 1.11, 3.6),
        (2.0, "odds ratio per 10 minutes", CARRIED, 0.617, 6.48),
        (0.0027, "per person-day", RULE, 0.00179, 0.00407),
        (1200.0, "GBP per week, 2024/25", CARRIED, 450.0, 3200.0),
    ],
)
def test_worked_examples(value: float, unit: str, word: str, low: float, high: float) -> None:
    assert rule_range(value, unit, word) == (low, high)


def test_the_rule_by_its_formula() -> None:
    low, high = rule_range(0.1, "share", CARRIED)
    for end, step in ((low, -Z_95 * 0.5), (high, Z_95 * 0.5)):
        assert math.log(end / (1 - end)) == pytest.approx(math.log(0.1 / 0.9) + step, abs=0.006)
    low, high = rule_range(0.7, "hazard ratio", RULE)
    assert low * high == pytest.approx(0.49, rel=0.01)
    assert math.log(high / low) / (2 * Z_95) == pytest.approx(0.30, rel=0.01)


def published_spread(source: Source) -> tuple[str, float] | None:
    """Kind of a source's figure and the standard deviation its published interval implies, if it has one."""
    value, low, high, unit = source.value, source.low, source.high, source.unit.lower()
    if value is None or low is None or high is None or not 0.0 < low < value < high:
        return None
    if ("probab" in unit or "propor" in unit) and "diff" not in unit and high < 1.0:
        return "share", (math.log(high / (1 - high)) - math.log(low / (1 - low))) / (2 * Z_95)
    for words, kind in ((("ratio",), "ratio"), (("gbp", "days"), "amount"), (("per person-year",), "rate")):
        if any(word in unit for word in words):
            return kind, math.log(high / low) / (2 * Z_95)
    return None


def test_the_spreads_are_the_upper_quartile_of_published_intervals() -> None:
    found = [spread for spread in map(published_spread, KNOWN.values()) if spread is not None]
    for kind, spread in SPREADS.items():
        spreads = [s for k, s in found if k == kind]
        assert len(spreads) >= 10
        assert spread == pytest.approx(float(np.quantile(spreads, 0.75)), rel=0.2), kind


@given(st.floats(1e-6, 1 - 1e-6), st.sampled_from(["probability", "hazard ratio", "per person-day", "days"]))
def test_a_range_holds_its_value_and_carried_is_wider(value: float, unit: str) -> None:
    low, high = rule_range(value, unit, RULE)
    wide_low, wide_high = rule_range(value, unit, CARRIED)
    assert 0.0 < wide_low < low < value < high < wide_high
    assert unit != "probability" or wide_high < 1.0


def test_both_words_load_as_numbers(tmp_path: Path) -> None:
    table(tmp_path, GOOD, {**GOOD, "name": "housing.carried", "low": CARRIED, "high": CARRIED})
    rows = load_parameters(tmp_path)
    own, carried = rows["housing.shared"], rows["housing.carried"]
    assert (own.low, own.high, own.rule) == (0.17, 0.352, RULE)
    assert (carried.low, carried.high, carried.rule) == (0.111, 0.47, CARRIED)
    narrowed = rows.narrow({"housing.shared": (0.25, 0.2, 0.3)})["housing.shared"]
    assert narrowed.rule == "", "a range that a scenario states is no longer the rule's"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"low": "rul"}, "did you mean 'rule'?"),
        ({"high": "rule,carried"}, "did you mean 'rule, carried'?"),
        ({"low": "Rule"}, "'Rule' is neither a number nor a rule"),
        ({"low": "wide", "high": "wide"}, "allowed: a number as 0.25 or 3e-4, or in both cells 'rule'"),
        ({"low": "0.1"}, "low says '0.1' and high says"),
        ({"high": "0.4"}, "low says 'rule' and high says '0.4'"),
        ({"high": CARRIED}, "low says 'rule' and high says 'rule, carried'"),
        ({"low": ""}, "low: the cell is empty"),
        ({"unit": "0 to 10 points"}, "'0 to 10 points' is not a unit"),
        ({"distribution": "fixed"}, "a fixed row is never drawn"),
        ({"value": "0"}, "cannot spread 0, which has no log odds"),
        ({"value": "1"}, "allowed: numbers, or a value strictly between 0 and 1"),
        ({"value": "0", "unit": "days"}, "cannot spread 0, which has no logarithm"),
        ({"value": "nan"}, "nan is not a finite number"),
        ({"value": "-2", "unit": "hazard ratio"}, "allowed: numbers, or a value above 0"),
    ],
)
def test_a_rule_written_wrongly_is_refused(tmp_path: Path, change: dict[str, str], words: str) -> None:
    file = table(tmp_path, GOOD, {**GOOD, "name": "housing.other", **change})
    with pytest.raises(InputError) as caught:
        load_parameters(tmp_path)
    assert words in str(caught.value)
    assert (caught.value.file, caught.value.line) == (str(file), 3)


@pytest.mark.parametrize("name", BY_RULE)
def test_a_reader_is_told_that_a_range_comes_from_the_rule(name: str) -> None:
    row = TABLE[name]
    assert row.rule in WORDS
    assert (row.low, row.high) == rule_range(row.value, row.unit, row.rule)
    text = " ".join(describe(row, KNOWN).split())
    assert "by the default rule for a" in text
    assert ("carried over or judged" in text) == (row.rule == CARRIED)
    if row.rule == RULE:
        assert row.sources, "a number of nobody's is a judgement, and spread as one"
    line = next(line for line in LOG if line.startswith(f"{name} "))
    assert f"  {row.rule}  " in line


def test_a_stated_range_is_told_as_such() -> None:
    assert rule_words("days", "") == ""
    assert "default rule" not in describe(TABLE["overdose.witnessed"], KNOWN)
    line = next(line for line in LOG if line.startswith("overdose.witnessed "))
    assert "  stated  " in line


def test_some_rows_use_the_rule_and_most_do_not() -> None:
    assert 3 <= len(BY_RULE) < len(TABLE) / 2
    assert CARRIED_FACTOR == 2.0
