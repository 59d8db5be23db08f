"""`import sim`: its verbs stay themselves whatever has been imported before."""

from __future__ import annotations

import importlib
import pkgutil

import sim


def test_no_room_hides_a_verb() -> None:
    for room in pkgutil.iter_modules(sim.__path__):
        if room.name != "__main__":
            importlib.import_module(f"sim.{room.name}")
    assert all(callable(getattr(sim, name)) for name in sim.__all__)
