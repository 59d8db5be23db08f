"""Units that a parameter may be in, and what values each admits: a unit that nobody knows would have no limits.

A unit is one of UNITS as it stands, or one of BASES with ' per ' and what it counts against ('days', 'odds ratio per 10
minutes', 'gbp per place-year, 2024/25': large and small letters do not matter). Everything else is refused.
"""

from __future__ import annotations

import math
import re

from sim.core.errors import nearest_name

SHARES = ("probability", "proportion", "share", "utility")
RATIOS = ("ratio", "hazard ratio", "odds ratio", "risk ratio", "rate ratio")
AMOUNTS = (
    "days", "hours", "months", "years", "people", "posts", "releases", "contacts", "appointments", "meetings", "events",
    "deaths", "count", "worker-days", "gbp", "qaly", "exponent",
)  # fmt: skip
BASES = {
    **dict.fromkeys(SHARES, "share"),
    **dict.fromkeys(RATIOS, "ratio"),
    **dict.fromkeys(AMOUNTS, "amount"),
}
"""Kind by the words before ' per '."""

OF_AN_EFFECT = ("share", "share of the logarithm", "exponent", "exponent on crude ratios")
"""Units, by the words before ' per ', of how much of an effect there is: none at 0. Of a probability or a proportion 0
is an event that never happens, of an amount or a rate that there is none of it."""

UNITS = {
    **BASES,
    "0-1 scale": "share",
    "placements per release": "share",
    "share of cost.oat_year": "share",
    "share of the logarithm": "share",
    "exponent on crude ratios": "amount",
    "per person-day": "rate",
    "per person-day at liberty": "rate",
    "per person-day on licence": "rate",
    "per person-year": "rate",
    "per worker-year": "rate",
    "events per using person-year": "rate",
}
"""Kind by the whole unit."""

MOST_RATIO = 1e6
MOST_SIZE = 1e12  # of rates and amounts, money among them

_PRICES_OF = re.compile(r", [0-9]{4}/[0-9]{2}")
_AGAINST = re.compile(r"[^\s%].*[^%]|[^\s%]")


def known_kind(unit: str) -> str | None:
    """'share', 'ratio', 'rate' or 'amount'; None for a unit that is not known."""
    words = unit.lower()
    if words in UNITS:
        return UNITS[words]
    base, per, against = words.partition(" per ")
    return BASES.get(base) if per and _AGAINST.fullmatch(_PRICES_OF.sub("", against)) else None


def kind_of_unit(unit: str) -> str:
    """What values a unit admits: 'share' in [0, 1], 'ratio' above 0, 'rate' or 'amount' of 0 or more, else 'other'."""
    return known_kind(unit) or "other"


def null_of_unit(unit: str) -> float | None:
    """Where a thing in this unit does nothing: a ratio at 1, a part of an effect at 0; None where no value does."""
    if kind_of_unit(unit) == "ratio":
        return 1.0
    return 0.0 if unit.lower().partition(" per ")[0] in OF_AN_EFFECT else None


def check_unit(unit: str) -> tuple[str, str, str | None] | None:
    """Why a unit is refused, as (problem, what is allowed, nearest name); None when it is known."""
    if known_kind(unit):
        return None
    allowed = f"{', '.join(UNITS)}, or one of the first {len(BASES)} with ' per ' and a word"
    base, per, against = unit.lower().partition(" per ")
    nearest = nearest_name(unit, UNITS)
    if per and against and base not in BASES:
        near_base = nearest_name(base, BASES)
        nearest = f"{near_base} per {against}" if near_base else nearest
    return f"'{unit}' is not a unit", allowed, nearest


def allowed_values(kind: str) -> tuple[float, float, str]:
    """Lowest and highest value of a kind of unit, and the same in words."""
    if kind == "share":
        return 0.0, 1.0, "0 to 1"
    if kind == "ratio":
        return 1 / MOST_RATIO, MOST_RATIO, f"above 0, from {1 / MOST_RATIO:g} to {MOST_RATIO:,.0f}"
    if kind in ("rate", "amount"):
        return 0.0, MOST_SIZE, f"0 or more, up to {MOST_SIZE:g}"
    return -math.inf, math.inf, "any finite number"
