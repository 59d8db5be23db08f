"""Numbers in honest words: no more digits than are known."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

from sim.outcomes.measure import PER_CENT, POUNDS
from sim.outcomes.measures import Measure
from sim.scenario.levers import PAYERS

# What is counted, for one and for several.
NOUNS = {
    "people": ("person", "people"),
    "nights": ("night", "nights"),
    "days": ("day", "days"),
    "open days": ("open day", "open days"),
    "deaths": ("death", "deaths"),
    "overdoses": ("overdose", "overdoses"),
    "appointments": ("appointment", "appointments"),
    "requests": ("request", "requests"),
    "waits": ("wait given up", "waits given up"),
    "QALYs": ("QALY", "QALYs"),
}
# Counted in pounds: shown as an amount of money, without a noun.
MONEY = frozenset({POUNDS})
# Counted as no things, so that there may be less of it and not fewer; its amount says what it is.
UNCOUNTED = MONEY | {PER_CENT}
# Where the counted noun of a unit ends: 'people reached', 'keyworker team members trained a year'.
TAILS = (" with ", " reached", " trained", " of ", " a ", " per ")
LESS_THAN_ONE = "less than 1"
# Rare events, whose values are told for 1,000 people.
RARE = frozenset({"deaths", "overdoses", "appointments", "requests", "waits"})
FINE = frozenset({"QALYs"})
# Beside a number that both ends of its interval round to: in a sentence, and in a column of intervals.
AT_BOTH_ENDS, SAME_ENDS = "as at both ends of the interval", "the same at both ends"


def rounded(number: float) -> Decimal:
    """The number with two significant digits from 10 on, whole from 1 to 10, with one digit below 1; halves go up."""
    if number == 0:
        return Decimal(0)
    exact = Decimal(repr(float(number)))
    size = exact.adjusted()
    step = Decimal(1).scaleb(size - 1 if size >= 1 else min(size, 0))
    return (exact / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step


def figure(number: float) -> str:
    """The rounded number without its sign: '2,300', '14', '0.4'; a size below 0.01 as 'less than 0.01'."""
    if not math.isfinite(number):
        return "not known"
    value = abs(rounded(number))
    if value and value < Decimal("0.01"):
        return "less than 0.01"
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount(number: float, counts: str = "") -> str:
    """The size of a difference without its sign, as money or per cent where those are counted: 14, £120,000, 0.4 per
    cent."""
    if counts == PER_CENT:
        return f"{figure(number)} per cent"
    if counts not in MONEY:
        return figure(number)
    size = abs(float(rounded(number)))
    return "less than £1" if 0.0 < size < 1.0 else pounds(size)


def about(number: float, counts: str = "") -> str:
    """A difference: 'about 14 fewer people', 'about £120,000 less', 'about 0.4 per cent more', 'no change'.

    number: the difference; counts: one of the NOUNS, pounds, per cent, or nothing.
    """
    if number == 0:
        return "no change"
    size = amount(number, counts)
    words = ["about" if not size.startswith("less") else "", size, _direction(number, counts), _noun(size, counts)]
    return " ".join(word for word in words if word)


def between(low: float, high: float, counts: str = "") -> str:
    """Both ends of an interval: 'between 3 fewer and 9 more', 'between 60 and 180 more', 'between none and 9 more'."""
    if low > 0 or high < 0:
        near, far = sorted((low, high), key=abs)
        if amount(near, counts) == amount(far, counts):
            return _alone(far, counts)
        return f"between {amount(near, counts)} and {amount(far, counts)} {_direction(low, counts)}"
    return f"between {_end(low, counts)} and {_end(high, counts)}"


def interval(low: float, high: float, counts: str = "") -> str:
    """The same for a narrow column: '60 to 180 more', '3 fewer to 9 more', '£3,000 less to £9,000 more'."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return "not known"
    if low == high == 0:
        return "none"
    if low > 0 or high < 0:
        near, far = sorted((low, high), key=abs)
        if amount(near, counts) == amount(far, counts):
            return _alone(far, counts)
        return f"{amount(near, counts)} to {amount(far, counts)} {_direction(low, counts)}"
    return f"{_end(low, counts)} to {_end(high, counts)}"


def meet(low: float, high: float, counts: str = "") -> bool:
    """Whether both ends of an interval round to one number, which then says nothing beside the number itself."""
    is_one_way = low > 0 or high < 0
    return is_one_way and math.isfinite(low + high) and amount(low, counts) == amount(high, counts)


def pounds(money: float) -> str:
    """Money: '£500,000', '£1.25 million', '£46,000', '£850'. Three digits from a million on, else whole thousands."""
    sign, size = ("-" if money < 0 else ""), Decimal(repr(abs(float(money))))
    if size >= Decimal(999_500):
        scale, unit = (1_000_000_000, "billion") if size >= Decimal(999_500_000) else (1_000_000, "million")
        millions = (size / scale).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        text = f"{millions:f}".rstrip("0").rstrip(".") if "." in f"{millions:f}" else f"{millions:f}"
        return f"{sign}£{text} {unit}"
    step = Decimal(1000) if size >= 10_000 else Decimal(1)
    return f"{sign}£{int((size / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step):,}"


def whole_pounds(money: float) -> str:
    """Money to the pound, as a purchase says it: '£142,350', '-£142,350'."""
    size = f"{abs(money):,.0f}"
    return f"{'-' if money < 0 and size != '0' else ''}£{size}"


def units(number: float, unit: str, *, fewer: bool = False) -> str:
    """'12 beds', '10.9 posts', '1 kit', '510 people reached', people always whole; the sign is left to the sentence.

    fewer: of what is taken away, '8 fewer posts', '954 fewer people reached'.
    """
    ends = [place for tail in TAILS if (place := unit.find(tail)) > 0]
    cut = min(ends, default=len(unit))
    noun = unit[:cut]
    size = _size(abs(number), is_whole=noun.endswith(("person", "woman")))
    less = " fewer" if fewer else ""
    if size in ("1", LESS_THAN_ONE):
        return f"{size}{less} {unit}"
    if noun.endswith("person"):
        noun = f"{noun.removesuffix('person')}people"
    elif noun.endswith("woman"):
        noun = f"{noun.removesuffix('woman')}women"
    elif not noun.endswith("s"):
        noun += "s"
    return f"{size}{less} {noun}{unit[cut:]}"


def _size(number: float, *, is_whole: bool) -> str:
    """So many units, with one digit after the point below 100 where there may be parts of one."""
    if is_whole and 0.0 < number < 1.0:
        return "1" if number >= 0.95 else LESS_THAN_ONE
    if number < 1.0:
        return figure(number)
    return f"{number:,.0f}" if is_whole or number >= 100 else f"{number:,.1f}".removesuffix(".0")


def value(number: float, measure: Measure) -> str:
    """A measure's value: a share as a percentage, a part of something with what it is a part of, the rest with as many
    digits as their size allows."""
    if not math.isfinite(number):
        return "not known"
    if measure.is_share:
        return percent(number)
    each = " each" if measure.per_person else ""
    if measure.counts in MONEY:
        return f"{pounds(number)}{each}"
    if measure.counts in RARE:
        return f"{number * 1000:,.1f} per 1,000 people" if measure.per_person else f"{number:,.1f}"
    unit = measure.unit if measure.counts == PER_CENT else measure.counts
    return f"{number:,.{decimals(measure)}f} {unit}{each}"


def decimals(measure: Measure) -> int:
    """Digits after the point of a value that is neither share nor money: QALYs of one person and year need more."""
    return 3 if measure.counts in FINE else 1


def value_interval(low: float, high: float, measure: Measure) -> str:
    """Both ends of a value's interval, in the unit of `value`: '33% to 69%', '8.3 to 36.1', '£4,100 to £6,800'."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return "no interval"
    if measure.is_share:
        return f"{percent(max(0.0, low))} to {percent(min(1.0, high))}"
    if measure.counts in MONEY:
        return f"{pounds(low)} to {pounds(high)}"
    scale, digits = (1000.0, 1) if measure.counts in RARE else (1.0, decimals(measure))
    return f"{max(0.0, low) * scale:,.{digits}f} to {high * scale:,.{digits}f}"


def fine(number: float) -> str:
    """A number with three digits, for words that must tell two lines apart: '4.32', '61.5', '2,310'."""
    if not math.isfinite(number):
        return "not known"
    size = 0 if number == 0 else Decimal(repr(float(number))).adjusted()
    return f"{number:,.{min(4, max(0, 2 - size))}f}"


def percent(share: float) -> str:
    """A share of one as a percentage with a digit after the point below 10%."""
    return f"{share * 100:.1f}%" if abs(share) < 0.0995 else f"{share * 100:.0f}%"


def level_in_words(level: float) -> str:
    """0.95 as '95%', 0.999 as '99.9%'."""
    return f"{level * 100:g}%"


def payer(code: str) -> str:
    """A payer's name; codes joined with '/' are joined with 'and'; an unknown code is given as it is."""
    return " and ".join(PAYERS.get(part.strip(), part.strip()) for part in code.split("/"))


def lowered(label: str) -> str:
    """A label inside a sentence; capitals that belong to it, as in QALYs, stay."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _direction(number: float, counts: str = "") -> str:
    return "more" if number > 0 else "less" if counts in UNCOUNTED else "fewer"


def _end(number: float, counts: str) -> str:
    return "none" if number == 0 else f"{amount(number, counts)} {_direction(number, counts)}"


def _alone(number: float, counts: str) -> str:
    """One number for both ends: 'about £500,000 more', 'less than 0.01 fewer'."""
    size = amount(number, counts)
    return f"{'' if size.startswith('less') else 'about '}{size} {_direction(number, counts)}"


def _noun(size: str, counts: str) -> str:
    if not counts or counts in UNCOUNTED:
        return ""
    one, several = NOUNS[counts]
    return one if size == "1" else several
