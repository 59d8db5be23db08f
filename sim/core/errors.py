"""Errors that a person can mend, each one message long."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path


class InputError(Exception):
    """Something given to the product is wrong; the message says where, what is allowed and the nearest name.

    problem: one sentence without a full stop, for example "'navigatr' is not a lever".
    file, line, key: where it stands, as far as known (line counts from 1).
    allowed: what would have been right, in words.
    nearest: the name most probably meant.
    others: what else the same reading found wrong, in the order in which it was met; empty where it stops at the first.
    """

    others: tuple[InputError, ...] = ()

    def __init__(
        self,
        problem: str,
        *,
        file: str | Path | None = None,
        line: int | None = None,
        key: str | None = None,
        allowed: str | None = None,
        nearest: str | None = None,
    ) -> None:
        self.problem = problem
        self.file = None if file is None else str(file)
        self.line = line
        self.key = key
        self.allowed = allowed
        self.nearest = nearest
        super().__init__(str(self))

    def __str__(self) -> str:
        where = ":".join(str(part) for part in (self.file, self.line, self.key) if part is not None)
        text = f"{where}: {self.problem}" if where else self.problem
        if self.allowed:
            text += f"; allowed: {self.allowed}"
        if self.nearest:
            text += f"; did you mean '{self.nearest}'?"
        return text


def nearest_name(name: str, names: Iterable[str]) -> str | None:
    """The known name closest to a misspelt one, or None when nothing is close."""
    by_folded = {known.lower(): known for known in names}
    found = get_close_matches(name.lower().replace("-", "_"), list(by_folded), n=1, cutoff=0.5)
    return by_folded[found[0]] if found else None
