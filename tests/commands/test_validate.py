"""`throughgate validate`: every published figure is held against the model, and disagreeing is no failure."""

from __future__ import annotations

import json
import math
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from stand_ins import call

from sim.analysis.published import INSIDE, NO_INTERVAL, NOT_KNOWN, OUTSIDE, TargetComparison
from sim.commands.text.validation import in_words
from sim.evidence.targets import Target, load_targets
from sim.experiment.simulator import StudySimulator
from sim.experiment.validation import Tally, figures, follow, validate
from sim.population.codes import MOST_PEOPLE

ROOT = Path(__file__).resolve().parents[2]
SHARES = {
    "engaged_within_3_weeks": (6.0, 10.0), "engaged_ost": (3.0, 4.0), "engaged_no_ost": (1.0, 2.0),
    "first_night_homeless": (1.0, 10.0), "settled_3_months": (6.0, 8.0), "rough_3_months": (1.0, 8.0),
    "recalls_per_release": (7.0, 10.0), "reoffended_short": (2.0, 4.0), "reoffended_all": (4.0, 10.0),
    "opiate": (6.0, 10.0),
}  # fmt: skip


@pytest.fixture(scope="module")
def simulator() -> StudySimulator:
    from sim.area import load_area
    from sim.evidence import load_parameters
    from sim.scenario import load_scenario

    area, table = load_area(), load_parameters()
    baseline = load_scenario(ROOT / "scenarios" / "baseline.yaml", area=area, parameters=table)
    return StudySimulator([baseline], area, table, people=120, months=24, draws=1, seed=1, reference=True)


def target(value: float = 0.5, low: float | None = 0.4, high: float | None = 0.6, warn: str = "a note") -> Target:
    return Target("x", "share of x", "proportion", value, low, high, "source", None, warn, Path("targets.csv"), 2)


@pytest.mark.parametrize(
    ("held", "verdict", "is_clear", "why"),
    [
        (TargetComparison(target(), 0.4, 0.1), INSIDE, False, ""),
        (TargetComparison(target(), 0.7, 0.04), OUTSIDE, True, "a note"),
        (TargetComparison(target(), 0.7, 0.06), OUTSIDE, False, "a note"),
        (TargetComparison(target(), 0.3, math.nan), OUTSIDE, False, "a note"),
        (TargetComparison(target(warn=""), 0.3, 0.01), OUTSIDE, True, "no reason is known"),
        (TargetComparison(target(low=None, high=None), 0.7, 0.01), NO_INTERVAL, False, ""),
        (TargetComparison(target(), math.nan, math.nan), NOT_KNOWN, False, ""),
    ],
)
def test_verdicts(held: TargetComparison, verdict: str, is_clear: bool, why: str) -> None:
    assert (held.verdict, held.is_clear, held.why) == (verdict, is_clear, why)


def test_figures_of_sums_made_by_hand() -> None:
    tally = Tally(shares=dict(SHARES))
    tally.at_risk[:, :100] = [[10.0], [20.0], [30.0]]
    tally.drug[0, :14], tally.drug[0, 14:84] = 0.03, 0.01  # people with opiate needs without OST at release
    tally.drug[1, :28] = 0.01
    tally.nonfatal[:, :14] = 0.02
    tally.deaths[:28], tally.deaths[28:128] = 0.001, 0.0005
    tally.in_treatment[:], tally.left[0], tally.left[100] = 8.0, 2.0, 4.0
    found = figures([tally])
    assert found["engaged_within_3_weeks"] == 0.6
    assert found["engaged_odds_ratio_ost"] == pytest.approx(3.0)
    assert found["drug_death_ratio_weeks_1_2"] == pytest.approx(3.0)
    assert found["death_rate_28_days_no_ost"] == pytest.approx(100 * 365 * (14 * 0.03 + 14 * 0.01) / 280)
    assert found["death_rate_28_days_ost"] == pytest.approx(100 * 365 * 0.01 / 20)
    assert found["deaths_28_days_opiate"] == pytest.approx(1000 * 0.028 / 6)
    assert found["deaths_365_days_opiate"] == pytest.approx(0.078 / 6)
    assert (found["retained_12_weeks"], found["retained_12_months"]) == (0.75, 0.375)
    assert found["nonfatal_overdose_rate_14_days"] == pytest.approx(365 * 0.06 / 60)
    assert found["nonfatal_overdose_rate_year"] == pytest.approx(365 * 14 * 0.06 / 6000)
    assert figures([tally, tally]) == pytest.approx(found)


def test_nobody_counted_is_not_known_and_no_crash() -> None:
    empty = figures([Tally(shares=dict.fromkeys(SHARES, (0.0, 0.0)))])
    assert {name for name, figure in empty.items() if math.isfinite(figure)} == {
        "retained_12_weeks",
        "retained_12_months",
    }


def test_only_people_who_count_are_counted(simulator: StudySimulator, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = follow(simulator.world(0, 0, 0))
    parts = []
    for half in (0, 1):
        world = simulator.world(0, 0, 0)
        aside = (world.people["number"] < MOST_PEOPLE) & (np.arange(len(world.people)) % 2 == half)
        monkeypatch.setattr(type(world), "counted_rows", property(lambda _, aside=aside: np.flatnonzero(aside)))
        parts.append(follow(world))
    for entry in fields(Tally):
        sums, both = getattr(whole, entry.name), [getattr(part, entry.name) for part in parts]
        if entry.name == "shares":
            assert {name: np.sum([part[name] for part in both], axis=0).tolist() for name in sums} == {
                name: list(pair) for name, pair in sums.items()
            }
        else:
            assert np.allclose(sums, both[0] + both[1], rtol=1e-12, atol=0)
            assert sums.any()


def test_every_target_is_held_and_runs_are_told(simulator: StudySimulator) -> None:
    told: list[tuple[int, int]] = []
    found = validate(simulator, load_targets(), runs=3, progress=lambda done, total: told.append((done, total)))
    assert [held.target.name for held in found.comparisons] == list(load_targets())
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert validate(simulator, load_targets(), runs=3) == found
    text = in_words(found)
    assert max(map(len, text.splitlines())) <= 100
    assert text.count("\nmodel ") == len(found.comparisons)
    assert all(held.target.source in text for held in found.comparisons)


def test_the_command_prints_a_table_or_an_object_and_ends_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    table = call("validate", "--runs", "2", "--people", "60")
    assert table.exit_code == 0, table.stderr
    assert "throughgate: 2 runs" in table.stderr
    assert "outside the interval" in table.stdout
    assert "  why: published for all people released" in table.stdout
    one = call("validate", "--runs", "1", "--people", "60", "--json", "--quiet")
    assert (one.exit_code, one.stderr) == (0, "")
    found = json.loads(one.stdout)
    assert {key: found[key] for key in ("runs", "people", "months", "seed")} == {
        "runs": 1, "people": 60, "months": 24, "seed": 1,
    }  # fmt: skip
    assert set(found["targets"][0]) == {
        "name", "measure", "unit", "source", "published", "low", "high", "model", "standard_error", "distance",
        "verdict", "clear", "why", "note",
    }  # fmt: skip
    assert all(entry["standard_error"] is None for entry in found["targets"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--runs", "0"), "--runs: 0 is not a number this takes; allowed: 1 to 10,000"),
        (("--people", "0"), "--people: 0 is not a number this takes"),
        (("--baseline", "nowhere.yaml"), "nowhere.yaml: there is no such file"),
        (("--area", "nowhere"), "'nowhere' is not a folder"),
    ],
)
def test_wrong_input_is_one_message(arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    done = call("validate", "--quiet", *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
