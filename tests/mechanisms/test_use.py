"""Starting and stopping use, by hand."""

from __future__ import annotations

from typing import Any

import pytest
from by_hand import NO_MEETINGS, margins, params_of, someone

from sim.mechanisms import use
from sim.population.codes import ALCOHOL, DAILY, IN_TREATMENT, OPIATE_AND_CRACK, OTHER, STIMULANT, WAITING


@pytest.mark.parametrize(
    ("day", "hazard"),
    [(0, 0.0), (1, 0.024), (27, 0.024), (28, 0.0139), (83, 0.0139), (84, 0.0050), (364, 0.0050)],
)
def test_bands_of_starting_use(params: Any, day: int, hazard: float) -> None:
    assert use.start_hazard(someone(), params, day) == pytest.approx(hazard * NO_MEETINGS, rel=1e-14)


def test_the_band_counts_from_the_later_of_release_and_stopping(params: Any) -> None:
    # Released on day 100, stopped on day 130: day 157 is 27 days without use, day 158 is 28.
    row = someone(latest_release=100, abstinent_since=130)
    assert use.start_hazard(row, params, 157) == pytest.approx(0.024 * NO_MEETINGS)
    assert use.start_hazard(row, params, 158) == pytest.approx(0.0139 * NO_MEETINGS)


def test_no_hazard_of_starting_while_using_or_on_the_day_of_a_re_release(params: Any) -> None:
    assert use.start_hazard(someone(using=1), params, 10) == 0.0
    assert use.start_hazard(someone(latest_release=50, abstinent_since=50), params, 50) == 0.0
    row = someone(latest_release=50, abstinent_since=50)
    assert use.start_hazard(row, params, 51) == pytest.approx(0.024 * NO_MEETINGS)


def test_substitution_treatment_multiplies_by_a_third(params: Any) -> None:
    assert use.start_hazard(someone(ost=DAILY), params, 5) == pytest.approx(0.024 * NO_MEETINGS * 0.33)
    assert use.start_hazard(someone(ost=DAILY), params, 40) == pytest.approx(0.0139 * NO_MEETINGS * 0.33)


def test_need_and_adversity_make_the_persons_factor(params: Any) -> None:
    # Centring: mean 1 + a (1.3 - 1) over the share a with four or more ACEs.
    mean = 1.0 + 0.3 * margins().ace4
    assert use.person_factor(someone(need=OPIATE_AND_CRACK, ace4=0), params) == pytest.approx(1.0 / mean)
    assert use.person_factor(someone(need=OPIATE_AND_CRACK, ace4=1), params) == pytest.approx(1.3 / mean)
    for need in (STIMULANT, ALCOHOL, OTHER):
        assert use.person_factor(someone(need=need, ace4=1), params) == pytest.approx(0.75 * 1.3 / mean)
    # 0.4681 of people: 0.91 x 0.455 + 0.09 x 0.60; the factors' mean over them is 1.
    assert margins().ace4 == pytest.approx(0.46805, abs=1e-6)
    assert 0.46805 * 1.3 / mean + 0.53195 / mean == pytest.approx(1.0, abs=1e-5)


def test_the_factor_multiplies_the_band(params: Any) -> None:
    row = someone(use_factor=0.6, ost=DAILY)
    assert use.start_hazard(row, params, 90) == pytest.approx(0.0050 * 0.6 * NO_MEETINGS * 0.33)


def test_stopping_is_faster_in_treatment(params: Any) -> None:
    assert use.stop_hazard(someone(using=1, treatment=IN_TREATMENT), params) == pytest.approx(0.006)
    assert use.stop_hazard(someone(using=1), params) == pytest.approx(0.0015)
    assert use.stop_hazard(someone(using=1, treatment=WAITING), params) == pytest.approx(0.0015)
    assert use.stop_hazard(someone(using=0, treatment=IN_TREATMENT), params) == 0.0


def test_only_the_first_use_sets_the_measure_and_stopping_starts_the_clock_without_use(params: Any) -> None:
    row = someone()
    use.start_using(row, params, 12, 12 * 1024)
    assert (row["using"], row["first_use"]) == (1, 12)
    use.stop_using(row, 40, 40 * 1024)
    assert (row["using"], row["abstinent_since"]) == (0, 40)
    use.start_using(row, params, 60, 60 * 1024)
    assert (row["using"], row["first_use"]) == (1, 12)


def test_no_effect_of_adversity_centres_to_one() -> None:
    params = params_of(trauma__ace4_relapse_hr=1.0)
    assert params["use_by_ace4"].tolist() == [1.0, 1.0]
