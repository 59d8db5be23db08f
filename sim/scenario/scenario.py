"""A scenario as loaded: what is bought, where, from when, and which parameter ranges it narrows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sim.scenario.rate import YearlyRate, most_at_once


class RangeOverride(NamedTuple):
    """A parameter range made narrower by a scenario; value is None where the row's own value is kept."""

    value: float | None
    low: float
    high: float
    reason: str


@dataclass(frozen=True)
class Purchase:
    """One sum of money a year for one lever; below 0 it is a cut.

    starts, ends: first day with the money, first day without it (None: it goes on). prisons and places are ids; an
    empty tuple means all of them. percent_of_today: of a cut in per cent, -100 to -0.1, so much of what stands
    today under a draw; gbp_per_year is then what this costs at reference values.
    """

    lever: str
    gbp_per_year: float
    starts: date
    ends: date | None = None
    places: tuple[str, ...] = ()
    prisons: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    payer: str = ""
    percent_of_today: float | None = None

    @property
    def is_cut(self) -> bool:
        """Whether it takes away what stands today."""
        return self.percent_of_today is not None or self.gbp_per_year < 0.0

    def resolved(self) -> dict[str, Any]:
        """The purchase as plain values, dates as ISO text."""
        return {
            "lever": self.lever,
            "gbp_per_year": self.gbp_per_year,
            **({} if self.percent_of_today is None else {"percent_of_today": self.percent_of_today}),
            "payer": self.payer,
            "starts": self.starts.isoformat(),
            "ends": None if self.ends is None else self.ends.isoformat(),
            "places": list(self.places),
            "prisons": list(self.prisons),
            "services": [],  # no lever buys for services; the ids of studies are made of this key too
            "links": list(self.links),
            "options": dict(self.options),
        }


@dataclass(frozen=True)
class Budgets:
    """Whose money may pay for what. mode: 'separate' (each payer within its own limit) or 'pooled' (all payers together
    within the sum of the limits). limits: GBP a year by payer; a payer that is not named has none. councils: the same
    by council for the money that is spent there; in a pool the payers of one council share."""

    mode: str = "separate"
    limits: Mapping[str, float] = field(default_factory=dict)
    councils: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def resolved(self) -> dict[str, Any]:
        """The budgets as plain values."""
        councils = {council: dict(sorted(limits.items())) for council, limits in sorted(self.councils.items())}
        by_council = {"councils": councils} if councils else {}
        return {"mode": self.mode, "limits": dict(sorted(self.limits.items())), **by_council}

    @property
    def is_pooled(self) -> bool:
        """True where the payers share one budget."""
        return self.mode == "pooled"


@dataclass(frozen=True)
class Scenario:
    """What is asked of the model: purchases, narrowed parameters and switches from the first release on.

    starts: day 0, the date of the first release. off: mechanisms switched off; opened: ids of services that the area
    carries as placeholders or closed and that stand open here; each sorted, each name once. stronger_opioids: first day
    with stronger opioids in the drug supply and first day without (None: they stay), or None. recall_law: day whose law
    of recall holds throughout, or None: the law of each day. budgets: the payers' limits, and whether they pool their
    money. prices: options chosen among prices, by choice, defaults left out. chain: the files that were read, the
    oldest first, and file the last of them; a bare name for a scenario given as a mapping.
    """

    name: str
    title: str
    description: str
    file: Path
    starts: date
    levers: tuple[Purchase, ...] = ()
    parameters: Mapping[str, RangeOverride] = field(default_factory=dict)
    off: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    stronger_opioids: tuple[date, date | None] | None = None
    recall_law: date | None = None
    budgets: Budgets = field(default_factory=Budgets)
    prices: Mapping[str, str] = field(default_factory=dict)
    chain: tuple[Path, ...] = ()

    @property
    def gbp_per_year(self) -> float:
        """GBP a year of the day on which most is spent (or, where that is more, taken away), so that one purchase after
        another is not two; cuts in per cent at reference values."""
        return most_at_once(YearlyRate(bought.starts, bought.ends, bought.gbp_per_year) for bought in self.levers)

    @property
    def narrowed(self) -> dict[str, tuple[float | None, float, float]]:
        """(value, low, high) of each narrowed parameter, as ParameterTable.sample takes it."""
        return {name: (entry.value, entry.low, entry.high) for name, entry in self.parameters.items()}

    def resolved(self) -> dict[str, Any]:
        """The scenario with every file it extends merged in, as plain values for the manifest; holds no path."""
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "extends": [file.stem for file in self.chain[:-1]],
            "starts": self.starts.isoformat(),
            "levers": [purchase.resolved() for purchase in self.levers],
            "parameters": {name: narrowing._asdict() for name, narrowing in sorted(self.parameters.items())},
            "switches": {
                "off": list(self.off),
                "open": list(self.opened),
                "stronger_opioids": self._stronger_opioids(),
                **({} if self.recall_law is None else {"recall_law": self.recall_law.isoformat()}),
            },
            "budgets": self.budgets.resolved(),
            **({"prices": dict(sorted(self.prices.items()))} if self.prices else {}),
        }

    def _stronger_opioids(self) -> dict[str, str | None] | None:
        if self.stronger_opioids is None:
            return None
        first, end = self.stronger_opioids
        return {"starts": first.isoformat(), "ends": None if end is None else end.isoformat()}
