"""The charts of a study on their way into its folder: each is drawn and written by itself.

A chart that cannot be drawn is kept with its reason and costs neither the study nor the other charts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.presentation.layout import shortened

if TYPE_CHECKING:
    from sim.presentation.theme import Chart
    from sim.store.folder import RunFolder

LONGEST_REASON = 200  # characters


class Album:
    """The charts drawn so far, and by name the reasons of those that could not be drawn."""

    def __init__(self, folder: RunFolder) -> None:
        self.charts: list[Chart] = []
        self.undrawn: dict[str, str] = {}
        self._folder = folder

    def add(self, name: str, plot: Callable[[], Chart | None]) -> None:
        """Draw a chart and write its four files: SVG, PNG, its words and its data; nothing where it has no rows.

        name: what to call it where it fails. Raises StoreError where a file cannot be written.
        """
        try:
            chart = plot()
        except Exception as error:  # whatever it is, the numbers stand
            self.undrawn[name] = shortened(f"{type(error).__name__}: {error}", LONGEST_REASON)
            return
        if chart is None:
            return
        for ending, what in (("svg", chart.svg), ("png", chart.png), ("txt", chart.alt), ("csv", chart.csv)):
            self._folder.write_file(f"charts/{chart.name}.{ending}", what)
        self.charts.append(chart)
