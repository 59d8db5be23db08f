"""What a study will cost, from a few probe runs: seconds, memory and disk. Nothing is kept of them.

Three runs are timed one after the other: two under one point, of which the second needs no year before the study, and
one under another point. Then as many as there are threads run at once, which shows how they share the machine. A study
runs its blocks so, each the year before once and then every scenario. A few blocks are written as they would be kept.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO

from sim.core.errors import InputError
from sim.sensitivity.designs import LEAST_SAMPLES
from sim.store.parts import Block, BlockColumns, Layout, joined, write_parquet
from sim.study.plan import StudyPlan
from sim.study.protocol import Simulator

PARTS_AND_TABLE = 2  # the parts stand until the merged table does
BYTES_OF_AN_OUTCOME = 96  # of everybody, a run and a measure: its totals, and the values that indices are made from
BYTES_BEYOND_PROBES = 400_000_000  # all scenarios run side by side, parts joined, a span of groups, pandas, matplotlib
PROBED_BLOCKS = 3  # for bytes on disk
_TIME = re.compile(r"(?:([0-9]+)\s*h)?\s*(?:([0-9]+)\s*min)?\s*(?:([0-9]+)\s*s)?")


@dataclass(frozen=True)
class Estimate:
    """Cost of a whole study on this machine.

    seconds: wall clock of its runs; run_seconds: of one run on one thread, the year before shared as in a block;
    speed_up: of all threads together over one; memory_bytes: peak; disk_bytes: parts and totals, before parts go.
    """

    seconds: float
    run_seconds: float
    speed_up: float
    memory_bytes: int
    disk_bytes: int


def estimate(plan: StudyPlan, simulator: Simulator) -> Estimate:
    """Run the probes and reckon; the compiled code is made ready first, outside the reckoning."""
    blocks, last = len(plan.blocks), len(plan.scenarios) - 1
    simulator(0, *plan.blocks[0])  # compiles, and fills what is read once
    first, second = _probe(simulator, plan.blocks[-1], last)
    third, _ = _probe(simulator, plan.blocks[blocks // 2], 0)
    block = (first + third) / 2.0 + last * second
    speed_up = _speed_up(plan, simulator, (first + third) / 2.0)
    layout = Layout(plan.scenarios, tuple(simulator.groups), tuple(simulator.measures))
    outcomes = blocks * len(layout.scenarios) * len(layout.measures)
    return Estimate(
        seconds=blocks * block / speed_up,
        run_seconds=block / len(plan.scenarios),
        speed_up=speed_up,
        memory_bytes=peak_memory() + BYTES_BEYOND_PROBES + BYTES_OF_AN_OUTCOME * outcomes,
        disk_bytes=PARTS_AND_TABLE * _bytes_of_blocks(layout, simulator, plan.blocks),
    )


def parse_seconds(text: str) -> float:
    """Seconds of '30min', '2h', '1h30min' or '90s'; InputError for what is none."""
    match = _TIME.fullmatch(text.strip())
    hours, minutes, rest = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
    seconds = hours * 3600.0 + minutes * 60.0 + rest
    if not 0.0 < seconds < 1e8:
        raise InputError(f"'{text}' is not a time", parameter="within", allowed="such as 90s, 30min, 2h or 1h30min")
    return seconds


def fitting(plan: StudyPlan, cost: Estimate, seconds: float, samples: Mapping[str, int]) -> dict[str, int]:
    """The draws and base samples by design that fit into so many seconds, all cut by one share; 0 where none does.

    samples: base samples of each design. What fits is never more than what is asked, nor fewer than the design needs;
    Sobol keeps to powers of 2.
    """
    share = min(1.0, seconds / cost.seconds) if cost.seconds > 0.0 else 1.0
    fits = {"draws": int(plan.draws * share)} if plan.draws else {}
    for name, wanted in samples.items():
        number = int(wanted * share)
        number = 1 << (number.bit_length() - 1) if name == "sobol" and number else number
        fits[name] = number if number >= LEAST_SAMPLES[name] else 0
    return fits


def peak_memory() -> int:
    """Bytes this process has held at most so far; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak if sys.platform == "darwin" else peak * 1024)


def _probe(simulator: Simulator, block: Block, last: int) -> tuple[float, float]:
    """Seconds of a block's first run, and of one more under the last scenario (the same where there is one scenario).

    In a thread of its own, which has nothing ready from a run before.
    """

    def seconds(scenario: int) -> float:
        began = time.perf_counter()
        simulator(scenario, *block)
        return time.perf_counter() - began

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(seconds, 0).result()
        return first, pool.submit(seconds, last).result() if last else first


def _speed_up(plan: StudyPlan, simulator: Simulator, alone: float) -> float:
    """How many times faster all threads are than one; each runs another block."""
    threads = min(plan.threads, len(plan.blocks))
    if threads < 2:
        return 1.0
    step = len(plan.blocks) // threads
    chosen = [plan.blocks[k * step] for k in range(threads)]
    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda block: simulator(0, *block), chosen))
    together = time.perf_counter() - began
    return max(1.0, min(float(threads), threads * alone / together))


def _bytes_of_blocks(layout: Layout, simulator: Simulator, blocks: Sequence[Block]) -> int:
    """Bytes of the totals: what one block takes by itself, and what each of the others adds to a file."""
    columns = BlockColumns(layout)

    def size(chosen: Sequence[Block]) -> int:
        stream = BytesIO()
        tables = [
            columns.table(block, [simulator(k, *block) for k in range(len(layout.scenarios))]) for block in chosen
        ]
        write_parquet(stream, [joined(tables, chosen, [0] * len(chosen), "probe")])
        return stream.tell()

    alone, some = size(blocks[:1]), size(blocks[:PROBED_BLOCKS])
    probed = min(PROBED_BLOCKS, len(blocks))
    each = (some - alone) / (probed - 1) if probed > 1 else 0.0
    return round(alone + each * (len(blocks) - 1))
