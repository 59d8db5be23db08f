"""The curve of one lever: its sums, its place, its differences worked by hand, one small curve lived, bad input."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from sim.analysis.cube import Cube
from sim.analysis.saturation import Curve, saturation_table
from sim.area import Area, load_area
from sim.commands.main import main
from sim.commands.saturation import write_curve
from sim.core.errors import InputError
from sim.experiment.saturation import set_up_ladder, sums_of, where_of
from sim.outcomes.measures import MEASURE_NAMES
from sim.presentation.report.saturation import message
from sim.scenario.levers import LEVERS


@pytest.fixture(scope="module")
def area() -> Area:
    return load_area()


@pytest.mark.parametrize(
    ("gbp", "least", "sums"),
    [
        ("0..600_000", 40_000, [100_000, 200_000, 300_000, 400_000, 500_000, 600_000]),
        ("600_000", 250_000, [250_000, 300_000, 400_000, 500_000, 600_000]),
        ("0..60", 60, [60]),
        ("120_000..240_000", 50_000, [120_000, 140_000, 160_000, 180_000, 200_000, 220_000, 240_000]),
    ],
)
def test_sums_rise_in_equal_steps_from_the_smallest_purchase(gbp: str, least: int, sums: list[float]) -> None:
    assert sums_of(gbp, least, "navigators") == sums


@pytest.mark.parametrize(
    ("lever", "where", "keys", "title"),
    [
        ("navigators", "plymouth", {"places": ["plymouth"]}, "Plymouth"),
        ("navigators", "Cornwall", {"councils": ["Cornwall"]}, "Cornwall"),
        ("inreach_worker", "exeter", {"prisons": ["exeter"]}, "HMP Exeter"),
        ("keyworkers", None, {}, ""),
    ],
)
def test_a_place_is_named_as_the_lever_is_bought(lever, where, keys, title, area: Area) -> None:
    found_keys, words = where_of(LEVERS[lever], where, area)
    assert found_keys == keys and (words == title or (title.startswith("HMP") and "Exeter" in words))


GIVEN = [
    (("navigatr",), "'navigatr' is not a lever"),
    (("navigatr",), "did you mean 'navigators'?"),
    (("navigators", "--where", "plymoth"), "'plymoth' is no place or council that 'navigators' can be bought for"),
    (("navigators", "--where", "plymoth"), "did you mean 'Plymouth'?"),
    (
        ("navigators", "--where", "plymouth", "--gbp", "0..1000"),
        "--gbp: the smallest purchase of 'navigators' there is",
    ),
    (("navigators", "--where", "plymouth", "--gbp", "5..much"), "'5..much' is not a range of money in GBP a year"),
    (("navigators", "--where", "plymouth", "--gbp", "9..5"), "'9..5' is not a range of money in GBP a year"),
    (("navigators", "--where", "plymouth", "--outcome", "qaly"), "'qaly' is not a measure"),
    (("navigators", "--where", "plymouth", "--option", "when=sunday"), "'when' is not an option of 'navigators'"),
    (("navigators", "--where", "plymouth", "--option", "for"), "'for' is not an option and a word"),
    (("navigators", "--where", "plymouth", "--draws", "0"), "--draws: 0 is not a number this takes"),
    (
        ("bus_trips", "--where", "L117"),
        "'bus_trips' needs 'when'; allowed: when=evening or when=sunday or when=daytime",
    ),
    (("bus_trips", "--option", "when=sunday"), "'bus_trips' must be bought somewhere"),
    (("keyworkers", "--where", "bude"), "no open drug and alcohol hub stands in Bude"),
]


@pytest.mark.parametrize(("words", "said"), GIVEN)
def test_bad_input_is_one_sentence(words, said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["saturation", *words])
    assert (done.exit_code, done.stdout) == (2, "") and said in done.stderr and done.stderr.count("\n") == 1
    assert not list(tmp_path.rglob("*.txt"))


def rows_in(folder: Path) -> list[dict[str, str]]:
    with (folder / "saturation.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def hand_cube() -> Cube:
    """Two draws of one replicate, 100 people: 10 engaged today, 14 and 16 with the first sum, 15 and 17 with both."""
    engaged = {"baseline": (10, 10), "n_100": (14, 16), "n_300": (15, 17)}
    numerator = np.zeros((2, 1, 3, 2, len(MEASURE_NAMES)))
    place = MEASURE_NAMES.index("engaged_within_3_weeks")
    idle = MEASURE_NAMES.index("idle_gbp"), MEASURE_NAMES.index("unused_stock_gbp")
    numerator[:, 0, 2, :, idle[0]] = np.array([5_000.0, 12_000.0])[:, None]  # GBP of a run of 100 people, by draw
    numerator[:, 0, 2, :, idle[1]] = np.array([3_000.0, 0.0])[:, None]
    for number, values in enumerate(engaged.values()):
        numerator[:, 0, number, :, place] = np.array(values)[:, None]
    return Cube(
        numerator, np.full_like(numerator, 100.0), tuple(engaged), (("all", "all"), ("sex", "man")), MEASURE_NAMES
    )


def hand_curve() -> Curve:
    spend = {name: [] for name in ("baseline", "n_100", "n_300")}
    bought = {"n_100": (2.0, "post"), "n_300": (6.0, "post")}
    table = saturation_table(
        hand_cube(), {"n_100": 100_000.0, "n_300": 300_000.0}, bought, baseline="baseline",
        outcome="engaged_within_3_weeks", level=0.95, people_per_year=1000.0, people=100.0, spend=spend,
    )  # fmt: skip
    return Curve("navigators", "Navigators", "Plymouth", "engaged_within_3_weeks", 0.95, 2, 1, "study", table)


def test_each_sum_is_held_against_the_baseline_and_against_the_sum_before() -> None:
    """Of 1,000 people a year: 4 and 6 of 100 more are 50, 5 and 7 are 60; 10 for 200,000 more in every draw. Idle are
    80,000 and 120,000 a year."""
    table = hand_curve().table
    assert table["change"].tolist() == pytest.approx([0.0, 50.0, 60.0])
    assert table["next_change"].tolist() == pytest.approx([0.0, 50.0, 10.0])
    assert table["next_gbp"].tolist() == [0.0, 100_000.0, 200_000.0]
    assert table["idle_gbp_per_year"].tolist() == pytest.approx([0.0, 0.0, 100_000.0])
    assert table["change_low"][1] < 0.0 < 50.0 < table["change_high"][1]  # two draws that differ say little
    assert table["next_low"][2] == pytest.approx(10.0) == table["next_high"][2]  # the same in both draws: paired


def test_table_page_and_picture_are_written_whole_and_anew(tmp_path: Path) -> None:
    curve = hand_curve()
    (tmp_path / "saturation.txt").write_text("of an earlier curve")
    assert write_curve(curve, tmp_path) == ""
    rows = rows_in(tmp_path)
    assert [float(row["gbp_per_year"]) for row in rows] == [0.0, 100_000.0, 300_000.0]
    page = (tmp_path / "saturation.txt").read_text()
    assert "Navigators in Plymouth" in page and "£100,000 (33%)" in page
    assert (tmp_path / "saturation.png").read_bytes().startswith(b"\x89PNG")
    assert b"<svg" in (tmp_path / "saturation.svg").read_bytes()
    assert "Even the last step is more than luck" in message(curve)


def test_a_folder_with_another_curve_of_the_lever_is_refused(tmp_path: Path) -> None:
    settings = {"gbp": "0..200_000", "people": 20, "draws": 2, "replicates": 1}
    set_up_ladder("navigators", where="plymouth", out=tmp_path / "one", **settings)
    with pytest.raises(InputError, match="the folder holds another curve of this lever"):
        set_up_ladder("navigators", where="exeter", out=tmp_path / "one", **settings)


@pytest.mark.slow
def test_a_small_curve_is_lived_once_and_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["saturation", "navigators", "--where", "plymouth", "--gbp", "0..800_000", "--people", "60"]
    words += ["--draws", "2", "--replicates", "1", "--quiet"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.stderr
    out = tmp_path / "results" / "runs" / "saturation_navigators_plymouth"
    held = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    rows = rows_in(out)
    assert float(rows[-1]["idle_gbp_per_year"]) > float(rows[1]["idle_gbp_per_year"])
    monkeypatch.setattr("sim.experiment.carry_out.carry_out", None)  # nothing is run again
    again = CliRunner().invoke(main, words)
    assert (again.exit_code, again.stdout) == (0, done.stdout)
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()} == held
