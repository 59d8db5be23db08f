"""Month by month: how many people wait, how long, how many people a keyworker holds, and how often they meet."""

from __future__ import annotations

import math
from itertools import accumulate
from typing import TYPE_CHECKING

from sim.analysis.comparison import Comparison
from sim.core.grammar import listed
from sim.presentation import theme, words
from sim.presentation.drawing import chart_settings
from sim.presentation.over_time import (
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
from sim.presentation.report.selection import (
    difference_in_words,
    group_rows,
    is_short,
    measures_of,
    most_changed,
    time_counted,
)

if TYPE_CHECKING:
    import pandas as pd

NAME = "waits_and_queues"
TITLE = "Waits, caseloads and contacts of treatment services, month by month"
INTERVAL = "contact_interval_mean"
# Measure, title of its panel, unit in words.
PANELS = (
    ("people_waiting_mean", "People waiting", "people waiting for a first appointment at one time"),
    ("wait_days_mean", "Days waited", "mean days from referral to first appointment"),
    ("people_per_keyworker_mean", "People per keyworker", "people held by a full-time keyworker with a caseload"),
    (INTERVAL, "Open days between contacts", "mean open days from one contact to the next"),
)
PAIRED = (
    " Drawn: the largest almost certain changes in the first year. Filled mark: marked in that month, at a chance of "
    "97.5% or more; open: less certain, or better on an assumption."
)
# Counted over people and not over months.
OF_RELEASED = {"wait_days_mean": " (of people released in it, for their first appointments)"}
OPEN_DAYS = " Open days: those on which a hub is open, mostly Monday to Friday."
ROOM = 2  # scenarios drawn beside the baseline in a panel
WIDTHS = (4.9, 8.7, 12.5)  # inches of one, two or three columns; four stand in two rows
ROOM_OF_MONTHS = 0.62  # inches below a row of columns
MONTHS_OF_RELEASES = 12
COLUMNS = (
    "scenario", "measure", "unit", "month", "value", "value_low", "value_high", "difference", "low", "high", "verdict",
    "drawn",
)  # fmt: skip


@chart_settings()
def plot(comparison: Comparison) -> theme.Chart | None:
    """The chart; None when the study holds no measure by month."""
    columns = _columns(comparison)
    if not columns:
        return None
    rows = [columns] if len(columns) <= len(WIDTHS) else [columns[:2], columns[2:]]
    width = WIDTHS[len(rows[0]) - 1]
    message = theme.lines(_message(comparison, columns), width, theme.WIDE_CHARACTER)
    foot = [line for text in _footer(comparison, columns) for line in theme.lines(text, width)]
    top = 0.75 + 0.19 * len(message)
    tall = [height_of(comparison, row, width) + ROOM_OF_MONTHS for row in rows]
    height = top + sum(tall) + theme.LINE * len(foot) + 0.12
    figure = theme.new_figure(width, height)
    title = TITLE if len(columns) > 1 else f"{columns[0].title}, month by month"
    theme.heading(figure, height, title, message)
    for row, begins in zip(rows, accumulate(tall, initial=top), strict=False):
        panels = draw_columns(figure, (width, height), begins, comparison, row, looks(columns))
        for column, drawn in zip(row, panels, strict=True):
            _label_months(drawn, int(column.data["month"].max()))
    theme.footing(figure, height, "\n".join(foot), above=0.12)
    alt = _alt(comparison, columns)
    svg, png = theme.render(figure, title=title, alt=alt)
    return theme.Chart(NAME, svg, png, alt, _data(columns).to_csv(index=False, lineterminator="\n"))


def _columns(comparison: Comparison) -> list[Column]:
    by_name = {measure.name: measure for measure in measures_of(comparison)}
    columns = []
    for name, title, unit in PANELS:
        rows = group_rows(comparison, "month", name)
        if name not in by_name or rows.empty:
            continue
        months = [int(str(group).removeprefix("month ")) for group in rows["group"]]
        data = rows.assign(month=months, start=[month - 0.5 for month in months], end=[month + 0.5 for month in months])
        columns.append(Column(by_name[name], title, unit, data, most_changed(comparison, name, ROOM), shape="means"))
    return columns


def _label_months(drawn: Drawn, last: int) -> None:
    """Months under the axes, and where the year of releases ends."""
    ticks = [1, *range(6, last + 1, 6)] if last >= 6 else list(range(1, last + 1))
    for axis in dict.fromkeys((drawn.level, drawn.lowest)):
        axis.set_xlim(0.5, last + 0.5)
        axis.set_xticks(ticks, [str(month) if axis is drawn.lowest else "" for month in ticks])
        if last > MONTHS_OF_RELEASES:
            axis.axvline(MONTHS_OF_RELEASES + 0.5, color=theme.QUIET, linewidth=0.9, linestyle=(0, (1, 2)), zorder=1)
    if last > MONTHS_OF_RELEASES:
        drawn.level.text(
            MONTHS_OF_RELEASES + 0.8, 0.03, "all counted are released", size=7.5, color=theme.QUIET, va="bottom",
            transform=drawn.level.get_xaxis_transform(),
        )  # fmt: skip
    drawn.lowest.set_xlabel("month of the study", size=theme.SMALL_SIZE, color=theme.INK)


def _message(comparison: Comparison, columns: list[Column]) -> str:
    values = [
        f"{column.title.lower()} {words.figure(float(row['value']))}{OF_RELEASED.get(column.measure.name, '')}"
        for column in columns
        for row in [comparison.row(comparison.baseline, column.measure.name)]
        if math.isfinite(float(row["value"]))
    ]
    baseline = comparison.titles[comparison.baseline]
    begin = f"With {baseline}" if len(comparison.scenarios) == 1 else f"In the baseline ({baseline})"
    sentences = [f"{begin}, {_first_year(comparison)}: {', '.join(values)}."]
    largest: dict[str, list[str]] = {}
    for column in columns:
        if column.choice.drawn:
            best = column.choice.drawn[0]
            change = difference_in_words(comparison.row(best, column.measure.name), column.measure)
            largest.setdefault(best, []).append(f"{column.title.lower()}: {change}")
    for name, changes in largest.items():
        one = len(changes) == 1
        sentences.append(
            f"Largest almost certain change{'' if one else 's'} {_first_year(comparison)} with "
            f"{comparison.titles[name]}: {'; '.join(changes)}."
        )
    unmoved = [column.title.lower() for column in columns if not column.choice.drawn]
    if unmoved and len(comparison.scenarios) > 1:
        sentences.append(f"No change is almost certain in any scenario: {listed(unmoved)}.")
    return " ".join(sentences)


def _first_year(comparison: Comparison) -> str:
    """The time over which the numbers in words are taken: the first year, which a short run does not live through."""
    return f"in {time_counted(comparison)}" if is_short(comparison) else "in the first year"


def _footer(comparison: Comparison, columns: list[Column]) -> list[str]:
    has_open_days = any(column.measure.name == INTERVAL for column in columns)
    return [
        f"Bands: {words.level_in_words(comparison.level)} intervals. People released before the study are counted too."
        f"{OPEN_DAYS if has_open_days else ''}{PAIRED if has_differences(columns) else ''}",
        *caption(comparison, columns),
        source_line(comparison),
    ]


def _alt(comparison: Comparison, columns: list[Column]) -> str:
    lines = [
        f"Lines by month of the study {lines_of(comparison)}.",
        _message(comparison, columns),
    ]
    for column in columns:
        for name in (comparison.baseline, *column.choice.drawn):
            by_month = ", ".join(words.fine(float(value)) for value in column.of(name)["value"].dropna())
            lines.append(f"{column.title} ({column.unit}), {comparison.titles[name]}, by month: {by_month}.")
            lines += differences_of(comparison, column, name)
    return "\n".join([*lines, *not_drawn(comparison, columns)]) + "\n"


def _data(columns: list[Column]) -> pd.DataFrame:
    """Every scenario's months, drawn or not."""
    import pandas as pd

    return pd.concat([column.rows_shown() for column in columns], ignore_index=True)[list(COLUMNS)]
