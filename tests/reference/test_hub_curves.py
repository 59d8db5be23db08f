"""Hubs bend before they break: what the page of the model says of them, and the published figures they are held to."""

from __future__ import annotations

import csv
from itertools import pairwise
from typing import Any

import pytest
from hub_curves import BEYOND, COARSE, CUTS, ENDS, Hubs, Point
from refresh_hub_curves import FOLDER, SEEDS, curve, falls, shipped

from sim.evidence import load_sources


@pytest.fixture(scope="module")
def hubs() -> Hubs:
    return shipped()


@pytest.fixture(scope="module")
def few(hubs: Hubs) -> dict[float, Point]:
    """Four runs at each part of the team."""
    return {part: hubs.settled(part, range(4)) for part in (*COARSE, 2.0)}


def on_file(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_at_the_reference_hubs_are_as_busy_as_published(few: dict[float, Point]) -> None:
    today = few[1.0]
    assert today.engaged == pytest.approx(0.53, abs=0.01)
    assert 50.0 < today.load < 65.0
    assert 2.0 < today.wait < 6.0
    assert today.used == pytest.approx(load_reference_part(), abs=0.01)


def load_reference_part() -> float:
    """The part of time for first appointments with which trust's reference path is made before the run."""
    return shipped().table["service.first_used"].value


def test_half_of_the_keyworkers_cost_a_part_of_engagement(few: dict[float, Point]) -> None:
    """Monotone, 15% to 40% at half, and always less than in proportion down to two thirds."""
    engaged = [few[part].engaged for part in COARSE]
    assert all(one > other for one, other in pairwise(engaged))
    assert 0.15 < 1.0 - engaged[-1] / engaged[0] < 0.40
    assert all(1.0 - few[part].engaged / engaged[0] < 1.0 - part for part in COARSE[1:])
    assert all(few[one].wait < few[other].wait for one, other in pairwise(COARSE))
    assert all(few[one].interval < few[other].interval for one, other in pairwise(COARSE))


def test_twice_the_contacts_hold_people_as_much_longer_as_trials_found(few: dict[float, Point]) -> None:
    """Cochrane review of psychosocial treatment beside agonists: risk ratio 0.98 to 1.07."""
    published = load_sources()["psychosocial_beside_oat_retention_rr"]
    assert published.low is not None and published.high is not None
    assert few[1.0].interval / few[2.0].interval == pytest.approx(2.0, abs=0.15)
    assert published.low < few[2.0].days / few[1.0].days < published.high


def test_the_tables_on_file_are_of_today_s_rows(hubs: Hubs) -> None:
    """Both ends as the evidence has them now, and the same points."""
    assert [float(row["part_of_today"]) for row in on_file("curve.csv")] == sorted((*CUTS, *BEYOND))
    ends = [(row["row"], float(row["value"])) for row in on_file("ends.csv")]
    assert ends == [(name, getattr(hubs.table[name], end)) for name in ENDS for end in ("low", "high")]


def test_one_point_on_file_is_lived_again(hubs: Hubs) -> None:
    (row,) = (row for row in on_file("curve.csv") if float(row["part_of_today"]) == 0.5)
    again = hubs.settled(0.5, SEEDS)
    assert [f"{value:.4f}" for value in again] == [row[name] for name in Point._fields], "run `make hub-curves`"


@pytest.mark.slow
def test_no_step_between_neighbouring_cuts(hubs: Hubs) -> None:
    """21 teams from today's to half of it: engagement falls from each to the next, by less than two points."""
    points = curve(hubs)
    engaged = [points[part].engaged for part in CUTS]
    assert all(0.0 < one - other < 0.02 for one, other in pairwise(engaged))
    assert_on_file("curve.csv", [[part, *points[part]] for part in sorted(points)])


@pytest.mark.slow
def test_both_ends_of_what_the_fall_hangs_on(hubs: Hubs) -> None:
    """Monotone at every end, and never a hub that breaks whole."""
    ends = falls(hubs)
    for _, _, engaged in ends:
        assert all(engaged[one] > engaged[other] for one, other in pairwise(COARSE))
        assert engaged[0.5] > 0.25 * engaged[1.0]
    assert_on_file("ends.csv", [[*(by_part[part] for part in COARSE)] for _, _, by_part in ends], first=2)


def assert_on_file(name: str, rows: list[list[Any]], first: int = 0) -> None:
    """The rows of the file from a column on, to the digits shown."""
    shown = [[f"{value:.4f}" for value in row] for row in rows]
    assert [list(row.values())[first:] for row in on_file(name)] == shown, "run `make hub-curves`"
