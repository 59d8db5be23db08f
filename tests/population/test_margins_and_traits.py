"""Centring and conditional shares, against closed forms and quadrature."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats
from shipped import shipped_reference, shipped_table

from sim.core.rates import probability_from_logit
from sim.population.disadvantage import NO_FIXED_ABODE, SHORT_SENTENCE, centred_intercept
from sim.population.margins import margins_of
from sim.population.traits import conditional_pair, need_shares, sentence_shares, trait_numbers

STEADY = settings(deadline=None, derandomize=True)  # the first call compiles; the same examples each time

shares = st.floats(0.01, 0.99)


def odds(p: float) -> float:
    return p / (1.0 - p)


@STEADY
@given(shares, st.floats(0.1, 12.0), shares)
def test_conditional_probabilities_keep_the_total_and_the_odds_ratio(total: float, ratio: float, share: float) -> None:
    without, with_ = conditional_pair(total, ratio, share)
    assert (1.0 - share) * without + share * with_ == pytest.approx(total, rel=1e-9)
    assert odds(with_) / odds(without) == pytest.approx(ratio, rel=1e-9)


def test_conditional_probabilities_by_hand() -> None:
    # Complex PTSD of men: 0.167 in total, odds ratio 4, ACE 4+ in 0.455: 0.084 and 0.267.
    without, with_ = conditional_pair(0.167, 4.0, 0.455)
    assert without == pytest.approx(0.084, abs=1e-3)
    assert with_ == pytest.approx(0.267, abs=1e-3)
    # Mental health of men: 0.70 in total gives 0.58 and 0.85.
    without, with_ = conditional_pair(0.70, 4.0, 0.455)
    assert without == pytest.approx(0.58, abs=0.006)
    assert with_ == pytest.approx(0.85, abs=0.006)


@pytest.mark.parametrize(("total", "share"), [(0.0, 0.5), (1.0, 0.5), (0.5, 0.0), (0.5, 1.0), (math.nan, 0.5)])
def test_conditional_probabilities_of_certainties_are_refused(total: float, share: float) -> None:
    with pytest.raises(ValueError, match="strictly between"):
        conditional_pair(total, 4.0, share)


@STEADY
@given(
    shares,
    st.lists(st.tuples(st.floats(-3.0, 3.0), st.floats(0.01, 1.0)), min_size=1, max_size=6),
)
def test_a_centred_intercept_gives_the_published_mean(mean: float, cells: list[tuple[float, float]]) -> None:
    shifts = np.array([shift for shift, _ in cells])
    weights = np.array([weight for _, weight in cells])
    weights /= weights.sum()
    b = centred_intercept(mean, shifts, weights)
    result = math.fsum(w * probability_from_logit(b + s) for w, s in zip(weights, shifts, strict=True))
    assert result == pytest.approx(mean, rel=1e-9)


def test_a_centred_intercept_without_shifts_is_the_logit() -> None:
    assert centred_intercept(0.2, np.zeros(2), np.array([0.5, 0.5])) == pytest.approx(math.log(0.25), abs=1e-12)


@pytest.mark.parametrize(("mean", "sd", "ratio"), [(38.0, 10.0, 1.8), (35.0, 12.0, 1.4), (41.0, 8.0, 2.2)])
def test_the_mean_age_ratio_against_quadrature(mean: float, sd: float, ratio: float) -> None:
    draw = dict(shipped_reference()) | {"population.age_mean": mean, "population.age_sd": sd}
    ages = stats.truncnorm((18.0 - mean) / sd, (75.0 - mean) / sd, loc=mean, scale=sd)
    exact, _ = integrate.quad(lambda age: ratio ** ((age - 38.0) / 10.0) * ages.pdf(age), 18.0, 75.0)
    assert margins_of(draw, 0.0, 0.0).mean_age_ratio(ratio, 38.0) == pytest.approx(exact, rel=1e-4)
    assert margins_of(draw, 0.0, 0.0).mean_age_ratio(1.0, 38.0) == pytest.approx(1.0, rel=1e-12)


def test_needs_that_fill_more_than_the_whole_are_divided_by_their_sum() -> None:
    draw = dict(shipped_reference())
    draw |= {"need.opiate_and_crack": 0.6, "need.opiate_no_crack": 0.3, "need.stimulant": 0.2, "need.alcohol": 0.1}
    assert need_shares(draw).tolist() == pytest.approx([0.5, 0.25, 1 / 6, 1 / 12, 0.0])


@pytest.mark.parametrize("index", range(20))
def test_every_draw_gives_proper_shares(index: int) -> None:
    draw = shipped_table().sample(7, 20)[index]
    assert need_shares(draw).sum() == pytest.approx(1.0)
    assert (need_shares(draw) >= 0.0).all()
    assert sentence_shares(draw).sum(axis=1) == pytest.approx([1.0, 1.0])
    numbers = trait_numbers(draw)[0]
    assert (np.diff(numbers["need_cumulative"]) >= 0.0).all()
    for name in ("complex_ptsd", "mental_health", "ace4"):
        assert ((numbers[name] > 0.0) & (numbers[name] < 1.0)).all()
    assert 0.0 <= numbers["age_low"] < numbers["age_high"] <= 1.0
    margins = margins_of(draw, 1.5, 0.5)
    assert margins.nodes.weight.sum() == pytest.approx(1.0)
    assert 0.0 < margins.licence_early < 1.0
    assert (margins.journey_term, margins.fare_share) == (1.5, 0.5)


def test_margins_by_hand() -> None:
    draw = dict(shipped_reference())
    draw |= {
        "population.women_share": 0.10, "population.ace4_men": 0.4, "population.ace4_women": 0.6,
        "population.mental_health_men": 0.70, "population.mental_health_women": 0.80,
        "population.abuse_women": 0.5, "population.alcohol_beside_opiates": 0.3,
        "population.chemsex_need": 0.02, "population.no_fixed_abode_before": 0.25,
        "population.sentence_to_6m_men": 0.35, "population.sentence_to_6m_women": 0.55,
        "population.sentence_6_12m": 0.15, "need.opiate_and_crack": 0.4, "need.opiate_no_crack": 0.2,
        "need.stimulant": 0.15, "need.alcohol": 0.10,
    }  # fmt: skip
    margins = margins_of(draw, 0.0, 0.0)
    assert margins.ace4 == pytest.approx(0.9 * 0.4 + 0.1 * 0.6)
    assert margins.mental_health == pytest.approx(0.9 * 0.70 + 0.1 * 0.80)
    assert margins.opiate == pytest.approx(0.6)
    assert margins.abused_women == pytest.approx(0.1 * 0.5)  # of everybody
    assert margins.drinks_of_opiate == pytest.approx(0.3)  # of people with an opiate need
    assert margins.chemsex == pytest.approx(0.9 * (0.15 + 0.15) * 0.02)  # men with stimulant 0.15 or other 0.15
    short = 0.9 * (0.35 + 0.15) + 0.1 * (0.55 + 0.15)  # 0.52 of people have sentences to 12 months
    assert short == pytest.approx(0.52)
    is_short, nfa = margins.nodes.traits[:, SHORT_SENTENCE], margins.nodes.traits[:, NO_FIXED_ABODE]
    assert margins.nodes.mean(is_short * nfa) == pytest.approx(0.52 * 0.25)
    assert margins.nodes.mean((1.0 - is_short) * nfa) == pytest.approx(0.48 * 0.25)
    # 28 of 75, 150 and 365 days of licence: 0.37, 0.15 and 0.48 of people.
    days = 0.37 * 75 + 0.15 * 150 + 0.48 * 365
    assert margins.licence_early == pytest.approx(28.0 / days)
