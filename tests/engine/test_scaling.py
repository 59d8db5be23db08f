"""A run of fewer people has as many fewer places and hours of keyworkers: in the mean exactly, in one run to the whole
place."""

from __future__ import annotations

import numpy as np
import pytest
from engine_ground import SHIPPED, Ground

from sim.core.days import horizon
from sim.engine.staff import Staff, baseline_beds
from sim.population.codes import CAS3_SERVICE, N_SERVICE_TYPES, TREATMENT_SERVICE
from sim.scenario import keyworker_posts

FULL = 2200


def caps_of(staff: Staff, service_type: int) -> float:
    """Places of a line, fractions included."""
    return float(staff.caps[staff.services["service_type"][staff.workers["service"]] == service_type].sum())


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("people", [50, 500, 1100, 5000])
def test_places_are_scaled_with_people(ground: Ground, name: str, people: int) -> None:
    full, part = ground.run_inputs(name, people=FULL), ground.run_inputs(name, people=people)
    assert part.scale == people / FULL and part.people == people
    for service_type in range(N_SERVICE_TYPES):
        of_line = [caps_of(b.staff, service_type) for b in (full, part)]
        assert np.isclose(of_line[1], of_line[0] * people / FULL, rtol=1e-9)
    hours = [float(b.staff.workers["hours"].sum()) for b in (full, part)]
    assert np.isclose(hours[1], hours[0] * people / FULL, rtol=1e-9)
    sites = [dict.fromkeys(b.staff.services["site"].tolist()) for b in (full, part)]
    assert sites[0] == sites[1]


def test_keyworkers_of_today_hold_the_people_held_today(ground: Ground) -> None:
    """Hours for people leaving prison: the people held over the caseload; the rest is for everybody else."""
    run_inputs = ground.run_inputs(people=FULL)
    workers, share = run_inputs.staff.workers, ground.reference["service.leavers_share"]
    for_leavers = float((workers["hours"] * workers["leavers_part"]).sum())
    held = ground.reference["service.held_per_1000_people"] * ground.reference["population.people_per_year"] / 1000.0
    assert np.isclose(for_leavers, held / ground.reference["service.caseload"])
    assert np.isclose(for_leavers, keyworker_posts(ground.reference))
    assert np.isclose(workers["hours"].sum(), for_leavers / share)
    hubs = run_inputs.staff.services["service_type"] == TREATMENT_SERVICE
    assert np.isclose(run_inputs.staff.services["others"][hubs].sum(), held * (1.0 / share - 1.0))
    assert np.isclose(
        caps_of(run_inputs.staff, CAS3_SERVICE), baseline_beds(ground.reference), rtol=1e-3
    )  # its own returns


@pytest.mark.parametrize("people", [60, 500])
def test_whole_places_keep_the_mean(ground: Ground, people: int) -> None:
    """Rounded places over 300 seeds against their mean; fixed seeds, odds of a false alarm 1 in 10,000."""
    run_inputs = ground.run_inputs("navigators_two_cities", people=people)
    n = 300
    caps = np.array([ground.world(run_inputs, seed).workers["cap"] for seed in range(n)])
    assert (np.abs(caps - run_inputs.staff.caps) < 1.0).all()
    rest = run_inputs.staff.caps % 1.0
    spread = np.sqrt((rest * (1.0 - rest)).sum() / n)
    assert abs(caps.sum(axis=1).mean() - run_inputs.staff.caps.sum()) < 3.9 * spread
    each = np.sqrt(np.maximum(rest * (1.0 - rest), 1e-12) / n)
    assert (np.abs(caps.mean(axis=0) - run_inputs.staff.caps) <= 5.0 * each + 1e-9).all()


def test_a_draw_with_more_people_has_more_places(ground: Ground) -> None:
    name = "population.people_per_year"
    more = {**ground.reference, name: 1.25 * ground.reference[name]}
    usual, larger = ground.run_inputs(people=400), ground.run_inputs(people=400, draw=more)
    assert (usual.people, larger.people) == (400, 500)
    assert np.isclose(larger.staff.caps.sum(), 1.25 * usual.staff.caps.sum())


def test_workers_are_the_same_people_at_every_size(ground: Ground) -> None:
    few, many = (ground.world(ground.run_inputs(people=n), 3) for n in (300, 3000))
    stream = set(many.workers["stream"].tolist())
    assert set(few.workers["stream"].tolist()) <= stream
    assert len(stream) == len(many.workers)


def test_a_smaller_run_has_the_waits_of_a_larger_one(ground: Ground) -> None:
    """Mean wait of 8 runs of 1,100 and 4 of 4,400 people: within 5%."""
    waits = []
    for people, seeds in ((1100, 8), (4400, 4)):
        lives = [ground.lived(ground.run_inputs(people=people), seed).people for seed in range(seeds)]
        days, offers = (sum(float(people[name].sum()) for people in lives) for name in ("wait_days", "waits"))
        waits.append(days / offers)
    assert abs(waits[0] / waits[1] - 1.0) < 0.05


@pytest.mark.parametrize(("months", "days"), [(1, 30), (6, 182), (12, 365), (24, 730)])
def test_horizon(months: int, days: int) -> None:
    assert horizon(months) == days


def test_everybody_of_two_years_is_released_and_followed_whole(ground: Ground) -> None:
    people = ground.lived(ground.run_inputs(people=300), 4).people
    assert people["first_release"].max() + 365 < 730
    assert np.isin(people["status"], (3, 4)).all()


def test_more_people_than_a_queue_key_can_number_are_refused(ground: Ground) -> None:
    name = "population.people_per_year"
    crowd = {**ground.reference, name: ground.table[name].high}
    with pytest.raises(ValueError, match="people"):
        ground.run_inputs(people=1_000_000, draw=crowd)
