"""What is offered where somebody lives, as shares: the numbers under which they stand on a person's row."""

from __future__ import annotations

from enum import IntEnum


class Coverage(IntEnum):
    """Coverage of what is offered where somebody lives: shares by home place and day, numbered as on the person's row.

    A share is the part of the people (of their appointments, staff or cases) whom the offer reaches, 0 where nothing is
    bought. A rule reads it at an event only, by `person.coverage[Coverage.LIFT]`, so that a share which grows from day
    to day wakes nobody.
    """

    TRAUMA_TRAINED = 0  # keyworkers of the hub who ask everybody about trauma and know what to do
    LANGUAGE_TRAINED = 1  # keyworkers of the hub trained in words that respect
    RECOGNITION_TRAINED = 2  # police and probation staff trained to recognise a chemsex need
    LGBTQ_PRACTITIONER_AT_HUB = 3  # people with a chemsex need whom a practitioner at the hub can see
    LGBTQ_PRACTITIONER_AT_SEXUAL_HEALTH = 4  # the same in a sexual health service
    WOMENS_CENTRE = 5  # women who have a place at a women's centre
    DUAL_DIAGNOSIS_WORKER = 6  # people with a mental health need whom a dual-diagnosis worker can see
    PEER_WORKER = 7  # people leaving prison whom a peer worker accompanies
    PEER_NALOXONE = 8  # people leaving prison to whom a peer worker hands a naloxone kit
    LIFT = 9  # appointments for which there is a lift
    DEMAND_BUS = 10  # appointments for which a demand-responsive bus comes
    TRAVEL_PASS = 11  # people who hold a travel pass
    OUTREACH = 12  # appointments held where the person lives
    REMOTE = 13  # appointments held by telephone or video
    COLOCATED = 14  # work of the hub and probation done under one roof
    SHARED_RECORD = 15  # agencies that share a record
    JOINT_CASES = 16  # cases that probation and treatment discuss together
    ALLIANCE = 17  # work done under one contract with one door
    RETENTION_PAID = 18  # keyworkers of the hub who are paid to stay
    WORN = 19  # part of the gain of joint work lost since the linked keyworker left, 1 on the day of leaving
    WOMENS_CENTRE_BY_NEED = 20  # women who have a place at a women's centre, those of the highest score first
    PEER_WORKER_BY_NEED = 21  # people leaving prison whom a peer worker accompanies, the same


COVERAGE = tuple(coverage.name.lower() for coverage in sorted(Coverage))
N_COVERAGE = len(Coverage)
