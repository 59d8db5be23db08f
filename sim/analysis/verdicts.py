"""What may be said of a difference, in the words of the column `verdict`: by its chances, never by its interval alone.

Better or worse is said at a chance of 97.5% (chances.py); of a measure that nobody would call better either way, more
or fewer. A change too small to count (measures.py) is neither, whatever its chance. Where what such a difference rests
on is assumed (grades.py), that is said in place of all four, so that a difference and its reverse are treated alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.chances import MARKED as CHANCE_OF_A_MARK
from sim.analysis.chances import Chances
from sim.outcomes.measures import LEAST_THAT_COUNTS, Measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

BETTER, WORSE = "better", "worse"
MORE, FEWER = "more", "fewer"
NOT_MARKED = "not marked"
ASSUMED = "assumed"
NO_CHANGE = "no change"
TOO_SMALL = "too small to count"
NOT_KNOWN = "not known"
IS_BASELINE = "baseline"
MARKED = (BETTER, WORSE, MORE, FEWER)
SURE = (*MARKED, ASSUMED)
"""Verdicts of a difference whose chance is 97.5% or more, marked or not."""

LEAST_OF_A_MEAN = 0.1  # days, people waiting, people a keyworker, per cent: shown with one digit after the point


def directions(measures: Sequence[Measure]) -> NDArray[np.int64]:
    """i8[measures]: 1 where more is better, -1 where fewer is, 0 where neither."""
    import numpy as np

    return np.array([{"higher": 1, "lower": -1, "neither": 0}[measure.better] for measure in measures])


def verdicts(
    chances: Chances, low: NDArray[np.float64], high: NDArray[np.float64], better: NDArray[np.int64]
) -> NDArray[np.object_]:
    """What may be said of each difference; better: its direction, as `directions` gives it."""
    import numpy as np

    sign = (chances.more >= CHANCE_OF_A_MARK).astype(np.int64) - (chances.fewer >= CHANCE_OF_A_MARK)
    known = np.isfinite(low) & np.isfinite(high)
    words = np.full(low.shape, NOT_MARKED, dtype=object)
    words[(sign != 0) & (sign == better)] = BETTER
    words[(sign != 0) & (sign == -better)] = WORSE
    words[(sign > 0) & (better == 0)] = MORE
    words[(sign < 0) & (better == 0)] = FEWER
    words[known & (low == 0.0) & (high == 0.0)] = NO_CHANGE
    words[~known] = NOT_KNOWN
    return words


def too_small(measures: Sequence[Measure], low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Where the whole interval of a yearly count or of a mean lies below what counts, in a group as for everybody."""
    import numpy as np

    least = np.array(
        [LEAST_THAT_COUNTS[measure.counts] if measure.per_person else LEAST_OF_A_MEAN for measure in measures]
    )
    return np.asarray((np.abs(low) < least) & (np.abs(high) < least))


def neutral(rows: pd.DataFrame, diagnostics: Sequence[str]) -> pd.DataFrame:
    """The rows with 'more' and 'fewer' in place of 'better' and 'worse' where a mechanism was only switched off."""
    judged = rows["scenario"].isin(diagnostics)
    if not judged.any():
        return rows
    marked = judged & rows["verdict"].isin((BETTER, WORSE))
    sides = (rows["chance_more"] > rows["chance_fewer"]).map({True: MORE, False: FEWER})
    return rows.assign(
        verdict=rows["verdict"].where(~marked, sides),
        chance_better=rows["chance_better"].where(~judged),
        chance_worse=rows["chance_worse"].where(~judged),
    )
