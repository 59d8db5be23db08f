"""What short-stay beds avert, how long they are held and how they end, against closed forms and quadrature."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from by_hand import SIGMAS, draw_of, margins, params_of, per_service_type, someone, stated_draw
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from sim.mechanisms import beds, release
from sim.population import processes as P
from sim.population.codes import CAS3_SERVICE, LONGER, NOT_YET_RELEASED, TO_12_MONTHS
from sim.population.disadvantage import NO_FIXED_ABODE, SHORT_SENTENCE, expit
from sim.population.short_stay import beds_per_release, mean_stay, planned_nights

STEADY = settings(deadline=None, derandomize=True, max_examples=200)

shares = st.floats(0.0, 1.0)
coverages = st.floats(0.0, 0.4)
nights_without_a_home, nights_in_temporary_places = st.floats(0.02, 0.6), st.floats(0.01, 0.4)


def draw_with(additional: float, coverage: float, homeless: float, temporary: float) -> dict[str, float]:
    return stated_draw(
        housing__cas3_additional=additional, housing__cas3_coverage=coverage,
        housing__first_night_homeless=homeless, housing__first_night_temporary=temporary,
    )  # fmt: skip


def referred(draw: dict[str, float]) -> tuple[float, float]:
    """Share of releases referred from the street and from temporary places."""
    numbers = beds.numbers(draw, margins())
    homeless, temporary = beds.before_beds(draw)
    return homeless * numbers["cas3_refers_homeless"], temporary * numbers["cas3_refers_temporary"]


def test_before_beds_by_hand() -> None:
    # 0.64 of 0.119 placements a release avert a night without a home: 0.07616.
    homeless, temporary = beds.before_beds(stated_draw())
    assert (homeless, temporary) == (pytest.approx(0.22516), pytest.approx(0.17084))
    # Offered to 0.119 of releases in the proportion of the referrals, they leave the published first night.
    street, other = referred(stated_draw())
    averted = 0.119 * street / (street + other)
    assert homeless - averted == pytest.approx(0.149, rel=1e-12)
    # People who held a bed count as in temporary housing in the published figure: 0.119 beside the rest.
    assert temporary - 0.119 * other / (street + other) + 0.119 == pytest.approx(0.247, rel=1e-12)


@pytest.mark.parametrize("additional", [0.0, 1e-9, 0.05, 0.25, 0.5, 0.64, 0.84, 1.0 - 1e-9, 1.0])
@pytest.mark.parametrize("coverage", [0.0, 0.10, 0.13, 0.24])
def test_the_proportion_of_beds_that_avert_homelessness_is_kept(additional: float, coverage: float) -> None:
    draw = draw_with(additional, coverage, 0.149, 0.247)
    street, other = referred(draw)
    assert street / (street + other) == pytest.approx(additional, rel=1e-9, abs=1e-12)
    numbers = beds.numbers(draw, margins())
    both = (numbers["cas3_refers_homeless"], numbers["cas3_refers_temporary"])
    assert max(both) == 1.0  # as many referrals as the proportion allows, so that beds are filled
    assert min(both) >= 0.0
    # At 0.149 / (0.396 - coverage) both sides are referred whole; below it people bound for the street are held back.
    turn = 0.149 / (0.396 - coverage)
    assert (both[0] < 1.0) == (additional < turn) and (both[1] < 1.0) == (additional > turn)


def test_where_nobody_is_bound_for_temporary_places_everybody_bound_for_the_street_is_referred() -> None:
    draw = draw_with(0.64, 0.20, 0.30, 0.10)  # 0.128 averted of 0.10: none left
    assert beds.before_beds(draw) == (pytest.approx(0.428), 0.0)
    numbers = beds.numbers(draw, margins())
    assert (numbers["cas3_refers_homeless"], numbers["cas3_refers_temporary"]) == (1.0, 0.0)


def test_first_nights_before_beds_never_exceed_the_whole() -> None:
    homeless, temporary = beds.before_beds(draw_with(1.0, 0.9, 0.6, 0.99))
    assert homeless == 0.95 and temporary == pytest.approx(0.05)


@STEADY
@given(shares, shares, coverages, nights_without_a_home, nights_in_temporary_places)
def test_beds_that_avert_more_never_mean_fewer_people_without_a_home_before_them(
    one: float, other: float, coverage: float, homeless: float, temporary: float
) -> None:
    low, high = sorted((one, other))
    before, after = (beds.before_beds(draw_with(a, coverage, homeless, temporary)) for a in (low, high))
    assert after[0] >= before[0] and after[1] <= before[1]
    for street, roof in (before, after):
        assert 0.0 <= roof <= 1.0 and homeless <= street <= 0.95 and street + roof <= 1.0 + 1e-12


@STEADY
@given(shares, coverages, nights_without_a_home, nights_in_temporary_places)
def test_any_share_that_beds_avert_is_kept(
    additional: float, coverage: float, homeless: float, temporary: float
) -> None:
    draw = draw_with(additional, coverage, homeless, temporary)
    numbers = beds.numbers(draw, margins())
    for name in ("cas3_refers_homeless", "cas3_refers_temporary"):
        assert 0.0 <= numbers[name] <= 1.0
    ends = numbers["cas3_ends_by"]
    assert isinstance(ends, tuple) and 0.0 <= ends[0] <= ends[1] <= ends[2] <= 1.0
    assert max(numbers["cas3_refers_homeless"], numbers["cas3_refers_temporary"]) == 1.0
    if beds.before_beds(draw)[1] > 1e-6:
        street, other = referred(draw)
        assert street / (street + other) == pytest.approx(additional, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("additional", [0.25, 0.64, 0.84])
def test_people_are_referred_in_that_proportion(additional: float) -> None:
    """4,000 people of the population's sentences and housing, each with luck of their own; fixed numbers."""
    params = params_of(housing__cas3_additional=additional)
    nodes, count, street, other = margins().nodes, 0, 0, 0
    short_and_nfa = (nodes.traits[:, SHORT_SENTENCE], nodes.traits[:, NO_FIXED_ABODE])
    for short, sentence in enumerate((LONGER, TO_12_MONTHS)):
        for nfa in (0, 1):
            cell = (short_and_nfa[0] == short) & (short_and_nfa[1] == nfa)
            for _ in range(round(4000 * nodes.mean(cell.astype(float)))):
                count += 1
                row = someone(
                    count, status=NOT_YET_RELEASED, releases=0, custody_until=20, sentence=sentence,
                    no_fixed_abode=nfa, service=per_service_type(-1, {CAS3_SERVICE: 0}),
                )  # fmt: skip
                release.eve(row, params)
                if row["joins"][CAS3_SERVICE]:
                    rough = draw_of(row, P.FIRST_NIGHT, 1) < release.homeless_probability(row, params, False)
                    street, other = street + rough, other + (not rough)
    n = street + other
    assert abs(street / n - additional) < SIGMAS * math.sqrt(additional * (1.0 - additional) / n)
    expected = sum(referred(stated_draw(housing__cas3_additional=additional)))
    assert abs(n / count - expected) < SIGMAS * math.sqrt(expected * (1.0 - expected) / count)
    assert n / count > 0.13  # more than the beds of today and of the widest coverage: none stands empty


def settled_before(settle: float, lose: float, nights: float) -> float:
    """Probability of a settled home within the nights, by quadrature."""
    found, _ = integrate.quad(lambda t: settle * math.exp(-(settle + lose) * t), 0.0, nights)
    return float(found)


@pytest.mark.parametrize("early", [0.1, 0.4])
@pytest.mark.parametrize("longer", [0.0, 0.3])
@pytest.mark.parametrize("nights", [84.0, 41.6])
def test_planned_ends_lie_evenly_in_three_parts(nights: float, early: float, longer: float) -> None:
    draw = stated_draw(
        housing__cas3_max_nights=nights, housing__cas3_early_share=early, housing__cas3_longer_share=longer
    )
    shares = planned_nights(draw)
    assert shares.sum() == pytest.approx(1.0) and (shares >= 0.0).all() and not shares[:6].any()
    # Planned for x to x + 1 nights, a stay lasts x + 1: the means lie half a night beyond those of the edges.
    ends = (6.0, nights * 2 / 3, nights, nights * 4 / 3)
    parts = zip((early, 1.0 - early - longer, longer), ends[:-1], ends[1:], strict=True)
    mean = sum(share * (low + high) / 2 for share, low, high in parts)
    assert shares @ range(1, len(shares) + 1) == pytest.approx(mean + 0.5, abs=0.02 if nights != 84.0 else 1e-9)
    if nights == 84.0:
        assert shares[6:56] == pytest.approx(early / 50)
        assert shares[56:84] == pytest.approx((1.0 - early - longer) / 28)
        assert shares[84:] == pytest.approx(longer / 28) and len(shares) == 112


def test_people_plan_as_the_shares_say() -> None:
    """4,000 people with luck of their own, nights in bins of two weeks; fixed numbers."""
    params: Any = params_of()
    counts = np.bincount([beds.planned_nights(someone(number), params) for number in range(1, 4001)], minlength=113)
    expected = 4000 * planned_nights(stated_draw())
    assert counts[0] == 0
    assert stats.chisquare(counts[1:].reshape(8, 14).sum(axis=1), expected.reshape(8, 14).sum(axis=1)).pvalue > 1e-4


def planned_share(nights: int, letter: bool) -> float:
    """Share of stays that are planned for so many nights."""
    if nights <= 56:
        return 0.2 / 50
    if nights <= 84:
        return (0.8 if letter else 0.6) / 28
    return 0.0 if letter else 0.2 / 28


@pytest.mark.parametrize("letter", [False, True])
@pytest.mark.parametrize("loading", [0.0, 0.85])
def test_mean_stay_against_quadrature(letter: bool, loading: float) -> None:
    """A brute sum over the nodes of who takes beds, each stay by quadrature of a hazard that falls after 28 days."""
    changes = {
        "housing__cas3_longer_share": 0.0 if letter else 0.2, "supervision__recall_days_1_28_ratio": 2.5,
        "disadvantage__recall": loading, "disadvantage__homeless": loading, "custody__releases_per_person": 1.6,
    }  # fmt: skip
    draw, of_people = stated_draw(**changes), margins(**changes)
    at, first = of_people.nodes, of_people.first_night
    later = 0.0031 / (1.0 + of_people.licence_early * 1.5)
    total = weights = back = 0.0
    homeless, unsettled = (expit(b + first.terms(at, loading)) for b in (first.homeless, first.unsettled))
    mean = at.mean(np.exp(loading * at.z))
    people: list[tuple[float, float, float]] = []
    for k in range(len(at.z)):
        factor = math.exp(loading * at.z[k]) / mean
        charge = 0.35 * (0.00265 if at.traits[k, SHORT_SENTENCE] else 0.0007)

        def left(t: float, factor: float = factor, charge: float = charge) -> float:
            moves = 0.0093 * max(t - 1.0, 0.0)  # nobody moves out on the day of moving in
            spent = moves + charge * t + later * factor * (2.5 * min(t, 28.0) + max(t - 28.0, 0.0))
            return math.exp(-spent)

        nights = [integrate.quad(left, n, n + 1)[0] for n in range(112)]
        lasting = np.cumsum(nights)
        stay = sum(planned_share(n, letter) * lasting[n - 1] for n in range(7, 113))
        returned = 1.0 - math.exp(-365.0 * (later * factor + charge))
        in_bed = 0.119 * (0.64 * homeless[k] / 0.22516 + 0.36 * (unsettled[k] - homeless[k]) / 0.17084)
        people.append((stay, returned, at.weight[k] * in_bed))
        back += at.weight[k] * returned
    for stay, returned, taken in people:
        weight = taken * (1.0 + 0.6 * returned / back)
        total, weights = total + weight * stay, weights + weight
    assert mean_stay(draw) == pytest.approx(total / weights, rel=1e-6)
    assert beds_per_release(draw) == pytest.approx(0.119 * (1.0 + total / weights) / 365.0, rel=1e-6)


def test_mean_stay_by_hand() -> None:
    # Nobody differs in who is referred, and nobody comes back: 0.4907 have a sentence to 12 months and leave at
    # 0.0078 + 0.0015 + 0.0031 + 0.35 x 0.00265 = 0.0133275 a day, 0.5093 a longer one at 0.012645. Over 7 to 56, 57 to
    # 84 and 85 to 112 nights exp(-h L) is on average 0.6697, 0.3927 and 0.2706, and 0.6828, 0.4122 and 0.2894.
    alike = {"housing__short_sentence_or": 1.0, "housing__no_fixed_abode_or": 1.0, "custody__releases_per_person": 1.0}
    stays = []
    for h, means in ((0.0133275, (0.6697, 0.3927, 0.2706)), (0.012645, (0.6828, 0.4122, 0.2894))):
        part = [sum(math.exp(-h * n) for n in range(a, b + 1)) / (b + 1 - a) for a, b in ((7, 56), (57, 84), (85, 112))]
        assert part == pytest.approx(means, abs=1e-3)
        back = h - 0.0093  # on the first day, on which nobody moves out: so much less is spent by any night
        lasting = math.exp(0.0093) * (0.2 * part[0] + 0.6 * part[1] + 0.2 * part[2])
        stays.append((1.0 - math.exp(-back)) / back + (math.exp(-back) - lasting) / h)
    by_hand = 0.4907 * stays[0] + 0.5093 * stays[1]
    assert by_hand == pytest.approx(44.1, abs=0.05)
    assert mean_stay(stated_draw(**alike)) == pytest.approx(by_hand, abs=0.01)
    assert beds_per_release(stated_draw(**alike)) == pytest.approx(0.119 * (1.0 + by_hand) / 365, abs=1e-5)


def test_people_who_take_beds_stay_the_shorter_the_more_they_differ() -> None:
    loadings = ({}, {"disadvantage__homeless": 1.2}, {"disadvantage__homeless": 1.2, "disadvantage__recall": 0.85})
    none, homeless, both = (mean_stay(stated_draw(**loading)) for loading in loadings)
    assert both < homeless - 1.0 < none  # by recall; by homelessness alone only sentences tell


def test_more_longer_and_fewer_early_stays_need_more_beds() -> None:
    stays = [
        mean_stay(stated_draw(housing__cas3_early_share=early, housing__cas3_longer_share=longer))
        for early, longer in ((0.4, 0.0), (0.2, 0.0), (0.2, 0.2), (0.1, 0.3))
    ]
    assert stays == sorted(stays) and stays[-1] > stays[0] + 5.0


def test_shares_that_do_not_fit_together_leave_no_usual_stays() -> None:
    # 0.8 early and 0.5 longer: the early ones go first, so 0.2 are left for the longer.
    shares = planned_nights(stated_draw(housing__cas3_early_share=0.8, housing__cas3_longer_share=0.5))
    assert shares[:56].sum() == pytest.approx(0.8) and shares[56:84].sum() == pytest.approx(0.0, abs=1e-12)
    params: Any = params_of(housing__cas3_early_share=0.8, housing__cas3_longer_share=0.5)
    nights = [beds.planned_nights(someone(number), params) for number in range(1, 500)]
    assert all(n <= 56 or n >= 85 for n in nights)
