"""What ships: every row loads, cites what exists, and says what it rests on in respectful words."""

from __future__ import annotations

import csv
import math
import re
from pathlib import Path

import pytest

from sim.evidence import load_parameters, load_sources, load_targets
from sim.evidence.load import SOURCES, TABLES
from sim.evidence.targets import TARGETS
from sim.evidence.units import kind_of_unit

TABLE = load_parameters()
KNOWN = load_sources()

UNWANTED = re.compile(
    r"offender|addict|front.?line|inmate|entrench|junkie|\bclean\b|hard.to.reach|task force|\bprisoners?\b|felon"
    r"|\bclients?\b|\busers?\b|rough sleepers?\b|parolee|detainee|\binjectors?\b|\bcombat|\bfight|war on"
    r"|substance misuse",
    re.IGNORECASE,
)
EXEMPT = {"id", "name", "sources", "source", "url"}
"""Titles and addresses of sources are theirs, identifiers nobody's; every other word is ours."""


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_every_row_of_every_table_is_loaded() -> None:
    written = [row["name"] for file in TABLES.glob("*.csv") for row in rows_of(file)]
    assert sorted(TABLE) == sorted(written)
    assert len(written) >= 165
    assert {file.stem for file in TABLES.glob("*.csv")} == set(TABLE.mechanisms)


def test_every_source_is_loaded() -> None:
    written = [row["id"] for file in SOURCES.glob("*.csv") for row in rows_of(file)]
    assert sorted(KNOWN) == sorted(written)
    assert {f"E{k:02d}" for k in range(1, 15)} <= set(KNOWN)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_a_row_tells_what_it_rests_on(name: str) -> None:
    row = TABLE[name]
    assert row.grade == "assumed" or row.sources
    assert set(row.sources) <= set(KNOWN)
    assert row.derivation or row.note
    assert row.low <= row.value <= row.high
    if row.grade == "measured":
        assert KNOWN[row.sources[0]].confidence in ("read", "computed")
    if row.grade == "derived":
        assert KNOWN[row.sources[0]].confidence != "recalled"


def test_every_range_holds_its_value_and_every_share_is_one() -> None:
    shares = [row for row in TABLE.values() if kind_of_unit(row.unit) == "share"]
    assert len(TABLE) >= 100
    assert len(shares) >= 50
    for row in TABLE.values():
        assert row.low <= row.value <= row.high, row.name
        assert row.low < row.high or row.distribution == "fixed", row.name
    for row in shares:
        assert row.low >= 0.0, row.name
        assert row.high <= 1.0, row.name
    words = ("probability", "proportion", "share", "utility")
    for row in TABLE.values():
        if row.unit.startswith(words):
            assert row in shares, row.name


def test_every_row_of_the_core_model_is_there() -> None:
    wanted = {
        "housing": "cas3_coverage cas3_additional cas3_end_settled cas3_max_nights supported_move_on",
        "treatment": "depot_dropout_hr depot_cover_days rehab_days rehab_early_end rehab_early_share detox_days"
        " detox_early_end residential_wanted",
        "support": "resettlement_days",
        "cost": "cas3_night supported_bed_year rehab_week detox_week depot_injection prison_day person_reoffending"
        " rough_year overdose_conveyed oat_drug_share",
        "utility": "using treated_part not_using_part rough_loss",
        "lever": "bridged_reached depot_injections",
    }
    names = {f"{mechanism}.{name}" for mechanism, text in wanted.items() for name in text.split()}
    assert len(names) == 30
    assert names <= set(TABLE)


def test_a_measured_value_stands_in_a_cited_source() -> None:
    for row in TABLE.values():
        if row.grade == "measured":
            cited = [KNOWN[source] for source in row.sources]
            published = {source.value for source in cited}
            assert row.value in published or any(f"{row.value:g}" in source.note for source in cited), row.name


@pytest.mark.parametrize("folder", [TABLES, SOURCES, TARGETS.parent], ids=lambda folder: folder.name)
def test_our_words_put_the_person_first(folder: Path) -> None:
    for file in folder.glob("*.csv"):
        for line, row in enumerate(rows_of(file), start=2):
            for column, text in row.items():
                if column not in EXEMPT:
                    assert not UNWANTED.search(text), f"{file.name}:{line}:{column}: {text}"


def test_targets_cite_the_value_they_give() -> None:
    """The figure of the source row; or its counts, where a count stands in the row's value or its note."""
    for name, target in load_targets().items():
        source = KNOWN[target.source]
        assert source.value is not None
        if name == "reoffending_ratio_completed":  # of shares within two years
            shares = [KNOWN[f"reoff_2y_treatment_{how}"].value or 0.0 for how in ("completed", "dropout")]
            assert target.value == pytest.approx(math.log1p(-shares[0]) / math.log1p(-shares[1]), rel=1e-3)
        elif name == "street_count_recent_leavers":  # of people counted over a month, by people released in a year
            month, released = KNOWN["rs_month_england_sep2025"].value or 0.0, KNOWN["n_need_eng"].value or math.inf
            assert target.value == pytest.approx(0.045 * month / released, rel=1e-2)
            assert (source.low or 0.0) <= 0.045 <= (source.high or 0.0)
        elif target.events is None:
            assert target.value == pytest.approx(source.value, rel=1e-9), name
        elif name == "deaths_29_365_days_opiate":  # less those of the first four weeks
            first = sum(load_targets()[other].events or 0 for other in ("deaths_28_days_ost", "deaths_28_days_no_ost"))
            assert (first, target.events) == (24, 160 - 24) and "160/15,141" in source.note
        else:
            assert source.value == target.events or f"{target.events} deaths of {target.exposed:,.0f}" in source.note


def test_no_parameter_rests_on_a_check() -> None:
    cited = {source for row in TABLE.values() for source in row.sources}
    checks = [target for target in load_targets().values() if target.role == "check"]
    assert len(checks) == 7
    assert not {target.source for target in checks} & cited


def test_shares_of_one_whole_leave_a_remainder() -> None:
    need = sum(row.value for row in TABLE.of_mechanism("need"))
    assert need == pytest.approx(0.83)
    first_night = TABLE["housing.first_night_homeless"].high + TABLE["housing.first_night_temporary"].high
    assert first_night < 1.0
    for sex in ("men", "women"):
        assert TABLE[f"population.sentence_to_6m_{sex}"].high + TABLE["population.sentence_6_12m"].high < 1.0
