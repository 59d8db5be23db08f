"""Sensitivity: which uncertain parameters an outcome rests on, and how much of its spread is Monte Carlo noise."""

from sim.sensitivity.indices.bootstrap import Indices
from sim.sensitivity.indices.frames import COLUMNS, Outcome
from sim.sensitivity.indices.guards import DESIGNS_OF, LEAST
from sim.sensitivity.indices.methods import METHODS, RESAMPLES, USUAL, indices_of
from sim.sensitivity.indices.response import tornado
from sim.sensitivity.indices.tables import Tables, analyse

__all__ = [
    "COLUMNS",
    "DESIGNS_OF",
    "LEAST",
    "METHODS",
    "RESAMPLES",
    "USUAL",
    "Indices",
    "Outcome",
    "Tables",
    "analyse",
    "indices_of",
    "tornado",
]
