"""What a scenario costs, in words: a year, and in the year that is counted where that is another sum; what it buys, and
what it takes away.

A scenario that repeats purchases and cuts of its baseline is told by what it has beside them.
"""

from __future__ import annotations

import re
from typing import Any

from sim.analysis.comparison import Comparison
from sim.analysis.money import (
    Row,
    begins_after_run,
    begins_after_year,
    counted_gbp,
    days_of,
    differs,
    last_day,
    purchases_apart,
)
from sim.core.grammar import counted
from sim.presentation import words
from sim.presentation.report.selection import MONTHS_OF_RELEASES, others
from sim.scenario.delivery.whose import EVERYBODY_ELSE, LEAVING_PRISON
from sim.scenario.levers import LEVERS

AFTER_YEAR = (
    "begins after the year that is counted: nothing of its money is seen here, and of what it does only what reaches "
    "people released before"
)
AFTER_RUN = "begins after this run ends: nothing of it is seen here"
# By the word of the option that says whom a lever is for.
WHOM = {
    "people_leaving_prison": "for people leaving prison",
    "everybody": "for everybody",
    "most_disadvantaged": "for the people with most disadvantage that can be seen",
    LEAVING_PRISON: "for everybody, the part of people leaving prison",
    EVERYBODY_ELSE: "for everybody, the part of other people at the hub",
}
ALWAYS_SAID = ("most_disadvantaged", LEAVING_PRISON, EVERYBODY_ELSE)
BESIDE = "beside the baseline"  # said of costs where the baseline buys or cuts something itself
_LONG_NUMBER = re.compile(r"(?<![\d.,-])\d{5,}(?=\D|$)")


def cost(comparison: Comparison, name: str) -> str:
    """What a scenario costs a year beside the baseline, the baseline itself beside no purchase: '£500,000', '£0',
    'saves £368,000' for money taken away."""
    gbp = comparison.cost_beside_gbp(name)
    return f"saves {words.pounds(-gbp)}" if gbp < 0 else words.pounds(gbp)


def counted_in_words(comparison: Comparison, name: str) -> str:
    """What falls in the counted year where that is another sum: '£249,000', 'nothing'; '' where it is the same."""
    of_year, in_year = comparison.cost_beside_gbp(name), comparison.counted_beside_gbp(name)
    if in_year is None or not differs(of_year, in_year):
        return ""
    if not differs(0.0, in_year):
        return "nothing"
    other_sign = (in_year < 0) != (of_year < 0)
    return f"{('saves ' if in_year < 0 else 'costs ') if other_sign else ''}{words.pounds(abs(in_year))}"


def cost_in_words(comparison: Comparison, name: str) -> str:
    """'costs £500,000 a year', 'saves £368,000 a year'; where the year counted has another sum, that comes first, so
    that three months of a cut are no year's: 'saves £53,000 in the year counted, at £213,000 a year'."""
    of_year, in_year = comparison.cost_beside_gbp(name), comparison.counted_beside_gbp(name)
    beside = f" {BESIDE}" if name != comparison.baseline and baseline_costs(comparison) else ""
    if in_year is None or not differs(of_year, in_year):
        return f"{_spent(of_year)} a year{beside}"
    if not differs(0.0, in_year):
        return f"costs nothing {when(comparison.months)}, {_spent(of_year)} a year{beside}"
    other_sign = (in_year < 0) != (of_year < 0)
    at = _spent(of_year) if other_sign else f"at {words.pounds(abs(of_year))}"
    return f"{_spent(in_year)} {when(comparison.months)}, {at} a year{beside}"


def _spent(gbp: float) -> str:
    return f"saves {words.pounds(-gbp)}" if gbp < 0 else f"costs {words.pounds(gbp)}"


def baseline_costs(comparison: Comparison) -> bool:
    """Whether the baseline itself buys or cuts, so that costs beside it are other sums than those of the scenarios."""
    return differs(0.0, comparison.cost_gbp[comparison.baseline])


def when(months: int) -> str:
    """'in the year counted', or 'in this run' where the run is shorter than a year."""
    return "in the year counted" if months >= MONTHS_OF_RELEASES else "in this run"


def counted_note(comparison: Comparison) -> str:
    """Every scenario whose money of the counted year is another sum than the yearly one; '' where there is none."""
    by_sum: dict[str, list[str]] = {}
    for name in comparison.scenarios:
        if in_year := counted_in_words(comparison, name):
            by_sum.setdefault(f"({in_year}, {cost(comparison, name)} a year)", []).append(comparison.titles[name])
    if not by_sum:
        return ""
    groups = [
        f"{titles[0] if len(titles) == 1 else counted(len(titles), 'scenario')} {sums}"
        for sums, titles in by_sum.items()
    ]
    return (
        "Money is counted as people are: what begins late or ends early falls in the time counted in part. "
        f"{when(comparison.months).capitalize()}: {'; '.join(groups)}."
    )


def late_words(row: Row, months: int) -> str:
    """Why nothing is seen of a purchase; what of its money is counted; '' where all of it is."""
    if begins_after_run(row, months):
        return AFTER_RUN
    if begins_after_year(row):
        return AFTER_YEAR
    first, end = days_of(row)
    if not first and end >= last_day(months):  # a ramp alone; what runs count of all purchases stands in the heading
        return ""
    money, in_year = float(row["gbp_per_year"]), counted_gbp(row)
    return f"{words.pounds(abs(in_year))} {when(months)}" if differs(money, in_year) else ""


def lever_title(name: str) -> str:
    """A lever's title in the catalogue; its name in words when the catalogue does not know it."""
    return LEVERS[name].title if name in LEVERS else name.replace("_", " ")


def purchase_title(comparison: Comparison, row: Row) -> str:
    """A purchase's lever; 'Keyworkers ..., for everybody' where the study also has such posts for others, or cuts, and
    whom it chooses wherever it does."""
    title, spend = lever_title(str(row["lever"])), comparison.spend
    whom = set(spend["option"][spend["lever"] == row["lever"]]) & WHOM.keys()
    is_said = row["option"] in ALWAYS_SAID or (len(whom) > 1 and row["option"] in whom)
    return f"{title}, {WHOM[str(row['option'])]}" if is_said else title


def is_cut(row: Row) -> bool:
    """Whether a row takes money away."""
    return float(row["gbp_per_year"]) < 0


def purchases(comparison: Comparison, name: str) -> list[Row]:
    """All that a scenario buys, in its order."""
    spend = comparison.spend[comparison.spend["scenario"] == name]
    return [{str(key): value for key, value in row.items()} for row in spend.to_dict("records")]


def beside_baseline(comparison: Comparison, name: str) -> tuple[list[Row], list[Row], int]:
    """What a scenario buys that its baseline does not, what it does not buy that its baseline does, and how many
    purchases they share."""
    bought = purchases(comparison, name)
    if name == comparison.baseline:
        return bought, [], 0
    new, without = purchases_apart(bought, purchases(comparison, comparison.baseline))
    return new, without, len(bought) - len(new)


def funding_line(comparison: Comparison, name: str) -> str:
    """What the money buys and who pays, 'buys Navigators: 10.9 posts (NHS, £500,000)', and after it what is taken away;
    '' for nothing."""
    new, without, _ = beside_baseline(comparison, name)
    left = without if name != comparison.baseline else []
    base = purchases(comparison, comparison.baseline) if name != comparison.baseline else []
    clauses = []
    for cut, verb, one in ((False, "buys", "purchase"), (True, "takes away", "cut")):
        parts = "; ".join(_bought(comparison, row) for row in new if is_cut(row) == cut)
        total = sum(is_cut(row) == cut for row in base)
        shared = total - sum(is_cut(row) == cut for row in left)
        if shared:
            of = "all" if shared == total else f"{shared} of the {counted(total, one)}"
            does = "makes" if cut and shared < total else verb
            beside = f", and {'' if does == verb else f'{verb} '}{parts}" if parts else ""
            verb, parts = does, f"{of} that the baseline {does}{beside}"
        clauses += [f"{verb} {parts}"] if parts else []
    for cut, verb, does in ((False, "buy", "does"), (True, "cut", "cuts")):
        titles = dict.fromkeys(purchase_title(comparison, row) for row in left if is_cut(row) == cut)
        clauses += [f"does not {verb} what the baseline {does} of: {'; '.join(titles)}"] if titles else []
    return "; ".join(clauses)


def baseline_funding(comparison: Comparison) -> str:
    """What the baseline itself buys, told once; '' where it buys nothing."""
    funding = funding_line(comparison, comparison.baseline)
    if not funding or not others(comparison):
        return ""
    costs = cost_in_words(comparison, comparison.baseline)
    return f"The baseline, '{comparison.titles[comparison.baseline]}', {costs}; it {funding}."


def diagnostics_note(comparison: Comparison) -> str:
    """That scenarios with mechanisms switched off are tests of the model and judged by nobody; '' without any."""
    names = [name for name in others(comparison) if name in comparison.diagnostics]
    if not names:
        return ""
    titles = "; ".join(comparison.titles[name] for name in names)
    return (
        "Mechanisms of the model are switched off, or other ones than in the baseline. This shows what a mechanism "
        f"does in the model and is no policy, so nothing is called better or worse: {titles}."
    )


def _bought(comparison: Comparison, row: Row) -> str:
    money = float(row["gbp_per_year"])
    size = words.units(float(row["units"]), str(row["unit"]), fewer=money < 0)
    paid = [f"{words.payer(str(row['payer']))}, {words.pounds(abs(money))}{' less' if money < 0 else ''}"]
    paid += [part for part in (late_words(row, comparison.months), remark_in_words(row.get("remark"))) if part]
    return f"{purchase_title(comparison, row)}: {size} ({'; '.join(paid)})"


def remark_in_words(remark: Any) -> str:
    """The remark on a purchase with pounds and large numbers as elsewhere on the page."""
    if not isinstance(remark, str):
        return ""
    text = re.sub(r"GBP\s?(?=\d)", "£", remark)
    return _LONG_NUMBER.sub(lambda match: f"{int(match[0]):,}", text)
