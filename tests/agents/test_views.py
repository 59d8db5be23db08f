"""Agents are views of rows: what they tell is what the rows hold, in words, and they hold nothing themselves."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mesa.agent import AgentSet

from sim.agents import PersonLeavingPrison, Service, TransitionModel, TransportLink
from sim.agents.agents import DAYS
from sim.core.days import NEVER
from sim.core.errors import InputError
from sim.evidence import load_parameters
from sim.population.codes import HOUSING, NEEDS, STATUSES
from sim.population.person import FIELDS

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"


def people_of(model: TransitionModel) -> AgentSet:
    return model.agents_by_type[PersonLeavingPrison]


def test_everybody_and_everything_is_an_agent(lived_model: TransitionModel) -> None:
    assert len(people_of(lived_model)) == 3 * 120 == len(lived_model.world.people)  # three years' people live in a run
    assert len(people_of(lived_model).select(lambda person: person.is_counted)) == 120
    assert len(lived_model.agents_by_type[Service]) == len(lived_model.world.services)
    assert len(lived_model.agents_by_type[TransportLink]) == len(lived_model.area.links)
    assert len(lived_model.agents) == sum(len(agents) for agents in lived_model.agents_by_type.values())
    assert len({agent.unique_id for agent in lived_model.agents}) == len(lived_model.agents)


@pytest.mark.parametrize("name", list(FIELDS))
def test_every_field_of_the_row_can_be_read(lived_model: TransitionModel, name: str) -> None:
    words = {"status": STATUSES, "housing": HOUSING, "need": NEEDS}
    for person in people_of(lived_model):
        held, told = lived_model.world.people[name][person.row], getattr(person, name)
        if name in words:
            assert told == words[name][held]
        elif isinstance(told, str):
            continue
        elif told is None:
            assert held == NEVER
        elif held.ndim:
            assert np.array_equal(told, held) and not np.shares_memory(told, lived_model.world.people)
        elif name in DAYS:
            assert told == held - lived_model.world.first_day
        else:
            assert told == held and isinstance(told, int | float)


def test_codes_are_told_as_words(lived_model: TransitionModel) -> None:
    told = {
        name: {getattr(person, name) for person in people_of(lived_model)}
        for name in ("status", "housing", "treatment", "need", "sex", "sentence")
    }
    assert told["status"] >= {"not yet released", "community", "custody"}
    assert told["housing"] == {"settled", "temporary", "rough", "short-stay bed", "homeless, not on the street"}
    assert told["treatment"] == {"none", "waiting", "in treatment"}
    assert told["sex"] == {"man", "woman"}
    assert told["need"] <= set(NEEDS) and len(told["need"]) >= 4
    assert told["sentence"] == {"to 6 months", "6 to 12 months", "longer"}


def test_selections_count_what_the_rows_count(lived_model: TransitionModel) -> None:
    people, rows = people_of(lived_model), lived_model.world.people
    rough = people.select(lambda person: person.housing == "rough" and person.status == "community")
    assert len(rough) == ((rows["housing"] == 2) & (rows["status"] == 1)).sum() > 0
    assert {person.number for person in people.select(lambda person: person.is_rough)} == {p.number for p in rough}
    free = people.select(lambda person: person.is_in_community)
    assert len(free) == (rows["status"] == 1).sum()
    assert sum(people.get("releases")) == rows["releases"].sum()
    by_need = people.groupby("need")
    assert sum(len(agents) for _, agents in by_need) == len(people)


def test_homes_have_names(lived_model: TransitionModel) -> None:
    names = {place.name for place in lived_model.area.places}
    assert {person.home_place for person in people_of(lived_model)} <= names


def test_views_are_of_now() -> None:
    model = TransitionModel(SCENARIOS / "baseline.yaml", people=30, months=13, root_seed=2)
    counted = people_of(model).select(lambda person: person.is_counted)
    first = min(counted, key=lambda person: person.first_release)
    assert first.first_release >= 0
    assert first.status == "not yet released" and first.latest_release is None and not first.is_in_community
    while model.day <= first.first_release:
        model.step()
    assert first.status in ("community", "dead") and first.latest_release == first.first_release
    assert first.releases == 1


def test_unknown_names_are_refused(lived_model: TransitionModel) -> None:
    person = people_of(lived_model)[0]
    link = lived_model.agents_by_type[TransportLink][0]
    for agent in (person, link, lived_model.agents_by_type[Service][0]):
        for name in ("houssing", "_hidden", "__wrapped__"):
            with pytest.raises(AttributeError, match=name):
                getattr(agent, name)
        assert not hasattr(agent, "nonsense")


def test_services_tell_their_name_and_their_workers(lived_model: TransitionModel) -> None:
    services = list(lived_model.agents_by_type[Service])
    hubs = [service for service in services if service.service_type == "treatment"]
    teams = [service for service in services if service.service_type == "navigator"]
    sites = {site.name for site in lived_model.area.services if site.kind == "drug_alcohol_hub"}
    assert hubs and {hub.name for hub in hubs} <= sites
    assert sorted(team.name for team in teams) == ["Navigators, Bristol", "Navigators, Plymouth"]
    for service in services:
        row = lived_model.world.services[service.index]
        assert (service.load, service.waiting) == (row["load"], row["waiting"])
        assert service.load == sum(worker["load"] for worker in service.workers)
        assert service.load <= service.slots or service.service_type == "treatment"
        standing = [worker["hours"] for worker in service.workers if worker["starts"] < service.model.world.day]
        assert service.keyworkers == pytest.approx(sum(standing) if service.service_type == "treatment" else 0.0)
        assert len(service.workers) == row["n_workers"] + row["n_bought"]
    assert sum(hub.load for hub in hubs) > 0 and sum(team.load for team in teams) > 0


def test_places_come_with_the_posts() -> None:
    model = TransitionModel(SCENARIOS / "navigators_two_cities.yaml", people=2200, months=9, collect=False)
    (bristol,) = model.agents_by_type[Service].select(lambda service: service.name == "Navigators, Bristol")
    places = []
    while model.running:
        places.append(bristol.slots)
        model.step()
    assert places == sorted(places) and places[0] < places[-1]
    assert places[-1] == sum(worker["cap"] for worker in bristol.workers)


def test_links_change_on_the_day_of_a_scenario(tmp_path: Path) -> None:
    (tmp_path / "buses_in_june.yaml").write_text(
        "name: buses_in_june\ntitle: Buses in June\ndescription: More buses for one month.\nstarts: 2025-04-01\n"
        "levers:\n  - lever: bus_trips\n    when: evening\n    gbp_per_year: 400_000\n    starts: 2025-06-01\n"
        "    ends: 2025-07-01\n    links: [L115, L134]\n",
        encoding="utf-8",
    )
    model = TransitionModel(tmp_path / "buses_in_june.yaml", people=5, months=5, collect=False)
    links = {link.id: link for link in model.agents_by_type[TransportLink]}
    usual = {name: link.link for name, link in links.items()}
    changed: dict[str, set[str]] = {}
    while model.running:
        different = {name for name, link in links.items() if link.link != usual[name]}
        changed.setdefault(",".join(sorted(different)), set()).add(model.date.isoformat())
        if different:
            assert links["L134"].link != usual["L134"] and links["L134"].minutes == usual["L134"].minutes
        model.step()
    june = {f"2025-06-{day:02d}" for day in range(1, 31)}
    assert set(changed) == {"", "L115,L134"}
    assert changed["L115,L134"] == june


def test_dates_run_with_the_days() -> None:
    model = TransitionModel(SCENARIOS / "baseline.yaml", people=5, months=2)
    start = model.date
    assert start.isoformat() == "2027-04-01"
    for k in range(1, 40):
        model.step()
        assert model.day == k and model.date == start + timedelta(days=k)


def test_collected_counts_are_those_of_the_rows() -> None:
    model = TransitionModel(SCENARIOS / "baseline.yaml", people=200, months=20, root_seed=4)
    seen = []
    while model.running:
        model.step()
        people = model.world.people
        free = people["status"] == 1
        seen.append(
            (
                model.day,
                int(free.sum()),
                int((free & (people["treatment"] == 2)).sum()),
                int((free & (people["housing"] == 2)).sum()),
                int((free & (people["housing"] == 6)).sum()),
                int((people["status"] == 2).sum()),
                int((people["status"] == 3).sum()),
                *(int((people["death_cause"] == cause).sum()) for cause in (1, 3, 2)),
                int(people["died_in_custody"].sum()),
                int(model.world.services["waiting"][model.world.services["service_type"] == 0].sum()),
            )
        )
    table = model.datacollector.get_model_vars_dataframe()
    assert [tuple(row) for row in table.itertuples(index=False)] == seen
    by_cause = ["died_of_overdose", "died_by_suicide", "died_of_other_causes"]
    assert (table[by_cause].sum(axis=1) == table["dead"]).all()
    few = [*by_cause, "died_in_custody"]  # among so few people
    assert (table.drop(columns=few).max() > 0).all()


def test_reporters_of_ones_own() -> None:
    reporters = {"rough": lambda model: len(people_of(model).select(lambda person: person.is_rough))}
    model = TransitionModel(SCENARIOS / "baseline.yaml", people=60, months=6, reporters=reporters)
    while model.running:
        model.step()
    rough = model.datacollector.get_model_vars_dataframe()["rough"]
    assert rough.max() > 0 and len(rough) == model.world.days - model.world.first_day
    assert TransitionModel(SCENARIOS / "baseline.yaml", people=5, months=1, collect=False).datacollector is None


def test_a_model_takes_a_draw_of_its_own() -> None:
    reference = dict(load_parameters().reference())
    everybody = TransitionModel(
        SCENARIOS / "baseline.yaml",
        people=200,
        months=24,
        draw={**reference, "supervision.recall_compliance": 0.0, "custody.recall_on_charge": 0.0},
    )
    while everybody.running:
        everybody.step()
    assert sum(people_of(everybody).get("recalls")) == 0
    assert everybody.world.run_inputs.params[0]["recall"].max() == 0.0


@pytest.mark.parametrize("row", [-1, 10**6, 10**400, 1.0, True, None, "0"])
@pytest.mark.parametrize("agent", [PersonLeavingPrison, Service, TransportLink])
def test_an_agent_of_no_row_is_refused_and_not_made(lived_model: TransitionModel, agent: Any, row: Any) -> None:
    before = len(lived_model.agents)
    with pytest.raises(InputError, match=r"^(row|index): .* is not a row of this model; allowed: 0 to [0-9,]+$"):
        agent(lived_model, row)
    assert len(lived_model.agents) == before


def test_a_wrong_scenario_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere"):
        TransitionModel(tmp_path / "nowhere.yaml", people=5)


def test_the_gone_are_in_no_treatment() -> None:
    model = TransitionModel(SCENARIOS / "baseline.yaml", people=300, months=24, collect=False)
    while model.running:
        model.step()
    gone = people_of(model).select(lambda person: not person.is_in_community)
    assert len(gone) > 250
    assert not any(gone.get("is_rough"))
    assert not any(gone.get("is_in_treatment"))


def test_places_go_with_the_posts(tmp_path: Path) -> None:
    (tmp_path / "team_for_a_while.yaml").write_text(
        "name: team_for_a_while\ntitle: A team for a while\ndescription: Navigators for three months.\n"
        "starts: 2025-04-01\nlevers:\n  - lever: navigators\n    gbp_per_year: 500_000\n    ends: 2025-07-01\n"
        "    places: [bristol]\n",
        encoding="utf-8",
    )
    model = TransitionModel(tmp_path / "team_for_a_while.yaml", people=2200, months=6, collect=False)
    (team,) = model.agents_by_type[Service].select(lambda service: service.service_type == "navigator")
    places = {}
    while model.running:
        places[model.date.isoformat()] = team.slots
        model.step()
    assert places["2025-06-30"] > 0 and places["2025-07-01"] == 0
