"""Points of a study: draws first, then designs; values, luck and units by number, asked for in any order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from sim.evidence import ParameterTable, load_parameters
from sim.sensitivity.designs import Design, factors_of, make_design
from sim.study.points import CHUNK, CHUNKS_KEPT, Points

SEED = 7


@pytest.fixture(scope="module")
def table() -> ParameterTable:
    return load_parameters()


@pytest.fixture(scope="module")
def designs(table: ParameterTable) -> list[Design]:
    factors = factors_of(table, ["navigator.*", "appointment.*"])
    return [
        make_design("sobol", factors, samples=16, seed=SEED),
        make_design("one_at_a_time", factors, samples=3, seed=SEED, replicates=2),
    ]


def test_draws_are_those_of_the_evidence_and_points_those_of_the_designs(
    table: ParameterTable, designs: list[Design]
) -> None:
    draws = CHUNK + 3
    points = Points(table, SEED, draws, designs)
    assert len(points) == draws + sum(design.points for design in designs)
    for draw, known in enumerate(table.sample(SEED, draws)):
        assert dict(points.draw(draw)) == dict(known)
    first = draws
    for design in designs:
        for place in (0, 1, CHUNK, design.points - 1):
            if place < design.points:
                assert dict(points.draw(first + place)) == dict(design.draw(table, place))
        first += design.points
    assert points.point_set_of(draws - 1) == (0, draws - 1)
    assert points.point_set_of(draws) == (1, 0)
    assert points.point_set_of(len(points) - 1) == (2, designs[1].points - 1)


def test_units_are_numbered_through_and_luck_is_the_design_s(table: ParameterTable, designs: list[Design]) -> None:
    points = Points(table, SEED, 5, designs)
    assert points.unit[:5].tolist() == points.stream[:5].tolist() == [0, 1, 2, 3, 4]
    assert sorted(set(points.unit.tolist())) == list(range(5 + 16 + designs[1].points))
    sobol = points.unit[5 : 5 + designs[0].points]
    assert np.bincount(sobol)[5:].tolist() == [designs[0].points // 16] * 16
    assert (points.stream[5 + designs[0].points :] == 0).all()
    without = Points(table, SEED, 0, designs)
    assert without.unit[0] == 0


def test_narrowed_ranges_are_kept(table: ParameterTable, designs: list[Design]) -> None:
    name = "appointment.ost_or"
    row = table[name]
    narrowed = {name: (None, row.value * 0.99, row.value * 1.01)}
    frame = Points(table, SEED, 20, designs, narrowed).frame()
    assert frame[name].between(row.value * 0.98, row.value * 1.02).all()
    assert frame[name].between(row.value * 0.99, row.value * 1.01).mean() > 0.9


def test_the_table_says_what_each_run_was_made_from(table: ParameterTable, designs: list[Design]) -> None:
    points = Points(table, SEED, 3, designs)
    frame = points.frame()
    assert frame["draw"].tolist() == list(range(len(points)))
    assert frame["design"].value_counts().to_dict() == {
        "random": 3, "sobol": designs[0].points, "one_at_a_time": designs[1].points,
    }  # fmt: skip
    for point in (0, 2, 3, 77, len(points) - 1):
        inputs = points.inputs(point)
        assert inputs["stream"] == frame["stream"][point]
        assert inputs["parameters"] == {name: frame[name][point] for name in table}


@pytest.mark.slow
def test_asked_from_several_threads_and_in_any_order_they_are_the_same(
    table: ParameterTable, designs: list[Design]
) -> None:
    points = Points(table, SEED, 3 * CHUNK, designs)
    order = np.random.default_rng(1).permutation(len(points)).tolist()
    with ThreadPoolExecutor(4) as pool:
        found = dict(zip(order, pool.map(lambda point: dict(points.draw(point)), order), strict=True))
    alone = Points(table, SEED, 3 * CHUNK, designs)
    assert all(found[point] == dict(alone.draw(point)) for point in range(0, len(points), 17))
    assert len(points._chunks) <= CHUNKS_KEPT
