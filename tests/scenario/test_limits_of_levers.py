"""The least and the most of each lever, where it can be bought, who pays: refused with file, line and what is right."""

from __future__ import annotations

import math

import pytest

from sim.core.errors import InputError
from sim.scenario import LEVERS, load_scenario

HEAD = "name: bought\ntitle: Something bought\ndescription: For a test.\nextends: baseline.yaml\nlevers:\n"
HERE = {
    "supported_beds": ", places: [bristol]", "navigators": ", places: [bristol]",
    "bus_trips": ", links: [L117], when: evening",
}  # fmt: skip


def one(lever: str, gbp: object, more: str = "") -> str:
    return f"  - {{lever: {lever}, gbp_per_year: {gbp}{more}}}\n"


@pytest.mark.parametrize(
    ("lever", "units", "words"),
    [
        ("bridging_script", 1, "less than the smallest purchase (1 quarter specialist post)"),
        ("depot_buprenorphine", 1, "(1 person-month)"),
        ("resettlement_workers", 1, "(1 post)"),
        ("keyworkers", 1, "(1 post)"),
        ("cas3_beds", 6, "(6 bed-years)"),
        ("supported_beds", 4, "(4 bed-years)"),
        ("residential_rehab", 1, "(1 week)"),
        ("inpatient_detox", 1, "(1 week)"),
    ],
)
def test_the_least_that_can_be_bought(lever, units, words, write, area, table, draw):
    least = math.ceil(units * LEVERS[lever].unit_cost(draw))
    enough = load_scenario(write(HEAD + one(lever, least, HERE.get(lever, ""))), area=area, parameters=table)
    assert enough.levers[0].gbp_per_year == least
    with pytest.raises(InputError) as refused:
        load_scenario(write(HEAD + one(lever, least - 1, HERE.get(lever, ""))), area=area, parameters=table)
    message = str(refused.value)
    assert "bought.yaml:6:levers[1].gbp_per_year: " in message
    assert words in message and message.endswith(f"allowed: at least {least:_}")


@pytest.mark.parametrize("lever", [name for name in LEVERS if name != "keyworkers"])
def test_only_keyworkers_can_be_cut(lever, write, area, table):
    with pytest.raises(
        InputError, match=rf"yaml:6:.*'-142000' buys nothing, and '{lever}' cannot be cut; .*'keyworkers'"
    ):
        load_scenario(write(HEAD + one(lever, "-142_000", HERE.get(lever, ""))), area=area, parameters=table)


@pytest.mark.parametrize("gbp", ["-142_000", "-1.42e5", "-142000.0"])
def test_a_cut_with_dates_and_places(gbp, buy):
    more = ", councils: [Cornwall, Torbay], starts: 2025-06-01, ends: 2026-06-01"
    (cut,) = buy(one("keyworkers", gbp, more)).levers
    assert cut.gbp_per_year == -142_000 and cut.payer == "council"
    assert "torquay" in cut.places and (cut.ends - cut.starts).days == 365
    assert buy(one("keyworkers", gbp)).gbp_per_year == -142_000


# (purchases, line, words)
CASES = [
    (one("keyworkers", "-1_416_801"), 6, "'-1416801' cuts more keyworker posts than there are"),
    (one("keyworkers", "-1_416_801"), 6, "; allowed: down to -1_416_800, the 30.8 posts"),
    (one("keyworkers", "-1e7"), 6, "the 30.8 posts that stand there"),
    (one("keyworkers", "-0.5"), 6, "'-0.5' buys nothing"),
    (one("keyworkers", "-1e-320"), 6, "buys nothing"),
    (one("keyworkers", "-1e10"), 6, "beyond any budget"),
    (one("keyworkers", "-1e6", ", places: [torquay]"), 6, "the 1.1 posts that stand there"),
    (one("keyworkers", "-1e6") + one("keyworkers", "-8e5"), None, "posts that other cuts leave there"),
    (one("keyworkers", "-1_416_800") + one("keyworkers", "-5e4", ", places: [torquay]"), 6, "other cuts leave there"),
    (one("keyworkers", "5e5", ", places: [launceston]"), 6, "no open drug and alcohol hub stands in Launceston"),
    (one("keyworkers", "-5e4", ", places: [bude]"), 6, "no open drug and alcohol hub stands in Bude"),
    (one("keyworkers", "5e5", ", prisons: [exeter]"), 6, "'prisons' is not a key"),
    (one("keyworkers", "5e5", ", payer: nhs"), 6, "allowed: council"),
    (one("supported_beds", "5e5"), 6, "must say where; allowed: places: or councils:"),
    (one("supported_beds", "5e5", ", places: [nowhere]"), 6, "'nowhere' is not a place of this area"),
    (one("supported_beds", "5e5", ", places: [bristol], payer: council"), 6, "allowed: housing"),
    (one("cas3_beds", "5e5", ", places: [bristol]"), 6, "'places' is not a key of a purchase of 'cas3_beds'"),
    (one("residential_rehab", "5e5", ", councils: [Cornwall]"), 6, "'councils' is not a key"),
    (one("inpatient_detox", "5e5", ", payer: nhs"), 6, "allowed: council"),
    (one("bridging_script", "5e5", ", prisons: [dartmoor]"), 6, "HMP Dartmoor is not open"),
    (one("bridging_script", "5e5", ", prisons: [exter]"), 6, "did you mean 'exeter'?"),
    (one("depot_buprenorphine", "5e5", ", places: [bristol]"), 6, "'places' is not a key"),
    (one("depot_buprenorphin", "5e5"), 6, "did you mean 'depot_buprenorphine'?"),
    (one("resettlement_worker", "5e5"), 6, "did you mean 'resettlement_workers'?"),
    (one("resettlement_workers", "5e5", ", payer: housing"), 6, "allowed: hmpps, pcc, council"),
]  # fmt: skip


@pytest.mark.parametrize(("levers", "line", "words"), CASES)
def test_refused_with_line_and_words(levers, line, words, write, area, table):
    file = write(HEAD + levers)
    with pytest.raises(InputError) as refused:
        load_scenario(file, area=area, parameters=table)
    message = str(refused.value)
    assert words in message
    assert message.startswith(f"{file}:" if line is None else f"{file}:{line}:levers[{line - 5}]")


def test_cuts_of_extended_files_count(write, area, table):
    write(HEAD.replace("bought", "first") + one("keyworkers", "-1e6"), "first.yaml")
    file = write(HEAD.replace("baseline.yaml", "first.yaml") + one("keyworkers", "-3e5"))
    assert load_scenario(file, area=area, parameters=table).gbp_per_year == -1_300_000
    file = write(HEAD.replace("baseline.yaml", "first.yaml") + one("keyworkers", "-8e5"))
    with pytest.raises(InputError, match="other cuts leave there"):
        load_scenario(file, area=area, parameters=table)


def test_cuts_that_follow_each_other_do_not_add_up(buy):
    first, second = ", ends: 2025-10-01", ", starts: 2025-10-01"
    assert buy(one("keyworkers", "-1e6", first) + one("keyworkers", "-1e6", second)).gbp_per_year == -2_000_000


def test_a_cut_is_held_against_narrowed_prices(write, area, table):
    text = one("keyworkers", "-1_416_801") + "parameters:\n"
    text += "  cost.keyworker_year: {low: 49_000, high: 51_000, value: 50_000, reason: local pay scale}\n"
    assert load_scenario(write(HEAD + text), area=area, parameters=table).gbp_per_year == -1_416_801
