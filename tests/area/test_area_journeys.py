"""Journeys worked by hand on the tiny area of conftest.py."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sim.area import (
    NO_ARRIVAL,
    NO_RETURN,
    Area,
    LinkChange,
    changed_links,
    describe_journey,
    home_prison,
    journey_table,
    release_table,
    timetable,
    treatment_site,
    womens_prison,
)
from sim.core.errors import InputError

ASH, BEECH, CEDAR, DALE = range(4)
HUB_BEECH, HUB_CEDAR, HUB_ASH, SHELTER = range(4)
MakeArea = Callable[..., Area]


def test_midpoint_timetable(make_area: MakeArea) -> None:
    area = make_area()
    times = timetable(area, area.links[0], "weekday")  # 12 departures in 07:00-19:00: hourly, 07:30 to 18:30
    assert times is not None
    assert (times.first, times.last, times.headway, times.mean_wait) == (450, 1110, 60, 30)
    assert timetable(area, area.links[2], "sunday") is None


def test_one_bus(make_area: MakeArea) -> None:
    table = journey_table(make_area())
    assert table.minutes[ASH, HUB_BEECH] == pytest.approx(30 + 3 + 30)  # wait, boarding, ride
    assert table.fare_gbp[ASH, HUB_BEECH] == 3.0
    assert table.changes[ASH, HUB_BEECH] == 0
    assert table.earliest_arrival[ASH, HUB_BEECH] == 450 + 30
    assert table.latest_return[ASH, HUB_BEECH] == 1110 - 3


def test_through_line_needs_no_change_and_waits_for_its_sparsest_row(make_area: MakeArea) -> None:
    table = journey_table(make_area())
    # Every second bus goes through: headway 120, wait 60 capped at 30. One fare, no second boarding.
    assert table.minutes[ASH, HUB_CEDAR] == pytest.approx(30 + 3 + 70)
    assert table.fare_gbp[ASH, HUB_CEDAR] == 3.0
    assert table.changes[ASH, HUB_CEDAR] == 0
    assert table.earliest_arrival[ASH, HUB_CEDAR] == 480 + 70  # through buses from 08:00
    assert table.latest_return[ASH, HUB_CEDAR] == 1080 - 3  # to 18:00


def test_wait_grows_with_a_sparser_row_below_the_cap(make_area: MakeArea) -> None:
    area = make_area(("links.csv", ",30,12,6,", ",30,36,6,"), ("links.csv", ",40,6,3,", ",40,18,3,"))
    table = journey_table(area)
    assert table.minutes[ASH, HUB_BEECH] == pytest.approx(10 + 3 + 30)
    assert table.minutes[ASH, HUB_CEDAR] == pytest.approx(20 + 3 + 70)  # not 10 + 20
    assert table.minutes[CEDAR, HUB_BEECH] == pytest.approx(20 + 3 + 40)


def test_wait_beyond_the_cap_can_count_in_part(make_area: MakeArea) -> None:
    area = make_area(("journeys.csv", "weight,ratio,0,", "weight,ratio,0.25,"))
    table = journey_table(area)
    assert table.minutes[ASH, HUB_CEDAR] == pytest.approx(30 + 0.25 * 30 + 3 + 70)
    assert table.minutes[ASH, SHELTER] == pytest.approx(30 + 0.25 * 30 + 3 + 70 + 60 + 0.25 * 30 + 3 + 50)
    assert describe_journey(area, "ash", "shelter").minutes == sum(
        leg.minutes + leg.wait for leg in describe_journey(area, "ash", "shelter").legs
    )


def test_change_with_wait(make_area: MakeArea) -> None:
    table = journey_table(make_area())
    # Ash to Dale: through bus (wait 30 capped, 70 minutes), then bus 2 (headway 180, wait 90 capped at 60, 50 minutes).
    assert table.minutes[ASH, SHELTER] == pytest.approx(30 + 3 + 70 + 60 + 3 + 50)
    assert table.changes[ASH, SHELTER] == 1
    assert table.fare_gbp[ASH, SHELTER] == 3.0 + 4.5  # no fare found on bus 2: the assumed one
    # Arrive Cedar 09:10, ready 09:13, after the first bus (08:30): half a headway on, 10:43, Dale 11:33.
    assert table.earliest_arrival[ASH, SHELTER] == 550 + 3 + 90 + 50
    # Back: last bus 1 from Cedar 18:00, be there 17:57; bus 2 by 17:07 -> last at 17:30 is too late, 15:37 on average.
    assert table.latest_return[ASH, SHELTER] == 1077 - 50 - 90 - 3


def test_last_departure_can_make_a_journey_impossible(make_area: MakeArea) -> None:
    # One bus a day to Dale at 13:00; bus 1 through leaves Ash once a day at 13:00 and reaches Cedar at 14:10.
    area = make_area(("links.csv", ",40,6,3,", ",40,1,3,"), ("links.csv", ",50,4,0,", ",50,1,0,"))
    table = journey_table(area)
    assert np.isfinite(table.minutes[ASH, SHELTER])
    assert table.earliest_arrival[ASH, SHELTER] == NO_ARRIVAL
    assert table.latest_return[ASH, SHELTER] == NO_RETURN
    assert table.earliest_arrival[CEDAR, SHELTER] == 780 + 50


def test_nothing_on_sundays(make_area: MakeArea) -> None:
    area = make_area()
    table = journey_table(area, day_type="sunday")
    assert np.isinf(table.minutes[ASH, SHELTER]) and np.isinf(table.fare_gbp[ASH, SHELTER])
    assert table.earliest_arrival[ASH, SHELTER] == NO_ARRIVAL
    assert table.latest_return[ASH, SHELTER] == NO_RETURN
    assert table.changes[ASH, SHELTER] == 0
    assert table.minutes[DALE, SHELTER] == 0  # same place, at the centre
    assert not describe_journey(area, "ash", "shelter", "sunday").possible


def test_extra_departures_shorten_the_headway(make_area: MakeArea) -> None:
    area = make_area()
    links = changed_links(area, [LinkChange("L1", 6), LinkChange("L1", 6.0, 1.5)])
    assert links[0].departures_weekday == 24 and links[0].departures_sunday == 7.5
    assert links[1:] == area.links[1:]
    table = journey_table(area, links)
    assert table.minutes[ASH, HUB_BEECH] == pytest.approx(15 + 3 + 30)
    assert table.earliest_arrival[ASH, HUB_BEECH] == 435 + 30
    assert area.links[0].departures_weekday == 12


def test_a_sunday_bus_can_be_bought(make_area: MakeArea) -> None:
    area = make_area()
    links = changed_links(area, [LinkChange("L3", extra_sunday=3)])
    assert np.isfinite(journey_table(area, links, "sunday").minutes[ASH, SHELTER])


def test_later_last_departure_widens_the_return_window(make_area: MakeArea) -> None:
    area = make_area()
    links = changed_links(area, [LinkChange("L1", 2, last_departure=1320)])
    times = timetable(area, links[0], "weekday")
    assert times is not None
    # Two late runs after 18:30: the day's hourly buses stay, the last one leaves at 22:00.
    assert (times.first, times.last, times.headway) == (450, 1320, 60)
    assert timetable(area, links[0], "sunday") == timetable(area, area.links[0], "sunday")
    assert journey_table(area, links).latest_return[ASH, HUB_BEECH] == 1320 - 3
    assert journey_table(area, links).latest_return[ASH, HUB_CEDAR] == 1080 - 3  # the row beyond still ends at 18:00
    assert journey_table(area, links).minutes[ASH, HUB_BEECH] == journey_table(area).minutes[ASH, HUB_BEECH]


def test_more_late_runs_than_needed_shorten_the_headway(make_area: MakeArea) -> None:
    area = make_area()
    times = timetable(area, changed_links(area, [LinkChange("L1", 18, last_departure=1320)])[0], "weekday")
    assert times is not None and times.headway == pytest.approx((1320 - 450) / 29)


def test_a_late_run_on_half_the_days_moves_the_last_departure_half_way(make_area: MakeArea) -> None:
    area = make_area()
    half = timetable(area, changed_links(area, [LinkChange("L1", 0.5, last_departure=1310)])[0], "weekday")
    assert half is not None and half.last == 1210 and half.headway <= 60
    tiny = timetable(area, changed_links(area, [LinkChange("L1", 1e-6, last_departure=1310)])[0], "weekday")
    assert tiny is not None and tiny.last == pytest.approx(1110, abs=0.01)


def test_a_later_last_departure_alone_spreads_the_present_ones(make_area: MakeArea) -> None:
    area = make_area()
    times = timetable(area, changed_links(area, [LinkChange("L1", last_departure=1320)])[0], "weekday")
    assert times is not None and times.last == 1320
    assert times.headway == pytest.approx((1320 - 420) / (1 - 1 / 24) / 12)
    assert times.first + 11 * times.headway == pytest.approx(1320)


def test_late_sunday_runs_where_there_were_none(make_area: MakeArea) -> None:
    area = make_area()
    times = timetable(area, changed_links(area, [LinkChange("L3", 0, 3, last_departure=1260)])[2], "sunday")
    assert times is not None and (times.first, times.last, times.headway) == (660, 1140, 240)  # 09:00-21:00


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (LinkChange("L9"), "not a link of Tinyshire; allowed: an id"),
        (LinkChange("L1", -13), "-1 departures on a weekday"),
        (LinkChange("L1", last_departure=1000), "not later than the last on a weekday now"),
        (LinkChange("L1", last_departure=2000), "at most 1620"),
        (LinkChange("L1", -11, last_departure=1300), "too few"),
        (LinkChange("L1", 0, 2, last_departure=1000), "the last on a sunday now"),
    ],
)
def test_changes_that_make_no_sense_are_refused(make_area: MakeArea, change: LinkChange, part: str) -> None:
    with pytest.raises(InputError, match=part):
        changed_links(make_area(), [change])


def test_train_fare_counts_its_fixed_part_once_and_the_walk_to_the_station(make_area: MakeArea) -> None:
    area = make_area(
        (
            "links.csv",
            "L3,",
            "R1,ash,beech,rail,Main,12,96,96,5.00,yes,35,,,made up,,recalled\n"
            "R2,beech,cedar,rail,Branch,14,96,96,6.00,yes,35,,,made up,,recalled\nL3,",
        )
    )
    table = journey_table(area)
    # 0.8 km walk = 10 minutes; 96 trains in 960 minutes: wait 5; boarding 5; the change at Beech is inside the station.
    assert table.minutes[ASH, HUB_CEDAR] == pytest.approx(10 + 5 + 5 + 12 + 5 + 5 + 14)
    assert table.fare_gbp[ASH, HUB_CEDAR] == pytest.approx(5 + 6 - 2)
    assert table.changes[ASH, HUB_CEDAR] == 1
    # Back from Cedar: last train from Beech 21:55, be there 21:50; so leave Cedar at 21:31 on average, board 21:26.
    assert table.latest_return[ASH, HUB_CEDAR] == 1315 - 5 - 14 - 5 - 5


def test_station_beyond_walking_distance_is_reached_by_local_bus(make_area: MakeArea) -> None:
    rail = ("links.csv", "L3,", "R1,ash,beech,rail,Main,2,96,96,5.00,yes,35,,,made up,,recalled\nL3,")
    table = journey_table(make_area(rail, ("places.csv", "Ash,0.8", "Ash,2.8")))
    assert table.minutes[ASH, HUB_BEECH] == pytest.approx(10 + 2.8 / 28 * 60 + 5 + 5 + 2)
    assert table.fare_gbp[ASH, HUB_BEECH] == pytest.approx(3 + 5)
    assert table.changes[ASH, HUB_BEECH] == 1


def test_city_bus_to_a_far_service_and_mean_way_from_home(make_area: MakeArea) -> None:
    city = ("places.csv", "12000,urban_town", "12000,urban_city")
    far = ("services.csv", "beech,51.0,-3.5,", "beech,51.03,-3.5,")  # 3.34 km from the centre
    table = journey_table(make_area(city, far))
    km = 12742 / 2 * np.radians(0.03)
    assert table.minutes[BEECH, HUB_BEECH] == pytest.approx(10 + km / 15 * 60)
    assert table.fare_gbp[BEECH, HUB_BEECH] == 3.0 and table.changes[BEECH, HUB_BEECH] == 0
    assert table.changes[ASH, HUB_BEECH] == 1
    homes = journey_table(make_area(city, far, ("journeys.csv", "people/km2,0", "people/km2,4000")))
    home_km = 2 / 3 * np.sqrt(12000 / 4000 / np.pi)
    assert homes.minutes[BEECH, HUB_BEECH] == pytest.approx(10 + np.hypot(home_km, km) / 15 * 60)
    ash_km = 2 / 3 * np.sqrt(6000 / 4000 / np.pi)
    assert homes.minutes[ASH, HUB_BEECH] == pytest.approx(table.minutes[ASH, HUB_BEECH] + ash_km / 4.8 * 60)


def test_release_journey_starts_on_foot_at_the_gate(make_area: MakeArea) -> None:
    table = release_table(make_area())
    assert table.minutes[0, ASH] == pytest.approx(30)  # 2.4 km
    assert table.minutes[0, BEECH] == pytest.approx(30 + 63)
    assert table.last_start[0, BEECH] == 1110 - 3 - 30
    assert table.last_start[0, ASH] == 1440 - 30
    assert release_table(make_area(), day_type="sunday").last_start[0, DALE] == NO_RETURN


def test_treatment_comes_from_the_own_council_first(make_area: MakeArea) -> None:
    area = make_area()
    assert treatment_site(area).tolist() == [HUB_BEECH, HUB_BEECH, HUB_CEDAR, HUB_CEDAR]  # the nearer Ash one is off
    closed = make_area(("services.csv", "-3.0,centre,any,,,,,open", "-3.0,centre,any,,,,,unknown"))
    assert treatment_site(closed).tolist() == [HUB_BEECH] * 4


def test_prisons(make_area: MakeArea) -> None:
    assert home_prison(make_area()).tolist() == [0, 0, 0, 0]  # the training prison is nobody's local one
    assert womens_prison(make_area()) == 2


@pytest.mark.parametrize(
    ("changes", "of_area", "said"),
    [
        ([("prisons.csv", "closed,women,open", "closed,women,closed 2020")], womens_prison,
         "prisons.csv:4:lane:status: the area has no open prison for women: this one is 'closed 2020'; allowed: open"),
        ([("prisons.csv", "female,closed,women", "male,closed,open")], womens_prison,
         "prisons.csv:1: the area has no open prison for women; allowed: at least one row of it"),
        ([("prisons.csv", "B,reception,open", "B,reception,closed 2020")], home_prison,
         "prisons.csv:2:gaol:status: the area has no open reception or resettlement prison for men: this one is"),
        ([("services.csv", "centre,any,,,,,open", "centre,any,,,,,unknown")], treatment_site,
         "services.csv:2:hub_beech:status: the area has no open service of kind drug_alcohol_hub: this one is "
         "'unknown', and 2 more are not open either; allowed: open, in one of them"),
        ([("services.csv", "P,beech,51.0,-3.5,centre,any,,,,,open", "P,beech,51.0,-3.5,centre,any,,,,,unknown"),
          ("links.csv", "beech,cedar,bus", "dale,cedar,bus")], treatment_site,
         "places.csv:2:ash: no drug_alcohol_hub can be reached on a weekday from Ash Town, Beech; allowed: places"),
    ],
)  # fmt: skip
def test_what_an_area_cannot_do_without_is_told_with_its_row(
    changes: list[tuple[str, str, str]], of_area: Callable[[Area], object], said: str, make_area: MakeArea
) -> None:
    with pytest.raises(InputError) as refused:
        of_area(make_area(*changes))
    assert said in str(refused.value)


def test_columns_can_be_chosen(make_area: MakeArea) -> None:
    area = make_area()
    some = journey_table(area, services=[HUB_CEDAR, HUB_BEECH])
    every = journey_table(area)
    assert some.services == (HUB_CEDAR, HUB_BEECH) and some.column(HUB_BEECH) == 1
    np.testing.assert_array_equal(some.minutes, every.minutes[:, [HUB_CEDAR, HUB_BEECH]])
    with pytest.raises(InputError, match="not the index"):
        journey_table(area, services=[4])
    with pytest.raises(InputError, match="did you mean 'sunday'"):
        journey_table(area, day_type="sundy")
    with pytest.raises(ValueError, match="read-only"):
        every.minutes[0, 0] = 1
