"""Prices in the money of 2024/25: each uprated one recomputed from its published price and the deflator of its year."""

from __future__ import annotations

import pytest

from sim.evidence import load_parameters, load_sources

TABLE = load_parameters()
KNOWN = load_sources()
DEFLATORS = {name: source for name, source in KNOWN.items() if name.startswith("gdp_deflator_")}
MONEY = ", 2024/25"
YEAR_NOT_KNOWN = {
    "cost.naloxone_kit": "recalled, of no one year",
    "cost.oat_year": "its source shows no price year",
    "cost.oat_drug_share": "a share, not a price",
    "cost.hidden_part": "a part of a price",
}


def published(name: str) -> float:
    value = KNOWN[name].value
    assert value is not None
    return value


def today(price: float, year: str) -> float:
    """A price of a year such as '2017_18' in the money of 2024/25."""
    return price * 100.0 / published(f"gdp_deflator_{year}")


JUDGED = None
"""In place of a price: the published one cannot be the mean of the range, or nothing is published; the row says so."""

UPRATED = {
    # name: value, low, high as published, and the year whose money they are in
    "cost.rehab_week": ((published("rehab_weekly_base") + 250, 500, 1300), ("2023_24",) * 3),
    "cost.depot_month": ((published("bup_xr_monthly_dose"), 200, 300), ("2021_22",) * 3),
    "cost.prison_day": ((published("prison_per_prisoner_2022_23") / 365, 47_434 / 365, 53_801 / 365), ("2022_23",) * 3),
    "cost.person_reoffending": ((JUDGED, JUDGED, 260_000), ("2017_18",) * 3),
    "cost.housing_first_year": ((published("housing_first_person_year"), 7_700, 15_000), ("2017_18",) * 3),
    "cost.womens_centre_place": ((published("womens_centre_per_woman"), 1_223, 4_125), ("2019_20",) * 3),
    "cost.rough_year": (
        (JUDGED, 9_000, 4 * published("homeless_public_cost_90days")),
        ("2019_20", "2019_20", "2016_17"),
    ),
}


@pytest.mark.parametrize("name", sorted(UPRATED))
def test_an_uprated_price_is_the_published_one_over_its_deflator(name: str) -> None:
    row = TABLE[name]
    prices, years = UPRATED[name]
    for told, price, year in zip((row.value, row.low, row.high), prices, years, strict=True):
        if price is not JUDGED:
            assert told == pytest.approx(today(price, year), rel=0.004)
        assert f"gdp_deflator_{year}" in row.sources


def test_an_overdose_attended_is_the_sum_of_three_uprated_prices() -> None:
    row = TABLE["cost.overdose_attended"]
    ambulance = today(published("ambulance_incident_2013_14"), "2013_14")
    attendance = today(published("ae_attendance_2019"), "2018_19")
    admission = today(published("opioid_admission_cost"), "2012_13")
    assert [round(x) for x in (ambulance, attendance, admission)] == [296, 203, 1222]
    assert ambulance < row.value < ambulance + attendance + admission, "not everybody is admitted"
    assert row.high == pytest.approx(420 + 260 + admission, abs=3)


def test_prices_told_for_comparison() -> None:
    beds = TABLE["cost.cas3_night"]
    bail, contractor = (today(price, "2007_08") for price in (published("bass_cost_per_night_2007"), 61))
    assert (round(bail), round(contractor)) == (126, 95)
    assert beds.low < contractor < bail < beds.high
    assert today(published("approved_premises_bed_year_2010"), "2009_10") == pytest.approx(39_300, abs=20)
    assert today(600, "2010_11") == pytest.approx(871, abs=1)
    centre = TABLE["cost.womens_centre_place"]
    assert today(published("womens_centre_avg_2022"), "2022_23") == pytest.approx(1_685, abs=1)
    assert centre.low < today(published("womens_centre_avg_2022"), "2022_23") < centre.value
    assert TABLE["cost.rehab_week"].low < today(600, "2010_11") < TABLE["cost.rehab_week"].value


def test_a_detoxification_week_from_the_price_of_a_stay() -> None:
    stay, days = published("detox_cost_per_stay_manchester"), published("detox_programme_10_days")
    row = TABLE["cost.detox_week"]
    assert days == TABLE["treatment.detox_days"].value
    assert row.value == pytest.approx(today(stay / days * 7, "2003_04"), rel=0.004)
    assert row.low == pytest.approx(TABLE["cost.rehab_week"].value, rel=0.01)
    assert row.low < published("detox_week_private") < row.high


def test_the_share_of_treatment_that_is_drugs() -> None:
    row = TABLE["cost.oat_drug_share"]
    whole, rest = published("oat_day_with_drugs"), published("oat_day_without_drugs")
    assert row.value == 1 - rest / whole
    assert row.low == pytest.approx(1 - (rest + 0.5) / (whole - 0.5), abs=0.005)
    assert row.value < 1 - (rest - 0.5) / (whole + 0.5) < row.high


def test_every_deflator_is_used_and_every_use_of_one_is_tested() -> None:
    cited = {source for row in TABLE.values() for source in row.sources if source in DEFLATORS}
    assert cited == set(DEFLATORS) - {"gdp_deflator_2024_25"}
    users = {name for name, row in TABLE.items() if set(row.sources) & set(DEFLATORS)}
    compared = {"cost.overdose_attended", "cost.cas3_night", "cost.supported_bed_year", "cost.detox_week"}
    assert users == set(UPRATED) | compared
    for name in users:
        for source in set(TABLE[name].sources) & set(DEFLATORS):
            assert f"{published(source):.4f}" in TABLE[name].derivation


def test_deflators_rise_from_year_to_year_up_to_100() -> None:
    values = [published(name) for name in sorted(DEFLATORS)]
    assert values == sorted(values)
    assert values[-1] == 100.0
    assert all(source.unit == "index, 2024/25 = 100" for source in DEFLATORS.values())


def test_every_price_is_in_the_money_of_2024_25() -> None:
    for row in TABLE.of_mechanism("cost"):
        assert row.unit.endswith(MONEY) != (row.name in YEAR_NOT_KNOWN), row.name
