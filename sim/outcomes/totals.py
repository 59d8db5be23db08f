"""The totals of one run: what was counted, and for how many, by group and measure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class RunResult:
    """One scenario under one draw and one stream of random numbers.

    numerator, denominator: f8[n_groups, n_measures], in the order of the simulator's groups and measures.
    person_days: days between first release and death or end of follow-up, custody included, of all people counted.
    wakes: times anybody was woken in the days lived for this run; days_seconds: processor seconds that those days took;
    seconds: processor seconds of the whole run. The year before the study is in `seconds` of the run that lived it.
    """

    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]
    person_days: int
    wakes: int = 0
    days_seconds: float = 0.0
    seconds: float = 0.0

    def problem(self, n_groups: int, n_measures: int) -> str | None:
        """What is wrong with the totals, in words; None when they are whole.

        Totals are whole when both tables have the shape asked for, hold finite numbers, no negative denominator, and
        nothing is counted among nobody.
        """
        import numpy as np

        for name, table in (("numerator", self.numerator), ("denominator", self.denominator)):
            if table.shape != (n_groups, n_measures):
                return f"the {name} has shape {table.shape}, not {(n_groups, n_measures)}"
            if not np.isfinite(table).all():
                group, measure = np.argwhere(~np.isfinite(table))[0]
                return f"the {name} of group {group}, measure {measure} is {table[group, measure]}"
        if (self.denominator < 0).any():
            group, measure = np.argwhere(self.denominator < 0)[0]
            return f"the denominator of group {group}, measure {measure} is negative"
        if ((self.denominator == 0) & (self.numerator != 0)).any():
            group, measure = np.argwhere((self.denominator == 0) & (self.numerator != 0))[0]
            return f"group {group}, measure {measure} counts something among nobody"
        return None
