"""Numbers as they are given to an option: plain figures, and one sentence with the option's range for anything else."""

from __future__ import annotations

import re
from math import isfinite
from typing import Any

import click

from sim.core.errors import LEVELS, InputError, exact
from sim.core.grammar import a

_WHOLE = re.compile(r"[-+]?[0-9]+(?:_[0-9]+)*")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:_[0-9]+)*\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")


class Figures(click.ParamType):  # type: ignore[type-arg]  # generic since Click 8.4
    """A number in plain figures. is_whole: whether it may have no part after the point; ends: of its range, where
    it has one that is not a study's."""

    def __init__(self, *, is_whole: bool, ends: tuple[int, int] | None = None) -> None:
        self.name = "whole number" if is_whole else "number"
        self._is_whole, self._ends = is_whole, ends

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number written; the range of most is looked at where it is used."""
        if not isinstance(value, str):
            return value  # type: ignore[no-any-return]  # a default
        pattern, made = (_WHOLE, int) if self._is_whole else (_NUMBER, float)
        problem = f"is not {a(self.name)}"
        if len(value) <= MOST_FIGURES and pattern.fullmatch(value.strip()):
            number = made(value)
            if isfinite(number):
                return number
            problem = "is too large"
        name = "" if param is None or param.name is None else param.name
        shown = value if len(value) <= MOST_FIGURES else f"{value[: MOST_FIGURES - 3]}..."
        raise InputError(f"'{shown}' {problem}", parameter=name, allowed=self._allowed(name))

    def _allowed(self, name: str) -> str:
        """What an option takes: its range, where it has one by itself."""
        from sim.study.keys import LIMITS

        if self is MONEY:
            from sim.scenario.equal_money import ALLOWED

            return f"a sum in GBP a year from {ALLOWED}, for example 500_000"
        ends = self._ends or LIMITS.get(name)
        if ends is not None:
            return f"{a(self.name)} from {exact(ends[0])} to {exact(ends[1])}"
        if name == "level":
            return f"a share from {exact(LEVELS[0])} to {exact(LEVELS[1])} (0.95 is 95%)"
        return f"{a(self.name)} in plain figures"


MOST_FIGURES = 60
WHOLE, NUMBER, MONEY = Figures(is_whole=True), Figures(is_whole=False), Figures(is_whole=False)
