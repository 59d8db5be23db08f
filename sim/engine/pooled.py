"""Keyworker posts paid from a pooled budget: every four weeks each goes to the hub that is pressed hardest.

A pooled post is one row of `workers` at each hub that it may serve; in one of them it stands (`holds`), and only there
it works and takes people on. When it moves, its hours move at once, and the people it holds stay with their keyworker
until they leave. Pressure is the load that a hub's people share x the lead of its first appointments. A post stays
where it is unless the pressure elsewhere is HARDER times as high, so that a pool among hubs alike never moves.
"""

from __future__ import annotations

from sim.core.compiled import kernel
from sim.engine.records import Service, Services, Workers

MOVE_EVERY = 28  # days
HARDER = 1.1


@kernel
def pressure(service: Service) -> float:
    """How hard the hub is pressed: people for each post x open days to a first appointment."""
    return float(service.felt_load * service.lead)


@kernel
def choose_hub(services: Services, workers: Workers, post: int) -> None:
    """The post stands where the pressure is highest from today on."""
    stood = best = -1
    hardest = 0.0
    for w in range(len(workers)):
        if workers[w].pool == post and workers[w].holds:
            stood = best = w
            hardest = HARDER * pressure(services[workers[w].service])
    for w in range(len(workers)):
        if workers[w].pool == post and w != stood and pressure(services[workers[w].service]) > hardest:
            best, hardest = w, pressure(services[workers[w].service])
    if best != stood:
        for w in (stood, best):
            workers[w].holds = 1 - workers[w].holds
            services[workers[w].service].team_until = 0


@kernel
def move_pooled_posts(services: Services, workers: Workers, day: int) -> None:
    """Every pooled post by number, on its days: perhaps another hub."""
    last = -1
    for w in range(len(workers)):
        last = max(last, workers[w].pool)
    for post in range(last + 1):
        for w in range(len(workers)):
            worker = workers[w]
            if worker.pool == post:
                if worker.starts <= day < worker.ends and (day - worker.starts) % MOVE_EVERY == 0:
                    choose_hub(services, workers, post)
                break
