"""The paired difference against the number of replicates, with its Monte Carlo interval: are there runs enough?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.core.grammar import a, counted
from sim.outcomes.measures import measure_named
from sim.presentation import theme, words
from sim.presentation.drawing import chart_settings
from sim.presentation.sensitivity.rows import Row, chart_name, records
from sim.presentation.sensitivity.sheet import sheet
from sim.presentation.sensitivity.words import DIFFERENCE, DisplayUnit, Labels, display_unit, outcome, sized

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

NAME = "running_mean"
COLUMNS = ("scenario", "measure", "replicates", "difference_per_year", "low", "high", "unit")
WIDTH, LEFT, RIGHT, TALL = 9.5, 0.85, 1.55, 3.4  # inches
MEAN = "difference_per_year"
MOST_WIDE = 6.0  # last half-widths that the axis holds: the first intervals would flatten the rest


@chart_settings()
def plot(
    precision: pd.DataFrame, labels: Labels, *, scenario: str, measure: str, wanted: float | None = None
) -> theme.Chart | None:
    """The running mean of one difference; None when the table has no such rows.

    wanted: half-width asked for, in the table's unit; drawn as a band around the last mean.
    """
    table = precision[(precision["scenario"] == scenario) & (precision["measure"] == measure)]
    rows = records(table.dropna(subset=[MEAN]).sort_values("replicates"))
    if not rows:
        return None
    unit = _unit(str(rows[-1]["unit"]), measure)
    message = f"{labels.compared(scenario, DIFFERENCE)}. {_message(rows, unit, wanted)}"
    title = f"Runs enough? The difference in {outcome(measure)}"
    notes = [
        f"Line: mean of all replicates so far. Pale band: its {labels.interval()} from luck alone (Monte Carlo), the "
        "same people and luck under both scenarios; intervals of the first few replicates may leave the chart."
        + (
            ""
            if wanted is None
            else f" Grey, dotted: {sized(wanted, unit)} either side of the last mean, as asked for."
        ),
        labels.source,
    ]
    page = sheet(title, message, notes, width=WIDTH, body=0.25 + TALL + 0.5, legend=False)
    page.text(0.18, 0.0, unit.name, color=theme.QUIET)
    axis = page.axes(LEFT, 0.25, WIDTH - LEFT - RIGHT, TALL)
    _plot(axis, rows, unit, wanted)
    alt = _alt(rows, unit, title, message, labels)
    return page.chart(chart_name(NAME, scenario, measure), alt, table[list(COLUMNS)].sort_values("replicates"))


def _unit(name: str, measure: str) -> DisplayUnit:
    """How numbers already counted for a year are told."""
    of = measure_named(measure)
    if not of.per_person:
        return display_unit(of, DIFFERENCE)
    return DisplayUnit(1.0, name, of.counts, " a year")


def _half(row: Row) -> float:
    return (float(row["high"]) - float(row["low"])) / 2.0


def reached(rows: Sequence[Row], wanted: float) -> int | None:
    """Replicates from which on the interval's half-width stays within the wanted; None where the last does not."""
    late = [k for k, row in enumerate(rows) if not _half(row) <= wanted]  # also where there is no interval
    start = late[-1] + 1 if late else 0
    return int(rows[start]["replicates"]) if start < len(rows) else None


def _plot(axis: Axes, rows: Sequence[Row], unit: DisplayUnit, wanted: float | None) -> None:
    from matplotlib.ticker import MaxNLocator

    theme.quiet_axes(axis)
    axis.grid(axis="x", visible=False)
    axis.grid(axis="y", color=theme.GRID, linewidth=0.8)
    at = [int(row["replicates"]) for row in rows]
    mean, low, high = ([float(row[key]) for row in rows] for key in (MEAN, "low", "high"))
    marker = "o" if len(rows) < 60 else ""
    axis.fill_between(at, low, high, color=theme.FACTOR_COLOUR, alpha=theme.BAND_ALPHA, linewidth=0, zorder=1)
    axis.plot(at, mean, color=theme.FACTOR_COLOUR, linewidth=2.0, marker=marker, markersize=3.5, zorder=4)
    axis.axhline(0, color=theme.INK, linewidth=1.1, zorder=2)
    last = mean[-1]
    if wanted is not None:
        axis.axhspan(last - wanted, last + wanted, color=theme.INK, alpha=0.07, linewidth=0, zorder=1.2)
        for edge in (last - wanted, last + wanted):
            axis.axhline(edge, color=theme.INK, linewidth=1.1, linestyle=(0, (1, 1.5)), zorder=3)
        since = reached(rows, wanted)
        if since is not None and len(rows) > 1:
            axis.axvline(since, color=theme.UNCLEAR_COLOUR, linewidth=0.9, linestyle=(0, (4, 3)), zorder=2)
    _limits(axis, rows, wanted)
    axis.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10], integer=True))
    axis.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axis.yaxis.set_major_formatter(unit.tick)
    axis.set_xlabel("replicates (streams of luck)", size=theme.SMALL_SIZE, color=theme.INK)
    bounds = (float(rows[-1]["low"]), float(rows[-1]["high"]))
    known = all(math.isfinite(end) for end in bounds)
    text = f"{unit.plain(last)}\n" + (f"({unit.plain(bounds[0])} to {unit.plain(bounds[1])})" if known else "")
    axis.annotate(
        text.rstrip(), (at[-1], last), xytext=(10, 0), textcoords="offset points", va="center", size=theme.SMALL_SIZE,
        color=theme.INK, weight="bold", annotation_clip=False,
    )  # fmt: skip


def _limits(axis: Axes, rows: Sequence[Row], wanted: float | None) -> None:
    """Limits that hold zero, every mean, and intervals up to some widths of the last."""
    mean = [float(row[MEAN]) for row in rows]
    last, half = mean[-1], _half(rows[-1])
    reach = MOST_WIDE * half if math.isfinite(half) and half > 0 else 0.0
    inside = [0.0, last, *mean[1:]] if len(mean) > 2 else [0.0, *mean]
    inside += [last - wanted, last + wanted] if wanted is not None else []
    for row in rows:
        ends = (float(row["low"]), float(row["high"]))
        inside += [min(max(end, last - reach), last + reach) for end in ends if math.isfinite(end)]
    pad = 0.05 * (max(inside) - min(inside) or 1.0)
    axis.set_ylim(min(inside) - pad, max(inside) + pad)
    first, end = int(rows[0]["replicates"]), int(rows[-1]["replicates"])
    axis.set_xlim(min(first, 1) - 0.5, end + 0.5)


def _message(rows: Sequence[Row], unit: DisplayUnit, wanted: float | None) -> str:
    last = rows[-1]
    n, low, high = int(last["replicates"]), float(last["low"]), float(last["high"])
    runs = counted(n, "replicate")
    if not (math.isfinite(low) and math.isfinite(high)):
        return f"After {runs}: {unit.change(float(last[MEAN]))}, without an interval."
    ends = words.between(low, high, unit.counts) if unit.counts else f"{unit.plain(low)} to {unit.plain(high)}"
    ends = words.AT_BOTH_ENDS if unit.counts and words.meet(low, high, unit.counts) else ends
    if low <= 0.0 <= high:
        verdict = f"not yet told from zero ({ends}{unit.tail})"
    else:
        verdict = f"{unit.change(float(last[MEAN]))} ({ends})"
    sentence = f"After {runs}: {verdict}."
    if wanted is None:
        return f"{sentence} Known to within {sized(_half(last), unit)} either side."
    since = reached(rows, wanted)
    if since is None:
        return (
            f"{sentence} Asked for: {sized(wanted, unit)} either side; reached so far: {sized(_half(last), unit)}. "
            "More replicates are needed."
        )
    return f"{sentence} The {sized(wanted, unit)} asked for either side are kept from {since} replicates on."


def _alt(rows: Sequence[Row], unit: DisplayUnit, title: str, message: str, labels: Labels) -> list[str]:
    step = max(1, len(rows) // 10)
    shown = [*rows[::step], *(rows[-1:] if (len(rows) - 1) % step else [])]
    points = [_point(row, unit) for row in shown]
    band = a(f"{labels.interval()} band")
    return [
        f"{title}. Line with {band} against the number of replicates, in {unit.name}, and zero.",
        message,
        f"Mean so far by replicates: {'; '.join(points)}.",
    ]


def _point(row: Row, unit: DisplayUnit) -> str:
    ends: list[Any] = [float(row["low"]), float(row["high"])]
    known = all(math.isfinite(end) for end in ends)
    interval = f" ({unit.plain(ends[0])} to {unit.plain(ends[1])})" if known else ""
    return f"{int(row['replicates'])}: {unit.plain(float(row[MEAN]))}{interval}"
