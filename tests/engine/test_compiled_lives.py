"""The same rules run as plain Python give the lives that the compiled ones give, to the last bit."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from engine_ground import Ground
from lives_on_file import small_lives


def test_compiled_and_plain_lives_are_equal(ground: Ground, tmp_path: Path) -> None:
    file = tmp_path / "plain.npz"
    script = Path(__file__).with_name("lives_on_file.py")
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script), str(file)],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    compiled = small_lives(ground)
    with np.load(file) as plain:
        assert set(plain.files) == set(compiled)
        unequal = [name for name in plain.files if plain[name].tobytes() != compiled[name].tobytes()]
        kinds = [name for name in plain.files if plain[name].dtype != compiled[name].dtype]
    assert not unequal and not kinds
    assert compiled["baseline.people.digest"].size == 80
    assert (compiled["navigators.people.navigator_from"] < 730).any()
    assert (compiled["every lever, harsh.people.death_day"] < 365).any()
