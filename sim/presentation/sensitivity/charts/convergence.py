"""Small multiples: an index of the largest factors against the number of samples, with intervals that should narrow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.core.grammar import listed
from sim.presentation import theme, words
from sim.presentation.drawing import chart_settings
from sim.presentation.sensitivity.rows import Row, chart_name, data_of, left_out, records, rows_of, with_interval
from sim.presentation.sensitivity.sheet import Sheet, sheet
from sim.presentation.sensitivity.words import DIFFERENCE, INDICES, LUCK, DisplayUnit, Labels, index_value, subject

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

NAME = "convergence"
COLUMNS = (
    "design", "scenario", "kind", "measure", "factor", "index", "samples", "value", "low", "high", "unit",
)  # fmt: skip
MOST, PER_ROW = 6, 3  # factors drawn, and in a row
LEFT, PANEL, GAP = 0.7, 3.0, 0.3  # inches
TALL, ABOVE, BELOW = 1.7, 0.5, 0.3


@dataclass(frozen=True)
class Path:
    """An index of one factor by number of samples: rows of `sensitivity_convergence`, fewest samples first."""

    factor: str
    rows: Sequence[Row]

    @property
    def last(self) -> Row:
        """The row of most samples."""
        return self.rows[-1]

    @property
    def is_settled(self) -> bool:
        """Whether the value at half way lies within the last interval."""
        before = self.rows[-2] if len(self.rows) > 1 else self.last
        return float(self.last["low"]) <= float(before["value"]) <= float(self.last["high"])


@chart_settings()
def plot(
    convergence: pd.DataFrame, labels: Labels, *, scenario: str, measure: str, index: str = "ST",
    kind: str = DIFFERENCE, design: str = "", most: int = MOST,
) -> theme.Chart | None:  # fmt: skip
    """The paths of one outcome's index; None when the table has no such rows."""
    rows = rows_of(convergence, scenario=scenario, measure=measure, kind=kind, index=index, design=design)
    every = _paths(rows)
    if not every:
        return None
    drawn, unit = every[:most], labels.unit(measure, kind)
    message = f"{labels.compared(scenario, kind)}. {_message(drawn, labels, unit)}"
    title = f"Runs enough? What moves {subject(measure, kind)}"
    notes = [
        f"Band: {labels.interval()}. Dotted: the value at most samples. Across: base samples, not to scale. "
        f"{left_out(len(drawn), len(every))}",
        labels.source,
    ]
    across, down = min(len(drawn), PER_ROW), -(-len(drawn) // PER_ROW)
    width = max(9.0, LEFT + across * (PANEL + GAP))
    page = sheet(title, message, notes, width=width, body=0.06 + down * (ABOVE + TALL + BELOW) + 0.1, legend=False)
    known = INDICES[index]
    page.text(0.18, 0.0, f"{known.name}: {known.axis}{f', {unit.name}' if known.has_unit else ''}", color=theme.QUIET)
    _panels(page, drawn, labels, unit)
    shown = [row for path in drawn for row in path.rows]
    name = chart_name(NAME, str(rows["design"].iloc[0]), index, scenario, measure, kind)
    return page.chart(name, _alt(drawn, labels, unit, title, message, len(every)), data_of(shown, unit, COLUMNS))


def _paths(rows: pd.DataFrame) -> list[Path]:
    """Every factor, the largest at most samples first."""
    paths = [Path(str(factor), records(of.sort_values("samples"))) for factor, of in rows.groupby("factor", sort=False)]
    return sorted(paths, key=lambda path: (-abs(float(path.last["value"])), path.factor))


def _factor(row: Row, unit: DisplayUnit) -> float:
    return unit.factor if INDICES[str(row["index"])].has_unit else 1.0


def _panels(page: Sheet, drawn: Sequence[Path], labels: Labels, unit: DisplayUnit) -> None:
    cells = [
        float(row[key]) * _factor(row, unit) for path in drawn for row in path.rows for key in ("value", "low", "high")
    ]
    known = [cell for cell in cells if math.isfinite(cell)]
    low, high = min(0.0, *known), max(0.0, *known)
    pad = 0.05 * (high - low or 1.0)
    wide = (page.width - LEFT) / min(len(drawn), PER_ROW) - GAP
    for k, path in enumerate(drawn):
        left, top = LEFT + (k % PER_ROW) * (wide + GAP), 0.06 + (k // PER_ROW) * (ABOVE + TALL + BELOW)
        title = theme.label(labels.factor(path.factor), 42, lines=2)
        is_luck = path.factor == LUCK
        page.text(
            left - 0.04, top + ABOVE - 0.06, title, weight="bold", va="bottom", linespacing=1.1,
            color=theme.LUCK_COLOUR if is_luck else theme.INK,
        )  # fmt: skip
        axis = page.axes(left, top + ABOVE, wide, TALL)
        axis.set_ylim(low - pad, high + pad)
        _path(axis, path, unit)
        _ticks(axis, path, labels=k % PER_ROW == 0)


def _path(axis: Axes, path: Path, unit: DisplayUnit) -> None:
    theme.quiet_axes(axis)
    axis.grid(axis="x", visible=False)
    axis.grid(axis="y", color=theme.GRID, linewidth=0.8)
    look = _look(path.factor)
    at = range(len(path.rows))
    value, low, high = ([float(row[key]) * _factor(row, unit) for row in path.rows] for key in ("value", "low", "high"))
    axis.axhline(0, color=theme.INK, linewidth=1.0, zorder=1.5)
    axis.axhline(value[-1], color=theme.INK, linewidth=1.0, linestyle=(0, (1, 1.5)), zorder=2)
    axis.fill_between(at, low, high, color=look["color"], alpha=theme.BAND_ALPHA, linewidth=0, zorder=1)
    axis.plot(at, value, linewidth=1.8, zorder=3, **look)
    axis.set_xlim(-0.25, max(len(path.rows) - 0.75, 0.25))


def _look(factor: str) -> dict[str, Any]:
    if factor == LUCK:
        return {"color": theme.LUCK_COLOUR, "marker": theme.LUCK_MARKER, "markersize": 9}
    return {"color": theme.FACTOR_COLOUR, "marker": "o", "markersize": 5}


def _ticks(axis: Axes, path: Path, *, labels: bool) -> None:
    from matplotlib.ticker import MaxNLocator

    room = max(1, -(-len(path.rows) // 8))
    places = list(range(len(path.rows) - 1, -1, -room))
    axis.set_xticks(places, [f"{int(path.rows[k]['samples']):,}" for k in places])
    axis.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    if INDICES[str(path.last["index"])].is_share:
        axis.yaxis.set_major_formatter(theme.percent)
    if not labels:
        axis.tick_params(axis="y", labelleft=False)


def _message(drawn: Sequence[Path], labels: Labels, unit: DisplayUnit) -> str:
    samples = sorted({int(row["samples"]) for path in drawn for row in path.rows})
    if len(samples) < 2:
        return f"Only one number of samples, {samples[0]:,}: convergence cannot be seen."
    before, last = samples[-2], samples[-1]
    moved = [words.lowered(labels.factor(path.factor)) for path in drawn if not path.is_settled]
    count = "The one index drawn keeps" if len(drawn) == 1 else f"All {len(drawn)} keep"
    settled = (
        f"{count} within the last interval from {before:,} to {last:,} samples."
        if not moved
        else f"Still moving beyond the last interval between {before:,} and {last:,} samples: {listed(moved)}."
    )
    first = drawn[0]
    index = str(first.last["index"])
    value, *ends = (index_value(index, float(first.last[key]), unit) for key in ("value", "low", "high"))
    return f"{settled} Largest: {words.lowered(labels.factor(first.factor))}, {value} ({' to '.join(ends)})."


def _alt(drawn: Sequence[Path], labels: Labels, unit: DisplayUnit, title: str, message: str, n: int) -> list[str]:
    lines = [
        f"{title}. Lines with {labels.interval()} bands against base samples, one small panel for each of {len(drawn)} "
        f"of {n} factors.",
        message,
    ]
    for path in drawn:
        points = "; ".join(
            f"{int(row['samples']):,} samples {with_interval(row, unit, is_named=False)}" for row in path.rows
        )
        lines.append(f"{labels.factor(path.factor)}: {points}.")
    return lines
