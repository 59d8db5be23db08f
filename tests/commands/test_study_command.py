"""`throughgate study` and `throughgate sensitivity` from a study file to a folder, and what they refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from folders import Engine, files_of
from stand_ins import call

from sim.store.reading import read_results

DESIGN = """\
designs:
  sobol:
    samples: 16
    parameters: [navigator.*, appointment.*]
    groups: {navigators: [navigator.*], appointments: [appointment.*]}
  morris: {samples: 4, parameters: [navigator.*]}
measures: [engaged_within_3_weeks, qalys]
strata: []
"""


def test_a_study_of_draws_and_designs_ends_in_one_folder(lab: Path) -> None:
    (lab / "small.yaml").write_text((lab / "small.yaml").read_text() + DESIGN, encoding="utf-8")
    done = call("study", "small.yaml", "--threads", "2", "--json")
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    assert {row["name"] for row in found["scenarios"]} == {"baseline", "navigators", "buses"}
    assert {row["method"] for row in found["sensitivity"]} == {"sobol", "morris"}
    results = read_results("results/runs/small")
    totals, points = results.totals, results.table("points")
    assert results.manifest["analysis"]["title"] == "A small study"
    assert set(totals["measure"].unique()) == {"engaged_within_3_weeks", "qalys"}
    assert set(totals["stratum"].unique()) == {"all"}
    assert sorted(points["draw"]) == list(range(len(points))) == sorted(totals["draw"].unique())
    assert points["design"].value_counts().to_dict() == {"random": 4, "sobol": 16 * 5, "morris": 4 * 3}
    assert not (lab / "results/runs/small/parts").exists()


def test_threads_and_an_interrupt_change_no_byte(lab: Path, engine: Engine) -> None:
    (lab / "small.yaml").write_text((lab / "small.yaml").read_text() + DESIGN, encoding="utf-8")
    assert call("study", "small.yaml", "--threads", "1", "--out", "whole").exit_code == 0
    for after in (0, 7, 60):
        engine(limit=after)
        assert call("study", "small.yaml", "--threads", "2", "--out", "part").exit_code == 130
    engine()
    done = call("resume", "part", "--threads", "2")
    assert done.exit_code == 0, done.stderr
    assert "of them kept from before" in done.stderr
    assert files_of(lab / "part") == files_of(lab / "whole")


def test_a_method_by_itself_needs_no_draws(lab: Path) -> None:
    own = "designs:\n  one_at_a_time: {parameters: [navigator.*], replicates: 2}\nmeasures: [qalys]\nstrata: []\n"
    (lab / "small.yaml").write_text((lab / "small.yaml").read_text() + own, encoding="utf-8")
    done = call("sensitivity", "small.yaml", "--method", "one_at_a_time", "--threads", "2")
    assert done.exit_code == 0, done.stderr
    results = read_results("results/runs/small_one_at_a_time")
    assert results.manifest["draws"] == 0
    assert "comparison" not in results.table_names
    assert "response" in results.table_names


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--shard", "5/3"), "--shard: '5/3' is not a shard; allowed: i/n with i from 1 to n, such as 3/20"),
        (("--shard", "0/2"), "--shard: '0/2' is not a shard"),
        (("--shard", "x/y"), "--shard: 'x/y' is not a shard"),
        (("--shard", "1"), "--shard: '1' is not a shard"),
        (("--shard", "1/2", "--cluster", "tcp://x"), "a cluster shares the work itself"),
        (("--shard", "1/2", "--precision", "1"), "a precision is reached round by round, so it cannot be run in"),
        (("--within", "1h"), "--within: a limit of time is held against an estimate; allowed: beside --dry-run"),
        (("--within", "soon", "--dry-run"), "--within: 'soon' is not a time; allowed: such as 90s, 30min"),
        (("--within", "0min", "--dry-run"), "--within: '0min' is not a time"),
        (("--precision", "0"), "--precision: 0 is not a precision"),
        (("--precision", "nan"), "--precision: 'nan' is not a number"),
        (("--measure", "qalys"), "--measure: a measure is chosen for a precision; allowed: beside --precision"),
        (("--precision", "1", "--measure", "qaly"), "--measure: 'qaly' is not a measure; allowed: a measure of"),
        (("--draws", "0"), "--draws: 0 is not a number this takes; allowed: 1 to 100,000"),
        (("--draws", "100000", "--replicates", "100000"), "10,000,000,000 runs of each scenario are too many"),
        (("--level", "1"), "--level: 1 is not a level"),
    ],
)
def test_options_that_cannot_be(options: tuple[str, ...], said: str, lab: Path) -> None:
    done = call("study", "small.yaml", *options)
    assert (done.exit_code, done.stdout) == (2, ""), done.output
    assert said in done.stderr
    assert len(done.stderr.splitlines()) <= 2
    assert not (lab / "results").exists()


def test_too_few_draws_for_a_method_are_told_by_the_line_of_the_file(lab: Path) -> None:
    done = call("sensitivity", "small.yaml", "--method", "pawn")
    assert "small.yaml:5:draws: 4 draws are too few for pawn; allowed: draws: 100 or more" in done.stderr
    assert done.exit_code == 2
    done = call("sensitivity", "small.yaml", "--method", "pawn", "--draws", "50")
    assert "--draws: 50 draws are too few for pawn; allowed: 100 or more" in done.stderr


def test_a_folder_of_another_study_is_refused(lab: Path) -> None:
    assert call("study", "small.yaml", "--out", "one").exit_code == 0
    before = files_of(lab / "one")
    for options in (("--seed", "2"), ("--seed", "2", "--shard", "1/2")):
        done = call("study", "small.yaml", "--out", "one", *options)
        assert done.exit_code == 2
        assert "one: the folder holds another study" in done.stderr
    assert "already holds this study, finished" in call("study", "small.yaml", "--out", "one").stderr
    assert files_of(lab / "one") == before


def test_python_s_resume_says_that_a_study_without_draws_compares_nothing(lab: Path, engine: Engine) -> None:
    from sim.core.errors import InputError
    from sim.experiment import api

    engine(limit=3)
    assert call("sensitivity", "small.yaml", "--method", "morris", "--out", "one").exit_code == 130
    engine()
    with pytest.raises(InputError, match="no draws, so it compares nothing"):
        api.resume("one")
