"""Words of a sensitivity study: what a factor, an index, an outcome and a size are called, in charts and on the page.

Tables of a sensitivity study hold names and numbers in a measure's own unit; a reader is told 'percentage points' or
'deaths per 1,000 people released', and a parameter's name in words: 'Fentanyl potency ratio (overdose)'.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.outcomes.measures import Measure, measure_named
from sim.presentation import theme, words

LUCK = "luck"
LUCK_IN_WORDS = "Luck (chance alone)"
DIFFERENCE, LEVEL = "difference", "level"
# Parts of parameter names that are not words.
SHORT_FORMS = {
    "or": "odds ratio", "hr": "hazard ratio", "rr": "risk ratio", "sd": "SD", "ost": "OST", "oat": "OAT",
    "cptsd": "CPTSD", "ace4": "four or more ACEs", "ace": "ACE", "cas3": "CAS3", "gbp": "GBP", "lgbtq": "LGBTQ+",
    "10min": "10 minutes", "10y": "10 years", "6m": "6 months", "12m": "12 months",
}  # fmt: skip
SMALL, LARGE = 100.0, 1000.0  # people released, for whom a number per person is told
PER_100 = frozenset({"nights", "days"})


@dataclass(frozen=True)
class Index:
    """Words for a sensitivity index: short name, title of its axis; a share of variance, or in the outcome's unit."""

    name: str
    axis: str
    is_share: bool = False
    has_unit: bool = False


INDICES: Mapping[str, Index] = {
    "ST": Index("total", "share of variance, alone and together with others", is_share=True),
    "S1": Index("first order", "share of variance, alone", is_share=True),
    "S2": Index("second order", "share of variance of two together, beyond each alone", is_share=True),
    "mu_star": Index("mean size of effect (mu*)", "mean size of effect of a step (mu*)", has_unit=True),
    "mu": Index("mean effect (mu)", "mean effect of a step (mu)", has_unit=True),
    "sigma": Index("spread of effects (sigma)", "spread of the effects of a step (sigma)", has_unit=True),
    "delta": Index("delta", "delta: shift of the whole distribution, 0 to 1"),
    "pawn": Index("PAWN", "PAWN: largest gap between distributions, 0 to 1"),
}


@dataclass(frozen=True)
class Labels:
    """The names that charts and page write beside the numbers of the tables: of scenarios, inputs, units, the source.

    source: the source line. scenarios: title by name; baseline: name of the one that differences are taken from.
    factors: title by parameter or group, where the name turned into words is not enough; units, values: unit and own
    value by parameter. level: of the tables' intervals. people_per_year: where above 0, counts of people are told for a
    year's releases instead of per 100 or 1,000 people released.
    """

    source: str
    scenarios: Mapping[str, str]
    baseline: str
    factors: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, float] = field(default_factory=dict)
    level: float = 0.95
    people_per_year: float = 0.0

    def factor(self, name: str) -> str:
        """A parameter, a group or luck in words, as a label."""
        if name == LUCK:
            return LUCK_IN_WORDS
        return self.factors[name] if name in self.factors else in_words(name)

    def factor_and_unit(self, name: str) -> str:
        """A parameter in words with its unit in brackets; groups and luck have none."""
        unit = self.units.get(name, "")
        return f"{self.factor(name)}{f' ({unit})' if unit else ''}"

    def scenario(self, name: str) -> str:
        """A scenario's title."""
        return self.scenarios.get(name, name)

    def compared(self, scenario: str, kind: str) -> str:
        """'Navigators against Today's services', or the scenario alone where its own values are studied."""
        if kind == LEVEL:
            return self.scenario(scenario)
        return f"{self.scenario(scenario)}, against {self.scenario(self.baseline)}"

    def interval(self) -> str:
        """'95% interval'."""
        return f"{words.level_in_words(self.level)} interval"

    def unit(self, measure: str, kind: str) -> DisplayUnit:
        """The unit in which a reader meets that outcome; kind: DIFFERENCE or LEVEL."""
        return display_unit(measure_named(measure), kind, self.people_per_year)


@dataclass(frozen=True)
class DisplayUnit:
    """The unit in which a reader meets a measure, and the factor that leads there from the measure's own unit.

    factor: shown number over the measure's own. name: of the unit, 'percentage points'. counts: what is counted, one of
    `words.NOUNS` or pounds, or '' where nothing is. tail: what stands behind a count, ' per 100 people released'.
    signed: whether numbers are differences, which bear a sign.
    """

    factor: float
    name: str
    counts: str = ""
    tail: str = ""
    signed: bool = True

    def change(self, number: float) -> str:
        """A difference as a change: 'about 14 fewer nights per 100 people released'; 'no change'.

        number: in the measure's own unit.
        """
        shown = number * self.factor
        if not math.isfinite(shown):
            return "not known"
        if self.counts or shown == 0:
            return f"{words.about(shown, self.counts)}{self.tail if shown else ''}"
        size = words.figure(shown)
        return f"about {size} {self.name} {'higher' if shown > 0 else 'lower'}".replace("about less", "less")

    def plain(self, number: float) -> str:
        """The number alone: '+14', '−0.3', '+£120' of a difference; '14' of a level.

        number: in the measure's own unit.
        """
        return self.tick(number * self.factor)

    def tick(self, shown: float, _: float = 0.0) -> str:
        """The label of a tick on an axis in this unit: `plain` of a number that is already in it.

        shown: in this unit. The second argument is the tick's position, which matplotlib hands to a formatter.
        """
        if not self.signed:
            return f"{'£' if self.counts in words.MONEY else ''}{number(shown)}"
        return theme.signed_money(shown) if self.counts in words.MONEY else theme.signed(shown)


def display_unit(measure: Measure, kind: str, people_per_year: float = 0.0) -> DisplayUnit:
    """The unit of a measure for readers: percentage points, counts per 100 or 1,000 people, counts a year, or its own.

    kind: DIFFERENCE or LEVEL. people_per_year: people released in a year; 0 where counts a year are not asked for.
    """
    is_change = kind == DIFFERENCE
    if people_per_year > 0.0 and measure.per_person and is_change:
        return DisplayUnit(people_per_year, f"{measure.counts} a year", measure.counts, " a year")
    if measure.is_share:
        name = "percentage points" if is_change else f"% of {measure.unit.removeprefix('share of ')}"
        return DisplayUnit(SMALL, name, signed=is_change)
    if not measure.per_person:
        return DisplayUnit(1.0, measure.unit, measure.counts, measure.unit.removeprefix(measure.counts), is_change)
    if measure.counts in words.MONEY:
        return DisplayUnit(1.0, measure.unit, measure.counts, " per person released", is_change)
    if not is_change and measure.counts in (*PER_100, "QALYs"):
        return DisplayUnit(1.0, measure.unit, measure.counts, " per person released", is_change)
    people = SMALL if measure.counts in PER_100 else LARGE
    tail = f" per {people:,.0f} people released"
    return DisplayUnit(people, f"{measure.counts}{tail}", measure.counts, tail, is_change)


def in_words(name: str) -> str:
    """A name as a label: 'overdose.first_day_ratio' as 'First day ratio (overdose)', 'mutual_aid' as 'Mutual aid'."""
    mechanism, dot, quantity = name.partition(".")
    parts = [SHORT_FORMS.get(part, part) for part in (quantity if dot else mechanism).split("_")]
    text = " ".join(part for part in parts if part) or name
    label = f"{text[:1].upper()}{text[1:]}"
    return f"{label} ({mechanism.replace('_', ' ')})" if dot and mechanism else label


def outcome(measure: str) -> str:
    """A measure's label inside a sentence; expected numbers are told as such."""
    return words.lowered(outcome_label(measure))


def subject(measure: str, kind: str) -> str:
    """What a chart of an outcome is about, inside its title: 'the difference in deaths', or the outcome itself."""
    return f"the difference in {outcome(measure)}" if kind == DIFFERENCE else outcome(measure)


def outcome_label(measure: str) -> str:
    """A measure's label; expected numbers, which share their label with counted events, are told as such."""
    known = measure_named(measure)
    return f"{known.label} (expected)" if measure.endswith("_expected") else known.label


def number(value: float) -> str:
    """A parameter's value beside a mark, to three digits without trailing zeros: '0.05', '22', '46,000', '0.000977'."""
    if not math.isfinite(value):
        return "not known"
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        return f"{value:,.0f}".replace("-", theme.MINUS)
    return f"{float(f'{value:.3g}'):.10f}".rstrip("0").rstrip(".").replace("-", theme.MINUS)


def signless(value: float) -> str:
    """A number rounded as in `words`, with a minus below zero and nothing above: '38', '−0.4'."""
    size = words.figure(value)
    return f"{theme.MINUS}{size}" if value < 0 and size[:1].isdigit() and size != "0" else size


def share(value: float) -> str:
    """An index that is a share of variance: '42%', '3.1%', '−0.4%'."""
    return words.percent(value).replace("-", theme.MINUS) if math.isfinite(value) else "not known"


def index_value(index: str, value: float, unit: DisplayUnit) -> str:
    """The value of an index in words, without its name: '42%', '0.31', '1.2 percentage points'.

    value: as in the table `sensitivity`; indices that have a unit are in the measure's own.
    """
    known = INDICES[index]
    if known.is_share:
        return share(value)
    if known.has_unit:
        return sized(value * unit.factor, unit) if math.isfinite(value) else "not known"
    return f"{value:.2f}".replace("-", theme.MINUS) if math.isfinite(value) else "not known"


def sized(size: float, unit: DisplayUnit) -> str:
    """A number that is already in the unit, with its name: '1.2 percentage points', '£150 per person released'."""
    if unit.counts in words.MONEY:
        return f"{theme.MINUS if size < 0 else ''}{words.amount(size, unit.counts)}{unit.tail}"
    return f"{signless(size)} {unit.name}"
