"""Eighteen themes, each with something that money can buy, a scenario that buys it, and effects that are in doubt."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from engine_ground import ROOT, Ground

from sim.engine.run_inputs import PEOPLE_PARAMETER
from sim.evidence.themes import load_themes
from sim.experiment.simulator import StudySimulator
from sim.scenario import LEVERS, Scenario, load_scenario

THEMES = tuple(f"T{k}" for k in range(1, 19))
FOLDER = ROOT / "scenarios"
THEME_FILES = tuple(sorted((FOLDER / "themes").glob("*.yaml")))
BESIDE = (FOLDER / "ceiling" / "all_of_it.yaml", FOLDER / "cuts" / "treatment_cut.yaml")
OTHER_FILES = tuple(sorted([*FOLDER.glob("*.yaml"), *(FOLDER / "shocks").glob("*.yaml"), *BESIDE]))
DATED = {"all_of_it"}  # some of its money flows from a later day than the study's first

# Levers of another theme that a theme's scenario buys, with the reason.
NEIGHBOURS: Mapping[str, set[str]] = {
    # The gain of joint work is lost for a while whenever the keyworker who links the agencies leaves
    # (`agency.turnover_worn`), so pay for those who stay belongs to how agencies get on.
    "T16": {"retention_pay"},
}
# Effects that a study never draws: lengths that a programme or a product sets, each tried by narrowing a row instead.
SET_BY_THE_PROGRAMME = {"treatment.depot_cover_days", "treatment.rehab_days", "treatment.detox_days"}


def themes_of(lever: str) -> set[str]:
    return set(LEVERS[lever].themes)


def theme_of(file: Path) -> str:
    """The theme that the name of a scenario file says."""
    return f"T{int(file.name[1:3])}"


@pytest.fixture(scope="module")
def scenarios(ground: Ground) -> Mapping[Path, Scenario]:
    files = (*THEME_FILES, *OTHER_FILES)
    return {file: load_scenario(file, area=ground.area, parameters=ground.table) for file in files}


@pytest.fixture(scope="module")
def simulator(ground: Ground, scenarios: Mapping[Path, Scenario]) -> StudySimulator:
    """The whole region at reference values and under one draw of the uncertain numbers, nobody lived yet."""
    people = round(ground.table[PEOPLE_PARAMETER].value)
    return StudySimulator(
        tuple(scenarios.values()), ground.area, ground.table, people=people, months=24, draws=1, seed=3
    )


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_has_a_lever_and_a_scenario(theme: str) -> None:
    assert [name for name in LEVERS if theme in themes_of(name)], "no lever names the theme"
    assert [file for file in THEME_FILES if theme_of(file) == theme], "no scenario file names the theme"


def test_no_lever_names_a_theme_that_is_none() -> None:
    assert {theme for name in LEVERS for theme in themes_of(name)} == set(THEMES)


def test_the_table_of_themes_names_the_levers_of_each() -> None:
    """T15 alone says more in its words, since any lever may be bought under pooled budgets."""
    in_table = {theme.code: set(theme.levers) for theme in load_themes()}
    assert in_table == {theme: {name for name in LEVERS if theme in themes_of(name)} for theme in THEMES}


def test_there_is_enough_to_choose_from() -> None:
    assert len(LEVERS) >= 20
    assert len(list(FOLDER.glob("**/*.yaml"))) >= 25
    assert len((*THEME_FILES, *OTHER_FILES)) >= 25, "those that leave a mechanism out not counted"


@pytest.mark.parametrize("file", THEME_FILES, ids=lambda file: file.stem)
def test_a_theme_buys_what_belongs_to_it(scenarios: Mapping[Path, Scenario], file: Path) -> None:
    scenario, theme = scenarios[file], theme_of(file)
    assert scenario.title.startswith(f"{theme}: ")
    assert scenario.name == file.stem
    bought = {purchase.lever for purchase in scenario.levers}
    assert bought and all(purchase.gbp_per_year > 0.0 for purchase in scenario.levers)
    own = {lever for lever in bought if theme in themes_of(lever)}
    assert own and bought - own == NEIGHBOURS.get(theme, set()) & bought


def test_every_neighbour_is_bought_somewhere(scenarios: Mapping[Path, Scenario]) -> None:
    for theme, levers in NEIGHBOURS.items():
        of_theme = [scenarios[file] for file in THEME_FILES if theme_of(file) == theme]
        assert levers <= {purchase.lever for scenario in of_theme for purchase in scenario.levers}


def test_spend_adds_up_to_the_scenario_and_falls_on_payers(simulator: StudySimulator) -> None:
    """At reference prices purchase by purchase, and under a draw in which prices differ all the same; a cut in per cent
    is what it costs under the draw."""
    for k, scenario in enumerate(simulator.scenarios):
        entries = simulator.spend(k)
        assert [entry["lever"] for entry in entries] == [purchase.lever for purchase in scenario.levers]
        options = [entry["option"] for entry in entries]
        assert options == ["".join(purchase.options.values()) for purchase in scenario.levers]
        paid = [purchase.gbp_per_year for purchase in scenario.levers]
        assert [entry["gbp_per_year"] for entry in entries] == pytest.approx(paid, rel=1e-9, abs=0.01)
        assert sum(entry["gbp_per_year"] for entry in entries) == pytest.approx(scenario.gbp_per_year, rel=1e-7)
        inputs = simulator.run_inputs(k, 0)
        assert [flow.payer for flow in inputs.flows] == [purchase.payer for purchase in scenario.levers]
        bill = sum(flow.gbp_per_year for flow in inputs.flows)
        in_per_cent = [purchase for purchase in scenario.levers if purchase.percent_of_today is not None]
        if in_per_cent:
            assert all(entry["gbp_per_year"] == entry["units"] * entry["unit_cost_gbp"] for entry in inputs.spend)
            assert bill == pytest.approx(sum(entry["gbp_per_year"] for entry in inputs.spend), rel=1e-9)
            assert bill != pytest.approx(scenario.gbp_per_year, rel=1e-3)
        else:
            assert bill == pytest.approx(scenario.gbp_per_year, rel=1e-9)


def test_every_effect_is_in_doubt_and_drawn(ground: Ground) -> None:
    """A sensitivity study moves a row only where low lies below high and it is drawn."""
    for lever in LEVERS.values():
        rows = [ground.table[name] for name in lever.effect_parameters]
        assert rows and all(row.low < row.high for row in rows), lever.name
        fixed = {row.name for row in rows if row.distribution == "fixed"}
        assert fixed <= SET_BY_THE_PROGRAMME and len(fixed) < len(rows), lever.name


def test_every_number_that_is_not_fixed_has_a_range(ground: Ground) -> None:
    drawn = {name: row for name, row in ground.table.items() if row.distribution != "fixed"}
    assert len(drawn) > 200
    flat = [name for name, row in drawn.items() if not row.low < row.high]
    assert not flat
    one, other = ground.table.sample(1, 2)
    same = [name for name, row in drawn.items() if one[name] == other[name] and not row.no_effect]
    assert not same, "drawn, and the same twice"
