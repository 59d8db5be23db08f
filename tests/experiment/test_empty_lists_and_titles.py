"""Empty lists and paths from Python are refused, and so are two scenarios of one study that no reader could tell
apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.area import load_area
from sim.core.errors import InputError
from sim.experiment import api
from sim.experiment.requests import set_up_comparison, set_up_study_file
from sim.scenario.shipped import scenario_path

SMALL: dict[str, Any] = {"people": 20, "months": 1, "draws": 1, "replicates": 1, "out": "none/such"}


@pytest.mark.parametrize("nothing", [[], ()])
@pytest.mark.parametrize(
    ("ask", "parameter"),
    [
        (lambda nothing: sim.compare(nothing, **SMALL), "paths"),
        (lambda nothing: sim.ModelFunction(nothing), "paths"),
        (lambda nothing: sim.ModelFunction("baseline", measures=nothing), "measures"),
        (lambda nothing: api.check(nothing), "paths"),
    ],
)
def test_an_empty_list_is_not_all(ask: Callable[[Any], Any], parameter: str, nothing: Any) -> None:
    with pytest.raises(InputError, match=f"^{parameter}: the list is empty; allowed: one or more"):
        ask(nothing)


@pytest.mark.parametrize(
    ("ask", "parameter"),
    [
        (lambda: sim.compare("baseline", area="", **SMALL), "area"),
        (lambda: sim.compare("baseline", baseline=" ", **SMALL), "baseline"),
        (lambda: load_area(""), "area"),
        (lambda: set_up_study_file("small", area=""), "area"),
        (lambda: api.verify(""), "folder"),
    ],
)
def test_an_empty_path_is_not_the_folder_here(ask: Callable[[], Any], parameter: str) -> None:
    with pytest.raises(InputError, match=f"^{parameter}: the path is empty"):
        ask()


def test_two_scenarios_of_one_title_are_refused(tmp_path: Path) -> None:
    text = scenario_path("baseline").read_text(encoding="utf-8")
    title = next(line for line in text.splitlines() if line.startswith("title:"))
    for name in ("baseline", "other"):
        own = "title: TODAY" if name == "other" else "title: Today"
        named = text.replace("name: baseline", f"name: {name}").replace(title, own)
        (tmp_path / f"{name}.yaml").write_text(named, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        set_up_comparison([tmp_path / "other.yaml"], baseline=tmp_path / "baseline.yaml", **SMALL)
    said = str(refused.value)
    assert said.startswith(f"{tmp_path / 'other.yaml'}:title: 'TODAY' is the title of '{tmp_path / 'baseline.yaml'}'")
