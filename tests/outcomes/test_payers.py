"""The table of payers: one payer a part, parts that sum to the price, and nothing counted that stands elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.errors import InputError
from sim.outcomes.payers import COLUMNS, ITEMS, OTHER, cashable_part, load_items, savings
from sim.scenario.levers import PAYERS

GOOD = "care,care of people,Care,cost.rough_year,nhs,1,,,a_source,"


def table(folder: Path, *lines: str) -> Path:
    file = folder / "payers.csv"
    file.write_text("\n".join([",".join(COLUMNS), *lines]) + "\n", encoding="utf-8")
    return file


def test_sleeping_rough_is_split_by_the_printed_sums() -> None:
    """3,702, 2,998, 1,600 and 330 of 8,630 pounds."""
    shares = {name: item.share for name, item in load_items().items() if item.row == "cost.rough_year"}
    assert shares == pytest.approx(
        {
            "rough_services": 3702 / 8630, "rough_justice": 2998 / 8630, "rough_nhs": 1600 / 8630,
            "rough_treatment": 330 / 8630,
        },
        abs=6e-6,
    )  # fmt: skip
    assert "rough_treatment" not in ITEMS, "days in treatment and posts are counted"


def test_the_council_pays_about_half_of_a_nightly_paid_room() -> None:
    """30.1 of 58.5 pounds a night; the rest is housing benefit and charges."""
    items = load_items()
    assert items["temporary"].share * 58.5 == pytest.approx(30.1, abs=0.05)
    assert items["temporary_benefit"].payer == OTHER
    assert "temporary_benefit" not in ITEMS


def test_only_drugs_and_rooms_can_be_banked() -> None:
    assert {name for name in ITEMS if cashable_part(name) > 0.0} == {"treatment", "temporary"}
    assert set(savings()) == set(ITEMS)
    assert {item.payer for item in ITEMS.values()} <= set(PAYERS)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([GOOD.replace(",1,", ",0.9,")], "the shares of cost.rough_year sum to 0.9; allowed: 1"),
        ([GOOD.replace("nhs", "nsh")], "did you mean 'nhs'?"),
        ([GOOD.replace("cost.rough_year", "cost.rogh_year")], "did you mean 'cost.rough_year'?"),
        ([GOOD.replace("nhs", "other")], "a payer whom no lever has is in no cost"),
        ([GOOD.replace(",1,", ",1.2,")], "1.2 is out of range"),
        ([GOOD.replace(",1,", ",0.5,")] * 2, "'care' is there twice"),
    ],
)
def test_a_wrong_table_is_refused_in_one_sentence(tmp_path: Path, lines: list[str], says: str) -> None:
    with pytest.raises(InputError) as caught:
        load_items(table(tmp_path, *lines))
    assert says in str(caught.value)
    assert caught.value.file == str(tmp_path / "payers.csv")
