"""Permanent numbers of posts: however many are bought in a place, no two posts have one number."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from engine_ground import Ground

from sim.engine.post_numbers import Numbers
from sim.scenario import Budgets, Purchase, Scenario

MILLIONS = 1_000_000.0


def buying(ground: Ground, lever: str, *millions: float, places: tuple[str, ...]) -> Scenario:
    """The baseline with purchases of one lever, whatever a file may hold."""
    today = ground.scenario("baseline")
    levers = tuple(Purchase(lever, sum_ * MILLIONS, today.starts, places=places) for sum_ in millions)
    return dataclasses.replace(today, levers=levers)


@pytest.mark.parametrize(
    ("lever", "millions", "places", "pooled"),
    [
        ("keyworkers", (150,), ("bournemouth",), False),  # 3,261 posts: a hub has 2,048 numbers; Christchurch is next
        ("navigators", (400,), ("bournemouth", "poole"), False),  # 4,000 and more each: a team has 4,096
        ("keyworkers", (24,), (), True),  # 522 posts of a pool, 2,609 days a week, each with a row at every hub
        ("supported_beds", (20,) * 20, ("bristol", "yate"), False),  # twenty purchases of 256 rows in Bristol
    ],
)
def test_no_two_posts_have_one_number(
    ground: Ground, lever: str, millions: tuple[float, ...], places: tuple[str, ...], pooled: bool
) -> None:
    scenario = buying(ground, lever, *millions, places=places)
    if pooled:
        scenario = dataclasses.replace(scenario, budgets=Budgets("pooled"))
    staff = ground.run_inputs(scenario, people=100).staff
    pool = staff.workers["pool"]
    posts = np.where(pool >= 0, pool, np.arange(len(pool)) + len(pool))  # a pooled post is one, wherever it may stand
    pairs = np.unique(np.stack([staff.numbers, posts]), axis=1)
    assert len(np.unique(posts)) > 2_000
    assert len(np.unique(pairs[0])) == pairs.shape[1]


def test_a_block_keeps_its_numbers() -> None:
    """Those of today, from which published runs came: 4,096 of a service, the upper half of a hub for bought posts."""
    block = Numbers.of_block(7)
    assert [block.at(0), block.at(4095), block.lower().at(2047), block.upper().at(0)] == [28672, 32767, 30719, 30720]
    assert block.at(4096) > 2**48 and block.upper().at(2048) > 2**48 and block.lower().at(2048) > 2**48
    assert len({block.at(5000), Numbers.of_block(8).at(5000), block.upper().at(5000)}) == 3
