"""The parameter table, and draws from it that are keyed by name.

A uniform for (seed, name, draw index) is a hash of the three and of nothing else. So one more parameter, or one more
draw, moves no other number, and a narrowed parameter keeps its quantile: two scenarios share all other random numbers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import InputError, nearest_name
from sim.core.grammar import counted
from sim.evidence.priors import quantiles
from sim.evidence.rows import Parameter, check_range

GOLDEN_GAMMA = np.uint64(0x9E3779B97F4A7C15)  # the step of SplitMix64, see `scramble`
REFERENCE = -1
"""Index of the draw that holds every parameter's centre."""

Narrowed = Mapping[str, tuple[float | None, float, float]]
"""New (value, low, high) of some parameters; value None keeps the row's value, which must lie inside the new range."""


class Draw(Mapping[str, float]):
    """One value for every parameter; unchangeable, and refuses a name that it does not know.

    index: the draw's number from 0, or REFERENCE.
    """

    __slots__ = ("_values", "index")

    def __init__(self, values: Mapping[str, float], index: int) -> None:
        object.__setattr__(self, "_values", dict(values))
        object.__setattr__(self, "index", index)

    _values: dict[str, float]
    index: int

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a draw cannot be changed ({name})")

    def __reduce__(self) -> tuple[type[Draw], tuple[dict[str, float], int]]:
        return Draw, (self._values, self.index)

    def __getitem__(self, name: str) -> float:
        try:
            return self._values[name]
        except KeyError:
            raise unknown_parameter(name, self._values) from None

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def get(self, name: str, default: object = None) -> object:  # type: ignore[override]
        """The value, or the default when the name is not known."""
        return self._values.get(name, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Draw) and self.index == other.index and self._values == other._values

    def __hash__(self) -> int:
        return hash((self.index, self.hash()))

    def __repr__(self) -> str:
        which = "reference" if self.index == REFERENCE else str(self.index)
        return f"Draw({which}, {counted(len(self), 'parameter')}, {self.hash()[:12]})"

    def hash(self) -> str:
        """SHA-256 of all names and values, in hexadecimal; the order of the tables does not matter, nor the index."""
        text = "".join(f"{name}={float(self._values[name])!r}\n" for name in sorted(self._values))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class ParameterTable(Mapping[str, Parameter]):
    """All parameter rows by name; refuses a name that it does not know."""

    rows: Mapping[str, Parameter]

    def __getitem__(self, name: str) -> Parameter:
        try:
            return self.rows[name]
        except KeyError:
            raise unknown_parameter(name, self.rows) from None

    def __contains__(self, name: object) -> bool:
        return name in self.rows

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def get(self, name: str, default: object = None) -> object:  # type: ignore[override]
        """The row, or the default when the name is not known."""
        return self.rows.get(name, default)

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """Names of the mechanisms, sorted."""
        return tuple(sorted({row.mechanism for row in self.rows.values()}))

    def of_mechanism(self, mechanism: str) -> tuple[Parameter, ...]:
        """The rows of one mechanism in table order; refuses a mechanism that is not there."""
        rows = tuple(row for row in self.rows.values() if row.mechanism == mechanism)
        if not rows:
            near = nearest_name(mechanism, self.mechanisms)
            raise InputError(f"'{mechanism}' is not a mechanism", allowed=", ".join(self.mechanisms), nearest=near)
        return rows

    def narrow(self, narrowed: Narrowed) -> ParameterTable:
        """The table with some ranges narrowed; refuses an unknown name and a range that leaves the row's own."""
        if not narrowed:
            return self
        return ParameterTable({**self.rows, **{name: _narrow(self[name], *new) for name, new in narrowed.items()}})

    def reference(self, narrowed: Narrowed | None = None) -> Draw:
        """The draw that holds every row's centre."""
        table = self.narrow(narrowed or {})
        return Draw({name: row.centre for name, row in table.rows.items()}, REFERENCE)

    def sample(self, seed: int, n: int, narrowed: Narrowed | None = None) -> list[Draw]:
        """n draws, numbered from 0; draw i is the same for every n above i, and for every other set of parameters.

        seed: any whole number. narrowed: see `narrow`.
        """
        if n < 0:
            raise InputError(f"{n} draws cannot be made", allowed="0 or more")
        table = self.narrow(narrowed or {})
        names = tuple(table.rows)
        columns = quantiles([table.rows[name] for name in names], uniforms(seed, names, n)).tolist()
        return [Draw(dict(zip(names, values, strict=True)), index) for index, values in enumerate(columns)]


def unknown_parameter(name: str, known: Iterable[str]) -> InputError:
    """The refusal of a parameter name that no table holds."""
    near = nearest_name(str(name), known)
    return InputError(f"'{name}' is not a parameter", allowed="a name of the evidence tables", nearest=near)


def uniforms(seed: int, names: Sequence[str], n: int, *, start: int = 0) -> NDArray[np.float64]:
    """Uniform numbers strictly between 0 and 1 of the draws from start to n, shape (n - start, names), 52 bits each.

    Column j depends on the seed and names[j] only, row i on the index i: nothing else moves a number.
    The key is BLAKE2b of seed and name; the index is mixed in by SplitMix64 (see `scramble`).
    """
    keys = np.array([_key(seed, name) for name in names], dtype=np.uint64)
    step = np.arange(start + 1, n + 1, dtype=np.uint64) * GOLDEN_GAMMA
    bits = (scramble(keys[None, :] + step[:, None]) >> np.uint64(12)).astype(np.float64)
    return (bits + 0.5) * 2.0**-52


def scramble(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of SplitMix64 over an array, a bijection of 64 bits on themselves.

    Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195. `sim.core.keys` holds it for one number at a time,
    compiled; this one needs no compiler, so that reading evidence stays quick.
    """
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return cast("NDArray[np.uint64]", bits ^ (bits >> np.uint64(31)))


def _key(seed: int, name: str) -> int:
    return int.from_bytes(hashlib.blake2b(f"{int(seed)}\n{name}".encode(), digest_size=8).digest(), "little")


def _narrow(row: Parameter, value: float | None, low: float, high: float) -> Parameter:
    """The row with a narrower range; the message names no file, since the range comes from the caller's.

    A range that leaves the null out leaves out the chance of no effect too: whoever states it supposes an effect.
    """
    shape = "fixed" if low == high else row.distribution
    value = row.value if value is None else value
    wrong = check_range(value, low, high, row.unit, shape)
    if wrong:
        raise InputError(wrong[1], key=row.name, allowed=wrong[2])
    if low < row.low or high > row.high:
        inside = f"within {row.low:g} to {row.high:g}, the range of the evidence"
        raise InputError(f"{low:g} to {high:g} is no narrower range", key=row.name, allowed=inside)
    narrowed = replace(row, value=float(value), low=float(low), high=float(high), distribution=shape, rule="")
    if row.no_effect and (shape == "fixed" or not low <= row.null <= high):
        return replace(narrowed, no_effect=0.0, no_effect_basis="")
    return narrowed
