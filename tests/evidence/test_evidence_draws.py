"""Draws are keyed by name and index: nothing else moves them."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from dataclasses import replace
from time import perf_counter

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.evidence import REFERENCE, Draw, ParameterTable, load_parameters
from sim.evidence.draws import uniforms
from sim.store.manifest import parameters_sha256

TABLE = load_parameters()


def test_the_reference_holds_every_centre() -> None:
    reference = TABLE.reference()
    assert reference.index == REFERENCE == -1
    assert dict(reference) == {name: row.centre for name, row in TABLE.items()}
    assert all(reference[name] == row.value for name, row in TABLE.items() if not row.no_effect)


def test_one_draw_in_twenty_lies_outside_its_range_and_fixed_ones_never_move() -> None:
    draws = TABLE.sample(7, 200)
    assert [draw.index for draw in draws] == list(range(200))
    outside, of_means = [], []
    for name, row in TABLE.items():
        values = np.array([draw[name] for draw in draws])
        if row.distribution != "fixed" and not row.no_effect:
            is_mean = row.distribution in ("gamma", "beta_mean")
            (of_means if is_mean else outside).append(np.mean((values < row.low) | (values > row.high)))
        assert (len(set(values)) == 1) == (row.distribution == "fixed"), name
    assert np.mean(outside) == pytest.approx(0.05, abs=0.005)
    assert np.mean(of_means) == pytest.approx(0.06, abs=0.03), "near it, as the mean and the width are kept instead"


def test_another_parameter_moves_nobody_elses_draws() -> None:
    added = replace(TABLE["overdose.witnessed"], name="overdose.a_new_one", value=0.7)
    larger = ParameterTable({"overdose.a_new_one": added, **TABLE.rows})
    smaller = ParameterTable({name: row for name, row in reversed(list(TABLE.rows.items())) if row.mechanism != "need"})
    for before, more, fewer in zip(TABLE.sample(3, 20), larger.sample(3, 20), smaller.sample(3, 20), strict=True):
        assert all(more[name] == before[name] for name in before)
        assert all(before[name] == fewer[name] for name in fewer)


def test_more_draws_leave_earlier_ones_identical() -> None:
    assert TABLE.sample(11, 60)[:25] == TABLE.sample(11, 25)
    assert [d.hash() for d in TABLE.sample(11, 3)] == [d.hash() for d in TABLE.sample(11, 30)[:3]]
    assert TABLE.sample(11, 0) == []


def test_seeds_and_names_are_told_apart() -> None:
    names = ("a", "b")
    assert not np.any(uniforms(1, names, 50) == uniforms(2, names, 50))
    u = uniforms(1, names, 50)
    assert not np.any(u[:, 0] == u[:, 1])
    assert not np.any(uniforms(1, ("1\na",), 50) == uniforms(11, ("a",), 50))


def test_uniforms_are_uniform_independent_and_strictly_inside() -> None:
    # 100,000 numbers a column: the mean lies within 5 standard errors but for once in 1.7 million columns,
    # a correlation of 0.016 is 5 standard errors too.
    u = uniforms(2024, ("one", "two", "three"), 100_000)
    assert np.all((u > 0.0) & (u < 1.0))
    np.testing.assert_allclose(u.mean(axis=0), 0.5, atol=5.0 / np.sqrt(12 * 100_000))
    correlation = np.corrcoef(np.column_stack([u[1:], u[:-1]]).T)
    assert np.max(np.abs(correlation - np.eye(6))) < 0.016
    counts = np.histogram(u[:, 0], bins=100, range=(0.0, 1.0))[0]
    assert np.sum((counts - 1000.0) ** 2 / 1000.0) < 180.0  # chi-square, 99 degrees: exceeded once in 900,000


def test_narrowing_keeps_the_quantile_and_everybody_else() -> None:
    plain = TABLE.sample(5, 40)
    narrow = TABLE.sample(5, 40, {"referral.lost": (0.2, 0.15, 0.25)})
    for before, after in zip(plain, narrow, strict=True):
        assert 0.1 < after["referral.lost"] < 0.3
        assert (before["referral.lost"] > 0.28) == (after["referral.lost"] > 0.2)
        assert {n: v for n, v in before.items() if n != "referral.lost"} == {
            n: v for n, v in after.items() if n != "referral.lost"
        }
    held = TABLE.sample(5, 3, {"referral.lost": (0.2, 0.2, 0.2)})
    assert [draw["referral.lost"] for draw in held] == [0.2] * 3
    wide = [draw["referral.lost"] for draw in TABLE.sample(5, 2000, {"referral.lost": (0.2, 0.15, 0.25)})]
    assert np.quantile(wide, [0.025, 0.975]) == pytest.approx([0.15, 0.25], abs=0.006)
    assert TABLE.reference({"referral.lost": (None, 0.2, 0.4)})["referral.lost"] == 0.28


def test_a_range_without_its_null_has_no_chance_of_no_effect() -> None:
    name = "navigator.attendance_or"
    assert TABLE.narrow({name: (None, 1.0, 2.0)})[name].no_effect == TABLE[name].no_effect
    for works in ((None, 1.2, 2.0), (1.5, 1.5, 1.5)):
        draws = TABLE.sample(5, 200, {name: works})
        assert TABLE.narrow({name: works})[name].no_effect == 0.0
        assert not any(draw[name] == 1.0 for draw in draws)
        assert TABLE.reference({name: works})[name] == 1.5


@pytest.mark.parametrize(
    ("narrowed", "words"),
    [
        ({"referal.lost": (0.2, 0.1, 0.3)}, "did you mean 'referral.lost'?"),
        ({"referral.lost": (0.2, 0.1, 0.6)}, "within 0.1 to 0.45"),
        ({"referral.lost": (0.2, 0.3, 0.4)}, "outside low to high"),
        ({"referral.lost": (None, 0.3, 0.4)}, "outside low to high"),
        ({"referral.lost": (None, 0.28, 0.4)}, "stands on an end of its range"),
        ({"referral.lost": (0.2, 0.4, 0.3)}, "above high"),
        ({"referral.lost": (0.2, float("nan"), 0.3)}, "finite"),
        ({"referral.lost": (-0.2, -0.3, 0.3)}, "not possible in the unit 'probability'"),
    ],
)
def test_a_wrong_narrowing_is_refused(narrowed: dict[str, tuple[float, float, float]], words: str) -> None:
    with pytest.raises(InputError, match=re.escape(words)):
        TABLE.sample(1, 2, narrowed)


def test_unknown_names_are_refused_with_the_nearest() -> None:
    for holder in (TABLE, TABLE.reference()):
        with pytest.raises(InputError, match=re.escape("did you mean 'overdose.witnessed'?")):
            holder["overdose.witnesed"]
        assert "overdose.witnesed" not in holder
        assert holder.get("overdose.witnesed") is None
    with pytest.raises(InputError, match="did you mean 'overdose'"):
        TABLE.of_mechanism("overdoze")
    with pytest.raises(InputError, match="-1 draws"):
        TABLE.sample(1, -1)


def test_a_draw_cannot_be_changed_and_survives_pickling() -> None:
    draw = TABLE.sample(1, 1)[0]
    with pytest.raises(AttributeError):
        draw.index = 3
    with pytest.raises(TypeError):
        draw["referral.lost"] = 0.1  # type: ignore[index]
    assert pickle.loads(pickle.dumps(draw)) == draw
    assert pickle.loads(pickle.dumps(TABLE)).sample(1, 1)[0] == draw


def test_the_hash_depends_on_values_only() -> None:
    one = Draw({"a": 1.0, "b": 2.0}, 0)
    assert one.hash() == Draw({"b": 2.0, "a": 1.0}, 5).hash()
    assert one.hash() != Draw({"a": 1.0, "b": 2.0000000000000004}, 0).hash()
    assert re.fullmatch(r"[0-9a-f]{64}", one.hash())
    changed = ParameterTable({**TABLE.rows, "referral.lost": replace(TABLE["referral.lost"], high=0.5)})
    assert parameters_sha256(changed) != parameters_sha256(TABLE)


def test_the_same_draws_under_another_hash_seed() -> None:
    code = "from sim.evidence import load_parameters as p; from sim.store.manifest import parameters_sha256 as h; "
    code += "t = p(); print(t.sample(9, 2)[1].hash(), h(t))"
    told = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert told == {f"{TABLE.sample(9, 2)[1].hash()} {parameters_sha256(TABLE)}\n"}


def test_sampling_is_quick() -> None:
    TABLE.sample(1, 1)
    start = perf_counter()
    TABLE.sample(2, 50)
    assert perf_counter() - start < 0.3


def test_loading_and_the_reference_need_no_scipy() -> None:
    code = (
        "import sys; from sim.evidence import load_parameters as p; p().reference(); "
        "print([m for m in ('scipy', 'pandas', 'numba', 'matplotlib') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told == "[]\n"
