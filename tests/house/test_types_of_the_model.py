"""The type checker sees the model: a misspelt field of a person, a service, a worker or the params is an error of
`make lint`, with the nearest name.

mypy looks for the nearest among the names of the class itself, and not among those that it inherits: of Params, which
gathers every mechanism's Numbers, and of named tuples the error gives the class alone.
"""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from house_tree import ROOT

MISSPELT = '''
"""A mechanism and a part of the engine in which names are misspelt."""

from sim.core.clocks import set_hazard
from sim.core.compiled import kernel
from sim.engine.records import Month, Service, Services, Worker, Workers
from sim.engine.state import Plan, State
from sim.mechanisms.overdose import Numbers
from sim.mechanisms.parameters import Params
from sim.population import processes as P
from sim.population.person import People, Person


@kernel
def hand_out(person: Person, params: Params, day: int) -> None:
    person.has_naloxone = 1
    person.has_naloxon = 1  # has_naloxone
    if person.apointment_day == day:  # appointment_day
        set_hazard(person, P.OVERDOZE, 0.0, day)  # OVERDOSE
    person.rate["overdose"] = 1  # int
    person.trust = "high"  # float


@kernel
def leave(service: Service, worker: Worker, month: Month) -> None:
    service.waitng -= 1  # waiting
    worker.departurs += 1  # departures
    month.wait_day += 1  # wait_days


@kernel
def look(people: People, services: Services, workers: Workers, i: int) -> int:
    people[i].statu = 0  # status
    services[i].lod = 0  # load
    return workers[i].capp  # cap


@kernel
def live(state: State, plan: Plan) -> None:
    state.people[0].housin = 0  # housing
    state.workrs[0].load = 0  # State
    plan.chancs[0, 0, 0] = 0.0  # Plan


@kernel
def own(params: Numbers) -> float:
    return params.overdose_atended  # overdose_attended


@kernel
def every(params: Params, plan: Plan) -> float:
    return params.overdose_atended + plan.params[0].trust_strt  # Params
'''


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What mypy says to each line of the example, checked as `make lint` checks the package, with its cache."""
    example = tmp_path_factory.mktemp("types") / "misspelt.py"
    example.write_text(MISSPELT.lstrip(), encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--no-error-summary", "--no-pretty", str(example)]
    check = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert not check.stderr, check.stderr
    lines = example.read_text(encoding="utf-8").splitlines()
    messages: dict[str, str] = {}
    for number, message in re.findall(r"misspelt\.py:(\d+): error: (.*)", check.stdout):
        line = lines[int(number) - 1]
        messages[line] = messages.get(line, "") + message
    return messages


def lines_of(source: str) -> list[tuple[str, str]]:
    """The lines that must be refused, each with the name that the error must hold."""
    pairs = re.findall(r"^(.*\S)  # (\w+)$", source, flags=re.M)
    return [(f"{line}  # {name}", name) for line, name in pairs]


@pytest.mark.parametrize(("line", "name"), lines_of(MISSPELT), ids=lambda part: part.strip().split("  #")[0])
def test_a_misspelt_name_is_an_error_that_gives_the_nearest(complaints: dict[str, str], line: str, name: str) -> None:
    assert f'"{name}"' in complaints.get(line, "nothing"), complaints


def test_nothing_else_is_refused(complaints: dict[str, str]) -> None:
    expected = {line for line, _ in lines_of(MISSPELT)}
    assert set(complaints) <= expected, set(complaints) - expected
