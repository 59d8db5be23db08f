"""What holds of short-stay beds, supported, Housing First and residential places in every world at every dawn, as named
problems of a check."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.engine.world import World
from sim.population.codes import (
    ALCOHOL,
    CAS3,
    CAS3_SERVICE,
    COMMUNITY,
    DETOX_SERVICE,
    HIDDEN,
    HOUSING_FIRST,
    HOUSING_FIRST_SERVICE,
    IN_TREATMENT,
    NO_OST,
    REHAB_SERVICE,
    RESIDENTIAL,
    ROUGH,
    SUPPORTED,
    SUPPORTED_SERVICE,
    TEMPORARY,
    WOMAN,
    WOMENS_REHAB_SERVICE,
)

Array = np.ndarray[Any, Any]
BED_SERVICES = (
    CAS3_SERVICE,
    SUPPORTED_SERVICE,
    REHAB_SERVICE,
    DETOX_SERVICE,
    WOMENS_REHAB_SERVICE,
    HOUSING_FIRST_SERVICE,
)


def wrong_in_beds(world: World) -> Iterator[tuple[Array, str]]:
    """(who is wrong, in what): who lives in a place holds one there, for a time that ends."""
    p = world.people
    held = {service_type: p["worker"][:, service_type] >= 0 for service_type in BED_SERVICES}
    free, inside = np.isin(p["status"], (COMMUNITY, RESIDENTIAL)), p["status"] == RESIDENTIAL
    moving = p["bed_day"] == world.day
    cas3, supported = free & (p["housing"] == CAS3), free & (p["housing"] == SUPPORTED)
    yield cas3 != (held[CAS3_SERVICE] & free), "live in a short-stay bed without one or the reverse"
    planned, edges = p["cas3_until"] - p["spell_start"], world.run_inputs.params[0]["cas3_edges"]
    wrong = (planned <= edges[0] - 1.0) | (planned > np.ceil(edges[-1]))
    yield cas3 & wrong, "may stay in a short-stay bed for another time"
    yield cas3 & (p["cas3_until"] < world.day), "stayed in a short-stay bed too long"
    yield supported & ~held[SUPPORTED_SERVICE], "live in a supported place without one"
    first = free & (p["housing"] == HOUSING_FIRST)
    yield first & ~held[HOUSING_FIRST_SERVICE], "live in a Housing First place without one"
    empty = held[HOUSING_FIRST_SERVICE] & ~first & ~moving
    yield empty, "hold a Housing First place and live elsewhere"
    idle = held[SUPPORTED_SERVICE] & ~supported & ~moving
    yield idle, "hold a supported place and live elsewhere"
    residential = held[REHAB_SERVICE] | held[DETOX_SERVICE] | held[WOMENS_REHAB_SERVICE]
    yield inside & ~residential, "live in residential treatment without a place"
    yield residential & ~inside & ~moving, "hold a residential place and live elsewhere"
    wrong = (held[REHAB_SERVICE] | held[WOMENS_REHAB_SERVICE]) & (p["need"] == ALCOHOL)
    wrong |= held[DETOX_SERVICE] & (p["need"] != ALCOHOL) | held[WOMENS_REHAB_SERVICE] & (p["sex"] != WOMAN)
    yield wrong, "hold a residential place for another need"
    yield inside & (p["residential_until"] < world.day), "stayed in residential treatment too long"
    yield inside & ((p["using"] != 0) | (p["ost"] != NO_OST)), "use or are on OST inside"
    yield inside & (p["treatment"] != IN_TREATMENT), "live in residential treatment untreated"
    needs = free & np.isin(p["housing"], (ROUGH, HIDDEN, TEMPORARY, CAS3))
    yield (p["key"][:, SUPPORTED_SERVICE] != 0) & ~needs, "wait for a supported place without need"
