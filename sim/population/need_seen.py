"""What services can see of a person's need, by which they choose people where a scenario asks them to (`for:
most_disadvantaged`, sim/scenario/levers).

    score = sum over k of w_k x_k / sqrt(p_k (1 - p_k)),   the observed part of disadvantage (disadvantage.py) as known
No fixed abode, a sentence to 12 months and a need for opiates and crack stand in the papers of a release. Four or more
adverse experiences and complex PTSD count once the person has told of trauma (sim/mechanisms/trauma.py). The trait
itself is never seen.
A queue serves the highest score first, among equals whoever joined first, among these by the keyed tie of every queue
(sim/engine/day.py); nobody is turned away, so with places for all it changes nothing. A share that is bought (of people
released, of women) goes down from the highest score: all of the scores above it, none of those below, and of the score
at which it ends the part that is left, by the same random number that would decide without choosing. Sums over the
nodes of disadvantage make shares exact at first releases and among women; at later ones they are weighted by the
returns expected (returns.py). What has been told does not count there, as it would make more of a share than is bought.
Without weights all scores are one: nobody is chosen.
Reads disadvantage.* and, for returns, what returns.py reads. Left out: what a service learns by meeting somebody,
mistakes in the papers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.population.codes import WOMAN
from sim.population.disadvantage import (
    ACE4,
    CELLS,
    COMPLEX_PTSD,
    NO_FIXED_ABODE,
    SHORT_SENTENCE,
    WITH_CRACK,
    Nodes,
    cell_shares,
    nodes_of,
)
from sim.population.returns import expected

FIRST_RELEASES, LATER_RELEASES, WOMEN = range(3)
"""Groups in which a share goes to the highest scores."""
GROUPS = 3

IN_PAPERS = (1 << NO_FIXED_ABODE) | (1 << SHORT_SENTENCE) | (1 << WITH_CRACK)
TOLD_LATER = (1 << ACE4) | (1 << COMPLEX_PTSD)
ALIKE = 12  # decimals to which two scores are one

Array = np.ndarray[Any, Any]


def ranks(by: Array) -> Array:
    """i4[32], place of each cell of seen traits in the order of scores, the highest 0, equal scores one place.

    by: f8[5], what each observed trait adds to disadvantage.
    """
    scores = np.round(CELLS @ by, ALIKE)
    return np.asarray(np.unique(-scores, return_inverse=True)[1], dtype=np.int32).ravel()


def shares_by_rank(by: Array, shares: Array) -> tuple[Array, Array]:
    """(f8[32] share of people with a higher score than the cell's, f8[32] with the same), as seen in the papers.

    shares: f8[32], of people in each cell, whatever they add up to; cells with a trait that must be told hold 0.
    """
    cells = np.arange(len(CELLS))
    rank = ranks(by)[cells & IN_PAPERS]
    total = float(shares.sum())
    by_rank = np.bincount(rank, weights=shares, minlength=len(CELLS)) / (total if total > 0.0 else 1.0)
    above = np.concatenate([[0.0], np.cumsum(by_rank)[:-1]])
    seen = (cells & TOLD_LATER) == 0
    return np.where(seen, above[rank], 0.0), np.where(seen, by_rank[rank], 0.0)


def groups(draw: Mapping[str, float], numbers: Any) -> tuple[Array, Array, Array]:
    """need_rank, seen_above and seen_equal of a TRAIT_NUMBERS row whose other numbers are set."""
    by = np.asarray(numbers["disadvantage_by"])
    by_sex = cell_shares(numbers)
    later = _by_cell(expected(draw, nodes := nodes_of(draw, numbers), mean_licence_days(numbers)), nodes)
    pairs = [shares_by_rank(by, shares) for shares in (by_sex.sum(axis=0), later, by_sex[WOMAN])]
    return ranks(by), np.concatenate([above for above, _ in pairs]), np.concatenate([equal for _, equal in pairs])


def _by_cell(returns: Array, nodes: Nodes) -> Array:
    return np.asarray((nodes.weight * returns).reshape(len(CELLS), -1).sum(axis=1))


def mean_licence_days(numbers: Any) -> tuple[float, float]:
    """Mean days of licence of sentences to 12 months, and of longer ones."""
    by_sex = np.diff(np.asarray(numbers["sentence_cumulative"]).reshape(2, 3), axis=1, prepend=0.0)
    women = float(numbers["women_share"])
    shares = (1.0 - women) * by_sex[0] + women * by_sex[1]
    days = np.asarray(numbers["licence_days"])
    short = float(shares[:2].sum())
    return (float(shares[:2] @ days[:2]) / short if short > 0.0 else float(days[0])), float(days[2])
