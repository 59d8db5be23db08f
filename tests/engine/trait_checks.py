"""What holds of disadvantage and of what follows from it in every world at every dawn, as named problems of a check."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.core.days import NEVER
from sim.engine.world import World
from sim.population.codes import COMMUNITY, RESIDENTIAL


def wrong_by_disadvantage(world: World) -> Iterator[tuple[np.ndarray[Any, Any], str]]:
    """(who is wrong, in what): ratios by disadvantage as drawn; missed contact by who is at the person's side."""
    p, params = world.people, world.run_inputs.params[0]
    z, missed = p["disadvantage"], p["missed_contact"]
    yield ~np.isfinite(z) | (np.abs(z) > 9.0), "are disadvantaged beyond reason"
    raised = np.exp(params["recall_per_sd"] * z) / params["recall_mean_ratio"]
    yield ~np.isclose(p["recall_factor"], raised, rtol=1e-12), "have another ratio of recall than drawn"
    raised = np.exp(params["reoffence_per_sd"] * z)
    yield ~np.isclose(p["reoffence_factor"], raised, rtol=1e-12), "have another ratio of reoffending than drawn"
    yield (missed[:, 0] > missed[:, 1] + 1e-12) | (missed[:, 0] < 0.0), "miss less contact on the street"
    outside = np.isin(p["status"], (COMMUNITY, RESIDENTIAL)) & (world.day - 1 < p["licence_until"])
    accompanied = p["navigator_until"] < NEVER
    alone = outside & ~accompanied & (p["peer_worker"] == 0)
    yield alone & (p["contact_support"] != 0.0), "are helped to contact by nobody"
    begun = outside & accompanied & (p["navigator_from"] < world.day) & (params["navigator_log_or"] > 0.0)
    yield begun & ~(p["contact_support"] > 0.0), "have a navigator who does nothing for contact"
