"""The measures, each declared once: what is counted, for whom, and in which words it is shown.

Official definitions come first: engaged within 3 weeks is the continuity-of-care indicator, first-night and 3-month
accommodation follow the published release tables, recall is counted by person released, proven reoffending within
12 months of release. A person counts from the first release in the study and is followed for 365 days at most.

Rare events are counted twice. The plain measure counts the event; the measure ending in `_expected` sums each person's
hazard spent, the same event counted as a probability. Both have the same mean; the expected one carries far less noise.
"""

from __future__ import annotations

from sim.core.errors import InputError, nearest_name
from sim.outcomes.death_measures import DEATH_MEASURES
from sim.outcomes.housing_measures import HOUSING_MEASURES
from sim.outcomes.hub_measures import HUB_MEASURES
from sim.outcomes.lifetime_measures import LIFETIME_MEASURES
from sim.outcomes.measure import (
    AT_LIBERTY,
    EXPECTED,
    FIRST_APPOINTMENTS,
    LEAST_THAT_COUNTS,
    PEOPLE_RELEASED,
    Measure,
    cost,
    knock_on,
    share,
    total,
)
from sim.outcomes.money_measures import MONEY_MEASURES
from sim.outcomes.payers import ITEMS
from sim.outcomes.theme_measures import THEME_MEASURES
from sim.scenario.levers import PAYERS

__all__ = ["HEADLINES", "LEAST_THAT_COUNTS", "MEASURES", "MEASURE_NAMES", "PEOPLE_RELEASED", "Measure", "measure_named"]

MEASURES: tuple[Measure, ...] = (
    share(
        "engaged_within_3_weeks",
        "started community treatment within 3 weeks of release",
        "The official continuity-of-care indicator: the first appointment with a community treatment service was kept "
        "on day 0 to 20 after the first release.",
        "Treatment within 3 weeks",
        "higher",
        headline=True,
    ),
    share(
        "started_12_months",
        "started community treatment within a year of release",
        "The first appointment with a community treatment service was kept within 365 days of the first release, by a "
        "referral or by asking for help.",
        "Treatment within a year",
        "higher",
    ),
    share(
        "first_night_rough",
        "slept rough on the first night after release",
        "On the street on the night of release; people homeless off the street are not among them.",
        "Slept rough on the first night",
        "lower",
    ),
    share(
        "first_night_settled",
        "had settled housing on the first night after release",
        "Settled or supported housing on the night of release.",
        "Settled housing, first night",
        "higher",
    ),
    Measure(
        "settled_3_months",
        "had settled housing 3 months after release",
        "share of people in the community on day 84",
        "people in settled housing on day 84",
        AT_LIBERTY,
        "Settled or supported housing on day 84 of the first release, among people then in the community: alive, not "
        "back in custody and not in residential treatment.",
        "Settled housing at 3 months",
        "people",
        "higher",
        headline=True,
    ),
    total(
        "rough_sleeping_days",
        "nights of sleeping rough in the year after release",
        "nights in the community on the street within 365 days of the first release",
        "Nights spent sleeping rough within a year of the first release.",
        "Nights of sleeping rough",
        "nights",
        "lower",
        headline=True,
    ),
    *HOUSING_MEASURES,
    share(
        "relapsed_28_days",
        "used drugs or alcohol again within 28 days of release",
        "Any use of the substance the person needed help with, on day 0 to 27 after the first release.",
        "Used again within 28 days",
        "lower",
    ),
    total(
        "nonfatal_overdoses",
        "overdoses survived in the year after release",
        "recorded non-fatal overdoses within 365 days of the first release",
        "Recorded non-fatal overdoses within a year of the first release, counted as events.",
        "Overdoses survived",
        "overdoses",
        "neither",
    ),
    total(
        "nonfatal_overdoses_expected",
        "overdoses survived in the year after release (expected)",
        "expected recorded non-fatal overdoses within 365 days of the first release",
        f"Recorded non-fatal overdoses within a year of the first release. {EXPECTED}",
        "Overdoses survived",
        "overdoses",
        "neither",
        headline=True,
    ),
    *DEATH_MEASURES,
    share(
        "recalled_365_days",
        "were recalled to prison within a year of release",
        "At least one recall from licence within 365 days of the first release; new sentences are not recalls.",
        "Recalled to prison",
        "lower",
        headline=True,
    ),
    share(
        "reoffended_365_days",
        "had a proven reoffence within a year of release",
        "At least one proven reoffence within 365 days of the first release.",
        "Proven reoffence in a year",
        "lower",
        headline=True,
    ),
    total(
        "treatment_days",
        "days in community treatment in the year after release",
        "days in community treatment within 365 days of the first release",
        "Days in community treatment within a year of the first release.",
        "Days in treatment",
        "days",
        "higher",
    ),
    Measure(
        "wait_days_mean",
        "days waited for the first appointment",
        "days per first appointment",
        "days from a referral arriving to the date of the first appointment offered",
        FIRST_APPOINTMENTS,
        "Mean days between the referral arriving and the first appointment offered. Who gives up as the date is too "
        "far away is not in it: they stand under waits_given_up.",
        "Days waited, first appointment",
        "days",
        "lower",
    ),
    total(
        "appointments_missed_travel",
        "appointments missed because no journey could reach them",
        "appointments missed that no journey reaches in time and back home after, within 365 days of release",
        "Appointments that nobody could have reached from the person's home that day by the links in service.",
        "Appointments out of reach",
        "appointments",
        "lower",
        headline=True,
    ),
    total(
        "custody_days",
        "days back in custody in the year after release",
        "days in custody, on recall or a new sentence, within 365 days of the first release",
        "Days back in custody within a year of the first release.",
        "Days back in custody",
        "days",
        "lower",
    ),
    share(
        "recalled_for_breach_365_days",
        "were recalled for a breach within a year of release",
        "At least one recall from licence without a new charge within 365 days of the first release.",
        "Recalled for a breach",
        "lower",
    ),
    total(
        "residential_days",
        "days in residential treatment in the year after release",
        "days in residential rehabilitation or detoxification within 365 days of the first release",
        "Days in residential treatment within a year of the first release; they count as treatment days too.",
        "Days in residential treatment",
        "days",
        "neither",
    ),
    total(
        "waiting_days",
        "days of waiting for treatment in the year after release",
        "days between a referral or asking for help and the first appointment kept, or the end of the referral, within "
        "365 days of the first release",
        "Days spent waiting for community treatment within a year of the first release, repeated offers included; the "
        "person is at risk on all of them.",
        "Days waiting for treatment",
        "days",
        "lower",
    ),
    total(
        "waits_given_up",
        "waits for a first appointment given up in the year after release",
        "times that people gave up waiting for a first appointment within 365 days of the first release",
        "Times that people gave up the wait as the date offered was further away than they had patience for, within a "
        "year of the first release: who does so is not among those who wait, and may ask again.",
        "Waits given up",
        "waits",
        "lower",
        field="gave_up",
    ),
    *HUB_MEASURES,
    total(
        "qalys",
        "quality-adjusted life years in the year after release",
        "quality-adjusted life years within 365 days of the first release",
        "Time alive weighted by quality of life: by use, treatment, custody and homelessness on the street and off it; "
        "the years after the first are in qalys_lifetime.",
        "QALYs within a year",
        "QALYs",
        "higher",
        headline=True,
    ),
    *LIFETIME_MEASURES,
    total(
        "cost_total_gbp",
        "cost to public payers in the year after release",
        "GBP of all payers: treatment, overdoses, custody, homelessness, and what is spent on levers in the year",
        "Cost to council, NHS, prison and probation, police commissioner, housing and transport authorities within a "
        "year, in 2024/25 money; most savings in custody are not money that can be banked.",
        "Cost to public payers",
        "pounds",
        "neither",
        headline=True,
    ),
    *(cost(payer, title) for payer, title in PAYERS.items()),
    total(
        "cost_reoffending_gbp",
        "cost of reoffending to society",
        "GBP, once for each person with a proven reoffence within 365 days of the first release",
        "The published cost to society of somebody who reoffends, never added to the cost to public payers, part of "
        "which it holds.",
        "Cost of reoffending to society",
        "pounds",
        "lower",
    ),
    total(
        "net_cost_gbp",
        "net cost to public payers in the year after release",
        "GBP spent on levers in the year, and what of the knock-on costs can be banked when there is less of it",
        "Gross spending less cashable savings: a difference from the baseline counts money only, never capacity that "
        "is free for others, nor harm that stands in nobody's budget.",
        "Net cost to public payers",
        "pounds",
        "neither",
    ),
    *(knock_on(item.measure, item.title, item.label, PAYERS[item.payer]) for item in ITEMS.values()),
    *MONEY_MEASURES,
    *THEME_MEASURES,
)

MEASURE_NAMES: tuple[str, ...] = tuple(measure.name for measure in MEASURES)
HEADLINES: tuple[Measure, ...] = tuple(measure for measure in MEASURES if measure.headline)

_BY_NAME = {measure.name: measure for measure in MEASURES}


def measure_named(name: str) -> Measure:
    """The declared measure of that name; InputError with the nearest name if there is none."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise InputError(f"'{name}' is not a measure", nearest=nearest_name(name, MEASURE_NAMES)) from None
