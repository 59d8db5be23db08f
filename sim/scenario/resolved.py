"""A scenario from its resolved form, as the manifest of a study keeps it: the same scenario without its files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sim.scenario.scenario import Budgets, Purchase, RangeOverride, Scenario


def scenario_from(plain: Mapping[str, Any]) -> Scenario:
    """The scenario whose `resolved()` this is. KeyError, TypeError, ValueError or AttributeError for what is none."""
    switches, budgets = plain["switches"], plain["budgets"]
    opioids = switches["stronger_opioids"]
    return Scenario(
        name=plain["name"],
        title=plain["title"],
        description=plain["description"],
        file=Path(plain["name"]),
        starts=date.fromisoformat(plain["starts"]),
        levers=tuple(_purchase(purchase) for purchase in plain["levers"]),
        parameters={name: RangeOverride(**narrowed) for name, narrowed in plain["parameters"].items()},
        off=tuple(switches["off"]),
        opened=tuple(switches["open"]),
        stronger_opioids=None if opioids is None else (date.fromisoformat(opioids["starts"]), _day(opioids["ends"])),
        recall_law=_day(switches.get("recall_law")),
        budgets=Budgets(
            budgets["mode"],
            dict(budgets["limits"]),
            {council: dict(limits) for council, limits in budgets.get("councils", {}).items()},
        ),
        prices=dict(plain.get("prices", {})),
        chain=(*(Path(name) for name in plain["extends"]), Path(plain["name"])),
    )


def _purchase(plain: Mapping[str, Any]) -> Purchase:
    return Purchase(
        lever=plain["lever"],
        gbp_per_year=plain["gbp_per_year"],
        starts=date.fromisoformat(plain["starts"]),
        ends=_day(plain["ends"]),
        places=tuple(plain["places"]),
        prisons=tuple(plain["prisons"]),
        links=tuple(plain["links"]),
        options=dict(plain["options"]),
        payer=plain["payer"],
        percent_of_today=plain.get("percent_of_today"),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
