"""Folders are tested with one plain chart."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fake_study import PlainChart

from sim.presentation.report import files


@pytest.fixture(scope="module", autouse=True)
def one_chart() -> Iterator[None]:
    """Every study of these tests is shown with one chart, which takes no time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "CHARTS", (PlainChart,))
        yield
