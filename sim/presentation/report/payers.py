"""Who pays and who saves, in words: gross spending always, what follows by payer where it is almost certain, the net.

Capacity that is free for others is told in its own unit before it is told in pounds: it is not money.
"""

from __future__ import annotations

from sim.analysis.comparison import Comparison
from sim.analysis.money_by_payer import NET_MEASURE, UNIT_OF, for_others_by_payer, gross_by_payer, items_of
from sim.analysis.verdicts import SURE
from sim.core.grammar import counted
from sim.evidence.price import RELEASED_CAPACITY, SAVING_WORDS
from sim.evidence.price_choices import price_choices
from sim.evidence.price_index import PRICE_YEAR
from sim.outcomes.measures import measure_named
from sim.outcomes.payers import savings
from sim.presentation import chances, words
from sim.presentation.report.changes import bracketed, change, is_known

PENCE = 0.5  # GBP below which nothing is told


def money_lines(comparison: Comparison, name: str) -> list[str]:
    """What a scenario costs each payer beside the baseline, what follows, and the net; none where no money moves."""
    return [
        line
        for line in (gross_line(comparison, name), knock_on_line(comparison, name), net_line(comparison, name))
        if line
    ]


def prices_note(comparison: Comparison) -> str:
    """The price year of all money, and what was chosen among prices."""
    said = f"All money is in prices of {PRICE_YEAR}."
    options = price_choices()
    chosen = [
        f"{choice.replace('_', ' ')}: {option.replace('_', ' ')} ({options[choice][option].meaning})"
        for choice, option in comparison.prices.items()
        if choice in options and option in options[choice]
    ]
    return f"{said} Prices chosen: {'; '.join(chosen)}." if chosen else said


def gross_line(comparison: Comparison, name: str) -> str:
    """'gross spending by payer: NHS £500,000; housing authority £20,000 less'; '' where nothing is bought or cut."""
    sums = {payer: gbp for payer, gbp in gross_by_payer(comparison, name).items() if abs(gbp) >= PENCE}
    parts = [
        f"{words.payer(payer)} {words.pounds(abs(gbp))}{' less' if gbp < 0 else ''}" for payer, gbp in sums.items()
    ]
    others = [
        f"{words.payer(payer)} {words.pounds(abs(gbp))}{' less' if gbp < 0 else ''}"
        for payer, gbp in for_others_by_payer(comparison, name).items()
        if abs(gbp) >= PENCE
    ]
    beside = f"; beside it for other people at the hub: {'; '.join(others)}, in no cost here" if others else ""
    return f"gross spending by payer: {'; '.join(parts)}{beside}" if parts else ""


def knock_on_line(comparison: Comparison, name: str) -> str:
    """What lives cost each payer more or less, tagged by what is saved, as far as it is almost certain; '' for none."""
    parts = []
    for key, item in items_of(comparison).items():
        if (row := comparison.row(name, item.measure))["verdict"] not in SURE:
            continue
        price = savings()[key]
        measure, assumed = measure_named(item.measure), ""
        if chances.rests_on_assumption(row):
            assumed = f", which {chances.ON_ASSUMPTION}"
        lag = f" after {counted(price.lag_days, 'day')}" if price.lag_days else ""
        unit = _in_its_unit(comparison, name, key) if price.saving == RELEASED_CAPACITY else ""
        parts.append(
            f"{words.payer(item.payer)}, {item.title}: {unit}{change(row, measure)}{bracketed(row, measure)}, "
            f"{SAVING_WORDS[price.saving]}{lag}{assumed}"
        )
    return f"what follows by payer, where almost certain: {'; '.join(parts)}" if parts else ""


def _in_its_unit(comparison: Comparison, name: str, key: str) -> str:
    """'about 900 fewer days, '; '' where the item has no unit or the study does not hold it."""
    of_unit = UNIT_OF.get(key, "")
    if of_unit not in set(comparison.rows["measure"]):
        return ""
    row = comparison.row(name, of_unit)
    return f"{change(row, measure_named(of_unit))}, " if is_known(row) else ""


def net_line(comparison: Comparison, name: str) -> str:
    """Gross money less what can be banked, and gross money with the optimism bias of its prices; '' without gross."""
    gross = sum(gross_by_payer(comparison, name).values())
    if abs(gross) < PENCE or NET_MEASURE not in set(comparison.rows["measure"]):
        return ""
    row, measure = comparison.row(name, NET_MEASURE), measure_named(NET_MEASURE)
    said = f"net of what can be banked: {change(row, measure)}{bracketed(row, measure)}"
    biased = sum(gross_by_payer(comparison, name, with_bias=True).values())
    if gross > 0.0 and biased - gross >= PENCE:
        sums = f"{words.pounds(biased)}, not {words.pounds(gross)}"
        said += f"; with the optimism bias of its prices gross spending is {sums}"
    return said
