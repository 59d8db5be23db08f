"""What a measure is: its name, what it counts, for whom, in which words it is shown; and short ways to declare one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Counts = Literal[
    "people", "nights", "days", "open days", "deaths", "overdoses", "appointments", "requests", "waits", "QALYs",
    "pounds", "per cent",
]  # fmt: skip
Better = Literal["higher", "lower", "neither"]

POUNDS: Counts = "pounds"
PER_CENT: Counts = "per cent"
PEOPLE_RELEASED = "people released"

# A change in a year that stays below this, interval and all, is too small to count, however surely it is not zero.
# Measures that are no count in a year have a least of their own (sim/analysis/verdicts.py).
LEAST_THAT_COUNTS: dict[str, float] = {
    "people": 0.5, "nights": 30.0, "days": 30.0, "deaths": 0.05, "overdoses": 0.5, "appointments": 0.5,
    "requests": 0.5, "waits": 0.5, "QALYs": 0.05, "pounds": 1000.0, "open days": 30.0, "per cent": 0.1,
}  # fmt: skip
AT_LIBERTY = "people in the community on day 84 of the first release"
AT_LIBERTY_IN_A_YEAR = "people in the community as day 364 of the first release ends"
FIRST_APPOINTMENTS = "first appointments offered"
NIGHTS = "nights of the study year"
PEOPLE_HELD = "people held in treatment, nights of the study year"
BOOKINGS = "first appointments put in a hub's diary"
HUB_TIME = "full-time keyworkers at the hubs, nights of the study year"


SHORT_PAYERS = {"hmpps": "prison and probation", "pcc": "police commissioner"}  # where a label has little room


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
    field: the field of a person that the numerator sums as it stands, '' where recorder.py has a rule for it.
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
    field: str = ""

    @property
    def per_person(self) -> bool:
        """Whether the denominator is people, so that a difference of totals is a count in a year."""
        return self.denominator in (PEOPLE_RELEASED, AT_LIBERTY, AT_LIBERTY_IN_A_YEAR)

    @property
    def is_share(self) -> bool:
        """Whether the value is a share of people, shown as a percentage."""
        return self.unit.startswith("share of people")

    @property
    def is_money(self) -> bool:
        """Whether pounds are counted."""
        return self.counts == POUNDS

    @property
    def is_proportion(self) -> bool:
        """Whether a person counts once at most, so that the value lies from 0 to 1: shares, people and deaths."""
        return self.per_person and self.counts in ("people", "deaths")


def share(
    name: str, title: str, meaning: str, label: str, better: Better, headline: bool = False, field: str = ""
) -> Measure:
    """A share of the people released, told by a title that completes 'people who ...'."""
    return Measure(
        name, title, "share of people released", f"people who {title}", PEOPLE_RELEASED, meaning, label, "people",
        better, headline, field,
    )  # fmt: skip


def total(
    name: str, title: str, numerator: str, meaning: str, label: str, counts: Counts, better: Better,
    headline: bool = False, field: str = "",
) -> Measure:  # fmt: skip
    """Something summed per person released."""
    return Measure(
        name, title, f"{counts} per person released", numerator, PEOPLE_RELEASED, meaning, label, counts, better,
        headline, field,
    )  # fmt: skip


def cost(payer: str, title: str) -> Measure:
    """The costs of one payer, in pounds per person released."""
    return total(
        f"cost_{payer}_gbp",
        f"cost to the payer: {title}",
        f"GBP paid by the {title} for people released, and spent by it on levers in the year",
        f"The part of the cost to public payers that falls to the {title}.",
        f"Cost: {SHORT_PAYERS.get(payer, title)}",
        "pounds",
        "neither",
    )


def knock_on(name: str, title: str, label: str, payer: str) -> Measure:
    """One item of what lives cost a payer, in pounds per person released."""
    return total(
        name,
        f"knock-on cost: {title}",
        f"GBP of the {payer} for {title}, within 365 days of the first release",
        f"A part of the cost to the {payer}, without what is spent on levers. Whether less of it is money, capacity or "
        "neither is told in tables/money_by_payer.csv.",
        label,
        "pounds",
        "neither",
    )


EXPECTED = "Each person's hazard is summed instead of the event itself: the same mean with far less noise."
