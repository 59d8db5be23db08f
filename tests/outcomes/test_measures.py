"""The declared measures: order, words, and the rules that results are checked by."""

from __future__ import annotations

import pytest

from sim.core.errors import InputError
from sim.outcomes.measures import HEADLINES, MEASURE_NAMES, MEASURES, measure_named

ORDER = [
    "engaged_within_3_weeks",
    "first_night_rough",
    "first_night_settled",
    "settled_3_months",
    "rough_sleeping_days",
    "relapsed_28_days",
    "nonfatal_overdoses",
    "nonfatal_overdoses_expected",
    "deaths_28_days",
    "deaths_28_days_expected",
    "deaths_365_days",
    "deaths_365_days_expected",
    "drug_deaths_365_days",
    "drug_deaths_365_days_expected",
    "recalled_365_days",
    "reoffended_365_days",
    "treatment_days",
    "wait_days_mean",
    "appointments_missed_travel",
    "custody_days",
]


def test_names_stand_in_the_promised_order() -> None:
    assert list(MEASURE_NAMES) == ORDER


def test_headlines_are_the_expected_kind_of_rare_events() -> None:
    assert {measure.name for measure in HEADLINES} == {
        "engaged_within_3_weeks", "rough_sleeping_days", "nonfatal_overdoses_expected", "deaths_28_days_expected",
        "deaths_365_days_expected", "recalled_365_days", "settled_3_months", "appointments_missed_travel",
    }  # fmt: skip


def test_every_measure_is_fully_declared_once() -> None:
    assert len(set(MEASURE_NAMES)) == len(MEASURES)
    for measure in MEASURES:
        for text in (
            measure.title,
            measure.unit,
            measure.numerator,
            measure.denominator,
            measure.meaning,
            measure.label,
        ):
            assert text == text.strip() != ""
        assert len(measure.label) <= 32, f"{measure.name}: a label of a narrow chart panel"
        assert measure.is_share == (measure.counts == "people")


def test_only_the_wait_is_counted_per_appointment() -> None:
    assert [measure.name for measure in MEASURES if not measure.per_person] == ["wait_days_mean"]


def test_an_unknown_measure_is_refused_with_the_nearest() -> None:
    assert measure_named("custody_days").counts == "days"
    with pytest.raises(InputError, match="did you mean 'recalled_365_days'"):
        measure_named("recaled_365_days")
