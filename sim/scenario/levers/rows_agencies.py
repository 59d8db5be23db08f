"""Levers bought for agencies together: a shared record, joint meetings, one door."""

from __future__ import annotations

from sim.scenario.levers.lever import Lever

AGENCIES = (
    Lever(
        name="shared_record",
        title="One record shared by prison, probation and treatment",
        theme="T11, T16",
        unit="programme a year",
        cost_parameter="cost.programme_year",
        payers=("council", "hmpps", "nhs"),
        writes="shared_record: part of the programme that runs, the same for every home of the whole area",
        capacity_parameters=("lever.ramp_days",),
        effect_parameters=("agency.shared_record_lost_ratio", "agency.turnover_worn"),
        leaves_out="systems that will not join, consent, time to enter data; information alone may change nothing",
        takes=(),
        ramps=True,
    ),
    Lever(
        name="joint_case_meetings",
        title="Joint case meetings of probation and treatment",
        theme="T11, T16",
        unit="council area a year",
        cost_parameter="cost.keyworker_year",
        cost_divisor=4.0,
        payers=("hmpps", "council"),
        writes="joint_cases: part of each council's joint case meetings that is held, for everybody who lives there",
        capacity_parameters=("lever.ramp_days",),
        effect_parameters=(
            "agency.joint_cases_part",
            "agency.colocated_received_rr",
            "agency.joint_delay_ratio",
            "agency.joint_recall_hr",
            "agency.turnover_worn",
        ),
        leaves_out="time of everybody else at the table; fewer recalls: closer watching may find more breaches",
        takes=("places",),
        ramps=True,
    ),
    Lever(
        name="alliance",
        title="One door: services of a council as an alliance",
        theme="T13",
        unit="area programme a year",
        cost_parameter="cost.programme_year",
        payers=("council", "nhs", "housing"),
        writes="alliance: part of each council's alliance that runs, for everybody who lives there",
        capacity_parameters=("lever.ramp_days",),
        effect_parameters=("agency.colocated_received_rr", "agency.joint_delay_ratio", "agency.turnover_worn"),
        leaves_out="years until services have joined, legal work, contracts that end; its gains are unproven",
        takes=("places",),
        needs_where=True,
        ramps=True,
    ),
)
