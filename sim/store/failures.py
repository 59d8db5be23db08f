"""Records of runs that failed: one JSON file each, with all that is needed to make the run again by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError, nearest_name
from sim.core.files import read_json
from sim.store.atomic import json_bytes
from sim.store.held_files import is_regular
from sim.store.parts import Block
from sim.store.tracked_files import FAILURES_FOLDER

if TYPE_CHECKING:
    from sim.store.folder import RunFolder


@dataclass(frozen=True)
class Failure:
    """One run that failed.

    error: one sentence; trace: where it arose, in the program's lines; inputs: stream and parameters of its point.
    """

    scenario: str
    block: Block
    seed: int
    error: str
    trace: str
    inputs: Mapping[str, Any]

    @property
    def run(self) -> str:
        """The run's id, as `throughgate rerun` takes it."""
        return run_id(self.scenario, self.block.draw, self.block.replicate)


def run_id(scenario: str, draw: int, replicate: int) -> str:
    """SCENARIO:DRAW:REPLICATE, the numbers as in tables/totals.parquet, from 0."""
    return f"{scenario}:{draw}:{replicate}"


def parse_run_id(text: str, scenarios: tuple[str, ...]) -> tuple[int, int, int]:
    """Numbers of scenario, draw and replicate; InputError for what is no run's id."""
    allowed = "SCENARIO:DRAW:REPLICATE as in tables/totals.parquet, for example " + run_id(scenarios[-1], 0, 0)
    name, *numbers = text.split(":")
    if len(numbers) != 2 or not all(number.isascii() and number.isdecimal() for number in numbers):
        raise InputError(f"'{text}' is not the id of a run", parameter="run", allowed=allowed)
    if name not in scenarios:
        raise InputError(
            f"'{name}' is not a scenario of this study", parameter="run", allowed=", ".join(scenarios),
            nearest=nearest_name(name, scenarios),
        )  # fmt: skip
    return scenarios.index(name), int(numbers[0]), int(numbers[1])


def write_failure(folder: RunFolder, failure: Failure) -> None:
    """Keep the record; on disk when this returns."""
    content = {
        "run": failure.run,
        "block": list(failure.block),
        "scenario": failure.scenario,
        "seed": failure.seed,
        "error": failure.error,
        "trace": failure.trace.splitlines(),
        "inputs": failure.inputs,
    }
    folder.write_file(f"{FAILURES_FOLDER}/{_stem(failure.block)}.json", json_bytes(content))


def _stem(block: Block) -> str:
    return f"block-{block.draw:06d}-{block.replicate:05d}"


def read_failures(folder: Path) -> list[Failure]:
    """The records of a folder in order of their blocks; one that cannot be read is passed over, its run tried again."""
    failures = []
    for path in sorted((folder / FAILURES_FOLDER).glob("block-*.json")):
        if not is_regular(path):
            continue
        with suppress(InputError, ValueError, KeyError, TypeError, AttributeError):
            content = read_json(path)
            failures.append(
                Failure(
                    scenario=content["scenario"],
                    block=Block(*content["block"]),
                    seed=content["seed"],
                    error=content["error"],
                    trace="\n".join(content["trace"]),
                    inputs=dict(content["inputs"]),
                )
            )
    return failures


def forget_failures(folder: Path, blocks: Iterable[Block]) -> None:
    """Remove the records of these blocks."""
    if not (folder / FAILURES_FOLDER).is_dir():
        return
    for block in blocks:
        (folder / FAILURES_FOLDER / f"{_stem(block)}.json").unlink(missing_ok=True)
    with suppress(OSError):
        (folder / FAILURES_FOLDER).rmdir()
