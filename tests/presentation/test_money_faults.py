"""Faults of money that were met in use, M1 to M8, each by a small input of its kind; and what counts money twice.

What a pound does whenever it is spent, and what a cut saves, is held on larger worlds in tests/engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import sim
from sim.analysis.comparison import Comparison
from sim.analysis.money_by_payer import gross_by_payer, money_by_payer
from sim.core.errors import InputError
from sim.evidence import load_parameters
from sim.evidence.possible import checked_draw
from sim.experiment import api
from sim.presentation.report import files
from sim.presentation.report.money import cost
from sim.presentation.report.payers import gross_line

HEAD = "name: {name}\ntitle: {name}\ndescription: For a test.\nextends: {extends}\n"
TWO_PERIODS = (
    "levers:\n  - {lever: keyworkers, gbp_per_year: 400_000, ends: 2028-01-01}\n"
    "  - {lever: keyworkers, gbp_per_year: 400_000, starts: 2028-01-01}\n"
)
BOUGHT = {
    "late": (
        "  - {lever: navigators, gbp_per_year: 500_000, places: [bristol, plymouth], starts: 2028-04-01}\n"
        "  - {lever: supported_beds, gbp_per_year: 320_000, places: [bristol, plymouth], starts: 2028-04-01}\n"
    ),
    "cut": "  - {lever: keyworkers, gbp_per_year: -213_000}\n",
    "booked": "  - {lever: booked_before_release, gbp_per_year: 15_000}\n",
    "centre": "  - {lever: womens_centre, gbp_per_year: 250_000}\n",
    "homes": "  - {lever: supported_beds, gbp_per_year: 500_000, places: [bristol, plymouth]}\n",
}
SMALL = {"people": 150, "draws": 2, "replicates": 1, "seed": 4}

Write = Callable[..., Path]


def written(folder: Path, name: str, text: str, extends: str = "baseline") -> Path:
    file = folder / f"{name}.yaml"
    file.write_text(HEAD.format(name=name, extends=extends) + text, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Everything that is bought or cut, beside today's services, lived by a few people."""
    folder = tmp_path_factory.mktemp("faults")
    paths = [written(folder, name, f"levers:\n{text}") for name, text in BOUGHT.items()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "CHARTS", ())
        return sim.compare(paths, out=folder / "out", **SMALL)


@pytest.fixture(scope="module")
def beside_a_cut(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """The shipped cut as the baseline of what softens it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "CHARTS", ())
        return sim.compare(
            ["treatment_cut_with_naloxone", "treatment_cut_with_inreach"], baseline="treatment_cut",
            out=tmp_path_factory.mktemp("cut") / "out", **SMALL,
        )  # fmt: skip


def per_year(comparison: Comparison, name: str, measure: str) -> float:
    return float(comparison.row(name, measure)["per_year"])


def test_m1_one_period_after_another_costs_what_one_of_both_does(tmp_path: Path) -> None:
    good, problems = api.check([written(tmp_path, "periods", TWO_PERIODS)])
    assert problems == []
    assert [one.gbp_per_year for one in good] == [400_000]


def test_m2_and_fits_a_budget_of_that_sum(tmp_path: Path) -> None:
    budget = "budgets: {mode: separate, council: 400_000}\n"
    own = sim.load_scenario(written(tmp_path, "periods", TWO_PERIODS + budget))
    assert own.budgets.limits == {"council": 400_000}
    with pytest.raises(InputError, match="'council' spends 400,000 GBP in the year from 2027-04-01"):
        sim.load_scenario(written(tmp_path, "periods", TWO_PERIODS + budget.replace("400_000", "399_999")))


def test_m3_what_begins_a_year_late_is_paid_for_over_the_people_it_reaches(lived: Comparison) -> None:
    """Use spread evenly over a person's year: from day 365 on 365 - 365 x 365 / 730 = 182.5 days of 365 are counted,
    half of 820,000, less what the ramp leaves unfilled and what few people make of it by luck."""
    gbp = lived.counted_beside_gbp("late")
    assert gbp is not None and 0.2 * 820_000 < gbp < 0.6 * 820_000
    gross = gross_by_payer(lived, "late")
    assert set(gross) == {"pcc", "housing"} and all(sum_gbp > 0 for sum_gbp in gross.values())
    assert "nothing" not in gross_line(lived, "late")


def test_m4_a_cut_saves_no_more_than_itself_and_what_changed_use_frees(lived: Comparison) -> None:
    spent = per_year(lived, "cut", "spent_council_gbp")
    assert -213_000 * 1.001 <= spent < 0
    drugs = per_year(lived, "cut", "knock_on_treatment_gbp")
    assert per_year(lived, "cut", "cost_council_gbp") == pytest.approx(spent + drugs, abs=1)
    assert sum(gross_by_payer(lived, "cut").values()) >= -213_000 * 1.001


def test_m5_people_who_come_earlier_cost_no_post_twice(lived: Comparison) -> None:
    spent = per_year(lived, "booked", "spent_council_gbp")
    assert 0 < spent <= 15_000 * 1.06
    drugs = per_year(lived, "booked", "knock_on_treatment_gbp")
    assert per_year(lived, "booked", "cost_council_gbp") == pytest.approx(spent + drugs, abs=1)


def test_m6_a_women_s_centre_reaches_women_not_releases(lived: Comparison) -> None:
    """Of 2,200 people a year a tenth or so are women; a woman released twice is one."""
    remark = str(lived.spend[lived.spend["scenario"] == "centre"].iloc[0]["remark"])
    there = re.search(r"there are ([\d,]+) women a year", remark)
    assert there is not None, remark
    women = float(there[1].replace(",", ""))
    share = load_parameters()["population.women_share"].centre
    assert 0 < women <= 2_200 * share
    places = 250_000 / load_parameters()["cost.womens_centre_place"].centre
    assert lived.spend[lived.spend["scenario"] == "centre"].iloc[0]["units"] == pytest.approx(places, rel=1e-6)


@pytest.mark.parametrize("name", ["treatment_cut_with_naloxone", "treatment_cut_with_inreach"])
def test_m7_a_cost_is_told_beside_the_baseline_that_was_chosen(beside_a_cut: Comparison, name: str) -> None:
    """The scenario itself saves 12,652 beside today's services; beside the cut it costs 100,000."""
    assert beside_a_cut.cost_gbp[name] == pytest.approx(-12_652, abs=1)
    assert beside_a_cut.cost_beside_gbp(name) == pytest.approx(100_000)
    assert cost(beside_a_cut, name) == "£100,000"
    told = next(one for one in beside_a_cut.as_dict()["scenarios"] if one["name"] == name)
    assert told["cost_beside_baseline_gbp"] == pytest.approx(100_000)
    page = (Path(beside_a_cut.out) / "report.txt").read_text(encoding="utf-8")
    assert page.count("at £100,000 a year beside the baseline") == 2 and "£13,000 a year" not in page


def test_m8_who_pays_is_always_told_and_what_follows_stands_apart(lived: Comparison) -> None:
    assert re.match(r"gross spending by payer: housing authority £[\d,]+$", gross_line(lived, "homes"))
    table = money_by_payer(lived)
    own = table[table["scenario"] == "homes"]
    gross = own[own["part"] == "gross"].set_index("payer")["per_year"]
    assert set(gross.index) == {"housing", "all"} and gross["housing"] == pytest.approx(500_000, rel=0.3)
    follows = own[own["part"] == "knock_on"]
    assert set(follows["saving"]) == {"cashable", "released_capacity", "economic_value"}
    page = (Path(lived.out) / "report.txt").read_text(encoding="utf-8")
    assert page.count("Gross spending by payer") == len(BOUGHT)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("prices: {justice: [custody_days, reoffending]}\n", "custody_days and reoffending count the same money twice"),
        ("prices: {justice: crime_prevented_by_treatment}\n", "counts again the crime"),
        ("prices: {deaths: prevented_fatality}\n", "value of a prevented fatality counts again the years"),
        ("prices: {victims: harm_and_qalys}\n", "harm of victims is priced in QALYs already"),
        ("prices: {treatment: full_price_of_a_day}\n", "counts again the worker whom the post has paid for"),
        (
            "parameters:\n  cost.rough_justice_part: {value: 1, low: 0, high: 1, reason: both}\n",
            "outside the range of cost.rough_justice_part",
        ),
    ],
)
def test_what_counts_the_same_money_twice_is_refused_by_name(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as refused:
        sim.load_scenario(written(tmp_path, "twice", text))
    assert "\n" not in str(refused.value)


def test_a_draw_that_puts_custody_and_the_justice_of_rough_sleeping_into_one_sum_is_refused() -> None:
    table = load_parameters()
    values = dict(table.reference())
    assert checked_draw(values, table) == values
    with pytest.raises(InputError, match="count the same money twice"):
        checked_draw({**values, "cost.rough_justice_part": 1.0}, table)
    only_rough = {**values, "cost.rough_justice_part": 1.0, "cost.custody_part": 0.0}
    assert checked_draw(only_rough, table)["cost.rough_justice_part"] == 1.0


def test_the_cost_of_reoffending_stands_in_no_sum(lived: Comparison) -> None:
    for name in ("baseline", *BOUGHT):
        payers = [measure for measure in lived.rows["measure"].unique() if re.fullmatch(r"cost_[a-z]+_gbp", measure)]
        of = {measure: float(lived.row(name, measure)["value"]) for measure in payers}
        reoffending, total = of.pop("cost_reoffending_gbp"), of.pop("cost_total_gbp")
        assert reoffending > 0 and total == pytest.approx(sum(of.values()), rel=1e-9)
