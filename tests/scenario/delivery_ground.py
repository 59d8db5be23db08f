"""Common ground of the delivery tests: purchases of every lever, and what is delivered as arrays to compare."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np

from sim.scenario import LEVERS, Lever, Purchase, Scenario
from sim.scenario.delivery.records import HOME_SHARES, HUB_SHARES, PRISON_SHARES

DAYS = 500
START = date(2025, 4, 1)


def scenario(*levers: Purchase) -> Scenario:
    return Scenario("bought", "Bought", "For a test.", Path("bought.yaml"), START, levers)


def purchase(lever: str, gbp: float, first: int = 0, end: int | None = None, **where: object) -> Purchase:
    ends = None if end is None else START + timedelta(days=end)
    return Purchase(lever, gbp, START + timedelta(days=first), ends, **where)


# Where each lever is bought in these tests; those that are not named are bought for all of the area.
WHERE = {
    "supported_beds": {"places": ("torquay", "truro", "exeter")},
    "navigators": {"places": ("bristol", "plymouth")},
    "bus_trips": {"links": ("L117", "L115"), "options": {"when": "evening"}},
    "language_training": {"places": ("torquay", "exeter", "plymouth")},
    "colocated_hub": {"places": ("exeter", "torquay", "bristol")},
    "lgbtq_practitioner": {"places": ("bristol", "plymouth"), "options": {"setting": "sexual_health"}},
    "housing_first": {"places": ("torquay", "bristol")},
    "alliance": {"places": ("torquay", "exeter")},
    "outreach_clinics": {"places": ("bude", "launceston", "truro")},
}


def where_bought(lever: Lever) -> dict[str, object]:
    """As WHERE has it, else in two cities where it must be named; each option by its first word."""
    options = {"options": {key: words[0] for key, words in lever.options.items()}} if lever.options else {}
    named = {"places": ("bristol", "plymouth")} if lever.needs_where else {}
    return WHERE.get(lever.name, named | options)


ALL = {name: where_bought(lever) for name, lever in LEVERS.items()}


# Those whose posts or beds fill one by one, so that two purchases fill in other steps than one of their sum.
ONE_BY_ONE = {
    "keyworkers", "cas3_beds", "supported_beds", "residential_rehab", "inpatient_detox", "navigators", "housing_first",
    "womens_residential",
}  # fmt: skip
WRITES = {
    "naloxone_at_release": "naloxone", "ost_at_release": "ost", "depot_buprenorphine": "depot",
    "bridging_script": "bridged", "inreach_worker": "kept", "resettlement_workers": "resettled",
    "booked_before_release": "booked", "keyworkers": "keyworkers", "cas3_beds": "cas3", "supported_beds": "supported",
    "residential_rehab": "rehab", "inpatient_detox": "detox", "navigators": "teams", "bus_trips": "trips",
    "housing_first": "housing_first", "womens_residential": "womens_rehab",
} | {
    name: lever.share.coverage.format(**ALL[name].get("options", {})) for name, lever in LEVERS.items() if lever.share
}  # fmt: skip
# Levers that alone raise what they raise.
ALONE = [name for name, written in WRITES.items() if list(WRITES.values()).count(written) == 1]
SHARES = (
    "naloxone", "ost", "depot", "bridged", "kept", "resettled", "booked", *HOME_SHARES, *HUB_SHARES, *PRISON_SHARES
)  # fmt: skip


def working(starts, shares, end) -> np.ndarray:
    """f8[DAYS], full-time posts or whole beds on each day."""
    begun = starts[None, :] <= np.arange(DAYS)[:, None]
    begun[end:] = False
    return begun @ shares


def amounts(delivery) -> dict[str, np.ndarray]:
    """Everything delivered as arrays in which more is more; depots among people with an opiate need."""
    teams = np.zeros((DAYS, 200))
    for team in delivery.teams:
        teams[:, team.based_at] += working(team.worker_starts, team.worker_posts, team.end_day)
    keyworkers = np.zeros((DAYS, 200))
    for hub in delivery.hub_posts:
        keyworkers[:, hub.place] += working(hub.worker_starts, hub.worker_posts, hub.end_day)
        keyworkers[hub.first_day : hub.end_day, hub.place] += min(hub.posts, 0.0)
    kinds = ("cas3", "supported", "housing_first", "rehab", "womens_rehab", "detox")
    beds = {kind: np.zeros((DAYS, 200)) for kind in kinds}
    for bought in delivery.beds:
        beds[bought.kind][:, bought.places[0]] += working(bought.bed_starts, bought.bed_shares, bought.end_day)
        beds[bought.kind][bought.first_day : bought.end_day, bought.places[0]] += min(bought.beds, 0.0)
    trips = np.zeros((DAYS, 400, 2))
    for first, end, changes in delivery.link_changes:
        for change in changes:
            trips[first:end, int(change.link_id[1:])] += (change.extra_weekday, change.extra_sunday)
    kept = 1 - delivery.referral_lost
    return {
        "naloxone": delivery.naloxone_share, "ost": delivery.ost_share,
        "depot": delivery.depot_share * delivery.ost_share, "bridged": delivery.bridged_share, "kept": kept,
        "resettled": delivery.resettlement_share, "booked": delivery.booked_share, "keyworkers": keyworkers, **beds,
        "teams": teams, "trips": trips, **delivery.home, **delivery.hub, **delivery.prison,
    }  # fmt: skip


def differing(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> list[str]:
    return [name for name in one if not np.array_equal(one[name], other[name])]
