"""The measures, each declared once: what is counted, for whom, and in which words it is shown.

Official definitions come first: engaged within 3 weeks is the continuity-of-care indicator, first-night and 3-month
accommodation follow the published release tables, recall is counted by person released, proven reoffending within
12 months of release. A person counts from the first release in the study and is followed for 365 days at most.

Rare events are counted twice. The plain measure counts the event; the measure ending in `_expected` sums each person's
hazard spent, the same event counted as a probability. Both have the same mean; the expected one carries far less noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sim.core.errors import InputError, nearest_name
from sim.scenario.levers import PAYERS

Counts = Literal["people", "nights", "days", "deaths", "overdoses", "appointments", "QALYs", "pounds"]
Better = Literal["higher", "lower", "neither"]

PEOPLE_RELEASED = "people released"

# A change in a year that stays below this, interval and all, is too small to count, however surely it is not zero.
LEAST_THAT_COUNTS: dict[str, float] = {
    "people": 0.5, "nights": 30.0, "days": 30.0, "deaths": 0.05, "overdoses": 0.5, "appointments": 0.5,
    "QALYs": 0.05, "pounds": 1000.0,
}  # fmt: skip
AT_LIBERTY = "people at liberty on day 84 of the first release"
FIRST_APPOINTMENTS = "first appointments offered"
NIGHTS, POSTS = "nights of the study year", "full-time posts, nights of the study year"


@dataclass(frozen=True)
class Measure:
    """One thing a run counts.

    title: plain words that stand alone in a table; label: shorter, for a chart.
    unit: unit of the value (numerator over denominator).
    numerator, denominator: what is summed, in words.
    counts: what a difference is counted in once it is multiplied by people a year.
    better: the direction that people released would call better; neither for overdoses survived, which rise
    also when people survive who would have died.
    headline: shown on the one-page table.
    """

    name: str
    title: str
    unit: str
    numerator: str
    denominator: str
    meaning: str
    label: str
    counts: Counts
    better: Better
    headline: bool = False

    @property
    def per_person(self) -> bool:
        """Whether the denominator is people, so that a difference of totals is a count in a year."""
        return self.denominator in (PEOPLE_RELEASED, AT_LIBERTY)

    @property
    def is_share(self) -> bool:
        """Whether the value is a share of people, shown as a percentage."""
        return self.unit.startswith("share of people")


def _share(name: str, title: str, meaning: str, label: str, better: Better, headline: bool = False) -> Measure:
    return Measure(
        name, title, "share of people released", f"people who {title}", PEOPLE_RELEASED, meaning, label, "people",
        better, headline,
    )  # fmt: skip


def _sum(
    name: str, title: str, numerator: str, meaning: str, label: str, counts: Counts, better: Better,
    headline: bool = False,
) -> Measure:  # fmt: skip
    return Measure(
        name, title, f"{counts} per person released", numerator, PEOPLE_RELEASED, meaning, label, counts, better,
        headline,
    )  # fmt: skip


_SHORT_PAYERS = {"hmpps": "prison and probation", "pcc": "police commissioner"}


def _cost(payer: str, title: str) -> Measure:
    return _sum(
        f"cost_{payer}_gbp",
        f"cost to the payer: {title}",
        f"GBP paid by the {title} for people released, and spent by it on levers in the year",
        f"The part of the cost to public payers that falls to the {title}.",
        f"Cost: {_SHORT_PAYERS.get(payer, title)}",
        "pounds",
        "neither",
    )


_EXPECTED = "Each person's hazard is summed instead of the event itself: the same mean with far less noise."

MEASURES: tuple[Measure, ...] = (
    _share(
        "engaged_within_3_weeks",
        "started community treatment within 3 weeks of release",
        "The official continuity-of-care indicator: the first appointment with a community treatment service was kept "
        "on day 0 to 20 after the first release.",
        "Treatment within 3 weeks",
        "higher",
        headline=True,
    ),
    _share(
        "first_night_rough",
        "slept rough on the first night after release",
        "Homeless on the night of release; 94% of people recorded as homeless on release are sleeping rough.",
        "Slept rough on the first night",
        "lower",
    ),
    _share(
        "first_night_settled",
        "had settled housing on the first night after release",
        "Settled or supported housing on the night of release.",
        "Settled housing, first night",
        "higher",
    ),
    Measure(
        "settled_3_months",
        "had settled housing 3 months after release",
        "share of people at liberty on day 84",
        "people in settled housing on day 84",
        AT_LIBERTY,
        "Settled or supported housing on day 84 of the first release, among people then alive and not back in custody.",
        "Settled housing at 3 months",
        "people",
        "higher",
        headline=True,
    ),
    _sum(
        "rough_sleeping_days",
        "nights of sleeping rough in the year after release",
        "nights in the community without a roof within 365 days of the first release",
        "Nights spent sleeping rough within a year of the first release.",
        "Nights of sleeping rough",
        "nights",
        "lower",
        headline=True,
    ),
    _share(
        "relapsed_28_days",
        "used drugs or alcohol again within 28 days of release",
        "Any use of the substance the person needed help with, on day 0 to 27 after the first release.",
        "Used again within 28 days",
        "lower",
    ),
    _sum(
        "nonfatal_overdoses",
        "overdoses survived in the year after release",
        "recorded non-fatal overdoses within 365 days of the first release",
        "Recorded non-fatal overdoses within a year of the first release, counted as events.",
        "Overdoses survived",
        "overdoses",
        "neither",
    ),
    _sum(
        "nonfatal_overdoses_expected",
        "overdoses survived in the year after release (expected)",
        "expected recorded non-fatal overdoses within 365 days of the first release",
        f"Recorded non-fatal overdoses within a year of the first release. {_EXPECTED}",
        "Overdoses survived",
        "overdoses",
        "neither",
        headline=True,
    ),
    _sum(
        "deaths_28_days",
        "deaths within 28 days of release",
        "deaths from any cause on day 0 to 27 after the first release",
        "Deaths from any cause within 28 days of the first release, counted as events.",
        "Deaths within 28 days",
        "deaths",
        "lower",
    ),
    _sum(
        "deaths_28_days_expected",
        "deaths within 28 days of release (expected)",
        "expected deaths from any cause on day 0 to 27 after the first release",
        f"Deaths from any cause within 28 days of the first release. {_EXPECTED}",
        "Deaths within 28 days",
        "deaths",
        "lower",
        headline=True,
    ),
    _sum(
        "deaths_365_days",
        "deaths within a year of release",
        "deaths from any cause within 365 days of the first release",
        "Deaths from any cause within a year of the first release, counted as events.",
        "Deaths within a year",
        "deaths",
        "lower",
    ),
    _sum(
        "deaths_365_days_expected",
        "deaths within a year of release (expected)",
        "expected deaths from any cause within 365 days of the first release",
        f"Deaths from any cause within a year of the first release. {_EXPECTED}",
        "Deaths within a year",
        "deaths",
        "lower",
        headline=True,
    ),
    _sum(
        "drug_deaths_365_days",
        "deaths from overdose within a year of release",
        "fatal overdoses within 365 days of the first release",
        "Fatal overdoses within a year of the first release, counted as events.",
        "Deaths from overdose",
        "deaths",
        "lower",
    ),
    _sum(
        "drug_deaths_365_days_expected",
        "deaths from overdose within a year of release (expected)",
        "expected fatal overdoses within 365 days of the first release",
        f"Fatal overdoses within a year of the first release. {_EXPECTED}",
        "Deaths from overdose",
        "deaths",
        "lower",
    ),
    _share(
        "recalled_365_days",
        "were recalled to prison within a year of release",
        "At least one recall from licence within 365 days of the first release; new sentences are not recalls.",
        "Recalled to prison",
        "lower",
        headline=True,
    ),
    _share(
        "reoffended_365_days",
        "had a proven reoffence within a year of release",
        "At least one proven reoffence within 365 days of the first release.",
        "Proven reoffence in a year",
        "lower",
    ),
    _sum(
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
        "Mean days between the referral arriving and the first appointment offered.",
        "Days waited, first appointment",
        "days",
        "lower",
    ),
    _sum(
        "appointments_missed_travel",
        "appointments missed because no journey could reach them",
        "appointments missed that no journey reaches in time and back home after, within 365 days of release",
        "Appointments that nobody could have reached from the person's home that day by the links in service.",
        "Appointments out of reach",
        "appointments",
        "lower",
        headline=True,
    ),
    _sum(
        "custody_days",
        "days back in custody in the year after release",
        "days in custody, on recall or a new sentence, within 365 days of the first release",
        "Days back in custody within a year of the first release.",
        "Days back in custody",
        "days",
        "lower",
    ),
    _share(
        "recalled_for_breach_365_days",
        "were recalled for a breach of licence within a year of release",
        "At least one recall from licence without a new charge within 365 days of the first release.",
        "Recalled for a breach",
        "lower",
    ),
    _sum(
        "residential_days",
        "days in residential treatment in the year after release",
        "days in residential rehabilitation or detoxification within 365 days of the first release",
        "Days in residential treatment within a year of the first release; they count as treatment days too.",
        "Days in residential treatment",
        "days",
        "neither",
    ),
    _sum(
        "waiting_days",
        "days of waiting for a first appointment in the year after release",
        "days between a referral or asking for help and the first appointment kept, or the end of the referral, within "
        "365 days of the first release",
        "Days spent waiting for community treatment within a year of the first release, repeated offers included; the "
        "person is at risk on all of them.",
        "Days waiting for treatment",
        "days",
        "lower",
    ),
    Measure(
        "people_waiting_mean",
        "people waiting for a first appointment at one time",
        "people",
        "people in the queues of treatment, summed over nights, at the size of the region",
        NIGHTS,
        "Mean number of people in the queues of the treatment hubs on a night of the study year, earlier leavers "
        "included; in a group of months, on a night of the month.",
        "People waiting at one time",
        "people",
        "lower",
    ),
    Measure(
        "caseload_mean",
        "people held by a full-time keyworker",
        "people per post",
        "people who hold a place with a keyworker, summed over nights",
        POSTS,
        "Mean number of people leaving prison whom a full-time keyworker post holds, booked first appointments "
        "included, earlier leavers included.",
        "People per keyworker",
        "people",
        "lower",
    ),
    _sum(
        "qalys",
        "quality-adjusted life years in the year after release",
        "quality-adjusted life years within 365 days of the first release",
        "Time alive weighted by quality of life: by use, treatment, custody and sleeping rough; no years after the "
        "first are counted.",
        "QALYs within a year",
        "QALYs",
        "higher",
        headline=True,
    ),
    _sum(
        "cost_total_gbp",
        "cost to public payers in the year after release",
        "GBP of all payers: treatment, overdoses, custody, sleeping rough, and what is spent on levers in the year",
        "Cost to council, NHS, prison and probation, police commissioner, housing and transport authorities within a "
        "year, in 2024/25 money; most savings in custody are not money that can be banked.",
        "Cost to public payers",
        "pounds",
        "lower",
        headline=True,
    ),
    *(_cost(payer, title) for payer, title in PAYERS.items()),
    _sum(
        "cost_reoffending_gbp",
        "cost of proven reoffending to society",
        "GBP, once for each person with a proven reoffence within 365 days of the first release",
        "The published cost to society of somebody who reoffends, never added to the cost to public payers, part of "
        "which it holds.",
        "Cost of reoffending to society",
        "pounds",
        "lower",
    ),
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
