"""Deaths by cause and place. All deaths are those from overdose, by suicide and of other causes, wherever they happen;
deaths in custody are among them."""

from __future__ import annotations

from sim.outcomes.measure import EXPECTED, Measure, total

DEATH_MEASURES: tuple[Measure, ...] = (
    total(
        "deaths_28_days",
        "deaths within 28 days of release",
        "deaths from any cause on day 0 to 27 after the first release",
        "Deaths from any cause, in custody too, within 28 days of the first release, counted as events.",
        "Deaths within 28 days",
        "deaths",
        "lower",
    ),
    total(
        "deaths_28_days_expected",
        "deaths within 28 days of release (expected)",
        "expected deaths from any cause on day 0 to 27 after the first release",
        f"Deaths from any cause, in custody too, within 28 days of the first release. {EXPECTED}",
        "Deaths within 28 days",
        "deaths",
        "lower",
        headline=True,
    ),
    total(
        "deaths_365_days",
        "deaths within a year of release",
        "deaths from any cause within 365 days of the first release",
        "Deaths from any cause, in custody too, within a year of the first release, counted as events.",
        "Deaths within a year",
        "deaths",
        "lower",
    ),
    total(
        "deaths_365_days_expected",
        "deaths within a year of release (expected)",
        "expected deaths from any cause within 365 days of the first release",
        f"Deaths from any cause, in custody too, within a year of the first release. {EXPECTED}",
        "Deaths within a year",
        "deaths",
        "lower",
        headline=True,
    ),
    total(
        "drug_deaths_365_days",
        "deaths from overdose within a year of release",
        "fatal overdoses within 365 days of the first release",
        "Fatal overdoses within a year of the first release, counted as events.",
        "Deaths from overdose",
        "deaths",
        "lower",
    ),
    total(
        "drug_deaths_365_days_expected",
        "deaths from overdose within a year of release (expected)",
        "expected fatal overdoses within 365 days of the first release",
        f"Fatal overdoses within a year of the first release. {EXPECTED}",
        "Deaths from overdose",
        "deaths",
        "lower",
    ),
    total(
        "suicides_365_days",
        "deaths by suicide within a year of release",
        "deaths by suicide within 365 days of the first release",
        "Deaths by suicide, at liberty and in custody, within a year of the first release, counted as events.",
        "Deaths by suicide",
        "deaths",
        "lower",
    ),
    total(
        "suicides_365_days_expected",
        "deaths by suicide within a year of release (expected)",
        "expected deaths by suicide within 365 days of the first release",
        f"Deaths by suicide, at liberty and in custody, within a year of the first release. {EXPECTED}",
        "Deaths by suicide",
        "deaths",
        "lower",
    ),
    total(
        "other_deaths_365_days",
        "deaths neither from overdose nor by suicide within a year of release",
        "deaths of other causes than overdose and suicide within 365 days of the first release",
        "Deaths of other causes than overdose and suicide, at liberty and in custody, accidents and violence included, "
        "within a year of the first release, counted as events.",
        "Deaths of other causes",
        "deaths",
        "lower",
    ),
    total(
        "other_deaths_365_days_expected",
        "deaths neither from overdose nor by suicide within a year of release (expected)",
        "expected deaths of other causes than overdose and suicide within 365 days of the first release",
        "Deaths of other causes than overdose and suicide, at liberty and in custody, accidents and violence included, "
        f"within a year of the first release. {EXPECTED}",
        "Deaths of other causes",
        "deaths",
        "lower",
    ),
    total(
        "custody_deaths_365_days",
        "deaths in custody within a year of release",
        "deaths in custody within 365 days of the first release",
        "Deaths back in custody of any cause, which are counted under their cause too, "
        "within a year of the first release, counted as events.",
        "Deaths in custody",
        "deaths",
        "lower",
    ),
    total(
        "custody_deaths_365_days_expected",
        "deaths in custody within a year of release (expected)",
        "expected deaths in custody within 365 days of the first release",
        "Deaths back in custody of any cause, which are counted under their cause too, "
        f"within a year of the first release. {EXPECTED}",
        "Deaths in custody",
        "deaths",
        "lower",
    ),
)
