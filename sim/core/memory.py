"""Memory and threads: whether there is room for what comes next, and whether its lack is what made something fail.

Libraries in C and C++ end the whole process where memory or threads run out in their midst; asked for beforehand, the
lack is an error like others.
"""

from __future__ import annotations

import errno
import mmap
import os
import threading
from contextlib import suppress

OF_MEMORY = "not enough memory: fewer threads, fewer people or more memory would help"
OF_THREADS = (
    "no further thread can be started: fewer threads, more memory or a higher limit of processes (ulimit -u) would help"
)
_OF_THREADS = ("can't start new thread", "resource temporarily unavailable")
_OF_LIBRARIES = (  # what the loader and Python say of it, in errors of other kinds
    "cannot allocate memory", "failed to map segment", "can't allocate lock", "bad_alloc", "unable to allocate",
    "out of memory", *_OF_THREADS,
)  # fmt: skip
_OF_BLAS = ("OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NUM_THREADS")  # in the order in which it reads them
_LOADED_TWICE = 2  # NumPy and SciPy each bring their own
_MOST_OF_BLAS = 64
MB = 1 << 20
LIBRARIES_MB = 300


def ensure_room(megabytes: int) -> None:
    """MemoryError unless this process can have so much more memory; none of it is touched, and it is given back."""
    kind = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_PRIVATE") else {}
    try:
        mmap.mmap(-1, megabytes * MB, **kind).close()
    except (OSError, ValueError):
        raise MemoryError(f"{megabytes:,} MB more are needed") from None


def ensure_libraries() -> None:
    """MemoryError, or RuntimeError for threads, where NumPy and SciPy find no room: loading them may then never end."""
    ensure_room(LIBRARIES_MB)
    ensure_threads(threads_of_libraries())


def ensure_threads(number: int) -> None:
    """RuntimeError, as Python's own, unless this process can have so many more threads at once; they end again."""
    over, begun = threading.Event(), []
    try:
        for _ in range(number):
            thread = threading.Thread(target=over.wait, daemon=True)
            thread.start()
            begun.append(thread)
    finally:
        over.set()
        for thread in begun:
            thread.join()


def threads_of_libraries() -> int:
    """Threads that NumPy and SciPy start when they are loaded: without them they end the process as Ctrl-C does."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    for name in _OF_BLAS:
        with suppress(ValueError):
            wanted = int(os.environ.get(name, ""))
            if wanted > 0:
                cores = min(cores, wanted)
                break
    return _LOADED_TWICE * (min(cores, _MOST_OF_BLAS) - 1)


def is_out_of_memory(error: BaseException | None) -> bool:
    """Whether an error, or one that it arose from, says that memory or threads have run out."""
    return bool(words_of_lack(error))


def words_of_lack(error: BaseException | None) -> str:
    """What has run out, by an error or one that it arose from, and what would help; '' where nothing has."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
            return OF_MEMORY
        if isinstance(error, ImportError | OSError | RuntimeError | SystemError):
            text = str(error).lower()
            if any(sign in text for sign in _OF_LIBRARIES):
                return OF_THREADS if any(sign in text for sign in _OF_THREADS) else OF_MEMORY
        error = error.__cause__ or error.__context__
    return ""
