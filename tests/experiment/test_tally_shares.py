"""Shares of people that a run is held against, of seven people by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.core.days import NEVER
from sim.experiment.tally import shares
from sim.population.codes import CAS3, HIDDEN, HOUSING_FIRST, ROUGH, SETTLED, SUPPORTED, TEMPORARY

HOMES = [
    SETTLED,
    TEMPORARY,
    CAS3,
    HIDDEN,
    ROUGH,
    -1,
    TEMPORARY,
]  # the sixth is back in custody; the last had no licence


def column(name: str) -> Any:
    """A field of the seven."""
    by_name: dict[str, Any] = {
        "housing_at_84": [SUPPORTED, HOUSING_FIRST, TEMPORARY, ROUGH, HIDDEN, -1, ROUGH],
        "housing_at_364": HOMES,
        "first_night": [SETTLED, ROUGH, HIDDEN, TEMPORARY, CAS3, SETTLED, ROUGH],
        "licence_days": [75, 150, 365, 75, 75, 75, 0],
        "custody_moments": np.zeros((7, 2)),
    }
    never = {name: [NEVER] * 7 for name in ("first_engaged", "first_recall", "first_reoffence")}
    return np.asarray((never | by_name).get(name, [0] * 7))


@pytest.mark.parametrize(
    ("figure", "counted"),
    [
        ("settled_3_months", (2.0, 5.0)),
        ("rough_3_months", (1.0 + 0.3, 5.0)),
        ("homeless_12_months", (2.0, 5.0)),
        ("unsettled_12_months", (2.0, 5.0)),  # in temporary housing and in a short-stay bed
        ("first_night_homeless", (2.0, 6.0)),
    ],
)
def test_roofs_of_people_who_had_a_licence(figure: str, counted: tuple[float, float]) -> None:
    nobody = np.zeros(7, dtype=bool)
    assert shares(column, nobody, nobody, 0.3)[figure] == pytest.approx(counted)
