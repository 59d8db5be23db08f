"""Sensitivity: which of the model's uncertain numbers, and how much luck, an outcome rests on."""

from sim.analysis.sensitivity.bootstrap import Indices
from sim.analysis.sensitivity.frames import COLUMNS, Outcome
from sim.analysis.sensitivity.guards import DESIGNS_OF, LEAST
from sim.analysis.sensitivity.methods import METHODS, RESAMPLES, USUAL, indices_of
from sim.analysis.sensitivity.response import tornado
from sim.analysis.sensitivity.tables import Tables, analyse

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
