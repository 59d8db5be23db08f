"""One line of account of a purchase over the days of a study, and the unit through which it works."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Through(Enum):
    """The unit through which a lever works."""

    BEDS = "nights held"
    NAVIGATORS = "days supported"
    HUBS = "first appointments at the hubs"
    CONTACTS = "days held in treatment at the hubs"
    RELEASES = "releases"
    SUPPORT = "days within half a year of the first release"
    PEOPLE = "days within a year of the first release"


class Flow(NamedTuple):
    """One line of account of a purchase over the days of a study.

    gbp_per_year: below 0 for a cut. filled: f8[days], part of it that exists (of a cut: that is gone); open_days:
    f8[days], 1 on days with its money; paid: f8[days], part of it that is paid for. reached: part of what is filled
    that finds somebody. for_others: all of it serves people who did not leave prison. is_stock: bought unit by unit.
    """

    lever: str
    payer: str
    gbp_per_year: float
    filled: Floats
    open_days: Floats
    paid: Floats
    reached: float
    for_others: bool
    through: Through
    places: tuple[int, ...]
    is_stock: bool
