"""The part of the page on five years: who spends what in which year, what can be banked, and when it is paid back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from sim.analysis.comparison import Comparison, assemble
from sim.analysis.cube import Cube
from sim.analysis.value.budget_impact import When, budget_impact
from sim.document.text import as_text
from sim.presentation.report.budget_impact import budget_impact_part, payback_in_words

MEASURES = ("knock_on_treatment_gbp", "knock_on_temporary_gbp")


def purchase(payer: str, gbp: float, end: int = 730) -> dict[str, object]:
    return {
        "lever": "navigators", "option": "", "payer": payer, "gbp_per_year": gbp, "unit": "post", "units": 1.0,
        "counted_gbp": gbp, "filled_days": float(end), "unused_gbp_per_year": 0.0, "first_day": 0, "end_day": end,
        "remark": payer,
    }  # fmt: skip


def comparison(gbp_a_person: float, starts: date | None = date(2027, 4, 1)) -> Comparison:
    """40 draws of 2 runs of 500 people, for 1,000 a year: two payers pay in the first year alone."""
    below = np.full((40, 2, 2, 1, 2), 1e6)
    below[:, :, 1, 0, 0] += gbp_a_person * 500.0
    cube = Cube(below, np.full_like(below, 500.0), ("baseline", "mine"), (("all", "all"),), MEASURES)
    spend = {"baseline": [], "mine": [purchase("council", 60_000.0, 365), purchase("nhs", 40_000.0, 365)]}
    whole = assemble(
        [cube], study="s", out="o", baseline="baseline", titles={"baseline": "Base", "mine": "Mine"}, spend=spend,
        level=0.95, people=500, people_per_year=1000.0,
    )  # fmt: skip
    return replace(whole, impact=budget_impact(cube, whole.of_study(spend), When(starts, 24)))


def test_the_cash_of_each_year_by_payer_and_what_can_be_banked() -> None:
    """60,000 and 40,000 in 2027/28 at 1.073546; of 150,000 saved 63,180 then, 86,313 at 1.093571 and
    507 at 1.113959."""
    text = as_text(budget_impact_part(comparison(-150.0)))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert any(line.startswith("Scenario Whose money 2027/28 2028/29 2029/30 2030/31 2031/32") for line in lines)
    assert any("£64,000 none none none none year 2" in line for line in lines)
    assert any("NHS £43,000 none none none none" in line for line in lines)
    assert any("council public health, banked -£68,000 -£94,000 -£564 none none" in line for line in lines)
    assert "nothing is discounted" in " ".join(lines).lower()


def test_without_a_first_day_the_sums_are_real() -> None:
    text = " ".join(as_text(budget_impact_part(comparison(-150.0, starts=None))).split())
    assert "Year 1 Year 2" in text and "£60,000 none" in text and "in prices of 2024/25" in text


def test_a_study_without_it_has_no_such_part() -> None:
    assert budget_impact_part(replace(comparison(0.0), impact=None)) == ()


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (("within five years", 3, 2, "never"), "year 3 (year 2 to not within five)"),
        (("within five years", 3, 3, 3), "year 3"),
        (("within five years", 1, "", ""), "year 1"),
        (("not within five years", "", 4, "never"), "not within five years (year 4 to not within five)"),
        (("not within five years", "", "never", "never"), "not within five years"),
        (("nothing more is spent", "", "", ""), ""),
        (("not known", "", "", ""), "not known"),
    ],
)
def test_payback_in_words(cells: tuple[object, ...], says: str) -> None:
    row = dict(zip(("status", "year", "year_low", "year_high"), cells, strict=True))
    assert payback_in_words(pd.DataFrame([{"part": "payback", **row}])) == says
