"""Designs of a study: which points of the uncertain parameters, and which random numbers, are run."""

from sim.sensitivity.designs.design import METHODS, OWN_VALUE, Design
from sim.sensitivity.designs.factors import GROUPINGS, LUCK, NO_THEME, Factor, Groups, factors_of, groups_of
from sim.sensitivity.designs.make import LEAST_SAMPLES, SETTINGS, make_design, points_of
from sim.sensitivity.designs.themes import themes, themes_of_rows

__all__ = [
    "GROUPINGS",
    "LEAST_SAMPLES",
    "LUCK",
    "METHODS",
    "NO_THEME",
    "OWN_VALUE",
    "SETTINGS",
    "Design",
    "Factor",
    "Groups",
    "factors_of",
    "groups_of",
    "make_design",
    "points_of",
    "themes",
    "themes_of_rows",
]
