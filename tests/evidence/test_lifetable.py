"""The life table as shipped, and every way in which another one is refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.evidence import load_parameters
from sim.evidence.lifetable import TABLE, life_expectancy, load_life_table
from sim.store.manifest import parameters_sha256


def test_life_expectancy_of_the_general_population() -> None:
    """42.85 and 46.11 years at 38 in the national life tables of 2017-2019, to what ends at age 100."""
    table = load_life_table()
    years = life_expectancy(table.hazard, np.ones_like(table.hazard), 0.0)[:, 38 - 18]
    assert years.tolist() == pytest.approx([42.85, 46.11], abs=0.04)


def test_an_even_chance_by_hand() -> None:
    """Half die each year over two years: 0.75 + 0.5 x 0.75 years; at 100% a year the second counts half."""
    hazard = np.full(2, np.log(2.0))
    assert life_expectancy(hazard, np.ones(2), 0.0).tolist() == pytest.approx([1.125, 0.75])
    assert life_expectancy(hazard, np.ones(2), 1.0).tolist() == pytest.approx([0.9375, 0.75])
    assert life_expectancy(hazard, np.array([1.0, 0.5]), 0.0).tolist() == pytest.approx([0.9375, 0.375])


@pytest.mark.parametrize(
    ("written", "other", "message"),
    [
        ("man,38,0.001178,", "man,38,0.101178,", ":22:38:qale_0: 34.7 does not follow from qx"),
        (
            "man,38,0.001178,0.8627,34.7,",
            "man,38,0.001178,0.8627,35.7,",
            ":22:38:qale_0: 35.7 does not follow .*; allowed: 34.70",
        ),
        ("man,38,0.001178,", "man,39,0.001178,", "man 39 is there twice"),
        ("woman,60,", "woman,101,", "101 is out of range"),
        ("man,38,0.001178,", "men,38,0.001178,", "'men' is not one of .*did you mean 'man'"),
        ("qale_norms_england\n", "qale_norm_england\n", "'qale_norm_england' is not a source; .*did you mean 'qale_n"),
        ("qx,", "q_x,", "'q_x' is not a column"),
    ],
)
def test_another_table_is_refused_in_one_sentence(tmp_path: Path, written: str, other: str, message: str) -> None:
    file = tmp_path / "lifetable.csv"
    text = TABLE.read_text(encoding="utf-8")
    assert written in text
    file.write_text(text.replace(written, other, 1), encoding="utf-8")
    with pytest.raises(InputError, match=message) as refused:
        load_life_table(file)
    assert "\n" not in str(refused.value)


def test_another_life_table_is_other_evidence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parameters = load_parameters()
    before = parameters_sha256(parameters)
    other = tmp_path / "lifetable.csv"
    other.write_text(TABLE.read_text(encoding="utf-8").replace("0.001178", "0.001179"), encoding="utf-8")
    monkeypatch.setattr("sim.store.manifest.LIFE_TABLE", other)
    assert parameters_sha256(parameters) != before


def test_a_missing_age_is_named(tmp_path: Path) -> None:
    file = tmp_path / "lifetable.csv"
    lines = TABLE.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not line.startswith("woman,60,")), encoding="utf-8")
    with pytest.raises(InputError, match="woman 60 is missing"):
        load_life_table(file)
