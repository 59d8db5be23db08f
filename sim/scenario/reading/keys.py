"""The keys of a scenario's blocks, as `keys.csv` beside this file declares them."""

from __future__ import annotations

from pathlib import Path

from sim.core.schema import load_keys

KEYS = load_keys(Path(__file__).parent / "keys.csv")
SCENARIO, PURCHASE, NARROWING = KEYS["scenario"], KEYS["purchase"], KEYS["narrowing"]
SWITCHES, STRONGER_OPIOIDS, BUDGETS = KEYS["switches"], KEYS["stronger_opioids"], KEYS["budgets"]
