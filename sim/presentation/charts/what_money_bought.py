"""What each scenario's money buys: a bar for every purchase, with units, payer, and what finds nobody left to reach."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.analysis.comparison import Comparison
from sim.core.days import FOLLOW_UP_DAYS
from sim.core.grammar import counted, listed
from sim.presentation import theme, words
from sim.presentation.drawing import chart_settings
from sim.presentation.layout import shortened
from sim.presentation.report.money import (
    beside_baseline,
    cost,
    cost_in_words,
    counted_in_words,
    is_cut,
    late_words,
    purchase_title,
    purchases,
    when,
)
from sim.presentation.report.page import source_line
from sim.presentation.report.selection import others
from sim.scenario.levers import PAYERS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAME = "what_money_bought"
TITLE = "What each scenario buys in a year, and who pays"
WIDTH = 12.5  # inches
NAMES_WIDTH, BARS_WIDTH = 2.95, 3.0  # inches for the scenario's name, and for the bars without their labels
LAST_DAY = 2 * FOLLOW_UP_DAYS  # a year of releases, each followed for a year
PURCHASE_HEIGHT, GAP_HEIGHT = 0.42, 0.26
MOST_ROWS = 60  # purchases drawn: a picture of about 5,000 pixels
COLUMNS = (
    "scenario", "lever", "option", "payer", "gbp_per_year", "unused_gbp_per_year", "unit", "units", "units_used",
    "first_day", "end_day", "label", "remark",
)  # fmt: skip
Row = Mapping[str, Any]


@chart_settings()
def plot(comparison: Comparison) -> theme.Chart | None:
    """The chart; None when no scenario buys anything."""
    bought = _new_purchases(comparison)
    if not bought:
        return None
    drawn = _drawn(bought)
    message = theme.lines(_message(comparison, bought), WIDTH, theme.WIDE_CHARACTER)
    foot = [line for text in _footer(comparison, bought, drawn) for line in theme.lines(text, WIDTH)]
    n_rows = sum(len(rows) for rows in drawn.values())
    body = n_rows * PURCHASE_HEIGHT + len(drawn) * GAP_HEIGHT
    top, below = 0.72 + 0.19 * len(message), 0.6 + theme.LINE * len(foot)
    height = top + body + below
    figure = theme.new_figure(WIDTH, height)
    theme.heading(figure, height, TITLE, message)
    axis = figure.add_axes((NAMES_WIDTH / WIDTH, below / height, (WIDTH - NAMES_WIDTH - 0.15) / WIDTH, body / height))
    _plot(axis, comparison, drawn, body)
    _legend(figure, height, drawn)
    theme.footing(figure, height, "\n".join(foot))
    alt = _alt(comparison, bought, drawn)
    svg, png = theme.render(figure, title=TITLE, alt=alt)
    return theme.Chart(NAME, svg, png, alt, _data(comparison).to_csv(index=False, lineterminator="\n"))


def label(row: Row) -> str:
    """'12 beds, £190,000 a year (housing authority)'; a cut as '8 fewer posts, £368,000 a year less (...)'."""
    money = float(row["gbp_per_year"])
    units = words.units(float(row["units"]), str(row["unit"]), fewer=money < 0)
    less = " less" if money < 0 else ""
    return f"{units}, {words.pounds(abs(money))} a year{less} ({words.payer(str(row['payer']))})"


def unused(row: Row) -> float:
    """GBP a year of a purchase that find nobody left to reach; 0 where that is not told."""
    number = float(row["unused_gbp_per_year"])
    return number if math.isfinite(number) and number > 0 else 0.0


def _new_purchases(comparison: Comparison) -> dict[str, list[Row]]:
    """What each scenario buys, by scenario; of one that repeats its baseline's purchases only what is new."""
    new = {name: beside_baseline(comparison, name)[0] for name in comparison.scenarios}
    return {name: rows for name, rows in new.items() if rows}


def _drawn(bought: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
    """The first purchases of all, as many as a picture has room for."""
    drawn: dict[str, list[Row]] = {}
    room = MOST_ROWS
    for name, rows in bought.items():
        if room > 0:
            drawn[name] = rows[:room]
            room -= len(rows)
    return drawn


def _plot(axis: Axes, comparison: Comparison, bought: Mapping[str, list[Row]], body: float) -> None:
    """Bars from zero, each with two lines of words to its right; scenarios in blocks, their names to the left."""
    money = [float(row["gbp_per_year"]) for rows in bought.values() for row in rows]
    low, high = min(0.0, *money), max(0.0, *money)
    per_inch = (high - low) / BARS_WIDTH
    right = low + per_inch * (WIDTH - NAMES_WIDTH - 0.15)
    for side in ("top", "right", "left", "bottom"):
        axis.spines[side].set_visible(False)
    axis.set_xticks([])
    axis.set_yticks([])
    axis.set_xlim(low, right)
    axis.set_ylim(body, 0.0)
    axis.axvline(0, color=theme.INK, linewidth=1.0)
    down = 0.0
    for name, rows in bought.items():
        axis.axhline(down + 0.02, color=theme.GRID, linewidth=0.8, zorder=0)
        down += GAP_HEIGHT / 2
        _name(axis, comparison, name, down, len(rows) * PURCHASE_HEIGHT, low - 0.12 * per_inch)
        for row in rows:
            middle = down + PURCHASE_HEIGHT / 2
            _bar(axis, row, middle)
            at = max(0.0, float(row["gbp_per_year"])) + 0.08 * per_inch
            room = int((right - at) / per_inch / theme.CHARACTER)
            axis.text(
                at, middle - 0.085, _fitting(label(row), room), size=theme.SMALL_SIZE, color=theme.INK, va="center"
            )
            axis.text(
                at,
                middle + 0.085,
                _detail(comparison, row, int(room * 1.1)),
                size=7.5,
                color=theme.QUIET,
                va="center",
            )
            down += PURCHASE_HEIGHT
        down += GAP_HEIGHT / 2


def _name(axis: Axes, comparison: Comparison, name: str, top: float, tall: float, at: float) -> None:
    title = theme.label(comparison.titles[name], 40, lines=3 if tall > 0.5 else 2).splitlines()
    total = [f"{cost(comparison, name)} a year"]
    in_year = counted_in_words(comparison, name)
    if in_year and tall > PURCHASE_HEIGHT * 1.5:
        total.append(f"{in_year} {when(comparison.months)}")
    elif in_year:
        title, total = title[:1], [*total, f"{in_year} {when(comparison.months)}"]
    lines = len(title) + len(total)
    first = top + tall / 2 - (lines - 1) * theme.LINE / 2
    for number, text in enumerate([*title, *total]):
        axis.text(
            at, first + number * theme.LINE, text, size=theme.SMALL_SIZE, ha="right", va="center", color=theme.INK,
            weight="bold" if number >= len(title) else "normal",
        )  # fmt: skip


def _bar(axis: Axes, row: Row, middle: float) -> None:
    colour = theme.LINE_COLOURS[_colour_of(row)]
    money, idle = float(row["gbp_per_year"]), unused(row)
    axis.barh(middle, money - idle, height=0.2, color=colour, zorder=2)
    if idle:
        axis.barh(
            middle, idle, left=money - idle, height=0.2, facecolor="white", edgecolor=colour, hatch="////",
            linewidth=0.8, zorder=2,
        )  # fmt: skip


def _detail(comparison: Comparison, row: Row, room: int = 1000) -> str:
    """The lever's title, when the money flows if not throughout, and the part that finds nobody; so many characters."""
    parts = []
    first, end = float(row["first_day"]), float(row["end_day"])
    if first > 0:
        parts.append(f"from day {first:.0f}")
    if math.isfinite(end) and end < LAST_DAY:
        parts.append(f"until day {end:.0f}")
    late = late_words(row, comparison.months)
    if late:
        parts.append(late if room > 200 else late.split(":")[0])
    money = abs(float(row["gbp_per_year"]))
    if unused(row) > 0 and money > 0:
        parts.append(f"{words.figure(100 * unused(row) / money)}% finds nobody left to reach")
    rest = "".join(f", {part}" for part in parts)
    return f"{_fitting(purchase_title(comparison, row), room - len(rest))}{rest}"


def _fitting(text: str, room: int) -> str:
    return shortened(text, max(room, 12))


def _colour_of(row: Row) -> int:
    payers = list(PAYERS)
    first = str(row["payer"]).split("/")[0].strip()
    return payers.index(first) % len(theme.LINE_COLOURS) if first in payers else 0


def _legend(figure: Figure, height: float, bought: Mapping[str, list[Row]]) -> None:
    from matplotlib.patches import Patch

    payers = sorted(
        {_colour_of(row): str(row["payer"]).split("/")[0].strip() for rows in bought.values() for row in rows}.items()
    )
    handles = [Patch(color=theme.LINE_COLOURS[number], label=words.payer(code)) for number, code in payers]
    if any(unused(row) for rows in bought.values() for row in rows):
        handles.append(
            Patch(facecolor="white", edgecolor=theme.QUIET, hatch="////", label="finds nobody left to reach")
        )
    figure.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0.008, 0.03 / height), ncols=len(handles), frameon=False,
        fontsize=theme.SMALL_SIZE, labelcolor=theme.INK, handlelength=1.1, handletextpad=0.5, columnspacing=1.2,
    )  # fmt: skip


def _message(comparison: Comparison, bought: Mapping[str, list[Row]]) -> str:
    costs = {name: comparison.cost_beside_gbp(name) for name in bought}
    spent = [gbp for gbp in costs.values() if gbp >= 0]
    sentences = []
    if spent:
        low, high = words.pounds(min(spent)), words.pounds(max(spent))
        each = f"{low} a year" if low == high else f"{low} to {high} a year"
        sentences.append(f"{counted(len(spent), 'scenario')} spend{'s' if len(spent) == 1 else ''} {each}.")
    cuts = [name for name, gbp in costs.items() if gbp < 0]
    if cuts:
        saved = listed([f"{comparison.titles[name]} ({words.pounds(-costs[name])} less)" for name in cuts])
        sentences.append(f"Money is taken away in {saved}.")
    idle = [(unused(row), name, row) for name, rows in bought.items() for row in rows]
    most, name, row = max(idle, key=lambda entry: entry[0])
    if most > 0:
        lever = purchase_title(comparison, row)
        sentences.append(
            f"The most money that finds nobody left to reach: {words.pounds(most)} a year in {comparison.titles[name]} "
            f"({lever})."
        )
    return " ".join(sentences)


def _notes(comparison: Comparison, bought: Mapping[str, list[Row]], drawn: Mapping[str, list[Row]]) -> list[str]:
    """Who buys nothing, who buys the same as the baseline, and what the picture has no room for."""
    shares = {name: beside_baseline(comparison, name) for name in others(comparison)}
    nothing = [comparison.titles[name] for name, (new, _, same) in shares.items() if not new and not same]
    same_only = [comparison.titles[name] for name, (new, out, same) in shares.items() if same and not new and not out]
    fewer = [comparison.titles[name] for name, (new, out, same) in shares.items() if same and not new and out]
    more = [comparison.titles[name] for name, (new, _, same) in shares.items() if same and new]
    cuts = {is_cut(row) for row in purchases(comparison, comparison.baseline)}
    does = "buys and cuts" if len(cuts) > 1 else "cuts" if True in cuts else "buys"
    beside = f"or cut beside what the baseline {does}" if True in cuts else "beside the baseline's purchases"
    heads = {
        "Buys nothing": nothing,
        f"{does.capitalize()} the same as the baseline": same_only,
        f"{does.capitalize()} a part of what the baseline {does}": fewer,
        f"Drawn is only what is bought {beside}": more,
    }
    notes = [f"{head}: {'; '.join(titles)}." for head, titles in heads.items() if titles]
    left = sum(map(len, bought.values())) - sum(map(len, drawn.values()))
    if left:
        notes.append(f"{counted(left, 'more purchase')} not drawn for want of room: charts/{NAME}.csv lists all.")
    return notes


def _footer(comparison: Comparison, bought: Mapping[str, list[Row]], drawn: Mapping[str, list[Row]]) -> list[str]:
    return [
        "Bar: money a year while it flows. Units: at full strength and reference prices. Colour: payer.",
        *_notes(comparison, bought, drawn),
        source_line(comparison),
    ]


def _alt(comparison: Comparison, bought: Mapping[str, list[Row]], drawn: Mapping[str, list[Row]]) -> str:
    lines = ["Bars of money a year, one for each purchase of each scenario.", _message(comparison, bought)]
    for name, rows in bought.items():
        parts = "; ".join(f"{label(row)}: {_detail(comparison, row)}" for row in rows)
        lines.append(f"{comparison.titles[name]}, {cost_in_words(comparison, name)}: {parts}.")
    lines += _notes(comparison, bought, drawn)
    return "\n".join(lines) + "\n"


def _data(comparison: Comparison) -> pd.DataFrame:
    labels = [label({str(key): cell for key, cell in row.items()}) for row in comparison.spend.to_dict("records")]
    return comparison.spend.assign(label=labels)[list(COLUMNS)]
