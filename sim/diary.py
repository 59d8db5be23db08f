"""The diary of one person under each scenario of a study: what happened on which day, and which theme was at work.

A diary is lived anew from the study's own seeds: the same world as in the study, in which one person is watched.
Watching changes nothing. Days before the study began are not told.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np

from sim.core.days import MOMENTS_PER_DAY
from sim.core.errors import InputError
from sim.engine.world import World
from sim.mechanisms import ledger as L
from sim.mechanisms.acts import ACT_THEMES, ACT_WORDS
from sim.outcomes.diary import Diary, Entry
from sim.population import processes as P
from sim.population.person import HOUSING, NEEDS, SEXES
from sim.simulator import StudySimulator

# What a clock or a booked day brings: theme and words.
_EVENTS: dict[int, tuple[str, str]] = {
    P.USE_STARTS: ("T2", "uses again"),
    P.USE_STOPS: ("T2", "stops using"),
    P.OVERDOSE: ("T2", "overdoses"),
    P.OTHER_DEATH: ("T2", "dies of another cause"),
    P.DROPS_OUT: ("T1", "leaves treatment before it is complete"),
    P.COMPLETES_TREATMENT: ("T1", "completes treatment"),
    P.ASKS_FOR_HELP: ("T1", "asks for help"),
    P.MOVES_UP: ("T3", "moves to better housing"),
    P.MOVES_DOWN: ("T3", "loses a place to live"),
    P.RECALL: ("T11", "is recalled for a breach"),
    P.REOFFENCE: ("T11", "has a proven reoffence"),
    L.RELEASED: ("T1", "leaves prison"),
    L.APPOINTMENT_KEPT: ("T1", "keeps the first appointment; treatment begins"),
    L.APPOINTMENT_MISSED: ("T1", "misses a first appointment"),
    L.APPOINTMENT_UNREACHABLE: ("T14", "cannot reach a first appointment"),
    L.CONTACT_KEPT: ("T5", "meets the keyworker"),
    L.CONTACT_MISSED: ("T5", "misses the keyworker"),
    L.CONTACT_UNREACHABLE: ("T14", "cannot reach the keyworker"),
    L.SCRIPT_ENDED: ("T1", "the release prescription ends"),
    L.FOLLOW_UP_ENDED: ("", "a year has passed since the first release"),
    L.NAVIGATOR_ENDED: ("T8", "the navigator's support ends"),
    L.CAS3_ENDED: ("T3", "the longest stay in a short-stay bed ends"),
    L.MOVED_IN: ("T3", "moves into a place with support"),
    L.RESIDENTIAL_STARTED: ("T1", "moves into residential treatment"),
    L.RESIDENTIAL_ENDED: ("T1", "leaves residential treatment"),
    L.TAKEN_INTO_CUSTODY: ("T11", "is taken into custody"),
}
EVENTS = _EVENTS | {code: (ACT_THEMES[code], words) for code, words in ACT_WORDS.items()}


def diary(simulator: StudySimulator, scenario: int, *, draw: int, replicate: int, number: int) -> Diary:
    """The diary of the person with this number in one run of a study. InputError when there is no such person."""
    world = simulator.world(scenario, draw, replicate)
    people = world.people
    n = int(world.counted.sum())
    if not 0 <= number < n:
        raise InputError(f"there is no person {number}", key="NUMBER", allowed=f"0 to {n - 1:,}")
    row = int(np.flatnonzero(people["number"] == number)[0])
    people["watched"][row] = 1
    asked = simulator.scenarios[scenario]
    found: list[tuple[int, int]] = []
    while world.day < world.days:
        world.run_to(world.day + 1)
        found += [(world.day - 1, int(noted) % 256) for noted in people["noted"][row][: people["n_noted"][row]]]
        people["n_noted"][row] = 0
    release = int(people["first_release"][row])
    entries = tuple(
        Entry(day - release, asked.starts + timedelta(days=day - world.first_day), *EVENTS[code]) for day, code in found
    )
    return Diary(asked.name, asked.title, _who(world, row), entries, _end(world, row))


def _who(world: World, row: int) -> dict[str, Any]:
    """Traits that do not change, in words."""
    person = world.people[row]
    return {
        "number": int(person["number"]),
        "sex": SEXES[person["sex"]],
        "age": int(person["age"]),
        "need": NEEDS[person["need"]].replace("_", " "),
        "four or more adverse experiences": bool(person["ace4"]),
        "mental health need": bool(person["mental_health"]),
        "no fixed abode before": bool(person["no_fixed_abode"]),
    }


def _end(world: World, row: int) -> str:
    """How the year went, in one line."""
    person = world.people[row]
    nights = person["rough_moments"].sum() / MOMENTS_PER_DAY
    treated, inside = person["treatment_moments"] / MOMENTS_PER_DAY, person["custody_moments"].sum() / MOMENTS_PER_DAY
    first = "" if person["first_night"] < 0 else f"first night: {HOUSING[person['first_night']]}; "
    died = "; died" if person["death_cause"] else ""
    return f"{first}{treated:.0f} days in treatment, {nights:.0f} nights rough, {inside:.0f} days in custody{died}"
