"""Reading a whole file that somebody else may have made: a regular file of a size that memory holds, text as UTF-8.

Every refusal is one InputError that names the file; nothing waits for a pipe, fills memory from a device or ends in a
traceback.
"""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

from sim.core.errors import InputError

MOST_BYTES = 64 * 2**20


def read_bytes(file: str | Path, *, at_most: int = MOST_BYTES) -> bytes:
    """The bytes of a regular file, a link to one counts as one. Raises InputError, also for more bytes than at_most."""
    try:
        if not stat.S_ISREG(Path(file).stat().st_mode):
            raise InputError(f"is {what_it_is(file)}, not a file", file=file, allowed="a regular file")
        with Path(file).open("rb") as stream:
            content = stream.read(at_most + 1)
    except FileNotFoundError:
        raise InputError("there is no such file", file=file) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot be read: {reason}", file=file) from None
    if len(content) > at_most:
        raise InputError("is too large", file=file, allowed=f"at most {at_most:,} bytes")
    return content


def read_text(file: str | Path, *, at_most: int = MOST_BYTES) -> str:
    """The text of a regular file in UTF-8, with or without a byte-order mark. Raises InputError."""
    try:
        return read_bytes(file, at_most=at_most).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("is not text in UTF-8", file=file) from None


def read_json(file: str | Path, *, at_most: int = MOST_BYTES) -> Any:
    """The value in a JSON file; InputError also for what is no JSON, nested too deeply, or holds NaN or infinity."""
    text = read_text(file, at_most=at_most)
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise InputError("is not JSON", file=file) from None


def what_it_is(file: str | Path) -> str:
    """What stands under a name that is no regular file, in words: a folder, a pipe, a device."""
    mode = Path(file).lstat().st_mode
    kinds = (
        (stat.S_ISLNK, "a link"), (stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"),
        (stat.S_ISBLK, "a device"), (stat.S_ISCHR, "a device"),
    )  # fmt: skip
    return next((words for is_one, words in kinds if is_one(mode)), "something else")


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
