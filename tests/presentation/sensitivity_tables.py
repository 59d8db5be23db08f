"""Made-up tables of a sensitivity study as wide as the full model's: 30 groups, 150 parameters, nine scenarios.

Numbers are keyed, so the tables are the same in every run. A few factors carry most of the variance, most carry none
that can be told from zero, and luck takes a part that differs by outcome.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from full_study import NAMES, TITLES
from numpy.typing import NDArray

from sim.evidence.load import load_parameters
from sim.outcomes.measures import HEADLINES, MEASURE_NAMES
from sim.presentation.sensitivity.words import LUCK, Labels

LONG_NAME = "overdose.fentanyl_potency_ratio"
HEADLINE_NAMES = tuple(measure.name for measure in HEADLINES)
SOME = ("engaged_within_3_weeks", "rough_sleeping_days", "deaths_365_days_expected")
THEMES = ("continuity_of_care_from_prison_to_community", "lived_experience_and_mutual_aid", "rural_transport")
QUANTILES = (0.025, 0.25, 0.5, 0.75, 0.975)
SAMPLES = (64, 128, 256, 512)
# Size of one unit of effect in the measure's own unit.
SIZES = {"rough_sleeping_days": 0.8, "cost_total_gbp": 150.0, "qalys": 0.002, "wait_days_mean": 0.3}
USUAL_SIZE = 0.01


@dataclass(frozen=True)
class Tables:
    """The tables of a study and what its charts need to speak."""

    sensitivity: pd.DataFrame
    convergence: pd.DataFrame
    noise: pd.DataFrame
    response: pd.DataFrame
    precision: pd.DataFrame
    common_random_numbers: pd.DataFrame
    points: pd.DataFrame
    labels: Labels


def parameter_names(n: int = 150) -> tuple[str, ...]:
    """The evidence's parameters and a long-named one, n in all."""
    return (LONG_NAME, *sorted(load_parameters())[: n - 1])


def group_names(n: int = 30) -> tuple[str, ...]:
    """Names of mechanisms, themes and odd groups, n in all."""
    found = (*THEMES, *dict.fromkeys(name.split(".")[0] for name in sorted(load_parameters())))
    return (*found, *(f"group_of_numbers_{k}" for k in range(n)))[:n]


def labels() -> Labels:
    """Scenario titles, units and values of the evidence, a source line."""
    table = load_parameters()
    units = {name: table[name].unit for name in table} | {LONG_NAME: "ratio"}
    values = {name: table[name].value for name in table} | {LONG_NAME: 2.0}
    return Labels(
        source="Source: Throughgate, study 5f2c9e0d71ab, program 1a2b3c4d5e6f; nominally 2,000 people a run.",
        scenarios=TITLES,
        baseline="baseline",
        factors={"rural_transport": "Rural transport"},
        units=units,
        values=values,
    )


def weights(factors: Sequence[str], key: int) -> NDArray[np.float64]:
    """Shares of variance by factor, f8[factors], that sum to 1; luck, where it is a factor, takes its part."""
    draw = np.random.default_rng([11, key])
    order = np.random.default_rng([12, key % 3]).permutation(len(factors))
    heavy = np.exp(-0.55 * order) * draw.lognormal(0.0, 0.25, len(factors))
    is_luck = np.array([name == LUCK for name in factors])
    luck = 0.15 + 0.5 * draw.random() if is_luck.any() else 0.0
    heavy[is_luck] = 0.0
    found = heavy / max(heavy.sum(), 1e-12) * (1.0 - luck)
    found[is_luck] = luck
    return np.asarray(found, dtype=np.float64)


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    """With ranks of the factors of one outcome's index, as wide as their intervals overlap."""
    size, low, high = (frame[key].abs().to_numpy() for key in ("value", "low", "high"))
    low, high = np.minimum(low, high), np.maximum(low, high)
    order = np.empty(len(size), dtype=int)
    order[np.argsort(-size, kind="stable")] = np.arange(1, len(size) + 1)
    above = (low[None, :] > high[:, None]).sum(axis=1)
    below = (high[None, :] < low[:, None]).sum(axis=1)
    return frame.assign(rank=order, rank_low=above + 1, rank_high=np.maximum(order, len(size) - below))


def indices_of(
    design: str, method: str, factors: Sequence[str], indices: Sequence[str], measures: Sequence[str], *,
    scenarios: Sequence[str] = NAMES[1:], error: float = 0.012, points: int = 15360,
) -> pd.DataFrame:  # fmt: skip
    """Rows of `sensitivity` for one design: differences of these scenarios from the baseline."""
    found = []
    for s, scenario in enumerate(scenarios):
        for m, measure in enumerate(measures):
            key = 100 * s + m
            draw, share = np.random.default_rng([21, key]), weights(factors, key)
            size = SIZES.get(measure, USUAL_SIZE)
            of_index = {
                "ST": share * 1.25, "S1": share * 0.85, "delta": 0.02 + 0.5 * share, "pawn": 0.04 + 0.9 * share,
                "mu_star": size * np.sqrt(share), "mu": -size * np.sqrt(share),
                "sigma": size * np.sqrt(share) * draw.uniform(0.05, 1.2, len(factors)),
            }  # fmt: skip
            for index in indices:
                scale = size if index in ("mu_star", "mu", "sigma") else 1.0
                value = of_index[index] + scale * error * draw.normal(0.0, 0.5, len(factors))
                value = np.abs(value) if index in ("mu_star", "sigma", "delta", "pawn") else value
                half = scale * error * draw.uniform(1.2, 2.2, len(factors)) + 0.08 * np.abs(value)
                low = value - half
                found.append(
                    _ranked(pd.DataFrame(
                        {
                            "design": design, "method": method, "scenario": scenario, "kind": "difference",
                            "measure": measure, "factor": list(factors), "other": "", "index": index, "value": value,
                            "low": np.maximum(0.0, low) if index in ("mu_star", "sigma") else low,
                            "high": value + half, "from_zero": np.abs(value) > 1.4 * half, "points": points,
                        }
                    ))
                )  # fmt: skip
    columns = [
        "design", "method", "scenario", "kind", "measure", "factor", "other", "index", "value", "low", "high",
        "from_zero", "rank", "rank_low", "rank_high", "points",
    ]  # fmt: skip
    return pd.concat(found, ignore_index=True)[columns]


def convergence_of(rows: pd.DataFrame, samples: Sequence[int] = SAMPLES) -> pd.DataFrame:
    """The indices at smaller sample sizes: intervals as wide as the root of samples says."""
    keys = ["design", "method", "scenario", "kind", "measure", "factor", "index"]
    found = []
    for k, n in enumerate(samples):
        wider = np.sqrt(samples[-1] / n)
        half = (rows["high"] - rows["low"]) / 2 * wider
        shift = half * np.random.default_rng([31, k]).normal(0.0, 0.35, len(rows)) * (0.0 if n == samples[-1] else 1.0)
        value = rows["value"] + shift
        found.append(rows[keys].assign(samples=n, value=value, low=value - half, high=value + half))
    return pd.concat(found, ignore_index=True)


def response_of(
    factors: Sequence[str], measures: Sequence[str], scenarios: Sequence[str] = NAMES[1:], *, effect: float = 1.0
) -> pd.DataFrame:
    """Rows of `response`: each parameter moved alone through its quantiles."""
    table, found = load_parameters(), []
    for s, scenario in enumerate(scenarios):
        for m, measure in enumerate(measures):
            key, size = 100 * s + m, SIZES.get(measure, USUAL_SIZE)
            share, draw = weights(factors, key), np.random.default_rng([41, key])
            reference = size * (4.0 if s % 2 else -3.0)
            for f, factor in enumerate(factors):
                low, high = (table[factor].low, table[factor].high) if factor in table else (0.8, 6.0)
                at = np.array(QUANTILES)
                bend, sign = draw.uniform(-0.8, 0.8), draw.choice([-1.0, 1.0])
                own = (table[factor].value - low) / (high - low) if factor in table and high > low else 0.3
                moved = effect * 4 * size * np.sqrt(share[f]) * sign * ((at - own) + bend * (at - own) ** 2)
                mean = reference + moved + 0.02 * size * draw.normal(0.0, 1.0, len(at))
                half = size * (0.05 + 0.08 * np.abs(at - 0.5)) * draw.uniform(0.8, 1.2, len(at))
                found.append(
                    pd.DataFrame(
                        {
                            "design": "one_by_one", "scenario": scenario, "kind": "difference", "measure": measure,
                            "factor": factor, "quantile": at, "parameter_value": low + at * (high - low), "mean": mean,
                            "low": mean - half, "high": mean + half, "reference": reference,
                        }
                    )
                )  # fmt: skip
    return pd.concat(found, ignore_index=True)


def precision_of(measures: Sequence[str], scenarios: Sequence[str] = NAMES[1:], replicates: int = 40) -> pd.DataFrame:
    """Rows of `precision`: the running mean of a paired difference and its Monte Carlo interval, from two runs on."""
    found = []
    for s, scenario in enumerate(scenarios):
        for m, measure in enumerate(measures):
            draw = np.random.default_rng([51, 100 * s + m])
            runs = draw.normal(14.0 - 6 * s, 9.0, replicates)
            n = np.arange(1, replicates + 1)
            mean = np.cumsum(runs) / n
            spread = np.array([np.nan, *(runs[:k].std(ddof=1) for k in range(2, replicates + 1))])
            half = 2.1 * spread / np.sqrt(n) * (1 + 3.0 / n**2)
            found.append(
                pd.DataFrame(
                    {
                        "scenario": scenario, "measure": measure, "replicates": n, "difference_per_year": mean,
                        "low": mean - half, "high": mean + half, "unit": "people a year",
                    }
                )
            )  # fmt: skip
    return pd.concat(found, ignore_index=True)


def noise_of(measures: Sequence[str], scenarios: Sequence[str] = NAMES[1:], design: str = "sobol") -> pd.DataFrame:
    """Rows of `noise`: the share of variance that is luck."""
    rows = []
    for s, scenario in enumerate(scenarios):
        for m, measure in enumerate(measures):
            share = weights((*group_names(), LUCK), 100 * s + m)[-1]
            size = SIZES.get(measure, USUAL_SIZE)
            rows.append(
                {
                    "design": design, "scenario": scenario, "kind": "difference", "measure": measure,
                    "mean": size * (4.0 if s % 2 else -3.0), "variance": size**2, "noise_share": share,
                    "noise_low": share - 0.04, "noise_high": share + 0.04, "how": "ST of luck",
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def paired_of(measures: Sequence[str], scenarios: Sequence[str] = NAMES[1:]) -> pd.DataFrame:
    """Rows of `common_random_numbers`."""
    rows = [
        {
            "scenario": scenario, "measure": measure, "paired_sd": 1.0, "unpaired_sd": (4.0 + s + m) ** 0.5 * 2,
            "worth": 4.0 * (4.0 + s + m),
        }
        for s, scenario in enumerate(scenarios)
        for m, measure in enumerate(measures)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def points_of(factors: Sequence[str], n: int = 6) -> pd.DataFrame:
    """Rows of `points`."""
    draw = np.random.default_rng(61)
    uniform = {name: draw.random(n) for name in factors}
    head = {"design": "screen", "point": np.arange(n), "unit": np.arange(n) // 2, "stream": draw.integers(0, 2**40, n)}
    return pd.DataFrame({**head, **uniform})


@cache
def tables() -> Tables:
    """All of it."""
    groups, parameters = (*group_names(), LUCK), (*parameter_names(), LUCK)
    sobol = indices_of("sobol", "sobol", groups, ("S1", "ST"), MEASURE_NAMES)
    screen = indices_of(
        "screen", "morris", parameters, ("mu", "mu_star", "sigma"), HEADLINE_NAMES, error=0.03, points=3040
    )
    drawn = [
        indices_of("drawn", method, parameters[:-1], (method,), SOME, error=0.02, points=2000)
        for method in ("delta", "pawn")
    ]
    return Tables(
        sensitivity=pd.concat([sobol, screen, *drawn], ignore_index=True),
        convergence=convergence_of(sobol[sobol["measure"].isin(SOME)]),
        noise=noise_of(HEADLINE_NAMES),
        response=response_of(parameters[:-1], SOME, NAMES[1:4]),
        precision=precision_of(("engaged_within_3_weeks",)),
        common_random_numbers=paired_of(HEADLINE_NAMES),
        points=points_of(parameters[:-1]),
        labels=labels(),
    )
