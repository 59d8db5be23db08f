"""`throughgate validate`: every published figure is held against the model in its era; disagreeing is no failure."""

from __future__ import annotations

import json
import math
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from stand_ins import call

from sim.analysis.published import MET, NO_INTERVAL, NOT_KNOWN, NOT_MET, TargetComparison
from sim.commands.text.validation import in_words
from sim.evidence import load_parameters
from sim.evidence.eras import Era, load_eras
from sim.evidence.targets import Target, load_targets
from sim.experiment import validation
from sim.experiment.simulator import StudySimulator
from sim.experiment.tally import Tally, follow
from sim.experiment.validation import figures, validate
from sim.population.codes import MOST_PEOPLE

ROOT = Path(__file__).resolve().parents[2]
SHARES = {
    "engaged_within_3_weeks": (6.0, 10.0), "engaged_ost": (3.0, 4.0), "engaged_no_ost": (1.0, 2.0),
    "first_night_homeless": (1.0, 10.0), "settled_3_months": (6.0, 8.0), "rough_3_months": (1.0, 8.0),
    "recalls_per_release": (7.0, 10.0), "recalled_9_months": (3.0, 10.0), "reoffended_short": (2.0, 4.0),
    "reoffended_all": (4.0, 10.0), "reoffended_first_night_homeless": (1.0, 1.0),
    "reoffended_first_night_temporary": (1.0, 2.0), "reoffended_first_night_settled": (2.0, 7.0), "on_ost": (4.0, 6.0),
    "overdoses_six_months_homeless": (3.0, 2.0), "reoffended_completed": (1.0, 4.0),
    "reoffended_dropped_out": (7.0, 16.0),
}  # fmt: skip
TABLE, TARGETS = load_parameters(), load_targets()
ERAS = load_eras(TABLE)


def simulate(table: Any = TABLE, recall_law: Any = None, people: int = 120) -> StudySimulator:
    from sim.area import load_area
    from sim.scenario import load_scenario

    area = load_area()
    baseline = load_scenario(ROOT / "scenarios" / "baseline.yaml", area=area, parameters=table)
    baseline = replace(baseline, recall_law=recall_law)
    return StudySimulator([baseline], area, table, people=people, months=24, draws=1, seed=1, reference=True)


@pytest.fixture(scope="module")
def simulator() -> StudySimulator:
    return simulate()


def target(low: float | None = 0.4, high: float | None = 0.6, **others: Any) -> Target:
    row: dict[str, Any] = {
        "name": "x", "measure": "share of x", "unit": "proportion", "value": 0.5, "interval_kind": "confidence",
        "likelihood": "normal", "events": None, "exposed": None, "counted": ("x",), "role": "check",
        "era": "since_2021", "source": "source", "implied": None, "note": "a note", "file": Path("targets.csv"),
        "line": 2,
    }  # fmt: skip
    return Target(**{**row, "low": low, "high": high, **others})


COUNTS = target(None, None, interval_kind="none", likelihood="binomial", events=50, exposed=100.0)


@pytest.mark.parametrize(
    ("held", "verdict"),
    [
        (TargetComparison(target(), 0.4, 0.0), MET),
        (TargetComparison(target(), 0.7, 0.0), NOT_MET),
        (TargetComparison(target(), 0.602, math.nan), MET),  # twice 0.1 / 1.96
        (TargetComparison(target(), 0.603, math.nan), NOT_MET),
        (TargetComparison(target(), 0.67, 0.07), MET),
        (TargetComparison(target(high=0.9), 0.9, 0.0), MET),
        (TargetComparison(target(high=0.9), 0.39, 0.0), NOT_MET),  # the lower half of the interval counts below
        (TargetComparison(target(low=0.25, high=1.0, likelihood="lognormal"), 0.247, 0.0), MET),
        (TargetComparison(target(low=0.25, high=1.0, likelihood="lognormal"), 1.05, 0.0), NOT_MET),
        (TargetComparison(target(low=0.25, high=1.0, likelihood="lognormal"), 0.0, 0.0), NOT_MET),
        (TargetComparison(COUNTS, 0.6, 0.0), MET),  # twice the root of 0.25 / 100
        (TargetComparison(COUNTS, 0.61, 0.0), NOT_MET),
        (TargetComparison(target(None, None, interval_kind="none"), 0.7, 0.01), NO_INTERVAL),
        (TargetComparison(target(), math.nan, math.nan), NOT_KNOWN),
    ],
)
def test_verdicts(held: TargetComparison, verdict: str) -> None:
    assert held.verdict == verdict


def test_figures_of_sums_made_by_hand() -> None:
    tally = Tally(shares=dict(SHARES))
    tally.at_risk[:, :100] = [[10.0], [20.0], [30.0]]
    tally.drug[0, :14], tally.drug[0, 14:84] = 0.03, 0.01  # people with opiate needs without OST at release
    tally.drug[1, :28] = 0.01
    tally.nonfatal[:, :14] = 0.02
    tally.deaths[0, :28], tally.deaths[1, :28], tally.deaths[1, 28:128] = 0.001, 0.002, 0.0005
    tally.in_treatment[:], tally.left[0], tally.left[100] = 8.0, 2.0, 4.0
    tally.by_sex[:] = [[3650.0, 730.0], [0.02, 0.008]]
    tally.by_age[:] = [[100.0, 50.0], [3000.0, 2500.0], [0.1, 0.2]]  # at 30 and at 50 years
    found = figures([tally])
    assert found["engaged_within_3_weeks"] == 0.6
    assert found["engaged_odds_ratio_ost"] == pytest.approx(3.0)
    assert found["drug_death_ratio_weeks_1_2"] == pytest.approx(3.0)
    assert found["deaths_2_days"] == pytest.approx((3 * 0.03 + 3 * 0.01) / 10)
    assert found["deaths_28_days_no_ost"] == pytest.approx(0.028 / 2)
    assert found["deaths_28_days_ost"] == pytest.approx(0.056 / 4)
    assert found["deaths_29_365_days_opiate"] == pytest.approx(0.05 / 6)
    assert (found["drug_death_rate_year_men"], found["drug_death_rate_year_women"]) == pytest.approx((0.002, 0.004))
    assert found["drug_death_age_ratio"] == pytest.approx(4.0**0.5)
    assert found["overdoses_six_months_homeless"] == 1.5
    assert found["reoffending_ratio_completed"] == pytest.approx(0.5)  # 3/4 free of it against 9/16
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
                name: pytest.approx(list(pair), rel=1e-12) for name, pair in sums.items()
            }
        else:
            assert np.allclose(sums, both[0] + both[1], rtol=1e-12, atol=0)
            assert sums.any()


def test_every_target_is_held_and_runs_are_told() -> None:
    told: list[tuple[int, int]] = []
    found = validate(simulate, TABLE, TARGETS, ERAS, runs=2, progress=lambda done, total: told.append((done, total)))
    assert [held.target.name for held in found.comparisons] == list(TARGETS)
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
    assert validate(simulate, TABLE, TARGETS, ERAS, runs=2) == found
    text = in_words(found)
    assert max(map(len, text.splitlines())) <= 100
    assert text.count("\nmodel ") == len(found.comparisons)
    assert all(held.target.source in text for held in found.comparisons)
    assert "Fewer than 40,000 people are counted" in text


def test_each_era_is_lived_at_its_own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """One set of runs for all eras with the same settings, and a target is read from the set of its era."""
    kits: list[float] = []

    def followed(world: Any) -> Tally:
        kits.append(world.run_inputs.draw["overdose.naloxone_held"])
        return Tally(shares={**SHARES, "recalled_9_months": (kits[-1], 1.0), "reoffended_all": (kits[-1], 1.0)})

    monkeypatch.setattr(validation, "follow", followed)
    eras = {
        "old": Era("old", "before", {"overdose.naloxone_held": 0.0}, ""),
        "new": Era("new", "since", {}, ""),
        "newer": Era("newer", "later", {}, ""),
        "unneeded": Era("unneeded", "never", {"overdose.naloxone_held": 0.1}, ""),
    }
    names = {"recalled_9_months": "newer", "reoffended_all": "old", "rough_3_months": "new"}
    targets = {name: target(name=name, era=era) for name, era in names.items()}
    found = validate(lambda table, law: simulate(table, law, people=20), TABLE, targets, eras, runs=1)
    assert kits == [0.0, TABLE["overdose.naloxone_held"].value]
    assert [[era.name for era in baseline.eras] for baseline in found.baselines] == [["old"], ["new", "newer"]]
    assert [held.model for held in found.comparisons[:2]] == [kits[1], kits[0]]


def test_the_command_prints_a_table_or_an_object_and_ends_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    table = call("validate", "--runs", "1", "--people", "60")
    assert table.exit_code == 0, table.stderr
    assert "throughgate: 2 runs" in table.stderr
    parts = [line for line in table.stdout.splitlines() if line in ("Checks", "Fitted", "Structure", "Inputs")]
    assert parts == ["Checks", "Fitted", "Structure", "Inputs"]
    assert "is no validation" in " ".join(table.stdout.split("Fitted\n")[1].split("Structure\n")[0].split())
    one = call("validate", "--runs", "1", "--people", "60", "--json", "--quiet")
    assert (one.exit_code, one.stderr) == (0, "")
    found = json.loads(one.stdout)
    assert {key: found[key] for key in ("runs", "people", "months", "seed", "enough_people")} == {
        "runs": 1, "people": 60, "months": 24, "seed": 1, "enough_people": False,
    }  # fmt: skip
    assert found["baselines"] == [
        {
            "eras": ["to_2014"],
            "settings": {"overdose.naloxone_held": 0.0, "overdose.others_kit": 0.0, "overdose.level": 1.0},
            "recall_law": "2014-12-31",
        },
        {"eras": ["old_recall_law", "since_2021"], "settings": {}, "recall_law": "2024-04-02"},
    ]
    assert set(found["targets"][0]) == {
        "name", "role", "era", "measure", "unit", "source", "published", "low", "high", "interval_kind", "likelihood",
        "events", "exposed", "model", "standard_error", "distance", "verdict", "note",
    }  # fmt: skip
    assert all(entry["standard_error"] is None for entry in found["targets"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--runs", "0"), "--runs: 0 is not a number this takes; allowed: 1 to 10,000"),
        (("--people", "0"), "--people: 0 is not a number this takes"),
        (("--baseline", "nowhere.yaml"), "nowhere.yaml: there is no such file"),
        (("--area", "nowhere"), "nowhere: there is no such folder"),
    ],
)
def test_wrong_input_is_one_message(arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    done = call("validate", "--quiet", *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
