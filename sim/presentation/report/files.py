"""Which files a finished comparison is shown in: tables, reports and charts of the run folder."""

from __future__ import annotations

from functools import partial

from sim.analysis.comparison import Comparison
from sim.analysis.money_by_payer import TABLE as MONEY_BY_PAYER
from sim.analysis.money_by_payer import money_by_payer
from sim.analysis.pairs import TABLE as PAIRS
from sim.analysis.value.budget_impact import TABLE as BUDGET_IMPACT
from sim.analysis.value.cost_per_outcome import TABLE as COST_PER_OUTCOME
from sim.analysis.value.tables import tables_of
from sim.document.blocks import Document
from sim.document.markdown import as_markdown
from sim.document.text import as_text
from sim.presentation.album import Album
from sim.presentation.charts import (
    engagement_by_group,
    headline_differences,
    since_release,
    value_for_money,
    waits_and_queues,
    what_money_bought,
)
from sim.presentation.report import dictionary
from sim.presentation.report.page import report_page
from sim.presentation.report.value_for_money import TABLE, value_table
from sim.store.folder import RunFolder

CHARTS = (headline_differences, engagement_by_group, since_release, waits_and_queues, what_money_bought)
OF_EQUAL_MONEY = (value_for_money,)  # drawn where every scenario costs the same


def write_comparison(comparison: Comparison, folder: RunFolder, album: Album) -> None:
    """Write the tables of the comparison and their dictionary, report.txt, report.md and every chart (SVG, PNG, words,
    data).

    album: draws and writes the charts.
    A study of equal money gets the table and the chart of what the same money changes too.
    """
    folder.write_table("comparison", comparison.rows)
    folder.write_table("groups", comparison.groups)
    if len(comparison.pairs):
        folder.write_table(PAIRS, comparison.pairs, parquet=False)
    if len(comparison.scenarios) > 1 and not comparison.for_whom:
        folder.write_table(MONEY_BY_PAYER, money_by_payer(comparison), parquet=False)
    if comparison.impact is not None:
        folder.write_table(BUDGET_IMPACT, comparison.impact, parquet=False)
    for name, table in tables_of(comparison.valued).items():
        folder.write_table(name, table, parquet=False)
    if comparison.cost_per_outcome is not None and len(comparison.cost_per_outcome):
        folder.write_table(COST_PER_OUTCOME, comparison.cost_per_outcome, parquet=False)
    if comparison.equal_money is not None:
        folder.write_table(TABLE, value_table(comparison), parquet=False)
    write_page("report", report_page(comparison), folder)
    before = len(album.charts)
    for module in (*CHARTS, *OF_EQUAL_MONEY):
        album.add(module.NAME, partial(module.plot, comparison))
    names = [chart.name for chart in album.charts[before:]]
    folder.write_table(dictionary.TABLE, dictionary.dictionary(comparison, names), parquet=False)


def write_page(name: str, page: Document, folder: RunFolder) -> None:
    """Write a page as text and as Markdown."""
    folder.write_file(f"{name}.txt", as_text(page))
    folder.write_file(f"{name}.md", as_markdown(page))
