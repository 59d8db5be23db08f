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
from sim.mechanisms import attendance, overdose, reoffending, supervision
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
    """First nights and their odds ratios, reoffended by sentence, recall, overdose by need, appointments kept.

    Numbers as a run would use them, people by a quadrature of its own with seven times as many points.
    """
    draw = dict(shipped_reference()) | {f"disadvantage.{other}": 0.0 for other in ENDS}
    alike, differ = (totals(draw | {f"disadvantage.{name}": loading}) for loading in (0.0, ENDS[name][end]))
    for total in alike:
        assert differ[total] == pytest.approx(alike[total], rel=0.01 if "odds" in total else None, abs=0.01), total


def test_the_totals_can_tell_a_loading_that_is_not_centred() -> None:
    """What would be there if the numbers of nobody's trait met people who have it: every total but one moves."""
    draw = dict(shipped_reference()) | {f"disadvantage.{other}": 0.0 for other in ENDS}
    alike = totals(draw)
    raised = draw | {f"disadvantage.{name}": ends[1] for name, ends in ENDS.items()}
    moved = {total for total, share in totals(draw, lived_by=raised).items() if abs(share / alike[total] - 1.0) > 0.01}
    assert moved == set(alike) - {"keep_first"}


def people_of(draw: dict[str, float]) -> Nodes:
    """As nodes_of, by 61 points of the trapezoidal rule from -6 to 6, built from the traits' shares alone."""
    row = trait_numbers(draw)[0]
    x = np.linspace(-6.0, 6.0, 61)
    density = np.exp(-0.5 * x * x)
    density /= density.sum()
    coarse = nodes_of(draw, row)
    cells = slice(None, None, len(coarse.z) // 32)
    traits = coarse.traits[cells]
    shares = coarse.weight.reshape(32, -1).sum(axis=1)
    seen = float(row["disadvantage_start"]) + traits @ np.asarray(row["disadvantage_by"])
    z = seen[:, None] + float(row["disadvantage_rest"]) * x
    each = {"traits": np.repeat(traits, len(x), axis=0)}
    each |= {name: np.repeat(getattr(coarse, name)[cells], len(x)) for name in ("women", "opiate")}
    return Nodes(z=z.ravel(), weight=np.outer(shares, density).ravel(), **each)


def totals(draw: dict[str, float], lived_by: dict[str, float] | None = None) -> dict[str, float]:
    """Means over people, each by the hazard or the odds that a run of the draw would use.

    lived_by: the draw whose loadings act on people, where it is not the one that everything is centred by.
    """
    margins, acts = margins_of(draw, 0.0, 0.0), draw if lived_by is None else lived_by
    at, first = people_of(draw), margins.first_night
    kept, again = attendance.numbers(draw, margins), reoffending.numbers(draw, margins)
    breach, fatal = supervision.numbers(draw, margins), overdose.numbers(draw, margins)
    terms = first.terms(at, acts["disadvantage.homeless"])
    homeless = expit(first.homeless + terms)
    shares = {
        "homeless": at.mean(homeless),
        "settled": 1.0 - at.mean(expit(first.unsettled + terms)),
        "odds ratio of a short sentence": odds_ratio(homeless, at, SHORT_SENTENCE),
        "odds ratio of no fixed abode": odds_ratio(homeless, at, NO_FIXED_ABODE),
        "recall": at.mean(np.exp(acts["disadvantage.recall"] * at.z)) / number(breach["recall_mean_ratio"]),
    }
    short = at.traits[:, SHORT_SENTENCE]
    spent = spent_in_a_year(draw, at.mean(short))
    bases = draw["reoffending.short"], draw["reoffending.long"]
    for k, among in enumerate((short, 1.0 - short)):
        ratio = number(again["reoffence"], k) / bases[k] * np.exp(acts["disadvantage.reoffending"] * at.z)
        shares[f"reoffended {k}"] = at.mean(1.0 - np.exp(-spent[k] * ratio), among)
    raised = np.exp(acts["disadvantage.overdose"] * at.z)
    for k, among in enumerate((at.opiate, 1.0 - at.opiate)):
        shares[f"overdose {k}"] = at.mean(raised, among) / number(fatal["overdose_mean_ratio"], k)
    for name in ("keep_first", "keep_contact"):
        shares[name] = at.mean(expit(number(kept[name]) - acts["disadvantage.attendance"] * at.z))
    return shares


def number(value: object, k: int = 0) -> float:
    """One number that a mechanism derives, or the k-th of several."""
    one = value[k] if isinstance(value, tuple) else value
    assert isinstance(one, float)
    return one


@pytest.mark.parametrize("name", ENDS)
def test_a_loading_that_cannot_be_centred_is_named(name: str) -> None:
    """Also of those that no sum over the nodes refuses by itself."""
    for loading in (4.1, -4.1, math.nan):
        with pytest.raises(InputError, match=rf"the loading \S+ of disadvantage\.{name} cannot be centred: .* to 4"):
            margins_of({**shipped_reference(), f"disadvantage.{name}": loading}, 0.0, 0.0)
    margins_of({**shipped_reference(), f"disadvantage.{name}": 4.0}, 0.0, 0.0)


@pytest.mark.parametrize("weight", [math.inf, math.nan])
def test_a_weight_that_is_no_number_is_named(weight: float) -> None:
    with pytest.raises(InputError, match=r"the weight (inf|nan) of disadvantage\.ace4 is no number"):
        trait_numbers({**shipped_reference(), "disadvantage.ace4": weight})


def test_weights_at_their_ends_leave_a_trait_of_variance_1() -> None:
    table = shipped_table()
    for end in ("low", "high"):
        ends = {name: float(getattr(table[f"disadvantage.{name}"], end) or 0.0) for name in OBSERVED}
        at = nodes(**ends)
        assert at.mean(at.z**2) == pytest.approx(1.0, abs=1e-9)


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
