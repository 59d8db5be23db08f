"""Heat map: inputs by outcomes, each cell an index as a share of the outcome's largest; blank where nothing is sure.

A cell is blank where the input cannot be told from zero and hatched where the outcome has no such index (it never
changed, or was not studied). Luck stands apart at the foot and counts among the largest.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.core.grammar import counted, listed
from sim.presentation import theme
from sim.presentation.drawing import chart_settings
from sim.presentation.sensitivity.rows import chart_name, left_out, records, rows_of
from sim.presentation.sensitivity.sheet import Sheet, sheet
from sim.presentation.sensitivity.words import (
    DIFFERENCE,
    INDICES,
    LUCK,
    Labels,
    outcome,
    outcome_label,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

NAME = "heat_map"
COLUMNS = (
    "design", "scenario", "kind", "measure", "factor", "index", "value", "low", "high", "from_zero", "of_largest",
)  # fmt: skip
MOST, FEW = 20, 5  # inputs drawn, and how many where none is clear
LEFT, CELL_HEIGHT, WIDEST = 3.5, 0.3, 0.62  # inches
NARROWEST = 0.27
SLANT = 50  # degrees, of the outcomes' names above the cells
BOUNDS = (0.2, 0.4, 0.6, 0.8)  # shares of the largest at which the colour steps
NOT_STUDIED = "///"


@dataclass(frozen=True)
class Grid:
    """Inputs (luck last) by outcomes; cells by both, each with its share of the outcome's largest."""

    factors: list[str]
    measures: list[str]
    cells: dict[tuple[str, str], dict[str, Any]]
    n: int

    def share(self, factor: str, measure: str) -> float | None:
        """Share of the outcome's largest; None where the input cannot be told from zero or was not studied."""
        cell = self.cells.get((factor, measure))
        return float(cell["of_largest"]) if cell is not None and cell["from_zero"] else None

    def drawn(self) -> list[dict[str, Any]]:
        """The cells in the order of rows and columns, as far as they were studied."""
        keys = ((factor, measure) for factor in self.factors for measure in self.measures)
        return [self.cells[key] for key in keys if key in self.cells]


@chart_settings()
def plot(
    sensitivity: pd.DataFrame, labels: Labels, *, scenario: str, index: str = "ST", kind: str = DIFFERENCE,
    design: str = "", measures: Sequence[str] = (), most: int = MOST,
) -> theme.Chart | None:  # fmt: skip
    """The map of one scenario's outcomes; None when the table has no such rows.

    measures: columns, in order; those that the table holds, where none are given. One that it does not hold is hatched.
    """
    rows = rows_of(sensitivity, scenario=scenario, kind=kind, index=index, design=design)
    if rows.empty:
        return None
    grid = _grid(rows, list(measures) or list(dict.fromkeys(rows["measure"])), most)
    if not grid.factors or not grid.measures:
        return None
    message = f"{labels.compared(scenario, kind)}. {_message(grid, labels)}"
    title = f"Which inputs move which {'differences' if kind == DIFFERENCE else 'outcomes'}"
    known, luck = INDICES[index], LUCK in grid.factors
    notes = [_note(grid, known.name + (" index" if known.is_share else ""), int(rows["points"].max())), labels.source]
    cell = min(WIDEST, max(NARROWEST, 8.4 / len(grid.measures)))
    across = cell * len(grid.measures)
    longest = theme.CHARACTER * max(len(outcome_label(measure)) for measure in grid.measures) + 0.2
    heads, aside = (longest * turned(math.radians(SLANT)) for turned in (math.sin, math.cos))
    tall = CELL_HEIGHT * (len(grid.factors) + (0.5 if luck and len(grid.factors) > 1 else 0.0))
    width = max(9.0, LEFT + across + aside + 0.1)
    page = sheet(title, message, notes, width=width, body=heads + tall + 0.12)
    axis = page.axes(LEFT, heads, across, tall)
    _plot(axis, grid, labels, wide=cell > 0.4)
    _legend(page, grid)
    name = chart_name(NAME, str(rows["design"].iloc[0]), index, scenario, kind)
    return page.chart(name, _alt(grid, labels, title, message, known.name), _data(grid))


def _note(grid: Grid, index: str, runs: int) -> str:
    """What numbers, blanks and hatches mean, and who is left out."""
    parts = [
        f"Number: {index}, in percent of the outcome's largest{', luck included (brown)' * (LUCK in grid.factors)}.",
        "Blank: cannot be told from zero, nothing claimed.",
        "Hatched: outcome that never changed or was not studied." if _missing(grid) else "",
        _not_drawn(grid),
        f"{runs:,} runs.",
    ]
    return " ".join(part for part in parts if part)


def _grid(rows: pd.DataFrame, measures: list[str], most: int) -> Grid:
    """The inputs of the largest clear share in any outcome, by that share; luck behind them."""
    rows = rows[rows["measure"].isin(measures)]
    largest = rows.assign(size=rows["value"].abs()).groupby("measure")["size"].transform("max")
    shares = rows["value"].where(largest > 0.0, 0.0) / largest.where(largest > 0.0, 1.0)
    cells = {(str(row["factor"]), str(row["measure"])): row for row in records(rows.assign(of_largest=shares.abs()))}
    inputs = [name for name in dict.fromkeys(rows["factor"].astype(str)) if name != LUCK]
    clear: dict[str, list[float]] = {name: [] for name in inputs}
    for (factor, _), row in cells.items():
        if factor != LUCK and row["from_zero"]:
            clear[factor].append(float(row["of_largest"]))
    inputs.sort(key=lambda name: (-max(clear[name], default=0.0), -sum(clear[name]), name))
    somewhere = [name for name in inputs if clear[name]] or inputs[:FEW]
    shown = [*somewhere[:most], *([LUCK] if (rows["factor"] == LUCK).any() else [])]
    return Grid(shown, measures, cells, len(inputs))


def _not_drawn(grid: Grid) -> str:
    """How many inputs are left out, and why."""
    drawn = len(grid.factors) - (LUCK in grid.factors)
    clear = len(
        {factor for factor, measure in grid.cells if factor != LUCK and grid.share(factor, measure) is not None}
    )
    silent = f"{grid.n - clear} of {grid.n} inputs are told from zero nowhere. " if clear < grid.n else ""
    return f"{silent}{left_out(drawn, clear)}".strip()


def _missing(grid: Grid) -> list[str]:
    """Outcomes without any index."""
    studied = {measure for _, measure in grid.cells}
    return [measure for measure in grid.measures if measure not in studied]


def _step(share: float, factor: str) -> str:
    return (theme.LUCK_STEPS if factor == LUCK else theme.STEPS)[sum(share >= bound for bound in BOUNDS)]


def text_on(colour: str) -> str:
    """Ink or white, whichever is read better on a step's colour."""
    return "white" if colour in (*theme.STEPS[-2:], *theme.LUCK_STEPS[-2:]) else theme.INK


def _plot(axis: Axes, grid: Grid, labels: Labels, *, wide: bool) -> None:
    from matplotlib.patches import Rectangle

    for side in axis.spines.values():
        side.set_visible(False)
    axis.tick_params(length=0, labelsize=theme.SMALL_SIZE, labelcolor=theme.INK)
    has_luck = LUCK in grid.factors and len(grid.factors) > 1
    heights = [k + (0.5 if has_luck and name == LUCK else 0.0) for k, name in enumerate(grid.factors)]
    axis.set_xlim(0, len(grid.measures))
    axis.set_ylim(heights[-1] + 1.0, 0.0)
    missing = set(_missing(grid))
    for y, factor in zip(heights, grid.factors, strict=True):
        for x, measure in enumerate(grid.measures):
            share = grid.share(factor, measure)
            look: dict[str, Any] = {"facecolor": "white", "edgecolor": theme.GRID, "linewidth": 0.7}
            if share is not None:
                look["facecolor"] = _step(share, factor)
            elif measure in missing or (factor, measure) not in grid.cells:
                look = {**look, "hatch": NOT_STUDIED, "edgecolor": theme.GRID}
            axis.add_patch(Rectangle((x, y), 1, 1, **look))
            if share is not None:
                text, colour = f"{100 * share:.0f}", text_on(_step(share, factor))
                axis.text(
                    x + 0.5, y + 0.5, text, ha="center", va="center", color=colour,
                    size=theme.SMALL_SIZE if wide else 7.0,
                )  # fmt: skip
    axis.set_yticks([y + 0.5 for y in heights], [theme.label(labels.factor(name), 50, 1) for name in grid.factors])
    if has_luck:
        axis.get_yticklabels()[-1].set_color(theme.LUCK_COLOUR)
    axis.set_xticks([])
    for x, measure in enumerate(grid.measures):
        axis.annotate(
            outcome_label(measure), (x + 0.5, 0.0), xytext=(-2, 5), textcoords="offset points", rotation=SLANT,
            rotation_mode="anchor", ha="left", va="center", size=theme.SMALL_SIZE, annotation_clip=False,
            color=theme.QUIET if measure in missing else theme.INK,
        )  # fmt: skip


def _legend(page: Sheet, grid: Grid) -> None:
    from matplotlib.patches import Patch

    edges = [0, *(round(100 * bound) for bound in BOUNDS), 100]
    handles = [
        Patch(facecolor=colour, edgecolor=theme.UNCLEAR_COLOUR, linewidth=0.5, label=f"{low} to {high}")
        for colour, low, high in zip(theme.STEPS, edges[:-1], edges[1:], strict=True)
    ]
    handles.append(Patch(facecolor="white", edgecolor=theme.UNCLEAR_COLOUR, linewidth=0.5, label="not told from zero"))
    if _missing(grid):
        handles.append(Patch(facecolor="white", edgecolor=theme.UNCLEAR_COLOUR, hatch=NOT_STUDIED, label="not studied"))
    page.legend(handles)


def _message(grid: Grid, labels: Labels) -> str:
    """Which input is largest in most outcomes, how often luck is, for which outcomes none is told from zero."""
    first, luck = dict[str, int](), 0
    studied = [measure for measure in grid.measures if measure not in _missing(grid)]
    for measure in studied:
        shares = {name: share for name in grid.factors if (share := grid.share(name, measure)) is not None}
        luck += LUCK in shares and shares[LUCK] >= max(shares.values())
        shares.pop(LUCK, None)
        if shares:
            best = max(shares, key=lambda name: shares[name])
            first[best] = first.get(best, 0) + 1
    if not first and not luck:
        return f"No input can be told from zero in any of {counted(len(studied), 'outcome')}."
    of, sentences = counted(len(studied), "outcome"), []
    if first:
        name = max(first, key=lambda name: first[name])
        sentences.append(f"{labels.factor(name)} is the largest input in {first[name]} of {of}.")
    if luck:
        sentences.append(f"Luck is larger than any input in {luck} of {of}.")
    silent = [measure for measure in studied if not any(
        grid.share(name, measure) is not None for name in grid.factors if name != LUCK)]  # fmt: skip
    if silent:
        named = listed([outcome(measure) for measure in silent[:3]])
        more = f" and {len(silent) - 3} more" if len(silent) > 3 else ""
        sentences.append(f"No input is told from zero for {named}{more}.")
    return " ".join(sentences)


def _alt(grid: Grid, labels: Labels, title: str, message: str, index: str) -> list[str]:
    lines = [
        f"{title}. Heat map of {len(grid.factors)} rows (inputs) and {len(grid.measures)} columns (outcomes): {index} "
        "index in percent of the outcome's largest; blank where it cannot be told from zero.",
        message,
    ]
    for factor in grid.factors:
        cells = [
            f"{outcome(measure)} {100 * share:.0f}%"
            for measure in grid.measures
            if (share := grid.share(factor, measure)) is not None
        ]
        lines.append(f"{labels.factor(factor)}: {', '.join(cells) if cells else 'cannot be told from zero anywhere'}.")
    if _missing(grid):
        lines.append(f"Not studied, or never changing: {listed([outcome(name) for name in _missing(grid)])}.")
    return lines


def _data(grid: Grid) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(grid.drawn(), columns=list(COLUMNS))
