"""QALYs of whole lives: published norms, the table of QALYs of an averted death, and the account worked by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.core.days import MOMENTS_PER_DAY, NEVER
from sim.evidence import load_parameters
from sim.evidence.lifetable import AGES, life_expectancy, load_life_table
from sim.outcomes import economics
from sim.outcomes.lifetime import (
    TEN_YEARS,
    follow_up,
    hazard_spent,
    lifetime_values,
    lived,
    mortality_ratios,
    years_to_come,
)
from sim.population.codes import ALCOHOL, MAN, N_BANDS, NEEDS, OPIATE_NO_CRACK, OTHER, WOMAN
from sim.population.person import new_people

RATES = (0.0, 0.015, 0.035)
REFERENCE = load_parameters().reference()
TABLE = load_life_table()
DAY = MOMENTS_PER_DAY

# QALYs of a person alive, undiscounted, at 1.5% and at 3.5%, by age and need, men and women; worked apart from the
# program when the figures were collected. Some were rounded to two digits first and to one after: 11.9497 is 12.0.
OF_AN_AVERTED_DEATH = {
    (25, OPIATE_NO_CRACK): ((28.8, 21.1, 15.1), (29.1, 21.3, 15.1)),
    (38, OPIATE_NO_CRACK): ((20.8, 16.3, 12.4), (20.9, 16.4, 12.4)),
    (45, OPIATE_NO_CRACK): ((16.9, 13.7, 10.8), (16.9, 13.7, 10.7)),
    (55, OPIATE_NO_CRACK): ((12.0, 10.3, 8.5), (12.0, 10.2, 8.5)),
    (25, ALCOHOL): ((29.5, 21.4, 15.1), (30.6, 21.7, 15.1)),
    (38, ALCOHOL): ((22.0, 17.0, 12.7), (23.2, 17.6, 12.9)),
    (45, ALCOHOL): ((18.6, 14.9, 11.5), (19.9, 15.6, 11.8)),
    (55, ALCOHOL): ((13.9, 11.7, 9.6), (15.2, 12.6, 10.1)),
    (25, OTHER): ((30.0, 22.0, 15.6), (26.6, 20.0, 14.5)),
    (38, OTHER): ((21.3, 16.7, 12.8), (18.2, 14.7, 11.5)),
    (45, OTHER): ((17.0, 13.9, 11.0), (14.2, 11.9, 9.6)),
    (55, OTHER): ((11.6, 10.0, 8.4), (9.3, 8.2, 7.1)),
}


def of_age(by_age: np.ndarray[Any, Any], sex: int, need: int, age: int) -> float:
    return float(by_age[sex, need, int(np.flatnonzero(age == AGES)[0])])


@pytest.mark.parametrize(("sex", "norms"), [(MAN, (34.70, 25.59, 18.26)), (WOMAN, (35.81, 26.03, 18.32))])
def test_without_a_need_the_published_norms_come_out(sex: int, norms: tuple[float, ...]) -> None:
    """McNamara and others, Value in Health 26(2):163, at age 38."""
    nobody_has_a_need = np.ones((2, len(NEEDS), len(AGES)))
    for rate, norm in zip(RATES, norms, strict=True):
        qalys = years_to_come(TABLE, nobody_has_a_need, 1.0, rate)
        assert round(of_age(qalys, sex, OTHER, 38), 2) == norm


@pytest.mark.parametrize(("age", "need"), OF_AN_AVERTED_DEATH)
def test_qalys_of_an_averted_death(age: int, need: int) -> None:
    ratios = mortality_ratios(REFERENCE)
    for k, rate in enumerate(RATES):
        qalys = years_to_come(TABLE, ratios, 0.82, rate)
        for sex in (MAN, WOMAN):
            printed = OF_AN_AVERTED_DEATH[age, need][sex][k]
            assert of_age(qalys, sex, need, age) == pytest.approx(printed, abs=0.055), (sex, rate)


def test_mortality_ratios_at_the_ages_that_were_published() -> None:
    ratios = mortality_ratios(REFERENCE)
    assert [round(of_age(ratios, sex, OPIATE_NO_CRACK, 38), 1) for sex in (MAN, WOMAN)] == [5.5, 7.0]
    assert [of_age(ratios, MAN, ALCOHOL, age) for age in (18, 40, 60, 100)] == pytest.approx([8.0, 8.0, 2.0, 2.0])
    assert of_age(ratios, WOMAN, ALCOHOL, 50) == pytest.approx(np.sqrt(13.0 * 2.0))  # half of the way of the logarithm
    assert set(ratios[WOMAN, OTHER]) == {7.6}
    assert ratios[:, OPIATE_NO_CRACK].min() >= 1.0


def test_ranges_of_a_man_of_38_with_an_opiate_need() -> None:
    ratios = mortality_ratios(REFERENCE)
    ends = [of_age(years_to_come(TABLE, ratios, m, 0.035), MAN, OPIATE_NO_CRACK, 38) for m in (0.74, 0.90)]
    assert [round(end, 1) for end in ends] == [11.2, 13.6]
    constant = years_to_come(TABLE, np.full_like(ratios, 5.5), 0.82, 0.035)
    assert round(of_age(constant, MAN, OPIATE_NO_CRACK, 38), 1) == 11.5


def test_care_of_survivors_and_a_worked_purchase() -> None:
    """30,000 GBP of naloxone that avert 0.877 expected deaths of men of 38; a year of treatment at 3,920 GBP."""
    ratios = mortality_ratios(REFERENCE)
    years = of_age(years_to_come(TABLE, ratios, None, 0.035), MAN, OPIATE_NO_CRACK, 38)
    care = years * 0.45 * 3920.0
    assert round(years, 1) == 18.2 and round(care, -3) == 32_000
    qalys = 0.877 * of_age(years_to_come(TABLE, ratios, 0.82, 0.035), MAN, OPIATE_NO_CRACK, 38)
    assert round(qalys, 1) == 10.9
    assert round(30_000 / qalys, -1) == 2760
    assert round((30_000 + 0.877 * care) / qalys, -2) == 5300
    at_1_5 = 0.877 * of_age(years_to_come(TABLE, ratios, 0.82, 0.015), MAN, OPIATE_NO_CRACK, 38)
    assert round(at_1_5 * 82_256 / 1e6, 2) == 1.18


def test_years_to_come_within_a_horizon_by_hand() -> None:
    """Half of those alive die a year: three quarters of a year in the first, and of half as many in the second."""
    hazard, weights = np.full((1, 5), np.log(2.0)), np.ones((1, 5))
    assert life_expectancy(hazard, weights, 0.0, 1)[0].tolist() == pytest.approx([0.75] * 5)
    assert life_expectancy(hazard, weights, 0.0, 2)[0].tolist() == pytest.approx([1.125] * 4 + [0.75])
    assert life_expectancy(hazard, weights, 1.0, 2)[0, 0] == pytest.approx(0.75 + 0.25 * 0.75)
    assert life_expectancy(hazard, weights, 0.035, 5)[0, 0] == pytest.approx(
        life_expectancy(hazard, weights, 0.035)[0, 0]
    )


def test_nine_years_more_of_somebody_who_hardly_ever_dies_are_nine_discounted_years() -> None:
    """At 1.5%: 1 + 1 / 1.015 + ... + 1 / 1.015^8 = 8.4859 years of the norm of utility, part 1."""
    weights = np.ones((1, 60))
    ten = life_expectancy(np.full((1, 60), 1e-12), weights, 0.015, TEN_YEARS - 1)
    assert ten[0, 0] == pytest.approx(8.4859, abs=1e-4)


DRAW = {
    **REFERENCE,
    "cost.oat_year": 4000.0, "cost.psychosocial_drugs_year": 5000.0, "lifetime.in_treatment": 0.5,
    "utility.using": 0.5, "utility.treated_part": 1.0 / 3.0, "utility.not_using_part": 0.6, "utility.rough_loss": 0.1,
}  # fmt: skip


def three_people() -> np.ndarray[Any, Any]:
    """Ada of 37, a year followed; Ben of 37.5, dead on day 10; Cai, released 73 days before the run ends."""
    people = new_people(3)
    people["age"], people["sex"], people["need"] = [37.0, 37.5, 37.0], [WOMAN, MAN, MAN], [OTHER, ALCOHOL, OTHER]
    people["first_release"] = [0, 100, 657]
    people["settled_at"] = [365 * DAY, 110 * DAY, 730 * DAY]
    people["death_day"] = [NEVER, 110, NEVER]
    people["expected_drug_deaths"][0, 9] = 0.02  # days 300 to 364, in the middle of which 32.5 days are left
    people["expected_other_deaths"][1, 1] = 0.25  # days 7 to 13, 354.5 days left
    return people


def test_the_year_lived_by_expected_survival_by_hand() -> None:
    people = three_people()
    assert follow_up(people, 730).tolist() == [1.0, 1.0, 0.2]
    by_hand = [
        0.8 - 0.6 * 0.02 * 32.5 / 365,  # a year without use, and the hazard of its last weeks
        (10 * 0.8 + 0.6 * 354.5 - 0.6 * 0.25 * 354.5) / 365,  # ten days, the rest given back, a quarter lost
        73 * 0.8 / 365,
    ]
    assert lived(people, DRAW, follow_up(people, 730)).tolist() == pytest.approx(by_hand, rel=1e-12)


def test_lives_after_the_year_by_hand() -> None:
    """Norms of McNamara by m = 0.82 are not at hand for needs: the printed table of averted deaths is, at 38."""
    people = three_people()
    values = lifetime_values(people, DRAW, 730)
    year = lived(people, DRAW, follow_up(people, 730))
    assert values["qalys_expected"].tolist() == year.tolist()
    ada = values["qalys_lifetime"][0] - year[0]
    assert ada == pytest.approx(0.98 / 1.035 * 11.5, rel=0.005)  # Ada is 38 then, with the chance of 0.98
    assert values["qalys_lifetime_1_5"][0] - year[0] == pytest.approx(0.98 / 1.015 * 14.7, rel=0.005)
    ten = values["qalys_ten_years"][0] - year[0]  # nine years of at most 0.85 of a QALY each, and not of 14.7
    assert 0.98 / 1.015 * 9 * 0.45 < ten < 0.98 / 1.015 * 8.4859 * 0.85
    ben = values["qalys_lifetime"][1] - year[1]
    assert ben == pytest.approx(0.75 / 1.035 * 12.6, rel=0.005)  # between 12.7 at 38 and about 12.5 at 39
    assert values["survivors_care_gbp"][1] > 0.0  # expected survival, though Ben has died


def test_whoever_is_not_at_risk_has_all_the_years_and_care_by_hand() -> None:
    people = three_people()[2:]
    values = lifetime_values(people, DRAW, 730)
    norm = 12.8  # other men at 38; Cai is 37.2 at the end of the run
    to_come = (values["qalys_lifetime"] - values["qalys_expected"])[0] * 1.035**0.2
    assert norm < to_come < norm + 0.4
    years = values["survivors_care_gbp"][0] * 1.035**0.2 / (5000.0 * 0.5)
    assert 18.0 < years < 20.0  # to_come over about 0.82 x 0.82


def test_deaths_and_people_alive_add_up_to_everybody() -> None:
    people = three_people()
    alike = {**DRAW, "lifetime.quality": 1e-9}  # without weight on the years after, only the follow-up is left
    values = lifetime_values(people, alike, 730)
    assert values["qalys_lifetime"].tolist() == pytest.approx(values["qalys_expected"].tolist(), abs=1e-6)
    assert hazard_spent(people).sum() == pytest.approx(0.27)


def test_expected_survival_has_the_mean_of_lives_as_they_end() -> None:
    """20,000 lives under a hazard of 1 a year, dead in the run when it comes: exp(-1) are alive after the year, and
    the QALYs of a use-free life at 0.8 are 0.8 (1 - exp(-1)). The sums of hazard spent give both, within four standard
    errors (a chance of 1 in 15,000 each); exp(-hazard spent) would give (1 + exp(-2)) / 2, 0.57 in place of 0.37."""
    n, random = 20_000, np.random.default_rng(4)
    dies = random.exponential(1.0, n)
    ends = np.minimum(dies, 1.0)
    people = new_people(n)
    people["age"] = 38.0
    people["settled_at"] = np.round(ends * 365 * DAY)
    people["death_day"] = np.where(dies < 1.0, np.floor(dies * 365), NEVER)
    bounds = np.array([0, 7, 14, 28, 56, 84, 126, 182, 240, 300, 365]) / 365.0
    for band in range(N_BANDS):
        people["expected_other_deaths"][:, band] = np.clip(ends - bounds[band], 0.0, bounds[band + 1] - bounds[band])
    spent = hazard_spent(people).sum(axis=1)
    assert np.mean(1.0 - spent) == pytest.approx(np.exp(-1.0), abs=4 * spent.std() / np.sqrt(n))
    assert np.mean(np.exp(-spent)) == pytest.approx((1.0 + np.exp(-2.0)) / 2.0, abs=0.01)
    qalys = lived(people, DRAW, np.ones(n))
    assert qalys.mean() == pytest.approx(0.8 * (1.0 - np.exp(-1.0)), abs=4 * qalys.std() / np.sqrt(n))
    realised = economics.qalys(people, DRAW)
    assert realised.mean() == pytest.approx(0.8 * (1.0 - np.exp(-1.0)), abs=4 * realised.std() / np.sqrt(n))
    assert qalys.std() < realised.std()
