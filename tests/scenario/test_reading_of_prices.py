"""The `prices:` of a scenario: what is chosen, what extends it, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.core.errors import InputError
from sim.evidence import load_parameters
from sim.scenario import load_scenario
from sim.scenario.comparable import refuse_incomparable
from sim.scenario.equal_money import with_equal_money
from sim.scenario.resolved import scenario_from

TABLE = load_parameters()


def scenario(tmp_path: Path, prices: str, name: str = "mine", **more: str) -> Path:
    file = tmp_path / f"{name}.yaml"
    lines = {"name": name, "title": name, "description": "x", "extends": "baseline", "prices": prices, **more}
    file.write_text("".join(f"{key}: {value}\n" for key, value in lines.items()), encoding="utf-8")
    return file


def test_choices_are_kept_defaults_are_not_and_an_extended_file_is_replaced(tmp_path: Path) -> None:
    first = load_scenario(scenario(tmp_path, "{staff: full_cost, custody: average}"))
    assert first.prices == {"staff": "full_cost", "custody": "average"}
    back = load_scenario(scenario(tmp_path, "{staff: pay_and_on_costs}", "back", extends="mine.yaml"))
    assert back.prices == {"custody": "average"}
    assert load_scenario("baseline").prices == {}


def test_a_study_keeps_them_and_one_without_says_nothing(tmp_path: Path) -> None:
    chosen = load_scenario(scenario(tmp_path, "{staff: full_cost}"))
    assert chosen.resolved()["prices"] == {"staff": "full_cost"}
    assert scenario_from(chosen.resolved()).prices == {"staff": "full_cost"}
    baseline = load_scenario("baseline")
    assert "prices" not in baseline.resolved()
    assert scenario_from(baseline.resolved()).prices == {}


@pytest.mark.parametrize(
    ("prices", "says"),
    [
        ("{justice: [custody_days, reoffending]}", "custody_days and reoffending count the same money twice"),
        ("{deaths: prevented_fatality}", "the value of a prevented fatality counts again"),
        ("{staff: full}", "'full' is not an option of staff; allowed: pay_and_on_costs, full_cost"),
        ("{staff: ful_cost}", "did you mean 'full_cost'?"),
        ("{stafff: full_cost}", "did you mean 'staff'?"),
        ("{staff: 3}", "'3' is not an option of staff"),
        ("[full_cost]", "stands where the prices should"),
    ],
)
def test_what_cannot_be_chosen_is_refused_in_one_sentence(tmp_path: Path, prices: str, says: str) -> None:
    file = scenario(tmp_path, prices)
    with pytest.raises(InputError) as caught:
        load_scenario(file)
    assert says in str(caught.value)
    assert (caught.value.file, caught.value.line) == (str(file), 5)
    assert "\n" not in str(caught.value)


def test_scenarios_of_other_prices_do_not_stand_beside_each_other(tmp_path: Path) -> None:
    mine = load_scenario(scenario(tmp_path, "{staff: full_cost}"))
    with pytest.raises(InputError, match="'mine' chooses other prices than the baseline 'baseline'"):
        refuse_incomparable([load_scenario("baseline"), mine])


def bought(money: float, prices: dict[str, str]) -> dict[str, Any]:
    return {
        "name": "posts", "title": "Posts", "description": "x", "extends": "baseline", "prices": prices,
        "levers": [{"lever": "keyworkers", "gbp_per_year": money, "places": ["exeter"]}],
    }  # fmt: skip


def test_the_smallest_purchase_follows_the_price_chosen() -> None:
    """50,000 pounds buy a post at 46,000 and none at 66,066."""
    assert load_scenario(bought(50_000, {})).gbp_per_year == 50_000
    with pytest.raises(InputError, match=r"66[,_]066"):
        load_scenario(bought(50_000, {"staff": "full_cost"}))


def test_equal_money_is_held_against_the_price_chosen() -> None:
    base = load_scenario({**bought(70_000, {"staff": "full_cost"}), "name": "base", "title": "Base", "levers": []})
    dear = load_scenario(bought(70_000, {"staff": "full_cost"}))
    with pytest.raises(InputError, match=r"66[,_]066"):
        with_equal_money([base, dear], 50_000, TABLE)
    cheap_base = load_scenario("baseline")
    assert with_equal_money([cheap_base, load_scenario(bought(70_000, {}))], 50_000, TABLE)[1].gbp_per_year == 50_000
