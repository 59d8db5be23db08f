"""Each named check finds what it is there for, and nothing in an area that fits together."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sim.area import Area, check_area


def test_tiny_area_fits_together(make_area: Callable[..., Area]) -> None:
    assert check_area(make_area()) == []


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ([("links.csv", "2,50,4,0", "2,50,0,0")], "no link joins dale to the other places"),
        ([("links.csv", "beech,cedar,bus", "beech,dale,bus")], "L2 says 35.0 km, its places lie"),
        ([("links.csv", "1,40,6,3", "1,10,6,3")], "L2 (bus 1) would run at 210 km/h"),
        ([("links.csv", "L3,cedar,dale,bus,2", "L3,cedar,beech,bus,1")], "L3 repeats L2"),
        ([("services.csv", "P,cedar,51.0,-3.0", "P,cedar,51.2,-3.0")], "hub_cedar lies 22.2 km from cedar"),
        ([("prisons.csv", "300,ash,2.4", "300,ash,9.9")], "gaol says 9.9 km to ash, it is 2.4 km"),
        ([("places.csv", "-3.5,12000,", "-3.5,22000,")], "towns of North hold 28,000 people, the council 20,000"),
        (
            [("services.csv", "centre,any,,,,,open", "centre,any,,,,,unknown")],
            "no open service of kind drug_alcohol_hub",
        ),
        ([("kinds.csv", "09:00,17:00", "05:00,08:00")], "nobody from ash can reach hub_beech while it is open"),
        (
            [("services.csv", "-3.5,centre,any,,,", "-3.5,centre,any,,Sun,"), ("links.csv", "1,30,12,6", "1,30,12,0")],
            "nobody from ash can reach hub_beech while it is open",
        ),
        ([("links.csv", "1,30,12,6", "1,300,1,6")], "nobody from ash can reach hub_beech while it is open and return"),
    ],
)
def test_findings(make_area: Callable[..., Area], changes: list[tuple[str, str, str]], finding: str) -> None:
    findings = check_area(make_area(*changes))
    assert any(finding in text for text in findings), findings


def test_a_place_with_a_station_must_be_reached_by_land(make_area: Callable[..., Area]) -> None:
    ferry = ("modes.csv", "rail,train", "ferry,ferry,06:00,22:00,08:00,22:00,5,per_ticket,0,8.00,assumed,\nrail,train")
    assert (
        check_area(make_area(ferry, ("links.csv", "cedar,dale,bus", "cedar,dale,ferry"))) == []
    )  # dale has no station
    findings = check_area(make_area(ferry, ("links.csv", "ash,beech,bus", "ash,beech,ferry")))
    assert any("no rail, bus or coach joins ash" in text for text in findings)
