"""What is wrong with the words of a drawn chart: they leave it, or lie over each other."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.analysis.comparison import Comparison
from sim.presentation import theme
from sim.presentation.drawing import draw_plainly


def problems_of_words(module: ModuleType, comparison: Comparison, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Draws a chart of a comparison without writing it, and says which words leave it or overlap."""
    return problems_of_drawing(lambda: module.plot(comparison), monkeypatch)


def problems_of_drawing(draw: Callable[[], object], monkeypatch: pytest.MonkeyPatch, *, least: int = 10) -> list[str]:
    """The same of any chart; least: fewer words than that were drawn by mistake. Slanted words are not compared."""
    drawn: list[Figure] = []

    def keep(figure: Figure, **_: str) -> tuple[bytes, bytes]:
        draw_plainly(figure)  # as `render` begins
        drawn.append(figure)
        return b"", b""

    monkeypatch.setattr(theme, "render", keep)
    draw()
    figure = drawn[0]
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    width, height = canvas.get_width_height()
    hidden = undrawn(figure)
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts if text not in hidden]
    assert len(boxes) > least
    problems = [
        f"leaves the chart: {said!r}"
        for said, box in boxes
        if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1
    ]
    level = [text for text in texts if text not in hidden and text.get_rotation() % 90.0 == 0.0]
    boxes = [(text.get_text(), text.get_window_extent()) for text in level]
    for number, (said, box) in enumerate(boxes):
        for other, beside in boxes[number + 1 :]:
            wide = min(box.x1, beside.x1) - max(box.x0, beside.x0)
            high = min(box.y1, beside.y1) - max(box.y0, beside.y0)
            if wide > 1.5 and high > 2.5:
                problems.append(f"overlap by {wide:.0f} x {high:.0f}: {said!r}, {other!r}")
    return problems


def undrawn(figure: Figure) -> set[Text]:
    """Labels of ticks beyond the ends of their axes, which are never drawn."""
    found = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            found |= {tick.label1 for tick in axis.get_major_ticks() if not low <= tick.get_loc() <= high}
        if not axes.get_visible():
            found |= set(axes.findobj(Text))
    return found
