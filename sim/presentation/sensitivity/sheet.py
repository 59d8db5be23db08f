"""The sheet of a chart: title and message above, notes and source line below, the body between, measured in inches.

Charts of a sensitivity study place their axes on it by inches from the body's top left, so that no words meet however
long the message is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.presentation import theme

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 12.5  # inches
HEAD, MESSAGE_LINE = 0.75, 0.19
FOOT, LEGEND = 0.14, 0.22


@dataclass(frozen=True)
class Sheet:
    """A figure with its words; width, height and top, where the body begins, in inches."""

    figure: Figure
    title: str
    width: float
    height: float
    top: float

    def axes(self, left: float, down: float, wide: float, tall: float, **options: Any) -> Axes:
        """New axes, left of its left edge and down from the body's top, in inches."""
        bottom = self.height - self.top - down - tall
        box = (left / self.width, bottom / self.height, wide / self.width, tall / self.height)
        return self.figure.add_axes(box, **options)

    def text(self, left: float, down: float, text: str, **look: Any) -> None:
        """Words on the body, in inches from its top left; the small type, in ink, unless said otherwise."""
        known: dict[str, Any] = {"size": theme.SMALL_SIZE, "color": theme.INK, "va": "top", **look}
        self.figure.text(left / self.width, 1 - (self.top + down) / self.height, text, **known)

    def legend(self, handles: Sequence[Any]) -> None:
        """What the marks mean, at the bottom left under the notes."""
        self.figure.legend(
            handles=list(handles), loc="lower left", bbox_to_anchor=(0.005, 0.02 / self.height), ncols=len(handles),
            frameon=False, fontsize=theme.SMALL_SIZE, labelcolor=theme.INK, handletextpad=0.5, columnspacing=1.4,
            borderpad=0.3,
        )  # fmt: skip

    def chart(self, name: str, alt: Sequence[str], data: pd.DataFrame) -> theme.Chart:
        """The files: pictures, the lines of alt text, the data as CSV."""
        words = "\n".join(line for line in alt if line) + "\n"
        svg, png = theme.render(self.figure, title=self.title, alt=words)
        return theme.Chart(name, svg, png, words, data.to_csv(index=False, lineterminator="\n"))


def sheet(
    title: str, message: str, notes: Sequence[str], *, body: float, width: float = WIDTH, legend: bool = True
) -> Sheet:
    """A figure as high as its words and a body of so many inches need; legend: whether one stands at the bottom."""
    message_lines = theme.lines(message, width, theme.WIDE_CHARACTER)
    foot = [line for note in notes if note for line in theme.lines(note, width)]
    top = HEAD + MESSAGE_LINE * len(message_lines)
    above = FOOT + (LEGEND if legend else 0.0)
    height = top + body + above + theme.LINE * 1.05 * len(foot) + 0.1
    figure = theme.new_figure(width, height)
    theme.heading(figure, height, title, message_lines)
    theme.footing(figure, height, "\n".join(foot), above=above)
    return Sheet(figure, title, width, height, top)
