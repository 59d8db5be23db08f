"""Common ground of the delivery tests: purchases of every lever, and what is delivered as arrays to compare."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np

from sim.scenario import Purchase, Scenario
from sim.scenario.delivery.records import HOME_SHARES, HUB_SHARES, PRISON_SHARES

DAYS = 500
START = date(2025, 4, 1)


def scenario(*levers: Purchase) -> Scenario:
    return Scenario("bought", "Bought", "For a test.", Path("bought.yaml"), START, levers)


def purchase(lever: str, gbp: float, first: int = 0, end: int | None = None, **where: object) -> Purchase:
    ends = None if end is None else START + timedelta(days=end)
    return Purchase(lever, gbp, START + timedelta(days=first), ends, **where)


ALL = {
    "naloxone_at_release": {},
    "ost_at_release": {},
    "depot_buprenorphine": {},
    "bridging_script": {},
    "inreach_worker": {},
    "resettlement_workers": {},
    "booked_before_release": {},
    "keyworkers": {},
    "cas3_beds": {},
    "supported_beds": {"places": ("torquay", "truro", "exeter")},
    "residential_rehab": {},
    "inpatient_detox": {},
    "navigators": {"places": ("bristol", "plymouth")},
    "bus_trips": {"links": ("L117", "L115"), "options": {"when": "evening"}},
    "inreach_meetings": {},
    "release_day_planning": {},
    "trauma_training": {},
    "language_training": {"places": ("torquay", "exeter", "plymouth")},
    "smaller_caseloads": {},
    "retention_pay": {},
    "dual_diagnosis_worker": {},
    "colocated_hub": {"places": ("exeter", "torquay", "bristol")},
    "womens_centre": {},
    "lgbtq_practitioner": {"places": ("bristol", "plymouth"), "options": {"setting": "sexual_health"}},
    "recognition_training": {},
    "peer_workers": {"places": ("bristol", "plymouth")},
    "peer_naloxone": {},
    "housing_first": {"places": ("torquay", "bristol")},
    "womens_residential": {},
    "shared_record": {},
    "joint_case_meetings": {},
    "alliance": {"places": ("torquay", "exeter")},
    "lifts": {},
    "demand_bus": {},
    "travel_passes": {},
    "outreach_clinics": {"places": ("bude", "launceston", "truro")},
    "remote_appointments": {},
}


# Those whose posts or beds fill one by one, so that two purchases fill in other steps than one of their sum.
ONE_BY_ONE = {
    "keyworkers", "cas3_beds", "supported_beds", "residential_rehab", "inpatient_detox", "navigators", "housing_first",
    "womens_residential",
}  # fmt: skip
WRITES = dict.fromkeys(ALL) | {
    "naloxone_at_release": "naloxone", "ost_at_release": "ost", "depot_buprenorphine": "depot",
    "bridging_script": "bridged", "inreach_worker": "kept", "resettlement_workers": "resettled",
    "booked_before_release": "booked", "keyworkers": "keyworkers", "cas3_beds": "cas3", "supported_beds": "supported",
    "residential_rehab": "rehab", "inpatient_detox": "detox", "navigators": "teams", "bus_trips": "trips",
    "inreach_meetings": "met_mutual_aid", "release_day_planning": "release_day_planned",
    "trauma_training": "trauma_trained",
    "language_training": "language_trained", "smaller_caseloads": "smaller", "retention_pay": "retention_paid",
    "dual_diagnosis_worker": "dual_diagnosis_worker", "colocated_hub": "colocated", "womens_centre": "womens_centre",
    "lgbtq_practitioner": "lgbtq_practitioner_at_sexual_health", "recognition_training": "recognition_trained",
    "peer_workers": "peer_worker", "peer_naloxone": "peer_naloxone", "housing_first": "housing_first",
    "womens_residential": "womens_rehab", "shared_record": "shared_record", "joint_case_meetings": "joint_cases",
    "alliance": "alliance", "lifts": "lift", "demand_bus": "demand_bus", "travel_passes": "travel_pass",
    "outreach_clinics": "outreach", "remote_appointments": "remote",
}  # fmt: skip
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
    smaller = np.zeros((DAYS, 200))
    for hub in delivery.smaller:
        smaller[hub.first_day : hub.end_day, hub.place] += hub.posts
    kinds = ("cas3", "supported", "housing_first", "rehab", "womens_rehab", "detox")
    beds = {kind: np.zeros((DAYS, 200)) for kind in kinds}
    for bought in delivery.beds:
        beds[bought.kind][:, bought.places[0]] += working(bought.bed_starts, bought.bed_shares, bought.end_day)
    trips = np.zeros((DAYS, 400, 2))
    for first, end, changes in delivery.link_changes:
        for change in changes:
            trips[first:end, int(change.link_id[1:])] += (change.extra_weekday, change.extra_sunday)
    kept = 1 - delivery.referral_lost
    return {
        "naloxone": delivery.naloxone_share, "ost": delivery.ost_share,
        "depot": delivery.depot_share * delivery.ost_share, "bridged": delivery.bridged_share, "kept": kept,
        "resettled": delivery.resettlement_share, "booked": delivery.booked_share, "keyworkers": keyworkers, **beds,
        "teams": teams, "trips": trips, "smaller": smaller, **delivery.home, **delivery.hub, **delivery.prison,
    }  # fmt: skip


def differing(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> list[str]:
    return [name for name in one if not np.array_equal(one[name], other[name])]
