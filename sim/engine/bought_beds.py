"""Bought beds as rows: purchases that serve the same places hold one queue, and many beds of a purchase share rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.scenario import Beds

MOST_ROWS = 256  # beds of one purchase beyond which several share a row


def in_rows(starts: np.ndarray[Any, Any], shares: np.ndarray[Any, Any]) -> tuple[list[float], list[float]]:
    """The beds of a purchase in at most MOST_ROWS rows; beds that share a row start on its mean day."""
    n = len(starts)
    if n <= MOST_ROWS:
        return starts.tolist(), shares.tolist()
    edges = np.linspace(0, n, MOST_ROWS + 1).astype(int)
    pairs = [(edges[k], edges[k + 1]) for k in range(MOST_ROWS)]
    return [float(starts[a:b].mean()) for a, b in pairs], [float(shares[a:b].sum()) for a, b in pairs]


def sharing(bought: Sequence[Beds]) -> list[list[Beds]]:
    """Purchases of beds whose places overlap, gathered: they hold one queue."""
    groups: list[tuple[set[int], list[Beds]]] = []
    for beds in bought:
        places, members = set(beds.places), [beds]
        apart = []
        for other, of_other in groups:
            if other & places:
                places |= other
                members = [*of_other, *members]
            else:
                apart.append((other, of_other))
        groups = [*apart, (places, members)]
    return [members for _, members in groups]
