"""Which files a finished sensitivity analysis is shown in: tables, charts and a page of the run folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.store.folder import RunFolder

if TYPE_CHECKING:
    import pandas as pd

    from sim.evidence import ParameterTable


def write_sensitivity(
    tables: Mapping[str, pd.DataFrame], content: Mapping[str, Any], parameters: ParameterTable, folder: RunFolder
) -> None:
    """Write every table that holds rows. content: what the manifest says of the study."""
    for name, table in tables.items():
        if len(table):
            folder.write_table(name, table)


def write_precision(
    precision: pd.DataFrame, paired_luck: pd.DataFrame, content: Mapping[str, Any], folder: RunFolder
) -> None:
    """Write how sure luck leaves each difference, and what paired luck saves."""
    if len(precision):
        folder.write_table("precision", precision)
        folder.write_table("paired_luck", paired_luck)
