"""Reading a finished run folder; a damaged or unfinished one is refused in words.

What is read is held against the manifest: tables here, pages when they are asked for. A page or a chart that is gone
keeps nobody from the numbers; `throughgate report` draws it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sim.core.arguments import checked_name, checked_path
from sim.core.errors import InputError, named, nearest_name
from sim.core.files import read_json, read_text
from sim.store.added_files import added_to
from sim.store.atomic import sha256_of
from sim.store.command_lines import command_on, resume_command
from sim.store.folder import EXPANDING_FILE, MANIFEST_FILE, STUDY_FILE, is_superseded
from sim.store.held_files import findings, is_regular, problem_of_place
from sim.store.in_the_way import refuse_no_folder, refuse_odd_files
from sim.store.manifest_file import read_manifest
from sim.store.older import COLUMNS, TABLES, is_older
from sim.store.seal import BROKEN, NONE, WILL_BE_SEALED, state_of_seal

if TYPE_CHECKING:
    import pandas as pd


TOTALS = "tables/totals.parquet"


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
        name = checked_name(name, "name")
        if name not in self._loaded:
            self._loaded[name] = self._read(name)
        return self._loaded[name].copy()

    def check(self, name: str) -> Path:
        """The Parquet file of a table, its hash checked. InputError for a damaged or unknown one."""
        key = f"tables/{self._stem(checked_name(name, 'name'))}.parquet"
        if key not in self.manifest["files"]:
            nearest = nearest_name(name, self.table_names)
            raise InputError(f"'{name}' is not a table of this study", file=self.folder, nearest=nearest)
        return self._whole(key)

    def check_tables(self) -> None:
        """InputError for the first table that is not, byte for byte, what the manifest says."""
        listed = {name: entry for name, entry in self.manifest["files"].items() if name.startswith("tables/")}
        for name, problem in findings(self.folder, [listed]):
            raise _damaged_table(self.folder, name, f"the table {problem}", self.manifest)

    def page(self, name: str) -> str:
        """The text of a page such as 'report.txt': as the study wrote it, or as it was drawn again since.

        InputError for one that is gone or holds something else.
        """
        name = checked_name(name, "name")
        file, again = self.folder / name, command_on("report", self.folder)
        listed = [files[name]["sha256"] for files in (self.manifest["files"], added_to(self.folder)) if name in files]
        if not is_regular(file):
            raise InputError("the page is missing", file=file, allowed=f"'{again}' to draw it again")
        if sha256_of(file) not in listed:
            raise InputError("the page is not what was written", file=file, allowed=f"'{again}' to draw it again")
        return read_text(file)

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

    def _whole(self, key: str) -> Path:
        """The file of a table that the manifest lists, its hash checked."""
        path = self.folder / key
        if not is_regular(path):
            problem = f"the file {problem_of_place(self.folder, key)}"
            raise _damaged_table(self.folder, key, problem, self.manifest)
        if sha256_of(path) != self.manifest["files"][key]["sha256"]:
            raise _damaged_table(self.folder, key, "the table is not what the manifest says", self.manifest)
        return path

    def _read(self, name: str) -> pd.DataFrame:
        import pandas as pd

        for ending in ("parquet", "csv"):
            key = f"tables/{self._stem(name)}.{ending}"
            if key not in self.manifest["files"]:
                continue
            path = self._whole(key)
            try:
                table = pd.read_parquet(path) if ending == "parquet" else pd.read_csv(path, encoding="utf-8-sig")
            except ValueError as error:  # pyarrow's and pandas' errors of what is no table are such
                raise InputError(f"the table cannot be read: {' '.join(str(error).split())}", file=path) from None
            return table.rename(columns=COLUMNS.get(name, {}))
        raise InputError(
            f"'{name}' is not a table of this study", file=self.folder, nearest=nearest_name(name, self.table_names)
        )


def read_results(folder: str | Path) -> Results:
    """Open a finished study; InputError when the folder is missing, unfinished, damaged or of a newer schema."""
    path = checked_path(folder, "folder")
    manifest = sealed_manifest(path)
    for name, listed in manifest["files"].items():
        file = path / name
        if not name.startswith("tables/"):
            continue
        if not is_regular(file):
            raise _damaged_table(path, name, f"the file {problem_of_place(path, name)}", manifest)
        if file.stat().st_size != listed["bytes"]:
            raise _damaged_table(path, name, "the file is damaged (its size is not the manifest's)", manifest)
    return Results(folder=path, manifest=MappingProxyType(manifest))


def read_totals(folder: Path) -> Results:
    """A finished study whose totals are whole, for whoever makes its other tables anew, which may be damaged."""
    results = Results(folder=folder, manifest=MappingProxyType(sealed_manifest(folder)))
    results.check("totals")
    return results


def sealed_manifest(path: Path) -> dict[str, Any]:
    """The manifest of a finished study, as it was sealed. Raises InputError as `read_results`, but for tables."""
    refuse_no_folder(path)
    refuse_odd_files(path)
    manifest_path = path / MANIFEST_FILE
    if not manifest_path.is_file():
        if (path / STUDY_FILE).is_file():
            raise _unfinished(path)
        raise InputError(f"this is not a study's folder (no {MANIFEST_FILE})", file=path)
    manifest = read_manifest(path)
    if is_superseded(path):
        raise _unfinished(path)
    if state_of_seal(manifest) == BROKEN or has_lost_seal(path, manifest):
        raise InputError(
            "the manifest was changed after the study was finished; run the study again", file=manifest_path,
            allowed=f"the manifest as it was written; '{command_on('verify', path)}' says more",
        )  # fmt: skip
    return manifest


def has_lost_seal(folder: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether a manifest has no seal although the study file beside it says that it was given one."""
    if state_of_seal(manifest) != NONE:
        return False
    try:
        return bool(read_json(folder / STUDY_FILE).get(WILL_BE_SEALED))
    except InputError:
        return False


def _damaged_table(folder: Path, name: str, problem: str, manifest: Mapping[str, Any]) -> InputError:
    """The refusal of a table, with what mends it: its totals, where these are whole, give all others again."""
    listed = {TOTALS: manifest["files"][TOTALS]} if TOTALS in manifest["files"] else {}
    is_chosen = bool((manifest.get("analysis") or {}).get("precision"))  # such a study cannot be expanded
    can_be_made = name != TOTALS and listed and not is_chosen and not is_older(folder / STUDY_FILE)
    if can_be_made and not findings(folder, [listed]):
        again = f"'{command_on('expand', folder)}' to make all tables again from the totals, without a run"
        return InputError(problem, file=folder / name, allowed=again)
    again = f"the table as it was written, or the study's own command with {named('force')}, which runs it again"
    return InputError(problem, file=folder / name, allowed=again)


def _unfinished(path: Path) -> InputError:
    allowed, problem = f"'{resume_command(path)}' to go on with it", "the study in this folder is unfinished"
    if is_superseded(path) or (path / EXPANDING_FILE).is_file():
        problem = f"{problem}: its expansion was cut short, and all its runs are kept"
    return InputError(problem, file=path, allowed=allowed)
