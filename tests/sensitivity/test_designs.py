"""Designs: their points stand where the method wants them, longer ones begin with shorter ones, and luck is keyed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.evidence import load_parameters
from sim.sensitivity.designs import LUCK, OWN_VALUE, Design, factors_of, make_design, points_of
from sim.sensitivity.designs.design import BLOCK
from sim.sensitivity.designs.fast import fast_points
from sim.sensitivity.designs.sobol import base_sequence, saltelli_order
from sim.sensitivity.designs.streams import derived_seed, stream_of, streams_of_uniforms

TABLE = load_parameters()
ALL = factors_of(TABLE)
SOME = factors_of(TABLE, ["overdose.*", "housing.cas3_*"])

CASES: list[tuple[str, int, int, Mapping[str, Any]]] = [
    ("random", 10, 25, {}),
    ("sobol", 16, 64, {}),
    ("sobol", 16, 32, {"groups": "theme", "settings": {"second_order": True}}),
    ("sobol", 16, 32, {"groups": "mechanism", "luck": False}),
    ("morris", 4, 9, {}),
    ("morris", 5, 8, {"groups": "mechanism", "settings": {"levels": 6}}),
    ("one_at_a_time", 2, 5, {}),
]


@pytest.mark.parametrize(("method", "few", "many", "more"), CASES)
def test_a_longer_design_begins_with_the_shorter(method: str, few: int, many: int, more: Mapping[str, Any]) -> None:
    short = make_design(method, SOME, samples=few, seed=3, **more)
    long = make_design(method, SOME, samples=many, seed=3, **more)
    for name in ("uniforms", "stream", "unit"):
        assert np.array_equal(getattr(long, name)[: short.points], getattr(short, name)), name
    assert short.points == points_of(method, len(short.moved), few, short.settings)
    other = make_design(method, SOME, samples=few, seed=4, **more)
    assert method == "one_at_a_time" or not np.array_equal(other.uniforms, short.uniforms)


@pytest.mark.parametrize(("method", "few", "many", "more"), [*CASES, ("fast", 65, 0, {})])
def test_points_are_inside_and_units_are_whole(method: str, few: int, many: int, more: Mapping[str, Any]) -> None:
    design = make_design(method, SOME, samples=few, seed=1, replicates=3, **more)
    varied = design.uniforms[design.uniforms != OWN_VALUE]
    assert varied.min() > 0.0
    assert varied.max() < 1.0
    assert design.uniforms.shape == (design.points, len(design.factors))
    assert design.stream.min() >= 0
    assert design.stream.dtype == design.unit.dtype == np.int64
    sizes = np.bincount(design.unit)
    assert len(set(sizes.tolist())) == 1
    assert design.replicates == 3
    assert design.has_luck == (method in ("sobol", "morris") and more.get("luck", True))
    assert design.has_luck == (design.factors[-1] == LUCK)


def test_random_points_are_the_draws_of_the_table() -> None:
    design = make_design("random", ALL, samples=BLOCK + 3, seed=11)
    assert list(design.draws(TABLE)) == TABLE.sample(11, BLOCK + 3)
    assert [draw.index for draw in design.draws(TABLE, points=[4, 2])] == [4, 2]
    assert design.stream.tolist() == list(range(BLOCK + 3))


def test_what_is_no_factor_keeps_its_value_and_a_narrowed_range_keeps_the_position() -> None:
    design = make_design("random", SOME, samples=50, seed=2)
    name = SOME[0].name
    row = TABLE[name]
    narrow = {name: (None, row.low, 0.5 * (row.value + row.high))}
    plain, narrowed = design.draw(TABLE, 7), design.draw(TABLE, 7, narrow)
    assert plain["use.ost_hr"] == TABLE["use.ost_hr"].value
    assert {one for one in TABLE if plain[one] != narrowed[one]} == {name}
    assert narrowed == TABLE.sample(2, 8, {**narrow, **_fixed()})[7]
    assert np.array_equal(design.values(TABLE)[7], [plain[one] for one in design.parameters])
    assert design.values(TABLE, points=slice(3, 5)).shape == (2, len(SOME))
    with pytest.raises(InputError, match="has no point 50"):
        design.draw(TABLE, 50)


def _fixed() -> dict[str, tuple[float | None, float, float]]:
    """Every row but those of SOME held at its value."""
    varied = {factor.name for factor in SOME}
    return {name: (row.centre, row.centre, row.centre) for name, row in TABLE.rows.items() if name not in varied}


@pytest.mark.parametrize("second_order", [False, True])
def test_saltelli_order_is_that_of_salib(second_order: bool) -> None:
    from SALib.sample import sobol

    groups = ["a", "b", "a", "c", "b"]
    names = [f"x{k}" for k in range(5)]
    problem = {"num_vars": 5, "names": names, "bounds": [[0.0, 1.0]] * 5, "groups": groups}
    theirs = sobol.sample(problem, 32, calc_second_order=second_order, seed=derived_seed(9, "sobol"))
    base = base_sequence(10, 32, 9)
    moves = np.array([0, 1, 0, 2, 1])
    ours = saltelli_order(base[:, :5], base[:, 5:], moves, second_order=second_order)
    assert np.abs(ours - theirs).max() <= 2.0**-30


def test_sobol_positions_fill_every_cell_once() -> None:
    design = make_design("sobol", SOME, samples=64, seed=5, luck=False)
    first = design.uniforms.reshape(64, -1, len(SOME))[:, 0]
    assert (np.sort((first * 64).astype(int), axis=0) == np.arange(64)[:, None]).all()


def test_luck_of_sobol_follows_its_position_alone() -> None:
    design = make_design("sobol", SOME, samples=32, seed=5, settings={"second_order": True})
    position = design.uniforms[:, -1].reshape(32, -1)
    luck = design.stream.reshape(32, -1)
    for own, streams in zip(position, luck, strict=True):
        assert len(set(own.tolist())) == len(set(streams.tolist())) == 2
        assert all(len(set(streams[own == one].tolist())) == 1 for one in set(own.tolist()))
    assert len(set(design.stream.tolist())) == 64
    other = streams_of_uniforms(6, design.uniforms[:, -1])
    assert not set(other.tolist()) & set(design.stream.tolist())
    assert not make_design("sobol", SOME, samples=32, seed=5, luck=False).stream.any()


@pytest.mark.parametrize(("groups", "levels"), [(None, 4), ("theme", 8), (None, 2)])
def test_morris_moves_each_thing_once_by_half_the_range(groups: str | None, levels: int) -> None:
    design = make_design("morris", ALL, samples=12, seed=8, groups=groups, settings={"levels": levels})
    count = len(design.moved)
    paths = design.uniforms.reshape(12, count + 1, -1)
    steps = np.diff(paths, axis=1)
    assert set(np.unique(np.abs(steps)).tolist()) == {0.0, 0.5}
    assert (np.count_nonzero(steps, axis=1) == 1).all()
    for path in steps:
        moved = [set(design.moves[np.flatnonzero(step)].tolist()) for step in path]
        assert all(len(one) == 1 for one in moved)
        assert set.union(*moved) == set(range(count))
    grid = set(((np.arange(levels) + 0.5) / levels).tolist())
    assert set(np.unique(paths).tolist()) == grid
    changes = np.diff(design.stream.reshape(12, -1), axis=1) != 0
    assert (changes.sum(axis=1) == 1).all()
    assert np.array_equal(changes, steps[:, :, -1] != 0.0)
    assert len(set(design.stream.tolist())) == 24


def test_morris_goes_up_as_often_as_down_from_every_level() -> None:
    design = make_design("morris", ALL, samples=40, seed=1)
    steps = np.diff(design.uniforms.reshape(40, len(ALL) + 2, -1), axis=1).sum(axis=1)
    assert np.mean(steps > 0) == pytest.approx(0.5, abs=0.03)  # 5.5 standard errors of 8520 throws
    assert np.mean(design.uniforms < 0.25) == pytest.approx(0.25, abs=0.03)


def test_fast_curves_are_those_of_salib() -> None:
    from SALib.sample import fast_sampler

    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0.0, 1.0]] * 3}
    ours, luck, unit = fast_points(3, 129, 7, harmonics=4)
    assert ours == pytest.approx(fast_sampler.sample(problem, 129, M=4, seed=derived_seed(7, "fast")))
    assert not luck.any()
    assert unit.tolist() == [0] * 129 + [1] * 129 + [2] * 129


def test_one_at_a_time_starts_at_the_reference_and_moves_one() -> None:
    design = make_design("one_at_a_time", SOME, samples=5, seed=0)
    values = design.values(TABLE)
    own = [TABLE.reference()[factor.name] for factor in SOME]
    assert values[0].tolist() == own
    assert next(design.draws(TABLE)).hash() == TABLE.reference().hash()
    assert ((values[1:] != own).sum(axis=1) <= 1).all()
    assert set(design.uniforms[1:][design.uniforms[1:] != OWN_VALUE].tolist()) == {0.025, 0.25, 0.5, 0.75, 0.975}
    assert not design.stream.any()
    chosen = make_design("one_at_a_time", SOME, samples=2, seed=0, settings={"quantiles": [0.1, 0.9]})
    assert chosen.points == 1 + 2 * len(SOME)


def test_derived_seeds_and_streams_are_keyed() -> None:
    assert derived_seed(1, "a", 2) == derived_seed(1, "a", 2)
    assert len({derived_seed(1, "a", 2), derived_seed(2, "a", 2), derived_seed(1, "a", 3), derived_seed(1, "a2")}) == 4
    assert all(0 < derived_seed(seed) < 2**32 for seed in range(50))
    assert 0 <= stream_of(1, "x") < 2**63
    assert (
        streams_of_uniforms(1, np.array([0.25, 0.25, 0.5])).tolist()[0:2]
        == [int(streams_of_uniforms(1, np.array([0.25]))[0])] * 2
    )


def _made(method: str = "random", **changes: Any) -> Design:
    return make_design(method, changes.pop("factors", SOME), **{"samples": 64, "seed": 1, **changes})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"method": "sobel"}, r"'sobel' is not a design.*did you mean 'sobol'"),
        ({"samples": 0}, "0 samples are too few for random; allowed: 1 or more"),
        ({"method": "sobol", "samples": 8}, "8 samples are too few for sobol; allowed: 16"),
        ({"method": "sobol", "samples": 100}, "100 is no power of 2.*allowed: 64 or 128"),
        ({"method": "morris", "samples": 3}, "3 samples are too few for morris; allowed: 4"),
        ({"method": "morris", "settings": {"levels": 5}}, "5 levels: .* an even number"),
        ({"method": "morris", "settings": {"levels": True}}, "True is not a number of levels"),
        ({"method": "morris", "settings": {"level": 4}}, r"'level' is not a setting.*did you mean 'levels'"),
        ({"method": "fast"}, "64 samples are too few for fast; allowed: 65"),
        ({"method": "fast", "samples": 100, "groups": "theme"}, "fast moves one factor at a time"),
        ({"method": "one_at_a_time", "samples": 6}, "6 quantiles, but only 5"),
        ({"method": "one_at_a_time", "samples": 2, "settings": {"quantiles": [0.1, 1.0]}}, "between 0 and 1"),
        ({"method": "one_at_a_time", "samples": 3, "settings": {"quantiles": [0.1, 0.9]}}, "2 quantiles, but samples"),
        ({"replicates": 0}, "0 replicates"),
        ({"factors": ()}, "no factor to vary"),
        ({"factors": (SOME[0], SOME[0])}, "stands twice"),
        ({"settings": {"second_order": True}}, "'second_order' is not a setting of random; allowed: no setting"),
    ],
)
def test_what_does_not_fit_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        _made(**changes)
