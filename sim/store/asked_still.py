"""Whether scenarios and area of a finished study are still what it was asked of, as whatever goes on with it needs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.area import load_area
from sim.core.errors import InputError
from sim.core.files import working_folder
from sim.evidence import ParameterTable
from sim.scenario.equal_money import with_equal_money
from sim.scenario.shipped import is_shipped_name, recorded_path
from sim.store.manifest import canonical_json, folder_sha256, sha256_text


def is_asked_still(folder: Path, said: Mapping[str, Any], table: ParameterTable) -> bool:
    """Whether area and scenarios have the hashes that the study file holds. said: what it says, unchanged; table: the
    evidence.

    Scenarios whose files are not known from here are taken from the study's own copies, which do not change.
    """
    from sim.scenario import load_scenario

    base = _base(folder, said)
    try:
        area = load_area(_area(base or Path(), said["area"]))
        if folder_sha256(area.folder) != said["area_sha256"]:
            return False
        paths = [recorded_path(entry["file"], base or Path()) for entry in said["scenarios"]]
        if base is None or not all(path.is_file() for path in paths):
            return True
        scenarios = tuple(load_scenario(path, area=area, parameters=table) for path in paths)
        money = said["equal_money_gbp_per_year"]
        scenarios = scenarios if money is None else with_equal_money(scenarios, money, table)
    except InputError:
        return False
    today = [sha256_text(canonical_json(scenario.resolved())) for scenario in scenarios]
    return today == [entry["sha256"] for entry in said["scenarios"]]


def _base(folder: Path, said: Mapping[str, Any]) -> Path | None:
    """Where relative names of the study begin; None where that is not known from here."""
    written = [entry["file"] for entry in said["scenarios"] if not is_shipped_name(entry["file"])]
    if said["paths_from"] is not None:
        begun = Path(os.path.normpath(working_folder() / folder / said["paths_from"]))
        if not written or (begun / written[0]).is_file():
            return begun
    return None if written else Path()


def _area(base: Path, name: str | None) -> Path | str | None:
    return name if name is None or not (base / name).is_dir() else base / name
