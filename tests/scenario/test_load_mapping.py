"""A scenario given as a Python mapping: the same rules as a file, and messages that name the keys that lead there."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.core.errors import InputError
from sim.scenario import load_scenario

NAVIGATORS = {"lever": "navigators", "gbp_per_year": 500_000, "places": ["bristol", "plymouth"]}
MINE = {"name": "mine", "title": "Mine", "description": "For a test.", "extends": "baseline", "levers": [NAVIGATORS]}


def test_a_mapping_is_what_the_same_file_is(write, area, table):
    text = "name: mine\ntitle: Mine\ndescription: For a test.\nextends: baseline.yaml\nlevers:\n"
    text += "  - {lever: navigators, gbp_per_year: 500_000, places: [bristol, plymouth]}\n"
    text += "switches: {stronger_opioids: {starts: 2027-06-01}}\n"
    given = {**MINE, "switches": {"stronger_opioids": {"starts": date(2027, 6, 1)}}}
    scenario = load_scenario(given, area=area, parameters=table)
    assert scenario.resolved() == load_scenario(write(text, "mine.yaml"), area=area, parameters=table).resolved()
    assert scenario.file == Path("mine")


def test_days_may_be_text_and_numbers_numpy_s(area, table):
    navigators = {**NAVIGATORS, "gbp_per_year": np.float64(5e5), "places": ("bristol",), "starts": "2027-09-01"}
    (bought,) = load_scenario({**MINE, "levers": (navigators,)}, area=area, parameters=table).levers
    assert (bought.gbp_per_year, bought.places, bought.starts) == (500_000.0, ("bristol",), date(2027, 9, 1))
    navigators["gbp_per_year"] = np.int64(500_000)
    assert load_scenario({**MINE, "levers": [navigators]}, area=area, parameters=table).gbp_per_year == 500_000


def test_it_extends_a_name_a_path_or_another_mapping(write, area, table):
    first = {**MINE, "name": "first", "levers": [NAVIGATORS]}
    scenario = load_scenario({**MINE, "extends": first}, area=area, parameters=table)
    assert len(scenario.levers) == 2
    assert scenario.resolved()["extends"] == ["baseline", "first"]
    file = write("name: base\ntitle: T\ndescription: D\nextends: baseline.yaml\n", "base.yaml")
    scenario = load_scenario({**MINE, "extends": str(file)}, area=area, parameters=table)
    assert scenario.resolved()["extends"] == ["baseline", "base"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"titel": "x"}, "titel: 'titel' is not a key of a scenario; "),
        ({"name": "Mine!"}, "name: 'Mine!' is not a name; "),
        ({"title": None}, "title: a scenario needs 'title:'"),
        ({"levers": [{**NAVIGATORS, "places": ["bristol", "plymouht"]}]}, "levers[1].places[2]: 'plymouht' is not a "),
        ({"levers": [{**NAVIGATORS, "lever": "navigatr"}]}, "levers[1].lever: 'navigatr' is not a lever; "),
        ({"levers": {"lever": "navigators"}}, "levers: a block of keys is not a list of purchases; "),
        ({"extends": "basline"}, "extends: 'basline' is not a shipped scenario; "),
        ({"extends": "nowhere/basline.yaml"}, "extends: there is no file 'nowhere/basline.yaml'; "),
        ({"extends": {**MINE, "title": 7}}, "extends.title: '7' is not text; "),
        ({"extends": 7}, "extends: '7' is not a file name; "),
        ({"starts": "2027-02-30"}, "starts: '2027-02-30' is not a date; allowed: year-month-day, for example "),
        ({"starts": datetime(2025, 4, 1)}, "starts: datetime is not a plain value; allowed: text, "),
        ({"levers": [{**NAVIGATORS, "gbp_per_year": float("nan")}]}, "levers[1].gbp_per_year: 'nan' is not a finite"),
        ({"levers": [{**NAVIGATORS, 7: 1}]}, "levers[1]: the key 7 is not a word; "),
        ({"parameters": {"overdose.witnessd": {"low": 0.6, "reason": "x"}}},
         "parameters.overdose.witnessd: 'overdose.witnessd' is not a parameter; "),
    ],
)  # fmt: skip
def test_a_mistake_names_the_keys_that_lead_there(change, message, area, table):
    with pytest.raises(InputError) as refused:
        load_scenario({**MINE, **change}, area=area, parameters=table)
    assert str(refused.value).startswith(message)
    assert refused.value.file is None and refused.value.line is None


def test_what_holds_itself_is_nested_too_deeply(area, table):
    mine = dict(MINE)
    mine["extends"] = mine
    with pytest.raises(InputError, match="is nested too deeply"):
        load_scenario(mine, area=area, parameters=table)


def test_every_mistake_is_at_hand():
    wrong = {**MINE, "titel": "x", "levers": [{**NAVIGATORS, "lever": "navigatr"}, {**NAVIGATORS, "places": ["bath_"]}]}
    with pytest.raises(InputError) as refused:
        sim.load_scenario(wrong)
    assert [error.key for error in refused.value.others] == ["levers[1].lever", "levers[2].places[1]"]


def test_no_mapping_and_no_path(area, table):
    with pytest.raises(InputError, match=r"'navigators_two_citties' is not a shipped scenario; .*two_cities"):
        load_scenario("navigators_two_citties", area=area, parameters=table)
    assert load_scenario("navigators_two_cities", area=area, parameters=table).name == "navigators_two_cities"


@pytest.mark.parametrize(
    "number", [10**400, -(10**400), 10**5_000, Fraction(10**400)], ids=["400", "-400", "5,000", "F"]
)
@pytest.mark.parametrize("key", ["gbp_per_year", "starts", "places", "for", "name", "title", "levers"])
def test_a_number_beyond_any_float_is_one_sentence_wherever_it_stands(key, number, area, table):
    given = {**MINE, key: number} if key in MINE else {**MINE, "levers": [{**NAVIGATORS, key: number}]}
    with pytest.raises(InputError, match=key) as refused:
        load_scenario(given, area=area, parameters=table)
    assert len(str(refused.value)) < 400 and not refused.value.others
