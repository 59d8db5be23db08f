"""`--precision`: replicates are added until differences are sure enough, and the number depends on the runs alone."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from fake_study import plan_of
from folders import Engine, files_of
from stand_ins import call

from sim.analysis.cube import Cube
from sim.analysis.precision import half_widths, numbers_shown, precision_table
from sim.store.reading import read_results
from sim.study import sequential_stopping as precise
from sim.study.plan import StudyPlan
from sim.study.sequential_stopping import FIRST_ROUND, LOOK_AHEAD, with_enough_replicates

RUN = ("study", "small.yaml", "--precision", "0.8")


def tables_of(out: Path) -> dict[str, bytes]:
    return {name: content for name, content in files_of(out).items() if name.startswith("tables/")}


def test_the_number_depends_on_the_runs_alone(lab: Path, engine: Engine) -> None:
    done = call(*RUN, "--threads", "1", "--out", "one")
    assert done.exit_code == 0, done.stderr
    content = read_results("one").manifest
    enough, run = content["enough_replicates"], content["replicates"]
    assert run == enough + LOOK_AHEAD > FIRST_ROUND + LOOK_AHEAD
    said = f"{enough} replicates were enough; {run} were run, to see that it stays so."
    assert said in done.stdout
    found = json.loads(call("resume", "one", "--json").stdout)["precision"]
    assert found == {"half_width": 0.8, "measure": "engaged_within_3_weeks", "enough": enough, "replicates": run}
    for limit in (5, 20, 30):
        engine(limit=limit)
        assert call(*RUN, "--threads", "2", "--out", "two").exit_code == 130
    engine()
    assert call("resume", "two").exit_code == 0
    assert files_of(lab / "two") == files_of(lab / "one")
    assert call("study", "small.yaml", "--replicates", str(run), "--out", "plain").exit_code == 0
    assert tables_of(lab / "plain") == tables_of(lab / "one")
    table = read_results("one").table("precision")
    own = table[table["measure"] == "engaged_within_3_weeks"]
    widest = ((own["high"] - own["low"]) / 2).groupby(own["replicates"]).max()
    assert (widest.loc[enough:] <= 0.8).all()
    assert widest.loc[enough - 1] > 0.8 or enough == FIRST_ROUND


def test_another_measure_and_one_that_is_not_kept(lab: Path) -> None:
    done = call("study", "small.yaml", "--precision", "0.05", "--measure", "qalys", "--out", "one")
    assert done.exit_code == 0, done.stderr
    assert read_results("one").manifest["analysis"]["precision"] == {"half_width": 0.05, "measure": "qalys"}
    (lab / "small.yaml").write_text((lab / "small.yaml").read_text() + "measures: [qalys]\n", encoding="utf-8")
    done = call("study", "small.yaml", "--precision", "1", "--out", "two")
    assert "--measure: 'engaged_within_3_weeks' is not a measure; allowed: one of qalys" in done.stderr


def test_what_cannot_be_reached_ends_at_the_most_and_says_so(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precise, "MOST_REPLICATES", 6)
    done = call("study", "small.yaml", "--precision", "1e-9", "--out", "one")
    assert done.exit_code == 0
    assert "were not reached with 6 replicates, the most that are run." in done.stdout
    content = read_results("one").manifest
    assert (content["enough_replicates"], content["replicates"]) == (None, 6)


def test_a_precision_needs_draws_and_two_scenarios(lab: Path) -> None:
    done = call("study", "small.yaml", "--precision", "5e-324")
    assert "--precision: 4.94066e-324 is not a precision; allowed: a half-width from 1e-12, such as 0.5" in done.stderr
    done = call("study", "small.yaml", "--precision", "1", "--draws", "0")
    assert "--precision: a precision is one of differences over draws; allowed: draws: 1 or more" in done.stderr
    alone = "title: One\nscenarios: [scenarios/buses.yaml]\n"
    (lab / "alone.yaml").write_text(alone, encoding="utf-8")
    done = call("study", "alone.yaml", "--precision", "1")
    assert "a precision is one of differences, and the study has one scenario" in done.stderr
    assert call("study", "alone.yaml", "--draws", "2", "--replicates", "2", "--out", "one").exit_code == 0
    assert "precision" not in read_results("one").table_names


def test_the_look_ahead_must_hold() -> None:
    asked: list[int] = []
    wide = {FIRST_ROUND + 1: 0.4, FIRST_ROUND + 2: 0.6}

    def run_round(plan: StudyPlan) -> float:
        asked.append(plan.replicates)
        return wide.get(plan.replicates, 0.6 if plan.replicates < FIRST_ROUND + 2 else 0.4)

    plan, enough = with_enough_replicates(plan_of(), 0.5, run_round)
    assert enough == FIRST_ROUND + 3
    assert plan.replicates == enough + LOOK_AHEAD
    assert asked == list(range(FIRST_ROUND, plan.replicates + 1))


def test_each_run_is_read_once_and_each_block_run_once(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.store import block_index as kept

    reads: list[str] = []
    original = kept.read_part
    monkeypatch.setattr(kept, "read_part", lambda path, *more: reads.append(path.name) or original(path, *more))
    monkeypatch.setattr(precise, "MOST_REPLICATES", 30)
    assert call("study", "small.yaml", "--precision", "1e-9", "--out", "one").exit_code == 0
    assert len(reads) <= 2 * len(set(reads))


def test_the_table_of_precision_stays_short() -> None:
    assert list(numbers_shown(5)) == [2, 3, 4, 5]
    long = list(numbers_shown(100_000))
    assert len(long) < 200
    assert long[-1] == 100_000
    assert long == sorted(set(long))
    assert list(numbers_shown(1)) == []


def test_half_width_by_hand() -> None:
    numerator = np.array([[[10.0, 14.0], [12.0, 14.0]], [[20.0, 26.0], [20.0, 22.0]]])[..., None, None]
    cube = Cube(numerator, np.full_like(numerator, 100.0), ("a", "b"), (("all", "all"),), ("engaged_within_3_weeks",))
    table = precision_table(cube, baseline="a", level=0.95, yearly=2.0)
    row = table.iloc[-1]
    differences = np.array([[8.0, 4.0], [12.0, 4.0]])
    within = (differences.var(axis=1, ddof=1)).mean()
    assert row["difference_per_year"] == differences.mean()
    assert row["high"] - row["difference_per_year"] == pytest.approx(4.302653 * np.sqrt(within / 4), rel=1e-6)
    assert half_widths(differences[..., None], 0.95)[0] == pytest.approx(4.302653 * np.sqrt(within / 4), rel=1e-6)
