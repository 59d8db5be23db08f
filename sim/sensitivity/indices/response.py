"""One parameter at a time: how an outcome answers, as a curve over the parameter's quantiles, and the tornado's ends.

At each point the mean over replicates is compared with the reference point, stream by stream (the points share their
random numbers), and the Monte Carlo interval of that distance is set around the point: mean +- t[R - 1] sd of the
distances / sqrt(R). With one replicate there is none (NaN).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import InputError
from sim.sensitivity.designs import OWN_VALUE, Design

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


class Response(NamedTuple):
    """The outcomes at every point of a one-at-a-time design but the reference, in the order of its points.

    factor: name; column: its column; quantile: f8[points]. mean, low, high: f8[points, outcomes].
    reference: f8[outcomes], mean at the reference point.
    """

    factor: tuple[str, ...]
    column: NDArray[np.int64]
    quantile: Floats
    mean: Floats
    low: Floats
    high: Floats
    reference: Floats


def response_of(design: Design, outcomes: Floats, *, level: float) -> Response:
    """The response of the outcomes to each parameter of a one-at-a-time design, with Monte Carlo intervals.

    outcomes: f8[points, replicates, outcomes], finite. level: of the intervals, a share of one.

    Raises InputError where the first point is not the reference.
    """
    from scipy.special import stdtrit

    moved = design.uniforms != OWN_VALUE
    if moved[0].any() or (moved[1:].sum(axis=1) != 1).any():
        raise InputError("the points are no reference and single parameters", key=design.name)
    column = moved[1:].argmax(axis=1)
    quantile = design.uniforms[1:][np.arange(len(column)), column]
    distance = outcomes[1:] - outcomes[:1]
    reference = outcomes[0].mean(axis=0)
    mean, count = reference + distance.mean(axis=1), outcomes.shape[1]
    if count > 1:
        half = stdtrit(count - 1, 0.5 + level / 2.0) * distance.std(axis=1, ddof=1) / np.sqrt(count)
    else:
        half = np.full_like(mean, np.nan)
    names = tuple(design.factors[k] for k in column)
    return Response(names, column, quantile, mean, mean - half, mean + half, reference)


def tornado(response: pd.DataFrame) -> pd.DataFrame:
    """From the table `response`: the outcome at the lowest and highest quantile of each factor, the widest bar first.

    Columns: design, scenario, kind, measure, factor, low_quantile, high_quantile, low_value, high_value (of the
    parameter), at_low, at_high (of the outcome), reference, width (absolute distance of the two), rank.
    """
    keys = ["design", "scenario", "kind", "measure", "factor"]
    ordered = response.sort_values("quantile", kind="stable")
    first = ordered.drop_duplicates(keys, keep="first").set_index(keys)
    last = ordered.drop_duplicates(keys, keep="last").set_index(keys).reindex(first.index)
    swings = first[["reference"]].assign(
        low_quantile=first["quantile"],
        high_quantile=last["quantile"],
        low_value=first["parameter_value"],
        high_value=last["parameter_value"],
        at_low=first["mean"],
        at_high=last["mean"],
    )
    swings["width"] = (swings["at_high"] - swings["at_low"]).abs()
    swings = swings.reset_index()
    swings["rank"] = swings.groupby(keys[:-1])["width"].rank(method="min", ascending=False).astype("int64")
    columns = [
        *keys,
        "low_quantile",
        "high_quantile",
        "low_value",
        "high_value",
        "at_low",
        "at_high",
        "reference",
        "width",
        "rank",
    ]
    return swings.sort_values([*keys[:-1], "rank", "factor"], kind="stable", ignore_index=True)[columns]
