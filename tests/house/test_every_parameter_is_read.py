"""No number of the evidence tables stands there for nothing: each is read on the way to a run, and used by a rule.

Every shipped scenario is prepared under a draw that notes which names were asked for, a cohort is sampled, and its
totals are recorded, as prices and utilities are read with them. What the mechanisms and the cohort derive from the draw
must in turn be read by some rule.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache

import pytest
from house_tree import ROOT, modules

FOLDERS = ("", "themes", "cuts", "ceiling")
SCENARIOS = [file for folder in FOLDERS for file in sorted((ROOT / "scenarios" / folder).glob("*.yaml"))]
PEOPLE = 200


class NotedDraw(Mapping[str, float]):
    """A draw that notes every name asked for, and refuses to be gone through, which would hide who asks for what."""

    def __init__(self, draw: Mapping[str, float]) -> None:
        self._draw = draw
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> float:
        value = self._draw[name]
        self.asked.add(name)
        return value

    def __contains__(self, name: object) -> bool:
        return name in self._draw

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("a run asks for each parameter by name; it never goes through all of a draw")

    def __len__(self) -> int:
        raise AssertionError("a run asks for each parameter by name; it never counts them")


@cache
def names_and_asked() -> tuple[frozenset[str], frozenset[str]]:
    """All parameter names, and those asked for while every shipped scenario is prepared, a cohort is sampled and its
    totals are recorded."""
    from sim.analysis.money_by_payer import BIAS_ROWS
    from sim.area import load_area
    from sim.engine.model_area import ModelArea
    from sim.engine.new_world import new_world
    from sim.engine.run_inputs import derive_run_inputs
    from sim.evidence import load_parameters
    from sim.evidence.price_choices import price_choices, swapped_rows
    from sim.experiment.simulator import finished
    from sim.outcomes.recorder import record
    from sim.outcomes.strata import Strata
    from sim.scenario import load_scenario

    area, table = load_area(), load_parameters()
    model_area, draw = ModelArea(area), NotedDraw(table.reference())
    for file in SCENARIOS:
        scenario = load_scenario(file, area=area, parameters=table)
        run_inputs = derive_run_inputs(model_area, scenario, draw, reference_people=PEOPLE, people=PEOPLE, months=24)
    for choice, options in price_choices().items():  # a row that stands in another's place is read by its own choice
        for swap in (swap for option in options for swap in swapped_rows({choice: option}).items()):
            draw.asked.update(swap)
    draw.asked.update(BIAS_ROWS.values())  # read off the table, by what is bought
    record(finished(new_world(model_area, run_inputs, seed=1)), Strata(area))
    return frozenset(table), frozenset(draw.asked)


def test_every_parameter_row_is_read() -> None:
    names, asked = names_and_asked()
    assert len(SCENARIOS) > 1, "no scenario was found"
    unread = sorted(names - asked)
    assert not unread, (
        f"{len(unread)} rows of sim/evidence/tables are read by no code: {', '.join(unread)}. Let a mechanism, the "
        "cohort or a lever of a shipped scenario read them, or take them out of the tables and of sim/MODEL.md"
    )


def test_every_lever_is_bought_by_a_shipped_scenario() -> None:
    """Or else the prices and capacities of that lever are read by nobody above."""
    from sim.scenario import LEVERS, load_scenario

    bought = {purchase.lever for file in SCENARIOS for purchase in load_scenario(file).levers}
    assert set(LEVERS) <= bought, f"no scenario buys {sorted(set(LEVERS) - bought)}"


def test_a_draw_that_is_gone_through_is_refused() -> None:
    logged = NotedDraw({"trust.start": 0.3})
    with pytest.raises(AssertionError, match="by name"):
        dict(logged)
    assert logged.asked == set()
    assert logged["trust.start"] == 0.3
    assert logged.asked == {"trust.start"}


def fields_read(record: str) -> frozenset[str]:
    """Fields that some module reads off a record of that name: params.recall, params[0].recall, numbers["ace4"]."""

    def is_record(node: ast.expr) -> bool:
        base = node.value if isinstance(node, ast.Subscript) else node
        return isinstance(base, ast.Name) and base.id == record

    def name_read(node: ast.AST) -> str | None:
        if not isinstance(node, ast.Attribute | ast.Subscript) or not isinstance(node.ctx, ast.Load):
            return None
        if not is_record(node.value):
            return None
        if isinstance(node, ast.Attribute):
            return node.attr
        return str(node.slice.value) if isinstance(node.slice, ast.Constant) else None

    found = (name_read(node) for _, tree in modules() for node in ast.walk(tree))
    return frozenset(name for name in found if name is not None)


def test_every_derived_number_is_used_by_a_rule() -> None:
    from sim.mechanisms.parameters import PARAMS
    from sim.population.traits import TRAIT_NUMBERS

    for record, fields in (("params", PARAMS.names or ()), ("numbers", TRAIT_NUMBERS.names or ())):
        assert len(fields) > 10
        unused = sorted(set(fields) - fields_read(record))
        assert not unused, f"derived from a draw and read by no rule as {record}.NAME: {', '.join(unused)}"
