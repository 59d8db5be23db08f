"""Uncertain parameters as factors of a design, and the groups that factors move in.

A factor is a row of the evidence tables that can take more than one value (not fixed, low below high), or the stream of
random numbers, which is called 'luck' in study files and tables. Every factor falls in exactly one group: by mechanism
(the row's table), by theme (the first theme of the row, see `themes.py`; rows without one stand in 'no theme'), or by
lists of names and patterns given in a study. Luck is always a group of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from sim.core.errors import InputError, nearest_name
from sim.evidence import Parameter, ParameterTable
from sim.sensitivity.designs.themes import themes_of_rows

LUCK = "luck"
NO_THEME = "no theme"
REST = "*"
"""The pattern of a group that takes every factor no other group takes."""

GROUPINGS = ("mechanism", "theme")

Groups = str | Mapping[str, Sequence[str]] | None
"""'mechanism', 'theme', own groups as name to names and patterns, or None: each factor by itself."""


@dataclass(frozen=True)
class Factor:
    """One thing that a design varies: a parameter row, or the stream of random numbers (mechanism
    'luck', no theme).

    themes: codes in the order of the table of themes; the first is the group by theme.
    """

    name: str
    mechanism: str
    themes: tuple[str, ...] = ()


LUCK_FACTOR = Factor(LUCK, LUCK)


def is_uncertain(row: Parameter) -> bool:
    """Whether the row can take more than one value."""
    return row.distribution != "fixed" and row.low < row.high


def factors_of(table: ParameterTable, wanted: Sequence[str] | None = None) -> tuple[Factor, ...]:
    """The uncertain rows as factors, in table order; all of them, or those that the names and patterns match.

    wanted: names and fnmatch patterns ('overdose.*'). Raises InputError for one that matches no row, or only rows that
    are fixed.
    """
    uncertain = [name for name, row in table.rows.items() if is_uncertain(row)]
    if wanted is not None:
        chosen = {name for pattern in wanted for name in _matched(pattern, uncertain, table)}
        uncertain = [name for name in uncertain if name in chosen]
    if not uncertain:
        raise InputError(
            "there is no parameter to vary", parameter="factors", allowed="names or patterns of uncertain rows"
        )
    themes = themes_of_rows(table)
    return tuple(Factor(name, table[name].mechanism, themes[name]) for name in uncertain)


def _matched(pattern: str, uncertain: Sequence[str], table: ParameterTable) -> list[str]:
    matching = [name for name in uncertain if fnmatchcase(name, pattern)]
    if matching:
        return matching
    if any(fnmatchcase(name, pattern) for name in table):
        allowed = "a row whose low is below its high"
        raise InputError(
            f"'{pattern}' is fixed in the evidence tables, so it cannot vary", parameter="factors", allowed=allowed
        )
    raise InputError(
        f"'{pattern}' matches no parameter",
        parameter="factors",
        allowed="a name of the evidence tables, or a pattern such as 'overdose.*'",
        nearest=nearest_name(pattern, table),
    )


def groups_of(factors: Sequence[Factor], groups: Groups) -> tuple[str, ...] | None:
    """The group of each factor, in their order; None where each factor is its own.

    groups: see `Groups`. Of own groups, one may be the single pattern '*': the rest. Raises InputError for another
    word, a pattern that matches no factor, and a factor in two groups or in none.
    """
    if groups is None:
        return None
    if isinstance(groups, str):
        if groups == "mechanism":
            return tuple(factor.mechanism for factor in factors)
        if groups == "theme":
            return tuple(_theme(factor) for factor in factors)
        near = nearest_name(groups, GROUPINGS)
        allowed = "mechanism, theme, or a list of names for each group"
        raise InputError(f"'{groups}' is not a grouping", parameter="groups", allowed=allowed, nearest=near)
    return _own_groups(factors, groups)


def _theme(factor: Factor) -> str:
    if factor.name == LUCK:
        return LUCK
    return factor.themes[0] if factor.themes else NO_THEME


def _own_groups(factors: Sequence[Factor], groups: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    if LUCK in groups:
        raise InputError("luck is a group of its own", parameter="groups", allowed="another name than 'luck'")
    names = [factor.name for factor in factors if factor.name != LUCK]
    rest = [group for group, patterns in groups.items() if list(patterns) == [REST]]
    if len(rest) > 1:
        raise InputError(f"{', '.join(rest)}: only one group can take the rest", parameter="groups", allowed="one '*'")
    group_of: dict[str, str] = {LUCK: LUCK}
    for group, patterns in groups.items():
        if group in rest:
            continue
        for pattern in patterns:
            matching = [name for name in names if fnmatchcase(name, pattern)]
            if not matching:
                near = nearest_name(pattern, names)
                problem = f"'{pattern}' of group '{group}' matches no factor"
                raise InputError(problem, parameter="groups", allowed="a factor or a pattern", nearest=near)
            for name in matching:
                if group_of.setdefault(name, group) != group:
                    problem = f"'{name}' stands in '{group_of[name]}' and in '{group}'"
                    raise InputError(problem, parameter="groups", allowed="each factor in one group")
    missing = [name for name in names if name not in group_of]
    if missing and not rest:
        shown = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
        raise InputError(
            f"in no group: {shown}", parameter="groups", allowed="a group for each factor; ['*'] takes the rest"
        )
    if rest and not missing:
        raise InputError(f"no factor is left for '{rest[0]}'", parameter="groups", allowed="factors for every group")
    return tuple(group_of.get(factor.name, rest[0] if rest else "") for factor in factors)
