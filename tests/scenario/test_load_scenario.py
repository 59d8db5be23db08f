"""Scenario files that are right: what they say is what is loaded."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sim.area import opening_of
from sim.scenario import LEVERS, PAYERS, deliver, load_scenario
from sim.scenario.levers.lever import smallest_spend
from sim.scenario.reading.yaml_strict import read_yaml

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
HEAD = "name: bought\ntitle: Something bought\ndescription: For a test.\nextends: baseline.yaml\n"
SHIPPED = sorted(SCENARIOS.glob("*.yaml"))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_shipped_scenarios_load(file, area, table):
    scenario = load_scenario(file, area=area, parameters=table)
    assert scenario.name == file.stem
    assert scenario.starts == date(2027, 4, 1)
    json.dumps(scenario.resolved())


def test_scenarios_that_are_compared_cost_the_same(area, table):
    money = {file.stem: load_scenario(file, area=area, parameters=table).gbp_per_year for file in SHIPPED}
    assert money.pop("baseline") == 0
    assert len(money) > 8 and set(money.values()) == {500_000}


def test_themes_cost_the_same_but_those_that_find_nobody_for_more(area, table):
    files = sorted((SCENARIOS / "themes").glob("*.yaml"))
    money = {file.stem[:3]: load_scenario(file, area=area, parameters=table).gbp_per_year for file in files}
    assert {theme: gbp for theme, gbp in money.items() if gbp != 500_000} == {
        "t07": 286_000, "t12": 41_000, "t13": 440_000, "t18": 102_000,
    }  # fmt: skip


def test_what_softens_a_cut_costs_the_same_beside_it(area, table):
    files = sorted((SCENARIOS / "cuts").glob("*.yaml"))
    cut, *softened = (load_scenario(file, area=area, parameters=table) for file in files)
    assert cut.name == "treatment_cut" and len(softened) == 3
    for one in softened:
        assert one.levers[:1] == cut.levers
        assert sum(bought.gbp_per_year for bought in one.levers[1:]) == 100_000
        assert {bought.payer for bought in one.levers} == {"council"}


def test_nothing_shipped_runs_buses_on_sundays_when_hubs_are_shut(area, table):
    assert not any("sunday" in opening_of(area, n).day_types for n in area.services_of("drug_alcohol_hub"))
    for file in SCENARIOS.rglob("*.yaml"):
        if file.parent.name != "studies":
            for bought in load_scenario(file, area=area, parameters=table).levers:
                assert bought.options.get("when") != "sunday", file


def test_handover_and_inreach_stand_apart(area, table):
    bought = {
        name: [purchase.lever for purchase in load_scenario(name, area=area, parameters=table).levers]
        for name in ("inreach_workers", "handover_with_keyworkers", "keyworkers_at_every_hub")
    }
    assert list(bought.values()) == [["inreach_worker"], ["booked_before_release", "keyworkers"], ["keyworkers"]]


def test_all_of_it_buys_every_lever_step_by_step(area, table):
    scenario = load_scenario("all_of_it", area=area, parameters=table)
    assert scenario.gbp_per_year == 5_591_000
    assert {purchase.lever for purchase in scenario.levers} == set(LEVERS)
    assert len({purchase.starts for purchase in scenario.levers}) > 4
    assert all(purchase.gbp_per_year > 0 for purchase in scenario.levers)


def test_the_cut_is_a_part_of_what_treatment_of_people_leaving_prison_costs(area, table):
    """2,200 people a year, of 1,000 of whom 423 are held at a time, ten times as many in all, 57 to a keyworker: 163.3
    posts, a tenth for people leaving prison; 15% of 16.33 posts at 46,000 are 112,652."""
    (cut,) = load_scenario("treatment_cut", area=area, parameters=table).levers
    assert cut.percent_of_today == -15
    assert cut.gbp_per_year == pytest.approx(-112_652, abs=1)


@pytest.mark.parametrize("name", ["supported_beds_with_resettlement", "depot_with_bridging"])
def test_the_money_of_these_scenarios_reaches_people(name, area, table, demand):
    scenario = load_scenario(SCENARIOS / f"{name}.yaml", area=area, parameters=table)
    bought = deliver(scenario, table.reference(), demand, area, 500)
    assert sum(entry["unused_gbp_per_year"] for entry in bought.spend) < 0.02 * scenario.gbp_per_year


def test_shipped_buses_are_rural_with_few_departures_and_some_lead_to_a_hub(area, table):
    scenario = load_scenario(SCENARIOS / "evening_buses.yaml", area=area, parameters=table)
    hubs = {area.services[n].place for n in area.services_of("drug_alcohol_hub")}
    leading = 0
    for name in scenario.levers[0].links:
        link = area.links[area.link_index[name]]
        ends = {link.from_place, link.to_place}
        leading += bool(ends & hubs)
        assert any(area.places[area.place_index[end]].is_rural for end in ends)
        assert link.departures_weekday <= 15
    assert leading >= 2
    assert len(scenario.levers[0].links) == 10


def test_the_areas_and_tables_shipped_are_the_default():
    assert load_scenario(SCENARIOS / "navigators_two_cities.yaml").levers[0].places == ("bristol", "plymouth")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("500_000", 5e5),
        ("500000", 5e5),
        ("5e5", 5e5),
        ("5E+5", 5e5),
        ("500000.", 5e5),
        ("+500_000", 5e5),
        ("5.0e5", 5e5),
    ],
)
def test_money_in_every_way_of_writing(buy, written, read):
    scenario = buy(f"  - {{lever: navigators, gbp_per_year: {written}, places: [bristol]}}\n")
    assert scenario.levers[0].gbp_per_year == read


def test_words_numbers_and_dates_of_plain_yaml(write):
    text = (
        "a: no\nb: on\nc: true\nd: ~\ne: 012\nf: 1:30\ng: 1e-3\nh: 2027-04-01\ni: 'true'\nj: .5\nk: 0\nl: -1_000\n"
        "m: 1__0\nn: True\no: 2025-4-1\np: 1e3\nq:\n"
    )
    values = {key: node.value for key, node in read_yaml(write(text)).value.items()}
    assert values == {
        "a": "no", "b": "on", "c": True, "d": None, "e": "012", "f": "1:30", "g": 0.001, "h": date(2027, 4, 1),
        "i": "true", "j": 0.5, "k": 0, "l": -1000, "m": "1__0", "n": "True", "o": "2025-4-1", "p": 1000.0, "q": None,
    }  # fmt: skip
    assert isinstance(values["p"], float) and isinstance(values["k"], int)


def test_every_value_knows_its_line_and_path(write):
    root = read_yaml(write("a: 1\nb:\n  - c: 2\n  -\n    d: 3\n"))
    assert root.value["b"].value[1].value["d"].line == 5
    assert root.value["b"].value[1].value["d"].path == "b[2].d"
    assert root.value["b"].value[0].key_lines == {"c": 3}


def test_places_by_id_by_name_and_by_council(buy, area):
    by_name = buy("  - {lever: navigators, gbp_per_year: 5e5, places: [Bristol, PLYMOUTH, St Austell]}\n")
    assert by_name.levers[0].places == ("bristol", "plymouth", "st_austell")
    torbay = buy("  - {lever: navigators, gbp_per_year: 5e5, councils: [torbay]}\n").levers[0].places
    assert set(torbay) == {p.id for p in area.places if p.local_authority == "Torbay"}
    assert buy("  - {lever: navigators, gbp_per_year: 5e5, councils: [bristol]}\n").levers[0].places == ("bristol",)
    hubs = buy("  - {lever: booked_before_release, gbp_per_year: 5e4, councils: [Torbay]}\n").levers[0].places
    assert hubs == ("torquay",)


def test_dates_payer_and_defaults(buy):
    text = "  - {lever: navigators, gbp_per_year: 5e5, places: [bristol], starts: 2027-06-01, "
    text += "ends: 2028-06-01, payer: council}\n"
    first, second = buy(text + "  - {lever: naloxone_at_release, gbp_per_year: 2e4}\n").levers
    assert (first.starts, first.ends, first.payer) == (date(2027, 6, 1), date(2028, 6, 1), "council")
    assert (second.starts, second.ends, second.payer, second.prisons) == (date(2027, 4, 1), None, "council", ())


def test_extending_adds_purchases_and_narrows_further(write, area, table):
    text = "levers:\n  - {lever: naloxone_at_release, gbp_per_year: 2e4}\nparameters:\n"
    write(
        HEAD.replace("bought", "first") + text + "  navigator.attendance_or: {low: 1.2, high: 2.0, reason: one}\n",
        "first.yaml",
    )
    head = HEAD.replace("baseline.yaml", "first.yaml") + "starts: 2027-07-01\n"
    narrower = "  navigator.attendance_or: {low: 1.3, high: 1.8, value: 1.6, reason: two}\n"
    scenario = load_scenario(write(head + text + narrower), area=area, parameters=table)
    assert [purchase.starts for purchase in scenario.levers] == [date(2027, 7, 1)] * 2
    assert scenario.narrowed == {"navigator.attendance_or": (1.6, 1.3, 1.8)}
    assert scenario.resolved()["extends"] == ["baseline", "first"]
    drawn = [draw["navigator.attendance_or"] for draw in table.sample(1, 2000, scenario.narrowed)]
    assert np.quantile(drawn, [0.025, 0.5, 0.975]) == pytest.approx([1.3, 1.6, 1.8], abs=0.02)


def test_a_narrowed_price_moves_the_smallest_purchase(write, area, table):
    text = "levers:\n  - {lever: navigators, gbp_per_year: 40_000, places: [bristol]}\n"
    text += "parameters:\n  cost.keyworker_year: {low: 39_000, high: 41_000, value: 40_000, reason: local pay scale}\n"
    assert load_scenario(write(HEAD + text), area=area, parameters=table).levers[0].gbp_per_year == 40_000


def test_a_theme_may_extend_a_file_of_the_folder_above(write, area, table):
    file = write(HEAD.replace("baseline.yaml", "../baseline.yaml"), "themes/bought.yaml")
    assert load_scenario(file, area=area, parameters=table).chain[0].stem == "baseline"


def test_every_lever_names_rows_that_exist(table):
    for lever in LEVERS.values():
        assert set(lever.parameters) <= set(table)
        assert lever.payers and lever.leaves_out and all(theme.startswith("T") for theme in lever.themes)
        assert set(lever.payers) <= set(PAYERS)
        assert lever.takes or lever.writes.endswith(("from anywhere in the area", "of the whole area"))


def test_smallest_spend_by_hand(draw):
    nothing = {"n_prisons": 0, "n_links": 0, "options": {}}
    assert smallest_spend(LEVERS["naloxone_at_release"], draw, **nothing) == 18
    assert smallest_spend(LEVERS["navigators"], draw, **nothing) == 46_000
    assert smallest_spend(LEVERS["booked_before_release"], draw, **nothing) == pytest.approx(330.76, abs=0.01)
    assert smallest_spend(LEVERS["cas3_beds"], draw, **nothing) == 6 * 365 * draw["cost.cas3_night"]
    assert smallest_spend(LEVERS["supported_beds"], draw, **nothing) == 4 * draw["cost.supported_bed_year"]
    assert smallest_spend(LEVERS["residential_rehab"], draw, **nothing) == draw["cost.rehab_week"]
    assert smallest_spend(LEVERS["depot_buprenorphine"], draw, **nothing) == draw["cost.depot_injection"]
    two = {"n_prisons": 2, "n_links": 0, "options": {}}
    assert smallest_spend(LEVERS["bridging_script"], draw, **two) == 17_000
    assert smallest_spend(LEVERS["ost_at_release"], draw, **two) == pytest.approx(
        2 * 17_000 + 1.6 * 8.17 * 90 / 0.760754
    )
    sunday = {"n_prisons": 0, "n_links": 3, "options": {"when": "sunday"}}
    assert smallest_spend(LEVERS["bus_trips"], draw, **sunday) == pytest.approx(3 * 60 * 67.5 / 0.912996)
