"""What the same money changes: one row a scenario, one column a headline measure, dots and intervals, zero line in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.analysis.comparison import Comparison
from sim.outcomes.measures import Measure
from sim.presentation import theme, words
from sim.presentation.charts.headline_differences import (
    DATA_COLUMNS,
    MARKED_FROM,
    alt_text,
    data,
    draw_panel,
    holds,
    legend,
    wrong_marks,
)
from sim.presentation.drawing import chart_settings
from sim.presentation.layout import wrapped
from sim.presentation.report.blocks import grades_note
from sim.presentation.report.overview import draws_line
from sim.presentation.report.page import source_line
from sim.presentation.report.selection import headlines, others
from sim.presentation.report.value_for_money import (
    equal_money_line,
    sum_in_words,
    unit_in_words,
    value_message,
    value_notes,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME = "value_for_money"
COLUMNS = DATA_COLUMNS
LABELS_WIDTH, PANEL_WIDTH, GAP_WIDTH = 2.75, 1.14, 0.13  # inches
ROW_HEIGHT = 0.34
HEADS_HEIGHT = 1.0
TICKS = 4  # steps of an axis, from which those are taken whose numbers have room


@chart_settings()
def plot(comparison: Comparison) -> theme.Chart | None:
    """The chart; None for a study in which scenarios do not cost the same."""
    scenarios, measures = others(comparison), headlines(comparison)
    if comparison.equal_money is None or not scenarios or not measures:
        return None
    width = LABELS_WIDTH + len(measures) * (PANEL_WIDTH + GAP_WIDTH) + 0.15
    message = theme.lines(f"{equal_money_line(comparison)} {value_message(comparison)}", width, theme.WIDE_CHARACTER)
    remarks = [wrong_marks(comparison, scenarios, measures), draws_line(comparison), grades_note(comparison)]
    remarks = [note for note in (*remarks, *value_notes(comparison)) if note]
    notes = [line for note in remarks for line in theme.lines(note, width)]
    head, foot = 0.62 + 0.2 * len(message), 1.1 + theme.LINE * len(notes)
    body = 0.1 + ROW_HEIGHT * len(scenarios)
    height = head + HEADS_HEIGHT + body + foot
    figure = theme.new_figure(width, height)
    axes = figure.subplots(1, len(measures), squeeze=False, sharey=True)[0]
    figure.subplots_adjust(
        left=LABELS_WIDTH / width, right=1 - 0.15 / width, top=(foot + body) / height, bottom=foot / height,
        wspace=GAP_WIDTH / PANEL_WIDTH,
    )  # fmt: skip
    for axis, measure in zip(axes, measures, strict=True):
        draw_panel(axis, comparison, scenarios, measure, ticks=TICKS)
        _few_ticks(axis, theme.signed_money if measure.counts in words.MONEY else theme.signed)
        _head(axis, measure, body)
    axes[0].set_yticks(range(len(scenarios)), [theme.label(comparison.titles[name], 38, lines=2) for name in scenarios])
    title = f"What {sum_in_words(comparison.equal_money)} a year changes, scenario by scenario"
    theme.heading(figure, height, title, message)
    legend(figure, height)
    theme.footing(
        figure,
        height,
        f"Dot: best estimate. Line: {words.level_in_words(comparison.level)} interval ({holds(comparison)}). "
        f"{MARKED_FROM} Each column has its own scale.\n" + "\n".join([*notes, source_line(comparison)]),
    )
    message_in_full = f"{equal_money_line(comparison)} {value_message(comparison)}"
    paragraphs = [alt_text(comparison, scenarios, measures, message_in_full).rstrip(), *remarks]
    alt = "\n".join(paragraphs) + "\n"
    svg, png = theme.render(figure, title=title, alt=alt)
    shown = data(comparison, scenarios, measures).to_csv(index=False, lineterminator="\n")
    return theme.Chart(NAME, svg, png, alt, shown)


def _few_ticks(axis: Axes, label_of: Callable[[float], str]) -> None:
    """Leaves under an axis zero and, the farthest first, the numbers that keep clear of each other and of the edges."""
    low, high = axis.get_xlim()
    inches = PANEL_WIDTH / (high - low)
    wide = {tick: theme.CHARACTER * len(label_of(tick)) for tick in axis.get_xticks() if low <= tick <= high}
    chosen = [tick for tick in wide if tick == 0]
    for tick in sorted(wide, key=abs, reverse=True):
        inside = min(tick - low, high - tick) * inches + GAP_WIDTH / 5 > wide[tick] / 2
        apart = all(abs(tick - other) * inches > (wide[tick] + wide[other]) / 2 + GAP_WIDTH / 2 for other in chosen)
        if inside and apart:
            chosen.append(tick)
    axis.set_xticks(sorted(chosen))


def _head(axis: Axes, measure: Measure, body: float) -> None:
    """Name and unit of a column, in lines above it; body: height of the column in inches."""
    unit = wrapped(unit_in_words(measure), int(PANEL_WIDTH / theme.CHARACTER))
    title = wrapped(measure.label, int(PANEL_WIDTH / theme.WIDE_CHARACTER))
    above = 1.0 + 0.06 / body
    axis.text(
        0, above, "\n".join(unit), transform=axis.transAxes, size=theme.SMALL_SIZE, color=theme.QUIET, va="bottom",
        linespacing=1.2,
    )  # fmt: skip
    axis.text(
        0, above + (0.04 + theme.LINE * len(unit)) / body, "\n".join(title), transform=axis.transAxes,
        size=theme.TEXT_SIZE, weight="bold", color=theme.INK, va="bottom", linespacing=1.2,
    )  # fmt: skip
