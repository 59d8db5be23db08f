"""Shared ground of the tests: makes tests/fake_study.py importable from every folder, and every kernel callable."""

from __future__ import annotations

from pathlib import Path

import open_kernels  # noqa: F401
import pytest
from fake_study import PlainChart
from read_once import read_shipped_once

from sim.presentation.report import files

read_shipped_once()

TESTS = Path(__file__).parent
# Files that come first where processes share the tests: one compiles the model while others do what needs no compiled
# code, so that nobody compiles it twice; then those that take longest, so that no core waits for another's at the end.
FIRST = (
    "engine/test_money_and_harm.py",
    "reference/test_baseline.py",
    "presentation/test_full_study.py",
    "commands/test_equal_money_command.py",
    "presentation/test_value_for_money.py",
    "presentation/test_what_readers_found.py",
    "presentation/test_sensitivity_charts.py",
    "commands/test_expand.py",
    "commands/test_resume.py",
    "scenario/test_fuzz_scenarios.py",
    "scenario/test_delivery_of_every_lever.py",
    "house/test_wording.py",
    "engine/test_switches_of_mechanisms.py",
    "engine/test_compiled_lives.py",
    "engine/test_mutations.py",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a process that shares the tests with others, the files above before all others."""
    if hasattr(config, "workerinput"):
        rank = {TESTS / name: number for number, name in enumerate(FIRST)}
        assert all(path.is_file() for path in rank), "a file that comes first is not there"
        items.sort(key=lambda item: rank.get(item.path, len(rank)))


@pytest.fixture
def plain_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    """One chart in no time instead of five in two seconds, for tests that are not about charts."""
    monkeypatch.setattr(files, "CHARTS", (PlainChart,))
