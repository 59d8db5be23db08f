"""Opening days and hours: a service's own where it has them, else its kind's; and what journeys say of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sim.area import Area, Opening, describe_journey, journey_record, journey_text, opening_of
from sim.area.opening import opening_words

MakeArea = Callable[..., Area]
HUB_BEECH, HUB_CEDAR, HUB_ASH, SHELTER = range(4)
CEDAR_CELLS = "P,cedar,51.0,-3.0,centre,any,,,,"


def cedar(days: str, hours: str) -> tuple[str, str, str]:
    """The change that gives the hub in Cedar opening cells of its own."""
    return "services.csv", CEDAR_CELLS, f'P,cedar,51.0,-3.0,centre,any,,"{days}",{hours},'


def test_a_service_without_its_own_opening_keeps_that_of_its_kind(make_area: MakeArea) -> None:
    area = make_area()
    assert opening_of(area, HUB_CEDAR) == Opening((0, 1, 2, 3, 4), 540, 1020, "assumed", "assumed")
    assert opening_of(area, HUB_CEDAR).bits == 0b0011111 and opening_of(area, HUB_CEDAR).day_types == ("weekday",)
    assert opening_of(area, SHELTER).days == (0, 1, 2, 5)


def test_days_and_hours_of_its_own_come_first(make_area: MakeArea) -> None:
    opening = opening_of(make_area(cedar("Tue-Thu,Sun", "10:00-14:30")), HUB_CEDAR)
    assert opening == Opening((1, 2, 3, 6), 600, 870, "recalled", "recalled")
    assert opening.bits == 0b1001110 and opening.day_types == ("weekday", "sunday")
    assert opening_of(make_area(cedar("Tue-Thu,Sun", "10:00-14:30")), HUB_BEECH).closes == 1020


def test_each_cell_stands_alone(make_area: MakeArea) -> None:
    days = opening_of(make_area(cedar("Sun", "")), HUB_CEDAR)
    assert (days.days, days.opens, days.closes, days.day_types) == ((6,), 540, 1020, ("sunday",))
    assert (days.days_grade, days.hours_grade) == ("recalled", "assumed")
    hours = opening_of(make_area(cedar("", "08:00-20:00")), HUB_CEDAR)
    assert (hours.days, hours.opens, hours.closes) == ((0, 1, 2, 3, 4), 480, 1200)


@pytest.mark.parametrize(
    ("days", "hours", "words"),
    [
        ("", "", "open Mon-Fri 09:00-17:00 (assumed)"),
        ("Fri", "18:30-20:30", "open Fri 18:30-20:30 (recalled)"),
        ("Tue,Thu", "", "open Tue, Thu (recalled) 09:00-17:00 (assumed)"),
        ("", "08:00-20:00", "open Mon-Fri (assumed) 08:00-20:00 (recalled)"),
    ],
)
def test_words(make_area: MakeArea, days: str, hours: str, words: str) -> None:
    area = make_area(cedar(days, hours))
    assert opening_words(opening_of(area, HUB_CEDAR)) == words
    journey = describe_journey(area, "dale", "hub_cedar")
    assert f"  drug and alcohol hub, {words}\n" in journey_text(journey)
    assert journey_record(journey)["opening"] == f"drug and alcohol hub, {words}"


def test_a_journey_says_when_the_service_is_closed(make_area: MakeArea) -> None:
    area = make_area(cedar("Sun", "10:00-14:00"))
    assert "closed on Sundays" in journey_text(describe_journey(area, "ash", "hub_beech", "sunday"))
    assert "closed" not in journey_text(describe_journey(area, "ash", "hub_beech", "weekday"))
    assert "closed" not in journey_text(describe_journey(area, "ash", "hub_cedar", "sunday"))
    assert "closed on weekdays and Saturdays" in journey_text(describe_journey(area, "ash", "hub_cedar"))
    record = journey_record(describe_journey(area, "ash", "hub_cedar", "sunday"))
    assert (record["open_days"], record["opens"], record["closes"]) == ([6], 600, 840)


def test_the_grade_of_the_service_is_told_whether_it_can_be_reached_or_not(make_area: MakeArea) -> None:
    row = ("services.csv", "P,beech,51.0,-3.5,centre,any,,,,,open,,made up,,recalled", "P,beech,51.0,-3.5,centre,any")
    read = make_area((*row[:2], f"{row[2]},,,,,open,by the mill,seen,http://x,read"))
    text = journey_text(describe_journey(read, "ash", "hub_beech"))
    assert "Grade of the service: read (seen)." in text and "Note: by the mill" in text
    assert journey_record(describe_journey(read, "ash", "hub_beech"))["grade"] == "read"
    out_of_reach = journey_text(describe_journey(read, "ash", "shelter", "sunday"))
    assert out_of_reach.endswith("Grade of the service: recalled (made up).") and "Note" not in out_of_reach


def test_the_shipped_area_has_openings_of_its_own(south_west: Area) -> None:
    openings = {site.id: opening_of(south_west, i) for i, site in enumerate(south_west.services)}
    friday = openings["aa_friday_tothill_community_centre"]
    assert friday.days == (4,) and friday.days_grade == "read" and friday.hours_grade == "assumed"
    meeting = openings["na_meetings_bath"]
    assert (meeting.opens, meeting.closes, meeting.hours_grade) == (1110, 1230, "recalled")
    assert all(opening.days and 0 <= opening.opens < opening.closes < 1440 for opening in openings.values())
    assert {site.confidence for site in south_west.services} == {"read", "recalled"}
