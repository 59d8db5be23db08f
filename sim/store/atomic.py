"""Files that appear whole or not at all.

A file is written under a temporary name in the same folder, synced, renamed to its name, and the folder is synced. A
kill at any moment leaves the old file, the new file, or a temporary name that nobody reads. The writer holds the
temporary file locked, so that `remove_half_files` tells one that was left from one that is being written.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from sim.core.file_locks import is_locked, lock
from sim.core.files import why_no_folder

TEMPORARY_PREFIX = ".writing-"

DISK_FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}


class StoreError(Exception):
    """A run folder could not be written; the message says which file and why, and what to do.

    problem: which file, and why. remedy: what a person can do about it, '' where nothing is known.
    """

    def __init__(self, problem: str, remedy: str = "") -> None:
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{problem}; {remedy}" if remedy else problem)

    def with_resume_hint(self, command: str, *, are_kept: bool = True) -> StoreError:
        """The same for a study that has begun: whether runs are kept, and the command that goes on with it."""
        kept = "finished runs are kept" if are_kept else "no finished run is kept"
        return StoreError(self.problem, f"{kept}: {self.remedy or 'mend that'}, then: {command}")


class FolderRemoved(StoreError):
    """A run folder was taken away while its study ran: nothing is kept that could be gone on with."""

    def with_resume_hint(self, command: str, *, are_kept: bool = True) -> StoreError:
        """The same: there is nothing to go on with."""
        return self


def sync_folder(folder: Path) -> None:
    """Make renames in a folder survive a power cut; does nothing where folders cannot be opened (Windows)."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_atomic(path: Path, write: Callable[[BinaryIO], None], *, parents: bool = True) -> None:
    """Write a file through a temporary name, synced before and after its rename.

    write: called once with the open temporary file. parents: whether to make all missing folders, not the last alone.
    Raises StoreError with one clear message when the disk is full or the file cannot be written; nothing is then left
    under the finished name that was not there before.
    """
    temporary = path.parent / f"{TEMPORARY_PREFIX}{path.name}-{os.urandom(6).hex()}"  # machines share process numbers
    try:
        path.parent.mkdir(parents=parents, exist_ok=True)
        with temporary.open("wb") as stream:
            lock(stream.fileno())
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise explained(error, path) from error
    finally:
        _forget(temporary)


def write_bytes(path: Path, content: bytes) -> None:
    """Write bytes through write_atomic."""

    def put(stream: BinaryIO) -> None:
        stream.write(content)

    write_atomic(path, put)


def encoded_as(name: str, content: bytes | str) -> bytes:
    """The bytes of a file of a folder.

    A comma-separated table with letters beyond ASCII begins with the mark of UTF-8, without which Excel takes its pound
    signs and accents for others; read it as 'utf-8-sig', in R with fileEncoding = "UTF-8-BOM".
    """
    if isinstance(content, bytes):
        return content
    is_marked = name.endswith(".csv") and not content.isascii()
    return content.encode("utf-8-sig" if is_marked else "utf-8")


def json_bytes(content: Any) -> bytes:
    """JSON that people can read, with a line end; refuses numbers that JSON does not know."""
    return (json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8")


def sha256_of(path: Path) -> str:
    """sha256 of a file's bytes, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def remove_half_files(folder: Path) -> None:
    """Remove temporary files directly in a folder, but none that somebody is writing. Raises OSError."""
    for path in folder.glob(f"{TEMPORARY_PREFIX}*"):
        if not is_locked(path):
            path.unlink(missing_ok=True)


def _forget(temporary: Path) -> None:
    try:
        temporary.unlink(missing_ok=True)
    except OSError:
        return  # a leftover temporary name is removed when the folder is opened next


def explained(error: OSError, path: Path) -> StoreError:
    """What kept a file from being written, in words."""
    if error.errno in DISK_FULL:
        return StoreError(f"the disk is full: {path} was not written", "free some space")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StoreError(f"{path} cannot be written: {os.strerror(error.errno)}", "make it writable")
    above = next((folder for folder in path.parents if os.path.lexists(folder)), path.parent)
    if error.errno in (errno.EEXIST, errno.ENOTDIR, errno.ENOENT) and not above.is_dir():
        return StoreError(f"{path} was not written: of {above}, {why_no_folder(above)}", "move it away")
    return StoreError(f"{path} was not written: {error.strerror or error}")
