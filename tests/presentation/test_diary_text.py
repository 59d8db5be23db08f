"""The diary of one person: watching changes nothing, days stand in order, and a mark tells two paths apart."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from sim.area import load_area
from sim.commands.text.diary import diaries_as_dict, diaries_in_words
from sim.core.days import NEVER
from sim.core.errors import InputError
from sim.evidence import load_parameters
from sim.experiment.diary import _in_words, diary, paths_that_differ, two_paths
from sim.experiment.simulator import StudySimulator
from sim.mechanisms.events import Event
from sim.outcomes.diary import IN_CUSTODY, ROUGH_NIGHTS, TOTALS, TREATED, Diary, Entry
from sim.population.codes import COMMUNITY, CUSTODY, HIDDEN, NO_SERVICE, NO_TREATMENT, SETTLED, TREATMENT_SERVICE
from sim.population.person import MOST_LOGGED
from sim.population.processes import N_CLOCKS
from sim.scenario import load_scenario

PEOPLE = 150
BASELINE, AGAIN, EVERYTHING, POOLED = range(4)


@pytest.fixture(scope="module")
def simulator() -> StudySimulator:
    """The baseline, the baseline by another name, everything bought, and keyworkers of a pooled budget."""
    area, table = load_area(), load_parameters()
    files = ("baseline", "baseline", "all_of_it", "t15_pooled_budget")
    loaded = [load_scenario(name, area=area, parameters=table) for name in files]
    loaded[AGAIN] = replace(loaded[AGAIN], name="again", title="The same once more")
    return StudySimulator(loaded, area, table, people=PEOPLE, months=24, draws=1, seed=1)


INTO_CUSTODY = (
    "is taken into custody",
    "is recalled to custody on the charge",
    "is taken into custody, with a new sentence",
)


def told_of(simulator: StudySimulator, number: int, *scenarios: int) -> list[Diary]:
    return [diary(simulator, k, draw=0, replicate=0, number=number) for k in scenarios]


def body(text: str) -> list[str]:
    """The lines of each table, below its heads."""
    return [line for part in re.split(r"(?m)^-+$", text)[1:] for line in part.split("\n\n")[0].splitlines()]


@pytest.mark.parametrize("scenario", [BASELINE, EVERYTHING, POOLED])
def test_a_watched_life_is_the_unwatched_one(
    simulator: StudySimulator, scenario: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = simulator.world(scenario, 0, 0)
    usual.run_to(usual.days)
    worlds: list[Any] = []
    made = simulator.world
    monkeypatch.setattr(simulator, "world", lambda *key: worlds.append(made(*key)) or worlds[-1])
    told = diary(simulator, scenario, draw=0, replicate=0, number=7)
    (watched,) = worlds
    assert told.entries and watched.day == usual.day
    for rows in ("people", "services", "workers"):
        one, other = getattr(usual, rows), getattr(watched, rows)
        names = one.dtype.names or ()
        differing = {name for name in names if one[name].tobytes() != other[name].tobytes()}
        assert differing <= ({"watched", "logged", "n_logged"} if rows == "people" else set()), differing
    assert not usual.people["watched"].any() and watched.people["watched"].sum() == 1


def test_entries_stand_in_order_and_within_the_year(simulator: StudySimulator) -> None:
    for number in range(0, PEOPLE, 10):
        for told in told_of(simulator, number, BASELINE, EVERYTHING):
            dates = [entry.on for entry in told.entries]
            assert dates == sorted(dates) and dates
            first = dates[0] - timedelta(days=told.entries[0].day)
            assert all(entry.on - first == timedelta(days=entry.day) for entry in told.entries)
            assert all(-2 <= entry.day <= 365 for entry in told.entries)
            released = [entry.day for entry in told.entries if entry.words.startswith("leaves prison")]
            assert released[0] == 0 and date(2027, 4, 1) <= first < date(2028, 4, 1)
            assert max(Counter(dates).values()) <= MOST_LOGGED
            assert all(re.fullmatch(r"T([1-9]|1[0-8])", entry.theme) for entry in told.entries[:-1])


def test_the_diary_tells_what_the_row_counts(simulator: StudySimulator) -> None:
    world = simulator.world(EVERYTHING, 0, 0)
    world.run_to(world.days)
    for number in range(0, PEOPLE, 15):
        (told,) = told_of(simulator, number, EVERYTHING)
        words = Counter(entry.words.partition(":")[0] for entry in told.entries)
        person = world.people[np.flatnonzero(world.people["number"] == number)[0]]
        for name, counted in (
            ("leaves prison", person["releases"]),
            ("keeps the first appointment; treatment begins", person["episodes"]),
            ("is taken into custody", person["recalls"]),
            ("a request for help is lost between agencies", person["requests_lost"]),
            ("tells the keyworker of trauma", person["disclosed"]),
            ("has a place at a women's centre", person["in_womens_centre"]),
        ):
            if name == "is taken into custody":
                custody = sum(n for said, n in words.items() if said in INTO_CUSTODY)
                assert custody >= counted
            else:
                assert words[name] == counted, name
        said = re.search(r"(\d+) days in treatment", told.end)
        assert said is not None and int(said[1]) == round(person["treatment_moments"] / 1024)


def test_who_gives_up_waiting_waits_no_more_that_night(simulator: StudySimulator) -> None:
    """A few in a hundred have less patience than the way to the first free appointment; the diary says so."""
    world = simulator.world(BASELINE, 0, 0)
    people = world.people
    people["watched"] = 1
    gave_up: list[tuple[int, int]] = []
    while world.day < world.first_day + 183:
        people["n_logged"] = 0
        world.run_to(world.day + 1)
        codes = np.where(np.arange(MOST_LOGGED) < people["n_logged"][:, None], people["logged"] % 256, 0)
        rows = np.flatnonzero((codes == Event.GAVE_UP_WAITING).any(axis=1))
        gave_up += [(int(number), world.day - 1) for number in people["number"][rows]]
        assert (people["treatment"][rows] == NO_TREATMENT).all() and (people["appointment_day"][rows] == NEVER).all()
        assert (people["worker"][rows, TREATMENT_SERVICE] == NO_SERVICE).all()
    number, day = next(one for one in gave_up if one[0] < PEOPLE)
    (told,) = told_of(simulator, number, BASELINE)
    said = [entry for entry in told.entries if entry.words == "gives up waiting for a first appointment"]
    assert date(2027, 4, 1) + timedelta(days=day - world.first_day) in [entry.on for entry in said]
    waits = [span for span in told.spans if span.state == "waiting"]
    assert not any(span.first <= entry.day < span.end for entry in said for span in waits)
    assert {entry.theme for entry in said} == {"T1"}


def test_the_last_move_of_a_day_says_where_it_led() -> None:
    here = {"status": COMMUNITY, "housing": HIDDEN}
    down, up = Event.MOVES_DOWN, Event.MOVES_UP
    assert _in_words([down, Event.OVERDOSE, up, Event.USE_STOPS], here, 0) == [
        "loses the place to stay",
        "overdoses",
        "leaves the street: homeless, not on the street",
        "stops using",
    ]
    assert _in_words([down], {**here, "status": CUSTODY}, 0) == ["loses the place to stay"]
    assert _in_words([Event.CAS3_ENDED], {**here, "housing": SETTLED}, 0)[0].endswith("bed ends: settled")


def test_every_event_has_words_and_a_theme() -> None:
    assert set(range(N_CLOCKS)) < set(Event)
    assert {f"T{k}" for k in range(1, 19)} == {event.theme for event in Event} - {""}
    assert len({event.words for event in Event}) == len(Event)
    assert max(Event) < 256


def test_the_same_life_twice_bears_no_mark(simulator: StudySimulator) -> None:
    for number in (0, 11, 42):
        one, other = told_of(simulator, number, BASELINE, AGAIN)
        assert one.entries == other.entries and one.end == other.end
        text = diaries_in_words([one, other])
        assert "*" not in text and "Left:" not in text
        assert "The same days, event by event, under: The same once more" in " ".join(text.split())
        assert all(entry.on.isoformat() in text for entry in one.entries)


def test_marks_stand_on_what_differs_alone(simulator: StudySimulator) -> None:
    marked = 0
    for number in range(0, PEOPLE, 12):
        one, other = told_of(simulator, number, BASELINE, EVERYTHING)
        lines = body(diaries_in_words([one, other]))
        here, there = (Counter((entry.on, entry.words) for entry in told.entries) for told in (one, other))
        apart = (here - there).total() + (there - here).total()
        assert sum(line.count("*") for line in lines) == apart
        marked += apart
    assert marked > 100


def by_hand(*days: tuple[int, str], name: str = "today") -> Diary:
    """A diary of a few events."""
    first = date(2025, 5, 1)
    entries = tuple(Entry(day, first + timedelta(days=day), "T2", words) for day, words in days)
    person = {"number": 4, "sex": "woman", "age": 33, "need": "alcohol", "mental health need": True, "poor": False}
    return Diary(name, f"Title of {name}", person, entries, "how it ended")


def test_what_happens_twice_on_one_path_is_marked_once() -> None:
    usual = by_hand((3, "uses again"), (3, "stops using"), (3, "uses again"))
    other = by_hand((3, "uses again"), (3, "stops using"), name="other")
    lines = body(diaries_in_words([usual, other]))
    assert [line.count("*") for line in lines if "again" in line] == [0, 1]
    assert not any("*" in line for line in lines if "stops" in line)


@pytest.mark.parametrize("columns", [20, 60, 75, 120, 300])
def test_lines_keep_to_the_screen(columns: int, simulator: StudySimulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    told = told_of(simulator, 5, BASELINE, EVERYTHING, POOLED)
    for text in (diaries_in_words(told), diaries_in_words(told[:1])):
        assert max(map(len, text.splitlines())) <= max(60, min(120, columns))
        words = {word for entry in told[0].entries for word in entry.words.split()}
        assert not {word for word in words if word not in text}


def test_plain_values_hold_every_entry(simulator: StudySimulator) -> None:
    told = told_of(simulator, 5, BASELINE, EVERYTHING)
    plain = diaries_as_dict(told)
    assert [one["name"] for one in plain["scenarios"]] == ["baseline", "all_of_it"]
    for one, held in zip(told, plain["scenarios"], strict=True):
        assert [(e["date"], e["day"], e["event"]) for e in held["events"]] == [
            (entry.on.isoformat(), entry.day, entry.words) for entry in one.entries
        ]
    assert plain["person"]["number"] == 5


@pytest.mark.parametrize("number", [-1, 10_000])
def test_nobody_has_that_number(simulator: StudySimulator, number: int) -> None:
    with pytest.raises(InputError, match=f"there is no person {number}; allowed: 0 to 1[0-9][0-9]"):
        diary(simulator, BASELINE, draw=0, replicate=0, number=number)


def test_states_and_totals_add_up_to_the_year(simulator: StudySimulator) -> None:
    for number in range(0, PEOPLE, 15):
        for told in told_of(simulator, number, BASELINE, EVERYTHING):
            assert tuple(told.totals) == TOTALS
            for what in ("where", "treatment"):
                spans = [span for span in told.spans if span.what == what]
                assert spans[0].first == 0
                assert spans[-1].end <= 366
                assert all(one.end == other.first for one, other in pairwise(spans))
                assert all(one.state != other.state for one, other in pairwise(spans))
            days = dict.fromkeys(("rough", "in custody"), 0)
            for span in told.spans:
                if span.state in days:
                    days[span.state] += min(span.end, 365) - span.first
            moves = len(told.spans)
            assert abs(days["rough"] - told.totals[ROUGH_NIGHTS]) <= moves
            assert abs(days["in custody"] - told.totals[IN_CUSTODY]) <= moves


def test_whose_paths_differ_is_found_and_nobody_else(simulator: StudySimulator) -> None:
    found = paths_that_differ(simulator, EVERYTHING, draw=0, replicate=0)
    numbers = {change.number for change in found.changes}
    assert 0 < len(numbers) < found.n_people
    for number in range(0, found.n_people, 11):
        usual, other = told_of(simulator, number, BASELINE, EVERYTHING)
        assert (usual.entries != other.entries) <= (number in numbers)
    ranks = [(change.parts, change.size) for change in found.changes]
    assert ranks == sorted(ranks, reverse=True)
    one = found.changes[0]
    usual, other = told_of(simulator, one.number, BASELINE, EVERYTHING)
    assert dict(one.totals) == {name: other.totals[name] - usual.totals[name] for name in TOTALS}
    mean = sum(change.totals[TREATED] for change in found.changes) / len(found.changes)
    assert found.mean(TREATED) == pytest.approx(mean)


def test_two_paths_are_of_the_most_changed_person_or_the_one_asked_for(simulator: StudySimulator) -> None:
    pair = StudySimulator(
        (simulator.scenarios[BASELINE], simulator.scenarios[EVERYTHING]), simulator.model_area.area, load_parameters(),
        people=PEOPLE, months=24, draws=1, seed=1,
    )  # fmt: skip
    found = two_paths(pair)
    assert found.usual.person["number"] == found.other.person["number"] == found.differ.changes[0].number
    assert found.change == dict(found.differ.changes[0].totals)
    assert two_paths(pair, number=3).usual.person["number"] == 3
    with pytest.raises(InputError, match="there is no person 99999"):
        two_paths(pair, number=99999)


def test_where_nobody_s_path_differs_that_is_said(simulator: StudySimulator) -> None:
    with pytest.raises(InputError, match="nobody's year differs under 'The same once more'"):
        two_paths(simulator)
