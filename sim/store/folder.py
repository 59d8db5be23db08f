"""A run folder while it is being written.

    .lock                     while a process writes here (lock.py)
    study.json                what was asked and the study's id, written first (study_record.py)
    parts/totals-0000000.parquet ... while the study runs; removed once the manifest stands
    tables/ charts/ report.*  written when the last run is done
    .expanding                while a finished study is made larger
    .files                    names of the files written so far, until the manifest lists them (tracked_files.py)
    manifest.json             written last, and sealed (seal.py): a folder without it is unfinished
    report.json               where pages and charts were drawn again since: which, sealed too (added_files.py)

A folder that holds another study is never touched, and a file that no study wrote is neither removed nor listed. An
unfinished folder of the same study is continued, by the study's own command or by `throughgate resume`: parts that are
whole are kept, everything else is done again and ends in the same bytes, but for the manifest's times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from sim.core.errors import InputError, named
from sim.core.parquet import table_of
from sim.store.added_files import remove_added
from sim.store.atomic import (
    TEMPORARY_PREFIX,
    FolderRemoved,
    StoreError,
    encoded_as,
    json_bytes,
    sha256_of,
    write_atomic,
    write_bytes,
)
from sim.store.block_index import BlockIndex
from sim.store.command_lines import resume_command
from sim.store.differing import Asked, differing_from
from sim.store.in_the_way import refuse_in_the_way, refuse_odd_files
from sim.store.lock import LOCK_FILE, only_writer
from sim.store.manifest_file import study_in
from sim.store.older import SCHEMA_VERSION, is_older, refuse_older
from sim.store.output_path import ALLOWED, refuse_impossible
from sim.store.parts import Block, Layout, joined, part_name, write_parquet
from sim.store.seal import WILL_BE_SEALED, is_edited, sealed
from sim.store.tracked_files import (
    EXPANDING,
    FAILURES_FOLDER,
    MANIFEST,
    NOTE_FILE,
    PARTS_FOLDER,
    STUDY,
    can_be_listed,
    has_parts,
    is_tidy,
    note_file,
    refuse_closed_study,
    remove_parts,
    remove_results,
    tidy,
)

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

STUDY_FILE, MANIFEST_FILE, EXPANDING_FILE = STUDY, MANIFEST, EXPANDING
_LEFT = (NOTE_FILE, EXPANDING_FILE)  # of a study at work, until its manifest stands
START_ANEW = "give the study's own command again"


def is_superseded(folder: Path) -> bool:
    """Whether a larger study has begun to take over a finished folder: its study file stands, and the old manifest.

    A manifest that was edited is none of a smaller study: whoever reads it says so.
    """
    ids = [study_in(folder / name) for name in (STUDY_FILE, MANIFEST_FILE)]
    return None not in ids and ids[0] != ids[1] and not is_edited(folder / MANIFEST_FILE)


def tidy_finished(folder: Path) -> None:
    """Remove what killed writers have left in a finished folder: parts, the lock, temporary files. InputError for a
    folder that may not be opened.
    """
    refuse_closed_study(folder)
    is_left = any((folder / left).exists() for left in (PARTS_FOLDER, *_LEFT, LOCK_FILE)) or not is_tidy(folder)
    if is_left and (folder / MANIFEST_FILE).is_file() and not is_superseded(folder):
        with suppress(InputError, StoreError, OSError), only_writer(folder):
            remove_parts(folder)
            for name in _LEFT:
                (folder / name).unlink(missing_ok=True)
            tidy(folder)


class RunFolder:
    """The writer of one study's folder. Make it with `RunFolder.create`, while `only_writer` (lock.py) holds it."""

    def __init__(self, path: Path, study_id: str, code: str) -> None:
        self.path = path
        self.study_id = study_id
        self._mark = f"{study_id}:{code}"
        self._written: set[str] = set()

    @classmethod
    def create(
        cls,
        out: str | Path,
        study_id: str,
        force: bool = False,
        *,
        code: str = "",
        content: Mapping[str, Any] | None = None,
    ) -> RunFolder:
        """Open a folder for a study: new, empty, unfinished of the same study, or (with force) finished.

        code: a hash of the program; parts written by another program are done again.
        content: what study.json keeps beside the study's id.
        Raises InputError as `check` does; StoreError when the folder cannot be written.
        """
        path = Path(out)
        names, is_same = cls.check(path, study_id, force)
        folder = cls(path, study_id, code)
        is_over = MANIFEST_FILE in names and not is_superseded(path)
        folder._clear(keep_parts=is_same and not is_over and not is_older(path / STUDY_FILE))
        folder._write_study_file(content or {})
        return folder

    @classmethod
    def join(cls, out: str | Path, study_id: str, *, code: str, content: Mapping[str, Any]) -> RunFolder:
        """Open a folder that others may be writing shards of the same study to; makes it where there is none.

        Nothing that is there is touched. Raises InputError as `check` does, StoreError.
        """
        path = Path(out)
        names, _ = cls.check(path, study_id)
        folder = cls(path, study_id, code)
        if STUDY_FILE not in names:
            folder._write_study_file(content)
        return folder

    @classmethod
    def grow(cls, path: Path, study_id: str, code: str) -> RunFolder:
        """The writer of a larger study in the folder of a finished one, which stays finished until `reopen`."""
        remove_parts(path)
        return cls(path, study_id, code)

    def reopen(self, content: Mapping[str, Any]) -> None:
        """Make the folder that of the larger study, unfinished: its study file, no results, the parts as they are."""
        write_bytes(self.path / EXPANDING_FILE, b"")
        self._write_study_file(content)
        remove_added(self.path)
        remove_results(self.path, keep_parts=True)

    def _write_study_file(self, content: Mapping[str, Any]) -> None:
        whole = {"schema": SCHEMA_VERSION, "study": self.study_id, WILL_BE_SEALED: True, **content}
        write_bytes(self.path / STUDY_FILE, json_bytes(sealed(whole)))

    @classmethod
    def check(cls, out: str | Path, study_id: str, force: bool = False, asked: Asked = None) -> tuple[list[str], bool]:
        """The names that the folder holds, and whether they are this very study's; nothing is changed.

        Raises InputError when the folder holds another study, a finished one without force, or files that are not a
        study's. asked: content of this study's file, by which it is named what differs.
        """
        path = Path(out)
        refuse_impossible(path)
        try:
            inside = sorted(child.name for child in path.iterdir()) if path.is_dir() else []
        except FileNotFoundError:  # taken away again by another process that looked whether it can be made
            inside = []
        except OSError as error:
            raise InputError(f"this folder cannot be read: {error.strerror}", file=path) from None
        refuse_odd_files(path, allowed=f", or another {named('out')}")
        refuse_in_the_way(path, otherwise=f", or another {named('out')}")
        names = [name for name in inside if name not in _LEFT and not name.startswith((LOCK_FILE, TEMPORARY_PREFIX))]
        return names, cls._check_found(path, names, study_id, force, asked) if names else True

    @staticmethod
    def _check_found(path: Path, names: Sequence[str], study_id: str, force: bool, asked: Asked) -> bool:
        """Whether the folder holds this very study; refuses what must not be overwritten."""
        if STUDY_FILE not in names and MANIFEST_FILE not in names:
            raise InputError(
                f"the folder holds files that are not a study's ('{names[0]}')", file=path, allowed=ALLOWED
            )
        stored_id = _held_study(path)
        if stored_id is None:
            raise InputError(
                "the folder's study file cannot be read", file=path,
                allowed=f"another {named('out')}",
            )  # fmt: skip
        if stored_id != study_id and not force:
            refuse_older(path / STUDY_FILE, is_replaced=True)
            finish = (
                "" if MANIFEST_FILE in names and not is_superseded(path) else f", '{resume_command(path)}' to finish it"
            )
            raise InputError(
                f"the folder holds another study{differing_from(path / STUDY_FILE, asked)}",
                file=path,
                allowed=f"another {named('out')}{finish}, or {named('force')} to replace it",
            )
        if MANIFEST_FILE in names and not force and not is_superseded(path):
            raise InputError(
                "the folder already holds this study, finished",
                file=path,
                allowed=f"{named('force')} to run it again, or another {named('out')}",
            )
        if MANIFEST_FILE in names and not can_be_listed(path):
            raise InputError(
                "the manifest cannot be read, so nobody knows which files here are the study's",
                file=path / MANIFEST_FILE, allowed=f"the manifest as it was written, or another {named('out')}",
            )  # fmt: skip
        return stored_id == study_id

    def _clear(self, *, keep_parts: bool) -> None:
        """Remove results, which are made anew; half files of a writer that was stopped; parts, unless kept."""
        try:
            if self.path.is_dir():
                remove_added(self.path)
                remove_results(self.path, keep_parts=keep_parts)
                if not keep_parts:
                    (self.path / EXPANDING_FILE).unlink(missing_ok=True)
                tidy(self.path)
        except OSError as error:
            raise StoreError(f"{self.path} cannot be cleared: {error.strerror or error}") from error

    def _write(self, path: Path, put: Callable[[BinaryIO], None]) -> Path:
        """Write one file of the study; what goes wrong is told with the command that goes on.

        In a folder that was taken away meanwhile nothing is made: parts without a study file could not be gone on with.
        """
        name = path.relative_to(self.path).as_posix()
        self._refuse_removed()
        if path.parent != self.path and path.parent.is_symlink():  # the study's own folder may be reached by a link
            raise StoreError(f"{path.parent} is a link, not a folder of the study, so nothing is written there")
        try:
            if not name.startswith(PARTS_FOLDER) and name != MANIFEST_FILE and name not in self._written:
                note_file(self.path, name)
                self._written.add(name)
            write_atomic(path, put, parents=False)
        except StoreError as error:
            self._refuse_removed()
            raise error.with_resume_hint(resume_command(self.path), are_kept=has_parts(self.path)) from error
        return path

    def _refuse_removed(self) -> None:
        """StoreError where the folder, or its study file, is gone: what would be written could not be gone on with."""
        if not (self.path / STUDY_FILE).is_file():
            gone = self.path / STUDY_FILE if self.path.is_dir() else self.path
            raise FolderRemoved(f"{gone} was removed while the study ran, so nothing more of it is kept", START_ANEW)

    def block_index(self, layout: Layout) -> BlockIndex:
        """The blocks that the folder keeps of this very study and program."""
        return BlockIndex(self.path, layout, self._mark)

    def write_part(self, tables: Sequence[pa.Table], blocks: Sequence[Block], person_days: Sequence[int]) -> str:
        """Keep the rows of whole blocks (BlockColumns.table); on disk when this returns. Gives the part's name."""
        table = joined(tables, blocks, person_days, self._mark)
        name = part_name(blocks[0])

        def put(stream: BinaryIO) -> None:
            write_parquet(stream, [table])

        self._write(self.path / PARTS_FOLDER / name, put)
        return name

    def merge_totals(self, index: BlockIndex, blocks: Sequence[Block]) -> Path:
        """Join blocks into tables/totals.parquet, in order; StoreError when one is missing or damaged."""

        def tables() -> Iterator[Any]:
            """The rows of the blocks, in their order."""
            for rows in index.joined(blocks):
                if isinstance(rows, Block):
                    which = f"draw {rows.draw}, replicate {rows.replicate}"
                    self._refuse_removed()
                    parts = self.path / PARTS_FOLDER
                    if not parts.is_dir():
                        raise StoreError(f"{parts} was removed while the study ran", "leave the folder alone")
                    raise StoreError(f"{parts} lost the runs of {which} after they were written", "check the disk")
                yield rows

        def put(stream: BinaryIO) -> None:
            write_parquet(stream, tables())

        return self._write(self.path / "tables" / "totals.parquet", put)

    def write_table(self, name: str, frame: pd.DataFrame, *, parquet: bool = True, csv: bool = True) -> None:
        """Write a table under tables/, as Parquet, as CSV, or as both."""
        if parquet:
            table = table_of(frame)

            def put(stream: BinaryIO) -> None:
                write_parquet(stream, [table])

            self._write(self.path / "tables" / f"{name}.parquet", put)
        if csv:
            self.write_file(f"tables/{name}.csv", frame.to_csv(index=False, lineterminator="\n"))

    def write_file(self, name: str, content: bytes | str) -> Path:
        """Write a table, a report or a chart under its name inside the folder."""
        encoded = encoded_as(name, content)

        def put(stream: BinaryIO) -> None:
            stream.write(encoded)

        return self._write(self.path / name, put)

    def finish(self, manifest: Mapping[str, Any]) -> Path:
        """Write the manifest, last of all, with size and sha256 of every file written and its own seal; then drop the
        parts.
        """
        failures = {f"{FAILURES_FOLDER}/{path.name}" for path in (self.path / FAILURES_FOLDER).glob("block-*.json")}
        names = {name for name in self._written if not name.startswith(FAILURES_FOLDER)} | failures | {STUDY_FILE}
        try:
            listed = {
                name: {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
                for name, path in ((name, self.path / name) for name in sorted(names))
            }
        except OSError as error:
            self._refuse_removed()
            raise StoreError(f"{error.filename} was removed while the study ran", START_ANEW) from error
        content = {"schema": SCHEMA_VERSION, "study": self.study_id, **manifest, "files": listed}
        path = self.write_file(MANIFEST_FILE, json_bytes(sealed(content)))
        remove_parts(self.path)
        for name in _LEFT:
            with suppress(OSError):
                (self.path / name).unlink()
        return path


def _held_study(path: Path) -> str | None:
    """The id of the study a folder holds; None when its files cannot be read."""
    return study_in(path / STUDY_FILE) or study_in(path / MANIFEST_FILE)
