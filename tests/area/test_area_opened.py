"""A scenario's switch opens services: the area it makes, and the setting in which people then live."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import numpy as np
import pytest

from sim.area import Area, LinkChange, check_area, home_weights, journey_table, treatment_site, with_services_open
from sim.core.errors import InputError
from sim.engine.model_area import ModelArea

MakeArea = Callable[..., Area]
ASH, BEECH, CEDAR, DALE = range(4)
HUB_BEECH, HUB_CEDAR, HUB_ASH, SHELTER = range(4)


def test_the_opened_area_differs_in_status_alone(make_area: MakeArea) -> None:
    area = make_area()
    before = journey_table(area), treatment_site(area)
    opened = with_services_open(area, ["shelter", "hub_ash"])
    assert [site.is_open for site in opened.services] == [True] * 4
    assert [site.status for site in area.services] == ["open", "open", "placeholder", "closed July 2019"]
    assert opened.services[HUB_ASH].confidence == "recalled" and opened.service_index == area.service_index
    assert opened.services_of("drug_alcohol_hub") == (0, 1, 2) and area.services_of("drug_alcohol_hub") == (0, 1)
    # Nothing kept for one area is taken for the other, whichever was asked first.
    assert treatment_site(opened).tolist() == [HUB_ASH, HUB_BEECH, HUB_CEDAR, HUB_CEDAR]
    assert treatment_site(area).tolist() == before[1].tolist() == [HUB_BEECH, HUB_BEECH, HUB_CEDAR, HUB_CEDAR]
    np.testing.assert_array_equal(journey_table(opened).minutes, before[0].minutes)
    assert check_area(opened) == []


def test_the_loaded_area_stays_known(make_area: MakeArea) -> None:
    area = make_area()
    assert area.as_loaded is None and with_services_open(area, ()) is area
    twice = with_services_open(with_services_open(area, ["shelter"]), ["hub_ash"])
    assert twice.as_loaded is area and all(site.is_open for site in twice.services)
    again = pickle.loads(pickle.dumps(twice))
    assert again.as_loaded is not None and again.as_loaded.services == area.services


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        (["hub_ahs"], "'hub_ahs' is not a service of Tinyshire; allowed: hub_ash, shelter; did you mean 'hub_ash'?"),
        (["Night Shelter"], "'Night Shelter' is not a service"),
        (["hub_beech"], "the service 'hub_beech' is open already; allowed: hub_ash, shelter"),
        (["hub_ash", "hub_ash"], "the service 'hub_ash' is named twice"),
    ],
)
def test_what_cannot_be_opened_is_refused(make_area: MakeArea, ids: list[str], message: str) -> None:
    with pytest.raises(InputError) as refused:
        with_services_open(make_area(), ids)
    assert message in str(refused.value)


def test_nothing_left_to_open(make_area: MakeArea) -> None:
    opened = with_services_open(make_area(), ["hub_ash", "shelter"])
    with pytest.raises(InputError, match="open already; allowed: none"):
        with_services_open(opened, ["hub_ash"])


def test_an_opened_hub_becomes_a_catchment(make_area: MakeArea) -> None:
    area = make_area()
    today, opened = ModelArea(area), ModelArea(with_services_open(area, ["hub_ash"]))
    weights = np.array([200 / 3, 400 / 3, 180, 60]) / 440  # as in test_area_load.py
    assert today.hubs == (HUB_BEECH, HUB_CEDAR) and opened.hubs == (HUB_BEECH, HUB_CEDAR, HUB_ASH)
    assert today.hub_of_place.tolist() == [0, 0, 1, 1] and opened.hub_of_place.tolist() == [2, 0, 1, 1]
    np.testing.assert_allclose(today.catchment, [weights[ASH] + weights[BEECH], weights[CEDAR] + weights[DALE]])
    np.testing.assert_allclose(opened.catchment, [weights[BEECH], weights[CEDAR] + weights[DALE], weights[ASH]])
    np.testing.assert_allclose(opened.homes.weights, home_weights(area))
    journeys = opened.timetable().journeys
    assert journeys.shape == (4, 3, 4)
    assert journeys[ASH, 2].tolist() == [0, 0, 0, 1440]  # the hub stands where the homes are
    assert journeys[BEECH, 2].tolist() == [63, 3, 480, 1107]  # bus 1 the other way
    np.testing.assert_array_equal(journeys[:, :2], today.timetable().journeys)
    np.testing.assert_array_equal(opened.timetable().homeward, today.timetable().homeward)


def test_journeys_stay_centred_on_the_area_as_loaded(make_area: MakeArea) -> None:
    area = make_area()
    today, opened = ModelArea(area), ModelArea(with_services_open(area, ["hub_ash"]))
    weights = home_weights(area)
    expected = weights[ASH] * 3.3 + weights[DALE] * 5.3, weights[ASH] + weights[DALE]  # 63 and 83 minutes
    assert today.journey_margins == pytest.approx((*expected, float(today.homes.weights @ today.meeting_near)))
    assert opened.journey_margins == today.journey_margins


def test_hubs_have_days_and_hours_of_their_own(make_area: MakeArea) -> None:
    own = ("services.csv", "P,cedar,51.0,-3.0,centre,any,,,", 'P,cedar,51.0,-3.0,centre,any,,"Sat,Sun",10:00-14:30')
    model_area = ModelArea(make_area(own))
    assert model_area.hub_open_days.tolist() == [0b0011111, 0b1100000]
    assert model_area.hub_opens.tolist() == [540, 600] and model_area.hub_closes.tolist() == [1020, 870]
    assert (model_area.open_days, model_area.closes) == (0b0011111, 1020)
    assert model_area.hub_open_days.dtype == np.int64 and model_area.hub_opens.dtype == np.float64


def test_sundays_have_a_timetable_of_their_own(make_area: MakeArea) -> None:
    model_area = ModelArea(make_area())
    weekday, sunday = model_area.timetable(), model_area.timetable(day_type="sunday")
    assert weekday.journeys[ASH, 0].tolist() == [63, 3, 480, 1107]
    # 6 buses in 09:00-18:00: first 09:45, last 17:15; the wait of 45 minutes counts as 30.
    assert sunday.journeys[ASH, 0].tolist() == [63, 3, 585 + 30, 1035 - 3]
    assert sunday.journeys[DALE, 1].tolist() == [np.inf, np.inf, 32767, -1]  # bus 2 rests
    assert weekday.homeward[0, DALE, 1] > 0 and sunday.homeward[0, DALE].tolist() == [np.inf, -1]
    assert model_area.timetable(day_type="sunday") is sunday and model_area.timetable() is weekday
    with pytest.raises(InputError, match="did you mean 'sunday'"):
        model_area.timetable(day_type="sundy")


def test_a_bought_sunday_bus_runs_on_sundays_alone(make_area: MakeArea) -> None:
    model_area = ModelArea(make_area())
    bus = (LinkChange("L3", extra_sunday=3.1),)
    sunday = model_area.timetable(bus, "sunday")
    assert sunday.journeys[DALE, 1].tolist() == [30 + 3 + 50, 4.5, 630 + 50, 990 - 3]  # 10:30 to 16:30, every 3 hours
    np.testing.assert_array_equal(model_area.timetable(bus).journeys, model_area.timetable().journeys)
    assert model_area.timetable((LinkChange("L3", extra_sunday=3.0),), "sunday") is sunday  # to the nearest quarter


def test_an_opened_outreach_session_moves_no_hub(south_west: Area) -> None:
    outreach = [site.id for site in south_west.services if site.kind == "drug_alcohol_outreach" and not site.is_open]
    assert len(outreach) == 11
    opened = with_services_open(south_west, outreach)
    assert len(opened.services_of("drug_alcohol_outreach")) == 12
    assert len(south_west.services_of("drug_alcohol_outreach")) == 1
    np.testing.assert_array_equal(treatment_site(opened), treatment_site(south_west))
    with pytest.raises(InputError, match=r"allowed: one of the 39 ids .* did you mean 'with_you_outreach_bude'"):
        with_services_open(south_west, ["with_you_outreach_budde"])
