"""The look of every chart: colours that colour-blind readers can tell apart, one type, files that never change by date.

Colours are from Okabe and Ito (2008), "Color Universal Design"; the two that carry a meaning also differ in marker, so
no message rests on colour alone. Text is near-black on white (contrast above 12 to 1).
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from sim.presentation.drawing import chart_settings, draw_plainly
from sim.presentation.layout import MORE, in_short_words, shortened
from sim.presentation.letters import ems, printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK = "#222222"
QUIET = "#595959"
GRID = "#D9D9D9"
BETTER_COLOUR = "#0072B2"  # blue
WORSE_COLOUR = "#D55E00"  # vermilion
UNCLEAR_COLOUR = "#6E6E6E"
# Sensitivity: what a factor does, the paler of two bars of one factor, and luck, which is also hatched or a star.
FACTOR_COLOUR = "#0072B2"
PALE_COLOUR = "#A9CDE6"
LUCK_COLOUR = "#8C510A"
LUCK_MARKER, LUCK_HATCH = "*", "////"
# A share of the largest, from small to large: lightness alone tells them apart; text on them is ink or white.
STEPS = ("#EAF2F9", "#C6DCEE", "#8DBCDD", "#2F7AB5", "#0B3C6F")
LUCK_STEPS = ("#F7EFE5", "#EBD7BB", "#D3AC78", "#9C6420", "#5E3606")
GROUP_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
GROUP_MARKERS = ("o", "s", "D", "^")
# Lines of scenarios beside a baseline in ink: colour, dashes and marker differ together.
LINE_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
LINE_DASHES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (5, 1.5, 1, 1.5)), (0, (2, 1)), "-", (0, (5, 1.5)))
LINE_MARKERS = ("o", "s", "D", "^", "v", "P")
BAND_ALPHA = 0.18
CHARACTER = 0.066  # inches, mean width of a character of SMALL_SIZE
WIDE_CHARACTER = 0.0725  # inches, the same of TEXT_SIZE
TITLE_CHARACTER = 0.115  # inches, the same of a title in bold
EMS = 0.56  # of type, mean width of a character
LEAST_CHARACTERS = 8  # of a line, however wide they are
LINE = 0.16  # inches, height of a line of SMALL_SIZE

MINUS = "\N{MINUS SIGN}"
TITLE_SIZE = 13
TEXT_SIZE = 9.5
SMALL_SIZE = 8.5
PNG_DPI = 160


@dataclass(frozen=True)
class Chart:
    """A chart as files: name without ending, SVG and PNG bytes, its words (alt text), and the data shown as CSV."""

    name: str
    svg: bytes
    png: bytes
    alt: str
    csv: str


def new_figure(width: float, height: float) -> Figure:
    """A white figure of that size in inches; belongs to nobody's global state.

    Made and rendered in one function that `drawing.chart_settings` decorates, so that no part of it is the reader's.
    """
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
    room = int(figure.get_figwidth() / TITLE_CHARACTER)
    (fitting,) = _that_fit(room, lambda characters: [shortened(title, characters)])
    figure.text(0.015, 1 - 0.22 / height, fitting, size=TITLE_SIZE, weight="bold", color=INK, va="top")
    lines = "\n".join(message)
    figure.text(0.015, 1 - 0.55 / height, lines, size=TEXT_SIZE, color=INK, va="top", linespacing=1.35)


def footing(figure: Figure, height: float, text: str, *, above: float = 0.34) -> None:
    """What the marks mean and the source line, at the bottom left, so many inches above the edge or a legend there."""
    figure.text(0.015, above / height, text, size=SMALL_SIZE, color=QUIET, va="bottom", linespacing=1.35)


def lines(text: str, width: float, character: float = CHARACTER) -> list[str]:
    """The text in lines that fit a figure of that width in inches."""
    room = int((width - 0.4) / character)
    return _that_fit(room, lambda characters: textwrap.wrap(text, characters, break_on_hyphens=False))


def signed(number: float, _: float = 0.0) -> str:
    """A difference as a tick: '+20', '0', '−0.5', '+10,000'."""
    if number == 0:
        return "0"
    size = abs(number)
    text = f"{size:,.0f}" if size >= 10 or size == int(size) else f"{size:,.2g}"
    return f"{'+' if number > 0 else MINUS}{text}"


def percent(share: float, _: float = 0.0) -> str:
    """A share as a tick: '40%', '2.5%', '−5%'."""
    return f"{round(100 * share, 6):g}%".replace("-", MINUS)


def signed_money(number: float, _: float = 0.0) -> str:
    """A difference in pounds as a tick: '+£200k', '−£1.5m', '0'."""
    size, ending = abs(number), ""
    if size >= 1e6:
        size, ending = size / 1e6, "m"
    elif size >= 1e3:
        size, ending = size / 1e3, "k"
    return "0" if number == 0 else f"{'+' if number > 0 else MINUS}£{size:,.3g}{ending}"


def row_bands(axis: Axes, n: int) -> None:
    """Rows 0 to n - 1 from the top, every other one on light grey, so that the eye stays in its row."""
    axis.set_ylim(n - 0.5, -0.5)
    for row in range(0, n, 2):
        axis.axhspan(row - 0.5, row + 0.5, color=GRID, alpha=0.25, linewidth=0, zorder=0)


def label(title: str, width: int, lines: int = 3) -> str:
    """A title as an axis label of so many lines at most."""

    def wrapped(characters: int) -> list[str]:
        short = in_short_words(title, characters)
        return textwrap.wrap(short, characters, max_lines=lines, placeholder=MORE)

    return "\n".join(_that_fit(width, wrapped))


def _that_fit(room: int, wrapped: Callable[[int], list[str]]) -> list[str]:
    """Lines that fit where so many characters of mean width do: of fewer characters where they are wide ones."""
    characters = room
    while any(ems(line) > EMS * room for line in wrapped(characters)) and characters > LEAST_CHARACTERS:
        characters -= max(1, characters // 12)
    return wrapped(characters)


@chart_settings()
def render(figure: Figure, *, title: str, alt: str) -> tuple[bytes, bytes]:
    """SVG and PNG bytes of a figure; the same bytes for the same data, on any day and whatever the reader has set."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    draw_plainly(figure)
    said = {"Title": printable(title), "Description": printable(alt)}
    svg, png = BytesIO(), BytesIO()
    FigureCanvasSVG(figure)
    figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": "Throughgate", **said})
    FigureCanvasAgg(figure)
    figure.savefig(
        png, format="png", dpi=PNG_DPI, metadata={"Software": "Throughgate", "Description": said["Description"]}
    )
    return svg.getvalue(), png.getvalue()
