"""Where machine code lies between runs: a folder for each state of the program, in the cache of whoever runs it.

    ~/.cache/throughgate/            or where THROUGHGATE_CACHE, XDG_CACHE_HOME or LOCALAPPDATA say
        0123456789abcdef0123/        one cache, named by a hash of all that its machine code depends on
            .in_use                  touched and locked by every process that uses it
            complete                 touched at the end of a run
        .pruned                      touched when caches that nobody uses any more were last looked for

Everything here may be deleted at any time. Where nothing can be written, a folder in the system's place for temporary
files serves, if it is nobody else's: machine code is run as it is read.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sim.core.file_locks import WITHOUT_WAITING, try_lock
from sim.core.printable import escaped

UNUSED_DAYS = 30
DAY_SECONDS = 86_400.0
STAMP, COMPLETE, PRUNED, REMOVING = ".in_use", "complete", ".pruned", ".removing-"
NAME = re.compile("[0-9a-f]{20}")
LEFTOVER = re.compile(rf"{re.escape(REMOVING)}{NAME.pattern}-[0-9a-f]{{8}}")
TRIES = 20
PAUSE_SECONDS = 0.01
NO_HOME = "no home folder is known"
_HELD: list[int] = []  # handles of stamps, open and locked until the process ends
_WAITING: list[Callable[[], object]] = []  # what is called at the first compilation
_LOG = logging.getLogger("throughgate")


class Cache(NamedTuple):
    """One cache: its folder, its size, when it was last used (seconds since 1970), whether a process uses it now."""

    folder: Path
    n_bytes: int
    last_used: float
    is_in_use: bool

    @property
    def unused_days(self) -> float:
        """Days since it was last used."""
        return max(0.0, (time.time() - self.last_used) / DAY_SECONDS)


@cache
def say_once(message: str) -> None:
    """One line for whoever runs the program: on standard error unless logging is set up otherwise."""
    _LOG.warning("throughgate: %s", escaped(message))


def on_first_compilation(call: Callable[[], object] | None) -> None:
    """What is called, once, when a run is ready and has to be compiled first; None for nothing.

    Whoever waits is told then and not before, so that input which is refused is refused at once.
    """
    _WAITING[:] = [] if call is None else [call]


def first_compilation_begins() -> None:
    """Call what waits for the first compilation."""
    while _WAITING:
        _WAITING.pop()()


def roots() -> list[Path]:
    """Folders that may hold caches, the usual one first."""
    named = os.environ.get("THROUGHGATE_CACHE")
    folders = []
    with suppress(OSError, RuntimeError):  # nobody's home is known, or the working folder is gone
        folders.append((Path(named) if named else _usual()).absolute())
    with suppress(OSError):
        folders.append(_temporary())
    return folders


def begin_use(name: str) -> tuple[Path, bool] | None:
    """The folder of a cache, in use from now until the process ends, and whether it can be written; None for nowhere.

    Says once where machine code is kept instead, when the usual place does not serve. Removes, once a day, caches
    that nobody has used for UNUSED_DAYS.
    """
    problem = ""
    for root in roots():
        folder = root / name
        try:
            _hold(folder)
        except OSError as error:
            if _is_complete(folder):
                return folder, False
            problem = problem or f"{root} cannot be written ({error.strerror or error})"
        else:
            if problem or root == _temporary():
                say_once(f"compile cache: {problem or NO_HOME}; machine code is kept in {root} instead")
            _prune(root)
            return folder, True
    say_once(f"compile cache: {problem or NO_HOME}; this run compiles anew and keeps no machine code")
    return None


def caches() -> Iterator[Cache]:
    """Every cache that is there."""
    for root in roots():
        yield from _caches_in(root)


def clear() -> tuple[list[Cache], list[Cache]]:
    """Remove every cache that no process uses: those removed, and those that stay."""
    removed: list[Cache] = []
    stay: list[Cache] = []
    for root in roots():
        for one in list(_caches_in(root)):
            (removed if _remove(one.folder) else stay).append(one)
        _remove_leftovers(root)
    return removed, stay


def touch_complete(folder: Path) -> None:
    """Remember that a run has come to its end with the machine code of this cache."""
    with suppress(OSError):
        (folder / COMPLETE).touch()


def _usual() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "throughgate"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "throughgate"


def _temporary() -> Path:
    """The folder among the system's temporary files; OSError where somebody else made it or may write to it."""
    if sys.platform == "win32":
        return Path(tempfile.gettempdir()) / "throughgate"
    folder = Path(tempfile.gettempdir()) / f"throughgate-{os.getuid()}"
    with suppress(FileNotFoundError):
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o022:
            raise PermissionError(f"{folder} belongs to others too")
    return folder


def _is_complete(folder: Path) -> bool:
    try:
        return (folder / COMPLETE).is_file()
    except OSError:
        return False


def _caches_in(root: Path) -> Iterator[Cache]:
    try:
        folders = sorted(path for path in root.iterdir() if _is_cache(path))
    except OSError:
        return
    for folder in folders:
        with suppress(OSError):
            if folder.is_dir():
                yield Cache(folder, _size(folder), _last_used(folder), _is_in_use(folder))


def _is_cache(path: Path) -> bool:
    """Whether a cache stands there: by its name, and by the stamp that every one has, since others' folders may be
    named alike."""
    return bool(NAME.fullmatch(path.name)) and not path.is_symlink() and (path / STAMP).is_file()


def _size(folder: Path) -> int:
    total = 0
    for inside, _, files in os.walk(folder):
        for name in files:
            with suppress(OSError):
                total += os.lstat(os.path.join(inside, name)).st_size  # noqa: PTH118  # a thousand files each
    return total


def _last_used(folder: Path) -> float:
    times = [folder.stat().st_mtime]
    for name in (STAMP, COMPLETE):
        with suppress(OSError):
            times.append((folder / name).stat().st_mtime)
    return max(times)


def _hold(folder: Path) -> None:
    """Make the folder if need be, and lock its stamp, touched, until the process ends. Raises OSError."""
    path = folder / STAMP
    for _ in range(TRIES):
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # nobody else's code is to be run
        folder.mkdir(exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | WITHOUT_WAITING, 0o666)
        if _is_held(handle, path):
            _HELD.append(handle)
            return
        os.close(handle)  # removed at this moment, or looked at: once more
        time.sleep(PAUSE_SECONDS)


def _is_held(handle: int, path: Path) -> bool:
    try:
        is_locked = try_lock(handle, shared=True)
    except OSError:  # a file system without locks: the stamp's age tells
        is_locked = True
    try:
        os.utime(path)
        return is_locked and os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _is_in_use(folder: Path) -> bool:
    """Whether a process holds the stamp; by its age where the file system knows no locks."""
    try:
        handle = os.open(folder / STAMP, os.O_RDWR | WITHOUT_WAITING)
    except OSError:
        return False
    try:
        return not try_lock(handle)
    except OSError:
        return time.time() - _last_used(folder) < DAY_SECONDS
    finally:
        os.close(handle)


def _prune(root: Path) -> None:
    """Remove caches unused for UNUSED_DAYS, at most once a day."""
    stamp = root / PRUNED
    with suppress(OSError):
        if stamp.exists() and abs(time.time() - stamp.stat().st_mtime) < DAY_SECONDS:
            return
        stamp.touch()
        for path in [path for path in root.iterdir() if _is_cache(path)]:
            if time.time() - _last_used(path) > UNUSED_DAYS * DAY_SECONDS:
                _remove(path)
        _remove_leftovers(root)


def _remove(folder: Path) -> bool:
    """Remove a cache that no process uses; first under another name, so that nobody finds half of it."""
    if not folder.is_dir() or _is_in_use(folder):
        return False
    aside = folder.with_name(f"{REMOVING}{folder.name}-{os.urandom(4).hex()}")
    try:
        folder.rename(aside)
    except OSError:
        return False
    shutil.rmtree(aside, ignore_errors=True)
    return True


def _remove_leftovers(root: Path) -> None:
    """What a removal that was killed has left."""
    for path in list(root.glob(f"{REMOVING}*")):
        if LEFTOVER.fullmatch(path.name) and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
