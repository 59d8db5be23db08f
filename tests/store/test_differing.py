"""In what a folder's study and the one asked for differ: each setting with both values."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.store.differing import IN_GENERAL, differing_from

SOBOL = {"method": "sobol", "samples": 16, "replicates": 1}


def study() -> dict[str, Any]:
    return {
        "scenarios": [{"name": "baseline", "sha256": "a"}, {"name": "buses", "sha256": "b"}],
        "area": None, "area_sha256": "c", "parameters_sha256": "d", "people": 2200, "months": 24, "draws": 50,
        "replicates": 4, "seed": 1, "level": 0.95, "equal_money_gbp_per_year": None,
        "analysis": {"precision": {"half_width": 10.0, "measure": "qalys"}, "designs": [SOBOL], "title": "x"},
    }  # fmt: skip


def set_in(content: dict[str, Any], *way: Any, value: Any) -> None:
    for step in way[:-1]:
        content = content[step]
    content[way[-1]] = value


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda c: set_in(c, "analysis", "precision", "half_width", value=5.0), "precision 10 there, 5 asked for"),
        (lambda c: set_in(c, "analysis", "precision", value=None), "precision 10 there, none asked for"),
        (lambda c: set_in(c, "people", value=30), "people 2,200 there, 30 asked for"),
        (lambda c: set_in(c, "level", value=0.9), "level 0.95 there, 0.9 asked for"),
        (lambda c: set_in(c, "seed", value=2**62 + 1), "seed 1 there, 4,611,686,018,427,387,905 asked for"),
        (lambda c: set_in(c, "equal_money_gbp_per_year", value=5e5), "equal money none there, 500,000 asked for"),
        (lambda c: c["scenarios"].pop(), "scenarios baseline, buses there, baseline asked for"),
        (lambda c: set_in(c, "scenarios", 1, "sha256", value="z"), "its scenario 'buses' has changed since"),
        (lambda c: set_in(c, "area_sha256", value="z"), "its area has changed since"),
        (lambda c: c.update(area="mine", area_sha256="z"), "area the usual one there, mine asked for"),
        (lambda c: set_in(c, "parameters_sha256", value="z"), "its evidence has changed since"),
        (lambda c: set_in(c, "analysis", "measures", value=["qalys"]), "measures all there, qalys asked for"),
        (lambda c: set_in(c, "analysis", "designs", value=[{**SOBOL, "samples": 32}]),
         "samples of sobol 16 there, 32 asked for"),
        (lambda c: set_in(c, "analysis", "designs", value=[]), "designs sobol there, none asked for"),
        (lambda c: c.update(people=30, draws=2),
         "people 2,200 there, 30 asked for; draws 50 there, 2 asked for"),
        (lambda c: set_in(c, "analysis", "title", value="another"), None),
    ],
)  # fmt: skip
def test_each_setting_that_differs_is_named(
    change: Callable[[dict[str, Any]], Any], told: str | None, tmp_path: Path
) -> None:
    file = tmp_path / "study.json"
    file.write_text(json.dumps(study()), encoding="utf-8")
    asked = study()
    change(asked)
    assert differing_from(file, asked) == (IN_GENERAL if told is None else f": {told}")


@pytest.mark.parametrize("text", ["{}", "[]", "no JSON", '{"scenarios": 7}'])
def test_a_file_that_tells_nothing_is_told_in_general(text: str, tmp_path: Path) -> None:
    file = tmp_path / "study.json"
    file.write_text(text, encoding="utf-8")
    assert differing_from(file, study()) == IN_GENERAL
    assert differing_from(file, None) == IN_GENERAL
