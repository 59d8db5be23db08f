"""Dots and intervals: what each scenario changes in a year, one small panel for each headline measure, zero line in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.analysis.comparison import Comparison
from sim.analysis.differences import CHANCES
from sim.analysis.intervals import BASIS_BOTH, BASIS_DRAWS, BASIS_ONE
from sim.analysis.verdicts import BETTER, MARKED, WORSE
from sim.outcomes.measures import Measure
from sim.presentation import chances, theme, words
from sim.presentation.drawing import chart_settings
from sim.presentation.report.blocks import grades_note, plain_title
from sim.presentation.report.changes import better_words, in_full
from sim.presentation.report.money import counted_note, diagnostics_note
from sim.presentation.report.overview import draws_line
from sim.presentation.report.page import headline, page_title, source_line
from sim.presentation.report.selection import headlines, others
from sim.scenario.levers.grades import GRADE_COLUMNS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAME = "headline_differences"
PANELS_PER_ROW = 4
LABELS_WIDTH = 3.0  # inches
DATA_COLUMNS = (
    "scenario", "measure", "counts", "per_year", "per_year_low", "per_year_high", "difference", "low", "high",
    *CHANCES, "luck_share", "verdict", *GRADE_COLUMNS,
)  # fmt: skip
MARKED_FROM = "Blue, orange, black: at a chance of 97.5% or more, and not too small to count."
LARGE = frozenset({"nights", "days", "pounds"})  # counted in thousands: fewer numbers fit under the axis


@chart_settings()
def plot(comparison: Comparison) -> theme.Chart | None:
    """The chart; None when there is no scenario beside the baseline."""
    scenarios = others(comparison)
    if not scenarios:
        return None
    measures, width = headlines(comparison), 12.5
    message = theme.lines(headline(comparison), width, theme.WIDE_CHARACTER)
    n_rows = -(-len(measures) // PANELS_PER_ROW)
    panel, gap = 0.4 + 0.34 * len(scenarios), 0.95
    remarks = (
        wrong_marks(comparison, scenarios, measures), draws_line(comparison), grades_note(comparison),
        counted_note(comparison), diagnostics_note(comparison),
    )  # fmt: skip
    notes = [line for note in remarks if note for line in theme.lines(note, width)]
    head, foot = 0.62 + 0.2 * len(message), 1.1 + theme.LINE * len(notes)
    height = head + foot + n_rows * panel + (n_rows - 1) * gap + 0.6
    figure = theme.new_figure(width, height)
    axes = figure.subplots(n_rows, PANELS_PER_ROW, squeeze=False, sharey=True)
    figure.subplots_adjust(
        left=LABELS_WIDTH / width, right=0.985, top=1 - (head + 0.55) / height, bottom=(foot + 0.05) / height,
        wspace=0.14, hspace=gap / panel,
    )  # fmt: skip
    for index, axis in enumerate(axes.ravel()):
        if index < len(measures):
            measure = measures[index]
            draw_panel(axis, comparison, scenarios, measure, ticks=4 if measure.counts in LARGE else 5)
            _head(axis, measure)
        else:
            axis.set_visible(False)
    labels = [theme.label(comparison.titles[name], 42, lines=2) for name in scenarios]
    for row in axes:
        row[0].set_yticks(range(len(scenarios)), labels)
    title = f"{page_title(comparison)}, against {comparison.titles[comparison.baseline]}"
    theme.heading(figure, height, title, message)
    legend(figure, height)
    theme.footing(
        figure,
        height,
        f"Dot: best estimate. Line: {words.level_in_words(comparison.level)} interval ({holds(comparison)}). "
        f"{MARKED_FROM}\n" + "\n".join([*notes, source_line(comparison)]),
    )
    changes = alt_text(comparison, scenarios, measures, headline(comparison)).rstrip()
    paragraphs = [changes, *(note for note in remarks if note)]
    alt = "\n".join(paragraphs) + "\n"
    svg, png = theme.render(figure, title=title, alt=alt)
    shown = data(comparison, scenarios, measures).to_csv(index=False, lineterminator="\n")
    return theme.Chart(NAME, svg, png, alt, shown)


def alt_text(comparison: Comparison, scenarios: list[str], measures: list[Measure], message: str) -> str:
    """The chart in words: what it is, its message, then every scenario's changes."""
    lines = [
        f"Dots with {words.level_in_words(comparison.level)} intervals for {len(measures)} headline measures and "
        f"{len(scenarios)} scenarios, as yearly differences from {comparison.titles[comparison.baseline]}.",
        message,
    ]
    for name in scenarios:
        parts = []
        for measure in measures:
            row = comparison.row(name, measure.name)
            parts.append(f"{plain_title(measure)}: {in_full(row, measure)}")
        lines.append(f"{comparison.titles[name]}: {'; '.join(parts)}.")
    return "\n".join(lines) + "\n"


def draw_panel(axis: Axes, comparison: Comparison, scenarios: list[str], measure: Measure, *, ticks: int) -> None:
    """One measure without its head: a dot and its interval for each scenario; ticks: most steps of the axis."""
    from matplotlib.ticker import MaxNLocator

    theme.quiet_axes(axis)
    theme.row_bands(axis, len(scenarios))
    axis.axvline(0, color=theme.INK, linewidth=1.0, zorder=1)
    for position, name in enumerate(scenarios):
        row = comparison.row(name, measure.name)
        colour, marker, fill = _look(row)
        number, low, high = (float(row[key]) for key in ("per_year", "per_year_low", "per_year_high"))
        axis.plot([low, high], [position, position], color=colour, linewidth=2.0, solid_capstyle="round", zorder=2)
        axis.plot([number], [position], color=colour, marker=marker, markerfacecolor=fill, markersize=6.5, zorder=3)
    axis.margins(x=0.12)
    axis.xaxis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 5, 10]))
    if not any(axis.dataLim.intervalx):  # nothing moved: a scale would make up a size
        axis.set_xticks([0])
    axis.xaxis.set_major_formatter(theme.signed_money if measure.counts in words.MONEY else theme.signed)


def _head(axis: Axes, measure: Measure) -> None:
    axis.set_title(measure.label, loc="left", size=theme.TEXT_SIZE, weight="bold", color=theme.INK, pad=17)
    unit = f"{measure.counts} a year, {better_words(measure)}".removesuffix(", ")
    axis.text(
        0, 1.0, unit, transform=axis.transAxes, size=theme.SMALL_SIZE, color=theme.QUIET, va="bottom"
    )  # fmt: skip


def legend(figure: Figure, height: float) -> None:
    """What colours and markers mean, at the bottom right."""
    from matplotlib.lines import Line2D

    kinds = (
        Line2D([], [], color=theme.BETTER_COLOUR, marker="o", label="better"),
        Line2D([], [], color=theme.WORSE_COLOUR, marker="s", label="worse"),
        Line2D([], [], color=theme.INK, marker="D", label="more or fewer"),
        Line2D([], [], color=theme.UNCLEAR_COLOUR, marker="o", label="as certain, but rests on an assumption"),
        Line2D([], [], color=theme.UNCLEAR_COLOUR, marker="o", markerfacecolor="white", label="less certain"),
    )
    figure.legend(
        handles=kinds, loc="lower right", bbox_to_anchor=(0.99, 0.04 / height), ncols=5, frameon=False,
        fontsize=theme.SMALL_SIZE, labelcolor=theme.INK,
    )  # fmt: skip


def _look(row: Any) -> tuple[str, str, str]:
    """Line colour, marker and fill by verdict; grey and filled where only an assumption stands against a mark."""
    if chances.rests_on_assumption(row):
        return theme.UNCLEAR_COLOUR, "o", theme.UNCLEAR_COLOUR
    if row["verdict"] == BETTER:
        return theme.BETTER_COLOUR, "o", theme.BETTER_COLOUR
    if row["verdict"] == WORSE:
        return theme.WORSE_COLOUR, "s", theme.WORSE_COLOUR
    if row["verdict"] in MARKED:
        return theme.INK, "D", theme.INK
    return theme.UNCLEAR_COLOUR, "o", "white"


def wrong_marks(comparison: Comparison, scenarios: list[str], measures: list[Measure]) -> str:
    """How many of the differences drawn are marked, and how many of them wrongly by their own chances."""
    return chances.wrong_marks(comparison.row(name, measure.name) for measure in measures for name in scenarios)


def holds(comparison: Comparison) -> str:
    """What the interval contains, in the few words that a chart has room for."""
    if comparison.basis in (BASIS_BOTH, BASIS_DRAWS):
        return "uncertain model numbers and Monte Carlo error"
    return "none: one run" if comparison.basis == BASIS_ONE else "Monte Carlo error only"


def data(comparison: Comparison, scenarios: list[str], measures: list[Measure]) -> pd.DataFrame:
    """The rows that the chart shows."""
    rows = comparison.rows
    names = [measure.name for measure in measures]
    return rows[rows["scenario"].isin(scenarios) & rows["measure"].isin(names)][list(DATA_COLUMNS)]
