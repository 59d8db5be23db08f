"""What starting treatment does to tolerance."""

from __future__ import annotations

from typing import Any

from by_hand import someone

from sim.core.days import MOMENTS_PER_DAY
from sim.mechanisms import treatment
from sim.population.codes import ALCOHOL, DAILY, KEPT, LOST, NO_OST, OPIATE_NO_CRACK


def test_starting_ost_gives_tolerance_back(params: Any) -> None:
    row = someone(1, need=OPIATE_NO_CRACK, tolerance=LOST)
    treatment.start(row, params, 10, 10 * MOMENTS_PER_DAY)
    assert row["tolerance"] == KEPT and row["ost"] == DAILY


def test_starting_other_treatment_leaves_tolerance_alone(params: Any) -> None:
    row = someone(1, need=ALCOHOL, tolerance=LOST)
    treatment.start(row, params, 10, 10 * MOMENTS_PER_DAY)
    assert row["tolerance"] == LOST and row["ost"] == NO_OST
