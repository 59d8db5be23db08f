"""From the day of release on: deaths so far, and people sleeping rough on a night; with the numbers at risk.

Deaths are the expected ones, from any cause, summed up to each day. Nights of a band of days are divided by the days of
the band, so that bands of unequal length can be read against each other.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from sim.analysis.comparison import Comparison
from sim.analysis.money import MONTHS_OF_TWO_YEARS, last_day
from sim.core.grammar import counted
from sim.outcomes.measures import measure_named
from sim.presentation import theme, words
from sim.presentation.drawing import chart_settings
from sim.presentation.over_time import (
    DIFFERENCES,
    VALUES,
    Column,
    Drawn,
    caption,
    differences_of,
    draw_columns,
    has_differences,
    height_of,
    lines_of,
    looks,
    not_drawn,
)
from sim.presentation.report.page import source_line
from sim.presentation.report.selection import difference_in_words, group_rows, most_changed

if TYPE_CHECKING:
    import pandas as pd

NAME = "since_release"
TITLE = "After release: deaths, and nights of sleeping rough"
DEATHS, ROUGH = "deaths_365_days_expected", "rough_sleeping_days"
EARLY_DAYS = 28
PAIRED = (
    " Differences are paired: the same people, the same luck. Filled mark: marked on that day, at a chance of "
    "97.5% or more; open: less certain, or better on an assumption."
)
TEXT_APART = 0.38  # inches between the middles of two numbers under the axis
ROOM = 3  # scenarios drawn beside the baseline
PER = {DEATHS: 1000.0, ROUGH: 100.0}
COLUMNS = (
    "scenario", "measure", "unit", "first_day", "end_day", "value", "value_low", "value_high", "difference", "low",
    "high", "verdict", "people", "drawn",
)  # fmt: skip
_BAND = re.compile(r"day (\d+) to (\d+)")
_BY = re.compile(r"by day (\d+)")


@chart_settings()
def plot(comparison: Comparison) -> theme.Chart | None:
    """The chart; None when the study has no groups by days since release."""
    columns = [column for column in (_deaths(comparison), _rough(comparison)) if column is not None]
    if not columns:
        return None
    width = 12.5 if len(columns) > 1 else 7.5
    message = theme.lines(_message(comparison, columns), width, theme.WIDE_CHARACTER)
    foot = [line for text in _footer(comparison, columns) for line in theme.lines(text, width)]
    top = 0.75 + 0.19 * len(message)
    height = top + height_of(comparison, columns, width) + 1.1 + theme.LINE * len(foot) + 0.12
    figure = theme.new_figure(width, height)
    theme.heading(figure, height, TITLE, message)
    for drawn in draw_columns(figure, (width, height), top, comparison, columns, looks(columns)):
        _label_days(comparison, drawn, max(int(column.data["end"].max()) for column in columns))
    theme.footing(figure, height, "\n".join(foot), above=0.12)
    alt = _alt(comparison, columns)
    svg, png = theme.render(figure, title=TITLE, alt=alt)
    return theme.Chart(NAME, svg, png, alt, _data(columns).to_csv(index=False, lineterminator="\n"))


def _deaths(comparison: Comparison) -> Column | None:
    rows = group_rows(comparison, "by_day", DEATHS)
    if rows.empty:
        return None
    ends = [int(_days_in(_BY, group)[0]) for group in rows["group"]]
    rows, (ends,) = _followed(comparison, rows, ends, ends)
    if rows.empty:
        return None
    data = _scaled(rows.assign(first_day=0, end_day=ends), PER[DEATHS])
    data = data.assign(start=0, end=ends)
    return Column(
        measure_named(DEATHS), "Deaths since release", "expected deaths from any cause per 1,000 people released", data,
        most_changed(comparison, DEATHS, ROOM), shape="sum",
    )  # fmt: skip


def _rough(comparison: Comparison) -> Column | None:
    rows = group_rows(comparison, "since_release", ROUGH)
    if rows.empty:
        return None
    bands = [_days_in(_BAND, group) for group in rows["group"]]
    starts, ends = [int(first) for first, _ in bands], [int(last) + 1 for _, last in bands]
    rows, (starts, ends) = _followed(comparison, rows, ends, starts, ends)
    if rows.empty:
        return None
    days = [end - start for start, end in zip(starts, ends, strict=True)]
    data = _within_everybody(_scaled(rows.assign(first_day=starts, end_day=ends), [PER[ROUGH] / day for day in days]))
    data = data.assign(start=starts, end=ends)
    return Column(
        measure_named(ROUGH), "People sleeping rough on a night",
        "of 100 people alive, those back in custody included", data, most_changed(comparison, ROUGH, ROOM),
        shape="steps",
    )  # fmt: skip


def _within_everybody(data: pd.DataFrame) -> pd.DataFrame:
    """Intervals of a share of people, in people of 100: none sleeps rough at the least, all at the most, so that a
    share lies from 0 to 100 and two of them differ by no more."""
    of_all = PER[ROUGH]
    ends = {end: data[end].clip(0.0, of_all) for end in VALUES[1:]}
    return data.assign(**ends, **{end: data[end].clip(-of_all, of_all) for end in DIFFERENCES[1:]})


def _followed(
    comparison: Comparison, rows: pd.DataFrame, until: list[int], *columns: list[int]
) -> tuple[pd.DataFrame, list[list[int]]]:
    """The rows, and these columns of days, as far as anybody is followed in a run that ends early."""
    followed = [number for number, day in enumerate(until) if day <= last_day(comparison.months)]
    return rows.iloc[followed], [[column[number] for number in followed] for column in columns]


def _is_cut(comparison: Comparison) -> bool:
    return comparison.months < MONTHS_OF_TWO_YEARS


def _days_in(pattern: re.Pattern[str], group: str) -> tuple[str, ...]:
    match = pattern.fullmatch(group)
    if match is None:
        raise ValueError(f"'{group}' is not a group of days since release")
    return match.groups()


def _scaled(rows: pd.DataFrame, factor: float | list[float]) -> pd.DataFrame:
    """Values and differences in the chart's unit."""
    return rows.assign(**{key: rows[key] * factor for key in (*VALUES, *DIFFERENCES)})


def _label_days(comparison: Comparison, drawn: Drawn, last: int) -> None:
    """Days under the axes, and under the days how many people are alive and at risk."""
    rows = group_rows(comparison, "since_release", ROUGH)
    people = {
        int(_days_in(_BAND, str(row["group"]))[0]): float(row["people"])
        for row in rows[rows["scenario"] == comparison.baseline].to_dict("records")
    }
    people = {day: number for day, number in people.items() if day < last}
    inches = drawn.width / last
    usual = [day for day in (0, 28, 84, 182, 300) if day < last]
    days = _apart([*(people or usual), last], TEXT_APART / inches)
    for axis in dict.fromkeys((drawn.level, drawn.lowest)):
        axis.set_xlim(0, last)
        axis.set_xticks(days, [str(day) if axis is drawn.lowest else "" for day in days])
    drawn.lowest.set_xlabel("days since release", size=theme.SMALL_SIZE, color=theme.INK)
    if not people:
        return
    under, deep = drawn.lowest.get_xaxis_transform(), -0.55 / drawn.lowest_height
    drawn.lowest.text(
        -0.17 / drawn.width, deep, _at_risk(comparison), size=7.5, color=theme.QUIET,
        va="top", transform=drawn.lowest.transAxes,
    )  # fmt: skip
    for day in days:
        if day in people:
            drawn.lowest.text(
                day, deep - 0.17 / drawn.lowest_height, f"{people[day]:,.0f}", size=7.5, color=theme.INK, ha="center",
                va="top", transform=under,
            )  # fmt: skip


def _at_risk(comparison: Comparison) -> str:
    return (
        "people alive and followed on that day"
        if _is_cut(comparison)
        else ("people alive on that day, of a year's releases")
    )


def _apart(days: list[int], least: float) -> list[int]:
    """The days that can be labelled: each so far from the one before, and the last one always."""
    labelled: list[int] = []
    for day in days:
        if not labelled or day - labelled[-1] >= least:
            labelled.append(day)
        elif day == days[-1]:
            labelled[-1] = day
    return labelled


def _message(comparison: Comparison, columns: list[Column]) -> str:
    alone = len(comparison.scenarios) == 1
    baseline = comparison.titles[comparison.baseline]
    begin = f"With {baseline}" if alone else f"In the baseline ({baseline})"
    sentences = []
    for column in columns:
        rows = column.of(comparison.baseline)
        first, last = rows.iloc[0], rows.iloc[-1]
        value, low, high = (words.figure(max(0.0, float(last[key]))) for key in VALUES)
        if column.shape == "steps":
            near = f"near day {int(last['end_day'])}" if _is_cut(comparison) else "near the end of the year"
            sentences.append(
                f"{begin} about {words.figure(float(first['value']))} of 100 people sleep rough on a night of the "
                f"first {int(first['end_day'])} days, and {value} on a night {near}."
            )
        else:
            known = f" ({low} to {high})" if math.isfinite(float(last["value_low"])) else ""
            early = rows[rows["end_day"] == EARLY_DAYS]["value"]
            of_them = f", {words.figure(float(early.iloc[0]))} of them within {EARLY_DAYS} days" if len(early) else ""
            days = int(last["end_day"])
            sentences.append(f"{begin} about {value}{known} of 1,000 people released die within {days} days{of_them}.")
        begin = "In this scenario" if alone else "In the baseline"
        if column.choice.drawn:
            best = column.choice.drawn[0]
            change = difference_in_words(comparison.row(best, column.measure.name), column.measure)
            sentences.append(f"Largest almost certain change: {change} with {comparison.titles[best]}.")
        elif not alone:
            sentences.append("No scenario almost certainly changes that.")
    return " ".join(sentences)


def _footer(comparison: Comparison, columns: list[Column]) -> list[str]:
    return [
        f"Bands: {words.level_in_words(comparison.level)} intervals.{PAIRED if has_differences(columns) else ''}",
        *(
            [
                f"The run ends {counted(comparison.months, 'month')} after the first release: lines end where "
                "nobody is followed any longer; people released late are followed for less, so deaths by a day are too "
                "few."
            ]
            if _is_cut(comparison)
            else []
        ),
        *caption(comparison, columns),
        source_line(comparison),
    ]


def _alt(comparison: Comparison, columns: list[Column]) -> str:
    lines = [
        f"Lines over the days since release {lines_of(comparison)}.",
        _message(comparison, columns),
    ]
    for column in columns:
        for name in (comparison.baseline, *column.choice.drawn):
            points = [
                f"day {row['first_day']} to {row['end_day'] - 1}"
                if column.shape == "steps"
                else f"by day {row['end_day']}"
                for row in column.of(name).to_dict("records")
            ]
            said_values = [words.fine(float(value)) for value in column.of(name)["value"]]
            listed = ", ".join(f"{point} {value}" for point, value in zip(points, said_values, strict=True))
            lines.append(f"{column.title} ({column.unit}), {comparison.titles[name]}: {listed}.")
            lines += differences_of(comparison, column, name)
    return "\n".join([*lines, *not_drawn(comparison, columns)]) + "\n"


def _data(columns: list[Column]) -> pd.DataFrame:
    """Every scenario's rows in the chart's units, drawn or not."""
    import pandas as pd

    return pd.concat([column.rows_shown() for column in columns], ignore_index=True)[list(COLUMNS)]
