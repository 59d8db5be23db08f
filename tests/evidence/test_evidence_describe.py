"""Words about a parameter: everything known is printed, and unknown names are met with the nearest."""

from __future__ import annotations

import re

import pytest

from sim.core.errors import InputError
from sim.evidence import assumptions_log, describe, describe_name, load_parameters, load_sources
from sim.evidence.describe import number

TABLE = load_parameters()
KNOWN = load_sources()


@pytest.mark.parametrize(
    "name", ["overdose.witnessed", "population.people_per_year", "trust.start", "income.first_payment_days"]
)
def test_everything_known_is_printed(name: str) -> None:
    row, text = TABLE[name], describe(TABLE[name], KNOWN)
    flat = " ".join(text.split())
    for part in (row.name, row.unit, row.grade, row.derivation, row.note, row.place, row.population):
        assert " ".join(part.split()) in flat
    assert f"{number(row.low)} to {number(row.high)}" in flat
    for source in row.sources:
        known = KNOWN[source]
        for part in (known.quantity, known.source, known.url, known.place, known.period, known.confidence, known.note):
            assert " ".join(part.split()) in flat
    if not row.sources:
        assert "none: an assumption" in flat
    assert all(len(line) <= 110 or " " not in line.strip() for line in text.splitlines())


def test_every_row_can_be_described() -> None:
    for row in TABLE.values():
        assert describe(row, KNOWN).startswith(row.name + "\n")


def test_the_log_is_aligned_and_sorted_by_mechanism() -> None:
    lines = assumptions_log(TABLE).splitlines()
    body = lines[2:-2]
    assert len(body) == len(TABLE)
    mechanisms = [line.split(".")[0] for line in body]
    assert mechanisms == sorted(mechanisms)
    column = lines[0].index("distribution")
    shapes = {line[column:].split()[0] for line in body}
    assert shapes == {"lognormal", "gamma", "beta", "beta_mean", "normal", "fixed"}
    assert re.fullmatch(r"\d+ parameters: \d+ measured, \d+ derived, \d+ assumed", lines[-1])
    assert sum(map(int, re.findall(r"\d+", lines[-1])[1:])) == len(TABLE)


def test_a_name_a_mechanism_or_the_nearest() -> None:
    assert describe_name("trust.start", TABLE, KNOWN) == describe(TABLE["trust.start"], KNOWN)
    assert describe_name("trust", TABLE, KNOWN).count("trust.") == 6
    with pytest.raises(InputError, match=re.escape("did you mean 'trust.start'?")):
        describe_name("trust.strat", TABLE, KNOWN)
    with pytest.raises(InputError, match=re.escape("did you mean 'housing'?")):
        describe_name("housng", TABLE, KNOWN)


def test_numbers_are_short_and_plain() -> None:
    assert [number(x) for x in (2200.0, 0.000977, 0.00001, 6e9, 57016000.0, -0.166)] == [
        "2200", "0.000977", "0.00001", "6000000000", "57016000", "-0.166",
    ]  # fmt: skip
