"""One writer at a time in a run folder, or one for each shard of a study that several machines work on.

The lock is the operating system's own, on a small file inside the folder, so that it ends with the process that holds
it, however that process ends: a file left by a killed process locks nobody out. The file goes when the writer is done.
On a file system that knows no locks everybody is let in.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from sim.core.errors import InputError
from sim.core.file_locks import is_locked, lock
from sim.core.files import this, what_stands_there
from sim.store.atomic import explained
from sim.store.tracked_files import refuse_closed_study

LOCK_FILE = ".lock"
STAMPED = ("study.json", "manifest.json")  # written first and last
WAIT_SECONDS = 10.0  # for the folder's lock, which those who begin or end a shard hold for a moment
PAUSE_SECONDS = 0.05
TRIES = 20


class FolderHeld(InputError):
    """Another process holds the folder. by_shard: whether it is at work on one shard of it."""

    def __init__(self, folder: Path, *, by_shard: bool) -> None:
        self.by_shard = by_shard
        super().__init__(
            "another process is writing to this folder",
            file=folder,
            allowed="wait until it has ended",
        )


@contextmanager
def undisturbed(folder: Path) -> Iterator[None]:
    """Around whatever reads a finished study: FolderHeld where another process writes to the folder before it is read
    or meanwhile, so that nobody takes half of another study for damage.
    """
    refuse_closed_study(folder)
    before = _stamps(folder)
    _refuse_held(folder)
    try:
        yield
    except (InputError, OSError) as error:
        if isinstance(error, FolderHeld):
            raise
        if any(before):
            refuse_moved(folder)
        _refuse_held(folder)
        if _stamps(folder) != before:
            raise FolderHeld(folder, by_shard=False) from None
        raise
    if any(before):
        refuse_moved(folder)
    _refuse_held(folder)
    if _stamps(folder) != before:
        raise FolderHeld(folder, by_shard=False)


def refuse_moved(folder: Path) -> None:
    """InputError where the folder of a study that was being read is there no more."""
    if not folder.is_dir():
        raise InputError("this folder was moved or removed while it was read", file=folder, allowed="it left in place")


def _refuse_held(folder: Path) -> None:
    for path in (folder / LOCK_FILE, *folder.glob(f"{LOCK_FILE}-*-of-*")):
        if path.is_file() and not path.is_symlink() and is_locked(path):
            raise FolderHeld(folder, by_shard=path.name != LOCK_FILE)


def _stamps(folder: Path) -> list[tuple[int, int] | None]:
    """Which study file and manifest lie there; a file that is written anew is another one."""
    stamps: list[tuple[int, int] | None] = []
    for name in STAMPED:
        try:
            status = (folder / name).lstat()
            stamps.append((status.st_ino, status.st_mtime_ns))
        except (OSError, ValueError):
            stamps.append(None)
    return stamps


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Holds a folder, made if need be, for this process alone.

    Raises FolderHeld, an InputError, when another process, or another part of this one, holds it or a shard of it;
    InputError when nobody may write to it; StoreError when it cannot be written for another reason.
    """
    with _holding(folder, LOCK_FILE):
        for shard in sorted(folder.glob(f"{LOCK_FILE}-*-of-*")):
            with _holding(folder, shard.name):
                pass
        yield


@contextmanager
def shard_writer(folder: Path, shard: tuple[int, int]) -> Iterator[None]:
    """Holds one shard of a folder for this process, while others may hold the other shards.

    Raises FolderHeld when another process holds the shard or, for more than a moment, the whole folder; StoreError as
    `only_writer`.
    """
    with ExitStack() as locks:
        with _holding(folder, LOCK_FILE, patience_seconds=WAIT_SECONDS):  # so that nobody takes the folder meanwhile
            locks.enter_context(_holding(folder, f"{LOCK_FILE}-{shard[0]}-of-{shard[1]}"))
        yield


@contextmanager
def last_writer(folder: Path, is_done: Callable[[], bool]) -> Iterator[bool]:
    """For a process whose shard has ended: holds the folder (True), or leaves it to others (False).

    Others are a shard that is still at work, which does this after us, or a process that holds the folder until
    is_done. Of shards that end at the same moment, one gets it. Raises StoreError.
    """
    with ExitStack() as locks:
        while not is_done():
            try:
                locks.enter_context(only_writer(folder))
            except FolderHeld as error:
                if error.by_shard:
                    break
                time.sleep(PAUSE_SECONDS)
            else:
                yield not is_done()
                return
        yield False


@contextmanager
def _holding(folder: Path, name: str, *, patience_seconds: float = 0.0) -> Iterator[None]:
    path = folder / name
    if os.path.lexists(path) and (path.is_symlink() or not path.is_file()):
        stands = this(what_stands_there(path) or "is a link, not a file")
        raise InputError(f"{stands}, and the lock of this folder has this name", file=path, allowed="take it away")
    until = time.monotonic() + patience_seconds
    try:
        while (handle := _held(path)) is None and time.monotonic() < until:
            time.sleep(PAUSE_SECONDS)
    except PermissionError:
        allowed = "permission to write to it, as its owner can give"
        raise InputError("this folder cannot be written to", file=folder, allowed=allowed) from None
    except OSError as error:
        raise explained(error, folder) from error
    if handle is None:
        raise FolderHeld(folder, by_shard=name != LOCK_FILE)
    try:
        yield
    finally:
        _let_go(path, handle)


def _held(path: Path) -> int | None:
    """An open, locked handle of the file that stands under this name now; None when somebody else has it locked."""
    while True:
        handle = _opened(path)
        if not lock(handle):
            os.close(handle)
            return None
        if _stands(path, handle):
            return handle
        os.close(handle)  # its last holder removed it between our opening and our locking: try the next one


def _opened(path: Path) -> int:
    """An open handle of the file, made with its folder if need be, which another process may take away meanwhile."""
    for left in range(TRIES - 1, -1, -1):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        except FileNotFoundError:
            if not left:
                raise
    raise AssertionError


def _stands(path: Path, handle: int) -> bool:
    """Whether the open file is the one that stands under the name."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":

    def _let_go(path: Path, handle: int) -> None:
        os.close(handle)
        with suppress(OSError):  # the next writer has opened it by now
            path.unlink(missing_ok=True)

else:

    def _let_go(path: Path, handle: int) -> None:
        with suppress(OSError):  # a folder taken away meanwhile
            if _stands(path, handle):
                path.unlink()
        os.close(handle)
