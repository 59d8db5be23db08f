"""Switches of a scenario file: mechanisms off, services opened."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import sim
from sim.area import with_services_open
from sim.core.errors import InputError
from sim.scenario import MECHANISMS, load_scenario
from sim.scenario.reading.switches import STRUCTURES

HEAD = "name: bought\ntitle: Something bought\ndescription: For a test.\nextends: baseline.yaml\n"
# these gather numbers, log, queue and keep accounts
# tolerance.py is the overdose hazard's factor: it goes with overdose, and has no switch of its own
NO_RULE = {"__init__", "care", "events", "ledger", "parameters", "quantities", "queueing", "tolerance"}
OPENED = "with_you_outreach_bude"


def switched(block: str) -> str:
    return HEAD + "switches:\n" + block


def test_mechanisms_and_services_are_read_sorted(write, area, table):
    text = switched(f"  off: [use, deaths]\n  open: [{OPENED}, closereach, Together outreach Tiverton]\n")
    title = next(s.name for s in area.services if s.id == "together_outreach_tiverton")
    scenario = load_scenario(write(text.replace("Together outreach Tiverton", title)), area=area, parameters=table)
    assert scenario.off == ("deaths", "use")
    assert scenario.opened == ("closereach", "together_outreach_tiverton", OPENED)
    resolved = json.loads(json.dumps(scenario.resolved()))
    assert resolved["switches"] == {"off": ["deaths", "use"], "open": list(scenario.opened), "stronger_opioids": None}


@pytest.mark.parametrize("block", ["switches: {}\n", "switches:\n", ""])
def test_no_switches(block, write, area, table):
    scenario = load_scenario(write(HEAD + block), area=area, parameters=table)
    assert scenario.off == scenario.opened == ()
    assert scenario.resolved()["switches"] == {"off": [], "open": [], "stronger_opioids": None}


def test_one_word_is_a_list_of_one(write, area, table):
    scenario = load_scenario(write(switched("  off: housing\n")), area=area, parameters=table)
    assert scenario.off == ("housing",)


def test_a_file_adds_to_what_it_extends(write, area, table):
    write(switched(f"  off: [use]\n  open: [{OPENED}]\n").replace("bought", "first"), "first.yaml")
    text = switched(f"  off: [trust, use]\n  open: [closereach, {OPENED}]\n").replace("baseline.yaml", "first.yaml")
    scenario = load_scenario(write(text), area=area, parameters=table)
    assert scenario.off == ("trust", "use") and scenario.opened == ("closereach", OPENED)


@pytest.mark.parametrize(
    ("block", "line", "words"),
    [
        (
            "  of: [use]\n",
            6,
            "'of' is not a key of the switches; allowed: off, open, stronger_opioids, recall_law; did you mean 'off'?",
        ),
        ("  off: [overdoses]\n", 6, "'overdoses' is not a mechanism; allowed: release, income"),
        ("  off: [overdoses]\n", 6, "did you mean 'overdose'?"),
        ("  off:\n    - use\n    - 7\n", 8, "'7' is not a mechanism"),
        ("  off: [use, use]\n", 6, "'use' stands twice"),
        ("  off: []\n", 6, "is an empty list"),
        ("  off:\n", 6, "nothing is not a list"),
        ("  off: true\n", 6, "'true' is not a list"),
        ("  off: no\n", 6, "'no' is not a mechanism"),
        ("  off: {use: true}\n", 6, "a block of keys is not a list"),
        ("  open: [with_you_outreach_buude]\n", 6, f"did you mean '{OPENED}'?"),
        ("  open: [bude]\n", 6, "'bude' is not a service of this area"),
        ("  open: [with_you_drug_and_alcohol_service_truro]\n", 6, "Truro is open already; allowed: with_you_outreach"),
        (f"  open: [{OPENED}, {OPENED}]\n", 6, f"'{OPENED}' stands twice"),
        ("  open: [2027-04-01]\n", 6, "'2027-04-01' is not a service"),
        ("  - off\n", 6, "a list stands where the switches should"),
        (
            "  stronger_opioids: true\n",
            6,
            "'true' stands where the days of stronger opioids should; allowed: keys: starts",
        ),
        ("  stronger_opioids: 2027-06-01\n", 6, "stands where the days of stronger opioids should"),
        ("  stronger_opioids: {}\n", 6, "the days of stronger opioids needs 'starts:'"),
        ("  stronger_opioids:\n", 6, "nothing stands where the days of stronger opioids should"),
        ("  stronger_opioids: {ends: 2027-06-01}\n", 6, "needs 'starts:'"),
        ("  stronger_opioids: {start: 2027-06-01}\n", 6, "did you mean 'starts'?"),
        ("  stronger_opioids: {starts: June}\n", 6, "'June' is not a date"),
        ("  stronger_opioids: {starts: 2027-03-31}\n", 6, "before the first release of the scenario"),
        ("  stronger_opioids: {starts: 2029-03-31}\n", 6, "after the last day that a run reaches; allowed: 2029-03-30"),
        ("  stronger_opioids:\n    starts: 2027-06-01\n    ends: 2027-06-01\n", 8, "is not after the start on"),
        ("  stronger_opioids:\n    starts: 2027-06-01\n    ends: 2029-04-01\n", 8, "beyond the last day that a run"),
        ("  stronger_opioid: {starts: 2027-06-01}\n", 6, "did you mean 'stronger_opioids'?"),
    ],
)
def test_refused_with_line_and_words(block, line, words, write, area, table):
    file = write(switched(block))
    with pytest.raises(InputError, match=re.escape(f"{file}:{line}:switches")) as refused:
        load_scenario(file, area=area, parameters=table)
    assert words in str(refused.value)


@pytest.mark.parametrize(("end", "last"), [("", None), (", ends: 2029-03-31", "2029-03-31")])
def test_days_of_stronger_opioids(end, last, write, area, table):
    text = switched(f"  stronger_opioids: {{starts: 2027-06-01{end}}}\n")
    scenario = load_scenario(write(text), area=area, parameters=table)
    assert scenario.stronger_opioids == (date(2027, 6, 1), None if last is None else date.fromisoformat(last))
    resolved = json.loads(json.dumps(scenario.resolved()))["switches"]["stronger_opioids"]
    assert resolved == {"starts": "2027-06-01", "ends": last}


def test_days_of_stronger_opioids_are_inherited_and_replaced(write, area, table):
    supply = "  stronger_opioids: {starts: 2027-06-01, ends: 2027-09-01}\n"
    write(switched(supply).replace("bought", "first"), "first.yaml")
    head = HEAD.replace("baseline.yaml", "first.yaml")
    assert load_scenario(write(head), area=area, parameters=table).stronger_opioids[1] == date(2027, 9, 1)
    text = head + "switches:\n  stronger_opioids: {starts: 2027-07-01}\n"
    assert load_scenario(write(text), area=area, parameters=table).stronger_opioids == (date(2027, 7, 1), None)


def test_days_of_stronger_opioids_are_held_against_the_start_of_the_scenario(write, area, table):
    write(switched("  stronger_opioids: {starts: 2027-06-01}\n").replace("bought", "first"), "first.yaml")
    text = HEAD.replace("baseline.yaml", "first.yaml") + "starts: 2027-07-01\n"
    with pytest.raises(InputError, match=r"first\.yaml:6:.*2027-06-01 is before the first release"):
        load_scenario(write(text), area=area, parameters=table)


def test_every_mechanism_has_its_switch():
    from pathlib import Path

    files = {path.stem for path in (Path(sim.__file__).parent / "mechanisms").glob("*.py")}
    assert files - NO_RULE == set(MECHANISMS)
    assert len(set(MECHANISMS)) == len(MECHANISMS)


def test_the_area_with_a_service_opened(area):
    assert with_services_open(area, ()) is area
    opened = with_services_open(area, (OPENED,))
    changed = [now.id for now, before in zip(opened.services, area.services, strict=True) if now != before]
    assert changed == [OPENED]
    assert opened.services[area.service_index[OPENED]].is_open


def test_keyworkers_can_be_bought_at_a_hub_that_the_scenario_opens(write, area, table):
    n = area.service_index[OPENED]
    services = list(area.services)
    services[n] = replace(services[n], kind="drug_alcohol_hub")
    with_hub = replace(area, services=tuple(services))
    levers = "levers: [{lever: keyworkers, gbp_per_year: 1e5, places: [bude]}]\n"
    with pytest.raises(InputError, match="no open drug and alcohol hub stands in Bude"):
        load_scenario(write(HEAD + levers), area=with_hub, parameters=table)
    scenario = load_scenario(write(switched(f"  open: [{OPENED}]\n") + levers), area=with_hub, parameters=table)
    assert scenario.levers[0].places == ("bude",)


def test_every_mechanism_has_a_scenario_without_it(area, table):
    folder = Path(__file__).resolve().parents[2] / "scenarios" / "without"
    found = {file.stem: load_scenario(file, area=area, parameters=table) for file in sorted(folder.glob("*.yaml"))}
    assert {name: scenario.off for name, scenario in found.items()} == {
        f"without_{name}": (name,) for name in (*MECHANISMS, *STRUCTURES)
    }
