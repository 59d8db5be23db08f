"""One trait of a person, disadvantage: who has how much of it, and the sums over it by which its effects are centred.

    disadvantage = sum over k of w_k (x_k - p_k) / sqrt(p_k (1 - p_k)) + sqrt(1 - R2) x standard normal
    k: four or more adverse experiences, complex PTSD, no fixed abode, a sentence to 12 months, opiates and crack

so its mean is 0 and its variance 1. p_k and R2, the part of the variance that can be observed, are exact sums over the
32 cells of the five traits under the draw's shares. Weights that explain more than MOST_OBSERVED are all divided by one
number. No service sees it: what a service knows are the five traits, not the rest.

Loadings are what a standard deviation of it adds to the logarithm of a hazard or of odds. With all of them at 0 people
differ by what can be seen alone, which is what `switches: off: [disadvantage]` of a scenario asks for (`alike`).

Centring. Whatever was published of a mix of people is an average over this trait too, so each effect of it is shifted
once a draw by exact sums over cells x 9 Gauss-Hermite nodes of the rest (`Nodes`).
Reads disadvantage.* for the weights.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from sim.core.errors import InputError
from sim.core.rates import logit
from sim.evidence.possible import ALLOWED_TOGETHER

Array = np.ndarray[Any, Any]

ACE4, COMPLEX_PTSD, NO_FIXED_ABODE, SHORT_SENTENCE, WITH_CRACK = range(5)
OBSERVED = ("ace4", "complex_ptsd", "no_fixed_abode", "short_sentence", "opiate_and_crack")
"""Observed traits that tell part of it, in the order of the person's numbers."""
LOADINGS = ("homeless", "recall", "reoffending", "overdose", "attendance")
"""What it acts on, each by the loading disadvantage.NAME."""

MOST_OBSERVED = 0.95
NODES_OF_REST = 9
MOST_LOADING = 4.0  # beyond it nine nodes no longer stand for the mix of people
CELLS = ((np.arange(2 ** len(OBSERVED))[:, None] >> np.arange(len(OBSERVED))) & 1).astype(np.float64)
"""f8[32, 5], 1 where the cell has the trait."""

CERTAIN = 40.0  # log odds at which a probability is 1 in every digit
STEPS, CLOSE = 60, 1e-12


def cell_shares(numbers: Any) -> Array:
    """f8[2, 32], joint shares of sex (man, woman) and cell; numbers: one TRAIT_NUMBERS row."""
    women = float(numbers["women_share"])
    with_ace4 = CELLS[:, ACE4] > 0.0
    ptsd = np.where(with_ace4, float(numbers["complex_ptsd"][1]), float(numbers["complex_ptsd"][0]))
    shares = np.empty((2, len(CELLS)))
    for sex, share in enumerate((1.0 - women, women)):
        chances: tuple[float | Array, ...] = (
            float(numbers["ace4"][sex]),
            ptsd,
            float(numbers["no_fixed_abode"]),
            float(numbers["sentence_cumulative"][3 * sex + 1]),
            float(numbers["need_cumulative"][0]),
        )
        shares[sex] = share
        for k, chance in enumerate(chances):
            shares[sex] *= np.where(CELLS[:, k] > 0.0, chance, 1.0 - chance)
    return shares


def observed_part(draw: Mapping[str, float], shares: Array) -> tuple[float, Array, float]:
    """(where it starts, f8[5] what each observed trait adds, standard deviation of the rest); shares: of the cells."""
    refuse_no_number(draw)
    p = shares @ CELLS
    sd = np.sqrt(p * (1.0 - p))
    weights = np.array([draw[f"disadvantage.{name}"] for name in OBSERVED])
    by = np.divide(weights, sd, out=np.zeros_like(weights), where=sd > 0.0)
    explained = float(shares @ ((CELLS - p) @ by) ** 2)
    if explained > MOST_OBSERVED:
        by *= math.sqrt(MOST_OBSERVED / explained)
        explained = MOST_OBSERVED
    return -float(p @ by), by, math.sqrt(1.0 - explained)


@cache
def hermite() -> tuple[Array, Array]:
    """Points and weights of the standard normal."""
    x, weights = np.polynomial.hermite_e.hermegauss(NODES_OF_REST)
    return x, weights / weights.sum()


@dataclass(frozen=True, eq=False)
class Nodes:
    """The population by observed traits and the rest of the trait, as points with weights that add up to 1.

    z: f8[n], the trait; weight: f8[n]; traits: f8[n, 5], 1 with the observed trait; women: f8[n], share of women;
    opiate: f8[n], share with an opiate need.
    """

    z: Array
    weight: Array
    traits: Array
    women: Array
    opiate: Array

    def mean(self, values: Array, among: Array | None = None) -> float:
        """Mean of values over the nodes, or over the part `among` of each."""
        weight = self.weight if among is None else self.weight * among
        return float(weight @ values / weight.sum())

    def mean_ratio(self, loading: float, among: Array | None = None) -> float:
        """E exp(loading x trait)."""
        refuse_extreme(loading)
        return self.mean(np.exp(loading * self.z), among)

    def frailty_scale(self, loading: float, hazard: float, among: Array | None = None) -> float:
        """The c with E[1 - exp(-c H r)] = 1 - exp(-H), r = exp(loading z) / E exp(loading z).

        People with a high hazard leave those at risk first, so a mean hazard that is right on the first day gives too
        few events by the end: c makes up for it where the published figure is a share by a time. It is 1 at loading 0.
        """
        if hazard <= 0.0 or loading == 0.0:
            return 1.0
        mean = self.mean_ratio(loading, among)
        spent = hazard * np.exp(loading * self.z) / mean
        c = 1.0
        for _ in range(STEPS):  # concave in c, so Newton's steps rise to the root
            left = np.exp(-c * spent)
            short = self.mean(left, among) - math.exp(-hazard)
            if short <= CLOSE:
                return c
            c += short / self.mean(spent * left, among)
        raise no_mix(loading)

    def ratio_by(self, loading: float, part: Array, other: Array) -> float:
        """E exp(loading x trait) of one part of each node over that of another part."""
        return self.mean_ratio(loading, part) / self.mean_ratio(loading, other)

    def direct_log_odds(self, log_odds: Array, published: float, part: Array, other: Array) -> float:
        """What is to be added to the log odds of one part of each node so that the odds over it are `published` times
        those over the other part: the published ratio less what its people differ in already."""
        of_other = self.mean(expit(log_odds), other)
        share = self.weight * part
        return centred_intercept(
            float(expit(np.asarray(logit(of_other) + math.log(published)))), log_odds, share / share.sum()
        )

    def difference(self, k: int) -> float:
        """Mean of the trait with the observed trait k less that without it; 0 where nobody or everybody has it."""
        x = self.traits[:, k]
        share = float(self.weight @ x)
        if not 0.0 < share < 1.0:
            return 0.0
        return self.mean(self.z, x) - self.mean(self.z, 1.0 - x)


@dataclass(frozen=True)
class FirstNight:
    """Log odds of the first night: the intercepts of homeless, and of homeless or temporary, and what is added for a
    sentence to 12 months and for no fixed abode beside the trait."""

    homeless: float
    unsettled: float
    short: float
    nfa: float

    def terms(self, nodes: Nodes, loading: float) -> Array:
        """f8[nodes], log odds beside the intercept."""
        return (
            loading * nodes.z
            + self.short * nodes.traits[:, SHORT_SENTENCE]
            + self.nfa * nodes.traits[:, NO_FIXED_ABODE]
        )


def nodes_of(draw: Mapping[str, float], numbers: Any) -> Nodes:
    """The nodes of a draw; numbers: its TRAIT_NUMBERS row."""
    by_sex = cell_shares(numbers)
    shares = by_sex.sum(axis=0)
    x, weights = hermite()
    observed = float(numbers["disadvantage_start"]) + CELLS @ np.asarray(numbers["disadvantage_by"])
    z = observed[:, None] + float(numbers["disadvantage_rest"]) * x
    crack, opiate = float(numbers["need_cumulative"][0]), float(numbers["need_cumulative"][1])
    others = (opiate - crack) / (1.0 - crack) if crack < 1.0 else 0.0
    women = np.divide(by_sex[1], shares, out=np.zeros_like(shares), where=shares > 0.0)
    return Nodes(
        z=z.ravel(),
        weight=np.outer(shares, weights).ravel(),
        traits=np.repeat(CELLS, NODES_OF_REST, axis=0),
        women=np.repeat(women, NODES_OF_REST),
        opiate=np.repeat(np.where(CELLS[:, WITH_CRACK] > 0.0, 1.0, others), NODES_OF_REST),
    )


def centre_first_night(
    nodes: Nodes, loading: float, homeless: float, temporary: float, odds_ratios: tuple[float, float]
) -> FirstNight:
    """The first night with the trait in place: shares as published, and marginal odds ratios of homelessness too.

    homeless, temporary: shares of first nights. odds_ratios: as published, of a sentence to 12 months and of no fixed
    abode. They are crude, so they hold what the trait says of these people already; what is left beside it is solved
    together with the intercept, by Newton's steps.
    """
    wanted = [math.log(ratio) for ratio in odds_ratios]
    groups = [(k, target) for k, target in zip((SHORT_SENTENCE, NO_FIXED_ABODE), wanted, strict=True)
              if 0.0 < float(nodes.weight @ nodes.traits[:, k]) < 1.0]  # fmt: skip
    design = np.column_stack([np.ones_like(nodes.z), *(nodes.traits[:, k] for k, _ in groups)])
    parts = [nodes.weight]
    for k, _ in groups:
        with_it, without = nodes.weight * nodes.traits[:, k], nodes.weight * (1.0 - nodes.traits[:, k])
        parts += [with_it / with_it.sum(), without / without.sum()]
    means = np.stack(parts)
    refuse_extreme(loading)
    shift = loading * nodes.z
    at = np.array([logit(homeless), *(target for _, target in groups)])
    target = at.copy()
    for _ in range(STEPS):
        p = expit(shift + design @ at)
        m = means @ p
        slopes = (means * (p * (1.0 - p))) @ design / (m * (1.0 - m))[:, None]
        log_odds = np.log(m / (1.0 - m))
        gap = target - np.append(log_odds[:1], log_odds[1::2] - log_odds[2::2])
        if np.abs(gap).max() <= CLOSE * 100:
            added = dict(zip((k for k, _ in groups), at[1:].tolist(), strict=True))
            short, nfa = (added.get(k, w) for k, w in zip((SHORT_SENTENCE, NO_FIXED_ABODE), wanted, strict=True))
            first = FirstNight(float(at[0]), CERTAIN, short, nfa)
            unsettled = centred_intercept(homeless + temporary, first.terms(nodes, loading), nodes.weight)
            return replace(first, unsettled=unsettled)
        jacobian = np.vstack([slopes[:1], slopes[1::2] - slopes[2::2]])
        at = at + np.clip(np.linalg.solve(jacobian, gap), -2.0, 2.0)
    raise no_mix(loading)


def expit(x: Array) -> Array:
    """Probabilities of log odds."""
    with np.errstate(over="ignore"):
        return np.asarray(1.0 / (1.0 + np.exp(-x)))


def centred_intercept(mean: float, shifts: Array, shares: Array) -> float:
    """Intercept b with sum(shares x p(b + shifts)) = mean on the logit scale, shares adding up to 1.

    A mean of 1 gives the log odds of certainty. Newton's steps, and half the bracket where one leads out of it.
    """
    if mean >= 1.0:
        return CERTAIN - float(np.min(shifts))
    low, high = logit(mean) - float(np.max(shifts)), logit(mean) - float(np.min(shifts))
    shares, shifts = np.ravel(shares), np.ravel(shifts)
    b = min(max(logit(mean) - float(shares @ shifts), low), high)
    for _ in range(2 * STEPS):
        p = expit(b + shifts)
        gap = float(shares @ p) - mean
        if gap < 0.0:
            low = b
        else:
            high = b
        slope = float(shares @ (p * (1.0 - p)))
        following = b - gap / slope if slope > 0.0 else low - 1.0
        if not low <= following <= high:
            following = 0.5 * (low + high)
        if abs(following - b) <= 1e-14 * max(1.0, abs(b)):
            break
        b = following
    return b


def alike(draw: Mapping[str, float]) -> dict[str, float]:
    """The draw with every loading at 0: the trait is there and does nothing, and all is centred without it."""
    return {**draw, **{f"disadvantage.{name}": 0.0 for name in LOADINGS}}


def refuse_no_number(draw: Mapping[str, float]) -> None:
    """Raises InputError for a weight that is not finite, naming its row."""
    for name in OBSERVED:
        weight = draw[f"disadvantage.{name}"]
        if not math.isfinite(weight):
            raise InputError(f"the weight {weight:g} of disadvantage.{name} is no number", allowed="a finite number")


def refuse_extremes(draw: Mapping[str, float]) -> None:
    """Raises InputError for a loading of the draw that cannot be centred, naming its row."""
    for name in LOADINGS:
        refuse_extreme(draw[f"disadvantage.{name}"], f"disadvantage.{name}")


def refuse_extreme(loading: float, row: str = "disadvantage") -> None:
    """Raises InputError for a loading that sums over the nodes cannot centre."""
    if not abs(loading) <= MOST_LOADING:
        raise not_centred(loading, row)


def not_centred(loading: float, row: str = "disadvantage") -> InputError:
    """What is said of a loading with which published shares cannot hold."""
    return InputError(
        f"the loading {loading:g} of {row} cannot be centred: so strong an effect of one trait leaves no mix of "
        "people with the published shares",
        allowed=f"loadings to {MOST_LOADING:g}",
    )


def no_mix(loading: float) -> InputError:
    """What is said where a loading that can be centred by itself cannot with the other numbers of the draw."""
    return InputError(
        f"with the loading {loading:g} of disadvantage no mix of people has the shares and ratios of the other numbers",
        allowed=ALLOWED_TOGETHER,
    )
