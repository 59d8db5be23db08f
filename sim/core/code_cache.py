"""Machine code of one compiled function on disk, written whole and read only when it is whole.

Numba's own cache reads whatever lies under the right name: an emptied file ends the run, and damaged machine code
would be run as it is. Here every file begins with a checksum over its content, its name and the cache that it belongs
to, so that what is damaged, cut short, or brought from elsewhere is compiled again. The checksum is no defence against
somebody who means harm: whoever may write to the cache may run code in the program's name, as in the program's own
folder.

Names are Numba's: NAME.nbi lists the kinds of arguments that a function was compiled for, and NAME.1.nbc holds the
machine code of one of them.
"""

from __future__ import annotations

import hashlib
import inspect
import os
import pickle
import shutil
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from numba.core.compiler import CompileResult
from numba.core.serialize import dumps

from sim.core.compile_cache import begin_use, say_once
from sim.core.memory import ensure_room

MOST_BYTES = 1 << 28
COMPILING_MB = 128  # of room before LLVM, which ends the process when it finds none
DIGEST_BYTES = hashlib.sha256().digest_size


class CacheFolder:
    """The folder of a cache, looked for when the first function asks; None where machine code is kept nowhere."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._use: tuple[Path, bool] | None = None
        self._is_looked_for = False

    @property
    def folder(self) -> Path | None:
        """The folder, in use from now on until the process ends."""
        if not self._is_looked_for:
            self._use, self._is_looked_for = begin_use(self.name), True
        return None if self._use is None else self._use[0]

    @property
    def is_writable(self) -> bool:
        """Whether more can be kept."""
        return self.folder is not None and self._use is not None and self._use[1]

    def forget(self, error: OSError) -> None:
        """Keep no more, because it failed."""
        assert self._use is not None
        where, why = self._use[0].parent, error.strerror or error
        say_once(f"compile cache: {where} cannot be written ({why}); machine code of this run is not kept")
        self._use = self._use[0], False


class FunctionCache:
    """The machine code of one function, as Numba asks for it: it takes the place of Numba's own file cache."""

    def __init__(self, function: Callable[..., Any], cache_folder: CacheFolder) -> None:
        self._function, self._cache = function, cache_folder
        source = Path(inspect.getfile(function))
        self._source = source if source.is_file() else None  # a function typed at a prompt is not kept
        name = function.__qualname__.replace("<", "").replace(">", "")
        python = f"py{sys.version_info.major}{sys.version_info.minor}"
        self._base = f"{source.parent.name}/{source.stem}.{name}-{function.__code__.co_firstlineno}.{python}"

    @property
    def cache_path(self) -> str | None:
        """The folder of its files."""
        folder = self._cache.folder
        return None if folder is None else str((folder / self._base).parent)

    def load_overload(self, signature: Any, target: Any) -> Any:
        """The compiled function for one kind of arguments; None when it has to be compiled. Raises MemoryError."""
        target.refresh()
        ensure_room(COMPILING_MB)
        if self._source is None or self._cache.folder is None:
            return None
        key = self._key(signature, target.codegen())
        name = self._index().get(key)
        try:
            entry = None if name is None else self._read(name)
            return None if entry is None or entry[0] != key else CompileResult._rebuild(target, *entry[1])
        except MemoryError:
            raise
        except Exception:  # whatever a library makes of code that it cannot take
            self._is_damaged()
            return None

    def save_overload(self, signature: Any, compiled: Any) -> None:
        """Keep what was compiled for one kind of arguments, if it can be kept."""
        if self._source is None or not self._cache.is_writable:
            return
        if compiled.library.has_dynamic_globals or not all(part.can_cache for part in compiled.lifted):
            return
        key, index = self._key(signature, compiled.codegen), self._index()
        if key not in index:
            taken = set(index.values())
            index[key] = next(name for n in range(1, len(taken) + 2) if (name := f"{self._base}.{n}.nbc") not in taken)
        try:
            self._write(index[key], (key, compiled._reduce()))
            self._write(f"{self._base}.nbi", index)
        except OSError as error:
            self._cache.forget(error)

    def flush(self) -> None:
        """Forget what is kept of the function."""
        if self._source is not None and self._cache.is_writable:
            self._write(f"{self._base}.nbi", {})

    def _key(self, signature: Any, codegen: Any) -> Any:
        """What the machine code depends on beside the cache's own name."""
        assert self._source is not None
        held = self._function.__closure__
        cells = b"" if held is None else dumps(tuple(cell.cell_contents for cell in held))
        code = (_sha256_of(self._source), self._function.__code__.co_code, cells)
        return signature, codegen.magic_tuple(), code

    def _index(self) -> dict[Any, str]:
        try:
            return self._read(f"{self._base}.nbi") or {}
        except MemoryError:
            raise
        except Exception:
            self._is_damaged()
            return {}

    def _read(self, name: str) -> Any:
        """What a file of the cache holds; None when there is none or it is not whole."""
        assert self._cache.folder is not None
        try:
            handle = os.open(self._cache.folder / name, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        except FileNotFoundError:
            return None
        except OSError:
            self._is_damaged()
            return None
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_size > MOST_BYTES:
            os.close(handle)
            self._is_damaged()
            return None
        with os.fdopen(handle, "rb") as stream:
            content = stream.read()
        if content[:DIGEST_BYTES] != self._digest(name, content[DIGEST_BYTES:]):
            self._is_damaged()
            return None
        return pickle.loads(content[DIGEST_BYTES:])

    def _write(self, name: str, content: Any) -> None:
        """Write a file whole, in place of whatever has its name. Raises OSError."""
        assert self._cache.folder is not None
        path = self._cache.folder / name
        packed = dumps(content)
        if path.parent.exists() and not path.parent.is_dir():
            path.parent.unlink()
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        temporary = path.with_name(f"{path.name}.tmp.{os.urandom(8).hex()}")
        try:
            temporary.write_bytes(self._digest(name, packed) + packed)
            temporary.replace(path)
        except OSError:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise

    def _digest(self, name: str, content: bytes) -> bytes:
        return hashlib.sha256(f"{self._cache.name}/{name}\0".encode() + content).digest()

    def _is_damaged(self) -> None:
        assert self._cache.folder is not None
        say_once(f"compile cache: a file in {self._cache.folder} is damaged and is compiled again")


@cache
def _sha256_of(source: Path) -> bytes:
    return hashlib.sha256(source.read_bytes()).digest()
