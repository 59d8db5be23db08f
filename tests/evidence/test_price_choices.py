"""Named choices among prices, and what would count the same money twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.errors import InputError
from sim.evidence import load_parameters
from sim.evidence.price_choices import (
    COLUMNS,
    allowed_options,
    default_of,
    price_choices,
    refusal_of,
    swapped_rows,
    with_prices,
)
from sim.scenario.reading.keys import KEYS

TABLE = load_parameters()


def test_what_stands_where_nothing_is_chosen() -> None:
    assert {choice: default_of(choice) for choice in price_choices()} == {
        "staff": "pay_and_on_costs", "posts": "filled", "naloxone": "injection", "supported_beds": "staffed",
        "custody": "marginal",
        "justice": "custody_days", "deaths": "qalys", "victims": "left_out", "treatment": "posts_and_drugs",
    }  # fmt: skip
    assert with_prices(TABLE, {}) is TABLE
    assert with_prices(TABLE, {"staff": "pay_and_on_costs"}) is TABLE


def test_full_cost_takes_the_published_hours_in_place_of_pay() -> None:
    """42 and 72 pounds an hour for 1,573 hours, in the reference run and about their means in draws."""
    full = with_prices(TABLE, {"staff": "full_cost"})
    draw = full.reference()
    assert (draw["cost.keyworker_year"], draw["cost.specialist_year"]) == (66_066.0, 113_256.0)
    assert draw["cost.peer_worker_year"] == TABLE.reference()["cost.peer_worker_year"]
    drawn = [one["cost.keyworker_year"] for one in full.sample(1, 2_000)]
    assert sum(drawn) / len(drawn) == pytest.approx(66_066.0, rel=0.01)


def test_each_option_moves_the_price_that_it_is_named_for() -> None:
    moved = {
        (choice, option): {
            name for name in TABLE if with_prices(TABLE, {choice: option})[name].value != TABLE[name].value
        }
        for choice in price_choices()
        for option in allowed_options(choice)
    }
    assert {key: names for key, names in moved.items() if names} == {
        ("staff", "full_cost"): {"cost.keyworker_year", "cost.specialist_year"},
        ("posts", "paid_from_first_day"): {"cost.paid_empty_part"},
        ("naloxone", "nasal"): {"cost.naloxone_kit"},
        ("supported_beds", "low_support"): {"cost.supported_bed_year"},
        ("custody", "average"): {"cost.prison_day"},
        ("justice", "reoffending"): {"cost.custody_part"},
        ("justice", "rough_sleeping"): {"cost.custody_part", "cost.rough_justice_part"},
    }


@pytest.mark.parametrize(
    ("choice", "option", "says"),
    [
        ("deaths", "prevented_fatality", "counts again the years that QALYs of the same death count already"),
        ("victims", "harm_and_qalys", "is priced in QALYs already"),
        ("treatment", "full_price_of_a_day", "counts again the worker whom the post has paid for"),
        ("justice", "crime_prevented_by_treatment", "counts again the crime that days in custody"),
    ],
)
def test_what_counts_the_same_money_twice_is_refused_by_name(choice: str, option: str, says: str) -> None:
    refusal = refusal_of(choice, option)
    assert refusal is not None
    assert says in refusal[0]
    assert option not in refusal[1]
    assert option not in allowed_options(choice)


def test_the_keys_of_a_scenario_are_the_choices_of_the_table() -> None:
    keys = KEYS["prices"]
    assert list(keys) == list(price_choices())
    for choice, key in keys.items():
        assert key.choices == allowed_options(choice)
        assert key.default == default_of(choice)


def test_every_row_of_a_choice_is_a_price_or_a_part_of_one() -> None:
    for choice, options in price_choices().items():
        for option in options:
            for pair in swapped_rows({choice: option}).items():
                assert all(name in TABLE for name in pair), pair


def table(folder: Path, *lines: str) -> Path:
    file = folder / "choices.csv"
    file.write_text("\n".join([",".join(COLUMNS), *lines]) + "\n", encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["a,x,,,,,one", "a,y,,,,,two"], "'a' has not one default"),
        (["a,x,yes,,,,one", "a,y,yes,,,,two"], "'a' has not one default"),
        (["a,x,yes,,,,one", "a,x,,,,,two"], "'x' is there twice"),
        (["a,x,yes,cost.kit,,,one"], "a row and what stands in its place go together"),
        (["a,x,maybe,,,,one"], "'maybe' is not yes, or nothing"),
        (["a,x,yes,,,,"], "the cell is empty"),
    ],
)
def test_a_wrong_table_is_refused_in_one_sentence(tmp_path: Path, lines: list[str], says: str) -> None:
    with pytest.raises(InputError) as caught:
        price_choices(table(tmp_path, *lines))
    assert says in str(caught.value)
    assert caught.value.file is not None
