"""Common ground of the engine's tests: worlds of any scenario and draw, made harsh on purpose, and lives compared by
bits."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.area import Area, load_area
from sim.core.compiled import rows
from sim.engine.model_area import ModelArea
from sim.engine.new_world import new_world, start_people
from sim.engine.run_inputs import RunInputs, derive_run_inputs
from sim.engine.world import World
from sim.evidence import REFERENCE, Draw, ParameterTable, load_parameters
from sim.scenario import LEVERS, Purchase, Scenario, load_scenario
from sim.scenario.shipped import shipped_files

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = tuple(sorted([*(path.stem for path in (ROOT / "scenarios").glob("*.yaml")), "all_of_it", "treatment_cut"]))
# The order of a keyworker's roll is that in which people came to be live on the day of joining it; no part of a life.
ROLL = ("held_after", "held_before")
FIRST_ON_ROLL = "first_held"
# A branch counts them from the study's first day on, a world that is run whole from its own.
FIRST_SINCE_STUDY = ("first_booked", "first_counted", "first_early", "first_early_counted")

HAZARDS = (
    "use_start",
    "use_stop",
    "overdose_base",
    "death_base",
    "suicide",
    "custody_suicide",
    "dropout",
    "completion",
    "asks_for_help",
    "reentry",
    "rough_exit",
    "temporary_to_settled",
    "hidden_exit",
    "hidden_to_rough",
    "temporary_to_homeless",
    "settled_loss",
    "supported_move_on",
    "recall",
    "reoffence",
    "trust_worker_leaves",
)


def distinct_levers() -> list[str]:
    """Levers that raise something no lever before them raises; any other has an effect that these have shown."""
    raised: set[str] = set()
    distinct = []
    for name, lever in LEVERS.items():
        names = set(lever.share.names(lever.options)) if lever.share else {name}
        if names - raised:
            distinct.append(name)
        raised |= names
    return distinct


DISTINCT_LEVERS = distinct_levers()

# One purchase of each of them, large enough to be felt in a small cohort.
PURCHASES: Mapping[str, Mapping[str, Any]] = {
    "naloxone_at_release": {"gbp_per_year": 30_000.0},
    "ost_at_release": {"gbp_per_year": 600_000.0},
    "inreach_worker": {"gbp_per_year": 900_000.0},
    "booked_before_release": {"gbp_per_year": 1_000_000.0},
    "navigators": {"gbp_per_year": 1_500_000.0, "places": ("bristol", "plymouth")},
    "bus_trips": {
        "gbp_per_year": 900_000.0,
        "links": ("L103", "L115", "L117", "L134", "L149", "L206", "L228", "L235", "L268"),
        "options": {"when": "evening"},
    },
    "bridging_script": {"gbp_per_year": 300_000.0},
    "depot_buprenorphine": {"gbp_per_year": 900_000.0},
    "resettlement_workers": {"gbp_per_year": 900_000.0},
    "cas3_beds": {"gbp_per_year": 2_000_000.0},
    "supported_beds": {"gbp_per_year": 2_000_000.0, "places": ("bristol", "plymouth", "exeter")},
    "residential_rehab": {"gbp_per_year": 2_000_000.0},
    "inpatient_detox": {"gbp_per_year": 500_000.0},
    "keyworkers": {"gbp_per_year": 700_000.0},
    "housing_first": {"gbp_per_year": 1_500_000.0, "places": ("bristol", "plymouth", "exeter")},
    "womens_residential": {"gbp_per_year": 600_000.0},
    "trauma_training": {"gbp_per_year": 600_000.0},
    "language_training": {"gbp_per_year": 200_000.0},
    "retention_pay": {"gbp_per_year": 1_200_000.0},
    "womens_centre": {"gbp_per_year": 500_000.0},
    "lgbtq_practitioner": {
        "gbp_per_year": 200_000.0,
        "places": ("bristol", "plymouth", "exeter"),
        "options": {"setting": "sexual_health"},
    },
    "recognition_training": {"gbp_per_year": 150_000.0},
    "inreach_meetings": {"gbp_per_year": 300_000.0},
    "peer_workers": {"gbp_per_year": 900_000.0, "places": ("bristol", "plymouth", "exeter")},
    "peer_naloxone": {"gbp_per_year": 300_000.0},
    "colocated_hub": {"gbp_per_year": 900_000.0, "places": ("bristol", "plymouth", "exeter")},
    "shared_record": {"gbp_per_year": 220_000.0},
    "joint_case_meetings": {"gbp_per_year": 200_000.0},
    "alliance": {"gbp_per_year": 900_000.0, "places": ("bristol", "plymouth", "exeter")},
    "lifts": {"gbp_per_year": 900_000.0},
    "demand_bus": {"gbp_per_year": 400_000.0},
    "travel_passes": {"gbp_per_year": 300_000.0},
    "outreach_clinics": {"gbp_per_year": 400_000.0, "places": ("bude", "liskeard", "tiverton")},
    "remote_appointments": {"gbp_per_year": 200_000.0},
    "dual_diagnosis_worker": {"gbp_per_year": 900_000.0},
    "release_day_planning": {"gbp_per_year": 200_000.0},
}


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Ground:
    """The shipped area and evidence, read once."""

    area: Area
    model_area: ModelArea
    table: ParameterTable
    reference: Draw

    @cache  # noqa: B019  # one ground a session, frozen scenarios
    def scenario(self, name: str = "baseline") -> Scenario:
        """A shipped scenario by name, read once."""
        return load_scenario(shipped_files()[name], area=self.area, parameters=self.table)

    def buying(self, *levers: str, first: int = 0, end: int | None = None) -> Scenario:
        """The baseline with the levers bought from day `first` to before day `end`."""
        baseline = self.scenario()
        starts = baseline.starts + timedelta(days=first)
        ends = None if end is None else baseline.starts + timedelta(days=end)
        bought = tuple(Purchase(lever=name, starts=starts, ends=ends, **PURCHASES[name]) for name in levers)
        return dataclasses.replace(baseline, levers=bought)

    def draw_for(self, lever: str) -> Mapping[str, float]:
        """The reference draw, in which a need that some four people a year have is common where a lever is for it."""
        rare = lever in ("lgbtq_practitioner", "recognition_training")
        return {**self.reference, "population.chemsex_need": 0.5} if rare else self.reference

    def run_inputs(
        self,
        scenario: str | Scenario = "baseline",
        *,
        people: int = 400,
        months: int = 24,
        draw: Mapping[str, float] | None = None,
        warm_up: bool = False,
    ) -> RunInputs:
        """The run_inputs of a scenario, by name or as loaded, under the reference draw unless another is given.

        Without a warm-up day 0 is the study's first day, services begin empty and only the people counted live.
        """
        return derive_run_inputs(
            self.model_area,
            self.scenario(scenario) if isinstance(scenario, str) else scenario,
            self.reference if draw is None else draw,
            reference_people=self.table["population.people_per_year"].value,
            people=people,
            months=months,
            warm_up=warm_up,
        )

    def world(self, run_inputs: RunInputs, seed: int = 1, order: np.ndarray[Any, Any] | None = None) -> World:
        """A world at dawn of day 0."""
        return new_world(self.model_area, run_inputs, seed=seed, order=order)

    def lived(self, run_inputs: RunInputs, seed: int = 1, *, everybody_daily: bool = False) -> World:
        """A world that has been lived to the horizon."""
        world = self.world(run_inputs, seed)
        world.run_to(world.days, everybody_daily=everybody_daily)
        return world


def if_it_works(table: ParameterTable) -> Draw:
    """Every row at its value: a thing that may do nothing does what it does if it does anything, for tests to see."""
    return Draw({name: row.value for name, row in table.items()}, REFERENCE)


def lay_ground() -> Ground:
    """Reads area and evidence."""
    area, table = load_area(), load_parameters()
    return Ground(area, ModelArea(area), table, if_it_works(table))


def with_params(run_inputs: RunInputs, changes: Mapping[str, float]) -> RunInputs:
    """The run_inputs with some of its numbers multiplied."""
    params = run_inputs.params.copy()
    for name, factor in changes.items():
        params[name] = params[name] * factor
    return dataclasses.replace(run_inputs, params=params)


def with_numbers(run_inputs: RunInputs, numbers: Mapping[str, Any]) -> RunInputs:
    """The run_inputs with some of its numbers set; one value for all elements of an array, or one for each."""
    params = run_inputs.params.copy()
    for name, value in numbers.items():
        params[name] = value
    return dataclasses.replace(run_inputs, params=params)


def with_hazards(run_inputs: RunInputs, factor: float) -> RunInputs:
    """The run_inputs with every hazard multiplied, workers' leaving included."""
    return with_params(run_inputs, dict.fromkeys(HAZARDS, factor))


def with_places(run_inputs: RunInputs, factor: float) -> RunInputs:
    """The run_inputs with every navigator's and bed's places multiplied."""
    staff = dataclasses.replace(run_inputs.staff, caps=run_inputs.staff.caps * factor)
    return dataclasses.replace(run_inputs, staff=staff)


def with_keyworkers(run_inputs: RunInputs, factor: float) -> RunInputs:
    """The run_inputs with the hours of today's keyworkers multiplied, whomever they are for."""
    workers = run_inputs.staff.workers.copy()
    workers["hours"][: run_inputs.staff.n_workers_today] *= factor
    return dataclasses.replace(run_inputs, staff=dataclasses.replace(run_inputs.staff, workers=workers))


def with_unlimited_places(run_inputs: RunInputs) -> RunInputs:
    """The run_inputs with room for everybody everywhere, so that nobody competes."""
    caps = np.full_like(run_inputs.staff.caps, 1e6)
    roomy = dataclasses.replace(run_inputs, staff=dataclasses.replace(run_inputs.staff, caps=caps))
    return with_numbers(roomy, {"hub_load_matters": 0.0})


def start_again(world: World) -> None:
    """Book everybody anew after rows were changed or left out before day 0 was lived."""
    for column in world.calendar:
        column[:] = -1
    b = world.run_inputs
    start_people(
        rows(world.people), rows(world.services), rows(b.params), b.staff.service_of_place, b.meeting_near, b.coverage,
        world.row_of, world.calendar,
    )  # fmt: skip


def released_within(world: World, days: int) -> World:
    """The same world with all first releases moved into the first days, so that short runs hold whole lives."""
    people = world.people
    people["first_release"] = people["first_release"].astype(np.int64) * days // 365
    people["custody_until"] = people["first_release"]
    start_again(world)
    return world


def keep_rows(world: World, kept: np.ndarray[Any, Any]) -> World:
    """The same world with the people of the kept rows alone."""
    world.people = np.ascontiguousarray(world.people[kept])
    start_again(world)
    return world


def bits_of(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """u1[n, bytes] of one field of n rows."""
    width = array.itemsize * math.prod(array.shape[1:])
    return np.ascontiguousarray(array).view(np.uint8).reshape(len(array), width)


def differing_fields(
    one: np.ndarray[Any, Any], other: np.ndarray[Any, Any], *, but: Iterable[str] = ()
) -> dict[str, int]:
    """How many rows differ in each field, for fields that differ in a single bit; empty when the lives are equal."""
    assert one.dtype == other.dtype and one.shape == other.shape
    if one.tobytes() == other.tobytes():
        return {}  # equal with the padding of their rows, so no field need be looked at alone
    names = [name for name in one.dtype.names or () if name not in set(but)]
    counts = {name: int((bits_of(one[name]) != bits_of(other[name])).any(axis=1).sum()) for name in names}
    return {name: n for name, n in counts.items() if n}


def numbers_that_differ(
    one: np.ndarray[Any, Any], other: np.ndarray[Any, Any], *, but: Iterable[str] = ROLL
) -> list[int]:
    """Permanent numbers of the people whose rows differ in any field; both arrays hold the same people in order."""
    assert (one["number"] == other["number"]).all()
    names = [name for name in one.dtype.names or () if name not in set(but)]
    differs = np.zeros(len(one), dtype=bool)
    for name in names:
        differs |= (bits_of(one[name]) != bits_of(other[name])).any(axis=1)
    return [int(number) for number in one["number"][differs]]


def assert_same_lives(one: World, other: World, *, but: Iterable[str] = ()) -> None:
    """People, services and workers of both worlds are equal bit for bit (heaps may hold other stale entries)."""
    assert not (found := differing_fields(one.people, other.people, but=(*ROLL, *but))), found
    assert not (found := differing_fields(one.services, other.services, but=("heap_size", *FIRST_SINCE_STUDY))), found
    assert not (found := differing_fields(one.workers, other.workers, but=(FIRST_ON_ROLL,))), found
