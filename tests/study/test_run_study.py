"""Plans and threads: order, bounded work ahead, failures that name their run, prompt interrupts."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from fake_study import EFFECTS, FakeSimulator, plan_of

from sim.core.errors import InputError
from sim.outcomes.totals import RunResult
from sim.store.parts import Block
from sim.study.plan import in_words
from sim.study.protocol import RunFailed, Simulator
from sim.study.threads import BLOCKS_AHEAD_PER_THREAD, run_study


class CacheFolder:
    """A sink that remembers."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.results: list[Sequence[RunResult]] = []

    def __call__(self, block: Block, results: Sequence[RunResult]) -> None:
        assert threading.current_thread() is threading.main_thread()
        self.blocks.append(block)
        self.results.append(results)


class Slow(FakeSimulator):
    """Later blocks are quicker, so that they end out of order."""

    def __call__(self, scenario: int, draw: int, replicate: int) -> RunResult:
        time.sleep(0.004 * (5 - draw) if draw < 5 else 0.0)
        return super().__call__(scenario, draw, replicate)


@pytest.mark.parametrize("threads", [1, 4])
def test_results_come_in_order(threads: int) -> None:
    plan, kept = plan_of(2, draws=6, threads=threads), CacheFolder()
    assert run_study(plan, Slow(EFFECTS), kept) == 24
    assert kept.blocks == [(index // 2, index % 2) for index in range(12)]
    for (draw, replicate), results in zip(kept.blocks, kept.results, strict=True):
        for scenario, result in enumerate(results):
            expected = FakeSimulator(EFFECTS)(scenario, draw, replicate)
            assert np.array_equal(result.numerator, expected.numerator)


def test_a_fake_simulator_fits_the_protocol() -> None:
    simulator: Simulator = FakeSimulator(EFFECTS)
    assert simulator.groups[0] == ("all", "all")


def test_done_blocks_are_left_out_and_counted_in_the_progress() -> None:
    plan, kept, told = plan_of(2), CacheFolder(), []
    simulator = FakeSimulator(EFFECTS)
    run_study(plan, simulator, kept, lambda done, total: told.append((done, total)), done={(0, 0), (0, 1), (2, 0)})
    assert kept.blocks == [(1, 0), (1, 1), (2, 1)]
    assert told[0] == (6, 12)
    assert told[-1] == (12, 12)
    assert told == sorted(told)


def test_work_ahead_is_bounded() -> None:
    simulator, plan, ahead = FakeSimulator(EFFECTS), plan_of(1, draws=60, replicates=1, threads=2), []

    def slow_sink(block: Block, *_: Any) -> None:
        time.sleep(0.002)
        ahead.append(len(simulator.calls) - block.draw)

    run_study(plan, simulator, slow_sink)
    assert max(ahead) <= plan.threads * BLOCKS_AHEAD_PER_THREAD + 1


def test_a_failing_run_names_itself_and_stops_the_study() -> None:
    class Failing(FakeSimulator):
        def __call__(self, scenario: int, draw: int, replicate: int) -> RunResult:
            if (scenario, draw, replicate) == (1, 2, 1):
                raise ZeroDivisionError("no posts")
            return super().__call__(scenario, draw, replicate)

    kept, simulator = CacheFolder(), Failing(EFFECTS)
    with pytest.raises(
        RunFailed,
        match=r"scenario 'navigators_far_west', draw 2, replicate 1, seed 1 failed: ZeroDivisionError: no posts",
    ):
        run_study(plan_of(2, draws=50), simulator, kept)
    assert kept.blocks == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)]
    assert len(simulator.calls) < 2 * 2 * 20


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda r: RunResult(r.numerator[:1], r.denominator, 1), "numerator has shape"),
        (lambda r: RunResult(r.numerator * np.nan, r.denominator, 1), "is nan"),
        (lambda r: RunResult(r.numerator, -r.denominator, 1), "negative"),
        (lambda r: RunResult(r.numerator, r.denominator * 0, 1), "among nobody"),
    ],
)
def test_totals_that_cannot_be_used_are_refused(change: Any, message: str) -> None:
    class Wrong(FakeSimulator):
        def __call__(self, scenario: int, draw: int, replicate: int) -> RunResult:
            changed: RunResult = change(super().__call__(scenario, draw, replicate))
            return changed

    with pytest.raises(RunFailed, match=message):
        run_study(plan_of(1), Wrong(EFFECTS), CacheFolder())


def test_an_interrupt_drops_the_queue_and_keeps_what_was_handed_on() -> None:
    class Interrupted(CacheFolder):
        def __call__(self, block: Block, results: Sequence[RunResult]) -> None:
            super().__call__(block, results)
            if block == (2, 0):
                raise KeyboardInterrupt

    class Steady(FakeSimulator):
        def __call__(self, scenario: int, draw: int, replicate: int) -> RunResult:
            time.sleep(0.01)
            return super().__call__(scenario, draw, replicate)

    kept, simulator = Interrupted(), Steady(EFFECTS)
    with pytest.raises(KeyboardInterrupt):
        run_study(plan_of(1, draws=1000, threads=2), simulator, kept)
    assert kept.blocks == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)]
    assert len(simulator.calls) < 15


@pytest.mark.parametrize(
    ("name", "value"),
    [("people", 0), ("people", 10**9), ("months", 25), ("draws", 0), ("replicates", -1), ("seed", -1), ("threads", 0)],
)
def test_numbers_outside_their_limits_are_refused(name: str, value: int) -> None:
    with pytest.raises(InputError, match=f"^{name}: "):
        plan_of(2, **{name: value})


def test_names_are_one_each_and_hold_the_baseline() -> None:
    from sim.study.plan import StudyPlan

    numbers: dict[str, Any] = {"people": 1, "months": 1, "draws": 1, "replicates": 1, "seed": 1, "threads": 1}
    with pytest.raises(InputError, match="two scenarios have the name 'a'"):
        StudyPlan(scenarios=("a", "a"), baseline="a", **numbers)
    with pytest.raises(InputError, match="baseline 'b'"):
        StudyPlan(scenarios=("a",), baseline="b", **numbers)


def test_a_plan_in_words_counts_runs() -> None:
    text = dict(in_words(plan_of(3, draws=10)))["runs"]
    assert "60 = 3 scenarios x 10 draws x 2 replicates" in text
