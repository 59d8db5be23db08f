"""What is offered where somebody lives: shares by home place and day, laid on the person's row by the engine.

A share is the part of the people (of their appointments, staff or cases) whom the offer reaches, 0 where nothing is
bought. A rule reads it at an event only, by `person.coverage[NAME]`, so that a share which grows from day to day wakes
nobody.
"""

from __future__ import annotations

COVERAGE = (
    "trauma_trained",  # keyworkers of the hub who ask everybody about trauma and know what to do
    "language_trained",  # keyworkers of the hub trained in words that respect
    "recognition_trained",  # police and probation staff trained to recognise a chemsex need
    "matched_at_hub",  # people with a chemsex need whom a practitioner at the hub can see
    "matched_at_sexual_health",  # the same in a sexual health service
    "womens_place",  # women who have a place at a women's centre
    "dual_worker",  # people with a mental health need whom a dual-diagnosis worker can see
    "peer_beside",  # people leaving prison whom a peer worker accompanies
    "peer_kits",  # people leaving prison to whom a peer worker hands a naloxone kit
    "lift",  # appointments for which there is a lift
    "demand_bus",  # appointments for which a demand-responsive bus comes
    "travel_pass",  # people who hold a travel pass
    "outreach",  # appointments held where the person lives
    "remote",  # appointments held by telephone or video
    "colocated",  # work of the hub and probation done under one roof
    "shared_record",  # agencies that share a record
    "joint_cases",  # cases that probation and treatment discuss together
    "alliance",  # work done under one contract with one door
    "retention_paid",  # keyworkers of the hub who are paid to stay
    "smaller_caseload",  # part by which the hub's keyworkers hold fewer people each
    "worn",  # part of the gain of joint work lost since the linked keyworker left, 1 on the day of leaving
)
N_COVERAGE = len(COVERAGE)
(
    TRAUMA_TRAINED,
    LANGUAGE_TRAINED,
    RECOGNITION_TRAINED,
    MATCHED_AT_HUB,
    MATCHED_AT_SEXUAL_HEALTH,
    WOMENS_PLACE,
    DUAL_WORKER,
    PEER_BESIDE,
    PEER_KITS,
    LIFT,
    DEMAND_BUS,
    TRAVEL_PASS,
    OUTREACH,
    REMOTE,
    COLOCATED,
    SHARED_RECORD,
    JOINT_CASES,
    ALLIANCE,
    RETENTION_PAID,
    SMALLER_CASELOAD,
    WORN,
) = range(N_COVERAGE)

# Part of what is lost between two agencies at the start below which no in-reach and no joint work brings it (assumed).
LEAST_LOST = 0.1
