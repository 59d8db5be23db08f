"""One scenario under one parameter draw, ready to be lived: numbers, services, workers, chances by day, timetables.

A run begins a year before the study: people released in that year, and in the year after the study's, live beside those
who are counted, so that services are as busy as in the middle of any year on every day that counts. Whatever a scenario
buys begins with the study. A run of fewer people than the region releases has all its capacity scaled by the same ratio
(staff.py); a fractional slot stands or not by a keyed random number, so that the mean holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.area import LinkChange
from sim.core.compiled import rows
from sim.core.days import MONTHS, NEVER, STUDY_DAYS, WARM_UP_DAYS, day_of, horizon
from sim.engine.early_release import pulses_of
from sim.engine.model_area import ModelArea, Timetable
from sim.engine.recall_law import date_of_day_0, set_recall_law
from sim.engine.staff import Staff, staff_of
from sim.engine.state import Plan
from sim.evidence.recall_laws import load_recall_laws
from sim.mechanisms.attendance import JOURNEY_FROM
from sim.mechanisms.parameters import derive_params
from sim.population.codes import MOST_PEOPLE, OPIATE_NO_CRACK
from sim.population.coverage import COVERAGE, N_COVERAGE
from sim.population.disadvantage import alike
from sim.population.margins import margins_of
from sim.population.own_returns import with_own_returns
from sim.population.traits import need_shares, remand_of_releases, trait_numbers
from sim.scenario import Delivery, Demand, Scenario, Spend, deliver, keyworker_posts
from sim.scenario.delivery.shares import SHARES
from sim.scenario.flow import Flow

PEOPLE_PARAMETER = "population.people_per_year"
SUNDAY = 6
DISADVANTAGE = "disadvantage"  # switched off, no loading of it acts


@dataclass(frozen=True, eq=False)
class RunInputs:
    """Everything a run needs but its people and its streams of random numbers; never changed by a run.

    people: size of the cohort; scale: it over the region's yearly number under this draw. first_day: day of the run on
    which the study begins; 0 leaves the people of the years beside it out, and services begin empty. days: length of
    the run. Arrays are shaped as in sim/engine/state.py. draw: the parameter values; off: mechanisms switched off.
    pulses: early releases (early_release.py). link_changes, spend: as delivered (sim/scenario/delivery/records.py);
    flows: the same money day by day (sim/scenario/money_flows.py); all else that is delivered stands in the arrays.
    place_of_hub: place in which each hub's column stands.
    """

    people: int
    first_day: int
    days: int
    start_weekday: int
    scale: float
    draw: Mapping[str, float]
    off: tuple[str, ...]
    traits: np.ndarray[Any, Any]
    params: np.ndarray[Any, Any]
    staff: Staff
    hub_of_place: np.ndarray[Any, Any]
    meeting_near: np.ndarray[Any, Any]
    chances: np.ndarray[Any, Any]
    booked: np.ndarray[Any, Any]
    journeys: np.ndarray[Any, Any]
    homeward: np.ndarray[Any, Any]
    epoch_of_day: np.ndarray[Any, Any]
    coverage: np.ndarray[Any, Any]
    coverage_of_day: np.ndarray[Any, Any]
    month_of_day: np.ndarray[Any, Any]
    pulses: np.ndarray[Any, Any]
    link_changes: tuple[tuple[int, int, tuple[LinkChange, ...]], ...]
    spend: tuple[Spend, ...]
    flows: tuple[Flow, ...]
    place_of_hub: np.ndarray[Any, Any]

    @property
    def plan(self) -> Plan:
        """What is fixed before the run, as compiled code reads it."""
        return Plan(
            params=rows(self.params),
            service_of_place=self.staff.service_of_place,
            journeys=self.journeys,
            homeward=self.homeward,
            chances=self.chances,
            booked=self.booked,
            coverage=self.coverage,
            epoch_of_day=self.epoch_of_day,
            coverage_of_day=self.coverage_of_day,
            month_of_day=self.month_of_day,
            start_weekday=self.start_weekday,
        )


def demand_of(model_area: ModelArea, draw: Mapping[str, float]) -> Demand:
    """Who is there to be reached in a year under a draw, in real people; releases count re-releases, people none."""
    releases = draw[PEOPLE_PARAMETER] * draw["custody.releases_per_person"]
    posts = keyworker_posts(draw) * model_area.catchment
    staff = np.zeros(len(model_area.area.places))
    for k, site in enumerate(model_area.hubs):
        staff[model_area.area.place_index[model_area.area.services[site].place]] += posts[k]
    own = model_area.timetable().journeys[np.arange(len(model_area.area.places)), model_area.hub_of_place]
    return Demand(
        releases_per_year=model_area.prison_shares(draw) * releases,
        planned_share=1.0 - remand_of_releases(draw),
        releases_each=max(1.0, draw["custody.releases_per_person"]),
        opiate_share=float(need_shares(draw)[: OPIATE_NO_CRACK + 1].sum()),
        staff_per_place=staff,
        far=(own[:, 0] > JOURNEY_FROM).astype(np.float64),
        fare_due=(own[:, 1] > 0.0).astype(np.float64),
    )


def derive_run_inputs(
    model_area: ModelArea,
    scenario: Scenario,
    draw: Mapping[str, float],
    reference_people: float,
    people: int,
    months: int,
    *,
    warm_up: bool = True,
) -> RunInputs:
    """The run_inputs of a scenario under a draw.

    people: cohort size at the reference yearly number `reference_people`; a draw with more people a year has as
    many more. warm_up: live the year before the study, with people released in it.
    """
    first_day = WARM_UP_DAYS if warm_up else 0
    days = first_day + horizon(months)
    cohort = max(1, round(people * draw[PEOPLE_PARAMETER] / reference_people))
    if cohort > MOST_PEOPLE:
        raise ValueError(f"{cohort} people are more than a queue key can number ({MOST_PEOPLE})")
    scale = people / reference_people
    acting = alike(draw) if DISADVANTAGE in scenario.off else draw  # beds are counted by who comes back, too
    traits = trait_numbers(acting)
    margins = margins_of(acting, *model_area.journey_margins, numbers=traits[0])
    acting = with_own_returns(acting, traits[0], margins.nodes)
    demand = demand_of(model_area, acting)
    delivery = deliver(scenario, acting, demand, model_area.area, days - first_day)
    today = deliver(replace(scenario, levers=()), acting, demand, model_area.area, 1)
    params = derive_params(acting, margins, [name for name in scenario.off if name != DISADVANTAGE])
    zero = date_of_day_0(scenario.starts, first_day)
    if "custody" not in scenario.off:
        set_recall_law(params, load_recall_laws(), draw, zero, scenario.recall_law)
    params[0]["start_weekday"] = scenario.starts.weekday()
    hub_places = model_area.place_of_hub
    planned = (delivery.prison["release_day_planned"] > 0.0).any(axis=1)
    params[0]["looks_ahead_from"] = first_day + int(np.argmax(planned)) if planned.any() else NEVER
    _set_supply(params, scenario, first_day)
    coverage, coverage_of_day = _coverage(model_area, delivery, hub_places, first_day)
    journeys, homeward, epochs = _timetables(model_area, draw, delivery, first_day, days, scenario.starts.weekday())
    return RunInputs(
        people=cohort,
        first_day=first_day,
        days=days,
        start_weekday=scenario.starts.weekday(),
        scale=scale,
        draw=draw,
        off=scenario.off,
        traits=traits,
        params=params,
        staff=staff_of(model_area, acting, delivery, scale, margins, days=days, first_day=first_day),
        hub_of_place=model_area.hub_of_place,
        meeting_near=model_area.meeting_near,
        chances=_after(first_day, _chances(today), _chances(delivery)),
        booked=_after(first_day, today.booked_share, delivery.booked_share)[
            :, hub_places[model_area.hub_of_place]
        ].copy(),
        journeys=journeys,
        homeward=homeward,
        epoch_of_day=epochs,
        coverage=coverage,
        coverage_of_day=coverage_of_day,
        month_of_day=np.clip((np.arange(days) - first_day) * MONTHS // STUDY_DAYS, 0, MONTHS - 1),
        pulses=pulses_of(model_area.area, zero, days, scale),
        link_changes=delivery.link_changes,
        spend=delivery.spend,
        flows=delivery.flows,
        place_of_hub=model_area.place_of_hub,
    )


def _chances(delivery: Delivery) -> np.ndarray[Any, Any]:
    """f8[days, prisons, N_CHANCES], in their order (sim/engine/state.py)."""
    parts = (
        delivery.naloxone_share,
        delivery.ost_share,
        delivery.referral_lost,
        delivery.depot_share,
        delivery.bridged_share,
        delivery.resettlement_share,
        delivery.prison["met_mutual_aid"],
        delivery.prison["release_day_planned"],
    )
    return np.stack(parts, axis=2)


def _set_supply(params: np.ndarray[Any, Any], scenario: Scenario, first_day: int) -> None:
    """Days of the run between which stronger opioids are about, if the scenario says so."""
    if scenario.stronger_opioids is not None:
        starts, ends = scenario.stronger_opioids
        params[0]["potent_from"] = first_day + day_of(scenario.starts, starts)
        params[0]["potent_until"] = NEVER if ends is None else first_day + day_of(scenario.starts, ends)


def _coverage(
    model_area: ModelArea, delivery: Delivery, hub_places: np.ndarray[Any, Any], first_day: int
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """f8[rows, homes, N_COVERAGE] and i8[days of the run], the row of each day; like days share a row."""
    hub_of_home = hub_places[model_area.hub_of_place]
    days, n = delivery.booked_share.shape
    if not SHARES.keys() & {entry["lever"] for entry in delivery.spend}:
        return np.zeros((1, n, N_COVERAGE)), np.zeros(first_day + days, dtype=np.int64)
    by_place = {name: delivery.home[name] for name in COVERAGE if name in delivery.home}
    by_place |= {name: delivery.hub[name][:, hub_of_home] for name in delivery.hub if delivery.hub[name].any()}
    bought = {COVERAGE.index(name): share for name, share in by_place.items() if share.any()}
    changed = np.zeros(days, dtype=bool)
    for share in bought.values():
        changed[1:] |= (share[1:] != share[:-1]).any(axis=1)
        changed[0] |= bool(first_day) and bool(share[0].any())
    of_day = np.concatenate([np.zeros(first_day, dtype=np.int64), np.cumsum(changed, dtype=np.int64)])
    distinct = np.zeros((1 + int(changed.sum()), n, N_COVERAGE))
    for k, share in bought.items():
        distinct[1:, :, k] = share[changed]
        if not first_day:
            distinct[0, :, k] = share[0]
    return distinct, of_day


def _after(first_day: int, today: np.ndarray[Any, Any], study: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Today's values for the days before the study, then the study's."""
    return np.ascontiguousarray(np.concatenate([np.repeat(today[:1], first_day, axis=0), study]))


def _timetables(
    model_area: ModelArea, draw: Mapping[str, float], delivery: Delivery, first_day: int, days: int, start_weekday: int
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Journeys and ways home by timetable, and the timetable of each day; Sundays have their own where a hub opens."""
    spans = [
        (0, days, ()),
        *((first + first_day, end + first_day, links) for first, end, links in delivery.link_changes),
    ]
    day_types = ["weekday"]
    if ((model_area.hub_open_days >> SUNDAY) & 1).any():
        day_types.append("sunday")
    sundays = (start_weekday + np.arange(days)) % 7 == SUNDAY
    epochs = np.zeros(days, dtype=np.int64)
    tables: list[Timetable] = []
    for first, end, changes in spans:
        for day_type in day_types:
            chosen = np.arange(first, min(end, days))
            chosen = chosen[sundays[chosen]] if day_type == "sunday" else chosen
            epochs[chosen] = len(tables)
            tables.append(model_area.timetable(changes, day_type))
    homeward = np.stack([table.homeward for table in tables])
    longer = 60.0 * draw["housing.arrival_outside_region_hours"]
    homeward[:, -1, :, 0] += longer
    homeward[:, -1, :, 1] -= longer
    return np.stack([table.journeys for table in tables]), homeward, epochs
