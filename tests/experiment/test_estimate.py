"""What a study will cost: arithmetic of what fits, times in words, probes; nothing here looks at a clock."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fake_study import EFFECTS, FakeSimulator, plan_of

from sim.commands.text.estimate import duration, estimate_as_dict, estimate_in_words
from sim.core.errors import InputError
from sim.experiment.estimate import Estimate, estimate, fitting, parse_seconds
from sim.experiment.requests import set_up_study_file
from sim.store.folder import RunFolder
from sim.study.plan import PointSet
from sim.study.run_blocks import Clock, join_totals, run_missing, write_manifest

ROOT = Path(__file__).resolve().parents[2]
HOUR = Estimate(seconds=3600.0, run_seconds=0.1, speed_up=1.5, memory_bytes=3 * 10**8, disk_bytes=2 * 10**6)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("30min", 1800), ("2h", 7200), ("1h30min", 5400), (" 1h 30min 5s ", 5405), ("0h1min", 60)],
)
def test_times(text: str, seconds: float) -> None:
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize(
    "text", ["", " ", "30", "h", "-5min", "0s", "1.5h", "min30", "30min2h", "1e3s", "9" * 30 + "h", "٣h"]
)
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(InputError, match=r"within: '.*' is not a time; allowed: such as 90s, 30min, 2h or 1h30min"):
        parse_seconds(text)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "1 second"), (1.4, "1 second"), (2, "2 seconds"), (89, "89 seconds"), (95, "2 minutes"),
        (3600, "60 minutes"), (5400, "1 hour 30 minutes"), (7200, "2 hours"), (10 * 3600 + 60, "10 hours 1 minute"),
    ],
)  # fmt: skip
def test_times_in_words(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_what_fits_is_cut_by_one_part_and_never_more_than_asked() -> None:
    plan = plan_of(draws=100)
    samples = {"sobol": 256, "morris": 20, "one_at_a_time": 5, "fast": 257}
    assert fitting(plan, HOUR, 7200.0, samples) == {"draws": 100, **samples}
    half = fitting(plan, HOUR, 1800.0, samples)
    assert half == {"draws": 50, "sobol": 128, "morris": 10, "one_at_a_time": 2, "fast": 128}
    assert fitting(plan, HOUR, 1700.0, samples)["sobol"] == 64
    least = fitting(plan, HOUR, 180.0, samples)
    assert least == {"draws": 5, "sobol": 0, "morris": 0, "one_at_a_time": 0, "fast": 0}
    assert fitting(plan, replace(HOUR, seconds=0.0), 1.0, samples)["draws"] == 100
    assert "draws" not in fitting(plan_of(draws=0, designs=(PointSet("morris", 8, 1),)), HOUR, 1.0, {"morris": 8})


def test_probes_are_few_and_of_the_plan(tmp_path: Path) -> None:
    for plan in (plan_of(1, draws=1, replicates=1), plan_of(3, draws=5, replicates=4, threads=2)):
        simulator = FakeSimulator(EFFECTS)
        found = estimate(plan, simulator)
        assert found.seconds > 0.0
        assert 1.0 <= found.speed_up <= plan.threads
        assert len(simulator.calls) <= 4 + 3 * 4 + plan.threads
        blocks = set(plan.blocks)
        assert all((draw, replicate) in blocks for _, draw, replicate in simulator.calls)


def test_bytes_on_disk_are_those_of_a_run(tmp_path: Path) -> None:
    plan, simulator = plan_of(3, draws=12, replicates=4), FakeSimulator(EFFECTS)
    folder, clock = RunFolder.create(tmp_path, "x"), Clock()
    index = run_missing(plan, simulator, folder, clock)
    write_manifest(plan, simulator, folder, [{}] * 3, join_totals(plan, simulator, folder, index), clock, {})
    real = (tmp_path / "tables" / "totals.parquet").stat().st_size
    assert 0.7 < estimate(plan, simulator).disk_bytes / (2 * real) < 1.5


def test_in_words_and_as_an_object(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    setup = set_up_study_file("scenarios/studies/small.yaml", threads=2)
    said = estimate_in_words(setup, HOUR, 1800.0)
    assert "time         about 60 minutes for the runs: 100 ms a run, 2 threads as fast as 1.5" in said
    assert "disk         about 2 MB while it runs, half of that in the end" in said
    assert said.splitlines()[-1].startswith("fits         not into 30 minutes; what does: 4 of 8 draws, 0 of 16 base")
    assert "fits         into 2 hours with 60 minutes to spare" in estimate_in_words(setup, HOUR, 7200.0)
    assert "fits" not in estimate_in_words(setup, HOUR, None)
    found = estimate_as_dict(setup, HOUR, 1800.0)
    assert found["within_seconds"] == 1800.0
    assert found["fits"]["draws"] == 4
    assert found["runs"] == setup.plan.runs
