"""The lever catalogue described: price of a unit, smallest purchase, where it is bought, what its effects rest on.

Made from the lever table and the evidence tables alone, so that a row added there is described without a change here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.core.errors import InputError, named, nearest_name
from sim.evidence.rows import GRADES
from sim.scenario.levers import LEVERS
from sim.scenario.levers.lever import Lever, smallest_spend

if TYPE_CHECKING:
    from sim.evidence import ParameterTable

_THEME = re.compile(r"T([0-9]+)")


class Row(NamedTuple):
    """A parameter row that a lever reads: value, range and unit of the evidence tables, its grade, and its chance of
    no effect (0 where none is stated)."""

    name: str
    value: float
    low: float
    high: float
    unit: str
    grade: str
    no_effect: float = 0.0


class Smallest(NamedTuple):
    """The smallest sum that buys anything: GBP a year for each `per` ('purchase' or 'link'; for levers bought in
    prisons, of one prison), under these words of the lever's options; no words where they make no difference."""

    gbp_per_year: float
    per: str
    options: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class LeverDescription:
    """One lever as a buyer wants to know it.

    unit_cost_gbp with its ends: GBP per unit and year at reference prices, and with every price row at its low or high
    end together. overhead_gbp_per_prison: paid for each prison before any unit. payers: codes, the usual one first.
    group: what the money is spent on. takes: keys of a scenario that say where it is bought, none for the whole area.
    beside: the kind of service that must stand open there, by an option's word ('': always). options, defaults: the
    words of each option, and the word of one that need not be given. prices, capacity, effects:
    the rows that it reads.
    """

    name: str
    title: str
    group: str
    themes: tuple[str, ...]
    unit: str
    unit_cost_gbp: float
    unit_cost_low_gbp: float
    unit_cost_high_gbp: float
    overhead_gbp_per_prison: float
    payers: tuple[str, ...]
    minimum_units: float
    smallest: tuple[Smallest, ...]
    takes: tuple[str, ...]
    needs_where: bool
    hubs_only: bool
    beside: Mapping[str, str]
    options: Mapping[str, tuple[str, ...]]
    defaults: Mapping[str, str]
    ramps: bool
    can_be_cut: bool
    changes: str
    leaves_out: str
    prices: tuple[Row, ...]
    capacity: tuple[Row, ...]
    effects: tuple[Row, ...]

    @property
    def least_gbp_per_year(self) -> float:
        """The smallest sum of all."""
        return min(one.gbp_per_year for one in self.smallest)

    @property
    def grades(self) -> dict[str, int]:
        """How many of its effect rows have each grade, the weakest grade first."""
        counts = {grade: sum(row.grade == grade for row in self.effects) for grade in reversed(GRADES)}
        return {grade: count for grade, count in counts.items() if count}

    @property
    def grade(self) -> str | None:
        """The weakest grade among its effect rows; None where it has none."""
        return next(iter(self.grades), None)

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values, for `--json`."""
        return {
            "name": self.name,
            "title": self.title,
            "themes": list(self.themes),
            "unit": self.unit,
            "unit_cost_gbp": self.unit_cost_gbp,
            "unit_cost_low_gbp": self.unit_cost_low_gbp,
            "unit_cost_high_gbp": self.unit_cost_high_gbp,
            "overhead_gbp_per_prison": self.overhead_gbp_per_prison,
            "usual_payer": self.payers[0],
            "other_payers": list(self.payers[1:]),
            "minimum_units": self.minimum_units,
            "smallest_purchases": [
                {"gbp_per_year": one.gbp_per_year, "per": one.per, "options": {k: list(v) for k, v in one.options}}
                for one in self.smallest
            ],
            "takes": list(self.takes),
            "needs_where": self.needs_where,
            "hubs_only": self.hubs_only,
            "beside": dict(self.beside),
            "options": {key: list(words) for key, words in self.options.items()},
            "defaults": dict(self.defaults),
            "ramps": self.ramps,
            "can_be_cut": self.can_be_cut,
            "changes": self.changes,
            "leaves_out": self.leaves_out,
            "grade": self.grade,
            "grades": self.grades,
            "prices": [row._asdict() for row in self.prices],
            "capacity": [row._asdict() for row in self.capacity],
            "effects": [row._asdict() for row in self.effects],
        }


def catalogue(table: ParameterTable, *, name: str | None = None, theme: str | None = None) -> list[LeverDescription]:
    """Every lever in the catalogue's order, the one of that name, or those of that theme ('T5', small letters too).

    Raises InputError for an unknown name or theme, with the nearest or what is there, and for both together.
    """
    if name is not None and theme is not None:
        raise InputError("levers are asked for by name or by theme", allowed=f"{named('name')} or {named('theme')}")
    chosen: Sequence[Lever] = list(LEVERS.values())
    if name is not None:
        if name not in LEVERS:
            raise InputError(f"'{name}' is not a lever", allowed=", ".join(LEVERS), nearest=nearest_name(name, LEVERS))
        chosen = [LEVERS[name]]
    if theme is not None:
        wanted = theme.strip().upper()
        chosen = [lever for lever in chosen if wanted in lever.themes]
        if not chosen:
            known = sorted({code for lever in LEVERS.values() for code in lever.themes}, key=_by_number)
            meant = f"T{wanted.removeprefix('T').lstrip('0 ')}"
            near = meant if meant in known else None
            problem = f"no lever belongs to the theme '{theme}'"
            raise InputError(problem, parameter="theme", allowed=", ".join(known), nearest=near)
    return [_described(lever, table) for lever in chosen]


def _described(lever: Lever, table: ParameterTable) -> LeverDescription:
    prices = {name: table[name].centre for name in lever.parameters}
    return LeverDescription(
        name=lever.name,
        title=lever.title,
        group=lever.group,
        themes=lever.themes,
        unit=lever.unit,
        unit_cost_gbp=lever.unit_cost(prices),
        unit_cost_low_gbp=lever.unit_cost({name: table[name].low for name in lever.parameters}),
        unit_cost_high_gbp=lever.unit_cost({name: table[name].high for name in lever.parameters}),
        overhead_gbp_per_prison=lever.overhead_per_prison(prices),
        payers=lever.payers,
        minimum_units=lever.minimum_units,
        smallest=_smallest(lever, prices),
        takes=tuple(key for taken in lever.takes for key in ((taken, "councils") if taken == "places" else (taken,))),
        needs_where=lever.needs_where,
        hubs_only=lever.hubs_only,
        beside=dict(getattr(lever, "beside", {})),
        options=dict(lever.options),
        defaults=dict(lever.defaults),
        ramps=lever.ramps,
        can_be_cut=lever.can_be_cut,
        changes=lever.writes,
        leaves_out=lever.leaves_out,
        prices=_rows(lever.price_parameters, table),
        capacity=_rows(lever.capacity_parameters, table),
        effects=_rows(lever.effect_parameters, table),
    )


def _by_number(theme: str) -> tuple[int, str]:
    """Sorts T2 before T10."""
    match = _THEME.fullmatch(theme)
    return (int(match[1]) if match else 0, theme)


def _smallest(lever: Lever, prices: Mapping[str, float]) -> tuple[Smallest, ...]:
    """The smallest purchase; where an option's word decides, one for each sum, with the words that ask for it."""
    by_sum: dict[float, list[dict[str, str]]] = {}
    for words in product(*lever.options.values()):
        options = dict(zip(lever.options, words, strict=True))
        least = smallest_spend(lever, prices, n_prisons=1, n_links=1, options=options)
        by_sum.setdefault(least, []).append(options)
    if len(by_sum) == 1:
        return (Smallest(next(iter(by_sum)), lever.minimum_per),)
    return tuple(Smallest(least, lever.minimum_per, _joined(chosen)) for least, chosen in sorted(by_sum.items()))


def _joined(chosen: Sequence[Mapping[str, str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Option and the words of it that stand in any of the choices, each once."""
    return tuple((key, tuple(dict.fromkeys(options[key] for options in chosen))) for key in chosen[0])


def _rows(names: Sequence[str], table: ParameterTable) -> tuple[Row, ...]:
    rows = (table[name] for name in dict.fromkeys(names))
    return tuple(Row(row.name, row.value, row.low, row.high, row.unit, row.grade, row.no_effect) for row in rows)
