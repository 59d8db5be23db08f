"""Tornado: the parameters that move one outcome most when each is moved alone to the ends of its range.

Each row holds two bars from the reference: at the low end of the parameter's range (pale) and at the high end (full),
each with its Monte Carlo interval and the parameter's value. Without a one-at-a-time design there is no tornado: the
bars of mu-star (index_bars) say the nearest thing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.core.grammar import listed
from sim.presentation import theme, words
from sim.presentation.drawing import chart_settings
from sim.presentation.sensitivity.rows import Row, chart_name, left_out, place_of, records, rows_of
from sim.presentation.sensitivity.sheet import sheet
from sim.presentation.sensitivity.words import DIFFERENCE, DisplayUnit, Labels, subject

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

NAME = "tornado"
COLUMNS = (
    "design", "scenario", "kind", "measure", "factor", "parameter_unit", "quantile", "parameter_value", "mean", "low",
    "high", "reference", "unit", "from_reference",
)  # fmt: skip
MOST = 12  # parameters drawn
WIDTH, LEFT, RIGHT = 11.0, 3.4, 0.3  # inches
ROW = 0.46


@dataclass(frozen=True)
class Swing:
    """The outcome at both ends of one parameter's range: rows of `response`."""

    factor: str
    low: Row
    high: Row

    @property
    def distance(self) -> float:
        """The larger distance of an end from the reference, in the measure's unit."""
        return max(abs(float(end["mean"]) - float(end["reference"])) for end in (self.low, self.high))

    @property
    def is_clear(self) -> bool:
        """Whether an end can be told from the reference."""
        return is_apart(self.low) or is_apart(self.high)


def is_apart(row: Row) -> bool:
    """Whether the interval of a row of `response` leaves its reference out; not where there is no interval."""
    low, high, reference = float(row["low"]), float(row["high"]), float(row["reference"])
    return low > reference or high < reference


def swings(rows: pd.DataFrame) -> list[Swing]:
    """Two ends of every parameter of one outcome, the largest swing first; those not clear behind those that are."""
    both_ends = []
    for factor, of in rows.dropna(subset=["quantile", "mean"]).groupby("factor", sort=False):
        ends = records(of.sort_values("quantile"))
        if len(ends) > 1:
            both_ends.append(Swing(str(factor), ends[0], ends[-1]))
    return sorted(both_ends, key=lambda swing: (not swing.is_clear, -swing.distance, swing.factor))


@chart_settings()
def plot(
    response: pd.DataFrame, labels: Labels, *, scenario: str, measure: str, kind: str = DIFFERENCE, design: str = "",
    most: int = MOST,
) -> theme.Chart | None:  # fmt: skip
    """The tornado of one outcome; None when the table has no such rows."""
    rows = rows_of(response, scenario=scenario, measure=measure, kind=kind, design=design)
    every = swings(rows)
    if not every:
        return None
    unit, drawn = labels.unit(measure, kind), every[:most]
    message = f"{labels.compared(scenario, kind)}. {_message(every, labels, unit, measure, kind)}"
    title = f"What one input alone does to {subject(measure, kind)}"
    tall = ROW * len(drawn)
    notes = [
        f"Each parameter moved alone, from {_ends(rows)} of its range, the others at their own values. Number at a "
        f"bar: the parameter's value. Line: {labels.interval()} of the paired distance from the reference. "
        f"{left_out(len(drawn), len(every))}",
        labels.source,
    ]
    page = sheet(title, message, notes, width=WIDTH, body=0.24 + tall + 0.55)
    axis = page.axes(LEFT, 0.24, WIDTH - LEFT - RIGHT, tall)
    _plot(axis, drawn, labels, unit, kind)
    low, high = axis.get_xlim()
    page.legend(_handles(drawn, zero=kind == DIFFERENCE and low < 0 < high))
    name = chart_name(NAME, str(rows["design"].iloc[0]), scenario, measure, kind)
    return page.chart(name, _alt(drawn, labels, unit, title, message, len(every)), _data(drawn, labels, unit))


def _ends(rows: pd.DataFrame) -> str:
    low, high = float(rows["quantile"].min()), float(rows["quantile"].max())
    return f"the {low * 100:g}% to the {high * 100:g}% point"


def _plot(axis: Axes, drawn: Sequence[Swing], labels: Labels, unit: DisplayUnit, kind: str) -> None:
    from matplotlib.ticker import MaxNLocator

    theme.quiet_axes(axis)
    theme.row_bands(axis, len(drawn))
    reference = float(drawn[0].low["reference"]) * unit.factor
    _room(axis, drawn, unit, reference)
    across = (axis.get_xlim()[1] - axis.get_xlim()[0]) / (WIDTH - LEFT - RIGHT)
    for k, swing in enumerate(drawn):
        for end, y, is_high in ((swing.low, k - 0.19, False), (swing.high, k + 0.19, True)):
            _bar(axis, end, y, unit, is_high, 0.06 * across)
    axis.axvline(reference, color=theme.INK, linewidth=1.2, zorder=5)
    axis.annotate(
        f"reference {unit.tick(reference)}", (reference, 1.0), xycoords=axis.get_xaxis_transform(), xytext=(0, 4),
        textcoords="offset points", ha="center", va="bottom", size=theme.SMALL_SIZE, color=theme.INK, weight="bold",
    )  # fmt: skip
    low, high = axis.get_xlim()
    if kind == DIFFERENCE and low < 0 < high:
        axis.axvline(0, color=theme.UNCLEAR_COLOUR, linewidth=1.0, linestyle=(0, (4, 3)), zorder=1)
    axis.set_yticks(range(len(drawn)), [_label(swing, labels) for swing in drawn])
    axis.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axis.xaxis.set_major_formatter(unit.tick)
    axis.set_xlabel(unit.name, size=theme.SMALL_SIZE, color=theme.INK)


def _label(swing: Swing, labels: Labels) -> str:
    """Parameter and unit in two lines at most."""
    parameter_unit = labels.units.get(swing.factor, "")
    name = theme.label(labels.factor(swing.factor), 48, lines=1 if parameter_unit else 2)
    return f"{name}\n{theme.label(parameter_unit, 48, lines=1)}" if parameter_unit else name


def _room(axis: Axes, drawn: Sequence[Swing], unit: DisplayUnit, reference: float) -> None:
    """Limits that hold every interval and, outside of it, the parameter's value."""
    left, right, before, behind = reference, reference, 0.1, 0.1
    for end in (end for swing in drawn for end in (swing.low, swing.high)):
        low, high = _reach(end, unit)
        wide = 0.25 + theme.CHARACTER * len(place_of(end))
        left, right = min(left, low), max(right, high)
        if _to_left(end):
            before = max(before, wide)
        else:
            behind = max(behind, wide)
    per_inch = (right - left or abs(reference) or 1.0) / (WIDTH - LEFT - RIGHT - before - behind)
    axis.set_xlim(left - before * per_inch, right + behind * per_inch)


def _to_left(end: Row) -> bool:
    return float(end["mean"]) < float(end["reference"])


def _reach(end: Row, unit: DisplayUnit) -> tuple[float, float]:
    """Both ends of bar and interval together, in the unit told."""
    cells = [float(end[key]) * unit.factor for key in ("mean", "low", "high", "reference")]
    known = [cell for cell in cells if math.isfinite(cell)]
    return min(known), max(known)


def _bar(axis: Axes, end: Row, y: float, unit: DisplayUnit, is_high: bool, gap: float) -> None:
    mean, low, high, reference = (float(end[key]) * unit.factor for key in ("mean", "low", "high", "reference"))
    axis.barh(y, mean - reference, left=reference, height=0.32, zorder=2, **_fill(is_apart(end), is_high))
    if math.isfinite(low) and math.isfinite(high):
        if is_apart(end):
            axis.plot([low, high], [y, y], color="white", linewidth=3.0, solid_capstyle="butt", zorder=3)
        axis.plot([low, high], [y, y], color=theme.INK, linewidth=1.2, solid_capstyle="butt", zorder=4)
    first, last = _reach(end, unit)
    axis.text(
        first - gap if _to_left(end) else last + gap, y, place_of(end), va="center",
        ha="right" if _to_left(end) else "left", size=theme.SMALL_SIZE,
        color=theme.INK if is_apart(end) else theme.QUIET, zorder=6,
    )  # fmt: skip


def _fill(is_clear: bool, is_high: bool) -> dict[str, Any]:
    if not is_clear:
        return {"facecolor": "white", "edgecolor": theme.UNCLEAR_COLOUR, "linewidth": 0.9}
    colour = theme.FACTOR_COLOUR
    return {"facecolor": colour if is_high else theme.PALE_COLOUR, "edgecolor": colour, "linewidth": 0.9}


def _handles(drawn: Sequence[Swing], *, zero: bool) -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = [
        Patch(label="low end of the parameter's range (above)", **_fill(True, False)),
        Patch(label="high end (below)", **_fill(True, True)),
    ]
    if any(not is_apart(end) for swing in drawn for end in (swing.low, swing.high)):
        handles.append(Patch(label="cannot be told from the reference", **_fill(False, False)))
    if zero:
        handles.append(Line2D([], [], color=theme.UNCLEAR_COLOUR, linestyle=(0, (4, 3)), label="no difference"))
    return handles


def _message(every: Sequence[Swing], labels: Labels, unit: DisplayUnit, measure: str, kind: str) -> str:
    reference = float(every[0].low["reference"])
    at_reference = value(reference, unit, measure, kind)
    sentences = [f"At the reference: {at_reference}."]
    clear = [swing for swing in every if swing.is_clear]
    if clear:
        first = clear[0]
        name, low, high = words.lowered(labels.factor(first.factor)), first.low, first.high
        sentences.append(
            f"Moved most by {name}: {unit.plain(float(low['mean']))} at {place_of(low)}, "
            f"{unit.plain(float(high['mean']))} at {place_of(high)}."
        )
    silent = len(every) - len(clear)
    if not clear:
        one = len(every) == 1
        sentences.append(f"{'The one parameter' if one else f'None of {len(every)} parameters'} "
                         f"{'cannot' if one else 'can'} be told from doing nothing.")  # fmt: skip
    elif silent:
        sentences.append(f"{silent} of {len(every)} cannot be told from doing nothing.")
    if kind == DIFFERENCE:
        sentences.append(_turned(clear, labels, reference))
    return " ".join(sentences)


def value(cell: float, unit: DisplayUnit, measure: str, kind: str) -> str:
    """A mean of `response` in words: a difference as a change, a level as the measure's value."""
    from sim.outcomes.measures import measure_named

    return unit.change(cell) if kind == DIFFERENCE else words.value(cell, measure_named(measure))


def _turned(clear: Sequence[Swing], labels: Labels, reference: float) -> str:
    """Which parameters turn the difference round at an end, interval and all."""
    turned = [
        swing for swing in clear
        if any(
            float(end["high" if reference > 0 else "low"]) * math.copysign(1.0, reference) < 0
            for end in (swing.low, swing.high)
        )
    ]  # fmt: skip
    if reference == 0 or not clear:
        return ""
    if not turned:
        return "No parameter alone turns the difference round."
    names = [words.lowered(labels.factor(swing.factor)) for swing in turned[:3]]
    more = f", and {len(turned) - 3} more" if len(turned) > 3 else ""
    return f"Alone enough to turn the difference round: {listed(names)}{more}."


def _alt(
    drawn: Sequence[Swing], labels: Labels, unit: DisplayUnit, title: str, message: str, n: int
) -> list[str]:  # fmt: skip
    lines = [
        f"{title}. Tornado of {len(drawn)} of {n} parameters: bars from the reference to the {unit.name} at both ends "
        f"of each parameter's range, with {labels.interval()}s of the distance.",
        message,
    ]
    for swing in drawn:
        ends = [
            f"{unit.plain(float(end['mean']))} ({unit.plain(float(end['low']))} to {unit.plain(float(end['high']))}) "
            f"at {place_of(end)}"
            for end in (swing.low, swing.high)
        ]
        silent = "" if swing.is_clear else "; cannot be told from the reference"
        lines.append(f"{labels.factor_and_unit(swing.factor)}: {'; '.join(ends)}{silent}.")
    return lines


def _data(drawn: Sequence[Swing], labels: Labels, unit: DisplayUnit) -> pd.DataFrame:
    return response_data([end for swing in drawn for end in (swing.low, swing.high)], labels, unit)


def response_data(rows: Sequence[Row], labels: Labels, unit: DisplayUnit) -> pd.DataFrame:
    """Rows of `response` in the unit told, with the parameter's unit and whether each is apart from the reference."""
    import pandas as pd

    data = [
        {
            **row, **{key: float(row[key]) * unit.factor for key in ("mean", "low", "high", "reference")},
            "parameter_unit": labels.units.get(str(row["factor"]), ""), "unit": unit.name,
            "from_reference": is_apart(row),
        }
        for row in rows
    ]  # fmt: skip
    return pd.DataFrame(data, columns=list(COLUMNS))
