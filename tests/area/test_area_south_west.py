"""The shipped region: complete, connected, plausible, and steady under more transport."""

from __future__ import annotations

import numpy as np
import pytest

from sim.area import (
    Area,
    LinkChange,
    changed_links,
    check_area,
    home_prison,
    home_weights,
    journey_table,
    release_table,
    treatment_site,
    womens_prison,
)
from sim.area.check import components
from sim.area.model import straight_line_km
from sim.area.paths import place_table


def test_all_rows_are_there(south_west: Area) -> None:
    counts = [len(x) for x in (south_west.places, south_west.prisons, south_west.services, south_west.links)]
    assert counts == [120, 11, 254, 277]
    assert sum(site.is_open for site in south_west.services) == 215
    assert len(south_west.services_of("drug_alcohol_hub")) == 40
    assert [p.id for p in south_west.prisons if not p.is_open] == ["dartmoor"]
    assert [link.id for link in south_west.links if link.fare_gbp is None] == ["L275", "L276", "L277"]


def test_nothing_is_found_wrong(south_west: Area) -> None:
    assert check_area(south_west) == []
    assert len(components(south_west)) == 1
    assert [sorted(g) for g in components(south_west, ("rail", "bus", "coach"))[1:]] == [["hugh_town"]]
    on_sundays = {
        end for link in south_west.links if link.departures_sunday > 0 for end in (link.from_place, link.to_place)
    }
    assert "hugh_town" not in on_sundays and "bude" in on_sundays


def test_councils_add_up(south_west: Area) -> None:
    assert sum(council.population for council in south_west.councils) == 5_701_600
    assert {c.name for c in south_west.councils} == {p.local_authority for p in south_west.places}
    by_name = {council.name: council for council in south_west.councils}
    assert by_name["Devon"].population == 810_600  # as summed in demand.csv
    assert by_name["Somerset"].population == 577_000 and by_name["Somerset"].deprivation_score == 19.137
    assert by_name["Gloucestershire"].population == 644_800
    assert 12.05 < by_name["Gloucestershire"].deprivation_score < 21.53
    weights = home_weights(south_west)
    assert weights.min() > 0 and weights.sum() == pytest.approx(1)
    plymouth, scilly = (weights[south_west.place_index[p]] for p in ("plymouth", "hugh_town"))
    assert plymouth > 264_400 / 5_701_600 > 100 * scilly  # deprived, so more than its share of population


def test_every_place_is_served_and_has_prisons(south_west: Area) -> None:
    hubs = treatment_site(south_west)
    by_council = {p.local_authority for p in south_west.places}
    hub_council = [
        south_west.places[south_west.place_index[south_west.services[h].place]].local_authority for h in hubs
    ]
    with_hub = set(hub_council)
    for place, council in zip(south_west.places, hub_council, strict=True):
        assert council == place.local_authority or place.local_authority not in with_hub
    assert by_council - with_hub == {"Isles of Scilly"}
    assert south_west.services[hubs[south_west.place_index["bude"]]].place == "bodmin"
    prisons = home_prison(south_west)
    names = {p.id: south_west.prisons[prisons[i]].id for i, p in enumerate(south_west.places)}
    assert names["exeter"] == "exeter" and names["bristol"] == "bristol" and names["weymouth"] == "portland"
    assert set(names.values()) <= {"exeter", "channings_wood", "bristol", "guys_marsh", "portland"}
    assert south_west.prisons[womens_prison(south_west)].id == "eastwood_park"


def test_journeys_are_plausible(south_west: Area) -> None:
    table = journey_table(south_west)
    assert np.isfinite(table.minutes).all() and np.isfinite(table.fare_gbp).all()
    assert (table.minutes > 0).all() and (table.fare_gbp >= 0).all()
    # Door to door is slower than a car in a straight line at 90 km/h, except by plane.
    for p, place in enumerate(south_west.places):
        if place.id in ("hugh_town", "penzance", "newquay"):
            continue
        for s, site in enumerate(south_west.services):
            if site.place != "hugh_town":
                km = straight_line_km(place.latitude, place.longitude, site.latitude, site.longitude)
                assert table.minutes[p, s] > km / 90 * 60 - 1e-6
    release = release_table(south_west)
    assert np.isfinite(release.minutes).all() and (release.last_start >= 0).all()


def test_windows_agree_with_minutes(south_west: Area) -> None:
    for day_type in ("weekday", "sunday"):
        table = journey_table(south_west, day_type=day_type)
        lost = ~np.isfinite(table.minutes)
        assert (table.earliest_arrival[lost] == 32767).all() and (table.latest_return[lost] == -1).all()
        assert (table.latest_return <= 1440).all() and table.changes.min() == 0


def test_triangle(south_west: Area) -> None:
    """Going by way of a third place, with a new start there, is never shorter than the journey itself.

    A change may cost up to the change cap more than a fresh start, so that difference is allowed.
    """
    minutes = place_table(south_west, None, "weekday").minutes
    slack = south_west.rules.change_wait_cap_minutes - south_west.rules.first_wait_cap_minutes
    n = len(south_west.places)
    boardings = place_table(south_west, None, "weekday").boardings
    for middle in range(0, n, 7):
        detour = minutes[:, [middle]] + minutes[[middle], :] + slack * boardings[[middle], :]
        assert (minutes <= detour + 1e-6).all()


def test_there_and_back_take_alike(south_west: Area) -> None:
    table = place_table(south_west, None, "weekday")
    slack = 30.0 * np.maximum(table.boardings, table.boardings.T)
    assert (np.abs(table.minutes - table.minutes.T) <= slack + 1e-6).all()


def test_more_departures_never_lengthen_a_journey(south_west: Area) -> None:
    before = journey_table(south_west).minutes
    shortened = 0
    for link in south_west.links[::23]:
        after = journey_table(south_west, changed_links(south_west, [LinkChange(link.id, 2.5)])).minutes
        assert (after <= before + 1e-9).all()
        shortened += int((after < before - 1e-9).any())
    assert shortened >= 10
    fewer = journey_table(south_west, south_west.links[:-40]).minutes
    assert (before <= fewer + 1e-9).all()
