"""Values, paired differences and verdicts on totals worked by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fake_study import EFFECTS, FakeSimulator, plan_of, run_into

from sim.analysis.comparison import Comparison, assemble
from sim.analysis.cube import ALL_GROUPS, NUMBERS_AT_ONCE, Cube, load_cube, spans_of
from sim.analysis.differences import CHANCES, compare
from sim.analysis.verdicts import BETTER, NO_CHANGE, NOT_KNOWN, NOT_MARKED, TOO_SMALL, WORSE
from sim.core.errors import InputError
from sim.outcomes.measures import MEASURE_NAMES

ALL = (("all", "all"), ("home", "rural"))


def cube_of(baseline: list[list[float]], other: list[list[float]], measure: str, below: float = 100.0) -> Cube:
    """Totals [draw][replicate] of one measure, for everybody; a tenth of it in the second group."""
    above = np.stack([np.array(baseline), np.array(other)], axis=2)[:, :, :, None, None]
    above = np.concatenate([above, above / 10.0], axis=3)
    people = np.full_like(above, below)
    people[:, :, :, 1] /= 10.0
    return Cube(above, people, ("baseline", "other"), ALL, (measure,))


def test_the_value_is_a_ratio_of_means() -> None:
    above = np.array([10.0, 40.0]).reshape(2, 1, 1, 1, 1)
    below = np.array([5.0, 10.0]).reshape(2, 1, 1, 1, 1)
    cube = Cube(above, below, ("baseline",), ALL[:1], ("wait_days_mean",))
    values = cube.run_values(0)
    assert values.mean() == pytest.approx(50.0 / 15.0)  # not the mean of 2 and 4
    assert values[0, 0, 0, 0] < values[1, 0, 0, 0]


@pytest.mark.parametrize(
    "measure", ["engaged_within_3_weeks", "deaths_28_days", "chemsex_recognised", "women_at_centre"]
)
def test_the_interval_of_a_share_stays_in_0_to_1(measure: str) -> None:
    """A person counts once at most: also people and deaths per person released are shares."""
    runs = [[0, 1], [3, 0], [0, 0]]
    whole = [[100 - run for run in draw] for draw in runs]
    frame = compare(cube_of(runs, whole, measure), baseline="baseline", level=0.95, people_per_year=2200)
    rows = frame[frame["group"] == "all"].set_index("scenario")
    assert rows.loc["baseline", "value_low"] == 0.0
    assert 0.0 < rows.loc["baseline", "value_high"] < 1.0
    assert rows.loc["other", "value_high"] == 1.0
    assert rows.loc["other", "value"] == pytest.approx(1.0 - 4 / 600)
    assert rows.loc["other", "high"] > rows.loc["other", "difference"]  # differences are not cut


def test_what_may_happen_more_than_once_has_no_upper_bound() -> None:
    runs = [[90, 130], [100, 80], [120, 90]]
    frame = compare(cube_of(runs, runs, "requests_lost"), baseline="baseline", level=0.95, people_per_year=2200)
    assert (frame["value_high"] > 1.0).all()


def test_what_cannot_be_negative_has_no_end_below_0() -> None:
    """Nights of a few people, from 0 to very many: in the table as on the page. Money taken away may be below 0."""
    runs = [[0, 1], [90, 0], [0, 0]]
    frame = compare(cube_of(runs, runs, "rough_sleeping_days"), baseline="baseline", level=0.95, people_per_year=2200)
    assert (frame["value_low"] == 0.0).all()
    taken = [[-5, 1], [90, 0], [0, 0]]
    frame = compare(cube_of(runs, taken, "cost_council_gbp"), baseline="baseline", level=0.95, people_per_year=2200)
    assert (frame["value_low"] < 0.0).all()


MANY = 40  # draws from which on a difference can be marked


def of_many(draws: list[list[float]]) -> list[list[float]]:
    """The draws again and again, as often as a mark needs."""
    return draws * -(-MANY // len(draws))


def test_paired_luck_cancels() -> None:
    """Runs that differ by a wide margin give an exact difference when the scenario always adds the same."""
    frame = compare(
        cube_of(of_many([[50, 20], [80, 35]]), of_many([[53, 23], [83, 38]]), "engaged_within_3_weeks"),
        baseline="baseline", level=0.95, people_per_year=2200,
    )  # fmt: skip
    row = frame[(frame["scenario"] == "other") & (frame["group"] == "all")].iloc[0]
    assert row["value"] == pytest.approx(0.4925)
    assert row["difference"] == pytest.approx(0.03)
    assert (row["low"], row["high"]) == (pytest.approx(0.03), pytest.approx(0.03))
    assert row["per_year"] == pytest.approx(66.0)
    assert row["verdict"] == BETTER
    rural = frame[(frame["scenario"] == "other") & (frame["group"] == "rural")].iloc[0]
    assert rural["per_year"] == pytest.approx(6.6)


@pytest.mark.parametrize(
    ("measure", "other", "verdict"),
    [
        ("deaths_28_days", [[4, 4], [4, 4]], WORSE),
        ("deaths_28_days", [[1, 1], [1, 1]], BETTER),
        ("engaged_within_3_weeks", [[1, 1], [1, 1]], WORSE),
        ("engaged_within_3_weeks", [[2, 2], [2, 2]], NO_CHANGE),
        ("engaged_within_3_weeks", [[9, -5], [4, 1]], NOT_MARKED),
        ("engaged_within_3_weeks", [[9]], NOT_KNOWN),
    ],
)
def test_a_winner_needs_a_chance_of_97_5_per_cent(measure: str, other: list[list[float]], verdict: str) -> None:
    other = of_many(other) if len(other) > 1 else other
    baseline = [[2.0] * len(other[0])] * len(other)
    frame = compare(cube_of(baseline, other, measure), baseline="baseline", level=0.95, people_per_year=1000)
    assert frame[frame["scenario"] == "other"].iloc[0]["verdict"] == verdict


def test_a_measure_per_appointment_has_no_yearly_count() -> None:
    frame = compare(
        cube_of([[4, 5]], [[3, 4]], "wait_days_mean", below=1.0), baseline="baseline", level=0.95, people_per_year=2200
    )
    assert frame["per_year"].isna().all()
    assert (frame["counts"] == "").all()


def test_nobody_in_a_group_is_not_known_and_never_a_number() -> None:
    cube = cube_of([[2, 3], [2, 3]], [[3, 4], [3, 4]], "engaged_within_3_weeks")
    cube.numerator[:, :, :, 1] = 0.0
    cube.denominator[:, :, :, 1] = 0.0
    frame = compare(cube, baseline="baseline", level=0.95, people_per_year=2200)
    rural = frame[(frame["group"] == "rural") & (frame["scenario"] == "other")].iloc[0]
    assert np.isnan(rural["value"])
    assert rural["verdict"] == NOT_KNOWN


def test_json_has_the_promised_shape(tmp_path) -> None:  # type: ignore[no-untyped-def]
    found = run_into(tmp_path / "out", plan_of(2), FakeSimulator(EFFECTS), shown=False).as_dict()
    json.dumps(found, allow_nan=False)
    assert set(found) == {"study", "out", "baseline", "scenarios"}
    assert [entry["name"] for entry in found["scenarios"]] == ["baseline", "navigators_far_west"]
    assert found["scenarios"][1]["cost_gbp"] == 500_000
    measure = found["scenarios"][1]["measures"]["engaged_within_3_weeks"]
    chances = {"chance_better", "chance_none", "chance_worse"}
    assert set(measure) == {"value", "difference", "low", "high", "mcse", "verdict", "unit", *chances}
    assert measure["low"] < measure["difference"] < measure["high"]
    assert sum(measure[name] for name in chances) == pytest.approx(4.0 / 4.5)
    assert measure["verdict"] == "not marked"
    neither = found["scenarios"][1]["measures"]["nonfatal_overdoses_expected"]
    assert (neither["chance_better"], neither["chance_worse"]) == (None, None)
    assert found["scenarios"][0]["measures"]["engaged_within_3_weeks"]["chance_none"] is None


def test_one_scenario_alone_has_intervals_of_its_values() -> None:
    cube = cube_of([[50, 20], [80, 35]], [[53, 23], [83, 38]], "engaged_within_3_weeks")
    alone = Cube(cube.numerator[:, :, :1], cube.denominator[:, :, :1], ("baseline",), ALL, cube.measures)
    found = assemble(
        [alone], study="s", out="o", baseline="baseline", titles={"baseline": "B"}, spend={}, level=0.95, people=1,
        people_per_year=1.0,
    ).as_dict()  # fmt: skip
    measure = found["scenarios"][0]["measures"]["engaged_within_3_weeks"]
    assert measure["difference"] is None
    assert measure["low"] < measure["value"] < measure["high"]


def test_totals_of_another_order_are_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    simulator, plan = FakeSimulator(EFFECTS), plan_of(2)
    run_into(tmp_path / "out", plan, simulator, shown=False)
    path = tmp_path / "out" / "tables" / "totals.parquet"
    sides = {"groups": simulator.groups, "measures": tuple(simulator.measures), "draws": 3, "replicates": 2}
    load_cube(path, scenarios=plan.scenarios, **sides)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"order of this study \(scenario, row 1\)"):
        load_cube(path, scenarios=plan.scenarios[::-1], **sides)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="columns and rows of this study"):
        load_cube(path, scenarios=plan.scenarios, **{**sides, "draws": 4})  # type: ignore[arg-type]


@pytest.mark.parametrize(("fall", "verdict"), [(0.01, TOO_SMALL), (0.5, BETTER)])
def test_a_sure_but_tiny_change_is_called_too_small_to_count(fall: float, verdict: str) -> None:
    before, after = [[1.0, 1.0]] * MANY, [[1.0 - fall] * 2] * MANY
    cube = cube_of(before, after, "deaths_365_days_expected")
    frame = compare(cube, baseline="baseline", level=0.95, people_per_year=100)
    row = frame[(frame["scenario"] == "other") & (frame["stratum"] == "all")].iloc[0]
    assert row["per_year_high"] == pytest.approx(-fall)  # no spread: the interval is the difference itself
    assert row["verdict"] == verdict


def test_a_difference_is_taken_run_by_run_where_draws_release_different_numbers() -> None:
    """Ten more of 100 and ten more of 200 are 0.10 and 0.05 a person: no draw says less than nothing."""
    above = np.array([[[50.0, 60.0]], [[100.0, 110.0]]])[..., None, None]
    below = np.array([[[100.0, 100.0]], [[200.0, 200.0]]])[..., None, None]
    cube = Cube(above, below, ("baseline", "other"), ALL[:1], ("engaged_within_3_weeks",))
    assert cube.run_differences(1, 0).ravel() == pytest.approx([0.10, 0.05])


def test_a_run_that_counts_nobody_gives_no_quotient_by_zero() -> None:
    above = np.array([[[0.0, 0.0]], [[2.0, 3.0]]])[..., None, None]
    below = np.array([[[0.0, 0.0]], [[4.0, 4.0]]])[..., None, None]
    cube = Cube(above, below, ("baseline", "other"), ALL[:1], ("engaged_within_3_weeks",))
    assert np.isfinite(cube.run_differences(1, 0)).all()


@pytest.mark.parametrize("kept", [len(MEASURE_NAMES), 1])
def test_spans_of_groups_say_what_all_groups_say(kept: int, tmp_path: Path) -> None:
    simulator, plan = FakeSimulator(EFFECTS), plan_of(2, draws=5, replicates=9)
    run_into(tmp_path / "out", plan, simulator, shown=False)
    groups, measures = tuple(simulator.groups), tuple(simulator.measures)

    def read(span: slice) -> Cube:
        cube = load_cube(
            tmp_path / "out/tables/totals.parquet", scenarios=plan.scenarios, groups=groups, measures=measures,
            draws=5, replicates=9, span=span,
        )  # fmt: skip
        above, below = np.ascontiguousarray([cube.numerator[..., :kept], cube.denominator[..., :kept]])
        return replace(cube, numerator=above, denominator=below, measures=cube.measures[:kept])

    def said(cubes: Iterable[Cube]) -> Comparison:
        return assemble(
            cubes, study="s", out="o", baseline="baseline", titles={}, spend={}, level=0.95, people=500,
            people_per_year=2200.0,
        )  # fmt: skip

    spans = spans_of(len(groups), NUMBERS_AT_ONCE)
    whole, parts = said([read(ALL_GROUPS)]), said(read(span) for span in spans)
    assert [group for span in spans for group in groups[span]] == list(groups)
    pd.testing.assert_frame_equal(whole.groups, parts.groups, check_exact=True)
    assert (whole.released, whole.worth) == (parts.released, parts.worth)


def test_spans_hold_two_groups_at_least_and_few_runs_one_span() -> None:
    assert spans_of(70, 1_000) == [slice(0, 70)]
    assert spans_of(1, 10 * NUMBERS_AT_ONCE) == [slice(0, 1)]
    assert spans_of(5, 10 * NUMBERS_AT_ONCE) == [slice(0, 2), slice(2, 5)]


def marked_of(draws: int) -> str:
    baseline, other = [[2.0, 2.0]] * draws, [[9.0, 9.0]] * draws
    frame = compare(
        cube_of(baseline, other, "engaged_within_3_weeks"), baseline="baseline", level=0.95, people_per_year=1000
    )
    return str(frame[frame["scenario"] == "other"].iloc[0]["verdict"])


def test_fewer_than_39_draws_mark_nothing_however_sure_they_look() -> None:
    assert [marked_of(draws) for draws in (38, 39)] == [NOT_MARKED, BETTER]


def chances_of_a_row(measure: str, other: list[list[float]]) -> dict[str, float]:
    baseline = [[2.0] * len(other[0])] * len(other)
    frame = compare(cube_of(baseline, other, measure), baseline="baseline", level=0.95, people_per_year=1000)
    return frame[frame["scenario"] == "other"].iloc[0][list(CHANCES)].to_dict()


def test_chances_go_by_the_direction_that_is_better() -> None:
    rise = [[3.0, 3.0]] * 30 + [[2.0, 2.0]] * 15
    found = {name: chances_of_a_row(name, rise) for name in ("engaged_within_3_weeks", "deaths_28_days")}
    up, none, down = 30.5 / 46.5, 15 / 46.5, 0.5 / 46.5
    assert list(found["engaged_within_3_weeks"].values()) == pytest.approx([up, none, down, up, down])
    assert list(found["deaths_28_days"].values()) == pytest.approx([down, none, up, up, down])


def test_neither_is_better_where_the_measure_says_so() -> None:
    found = chances_of_a_row("nonfatal_overdoses_expected", [[3.0, 3.0]] * 45)
    assert np.isnan([found["chance_better"], found["chance_worse"]]).all()
    assert found["chance_more"] == pytest.approx(45.5 / 46.5)


def test_of_a_baseline_and_of_nobody_no_chances_are_told() -> None:
    cube = cube_of([[2, 3], [2, 3]], [[3, 4], [3, 4]], "engaged_within_3_weeks")
    cube.numerator[:, :, :, 1] = cube.denominator[:, :, :, 1] = 0.0
    frame = compare(cube, baseline="baseline", level=0.95, people_per_year=2200)
    untold = frame[(frame["scenario"] == "baseline") | (frame["group"] == "rural")]
    assert untold[list(CHANCES)].isna().all(axis=None)


def test_a_difference_that_drowns_in_luck_is_told_by_its_share() -> None:
    rng = np.random.default_rng(3)
    other = (2.0 + rng.standard_normal((60, 2))).tolist()
    cube = cube_of([[2.0, 2.0]] * 60, other, "engaged_within_3_weeks")
    frame = compare(cube, baseline="baseline", level=0.95, people_per_year=1000)
    row = frame[frame["scenario"] == "other"].iloc[0]
    of_runs = np.array(other)
    within, between = of_runs.var(axis=1, ddof=1).mean(), of_runs.mean(axis=1).var(ddof=1)
    assert row["luck_share"] == pytest.approx(within / 2 / between)
    assert row["luck_share"] > 0.5


def two_measures(rise: list[float]) -> Cube:
    """Draws of two runs; a scenario adds to the first measure what each draw says, to the second one in every draw."""
    above = np.full((len(rise), 2, 2, 2, 2), 20.0)
    above[:, :, 1, :, 0] += np.array(rise)[:, None, None]
    above[:, :, 1, :, 1] += 1.0
    return Cube(above, np.full_like(above, 100.0), ("baseline", "other"), ALL, ("recalled_365_days", "waiting_days"))


def none_of(cube: Cube, nulls: dict[str, list[bool]] | None = None) -> float:
    """The chance of no difference of the first measure for everybody, as the study tells it."""
    at_null = {row: np.array(is_at) for row, is_at in (nulls or {}).items()}
    spend = {"other": [{"lever": "a", "gbp_per_year": 1.0, "nulls": "a.works_rr = 1; a.other_or = 1"}]}
    found = assemble(
        [replace(cube, at_null=at_null)], study="s", out="o", baseline="baseline", titles={}, spend=spend, level=0.95,
        people=100, people_per_year=1000.0,
    )  # fmt: skip
    assert found.row("other", "recalled_365_days")["chance_none"] == pytest.approx(
        found.pairs[found.pairs["measure"] == "recalled_365_days"]["chance_none"].iloc[0]
    )
    return float(found.row("other", "recalled_365_days")["chance_none"])


RARE = [1.0, 0.0, 0.0, 2.0] * 10


def test_a_rare_event_s_zeros_are_no_chance_of_no_difference() -> None:
    """Something else changed in every draw, and no row stands at its null: half the draws are zeros by rarity."""
    assert none_of(two_measures(RARE)) == 0.0


def test_a_zero_with_a_row_at_its_null_is_no_difference() -> None:
    at = [k % 4 in (1, 3) for k in range(40)]  # one of the two zeros, and a draw with a difference, which stays one
    assert none_of(two_measures(RARE), {"a.works_rr": at}) == pytest.approx(10 / 41.5)
    assert none_of(two_measures(RARE), {"a.works_rr": at, "a.other_or": [k % 4 == 2 for k in range(40)]}) == (
        pytest.approx(20 / 41.5)
    )
    assert none_of(two_measures(RARE), {"b.bought_by_nobody_rr": at}) == 0.0


def test_a_draw_in_which_no_life_changed_is_no_difference_though_money_was_spent() -> None:
    cube = two_measures(RARE)
    cube.numerator[::4, :, 1, :, 1] -= 1.0  # a difference in the first measure is a life changed
    cube.numerator[1::4, :, 1, :, 1] -= 1.0
    assert none_of(cube) == pytest.approx(10 / 41.5)
    spent = replace(cube, measures=("recalled_365_days", "cost_council_gbp"))
    assert none_of(spent) == pytest.approx(20 / 41.5), "what money is spent is no life"


def test_a_measure_that_is_zero_in_all_draws_is_no_difference() -> None:
    assert none_of(two_measures([0.0] * 40)) == pytest.approx(40 / 41.5)
