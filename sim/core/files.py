"""The one way in for every file that somebody gives or may have changed: scenarios, studies, tables, records of runs.

An ordinary file of at most so many bytes is read whole; anything else (a folder, a device, a pipe, a link that leads
nowhere, a file without end, text that is not UTF-8) is one InputError sentence, and nothing is waited for.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.core.errors import InputError

MOST_BYTES = 50_000_000
_WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)

Nearest = Callable[[Path], str | None]


def read_bytes(file: Path, *, at_most: int = MOST_BYTES, what: str = "a file", nearest: Nearest | None = None) -> bytes:
    """Everything in an ordinary file. what: what should stand there; nearest: the file meant, where there is none.

    Raises InputError that names the file.
    """
    if "\0" in str(file):  # what Python says of it changes from version to version
        raise InputError("cannot be the name of a file", file=file, allowed=what)
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise InputError(what_stands_there(file) or "is not an ordinary file", file=file, allowed=what)
        with os.fdopen(os.open(file, os.O_RDONLY | _WITHOUT_WAITING), "rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            raw = b"" if size > at_most else stream.read(at_most + 1)
    except (FileNotFoundError, NotADirectoryError):
        missing = what_stands_there(file)
        near = None if nearest is None else nearest(file)
        allowed = what if missing else None
        raise InputError(missing or "there is no such file", file=file, allowed=allowed, nearest=near) from None
    except (OSError, ValueError) as problem:
        reason = f"cannot be read ({getattr(problem, 'strerror', None) or problem})"
        stands = what_stands_there(file) if isinstance(problem, OSError) else None
        raise InputError(stands or reason, file=file, allowed=what) from None
    if size > at_most or len(raw) > at_most:
        held = f"holds {size:,} bytes" if size > at_most else f"holds more than {at_most:,} bytes"
        raise InputError(f"the file {held}", file=file, allowed=f"at most {at_most:,} bytes")
    return raw


def read_text(file: Path, *, at_most: int = MOST_BYTES, what: str = "a file", nearest: Nearest | None = None) -> str:
    """The text of an ordinary file in UTF-8, with or without a byte-order mark; its line ends as they stand.

    Raises InputError that names the file, and the line at which it is not UTF-8.
    """
    raw = read_bytes(file, at_most=at_most, what=what, nearest=nearest)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw[: problem.start].count(b"\n") + 1
        raise InputError("is not UTF-8 text", file=file, line=line, allowed="a file saved as UTF-8") from None


def read_json(file: Path, *, at_most: int = MOST_BYTES, what: str = "a JSON file") -> dict[str, Any]:
    """The object that a JSON file holds.

    Raises InputError that names the file, also for text that is no JSON, is nested without end, or holds no object.
    """
    text = read_text(file, at_most=at_most, what=what)
    try:
        content = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_each_key_once)
    except RecursionError:
        raise InputError("is nested too deeply", file=file, allowed=what) from None
    except json.JSONDecodeError as problem:
        raise InputError(f"is not JSON ({problem.msg})", file=file, line=problem.lineno, allowed=what) from None
    except ValueError as problem:  # a number of more digits than Python reads
        raise InputError(f"is not JSON ({problem})", file=file, allowed=what) from None
    if not isinstance(content, dict):
        raise InputError("holds no JSON object", file=file, allowed=what)
    return content


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the key '{next(name for name in names if names.count(name) > 1)}' stands twice")
    return content


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is no number of JSON")


def what_stands_there(path: Path) -> str | None:
    """What stands under a name at which a file should; None for a file, and where nothing does."""
    try:
        if path.is_symlink() and not path.exists():
            return "is a link that leads nowhere, or back to itself"
        if path.is_dir():
            return "is a folder, not a file"
        return "is not an ordinary file" if path.exists() and not path.is_file() else None
    except (OSError, ValueError):
        return "cannot be the name of a file"
