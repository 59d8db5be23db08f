"""The passage from prison as somebody writes it in Mesa: an agent a person, a step a day, a draw a risk.

model = PassageModel(people=300, seed=1)
model.run_model()
model.datacollector.get_model_vars_dataframe()

Written to be read, with Mesa's own AgentSet, DataCollector and random numbers, and with no trick for or against speed.
Agents are made on the day of release and removed at death or after a year.
"""

from __future__ import annotations

from collections import deque

from mesa import Agent, DataCollector, Model
from passage_numbers import HUBS, YEAR, Numbers, places_for, reference_numbers

DAYS = 2 * YEAR


class Hub(Agent):
    """A treatment service with places and a waiting list."""

    def __init__(self, model: PassageModel, places: int) -> None:
        super().__init__(model)
        self.free_slots = places
        self.waiting: deque[PersonLeavingPrison] = deque()

    def step(self) -> None:
        """Offer free places to those who have waited longest."""
        while self.free_slots > 0 and self.waiting:
            person = self.waiting.popleft()
            if person.treatment == "waiting" and not person.has_place and person.ready_day <= self.model.day:
                self.free_slots -= 1
                person.has_place = True
                person.appointment_day = self.model.day + 1


class PersonLeavingPrison(Agent):
    """One person, from the day of release to death or the end of a year."""

    def __init__(self, model: PassageModel, hub: Hub) -> None:
        super().__init__(model)
        self.hub = hub
        self.numbers = model.numbers
        self.first_release = model.day
        self.has_opiate_need = self.random.random() < self.numbers.opiate_share
        self.treatment = "none"
        self.has_place = False
        self.overdoses = 0
        self.release()

    def chance(self, probability: float) -> bool:
        """Whether something with the probability happens."""
        return self.random.random() < probability

    def release(self) -> None:
        """Walk out of prison: housing, use, OST and referral of the first day."""
        numbers, day = self.numbers, self.model.day
        self.place = "community"
        self.released = self.abstinent_since = self.spell_start = day
        self.custody_until = None
        u = self.random.random()
        if u < numbers.first_night_rough:
            self.housing = "rough"
        elif u < numbers.first_night_rough + numbers.first_night_temporary:
            self.housing = "temporary"
        else:
            self.housing = "settled"
        self.using = self.chance(numbers.use_on_release)
        self.on_ost = self.has_opiate_need and self.chance(numbers.ost_at_release)
        self.missed = 0
        self.appointment_day = None
        self.ready_day = None
        if not self.chance(numbers.referral_lost):
            self.treatment = "waiting"
            self.ready_day = day + numbers.first_delay_days

    def step(self) -> None:
        """Live a day."""
        day = self.model.day
        if day - self.first_release >= YEAR:
            self.end()
        elif self.place == "custody":
            if day >= self.custody_until:
                self.release()
        else:
            self.live_in_the_community(day)

    def live_in_the_community(self, day: int) -> None:
        """Treatment, housing, use, overdose, death, recall and reoffending, in this order."""
        self.meet_treatment(day)
        self.move_house(day)
        self.use(day)
        if self.using and self.overdoses_today(day):
            if self.chance(self.numbers.fatality):
                self.die()
                return
            self.overdoses += 1
        is_rough = self.housing == "rough"
        if self.chance(self.numbers.other_death[is_rough]):
            self.die()
        elif self.is_taken_back(day, is_rough):
            self.enter_custody(day)

    def is_taken_back(self, day: int, is_rough: bool) -> bool:
        """Whether the person is recalled today, or reoffends and goes back to custody."""
        if day - self.first_release < self.numbers.licence_days and self.chance(self.numbers.recall[is_rough]):
            return True
        return self.chance(self.numbers.reoffence) and self.chance(self.numbers.after_reoffence)

    def meet_treatment(self, day: int) -> None:
        """Ask, wait, meet an appointment or a contact, drop out or complete."""
        numbers = self.numbers
        if self.treatment == "none":
            if self.chance(numbers.asks_for_help):
                self.treatment = "waiting"
                self.ready_day = day + 1
                self.missed = 0
        elif self.treatment == "waiting":
            if day == self.ready_day:
                self.hub.waiting.append(self)
            elif day == self.appointment_day:
                self.meet_first_appointment(day)
        else:
            since = day - self.treatment_start
            if day == self.contact_day:
                self.meet_contact(day)
            band = 0 if since < 28 else (1 if since < 84 else 2)
            if self.chance(numbers.dropout[band]) or (since >= 84 and self.chance(numbers.completion)):
                self.leave_treatment()

    def meet_first_appointment(self, day: int) -> None:
        """Keep the first appointment and start, or miss it and be offered another."""
        self.appointment_day = None
        if self.chance(self.numbers.keeps_first):
            self.treatment = "in treatment"
            self.treatment_start = day
            self.contact_day = day + self.numbers.contact_days
            self.trust = self.numbers.trust_start
            self.on_ost = self.has_opiate_need
            return
        self.give_up_place()
        self.missed += 1
        if self.missed >= self.numbers.max_missed:
            self.treatment = "none"
        else:
            self.ready_day = day + self.numbers.retry_days

    def meet_contact(self, day: int) -> None:
        """Keep or miss a contact; trust follows."""
        if self.chance(self.numbers.keeps_contact):
            self.trust += self.numbers.trust_step * (1.0 - self.trust)
        else:
            self.trust -= self.numbers.trust_step * self.trust
        self.contact_day = day + self.numbers.contact_days

    def move_house(self, day: int) -> None:
        """Find a roof, move on, or lose a home."""
        numbers, before = self.numbers, self.housing
        if before == "rough":
            if self.chance(numbers.rough_exit[day - self.spell_start >= 28]):
                self.housing = "settled" if self.chance(numbers.rough_exit_settled) else "temporary"
        elif before == "temporary":
            if self.chance(numbers.temporary_to_settled):
                self.housing = "settled"
            elif self.chance(numbers.temporary_to_rough):
                self.housing = "rough"
        elif self.chance(numbers.settled_loss):
            self.housing = "rough" if self.chance(numbers.loss_to_rough) else "temporary"
        if self.housing != before:
            self.spell_start = day

    def use(self, day: int) -> None:
        """Start or stop using."""
        if self.using:
            if self.chance(self.numbers.use_stop[self.treatment == "in treatment"]):
                self.using = False
                self.abstinent_since = day
        else:
            since = day - self.abstinent_since
            band = 0 if since < 28 else (1 if since < 84 else 2)
            self.using = self.chance(self.numbers.use_start[self.on_ost][band])

    def overdoses_today(self, day: int) -> bool:
        """Whether somebody who uses overdoses today; the hazard falls as tolerance comes back."""
        since = day - self.released
        band = 3 if self.on_ost else (0 if since < 7 else (1 if since < 14 else (2 if since < 28 else 3)))
        return self.chance(self.numbers.overdose[self.housing == "rough"][band])

    def give_up_place(self) -> None:
        """The place in treatment is free for somebody else."""
        if self.has_place:
            self.has_place = False
            self.hub.free_slots += 1

    def leave_treatment(self) -> None:
        """Treatment, waiting and OST end."""
        self.treatment = "none"
        self.on_ost = False
        self.give_up_place()

    def enter_custody(self, day: int) -> None:
        """Back in custody."""
        self.leave_treatment()
        self.using = False
        self.place = "custody"
        self.custody_until = day + self.numbers.custody_days

    def die(self) -> None:
        """The life ends."""
        self.model.deaths += 1
        self.end()

    def end(self) -> None:
        """Out of the model."""
        self.leave_treatment()
        self.remove()


class PassageModel(Model):
    """People released evenly over a year and followed for one each.

    person_days: days lived between release and death or end of follow-up, as Throughgate counts them.
    """

    def __init__(self, people: int, seed: int | None = None, numbers: Numbers | None = None) -> None:
        super().__init__(rng=seed)
        self.numbers = reference_numbers() if numbers is None else numbers
        self.day = 0
        self.deaths = 0
        self.person_days = 0
        self.hubs = [Hub(self, places_for(people)) for _ in range(HUBS)]
        self.releases = [0] * DAYS
        for _ in range(people):
            self.releases[self.random.randrange(YEAR)] += 1
        self.datacollector = DataCollector(
            model_reporters={
                "people": lambda model: len(model.people),
                "rough": lambda model: sum(person.housing == "rough" for person in model.people),
                "in_treatment": lambda model: sum(person.treatment == "in treatment" for person in model.people),
                "deaths": "deaths",
            }
        )

    @property
    def people(self) -> list[PersonLeavingPrison]:
        """People followed today."""
        return self.agents_by_type.get(PersonLeavingPrison, [])

    def step(self) -> None:
        """A day: releases, everybody in a random order, then the hubs."""
        for _ in range(self.releases[self.day]):
            PersonLeavingPrison(self, self.random.choice(self.hubs))
        if self.people:
            self.people.shuffle_do("step")
        self.agents_by_type[Hub].do("step")
        self.person_days += len(self.people)
        self.datacollector.collect(self)
        self.day += 1
        self.running = self.day < DAYS
