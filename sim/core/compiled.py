"""Compiled functions and where their machine code is kept.

A cache by function does not notice a change in a *called* function of another file, so the cache folder is named by a
hash of everything that the machine code depends on: every compiled source, the versions of Python, Numba, llvmlite and
NumPy, and the kind of machine. Where it lies: compile_cache.py; its files: code_cache.py.

A function that Python calls is an `@entry`; all others, which only compiled code calls, are `@kernel`s and have no way
in from Python: making that way takes a third of the time to compile. Tests call kernels one by one, and so set
THROUGHGATE_KERNELS=open, which makes every kernel an entry and keeps its machine code in a folder of its own.

With NUMBA_DISABLE_JIT=1 the same functions run as plain Python on rows with attributes, for debugging and for the test
that compiled and interpreted lives are equal bit for bit.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sim.core.memory import ensure_room

SVML = "NUMBA_DISABLE_INTEL_SVML"
os.environ.setdefault(SVML, "1")  # SVML's log and exp differ from libm's in the last bit
LIBRARIES_MB = 600  # of room for the libraries of a run, some of which end the process when they find none
ensure_room(LIBRARIES_MB)

from sim.core.environment import refuse_settings
from sim.core.errors import InputError

refuse_settings()
try:
    import llvmlite
    import numba
    import numpy as np
    from numba.core.registry import CPUDispatcher
except ValueError as problem:  # of a setting that can be read and means nothing, such as NUMBA_NUM_THREADS=0
    reason = str(problem).rstrip(".")
    names = ", ".join(sorted(name for name in os.environ if name.startswith("NUMBA_") and name != SVML))
    refused = f"Numba refuses a setting of the environment: {reason}"
    raise InputError(refused, key=names, allowed="a value that Numba takes, or not set at all") from None

from sim.core.code_cache import CacheFolder, FunctionCache
from sim.core.compile_cache import COMPLETE, first_compilation_begins, touch_complete

F = TypeVar("F", bound=Callable[..., Any])
COMPILED_PACKAGES = ("core", "population", "mechanisms", "engine", "outcomes")
KERNELS = os.environ.get("THROUGHGATE_KERNELS", "")
if KERNELS not in ("", "open"):
    raise InputError(f"{KERNELS!r} is not a way to compile", key="THROUGHGATE_KERNELS", allowed="'open', or nothing")
EVERY_KERNEL_IS_AN_ENTRY = KERNELS == "open"


def source_hash(root: Path) -> str:
    """Short hash of every source below root that can end up in machine code, and of the tools that make it."""
    digest = hashlib.sha256()
    for package in COMPILED_PACKAGES:
        for path in sorted((root / package).glob("*.py")):
            digest.update(f"{package}/{path.name}\0".encode())
            digest.update(path.read_bytes())
    tools = (sys.version, numba.__version__, llvmlite.__version__, np.__version__, platform.machine(), str(root))
    digest.update("\0".join((*tools, "open" if EVERY_KERNEL_IS_AN_ENTRY else "")).encode())
    return digest.hexdigest()[:20]


KEPT = CacheFolder(source_hash(Path(__file__).resolve().parents[1]))
INTERPRETED = bool(numba.config.DISABLE_JIT)


def entry(function: F) -> F:
    """A kernel that Python calls."""
    return _compiled(function)


def kernel(function: F) -> F:
    """The function compiled, for other compiled functions to call: Python cannot.

    Errors: TypeError when Python calls it all the same; whatever Python has to call is an `@entry`.
    """
    if INTERPRETED or EVERY_KERNEL_IS_AN_ENTRY:
        return _compiled(function)
    inner = _compiled(function, no_cpython_wrapper=True)
    inner.__class__ = _inner_kind()  # called from Python it would end the process
    return inner


def _compiled(function: F, **options: bool) -> F:
    """No interpreter lock held, cached on disk, IEEE arithmetic (no fast-math).

    `_nrt=False`: no reference counts. Kernels make no arrays, and whoever calls one holds those that it is given.
    Counting is atomic at every call that hands an array on, and took two thirds of a run. `no_cfunc_wrapper`: nobody
    calls a kernel from C.
    """
    jit = numba.njit(nogil=True, error_model="numpy", _nrt=False, no_cfunc_wrapper=True, **options)
    inner = jit(function)
    if not INTERPRETED:
        inner._cache = FunctionCache(function, KEPT)  # where Numba's own would stand
    return inner  # type: ignore[no-any-return]


@cache
def _inner_kind() -> type[Any]:
    """The kind of a compiled function that has no way in from Python, which says so when it is called from there."""

    def refuse(inner: Any, *_: Any, **__: Any) -> Any:
        name = f"{inner.py_func.__module__}.{inner.py_func.__qualname__}"
        raise TypeError(f"{name} is a @kernel, which compiled code alone can call; make it an @entry to call it here")

    return type("InnerKernel", (CPUDispatcher,), {"__call__": refuse})


def is_first_compilation() -> bool:
    """True until a run with these very sources has been completed on this machine."""
    return not INTERPRETED and (KEPT.folder is None or not (KEPT.folder / COMPLETE).exists())


def compilation_is_due() -> None:
    """Tell whoever waits for it that the first run of these sources, which compiles, is about to begin."""
    if is_first_compilation():
        first_compilation_begins()


@cache
def compilation_is_complete() -> None:
    """Remember, once, that the machine code of these sources is in the cache."""
    if not INTERPRETED and KEPT.folder is not None:
        touch_complete(KEPT.folder)


class Row(np.void):  # type: ignore[misc]  # stubs say final of a class that np.record inherits too
    """One row whose fields are attributes too: what np.record does, in a third of its time."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except (KeyError, ValueError):
            raise AttributeError(f"a row has no field '{name}'") from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value


def rows(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """A structured array in the form in which kernels read it: its rows have attributes when interpreted."""
    return array.view(np.dtype((Row, array.dtype))) if INTERPRETED else array
