"""People in reach of residential places, and inside one."""

from __future__ import annotations

from typing import Any

from by_hand import params_of, per_service_type, someone

from sim.mechanisms import residential
from sim.population import processes as P
from sim.population.codes import ALCOHOL, DETOX_SERVICE, IN_TREATMENT, REHAB_SERVICE, RESIDENTIAL, TREATMENT_SERVICE

DAY = 1024
PARAMS = params_of()
COMPLETES, ENDS_EARLY = (P.RESIDENTIAL_ENDS_EARLY, 0, 0.25, 1.0), (P.RESIDENTIAL_ENDS_EARLY, 0, 0.0, 0.23)
STATUSES = per_service_type(-1, {REHAB_SERVICE: 5, DETOX_SERVICE: 6})


def line_of(need: int) -> int:
    """The line in which somebody with that need stands."""
    return DETOX_SERVICE if need == ALCOHOL else REHAB_SERVICE


def in_treatment(number: int = 1, **fields: Any) -> Any:
    """Somebody in community treatment with a keyworker since day 10, in reach of residential places."""
    start = {"treatment": IN_TREATMENT, "treatment_start": 10, "contact_day": 50, "episodes": 1, "service": STATUSES}
    return someone(number, **(start | fields))


def inside(number: int = 1, *, since: int = 30, need: int = 0, **fields: Any) -> Any:
    """Somebody who moved into a residential place on a day, 30 unless told."""
    held = per_service_type(-1, {line_of(need): 2, TREATMENT_SERVICE: 1})
    row = in_treatment(number, need=need, worker=held, bed_day=since, settled_at=since * DAY, **fields)
    residential.at_dawn(row, PARAMS, since)
    assert row["status"] == RESIDENTIAL
    return row
