"""The one place where the parts meet: scenarios, area and evidence become a run function for a study.

A run is named by (scenario, draw, replicate). Its seed comes from the root seed, the draw and the replicate alone,
so that all scenarios share their random numbers; its parameters from the draw alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from threading import Lock, local
from time import thread_time
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.area import with_services_open
from sim.core.compiled import compilation_is_due
from sim.core.keys import seed_of
from sim.engine.model_area import ModelArea
from sim.engine.new_world import branch, warm_world
from sim.engine.purchase_use import counted_purchases
from sim.engine.run_inputs import PEOPLE_PARAMETER, RunInputs, derive_run_inputs
from sim.engine.world import World
from sim.evidence.price_choices import with_prices
from sim.outcomes.chosen_people import ChosenPeople
from sim.outcomes.measures import MEASURES
from sim.outcomes.money_rule import by_payer
from sim.outcomes.recorder import Run, record
from sim.outcomes.strata import Strata
from sim.outcomes.totals import RunResult
from sim.population.person import PERSON
from sim.scenario.comparable import refuse_incomparable
from sim.scenario.levers.grades import grades_of_lever
from sim.scenario.money_flows import planned
from sim.study.points import Points

if TYPE_CHECKING:
    from sim.area import Area
    from sim.evidence import Draw, ParameterTable
    from sim.experiment.setup import StudySetup
    from sim.scenario import Scenario
    from sim.sensitivity.designs import Design


DRAWS_KEPT = 2  # a study asks draw by draw, so run_inputs of older ones are not needed again
WARM_WORLDS_KEPT = 2  # by thread: a block's scenarios under one stream follow each other on one thread


WarmKey = tuple[int, int, tuple[str, ...], tuple[str, ...], date | None]
"""Draw, replicate, mechanisms off, services opened, day whose recall law holds throughout."""


class StudySimulator:
    """Runs of a study by their numbers; calls from several threads are safe.

    groups, measures: order of a result's tables. people_per_year: people with a need released in the region in a
    year, reference value.
    """

    def __init__(
        self,
        scenarios: Sequence[Scenario],
        area: Area,
        table: ParameterTable,
        *,
        people: int,
        months: int,
        draws: int,
        seed: int,
        designs: Sequence[Design] = (),
        reference: bool = False,
    ) -> None:
        refuse_incomparable(scenarios)
        table = with_prices(table, scenarios[0].prices)
        self.scenarios = tuple(scenarios)
        self.model_area = ModelArea(area)
        self._model_areas: dict[tuple[str, ...], ModelArea] = {(): self.model_area}
        self.strata = Strata(area)
        self.people, self.months, self.seed = people, months, seed
        self.people_per_year, self._table = table[PEOPLE_PARAMETER].centre, table
        self.groups = self.strata.groups
        self.measures = tuple(measure.name for measure in MEASURES)
        ranges = scenarios[0].narrowed
        self._reference = table.reference(ranges)
        self._is_reference = reference
        self.points = Points(table, seed, draws, designs, ranges)
        self._run_inputs: dict[tuple[int, int], RunInputs] = {}
        self._of_thread = local()
        self._lock = Lock()
        compilation_is_due()

    def model_area_of(self, scenario: Scenario) -> ModelArea:
        """The area as the scenario has it: with the services that its switch opens."""
        if scenario.opened not in self._model_areas:
            self._model_areas[scenario.opened] = ModelArea(with_services_open(self.model_area.area, scenario.opened))
        return self._model_areas[scenario.opened]

    def _drawn(self, scenario: int, draw: Draw) -> RunInputs:
        of_scenario = self.scenarios[scenario]
        return derive_run_inputs(
            self.model_area_of(of_scenario),
            of_scenario,
            draw,
            reference_people=self.people_per_year,
            people=self.people,
            months=self.months,
        )

    def run_inputs(self, scenario: int, draw: int) -> RunInputs:
        """The scenario under the draw, kept for the replicates that follow."""
        key = (scenario, draw)
        with self._lock:
            inputs = self._run_inputs.get(key)
        if inputs is None:
            inputs = self._drawn(scenario, self._reference if self._is_reference else self.points.draw(draw))
            with self._lock:
                self._run_inputs[key] = inputs
                while len(self._run_inputs) > DRAWS_KEPT * len(self.scenarios):
                    self._run_inputs.pop(next(iter(self._run_inputs)))
        return inputs

    def seed_of_run(self, draw: int, replicate: int) -> int:
        """Seed of all runs of a block: points that share their stream of random numbers share it."""
        return seed_of(self.seed, int(self.points.stream[draw]), replicate)

    def world(self, scenario: int, draw: int, replicate: int) -> World:
        """A world at dawn of the study's first day.

        Until that day scenarios do not differ, so the year before it is lived once for all that share their mechanisms,
        open services and law of recall.
        """
        warm, seed = self._warm(scenario, draw, replicate)
        return branch(warm, self.run_inputs(scenario, draw), seed=seed)

    def _warm(self, scenario: int, draw: int, replicate: int) -> tuple[World, int]:
        """The world that has lived the year before, kept for the scenarios that follow on this thread, and its seed."""
        of_scenario, seed = self.scenarios[scenario], self.seed_of_run(draw, replicate)
        key = (draw, replicate, of_scenario.off, of_scenario.opened, of_scenario.recall_law)
        worlds: dict[WarmKey, World] = self._of_thread.__dict__.setdefault("warm", {})
        warm = worlds.get(key)
        if warm is None:
            warm = warm_world(self.model_area_of(of_scenario), self.run_inputs(scenario, draw), seed=seed)
            worlds[key] = warm
            while len(worlds) > WARM_WORLDS_KEPT:
                worlds.pop(next(iter(worlds)))
        return warm, seed

    def __call__(self, scenario: int, draw: int, replicate: int) -> RunResult:
        """Totals of one finished run."""
        began = thread_time()
        warm, seed = self._warm(scenario, draw, replicate)
        world = branch(warm, self.run_inputs(scenario, draw), seed=seed, room=self._room(len(warm.people)))
        dawn = thread_time()
        world.run_to(world.days)
        night = thread_time()
        return replace(self.totals(world), wakes=world.wakes, days_seconds=night - dawn, seconds=thread_time() - began)

    def totals(self, world: World) -> RunResult:
        """Totals of a world that has been lived."""
        return record(finished(world), self.strata)

    def _room(self, n: int) -> np.ndarray[Any, Any]:
        """Rows for n people, the same ones again and again on each thread: fresh memory costs more than copying."""
        room: np.ndarray[Any, Any] | None = self._of_thread.__dict__.get("room")
        if room is None or len(room) < n:
            room = np.empty(n + n // 4, dtype=PERSON)
            self._of_thread.room = room
        return room[:n]

    def spend(self, scenario: int) -> list[dict[str, Any]]:
        """What the scenario's money buys at the reference prices, one entry a line, with what it rests on."""
        inputs = self._drawn(scenario, self._reference)
        rows = []
        for entry, flow in zip(inputs.spend, inputs.flows, strict=True):
            counted, days = planned(flow)
            rows.append(
                {**entry, "counted_gbp": counted, "filled_days": days, **grades_of_lever(entry["lever"], self._table)}
            )
        return rows


def simulator_of(setup: StudySetup) -> StudySimulator:
    """The engine of a study that is set up: gives every one of its runs by scenario, draw and replicate."""
    plan = setup.plan
    return StudySimulator(
        setup.scenarios, setup.area, setup.table, people=plan.people, months=plan.months, draws=plan.draws,
        seed=plan.seed, designs=setup.designs,
    )  # fmt: skip


def finished(world: World) -> Run:
    """What a world that has been lived hands to the recorder."""
    run_inputs = world.run_inputs
    months = run_inputs.month_of_day[run_inputs.first_day :]
    spent, beside = by_payer(counted_purchases(world))
    return Run(
        people=ChosenPeople(world.people, world.counted_rows),
        series=world.series,
        nights=np.bincount(months, minlength=len(world.series)),
        end_day=world.days,
        draw=run_inputs.draw,
        spend=spent,
        beside_spend=beside,
        scale=run_inputs.scale,
        person_days=world.person_days(),
    )
