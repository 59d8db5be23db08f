"""The Mesa model: a day a step, by the same compiled day that batch runs use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from mesa import DataCollector, Model

from sim.agents.agents import PersonLeavingPrison, Service, TransportLink
from sim.area import Area, Link, changed_links, load_area, with_services_open
from sim.core.arguments import checked_flag, checked_name, plain, shown
from sim.core.days import MONTHS, date_of
from sim.core.errors import InputError
from sim.engine.model_area import ModelArea
from sim.engine.new_world import warm_world
from sim.engine.run_inputs import PEOPLE_PARAMETER, derive_run_inputs
from sim.engine.world import World
from sim.evidence import REFERENCE, Draw, load_parameters
from sim.evidence.possible import checked_draw, not_together
from sim.evidence.price_choices import with_prices
from sim.population.codes import (
    COMMUNITY,
    CUSTODY,
    DEAD,
    DRUG_POISONING,
    HIDDEN,
    IN_TREATMENT,
    OTHER_CAUSE,
    ROUGH,
    SUICIDE,
    TREATMENT_SERVICE,
)
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
    "homeless_off_street": _count("housing", HIDDEN),
    "back_in_custody": _count("status", CUSTODY, in_community=False),
    "dead": _count("status", DEAD, in_community=False),
    "died_of_overdose": _count("death_cause", DRUG_POISONING, in_community=False),
    "died_by_suicide": _count("death_cause", SUICIDE, in_community=False),
    "died_of_other_causes": _count("death_cause", OTHER_CAUSE, in_community=False),
    "died_in_custody": _count("died_in_custody", 1, in_community=False),
    "waiting_for_treatment": lambda model: int(
        model.world.services["waiting"][model.world.services["service_type"] == TREATMENT_SERVICE].sum()
    ),
}


MOST_PEOPLE_OF_A_MODEL = 600_000
"""As many as a study takes."""

MOST_SEED = 2**63 - 1
"""The highest seed of a study."""


def _check_number(name: str, value: object, most: int, *, least: int = 1) -> int:
    """The number as Python's. InputError unless it is a whole number from `least`."""
    number = plain(value)
    if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
        allowed = f"a whole number from {least} to {most:,}"
        raise InputError(f"{shown(value)} is not a number this takes", key=name, allowed=allowed)
    return number


def _checked_reporters(reporters: object) -> dict[str, Callable[[TransitionModel], Any]]:
    """What is to be collected, by name. InputError unless each is a function."""
    if not isinstance(reporters, Mapping):
        allowed = "functions of the model by name, as {'day': lambda model: model.day}"
        raise InputError(f"{shown(reporters)} are no reporters", parameter="reporters", allowed=allowed)
    for name, function in reporters.items():
        named = checked_name(name, "reporters")
        if not callable(function):
            problem = f"'{named}' stands for {shown(function)}, which is not a function"
            raise InputError(problem, parameter="reporters", allowed="a function of the model")
    return dict(reporters)


def _checked_area(area: object) -> Area:
    """The area that was given, the shipped one for none."""
    if area is not None and not isinstance(area, Area):
        raise InputError(f"{shown(area)} is not an area", parameter="area", allowed="what load_area() gives, or None")
    return load_area() if area is None else area


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
        people = _check_number("people", people, MOST_PEOPLE_OF_A_MODEL)
        months = _check_number("months", months, MONTHS)
        root_seed = _check_number("root_seed", root_seed, MOST_SEED, least=0)
        is_collected = checked_flag(collect, "collect")
        collected = REPORTERS if reporters is None else _checked_reporters(reporters)
        table = load_parameters()
        drawn = None if draw is None else Draw(checked_draw(draw, table), REFERENCE)
        super().__init__()  # 'scenario' is Mesa's own name from 3.5 on, so ours is 'funding'
        self.area = _checked_area(area)
        self.funding = scenario if isinstance(scenario, Scenario) else load_scenario(scenario, area=self.area)
        values = with_prices(table, self.funding.prices).reference() if drawn is None else drawn
        opened = with_services_open(self.area, self.funding.opened) if self.funding.opened else self.area
        model_area = ModelArea(opened)
        with not_together("draw"):
            run_inputs = derive_run_inputs(
                model_area,
                self.funding,
                values,
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
        self.datacollector = DataCollector(model_reporters=dict(collected)) if is_collected else None

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
