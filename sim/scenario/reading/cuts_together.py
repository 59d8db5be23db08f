"""Which of a scenario's cuts take more than stands there, and beside which others: one mistake for each.

Cuts are added one by one, those of the oldest file first, so that what is refused is what was written last: the line of
whoever extends a scenario, never a line of the scenario that is extended and right by itself. How far a cut may go is
looked for with the very rules of delivery (cuts.py of that room).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import InputError
from sim.core.grammar import listed
from sim.core.mistakes import Mistakes
from sim.scenario.delivery.context import DeliveryContext
from sim.scenario.delivery.cuts import Taken, taken
from sim.scenario.delivery.records import Floats
from sim.scenario.delivery.standing import STANDING, in_words, is_for_everybody, units_there
from sim.scenario.levers import LEVERS
from sim.scenario.reading import fields
from sim.scenario.reading.yaml_strict import Node
from sim.scenario.scenario import Purchase

MOST_TOLD = 10  # cuts of one lever that are refused in one reading: each is a search
MOST_NAMED = 3  # of the other cuts
STEPS_OF_A_PERCENT = 10  # how finely a cut in per cent is told to go
_ROUNDING = 1e-9  # part of a cut

Cuts = Sequence[Purchase]


class CutsTogether:
    """The cuts of one lever beside one another."""

    def __init__(self, context: DeliveryContext, name: str, written: Sequence[Node]) -> None:
        """context: the scenario at reference values. written: where each of its purchases stands."""
        self._context, self._name, self._written = context, name, written
        self._bought = context.scenario.levers
        self._numbers = [n for n, bought in enumerate(self._bought) if bought.lever == name and bought.is_cut]

    def refuse_beyond_today(self, mistakes: Mistakes) -> None:
        """Collects each cut that does not fit beside those written before it."""
        fitting: list[int] = []
        before = len(mistakes)
        for number in self._numbers:
            short = self._short([*fitting, number])
            if short is None:
                fitting.append(number)
            elif len(mistakes) - before < MOST_TOLD:
                mistakes.add(self._too_much(number, fitting, short))

    def _deliver(self, numbers: Sequence[int], **changed: Purchase) -> tuple[DeliveryContext, list[Taken]]:
        """These cuts alone, each under its number among them; changed: in place of the last."""
        levers = [self._bought[n] for n in numbers]
        levers[-1] = changed.get("last", levers[-1])
        context = replace(self._context, scenario=replace(self._context.scenario, levers=tuple(levers)), spend={})
        return context, list(taken(context, self._name))

    def _short(self, numbers: Sequence[int], **changed: Purchase) -> Taken | None:
        """The first of these cuts that does not find all that it takes."""
        context, cuts = self._deliver(numbers, **changed)
        return next((cut for cut in cuts if is_short(context, cut)), None)

    def _too_much(self, number: int, fitting: Sequence[int], short: Taken) -> InputError:
        bought, written = self._bought[number], self._written[number]
        is_percent = bought.percent_of_today is not None
        node = fields.required(written, "percent_of_today" if is_percent else "gbp_per_year", what="a cut")
        columns = self._where_short(short)
        others = self._beside(number, fitting, columns)
        most = self._most(number, fitting)
        there = in_words(bought)
        if others:
            those = "that cut leaves" if len(others) == 1 else "those cuts leave"
            left = f"what {those} of the {there}"
            none = f"none, as {those} no {there}"
        else:
            units = abs(most) / LEVERS[self._name].unit_cost(self._context.draw)
            left, none = f"the {units:.1f} {there}", f"none, as there are no {there}"
        return node.error(
            f"{node.kind()} {STANDING[self._name].too_much}{self._place(short.bought, columns)}"
            f"{self._told(number, others)}",
            allowed=f"down to -{most:_}, {left}" if most else none,
        )

    def _where_short(self, short: Taken) -> set[int]:
        """Columns at which a cut finds less than it takes; of one in money, which takes where it finds, all of its."""
        today, columns = self._today(short.bought)
        there = [int(column) for column in columns if today[column] > 0.0]
        if short.bought.percent_of_today is None:
            return set(there)
        part = -short.bought.percent_of_today / 100.0
        return {column for column in there if short.part[column] < part * (1.0 - _ROUNDING)}

    def _today(self, bought: Purchase) -> tuple[Floats, NDArray[np.intp]]:
        return STANDING[self._name].units(self._context, bought), units_there(self._context, bought)

    def _beside(self, number: int, fitting: Sequence[int], columns: set[int]) -> list[int]:
        """The cuts written before one that take from the same columns on the same days."""
        first, end = self._context.span(self._bought[number])
        beside = []
        for other in fitting:
            bought = self._bought[other]
            its_first, its_end = self._context.span(bought)
            if its_first < end and first < its_end and columns & {int(c) for c in units_there(self._context, bought)}:
                beside.append(other)
        return beside

    def _most(self, number: int, fitting: Sequence[int]) -> float:
        """How far the cut may go beside the others: whole pounds, or tenths of a per cent."""
        bought, numbers = self._bought[number], [*fitting, number]
        if bought.percent_of_today is None:
            size = -bought.gbp_per_year
            return _largest(size, lambda gbp: self._fits(numbers, replace(bought, gbp_per_year=-float(gbp))))
        steps = -bought.percent_of_today * STEPS_OF_A_PERCENT
        most = _largest(
            steps, lambda step: self._fits(numbers, replace(bought, percent_of_today=-step / STEPS_OF_A_PERCENT))
        )
        return most // STEPS_OF_A_PERCENT if most % STEPS_OF_A_PERCENT == 0 else most / STEPS_OF_A_PERCENT

    def _fits(self, numbers: Sequence[int], last: Purchase) -> bool:
        return self._short(numbers, last=last) is None

    def _place(self, bought: Purchase, columns: set[int]) -> str:
        """' in Plymouth', ' at HMP Exeter and 2 more'; '' where all that stands is meant."""
        takes = LEVERS[self._name].takes
        sites = self._context.area.prisons if "prisons" in takes else self._context.area.places
        everywhere = np.flatnonzero(self._today(bought)[0] > 0.0)
        if not {"prisons", "places"} & set(takes) or columns >= {int(c) for c in everywhere if c < len(sites)}:
            return ""
        first, *more = sorted(columns)
        return f" {'at' if 'prisons' in takes else 'in'} {sites[first].name}{f' and {len(more)} more' if more else ''}"

    def _told(self, number: int, others: Sequence[int]) -> str:
        """' beside the cut on line 6', and why a cut for everybody and one for people leaving prison meet."""
        if not others:
            return ""
        own = self._written[number]
        lines = [_line(self._written[other], own) for other in others]
        more = [f"{len(lines) - MOST_NAMED} more"] if len(lines) > MOST_NAMED else []
        cuts = f"{'' if own.file is None else 'on '}{listed([*lines[:MOST_NAMED], *more])}"
        whom = {is_for_everybody(self._bought[n]) for n in (number, *others)} if self._name == "keyworkers" else set()
        meet = (
            "; a cut for everybody takes the same part of the posts for people leaving prison" if len(whom) > 1 else ""
        )
        return f" beside the cut{'s' if len(others) > 1 else ''} {cuts}{meet}"


def is_short(context: DeliveryContext, cut: Taken) -> bool:
    """Whether a cut does not find all that it takes."""
    entry = context.spend[cut.number]
    return entry["units_used"] > entry["units"] * (1 - _ROUNDING)


def _largest(size: float, fits: Callable[[int], bool]) -> int:
    """The largest whole number up to a size that fits, where each that is smaller fits, too."""
    low, high = 0, math.floor(size)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


def _line(other: Node, own: Node) -> str:
    """Where another purchase stands: 'line 6', 'line 6 of base.yaml', 'levers[1]' of a mapping."""
    if other.file is None:
        return other.path
    return f"line {other.line}{'' if other.file == own.file else f' of {other.file.name}'}"
