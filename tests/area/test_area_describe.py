"""One journey leg by leg, by mean waits and by the clock."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from sim.area import Area, describe_journey, journey_record, journey_table, journey_text, parse_clock
from sim.core.errors import InputError

MakeArea = Callable[..., Area]


def test_legs_of_a_journey_with_a_change(make_area: MakeArea) -> None:
    journey = describe_journey(make_area(), "ash town", "NIGHT shelter")
    assert [(leg.mode, leg.line, leg.from_name, leg.to_name) for leg in journey.legs] == [
        ("bus", "1", "Ash Town", "Cedar"),
        ("bus", "2", "Cedar", "Dale"),
    ]
    assert [(leg.minutes, leg.wait, leg.fare_gbp) for leg in journey.legs] == [(70, 33, 3.0), (50, 63, 4.5)]
    assert [leg.grade for leg in journey.legs] == ["recalled", "part read"]
    assert [leg.fare_grade for leg in journey.legs] == ["row", "assumed"]
    assert journey.minutes == sum(leg.minutes + leg.wait for leg in journey.legs)
    text = journey_text(journey)
    assert "not in use in the model: closed July 2019" in text
    assert "1 change, GBP 7.50 single" in text and "GBP 4.50 (assumed)" in text
    assert "first possible arrival 11:33" in text


def test_leaving_at_an_hour(make_area: MakeArea) -> None:
    area = make_area()
    journey = describe_journey(area, "ash", "hub_beech", "weekday", depart_minute=600)
    assert [(leg.departs, leg.arrives) for leg in journey.legs] == [(633, 663)]  # ready 10:03, half an hour on
    assert journey.minutes == 63
    early = describe_journey(area, "ash", "hub_beech", "weekday", depart_minute=0)
    assert early.legs[0].departs == 450
    late = describe_journey(area, "ash", "hub_beech", "weekday", depart_minute=1108)
    assert "the last bus 1 from Ash Town has gone" in late.missed
    assert "Not possible at that hour" in journey_text(late)


def test_arriving_by_an_hour(make_area: MakeArea) -> None:
    area = make_area()
    journey = describe_journey(area, "ash", "hub_beech", "weekday", arrive_minute=600)
    assert [(leg.departs, leg.arrives, leg.wait) for leg in journey.legs] == [(540, 570, 3)]  # needed 09:30
    assert "leave home 08:57, arrive 09:30" in journey_text(journey)
    assert describe_journey(area, "ash", "hub_beech", arrive_minute=479).missed
    assert not describe_journey(area, "ash", "hub_beech", arrive_minute=480).missed  # the table's first arrival


def test_no_way_is_said_plainly(make_area: MakeArea) -> None:
    text = journey_text(describe_journey(make_area(), "ash", "shelter", "sunday"))
    assert "There is no way there on a Sunday" in text
    one_bus = make_area(("links.csv", ",40,6,3,", ",40,1,3,"), ("links.csv", ",50,4,0,", ",50,1,0,"))
    text = journey_text(describe_journey(one_bus, "ash", "shelter"))
    assert "no way there on a weekday: the connection misses" in text and "no way back on the same weekday" in text
    assert "at any hour" in journey_text(describe_journey(one_bus, "beech", "hub_beech"))


def test_record_is_plain_json(make_area: MakeArea) -> None:
    there = json.loads(json.dumps(journey_record(describe_journey(make_area(), "ash", "shelter")), allow_nan=False))
    assert there["minutes"] == 216 and there["legs"][1]["line"] == "2" and there["earliest_arrival"] == 693
    gone = json.loads(
        json.dumps(journey_record(describe_journey(make_area(), "ash", "shelter", "sunday")), allow_nan=False)
    )
    assert gone["minutes"] is None and gone["latest_return"] is None and gone["legs"] == []


def test_clock_times() -> None:
    assert parse_clock("09:05") == 545 and parse_clock(" 23:59") == 1439
    for wrong in ("9:05", "24:00", "nine", "09:60", ""):
        with pytest.raises(InputError, match="not a time of day; allowed: HH:MM"):
            parse_clock(wrong)


def test_same_numbers_as_the_table(south_west: Area) -> None:
    for day_type in ("weekday", "sunday"):
        hubs = south_west.services_of("drug_alcohol_hub")[::4]
        table = journey_table(south_west, day_type=day_type, services=hubs)
        for p in range(0, len(south_west.places), 5):
            for column, hub in enumerate(hubs):
                journey = describe_journey(south_west, south_west.places[p].id, south_west.services[hub].id, day_type)
                if not journey.possible:
                    continue
                assert sum(leg.minutes + leg.wait for leg in journey.legs) == pytest.approx(table.minutes[p, column])
                assert sum(leg.fare_gbp for leg in journey.legs) == pytest.approx(table.fare_gbp[p, column])
                boardings = sum(leg.mode != "walk" for leg in journey.legs)
                assert max(boardings - 1, 0) == table.changes[p, column]
                first = describe_journey(
                    south_west, south_west.places[p].id, south_west.services[hub].id, day_type, depart_minute=0
                )
                if not first.missed and any(leg.is_timetabled for leg in first.legs):
                    assert first.legs[-1].arrives == pytest.approx(table.earliest_arrival[p, column], abs=1)


@pytest.mark.parametrize(
    ("place", "service", "message"),
    [
        ("ashe", "hub_beech", "'ashe' is not a place in Tinyshire"),
        ("", "hub_beech", "no place was named"),
        ("ash", "beech hubb", "did you mean 'hub_beech'"),
        ("ash", "hub", "for example"),
    ],
)
def test_unknown_names(make_area: MakeArea, place: str, service: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        describe_journey(make_area(), place, service)


def test_name_held_twice_and_hours_asked_twice(make_area: MakeArea) -> None:
    area = make_area(("services.csv", "Cedar Hub", "Beech Hub"))
    with pytest.raises(InputError, match="one of the ids hub_beech, hub_cedar"):
        describe_journey(area, "ash", "beech hub")
    with pytest.raises(InputError, match="not by both"):
        describe_journey(area, "ash", "hub_cedar", depart_minute=1, arrive_minute=2)
    with pytest.raises(InputError, match="not a minute of the day"):
        describe_journey(area, "ash", "hub_cedar", depart_minute=1440)
    # Two records of a name: the open one is meant.
    off = make_area(("services.csv", "Ash Hub", "Beech Hub"))
    assert describe_journey(off, "ash", "beech hub").service.id == "hub_beech"
