"""Loading: what is right is carried, what is wrong is refused with file, line and column."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sim.area import Area, home_weights, load_area, regional_score
from sim.core.errors import InputError

REFUSALS = [
    ("places.csv", "12000,urban_town", "urban_town", "places.csv:3: the row has 14 cells, the heading 15"),
    ("places.csv", "beech,Beech", "ash,Beech", "places.csv:3:id: 'ash' is there twice; it first stands in line 2"),
    ("area.csv", "Tinyshire", "T" * 500, "area.csv:2:value: holds 500 letters; allowed: at most 120"),
    ("area.csv", "Tinyshire", '"Tiny\nshire"', "runs over several lines; allowed: one line"),
    ("area.csv", "Tinyshire", "\u3164", "holds no letter that can be seen"),
    ("places.csv", "51.0,-4.0,6000", "59.0,-4.0,6000", "places.csv:2:latitude: 59.0 is out of range"),
    ("places.csv", "51.0,-4.0,6000", "51.0,west,6000", "places.csv:2:longitude: 'west' is not a number"),
    ("places.csv", "51.0,-4.0,6000", "51.0,nan,6000", "places.csv:2:longitude: nan is not a finite number"),
    ("places.csv", "-4.0,6000,", "-4.0,6000.5,", "places.csv:2:population: 6000.5 is not a whole number"),
    ("places.csv", "urban_town", "urban_twon", "did you mean 'urban_town'"),
    (
        "places.csv",
        "0.8,,made up,,recalled",
        "0.8,,made up,,read",
        "places.csv:2:url: a row graded 'read' names no address",
    ),
    ("places.csv", "0.8,,made up,,recalled", "0.8,,made up,,guessed", "places.csv:2:confidence: 'guessed'"),
    ("places.csv", "Ash,0.8,,made up", "Ash,0.8,,", "places.csv:2:source: the cell is empty"),
    ("places.csv", "id,name,local", "id,nam,local", "did you mean 'nam'"),
    ("places.csv", ",note,source", ",source,source", "column 'source' is there twice"),
    ("services.csv", "P,beech,", "P,beach,", "services.csv:2:place: 'beach' is not a known place"),
    (
        "services.csv",
        "night_shelter,P",
        "night_shelters,P",
        "services.csv:5:kind: 'night_shelters' is not a known kind",
    ),
    (
        "services.csv",
        "placeholder",
        "plceholder",
        "services.csv:4:status: 'plceholder' is not one of the words for 'status'",
    ),
    ("services.csv", "centre,any,,,,,placeholder", "centre,all,,,,,placeholder", "services.csv:4:sex"),
    ("places.csv", "rural_village", "rural_vilage", "'rural_vilage' is not one of the words for 'rural_urban'"),
    (
        "links.csv",
        "55,in_vehicle_minutes",
        "55,in_vehicle_minuts",
        "links.csv:4:read_fields: 'in_vehicle_minuts' is not",
    ),
    ("links.csv", "55,in_vehicle_minutes", "55,in_vehicle_minuts", "did you mean 'in_vehicle_minutes'?"),
    ("demand.csv", "D1,local_authority", "D1,local_autority", "did you mean 'local_authority'?"),
    (
        "journeys.csv",
        "walking_speed,km/h",
        "walking_speed,mph",
        "'mph' is not the unit of walking_speed; allowed: km/h",
    ),
    (
        "services.csv",
        "centre,any,,,,,placeholder",
        "centre,any,,Friday,,,placeholder",
        "services.csv:4:open_days: 'Friday' is not a set of weekdays; allowed: for example Mon-Fri or Mon-Wed,Sat; did "
        "you mean 'Fri'?",
    ),
    (
        "services.csv",
        "centre,any,,,,,placeholder",
        "centre,any,,,in the evening,,placeholder",
        "services.csv:4:open_hours: 'in the evening' is not a span of hours; allowed: for example 09:00-17:00",
    ),
    (
        "services.csv",
        "centre,any,,,,,placeholder",
        "centre,any,,,9:00-17:00,,placeholder",
        "services.csv:4:open_hours: '9:00-17:00' is not a span of hours",
    ),
    (
        "services.csv",
        "centre,any,,,,,placeholder",
        "centre,any,,,09:00-12:00-17:00,,placeholder",
        "services.csv:4:open_hours: '09:00-12:00-17:00' is not a span of hours",
    ),
    (
        "services.csv",
        "centre,any,,,,,placeholder",
        "centre,any,,,17:00-09:00,,placeholder",
        "services.csv:4:open_hours: '17:00-09:00' ends before it begins",
    ),
    ("links.csv", "L2,beech,cedar,bus", "L2,beech,cedar,tram", "links.csv:3:mode: 'tram' is not a known mode"),
    (
        "links.csv",
        "L2,beech,cedar,bus",
        "L2,beech,beech,bus",
        "links.csv:3:to_place: the link runs from beech to itself",
    ),
    ("links.csv", "1,40,6,3", "1,-40,6,3", "links.csv:3:in_vehicle_minutes: -40 is out of range"),
    ("links.csv", "1,40,6,3", "1,0,6,3", "links.csv:3:in_vehicle_minutes: 0 is out of range"),
    ("links.csv", "1,40,6,3", "1,40,-6,3", "links.csv:3:departures_per_weekday: -6 is out of range"),
    ("links.csv", "1,40,6,3", "1,40,6,", "links.csv:3:departures_per_sunday: the cell is empty"),
    ("links.csv", "L2,beech", "L1,beech", "links.csv:3:id: 'L1' is there twice; it first stands in line 2"),
    ("links.csv", "cedar,dale,bus,2", "cedar,dale,rail,2", "links.csv:4: trains call at dale"),
    ("links.csv", "L2,beech,cedar", 'L2,"beech,cedar', "links.csv:3: not a comma-separated table"),
    ("prisons.csv", "male,B,reception", "male,B,recption", "prisons.csv:2:role"),
    ("prisons.csv", "300,ash,2.4", "300,oak,2.4", "prisons.csv:2:nearest_place_id: 'oak'"),
    ("kinds.csv", "Mon-Fri,09:00", "Mon-Fry,09:00", "kinds.csv:2:open_days"),
    ("kinds.csv", "Mon-Fri,09:00", "Fri-Mon,09:00", "kinds.csv:2:open_days: 'Fri-Mon' runs backwards"),
    ("kinds.csv", "09:00,17:00", "9:00,17:00", "kinds.csv:2:opens: '9:00' is not a time of day"),
    ("kinds.csv", "09:00,17:00", "18:00,17:00", "kinds.csv:2:closes: 17:00 is not after 18:00"),
    ("modes.csv", "07:00,19:00", "19:00,07:00", "modes.csv:2:weekday_last: the service day ends before it starts"),
    ("modes.csv", "per_boarding", "per_ride", "modes.csv:2:fare_rule"),
    ("journeys.csv", "walking_speed,km/h,4.8,assumed,\n", "", "journeys.csv: the row 'walking_speed' is missing"),
    ("journeys.csv", "walking_speed,km/h,4.8", "walking_speed,km/h,0", "journeys.csv:2:value: 0 is out of range"),
    (
        "journeys.csv",
        "weight,ratio,0,",
        "weight,ratio,1.5,",
        "value: 1.5 is out of range; allowed: a number from 0 to 1",
    ),
    ("journeys.csv", "walking_speed", "walk_speed", "did you mean 'walking_speed'"),
    ("councils.csv", "S2,South West,South,\n", "", "demand.csv:4:D3:ons_code: South West (S2) has no council"),
    ("councils.csv", "N1,North,North,", "N1,North,Nroth,", "councils.csv:2:council: 'Nroth'"),
    ("demand.csv", "N1,population,20000", "N1,population,0", "demand.csv:2:D1:value: population 0 of North is out"),
    ("demand.csv", "N1,population,20000", "N1,population,-1", "demand.csv:2:D1:value: population -1 of North is out"),
    ("demand.csv", "N1,population,20000", "N1,population,٢٠٠٠٠", "demand.csv:2:value: '٢٠٠٠٠' is not a number"),
    ("demand.csv", "score,10,", "score,1e-300,", "1e-300 is too near 0 to mean anything; allowed: 0, or a size from"),
    ("councils.csv", "N1,North", "N1x,North", "councils.csv:2:ons_code: no population and no imd2025_average_score in"),
    ("councils.csv", "N1,North", "N1x,North", "did you mean 'N1'?"),
    ("places.csv", "Ash Town,North", "Ash Town,Nroth", "places.csv:2:ash:local_authority: 'Nroth' is the council of"),
    ("places.csv", "Ash Town,North", "Ash Town,Nroth", "did you mean 'North'?"),
    ("demand.csv", "N1,imd2025", "N1,other", "councils.csv:2:ons_code: no imd2025_average_score in demand.csv for"),
    ("kinds.csv", "09:00,17:00", "09:00,1٣:00", "kinds.csv:2:closes: '1٣:00' is not a time of day"),
    ("journeys.csv", "km2,0,", "km2,5e-324,", "journeys.csv:14:value: 5e-324 is too near 0 to mean anything"),
    ("journeys.csv", "km2,0,", "km2,0.5,", "journeys.csv:14:value: 0.5 is the density of no place; allowed: 0, which"),
    ("demand.csv", "S2,population", "S1,population", "demand.csv:4:D3:ons_code: population of South West stands twice"),
    ("area.csv", "30000", "30001", "area.csv:7:value: the councils add up to 30,000 people, not 30,001"),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), REFUSALS)
def test_bad_tables_are_refused(make_area: Callable[..., Area], file: str, old: str, new: str, message: str) -> None:
    with pytest.raises(InputError) as refused:
        make_area((file, old, new))
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_missing_files_and_folders(write_area: Callable[..., Path], tmp_path: Path) -> None:
    folder = write_area()
    (folder / "links.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match=r"links.csv:1: is not UTF-8"):
        load_area(folder)
    (folder / "links.csv").unlink()
    with pytest.raises(InputError, match=r"links.csv: there is no such file"):
        load_area(folder)
    with pytest.raises(InputError, match="did you mean 'south_west'"):
        load_area("south_wst")


def test_windows_files_load_alike(write_area: Callable[..., Path], make_area: Callable[..., Area]) -> None:
    area = make_area()
    folder = write_area()
    for file in folder.glob("*.csv"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    again = load_area(folder)
    assert again.places == area.places and again.links == area.links and again.councils == area.councils


def test_an_area_can_be_sent_to_another_process(make_area: Callable[..., Area]) -> None:
    area = make_area()
    again = pickle.loads(pickle.dumps(area))
    assert again.places == area.places and again.modes == area.modes and again.folder == area.folder


def test_what_is_not_open_is_carried_but_off(make_area: Callable[..., Area]) -> None:
    area = make_area()
    assert [site.is_open for site in area.services] == [True, True, False, False]
    assert area.services_of("drug_alcohol_hub") == (0, 1)
    assert area.services_of("drug_alcohol_hub", open_only=False) == (0, 1, 2)
    assert area.kinds["night_shelter"].open_days == (0, 1, 2, 5)
    assert area.kinds["drug_alcohol_hub"].opens == 540
    assert area.links[2].fare_gbp is None


def test_districts_add_up_and_weigh(make_area: Callable[..., Area]) -> None:
    area = make_area()
    south = next(council for council in area.councils if council.name == "South")
    assert south.population == 10000
    assert south.deprivation_score == pytest.approx(24)  # 20 x 0.6 + 30 x 0.4
    assert regional_score(area) == pytest.approx((10 * 20000 + 24 * 10000) / 30000)
    weights = home_weights(area)
    assert weights.sum() == pytest.approx(1)
    # North 200,000 and South 240,000; North's two towns as 1 to 2, South's as 3 to 1.
    np.testing.assert_allclose(weights, np.array([200 / 3, 400 / 3, 180, 60]) / 440)


@pytest.mark.parametrize(
    "letters",
    ["\x1b[31mBeech", "\x1b]0;title\x07", "Beech\x07", "\u202eBeech", "Be\x00ech", "B" * 5000, "Be\nech", "\ud7ff\x85"],
    ids=["escape", "window title", "bell", "turned round", "nul", "long", "two lines", "next line"],
)
def test_a_name_that_does_not_print_on_one_line_is_refused(make_area: Callable[..., Area], letters: str) -> None:
    with pytest.raises(InputError) as refused:
        make_area(("places.csv", "beech,Beech,", f'beech,"{letters}",'))
    assert refused.value.line == 3 and refused.value.key == "name"
    assert str(refused.value).isprintable()


def test_every_cell_that_is_wrong_is_told(make_area: Callable[..., Area]) -> None:
    with pytest.raises(InputError) as refused:
        make_area(("places.csv", "51.0,-4.0,6000", "north,-4.0,none"), ("places.csv", "12000,urban_town", "12000,town"))
    told = [str(error).split("places.csv:")[1] for error in (refused.value, *refused.value.others)]
    assert [":".join(error.split(":")[:2]) for error in told] == ["2:latitude", "2:population", "3:rural_urban"]


def test_a_table_that_is_no_file_is_one_sentence(write_area: Callable[..., Path]) -> None:
    folder = write_area()
    (folder / "links.csv").unlink()
    (folder / "links.csv").symlink_to("/dev/zero")
    with pytest.raises(InputError, match=r"links\.csv: this is a device, not a file"):
        load_area(folder)


def test_mistakes_of_many_rows_are_told_by_line(make_area: Callable[..., Area]) -> None:
    with pytest.raises(InputError) as refused:
        make_area(("places.csv", "51.0,-4.0,6000", "x,-4.0,6000"), ("places.csv", "beech,Beech", "beech,"))
    told = [(error.line, error.key) for error in (refused.value, *refused.value.others)]
    assert told == [(2, "latitude"), (3, "name")]


def test_a_space_that_a_spreadsheet_leaves_between_words_is_a_letter(make_area: Callable[..., Area]) -> None:
    assert make_area(("places.csv", "beech,Beech,", "beech,Great\u00a0Beech,")).places[1].name == "Great\u00a0Beech"


EARLY = "date,releases,share_to_12_months,due_within_days,note,source,url,confidence\n"
GOOD = "2027-06-10,20,0.4,60,,made up,,recalled\n"


def test_early_releases_are_read_where_the_table_is_there(make_area: Callable[..., Area]) -> None:
    area = make_area()
    assert area.early_releases == ()
    (area.folder / "early_releases.csv").write_text(EARLY + GOOD, encoding="utf-8")
    row = load_area(area.folder).early_releases[0]
    assert (row.date.isoformat(), row.releases, row.share_to_12_months, row.due_within_days) == (
        "2027-06-10", 20.0, 0.4, 60,
    )  # fmt: skip
    (area.folder / "early_releases.csv").write_text(EARLY, encoding="utf-8")
    assert load_area(area.folder).early_releases == ()
    assert [row.date.year for row in load_area().early_releases] == [2024, 2024]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("2027-06-12" + GOOD[10:], "2027-06-12 is a Saturday, on which nobody is released"),
        ("2027-06-31" + GOOD[10:], "'2027-06-31' is not a date; allowed: year-month-day from 2000-01-01 to 2100-12-31"),
        (GOOD + GOOD, "'2027-06-10' is there twice"),
        (GOOD + "2027-06-09" + GOOD[10:], "early_releases.csv:3:date: 2027-06-09 comes after 2027-06-10 in the table"),
        (GOOD.replace(",20,", ",-1,"), "early_releases.csv:2:releases: -1 is out of range"),
        (GOOD.replace("0.4", "40"), "share_to_12_months: 40 is out of range"),
        (GOOD.replace(",60,", ",400,"), "due_within_days: 400 is out of range"),
        (GOOD.replace("recalled", "read"), "a row graded 'read' names no address"),
    ],
)
def test_early_releases_that_are_wrong(make_area: Callable[..., Area], rows: str, said: str) -> None:
    area = make_area()
    (area.folder / "early_releases.csv").write_text(EARLY + rows, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load_area(area.folder)
    assert said in str(refused.value)
