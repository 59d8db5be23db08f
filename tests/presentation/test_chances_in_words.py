"""How sure a difference is, in words and marks."""

from __future__ import annotations

from typing import Any

import pytest

from sim.outcomes.measures import measure_named
from sim.presentation import chances
from sim.presentation.report.blocks import in_full

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
        (row(0.999, 0.0, 0.001), "chance of being better more than 99%"),
        (neither(0.81, 0.18), "chance of more 81%"),
        (row(NAN, NAN, NAN), ""),
    ],
)
def test_chances_in_words(told: dict[str, Any], said: str) -> None:
    assert chances.in_words(told) == said


def test_an_assumption_takes_the_mark_from_better_alone() -> None:
    better, worse = row(0.98, 0.0, 0.01, "better"), row(0.01, 0.0, 0.98, "worse")
    more = neither(0.98, 0.01, "more")
    assert [chances.mark(told) for told in (better, worse, more)] == ["+", "!", "*"]
    assumed = [{**told, "effect_grade": "assumed"} for told in (better, worse, more)]
    assert [chances.mark(told) for told in assumed] == ["", "!", "*"]
    assert chances.how_sure(assumed[0]) == "almost certainly better (98%); rests on an assumption"
    assert chances.how_sure({**better, "effect_grade": "derived"}) == "almost certainly better (98%)"


def test_luck_above_half_says_too_few_runs_where_nothing_is_marked() -> None:
    assert chances.how_sure(row(0.81, 0.08, 0.1, luck_share=0.51)) == (
        "likely better (81%, no difference 8%); too few runs to say more"
    )
    assert "too few" not in chances.how_sure(row(0.81, 0.08, 0.1, luck_share=0.5))
    assert "too few" not in chances.how_sure(row(0.98, 0.0, 0.01, "better", luck_share=0.6))
    assert "too few" not in chances.how_sure(row(0.81, 0.08, 0.1, luck_share=NAN))


def test_wrong_marks_are_the_sum_of_what_their_chances_leave() -> None:
    marked = [row(0.98, 0.0, 0.01, "better")] * 40 + [row(0.0, 0.0, 1.0, "worse")]
    unmarked = [row(0.5, 0.0, 0.5), row(0.98, 0.0, 0.01, "better", effect_grade="assumed")]
    assert chances.wrong_marks([*marked, *unmarked]) == (
        "41 differences are marked; by their own chances 0.8 of them point the wrong way."
    )
    assert chances.wrong_marks(marked[:1]) == (
        "1 difference is marked; by its own chance it points the wrong way with 2%."
    )
    assert chances.wrong_marks(unmarked) == ""
