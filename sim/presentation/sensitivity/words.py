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
    """How an index is told: short name, what it means as an axis, whether it is a share or in the outcome's unit."""

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
    """What charts and page need to speak, beside their tables.

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

    def size(self, measure: str, kind: str) -> DisplayUnit:
        """How numbers of that outcome are told."""
        return size_of(measure_named(measure), kind, self.people_per_year)


@dataclass(frozen=True)
class DisplayUnit:
    """How a number in a measure's own unit is told: times factor, in unit.

    counts: as in `words`; tail: what stands behind a count; signed: whether it is a difference.
    """

    factor: float
    unit: str
    counts: str = ""
    tail: str = ""
    signed: bool = True

    def change(self, number: float) -> str:
        """A difference in the measure's unit: 'about 14 fewer nights per 100 people released'; 'no change'."""
        told = number * self.factor
        if not math.isfinite(told):
            return "not known"
        if self.counts or told == 0:
            return f"{words.about(told, self.counts)}{self.tail if told else ''}"
        size = words.figure(told)
        return f"about {size} {self.unit} {'higher' if told > 0 else 'lower'}".replace("about less", "less")

    def plain(self, number: float) -> str:
        """The number alone: '+14', '−0.3', '+£120' of a difference; '14' of a level."""
        return self.tick(number * self.factor)

    def tick(self, told: float, _: float = 0.0) -> str:
        """A number already in the unit told, as a tick."""
        if not self.signed:
            return f"{'£' if self.counts in words.MONEY else ''}{number(told)}"
        return theme.signed_money(told) if self.counts in words.MONEY else theme.signed(told)


def size_of(measure: Measure, kind: str, people_per_year: float = 0.0) -> DisplayUnit:
    """How numbers of a measure are told: percentage points, counts per 100 or 1,000 people, counts a year, or as is."""
    is_change = kind == DIFFERENCE
    if people_per_year > 0.0 and measure.per_person and is_change:
        return DisplayUnit(people_per_year, f"{measure.counts} a year", measure.counts, " a year")
    if measure.is_share:
        unit = "percentage points" if is_change else f"% of {measure.unit.removeprefix('share of ')}"
        return DisplayUnit(SMALL, unit, signed=is_change)
    if not measure.per_person:
        return DisplayUnit(1.0, measure.unit, signed=is_change)
    if measure.counts in words.MONEY:
        return DisplayUnit(1.0, measure.unit, measure.counts, " per person released", is_change)
    if not is_change and measure.counts in (*PER_100, "QALYs"):
        return DisplayUnit(1.0, measure.unit, measure.counts, " per person released", is_change)
    people = SMALL if measure.counts in PER_100 else LARGE
    tail = f" per {people:,.0f} people released"
    return DisplayUnit(people, f"{measure.counts}{tail}", measure.counts, tail, is_change)


def in_words(name: str) -> str:
    """A name as a label: 'overdose.tolerance_week_1' as 'Tolerance week 1 (overdose)', 'mutual_aid' as 'Mutual aid'."""
    mechanism, dot, quantity = name.partition(".")
    parts = [SHORT_FORMS.get(part, part) for part in (quantity if dot else mechanism).split("_")]
    text = " ".join(part for part in parts if part) or name
    label = f"{text[:1].upper()}{text[1:]}"
    return f"{label} ({mechanism.replace('_', ' ')})" if dot and mechanism else label


def outcome(measure: str) -> str:
    """A measure's label inside a sentence; expected numbers are told as such."""
    return words.lowered(outcome_label(measure))


def outcome_label(measure: str) -> str:
    """A measure's label; expected numbers, which share their label with counted events, are told as such."""
    found = measure_named(measure)
    return f"{found.label} (expected)" if measure.endswith("_expected") else found.label


def number(value: float) -> str:
    """A parameter's value beside a mark: three digits, none of them idle: '0.05', '22', '46,000', '0.000977'."""
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


def told(index: str, value: float, size: DisplayUnit) -> str:
    """The value of an index in words, without its name: '42%', '0.31', '1.2 percentage points'."""
    known = INDICES[index]
    if known.is_share:
        return share(value)
    if known.has_unit:
        return sized(value * size.factor, size) if math.isfinite(value) else "not known"
    return f"{value:.2f}".replace("-", theme.MINUS) if math.isfinite(value) else "not known"


def sized(told_size: float, size: DisplayUnit) -> str:
    """A size already in the unit told: '1.2 percentage points', '£150 per person released'."""
    if size.counts in words.MONEY:
        return f"{theme.MINUS if told_size < 0 else ''}{words.amount(told_size, size.counts)}{size.tail}"
    return f"{signless(told_size)} {size.unit}"
