"""Reading a finished run folder; a damaged or unfinished one is refused in words.

What is read is held against the manifest: tables here, pages when they are asked for. A page or a chart that is gone
keeps nobody from the numbers; `throughgate report` draws it again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sim.core.arguments import checked_name, checked_path
from sim.core.errors import InputError, nearest_name
from sim.core.files import read_json, read_text
from sim.core.mistakes import Mistakes
from sim.core.parquet import read_frame, reading_table
from sim.store.added_files import added_to, files_held
from sim.store.command_lines import command_on, resume_command
from sim.store.folder import EXPANDING_FILE, MANIFEST_FILE, STUDY_FILE, is_superseded
from sim.store.held_files import Finding, findings, is_regular
from sim.store.in_the_way import refuse_no_folder, refuse_odd_files
from sim.store.manifest_file import read_manifest
from sim.store.mending import ANEW, TOTALS, refused_file
from sim.store.older import COLUMNS, TABLES
from sim.store.seal import BROKEN, NONE, WILL_BE_SEALED, state_of_seal

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

    def __reduce__(self) -> tuple[Callable[[Path, dict[str, Any]], Results], tuple[Path, dict[str, Any]]]:
        return _as_read, (self.folder, dict(self.manifest))  # a manifest that nobody can write is not pickled as such

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

    def page(self, name: str) -> str:
        """The text of a page such as 'report.txt': as the study wrote it, or as it was drawn again since.

        InputError for one that is gone or holds something else.
        """
        name = checked_name(name, "name")
        lists = [files for files in (self.manifest["files"], added_to(self.folder)) if name in files]
        if not lists:
            raise InputError(f"'{name}' is not a page of this study", file=self.folder)
        for found in findings(self.folder, [{name: files[name]} for files in lists]):
            raise refused_file(self.folder, found, self.manifest, ())
        return read_text(self.folder / name)

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
        for found in findings(self.folder, [{key: self.manifest["files"][key]}]):
            raise refused_file(self.folder, found, self.manifest, {key})
        return self.folder / key

    def _read(self, name: str) -> pd.DataFrame:
        import pandas as pd

        for ending in ("parquet", "csv"):
            key = f"tables/{self._stem(name)}.{ending}"
            if key not in self.manifest["files"]:
                continue
            path = self._whole(key)
            with reading_table(path):
                table = read_frame(path) if ending == "parquet" else pd.read_csv(path, encoding="utf-8-sig")
            return table.rename(columns=COLUMNS.get(name, {}))
        raise InputError(
            f"'{name}' is not a table of this study", file=self.folder, nearest=nearest_name(name, self.table_names)
        )


def _as_read(folder: Path, manifest: dict[str, Any]) -> Results:
    return Results(folder, MappingProxyType(manifest))


def read_results(folder: str | Path) -> Results:
    """Open a finished study; InputError when the folder is missing, unfinished, damaged or of a newer schema.

    Tables that are gone, or have another size, are mistakes of one reading; their bytes are held when they are read.
    """
    path = checked_path(folder, "folder")
    manifest = sealed_manifest(path)
    listed = tables_listed(manifest)
    wrong = {name: entry for name, entry in listed.items() if not _has_size(path / name, entry["bytes"])}
    _refuse_tables(path, manifest, findings(path, [wrong], of_bytes=False))
    return Results(folder=path, manifest=MappingProxyType(manifest))


def whole_results(folder: Path) -> Results:
    """A finished study of which every table is, byte for byte, what the manifest says. Raises InputError, every damaged
    table being a mistake of one reading.
    """
    results = Results(folder=folder, manifest=MappingProxyType(sealed_manifest(folder)))
    _refuse_tables(folder, results.manifest, findings(folder, [tables_listed(results.manifest)]))
    return results


def _has_size(file: Path, size: int) -> bool:
    return is_regular(file) and file.stat().st_size == size


def _refuse_tables(folder: Path, manifest: Mapping[str, Any], found: Sequence[Finding]) -> None:
    """InputError for the first of what was found, the others with it; nothing where nothing was."""
    damaged = {name for name, _ in found}
    with Mistakes(folder) as mistakes:
        for one in found:
            mistakes.add(refused_file(folder, one, manifest, damaged))


def differences(folder: Path) -> dict[str, InputError]:
    """The refusal of every file of a finished study that is not as it was written, by its name, with what mends it.

    Raises InputError where the manifest, by which they are held, is itself not as it was sealed.
    """
    manifest = sealed_manifest(folder, (MANIFEST_FILE,))
    if TOTALS not in manifest["files"]:
        raise InputError("'totals' is not a table of this study", file=folder)
    found, _ = files_held(folder, manifest, added_to(folder))
    damaged = {name for name, _ in found}
    return {one.file: refused_file(folder, one, manifest, damaged) for one in found}


def refuse_other_study_file(folder: Path, manifest: Mapping[str, Any]) -> None:
    """InputError where the study file of a finished study is not the one that its manifest was sealed with, by whose
    words a larger study, a run or a diary would be made.
    """
    listed = {name: entry for name, entry in manifest["files"].items() if name == STUDY_FILE}
    for found in findings(folder, [listed]):
        raise refused_file(folder, found, manifest, {STUDY_FILE})


def read_totals(folder: Path) -> Results:
    """A finished study whose totals are whole, for whoever makes its other tables anew, which may be damaged."""
    results = Results(folder=folder, manifest=MappingProxyType(sealed_manifest(folder)))
    results.check("totals")
    return results


def sealed_manifest(path: Path, names: Sequence[str] = (STUDY_FILE, MANIFEST_FILE)) -> dict[str, Any]:
    """The manifest of a finished study, as it was sealed. names: which have to be files, where they are anything.

    Raises InputError as `read_results`, but for tables.
    """
    refuse_no_folder(path)
    refuse_odd_files(path, names)
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
            "the manifest was changed after the study was finished", file=manifest_path,
            allowed=f"the manifest as it was written, or {ANEW}; '{command_on('verify', path)}' says more",
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


def tables_listed(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The tables among the files that a manifest lists: name to bytes and sha256."""
    return {name: entry for name, entry in manifest["files"].items() if name.startswith("tables/")}


def _unfinished(path: Path) -> InputError:
    allowed, problem = f"'{resume_command(path)}' to go on with it", "the study in this folder is unfinished"
    if is_superseded(path) or (path / EXPANDING_FILE).is_file():
        problem = f"{problem}: its expansion was cut short, and all its runs are kept"
    return InputError(problem, file=path, allowed=allowed)
