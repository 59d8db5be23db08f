"""Cases of a test of which the quick tests take some and the slow ones all."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pytest


def some_quick(cases: Iterable[Any], quick: Collection[Any]) -> list[Any]:
    """All cases; those that are not among the quick ones are slow."""
    return [case if case in quick else pytest.param(case, marks=pytest.mark.slow) for case in cases]
