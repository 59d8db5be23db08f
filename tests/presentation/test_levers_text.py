"""The lever catalogue in words: everything told, at any width, and an example that a scenario file takes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sim.area import load_area
from sim.commands.text.levers import grades_in_words, lever_words, levers_table, where
from sim.evidence import load_parameters
from sim.scenario import load_scenario
from sim.scenario.levers.describe import LeverDescription, catalogue

LEVERS = {lever.name: lever for lever in catalogue(load_parameters())}
WIDTHS = (20, 40, 60, 89, 90, 100, 137, 500)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_table_fits_and_names_every_lever(width: int) -> None:
    text = levers_table(list(LEVERS.values()), width)
    assert max(map(len, text.splitlines())) <= min(max(width, 40), 160)
    starts = [line.split()[0] for line in text.splitlines() if line and not line.startswith(" ")]
    assert set(LEVERS) <= set(starts)
    assert f"{len(LEVERS)} levers." in text
    assert "\N{NO-BREAK SPACE}" not in text


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", LEVERS)
def test_the_words_about_a_lever_fit(name: str, width: int) -> None:
    text = lever_words(LEVERS[name], width)
    told, example = text.split("In a scenario")
    longest = max(len(word) for word in told.split())
    assert max(map(len, told.splitlines())) <= max(min(max(width, 40), 160), longest + 18)
    assert f"  - lever: {name}" in example


@pytest.mark.parametrize("name", LEVERS)
def test_all_that_is_known_of_a_lever_is_told(name: str) -> None:
    lever = LEVERS[name]
    told = " ".join(lever_words(lever).split())
    for text in (lever.title, lever.unit, lever.changes, lever.leaves_out, where(lever), grades_in_words(lever)):
        assert text in told
    for row in (*lever.prices, *lever.capacity, *lever.effects):
        assert f"{row.name}: " in told
    for code in lever.payers:
        assert f"({code})" in told


@pytest.mark.parametrize("name", [lever.name for lever in LEVERS.values() if not lever.needs_where])
def test_the_example_is_what_a_scenario_takes(name: str, tmp_path: Path) -> None:
    example = lever_words(LEVERS[name]).split("smallest sum:\n\n")[1]
    file = tmp_path / "example.yaml"
    file.write_text(
        f"name: example\ntitle: t\ndescription: d\nstarts: 2025-04-01\nlevers:\n{example}", encoding="utf-8"
    )
    scenario = load_scenario(file, area=load_area(), parameters=load_parameters())
    assert [purchase.lever for purchase in scenario.levers] == [name]


def changed(name: str, **changes: object) -> LeverDescription:
    return replace(LEVERS[name], **changes)  # type: ignore[arg-type]


def test_where_and_grades_are_told_as_they_are() -> None:
    assert where(LEVERS["cas3_beds"]) == "the whole area"
    assert where(LEVERS["ost_at_release"]) == "prisons, all of them unless named"
    assert where(LEVERS["navigators"]) == "places or councils, which must be named"
    assert "with an open drug and alcohol hub" in where(LEVERS["keyworkers"])
    beside = changed("navigators", beside={"": "probation"})
    assert where(beside).endswith("; in a council in which a service of kind probation is open")
    by_word = changed("navigators", beside={"late": "hospital"}, options={"setting": ("hub", "late")})
    assert "; with setting: late, in a council" in where(by_word)
    assert grades_in_words(LEVERS["ost_at_release"]) == "assumed (1 assumed, 2 derived)"
    assert grades_in_words(changed("navigators", effects=())) == "none: no effect parameter"


def test_a_smallest_sum_that_rests_on_more_than_the_lever_bears_a_mark() -> None:
    assert "4,436*" in levers_table([LEVERS["bus_trips"]])
    assert "*" not in levers_table([LEVERS["navigators"]])


def test_a_cut_is_told_where_it_is_allowed() -> None:
    assert "may be cut" in lever_words(LEVERS["keyworkers"])
    assert "may be cut" not in lever_words(LEVERS["navigators"])
