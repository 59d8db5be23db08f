"""The comparison of wake days with every day has teeth: each forgotten booking, made on purpose, is found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path


def test_every_forgotten_wake_is_found() -> None:
    script = Path(__file__).with_name("mutated_lives.py")
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run([sys.executable, str(script)], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    changed = json.loads(done.stdout)
    assert changed.pop("none") == 0
    assert len(changed) == 9
    missed = [name for name, n in changed.items() if n == 0]
    assert not missed, f"mutations that no test would see: {missed}"
