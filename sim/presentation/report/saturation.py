"""The curve of one lever in words: what each sum changes, what the next pounds buy, and what stays idle."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sim.analysis.saturation import Curve
from sim.core.grammar import counted
from sim.document.blocks import Cell, Document, Heading, List, Paragraph, Table, tied
from sim.outcomes.measures import measure_named
from sim.presentation import words

PER = 100_000.0  # GBP, for which what the next pounds buy is told
LEAST_IDLE = 0.01  # share of a sum from which on it is told to stay idle
Row = Mapping[str, Any]


def saturation_page(curve: Curve) -> Document:
    """The page of a curve."""
    measure = measure_named(curve.outcome)
    level = words.level_in_words(curve.level)
    heads = (
        "Money a year", _units_head(curve), f"{measure.label} ({measure.counts}): change", f"{level} interval",
        f"The next {words.pounds(PER)} change", f"{level} interval", "Idle a year",
    )  # fmt: skip
    return (
        Heading(title(curve), level=1),
        Paragraph(message(curve)),
        Paragraph(idle_message(curve)),
        Table(heads, tuple(_row(row, measure.counts) for row in rows_of(curve)), right=frozenset({0, 1})),
        List(tuple(notes(curve))),
    )


def short_title(curve: Curve) -> str:
    """'What more money buys in Bristol'."""
    return f"What more money buys{f' in {curve.where}' if curve.where else ''}"


def title(curve: Curve) -> str:
    """'What more money buys: Navigators in Bristol'."""
    return f"What more money buys: {curve.title}{f' in {curve.where}' if curve.where else ''}"


def rows_of(curve: Curve) -> list[dict[str, Any]]:
    """The rows of the sums, without the baseline's."""
    return [{str(key): value for key, value in row.items()} for row in curve.table.to_dict("records")][1:]


def message(curve: Curve) -> str:
    """What the first and the last sum change, and from which sum on the next pounds change nothing that is sure."""
    rows, measure = rows_of(curve), measure_named(curve.outcome)
    said = [
        f"with {words.whole_pounds(row['gbp_per_year'])} a year "
        f"{words.about(row['change'], measure.counts)}{' a year' if measure.per_person else ''} "
        f"({words.interval(row['change_low'], row['change_high'], measure.counts)})"
        for row in (rows[number] for number in dict.fromkeys((0, len(rows) - 1)))
    ]
    ends = next((n for n in range(len(rows), 0, -1) if _is_sure(rows[n - 1])), 0)
    if ends == len(rows):
        last = "Even the last step is more than luck: no sum tried is beyond use."
    elif ends == 0:
        last = "No step is more than luck: more runs, or more money, would tell."
    else:
        last = (
            f"Beyond {words.whole_pounds(rows[ends - 1]['gbp_per_year'])} a year no further step changes it by more "
            "than luck."
        )
    return f"{measure.label}: {'; '.join(said)}. {last}"


def _is_sure(row: Row) -> bool:
    """Whether the interval of what a step changes lies on one side of no change."""
    return float(row["next_low"]) > 0.0 or float(row["next_high"]) < 0.0


def idle_message(curve: Curve) -> str:
    """From which sum on some of the money is for what nobody uses, and how much of the largest is."""
    rows = rows_of(curve)
    idle = [row for row in rows if row["idle_gbp_per_year"] >= LEAST_IDLE * row["gbp_per_year"]]
    if not idle:
        return "Hardly anything of any sum tried stands unused."
    first, last = idle[0], rows[-1]
    share = words.percent(last["idle_gbp_per_year"] / last["gbp_per_year"])
    return (
        f"From {words.whole_pounds(first['gbp_per_year'])} a year on some of it is for what nobody uses; of "
        f"{words.whole_pounds(last['gbp_per_year'])} it is {words.pounds(last['idle_gbp_per_year'])} ({share})."
    )


def notes(curve: Curve) -> list[str]:
    """How the numbers were made."""
    runs = f"{counted(curve.draws, 'draw')} of the uncertain numbers, {counted(curve.replicates, 'replicate')} each"
    few = "" if curve.draws > 1 else " One draw: intervals are of luck alone."
    return [
        "All sums share people and luck (common random numbers), and each is held against the baseline and against the "
        f"sum before it.{few}",
        "Idle is money for what nobody uses as the runs were lived: posts and beds that stand empty, stock that nobody "
        "takes, shares that find nobody left to reach; counted as all money is, over the people released in a year.",
        f"Intervals and bands: {words.level_in_words(curve.level)}, paired; of idle money that share of the draws.",
        f"Source: Throughgate, study {curve.study[:12]}; {runs}.",
    ]


def _units_head(curve: Curve) -> str:
    return f"Buys ({curve.table['unit'].iloc[-1]})"


def _row(row: Row, counts: str) -> tuple[Cell, ...]:
    per = PER / row["next_gbp"]
    ends, of_next = (
        words.interval(low, high, _money(counts))
        for low, high in ((row["change_low"], row["change_high"]), (row["next_low"] * per, row["next_high"] * per))
    )
    money = tied(words.whole_pounds(row["gbp_per_year"]))
    change, following = _size(row["change"], counts), _size(row["next_change"] * per, counts)
    return money, words.figure(row["units"]), change, ends, following, of_next, _idle(row)


def _size(number: float, counts: str) -> str:
    """'160 fewer': what is counted stands in the head of the column."""
    return tied(words.about(number, _money(counts)).removeprefix("about "))


def _money(counts: str) -> str:
    return counts if counts in words.MONEY else ""


def _idle(row: Row) -> str:
    idle = float(row["idle_gbp_per_year"])
    if not idle or not math.isfinite(idle):
        return "none told"
    return f"{words.pounds(idle)} ({words.percent(idle / row['gbp_per_year'])})"
