"""Names that the program reads: without one of these rows no run begins, whatever the tables hold.

A row that code asks for by name is added here with it and taken out with it. A row that only a lever names (its price,
say) need not stand here: the lever table is held against the evidence tables as it is read. A test holds the three
together, and tests/house/test_every_parameter_is_read.py holds the tables to the code.
"""

from __future__ import annotations

NEEDED = {
    "agency": """
        colocated_received_rr joint_cases_part joint_delay_ratio joint_recall_hr shared_record_lost_ratio
        turnover_worn
    """,
    "appointment": """
        base_attendance cptsd_or delay_or delay_or_opiate first_delay_days in_treatment journey_or_per_10min
        max_missed mental_health_or no_money_or ost_or retry_days rough_or
    """,
    "chemsex": "generic_attendance_or prefers_sexual_health recognised trained_ratio",
    "cost": """
        bus_trip cas3_night demand_bus_trip depot_month detox_week housing_first_year keyworker_year lift
        naloxone_kit oat_drug_share oat_year overdose_attended peer_worker_year person_reoffending
        prison_day programme_year rehab_week retention_pay rough_year specialist_year supported_bed_year
        training_day travel_pass womens_centre_place
    """,
    "custody": """
        after_reoffence fixed_recall_days fixed_recall_share_long fixed_recall_share_short new_sentence_days
        ost_when_taken_share releases_per_person standard_recall_days tolerance_days
    """,
    "death": "age_ratio_10y other_alcohol other_opiate other_rest",
    "housing": """
        arrival_outside_region_hours cas3_additional cas3_coverage cas3_exit_success cas3_max_nights
        first_night_homeless first_night_temporary housing_first_loss loss_to_rough no_fixed_abode_or
        rough_exit_days_1_28 rough_exit_later rough_exit_settled settled_loss short_sentence_or
        street_count_share supported_move_on temporary_to_rough temporary_to_settled
    """,
    "income": "claim_in_month first_payment_days",
    "lever": """
        booked_delay_days booked_training_days bridged_reached depot_months good_caseload inreach_days
        intensive_caseload language_training_days meeting_people meetings_each ost_custody_days ost_reached
        outreach_contacts_part ramp_days recognition_staff recognition_training_days retention_pay_ratio
        specialist_caseload trauma_training_days visits_per_release
    """,
    "mutual_aid": "attend inreach_delivered peer_ratio relapse_hr_alcohol relapse_hr_drugs",
    "navigator": "attendance_or",
    "need": "alcohol opiate_and_crack opiate_no_crack stimulant",
    "overdose": """
        after_ost_stop_hr alcohol_hr ambulance base_non_opioid base_opioid fatality_naloxone
        fatality_non_opioid fatality_unwitnessed fatality_witnessed injecting_hr mental_health_hr
        naloxone_held naloxone_used non_opioid_weeks_1_2 on_ost_ratio potency_ratio rough_hr start_ost_hr
        tolerance_week_1 tolerance_week_2 tolerance_weeks_3_4 witnessed women_hr
    """,
    "population": """
        abuse_women ace4_men ace4_or ace4_women age_mean age_sd alcohol_beside_opiates any_ace chemsex_need
        children_women cptsd_men friday_release injecting_opiate mental_health_men mental_health_women
        no_fixed_abode_before ost_at_release people_per_year released_outside_region sentence_6_12m
        sentence_to_6m_men sentence_to_6m_women women_share
    """,
    "referral": "lost self_hazard",
    "reoffending": "causal_share long rough_crude_hr short treatment_crude_hr",
    "service": "caseload contacts_per_worker_day posts_per_1000_people",
    "stigma": "training_dropout_hr",
    "supervision": "licence_days_to_6m recall_compliance recall_rough_hr",
    "support": "homeless_or resettlement_days",
    "trauma": """
        ace4_relapse_hr disclosed_at_once disclosure_per_contact fitted_dropout_hr never_disclosed
        routine_enquiry_rr
    """,
    "treatment": """
        bridge_days bridged_at_release completion_opiate completion_other depot_cover_days depot_dropout_hr
        detox_days detox_early_end dropout_days_1_28 dropout_days_29_84 exit_days_85_365 reentry rehab_days
        rehab_early_end rehab_early_share residential_wanted
    """,
    "trust": "dropout_hr_per_sd remote_step sd start step worker_leaves",
    "use": """
        day_0_alcohol day_0_drug ost_hr other_needs_ratio start_days_1_28 start_days_29_84 start_days_85_365
        stop_in_treatment stop_out
    """,
    "utility": "not_using rough_loss treated using",
    "women": """
        centre_dropout_hr centre_reoffending_hr children_settling_hr generic_attendance_or
        mixed_residential_with_children
    """,
}
"""Quantities by table."""

ABOVE_ZERO = """
    appointment.base_attendance appointment.in_treatment cost.keyworker_year cost.specialist_year cost.naloxone_kit
    cost.oat_year cost.bus_trip cost.training_day cost.cas3_night cost.supported_bed_year cost.rehab_week
    cost.detox_week cost.depot_month cost.peer_worker_year cost.retention_pay cost.housing_first_year
    cost.womens_centre_place cost.lift cost.demand_bus_trip cost.travel_pass cost.programme_year lever.inreach_days
    lever.ost_custody_days lever.booked_training_days lever.depot_months lever.good_caseload
    lever.trauma_training_days lever.language_training_days lever.recognition_training_days lever.meetings_each
    population.people_per_year population.age_sd population.ace4_men population.ace4_women population.cptsd_men
    population.mental_health_men population.mental_health_women service.caseload service.contacts_per_worker_day
"""
"""Rows whose range must not reach 0: something is divided by them, or takes their logarithm."""

BELOW_ONE = """
    appointment.base_attendance appointment.in_treatment income.claim_in_month population.ace4_men
    population.ace4_women population.cptsd_men population.mental_health_men population.mental_health_women
    referral.lost
"""
"""Shares whose range must not reach 1: a hazard or log odds is made of them."""


def needed_names() -> tuple[str, ...]:
    """Full names, table by table."""
    return tuple(f"{table}.{quantity}" for table, quantities in NEEDED.items() for quantity in quantities.split())


def end_reached(name: str, low: float, high: float) -> tuple[str, str, str] | None:
    """Where a row's range reaches an end at which the program could not run, as (column, problem, what is allowed)."""
    if name in ABOVE_ZERO.split() and low <= 0.0:
        return "low", f"low {low:g} is not possible here: the program divides by this number", "above 0"
    if name in BELOW_ONE.split() and high >= 1.0:
        return (
            "high",
            f"high {high:g} is not possible here: the program makes odds or a hazard of this share",
            "below 1",
        )
    return None
