"""How long somebody waits: help, import, a study from the cache, and the first one of all, which compiles.

Every figure is the best of several fresh processes by the clock. What is asserted is held against something measured
in the same run: a bare Python, `import numba`, the first study.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from scoreboard import held_against, told

ROOT = Path(__file__).resolve().parents[2]
SECTION = "Start, seconds"
COMPILING = "compiling, first run only"
CLI = (sys.executable, "-c", "import sys; from sim.commands.main import main; sys.argv[0] = 'throughgate'; main()")
TINY_STUDY = (
    *CLI, "compare", str(ROOT / "scenarios" / "navigators_two_cities.yaml"), "--people", "50", "--months", "24",
    "--draws", "1", "--replicates", "1", "--threads", "1", "--force",
)  # fmt: skip
ONE_RUN = (
    "from contestants import baseline_simulator\n"
    "simulator = baseline_simulator()\n"
    "world = simulator.world(0, 0, 0)\n"
    "world.run_to(world.days)\n"
)


class Ended(NamedTuple):
    """A process that has ended well: seconds by the clock, and its messages."""

    seconds: float
    messages: str


def ran(command: tuple[str, ...], cache: Path | None = None) -> Ended:
    """One fresh process; the compiled code in the given cache folder, or in the user's."""
    places = {"PYTHONPATH": os.pathsep.join([str(ROOT), str(Path(__file__).parent)])}
    if cache is not None:
        places["THROUGHGATE_CACHE"] = str(cache)
    inherited = {name: value for name, value in os.environ.items() if name != "THROUGHGATE_KERNELS"}
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env={**inherited, **places}, check=False)
    seconds = time.perf_counter() - started
    assert done.returncode == 0, done.stderr
    return Ended(seconds, done.stderr)


def best_of(n: int, *commands: tuple[str, ...]) -> list[float]:
    """Least seconds of each command over n rounds in which they take turns."""
    rounds = [[ran(command).seconds for command in commands] for _ in range(n)]
    return [min(times) for times in zip(*rounds, strict=True)]


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


@pytest.mark.benchmark(group="start")
def test_help_and_import_load_nothing_heavy(benchmark: Any) -> None:
    benchmark.pedantic(ran, args=((*CLI, "--help"),), rounds=5, iterations=1)
    bare, import_numba, import_sim, help_page = best_of(
        8, python("pass"), python("import numba"), python("import sim"), (*CLI, "--help")
    )
    benchmark.extra_info.update(bare_python=bare, import_numba=import_numba, import_sim=import_sim, help=help_page)
    held_against(SECTION, "throughgate --help", f"{help_page:.2f}", "under 0.4", reached=help_page < 0.4)
    held_against(SECTION, "import sim", f"{import_sim:.2f}", "under 0.5", reached=import_sim < 0.5)
    told(SECTION, "    Python with nothing to do; import numba", f"{bare:.2f}; {import_numba:.2f}")
    assert import_sim < import_numba  # a heavy import would add what Numba's does, or more
    assert help_page < import_numba


@pytest.mark.benchmark(group="first study, then from the cache")
def test_first_compilation_and_cached_start(benchmark: Any, tmp_path: Path) -> None:
    cache, command = tmp_path / "cache", (*TINY_STUDY, "--out", str(tmp_path / "study"))
    first = ran(command, cache)
    again = [benchmark.pedantic(ran, args=(command, cache), rounds=1, iterations=1)]
    again += [ran(command, cache) for _ in range(5)]
    one_run = min(ran(python(ONE_RUN), cache).seconds for _ in range(4))
    (import_numba,) = best_of(4, python("import numba"))
    cached = min(study.seconds for study in again)
    benchmark.extra_info.update(
        first_study=first.seconds, cached_study=cached, cached_run=one_run, import_numba=import_numba
    )
    said = COMPILING in first.messages
    what = "First study, compiling (one go)"
    held_against(SECTION, what, f"{first.seconds:.1f}", "under 60", reached=first.seconds < 60.0)
    held_against(SECTION, "    says that it compiles", "yes" if said else "no", "yes", reached=said)
    held_against(SECTION, "Cached start: a tiny study with its charts", f"{cached:.2f}", "under 3", reached=cached < 3)
    told(SECTION, "    cached start of one run alone", f"{one_run:.2f}")
    assert said
    assert not any(COMPILING in study.messages for study in again), "compiled again"
    assert cached < first.seconds / 2
    assert cached < 20 * import_numba
    assert first.seconds < 200 * import_numba
