"""Agents as views of rows: they hold no state of their own, and their day is the engine's compiled day.

Reading an attribute reads the row as it is now; codes are given as words. Nothing is written through an agent but
by `step`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mesa import Agent

from sim.core.arguments import plain, shown
from sim.core.days import NEVER
from sim.core.errors import InputError
from sim.core.records import DAY_OF_RUN
from sim.population.codes import (
    CAUSES_OF_DEATH,
    COMMUNITY,
    DEAD,
    HOMELESS,
    HOUSING,
    IN_TREATMENT,
    NAVIGATOR_SERVICE,
    NEEDS,
    ROUGH,
    SENTENCES,
    SERVICE_TYPES,
    SEXES,
    STATUSES,
    TREATMENT,
    TREATMENT_SERVICE,
)
from sim.population.person import FIELDS

if TYPE_CHECKING:
    from sim.agents.model import TransitionModel
    from sim.area import Link

DAYS = {name for name, field in FIELDS.items() if field.unit == DAY_OF_RUN}
WORDS = {
    "status": STATUSES,
    "housing": HOUSING,
    "treatment": TREATMENT,
    "need": NEEDS,
    "sex": SEXES,
    "sentence": SENTENCES,
    "death_cause": CAUSES_OF_DEATH,
}


def _checked_row(value: object, rows: int, parameter: str) -> int:
    """The number of a row that there is. InputError for any other; one below 0 is none counted from the end."""
    number = plain(value)
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < rows:
        allowed = f"0 to {rows - 1:,}"
        raise InputError(f"{shown(value)} is not a row of this model", parameter=parameter, allowed=allowed)
    return number


class PersonLeavingPrison(Agent):
    """One person leaving prison. Every field of sim/population/person.py is an attribute; days are days of the study,
    as `model.day`, below 0 before it, and None while not known."""

    model: TransitionModel

    def __init__(self, model: TransitionModel, row: int) -> None:
        checked = _checked_row(row, len(model.world.people), "row")
        super().__init__(model)
        self.row = checked

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in ("row", "model"):
            raise AttributeError(name)
        people = self.model.world.people
        if name not in people.dtype.fields:
            raise AttributeError(f"a person has no field '{name}'")
        value = people[name][self.row]
        if name in WORDS:
            return WORDS[name][int(value)]
        if value.ndim:
            return value.copy()
        plain = value.item()
        if plain == NEVER:
            return None
        return plain - self.model.world.first_day if name in DAYS else plain

    @property
    def is_counted(self) -> bool:
        """Released in the study year; earlier and later leavers keep services busy and are not counted."""
        return bool(self.model.world.counted[self.row])

    @property
    def home_place(self) -> str:
        """Name of the place in which the person lives."""
        return str(self.model.area.places[self.home].name)

    @property
    def is_in_community(self) -> bool:
        """Alive, released and not back in custody."""
        return bool(self.model.world.people["status"][self.row] == COMMUNITY)

    @property
    def is_alive(self) -> bool:
        """Not dead."""
        return bool(self.model.world.people["status"][self.row] != DEAD)

    @property
    def is_homeless(self) -> bool:
        """In the community without a home, on the street or off it."""
        return self.is_in_community and int(self.model.world.people["housing"][self.row]) in HOMELESS

    @property
    def is_rough(self) -> bool:
        """In the community and sleeping rough."""
        return self.is_in_community and bool(self.model.world.people["housing"][self.row] == ROUGH)

    @property
    def is_in_treatment(self) -> bool:
        """In the community and in treatment."""
        return self.is_in_community and bool(self.model.world.people["treatment"][self.row] == IN_TREATMENT)

    def step(self) -> None:
        """The person's day, once a day, between the model's dawn and night (see TransitionModel.step)."""
        self.model.live(self)


class Service(Agent):
    """A hub, a bought team or a house of beds with its named workers or beds, slots and queue."""

    model: TransitionModel

    def __init__(self, model: TransitionModel, index: int) -> None:
        checked = _checked_row(index, len(model.world.services), "index")
        super().__init__(model)
        self.index = checked

    def _field(self, name: str) -> int:
        return int(self.model.world.services[name][self.index])

    @property
    def service_type(self) -> str:
        """What the service gives: treatment, a navigator, a short-stay bed, a supported or a residential place."""
        return SERVICE_TYPES[self._field("service_type")]

    @property
    def name(self) -> str:
        """Name of the hub, or what is given and where it is based."""
        area, site, service_type = self.model.area, self._field("site"), self._field("service_type")
        if service_type == TREATMENT_SERVICE:
            return area.services[site].name
        what = "Navigators" if service_type == NAVIGATOR_SERVICE else SERVICE_TYPES[service_type].capitalize()
        return f"{what}, {area.places[site].name if site >= 0 else area.name}"

    @property
    def load(self) -> int:
        """People who hold a slot now, booked first appointments included."""
        return self._field("load")

    @property
    def waiting(self) -> int:
        """People in the queue; of a hub, people who wait for a first appointment."""
        return self._field("waiting")

    @property
    def workers(self) -> list[dict[str, Any]]:
        """Named workers or beds, bought ones last: slots or hours, people held, times a post changed hands, start of
        trust."""
        first, n = self._field("first_worker"), self._field("n_workers")
        bought, m = self._field("first_bought"), self._field("n_bought")
        workers = self.model.world.workers
        rows = [*workers[first : first + n], *workers[bought : bought + m]]
        names = ("cap", "hours", "load", "departures", "trust_start", "starts", "ends")
        return [{name: row[name].item() for name in names} for row in rows]

    @property
    def slots(self) -> int:
        """Slots with navigators in post or beds standing today; 0 at a hub, which has a diary and no limit."""
        day = self.model.world.day
        return sum(worker["cap"] for worker in self.workers if worker["starts"] <= day < worker["ends"])

    @property
    def keyworkers(self) -> float:
        """Full-time keyworkers of a hub, for people leaving prison and for everybody, scaled as the run is."""
        row = self.model.world.services[self.index]
        return float(row["own_hours"] + row["common_hours"])


class TransportLink(Agent):
    """One hop of public transport under the timetable of the day."""

    model: TransitionModel

    def __init__(self, model: TransitionModel, index: int) -> None:
        checked = _checked_row(index, len(model.area.links), "index")
        super().__init__(model)
        self.index = checked

    @property
    def link(self) -> Link:
        """The link's row as it runs today, with what a scenario has added."""
        return self.model.links_today()[self.index]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in ("index", "model"):
            raise AttributeError(name)
        return getattr(self.link, name)
