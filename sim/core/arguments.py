"""What a caller gives, checked before anything is made of it: numbers, truth values, names, paths, functions.

Whole numbers and numbers are Python's and NumPy's alike, and come back as Python's; truth values and arrays are
neither, and truth values are these alone. All raise InputError, one sentence that names the parameter.
"""

from __future__ import annotations

import errno
import os
from numbers import Integral, Real
from pathlib import Path
from typing import Any, TypeVar

from sim.core.errors import InputError
from sim.core.printable import JOINERS, escaped, written

F = TypeVar("F")
LONGEST_SHOWN = 60
LONGEST_NAME = 200


def shown(value: object) -> str:
    """What was given, as a message shows it: short, and without letters that cannot be shown."""
    text = escaped(written(value))
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."


def plain(value: Any) -> Any:
    """A number of NumPy's as Python's; anything else as it is."""
    if isinstance(value, bool):
        return value
    try:
        return int(value) if isinstance(value, Integral) else float(value) if isinstance(value, Real) else value
    except OverflowError:  # of a fraction that is larger than any float
        return value


def whole_number(value: object, parameter: str, least: int | None = None, most: int | None = None) -> int:
    """The whole number given, within its limits where it has both."""
    number = plain(value)
    is_whole = isinstance(number, int) and not isinstance(number, bool)
    if least is None or most is None:
        is_within, allowed = True, "a whole number"
    else:
        is_within, allowed = is_whole and least <= number <= most, f"{least:,} to {most:,}"
    if not (is_whole and is_within):
        raise InputError(f"{shown(value)} is not a number this takes", parameter=parameter, allowed=allowed)
    return int(number)


def checked_flag(value: object, parameter: str) -> bool:
    """The truth value given, Python's or NumPy's; a word or a number is none."""
    if isinstance(value, bool) or (type(value).__module__ == "numpy" and type(value).__name__ in ("bool", "bool_")):
        return bool(value)
    raise InputError(f"{shown(value)} is neither True nor False", parameter=parameter, allowed="True or False")


def checked_function(value: F | None, parameter: str) -> F | None:
    """The function given, or None."""
    if value is None or callable(value):
        return value
    raise InputError(f"{shown(value)} is not a function", parameter=parameter, allowed="a function, or None")


def checked_name(value: object, parameter: str) -> str:
    """The name given, which is text that can be shown."""
    if isinstance(value, str) and len(value) > LONGEST_NAME:
        problem = f"{shown(value)} is too long for a name"
        raise InputError(problem, parameter=parameter, allowed=f"at most {LONGEST_NAME} letters")
    if not isinstance(value, str) or not can_be_shown(value):
        raise InputError(f"{shown(value)} is not a name", parameter=parameter, allowed="text that can be shown")
    return str(value)


def checked_list(value: object, parameter: str) -> list[Any]:
    """What was given, as a list: several, or one by itself, which is text or a path."""
    if isinstance(value, str | bytes | os.PathLike):
        return [value]
    try:
        return list(value)  # type: ignore[call-overload, no-any-return]
    except TypeError:
        raise InputError(f"{shown(value)} is not a name", parameter=parameter, allowed="one name, or several") from None


def refused_empty(given: list[Any], parameter: str) -> list[Any]:
    """The list as it is. InputError where nothing stands in it, which is not the same as none being given."""
    if not given:
        raise InputError("the list is empty", parameter=parameter, allowed="one or more, or nothing for the usual ones")
    return given


def checked_path(value: object, parameter: str) -> Path:
    """The path given: text or a Path that a file could have here."""
    if not isinstance(value, str | os.PathLike) or not isinstance(text := os.fspath(value), str):
        raise InputError(f"{shown(value)} is not a path", parameter=parameter, allowed="text or a Path")
    if not text.strip():
        raise InputError("the path is empty", parameter=parameter, allowed="the path of a file or folder")
    if not can_be_shown(text):
        reason = "is not UTF-8, or holds letters that cannot be shown"
        raise InputError(f"{shown(text)} {reason}", parameter=parameter, allowed="the path of a file or folder")
    try:
        os.lstat(text)
    except ValueError as error:
        raise InputError(f"{shown(text)} is not a path: {error}", parameter=parameter) from None
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise InputError(f"{shown(text)} is too long for a path", parameter=parameter) from None
    return Path(text)


def can_be_shown(text: str) -> bool:
    """Whether a name is UTF-8 and every letter of it can be seen."""
    return text.translate(dict.fromkeys(map(ord, JOINERS))).isprintable()
