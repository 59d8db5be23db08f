"""The Mesa model: a day a step, by the same compiled day that batch runs use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from mesa import DataCollector, Model

from sim.agents.agents import PersonLeavingPrison, Service, TransportLink
from sim.area import Area, Link, changed_links, load_area, with_services_open
from sim.core.days import date_of
from sim.core.errors import InputError
from sim.engine.model_area import ModelArea
from sim.engine.new_world import warm_world
from sim.engine.run_inputs import MONTHS, PEOPLE_PARAMETER, derive_run_inputs
from sim.engine.world import World
from sim.evidence import load_parameters
from sim.evidence.price_choices import with_prices
from sim.population.codes import COMMUNITY, CUSTODY, DEAD, IN_TREATMENT, ROUGH, TREATMENT_SERVICE
from sim.scenario import Scenario, load_scenario

if TYPE_CHECKING:
    from datetime import date


def _count(field: str, code: int, *, in_community: bool = True) -> Callable[[TransitionModel], int]:
    def counted(model: TransitionModel) -> int:
        people = model.world.people
        chosen = people[field] == code
        if in_community:
            chosen = chosen & (people["status"] == COMMUNITY)
        return int(np.count_nonzero(chosen))

    return counted


REPORTERS: Mapping[str, Callable[[TransitionModel], int]] = {
    "day": lambda model: model.day,
    "in_community": _count("status", COMMUNITY),
    "in_treatment": _count("treatment", IN_TREATMENT),
    "sleeping_rough": _count("housing", ROUGH),
    "back_in_custody": _count("status", CUSTODY, in_community=False),
    "dead": _count("status", DEAD, in_community=False),
    "waiting_for_treatment": lambda model: int(
        model.world.services["waiting"][model.world.services["service_type"] == TREATMENT_SERVICE].sum()
    ),
}


MOST_PEOPLE_OF_A_MODEL = 600_000
"""As many as a study takes."""


def _check_number(name: str, value: int, most: int) -> None:
    """InputError unless it is a whole number from 1."""
    if isinstance(value, bool) or not isinstance(value, Integral) or not 1 <= value <= most:
        raise InputError(
            f"{value!r} is not a number this takes", key=name, allowed=f"a whole number from 1 to {most:,}"
        )


class TransitionModel(Model):
    """People leaving prison, services and transport links for Mesa; `step` lives one day of the study.

    The year before the study has been lived when the model is made, so services are as busy as in any year; people of
    that year and of the next are agents too, and `counted` tells the study year's.

    scenario: a Scenario or the path of one; people: cohort size (capacity is scaled with it); root_seed: seed of
    the random numbers, the same as in a batch run; draw: parameter values by name, the reference values unless given;
    collect: day-by-day counts in `datacollector`. Mesa's own random numbers decide nothing.
    Raises InputError for a wrong scenario, area or number.
    """

    def __init__(
        self,
        scenario: Scenario | str | Path = "baseline",
        *,
        people: int = 2200,
        months: int = 24,
        root_seed: int = 1,
        draw: Mapping[str, float] | None = None,
        area: Area | None = None,
        collect: bool = True,
        reporters: Mapping[str, Callable[[TransitionModel], Any]] | None = None,
    ) -> None:
        _check_number("people", people, MOST_PEOPLE_OF_A_MODEL)
        _check_number("months", months, MONTHS)
        super().__init__()  # 'scenario' is Mesa's own name from 3.5 on, so ours is 'funding'
        self.area = load_area() if area is None else area
        self.funding = scenario if isinstance(scenario, Scenario) else load_scenario(scenario, area=self.area)
        table = with_prices(load_parameters(), self.funding.prices)
        opened = with_services_open(self.area, self.funding.opened) if self.funding.opened else self.area
        model_area = ModelArea(opened)
        run_inputs = derive_run_inputs(
            model_area,
            self.funding,
            table.reference() if draw is None else draw,
            reference_people=table[PEOPLE_PARAMETER].centre,
            people=people,
            months=months,
        )
        self.world: World = warm_world(model_area, run_inputs, seed=root_seed)
        self._links: dict[int, Sequence[Link]] = {0: self.area.links}
        by_number = np.argsort(self.world.people["number"]).tolist()  # Mesa numbers agents as they are made
        of_row = {row: PersonLeavingPrison(self, row) for row in by_number}
        self.person_of_row = [of_row[row] for row in range(len(by_number))]
        for index in range(len(self.world.services)):
            Service(self, index)
        for index in range(len(self.area.links)):
            TransportLink(self, index)
        self.datacollector = DataCollector(model_reporters=dict(reporters or REPORTERS)) if collect else None

    @property
    def day(self) -> int:
        """Next day of the study to be lived, 0 at the start."""
        return self.world.day - self.world.first_day

    @property
    def date(self) -> date:
        """Calendar date of the next day to be lived."""
        return date_of(self.funding.starts, self.day)

    def links_today(self) -> Sequence[Link]:
        """Transport links under the timetable of the next day to be lived."""
        run_inputs = self.world.run_inputs
        for k, (first, end, changes) in enumerate(run_inputs.link_changes, 1):
            if first <= self.day < end:
                if k not in self._links:
                    self._links[k] = changed_links(self.area, changes)
                return self._links[k]
        return self._links[0]

    def step(self) -> None:
        """Live one day, all of it compiled; the last day of the run ends `running`."""
        if self.running:
            self.world.run_to(self.world.day + 1)
            self._end_of_step()

    def step_by_agents(
        self, order: Callable[[list[PersonLeavingPrison]], list[PersonLeavingPrison]] | None = None
    ) -> None:
        """Live one day agent by agent: dawn, then `PersonLeavingPrison.step` of everybody due, then offers.

        The same lives as `step`, bit for bit, in whatever order the agents act; for teaching and debugging.
        """
        if not self.running:
            return
        due = [self.person_of_row[row] for row in self.world.begin_day()]
        for person in due if order is None else order(due):
            person.step()
        self.world.end_day()
        self._end_of_step()

    def live(self, person: PersonLeavingPrison) -> None:
        """The person's day; called by the agent."""
        self.world.live_person(person.row)

    def _end_of_step(self) -> None:
        if self.datacollector is not None:
            self.datacollector.collect(self)
        self.running = self.world.day < self.world.days
