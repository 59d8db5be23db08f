"""Pages and charts of a finished study drawn again from its sealed tables; the model is not run.

They go where the study's own lie, or elsewhere, and are listed in report.json: the study's manifest stays as it was
written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.analysis.saved import read_comparison, read_comparison_for
from sim.core.errors import InputError, named
from sim.evidence import load_parameters
from sim.experiment.outputs import DRAWN_FROM, draw_outputs
from sim.presentation.album import Album
from sim.presentation.report.files import write_comparison
from sim.store.added_files import REPORT_LIST, names_listed, remove_one, study_of_list, write_list
from sim.store.atomic import encoded_as, write_bytes
from sim.store.folder import MANIFEST_FILE, STUDY_FILE, RunFolder
from sim.store.in_the_way import refuse_in_the_way
from sim.store.lock import LOCK_FILE, only_writer, refuse_moved
from sim.store.manifest import parameters_sha256
from sim.store.manifest_file import AS_WRITTEN
from sim.store.mending import ANEW
from sim.store.output_path import ALLOWED, refuse_impossible
from sim.store.reading import Results, whole_results
from sim.study.analysis_spec import AnalysisSpec

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.comparison import Comparison
    from sim.evidence import ParameterTable


@dataclass(frozen=True)
class Reported:
    """Pages and charts drawn again: the study's folder, the one that they lie in now, and their names there.

    undrawn: charts that could not be drawn, each with its reason.
    evidence_changed: whether units and reference values, which charts take from the evidence tables, are others now.
    """

    folder: str
    out: str
    files: tuple[str, ...]
    undrawn: Mapping[str, str]
    evidence_changed: bool


class PagesInMemory(RunFolder):
    """Takes the pages and charts of a study as its folder would; tables, which are sealed already, are let go."""

    def __init__(self, path: Path, study_id: str) -> None:
        super().__init__(path, study_id, "")
        self.files: dict[str, bytes] = {}

    def write_table(self, name: str, frame: pd.DataFrame, *, parquet: bool = True, csv: bool = True) -> None:
        """Nothing: the table stands."""

    def write_file(self, name: str, content: bytes | str) -> Path:
        """Keep one page or file of a chart."""
        self.files[name] = encoded_as(name, content)
        return self.path / name


class FilesInMemory(PagesInMemory):
    """Takes tables too, as CSV."""

    def write_table(self, name: str, frame: pd.DataFrame, *, parquet: bool = True, csv: bool = True) -> None:
        """Keep one table."""
        self.write_file(f"tables/{name}.csv", frame.to_csv(index=False, lineterminator="\n"))


def folder_for(folder: Path, whom: str) -> Path:
    """The folder of a report for a group of people where none is told: beside the study's."""
    plain = "".join(letter if letter.isalnum() else "_" for letter in whom.casefold()).strip("_")
    return folder.parent / f"{folder.resolve().name}_for_{plain[:60]}"


def report(folder: Path, out: Path | None = None, whom: str | None = None) -> Reported:
    """Draw the pages and charts of a finished study again, in place or into a folder of their own.

    whom: a group of people (sim/analysis/for_whom.py), of whom pages, charts and tables are then, in a folder of their
    own. Raises InputError for a study that is unfinished, whose manifest was changed or one of whose tables is damaged,
    for a group that it keeps no totals of and for an `out` that holds something else; StoreError.
    """
    results = whole_results(folder)
    if whom is not None and out is None:
        out = folder_for(folder, whom)
    target = folder if out is None or _is_same(folder, out) else out
    if whom is not None and target is folder:
        raise InputError("the study's own pages are of everybody", parameter="out", allowed="another folder")
    refuse_impossible(target)
    if target is not folder:
        _refuse_other_files(target, results.study)
    refuse_in_the_way(target)  # before charts are drawn, which takes seconds
    parameters = load_parameters()
    pages, undrawn = _drawn(results, parameters) if whom is None else _drawn_for(results, whom)
    refuse_moved(folder)  # or the writer would make the folder anew, with pages of nothing in it
    with only_writer(target):
        refuse_in_the_way(target)
        own = results.manifest["files"].keys() if target is folder else set()
        gone = set(names_listed(target, REPORT_LIST)) - pages.keys() - own
        write_list(REPORT_LIST, target, study=results.study, manifest=folder / MANIFEST_FILE, files=pages)
        for name in sorted(gone):
            remove_one(target, name)
        for name, content in pages.items():
            write_bytes(target / name, content)
    changed = results.manifest.get("parameters_sha256") != parameters_sha256(parameters)
    return Reported(str(folder), str(target), tuple(sorted(pages)), undrawn, changed)


def _drawn(results: Results, parameters: ParameterTable) -> tuple[dict[str, bytes], Mapping[str, str]]:
    """Names of pages and files of charts with what they hold, and charts that could not be drawn with the reason."""
    file = results.folder / MANIFEST_FILE
    try:
        analysis = AnalysisSpec.of_plain(results.manifest.get("analysis") or {})
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError("the manifest lacks what the pages need", file=file, allowed=AS_WRITTEN) from None
    comparison: Comparison | None = None
    if results.manifest.get("draws"):
        comparison = read_comparison(results.folder)
    pages = PagesInMemory(results.folder, results.study)
    album = Album(pages)
    tables = {name: results.table(name) for name in DRAWN_FROM if name in results.table_names}
    try:
        draw_outputs(results.manifest, comparison, tables, parameters, analysis, pages, album)
    except KeyError as error:
        problem = f"the study lacks what its pages need ({error})"
        raise InputError(problem, file=results.folder, allowed=ANEW) from None
    return pages.files, dict(album.undrawn)


def _drawn_for(results: Results, whom: str) -> tuple[dict[str, bytes], Mapping[str, str]]:
    """The same of the comparison for a group of people, with its tables."""
    files = FilesInMemory(results.folder, results.study)
    album = Album(files)
    write_comparison(read_comparison_for(results.folder, whom, _councils(results)), files, album)
    return files.files, dict(album.undrawn)


def _councils(results: Results) -> dict[str, tuple[str, str]]:
    """Name and council of each place of the study's area by id; none where that area is not the shipped one."""
    from sim.area import load_area

    area = load_area()
    if (results.manifest.get("area") or {}).get("name") != area.name:
        return {}
    return {place.id: (place.name, place.local_authority) for place in area.places}


def _is_same(folder: Path, out: Path) -> bool:
    return out.exists() and out.resolve() == folder.resolve()


def _refuse_other_files(out: Path, study: str) -> None:
    """InputError for a folder that holds anything but an earlier report of this study."""
    inside = sorted(path.name for path in out.iterdir() if not path.name.startswith(LOCK_FILE)) if out.is_dir() else []
    if not inside:
        return
    if {STUDY_FILE, MANIFEST_FILE} & set(inside):
        raise InputError("the folder holds a study", file=out, allowed=ALLOWED)
    if study_of_list(out / REPORT_LIST) != study:
        raise InputError(
            f"the folder holds files that are not a report of this study ('{inside[0]}')", file=out,
            allowed=f"a new or empty folder for {named('out')}, or one that holds an earlier report of this study",
        )  # fmt: skip
