"""`throughgate compare --equal-money`: asked, kept, repeated by `resume`, told on the page; refused in one message."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fake_study import EFFECTS, FakeSimulator
from stand_ins import ENGINE, SMALL, Broken, call

from sim.experiment.setup import StudySetup
from sim.store.reading import read_results

OUT = "results/runs/equal_money"
FILES: Mapping[str, str] = {
    "baseline": "title: Today\ndescription: d\nstarts: 2025-04-01\nlevers: []\n",
    "themes/beds": """title: Supported beds
description: d
extends: ../baseline.yaml
levers:
  - lever: supported_beds
    gbp_per_year: 80_000
    places: [bristol]
  - lever: inreach_worker
    gbp_per_year: 240_000
    starts: 2025-10-01
""",
    "themes/navigators": """title: Navigators
description: d
extends: ../baseline.yaml
levers:
  - lever: navigators
    gbp_per_year: 50_000
    places: [plymouth]
""",
}


def bought(setup: StudySetup) -> Mapping[int, list[dict[str, Any]]]:
    """What each scenario buys, without an engine."""
    return {
        number: [
            {
                "lever": one.lever, "payer": one.payer, "gbp_per_year": one.gbp_per_year, "unit": "post", "units": 1.0,
                "units_used": 1.0, "unit_cost_gbp": one.gbp_per_year, "unused_gbp_per_year": 0.0,
                "first_day": (one.starts - scenario.starts).days, "end_day": 730, "remark": "",
            }
            for one in scenario.levers
        ]
        for number, scenario in enumerate(setup.scenarios)
    }  # fmt: skip


class Spending(FakeSimulator):
    """The stand-in with the money of the scenarios that it is given."""

    def __init__(self, setup: StudySetup, effects: Sequence[dict[str, float]] = EFFECTS) -> None:
        super().__init__(effects, people=setup.plan.people)
        self.bought = bought(setup)

    def spend(self, scenario: int) -> list[dict[str, Any]]:
        return self.bought[scenario]


@pytest.fixture
def themes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plain_charts: None) -> Path:
    """A folder with real scenarios, and the engine replaced by the stand-in."""
    (tmp_path / "scenarios" / "themes").mkdir(parents=True)
    for name, text in FILES.items():
        file = tmp_path / "scenarios" / f"{name}.yaml"
        file.write_text(f"name: {file.stem}\n{text}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(ENGINE, Spending)
    return tmp_path


def test_without_scenarios_it_compares_the_themes(themes: Path) -> None:
    done = call("compare", "--equal-money", "500000", *SMALL)
    assert done.exit_code == 0, done.stderr
    assert f"Written to {OUT}" in done.stderr
    assert "Every scenario costs £500,000 a year" in done.stdout
    manifest = read_results(OUT).manifest
    assert manifest["names"] == ["baseline", "beds", "navigators"]
    assert manifest["equal_money_gbp_per_year"] == 500_000.0
    money = [[one["gbp_per_year"] for one in scenario["levers"]] for scenario in manifest["scenarios"]]
    assert money == [[], [125_000.0, 375_000.0], [500_000.0]]
    spend = read_results(OUT).spend
    assert spend.groupby("scenario")["gbp_per_year"].sum().to_dict() == {"beds": 500_000.0, "navigators": 500_000.0}


def test_the_page_the_table_and_the_chart_tell_it(themes: Path) -> None:
    done = call("compare", "--equal-money", "500_000", *SMALL)
    assert done.exit_code == 0, done.stderr
    for page in ("report.txt", "report.md"):
        text = Path(OUT, page).read_text(encoding="utf-8")
        assert "Value for the same money: what £500,000 changes in a year" in text
        assert "Supported beds (£311," in " ".join(text.split()), "money that begins late is not told"
    table = pd.read_csv(Path(OUT, "tables", "value_for_money.csv"))
    assert list(dict.fromkeys(table["scenario"])) == ["beds", "navigators"]
    assert set(table["gbp_per_year"]) == {500_000.0}
    for ending in ("svg", "png", "txt", "csv"):
        assert Path(OUT, "charts", f"value_for_money.{ending}").stat().st_size > 0
    dictionary = pd.read_csv(Path(OUT, "tables", "dictionary.csv"))
    assert {"tables/value_for_money", "charts/value_for_money"} <= set(dictionary["file"].dropna())


def test_its_table_is_verified_too(themes: Path) -> None:
    assert call("compare", "--equal-money", "500000", *SMALL).exit_code == 0
    found = json.loads(call("verify", OUT, "--runs", "0", "--json", "--quiet").stdout)
    assert found["same"]
    verdicts = {table["file"]: table["verdict"] for table in found["tables"]}
    assert verdicts["tables/value_for_money.csv"] == verdicts["tables/budgets.csv"] == "same"
    assert call("report", OUT).exit_code == 0
    assert call("verify", OUT, "--runs", "0", "--quiet").exit_code == 0


def test_the_budgets_are_those_of_the_same_money(themes: Path) -> None:
    assert call("compare", "--equal-money", "500000", *SMALL).exit_code == 0
    rows = read_results(OUT).budgets.to_dict("records")
    assert rows == [
        {"scenario": "beds", "payer": "council", "council": "whole area", "gbp_per_year": 375_000.0},
        {"scenario": "beds", "payer": "housing", "council": "Bristol, City of", "gbp_per_year": 125_000.0},
        {"scenario": "navigators", "payer": "pcc", "council": "Plymouth", "gbp_per_year": 500_000.0},
    ]


def test_other_studies_say_nothing_of_it(themes: Path) -> None:
    done = call("compare", "scenarios/themes/beds.yaml", *SMALL)
    assert done.exit_code == 0, done.stderr
    out = themes / "results/runs/beds_against_baseline"
    assert "same money" not in done.stdout
    assert not (out / "tables" / "value_for_money.csv").exists()
    assert not (out / "charts" / "value_for_money.png").exists()
    assert read_results(out).manifest["equal_money_gbp_per_year"] is None
    assert "equal_money_gbp_per_year" not in json.loads(call("resume", str(out), "--json").stdout)


def test_json_and_dry_run_tell_the_sum(themes: Path) -> None:
    words = call("compare", "--equal-money", "500000", "--dry-run", *SMALL)
    assert "money        500,000 GBP a year for every scenario but the baseline" in words.stdout
    plan = json.loads(call("compare", "--equal-money", "500000", "--dry-run", "--json", *SMALL).stdout)
    assert plan["equal_money_gbp_per_year"] == 500_000.0
    assert plan["out"] == OUT
    assert not Path("results").exists()
    found = json.loads(call("compare", "--equal-money", "500000", "--json", "--quiet", *SMALL).stdout)
    assert found["equal_money_gbp_per_year"] == 500_000.0
    assert [entry["cost_gbp"] for entry in found["scenarios"]] == [0.0, 500_000.0, 500_000.0]
    assert json.loads(call("compare", "--dry-run", "--json", *SMALL).stdout)["equal_money_gbp_per_year"] is None


def test_an_interrupted_study_goes_on_with_the_same_sum(themes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ("compare", "--equal-money", "500000", *SMALL)
    with monkeypatch.context() as patch:
        patch.setattr(ENGINE, lambda setup: Stopped(setup))
        assert call(*arguments, "--threads", "1").exit_code == 130
    held = json.loads(Path(OUT, "study.json").read_text(encoding="utf-8"))
    assert held["equal_money_gbp_per_year"] == 500_000.0
    done = call("resume", OUT)
    assert done.exit_code == 0, done.stderr
    assert "kept from before" in done.stderr
    resumed = {path: path.read_bytes() for path in Path(OUT).rglob("*") if path.is_file() and path.suffix != ".json"}
    whole = call(*arguments, "--force")
    assert whole.stdout == done.stdout
    assert {path: path.read_bytes() for path in resumed} == resumed
    assert call("resume", OUT).stdout == done.stdout, "a finished study is read with its sum"


class Stopped(Spending):
    """Interrupted after two blocks."""

    def __call__(self, scenario: int, draw: int, replicate: int) -> Any:
        if len(self.calls) >= 6:
            raise KeyboardInterrupt
        return super().__call__(scenario, draw, replicate)


@pytest.mark.parametrize("held", ["500000", True, [], {"gbp": 1}])
def test_a_damaged_sum_in_the_study_file_is_one_message(
    held: Any, themes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(monkeypatch)
    change(equal_money_gbp_per_year=held)
    done = call("resume", OUT)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "study.json: the study file is damaged" in done.stderr


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (600_000.0, "this has changed since it was begun: scenario 'beds' (scenarios/themes/beds.yaml)"),
        (None, "this has changed since it was begun: scenario 'beds' (scenarios/themes/beds.yaml)"),
        (float("nan"), "study.json: the study file is damaged"),
        (-5.0, "is not a sum of money"),
    ],
)
def test_another_sum_in_the_study_file_is_another_study(
    held: float | None, said: str, themes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(monkeypatch)
    change(equal_money_gbp_per_year=held)
    done = call("resume", OUT)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_study_begun_before_the_sum_could_be_asked_goes_on(themes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(monkeypatch, "compare", "scenarios/themes/beds.yaml", "--out", OUT)
    change(equal_money_gbp_per_year=..., seal=...)  # study files had no seal then
    assert call("resume", OUT).exit_code == 0


def begin(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    """A study of equal money, or of what is given, that is interrupted at once."""
    with monkeypatch.context() as patch:
        patch.setattr(ENGINE, lambda setup: Broken(KeyboardInterrupt()))
        assert call(*(arguments or ("compare", "--equal-money", "500000")), *SMALL).exit_code == 130


def change(**entries: Any) -> None:
    """Other entries in the study file; ... takes one out."""
    file = Path(OUT, "study.json")
    content = {**json.loads(file.read_text(encoding="utf-8")), **entries}
    kept = {key: value for key, value in content.items() if value is not ...}
    file.write_text(json.dumps(kept), encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--equal-money", "many"), "'many' is not a number; allowed: a sum in GBP a year from 1"),
        (("--equal-money", "500,000"), "'500,000' is not a number"),
        (("--equal-money", "£500000"), "'£500000' is not a number"),
        (("--equal-money", "0"), "--equal-money: 0 is not a sum of money in GBP a year; allowed: 1 to 1,000,000,000"),
        (("--equal-money", "-500000"), "--equal-money: -500,000 is not a sum of money"),
        (("--equal-money", "nan"), "--equal-money: 'nan' is not a number"),
        (("--equal-money", "1e12"), "--equal-money: 1,000,000,000,000 is not a sum of money"),
        (
            ("--equal-money", "100000"),
            "scenarios/themes/beds.yaml:7:levers[1].gbp_per_year: at 100,000 GBP a year for 'beds' its "
            "'supported_beds' falls to 25,000, less than the smallest purchase of 76,924; allowed: --equal-money of at "
            "least 307_696 for this scenario\n",
        ),
        (
            ("scenarios/baseline.yaml", "--equal-money", "500000"),
            "--equal-money: there is no scenario beside the baseline to be given the money",
        ),
    ],
)
def test_what_cannot_be_is_one_message_and_exit_2(arguments: tuple[str, ...], said: str, themes: Path) -> None:
    done = call("compare", *arguments, *SMALL)
    assert (done.exit_code, done.stdout) == (2, ""), done.output
    assert said in done.stderr
    assert "Traceback" not in done.output
    assert not Path("results").exists()


def test_a_folder_of_themes_without_scenarios_is_told(themes: Path) -> None:
    for file in (themes / "scenarios" / "themes").glob("*"):
        file.unlink()
    done = call("compare", "--equal-money", "500000", *SMALL)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "scenarios/themes: the folder holds no scenario file (*.yaml); allowed: SCENARIO files" in done.stderr
    (themes / "scenarios" / "themes").rmdir()
    assert "scenarios/themes: there is no such folder" in call("compare", "--equal-money", "500000", *SMALL).stderr


def test_one_scenario_alone_takes_no_sum(themes: Path) -> None:
    done = call("run", "scenarios/themes/beds.yaml", "--equal-money", "500000", *SMALL)
    assert done.exit_code == 2
    assert "No such option" in done.stderr


def test_from_python(themes: Path) -> None:
    import sim

    found = sim.compare(equal_money=320_000, people=200, draws=2, replicates=2)
    assert found.equal_money == 320_000.0
    assert found.cost_gbp == {"baseline": 0, "beds": 320_000.0, "navigators": 320_000.0}
