"""What a theme of the system does in one life, as events of the diary: a code, the theme and words.

Each is noted on the day on which it happens, so that two paths of one person can be laid side by side. Events that a
lever brings about (a referral that would have been lost) are noted only where the person's luck lies between the chance
without and with it.
"""

from __future__ import annotations

FIRST_ACT = 128

_ACTS = (
    ("REFERRAL_SAVED", "T1", "the referral arrives that would have been lost"),
    ("BOOKED", "T1", "a first appointment was booked before release"),
    ("BRIDGED", "T1", "the release prescription is bridged"),
    ("DEPOT_GIVEN", "T1", "leaves with a depot dose"),
    ("KIT_GIVEN", "T2", "is handed a naloxone kit"),
    ("TREATED_TO_RELEASE", "T2", "is on substitution treatment to the day of release, by extra money"),
    ("REVERSED", "T2", "somebody uses the person's own naloxone"),
    ("BED_TAKEN", "T3", "moves into a short-stay bed"),
    ("TOLD_OF_TRAUMA", "T4", "tells the keyworker of trauma"),
    ("WORKER_LEFT", "T5", "the keyworker leaves, and trust begins again"),
    ("WOMENS_CENTRE", "T6", "has a place at a women's centre"),
    ("NEED_RECOGNISED", "T7", "the chemsex need is recognised"),
    ("LGBTQ_PRACTITIONER", "T7", "sees a practitioner who fits"),
    ("NAVIGATOR_BEGAN", "T8", "a navigator takes the person on"),
    ("MET_WORKER", "T9", "a resettlement worker has prepared the release"),
    ("MET_MUTUAL_AID", "T10", "met mutual aid in prison"),
    ("MEETINGS", "T10", "begins to go to mutual aid meetings"),
    ("PEER", "T10", "a peer worker is at the person's side"),
    ("REQUEST_LOST", "T16", "a request for help is lost between agencies"),
    ("REQUEST_SAVED", "T11", "a request arrives that would have been lost between agencies"),
    ("JOINT_CASE", "T11", "probation and treatment manage the case together"),
    ("RESPECT", "T12", "the keyworker is trained in words that respect"),
    ("ONE_DOOR", "T13", "treatment begins again through one door, without a wait"),
    ("LIFT", "T14", "a lift brings the person to the appointment"),
    ("DEMAND_BUS", "T14", "a demand-responsive bus brings the person to the appointment"),
    ("OUTREACH", "T14", "the appointment is held near home"),
    ("REMOTE", "T14", "the appointment is held by telephone or video"),
    ("PASS", "T14", "a travel pass pays the fare"),
    ("POOLED_WORKER", "T15", "the keyworker's post comes from the pooled budget"),
    ("DUAL_DIAGNOSIS_WORKER", "T17", "a dual-diagnosis worker joins the keyworker"),
    ("PLANNED_RELEASE", "T18", "the release is planned for a good day and hour"),
)

ACT_THEMES = {FIRST_ACT + k: theme for k, (_, theme, _) in enumerate(_ACTS)}
ACT_WORDS = {FIRST_ACT + k: words for k, (_, _, words) in enumerate(_ACTS)}
(
    REFERRAL_SAVED,
    BOOKED,
    BRIDGED,
    DEPOT_GIVEN,
    KIT_GIVEN,
    TREATED_TO_RELEASE,
    REVERSED,
    BED_TAKEN,
    TOLD_OF_TRAUMA,
    WORKER_LEFT,
    WOMENS_CENTRE,
    NEED_RECOGNISED,
    LGBTQ_PRACTITIONER,
    NAVIGATOR_BEGAN,
    MET_WORKER,
    MET_MUTUAL_AID,
    MEETINGS,
    PEER,
    REQUEST_LOST,
    REQUEST_SAVED,
    JOINT_CASE,
    RESPECT,
    ONE_DOOR,
    LIFT,
    DEMAND_BUS,
    OUTREACH,
    REMOTE,
    PASS,
    POOLED_WORKER,
    DUAL_DIAGNOSIS_WORKER,
    PLANNED_RELEASE,
) = range(FIRST_ACT, FIRST_ACT + len(_ACTS))
