"""Prices in the money of 2024/25: each against figures that were published or worked out by hand, never the program."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from sim.core.errors import InputError
from sim.evidence import describe, load_parameters, load_sources
from sim.evidence.load import KEYS
from sim.evidence.price import CASHABLE, RELEASED_CAPACITY
from sim.evidence.price_index import INDICES, OWN_PAY, PRICE_YEAR, financial_year, present_value, uprating
from sim.evidence.price_rows import OF_PRICES, is_money

TABLE = load_parameters()
KNOWN = load_sources()
PRICES = [row for row in TABLE.of_mechanism("cost") if row.price is not None]

PRINTED = {
    # row: value in 2024/25 as the specification of money prints it, and how near
    "cost.oat_year": (3_920, 1),
    "cost.psychosocial_drugs_year": (4_889, 1),
    "cost.psychosocial_alcohol_year": (6_971, 1),
    "cost.depot_injection": (239.70, 0),
    "cost.naloxone_kit": (18.00, 0),
    "cost.overdose_conveyed": (770, 0.5),
    "cost.overdose_on_scene": (364, 0.5),
    "cost.overdose_admission": (1_350, 0.5),
    "cost.keyworker_year": (46_000, 0),
    "cost.keyworker_year_full": (66_000, 100),
    "cost.specialist_year": (68_000, 0),
    "cost.specialist_year_full": (113_000, 300),
    "cost.detox_week": (2_002, 0),
    "cost.rehab_week": (967, 0.5),
    "cost.housing_first_year": (11_957, 1),
    "cost.prison_day": (48, 0.5),
    "cost.prison_day_average": (155, 0.5),
    "cost.temporary_night": (58.5, 0),
}
RANGES = {
    "cost.naloxone_kit_nasal": (25.00, 27.50, 0),
    "cost.supported_bed_year": (15_600, 25_000, 30),
    "cost.prison_day": (20, 102, 0.1),
    "cost.oat_year": (3_450, 4_320, 40),
}


@pytest.mark.parametrize("name", sorted(PRINTED))
def test_a_price_in_2024_25_is_the_one_worked_out_beside_its_source(name: str) -> None:
    value, near = PRINTED[name]
    assert TABLE[name].value == pytest.approx(value, abs=near + 1e-9)
    assert TABLE[name].unit.endswith(", 2024/25")


@pytest.mark.parametrize("name", sorted(RANGES))
def test_the_ends_of_a_price(name: str) -> None:
    low, high, near = RANGES[name]
    assert (TABLE[name].low, TABLE[name].high) == pytest.approx((low, high), abs=near + 1e-9)


def test_low_support_is_cheaper_and_stands_in_its_own_row() -> None:
    low = TABLE["cost.supported_bed_low_year"]
    assert low.price is not None
    assert low.price.value == 4_045
    assert low.value == pytest.approx(4_045 / 0.787948, abs=0.1)
    assert low.high < TABLE["cost.supported_bed_year"].low


# Price years


def test_both_series_from_2015_16_and_2021_22_by_their_printed_products() -> None:
    assert uprating("nhscii", "2015/16", KNOWN) == pytest.approx(1.290, abs=5e-4)
    assert uprating("gdp_deflator", "2015/16", KNOWN) == pytest.approx(1.341, abs=5e-4)
    assert uprating("nhscii", "2021/22", KNOWN) == pytest.approx(1.144, abs=5e-4)
    assert uprating("gdp_deflator", "2021/22", KNOWN) == pytest.approx(1.172, abs=5e-4)


def test_the_value_of_a_qaly_of_2020_21_in_2024_25() -> None:
    assert 70_000 * uprating("gdp_deflator", "2020/21", KNOWN) == pytest.approx(82_256, abs=1)


def test_nhscii_one_year_by_hand_and_back() -> None:
    assert uprating("nhscii", "2023/24", KNOWN) == pytest.approx(1.0402)
    assert uprating("nhscii", "2022/23", KNOWN) == pytest.approx(1.0402 * 1.0247)
    assert uprating("nhscii", "2024/25", KNOWN, to="2022/23") == pytest.approx(1 / (1.0402 * 1.0247))


def test_a_list_price_is_never_uprated_and_pay_stands_in_the_declared_year() -> None:
    assert uprating("drug_tariff", "2018/19", KNOWN) == uprating("drug_tariff", "2026/27", KNOWN) == 1.0
    assert uprating("own_pay", PRICE_YEAR, KNOWN) == 1.0
    with pytest.raises(InputError, match="own pay of 2023/24 cannot be told in the money of 2024/25"):
        uprating("own_pay", "2023/24", KNOWN)


def test_a_year_to_come_is_deflated_and_then_discounted_never_uprated() -> None:
    """103.2388 pounds of 2025/26 are 100 of 2024/25, and 100 / 1.035 a year earlier."""
    assert uprating("gdp_deflator", "2025/26", KNOWN) == pytest.approx(100 / 103.2388)
    assert present_value(103.2388, "gdp_deflator", "2025/26", 0.035, KNOWN) == pytest.approx(96.618, abs=5e-4)
    assert present_value(105.3095, "gdp_deflator", "2026/27", 0.015, KNOWN) == pytest.approx(97.066, abs=5e-4)
    assert present_value(50.0, "gdp_deflator", PRICE_YEAR, 0.035, KNOWN) == 50.0
    with pytest.raises(InputError, match="2023/24 lies before 2024/25"):
        present_value(50.0, "gdp_deflator", "2023/24", 0.035, KNOWN)


@pytest.mark.parametrize(
    ("index", "year", "says"),
    [
        ("cpi", "2020/21", "'cpi' is not a price index; allowed: nhscii, gdp_deflator"),
        ("nhsci", "2020/21", "did you mean 'nhscii'"),
        ("nhscii", "2010/11", "the index nhscii has no figure for 2011/12; allowed: a year of 2016/17 to 2024/25"),
        ("nhscii", "2026/27", "the index nhscii has no figure for 2025/26"),
        ("gdp_deflator", "1990/91", "the index gdp_deflator has no figure for 1990/91"),
        ("gdp_deflator", "2020/22", "'2020/22' is not a financial year"),
        ("gdp_deflator", "2020", "'2020' is not a financial year"),
    ],
)
def test_an_index_or_a_year_that_is_not_known_is_refused(index: str, year: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        uprating(index, year, KNOWN)
    assert says in str(caught.value)


def test_levels_rise_from_year_to_year_and_stand_at_100_in_the_declared_one() -> None:
    levels = {name: source.value for name, source in KNOWN.items() if name.startswith("gdp_deflator_")}
    values = [levels[name] for name in sorted(levels)]
    assert None not in values
    assert values == sorted(values, key=lambda value: value or 0.0)
    assert levels["gdp_deflator_2024_25"] == 100.0
    changes = [name for name in KNOWN if name.startswith("nhscii_")]
    assert sorted(changes) == [f"nhscii_{financial_year(y).replace('/', '_')}" for y in range(2016, 2025)]


# Rows


def test_every_price_has_a_year_an_index_and_what_is_saved_and_no_share_has() -> None:
    assert len(PRICES) > 25
    for row in TABLE.of_mechanism("cost"):
        assert (row.price is not None) == is_money(row.unit), row.name
    for row in PRICES:
        assert row.price is not None
        assert row.price.index in INDICES
        assert row.distribution in ("gamma", "fixed"), row.name
        assert row.centre == row.value, "the reference run uses the mean"
        assert (row.price.index != OWN_PAY) or row.price.year == PRICE_YEAR


def test_drugs_and_kits_are_money_posts_and_cells_are_capacity() -> None:
    saving = {row.name: row.price.saving for row in PRICES if row.price is not None}
    for name in ("oat_year", "depot_injection", "naloxone_kit", "temporary_night"):
        assert saving[f"cost.{name}"] == CASHABLE, name
    for name in ("keyworker_year", "specialist_year", "prison_day", "overdose_conveyed", "overdose_admission"):
        assert saving[f"cost.{name}"] == RELEASED_CAPACITY, name
    assert saving["cost.person_reoffending"] == "economic_value"


GOOD = {
    "name": "cost.kit", "value": "100", "unit": "GBP per kit", "low": "80", "high": "130", "distribution": "gamma",
    "sources": "naloxone_prenoxad_2026", "population": "people", "place": "England", "period": "2021/22",
    "grade": "derived", "derivation": "as published", "note": "", "price_year": "2021/22", "index": "nhscii",
    "saving": "cashable", "cashable": "0.5", "lag_days": "30", "no_effect": "", "no_effect_basis": "",
}  # fmt: skip


def table(folder: Path, **cells: str) -> Path:
    with (folder / "cost.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, tuple(KEYS["price_rows"]))
        writer.writeheader()
        writer.writerow({**GOOD, **cells})
    return folder


def test_what_evidence_prints_is_what_a_run_uses(tmp_path: Path) -> None:
    row = load_parameters(table(tmp_path))["cost.kit"]
    assert (row.value, row.low, row.high) == pytest.approx((114.39, 91.51, 148.71), abs=0.005)
    assert load_parameters(tmp_path).reference()["cost.kit"] == row.value
    text = " ".join(describe(row, KNOWN).split())
    assert "published 100 GBP per kit (80 to 130) in the money of 2021/22" in text
    assert "run uses x 1.144 by the NHS cost inflation index = 114.4 in 2024/25" in text
    assert "when less cashable: 50% of it, after 30 days" in text


BROKEN = [
    ({"price_year": ""}, "a price without price_year"),
    ({"index": ""}, "a price without index"),
    ({"saving": ""}, "a price without saving"),
    ({"cashable": ""}, "a price without cashable"),
    ({"lag_days": ""}, "a price without lag_days"),
    ({"price_year": "2021"}, "'2021' is not a financial year"),
    ({"price_year": "2009/10"}, "the index nhscii has no figure for 2010/11"),
    ({"index": "nhsci"}, "did you mean 'nhscii'?"),
    ({"index": "own_pay"}, "own pay of 2021/22 cannot be told"),
    ({"unit": "GBP per kit, 2021/22"}, "'GBP per kit, 2021/22' names a year"),
    ({"saving": "released_capacity"}, "cashable 0.5 does not go with saving 'released_capacity'"),
    ({"cashable": "0"}, "cashable 0 does not go with saving 'cashable'"),
    ({"cashable": "1.5"}, "1.5 is out of range"),
    ({"unit": "share", "value": "0.5", "low": "0.4", "high": "0.6"}, "'share' is no price, so it has none of this"),
]


@pytest.mark.parametrize(("cells", "says"), BROKEN, ids=[next(iter(cells)) + says[:12] for cells, says in BROKEN])
def test_a_price_without_year_or_index_is_refused_in_one_sentence(
    tmp_path: Path, cells: dict[str, str], says: str
) -> None:
    with pytest.raises(InputError) as caught:
        load_parameters(table(tmp_path, **cells))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert (caught.value.file, caught.value.line) == (str(tmp_path / "cost.csv"), 2)


def test_a_share_in_the_table_of_prices_needs_none_of_it(tmp_path: Path) -> None:
    blank = dict.fromkeys(OF_PRICES, "")
    share = {"value": "0.5", "low": "0.4", "high": "0.6", "unit": "share", "distribution": "beta_mean"}
    assert load_parameters(table(tmp_path, **share, **blank))["cost.kit"].price is None


def test_prices_told_for_comparison() -> None:
    def today(price: float, year: str) -> float:
        return price * uprating("gdp_deflator", year, KNOWN)

    beds = TABLE["cost.cas3_night"]
    bail, contractor = today(81, "2007/08"), today(61, "2007/08")
    assert (round(bail), round(contractor)) == (126, 95)
    assert beds.low < contractor < bail < beds.high
    centre = TABLE["cost.womens_centre_place"]
    assert today(1_538, "2022/23") == pytest.approx(1_685, abs=1)
    assert centre.low < today(1_538, "2022/23") < centre.value


def test_the_share_of_treatment_that_is_drugs() -> None:
    row = TABLE["cost.oat_drug_share"]
    whole, rest = KNOWN["oat_day_with_drugs"].value, KNOWN["oat_day_without_drugs"].value
    assert whole is not None
    assert rest is not None
    assert row.value == 1 - rest / whole
    assert row.low == pytest.approx(1 - (rest + 0.5) / (whole - 0.5), abs=0.005)
    assert row.value < 1 - (rest - 0.5) / (whole + 0.5) < row.high
