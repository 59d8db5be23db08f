"""Indices, noise and responses as tidy tables: one row a number, with the names of what it is a number of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.sensitivity.indices.bootstrap import Indices
from sim.sensitivity.indices.noise import Noise
from sim.sensitivity.indices.response import Response

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

_LABEL = ("scenario", "kind", "measure")
_ENDS = ("value", "low", "high")
_RANKS = ("rank", "rank_low", "rank_high")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "sensitivity": (
        *("design", "method", *_LABEL, "factor", "other", "index", *_ENDS, "from_zero", *_RANKS, "points"),
    ),
    "convergence": ("design", "method", *_LABEL, "factor", "index", "samples", *_ENDS),
    "noise": ("design", *_LABEL, "mean", "variance", "noise_share", "noise_low", "noise_high", "how"),
    "response": ("design", *_LABEL, "factor", "quantile", "parameter_value", "mean", "low", "high", "reference"),
    "skipped": ("design", *_LABEL, "reason"),
}
"""Columns of each table."""


class Outcome(NamedTuple):
    """What one column of outcomes is: a scenario's own value (kind 'level') or its paired distance from the baseline
    ('difference'), of a measure."""

    scenario: str
    kind: str
    measure: str


def sensitivity_frame(design: str, labels: Sequence[Outcome], indices: Mapping[str, Sequence[Indices]]) -> pd.DataFrame:
    """The table `sensitivity`: by outcome, method and index, factors in the order of the design."""
    parts = []
    for method, several in indices.items():
        for one in several:
            columns = {
                "factor": np.array(one.factors, dtype=object),
                "other": np.array(one.others, dtype=object),
                **{name: getattr(one, name) for name in (*_ENDS, "from_zero", *_RANKS)},
            }
            fixed = {"design": design, "method": method, "index": one.index, "points": one.points}
            parts.append(_long(labels, len(one.factors), columns, fixed))
    return _joined("sensitivity", parts, labels)


def convergence_frame(
    design: str, labels: Sequence[Outcome], paths: Mapping[str, Sequence[tuple[int, Indices]]]
) -> pd.DataFrame:
    """The table `convergence`: by outcome, method, samples and index."""
    parts = []
    for method, several in paths.items():
        for samples, one in several:
            columns = {"factor": np.array(one.factors, dtype=object), **{name: getattr(one, name) for name in _ENDS}}
            fixed = {"design": design, "method": method, "index": one.index, "samples": samples}
            parts.append(_long(labels, len(one.factors), columns, fixed))
    return _joined("convergence", parts, labels)


def noise_frame(design: str, labels: Sequence[Outcome], noise: Noise | None) -> pd.DataFrame:
    """The table `noise`, a row for each outcome; empty where there is none."""
    if noise is None:
        return empty("noise")
    columns = {
        "mean": noise.mean,
        "variance": noise.variance,
        "noise_share": noise.share,
        "noise_low": noise.low,
        "noise_high": noise.high,
    }
    rows = {name: values[None, :] for name, values in columns.items()}
    return _joined("noise", [_long(labels, 1, rows, {"design": design, "how": noise.how})], labels)


def response_frame(
    design: str, labels: Sequence[Outcome], response: Response | None, values: Mapping[str, Floats]
) -> pd.DataFrame:
    """The table `response`, factors and quantiles in the order of the points.

    values: by scenario f8[points, parameters], the reference point first; NaN in the table without them.
    """
    if response is None:
        return empty("response")
    n = len(response.factor)
    rows = np.arange(n)
    unknown = np.full(n, np.nan)
    of_scenario = {
        label.scenario: values[label.scenario][1:][rows, response.column] if label.scenario in values else unknown
        for label in labels
    }
    columns = {
        "factor": np.array(response.factor, dtype=object),
        "quantile": response.quantile,
        "parameter_value": np.stack([of_scenario[label.scenario] for label in labels], axis=1),
        "mean": response.mean,
        "low": response.low,
        "high": response.high,
        "reference": np.broadcast_to(response.reference, response.mean.shape),
    }
    return _joined("response", [_long(labels, n, columns, {"design": design})], labels)


def skipped_frame(design: str, labels: Sequence[Outcome], reasons: Sequence[str]) -> pd.DataFrame:
    """The table `skipped`: outcomes that were left out, each with the reason."""
    import pandas as pd

    rows = [(design, *label, reason) for label, reason in zip(labels, reasons, strict=True)]
    return pd.DataFrame(rows, columns=list(COLUMNS["skipped"]))


def empty(table: str) -> pd.DataFrame:
    """The table without rows."""
    import pandas as pd

    return pd.DataFrame(columns=list(COLUMNS[table]))


def _long(
    labels: Sequence[Outcome], n: int, columns: Mapping[str, NDArray[np.generic]], fixed: Mapping[str, object]
) -> pd.DataFrame:
    """Rows by outcome, n of each. columns: [n] alike for every outcome, or [n, outcomes]."""
    import pandas as pd

    count = len(labels)
    data: dict[str, object] = {
        name: np.tile(values, count) if values.ndim == 1 else values.T.ravel() for name, values in columns.items()
    }
    outcome = np.repeat(np.arange(count), n)
    for place, name in enumerate(_LABEL):
        data[name] = np.array([label[place] for label in labels], dtype=object)[outcome]
    return pd.DataFrame({"outcome": outcome, **fixed, **data})


def _joined(table: str, parts: Sequence[pd.DataFrame], labels: Sequence[Outcome]) -> pd.DataFrame:
    import pandas as pd

    if not parts or not labels:
        return empty(table)
    whole = pd.concat(parts, ignore_index=True).sort_values("outcome", kind="stable", ignore_index=True)
    return whole[list(COLUMNS[table])]
