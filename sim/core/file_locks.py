"""The operating system's locks on open files, which end with the process that holds them, however it ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path

WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0)

if sys.platform == "win32":
    import msvcrt

    def try_lock(handle: int, *, shared: bool = False) -> bool:
        """Lock an open file until it is closed; whether that could be done. OSError for a shared one: there is none."""
        if shared:
            raise OSError("no shared locks")
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def try_lock(handle: int, *, shared: bool = False) -> bool:
        """Lock an open file until it is closed; whether that could be done. OSError on a file system without locks."""
        try:
            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def lock(handle: int) -> bool:
    """Lock an open file until it is closed; False when somebody else has it locked.

    On a file system that knows no locks everybody gets them.
    """
    try:
        return try_lock(handle)
    except OSError:
        return True


def is_locked(path: Path) -> bool:
    """Whether another part of this process, or another process, holds a file locked; False where it is gone."""
    try:
        handle = os.open(path, os.O_RDWR | WITHOUT_WAITING)
    except OSError:
        return False
    try:
        return not lock(handle)
    finally:
        os.close(handle)
