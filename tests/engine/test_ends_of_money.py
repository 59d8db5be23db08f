"""What a purchase gives ends on the day it says."""

from __future__ import annotations

from engine_ground import ROLL, Ground, differing_fields

from sim.mechanisms.ledger import in_force

END = 150


def test_nobody_has_a_resettlement_worker_when_the_money_has_ended(ground: Ground) -> None:
    """Some have one on the eve of the end; on the day itself nobody has, and waking everybody daily tells the same."""
    bought = ground.buying("resettlement_workers", end=END)
    run_inputs = ground.run_inputs(bought, people=300)
    world = ground.world(run_inputs)
    world.run_to(END)
    until = [int(person["resettlement_until"]) for person in world.people]
    assert sum(in_force(day, END) for day in until) > 5
    world.run_to(END + 1)
    assert not any(in_force(int(person["resettlement_until"]), END) for person in world.people)
    world.run_to(world.days)
    daily = ground.lived(run_inputs, everybody_daily=True)
    assert not differing_fields(world.people, daily.people, but=ROLL)
