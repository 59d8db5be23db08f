"""What a parameter may be set to from outside: by a caller's draw, a function's argument, an era's settings.

One rule: a value is possible where the row's unit admits it and the program's use of the row does (`needed.csv`); the
range of the row is where draws mostly fall, and one in twenty leaves it. What is not possible is refused in a sentence;
with what is possible, each number by itself, a run can be lived. Numbers that cannot stand together are refused where
the model meets them (`not_together`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np

from sim.core.arguments import plain, shown
from sim.core.errors import LEAST_SIZE, InputError, exact, is_too_small, nearest_name
from sim.evidence.needed import end_reached
from sim.evidence.rows import Parameter
from sim.evidence.units import allowed_values, kind_of_unit

COUNTED_ONCE = ("cost.custody_part", "cost.rough_justice_part")
"""Parts of prices that hold the same money, the police, courts and prison: one of them counts at most."""
ALLOWED_TOGETHER = "numbers nearer to those of the evidence tables"


def why_not_possible(row: Parameter, value: float) -> str:
    """What values a row can hold, where this is none of them; '' where it is one."""
    lowest, highest, words = allowed_values(kind_of_unit(row.unit))
    if not lowest <= value <= highest:  # also of a NaN
        return f"{words}, in the unit '{row.unit}'"
    if row.distribution in ("beta", "beta_mean") and not 0.0 <= value <= 1.0:  # a share, whatever its unit
        return f"0 to 1, as its distribution is {row.distribution}"
    reached = end_reached(row.name, value, value)
    if reached:
        return reached[2]
    return f"a size from {LEAST_SIZE:g}" if is_too_small(value) else ""


def checked_value(row: Parameter, value: object, parameter: str) -> float:
    """The value that somebody gave for a row. InputError where it is no number, or none that the row can hold."""
    number = plain(value)
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise InputError(f"{shown(value)} is not a number", parameter=parameter, allowed=f"a number for '{row.name}'")
    allowed = why_not_possible(row, number)
    if allowed:
        size = exact(number) if len(exact(number)) <= len(shown(number)) else shown(number)
        raise InputError(f"{size} is not possible for '{row.name}'", parameter=parameter, allowed=allowed)
    return float(number)


def checked_draw(draw: object, table: Mapping[str, Parameter]) -> dict[str, float]:
    """The draw that a caller gave: a value for each row of the table, and for nothing else. Raises InputError."""
    whole = "a value for every parameter, as in load_parameters().reference()"
    if not isinstance(draw, Mapping):
        raise InputError(f"{shown(draw)} is not a draw", parameter="draw", allowed=whole)
    for name in draw:
        if name not in table:
            near = nearest_name(name, table) if isinstance(name, str) else None
            raise InputError(f"{shown(name)} is not a parameter", parameter="draw", allowed=whole, nearest=near)
    missing = next((name for name in table if name not in draw), None)
    if missing is not None:
        raise InputError(f"'{missing}' has no value", parameter="draw", allowed=whole)
    values = {name: checked_value(row, draw[name], "draw") for name, row in table.items()}
    _refuse_double_count(values)
    return values


def _refuse_double_count(values: Mapping[str, float]) -> None:
    """InputError where custody days and the justice share of sleeping rough both stand in what payers pay."""
    days, rough = COUNTED_ONCE
    if values.get(days, 0.0) > 0.0 and values.get(rough, 0.0) > 0.0:
        problem = f"'{days}' and '{rough}' count the same money twice: days in custody are part of justice"
        raise InputError(problem, parameter="draw", allowed="one of them above 0")


@contextmanager
def not_together(parameter: str) -> Iterator[None]:
    """Work on numbers that are possible one by one; InputError, naming the parameter, where the model is not defined
    with all of them."""
    try:
        with np.errstate(divide="raise", invalid="raise", over="raise"):
            yield
    except InputError as error:
        if error.parameter is not None or error.file is not None:
            raise
        raise _not_defined(parameter, error.problem) from error
    except (ArithmeticError, ValueError) as error:
        raise _not_defined(parameter, str(error)) from error


def _not_defined(parameter: str, why: str) -> InputError:
    problem = f"the model is not defined with these numbers together ({' '.join(why.split())})"
    return InputError(problem, parameter=parameter, allowed=ALLOWED_TOGETHER)
