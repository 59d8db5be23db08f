"""Functions whose sensitivity is known, and how the tests run them: rows of evidence, design, values, outcomes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.evidence import Parameter, ParameterTable
from sim.evidence.draws import uniforms
from sim.sensitivity.designs import Design, Factor, make_design

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Function = Callable[[Floats], Floats]


def uniform_table(n: int, low: float = 0.0, high: float = 1.0) -> ParameterTable:
    """Rows x.a, x.b ... that are uniform from low to high."""
    rows = {}
    for k in range(n):
        name = f"x.{chr(ord('a') + k)}"
        fixed: dict[str, Any] = dict.fromkeys(("population", "place", "period", "derivation", "note"), "test")
        rows[name] = Parameter(
            name, "x", (low + high) / 2.0, "ratio", low, high, "uniform", (), grade="assumed", file=Path("x.csv"),
            line=k + 2, **fixed,
        )  # fmt: skip
    return ParameterTable(rows)


def designed(table: ParameterTable, method: str, samples: int, **more: Any) -> Design:
    """A design over every row of the table; without luck as a factor unless asked for."""
    factors = tuple(Factor(name, "x", ()) for name in table)
    return make_design(method, factors, samples=samples, **{"seed": 1, "luck": False, **more})


def outcomes(design: Design, table: ParameterTable, *functions: Function) -> Floats:
    """f8[points, replicates, functions]: what each function makes of the points' values."""
    values = design.values(table)
    columns = np.stack([function(values) for function in functions], axis=1)
    return np.repeat(columns[:, None], design.replicates, axis=1)


def luck_at(design: Design, spread: float) -> Floats:
    """f8[points, replicates]: noise of mean 0 and variance spread^2, the same at points that share their stream."""
    distinct, where = np.unique(design.stream, return_inverse=True)
    rows = [uniforms(int(stream) % 2**62, ["noise"], design.replicates)[:, 0] for stream in distinct]
    return spread * np.sqrt(12.0) * (np.array(rows)[where] - 0.5)


def ishigami(x: Floats) -> Floats:
    """a = 7, b = 0.1, arguments from -pi to pi."""
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


ISHIGAMI = uniform_table(3, -np.pi, np.pi)
_V1, _V2, _V13 = 0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2, 49.0 / 8.0, 0.01 * np.pi**8 * (1 / 18 - 1 / 50)
_V = _V1 + _V2 + _V13
ISHIGAMI_S1 = np.array([_V1, _V2, 0.0]) / _V
ISHIGAMI_ST = np.array([_V1 + _V13, _V2, _V13]) / _V
ISHIGAMI_S13 = _V13 / _V

G_A = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])
G_TABLE = uniform_table(8)
_PART = 1.0 / (3.0 * (1.0 + G_A) ** 2)
_ALL = np.prod(1.0 + _PART) - 1.0
G_S1 = _PART / _ALL
G_ST = _PART * np.prod(1.0 + _PART) / (1.0 + _PART) / _ALL


def sobol_g(x: Floats) -> Floats:
    """Sobol's G of eight arguments from 0 to 1."""
    return np.asarray(np.prod((np.abs(4.0 * x - 2.0) + G_A) / (1.0 + G_A), axis=1))


MORRIS_TABLE = uniform_table(20)


def morris_20(x: Floats) -> Floats:
    """Morris's function of twenty arguments (1991), its small random coefficients set to 0."""
    w = 2.0 * (x - 0.5)
    for k in (2, 4, 6):
        w[:, k] = 2.0 * (1.1 * x[:, k] / (x[:, k] + 0.1) - 0.5)
    y = 20.0 * w[:, :10].sum(axis=1)
    y -= 15.0 * _products(w[:, :6], 2)
    y -= 10.0 * _products(w[:, :5], 3)
    return np.asarray(y + 5.0 * _products(w[:, :4], 4))


def _products(w: Floats, order: int) -> Floats:
    """Sum of the products of so many different columns (the elementary symmetric polynomial)."""
    sums = [np.ones(len(w))] + [np.zeros(len(w))] * order
    for column in w.T:
        sums = [sums[0], *(sums[k] + column * sums[k - 1] for k in range(1, order + 1))]
    return sums[order]
