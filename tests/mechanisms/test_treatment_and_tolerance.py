"""What starting treatment does to tolerance."""

from __future__ import annotations

from typing import Any

import pytest
from by_hand import someone

from sim.core.days import MOMENTS_PER_DAY
from sim.mechanisms import treatment
from sim.population.codes import ALCOHOL, DAILY, HALF, KEPT, LOST, NO_OST, ON_OST, OPIATE_NO_CRACK


@pytest.mark.parametrize(("before", "after"), [(KEPT, KEPT), (HALF, KEPT), (LOST, ON_OST), (ON_OST, ON_OST)])
def test_starting_ost_gives_tolerance_back_but_for_a_part_of_a_whole_loss(params: Any, before: int, after: int) -> None:
    row = someone(1, need=OPIATE_NO_CRACK, tolerance=before, used_days=9)
    treatment.start(row, params, 10, 10 * MOMENTS_PER_DAY)
    assert (row["tolerance"], row["ost"], row["used_days"]) == (after, DAILY, 9)


def test_starting_other_treatment_leaves_tolerance_alone(params: Any) -> None:
    row = someone(1, need=ALCOHOL, tolerance=LOST)
    treatment.start(row, params, 10, 10 * MOMENTS_PER_DAY)
    assert row["tolerance"] == LOST and row["ost"] == NO_OST
