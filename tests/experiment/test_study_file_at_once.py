"""Mistakes of a study file that once hid behind others, each told in the one reading, with what may stand there."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.errors import InputError
from sim.evidence import ParameterTable, load_parameters
from sim.experiment.study_file import load_study
from sim.sensitivity.designs import make_design
from sim.study.keys import KEYS

HEAD = "title: A study\nscenarios: [../baseline.yaml]\n"


@pytest.fixture(scope="module")
def table() -> ParameterTable:
    return load_parameters()


def told(folder: Path, text: str, table: ParameterTable) -> list[str]:
    """Every mistake of a study file, without its folder."""
    studies = folder / "scenarios" / "studies"
    studies.mkdir(parents=True, exist_ok=True)
    (studies.parent / "baseline.yaml").write_text("name: baseline\n", encoding="utf-8")
    (studies.parent / "notes.txt").write_text("x", encoding="utf-8")
    (studies / "k.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load_study(studies / "k.yaml", table)
    return [str(error).removeprefix(f"{studies}/") for error in (refused.value, *refused.value.others)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "seed: 9223372036854775808\n",
         ["k.yaml:3:seed: 9,223,372,036,854,775,808 is outside", "allowed: 0 to 9,223,372,036,854,775,807"]),
        (HEAD + "level: 95%\n", ["allowed: a level as a number from 0.5 to 0.999, for example 0.9"]),
        (HEAD + "level: 1,000\n", ["allowed: a level as a number from 0.5 to 0.999, for example 0.9"]),
        (HEAD + "level: inf\n", ["k.yaml:3:level: 'inf' is not a finite number"]),
        (HEAD + "area: /dev/null\n", ["k.yaml:3:area: '/dev/null' is not the folder of an area", "(south_west)"]),
        (HEAD + "area: south_wst\n", ["did you mean 'south_west'?"]),
        (HEAD + "area: ..\n", ["k.yaml:3:area: '..' is a folder without area.csv"]),
        (HEAD + "measures: [engaged]\n", ["did you mean 'engaged_within_3_weeks'?"]),
        ("title: x\nscenarios: [../baselin.yaml]\n", ["did you mean '../baseline.yaml'?"]),
        ("title: x\nscenarios: ['../*']\n", ["'../*' matches 'notes.txt', which is no scenario"]),
        ("title: '\u3164'\nscenarios: [../baseline.yaml]\n", ["title: holds no letter that can be seen"]),
        (HEAD + "designs: {fast: {harmonics: 17}}\n", ["17 is outside the range of harmonics; allowed: 1 to 16"]),
    ],
)  # fmt: skip
def test_one_mistake(text: str, said: list[str], tmp_path: Path, table: ParameterTable) -> None:
    (mistake,) = told(tmp_path, text, table)
    for part in said:
        assert part in mistake


def test_plain_words_that_mean_no_number_elsewhere_stay_words(tmp_path: Path, table: ParameterTable) -> None:
    assert [mistake.split(" ")[0] for mistake in told(tmp_path, "title: inf\nscenarios: [nan]\n", table)] == [
        "k.yaml:2:scenarios[1]:"
    ]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (HEAD + "area: nosuch\ndesigns: {sobol: {samples: 3, groups: {a: [nosuch.*], b: [nope.*]}}}\n",
         ["designs.sobol.groups.a[1]", "designs.sobol.groups.b[1]", "designs.sobol.samples", "area"]),
        (HEAD + "area: /dev/null\ndesigns: {one_at_a_time: {quantiles: [0.5, 0.5]}}\n",
         ["designs.one_at_a_time.quantiles[2]", "area"]),
        (HEAD + "designs: {sobol: {samples: 3, parameters: [nosuch.*]}}\n",
         ["designs.sobol.parameters[1]", "designs.sobol.samples"]),
        (HEAD + "designs: {morris: {samples: 2, levels: 5}}\n", ["designs.morris.levels", "designs.morris.samples"]),
        (HEAD + "designs: {fast: {samples: 30, harmonics: 99}}\n", ["designs.fast.harmonics"]),
        ("title: x\nscenarios: ['../[', '**/*.yaml', '../*']\n", ["scenarios[1]", "scenarios[2]", "scenarios[3]"]),
    ],
)  # fmt: skip
def test_all_in_one_reading(text: str, keys: list[str], tmp_path: Path, table: ParameterTable) -> None:
    found = [mistake.split(" ")[0].rstrip(":").split(":", 2)[2] for mistake in told(tmp_path, text, table)]
    assert sorted(found) == sorted(keys)


def test_the_range_of_harmonics_is_the_one_that_is_enforced(table: ParameterTable) -> None:
    from sim.sensitivity.designs import factors_of

    most = KEYS["fast"]["harmonics"].longest
    factors = factors_of(table, ["navigator.*"])
    with pytest.raises(InputError, match=f"1 to {most}$"):
        make_design("fast", factors, samples=5000, seed=1, settings={"harmonics": most + 1})
