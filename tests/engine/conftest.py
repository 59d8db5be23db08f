"""The ground is laid once for all tests of the engine."""

from __future__ import annotations

import pytest
from engine_ground import Ground, lay_ground


@pytest.fixture(scope="session")
def ground() -> Ground:
    return lay_ground()
