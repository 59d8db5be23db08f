"""Measures of homelessness beside nights on the street: off the street, a year on, and two counts of the same night."""

from __future__ import annotations

from sim.outcomes.measure import AT_LIBERTY, AT_LIBERTY_IN_A_YEAR, Measure, total


def _on_day_84(name: str, title: str, numerator: str, meaning: str, label: str) -> Measure:
    """A share of people who are then in the community."""
    unit = "share of people in the community on day 84"
    return Measure(name, title, unit, numerator, AT_LIBERTY, meaning, label, "people", "lower")


def _in_a_year(name: str, title: str, numerator: str, meaning: str, label: str) -> Measure:
    """A share of people who are then in the community."""
    unit = "share of people in the community on day 364"
    return Measure(name, title, unit, numerator, AT_LIBERTY_IN_A_YEAR, meaning, label, "people", "lower")


HOUSING_MEASURES: tuple[Measure, ...] = (
    total(
        "hidden_homeless_days",
        "nights homeless but not on the street in the year after release",
        "nights in the community homeless off the street within 365 days of the first release",
        "Nights with friends, in a squat or in a hostel by the night within a year of the first release: homeless, but "
        "no night of sleeping rough.",
        "Nights homeless, not on street",
        "nights",
        "lower",
    ),
    _on_day_84(
        "rough_recorded",
        "were recorded as sleeping rough 3 months after release",
        "people on the street on day 84, and the part of people homeless off it whom records hold as sleeping rough",
        "What records of probation would say of the night of day 84: people on the street, and "
        "housing.recorded_rough_of_hidden of those homeless off it.",
        "Recorded sleeping rough, day 84",
    ),
    _on_day_84(
        "street_count_month",
        "were seen by a street count in the month to 3 months after release",
        "sum of 1 - exp(-housing.seen_per_night x nights on the street) over the 28 nights to day 84",
        "What a count of people seen on the street would find in the four weeks up to the same night: people are met "
        "on some nights and missed on others, by housing.seen_per_night.",
        "Seen on the street in a month",
    ),
    _in_a_year(
        "homeless_12_months",
        "were homeless 12 months after release",
        "people homeless, on the street or off it, as day 364 ends",
        "Homeless on the last day of the year after the first release, on the street or off it, among people then in "
        "the community: alive, not back in custody and not in residential treatment.",
        "Homeless at 12 months",
    ),
    _in_a_year(
        "unsettled_12_months",
        "were in temporary housing 12 months after release",
        "people in temporary housing or a short-stay bed as day 364 ends",
        "In temporary housing or a short-stay bed on the last day of the year after the first release, among people "
        "then in the community; people who are homeless are counted apart.",
        "Temporary housing at 12 months",
    ),
)
