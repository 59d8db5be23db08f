"""Keyworker posts paid from a pooled budget: every four weeks each goes to the hub where the wait is longest.

A pooled post is one row of `workers` at each hub that it may serve; in one of them it stands (`holds`), and only there
it takes people on. When it moves, the people it holds stay with their keyworker until they leave; until then the new
hub has the rest of the caseload. The wait is reckoned as people in the queue for each slot that takes people there; a
post stays where it is unless it is longer elsewhere, so that a pool among hubs where nobody waits never moves.
"""

from __future__ import annotations

from sim.core.compiled import kernel
from sim.engine.records import Services, Workers

MOVE_EVERY = 28  # days


@kernel
def pressure(services: Services, workers: Workers, s: int, day: int) -> float:
    """People waiting for each slot of the service that takes people today."""
    service = services[s]
    slots = 0
    for k in range(service.n_workers + service.n_bought):
        w = service.first_worker + k if k < service.n_workers else service.first_bought + k - service.n_workers
        if workers[w].starts <= day < workers[w].ends and (workers[w].pool < 0 or workers[w].holds):
            slots += workers[w].cap_whole
    return float(service.waiting / max(slots, 1))


@kernel
def choose_hub(services: Services, workers: Workers, post: int, day: int) -> None:
    """The post stands where the wait is longest from today on."""
    best = -1
    longest = 0.0
    for w in range(len(workers)):
        if workers[w].pool == post and workers[w].holds:
            best, longest = w, pressure(services, workers, workers[w].service, day)
    stood = best
    for w in range(len(workers)):
        if workers[w].pool == post and w != stood:
            wait = pressure(services, workers, workers[w].service, day)
            if wait > longest:
                best, longest = w, wait
    if best != stood:
        workers[stood].holds = 0
        workers[best].holds = 1


@kernel
def share_caseload(workers: Workers, post: int) -> None:
    """Where the post stands it takes on what its people elsewhere leave of its caseload; elsewhere nobody new."""
    elsewhere = 0
    for w in range(len(workers)):
        if workers[w].pool == post and not workers[w].holds:
            elsewhere += workers[w].load
            workers[w].cap = workers[w].load
    for w in range(len(workers)):
        if workers[w].pool == post and workers[w].holds:
            workers[w].cap = max(workers[w].load, workers[w].cap_whole - elsewhere)


@kernel
def move_pooled_posts(services: Services, workers: Workers, day: int) -> None:
    """Every pooled post by number: perhaps another hub, and the slots it has there today."""
    last = -1
    for w in range(len(workers)):
        last = max(last, workers[w].pool)
    for post in range(last + 1):
        starts = 0
        for w in range(len(workers)):
            if workers[w].pool == post:
                starts = workers[w].starts
        if day >= starts and (day - starts) % MOVE_EVERY == 0:
            choose_hub(services, workers, post, day)
        share_caseload(workers, post)
