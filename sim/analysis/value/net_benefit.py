"""Net benefit, the chance that a strategy is best, what it is worth to know more, and what would make a choice switch.

Net benefit of a strategy in a draw, at so many GBP per QALY: value x effect - cost. Of all strategies under draws d:

    chance that s is best    share of draws in which s has the largest net benefit (of equal ones each its part)
    on the frontier          the strategy with the largest mean net benefit: the one to choose on what is known
    EVPI                     mean over d of the largest net benefit - largest mean net benefit

EVPI is what perfect knowledge of the model's numbers would be worth a year, and it needs draws without luck: the
maximum of several noisy numbers lies too high. With R runs of each draw, W the covariance of strategies within draws
and B that of the draws' means, B holds what the numbers do and W / R of luck. The means are pulled in so that their
covariance is B - W / R: along each axis in which luck has the share k of the variance by sqrt(1 - k), and to nothing
where k is above 1.

Sources: Fenwick, Claxton and Sculpher 2001, doi:10.1002/hec.635 (frontier); Claxton 1999,
doi:10.1016/S0167-6296(98)00039-3 (perfect information).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

NO_VARIANCE = 1e-12  # share of the largest variance below which an axis has none


def net_benefit(costs: Numbers, effects: Numbers, value: float) -> Numbers:
    """GBP of each draw and strategy, f8[draws, strategies]; value: GBP per QALY."""
    return value * effects - costs


def chances_best(benefit: Numbers) -> Numbers:
    """The chance of each strategy to have the largest net benefit, f8[strategies]; they add up to 1."""
    import numpy as np

    is_best = benefit == benefit.max(axis=1, keepdims=True)
    return np.asarray((is_best / is_best.sum(axis=1, keepdims=True)).mean(axis=0))


def best_on_average(benefit: Numbers) -> int:
    """Number of the strategy with the largest mean net benefit, of equal ones the first."""
    return int(benefit.mean(axis=0).argmax())


def perfect_information(benefit: Numbers) -> tuple[float, float]:
    """Expected value of perfect information and its Monte Carlo standard error, GBP; the error NaN for one draw.

    benefit: f8[draws, strategies], luck taken out.
    """
    import numpy as np

    gain = benefit.max(axis=1) - benefit[:, best_on_average(benefit)]
    error = float(gain.std(ddof=1)) / math.sqrt(len(gain)) if len(gain) > 1 else math.nan
    return float(np.mean(gain)), error


def without_luck(values: Numbers) -> Numbers:
    """f8[draws, columns]: the draws' means, pulled in by the luck that is in them, all columns together.

    values: f8[draws, replicates, columns], a column a strategy, or a strategy's cost or effect. With one draw or one
    replicate luck cannot be told apart: the means.
    """
    import numpy as np

    draws, replicates = values.shape[:2]
    of_draws = np.asarray(values.mean(axis=1))
    if draws < 2 or replicates < 2:
        return of_draws
    mean, size = of_draws.mean(axis=0), of_draws.std(axis=0, ddof=1)
    size = np.where(size > 0.0, size, 1.0)  # pounds and QALYs may stand side by side
    between = np.atleast_2d(np.cov(of_draws / size, rowvar=False))
    apart = ((values - of_draws[:, None]) / size).reshape(-1, values.shape[2])
    luck = apart.T @ apart / (draws * (replicates - 1)) / replicates
    variances, axes = np.linalg.eigh(between)
    held = variances > NO_VARIANCE * max(float(variances[-1]), 0.0)
    axes, scale = axes[:, held], np.sqrt(variances[held])
    shares, turned = np.linalg.eigh((axes / scale).T @ luck @ (axes / scale))
    pulled = np.sqrt(np.maximum(0.0, 1.0 - shares))
    standard = ((of_draws - mean) / size) @ (axes / scale) @ turned * pulled
    return np.asarray(mean + standard @ (turned.T * scale) @ axes.T * size)


def best_others(means: Numbers) -> list[float]:
    """For each strategy the largest mean net benefit among the others; NaN for one that stands alone."""
    return [max((float(mean) for j, mean in enumerate(means) if j != k), default=math.nan) for k in range(len(means))]


def switching_price(spend: float, benefit: float, next_best: float) -> float:
    """The largest sum, GBP, at which a strategy still ties with the best other one; NaN where it spends nothing.

    spend: GBP on it as it is, below 0 for a cut; benefit: its mean net benefit; next_best: the largest of the others.
    Below 0: it would not tie were it given away, or, of a cut, it would have to save so much.
    """
    return spend + benefit - next_best if spend else math.nan


def switching_effect(spend: float, benefit: float, next_best: float) -> float:
    """The share of what a strategy does, health and later costs alike, at which it ties with the best other one.

    Of a purchase the smallest share: below 1 it may do less, above 1 it must do more. Of a cut the largest share of its
    harm. NaN where nothing is spent, where what it does is worth nothing, or costs nothing of a cut, and where no share
    would do. benefit, next_best: mean net benefit against a baseline that does nothing of it.
    """
    worth = benefit + spend
    share = (next_best + spend) / worth if spend * worth > 0.0 else math.nan
    return share if share >= 0.0 else math.nan
