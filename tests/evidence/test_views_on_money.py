"""Views on money: what ships, what a study may choose otherwise, and every mistake in one sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sim.core.errors import InputError
from sim.evidence import load_parameters
from sim.evidence.views import CHOSEN, RATES, TABLE, View, changed, load_views
from sim.experiment.study_file import load_study
from sim.scenario.levers import PAYERS
from sim.study.analysis_spec import AnalysisSpec

VIEWS = load_views(PAYERS)


def test_the_views_that_ship() -> None:
    """Councils' drug treatment is no part of the NHS's costs: it stands beside them, in a view of its own."""
    assert list(VIEWS) == ["health_and_care", "public_health", "society"]
    care, with_council, society = VIEWS.values()
    assert (care.payers, with_council.payers, society.payers) == (("nhs",), ("nhs", "council"), tuple(PAYERS))
    apart = {"name": care.name, "title": care.title, "payers": care.payers}
    assert replace(with_council, **apart) == care
    assert care.qaly_row == "nice_threshold, since 2013-04-01"
    assert society.qaly_row == "green_book_qaly_2020_21, since 2021-04-01"
    assert (care.cost_rate, care.health_rate, society.cost_rate, society.health_rate) == (0.035, 0.035, 0.035, 0.015)
    assert (care.qaly_value, care.qaly_value_high, society.qaly_value) == (20_000, 30_000, 82_256)
    assert not care.survivors_care and not society.survivors_care
    assert all(View.of_plain(view.plain()) == view for view in VIEWS.values())
    before = {key: cell for key, cell in care.plain().items() if key != "qaly_row"}
    assert View.of_plain(before).qaly_row == "", "a manifest of before it was held"


def test_runs_sum_the_years_to_come_at_the_rates_of_views() -> None:
    rows = load_parameters()
    assert (rows["lifetime.rate_of_health"].value, rows["lifetime.rate"].value) == RATES


@pytest.mark.parametrize(
    ("written", "other", "message"),
    [
        ("payers,nhs; council", "payers,nhs; counsil", "'counsil' is not a payer; .*did you mean 'council'"),
        ("health_rate,0.015", "health_rate,0.02", "0.02 is not a rate of these totals; allowed: 0.015 or 0.035"),
        ("qaly_value,20000", "qaly_value,40000", "csv:6:.*qaly_value 40,000 is above qaly_value_high 30,000"),
        ("survivors_care,no", "survivors_care,maybe", "'maybe' is not a choice"),
        ("0; 5000; 10000", "0; 10000; 5000", "the values of the curve are none; allowed: 1 to 100 rising values"),
        ("0; 5000;", "0; five;", "is not a list of numbers"),
        ("2013-04-01", "2013-04-31", "'2013-04-31' is not a day"),
        ("green_book_qaly_2020_21", "green_book_qaly_2020", "'green_book_qaly_2020' is not a source; .*did you mean"),
        ("society,title,society (Green Book),,,,,\n", "", "'society' has no row for 'title'"),
        ("society,cost_rate", "society,health_rate", "'health_rate' of 'society' is there twice"),
    ],
)
def test_another_table_is_refused_in_one_sentence(tmp_path: Path, written: str, other: str, message: str) -> None:
    file = tmp_path / "views.csv"
    text = TABLE.read_text(encoding="utf-8")
    assert written in text
    file.write_text(text.replace(written, other, 1), encoding="utf-8")
    with pytest.raises(InputError, match=message) as refused:
        load_views(PAYERS, file)
    assert "\n" not in str(refused.value) and refused.value.file == str(file)


def study_of(tmp_path: Path, views: str) -> AnalysisSpec:
    file = tmp_path / "mine.yaml"
    file.write_text(f"title: Mine\nscenarios: [baseline]\nviews:\n{views}", encoding="utf-8")
    return load_study(file, load_parameters()).analysis


def test_a_study_may_choose_otherwise(tmp_path: Path) -> None:
    spec = study_of(
        tmp_path,
        "  health_and_care: {payers: [nhs, hmpps], qaly_value: 35_000, cost_rate: 0.015, survivors_care: true}\n"
        "  society: {curve: [0, 50_000]}\n",
    )
    views = spec.views_on_money()
    care = views["health_and_care"]
    assert (care.payers, care.qaly_value, care.qaly_value_high) == (("nhs", "hmpps"), 35_000, 35_000)
    assert (care.cost_rate, care.health_rate, care.survivors_care) == (0.015, 0.035, True)
    assert views["society"].curve == (0.0, 50_000.0) and views["society"].qaly_value == 82_256
    assert care.qaly_row == CHOSEN and views["society"].qaly_row == VIEWS["society"].qaly_row
    assert AnalysisSpec.of_plain(spec.plain()) == spec
    assert "views" in spec.deciding()


@pytest.mark.parametrize(
    ("views", "message"),
    [
        ("  societi: {qaly_value: 1}\n", "'societi' .*did you mean 'society'"),
        ("  society: {qaly_values: 1}\n", "'qaly_values' .*did you mean 'qaly_value'"),
        ("  society: {payers: [nhz]}\n", "'nhz' is not a payer; .*did you mean 'nhs'"),
        ("  society: {health_rate: 0.03}\n", "0.03 is not a rate of these totals; allowed: 0.015 or 0.035"),
        ("  society: {qaly_value: -1}\n", "-1 is no value of a QALY"),
        ("  society: {qaly_value: dear}\n", "'dear' is not a number"),
        ("  society: {survivors_care: 1}\n", "'1' is neither true nor false"),
        ("  society: {curve: [2, 1]}\n", "the values of the curve are none"),
        ("  society: {qaly_value: 5, qaly_value_high: 4}\n", "qaly_value 5 is above qaly_value_high 4"),
    ],
)
def test_a_wrong_choice_is_one_sentence_with_its_line(tmp_path: Path, views: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as refused:
        study_of(tmp_path, views)
    assert "\n" not in str(refused.value) and refused.value.line == 4


@pytest.mark.parametrize("plain", [{"society": {"qaly_value": -5}}, {"nobody": {}}, {"society": {"payers": ["x"]}}, 5])
def test_a_damaged_record_is_known(plain: Any) -> None:
    with pytest.raises((TypeError, AttributeError)):
        AnalysisSpec.of_plain({"views": plain})


@pytest.mark.parametrize(
    ("views", "message"),
    [
        ({"society": {"qaly_value": "dear"}}, "'dear' is not a number"),
        ({"society": {"qaly_value": True}}, "True is not a number"),
        ({"society": {"qaly_value": float("nan")}}, "nan is no value of a QALY"),
        ({"society": {"qaly_value": [1]}}, r"\[1\] is not a number"),
        ({"society": {"health_rate": "0.015"}}, "'0.015' is not a number"),
        ({"society": {"cost_rate": 0.02}}, "0.02 is not a rate of these totals; allowed: 0.015 or 0.035"),
        ({"society": {"survivors_care": "maybe"}}, "'maybe' is neither true nor false"),
        ({"society": {"curve": [0, "x"]}}, "is no list of numbers"),
        ({"society": {"curve": 5}}, "5 is no list of numbers"),
        ({"society": {"payers": "nhs"}}, "'nhs' is no list of codes of payers"),
        ({"society": {"payers": ["nhs", "nhs"]}}, "names one twice"),
        ({"society": {"title": "ours"}}, "'title' is no choice of a view"),
        ({"society": {"qaly_valu": 3}}, "'qaly_valu' is no choice of a view; .*did you mean 'qaly_value'"),
        ({"society": 5}, "what 'society' chooses otherwise is no set of choices"),
        ({"societi": {}}, "'societi' is not a view; .*did you mean 'society'"),
        (5, "the views on money are no set of choices by view"),
    ],
)
def test_nonsense_from_a_program_is_one_sentence_too(views: Any, message: str) -> None:
    with pytest.raises(InputError, match=message) as refused:
        AnalysisSpec(views=views).views_on_money()
    assert "\n" not in str(refused.value)


def test_a_choice_leaves_the_others_alone() -> None:
    assert changed(VIEWS["society"], {}, PAYERS) == VIEWS["society"]
    with pytest.raises(InputError, match=r"0\.01 is not a rate"):
        changed(VIEWS["society"], {"cost_rate": 0.01}, PAYERS)
