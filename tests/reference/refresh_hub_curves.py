"""Make the picture and the tables of how hubs bend: python tests/reference/refresh_hub_curves.py (`make hub-curves`).

Run it when the hubs' rule or rows change on purpose; `make documents` then renders the table of sim/MODEL.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub_curves import BEYOND, COARSE, CUTS, ENDS, Hubs, Point

from sim.area import load_area
from sim.engine.model_area import ModelArea
from sim.evidence import load_parameters
from sim.presentation import theme
from sim.presentation.drawing import chart_settings
from sim.scenario import load_scenario

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "results" / "reference" / "hub_curves"
SEEDS = range(8)
PANELS = (
    ("engaged", "Treatment within 3 weeks of release, % of people", 100.0),
    ("wait", "Days from referral to the first appointment", 1.0),
    ("load", "People for each keyworker with a caseload", 1.0),
    ("interval", "Open days between contacts", 1.0),
)


def shipped() -> Hubs:
    """The shipped area, evidence and baseline."""
    area, table = load_area(), load_parameters()
    baseline = load_scenario(ROOT / "scenarios" / "baseline.yaml", area=area, parameters=table)
    return Hubs(ModelArea(area), table, baseline)


def curve(hubs: Hubs) -> dict[float, Point]:
    """By part of today's team."""
    return {part: hubs.settled(part, SEEDS) for part in sorted((*CUTS, *BEYOND))}


def falls(hubs: Hubs) -> list[tuple[str, float, dict[float, float]]]:
    """Row, value, and engagement by part of today's team, at both ends of each row that a fall hangs on."""
    rows = [(name, getattr(hubs.table[name], end)) for name in ENDS for end in ("low", "high")]
    return [
        (name, value, {part: hubs.settled(part, SEEDS, {name: value}).engaged for part in COARSE})
        for name, value in rows
    ]


@chart_settings()
def draw(
    points: dict[float, Point], ends: list[tuple[str, float, dict[float, float]]], cut: dict[str, Any]
) -> theme.Chart:
    """Four panels over the team, one with both ends of what the fall hangs on, one of the months after a cut."""
    title = "Hubs bend before they break"
    today, half = points[1.0], points[0.5]
    said = (
        f"With half of the keyworkers of every hub, for everybody there, {100 * half.engaged:.0f}% of people leaving "
        f"prison start treatment within 3 weeks instead of {100 * today.engaged:.0f}%; people are met every "
        f"{half.interval:.0f} open days instead of {today.interval:.0f}."
    )
    width, height = 12.6, 7.0
    figure = theme.new_figure(width, height)
    theme.heading(figure, height, title, theme.lines(said, width, theme.WIDE_CHARACTER))
    axes = figure.subplots(2, 3)
    figure.subplots_adjust(left=0.045, right=0.98, top=0.83, bottom=0.185, hspace=0.46, wspace=0.2)
    for axis, (name, label, scale) in zip(axes.flat, PANELS, strict=False):
        _panel(axis, points, name, label, scale)
    _ends(axes.flat[4], points, ends)
    _months(axes.flat[5], today, cut)
    note = (
        "Reference values, 2,200 people, mean of 8 runs. In the first five panels the team stands at that part for a "
        "year before the people counted are released; a dot marks today. Both ends of a row's range, all else at the "
        "reference: C load at which half of the first appointments is withheld, F most of the time for them, R "
        "ring-fenced part of the time for people leaving prison."
    )
    theme.footing(figure, height, "\n".join(theme.lines(note, width)), above=0.12)
    alt = f"{title}. Four lines over the keyworkers of a hub as a percentage of today's, 30% to 200%. {said}"
    svg, png = theme.render(figure, title=title, alt=alt)
    return theme.Chart("hub_curves", svg, png, alt, "")


def _axis(axis: Axes, title: str, below: str) -> None:
    theme.quiet_axes(axis)
    axis.grid(axis="y", color=theme.GRID, linewidth=0.8)
    axis.set_title(title, size=theme.TEXT_SIZE, loc="left", color=theme.INK)
    axis.set_xlabel(below, size=theme.SMALL_SIZE, color=theme.INK)


def _panel(axis: Axes, points: dict[float, Point], name: str, label: str, scale: float) -> None:
    parts = sorted(points)
    values = [scale * getattr(points[part], name) for part in parts]
    axis.plot([100 * part for part in parts], values, color=theme.LINE_COLOURS[0], linewidth=2.0, zorder=3)
    axis.plot([100], [scale * getattr(points[1.0], name)], "o", color=theme.LINE_COLOURS[0], markersize=6, zorder=4)
    axis.set_ylim(bottom=0.0)
    _axis(axis, label, "keyworkers of a hub, % of today's")


def _ends(axis: Axes, points: dict[float, Point], ends: list[tuple[str, float, dict[float, float]]]) -> None:
    """Engagement from today's team to half of it; names at the left, pushed apart where lines end close together."""
    lines = [("reference", theme.INK, {part: points[part].engaged for part in COARSE})]
    lines += [
        (f"{'CFR'[ENDS.index(row)]} {value:g}", theme.LINE_COLOURS[1 + ENDS.index(row)], by_part)
        for row, value, by_part in ends
    ]
    lowest = 0.0
    for name, colour, by_part in sorted(lines, key=lambda line: line[2][0.5]):
        parts = sorted(by_part)
        axis.plot([100 * part for part in parts], [100 * by_part[part] for part in parts], color=colour, linewidth=1.4)
        at = max(100 * by_part[0.5], lowest)
        lowest = at + 3.6
        axis.text(49, at, name, ha="right", va="center", size=theme.SMALL_SIZE, color=colour)
    axis.set_xlim(34, 101)
    axis.set_ylim(bottom=0.0)
    axis.set_xticks([50, 60, 70, 80, 90, 100])
    _axis(axis, "Treatment within 3 weeks, %, at both ends of a row", "keyworkers of a hub, % of today's")


def _months(axis: Axes, today: Point, cut: dict[str, Any]) -> None:
    """Engagement by month of release after half of every team has gone on one day."""
    months = range(1, len(cut["engaged"]) + 1)
    axis.plot(months, 100 * cut["engaged"], color=theme.LINE_COLOURS[0], linewidth=2.0, marker="o", markersize=4)
    axis.axhline(100 * today.engaged, color=theme.QUIET, linewidth=1.0, linestyle=(0, (3, 2)))
    axis.text(12.2, 100 * today.engaged - 0.8, "today's team", ha="right", va="top", size=theme.SMALL_SIZE,
              color=theme.QUIET)  # fmt: skip
    axis.set_ylim(bottom=0.0)
    axis.set_xticks([1, 3, 6, 9, 12])
    _axis(axis, "Treatment within 3 weeks, %, after half goes on one day", "month of release after the cut")


def _months_of(cut: dict[str, Any]) -> list[list[float]]:
    """Row by month of the year after the cut."""
    return [[float(values[k]) for values in cut.values()] for k in range(len(cut["engaged"]))]


def _write(name: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    lines = [",".join(f"{cell:.4f}" if isinstance(cell, float) else str(cell) for cell in row) for row in rows]
    (FOLDER / name).write_text("\n".join((",".join(heads), *lines, "")), encoding="utf-8")


def main() -> None:
    """Write the folder."""
    hubs = shipped()
    points, ends, cut = curve(hubs), falls(hubs), hubs.after_a_cut(0.5, SEEDS)
    FOLDER.mkdir(parents=True, exist_ok=True)
    _write("curve.csv", ("part_of_today", *Point._fields), [(part, *points[part]) for part in sorted(points)])
    heads = ("row", "value", *(f"engaged_at_{part:g}" for part in COARSE))
    _write("ends.csv", heads, [(row, value, *(by_part[part] for part in COARSE)) for row, value, by_part in ends])
    _write("after_half_goes.csv", ("month", *cut), [(k + 1, *row) for k, row in enumerate(_months_of(cut))])
    chart = draw(points, ends, cut)
    (FOLDER / "hub_curves.svg").write_bytes(chart.svg)
    (FOLDER / "hub_curves.png").write_bytes(chart.png)
    print(f"results/reference/{FOLDER.name}: read what moved")


if __name__ == "__main__":
    main()
