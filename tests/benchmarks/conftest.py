"""Shows the benchmarks' figures as one table at the end of `make bench`, and pytest-benchmark's own one shorter."""

from __future__ import annotations

import os
import platform

import numba
import numpy as np
import pytest
from scoreboard import table


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Fewer columns than pytest-benchmark shows by itself."""
    if hasattr(config.option, "benchmark_columns"):
        config.option.benchmark_columns = ["min", "median", "max", "rounds"]


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table, with the machine on which it was measured."""
    lines = table()
    if not lines:
        return
    busy = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    versions = f"Python {platform.python_version()}, Numba {numba.__version__}, NumPy {np.__version__}"
    terminalreporter.section("speed")
    terminalreporter.write_line(f"{versions}; {os.cpu_count()} cores{busy}")
    for line in lines:
        terminalreporter.write_line(line)
