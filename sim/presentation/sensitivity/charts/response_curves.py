"""Small multiples: how one outcome answers to each of its largest parameters, moved alone through its range."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.core.grammar import listed
from sim.presentation import theme, words
from sim.presentation.drawing import chart_settings
from sim.presentation.layout import shortened
from sim.presentation.sensitivity.charts import tornado
from sim.presentation.sensitivity.charts.tornado import is_apart, response_data, value
from sim.presentation.sensitivity.rows import Row, chart_name, left_out, place_of, records, rows_of
from sim.presentation.sensitivity.sheet import Sheet, sheet
from sim.presentation.sensitivity.words import DIFFERENCE, DisplayUnit, Labels, number, subject

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

NAME = "response_curves"
COLUMNS = tornado.COLUMNS
MOST, PER_ROW = 8, 4  # parameters drawn, and in a row
WIDTH, LEFT = 12.5, 0.75  # inches
PANEL, GAP = 2.55, 0.34
TALL, ABOVE, BELOW = 1.75, 0.52, 0.5


@dataclass(frozen=True)
class Curve:
    """The outcome over one parameter's range: rows of `response`, lowest quantile first."""

    factor: str
    rows: Sequence[Row]

    @property
    def axis(self) -> str:
        """The column that stands across."""
        known = all(math.isfinite(float(row["parameter_value"])) for row in self.rows)
        return "parameter_value" if known else "quantile"

    @property
    def distance(self) -> float:
        """The largest distance from the reference, in the measure's unit."""
        return max(abs(float(row["mean"]) - float(row["reference"])) for row in self.rows)

    @property
    def is_clear(self) -> bool:
        """Whether any point can be told from the reference."""
        return any(is_apart(row) for row in self.rows)


@chart_settings()
def plot(
    response: pd.DataFrame, labels: Labels, *, scenario: str, measure: str, kind: str = DIFFERENCE, design: str = "",
    most: int = MOST,
) -> theme.Chart | None:  # fmt: skip
    """The curves of one outcome; None when the table has no such rows."""
    rows = rows_of(response, scenario=scenario, measure=measure, kind=kind, design=design)
    every = _curves(rows)
    if not every:
        return None
    unit, drawn = labels.unit(measure, kind), every[:most]
    message = f"{labels.compared(scenario, kind)}. {_message(every, labels, unit, measure, kind)}"
    title = f"How {subject(measure, kind)} answers to one input at a time"
    notes = [
        f"Band: {labels.interval()} of the paired distance from the reference (dotted line: every parameter at its own "
        f"value{', marked by a diamond' if labels.values else ''}). Filled: can be told from the reference; open: "
        f"cannot. {left_out(len(drawn), len(every))}",
        labels.source,
    ]
    across = min(len(drawn), PER_ROW)
    down = -(-len(drawn) // PER_ROW)
    width = max(10.5, LEFT + across * (PANEL + GAP))
    page = sheet(title, message, notes, width=width, body=0.06 + down * (ABOVE + TALL + BELOW), legend=False)
    page.text(0.18, 0.0, unit.name, color=theme.QUIET)
    _panels(page, drawn, labels, unit, kind)
    name = chart_name(NAME, str(rows["design"].iloc[0]), scenario, measure, kind)
    shown = response_data([row for curve in drawn for row in curve.rows], labels, unit)
    return page.chart(name, _alt(drawn, labels, unit, title, message, len(every)), shown)


def _curves(rows: pd.DataFrame) -> list[Curve]:
    """Every parameter of two points or more, those that can be told from the reference first, then by size."""
    known = rows.dropna(subset=["quantile", "mean"])
    curves = [
        Curve(str(factor), records(of.sort_values("quantile")))
        for factor, of in known.groupby("factor", sort=False)
        if len(of) > 1
    ]
    return sorted(curves, key=lambda curve: (not curve.is_clear, -curve.distance, curve.factor))


def _panels(page: Sheet, drawn: Sequence[Curve], labels: Labels, unit: DisplayUnit, kind: str) -> None:
    """One small panel a parameter, all of one height of axis."""
    cells = [float(row[key]) * unit.factor for curve in drawn for row in curve.rows for key in ("mean", "low", "high")]
    known = [cell for cell in cells if cell == cell]
    low, high = min(known), max(known)
    pad = 0.06 * (high - low or abs(high) or 1.0)
    wide = (page.width - LEFT) / min(len(drawn), PER_ROW) - GAP
    for k, curve in enumerate(drawn):
        left, top = LEFT + (k % PER_ROW) * (wide + GAP), 0.06 + (k // PER_ROW) * (ABOVE + TALL + BELOW)
        title = theme.label(labels.factor(curve.factor), 36, lines=2)
        page.text(
            left - 0.04, top + ABOVE - 0.08, title, weight="bold", va="bottom", linespacing=1.1,
            color=theme.INK if curve.is_clear else theme.QUIET,
        )  # fmt: skip
        axis = page.axes(left, top + ABOVE, wide, TALL)
        axis.set_ylim(low - pad, high + pad)
        _curve(axis, curve, labels, unit)
        _ticks(axis, unit, kind, labels=k % PER_ROW == 0)
        is_value = curve.axis == "parameter_value"
        axis_label = labels.units.get(curve.factor, "") if is_value else "part of its range below"
        axis.set_xlabel(shortened(axis_label, 40), size=7.5, color=theme.QUIET, labelpad=2)


def _curve(axis: Axes, curve: Curve, labels: Labels, unit: DisplayUnit) -> None:
    theme.quiet_axes(axis)
    axis.grid(axis="y", color=theme.GRID, linewidth=0.8)
    axis.grid(axis="x", visible=False)
    at = [float(row[curve.axis]) for row in curve.rows]
    mean, low, high = ([float(row[key]) * unit.factor for row in curve.rows] for key in ("mean", "low", "high"))
    colour = theme.FACTOR_COLOUR if curve.is_clear else theme.UNCLEAR_COLOUR
    reference = float(curve.rows[0]["reference"]) * unit.factor
    axis.fill_between(at, low, high, color=colour, alpha=theme.BAND_ALPHA, linewidth=0, zorder=1)
    axis.axhline(reference, color=theme.INK, linewidth=1.1, linestyle=(0, (1, 1.5)), zorder=2)
    axis.plot(at, mean, color=colour, linewidth=1.8, zorder=3)
    for row, x, y in zip(curve.rows, at, mean, strict=True):
        fill = colour if is_apart(row) else "white"
        axis.plot([x], [y], color=colour, marker="o", markersize=5, markerfacecolor=fill, zorder=4)
    own = labels.values.get(curve.factor)
    if own is not None and curve.axis == "parameter_value":
        axis.plot([own], [reference], color=theme.INK, marker="D", markersize=4.5, zorder=5)


def _ticks(axis: Axes, unit: DisplayUnit, kind: str, *, labels: bool) -> None:
    from matplotlib.ticker import MaxNLocator

    axis.margins(x=0.06)
    axis.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axis.xaxis.set_major_formatter(lambda value, _: number(value))
    low, high = axis.get_ylim()
    if kind == DIFFERENCE and low < 0 < high:
        axis.axhline(0, color=theme.INK, linewidth=1.0, zorder=1.5)
    axis.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axis.yaxis.set_major_formatter(unit.tick)
    if not labels:
        axis.tick_params(axis="y", labelleft=False)


def _message(every: Sequence[Curve], labels: Labels, unit: DisplayUnit, measure: str, kind: str) -> str:
    reference = float(every[0].rows[0]["reference"])
    sentences = [f"At the reference: {value(reference, unit, measure, kind)}."]
    clear = [curve for curve in every if curve.is_clear]
    for curve in clear[:1]:
        low, high = curve.rows[0], curve.rows[-1]
        sentences.append(
            f"Moved most by {words.lowered(labels.factor(curve.factor))}: {unit.plain(float(low['mean']))} at "
            f"{place_of(low)}, {unit.plain(float(high['mean']))} at "
            f"{place_of(high)}."
        )
    bent = [words.lowered(labels.factor(curve.factor)) for curve in clear[:MOST] if _turns(curve)]
    if bent:
        sentences.append(f"Not in one direction: {listed(bent[:3])}.")
    silent = len(every) - len(clear)
    if silent:
        one = len(every) == 1
        head = "The one parameter" if one else f"{silent} of {len(every)}" if clear else f"None of {len(every)}"
        sentences.append(f"{head} {'cannot' if one or clear else 'can'} be told from doing nothing.")
    return " ".join(sentences)


def _turns(curve: Curve) -> bool:
    """Whether the curve rises in one place and falls in another, beyond both intervals."""
    rises = falls = False
    for k, row in enumerate(curve.rows):
        for later in curve.rows[k + 1 :]:
            rises = rises or float(later["low"]) > float(row["high"])
            falls = falls or float(later["high"]) < float(row["low"])
    return rises and falls


def _alt(
    drawn: Sequence[Curve], labels: Labels, unit: DisplayUnit, title: str, message: str, n: int
) -> list[str]:  # fmt: skip
    lines = [
        f"{title}. Curves with {labels.interval()} bands, one small panel for each of {len(drawn)} of {n} parameters; "
        f"upwards: {unit.name}; the dotted line is the reference.",
        message,
    ]
    for curve in drawn:
        points = ", ".join(f"{unit.plain(float(row['mean']))} at {place_of(row)}" for row in curve.rows)
        silent = "" if curve.is_clear else "; cannot be told from the reference"
        lines.append(f"{labels.factor_and_unit(curve.factor)}: {points}{silent}.")
    return lines
