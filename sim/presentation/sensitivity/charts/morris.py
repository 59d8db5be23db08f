"""Morris screening: mean size of effect against spread of effects, the important factors named in a column beside.

Names stand in a column to the right, joined to their marks by thin lines, so that they never overlap however close the
marks lie. Lines of equal spread over size tell a nearly straight effect from one that bends or depends on others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.core.grammar import listed
from sim.presentation import theme, words
from sim.presentation.drawing import chart_settings
from sim.presentation.sensitivity.rows import (
    INDEX_COLUMNS,
    Row,
    chart_name,
    data_of,
    leaders,
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
from sim.presentation.sensitivity.words import DIFFERENCE, LUCK, DisplayUnit, Labels, sized, subject

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

NAME = "morris"
COLUMNS = INDEX_COLUMNS
MOST = 12  # factors named
WIDTH, LEFT, PLOT, TALL = 11.0, 0.75, 5.9, 4.6  # inches
RISE = 0.35  # inches between two names
# Spread over size: below the first nearly straight, below the second in one direction, above the last it bends or
# depends on others (Garcia Sanchez and others, Energy and Buildings 2014).
GUIDES = ((0.1, "0.1"), (0.5, "0.5"), (1.0, "1"))


@dataclass(frozen=True)
class Mark:
    """A factor on the plane of a screening.

    x, y: mean size (mu_star) and spread (sigma) of its effects in the unit shown; row, sigma: their rows.
    """

    x: float
    y: float
    row: Row
    sigma: Row


@chart_settings()
def plot(
    sensitivity: pd.DataFrame, labels: Labels, *, scenario: str, measure: str, kind: str = DIFFERENCE, design: str = "",
    most: int = MOST,
) -> theme.Chart | None:  # fmt: skip
    """The screening of one outcome; None when the table has no mu-star and sigma of it."""
    unit = labels.unit(measure, kind)
    rows = rows_of(sensitivity, scenario=scenario, measure=measure, kind=kind, index="mu_star", design=design)
    used = str(rows["design"].iloc[0]) if len(rows) else design
    spread = rows_of(sensitivity, scenario=scenario, measure=measure, kind=kind, index="sigma", design=used)
    marks = _marks(rows, spread, unit)
    if not marks:
        return None
    inputs, luck = ordered(rows), of_luck(rows)
    message = " ".join(
        part for part in (
            f"{labels.compared(scenario, kind)}.", leaders(inputs, labels, unit), _bent(marks, labels),
            luck_words(luck, unit), silent_words(inputs),
        ) if part
    )  # fmt: skip
    title = f"Which inputs move {subject(measure, kind)}"
    named = [mark for mark in marks if mark.row["from_zero"] and mark.row["factor"] != LUCK][:most]
    named += [mark for mark in marks if mark.row["factor"] == LUCK]
    notes = [*_notes(labels, len(named), len(marks), int(rows["points"].max())), labels.source]
    page = sheet(title, message, notes, width=WIDTH, body=0.35 + TALL + 0.62)
    axis = page.axes(LEFT, 0.35, PLOT, TALL)
    _plot(axis, marks, unit, labels)
    _names(axis, named, labels)
    page.legend(_handles(marks))
    pairs = [row for mark in marks for row in (mark.row, mark.sigma)]
    name = chart_name(NAME, used, scenario, measure, kind)
    return page.chart(name, _alt(marks, named, labels, title, message, unit), data_of(pairs, unit))


def _marks(rows: pd.DataFrame, spread: pd.DataFrame, unit: DisplayUnit) -> list[Mark]:
    """Factors with both numbers, the largest first, luck among them."""
    sigma = {str(row["factor"]): row for row in records(spread)}
    marks = [
        Mark(float(row["value"]) * unit.factor, float(of["value"]) * unit.factor, row, of)
        for row in records(rows)
        if (of := sigma.get(str(row["factor"]))) is not None
    ]
    return sorted(marks, key=lambda mark: (-mark.x, str(mark.row["factor"])))


def _plot(axis: Axes, marks: Sequence[Mark], unit: DisplayUnit, labels: Labels) -> None:
    from matplotlib.ticker import MaxNLocator

    theme.quiet_axes(axis)
    axis.grid(axis="y", color=theme.GRID, linewidth=0.8)
    ends = [float(mark.row["high"]) * unit.factor for mark in marks]
    right = 1.06 * max([mark.x for mark in marks] + [end for end in ends if math.isfinite(end)]) or 1.0
    top = 1.12 * max(max(mark.y for mark in marks), 0.25 * right)
    axis.set_xlim(-0.02 * right, right)
    axis.set_ylim(-0.03 * top, top)
    for ratio, text in GUIDES:
        x, y = (right, ratio * right) if ratio * right <= top else (top / ratio, top)
        axis.plot([0, x], [0, y], color=theme.UNCLEAR_COLOUR, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
        at_top = y >= top * 0.999
        axis.annotate(
            text, (x, y), xytext=(0, 3) if at_top else (4, 0), textcoords="offset points", size=theme.SMALL_SIZE,
            color=theme.QUIET, ha="center" if at_top else "left", va="bottom" if at_top else "center",
            annotation_clip=False,
        )  # fmt: skip
    for mark in marks:
        _mark(axis, mark, unit)
    axis.set_xlabel(f"mean size of the effect of a step (mu*), {unit.name}", size=theme.SMALL_SIZE, color=theme.INK)
    axis.set_ylabel("spread of the effects (sigma), same unit", size=theme.SMALL_SIZE, color=theme.INK)
    for side in (axis.xaxis, axis.yaxis):
        side.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
        side.set_major_formatter(lambda value, _: f"{value:,.6g}")


def _mark(axis: Axes, mark: Mark, unit: DisplayUnit) -> None:
    low, high = (float(mark.row[key]) * unit.factor for key in ("low", "high"))
    look = _look(mark.row)
    if mark.row["from_zero"] and math.isfinite(low) and math.isfinite(high):
        axis.plot([low, high], [mark.y, mark.y], color=look["color"], linewidth=1.1, alpha=0.55, zorder=2)
    axis.plot([mark.x], [mark.y], linestyle="none", zorder=4 if mark.row["from_zero"] else 3, **look)


def _look(row: Row) -> dict[str, Any]:
    if row["factor"] == LUCK:
        fill = theme.LUCK_COLOUR if row["from_zero"] else "white"
        return {"color": theme.LUCK_COLOUR, "marker": theme.LUCK_MARKER, "markersize": 14, "markerfacecolor": fill}
    if not row["from_zero"]:
        return {"color": theme.UNCLEAR_COLOUR, "marker": "o", "markersize": 4, "markerfacecolor": "white"}
    return {"color": theme.FACTOR_COLOUR, "marker": "o", "markersize": 6.5, "markeredgecolor": "white"}


def _names(axis: Axes, named: Sequence[Mark], labels: Labels) -> None:
    """Names in a column right of the plot, in the order of the marks' heights, each joined to its mark."""
    per_inch = (axis.get_ylim()[1] - axis.get_ylim()[0]) / TALL
    across = (axis.get_xlim()[1] - axis.get_xlim()[0]) / PLOT
    at = axis.get_xlim()[1] + 0.75 * across
    for mark, height in zip(*_spread(named, per_inch, axis.get_ylim()), strict=True):
        axis.plot(
            [mark.x, axis.get_xlim()[1] + 0.3 * across, at - 0.06 * across], [mark.y, height, height],
            color=theme.UNCLEAR_COLOUR, linewidth=0.6, alpha=0.8, zorder=1.5, clip_on=False,
        )  # fmt: skip
        axis.text(
            at, height, theme.label(name_of(mark.row, labels), 50, lines=2), size=theme.SMALL_SIZE, va="center",
            color=theme.LUCK_COLOUR if mark.row["factor"] == LUCK else theme.INK, linespacing=1.05,
        )  # fmt: skip


def _spread(named: Sequence[Mark], per_inch: float, limits: tuple[float, float]) -> tuple[list[Mark], list[float]]:
    """Marks from the highest down, and heights for their names: near their own, RISE inches apart, inside the plot."""
    marks = sorted(named, key=lambda mark: (-mark.y, mark.x))
    rise = min(RISE * per_inch, (limits[1] - limits[0]) / max(len(marks), 1))
    heights = [mark.y for mark in marks]
    heights = [min(height, limits[1] - (k + 0.5) * rise) for k, height in enumerate(heights)]
    for k in range(1, len(heights)):
        heights[k] = min(heights[k], heights[k - 1] - rise)
    floor = limits[0] + 0.5 * rise
    for k in range(len(heights) - 1, -1, -1):
        heights[k] = max(heights[k], floor)
        floor = heights[k] + rise
    return marks, heights


def _bent(marks: Sequence[Mark], labels: Labels) -> str:
    """Which important factor bends most or depends most on others."""
    inputs = [mark for mark in marks if mark.row["from_zero"] and mark.row["factor"] != LUCK and mark.x > 0]
    bent = [mark for mark in inputs if mark.y >= mark.x]
    if not inputs:
        return ""
    if not bent:
        return "None of the effects told from zero is spread wider than its size."
    names = [words.lowered(name_of(mark.row, labels)) for mark in bent[:2]]
    more = f" and {len(bent) - 2} more" if len(bent) > 2 else ""
    return f"Bending, or depending on other inputs: {listed(names) if not more else ', '.join(names)}{more}."


def _handles(marks: Sequence[Mark]) -> list[Any]:
    from matplotlib.lines import Line2D

    kinds: tuple[tuple[str, Callable[[Row], bool]], ...] = (
        ("input that can be told from zero", lambda row: bool(row["factor"] != LUCK and row["from_zero"])),
        ("cannot be told from zero: nothing claimed", lambda row: bool(row["factor"] != LUCK and not row["from_zero"])),
        ("luck (chance alone)", lambda row: bool(row["factor"] == LUCK)),
    )
    handles: list[Any] = []
    for text, fits in kinds:
        rows = [mark.row for mark in marks if fits(mark.row)]
        if rows:
            handles.append(Line2D([], [], linestyle="none", label=text, **{**_look(rows[0]), "markersize": 7}))
    handles.append(
        Line2D([], [], color=theme.UNCLEAR_COLOUR, linewidth=0.9, linestyle=(0, (4, 3)), label="sigma over mu*")
    )
    return handles


def _notes(labels: Labels, named: int, n: int, points: int) -> list[str]:
    return [
        f"Horizontal lines: {labels.interval()} of mu*. Dashed: spread over size; below 0.1 an effect is nearly "
        "straight, below 0.5 it keeps one direction, above 1 it bends or depends on other inputs. "
        f"{named} of {n} are named. {points:,} runs."
    ]


def _alt(
    marks: Sequence[Mark], named: Sequence[Mark], labels: Labels, title: str, message: str, unit: DisplayUnit
) -> list[str]:
    lines = [
        f"{title}. Points of a Morris screening, {len(marks)} in all: mean size of effect (mu*) to the right, spread "
        f"(sigma) upwards, with {labels.interval()}s of mu*.",
        message,
    ]
    for mark in named:
        silent = "" if mark.row["from_zero"] else "; cannot be told from zero"
        lines.append(
            f"{name_of(mark.row, labels)}: {with_interval(mark.row, unit)}, spread {sized(mark.y, unit)}{silent}."
        )
    return lines
