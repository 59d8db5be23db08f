"""Bars of one index by factor or group, with intervals: Sobol's first and total order, FAST, mu-star, delta, PAWN.

Luck stands apart at the foot, hatched; what cannot be told from zero is drawn quiet.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.presentation import theme
from sim.presentation.drawing import chart_settings
from sim.presentation.sensitivity.rows import (
    INDEX_COLUMNS,
    Row,
    chart_name,
    data_of,
    leaders,
    left_out,
    luck_words,
    name_of,
    of_luck,
    ordered,
    records,
    rows_of,
    silent_words,
    with_interval,
)
from sim.presentation.sensitivity.sheet import sheet
from sim.presentation.sensitivity.words import DIFFERENCE, INDICES, LUCK, DisplayUnit, Labels, share, subject

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

NAME = "index_bars"
COLUMNS = INDEX_COLUMNS
MOST = 15  # factors drawn
LEFT, NUMBERS = 3.5, 2.1  # inches for the names, and for the numbers to the right
WIDTH = 11.0
FIRST, TOTAL = "S1", "ST"


@dataclass(frozen=True)
class Bars:
    """What is drawn: the main index by factor, in order; the first order of the same factors; luck of both."""

    index: str
    rows: list[Row]
    beside: Mapping[tuple[str, str], Row]
    luck: Row | None
    unit: DisplayUnit

    def pairs(self) -> list[list[Row]]:
        """Rows of each factor drawn, the total before the first order; luck last."""
        rows = [*self.rows, *([self.luck] if self.luck else [])]
        return [[row, *([second] if (second := self.beside.get(_key(row))) else [])] for row in rows]


@chart_settings()
def plot(
    sensitivity: pd.DataFrame, labels: Labels, *, scenario: str, measure: str, index: str = TOTAL,
    kind: str = DIFFERENCE, design: str = "", method: str = "", most: int = MOST,
) -> theme.Chart | None:  # fmt: skip
    """The bars of one outcome's index; None when the table has no such rows. Total order has first order beside it.

    design, method: the first that the table holds, where none is named.
    """
    table = rows_of(
        sensitivity, scenario=scenario, measure=measure, kind=kind, index=index, design=design, method=method
    )
    if table.empty:
        return None
    used, made = str(table["design"].iloc[0]), str(table["method"].iloc[0])
    unit = labels.unit(measure, kind)
    rows = ordered(table)
    first = rows_of(sensitivity, scenario=scenario, measure=measure, kind=kind, index=FIRST, design=used, method=made)
    beside = {_key(row): row for row in records(first)} if index == TOTAL else {}
    bars = Bars(index, rows[:most], beside, of_luck(table), unit)
    message = " ".join(
        part for part in (
            f"{labels.compared(scenario, kind)}.", leaders(rows, labels, unit), luck_words(bars.luck, unit),
            silent_words(rows),
        ) if part
    )  # fmt: skip
    title = f"What moves {subject(measure, kind)}"
    notes = _notes(bars, labels, len(rows), int(table["points"].max()))
    tall = (0.42 if beside else 0.34) * (len(bars.rows) + (1.5 if bars.luck and bars.rows else 1 if bars.luck else 0))
    page = sheet(title, message, notes, width=WIDTH, body=0.3 + tall + 0.34)
    axis = page.axes(LEFT, 0.3, WIDTH - LEFT - NUMBERS, tall)
    _plot(axis, bars, labels)
    page.legend(_handles(bars))
    drawn = [row for pair in bars.pairs() for row in pair]
    name = chart_name(NAME, used, method, index, scenario, measure, kind)
    return page.chart(name, _alt(bars, labels, title, message, len(rows)), data_of(drawn, unit))


def _key(row: Row) -> tuple[str, str]:
    return str(row["factor"]), str(row["other"])


def _plot(axis: Axes, bars: Bars, labels: Labels) -> None:
    from matplotlib.ticker import MaxNLocator

    theme.quiet_axes(axis)
    pairs, n = bars.pairs(), len(bars.rows)
    heights = [k if k < n else n + 0.5 * (n > 0) for k in range(len(pairs))]
    axis.set_ylim(max(heights) + 0.5, -0.5)
    for k in range(0, n, 2):
        axis.axhspan(k - 0.5, k + 0.5, color=theme.GRID, alpha=0.25, linewidth=0, zorder=0)
    factor = bars.unit.factor if INDICES[bars.index].has_unit else 1.0
    for y, pair in zip(heights, pairs, strict=True):
        for place, row in enumerate(pair):
            at = y + ((place - 0.5) * 0.36 if len(pair) > 1 else 0.0)
            _bar(axis, row, at, factor, thin=len(pair) > 1, is_first=place > 0)
    axis.axvline(0, color=theme.INK, linewidth=1.0, zorder=5)
    if bars.luck and n:
        axis.axhline(n - 0.25, color=theme.UNCLEAR_COLOUR, linewidth=0.8, linestyle=(0, (2, 2)), zorder=1)
    axis.set_yticks(heights, [theme.label(name_of(pair[0], labels), 50, lines=2) for pair in pairs])
    axis.margins(x=0.03)
    axis.set_title(_axis_title(bars), loc="left", size=theme.SMALL_SIZE, color=theme.QUIET, pad=6)
    axis.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    if INDICES[bars.index].is_share:
        axis.xaxis.set_major_formatter(theme.percent)
    _numbers(axis, bars, heights, pairs)


def _numbers(axis: Axes, bars: Bars, heights: Sequence[float], pairs: Sequence[Sequence[Row]]) -> None:
    """Value and interval of the main index to the right of every row."""
    for y, pair in zip(heights, pairs, strict=True):
        row = pair[0]
        known = math.isfinite(float(row["low"])) and math.isfinite(float(row["high"]))
        text = with_interval(row, bars.unit, is_named=False) if known else "no interval"
        axis.text(
            1.0, y, f"  {text}", transform=axis.get_yaxis_transform(), va="center", size=theme.SMALL_SIZE,
            color=theme.INK if row["from_zero"] else theme.QUIET,
        )  # fmt: skip


def _bar(axis: Axes, row: Row, y: float, factor: float, *, thin: bool, is_first: bool) -> None:
    value, low, high = (float(row[key]) * factor for key in ("value", "low", "high"))
    axis.barh(y, value, height=0.3 if thin else 0.5, zorder=2, **_fill(row, is_first))
    if math.isfinite(low) and math.isfinite(high):
        if row["from_zero"]:
            axis.plot([low, high], [y, y], color="white", linewidth=3.2, solid_capstyle="butt", zorder=3)
        axis.plot([low, high], [y, y], color=theme.INK, linewidth=1.3, solid_capstyle="butt", zorder=4)
        axis.plot([low, high], [y, y], color=theme.INK, linestyle="none", marker="|", markersize=5, zorder=4)


def _fill(row: Row, is_first: bool) -> dict[str, Any]:
    """Colour, edge and hatch: luck hatched, quiet where it cannot be told from zero, first order paler than total."""
    colour = theme.LUCK_COLOUR if row["factor"] == LUCK else theme.FACTOR_COLOUR
    hatch = theme.LUCK_HATCH if row["factor"] == LUCK else ""
    if not row["from_zero"]:
        return {"facecolor": "white", "edgecolor": theme.UNCLEAR_COLOUR, "linewidth": 0.9, "hatch": hatch}
    if row["factor"] == LUCK:
        return {"facecolor": "white", "edgecolor": colour, "linewidth": 1.0, "hatch": hatch if not is_first else "//"}
    return {"facecolor": theme.PALE_COLOUR if is_first else colour, "edgecolor": colour, "linewidth": 0.9}


def _axis_title(bars: Bars) -> str:
    known = INDICES[bars.index]
    return f"{known.axis}, {bars.unit.name}" if known.has_unit else known.axis


def _handles(bars: Bars) -> list[Any]:
    from matplotlib.patches import Patch

    pairs, shown = bars.pairs(), [row for pair in bars.pairs() for row in pair]
    blue = theme.FACTOR_COLOUR
    handles = [Patch(facecolor=blue, edgecolor=blue, label=INDICES[bars.index].name)]
    if any(len(pair) > 1 for pair in pairs):
        handles[0].set_label("total order (above): alone and with others")
        handles.append(Patch(facecolor=theme.PALE_COLOUR, edgecolor=blue, label="first order (below): alone"))
    if bars.luck:
        handles.append(
            Patch(facecolor="white", edgecolor=theme.LUCK_COLOUR, hatch=theme.LUCK_HATCH, label="luck (chance alone)")
        )
    if any(not row["from_zero"] for row in shown):
        handles.append(
            Patch(facecolor="white", edgecolor=theme.UNCLEAR_COLOUR, label="cannot be told from zero: nothing claimed")
        )
    return handles


def _notes(bars: Bars, labels: Labels, n: int, points: int) -> list[str]:
    total = "Numbers to the right: total order. Totals may add up to more than 100%. " if bars.beside else ""
    not_drawn = left_out(len(bars.rows), n)
    return [f"Line: {labels.interval()}. {total}{not_drawn} {points:,} runs.".replace("  ", " "), labels.source]


def _alt(bars: Bars, labels: Labels, title: str, message: str, n: int) -> list[str]:
    kinds = "total and first order" if bars.beside else INDICES[bars.index].name
    lines = [
        f"{title}. Bars with {labels.interval()}s: {kinds}, for {len(bars.rows)} of {n} inputs"
        f"{', luck apart' if bars.luck else ''}. {INDICES[bars.index].axis}.",
        message,
    ]
    for pair in bars.pairs():
        value = with_interval(pair[0], bars.unit)
        alone = f", first order {share(float(pair[1]['value']))}" if len(pair) > 1 else ""
        silent = "" if pair[0]["from_zero"] else "; cannot be told from zero"
        ranked = f"; rank {int(pair[0]['rank_low'])} to {int(pair[0]['rank_high'])} in resamples"
        lines.append(f"{name_of(pair[0], labels)}: {value}{alone}{silent}{ranked}.")
    return lines
