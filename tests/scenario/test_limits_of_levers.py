"""The least and the most of each lever, where it can be bought, who pays: refused with file, line and what is right."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from sim.core.errors import InputError
from sim.evidence import load_parameters
from sim.scenario import LEVERS, keyworker_posts, load_scenario

HEAD = "name: bought\ntitle: Something bought\ndescription: For a test.\nextends: baseline.yaml\nlevers:\n"
COVERAGE = {
    "supported_beds": ", places: [bristol]", "navigators": ", places: [bristol]",
    "bus_trips": ", links: [L117], when: evening",
    "housing_first": ", places: [bristol]", "peer_workers": ", places: [bristol]", "alliance": ", places: [bristol]",
    "outreach_clinics": ", places: [bude]", "colocated_hub": ", places: [exeter]",
    "lgbtq_practitioner": ", places: [bristol], setting: hub",
}  # fmt: skip


DRAW = load_parameters().reference()
POSTS = keyworker_posts(DRAW)
TODAY = math.floor(POSTS * DRAW["cost.keyworker_year"] + 1e-6)  # GBP a year for all of them


def part_of_today(part: float) -> int:
    """GBP a year that take away so much of today's posts for people leaving prison."""
    return -round(part * TODAY)


def one(lever: str, gbp: object, more: str = "") -> str:
    return f"  - {{lever: {lever}, gbp_per_year: {gbp}{more}}}\n"


@pytest.mark.parametrize(
    ("lever", "units", "words"),
    [
        ("bridging_script", 1, "less than the smallest purchase (1 quarter specialist post)"),
        ("depot_buprenorphine", 1, "(1 injection)"),
        ("resettlement_workers", 1, "(1 post)"),
        ("keyworkers", 1, "(1 post)"),
        ("cas3_beds", 6, "(6 bed-years)"),
        ("supported_beds", 4, "(4 bed-years)"),
        ("residential_rehab", 1, "(1 week)"),
        ("inpatient_detox", 1, "(1 week)"),
        ("inreach_meetings", 1, "(1 meeting)"),
        ("release_day_planning", 1, "(1 quarter specialist post)"),
        ("trauma_training", 1, "(1 worker trained a year)"),
        ("language_training", 1, "(1 worker trained a year)"),
        ("retention_pay", 1, "(1 worker a year)"),
        ("dual_diagnosis_worker", 1, "(1 post)"),
        ("colocated_hub", 1, "(1 hub a year)"),
        ("womens_centre", 1, "(1 woman a year)"),
        ("lgbtq_practitioner", 1, "(1 post)"),
        ("recognition_training", 1, "(1 worker trained a year)"),
        ("peer_workers", 1, "(1 post)"),
        ("peer_naloxone", 1, "(1 post)"),
        ("housing_first", 1, "(1 place-year)"),
        ("womens_residential", 1, "(1 week)"),
        ("shared_record", 1, "(1 programme a year)"),
        ("joint_case_meetings", 1, "(1 council area a year)"),
        ("alliance", 1, "(1 area programme a year)"),
        ("lifts", 1, "(1 passenger trip)"),
        ("demand_bus", 1, "(1 passenger trip)"),
        ("travel_passes", 1, "(1 person with a pass a year)"),
        ("outreach_clinics", 1, "(1 post)"),
        ("remote_appointments", 1, "(1 post)"),
    ],
)
def test_the_least_that_can_be_bought(lever, units, words, write, area, table, draw):
    least = math.ceil(units * LEVERS[lever].unit_cost(draw))
    enough = load_scenario(write(HEAD + one(lever, least, COVERAGE.get(lever, ""))), area=area, parameters=table)
    assert enough.levers[0].gbp_per_year == least
    with pytest.raises(InputError) as refused:
        load_scenario(write(HEAD + one(lever, least - 1, COVERAGE.get(lever, ""))), area=area, parameters=table)
    message = str(refused.value)
    assert "bought.yaml:6:levers[1].gbp_per_year: " in message
    assert words in message and message.endswith(f"allowed: at least {least:_}")


@pytest.mark.parametrize("lever", [name for name, lever in LEVERS.items() if not lever.can_be_cut])
def test_what_does_not_stand_today_cannot_be_cut(lever, write, area, table):
    with pytest.raises(
        InputError, match=rf"yaml:6:.*'-142000' buys nothing, and '{lever}' cannot be cut; .*'keyworkers', 'cas3_beds'"
    ):
        load_scenario(write(HEAD + one(lever, "-142_000", COVERAGE.get(lever, ""))), area=area, parameters=table)


@pytest.mark.parametrize("gbp", ["-42_000", "-4.2e4", "-42000.0"])
def test_a_cut_with_dates_and_places(gbp, buy):
    more = ", councils: [Cornwall, Torbay], starts: 2027-06-01, ends: 2028-05-31"
    (cut,) = buy(one("keyworkers", gbp, more)).levers
    assert cut.gbp_per_year == -42_000 and cut.payer == "council"
    assert "torquay" in cut.places and (cut.ends - cut.starts).days == 365
    assert buy(one("keyworkers", gbp)).gbp_per_year == -42_000


# (purchases, line, words)
CASES = [
    (one("keyworkers", -TODAY - 1), 6, f"'{-TODAY - 1}' cuts more keyworker posts than there are"),
    (one("keyworkers", -TODAY - 1), 6, f"; allowed: down to -{TODAY:_}, the {POSTS:.1f} posts"),
    (one("keyworkers", "-1e7"), 6, f"the {POSTS:.1f} posts for people leaving prison that stand there"),
    (one("keyworkers", "-0.5"), 6, "'-0.5' buys nothing"),
    (one("keyworkers", "-1e-320"), 6, "buys nothing; allowed: more than 0 GBP a year"),
    (one("keyworkers", "-1e10"), 6, "beyond any budget"),
    (one("keyworkers", "-1e6", ", places: [torquay]"), 6, "posts for people leaving prison that stand there"),
    (one("keyworkers", part_of_today(0.7)) + one("keyworkers", part_of_today(0.6)), 7, "what that cut leaves of the"),
    (one("keyworkers", -TODAY) + one("keyworkers", "-2e4", ", places: [torquay]"), 7,
     "beside the cut on line 6; allowed: none, as that cut leaves no posts for people leaving prison"),
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
    (one("womens_centre", "5e5", ", places: [torquay]"), 6,
     "no open women's centre stands in Torbay, the council of Torquay; allowed: places in Devon; Gloucestershire; "),
    (one("womens_centre", "5e5", ", places: [torquay]"), 6, "; did you mean 'exeter'?"),
    (one("womens_centre", "5e5", ", places: [bristol, torquay]"), 6, "women's centre stands in Torbay"),
    (one("womens_centre", "5e5", ", councils: [Torbay]"), 6, "no open women's centre stands in Torbay; allowed: Devon"),
    (one("womens_centre", "5e5", ", councils: [Torbay]"), 6, "; did you mean 'Devon'?"),
    (one("womens_centre", "5e5", ", councils: [Devon, Torbay]"), 6, "stands in Torbay"),
    (one("womens_centre", "5e5", ", prisons: [eastwood_park]"), 6, "'prisons' is not a key"),
    (one("womens_centre", "5e5", ", payer: nhs"), 6, "allowed: pcc, council, hmpps"),
    (one("womens_centre", "5e5", ", setting: hub"), 6, "'setting' is not a key of a purchase of 'womens_centre'"),
    (one("womens_residential", "5e5", ", places: [bristol]"), 6, "'places' is not a key"),
    (one("lgbtq_practitioner", "5e5", ", places: [bristol]"), 6, "needs 'setting:'; allowed: hub, sexual_health"),
    (one("lgbtq_practitioner", "5e5", ", setting: hub"), 6, "must say where; allowed: places: or councils:"),
    (one("lgbtq_practitioner", "5e5", ", places: [bristol], setting: clinic"), 6, "'clinic' is not one of the words"),
    (one("lgbtq_practitioner", "5e5", ", places: [torquay], setting: sexual_health"), 6,
     "no open sexual health and LGBTQ+ support stands in Torbay, the council of Torquay"),
    (one("lgbtq_practitioner", "5e5", ", places: [bude], setting: hub, councils: [Devon]"), 6, "one of them"),
    (one("lgbtq_practitioner", "5e5", ", setting: sexual_health, places: [torquay]"), 6, "did you mean 'exeter'?"),
    (one("lgbtq_practitioner", "5e5", ", councils: [Swindon], setting: sexual_health"), 6, "stands in Swindon"),
    (one("colocated_hub", "5e5"), 6, "must say where"),
    (one("colocated_hub", "5e5", ", places: [bude]"), 6, "no open drug and alcohol hub stands in Bude"),
    (one("colocated_hub", "5e5", ", places: [yate]"), 6,
     "no open probation office stands in South Gloucestershire, the council of Yate"),
    (one("colocated_hub", "5e5", ", places: [yate]"), 6, "did you mean 'bristol'?"),
    (one("colocated_hub", "5e5", ", councils: [South Gloucestershire]"), 6, "did you mean 'Bristol, City of'?"),
    (one("colocated_hub", "5e5", ", councils: [Isles of Scilly]"), 6, "no open drug and alcohol hub stands in Isles"),
    (one("trauma_training", "5e5", ", places: [bude]"), 6, "no open drug and alcohol hub stands in Bude"),
    (one("dual_diagnosis_worker", "5e5", ", places: [launceston]"), 6, "did you mean 'liskeard'?"),
    (one("retention_pay", "-5e4"), 6, "'retention_pay' cannot be cut"),
    (one("shared_record", "5e5", ", councils: [Cornwall]"), 6, "'councils' is not a key"),
    (one("alliance", "5e5"), 6, "must say where"),
    (one("housing_first", "5e5"), 6, "must say where"),
    (one("housing_first", "5e5", ", places: [bristol], payer: council"), 6, "allowed: housing"),
    (one("peer_workers", "5e5"), 6, "must say where"),
    (one("outreach_clinics", "5e5"), 6, "must say where"),
    (one("inreach_meetings", "5e5", ", prisons: [dartmoor]"), 6, "HMP Dartmoor is not open"),
    (one("release_day_planning", "5e5", ", places: [exeter]"), 6, "'places' is not a key"),
    (one("lifts", "5e5", ", links: [L117]"), 6, "'links' is not a key"),
    (one("travel_passes", "5e5", ", payer: nhs"), 6, "allowed: council, transport"),
    (one("demand_buses", "5e5"), 6, "did you mean 'demand_bus'?"),
    (one("womens_center", "5e5"), 6, "did you mean 'womens_centre'?"),
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
    write(HEAD.replace("bought", "first") + one("keyworkers", part_of_today(0.7)), "first.yaml")
    file = write(HEAD.replace("baseline.yaml", "first.yaml") + one("keyworkers", part_of_today(0.2)))
    assert load_scenario(file, area=area, parameters=table).gbp_per_year == part_of_today(0.7) + part_of_today(0.2)
    file = write(HEAD.replace("baseline.yaml", "first.yaml") + one("keyworkers", part_of_today(0.6)))
    with pytest.raises(InputError, match=r"bought\.yaml:6:.* beside the cut on line 6 of first\.yaml; allowed: down"):
        load_scenario(file, area=area, parameters=table)


def test_cuts_that_follow_each_other_do_not_add_up(buy):
    first, second = ", ends: 2027-10-01", ", starts: 2027-10-01"
    most = part_of_today(0.9)
    assert buy(one("keyworkers", most, first) + one("keyworkers", most, second)).gbp_per_year == most


def test_a_cut_is_held_against_narrowed_prices(write, area, table):
    text = one("keyworkers", -TODAY - 1) + "parameters:\n"
    text += "  cost.keyworker_year: {low: 49_000, high: 51_000, value: 50_000, reason: local pay scale}\n"
    assert load_scenario(write(HEAD + text), area=area, parameters=table).gbp_per_year == -TODAY - 1


@pytest.mark.parametrize(
    ("lever", "more"),
    [
        ("womens_centre", ", places: [exeter, bodmin, bude]"), ("womens_centre", ", councils: [Devon, Plymouth]"),
        ("womens_centre", ""), ("lgbtq_practitioner", ", councils: [Cornwall], setting: sexual_health"),
        ("lgbtq_practitioner", ", places: [torquay], setting: hub"), ("colocated_hub", ", councils: [Devon]"),
        ("trauma_training", ""), ("joint_case_meetings", ", councils: [Torbay], payer: council"), ("lifts", ""),
        ("joint_case_meetings", ", places: [torquay]"), ("language_training", ", payer: pcc"), ("travel_passes", ""),
        ("recognition_training", ", places: [bude]"), ("release_day_planning", ", prisons: [exeter]"),
    ],
)  # fmt: skip
def test_where_it_can_be_bought(lever, more, buy):
    assert buy(one(lever, "5e5", more)).levers[0].lever == lever


def test_a_centre_that_the_scenario_opens_counts(write, area, table):
    closed = tuple(replace(s, status="closed") if s.id == "sunflower_women_s_centre" else s for s in area.services)
    without = replace(area, services=closed)
    text = HEAD + one("womens_centre", "5e5", ", places: [plymouth]")
    with pytest.raises(InputError, match="no open women's centre stands in Plymouth"):
        load_scenario(write(text), area=without, parameters=table)
    text += "switches: {open: [sunflower_women_s_centre]}\n"
    assert load_scenario(write(text), area=without, parameters=table).levers[0].places == ("plymouth",)


def test_an_area_without_any_centre_offers_none(write, area, table):
    without = replace(area, services=tuple(s for s in area.services if s.kind != "womens_centre"))
    for more in (", places: [plymouth]", ", councils: [Plymouth]"):
        with pytest.raises(InputError, match=r"stands in Plymouth.*; allowed: none in this area$"):
            load_scenario(write(HEAD + one("womens_centre", "5e5", more)), area=without, parameters=table)
