"""A table made again is held against its file as the file is written."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sim.experiment.remade import DIFFERS, SAME, table_check
from sim.store.folder import RunFolder

TABLE = pd.DataFrame({"group": ["Bude", "Bréton"], "value": [0.1, 1 / 3]})


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_table_with_letters_beyond_ascii_is_the_same_as_it_was_written(ending: str, tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path / "out", "study")
    folder.write_table("groups", TABLE)
    assert table_check(folder.path, f"tables/groups.{ending}", TABLE).verdict == SAME
    other = table_check(folder.path, f"tables/groups.{ending}", TABLE.replace("Bréton", "Breton"))
    assert (other.verdict, other.row, other.column, other.kept) == (DIFFERS, 2, "group", "Bréton")
