"""`throughgate expand`: a finished study made larger ends in the bytes of the larger study run at once."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from folders import Engine, files_of
from stand_ins import call

from sim.experiment.expand import set_up_expanded
from sim.presentation.report import files
from sim.store import folder as store
from sim.store.reading import read_results
from sim.study.sequential_stopping import FIRST_ROUND

DESIGNS = """\
designs:
  sobol: {{samples: {sobol}, parameters: [navigator.*, appointment.*], groups: mechanism}}
  morris: {{samples: {morris}, parameters: [appointment.*], replicates: 2}}
  fast: {{samples: 65, parameters: [navigator.*]}}
  one_at_a_time: {{samples: {levels}, parameters: [navigator.*], replicates: 2}}
measures: [engaged_within_3_weeks]
strata: []
"""


def write(lab: Path, name: str, sobol: int = 16, morris: int = 4, levels: int = 3) -> None:
    text = (lab / "small.yaml").read_text(encoding="utf-8")
    (lab / name).write_text(text + DESIGNS.format(sobol=sobol, morris=morris, levels=levels), encoding="utf-8")


class Killed(BaseException):
    """Stands for a signal that nobody can catch."""


@pytest.mark.parametrize("charts", [pytest.param(True, marks=pytest.mark.slow), False])
def test_draws_and_replicates_end_in_the_bytes_of_one_run(
    charts: bool, lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if charts:
        from sim.presentation.charts import headline_differences, since_release, waits_and_queues

        monkeypatch.setattr(files, "CHARTS", (headline_differences, since_release, waits_and_queues))
    assert call("study", "small.yaml", "--draws", "6", "--replicates", "3", "--out", "whole").exit_code == 0
    assert call("study", "small.yaml", "--draws", "2", "--replicates", "1", "--out", "one").exit_code == 0
    done = call("expand", "one", "--draws", "5", "--threads", "2")
    assert done.exit_code == 0, done.stderr
    assert "15 runs, 6 of them kept from before" in done.stderr
    assert "Written to one" in done.stderr
    assert call("expand", "one", "--draws", "6", "--replicates", "3").exit_code == 0
    assert files_of(lab / "one") == files_of(lab / "whole")
    assert charts == any(name.startswith("charts/") for name in files_of(lab / "one"))
    then, now = read_results("one").manifest, read_results("whole").manifest
    assert {**then, "timing": 0, "date": 0, "seal": ""} == {**now, "timing": 0, "date": 0, "seal": ""}


def test_designs_grow_with_the_draws(lab: Path) -> None:
    write(lab, "large.yaml", sobol=32, morris=6, levels=5)
    write(lab, "small_one.yaml")
    assert call("study", "large.yaml", "--draws", "5", "--out", "whole").exit_code == 0
    assert call("study", "small_one.yaml", "--out", "one", "--draws", "3").exit_code == 0
    assert call("expand", "one", "--samples", "sobol=32").exit_code == 0
    done = call("expand", "one", "--draws", "5", "--samples", "morris=6", "--samples", "one_at_a_time=5")
    assert done.exit_code == 0, done.stderr
    assert files_of(lab / "one") == files_of(lab / "whole")


@pytest.mark.slow
def test_a_study_of_designs_alone_takes_draws(lab: Path) -> None:
    write(lab, "designs.yaml")
    assert call("study", "designs.yaml", "--draws", "0", "--out", "one").exit_code == 0
    assert call("study", "designs.yaml", "--draws", "3", "--out", "whole").exit_code == 0
    assert call("expand", "one", "--draws", "3").exit_code == 0
    assert files_of(lab / "one") == files_of(lab / "whole")


def dies(original: Callable[..., object], at: int) -> Callable[..., object]:
    """The function, killed at its so-maniest call."""
    calls: list[int] = []

    def dying(*arguments: object, **options: object) -> object:
        calls.append(1)
        if len(calls) == at:
            raise Killed
        return original(*arguments, **options)

    return dying


@pytest.mark.parametrize(
    ("owner", "name", "at", "is_over"),
    [
        pytest.param(store, "remove_parts", 1, True, marks=pytest.mark.slow),
        pytest.param(store.RunFolder, "write_part", 1, True, marks=pytest.mark.slow),
        (store.RunFolder, "write_part", 3, True),
        pytest.param(store.RunFolder, "reopen", 1, True, marks=pytest.mark.slow),
        (store, "remove_results", 1, False),
        ("own_files", "sync_folder", 1, False),
    ],
)
def test_killed_at_any_step_the_old_study_stands_or_the_new_one_goes_on(
    owner: object, name: str, at: int, is_over: bool, lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sim.store import tracked_files as own_files

    monkeypatch.setattr("sim.experiment.expand.BLOCKS_AT_ONCE", 2)
    assert call("study", "small.yaml", "--out", "one").exit_code == 0
    assert call("study", "small.yaml", "--draws", "6", "--out", "whole").exit_code == 0
    before = files_of(lab / "one")
    owner = own_files if owner == "own_files" else owner
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, dies(getattr(owner, name), at))
        with pytest.raises(Killed):
            set_up_expanded("one", draws=6)
    if is_over:
        assert read_results("one").manifest["draws"] == 4
        done = call("resume", "one")
        assert "is finished: nothing is left to do" in done.stderr
        assert files_of(lab / "one") == before
        done = call("expand", "one", "--draws", "6")
    else:
        cut = "one: the study in this folder is unfinished: its expansion was cut short, and all its runs are kept"
        for verb in (("expand", "--draws", "6"), ("verify",), ("report",)):
            assert cut in call(verb[0], "one", *verb[1:]).stderr
        assert "one: the study in this folder is unfinished" in call("verify", "one").stderr
        done = call("resume", "one")
    assert done.exit_code == 0, done.stderr
    assert "18 runs" in done.stderr or "36 runs, 24 of them kept from before" in done.stderr
    assert files_of(lab / "one") == files_of(lab / "whole")


def test_a_full_disk_leaves_the_finished_study_as_it_was(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert call("study", "small.yaml", "--out", "one").exit_code == 0
    before = files_of(lab / "one")
    with monkeypatch.context() as patch:

        def full(_: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        patch.setattr("sim.store.atomic.os.fsync", full)
        done = call("expand", "one", "--draws", "6")
    assert done.exit_code == 1
    assert "the disk is full" in done.stderr
    assert "the finished study stands as it was; mend that and expand it" in done.stderr
    assert files_of(lab / "one") == before


def test_interrupted_while_it_grows_it_is_resumed(lab: Path, engine: Engine) -> None:
    assert call("study", "small.yaml", "--draws", "6", "--out", "whole").exit_code == 0
    assert call("study", "small.yaml", "--out", "one").exit_code == 0
    engine(limit=3)
    done = call("expand", "one", "--draws", "6", "--threads", "1")
    assert done.exit_code == 130
    assert "go on with: throughgate resume one" in done.stderr
    engine()
    done = call("resume", "one")
    assert "36 runs, 27 of them kept from before" in done.stderr
    assert files_of(lab / "one") == files_of(lab / "whole")


def test_what_was_left_out_is_tried_again(lab: Path, engine: Engine) -> None:
    assert call("study", "small.yaml", "--draws", "6", "--out", "whole").exit_code == 0
    engine(failing=[(1, 0, 0)])
    assert call("study", "small.yaml", "--out", "one").exit_code == 1
    engine()
    assert call("expand", "one", "--draws", "6").exit_code == 0
    assert files_of(lab / "one") == files_of(lab / "whole")


def test_expanded_from_another_folder_it_keeps_its_file_names(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert call("study", "small.yaml", "--draws", "5", "--out", "runs/whole").exit_code == 0
    assert call("study", "small.yaml", "--out", "runs/one").exit_code == 0
    monkeypatch.chdir(lab / "runs")
    done = call("expand", "one", "--draws", "5")
    assert done.exit_code == 0, done.stderr
    assert files_of(lab / "runs/one")["study.json"] == files_of(lab / "runs/whole")["study.json"]


def test_what_cannot_be_expanded_is_told_and_stays_as_it_is(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(lab, "designs.yaml")
    assert call("study", "designs.yaml", "--out", "one").exit_code == 0
    before = files_of(lab / "one")
    refused = [
        (("--draws", "3"), "--draws: 3 is fewer than the study has; allowed: 4 or more"),
        (("--replicates", "1"), "--replicates: 1 is fewer than the study has; allowed: 2 or more"),
        (("--draws", "100001"), "--draws: 100001 is not a number this takes; allowed: 0 to 100,000"),
        (("--samples", "sobol=8"), "--samples: 8 is fewer than the study has; allowed: 16 or more"),
        (("--samples", "sobol=24"), "--samples: 24 is no power of 2"),
        (("--samples", "sobol=99999999999999999999"), "are too many for one design"),
        (("--samples", "sobl=32"), "--samples: 'sobl' is not a design of this study; allowed: sobol, morris, fast,"),
        (("--samples", "sobl=32"), "did you mean 'sobol'?"),
        (("--samples", "sobol"), "--samples: 'sobol' is not a design and a number; allowed: such as sobol=512"),
        (("--samples", "fast=129"), "--samples: the points of FAST lie on curves that change with their number"),
        (("--samples", "one_at_a_time=9"), "--samples: 9 quantiles, but only 5 are chosen beforehand"),
        ((), "one: nothing would grow; allowed: more --draws, --replicates or --samples"),
        (("--draws", "4", "--samples", "sobol=16"), "one: nothing would grow"),
    ]
    for options, said in refused:
        done = call("expand", "one", *options)
        assert (done.exit_code, done.stdout) == (2, "")
        assert said in done.stderr, (said, done.stderr)
        assert len(done.stderr.splitlines()) == 1
    with monkeypatch.context() as patch:
        from sim.store.manifest import made_by

        other = {**made_by(), "sources": "other"}
        patch.setattr("sim.experiment.setup.made_by", lambda: other)
        done = call("expand", "one", "--draws", "6")
        assert "this has changed since it was begun: the program's sources" in done.stderr
    assert "small.yaml: this is a file, not a study's folder" in call("expand", "small.yaml", "--draws", "6").stderr
    assert files_of(lab / "one") == before


def test_a_study_by_precision_and_one_without_draws(lab: Path) -> None:
    assert call("study", "small.yaml", "--out", "sure", "--precision", "1e9").exit_code != 0
    assert call("study", "small.yaml", "--out", "sure", "--precision", "1e8").exit_code == 0
    assert json.loads((lab / "sure/manifest.json").read_text())["enough_replicates"] == FIRST_ROUND
    done = call("expand", "sure", "--replicates", "50")
    assert "the study chose its replicates by a precision, so it cannot be expanded" in done.stderr
    write(lab, "designs.yaml")
    assert call("study", "designs.yaml", "--draws", "0", "--out", "one").exit_code == 0
    assert "--replicates: the study has no draws" in call("expand", "one", "--replicates", "3").stderr


def test_damaged_totals_are_not_expanded(lab: Path) -> None:
    assert call("study", "small.yaml", "--out", "one").exit_code == 0
    totals = lab / "one" / "tables" / "totals.parquet"
    content = bytearray(totals.read_bytes())
    content[300] ^= 0xFF
    totals.write_bytes(content)
    done = call("expand", "one", "--draws", "6")
    assert (done.exit_code, "the table holds other bytes than were written" in done.stderr) == (2, True)
    assert (lab / "one" / "manifest.json").is_file()
