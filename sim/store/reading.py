"""Reading a finished run folder; a damaged or unfinished one is refused in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sim.core.asked import path_asked
from sim.core.errors import InputError, nearest_name
from sim.store.atomic import sha256_of
from sim.store.folder import MANIFEST_FILE, STUDY_FILE, is_superseded, resume_command
from sim.store.older import COLUMNS, SCHEMA_VERSION, TABLES, manifest_of_today

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Results:
    """A finished study on disk. Tables are read, and their hash checked, when first asked for.

    Tables, columns and manifest entries of an earlier schema have the names of today (older.py).
    """

    folder: Path
    manifest: Mapping[str, Any]
    _loaded: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    @property
    def study(self) -> str:
        """The study's id."""
        return str(self.manifest["study"])

    @property
    def table_names(self) -> tuple[str, ...]:
        """Names of the tables, without ending."""
        names = (name for name in self.manifest["files"] if name.startswith("tables/"))
        stems = (Path(name).stem for name in names)
        return tuple(dict.fromkeys(TABLES.get(stem, stem) for stem in stems))

    def table(self, name: str) -> pd.DataFrame:
        """A copy of one table; Parquet where there is one, else CSV. InputError for an unknown or damaged table."""
        if name not in self._loaded:
            self._loaded[name] = self._read(name)
        return self._loaded[name].copy()

    def check(self, name: str) -> Path:
        """The Parquet file of a table, its hash checked. InputError for a damaged or unknown one."""
        key = f"tables/{self._stem(name)}.parquet"
        listed = self.manifest["files"].get(key)
        if listed is None:
            nearest = nearest_name(name, self.table_names)
            raise InputError(f"'{name}' is not a table of this study", file=self.folder, nearest=nearest)
        if sha256_of(self.folder / key) != listed["sha256"]:
            raise InputError("the table is not what the manifest says; run the study again", file=self.folder / key)
        return self.folder / key

    @property
    def totals(self) -> pd.DataFrame:
        """scenario, draw, replicate, stratum, group, measure, numerator, denominator."""
        return self.table("totals")

    @property
    def comparison(self) -> pd.DataFrame:
        """One row per scenario and measure: value, paired difference from the baseline, interval, errors."""
        return self.table("comparison")

    @property
    def spend(self) -> pd.DataFrame:
        """What each scenario buys: scenario, lever, payer, gbp_per_year, unit, units, remark."""
        return self.table("spend")

    @property
    def budgets(self) -> pd.DataFrame:
        """Whose money goes where: scenario, payer, council, gbp_per_year."""
        return self.table("budgets")

    def _stem(self, name: str) -> str:
        """The name under which a table lies in the folder, which may be of an earlier schema."""
        older = (old for old, today in TABLES.items() if today == name)
        files = self.manifest["files"]
        return next((old for old in older if {f"tables/{old}.csv", f"tables/{old}.parquet"} & files.keys()), name)

    def _read(self, name: str) -> pd.DataFrame:
        import pandas as pd

        for ending in ("parquet", "csv"):
            key = f"tables/{self._stem(name)}.{ending}"
            listed = self.manifest["files"].get(key)
            if listed is None:
                continue
            path = self.folder / key
            if sha256_of(path) != listed["sha256"]:
                raise InputError("the table is not what the manifest says; run the study again", file=path)
            table = pd.read_parquet(path) if ending == "parquet" else pd.read_csv(path)
            return table.rename(columns=COLUMNS.get(name, {}))
        raise InputError(
            f"'{name}' is not a table of this study", file=self.folder, nearest=nearest_name(name, self.table_names)
        )


def read_results(folder: str | Path) -> Results:
    """Open a finished study; InputError when the folder is missing, unfinished, damaged or of a newer schema."""
    path = path_asked(folder, "folder")
    if not path.is_dir():
        raise InputError("there is no such folder", file=path)
    manifest_path = path / MANIFEST_FILE
    if not manifest_path.is_file():
        if (path / STUDY_FILE).is_file():
            raise _unfinished(path)
        raise InputError(f"this is not a study's folder (no {MANIFEST_FILE})", file=path)
    try:
        manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
        files, schema, _ = manifest["files"], int(manifest["schema"]), str(manifest["study"])
        sizes = {name: int(entry["bytes"]) for name, entry in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise InputError("the manifest cannot be read; run the study again", file=manifest_path) from None
    if schema > SCHEMA_VERSION:
        raise InputError(
            f"the study was written by a newer Throughgate (schema {schema}, this one reads up to {SCHEMA_VERSION})",
            file=manifest_path,
        )
    if is_superseded(path):
        raise _unfinished(path)
    for name, size in sizes.items():
        file = path / name
        if not file.is_file():
            raise InputError("the file is missing; run the study again", file=file)
        if file.stat().st_size != size:
            raise InputError("the file is damaged (its size is not the manifest's); run the study again", file=file)
    return Results(folder=path, manifest=MappingProxyType(manifest_of_today(manifest)))


def _unfinished(path: Path) -> InputError:
    allowed = f"'{resume_command(path)}' to go on with it"
    return InputError("the study in this folder is unfinished", file=path, allowed=allowed)
