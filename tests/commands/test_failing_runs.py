"""One failing run is recorded and left out; it costs its draw, base sample or trajectory and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from fake_points import PointSimulator
from folders import Engine, files_of
from stand_ins import ENGINE, call

from sim.outcomes.totals import RunResult
from sim.store.reading import read_results

RUN = ("study", "small.yaml", "--threads", "2", "--out", "one")
SOBOL = """\
designs:
  sobol: {samples: 32, parameters: [navigator.*], groups: {navigators: [navigator.*]}}
  fast: {samples: 65, parameters: [navigator.*, appointment.*]}
given_data: [pawn, rbd_fast]
measures: [engaged_within_3_weeks]
strata: []
"""


def test_a_failing_run_is_recorded_and_its_draw_left_out(lab: Path, engine: Engine) -> None:
    engine(failing=[(1, 3, 1)])
    done = call(*RUN)
    assert done.exit_code == 1
    assert "left out, because a run failed: 1 point; see one/failures, and throughgate rerun one ID" in done.stderr
    assert [path.name for path in (lab / "one" / "failures").iterdir()] == ["block-000003-00001.json"]
    record = json.loads((lab / "one" / "failures" / "block-000003-00001.json").read_text(encoding="utf-8"))
    assert record["run"] == "navigators:3:1"
    assert "ValueError: no bed at point 3" in record["error"]
    assert any("fake_points.py" in line for line in record["trace"])
    assert record["inputs"]["stream"] == 3
    assert len(record["inputs"]["parameters"]) > 100
    results = read_results("one")
    assert results.manifest["failed_runs"] == ["navigators:3:1"]
    assert set(results.totals["draw"]) == {0, 1, 2} == set(results.table("points")["draw"])
    assert "failures/block-000003-00001.json" in results.manifest["files"]
    whole = results.manifest["files"]
    engine()
    assert call(*RUN[:-1], "fewer", "--draws", "3").exit_code == 0
    fewer = read_results("fewer").manifest["files"]
    tables = [name for name in fewer if name.startswith("tables/")]
    assert {name: whole[name]["sha256"] for name in tables} == {name: fewer[name]["sha256"] for name in tables}


def test_rerun_makes_the_failed_run_again_with_its_trace(lab: Path, engine: Engine) -> None:
    engine(failing=[(1, 3, 1)])
    call(*RUN)
    found = call("rerun", "one", "navigators:3:1")
    assert found.exit_code == 1
    assert "failed      ValueError: no bed at point 3" in found.stdout
    assert "fake_points.py" in found.stdout
    assert "then        the run of scenario 'navigators', draw 3, replicate 1, seed 1 failed" in found.stdout
    engine()
    found = call("rerun", "one", "navigators:3:1", "--json")
    assert found.exit_code == 1, "nothing is kept that it could be held against"
    content = json.loads(found.stdout)
    assert (content["verdict"], content["error"]) == ("not kept", "")
    assert content["inputs"]["stream"] == 3
    assert len(content["totals"]) > 100
    assert call("rerun", "one", "navigators:1:1", "--json").exit_code == 0
    assert json.loads(call("rerun", "one", "navigators:1:1", "--json").stdout)["verdict"] == "same"


def test_failures_are_forgotten_once_a_resumed_run_succeeds(lab: Path, engine: Engine) -> None:
    assert call(*RUN[:-1], "whole").exit_code == 0
    engine(failing=[(1, 1, 1)], limit=20)
    assert call(*RUN).exit_code == 130
    assert list((lab / "one" / "failures").iterdir())
    engine()
    assert call("resume", "one").exit_code == 0
    assert not (lab / "one" / "failures").exists()
    assert files_of(lab / "one") == files_of(lab / "whole")


def test_most_runs_failing_stops_and_nothing_looks_finished(lab: Path, engine: Engine) -> None:
    engine(failing=[(0, draw, 0) for draw in range(30)])
    done = call(*RUN, "--draws", "30")
    assert done.exit_code == 1
    assert "failed: most runs fail, so the study was stopped; the run of scenario 'baseline', draw" in done.stderr
    assert not (lab / "one" / "manifest.json").exists()


@pytest.mark.parametrize("failing", [[(0, 1, 0), (2, 2, 0)], [(0, draw, 0) for draw in range(4)]])
def test_too_many_draws_left_out_are_no_result(failing: list[tuple[int, int, int]], lab: Path, engine: Engine) -> None:
    engine(failing=failing)
    done = call(*RUN)
    assert done.exit_code == 1
    assert "ValueError: no bed at point" in done.stderr
    assert not (lab / "one" / "manifest.json").exists()
    engine()
    assert call("resume", "one").exit_code == 0


@pytest.mark.parametrize("error", [MemoryError, OSError])
def test_memory_and_disk_stop_the_study_which_goes_on_later(error: type[Exception], lab: Path, engine: Engine) -> None:
    engine(failing=[(1, 2, 0)], error=error)
    done = call(*RUN)
    assert done.exit_code == 1
    assert ("not enough memory" if error is MemoryError else "OSError: no bed at point 2") in done.stderr
    assert not (lab / "one" / "failures").exists()
    engine()
    done = call("resume", "one")
    assert done.exit_code == 0
    assert "of them kept from before" in done.stderr


def test_what_an_analysis_cannot_spare_is_skipped_and_stops_no_other(lab: Path, engine: Engine) -> None:
    (lab / "small.yaml").write_text((lab / "small.yaml").read_text() + SOBOL, encoding="utf-8")
    first_of_fast = 100 + 32 * 4
    engine(failing=[(0, 7, 0), (1, 100, 0), (0, first_of_fast + 70, 0)])
    done = call(*RUN, "--draws", "100", "--replicates", "1")
    assert done.exit_code == 1, done.stderr
    results = read_results("one")
    table, skipped = results.table("sensitivity"), results.table("skipped")
    assert {(row.design, row.method) for row in table.itertuples()} == {("sobol", "sobol"), ("random", "rbd_fast")}
    assert set(table.loc[table["design"] == "sobol", "points"]) == {31 * 4}
    said = dict(zip(skipped["design"], skipped["reason"], strict=True))
    assert said["random"] == "99 whole draws are too few for pawn, which needs 100"
    assert "fast needs every point of its curves" in said["fast"]
    assert set(range(100, 104)) <= set(results.manifest["left_out"])


def test_a_measure_that_never_varies_does_not_cost_the_study(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fake_study import RATES

    monkeypatch.setitem(RATES, "engaged_within_3_weeks", 0.0)
    own = "designs:\n  morris: {samples: 4, parameters: [navigator.*]}\nmeasures: [engaged_within_3_weeks]\n"
    (lab / "small.yaml").write_text((lab / "small.yaml").read_text() + own, encoding="utf-8")
    done = call(*RUN)
    assert done.exit_code == 0, done.stderr
    assert "constant" in read_results("one").table("skipped")["reason"][0]


def test_a_failing_shard_says_so_and_ends_with_1(lab: Path, engine: Engine) -> None:
    engine(failing=[(1, 1, 0)])
    done = call(*RUN, "--shard", "2/2")
    assert done.exit_code == 1
    assert "failed and left out: navigators:1:0; see one/failures, and throughgate rerun one ID" in done.stderr
    done = call(*RUN, "--shard", "1/2")
    assert done.exit_code == 0
    assert read_results("one").manifest["left_out"] == [1]


def test_a_failing_run_under_a_precision_is_tried_once(
    lab: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    engine(failing=[(1, 2, 1)])
    from sim.experiment.simulator import simulator_of as simulator

    monkeypatch.setattr(ENGINE, lambda setup: made.append(simulator(setup)) or made[-1])
    done = call(*RUN, "--precision", "1e6")
    assert done.exit_code == 1
    assert made[0].calls.count((1, 2, 1)) == 1
    assert read_results("one").manifest["left_out"] == [2]


def test_a_folder_taken_away_while_its_study_runs_is_not_made_again(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Removing(PointSimulator):
        def __call__(self, scenario: int, draw: int, replicate: int) -> RunResult:
            if len(self.calls) == 5:
                shutil.rmtree(lab / "one")
            return super().__call__(scenario, draw, replicate)

    monkeypatch.setattr(ENGINE, Removing)
    done = call("study", "small.yaml", "--threads", "1", "--out", "one")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "failed: one was removed while " in done.stderr
    assert "give the study's own command again" in done.stderr
    assert not (lab / "one").exists()
    assert "there is no such folder" in call("resume", "one").stderr


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="every name is Unicode there")
def test_a_folder_whose_name_is_not_utf_8_is_not_made(lab: Path) -> None:
    done = call(*RUN[:-1], os.fsdecode(b"o\xffe"))
    assert (done.exit_code, "its name is not UTF-8" in done.stderr) == (2, True), done.stderr
    assert sorted(path.name for path in lab.iterdir()) == ["scenarios", "small.yaml"]
