"""Which files a finished comparison is shown in: tables, reports and charts of the run folder."""

from __future__ import annotations

from sim.analysis.comparison import Comparison
from sim.presentation.charts import engagement_by_group, headline_differences
from sim.presentation.report_text import report_markdown, report_text
from sim.store.folder import RunFolder


def write_comparison(comparison: Comparison, folder: RunFolder) -> None:
    """Write comparison and group tables, report.txt, report.md and every chart (SVG, PNG, alt text, data)."""
    folder.write_table("comparison", comparison.rows)
    folder.write_table("groups", comparison.groups)
    folder.write_file("report.txt", report_text(comparison))
    folder.write_file("report.md", report_markdown(comparison))
    for chart in (headline_differences.draw(comparison), engagement_by_group.draw(comparison)):
        if chart is None:
            continue
        folder.write_file(f"charts/{chart.name}.svg", chart.svg)
        folder.write_file(f"charts/{chart.name}.png", chart.png)
        folder.write_file(f"charts/{chart.name}.txt", chart.alt)
        folder.write_file(f"charts/{chart.name}.csv", chart.csv)
