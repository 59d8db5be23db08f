"""The diary of one person under each scenario of a study: what happened on which day, and which theme was at work.

A diary is lived anew from the study's own seeds: the same world as in the study, in which one person is watched.
Watching changes nothing. Days before the study began are not told. Whose year differs between two scenarios is read
off the digests of their lives.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np

from sim.core.days import MOMENTS_PER_DAY
from sim.core.errors import InputError
from sim.core.grammar import counted
from sim.engine.world import World
from sim.experiment.simulator import StudySimulator
from sim.mechanisms.events import Event
from sim.outcomes.diary import (
    HIDDEN_NIGHTS,
    IN_CUSTODY,
    ROUGH_NIGHTS,
    TREATED,
    Change,
    Diary,
    Entry,
    PathsThatDiffer,
    Span,
    TwoPaths,
)
from sim.population.codes import (
    COMMUNITY,
    CUSTODY,
    DEAD,
    DRUG_POISONING,
    HIDDEN,
    HOUSING,
    LONGER,
    NEEDS,
    OTHER_CAUSE,
    RESIDENTIAL,
    SEXES,
    SUICIDE,
    TREATMENT,
)

_EVENTS = {int(event): event for event in Event}
_CONTACTS = {Event.CONTACT_KEPT: True, Event.CONTACT_MISSED: False, Event.CONTACT_UNREACHABLE: False}
_MOVES = (Event.RELEASED, Event.MOVES_UP, Event.MOVES_DOWN, Event.CAS3_ENDED, Event.MOVED_IN)
_OFF_THE_STREET = "leaves the street"
_RECALLED, _SENTENCED = "is recalled to custody on the charge", "is taken into custody, with a new sentence"
_DIED = {DRUG_POISONING: "died of an overdose", SUICIDE: "died by suicide", OTHER_CAUSE: "died of another cause"}
_ELSEWHERE = {CUSTODY: "in custody", RESIDENTIAL: "residential treatment", DEAD: "died"}


def diary(simulator: StudySimulator, scenario: int, *, draw: int, replicate: int, number: int) -> Diary:
    """The diary of the person with this number in one run of a study. InputError when there is no such person."""
    world = simulator.world(scenario, draw, replicate)
    people = world.people
    n = int(world.counted.sum())
    if not 0 <= number < n:
        raise InputError(f"there is no person {number}", parameter="number", allowed=f"0 to {n - 1:,}")
    row = int(np.flatnonzero(people["number"] == number)[0])
    people["watched"][row] = 1
    of_scenario = simulator.scenarios[scenario]
    events: list[tuple[int, Event, str]] = []
    states: list[tuple[int, str, str]] = []
    while world.day < world.days:
        world.run_to(world.day + 1)
        logged = people["logged"][row][: people["n_logged"][row]]
        of_day = [_EVENTS[int(moment_and_code) % 256] for moment_and_code in logged]
        in_words = _in_words(of_day, people[row], world.day - 1)
        events += [(world.day - 1, event, words) for event, words in zip(of_day, in_words, strict=True)]
        people["n_logged"][row] = 0
        state = _state(people[row])
        if state is not None:
            states.append((world.day - 1, *state))
    release = int(people["first_release"][row])
    entries = tuple(
        Entry(
            day - release,
            of_scenario.starts + timedelta(days=day - world.first_day),
            event.theme,
            words,
            _CONTACTS.get(event),
        )
        for day, event, words in events
    )
    spans = tuple(
        Span(what, state, first - release, end - release)
        for k, what in enumerate(("where", "treatment"), start=1)
        for state, first, end in _runs([(entry[0], str(entry[k])) for entry in states])
    )
    return Diary(
        of_scenario.name, of_scenario.title, _who(world, row), entries, _end(world, row), spans, _totals(people[row])
    )


def paths_that_differ(simulator: StudySimulator, scenario: int, *, draw: int, replicate: int) -> PathsThatDiffer:
    """Whose year has another event under a scenario than under the study's first one, in one run."""
    usual, other = (_lived(simulator, k, draw, replicate) for k in (0, scenario))
    rows = np.flatnonzero(usual["digest"] != other["digest"])
    changes = []
    for row in rows:
        before, after = _totals(usual[row]), _totals(other[row])
        changes.append(Change(int(usual["number"][row]), {name: after[name] - before[name] for name in before}))
    changes.sort(key=lambda change: (-change.parts, -change.size, change.number))
    return PathsThatDiffer(len(usual), tuple(changes))


def two_paths(simulator: StudySimulator, *, number: int | None = None, draw: int = 0, replicate: int = 0) -> TwoPaths:
    """One person's year under the first two scenarios of a study: the person with this number, or else the first of
    those whose paths differ.

    InputError when there is no such person, and when nobody's path differs.
    """
    differ = paths_that_differ(simulator, 1, draw=draw, replicate=replicate)
    if number is None:
        if not differ.changes:
            title = simulator.scenarios[1].title
            raise InputError(
                f"nobody's year differs under '{title}' in this run of {counted(differ.n_people, 'person', 'people')}",
                allowed="more people, more money or another scenario",
            )
        number = differ.changes[0].number
    usual, other = (diary(simulator, k, draw=draw, replicate=replicate, number=number) for k in (0, 1))
    return TwoPaths(usual, other, differ, simulator.seed, draw + 1, replicate + 1)


def _lived(simulator: StudySimulator, scenario: int, draw: int, replicate: int) -> np.ndarray[Any, Any]:
    """The people counted at the end of a run, by number."""
    world = simulator.world(scenario, draw, replicate)
    world.run_to(world.days)
    people = world.people[world.counted]
    return np.asarray(people[np.argsort(people["number"])])


def _in_words(events: list[Event], person: Any, day: int) -> list[str]:
    """The words of a day's events; a release and the day's last move say where they led, as the housing at the end of
    the day does, and custody after an offence whether it is a recall."""
    words = [event.words for event in events]
    moves = [k for k, event in enumerate(events) if event in _MOVES]
    if moves and person["status"] == COMMUNITY and Event.BED_TAKEN not in events:
        if events[moves[-1]] == Event.MOVES_UP and person["housing"] == HIDDEN:
            words[moves[-1]] = _OFF_THE_STREET
        words[moves[-1]] += f": {HOUSING[person['housing']]}"
    if Event.TAKEN_INTO_CUSTODY in events and Event.RECALL not in events:
        words[events.index(Event.TAKEN_INTO_CUSTODY)] = _RECALLED if day < person["licence_until"] else _SENTENCED
    return words


def _state(person: Any) -> tuple[str, str] | None:
    """Where the person is and their treatment, in words; None before the first release and after the follow-up."""
    if person["status"] == COMMUNITY:
        return HOUSING[person["housing"]], TREATMENT[person["treatment"]]
    where = _ELSEWHERE.get(int(person["status"]))
    return None if where is None else (where, TREATMENT[person["treatment"]])


def _runs(states: list[tuple[int, str]]) -> list[tuple[str, int, int]]:
    """(state, first day, day after the last) of each unbroken run of one state."""
    runs: list[tuple[str, int, int]] = []
    for day, state in states:
        if runs and runs[-1][0] == state and runs[-1][2] == day:
            runs[-1] = (state, runs[-1][1], day + 1)
        else:
            runs.append((state, day, day + 1))
    return runs


def _who(world: World, row: int) -> dict[str, Any]:
    """Traits that do not change, in words."""
    person = world.people[row]
    return {
        "number": int(person["number"]),
        "sex": SEXES[person["sex"]],
        "age": int(person["age"]),
        "need": NEEDS[person["need"]].replace("_", " "),
        "four or more adverse experiences": bool(person["ace4"]),
        "complex PTSD": bool(person["complex_ptsd"]),
        "mental health need": bool(person["mental_health"]),
        "no fixed abode before": bool(person["no_fixed_abode"]),
        "a sentence to 12 months": bool(person["sentence"] != LONGER),
        "first left from remand or court": bool(person["licence_days"] == 0),
    }


def _totals(person: Any) -> dict[str, float]:
    """Days and nights of the year that a diary adds up."""
    return {
        TREATED: float(person["treatment_moments"] / MOMENTS_PER_DAY),
        ROUGH_NIGHTS: float(person["rough_moments"].sum() / MOMENTS_PER_DAY),
        HIDDEN_NIGHTS: float(person["hidden_moments"] / MOMENTS_PER_DAY),
        IN_CUSTODY: float(person["custody_moments"].sum() / MOMENTS_PER_DAY),
    }


def _end(world: World, row: int) -> str:
    """How the year went, in one line."""
    person = world.people[row]
    totals = {name: round(amount) for name, amount in _totals(person).items()}
    first = "" if person["first_night"] < 0 else f"first night: {HOUSING[person['first_night']]}; "
    died = f"; {_DIED[int(person['death_cause'])]}" if person["death_cause"] else ""
    if person["died_in_custody"]:
        died += " in custody"
    days, back = counted(totals[TREATED], "day"), counted(totals[IN_CUSTODY], "day")
    rough = counted(totals[ROUGH_NIGHTS], "night")
    hidden = f", {counted(totals[HIDDEN_NIGHTS], 'night')} homeless off the street" if totals[HIDDEN_NIGHTS] else ""
    return f"{first}{days} in treatment, {rough} rough{hidden}, {back} in custody{died}"
