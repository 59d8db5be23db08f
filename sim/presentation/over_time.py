"""Columns of two panels over time: a measure under the baseline and a few scenarios, and their paired differences.

Above stand the values: the baseline with the band of its interval, the scenarios as lines, because the bands of values
overlap even where a difference is almost certain. Below stand the differences, each with its own band and a zero line;
a filled mark says that the difference is marked in that place: at a chance of 97.5% or more, and not better by an
assumption.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sim.analysis.comparison import Comparison
from sim.core.grammar import a
from sim.outcomes.measures import Measure
from sim.presentation import theme, words
from sim.presentation.chances import ON_ASSUMPTION, is_marked, rests_on_assumption
from sim.presentation.report.selection import Choice, difference_in_words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LineShape = Literal["steps", "sum", "means"]
VALUES = ("value", "value_low", "value_high")
DIFFERENCES = ("difference", "low", "high")

LEVEL_HEIGHT, DIFFERENCE_HEIGHT = 2.25, 1.35  # inches
MOST_LINES = 6  # of what a line in the legend is
LEFT, RIGHT, GAP = 0.68, 0.25, 0.85


@dataclass(frozen=True)
class Column:
    """One measure over time.

    data: rows of every scenario in order of time, already in the unit shown, with columns `start` and `end` on the
    axis of time beside the comparison's. shape: the value holds from start to end (steps), grows from 0 and is reached
    at the end (sum), or is the mean of the time from start to end, drawn in its middle (means).
    """

    measure: Measure
    title: str
    unit: str
    data: pd.DataFrame
    choice: Choice
    shape: LineShape

    def of(self, scenario: str) -> pd.DataFrame:
        """The scenario's rows."""
        return self.data[self.data["scenario"] == scenario]

    def rows_shown(self) -> pd.DataFrame:
        """The rows of every scenario with the unit shown, and whether the scenario is drawn."""
        left_out = self.choice.sure + self.choice.silent
        drawn = ["no" if name in left_out else "yes" for name in self.data["scenario"]]
        return self.data.assign(unit=self.unit, drawn=drawn)


@dataclass(frozen=True)
class Drawn:
    """The axes of one column of panels: values above, differences below where there are any; width in inches."""

    level: Axes
    difference: Axes | None
    width: float

    @property
    def lowest(self) -> Axes:
        """The axes that bear the labels of time."""
        return self.level if self.difference is None else self.difference

    @property
    def lowest_height(self) -> float:
        """Its height in inches."""
        return LEVEL_HEIGHT if self.difference is None else DIFFERENCE_HEIGHT


def has_differences(columns: Sequence[Column]) -> bool:
    """Whether any scenario is drawn beside the baseline, so that there are differences to show."""
    return any(column.choice.drawn for column in columns)


def looks(columns: Sequence[Column]) -> dict[str, int]:
    """Number of the line style of every scenario drawn in any column: one scenario, one look in a chart."""
    names = dict.fromkeys(name for column in columns for name in column.choice.drawn)
    return {name: number % len(theme.LINE_COLOURS) for number, name in enumerate(names)}


def legend_labels(comparison: Comparison, column: Column, characters: int) -> list[str]:
    """What each line is: the baseline, then every scenario drawn with what it changes; wrapped."""
    level = words.level_in_words(comparison.level)
    labels = [f"{comparison.titles[comparison.baseline]} ({level} band)"]
    for name in column.choice.drawn:
        row = comparison.row(name, column.measure.name)
        assumed = f" ({ON_ASSUMPTION})" if rests_on_assumption(row) else ""
        labels.append(f"{comparison.titles[name]}: {difference_in_words(row, column.measure)}{assumed}")
    return [theme.label(label, characters, lines=MOST_LINES) for label in labels]


def height_of(comparison: Comparison, columns: Sequence[Column], width: float) -> float:
    """Inches that the columns need, legend and labels of time included, without what stands below them."""
    lines = _legend_lines(comparison, columns, _column_width(len(columns), width))
    rows = 0.5 + lines * theme.LINE + 0.12 + LEVEL_HEIGHT
    return rows + (0.55 + DIFFERENCE_HEIGHT if has_differences(columns) else 0.0)


def draw_columns(
    figure: Figure, size: tuple[float, float], top: float, comparison: Comparison, columns: Sequence[Column],
    style: Mapping[str, int],
) -> list[Drawn]:  # fmt: skip
    """Draw the columns side by side from `top` inches below the upper edge.

    size: of the figure in inches; style: the `looks` of all columns of the chart, which may have several rows of them.
    """
    width, height = size
    column_width = _column_width(len(columns), width)
    characters = int(column_width / theme.CHARACTER) - 6
    legend_height = _legend_lines(comparison, columns, column_width) * theme.LINE + 0.12
    drawn = []
    for number, column in enumerate(columns):
        left = LEFT + number * (column_width + GAP)

        def place(down: float, tall: float, left: float = left) -> Axes:
            return figure.add_axes((left / width, 1 - (down + tall) / height, column_width / width, tall / height))

        figure.text(left / width, 1 - top / height, column.title, size=10.5, weight="bold", color=theme.INK, va="top")
        figure.text(
            left / width, 1 - (top + 0.22) / height, column.unit, size=theme.SMALL_SIZE, color=theme.QUIET, va="top"
        )
        figure.legend(
            handles=_handles(comparison, column, style), labels=legend_labels(comparison, column, characters),
            loc="upper left", bbox_to_anchor=((left - 0.06) / width, 1 - (top + 0.4) / height), frameon=False,
            fontsize=theme.SMALL_SIZE, labelcolor=theme.INK, borderpad=0.2, handlelength=2.6, labelspacing=0.35,
        )  # fmt: skip
        down = top + 0.45 + legend_height
        level = place(down, LEVEL_HEIGHT)
        _level(level, comparison, column, style)
        below: Axes | None = None
        if has_differences(columns):
            below = place(down + LEVEL_HEIGHT + 0.55, DIFFERENCE_HEIGHT)
            _difference(below, comparison, column, style)
        drawn.append(Drawn(level, below, column_width))
    return drawn


def lines_of(comparison: Comparison) -> str:
    """What the lines of a chart stand for: one scenario, or the baseline and the largest almost certain changes."""
    band = words.level_in_words(comparison.level)
    if len(comparison.scenarios) == 1:
        return f"for {comparison.titles[comparison.baseline]}, with {a(f'{band} band')}"
    return (
        "for the baseline and the scenarios that almost certainly change each measure most, with "
        f"{band} bands, and the differences from the baseline below"
    )


def differences_of(comparison: Comparison, column: Column, scenario: str) -> list[str]:
    """The differences drawn for a scenario as a line of words; none for the baseline itself."""
    if scenario == comparison.baseline:
        return []
    numbers = [float(number) for number in column.of(scenario)["difference"].dropna()]
    listed = ", ".join(f"{'+' if number > 0 else ''}{words.fine(number)}" for number in numbers)
    return [f"The same, {comparison.titles[scenario]}, difference from the baseline: {listed}."]


def not_drawn(comparison: Comparison, columns: Sequence[Column]) -> list[str]:
    """Who is left out of each column and why, every scenario named: for the text beside the chart."""
    sentences = []
    for column in columns:
        parts = [
            f"{why}: {_titles(comparison, names)}"
            for why, names in (
                ("almost certain, but smaller", column.choice.sure),
                ("less certain", column.choice.silent),
            )
            if names
        ]
        if parts:
            sentences.append(f"{column.title}, not drawn: {'; '.join(parts)}.")
    return sentences


def caption(comparison: Comparison, columns: Sequence[Column]) -> list[str]:
    """Who is left out, for the foot of the chart: almost certain but smaller changes by column, and less certain."""
    sentences = [
        f"{column.title}, almost certain but smaller and not drawn: {_titles(comparison, column.choice.sure)}."
        for column in columns
        if column.choice.sure
    ]
    silent = [name for name in comparison.scenarios if all(name in column.choice.silent for column in columns)]
    if silent:
        sentences.append(f"Nothing almost certain in these measures: {_titles(comparison, silent)}.")
    return sentences


def _titles(comparison: Comparison, names: Sequence[str]) -> str:
    return "; ".join(comparison.titles[name] for name in names)


def _column_width(n: int, width: float) -> float:
    return (width - LEFT - RIGHT - (n - 1) * GAP) / n


def _legend_lines(comparison: Comparison, columns: Sequence[Column], column_width: float) -> int:
    characters = int(column_width / theme.CHARACTER) - 6
    return max(
        sum(label.count("\n") + 1 for label in legend_labels(comparison, column, characters)) for column in columns
    )


def _handles(comparison: Comparison, column: Column, style: Mapping[str, int]) -> list[Any]:
    from matplotlib.lines import Line2D

    handles: list[Any] = [Line2D([], [], color=theme.INK, linewidth=2.2)]
    for name in column.choice.drawn:
        k = style[name]
        handles.append(
            Line2D(
                [],
                [],
                color=theme.LINE_COLOURS[k],
                linestyle=theme.LINE_DASHES[k],
                marker=theme.LINE_MARKERS[k],
                markersize=4.5,
                linewidth=1.8,
            )
        )
    return handles


def _path(rows: pd.DataFrame, keys: Sequence[str], shape: LineShape) -> list[list[float]]:
    """Times, then the numbers of each key: steps as edges with the last number held, a sum from zero on."""
    columns = [[float(cell) for cell in rows[key]] for key in keys]
    times = [_time(row, shape) for row in rows.to_dict("records")]
    if shape == "steps":
        edges = [float(cell) for cell in rows["start"]]
        return [[*edges, float(rows["end"].iloc[-1])], *([*column, column[-1]] for column in columns)]
    if shape == "sum":
        return [[float(rows["start"].iloc[0]), *times], *([0.0, *column] for column in columns)]
    return [times, *columns]


def _time(row: Mapping[Hashable, Any], shape: LineShape) -> float:
    """Where on the axis of time a row's number stands."""
    return float(row["end"]) if shape == "sum" else (float(row["start"]) + float(row["end"])) / 2.0


def _line(axis: Axes, rows: pd.DataFrame, key: str, shape: LineShape, **look: Any) -> None:
    x, y = _path(rows, (key,), shape)
    axis.plot(x, y, drawstyle="steps-post" if shape == "steps" else "default", **look)


def _band(axis: Axes, rows: pd.DataFrame, keys: tuple[str, str], shape: LineShape, colour: str, alpha: float) -> None:
    x, low, high = _path(rows, keys, shape)
    step: Any = "post" if shape == "steps" else None
    axis.fill_between(x, low, high, step=step, color=colour, alpha=alpha, linewidth=0, zorder=1)


def _look(number: int) -> dict[str, Any]:
    return {"color": theme.LINE_COLOURS[number], "linestyle": theme.LINE_DASHES[number], "linewidth": 1.8, "zorder": 3}


def _level(axis: Axes, comparison: Comparison, column: Column, style: Mapping[str, int]) -> None:
    _quiet(axis)
    of_baseline = column.of(comparison.baseline)
    _band(axis, of_baseline, ("value_low", "value_high"), column.shape, theme.INK, 0.13)
    _line(axis, of_baseline, "value", column.shape, color=theme.INK, linewidth=2.2, zorder=2)
    for name in column.choice.drawn:
        _line(axis, column.of(name), "value", column.shape, **_look(style[name]))
    axis.set_ylim(bottom=0.0)


def _difference(axis: Axes, comparison: Comparison, column: Column, style: Mapping[str, int]) -> None:
    _quiet(axis)
    axis.axhline(0, color=theme.INK, linewidth=1.0, zorder=2)
    axis.set_title("difference from the baseline", loc="left", size=theme.SMALL_SIZE, color=theme.QUIET, pad=6)
    if not column.choice.drawn:
        axis.set_ylim(-1, 1)
        axis.set_yticks([0], ["0"])
        axis.text(
            0.5, 0.75, "no scenario almost certainly changes this", transform=axis.transAxes, ha="center", va="center",
            size=theme.SMALL_SIZE, color=theme.QUIET, bbox={"facecolor": "white", "edgecolor": "none"},
        )  # fmt: skip
        return
    for name in column.choice.drawn:
        number, rows = style[name], column.of(name)
        colour = theme.LINE_COLOURS[number]
        _band(axis, rows, ("low", "high"), column.shape, colour, theme.BAND_ALPHA)
        _line(axis, rows, "difference", column.shape, **_look(number))
        for row in rows.to_dict("records"):
            filled = is_marked({str(key): cell for key, cell in row.items()})
            axis.plot(
                [_time(row, column.shape)], [float(row["difference"])], color=colour, markersize=4.5, zorder=4,
                marker=theme.LINE_MARKERS[number], markerfacecolor=colour if filled else "white",
            )  # fmt: skip
    axis.margins(y=0.08)


def _quiet(axis: Axes) -> None:
    """No box, light horizontal lines, no tick marks."""
    from matplotlib.ticker import MaxNLocator

    theme.quiet_axes(axis)
    axis.grid(axis="x", visible=False)
    axis.grid(axis="y", color=theme.GRID, linewidth=0.8)
    axis.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
