"""Charts of the notebooks: the message in the title, words that keep apart, the same bytes on any day, their data."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest
from chart_words import problems_of_words
from quick_cases import some_quick

from sim.analysis.access import AccessToHub, access_by_place
from sim.area import Area, load_area
from sim.evidence import load_parameters
from sim.outcomes.diary import TOTALS, Change, Diary, Entry, PathsThatDiffer, Span, TwoPaths
from sim.population.codes import HOUSING, TREATMENT
from sim.presentation import theme
from sim.presentation.charts import last_bus, map_of_area, person_paths
from sim.scenario import load_scenario

TITLES = ("Today's services", "Evening buses")
PERSON = {"number": 7, "sex": "woman", "age": 34, "need": "opiate no crack"}
FIRST = date(2025, 4, 1)


@pytest.fixture(scope="module")
def area() -> Area:
    return load_area()


@pytest.fixture(scope="module")
def both(area: Area) -> tuple[tuple[AccessToHub, ...], tuple[AccessToHub, ...]]:
    table = load_parameters()
    files = ("scenarios/baseline.yaml", "scenarios/evening_buses.yaml")
    one, other = (access_by_place(load_scenario(file, area=area, parameters=table), area, table) for file in files)
    return one, other


def diary(
    name: str, spans: tuple[Span, ...], totals: tuple[float, ...], *events: tuple[int, str, bool | None]
) -> Diary:
    entries = tuple(Entry(day, FIRST + timedelta(days=day), "T1", words, kept) for day, words, kept in events)
    return Diary(name, f"Title of {name}", PERSON, entries, "", spans, dict(zip(TOTALS, totals, strict=True)))


def two_paths(n_events: int = 3) -> TwoPaths:
    usual = diary(
        "today",
        (Span("where", "rough", 0, 100), Span("where", "in custody", 100, 365), Span("treatment", "none", 0, 365)),
        (0.0, 100.0, 0.0, 265.0),
        (0, "leaves prison", None),
        (9, "misses a first appointment", None),
    )
    other = diary(
        "money",
        (Span("where", "rough", 0, 3), Span("where", "settled", 3, 365), Span("treatment", "waiting", 0, 20),
         Span("treatment", "in treatment", 20, 365)),
        (345.0, 3.0, 0.0, 0.0),
        (0, "leaves prison", None),
        *((20 + 3 * n, f"event number {n}", None) for n in range(n_events)),
        (34, "meets the keyworker", True),
        (48, "misses the keyworker", False),
    )  # fmt: skip
    change = Change(7, dict(zip(TOTALS, (345.0, -97.0, 0.0, -265.0), strict=True)))
    return TwoPaths(usual, other, PathsThatDiffer(900, (change, replace(change, number=8))), 1, 1, 1)


Draw = Callable[[], theme.Chart | None]


@pytest.fixture
def drawings(area: Area, both: tuple[tuple[AccessToHub, ...], tuple[AccessToHub, ...]]) -> dict[str, Draw]:
    return {
        "map_of_area": lambda: map_of_area.plot(area, both[0]),
        "last_bus": lambda: last_bus.plot(area, *both, TITLES),
        "person_paths": lambda: person_paths.plot(two_paths()),
    }


@pytest.mark.parametrize("name", some_quick(("map_of_area", "last_bus", "person_paths"), ("person_paths",)))
def test_charts_are_whole_and_the_same_on_any_day(drawings: dict[str, Draw], name: str) -> None:
    chart, again = drawings[name](), drawings[name]()
    assert chart is not None
    assert chart == again
    assert chart.name == name
    assert chart.png.startswith(b"\x89PNG")
    assert ET.fromstring(chart.svg).tag.endswith("svg")
    assert b"<dc:date>" not in chart.svg
    assert "Source: Throughgate" in chart.alt
    assert "no interval" in chart.alt.lower()
    assert len(list(csv.DictReader(io.StringIO(chart.csv)))) > 5


@pytest.mark.parametrize("name", ["map_of_area", "last_bus", "person_paths"])
def test_words_keep_apart(drawings: dict[str, Draw], name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = cast(ModuleType, SimpleNamespace(plot=lambda _: drawings[name]()))
    assert not problems_of_words(module, cast(Any, None), monkeypatch)


def test_a_year_full_of_events_is_listed_as_far_as_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    full = two_paths(n_events=60)
    module = cast(ModuleType, SimpleNamespace(plot=lambda _: person_paths.plot(full)))
    problems = [told for told in problems_of_words(module, cast(Any, None), monkeypatch) if "leaves" in told]
    assert not problems
    monkeypatch.undo()
    assert person_paths.plot(full).csv.count("event number") == 60


def test_the_person_s_title_and_message_say_what_changes() -> None:
    chart = person_paths.plot(two_paths())
    assert b"345 more days in treatment: one person under two policies" in chart.svg
    said = chart.alt.splitlines()[1]
    assert said.startswith("Person 7, a woman of 34 with a need for help with opiates")
    assert "97 fewer nights sleeping rough and 265 fewer days back in custody with Title of money" in said
    assert "With Title of today the year ends in custody, and what comes after is not counted." in said
    assert "One of 2 people whose year differs, of 900 in the run, and the one in whose year most changes" in chart.alt
    rows = list(csv.DictReader(io.StringIO(chart.csv)))
    only = {row["words"]: row["in_this_path_only"] for row in rows if row["what"] == "event"}
    assert only["leaves prison"] == "no"
    assert only["misses a first appointment"] == "yes"
    assert [row["what"] for row in rows].count("contact") == 2


def test_a_year_that_stays_the_same_is_told_as_such() -> None:
    paths = two_paths()
    same = person_paths.plot(replace(paths, other=replace(paths.usual, title="Money")))
    totals = "days in treatment, nights sleeping rough, nights homeless off the street and days back in custody"
    assert f"as many {totals} with Money" in same.alt


def test_the_last_bus_tells_both_shares_and_clocks(
    area: Area, both: tuple[tuple[AccessToHub, ...], tuple[AccessToHub, ...]]
) -> None:
    chart = last_bus.plot(area, *both, TITLES)
    assert chart is not None
    rows = {row["place"]: row for row in csv.DictReader(io.StringIO(chart.csv))}
    by_name = {area.places[way.place].name: way for way in both[0]}
    for name, row in rows.items():
        assert float(row["out_of_reach_before"]) == by_name[name].out_of_reach
    assert all(float(row["out_of_reach_after"]) <= float(row["out_of_reach_before"]) for row in rows.values())
    assert f"{len(rows)} of {len(area.places)} places lose part of the clinic's day" in chart.alt
    assert "Evening buses: less of the day is lost in 4 places, most of all Gunnislake" in chart.alt


def test_without_anything_lost_there_is_no_last_bus(area: Area) -> None:
    whole = tuple(AccessToHub(k, 0, 20.0, 3.0, 480.0, 1200.0, 540.0, 1020.0) for k in range(len(area.places)))
    assert last_bus.plot(area, whole, whole, TITLES) is None
    assert "From 0 of 120 places" in map_of_area.plot(area, whole).alt


@pytest.mark.slow
def test_a_place_without_any_way_is_told(area: Area) -> None:
    none = AccessToHub(0, 0, float("inf"), float("inf"), None, None, 540.0, 1020.0)
    rest = tuple(AccessToHub(k, 0, 20.0, 3.0, 480.0, 1200.0, 540.0, 1020.0) for k in range(1, len(area.places)))
    chart = last_bus.plot(area, (none, *rest), (none, *rest), TITLES)
    assert chart is not None
    assert "no way there, last way home none; out of reach 100%" in chart.alt
    assert "no way" in map_of_area.plot(area, (none, *rest)).alt


@pytest.mark.slow
def test_the_map_counts_every_place_once(
    area: Area, both: tuple[tuple[AccessToHub, ...], tuple[AccessToHub, ...]]
) -> None:
    chart = map_of_area.plot(area, both[0])
    rows = list(csv.DictReader(io.StringIO(chart.csv)))
    assert [row["what"] for row in rows].count("place") == len(area.places)
    assert [row["what"] for row in rows].count("prison") == len(area.prisons)
    far = sum(way.minutes > map_of_area.FAR_MINUTES for way in both[0])
    assert f"From {far} of {len(area.places)} places it takes more than an hour" in chart.alt
    assert "HMP Dartmoor (closed)" in chart.alt


def luminance(colour: str) -> float:
    """WCAG relative luminance of '#RRGGBB' or 'white'."""
    code = "#FFFFFF" if colour == "white" else colour
    parts = [int(code[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("state", person_paths.LOOKS)
def test_words_in_bands_can_be_read(state: str) -> None:
    fill, _, ink = person_paths.LOOKS[state]
    light, dark = sorted((luminance(fill), luminance(ink)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_every_state_has_a_look_of_its_own() -> None:
    looks = [(fill, hatch) for fill, hatch, _ in person_paths.LOOKS.values()]
    assert len(set(looks)) == len(looks)
    states = {*HOUSING, *TREATMENT[1:], "in custody", "residential treatment", "died"}
    assert states == set(person_paths.LOOKS)


def test_bands_of_time_differ_in_marker_and_go_from_light_to_dark() -> None:
    assert len({marker for *_, marker, _ in map_of_area.BANDS}) == len(map_of_area.BANDS)
    shades = [luminance(colour) for _, _, colour, *_ in map_of_area.BANDS]
    assert shades == sorted(shades, reverse=True)
