"""Speed of the engine as ratios within one run: against idiomatic Mesa, and against threads over a plain Numba loop.

A person-day is a day between release and death or end of follow-up, days back in custody included; only people released
in the study year count, though as many of the years before and after live beside them. A whole run makes its people,
lives the year before and the study's two years and records the results.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any

import pytest
from contestants import Work, baseline_simulator, best_walls, compiled_days, in_turns, mesa_work, own_work, plain_work
from passage_numbers import Numbers, reference_numbers
from scoreboard import held_against, told

from sim.experiment.simulator import StudySimulator

TIMES_MESA = 20.0
SHARE_OF_PLAIN_SCALING = 0.9
PERSON_DAYS_A_SECOND = 12e6  # told, not asserted
ROUNDS = 12
TWO_CORES = 1.5  # the plain loop's scaling below which another job has the second core, and nothing can be told
GOES, PAUSE = 6, 3.0  # more rounds while that is so, and the seconds between
SECTION = "One core"
THREADS = "Two threads"


@dataclass(frozen=True)
class Trial:
    """The contestants' work, warm, and what each reached on one core, person-days per second by repeat."""

    simulator: StudySimulator
    work: dict[str, Work]
    rates: dict[str, list[float]]

    def best(self, name: str) -> float:
        """Best repeat of a contestant, person-days per second."""
        return max(self.rates[name])


@pytest.fixture(scope="module")
def trial() -> Trial:
    """Everybody compiled, then in turns on one core."""
    numbers: Numbers = reference_numbers()
    simulator = baseline_simulator()
    work: dict[str, Work] = {
        "throughgate": own_work(simulator),
        "plain": plain_work(numbers),
        "mesa": mesa_work(numbers),
    }
    for run in work.values():
        run(0)
    repeats = {"throughgate": 6, "plain": 3, "mesa": 1}
    return Trial(simulator, work, in_turns({name: (run, repeats[name]) for name, run in work.items()}, ROUNDS))


def in_millions(rate: float) -> str:
    return f"{rate / 1e6:.2f} M" if rate < 1e7 else f"{rate / 1e6:.1f} M"


def timed(benchmark: Any, run: Callable[[], Any], rounds: int) -> None:
    """pytest-benchmark's own measurement, for its table and its files."""
    benchmark.pedantic(run, rounds=rounds, iterations=1, warmup_rounds=1)


@pytest.mark.benchmark(group="one cohort, two years")
def test_whole_runs_against_idiomatic_mesa(benchmark: Any, trial: Trial) -> None:
    timed(benchmark, partial(trial.work["throughgate"], 0), 30)
    best, middle = trial.best("throughgate"), median(trial.rates["throughgate"])
    times = best / trial.best("mesa")
    days, wake_times, wakes = compiled_days(trial.simulator, 30)
    benchmark.extra_info.update(
        person_days_per_second=best,
        person_days_per_second_median=middle,
        person_days_per_second_compiled_days=max(days),
        times_idiomatic_mesa=times,
        times_plain_numba=best / trial.best("plain"),
        wakes_per_counted_person=wakes,
        ns_per_wake=min(wake_times),
    )
    bar = in_millions(PERSON_DAYS_A_SECOND)
    what = "Counted person-days a second, whole runs, best"
    held_against(SECTION, what, in_millions(best), f"at least {bar}", reached=best >= PERSON_DAYS_A_SECOND)
    told(SECTION, "    median", in_millions(middle))
    told(SECTION, "    compiled days alone, best", in_millions(max(days)))
    told(SECTION, "    compiled days alone, median", in_millions(median(days)))
    told(SECTION, "Wakes a counted person, and time of one", f"{wakes:.1f}, {min(wake_times):.0f} ns")
    told(SECTION, "Idiomatic Mesa of the same states, best", in_millions(trial.best("mesa")))
    told(SECTION, "Plain Numba daily loop, best", in_millions(trial.best("plain")))
    asked = f"at least {TIMES_MESA:.0f}"
    held_against(SECTION, "Times idiomatic Mesa", f"{times:.0f}", asked, reached=times >= TIMES_MESA)
    told(SECTION, "Times a plain Numba daily loop", f"{best / trial.best('plain'):.1f}")
    assert times >= TIMES_MESA


@pytest.mark.benchmark(group="one cohort, two years")
@pytest.mark.parametrize("name", ["plain", "mesa"])
def test_the_others_live_the_same_year(benchmark: Any, trial: Trial, name: str) -> None:
    timed(benchmark, partial(trial.work[name], 0), 10 if name == "plain" else 3)
    benchmark.extra_info["person_days_per_second"] = trial.best(name)
    ours, theirs = trial.work["throughgate"](1), trial.work[name](1)
    people = 1.0 if name == "plain" else 2200 / 300
    # Nearly everybody counted lives a whole year of follow-up in each.
    assert abs(theirs * people / ours - 1.0) < 0.05


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one core")
@pytest.mark.benchmark(group="a batch on two threads")
def test_two_threads_scale_like_a_plain_loop(benchmark: Any, trial: Trial) -> None:
    contestants = {"throughgate": (trial.work["throughgate"], 24), "plain": (trial.work["plain"], 12)}
    best = best_walls(contestants, 4)
    for _ in range(GOES - 1):
        if scaling(best["plain"]) >= TWO_CORES and share_of_scaling(best) >= SHARE_OF_PLAIN_SCALING:
            break
        time.sleep(PAUSE)
        more = best_walls(contestants, 4)
        best = {name: (min(best[name][0], more[name][0]), min(best[name][1], more[name][1])) for name in best}
    share = share_of_scaling(best)
    timed(benchmark, partial(trial.work["throughgate"], 0), 3)
    benchmark.extra_info.update(
        scaling=scaling(best["throughgate"]), scaling_of_plain_numba=scaling(best["plain"]), share_of_scaling=share
    )
    told(THREADS, "Faster with two threads, whole runs", f"x {scaling(best['throughgate']):.2f}")
    told(THREADS, "Faster with two threads, plain Numba daily loop", f"x {scaling(best['plain']):.2f}")
    if scaling(best["plain"]) < TWO_CORES:
        told(THREADS, "Nothing can be told: another job has the second core", "")
        pytest.skip(f"the plain loop scales by {scaling(best['plain']):.2f}: the second core is at other work")
    asked = f"at least {SHARE_OF_PLAIN_SCALING:.0%}"
    reached = share >= SHARE_OF_PLAIN_SCALING
    held_against(THREADS, "Ours as a share of the plain loop's", f"{share:.0%}", asked, reached=reached)
    assert reached


def scaling(walls: tuple[float, float]) -> float:
    """How many times faster two threads are than one."""
    return walls[0] / walls[1]


def share_of_scaling(best: dict[str, tuple[float, float]]) -> float:
    """Throughgate's scaling over the plain loop's."""
    return scaling(best["throughgate"]) / scaling(best["plain"])
