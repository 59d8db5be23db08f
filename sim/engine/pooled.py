"""Keyworker posts paid from a pooled budget: every four weeks each goes to the hub that would need it most.

What goes is a day of a post's week: people leaving prison are few at most hubs, where a whole post is more than they
need. A pooled post, of a day a week, is one row of `workers` at each hub that it may serve; in one of them it stands
(`holds`), and only there it works and takes people on. When it moves, its hours move at once, and the people it holds
stay with their keyworker until they leave. A hub needs it by the load that its people would share without it. A post
stays where it is unless that load is HARDER times as high elsewhere, so that a pool among hubs alike never moves.
"""

from __future__ import annotations

from sim.core.compiled import kernel
from sim.engine.hub_diary import common_part
from sim.engine.records import Service, Services, Worker, Workers
from sim.mechanisms import hubs
from sim.mechanisms.parameters import Params

MOVE_EVERY = 28  # days of the run
HARDER = 1.1


@kernel
def time_of(params: Params, service: Service, worker: Worker) -> float:
    """What the post's hours give each person held at the hub, in full-time posts."""
    common = common_part(params, worker) * worker.hours
    return hubs.time_for_each(params, worker.hours - common, common, service.held_mean, service.others)


@kernel
def load_without(params: Params, service: Service, worker: Worker, day: int) -> float:
    """The load that the hub's people share without the post, whether it has worked there or not."""
    time = 1.0 / service.felt_load
    if worker.holds and day > worker.starts:
        time -= time_of(params, service, worker)
    return hubs.load(time)


@kernel
def choose_hub(services: Services, workers: Workers, params: Params, post: int, day: int) -> None:
    """The post stands where it is needed most from today on, and its hours count there at once."""
    stood = best = -1
    highest = 0.0
    for w in range(len(workers)):
        if workers[w].pool == post and workers[w].holds:
            stood = best = w
            highest = HARDER * load_without(params, services[workers[w].service], workers[w], day)
    for w in range(len(workers)):
        if workers[w].pool == post and w != stood:
            load = load_without(params, services[workers[w].service], workers[w], day)
            if load > highest:
                best, highest = w, load
    if best == stood:
        return
    left, joined = services[workers[stood].service], services[workers[best].service]
    left.felt_load = load_without(params, left, workers[stood], day)
    joined.felt_load = hubs.load(1.0 / joined.felt_load + time_of(params, joined, workers[best]))
    workers[stood].holds, workers[best].holds = 0, 1
    left.team_until = joined.team_until = 0


@kernel
def move_pooled_posts(services: Services, workers: Workers, params: Params, day: int) -> None:
    """Every pooled post by number, every four weeks: perhaps another hub."""
    if day % MOVE_EVERY > 0:
        return
    last = -1
    for w in range(len(workers)):
        last = max(last, workers[w].pool)
    for post in range(last + 1):
        for w in range(len(workers)):
            worker = workers[w]
            if worker.pool == post:
                if worker.starts <= day < worker.ends:
                    choose_hub(services, workers, params, post, day)
                break
