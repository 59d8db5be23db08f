"""The lever catalogue: what money can buy, in which unit, who pays, what it writes and what it leaves out.

Its entries stand in the levers_of_*.py files, by what the money is spent on. Nothing there is an effect size or a
price: both are parameter rows, named in each entry. Source of every entry: model specification, section 4 (levers) and
3.1, 3.5, 3.7, 3.9, 3.13 (what each one writes).
"""

from __future__ import annotations

from collections.abc import Mapping

from sim.scenario.levers.lever import Lever
from sim.scenario.levers.rows_agencies import AGENCIES
from sim.scenario.levers.rows_beds import BEDS
from sim.scenario.levers.rows_hubs import HUBS
from sim.scenario.levers.rows_people import PEOPLE
from sim.scenario.levers.rows_prisons import PRISONS
from sim.scenario.levers.rows_travel import TRAVEL

PAYERS: Mapping[str, str] = {
    "council": "council public health",
    "nhs": "NHS",
    "hmpps": "prison and probation service",
    "pcc": "Police and Crime Commissioner",
    "housing": "housing authority",
    "transport": "transport authority",
}

LEVERS: Mapping[str, Lever] = {lever.name: lever for lever in (*PRISONS, *HUBS, *PEOPLE, *BEDS, *AGENCIES, *TRAVEL)}
