"""Words that respect, and the care ratio to which they belong, by hand."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from by_hand import diary, differences, draw_of, offered, params_of, params_without, someone
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.days import NEVER
from sim.mechanisms import attendance, care, stigma, trauma, treatment, use, womens_services
from sim.mechanisms.events import Event
from sim.population import processes as P
from sim.population.codes import IN_TREATMENT, NO_TREATMENT, WOMAN

STEADY = settings(deadline=None, derandomize=True)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("episode", [1, 4])
def test_the_keyworker_of_an_episode_is_trained_or_not(params: Any, share: float, episode: int) -> None:
    for number in range(1, 40):
        row = someone(number, episodes=episode, language_trained=1, coverage=offered(language_trained=share), watched=1)
        stigma.meet_worker(row, 700)
        trained = draw_of(row, P.LANGUAGE_TRAINED, episode) < share
        assert bool(row["language_trained"]) == trained
        assert diary(row) == ([Event.RESPECT] if trained else [])


def test_drop_out_with_a_trained_keyworker(params: Any) -> None:
    # 0.97 of 0.0055 in the first 28 days, of 0.00238 to day 84; nobody outside treatment leaves it.
    assert float(params["language_fit"]) == 0.97
    row = someone(treatment=IN_TREATMENT, treatment_start=0, language_trained=1)
    care.update(row, params, 5)
    assert treatment.dropout_hazard(row, params, 10) == pytest.approx(0.97 * 0.0055)
    assert treatment.dropout_hazard(row, params, 60) == pytest.approx(0.97 * 0.00238)
    row["treatment"] = NO_TREATMENT
    assert treatment.dropout_hazard(row, params, 60) == 0.0


def test_the_range_spans_no_effect_and_harm() -> None:
    row = someone(language_trained=1)
    for ratio in (0.91, 1.0, 1.03):
        assert stigma.fit(row, params_of(stigma__training_dropout_hr=ratio)) == ratio
        assert stigma.fit(someone(), params_of(stigma__training_dropout_hr=ratio)) == 1.0


def test_words_change_neither_use_nor_attendance(params: Any) -> None:
    plain, respected = (someone(using=0, language_trained=flag) for flag in (0, 1))
    assert use.start_hazard(plain, params, 9) == use.start_hazard(respected, params, 9)
    assert attendance.common_terms(plain, params, 9) == attendance.common_terms(respected, params, 9)


def test_the_care_ratio_is_the_product_of_its_three_parts(params: Any) -> None:
    for told, respect, status in product((0, 1), repeat=3):
        row = someone(
            sex=WOMAN, ace4=1, disclosed=told, trauma_trained=1, language_trained=respect, care_ratio=0.1,
            womens_centre_until=90 if status else NEVER,
        )  # fmt: skip
        before = row.copy()
        care.update(row, params, 5)
        assert row["care_ratio"] == pytest.approx(0.85**told * 0.97**respect * 0.85**status)
        assert differences(before, row) == {"care_ratio"}


def test_care_that_fits_nobody_is_one(params: Any) -> None:
    row = someone(care_ratio=0.5)
    care.update(row, params, 5)
    assert row["care_ratio"] == 1.0


@pytest.mark.parametrize(
    ("mechanism", "left"),
    [(stigma, 0.85 * 0.85), (trauma, 0.97 * 0.85)],
)
def test_switched_off_a_part_is_one(mechanism: Any, left: float) -> None:
    row = someone(sex=WOMAN, ace4=1, disclosed=1, trauma_trained=1, language_trained=1, womens_centre_until=90)
    care.update(row, params_without(mechanism), 5)
    assert row["care_ratio"] == pytest.approx(left)


def test_without_womens_services_nobody_has_a_place(params: Any) -> None:
    row = someone(sex=WOMAN, coverage=offered(womens_centre=1.0))
    womens_services.look_for_place(row, params_without(womens_services), 5, 0)
    care.update(row, params, 5)
    assert row["care_ratio"] == 1.0


@STEADY
@given(st.integers(1, 5000), st.floats(0, 1), st.floats(0, 1))
def test_more_training_never_takes_a_trained_keyworker_away(number: int, one: float, other: float) -> None:
    less, more = (
        someone(number, episodes=2, coverage=offered(language_trained=share)) for share in sorted((one, other))
    )
    for row in (less, more):
        stigma.meet_worker(row, 0)
    assert more["language_trained"] >= less["language_trained"]
