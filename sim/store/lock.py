"""One writer at a time in a run folder, or one for each share of a study that several machines work on.

The lock is the operating system's own, on a small file inside the folder, so that it ends with the process that holds
it, however that process ends: a file left by a killed process locks nobody out. The file goes when the writer is done.
On a file system that knows no locks everybody is let in.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sim.core.errors import InputError
from sim.store.atomic import explained

LOCK_FILE = ".lock"


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Holds a folder, made if need be, for this process alone.

    Raises InputError when another process, or another part of this one, holds it or a share of it; StoreError when it
    cannot be written.
    """
    with _holding(folder, LOCK_FILE):
        for share in sorted(folder.glob(f"{LOCK_FILE}-*-of-*")):
            with _holding(folder, share.name):
                pass
        yield


@contextmanager
def share_writer(folder: Path, share: tuple[int, int]) -> Iterator[None]:
    """Holds one share of a folder for this process, while others may hold the other shares.

    Raises InputError when another process holds the share or the whole folder; StoreError as `only_writer`.
    """
    with _holding(folder, LOCK_FILE):
        pass
    with _holding(folder, f"{LOCK_FILE}-{share[0]}-of-{share[1]}"):
        yield


@contextmanager
def _holding(folder: Path, name: str) -> Iterator[None]:
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = _held(path)
    except OSError as error:
        raise explained(error, folder) from error
    if handle is None:
        raise InputError(
            "another process is writing to this folder",
            file=folder,
            allowed="wait until it has ended, or another --out",
        )
    try:
        yield
    finally:
        _let_go(path, handle)


def _held(path: Path) -> int | None:
    """An open, locked handle of the file that stands under this name now; None when somebody else has it locked."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        if not _lock(handle):
            os.close(handle)
            return None
        if _stands(path, handle):
            return handle
        os.close(handle)  # its last holder removed it between our opening and our locking: try the next one


def _stands(path: Path, handle: int) -> bool:
    """Whether the open file is the one that stands under the name."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _let_go(path: Path, handle: int) -> None:
        os.close(handle)
        with suppress(OSError):  # the next writer has opened it by now
            path.unlink(missing_ok=True)

else:
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True  # no locks on this file system
        return True

    def _let_go(path: Path, handle: int) -> None:
        with suppress(OSError):  # a folder taken away meanwhile
            if _stands(path, handle):
                path.unlink()
        os.close(handle)
