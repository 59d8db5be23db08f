"""The curve of one lever: what each sum changes with its paired interval, and below it the money that stays idle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.saturation import Curve
from sim.outcomes.measures import measure_named
from sim.presentation import theme, words
from sim.presentation.drawing import chart_settings
from sim.presentation.report.saturation import idle_message, message, notes, short_title, title

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME = "saturation"
WIDTH, PANEL, LOWER, BETWEEN = 8.2, 2.7, 1.25, 0.5  # inches
LEFT, RIGHT = 0.95, 0.35  # inches beside the panels


@chart_settings()
def plot(curve: Curve) -> theme.Chart:
    """The chart of a curve; its data are the curve's table."""
    said = f"{curve.title}. {message(curve)} {idle_message(curve)}"
    head = theme.lines(said, WIDTH, theme.WIDE_CHARACTER)
    foot = [line for note in notes(curve) for line in theme.lines(note, WIDTH)]
    top, bottom = 1.05 + 0.19 * len(head), 0.75 + theme.LINE * len(foot)
    height = top + PANEL + BETWEEN + LOWER + bottom
    figure = theme.new_figure(WIDTH, height)
    wide = (WIDTH - LEFT - RIGHT) / WIDTH
    upper = figure.add_axes((LEFT / WIDTH, (bottom + LOWER + BETWEEN) / height, wide, PANEL / height))
    lower = figure.add_axes((LEFT / WIDTH, bottom / height, wide, LOWER / height))
    _change(upper, curve)
    _idle(lower, curve)
    theme.heading(figure, height, short_title(curve), head)
    theme.footing(figure, height, "\n".join(foot), above=0.12)
    alt = "\n".join([title(curve), message(curve), idle_message(curve), *_points(curve)]) + "\n"
    svg, png = theme.render(figure, title=title(curve), alt=alt)
    return theme.Chart(NAME, svg, png, alt, curve.table.to_csv(index=False, lineterminator="\n"))


def _change(axis: Axes, curve: Curve) -> None:
    table, measure = curve.table, measure_named(curve.outcome)
    spend, change = table["gbp_per_year"], table["change"]
    axis.fill_between(
        spend, table["change_low"], table["change_high"], color=theme.BETTER_COLOUR, alpha=theme.BAND_ALPHA, linewidth=0
    )
    axis.plot(spend, change, color=theme.BETTER_COLOUR, marker="o", markersize=5, linewidth=1.6)
    axis.axhline(0.0, color=theme.INK, linewidth=0.9)
    counts = f"{measure.counts} a year" if measure.per_person else measure.unit
    _dress(axis, curve, f"{measure.label}: change against the baseline ({counts})")
    axis.yaxis.set_major_formatter(theme.signed_money if measure.is_money else theme.signed)
    axis.tick_params(labelbottom=False)


def _idle(axis: Axes, curve: Curve) -> None:
    table = curve.table
    spend = table["gbp_per_year"]
    axis.fill_between(
        spend, table["idle_low"], table["idle_high"], color=theme.WORSE_COLOUR, alpha=theme.BAND_ALPHA, linewidth=0
    )
    axis.plot(spend, table["idle_gbp_per_year"], color=theme.WORSE_COLOUR, marker="s", markersize=4.5, linewidth=1.6)
    axis.set_ylim(0.0, max(float(table["idle_high"].max()), 0.25 * float(spend.max())) * 1.08)
    _dress(axis, curve, "Idle: money a year for what nobody uses")
    axis.yaxis.set_major_formatter(_money)
    axis.set_xlabel("money a year", size=theme.SMALL_SIZE, color=theme.INK)


def _dress(axis: Axes, curve: Curve, head: str) -> None:
    """The axis of money under a panel, and its head."""
    theme.quiet_axes(axis)
    axis.grid(axis="y", color=theme.GRID, linewidth=0.8)
    axis.set_xlim(0.0, float(curve.table["gbp_per_year"].max()) * 1.03)
    axis.xaxis.set_major_formatter(_money)
    axis.locator_params(axis="x", nbins=7)
    axis.locator_params(axis="y", nbins=5)
    axis.set_title(head, loc="left", size=theme.TEXT_SIZE, weight="bold", color=theme.INK, pad=8)


def _money(gbp: float, _: float = 0.0) -> str:
    return theme.signed_money(gbp).removeprefix("+").replace("0", "£0", 1) if gbp == 0 else theme.signed_money(gbp)[1:]


def _points(curve: Curve) -> list[str]:
    counts = measure_named(curve.outcome).counts
    return [
        f"{words.whole_pounds(row['gbp_per_year'])} a year: {words.about(row['change'], counts)} "
        f"({words.interval(row['change_low'], row['change_high'], counts)}); "
        f"{words.whole_pounds(row['idle_gbp_per_year'])} idle."
        for row in curve.table.to_dict("records")[1:]
    ]
