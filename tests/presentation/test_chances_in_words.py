"""How sure a difference is, in words and marks."""

from __future__ import annotations

from typing import Any

import pytest

from sim.document.blocks import tied
from sim.outcomes.measures import measure_named
from sim.presentation import chances
from sim.presentation.report.changes import ends_beside, in_full

NAN = float("nan")


def row(better: float, none: float, worse: float, verdict: str = "not marked", **cells: Any) -> dict[str, Any]:
    """A row of the comparison of a measure of which more is better."""
    sides = {"chance_better": better, "chance_worse": worse, "chance_more": better, "chance_fewer": worse}
    return {**sides, "chance_none": none, "verdict": verdict, "counts": "people", **cells}


def neither(more: float, fewer: float, verdict: str = "not marked", **cells: Any) -> dict[str, Any]:
    """A row of a measure of which neither way is better."""
    return {**row(NAN, 0.0, NAN, verdict), "chance_more": more, "chance_fewer": fewer, **cells}


def test_the_sentence_of_a_difference() -> None:
    told = row(0.81, 0.08, 0.10, per_year=15.2, per_year_low=-3.1, per_year_high=54.0)
    assert in_full(told, measure_named("engaged_within_3_weeks")) == (
        "about 15 more people, between 3 fewer and 54 more; chance of being better 81%, of no difference 8%"
    )


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (row(0.975, 0.0, 0.02), "almost certainly better"),
        (row(0.974, 0.0, 0.02), "very likely better"),
        (row(0.9, 0.0, 0.1), "very likely better"),
        (row(0.899, 0.0, 0.1), "likely better"),
        (row(0.1, 0.0, 0.75), "likely worse"),
        (row(0.74, 0.0, 0.25), "could go either way"),
        (row(0.01, 0.0, 0.98), "almost certainly worse"),
        (row(0.45, 0.5, 0.04), "probably no difference"),
        (row(0.48, 0.49, 0.03), "better or no difference"),
        (row(0.03, 0.49, 0.48), "worse or no difference"),
        (row(0.5, 0.39, 0.1), "could go either way"),
        (row(0.76, 0.2, 0.03), "likely better"),
        (neither(0.48, 0.03, chance_none=0.49), "more or no difference"),
        (neither(0.03, 0.48, chance_none=0.49, counts="pounds"), "less or no difference"),
        (neither(0.98, 0.01), "almost certainly more"),
        (neither(0.01, 0.98, counts="pounds"), "almost certainly less"),
        (neither(0.01, 0.98, counts="nights"), "almost certainly fewer"),
        (row(NAN, NAN, NAN), ""),
    ],
)
def test_bands(told: dict[str, Any], said: str) -> None:
    assert chances.band(told) == said


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (row(0.1, 0.0, 0.89), "chance of being worse 89%"),
        (row(0.55, 0.02, 0.42), "chance of being better 55%, of being worse 42%, of no difference 2%"),
        (row(0.3, 0.62, 0.06), "chance of no difference 62%"),
        (row(0.03, 0.49, 0.48), "chance of being worse 48%, of no difference 49%"),
        (row(0.999, 0.0, 0.001), "chance of being better more than 99%"),
        (neither(0.81, 0.18), "chance of more 81%"),
        (row(NAN, NAN, NAN), ""),
    ],
)
def test_chances_in_words(told: dict[str, Any], said: str) -> None:
    assert chances.in_words(told) == said


def test_what_a_band_of_two_ways_is_made_of_stands_beside_it() -> None:
    told = row(0.48, 0.49, 0.03)
    assert chances.how_sure(told) == "better or no difference (better 48%, no difference 49%)"
    assert chances.brief(told) == "better or no difference"


@pytest.mark.parametrize(("draws", "highest", "sum_"), [(1, 60, 80), (12, 93, 96), (50, 98, 99)])
def test_few_draws_say_what_they_can(draws: int, highest: int, sum_: int) -> None:
    said = chances.few_draws(draws)
    assert said.startswith(f"{draws} draw")
    assert f"no chance above {highest}%, and the three chances of a difference add up to {sum_}%" in said


def test_many_draws_need_no_such_word() -> None:
    assert chances.few_draws(99)
    assert chances.few_draws(100) == ""


def test_an_interval_that_rounds_to_the_number_itself_is_not_said_again() -> None:
    measure = measure_named("cost_council_gbp")
    told = neither(0.98, 0.01, "more", per_year=500_100.0, per_year_low=499_800.0, per_year_high=500_900.0)
    told["counts"] = "pounds"
    assert in_full(told, measure) == "about £500,000 more, as at both ends of the interval; chance of more 98%"
    assert ends_beside(told, measure) == tied("the same at both ends")
    assert ends_beside({**told, "per_year_high": 700_000.0}, measure) == tied("£500,000 to £700,000 more")


def test_an_assumption_takes_every_mark_either_way() -> None:
    better, worse = row(0.98, 0.0, 0.01, "better"), row(0.01, 0.0, 0.98, "worse")
    more = neither(0.98, 0.01, "more")
    assert [chances.mark(told) for told in (better, worse, more)] == ["+", "!", "*"]
    assumed = [{**told, "verdict": "assumed"} for told in (better, worse, more)]
    assert [chances.mark(told) for told in assumed] == ["", "", ""]
    assert [chances.sure_way(told) for told in (*assumed, row(0.8, 0.0, 0.2))] == ["better", "worse", "more", ""]
    assert [chances.sure_way(told) for told in (better, worse, more)] == ["better", "worse", "more"]
    assert chances.how_sure(assumed[0]) == "almost certainly better (98%); rests on an assumption"
    assert chances.how_sure(assumed[1]) == "almost certainly worse (98%); rests on an assumption"
    assert chances.how_sure(better) == "almost certainly better (98%)"


def test_luck_above_half_says_too_few_runs_where_nothing_is_marked() -> None:
    assert chances.how_sure(row(0.81, 0.08, 0.1, luck_share=0.51)) == (
        "likely better (81%, no difference 8%); too few runs to say more"
    )
    assert "too few" not in chances.how_sure(row(0.81, 0.08, 0.1, luck_share=0.5))
    assert "too few" not in chances.how_sure(row(0.98, 0.0, 0.01, "better", luck_share=0.6))
    assert "too few" not in chances.how_sure(row(0.81, 0.08, 0.1, luck_share=NAN))


def test_wrong_marks_are_the_sum_of_what_their_chances_leave() -> None:
    marked = [row(0.98, 0.0, 0.01, "better")] * 40 + [row(0.0, 0.0, 1.0, "worse")]
    unmarked = [row(0.5, 0.0, 0.5), row(0.98, 0.0, 0.01, "assumed")]
    assert chances.wrong_marks([*marked, *unmarked]) == (
        "41 differences are marked; by their own chances 0.8 of them point the wrong way."
    )
    assert chances.wrong_marks(marked[:1]) == (
        "1 difference is marked; by its own chance it points the wrong way with 2%."
    )
    assert chances.wrong_marks(unmarked) == ""
