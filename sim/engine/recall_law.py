"""The law of recall as a run meets it: the laws by date (sim/evidence/recall_laws.csv) as numbers by day of the run.

One law may be held throughout a run, whatever its dates: eras are lived so, and comparisons of laws with the same luck.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from sim.core.days import NEVER, day_of
from sim.evidence.recall_laws import RecallLaw, law_on

LONG_AGO = -NEVER


def set_recall_law(
    params: np.ndarray[Any, Any], laws: tuple[RecallLaw, ...], draw: Mapping[str, float], zero: date,
    held: date | None = None,
) -> None:  # fmt: skip
    """Write the laws into the run's numbers. zero: date of day 0 of the run; held: day whose law holds throughout."""
    row = params[0]
    in_force = laws if held is None else (law_on(laws, held),)
    for k, law in enumerate(in_force):
        row["law_from"][k] = LONG_AGO if k == 0 else day_of(zero, law.starts)
        for longer in range(2):
            row["law_fixed_share"][k, longer] = draw[law.shares[longer]]
            row["law_fixed_days"][k, longer] = law.days[longer]
        row["law_ends_stays"][k] = law.ends_stays
    reset = next((k for k, law in enumerate(in_force) if law.last_third), None)
    if reset is not None:
        row["reset_from"] = row["law_from"][reset]
        row["reset_contact"] = draw[in_force[reset].last_third]


def date_of_day_0(starts: date, first_day: int) -> date:
    """Date of the first day of a run, whose study begins on `starts` after so many days."""
    return starts - timedelta(days=first_day)
