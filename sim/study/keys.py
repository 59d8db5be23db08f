"""The keys of a study file, as `keys.csv` beside this file declares them, and the ends of its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sim.core.schema import load_keys

KEYS = load_keys(Path(__file__).parent / "keys.csv")
LIMITS: Mapping[str, tuple[int, int]] = {
    **{
        name: (max(1, int(key.low)) if name == "draws" else int(key.low), int(key.high))
        for name, key in KEYS["study"].items()
        if key.kind == "whole"
    },
    "threads": (1, 1024),
}
"""Least and most of the numbers of a study; no draws are allowed beside designs."""
