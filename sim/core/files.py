"""The one way in for every file that somebody gives or may have changed: scenarios, studies, tables, records of runs.

An ordinary file of at most so many bytes is read whole; anything else (a folder, a device, a pipe, a link that leads
nowhere, a file without end, text that is not UTF-8) is one InputError sentence, and nothing is waited for.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, is_finite

MOST_BYTES = 50_000_000
LOOKED_AT = 400  # bytes by which an encoding is known
_WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)

_REASONS = {
    "Expecting value": "a value is missing, or is none of JSON",
    "Expecting property name": "a key in double quotes is missing",
    "Expecting ':'": "a colon is missing after a key",
    "Expecting ','": "a comma or a closing bracket is missing",
    "Unterminated string": "a text has no closing quote",
    "Invalid control character": "a text holds a line end or another control character",
    "Invalid \\": "a text holds an escape that JSON does not know",
    "Extra data": "something follows after its end",
    "Illegal trailing comma": "a comma stands before a closing bracket",
}

Nearest = Callable[[Path], str | None]

NOT_OPENED = "may not be opened (permission denied)"
PERMISSION = "permission to read it, as its owner can give"


def refuse_closed(folder: Path, inside: Sequence[str] = ()) -> None:
    """InputError where a folder that is there, one above it or something inside may not be opened: what lies there is
    neither missing nor damaged, and nobody is to be told to write over it.

    inside: names of its files and folders that have to be open, where they are there.
    """
    here = folder.absolute()
    for path in (*reversed(here.parents), here, *(here / name for name in inside)):
        try:
            is_folder = stat.S_ISDIR(path.stat().st_mode)
        except (OSError, ValueError):  # whoever looks for it says that it is not there
            continue
        needed = os.X_OK if path in here.parents else os.R_OK | os.X_OK if is_folder else os.R_OK
        if not os.access(path, needed):
            shown = folder if path == here else folder / path.relative_to(here) if here in path.parents else path
            raise InputError(f"this {'folder' if is_folder else 'file'} {NOT_OPENED}", file=shown, allowed=PERMISSION)


def working_folder() -> Path:
    """The folder from which relative names count. InputError where it was removed while the program stands in it."""
    try:
        return Path.cwd()
    except OSError as problem:
        reason = "was removed" if isinstance(problem, FileNotFoundError) else f"cannot be read ({problem.strerror})"
        allowed = "the same in a folder that is there"
        raise InputError(f"the folder in which this was asked for {reason}", allowed=allowed) from None


def read_bytes(file: Path, *, at_most: int = MOST_BYTES, what: str = "a file", nearest: Nearest | None = None) -> bytes:
    """Everything in an ordinary file. what: what should stand there; nearest: the file meant, where there is none.

    Raises InputError that names the file.
    """
    if "\0" in str(file):  # what Python says of it changes from version to version
        raise InputError("cannot be the name of a file", file=file, allowed=what)
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise InputError(this(what_stands_there(file) or "is not an ordinary file"), file=file, allowed=what)
        with os.fdopen(os.open(file, os.O_RDONLY | _WITHOUT_WAITING), "rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            raw = b"" if size > at_most else stream.read(at_most + 1)
    except (FileNotFoundError, NotADirectoryError):
        missing = what_stands_there(file)
        near = None if nearest is None else nearest(file)
        allowed = what if missing else None
        raise InputError(this(missing or "there is no such file"), file=file, allowed=allowed, nearest=near) from None
    except (OSError, ValueError) as problem:
        reason = f"cannot be read ({getattr(problem, 'strerror', None) or problem})"
        stands = what_stands_there(file) if isinstance(problem, OSError) else None
        raise InputError(this(stands or reason), file=file, allowed=what) from None
    if size > at_most or len(raw) > at_most:
        held = f"holds {size:,} bytes" if size > at_most else f"holds more than {at_most:,} bytes"
        raise InputError(f"the file {held}", file=file, allowed=f"at most {at_most:,} bytes")
    return raw


def unreadable(problem: str) -> str:
    """'cannot be read', and why, told once. problem: of a reading that failed, after the file's name."""
    return problem if problem.startswith("cannot be read") else f"cannot be read ({problem})"


def read_text(file: Path, *, at_most: int = MOST_BYTES, what: str = "a file", nearest: Nearest | None = None) -> str:
    """The text of an ordinary file in UTF-8, with or without a byte-order mark; its line ends as they stand.

    Raises InputError that names the file, and the line at which it is not UTF-8.
    """
    raw = read_bytes(file, at_most=at_most, what=what, nearest=nearest)
    if other := _other_encoding(raw):
        problem = f"is not UTF-8 text (it looks like {other})"
        raise InputError(problem, file=file, line=1, allowed="a file saved as UTF-8")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw[: problem.start].count(b"\n") + 1
        raise InputError("is not UTF-8 text", file=file, line=line, allowed="a file saved as UTF-8") from None


def _other_encoding(raw: bytes) -> str:
    """The encoding of two or four bytes a letter that a text is in; '' for none. Without its mark it passes for UTF-8,
    in which every other byte is a letter that does not print.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    begin = raw[:LOOKED_AT]
    share = begin.count(0) / max(1, len(begin))
    return "UTF-16" if 0.3 < share < 0.6 else "UTF-32" if 0.6 <= share < 0.9 else ""


def read_json(file: Path, *, at_most: int = MOST_BYTES, what: str = "a JSON file") -> dict[str, Any]:
    """The object that a JSON file holds.

    Raises InputError that names the file, also for text that is no JSON, is nested without end, or holds no object.
    """
    text = read_text(file, at_most=at_most, what=what)
    try:
        content = json.loads(
            text, parse_constant=_refuse_constant, parse_int=_number(int), parse_float=_number(float),
            object_pairs_hook=_each_key_once,
        )  # fmt: skip
    except RecursionError:
        raise InputError("is nested too deeply", file=file, allowed=what) from None
    except json.JSONDecodeError as problem:
        reason = _reason(problem.msg) if text.strip() else "the file is empty"
        raise InputError(f"is not JSON ({reason})", file=file, line=problem.lineno, allowed=what) from None
    except _NoJson as problem:
        raise InputError(f"is not JSON ({problem})", file=file, allowed=what) from None
    except ValueError:  # what Python says of it names Python's own settings
        raise InputError("is not JSON (a number has too many digits)", file=file, allowed=what) from None
    if not isinstance(content, dict):
        raise InputError("holds no JSON object", file=file, allowed=what)
    return content


_KINDS = (
    (stat.S_ISREG, "a file"), (stat.S_ISLNK, "a link"), (stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"), (stat.S_ISBLK, "a device"), (stat.S_ISCHR, "a device"),
)  # fmt: skip
"""What stands under a name, by the test of its mode."""


class _NoJson(ValueError):
    """What JSON does not allow, in our own words."""


def _reason(said: str) -> str:
    """What the parser says, whose words change from Python to Python, in our own words."""
    return next((ours for theirs, ours in _REASONS.items() if said.startswith(theirs)), "it cannot be read")


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _ in pairs]
        raise _NoJson(f"the key '{next(name for name in names if names.count(name) > 1)}' stands twice")
    return content


def _number(made: Callable[[str], float]) -> Callable[[str], float]:
    """Reads a number of JSON, which may be larger than any that can be reckoned with."""

    def read(figures: str) -> float:
        number = made(figures)
        if not is_finite(number):
            raise _NoJson("a number is too large")
        return number

    return read


def _refuse_constant(word: str) -> None:
    raise _NoJson(f"{word} is no number of JSON")


def what_it_is(mode: int) -> str:
    """What stands under a name, in words, from the mode of its entry: 'a file', 'a folder', 'a pipe'."""
    return next((words for is_one, words in _KINDS if is_one(mode)), "something else")


def why_no_folder(path: Path, wanted: str = "a folder") -> str:
    """Why a name is not that of a folder: nothing has it, or something else. wanted: what should stand there."""
    try:
        return f"this is {what_it_is(path.stat().st_mode)}, not {wanted}"
    except (OSError, ValueError):
        is_lost = path.is_symlink() and "\0" not in str(path)
        return f"this is a link that leads nowhere, not {wanted}" if is_lost else "there is no such folder"


def this(problem: str) -> str:
    """What is said after a file's name, as a sentence of its own: 'this is a pipe, not a file'."""
    return f"this {problem}" if problem.startswith("is a ") else problem


def what_stands_there(path: Path) -> str | None:
    """What stands under a name at which a file should, after the name: 'is a pipe, not a file'; None for a file, and
    where nothing does.
    """
    try:
        if path.is_symlink() and not path.exists():
            return "is a link that leads nowhere, or back to itself"
        if path.exists() and not path.is_file():
            return f"is {what_it_is(path.stat().st_mode)}, not a file"
        return None
    except (OSError, ValueError):
        return "cannot be the name of a file"
