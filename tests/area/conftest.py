"""A small area in a folder of its own, and ways to change its tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.area import Area, load_area

TABLES = {
    "area.csv": """name,value,note
title,Tinyshire,
latitude_min,50,
latitude_max,52,
longitude_min,-5,
longitude_max,-1,
population,30000,
""",
    # Towns lie 20 km apart and more, so that nobody walks between them.
    "places.csv": """id,name,local_authority,district,police_force_area,latitude,longitude,population,rural_urban,\
nearest_station,nearest_station_km,note,source,url,confidence
ash,Ash Town,North,,X,51.0,-4.0,6000,rural_town,Ash,0.8,,made up,,recalled
beech,Beech,North,,X,51.0,-3.5,12000,urban_town,Beech,0,,made up,,recalled
cedar,Cedar,South,,X,51.0,-3.0,3000,rural_town,Cedar,0,,made up,,recalled
dale,Dale,South,,X,51.5,-3.0,1000,rural_village,,,,made up,,recalled
""",
    "prisons.csv": """id,name,nomis_code,latitude,longitude,sex,category,role,status,operational_capacity,\
nearest_place_id,nearest_place_km,releases_per_year,note,source,url,confidence
gaol,HMP Gaol,GAI,51.0,-3.966,male,B,reception,open,300,ash,2.4,,,made up,,recalled
farm,HMP Farm,FAI,51.0,-3.01,male,C,training,open,300,cedar,1,,,made up,,recalled
lane,HMP Lane,LAI,51.0,-3.4315,female,closed,women,open,300,beech,4.8,,,made up,,recalled
""",
    "services.csv": """id,name,kind,provider,place,latitude,longitude,coordinate_basis,sex,eligibility,open_days,\
open_hours,capacity,status,note,source,url,confidence
hub_beech,Beech Hub,drug_alcohol_hub,P,beech,51.0,-3.5,centre,any,,,,,open,,made up,,recalled
hub_cedar,Cedar Hub,drug_alcohol_hub,P,cedar,51.0,-3.0,centre,any,,,,,open,,made up,,recalled
hub_ash,Ash Hub,drug_alcohol_hub,P,ash,51.0,-4.0,centre,any,,,,,placeholder,,made up,,recalled
shelter,Night Shelter,night_shelter,P,dale,51.5,-3.0,centre,any,,,,,closed July 2019,,made up,,recalled
""",
    # Bus 1 runs through from Ash to Cedar: 12 a day to Beech, 6 beyond. Bus 2 runs from Cedar to Dale, not on Sundays.
    "links.csv": """id,from_place,to_place,mode,line,in_vehicle_minutes,departures_per_weekday,departures_per_sunday,\
fare_gbp,bidirectional,straight_line_km,read_fields,note,source,url,confidence
L1,ash,beech,bus,1,30,12,6,3.00,yes,35,in_vehicle_minutes;departures_per_weekday,,made up,http://x,read
L2,beech,cedar,bus,1,40,6,3,3.00,yes,35,,,made up,,recalled
L3,cedar,dale,bus,2,50,4,0,,yes,55,in_vehicle_minutes,,made up,http://x,read
""",
    "demand.csv": """id,area_level,area,ons_code,indicator,value,unit,period,note,source,url,confidence
D1,local_authority,North,N1,population,20000,people,2021,,made up,,recalled
D2,local_authority,South East,S1,population,6000,people,2021,,made up,,recalled
D3,local_authority,South West,S2,population,4000,people,2021,,made up,,recalled
D4,local_authority,North,N1,imd2025_average_score,10,score,2025,,made up,,recalled
D5,local_authority,South East,S1,imd2025_average_score,20,score,2025,,made up,,recalled
D6,local_authority,South West,S2,imd2025_average_score,30,score,2025,,made up,,recalled
""",
    "councils.csv": """ons_code,area,council,note
N1,North,North,
S1,South East,South,
S2,South West,South,
""",
    "kinds.csv": """kind,title,open_days,opens,closes,grade,note
drug_alcohol_hub,drug and alcohol hub,Mon-Fri,09:00,17:00,assumed,
night_shelter,night shelter,"Mon-Wed,Sat",19:00,23:00,assumed,
""",
    "modes.csv": """mode,title,weekday_first,weekday_last,sunday_first,sunday_last,boarding_minutes,fare_rule,\
fare_base_gbp,missing_fare_gbp,grade,note
bus,bus,07:00,19:00,09:00,18:00,3,per_boarding,0,4.50,assumed,
rail,train,06:00,22:00,08:00,22:00,5,per_ticket,2.00,8.00,assumed,
""",
    "journeys.csv": """name,unit,value,grade,note
walking_speed,km/h,4.8,assumed,
detour_factor,ratio,1.0,assumed,
walk_between_places_km,km,3,assumed,
local_bus_beyond_km,km,2,assumed,
local_bus_wait_minutes,minutes,10,assumed,
local_bus_speed,km/h,15,assumed,
local_bus_fare_gbp,GBP,3.00,assumed,
station_bus_beyond_km,km,2.5,assumed,
station_bus_speed,km/h,28,assumed,
first_wait_cap_minutes,minutes,30,assumed,
change_wait_cap_minutes,minutes,60,assumed,
wait_beyond_cap_weight,ratio,0,assumed,
people_per_km2,people/km2,0,assumed,
""",
}

Change = tuple[str, str, str]  # file, text in it, what to write instead


@pytest.fixture
def write_area(tmp_path: Path) -> Callable[..., Path]:
    """Writes the tiny area with changes and gives its folder."""

    def write(*changes: Change) -> Path:
        tables = dict(TABLES)
        for file, old, new in changes:
            assert old in tables[file], (file, old)
            tables[file] = tables[file].replace(old, new)
        for file, text in tables.items():
            (tmp_path / file).write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def make_area(write_area: Callable[..., Path]) -> Callable[..., Area]:
    """Loads the tiny area with changes."""
    return lambda *changes: load_area(write_area(*changes))


@pytest.fixture(scope="session")
def south_west() -> Area:
    """The shipped area."""
    return load_area()
