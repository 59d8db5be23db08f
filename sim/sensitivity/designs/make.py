"""Makes a design from a method's name, checking before any run what its analysis will need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.core.arguments import shown
from sim.core.errors import InputError, nearest_name
from sim.core.grammar import counted, noun_for
from sim.sensitivity.designs.design import METHODS, Design, Floats, Ints
from sim.sensitivity.designs.factors import LUCK, LUCK_FACTOR, Factor, Groups, groups_of
from sim.sensitivity.designs.fast import HARMONICS, fast_points
from sim.sensitivity.designs.morris import morris_points
from sim.sensitivity.designs.one_at_a_time import QUANTILES, one_at_a_time_points
from sim.sensitivity.designs.random import random_points
from sim.sensitivity.designs.sobol import sobol_points

LEAST_SAMPLES: Mapping[str, int] = {"random": 1, "sobol": 16, "morris": 4, "fast": 65, "one_at_a_time": 1}
"""Fewest base samples, draws, trajectories, points of a curve or levels with which a design is made."""

MOST_LEVELS = 64
LUCK_AS_FACTOR = ("sobol", "morris")
WITH_GROUPS = ("sobol", "morris")

SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "random": {},
    "sobol": {"second_order": False},
    "morris": {"levels": 4},
    "fast": {"harmonics": HARMONICS},
    "one_at_a_time": {"quantiles": None},
}
"""Settings of each method with what they are when not given."""


def make_design(
    method: str,
    factors: Sequence[Factor],
    *,
    samples: int,
    seed: int,
    groups: Groups = None,
    luck: bool = True,
    replicates: int = 1,
    settings: Mapping[str, Any] | None = None,
    name: str | None = None,
) -> Design:
    """The design of the method over the factors (from `factors_of`, without `LUCK`).

    samples: base samples (sobol, a power of 2), trajectories (morris), points of each curve (fast), draws (random),
    quantiles (one_at_a_time: how many of QUANTILES, or the length of the setting `quantiles`).
    groups: see `factors.Groups`; for sobol and morris. luck: whether the stream of random numbers is a factor of sobol
    and morris; with False all their points share one stream. With the other methods replicates show its part.
    Raises InputError for what does not fit, with the reason.
    """
    if method not in METHODS:
        near = nearest_name(method, METHODS)
        raise InputError(f"'{method}' is not a design", parameter="method", allowed=", ".join(METHODS), nearest=near)
    chosen = _settings(method, settings or {})
    _check_factors(factors)
    _check_numbers(method, samples, replicates, chosen)
    if groups is not None and method not in WITH_GROUPS:
        problem = f"{method} moves one factor at a time, so it takes no groups"
        raise InputError(problem, parameter="groups", allowed=f"groups with {' or '.join(WITH_GROUPS)}")
    with_luck = luck and method in LUCK_AS_FACTOR
    varied = (*factors, LUCK_FACTOR) if with_luck else tuple(factors)
    names = tuple(factor.name for factor in varied)
    empty = Design(
        name or method, method, names, groups_of(varied, groups), samples, replicates, seed, chosen, *_nothing()
    )
    uniforms, streams, unit = _points(empty)
    return Design(
        name or method, method, names, empty.groups, samples, replicates, seed, chosen, uniforms, streams, unit
    )


def points_of(method: str, n_moved: int, samples: int, settings: Mapping[str, Any] | None = None) -> int:
    """How many points a design will have. n_moved: factors or groups, `LUCK` among them where it is one."""
    chosen = _settings(method, settings or {})
    if method == "sobol":
        return samples * (2 * n_moved + 2 if chosen["second_order"] else n_moved + 2)
    return {"random": samples, "morris": samples * (n_moved + 1), "fast": samples * n_moved}.get(
        method, 1 + samples * n_moved
    )


def _points(design: Design) -> tuple[Floats, Ints, Ints]:
    n, seed, settings = design.samples, design.seed, design.settings
    if design.method == "random":
        return random_points(design.factors, n, seed)
    if design.method == "sobol":
        order = bool(settings["second_order"])
        return sobol_points(design.moves, n, seed, second_order=order, has_luck=design.has_luck)
    if design.method == "morris":
        own, levels = design.moved, int(settings["levels"])
        return morris_points(design.factors, own, design.moves, n, seed, levels=levels, has_luck=design.has_luck)
    if design.method == "fast":
        return fast_points(len(design.factors), n, seed, harmonics=settings["harmonics"])
    return one_at_a_time_points(len(design.factors), settings["quantiles"] or QUANTILES[:n])


def _nothing() -> tuple[Floats, Ints, Ints]:
    return one_at_a_time_points(0, ())


def _settings(method: str, given: Mapping[str, Any]) -> dict[str, Any]:
    known = SETTINGS[method]
    for key in given:
        if key not in known:
            allowed = ", ".join(known) or "no setting"
            problem = f"'{key}' is not a setting of {method}"
            raise InputError(problem, parameter="settings", allowed=allowed, nearest=nearest_name(key, known))
    return {**known, **given}


def _check_factors(factors: Sequence[Factor]) -> None:
    names = [factor.name for factor in factors]
    if not names:
        raise InputError("there is no factor to vary", parameter="factors", allowed="at least one")
    if LUCK in names:
        raise InputError("luck is not one of the parameters", parameter="factors", allowed="luck: true")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"'{twice[0]}' stands twice", parameter="factors", allowed="each factor once")


def _check_numbers(method: str, samples: int, replicates: int, settings: Mapping[str, Any]) -> None:
    least = LEAST_SAMPLES[method]
    if method == "fast":
        least = 4 * _whole(settings["harmonics"], "harmonics", 1, 16) ** 2 + 1
    if samples < least:
        raise InputError(
            f"{counted(samples, 'sample')} {noun_for(samples, 'is', 'are')} too few for {method}",
            parameter="samples",
            allowed=f"{least} or more",
        )
    if replicates < 1:
        raise InputError(
            f"{counted(replicates, 'replicate')} cannot be run", parameter="replicates", allowed="1 or more"
        )
    if method == "sobol" and samples & (samples - 1):
        below = 2 ** (samples.bit_length() - 1)
        problem = f"{samples} is no power of 2, which a Sobol sequence needs to be balanced"
        raise InputError(problem, parameter="samples", allowed=f"{below} or {2 * below}")
    if method == "morris":
        levels = _whole(settings["levels"], "levels", 2, MOST_LEVELS)
        if levels % 2:
            raise InputError(
                f"{counted(levels, 'level')}: a move of half the levels needs an even number", parameter="levels"
            )
    if method == "one_at_a_time":
        _check_quantiles(samples, settings["quantiles"])


def _whole(value: object, key: str, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise InputError(
            f"{shown(value)} is not a number of {key}", parameter=key, allowed=f"a whole number, {least} to {most}"
        )
    return value


def _check_quantiles(samples: int, quantiles: Sequence[float] | None) -> None:
    if quantiles is None:
        if samples > len(QUANTILES):
            problem = f"{counted(samples, 'quantile')}, but only {len(QUANTILES)} are chosen beforehand"
            raise InputError(problem, parameter="samples", allowed=f"1 to {len(QUANTILES)}, or the setting 'quantiles'")
        return
    if len(set(quantiles)) != len(quantiles) or not all(0.0 < q < 1.0 for q in quantiles):
        raise InputError(
            "these do not differ, or do not lie between 0 and 1", parameter="quantiles", allowed="0.025, 0.975, ..."
        )
    if samples != len(quantiles):
        raise InputError(
            f"{counted(len(quantiles), 'quantile')}, but samples is {samples}",
            parameter="samples",
            allowed="the same number",
        )
