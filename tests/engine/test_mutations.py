"""The comparison of wake days with every day has teeth: each forgotten booking, made on purpose, is found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

# One of each kind: a booking at dawn, one at night, a band of a hazard that time ends, a day that a list names.
ONE_OF_EACH = (
    "none",
    "a worker leaves and nobody is woken",
    "who gives up the wait is not woken",
    "bands of overdose are slept through",
    "the list of navigators is slept through",
)


def lives_changed(*names: str) -> dict[str, int]:
    """People whose lives each mutation changes, for those named or for all; as plain Python, in another process."""
    script = Path(__file__).with_name("mutated_lives.py")
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    command = [sys.executable, str(script), *names]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def assert_found(changed: dict[str, int], n_mutations: int) -> None:
    assert changed.pop("none") == 0
    assert len(changed) == n_mutations
    missed = [name for name, n in changed.items() if n == 0]
    assert not missed, f"mutations that no test would see: {missed}"


def test_a_forgotten_wake_of_each_kind_is_found() -> None:
    assert_found(lives_changed(*ONE_OF_EACH), len(ONE_OF_EACH) - 1)


@pytest.mark.slow
def test_every_forgotten_wake_is_found() -> None:
    assert_found(lives_changed(), 10)
