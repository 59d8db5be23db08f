"""What the rows on homelessness imply together, against what was published of it."""

from __future__ import annotations

import numpy as np
from shipped import shipped_reference

from sim.evidence import load_sources
from sim.population.first_night import moves_a_day

VALUE = dict(shipped_reference())


def homeless_in_the_long_run() -> float:
    """Share homeless, on the street or off it, where people have moved between kinds of housing for long; spells on the
    street at the hazard of their first 28 days, as a few are longer."""
    rates = moves_a_day(VALUE)
    shares = np.linalg.lstsq(np.vstack([rates.T, np.ones(4)]), np.array([0.0, 0.0, 0.0, 0.0, 1.0]), rcond=None)[0]
    assert np.abs(shares @ rates).max() < 1e-12
    return float(shares[0] + shares[1])


def test_as_many_are_homeless_after_long_as_a_year_after_release() -> None:
    """Ways out and back for long, before anything is said of who goes back to custody from where."""
    hmip = load_sources()["homeless_12mo_hmip"]
    assert hmip.low is not None and hmip.high is not None
    assert 0.9 * hmip.low < homeless_in_the_long_run() < hmip.high
