"""Where a further draw of a difference lies: exactly at 0 in a part of the draws, about one of the others else.

With the shrunk draws y[d], their Monte Carlo error mcse, Student's T of so many degrees of freedom and D draws, half a
draw is kept for either side for what the draws have not shown:

    chance above x = (sum over d that are not none of T((y[d] - x) / mcse) + (draws that are none, if x < 0) + 1/2)
                     / (D + 3/2)

Chances (chances.py) read it at 0, ends of intervals (intervals.py) turn it round. An end is 0 exactly where a chance of
less than the tail lies beyond 0, so the two never disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

UNSEEN = 0.5  # of a draw: for each direction, what the draws have not shown
SURE = 40.0  # standard errors from zero beyond which a sign is certain, by so many degrees of freedom at least: this
SURE_FROM = 20  # saves most of the work
STEP = 0.01  # standard errors: between them T is read off a straight line, which errs by less than 4e-6
STEPS_AT_MOST = 60  # of the search for an end
NEAR_ENOUGH = 1e-9  # of the width in which an end is sought


@dataclass(frozen=True)
class Mixture:
    """The draws of one or many columns.

    values: f8[draws, ...], 0 where none. is_none: bool[draws, ...], whether a draw is one of no difference.
    mcse: f8[...], of so many degrees of freedom; 0 where the values hold their luck already.
    """

    values: NDArray[np.float64]
    is_none: NDArray[np.bool_]
    mcse: NDArray[np.float64]
    freedom: int

    def above_zero(self) -> NDArray[np.float64]:
        """f8[draws, ...]: chance that each draw's value lies above zero; 0 of a draw of no difference."""
        import numpy as np
        from scipy.special import stdtr

        values = self.values
        above = (values > 0.0) + 0.5 * ((values == 0.0) & ~self.is_none)
        far = SURE if self.freedom >= SURE_FROM else np.inf
        near = ~self.is_none & (self.mcse > 0.0)
        near &= np.abs(values) < far * np.where(self.mcse > 0.0, self.mcse, 1.0)
        error = np.broadcast_to(self.mcse, values.shape)
        above[near] = stdtr(float(self.freedom), values[near] / error[near])
        return np.asarray(above)

    def ends(self, tail: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The points below and above which a chance of `tail` lies; the draws are many enough for it."""
        return -self._turned()._upper_end(tail), self._upper_end(tail)

    def columns(self, chosen: NDArray[np.bool_]) -> Mixture:
        """Some columns, side by side; chosen: bool[...]."""
        import numpy as np

        return Mixture(self.values[:, chosen], self.is_none[:, chosen], np.asarray(self.mcse)[chosen], self.freedom)

    def _turned(self) -> Mixture:
        return Mixture(-self.values, self.is_none, self.mcse, self.freedom)

    def _upper_end(self, tail: float) -> NDArray[np.float64]:
        """f8[columns]: the point above which a chance of `tail` lies; without error it is one of the draws."""
        import numpy as np

        draws = len(self.values)
        beyond = tail * (draws + 3.0 * UNSEEN) - UNSEEN  # as many draws lie above the end
        end: NDArray[np.float64] = np.sort(self.values, axis=0)[draws - 1 - int(beyond)]
        none, above, is_smooth = self.is_none.sum(axis=0), self.above_zero().sum(axis=0), self.mcse > 0.0
        sign = (above > beyond).astype(float) - (above + none < beyond)  # of the end
        end[is_smooth] = 0.0
        sought = is_smooth & (sign != 0.0)
        if sought.any():
            left = beyond - np.where(sign > 0.0, 0.0, none)
            point = self.columns(sought)._point(left[sought])
            end[sought] = sign[sought] * np.maximum(sign[sought] * point, np.finfo(float).tiny)
        return end

    def _point(self, left: NDArray[np.float64]) -> NDArray[np.float64]:
        """f8[columns]: the point above which so many draws lie, those of no difference apart; left: f8[columns]."""
        import numpy as np

        table, least = _student_table(self.freedom), -SURE
        counts, inverse = ~self.is_none, 1.0 / self.mcse

        def excess(point: NDArray[np.float64]) -> NDArray[np.float64]:
            place = np.clip(((self.values - point) * inverse - least) / STEP, 0.0, len(table) - 1.001)
            whole = place.astype(np.int64)
            below = table[whole]
            return np.asarray(((below + (place - whole) * (table[whole + 1] - below)) * counts).sum(axis=0) - left)

        reach = (SURE + 1.0) * self.mcse
        return _root(excess, self.values.min(axis=0) - reach, self.values.max(axis=0) + reach)


@cache
def _student_table(freedom: int) -> NDArray[np.float64]:
    """Student's T from -SURE to SURE in steps of STEP; outside it is 0 and 1."""
    import numpy as np
    from scipy.special import stdtr

    places = np.arange(round(2.0 * SURE / STEP) + 1) * STEP - SURE
    table: NDArray[np.float64] = np.array(stdtr(float(freedom), places), dtype=np.float64)
    table[0], table[-1] = 0.0, 1.0
    return table


def _root(
    falling: Callable[[NDArray[np.float64]], NDArray[np.float64]], low: NDArray[np.float64], high: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Where a falling function of each column is 0, between low and high.

    Chandrupatla 1997, doi:10.1016/S0965-9978(96)00051-8: inverse quadratic steps where they are safe, else halves.
    """
    import numpy as np

    a, b = high, low
    at_a, at_b = falling(a), falling(b)
    c, at_c = a, at_a
    part, wide = np.full(a.shape, 0.5), np.abs(high - low)
    for _ in range(STEPS_AT_MOST):
        point = a + part * (b - a)
        at_point = falling(point)
        same = np.sign(at_point) == np.sign(at_a)
        c, at_c = np.where(same, a, b), np.where(same, at_a, at_b)
        b, at_b = np.where(same, b, a), np.where(same, at_b, at_a)
        a, at_a = point, at_point
        if ((np.abs(b - a) <= NEAR_ENOUGH * wide) | (at_a == 0.0)).all():
            break
        with np.errstate(divide="ignore", invalid="ignore"):
            xi, phi = (a - b) / (c - b), (at_a - at_b) / (at_c - at_b)
            step = at_a / (at_b - at_a) * at_c / (at_b - at_c)
            step += (c - a) / (b - a) * at_a / (at_c - at_a) * at_b / (at_c - at_b)
            is_safe = (phi**2 < xi) & ((1.0 - phi) ** 2 < 1.0 - xi) & np.isfinite(step)
        least = np.clip(0.5 * NEAR_ENOUGH * wide / np.maximum(np.abs(b - a), np.finfo(float).tiny), 0.0, 0.5)
        part = np.clip(np.where(is_safe, step, 0.5), least, 1.0 - least)
    return np.where(np.abs(at_a) <= np.abs(at_b), a, b)
