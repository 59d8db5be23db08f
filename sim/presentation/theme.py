"""The look of every chart: colours that colour-blind readers can tell apart, one type, files that never change by date.

Colours are from Okabe and Ito (2008), "Color Universal Design"; the two that carry a meaning also differ in marker, so
no message rests on colour alone. Text is near-black on white (contrast above 12 to 1).
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK = "#222222"
QUIET = "#595959"
GRID = "#D9D9D9"
BETTER_COLOUR = "#0072B2"  # blue
WORSE_COLOUR = "#D55E00"  # vermilion
UNCLEAR_COLOUR = "#6E6E6E"
GROUP_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
GROUP_MARKERS = ("o", "s", "D", "^")

TITLE_SIZE = 13
TEXT_SIZE = 9.5
SMALL_SIZE = 8.5
PNG_DPI = 160

_SETTINGS: dict[Any, Any] = {
    "svg.hashsalt": "throughgate",
    "svg.fonttype": "path",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "axes.unicode_minus": True,
}


@dataclass(frozen=True)
class Chart:
    """A chart as files: name without ending, SVG and PNG bytes, its words (alt text), and the data shown as CSV."""

    name: str
    svg: bytes
    png: bytes
    alt: str
    csv: str


def new_figure(width: float, height: float) -> Figure:
    """A white figure of that size in inches; belongs to nobody's global state."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), facecolor="white")


def quiet_axes(axes: Axes) -> None:
    """Leave only what is read: no box, a light vertical grid behind the data, no tick marks."""
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(GRID)
    axes.tick_params(length=0, labelsize=SMALL_SIZE, labelcolor=INK)
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)


def heading(figure: Figure, height: float, title: str, message: Sequence[str]) -> None:
    """Title and message lines at the top left; height of the figure in inches."""
    figure.text(0.015, 1 - 0.22 / height, title, size=TITLE_SIZE, weight="bold", color=INK, va="top")
    lines = "\n".join(message)
    figure.text(0.015, 1 - 0.55 / height, lines, size=TEXT_SIZE, color=INK, va="top", linespacing=1.35)


def footing(figure: Figure, height: float, text: str) -> None:
    """What the marks mean and the source line, at the bottom left, above the legend's line."""
    figure.text(0.015, 0.34 / height, text, size=SMALL_SIZE, color=QUIET, va="bottom", linespacing=1.35)


def label(title: str, width: int) -> str:
    """A title as an axis label of three lines at most."""
    return textwrap.fill(title, width, max_lines=3, placeholder=" ...")


def render(figure: Figure, *, title: str, alt: str) -> tuple[bytes, bytes]:
    """SVG and PNG bytes of a figure; the same bytes for the same data, on any day."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    svg, png = BytesIO(), BytesIO()
    with matplotlib.rc_context(_SETTINGS):
        FigureCanvasSVG(figure)
        figure.savefig(
            svg, format="svg", metadata={"Date": None, "Creator": "Throughgate", "Title": title, "Description": alt}
        )
        FigureCanvasAgg(figure)
        figure.savefig(png, format="png", dpi=PNG_DPI, metadata={"Software": "Throughgate", "Description": alt})
    return svg.getvalue(), png.getvalue()
