"""The demand that a scenario's purchases are delivered against: who is there to be reached, and where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Demand:
    """Who is there to be reached, in real people a year (before any scaling to a smaller run).

    releases_per_year: f8[n_prisons + 1], releases of people with need from each prison, first and later ones; the last
    entry holds the prisons outside the area, which no lever reaches. releases_each: releases a person has in a year;
    work that is done for a release is done so often for a person, and what a person keeps is bought once.
    opiate_share: share of them with an opiate need.
    staff_per_place: f8[n_places], full-time posts for people leaving prison at the open hubs that stand in each place,
    the part service.leavers_share of the time of all keyworkers there (0 where no hub stands).
    planned_share: of releases that are known before the day, all but those from remand or court.
    far, fare_due: f8[n_places] by home, 1 where the weekday journey to the own hub takes over 30 minutes one way (or
    there is none), and where that journey costs a fare; else 0.
    """

    releases_per_year: Floats
    opiate_share: float
    staff_per_place: Floats
    far: Floats
    fare_due: Floats
    planned_share: float = 1.0
    releases_each: float = 1.0

    @property
    def people_per_year(self) -> Floats:
        """f8[n_prisons + 1], people released in a year by prison, each once however often."""
        return self.releases_per_year / self.releases_each

    @property
    def planned_people_per_year(self) -> Floats:
        """f8[n_prisons + 1], people a year whose releases somebody in prison can prepare: those known before the day,
        over the releases a person has."""
        return self.people_per_year * self.planned_share
