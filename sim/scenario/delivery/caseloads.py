"""Keyworker posts that make caseloads smaller: the same people, held by more workers, down to a good caseload.

A place needs (caseload today / good caseload - 1) posts for each that stands there; posts beyond find nothing to do.
All workers of a place change over on one day, half the ramp after the money begins, when half the posts are filled.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from sim.scenario.delivery import coverage
from sim.scenario.delivery.context import DeliveryContext
from sim.scenario.delivery.records import Floats, SmallerCaseloads
from sim.scenario.levers import LEVERS
from sim.scenario.scenario import Purchase


def smaller_caseloads(context: DeliveryContext) -> tuple[SmallerCaseloads, ...]:
    """Posts added and the caseload reached, by place and span of days, in that order."""
    lever = LEVERS["smaller_caseloads"]
    needed = _needed(context)
    entries = [(n, bought, _in_force(context, bought)) for n, bought in context.purchases(lever.name)]
    spans = list(pairwise(sorted({day for *_, days in entries for day in days})))
    lengths = np.array([float(end - first) for first, end in spans])
    filled = np.zeros((len(spans), len(needed)))
    for n, bought, (begins, stops) in entries:
        units = bought.gbp_per_year / lever.unit_cost(context.draw)
        wanted = np.array([units if begins <= first < stops else 0.0 for first, _ in spans])
        columns = context.places(bought)
        columns = columns[needed[columns] > 0.0]
        used = coverage.fill(filled, columns, cap=1.0, people=needed, units=wanted)
        part = float(used @ lengths / (wanted @ lengths)) if wanted.any() else 1.0
        remark = f"{needed[columns].sum():.1f} posts bring caseloads to {context.draw['lever.good_caseload']:.0f}"
        context.account(n, units, part, remark=remark)
    posts = filled * needed
    records = [
        _record(context, int(p), *part)
        for p in np.flatnonzero(posts.any(axis=0))
        for part in _alike(spans, posts[:, p])
    ]
    return tuple(sorted(records, key=lambda record: (record.place, record.first_day)))


def _alike(spans: Sequence[tuple[int, int]], posts: Floats) -> list[tuple[float, tuple[int, int]]]:
    """Posts and days of a place, spans that follow each other with the same posts in one, without those with none."""
    merged: list[tuple[float, tuple[int, int]]] = []
    for (first, end), posts_now in zip(spans, posts.tolist(), strict=True):
        if merged and merged[-1][1][1] == first and math.isclose(merged[-1][0], posts_now, rel_tol=1e-9):
            merged[-1] = (merged[-1][0], (merged[-1][1][0], end))
        elif posts_now > 0.0:
            merged.append((posts_now, (first, end)))
    return merged


def _needed(context: DeliveryContext) -> Floats:
    """f8[n_places], posts that bring the caseload of each place to a good one; 0 where it is good already."""
    ratio = context.draw["service.caseload"] / context.draw["lever.good_caseload"]
    return context.demand.staff_per_place * max(ratio - 1.0, 0.0)


def _in_force(context: DeliveryContext, bought: Purchase) -> tuple[int, int]:
    """First day with smaller caseloads and first day without."""
    first, end = context.span(bought)
    return min(first + round(context.draw["lever.ramp_days"] / 2.0), end), end


def _record(context: DeliveryContext, place: int, posts: float, days: tuple[int, int]) -> SmallerCaseloads:
    today, staff = context.draw["service.caseload"], float(context.demand.staff_per_place[place])
    caseload = max(today * staff / (staff + posts), context.draw["lever.good_caseload"])
    return SmallerCaseloads(place, posts, caseload, *days)
