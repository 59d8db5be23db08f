"""The trait that ties roof, recall and reoffending together: who has how much, and what its effects are centred by."""

from __future__ import annotations

import math

import numpy as np
import pytest
from cohort_ground import SIGMAS, cohort
from scipy import optimize
from scipy.special import ndtri
from shipped import shipped_reference, shipped_table

from sim.core.errors import InputError
from sim.core.keys import uniform
from sim.mechanisms import attendance, reoffending
from sim.population import processes as P
from sim.population.codes import LONGER, OPIATE_AND_CRACK
from sim.population.disadvantage import (
    COMPLEX_PTSD,
    MOST_OBSERVED,
    NO_FIXED_ABODE,
    OBSERVED,
    SHORT_SENTENCE,
    Nodes,
    centre_first_night,
    expit,
    nodes_of,
)
from sim.population.first_night import before_beds
from sim.population.margins import margins_of
from sim.population.returns import spent_in_a_year
from sim.population.traits import trait_numbers

ENDS = {"homeless": (0.6, 1.8), "recall": (0.2, 1.4), "reoffending": (0.5, 1.2), "overdose": (0.0, 0.6),
        "attendance": (0.0, 0.8)}  # fmt: skip


def nodes(**weights: float) -> Nodes:
    draw = dict(shipped_reference()) | {f"disadvantage.{name}": weight for name, weight in weights.items()}
    return nodes_of(draw, trait_numbers(draw)[0])


def odds_ratio(p: np.ndarray, at: Nodes, k: int) -> float:
    x = at.traits[:, k]
    with_it, without = at.mean(p, x), at.mean(p, 1.0 - x)
    return with_it / (1.0 - with_it) / (without / (1.0 - without))


def test_the_ends_are_those_of_the_rows() -> None:
    table = shipped_table()
    for name, (low, high) in ENDS.items():
        row = table[f"disadvantage.{name}"]
        assert row.high == high and (row.low == low or row.no_effect > 0.0)


# Who has how much


def test_the_trait_by_hand() -> None:
    """One observed trait of weight 0.6 in half of people: 0.6 with it, -0.6 without, and 0.8 of a normal."""
    draw = dict(shipped_reference()) | {f"disadvantage.{name}": 0.0 for name in OBSERVED}
    draw |= {"disadvantage.no_fixed_abode": 0.6, "population.no_fixed_abode_before": 0.5}
    row = trait_numbers(draw)[0]
    assert float(row["disadvantage_start"]) == pytest.approx(-0.6)
    assert row["disadvantage_by"].tolist() == pytest.approx([0.0, 0.0, 1.2, 0.0, 0.0])
    assert float(row["disadvantage_rest"]) == pytest.approx(0.8)
    people = cohort(draw, 200)
    for person in people[:20]:
        rest = 0.8 * ndtri(uniform(np.uint64(person["stream"]), P.TRAIT_DISADVANTAGE, 0))
        assert person["disadvantage"] == pytest.approx(rest + (0.6 if person["no_fixed_abode"] else -0.6), rel=1e-9)


@pytest.mark.parametrize("weight", [0.0, 0.2, 0.4, 0.9])
def test_mean_0_and_variance_1_whatever_the_weights(weight: float) -> None:
    at = nodes(**dict.fromkeys(OBSERVED, weight))
    assert at.weight.sum() == pytest.approx(1.0)
    assert at.mean(at.z) == pytest.approx(0.0, abs=1e-12)
    assert at.mean(at.z**2) == pytest.approx(1.0, abs=1e-9)


def test_weights_that_tell_too_much_are_divided_by_one_number() -> None:
    draw = dict(shipped_reference()) | {f"disadvantage.{name}": 0.9 for name in OBSERVED}
    row = trait_numbers(draw)[0]
    assert float(row["disadvantage_rest"]) == pytest.approx(math.sqrt(1.0 - MOST_OBSERVED))
    half = trait_numbers(draw | {f"disadvantage.{name}": 0.45 for name in OBSERVED})[0]
    ratio = np.asarray(row["disadvantage_by"]) / np.asarray(half["disadvantage_by"])
    assert ratio == pytest.approx(ratio[0])


def test_a_sampled_cohort_agrees_with_the_nodes() -> None:
    """20,000 people: moments, what the observed traits tell, and means of exponentials, within 5 standard errors."""
    draw = shipped_reference()
    people, at = cohort(draw, 20_000, seed=5), nodes()
    z = people["disadvantage"]
    assert abs(z.mean()) < SIGMAS / math.sqrt(len(z))
    assert abs(z.var() - 1.0) < SIGMAS * math.sqrt(2.0 / len(z))
    groups = (
        people["ace4"] == 1, people["complex_ptsd"] == 1, people["no_fixed_abode"] == 1, people["sentence"] != LONGER,
        people["need"] == OPIATE_AND_CRACK,
    )  # fmt: skip
    for k, flags in enumerate(groups):
        apart = z[flags].mean() - z[~flags].mean()
        error = math.sqrt(z[flags].var() / flags.sum() + z[~flags].var() / (~flags).sum())
        assert abs(apart - at.difference(k)) < SIGMAS * error and apart > 0.3
    for loading in (0.28, 0.85, 1.2):
        for values, among, part in (
            (np.exp(loading * z), np.ones(len(z), dtype=bool), None),
            (np.exp(loading * z), people["sentence"] != LONGER, at.traits[:, SHORT_SENTENCE]),
            (np.exp(loading * z), people["need"] <= 1, at.opiate),
        ):
            error = values[among].std() / math.sqrt(among.sum())
            assert abs(values[among].mean() - at.mean_ratio(loading, part)) < SIGMAS * error
    women = people["sex"] == 1
    assert abs(z[women].mean() - at.mean(at.z, at.women)) < SIGMAS / math.sqrt(women.sum())


def test_a_draw_of_weights_moves_the_trait_smoothly_and_nothing_else() -> None:
    draw = dict(shipped_reference())
    before = cohort(draw, 500)["disadvantage"]
    after = cohort(draw | {"disadvantage.no_fixed_abode": draw["disadvantage.no_fixed_abode"] + 1e-6}, 500)
    assert 0.0 < np.abs(after["disadvantage"] - before).max() < 1e-5


# What its effects are centred by


def test_mean_ratio_without_observed_traits_is_that_of_a_normal() -> None:
    at = nodes(**dict.fromkeys(OBSERVED, 0.0))
    for loading in (0.2, 0.85, 1.4):
        assert at.mean_ratio(loading) == pytest.approx(math.exp(loading**2 / 2.0), rel=1e-4)
    assert at.mean_ratio(0.0) == pytest.approx(1.0)


@pytest.mark.parametrize("loading", [0.0, *ENDS["reoffending"]])
@pytest.mark.parametrize("hazard", [0.0, 0.19, 0.9])
def test_the_frailty_scale_keeps_the_share_by_the_end(loading: float, hazard: float) -> None:
    at = nodes()
    among = at.traits[:, SHORT_SENTENCE]
    c = at.frailty_scale(loading, hazard, among)
    ratio = np.exp(loading * at.z) / at.mean_ratio(loading, among)
    assert at.mean(1.0 - np.exp(-c * hazard * ratio), among) == pytest.approx(1.0 - math.exp(-hazard), abs=1e-9)
    assert c >= 1.0 and (c == 1.0) == (loading == 0.0 or hazard == 0.0)


def test_the_frailty_scale_by_another_search() -> None:
    at = nodes(**dict.fromkeys(OBSERVED, 0.0))
    x, weights = np.polynomial.hermite_e.hermegauss(9)
    weights /= weights.sum()
    ratio = np.exp(0.85 * x) / (weights @ np.exp(0.85 * x))
    root = optimize.brentq(lambda c: weights @ np.exp(-c * 0.896 * ratio) - math.exp(-0.896), 0.5, 5.0, xtol=1e-13)
    assert at.frailty_scale(0.85, 0.896) == pytest.approx(root, rel=1e-9)


@pytest.mark.parametrize("loading", [0.0, *ENDS["homeless"], 2.6])
def test_the_first_night_keeps_its_shares_and_its_published_odds_ratios(loading: float) -> None:
    at = nodes()
    for homeless, temporary in ((0.225, 0.171), (0.05, 0.01), (0.6, 0.3)):
        first = centre_first_night(at, loading, homeless, temporary, (1.8, 4.0))
        p = expit(first.homeless + first.terms(at, loading))
        assert at.mean(p) == pytest.approx(homeless, abs=1e-9)
        assert at.mean(expit(first.unsettled + first.terms(at, loading))) == pytest.approx(
            homeless + temporary, abs=1e-9
        )
        assert odds_ratio(p, at, SHORT_SENTENCE) == pytest.approx(1.8, rel=1e-8)
        assert odds_ratio(p, at, NO_FIXED_ABODE) == pytest.approx(4.0, rel=1e-8)


def test_the_trait_leaves_less_of_a_published_ratio() -> None:
    at = nodes()
    left = [centre_first_night(at, loading, 0.225, 0.171, (1.8, 4.0)) for loading in (0.0, 0.6, 1.2, 1.8)]
    assert np.all(np.diff([first.short for first in left]) < 0.0) and np.all(
        np.diff([first.nfa for first in left]) < 0.0
    )
    # Without the trait by hand: a little more than published, since each ratio is of people who differ in the other.
    assert math.log(1.8) < left[0].short < math.log(1.9) and math.log(4.0) < left[0].nfa < math.log(4.2)


def test_everybody_without_a_settled_home() -> None:
    first = centre_first_night(nodes(), 1.2, 0.4, 0.6, (1.8, 4.0))
    assert (expit(first.unsettled + first.terms(nodes(), 1.2)) > 1.0 - 1e-12).all()


@pytest.mark.parametrize("draw_index", range(5))
def test_every_sampled_draw_can_be_centred(draw_index: int) -> None:
    draw = shipped_table().sample(3, 5)[draw_index]
    margins = margins_of(draw, 0.0, 0.0)
    at, loading = margins.nodes, draw["disadvantage.homeless"]
    homeless = expit(margins.first_night.homeless + margins.first_night.terms(at, loading))
    assert at.mean(homeless) == pytest.approx(before_beds(draw)[0], abs=1e-9)
    assert ((margins.later.rough > 0.0) & (margins.later.rough + margins.later.housed < 1.0)).all()


@pytest.mark.parametrize("name", ENDS)
@pytest.mark.parametrize("end", [0, 1])
def test_published_totals_hold_at_both_ends_of_every_loading(name: str, end: int) -> None:
    """Exact sums: settled on the first night, reoffended by sentence, a first appointment and a contact kept."""
    draw = dict(shipped_reference()) | {f"disadvantage.{other}": 0.0 for other in ENDS}
    alike, differ = (totals(draw | {f"disadvantage.{name}": loading}) for loading in (0.0, ENDS[name][end]))
    for total in alike:
        assert differ[total] == pytest.approx(alike[total], abs=0.01), total


def totals(draw: dict[str, float]) -> dict[str, float]:
    """Shares over the nodes, each by the hazard or the odds that a run would use."""
    margins = margins_of(draw, 0.0, 0.0)
    at, first = margins.nodes, margins.first_night
    numbers = attendance.numbers(draw, margins), reoffending.numbers(draw, margins)
    short = at.traits[:, SHORT_SENTENCE]
    w = at.mean(short)
    shares = {"settled": 1.0 - at.mean(expit(first.unsettled + first.terms(at, draw["disadvantage.homeless"])))}
    spent = spent_in_a_year(draw, w)
    bases = draw["reoffending.short"], draw["reoffending.long"]
    for k, among in enumerate((short, 1.0 - short)):
        rates = numbers[1]["reoffence"]
        assert isinstance(rates, tuple) and isinstance(rates[k], float)
        ratio = rates[k] / bases[k] * np.exp(draw["disadvantage.reoffending"] * at.z)
        shares[f"reoffended {k}"] = at.mean(1.0 - np.exp(-spent[k] * ratio), among)
    for name in ("keep_first", "keep_contact"):
        shares[name] = at.mean(expit(numbers[0][name] - draw["disadvantage.attendance"] * at.z))
    return shares


@pytest.mark.parametrize("loading", [4.1, 1e6, math.inf, math.nan])
def test_what_cannot_be_centred_is_refused_in_one_sentence(loading: float) -> None:
    at = nodes()
    with pytest.raises(InputError, match=r"the loading \S+ of disadvantage cannot be centred"):
        centre_first_night(at, loading, 0.2, 0.2, (1.8, 4.0))
    with pytest.raises(InputError, match="cannot be centred"):
        at.frailty_scale(loading, 0.9)


def test_people_who_sleep_rough_on_day_28_are_more_disadvantaged() -> None:
    margins = margins_of(shipped_reference(), 0.0, 0.0)
    at, rough, home = margins.nodes, margins.later.rough, margins.later.housed
    assert 0.005 < at.mean(rough) < 0.03 and 0.8 < at.mean(home) < 0.95
    assert at.mean(at.z, rough) - at.mean(at.z, home) > 0.5
    hidden = 1.0 - rough - home
    assert 0.05 < at.mean(hidden) < 0.15 and at.mean(at.z, hidden) - at.mean(at.z, home) > 0.5
    assert at.difference(COMPLEX_PTSD) == pytest.approx(0.665, abs=0.01)
