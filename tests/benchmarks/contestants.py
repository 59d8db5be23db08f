"""Throughgate, idiomatic Mesa and a plain Numba loop as work that can be timed side by side.

Machines are shared and noisy, so that contestants take turns within every round, and a contestant's figure is its best
round. One core is measured in the process's own time, threads in the clock's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from idiomatic_mesa import PassageModel
from passage_numbers import Numbers, places_for
from plain_numba import live, new_lives

from sim.area import load_area
from sim.engine.new_world import warm_world
from sim.engine.world import World
from sim.evidence import load_parameters
from sim.experiment.simulator import StudySimulator, finished
from sim.outcomes.recorder import record
from sim.scenario import load_scenario

ROOT = Path(__file__).resolve().parents[2]
BASELINE = ROOT / "scenarios" / "baseline.yaml"
PEOPLE = 2200
MESA_PEOPLE = 300  # idiomatic Mesa is as fast with few people as with many
MONTHS = 24

Work = Callable[[int], int]  # number of a repeat -> person-days lived


def baseline_simulator() -> StudySimulator:
    """Runs of today's services at the reference values."""
    area, table = load_area(), load_parameters()
    scenario = load_scenario(BASELINE, area=area, parameters=table)
    return StudySimulator([scenario], area, table, people=PEOPLE, months=MONTHS, draws=1, seed=1, reference=True)


def own_work(simulator: StudySimulator) -> Work:
    """A run of the region with its year before the study, made, lived and recorded; person-days of people counted."""

    def work(repeat: int) -> int:
        world = warm_world(simulator.model_area, simulator.run_inputs(0, 0), seed=repeat)
        world.run_to(world.days)
        record(finished(world), simulator.strata)
        return world.person_days()

    return work


def plain_work(numbers: Numbers) -> Work:
    """A cohort in the plain Numba loop, made and lived."""
    places = places_for(PEOPLE)

    def work(repeat: int) -> int:
        people, free = new_lives(PEOPLE, repeat, numbers, places)
        return int(live(people, free, numbers))

    return work


def mesa_work(numbers: Numbers) -> Work:
    """A cohort in idiomatic Mesa, made and lived."""

    def work(repeat: int) -> int:
        model = PassageModel(MESA_PEOPLE, seed=repeat, numbers=numbers)
        model.run_model()
        return model.person_days

    return work


def in_turns(contestants: Mapping[str, tuple[Work, int]], rounds: int) -> dict[str, list[float]]:
    """Person-days per second of process time of every repeat, contestants taking turns.

    contestants: work and repeats in a round, by name.
    """
    found: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, (work, repeats) in contestants.items():
            for repeat in range(repeats):
                started = time.process_time()
                person_days = work(repeat)
                found[name].append(person_days / (time.process_time() - started))
    return found


def compiled_days(simulator: StudySimulator, repeats: int) -> tuple[list[float], list[float], float]:
    """Counted person-days a second and nanoseconds a wake of the study's compiled days alone, by repeat, and wakes a
    counted person; those of people released in the years beside the study's are wakes too."""
    rates, wake_times, wakes = [], [], 0.0
    for repeat in range(repeats):
        world: World = simulator.world(0, 0, repeat)
        started = time.process_time()
        world.run_to(world.days)
        seconds = time.process_time() - started
        rates.append(world.person_days() / seconds)
        wake_times.append(1e9 * seconds / world.wakes)
        wakes += world.wakes / int(world.counted.sum()) / repeats
    return rates, wake_times, wakes


def wall_seconds(work: Work, jobs: int, threads: int) -> float:
    """Seconds by the clock for so many jobs shared by so many threads."""
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))  # the threads are there and warm
        started = time.perf_counter()
        list(pool.map(work, range(jobs)))
        return time.perf_counter() - started


def best_walls(contestants: Mapping[str, tuple[Work, int]], rounds: int) -> dict[str, tuple[float, float]]:
    """Shortest wall seconds with one thread and with two, by name, all four kinds taking turns."""
    best = {name: (float("inf"), float("inf")) for name in contestants}
    for _ in range(rounds):
        for name, (work, jobs) in contestants.items():
            one, two = wall_seconds(work, jobs, 1), wall_seconds(work, jobs, 2)
            best[name] = (min(best[name][0], one), min(best[name][1], two))
    return best
