"""Errors that a person can mend, each one message long.

A message names parameters plainly, and whoever shows it spells them as its readers give them: `--out` on the command
line, `out` in Python; a mistake in a file is told by file, line and key.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from numbers import Real
from pathlib import Path

from sim.core.printable import MOST_DIGITS, escaped, written

LEVELS = (0.5, 0.999)
"""Least and most of the level of intervals, as a share of one."""

NEAR = 0.65
"""How alike two names must be for one to be taken for the other: an ending or a letter changed, not another word."""

LEAST_SIZE = 1e-12
"""Least size of a number that is not 0; the model reads none that is a millionth of a millionth of its unit."""

LARGEST = sys.float_info.max

LEAST_OF_A_NAME = 3  # letters that a part of a name must have to stand for the whole
MOST_PLAIN = 1e15  # up to which a float counts every whole number

# Control characters around a parameter's name inside a text; nothing that a person types, and no file's name, has them.
_NAMED = re.compile("\x02([a-z_]+)\x03")


def named(parameter: str) -> str:
    """A parameter's name inside a message, to be spelled by whoever shows the message."""
    return f"\x02{parameter}\x03"


def spelled(text: str, spell: Callable[[str], str]) -> str:
    """A text with the names of parameters in it (`named`) as its readers write them."""
    return _NAMED.sub(lambda name: spell(name[1]), text)


class InputError(Exception):
    """Something given to the product is wrong; the message says where, what is allowed and the nearest name.

    problem: one sentence without a full stop, for example "'navigatr' is not a lever".
    file, line, key: where it stands in a file, as far as known (line counts from 1).
    parameter: what a caller gave instead, by its Python name, such as 'equal_money'.
    allowed: what would have been right, in words.
    nearest: the name most probably meant.
    others: what else the same reading found wrong, in the order in which it was met; empty where it stops at the first.
    problem and allowed may hold names of parameters (`named`).
    """

    others: tuple[InputError, ...] = ()

    def __init__(
        self,
        problem: str,
        *,
        file: str | Path | None = None,
        line: int | None = None,
        key: str | None = None,
        parameter: str | None = None,
        allowed: str | None = None,
        nearest: str | None = None,
    ) -> None:
        self.problem = problem
        self.file = None if file is None else str(file)
        self.line = line
        self.key = key
        self.parameter = parameter
        self.allowed = allowed
        self.nearest = nearest
        super().__init__(str(self))

    def __str__(self) -> str:
        return self.message()

    def message(self, spell: Callable[[str], str] = str) -> str:
        """The whole message. spell: how its readers write a parameter's name; plainly, as in Python, unless told."""
        parameter = None if self.parameter is None else spell(self.parameter)
        where = ":".join(str(part) for part in (self.file, self.line, self.key, parameter) if part is not None)
        text = f"{where}: {self.problem}" if where else self.problem
        if self.allowed:
            text += f"; allowed: {self.allowed}"
        if self.nearest:
            text += f"; did you mean '{self.nearest}'?"
        return escaped(spelled(text, spell))

    @property
    def parameters(self) -> frozenset[str]:
        """Every parameter that the message speaks of."""
        own = () if self.parameter is None else (self.parameter,)
        return frozenset([*own, *_NAMED.findall(f"{self.problem} {self.allowed or ''}")])


def check_level(level: float) -> float:
    """The level of intervals, a share of one; InputError, with all its digits, for one that is none."""
    low, high = LEVELS
    is_number = isinstance(level, Real) and not isinstance(level, bool)  # also of NumPy's
    if not is_number or not low <= level <= high:
        allowed = f"{low:g} to {high:g} (0.95 is 95%)"
        raise InputError(f"{written(level).removesuffix('.0')} is not a level", parameter="level", allowed=allowed)
    return float(level)


def nearest_name(name: str, names: Iterable[str]) -> str | None:
    """The known name most probably meant by one that is not known, or None when nothing is near."""
    return next(iter(nearest_names(name, names, most=1)), None)


def nearest_names(name: str, names: Iterable[str], *, most: int) -> list[str]:
    """The known names near to a name: first those spelt alike, then those that begin with it, or hold it."""
    by_folded = {_folded(known): known for known in names}
    wanted = _folded(name)
    close = get_close_matches(wanted, list(by_folded), n=most, cutoff=NEAR)
    holding = [known for known in by_folded if len(wanted) >= LEAST_OF_A_NAME and wanted in known]
    holding.sort(key=lambda known: (not known.startswith(wanted), len(known)))
    return [by_folded[known] for known in dict.fromkeys([*close, *holding])][:most]


def _folded(name: str) -> str:
    return "_".join(name.lower().replace("_", " ").replace("-", " ").split())


def is_too_small(number: float) -> bool:
    """Whether a number is so near 0 without being 0 that it means nothing, and whatever is divided by it neither."""
    return 0.0 < abs(number) < LEAST_SIZE


def is_finite(number: float) -> bool:
    """Whether a number can be reckoned with: no infinity, no NaN, and no whole number that is larger than any float."""
    return abs(number) <= LARGEST


def exact(number: float) -> str:
    """A number with all its digits, as messages tell what was given and the ends of what is allowed."""
    if isinstance(number, int):
        return f"{number:,}" if abs(number) < 10**MOST_DIGITS else written(number)
    return f"{number:,.0f}" if 1000 <= abs(number) < MOST_PLAIN and number == int(number) else _shortest(number)


def _shortest(number: float) -> str:
    return repr(float(number)).removesuffix(".0")
