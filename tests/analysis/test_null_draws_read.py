"""The draws at their null are read from the table of points, which must have the draws of the study."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.analysis import null_draws
from sim.core.errors import InputError


def test_points_of_fewer_draws_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(null_draws, "rows_with_null", lambda _: {"peer.effect": 1.0})
    file = tmp_path / null_draws.POINTS
    file.parent.mkdir()
    pq.write_table(pa.table({"draw": [0, 1, 2], "peer.effect": [1.0, 0.9, 1.0]}), file)
    assert null_draws.read_at_null(tmp_path, 3, [()])["peer.effect"].tolist() == [True, False, True]
    assert null_draws.read_at_null(tmp_path, 2, [()])["peer.effect"].tolist() == [True, False]
    with pytest.raises(InputError, match=r"points\.parquet: the table does not have the draws of this study"):
        null_draws.read_at_null(tmp_path, 4, [()])
    file.write_bytes(b"PAR1, and nothing else")
    with pytest.raises(InputError, match=r"points\.parquet: the table cannot be read: "):
        null_draws.read_at_null(tmp_path, 3, [()])
