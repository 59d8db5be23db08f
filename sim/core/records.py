"""Records as annotated classes: the type checker, the compiler and the documents read one list of fields.

    class Person:
        has_naloxone: Annotated[int, Field("i1", "0/1", "carries an own kit", "release")]

    PERSON = record_dtype(Person)      # rows of a structured array, which compiled rules read as `person.has_naloxone`

Numba ignores annotations; what a rule is handed is a row of an array with this dtype.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple, Protocol, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from sim.core.days import NEVER

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.signedinteger[Any]]
Keys: TypeAlias = NDArray[np.uint64]
DAY_OF_RUN = "day of the run"
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Field(NamedTuple):
    """One field of a record. kind: NumPy's, as "i4"; owner: the module that writes it; start: its value in a new row;
    shape: () for one number."""

    kind: str
    unit: str
    meaning: str
    owner: str = ""
    start: float = 0
    shape: tuple[int, ...] = ()


def flag(meaning: str, owner: str) -> Field:
    """Yes or no."""
    return Field("i1", "0/1", meaning, owner)


def count(meaning: str, owner: str) -> Field:
    """How often something has happened."""
    return Field("i4", "count", meaning, owner)


def chance(meaning: str, owner: str) -> Field:
    """A probability."""
    return Field("f8", "probability", meaning, owner)


def day_of_run(meaning: str, owner: str, start: int = NEVER) -> Field:
    """A day of the run, NEVER until it is known."""
    return Field("i4", DAY_OF_RUN, meaning, owner, start)


class Cells(Protocol[T]):
    """A field that holds several numbers: one for each clock, service type or band."""

    def __getitem__(self, k: int, /) -> T:
        """The k-th number."""
        ...

    def __setitem__(self, k: int, value: T, /) -> None:
        """The k-th number becomes `value`."""
        ...

    def __len__(self) -> int:
        """How many numbers there are."""
        ...


class Rows(Protocol[T_co]):
    """A structured array whose rows are read as one class of record."""

    def __getitem__(self, i: int, /) -> T_co:
        """Row i."""
        ...

    def __len__(self) -> int:
        """How many rows there are."""
        ...


def fields_of(record: type) -> dict[str, Field]:
    """The fields of an annotated class by name, in order.

    Errors: TypeError for an annotation without exactly one Field.
    """
    fields = {}
    for name, hint in get_type_hints(record, include_extras=True).items():
        declared = [part for part in get_args(hint) if isinstance(part, Field)] if get_origin(hint) is Annotated else []
        if len(declared) != 1:
            raise TypeError(f"{record.__name__}.{name} is declared without a Field")
        fields[name] = declared[0]
    return fields


def record_dtype(record: type) -> np.dtype[Any]:
    """The aligned dtype of an annotated class."""
    return np.dtype([(name, field.kind, field.shape) for name, field in fields_of(record).items()], align=True)
