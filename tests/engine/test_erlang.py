"""Queues of the whole engine against Erlang's formulas, where a stay is long against a day.

Arrivals are spread evenly over ten years. Supported places: everybody sleeps rough on the first night and goes home
where a house of such places stands, stays are exponential, so that each house is an M/M/c queue: P(wait) is Erlang's C,
the mean wait C / (c mu - lambda). Short-stay beds, whose referral lapses after one night, are a loss system: Erlang's
B, for any distribution of stays of the same mean.
Places are offered at night. A place is free from the night of the day on which somebody leaves, so a stay lasts
between its length and a day more: the formulas at those two lengths enclose what is seen, and everywhere 3.9 standard
errors over independent houses or runs are allowed (odds of a false alarm below 1 in 10,000 a check).
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from engine_ground import Ground, start_again, with_numbers

from sim.core.days import horizon
from sim.engine.new_world import World, _rooms
from sim.engine.run_inputs import RunInputs
from sim.population.codes import CAS3, CAS3_SERVICE, NO_SERVICE, ROUGH, SUPPORTED_SERVICE
from sim.scenario import Purchase, Scenario

MONTHS = 128
DAYS = horizon(MONTHS)  # a queue key holds 4,096
FIRST_SEEN, FOLLOWED = 500, 366
LOST = 2  # column of the chances of a release: the referral is lost
SIGMAS = 3.9
Array = np.ndarray[Any, Any]

# Nothing happens to anybody but being offered a place and leaving it; on the first night everybody is homeless.
QUIET: dict[str, Any] = dict.fromkeys(
    (
        "use_start", "use_stop", "overdose_base", "death_base", "suicide", "custody_suicide", "asks_for_help", "recall",
        "reoffence", "trust_worker_leaves", "settled_loss", "temporary_to_homeless", "temporary_to_settled",
        "rough_exit", "hidden_exit", "hidden_to_rough",
        "cas3_refers_homeless", "cas3_refers_temporary",
    ),
    0.0,
) | {"homeless_intercept": 40.0, "first_night_street": 1.0, "lost_today": 1.0}  # fmt: skip


def quiet(ground: Ground, people: int, numbers: dict[str, Any], scenario: str | Scenario = "baseline") -> RunInputs:
    """Ten years of a region where the way home takes no time and nobody comes to treatment, with QUIET and the numbers
    given."""
    b = with_numbers(ground.run_inputs(scenario, people=people, months=MONTHS), QUIET | numbers)
    chances = b.chances.copy()
    chances[:, :, LOST] = 1.0
    homeward = np.ascontiguousarray(np.broadcast_to((0.0, 1e4), b.homeward.shape))
    return dataclasses.replace(b, chances=chances, homeward=homeward)


def arriving_evenly(ground: Ground, run_inputs: RunInputs, seed: int, homes: Array) -> World:
    """Everybody is first released on some day of the ten years, and goes home to one of the homes."""
    world = ground.world(run_inputs, seed)
    p, stream = world.people, np.random.default_rng(seed)
    p["first_release"] = p["custody_until"] = stream.integers(1, DAYS - FOLLOWED, len(p))
    p["remand"] = 0  # everybody's release is planned, and so known on its eve
    p["home"] = homes[stream.integers(0, len(homes), len(p))]
    _rooms(p, world.services, run_inputs.staff)
    world.heap = np.zeros(int(world.services["heap_room"].sum()), dtype=np.uint64)
    start_again(world)
    return world


def erlang_b(c: int, load: float) -> float:
    """Share of arrivals that find all c places taken, when whoever finds none goes away."""
    b = 1.0
    for k in range(1, c + 1):
        b = load * b / (k + load * b)
    return b


def erlang_c(c: int, load: float) -> float:
    """Share of arrivals that wait, when whoever finds no place waits."""
    b = erlang_b(c, load)
    return b / (1.0 - load / c * (1.0 - b))


def waits_by_formula(c: int, arrivals: float, stay: float) -> tuple[float, float]:
    """(share who wait past the night of the day on which they come, mean wait in days): P(W > u) is C exp(-s u) with
    s = c / stay - arrivals, and the night is u, evenly between 0 and 1 day away."""
    waiting, slack = erlang_c(c, arrivals * stay), c / stay - arrivals
    return waiting * -math.expm1(-slack) / slack, waiting / slack


def test_erlangs_formulas_against_published_values() -> None:
    assert erlang_b(10, 5.0) == pytest.approx(0.0184, abs=5e-5)  # traffic tables
    assert erlang_c(1, 0.6) == pytest.approx(0.6) and erlang_c(2, 1.0) == pytest.approx(1 / 3)


def enclosed(seen: Array, low: float, high: float) -> None:
    """The mean of independent values lies between the two, errors allowed; and the errors are small enough to tell."""
    error = SIGMAS * float(seen.std(ddof=1)) / math.sqrt(len(seen))
    assert low - error < seen.mean() < high + error, (seen.mean(), low, high, error)
    assert error < 0.2 * high


def houses_everywhere(ground: Ground) -> Scenario:
    """Supported places bought wherever a hub stands: a house for each housing authority there, open from day 0 on."""
    baseline, hubs = ground.scenario(), ground.model_area.place_of_hub
    places = tuple(sorted({ground.area.places[k].id for k in hubs}))
    bought = Purchase(lever="supported_beds", gbp_per_year=20e6, places=places, starts=baseline.starts)
    return dataclasses.replace(baseline, levers=(bought,))


@pytest.mark.parametrize(("c", "busy", "stay"), [(1, 0.4, 30.0), (3, 0.6, 40.0), (6, 0.7, 40.0)])
def test_waits_for_supported_places_against_erlangs_c(ground: Ground, c: int, busy: float, stay: float) -> None:
    """c places a house, `busy` of them held in the mean; 12 runs."""
    scenario = houses_everywhere(ground)
    of_place = ground.run_inputs(scenario, people=1).staff.service_of_place[SUPPORTED_SERVICE]
    houses, homes = np.unique(of_place, return_index=True)
    houses, homes = houses[houses >= 0], homes[houses >= 0]
    arrivals = busy * c / stay
    people = round(arrivals * (DAYS - FOLLOWED) * len(houses))
    run_inputs = quiet(ground, people, {"supported_move_on": 1.0 / stay}, scenario)
    waited, mean = [], []
    for seed in range(12):
        world = arriving_evenly(ground, run_inputs, seed, homes)
        world.workers["cap"] = 0
        world.workers["cap"][world.services["first_worker"][houses]] = c
        world.run_to(world.days)
        p = world.people[world.people["first_release"] > FIRST_SEEN]
        assert (p["first_night"] == ROUGH).all() and (p["joined"][:, SUPPORTED_SERVICE] == 1).all()
        assert (world.services["load"] == 0).all() and (world.services["waiting"] == 0).all()
        nights = p["bed_day"] - p["first_release"] - 1  # the earliest move is on the next day
        for home in homes:
            of_house = nights[p["home"] == home]
            waited.append(float((of_house > 0).mean()))
            mean.append(float(of_house.mean()))
    (low_share, low_wait), (share, wait) = (waits_by_formula(c, arrivals, length) for length in (stay, stay + 1.0))
    enclosed(np.array(waited), low_share, share)
    enclosed(np.array(mean), low_wait, wait)
    # The oracle tells c places from one more and one fewer, and a stay from one that is a fifth longer.
    assert np.mean(waited) > 1.2 * waits_by_formula(c + 1, arrivals, stay + 1.0)[0]
    assert np.mean(mean) < waits_by_formula(c, 1.2 * arrivals, stay)[1]


@pytest.mark.parametrize(("beds", "load", "leaving"), [(4, 4.0, 0.02), (10, 9.0, 0.02), (10, 15.0, 0.0)])
def test_short_stay_beds_against_erlangs_b(ground: Ground, beds: int, load: float, leaving: float) -> None:
    """Everybody is referred; stays end with a move at a constant hazard, or as planned: 7 to 56 nights (0.2 of them),
    57 to 84 (0.6) or 85 to 112. 24 runs."""
    nights = np.concatenate([np.arange(a, b + 1) for a, b in ((7, 56), (57, 84), (85, 112))])
    shares = np.repeat([0.2 / 50, 0.6 / 28, 0.2 / 28], [50, 28, 28])
    stay = float(shares @ (-np.expm1(-leaving * nights) / leaving if leaving else nights))
    people = round(load / stay * (DAYS - FOLLOWED))
    numbers = {"temporary_to_settled": leaving, "cas3_refers_homeless": 1.0}
    run_inputs = quiet(ground, people, numbers)
    turned_away = []
    for seed in range(24):
        world = arriving_evenly(ground, run_inputs, seed, np.arange(len(ground.area.places)))
        service_type = world.services["service_type"][world.workers["service"]]
        world.workers["cap"] = np.where(service_type == CAS3_SERVICE, beds, 1_000_000)
        world.run_to(world.days)
        p = world.people[world.people["first_release"] > FIRST_SEEN]
        assert (p["joined"][:, CAS3_SERVICE] == 1).all() and (p["worker"] == NO_SERVICE).all()
        turned_away.append(float((p["first_night"] != CAS3).mean()))
    arrivals = people / (DAYS - FOLLOWED)
    enclosed(np.array(turned_away), erlang_b(beds, arrivals * stay), erlang_b(beds, arrivals * (stay + 1.0)))
    assert erlang_b(beds + 1, arrivals * (stay + 1.0)) < np.mean(turned_away) < erlang_b(beds - 1, arrivals * stay)
