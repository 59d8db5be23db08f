"""Money spent on levers, as it is counted (money_rule.py), and what stands beside it."""

from __future__ import annotations

from sim.outcomes.measure import SHORT_PAYERS, Measure, total
from sim.scenario.levers import PAYERS


def _spent(payer: str, title: str) -> Measure:
    return total(
        f"spent_{payer}_gbp",
        f"spent on levers: {title}",
        f"GBP spent on levers by the {title}, over the person-time of the people counted",
        "What is bought is counted by the part of each day's use that is of the people counted, within 365 days of "
        "their first release. A cut counts below 0.",
        f"Spent: {SHORT_PAYERS.get(payer, title)}",
        "pounds",
        "neither",
    )


MONEY_MEASURES: tuple[Measure, ...] = (
    *(_spent(payer, title) for payer, title in PAYERS.items()),
    total(
        "idle_gbp",
        "spent on capacity that stood empty",
        "GBP of what is spent on levers, for filled posts, beds and other capacity that nobody used",
        "A part of what is spent, never beside it.",
        "Idle money",
        "pounds",
        "lower",
    ),
    total(
        "unused_stock_gbp",
        "stock that nobody took",
        "GBP for kits, injections, weeks, trips and other single units that nobody took",
        "Beside what is spent, and in no cost: units are counted as they are taken.",
        "Unused stock",
        "pounds",
        "lower",
    ),
    total(
        "other_people_gbp",
        "spent on other people at the hubs",
        "GBP of posts for everybody, for the time of people who did not leave prison",
        "Beside what is spent, and in no cost: what it does for those people is not counted either.",
        "Spent on other people",
        "pounds",
        "neither",
    ),
    total(
        "paid_from_first_day_gbp",
        "spent on levers, had contracts been paid from their first day",
        "GBP of all payers on levers, if posts and beds were paid for from the first day of the money, filled or not",
        "A block contract instead of posts paid once somebody fills them; the same person-time otherwise.",
        "Spent if paid from day one",
        "pounds",
        "neither",
    ),
    total(
        "spent_21_days_gbp",
        "spent on levers: within three weeks of release",
        "GBP of all payers on levers, over the person-time of the people counted within 21 days of their first release",
        "For the cost of treatment started within three weeks, whose window it is; beside what is spent, never added.",
        "Spent, 21 days",
        "pounds",
        "neither",
    ),
)
