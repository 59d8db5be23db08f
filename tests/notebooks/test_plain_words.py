"""Money in plain words becomes a scenario of the strict loader; a mistake is one message in the words of the cell."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from refresh_notebooks import ROOT

from sim import notebook as nb
from sim.core.errors import InputError
from sim.notebook.plain_words import FOLDER, scenario_asked
from sim.scenario import load_scenario


@pytest.fixture(autouse=True)
def at_the_top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the shipped scenarios, below which a notebook stands."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    nb.start()
    return tmp_path


def test_a_notebook_starts_at_the_top(at_the_top: Path) -> None:
    assert Path.cwd() == at_the_top
    nb.start()
    assert Path.cwd() == at_the_top


def test_outside_the_repository_start_says_so(tmp_path_factory: pytest.TempPathFactory, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    with pytest.raises(InputError, match=r"holds scenarios/baseline\.yaml"):
        nb.start()


def test_people_place_pounds_become_a_scenario_file(at_the_top: Path) -> None:
    asked = nb.funding("navigators", place="Plymouth", gbp_per_year=500_000)
    (bought,) = asked.levers
    assert (bought.lever, bought.places, bought.gbp_per_year) == ("navigators", ("plymouth",), 500_000.0)
    assert asked.title == "Navigators for people with multiple disadvantage, Plymouth (£500,000)"
    assert asked.file == FOLDER / "navigators_plymouth_500000.yaml"
    assert asked.file.is_file()
    assert asked == nb.funding("navigators", place="Plymouth", gbp_per_year=500_000)


def test_other_words_reach_the_purchase_and_tell_files_apart() -> None:
    plain = nb.funding("navigators", place=["Plymouth", "Bristol"], gbp_per_year=500_000)
    dated = nb.funding(
        "navigators",
        place=["Plymouth", "Bristol"],
        gbp_per_year=500_000,
        starts="2027-10-01",
        payer="council",
        title="T",
    )
    assert dated.levers[0].starts.isoformat() == "2027-10-01"
    assert dated.levers[0].payer == "council"
    assert dated.title == "T"
    assert dated.name != plain.name
    buses = nb.funding("bus_trips", link="L107", gbp_per_year=100_000, when="evening")
    assert buses.levers[0].links == ("L107",)
    many = nb.funding("navigators", council=["Cornwall", "Devon", "Torbay", "Plymouth", "Dorset"], gbp_per_year=9e5)
    assert len(many.name) <= 60
    assert nb.funding("inreach_worker", prison="HMP Exeter", gbp_per_year=92_000).levers[0].prisons == ("exeter",)


def test_a_cut_and_a_purchase_of_one_size_are_two_scenarios() -> None:
    asked: list[dict[str, Any]] = [
        {"gbp_per_year": 46_000}, {"gbp_per_year": -46_000}, {"percent_of_today": -46}, {"percent_of_today": -12.5},
        {"gbp_per_year": -46_000, "for_": "everybody"}, {"percent_of_today": -46, "for_": "everybody"},
    ]  # fmt: skip
    made = [nb.funding("keyworkers", place="Plymouth", **words) for words in asked]
    assert [scenario.name.removeprefix("keyworkers_plymouth_") for scenario in made] == [
        "46000", "cut_46000", "cut_46_percent", "cut_12_5_percent", "everybody_cut_46000", "everybody_cut_46_percent",
    ]  # fmt: skip
    for scenario, words in zip(made, asked, strict=True):
        (bought,) = load_scenario(scenario.file).levers
        assert bought.percent_of_today == words.get("percent_of_today")
        assert bought.options["for"] == words.get("for_", "people_leaving_prison")
        assert bought.gbp_per_year == words.get("gbp_per_year", bought.gbp_per_year)
    keyworkers = "Keyworkers at the drug and alcohol hubs"
    assert made[1].title == f"{keyworkers}, Plymouth (£46,000 less)"
    assert made[5].title == f"{keyworkers}, for everybody, Plymouth (46% less)"


def test_what_is_written_is_never_written_over() -> None:
    first = nb.funding("navigators", place="Plymouth", gbp_per_year=5e5)
    other = nb.funding("navigators", place="Plymouth", gbp_per_year=5e5, title="Another title")
    assert other.file != first.file and load_scenario(first.file) == first
    assert load_scenario(other.file).title == "Another title" and load_scenario(other.file).name == other.file.stem
    assert nb.funding("navigators", place="Plymouth", gbp_per_year=5e5, title="Another title").file == other.file
    other.file.write_text("mine", encoding="utf-8")
    third = nb.funding("navigators", place="Plymouth", gbp_per_year=5e5, title="Another title")
    assert third.file not in (first.file, other.file) and other.file.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("lever", "asked", "said"),
    [
        ("keyworkers", {}, "^gbp_per_year: .* needs 'gbp_per_year='; allowed: money, or 'percent_of_today=' for a cut"),
        ("keyworkers", {"percent_of_today": -5, "gbp_per_year": -5}, "^gbp_per_year: both 'gbp_per_year=' and 'perc"),
        ("keyworkers", {"percent_of_today": "ten"}, "^percent_of_today: 'ten' is not a number"),
        ("keyworkers", {"percent_of_today": -5, "for_": "evrybody"}, "^for_: .* for 'for_'; .* mean 'everybody'"),
    ],
)
def test_a_cut_is_told_in_the_words_of_the_cell(lever: str, asked: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        nb.funding(lever, **asked)


@pytest.mark.parametrize(
    ("lever", "asked", "said"),
    [
        ("navigatr", {"place": "Plymouth"}, "lever: 'navigatr' is not a lever; allowed: .* did you mean 'navigators'"),
        ("navigators", {"place": "Plymoth"}, "^place: 'Plymoth' is not a place .* did you mean 'plymouth'"),
        ("navigators", {"place": "Plymouth", "gbp_per_year": "500k"}, "^gbp_per_year: '500k' is not a number"),
        ("navigators", {"place": "Plymouth", "gbp_per_year": "£500,000"}, "example 500_000"),
        ("navigators", {"place": "Plymouth", "gbp_per_year": 1000}, "^gbp_per_year: 1,000 .* at least 46_000"),
        ("navigators", {"place": "Plymouth", "gbp_per_year": float("nan")}, "not a finite number"),
        ("navigators", {"place": "Plymouth", "gbp_per_year": -5}, "buys nothing"),
        ("navigators", {}, "^place: .* must say where; allowed: place= or council="),
        ("navigators", {"place": "Plymouth", "council": "Cornwall"}, "^council: both 'place=' and 'council='"),
        ("navigators", {"place": object()}, "neither text, number nor date"),
        ("navigators", {"place": "Plymouth", "starts": "2025-13-01"}, "^starts: '2025-13-01' is not a date"),
        ("inreach_worker", {"place": "Plymouth"}, "'place' is no word for .*; allowed: .*prison, starts, ends, payer$"),
        ("bus_trips", {"link": "L107", "when": "evning"}, "^when: 'evning' .* did you mean 'evening'"),
        ("bus_trips", {"link": "L107"}, "^when: the purchase needs 'when='"),
        ("navigators", {"plaice": "Plymouth"}, "'plaice' is no word for a purchase; allowed: .* did you mean 'place'"),
        (5, {"place": "Plymouth"}, "^lever: '5' is not a lever"),
    ],
)
def test_a_mistake_is_told_in_the_words_of_the_cell(lever: Any, asked: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        nb.funding(lever, **({"gbp_per_year": 500_000} | asked))
    assert caught.value.file is None
    assert "yaml" not in str(caught.value)
    assert not list(FOLDER.glob("*")), "nothing is left of what was wrong"


def test_scenarios_may_be_asked_for_by_name_or_file() -> None:
    assert scenario_asked("navigators_two_cities").name == "navigators_two_cities"
    assert nb.shipped("t14_rural_transport").name == "t14_rural_transport"
    assert scenario_asked("scenarios/baseline.yaml").name == "baseline"
    with pytest.raises(InputError, match="did you mean 'navigators_two_cities'"):
        nb.compare("navigators_two_city")
    with pytest.raises(InputError, match="nothing to compare"):
        nb.compare()
    with pytest.raises(InputError, match="int is not a scenario"):
        nb.one_person(5)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no second policy"):
        nb.one_person("baseline")
