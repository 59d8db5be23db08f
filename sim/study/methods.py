"""Names of the methods of a sensitivity analysis, and what each takes unless a study file says otherwise."""

from __future__ import annotations

from collections.abc import Mapping

CHOSEN = ("sobol", "morris", "fast", "one_at_a_time")
"""Methods whose points are chosen by a design."""

GIVEN_DATA = ("pawn", "delta", "rbd_fast")
"""Methods that read the draws of a study and need no design of their own."""

METHODS = (*CHOSEN, *GIVEN_DATA)

USUAL_SAMPLES: Mapping[str, int] = {"sobol": 256, "morris": 20, "fast": 257, "one_at_a_time": 5}
USUAL_REPLICATES: Mapping[str, int] = {"sobol": 1, "morris": 1, "fast": 1, "one_at_a_time": 10}
