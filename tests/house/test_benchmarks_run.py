"""The contestants of the benchmarks live their years: benchmarks stand outside the tests, and a rename must not end
them unseen."""

from __future__ import annotations

import sys

import pytest
from house_tree import ROOT


@pytest.fixture
def contestants(monkeypatch: pytest.MonkeyPatch) -> None:
    """The benchmarks' own files can be imported."""
    monkeypatch.setattr(sys, "path", [str(ROOT / "tests" / "benchmarks"), *sys.path])


@pytest.mark.usefixtures("contestants")
def test_idiomatic_mesa_and_the_plain_loop_live() -> None:
    from idiomatic_mesa import PassageModel
    from passage_numbers import places_for, reference_numbers
    from plain_numba import live, new_lives

    numbers, people = reference_numbers(), 30
    model = PassageModel(people, seed=1, numbers=numbers)
    model.run_model()
    rows, free = new_lives(people, 1, numbers, places_for(people))
    for person_days in (model.person_days, int(live(rows, free, numbers))):
        assert 0.9 < person_days / (365 * people) <= 1.0
