"""Columns of the tables of a view on money, in their order."""

from __future__ import annotations

from sim.scenario.levers import PAYERS
from sim.scenario.levers.grades import GRADE_COLUMNS

INCREMENTAL_COLUMNS = (
    "scenario", "status", "against", "cost_gbp", "lifetime_qalys", "cost_more_gbp", "qalys_more", "icer_gbp",
    "icer_with_care_gbp", "icer_1_5_gbp", "cost_difference_gbp", "cost_difference_mcse", "qaly_difference",
    "qaly_difference_mcse", "qaly_difference_year_one", "qaly_difference_ten_years",
    "net_benefit_ten_years_gbp", "later_care_difference_gbp", "qaly_value_gbp",
    "net_benefit_gbp", "net_benefit_low", "net_benefit_high", "net_benefit_mcse", "qaly_value_high_gbp",
    "net_benefit_high_value_gbp", "optimism_bias_gbp", "net_benefit_with_bias_gbp", "spend_gbp", "spend_outside_gbp",
    "switching_price_gbp", "switching_effect",
    *(f"{payer}_gbp" for payer in PAYERS), "outside_view_gbp", *GRADE_COLUMNS,
)  # fmt: skip
ACCEPTABILITY_COLUMNS = (
    "qaly_value_gbp", "scenario", "net_benefit_gbp", "chance_best", "is_best_on_average", "evpi_gbp", "evpi_mcse",
)  # fmt: skip
PLANE_COLUMNS = ("draw", "scenario", "cost_difference_gbp", "qaly_difference")
