"""What ships: every row loads, cites what exists, and says what it rests on in respectful words."""

from __future__ import annotations

import csv
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
        "housing": "cas3_coverage cas3_additional cas3_exit_success cas3_max_nights supported_move_on",
        "treatment": "depot_dropout_hr depot_cover_days rehab_days rehab_early_end rehab_early_share detox_days"
        " detox_early_end residential_wanted",
        "support": "resettlement_days",
        "cost": "cas3_night supported_bed_year rehab_week detox_week depot_month prison_day person_reoffending"
        " rough_year overdose_attended oat_drug_share",
        "utility": "using treated_part not_using_part rough_loss",
        "lever": "bridged_reached depot_months",
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
    targets = load_targets()
    assert len(targets) == 17
    per_release_to_thousand = {"deaths_28_days_opiate": 1000.0}
    per_year_to_hundred = {"death_rate_28_days_ost": 100.0, "death_rate_28_days_no_ost": 100.0}
    scale = per_release_to_thousand | per_year_to_hundred
    for name, target in targets.items():
        published = KNOWN[target.source].value
        assert published is not None
        assert target.value == pytest.approx(published * scale.get(name, 1.0), rel=1e-9), name


def test_shares_of_one_whole_leave_a_remainder() -> None:
    need = sum(row.value for row in TABLE.of_mechanism("need"))
    assert need == pytest.approx(0.83)
    first_night = TABLE["housing.first_night_homeless"].high + TABLE["housing.first_night_temporary"].high
    assert first_night < 1.0
    for sex in ("men", "women"):
        assert TABLE[f"population.sentence_to_6m_{sex}"].high + TABLE["population.sentence_6_12m"].high < 1.0
