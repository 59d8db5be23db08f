"""Measures of whole lives: what follows for people who are alive at the end of the follow-up (lifetime.py)."""

from __future__ import annotations

from sim.outcomes.measure import EXPECTED, Measure, total

_SURVIVAL = (
    "QALYs of the follow-up, and for the people expected to be alive at its end those of the years to come, by age, "
    "sex and need: expected survival throughout, so that luck in deaths is not in it."
)
_CARE = (
    "What treatment of people who live on will cost in later years, as a part of them is in treatment: a related cost, "
    "which stands apart and is in no payer's cost."
)

LIFETIME_MEASURES: tuple[Measure, ...] = (
    total(
        "qalys_expected",
        "quality-adjusted life years in the year after release (expected)",
        "quality-adjusted life years within 365 days of the first release, by expected survival",
        f"QALYs of the follow-up as they stand under qalys, by expected survival. {EXPECTED}",
        "QALYs within a year",
        "QALYs",
        "higher",
    ),
    total(
        "qalys_lifetime",
        "quality-adjusted life years of whole lives, at 3.5%",
        "quality-adjusted life years within 365 days of the first release and after them, discounted at 3.5% a year",
        f"{_SURVIVAL} Discounted at 3.5% a year, as NICE does.",
        "QALYs of whole lives",
        "QALYs",
        "higher",
    ),
    total(
        "survivors_care_gbp",
        "later cost of treatment of people who live on, at 3.5%",
        "GBP of treatment after the follow-up for people expected to be alive at its end, discounted at 3.5% a year",
        f"{_CARE} Discounted at 3.5% a year.",
        "Care of people who live on",
        "pounds",
        "neither",
    ),
    total(
        "qalys_lifetime_1_5",
        "quality-adjusted life years of whole lives, at 1.5%",
        "quality-adjusted life years within 365 days of the first release and after them, discounted at 1.5% a year",
        f"{_SURVIVAL} Discounted at 1.5% a year, as the Green Book does with health.",
        "QALYs of whole lives, at 1.5%",
        "QALYs",
        "higher",
    ),
    total(
        "qalys_ten_years",
        "quality-adjusted life years within ten years, at 1.5%",
        "quality-adjusted life years within ten years of the first release, discounted at 1.5% a year",
        f"{_SURVIVAL} Of the years to come nine are counted, the horizon at which the Green Book values services; "
        "discounted at 1.5% a year.",
        "QALYs within ten years",
        "QALYs",
        "higher",
    ),
    total(
        "survivors_care_1_5_gbp",
        "later cost of treatment of people who live on, at 1.5%",
        "GBP of treatment after the follow-up for people expected to be alive at its end, discounted at 1.5% a year",
        f"{_CARE} Discounted at 1.5% a year.",
        "Care of survivors, at 1.5%",
        "pounds",
        "neither",
    ),
)
