"""Evening meetings of mutual aid: from which places one can be reached, and home again, by the timetable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.area.journeys import journey_table
from sim.area.opening import opening_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.area.model import Area

KIND = "mutual_aid"
NEAR_MINUTES = 30.0  # one way; the journey beyond which people come less often (sim/mechanisms/attendance.py)


def meeting_near(area: Area) -> NDArray[np.int64]:
    """i8[n_places], 1 where an open meeting lies within 30 minutes of homes on a weekday, there by its beginning and
    home again after its end; 0 elsewhere. Placeholders count only where a scenario has opened them."""
    meetings = area.services_of(KIND)
    if not meetings:
        return np.zeros(len(area.places), dtype=np.int64)
    table = journey_table(area, services=meetings)
    openings = [opening_of(area, site) for site in meetings]
    begins, ends = (np.array([getattr(o, name) for o in openings]) for name in ("opens", "closes"))
    reached = (table.earliest_arrival <= begins) & (table.latest_return >= ends) & (table.minutes <= NEAR_MINUTES)
    return np.asarray(reached.any(axis=1), dtype=np.int64)
