"""The run's numbers under the values of by_hand.py, made once."""

from __future__ import annotations

from typing import Any

import pytest
from by_hand import params_of


@pytest.fixture(scope="session")
def params() -> Any:
    return params_of()
