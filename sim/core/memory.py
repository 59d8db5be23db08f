"""Memory: whether there is room for what comes next, and whether its lack is what made something fail.

Libraries in C++ end the whole process where memory runs out in their midst; asked for beforehand, the lack is an error
like others.
"""

from __future__ import annotations

import errno
import mmap

NOT_ENOUGH = "not enough memory"
WHAT_HELPS = "fewer threads, fewer people or more memory"
_OF_LIBRARIES = (  # what the loader and Python say of it, in errors of other kinds
    "cannot allocate memory", "failed to map segment", "can't start new thread", "can't allocate lock", "bad_alloc",
    "unable to allocate", "out of memory",
)  # fmt: skip
MB = 1 << 20


def ensure_room(megabytes: int) -> None:
    """MemoryError unless this process can have so much more memory; none of it is touched, and it is given back."""
    kind = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_PRIVATE") else {}
    try:
        mmap.mmap(-1, megabytes * MB, **kind).close()
    except (OSError, ValueError):
        raise MemoryError(f"{megabytes:,} MB more are needed") from None


def is_out_of_memory(error: BaseException | None) -> bool:
    """Whether an error, or one that it arose from, says that memory or threads have run out."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
            return True
        if isinstance(error, ImportError | OSError | RuntimeError | SystemError) and _says_so(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _says_so(error: BaseException) -> bool:
    text = str(error).lower()
    return any(sign in text for sign in _OF_LIBRARIES)
