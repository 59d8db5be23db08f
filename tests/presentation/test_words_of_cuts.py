"""What a scenario buys and what it takes away are told apart, beside a baseline that may do both itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from full_study import NAMES, full_study

from sim.analysis.comparison import Comparison
from sim.presentation.charts import what_money_bought
from sim.presentation.report.money import baseline_funding, funding_line, purchase_title, purchases
from sim.study.run_blocks import SPEND_COLUMNS

SCENARIO, OTHER = NAMES[1], NAMES[2]
KEYWORKERS = "Keyworkers at the drug and alcohol hubs"
KITS = ("naloxone_at_release", "", 20_000.0, "kit", 1000.0)
BEDS_CUT = ("cas3_beds", "", -156_000.0, "bed-year", -5.0)
POSTS_CUT = ("keyworkers", "people_leaving_prison", -79_000.0, "post", -1.7)
POSTS_OF_ALL = ("keyworkers", "everybody", 92_000.0, "post", 2.0)
TREATMENT_CUT = ("ost_at_release", "", -331_000.0, "person reached", -953.6)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    return full_study(tmp_path_factory.mktemp("cuts") / "out", draws=2, scenarios=3)


def buying(study: Comparison, **by_scenario: list[tuple[Any, ...]]) -> Comparison:
    """The study with these purchases alone: lever, option, GBP a year, unit, units."""
    rows = [
        {
            "scenario": name, "lever": lever, "option": option, "payer": "council", "gbp_per_year": gbp, "unit": unit,
            "units": units, "units_used": units, "unused_gbp_per_year": 0.0, "first_day": 0, "end_day": 730,
            "remark": "",
        }
        for name, bought in by_scenario.items()
        for lever, option, gbp, unit, units in bought
    ]  # fmt: skip
    spend = pd.DataFrame(rows, columns=list(SPEND_COLUMNS))
    costs = {name: sum(row[2] for row in by_scenario.get(name, [])) for name in study.scenarios}
    return replace(study, spend=spend, cost_gbp=costs, counted_gbp=costs)


CUT_WORDS = "Short-stay beds for people leaving prison without a home (CAS-3): 5 fewer bed-years"


@pytest.mark.parametrize("beds", [-156_000.0, -1_000.0], ids=["saves", "costs"])
def test_what_is_bought_and_what_is_cut_are_two_clauses(study: Comparison, beds: float) -> None:
    line = funding_line(buying(study, **{SCENARIO: [(*BEDS_CUT[:2], beds, *BEDS_CUT[3:]), KITS]}), SCENARIO)
    bought, cut = line.split("; ")
    assert bought.startswith("buys ") and bought.endswith(": 1,000 kits (council public health, £20,000)")
    assert cut.startswith(f"takes away {CUT_WORDS} (council public health, £1")


def test_a_baseline_that_cuts(study: Comparison) -> None:
    both = buying(study, baseline=[POSTS_CUT], **{SCENARIO: [POSTS_CUT, BEDS_CUT, KITS], OTHER: []})
    assert baseline_funding(both).endswith(
        f"it takes away {KEYWORKERS}: 1.7 fewer posts (council public health, £79,000 less)."
    )
    bought, cut = funding_line(both, SCENARIO).split("; ")
    assert bought.startswith("buys ") and "baseline" not in bought and "fewer" not in bought
    assert cut.startswith(f"takes away all that the baseline takes away, and {CUT_WORDS}")
    assert funding_line(both, OTHER) == f"does not cut what the baseline cuts of: {KEYWORKERS}"


def test_a_baseline_that_buys_and_cuts(study: Comparison) -> None:
    base = [KITS, POSTS_CUT, TREATMENT_CUT]
    line = funding_line(buying(study, baseline=base, **{SCENARIO: [KITS, POSTS_CUT, BEDS_CUT]}), SCENARIO)
    assert line.split("; ")[0] == "buys all that the baseline buys"
    assert f"makes 1 of the 2 cuts that the baseline makes, and takes away {CUT_WORDS}" in line
    assert line.split("; ")[-1].startswith("does not cut what the baseline cuts of: ")
    other = funding_line(buying(study, baseline=base, **{SCENARIO: base[1:]}), SCENARIO)
    assert other.startswith("takes away all that the baseline takes away; does not buy what the baseline does of: ")


def test_people_are_whole_and_fewer_stands_before_them(study: Comparison) -> None:
    line = funding_line(buying(study, **{SCENARIO: [TREATMENT_CUT]}), SCENARIO)
    assert ": 954 fewer people reached (" in line


def test_whom_keyworkers_are_for_is_told_where_both_kinds_stand(study: Comparison) -> None:
    both = buying(study, **{SCENARIO: [POSTS_CUT], OTHER: [POSTS_OF_ALL, KITS]})
    assert f"{KEYWORKERS}, for people leaving prison: 1.7 fewer posts" in funding_line(both, SCENARIO)
    assert f"{KEYWORKERS}, for everybody: 2 posts" in funding_line(both, OTHER)
    chart = what_money_bought.plot(both)
    assert chart is not None
    assert f"{KEYWORKERS}, for everybody" in chart.alt and f"{KEYWORKERS}, for people leaving prison" in chart.alt
    assert ",keyworkers,everybody," in chart.csv
    alone = buying(study, **{SCENARIO: [POSTS_CUT], OTHER: [KITS]})
    assert purchase_title(alone, purchases(alone, SCENARIO)[0]) == KEYWORKERS


def test_the_picture_says_what_a_cutting_baseline_does(study: Comparison) -> None:
    same = what_money_bought.plot(buying(study, baseline=[POSTS_CUT], **{SCENARIO: [POSTS_CUT]}))
    assert same is not None and "Cuts the same as the baseline: " in same.alt
    more = what_money_bought.plot(buying(study, baseline=[POSTS_CUT, KITS], **{SCENARIO: [POSTS_CUT, KITS, BEDS_CUT]}))
    assert more is not None and "bought or cut beside what the baseline buys and cuts: " in more.alt


def test_whom_a_purchase_chooses_is_told_wherever_it_does(study: Comparison) -> None:
    usual = ("navigators", "people_leaving_prison", 92_000.0, "post", 2.0)
    chosen = ("navigators", "most_disadvantaged", 92_000.0, "post", 2.0)
    title = "Navigators for people with multiple disadvantage"
    alone = buying(study, **{SCENARIO: [chosen]})
    told = f"{title}, for the people with most disadvantage that can be seen: 2 posts"
    assert told in funding_line(alone, SCENARIO)
    assert f"{title}: 2 posts" in funding_line(buying(study, **{SCENARIO: [usual]}), SCENARIO)
    both = buying(study, **{SCENARIO: [usual], OTHER: [chosen]})
    assert f"{title}, for people leaving prison: 2 posts" in funding_line(both, SCENARIO)
    assert told in funding_line(both, OTHER)
