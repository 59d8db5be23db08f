"""Evidence: parameter rows, their sources, draws from them, and the published figures the model is held against."""

from sim.evidence.describe import assumptions_log, describe, describe_name
from sim.evidence.draws import REFERENCE, Draw, ParameterTable
from sim.evidence.load import load_parameters, load_sources
from sim.evidence.rows import DISTRIBUTIONS, GRADES, Parameter, Source
from sim.evidence.targets import Target, load_targets

__all__ = [
    "DISTRIBUTIONS",
    "GRADES",
    "REFERENCE",
    "Draw",
    "Parameter",
    "ParameterTable",
    "Source",
    "Target",
    "assumptions_log",
    "describe",
    "describe_name",
    "load_parameters",
    "load_sources",
    "load_targets",
]
