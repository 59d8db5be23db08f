"""A scenario that needs no area and no evidence, for tests of the commands themselves."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from fake_study import EFFECTS, FakeSimulator

from sim.commands.main import main
from sim.commands.options import Once
from sim.core.errors import InputError
from sim.outcomes.totals import RunResult

ENGINE = "sim.experiment.simulator.simulator_of"  # where the stand-ins take the engine's place
SMALL = ("--people", "200", "--draws", "2", "--replicates", "2", "--threads", "2")


@dataclass(frozen=True)
class FakeScenario:
    """What the commands need of a scenario."""

    name: str
    title: str
    file: Path
    starts: date = date(2026, 1, 1)
    levers: tuple[str, ...] = ()
    gbp_per_year: float = 0.0
    off: tuple[str, ...] = ()
    recall_law: date | None = date(2026, 1, 1)  # held, so that no change of law is remarked on
    narrowed: Mapping[str, tuple[float | None, float, float]] = field(default_factory=dict)
    prices: Mapping[str, str] = field(default_factory=dict)

    def resolved(self) -> dict[str, Any]:
        return {"name": self.name, "title": self.title}


def fake_load(path: str | Path, **_: object) -> FakeScenario:
    """A scenario by the name of its file; its first line is its title."""
    file = Path(path)
    if not file.is_file():
        raise InputError("there is no such file", file=file)
    text = file.read_text(encoding="utf-8")
    if "wrong" in text:
        raise InputError("'navigatr' is not a lever", file=file, line=3, key="levers", nearest="navigators")
    return FakeScenario(file.stem, text.splitlines()[0].removeprefix("title: "), file)


@cache
def finished_studies() -> Path:
    """Where studies that were run once for many tests are kept until the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="finished-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def finished(home: Path, *command: str) -> Path:
    """The folder `one` of a study that this command makes: run once, and for later tests a copy of what it made."""
    made = finished_studies() / sha256("\0".join(command).encode()).hexdigest()[:16]
    if not made.exists():
        assert call(*command, "--out", "one").exit_code == 0
        shutil.copytree(home / "one", made)
        return home / "one"
    return Path(shutil.copytree(made, home / "one"))


def call(*arguments: str) -> Result:
    """A command in this process. What is asked last stands: a test adds options to those that it usually gives."""
    params = (param for command in main.commands.values() for param in command.params)
    options = {name for param in params if isinstance(param, Once) for name in param.opts}
    last = {word: place for place, word in enumerate(arguments) if word in options}
    dropped = {place for place, word in enumerate(arguments) if word in options and last[word] != place}
    return as_given(*(word for place, word in enumerate(arguments) if not {place, place - 1} & dropped))


def as_given(*arguments: str) -> Result:
    """A command in this process, word by word."""
    return CliRunner().invoke(main, list(arguments))


class Broken(FakeSimulator):
    """Fails in the way it is told, from the run it is told on; runs of SMALL until then."""

    def __init__(self, error: BaseException, *, after: int = 0) -> None:
        super().__init__(EFFECTS, people=200)
        self.error, self.after = error, after

    def __call__(self, scenario: int, draw: int, replicate: int) -> RunResult:
        if len(self.calls) >= self.after:
            raise self.error
        return super().__call__(scenario, draw, replicate)
