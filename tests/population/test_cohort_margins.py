"""Every trait of 200,000 people against the parameter that gives it.

All comparisons are SIGMAS wide (one seed in 1.7 million fails each); the seed is fixed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from cohort_ground import HOMES, SIGMAS, assert_share, cohort, odds_ratio
from scipy import stats
from shipped import shipped_reference

from sim.core.days import NEVER
from sim.evidence.draws import Draw
from sim.population.codes import (
    ALCOHOL,
    LONGER,
    MAN,
    NEEDS,
    NOT_YET_RELEASED,
    OTHER,
    STIMULANT,
    TO_6_MONTHS,
    TO_12_MONTHS,
    WOMAN,
)
from sim.population.disadvantage import NO_FIXED_ABODE, SHORT_SENTENCE
from sim.population.margins import margins_of
from sim.population.traits import OLDEST, YOUNGEST, need_shares, sentence_shares

N = 200_000
WEDNESDAY, FRIDAY = 2, 4


@pytest.fixture(scope="module")
def draw() -> Draw:
    return shipped_reference()


@pytest.fixture(scope="module")
def people(draw: Draw) -> np.ndarray[Any, Any]:
    fields = [
        "number", "age", "sex", "need", "injecting", "drinks", "ace4", "any_ace", "abuse",
        "complex_ptsd", "mental_health", "chemsex", "no_fixed_abode", "sentence", "remand", "licence_days",
        "home", "prison", "children", "first_release", "custody_until", "status", "stream",
    ]  # fmt: skip
    return cohort(draw, N, start_weekday=WEDNESDAY)[fields].copy()


def test_sex(people: Any, draw: Draw) -> None:
    assert_share(people["sex"] == WOMAN, draw["population.women_share"])


def test_age_is_a_normal_cut_at_18_and_75_in_both_sexes(people: Any, draw: Draw) -> None:
    mean, sd = draw["population.age_mean"], draw["population.age_sd"]
    ages = stats.truncnorm((YOUNGEST - mean) / sd, (OLDEST - mean) / sd, loc=mean, scale=sd)
    assert YOUNGEST <= people["age"].min() <= people["age"].max() <= OLDEST
    for sex in (MAN, WOMAN):  # Kolmogorov-Smirnov at 1e-5
        assert stats.kstest(people["age"][people["sex"] == sex], ages.cdf).pvalue > 1e-5


def test_need(people: Any, draw: Draw) -> None:
    shares = need_shares(draw)
    for need in range(len(NEEDS)):
        assert_share(people["need"] == need, shares[need])
    named = ("opiate_and_crack", "opiate_no_crack", "stimulant", "alcohol")
    assert shares[:4].tolist() == pytest.approx([draw[f"need.{name}"] for name in named])


def test_only_people_with_opiate_needs_inject(people: Any, draw: Draw) -> None:
    opiate = people["need"] <= 1
    assert_share(people["injecting"][opiate], draw["population.injecting_opiate"])
    assert not people["injecting"][~opiate].any()


def test_adversity_by_sex(people: Any, draw: Draw) -> None:
    assert_share(people["ace4"][people["sex"] == MAN], draw["population.ace4_men"])
    assert_share(people["ace4"][people["sex"] == WOMAN], draw["population.ace4_women"])


def test_any_adversity_holds_the_people_with_four_or_more(people: Any, draw: Draw) -> None:
    assert_share(people["any_ace"], draw["population.any_ace"])
    assert (people["any_ace"] >= people["ace4"]).all()
    # One luck: whatever the sex, so the published share of men is that of women too.
    for sex in (MAN, WOMAN):
        assert_share(people["any_ace"][people["sex"] == sex], draw["population.any_ace"])


def test_abuse_is_asked_of_women_only(people: Any, draw: Draw) -> None:
    women = people["sex"] == WOMAN
    assert_share(people["abuse"][women], draw["population.abuse_women"])
    assert not people["abuse"][~women].any()


def test_only_people_with_opiate_needs_drink_beside_it(people: Any, draw: Draw) -> None:
    opiate = people["need"] <= 1
    assert_share(people["drinks"][opiate], draw["population.alcohol_beside_opiates"])
    assert not people["drinks"][~opiate].any()


@pytest.mark.parametrize("trait", ["complex_ptsd", "mental_health"])
@pytest.mark.parametrize("sex", [MAN, WOMAN])
def test_adversity_multiplies_the_odds_of_trauma_and_of_poor_health(
    people: Any, draw: Draw, trait: str, sex: int
) -> None:
    group = people[people["sex"] == sex]
    log, error = odds_ratio(group[trait], group["ace4"])
    assert abs(log - np.log(draw["population.ace4_or"])) < SIGMAS * error


def test_totals_of_complex_ptsd_and_mental_health(people: Any, draw: Draw) -> None:
    men, women = people[people["sex"] == MAN], people[people["sex"] == WOMAN]
    assert_share(men["complex_ptsd"], draw["population.cptsd_men"])
    assert_share(men["mental_health"], draw["population.mental_health_men"])
    assert_share(women["mental_health"], draw["population.mental_health_women"])


def test_women_take_mens_conditional_probabilities_of_complex_ptsd(people: Any) -> None:
    # By hand: 0.267 with and 0.084 without four or more ACEs; women 0.60 x 0.267 + 0.40 x 0.084 = 0.19.
    women = people[people["sex"] == WOMAN]
    share = float(women["complex_ptsd"].mean())
    assert share == pytest.approx(0.194, abs=0.015)
    men = people[people["sex"] == MAN]
    assert float(men["complex_ptsd"][men["ace4"] == 1].mean()) == pytest.approx(0.267, abs=0.01)
    assert float(men["complex_ptsd"][men["ace4"] == 0].mean()) == pytest.approx(0.084, abs=0.01)


def test_chemsex_need_is_mens_with_stimulant_or_other_needs(people: Any, draw: Draw) -> None:
    may = (people["sex"] == MAN) & np.isin(people["need"], (STIMULANT, OTHER))
    assert_share(people["chemsex"][may], draw["population.chemsex_need"])
    assert not people["chemsex"][~may].any()
    assert not people["chemsex"][people["need"] == ALCOHOL].any()


def test_housing_before_is_independent_of_need(people: Any, draw: Draw) -> None:
    assert_share(people["no_fixed_abode"], draw["population.no_fixed_abode_before"])
    for need in range(len(NEEDS)):
        assert_share(people["no_fixed_abode"][people["need"] == need], draw["population.no_fixed_abode_before"])


def test_sentence_by_sex_and_licence_by_sentence(people: Any, draw: Draw) -> None:
    shares = sentence_shares(draw)
    for sex in (MAN, WOMAN):
        for sentence in (TO_6_MONTHS, TO_12_MONTHS, LONGER):
            assert_share(people["sentence"][people["sex"] == sex] == sentence, shares[sex, sentence])
    assert shares[MAN, 0] == pytest.approx(draw["population.sentence_to_6m_men"])
    assert shares[WOMAN, 0] == pytest.approx(draw["population.sentence_to_6m_women"])
    assert shares[:, 1] == pytest.approx([draw["population.sentence_6_12m"]] * 2)
    licence = draw["supervision.licence_days_to_6m"]
    for sentence, days in ((TO_6_MONTHS, licence), (TO_12_MONTHS, 2 * licence), (LONGER, 365)):
        of_sentence = people["sentence"] == sentence
        assert set(people["licence_days"][of_sentence & (people["remand"] == 0)].tolist()) == {round(days)}
        assert set(people["licence_days"][of_sentence & (people["remand"] == 1)].tolist()) == {0}
        assert_share(people["remand"][of_sentence] == 1, draw["population.released_from_remand"])  # whatever the trait


def test_release_days_lie_in_the_year_on_the_published_weekdays(people: Any, draw: Draw) -> None:
    day = people["first_release"]
    assert 0 <= day.min() <= day.max() < 365
    weekday = (WEDNESDAY + day) % 7
    friday = draw["population.friday_release"]
    assert_share(weekday == FRIDAY, friday)
    for other in range(4):
        assert_share(weekday == other, (1.0 - friday) / 4.0)
    assert weekday.max() == FRIDAY
    for week in range(52):
        assert_share(day // 7 == week, 1.0 / 52.0)


@pytest.mark.parametrize("start_weekday", range(7))
def test_nobody_is_released_on_a_weekend_whatever_day_the_run_starts(draw: Draw, start_weekday: int) -> None:
    day = cohort(draw, 500, start_weekday=start_weekday)["first_release"]
    assert ((start_weekday + day) % 7).max() == FRIDAY
    assert 0 <= day.min() <= day.max() < 365


def test_home_and_prison(people: Any, draw: Draw) -> None:
    for home, weight in enumerate(HOMES.weights):
        assert_share(people["home"] == home, float(weight))
    men, women = people[people["sex"] == MAN], people[people["sex"] == WOMAN]
    assert set(women["prison"].tolist()) == {HOMES.womens_prison}
    outside = men["prison"] == HOMES.outside
    assert_share(outside, draw["population.released_outside_region"])
    inside = men[~outside]
    assert (inside["prison"] == HOMES.mens_prison[inside["home"]]).all()


def test_children_are_asked_of_women_only(people: Any, draw: Draw) -> None:
    women = people["sex"] == WOMAN
    assert_share(people["children"][women], draw["population.children_women"])
    assert not people["children"][~women].any()


def test_everybody_starts_in_custody_with_a_number_and_luck_of_their_own(people: Any) -> None:
    assert (people["number"] == np.arange(N)).all()
    assert len(np.unique(people["stream"])) == N
    assert (people["status"] == NOT_YET_RELEASED).all()
    assert (people["custody_until"] == people["first_release"]).all()
    assert people["custody_until"].max() < NEVER


def test_the_margins_used_for_centring_are_those_of_the_people(people: Any, draw: Draw) -> None:
    margins = margins_of(draw, 0.0, 0.0)
    for share, flags in (
        (margins.women, people["sex"] == WOMAN),
        (margins.abused_women, people["abuse"]),
        (margins.drinks_of_opiate, people["drinks"][people["need"] <= 1]),
        (margins.ace4, people["ace4"]),
        (margins.complex_ptsd, people["complex_ptsd"]),
        (margins.mental_health, people["mental_health"]),
        (margins.chemsex, people["chemsex"]),
        (margins.opiate, people["need"] <= 1),
    ):
        assert_share(flags, share)
    short = people["sentence"] != LONGER
    nodes = margins.nodes

    def share_of(is_short: int, nfa: int) -> float:
        cell = (nodes.traits[:, SHORT_SENTENCE] == is_short) & (nodes.traits[:, NO_FIXED_ABODE] == nfa)
        return nodes.mean(cell.astype(float))

    for is_short in (0, 1):
        for nfa in (0, 1):
            assert_share((short == is_short) & (people["no_fixed_abode"] == nfa), share_of(is_short, nfa))
