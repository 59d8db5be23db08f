"""Folders of schema 1: read under today's names, and refused in one sentence by whatever would go on with them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from sim.analysis.saved import read_comparison
from sim.commands.main import main
from sim.core.errors import InputError
from sim.experiment import api
from sim.store.folder import SCHEMA_VERSION, RunFolder
from sim.store.reading import read_results

KEPT = Path(__file__).parent / "schema_1"
REFUSED = (
    "the study was begun by an older Throughgate (schema 1, this one writes 2), so it cannot go on or be made again "
    "here; allowed: the Throughgate 0.1.0 (commit c2ef1dcacbef) that wrote it, with the folder kept as it is; "
    "sim.read_results still reads it"
)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A folder of schema 1."""
    return Path(shutil.copytree(KEPT, tmp_path / "old"))


def test_tables_are_read_under_the_names_of_today() -> None:
    results = read_results(KEPT)
    assert results.manifest["schema"] == 1 < SCHEMA_VERSION == 2
    assert "common_random_numbers" in results.table_names and "paired_luck" not in results.table_names
    assert list(results.table("common_random_numbers")) == [
        "scenario", "measure", "paired_sd", "unpaired_sd", "worth", "unit",
    ]  # fmt: skip
    assert list(results.table("points"))[:5] == ["draw", "design", "point", "unit", "stream"]
    assert results.spend["remark"][0].startswith("about 110 people at one time")
    assert results.manifest["analysis"]["title"] == "A small study of schema 1"
    assert "shape" not in results.manifest


def test_no_number_is_another_under_the_new_names() -> None:
    results = read_results(KEPT)
    points = pd.read_parquet(KEPT / "tables" / "points.parquet")
    assert (results.table("points")["stream"] == points["luck"]).all()
    spend = pd.read_csv(KEPT / "tables" / "spend.csv")
    assert results.spend.rename(columns={"remark": "note"}).equals(spend)
    assert read_comparison(KEPT).rows["value"].tolist() == results.comparison["value"].tolist()


def test_another_study_told_to_go_there_hears_that_the_folder_is_older(old: Path) -> None:
    with pytest.raises(InputError, match=r"begun by an older Throughgate .* another out, or force to replace it"):
        RunFolder.check(old, "0" * 16)


@pytest.mark.parametrize(
    "command", [("resume",), ("expand", "--draws", "4"), ("rerun", "baseline:0:0"), ("verify",), ("person", "0")]
)
def test_what_would_go_on_with_it_is_refused_in_one_sentence(command: tuple[str, ...], old: Path) -> None:
    before = {path: path.read_bytes() for path in old.rglob("*") if path.is_file()}
    verb, *more = command
    done = CliRunner().invoke(main, [verb, str(old), *more, "--quiet"])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr == f"throughgate: {old / 'study.json'}: {REFUSED}\n"
    assert {path: path.read_bytes() for path in old.rglob("*") if path.is_file()} == before


def test_python_refuses_it_too(old: Path) -> None:
    with pytest.raises(InputError, match=r"begun by an older Throughgate .* kept as it is") as caught:
        api.resume(old)
    assert "force" not in str(caught.value), "nobody who reads is told to write over it"


def test_one_whose_manifest_is_gone_is_still_not_written_over(old: Path) -> None:
    (old / "manifest.json").unlink()
    with pytest.raises(InputError, match=r"allowed: the Throughgate that wrote it, with the folder kept as it is"):
        api.resume(old)


def test_an_unfinished_one_is_begun_anew_and_leaves_nothing_behind(old: Path) -> None:
    study = read_results(old).study
    (old / "manifest.json").unlink()
    (old / "shards").mkdir()
    (old / "shards" / "totals-000000-00000.parquet").write_bytes(b"of another layout")
    RunFolder.create(old, study, force=True)
    assert not (old / "shards").exists()
    assert not (old / "parts").exists()
